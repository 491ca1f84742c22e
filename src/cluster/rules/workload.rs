//! Deployment, ReplicaSet, StatefulSet, DaemonSet (pkg/apis/apps/validation/validation.go,
//! v1.36).

use super::{Rules, is_empty, items, text};
use crate::cluster::Selector;
use crate::cluster::object::At;
use crate::manifest::go;
use serde_json::{Value, json};

const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/// `getIntOrPercentValue`, and whether it is a percentage.
fn int_or_percent(value: &Value) -> (i64, bool) {
    match value.as_str() {
        Some(text) => match text.strip_suffix('%').map(str::parse) {
            Some(Ok(percent)) => (percent, true),
            _ => (text.parse().unwrap_or(0), false),
        },
        None => (value.as_i64().unwrap_or(0), false),
    }
}

impl Rules {
    /// `ValidateDeploymentSpec`.
    pub(super) fn deployment(&mut self, spec: &Value) {
        self.not_negative("spec.replicas", &spec["replicas"]);
        self.selector_and_template(spec, "deployment", "invalid label selector");
        self.deployment_strategy(&spec["strategy"]);
        self.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
        self.not_negative("spec.revisionHistoryLimit", &spec["revisionHistoryLimit"]);
        let deadline = &spec["progressDeadlineSeconds"];
        self.not_negative("spec.progressDeadlineSeconds", deadline);
        let least = spec["minReadySeconds"].as_i64().unwrap_or(0);
        if deadline.as_i64().is_some_and(|seconds| seconds <= least) {
            self.invalid(
                "spec.progressDeadlineSeconds",
                &go::json(deadline),
                "must be greater than minReadySeconds",
            );
        }
    }

    /// `ValidateReplicaSetSpec`.
    pub(super) fn replica_set(&mut self, spec: &Value) {
        self.not_negative("spec.replicas", &spec["replicas"]);
        self.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
        // The server calls it so.
        self.selector_and_template(spec, "deployment", "invalid label selector");
    }

    /// `ValidateStatefulSetSpec`; some of it is looked at in new ones only.
    pub(super) fn stateful_set(&mut self, spec: &Value, is_new: bool) {
        let management = &spec["podManagementPolicy"];
        if !matches!(text(management), "" | "OrderedReady" | "Parallel") {
            let why = "must be 'OrderedReady' or 'Parallel'";
            self.invalid("spec.podManagementPolicy", &go::json(management), why);
        }
        self.stateful_strategy(&spec["updateStrategy"]);
        for field in ["whenDeleted", "whenScaled"] {
            self.one_of(
                &format!("spec.persistentVolumeClaimRetentionPolicy.{field}"),
                &spec["persistentVolumeClaimRetentionPolicy"][field],
                &["Retain", "Delete"],
            );
        }
        if is_new {
            for (i, claim) in items(&spec["volumeClaimTemplates"]) {
                self.claim(&format!("spec.volumeClaimTemplates[{i}].spec"), &claim["spec"]);
            }
        }
        self.not_negative("spec.replicas", &spec["replicas"]);
        self.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
        self.not_negative("spec.ordinals.start", &spec["ordinals"]["start"]);
        let service = text(&spec["serviceName"]);
        if is_new && !service.is_empty() {
            self.label("spec.serviceName", service);
        }
        // Its controller names Pods and mounts claims.
        let mut seen = spec.clone();
        let claims = items(&spec["volumeClaimTemplates"]);
        let mut claimed: Vec<Value> = Vec::new();
        for (_, claim) in claims {
            let name = &claim["metadata"]["name"];
            if !claimed.iter().any(|other| other["name"] == *name) {
                claimed.push(json!({"name": name, "persistentVolumeClaim": {"claimName": name}}));
            }
        }
        if let Some(pod) = seen["template"]["spec"].as_object_mut() {
            pod.shift_remove("hostname");
            pod.shift_remove("subdomain");
            if !claimed.is_empty() {
                let names: Vec<&Value> = claimed.iter().map(|volume| &volume["name"]).collect();
                let own = pod.get("volumes").and_then(Value::as_array).cloned().unwrap_or_default();
                let own = own.into_iter().filter(|volume| !names.contains(&&volume["name"]));
                let all: Vec<Value> = claimed.iter().cloned().chain(own).collect();
                pod.insert("volumes".to_owned(), all.into());
            }
        }
        self.selector_and_template(&seen, "statefulset", "");
        self.always(spec, "StatefulSet");
    }

    /// `ValidateDaemonSetSpec`.
    pub(super) fn daemon_set(&mut self, spec: &Value) {
        let selector = &spec["selector"];
        self.selector("spec.selector", selector);
        let labels = &spec["template"]["metadata"]["labels"];
        if matches(selector, labels) == Some(false) {
            self.other_labels(labels);
        }
        if !selector.is_null() && has_nothing(selector) {
            let why = "empty selector is invalid for daemonset";
            self.invalid("spec.selector", &super::shown(selector), why);
        }
        self.template("spec.template", &spec["template"]);
        self.always(spec, "DaemonSet");
        self.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
        self.daemon_strategy(&spec["updateStrategy"]);
        self.not_negative("spec.revisionHistoryLimit", &spec["revisionHistoryLimit"]);
    }

    /// What these Pods do when they end.
    fn always(&mut self, spec: &Value, what: &str) {
        let pod = &spec["template"]["spec"];
        let restart = &pod["restartPolicy"];
        if !restart.is_null() && restart != "Always" {
            self.unsupported("spec.template.spec.restartPolicy", restart, &["Always"]);
        }
        if !pod["activeDeadlineSeconds"].is_null() {
            let what = format!("activeDeadlineSeconds in {what} is not Supported");
            self.forbidden("spec.template.spec.activeDeadlineSeconds", &what);
        }
    }

    fn other_labels(&mut self, labels: &Value) {
        let shown = if labels.is_null() { "null".to_owned() } else { super::shown(labels) };
        self.invalid(
            "spec.template.metadata.labels",
            &shown,
            "`selector` does not match template `labels`",
        );
    }

    fn selector_and_template(&mut self, spec: &Value, what: &str, unreadable: &str) {
        let selector = &spec["selector"];
        if selector.is_null() {
            self.required("spec.selector");
        } else {
            self.selector("spec.selector", selector);
            if has_nothing(selector) {
                let why = format!("empty selector is invalid for {what}");
                self.invalid("spec.selector", &super::shown(selector), &why);
            }
        }
        let labels = &spec["template"]["metadata"]["labels"];
        match matches(selector, labels) {
            None => {
                let end =
                    if unreadable.is_empty() { String::new() } else { format!(": {unreadable}") };
                let shown = super::shown(selector);
                self.say("spec.selector", format!("Invalid value: {shown}{end}"));
                return;
            }
            Some(false) => self.other_labels(labels),
            Some(_) => {}
        }
        self.template("spec.template", &spec["template"]);
        if what == "deployment" {
            self.always(spec, "ReplicaSet");
        }
    }

    /// `ValidateDeploymentStrategy`.
    fn deployment_strategy(&mut self, strategy: &Value) {
        let rolling = &strategy["rollingUpdate"];
        match text(&strategy["type"]) {
            "Recreate" if !rolling.is_null() => self.forbidden(
                "spec.strategy.rollingUpdate",
                "may not be specified when strategy `type` is 'Recreate'",
            ),
            "Recreate" => {}
            "RollingUpdate" => {
                let path = "spec.strategy.rollingUpdate";
                let (most, surge) = (&rolling["maxUnavailable"], &rolling["maxSurge"]);
                self.int_or_percent(&format!("{path}.maxUnavailable"), most);
                self.int_or_percent(&format!("{path}.maxSurge"), surge);
                if int_or_percent(most).0 == 0 && int_or_percent(surge).0 == 0 {
                    self.invalid(
                        &format!("{path}.maxUnavailable"),
                        &go::json(most),
                        "may not be 0 when `maxSurge` is 0",
                    );
                }
                self.at_most_all(&format!("{path}.maxUnavailable"), most);
            }
            _ => self.unsupported(
                "spec.strategy",
                &internal(strategy, false),
                &["Recreate", "RollingUpdate"],
            ),
        }
    }

    fn stateful_strategy(&mut self, strategy: &Value) {
        let rolling = &strategy["rollingUpdate"];
        let path = "spec.updateStrategy.rollingUpdate";
        match text(&strategy["type"]) {
            "OnDelete" if !rolling.is_null() => {
                let shown = go::json(&internal(strategy, true)["RollingUpdate"]);
                let why = "only allowed for updateStrategy 'RollingUpdate'";
                self.invalid(path, &shown, why);
            }
            "OnDelete" => {}
            "RollingUpdate" => {
                self.not_negative(&format!("{path}.partition"), &rolling["partition"]);
                let most = &rolling["maxUnavailable"];
                if !most.is_null() {
                    let at = format!("{path}.maxUnavailable");
                    self.int_or_percent(&at, most);
                    if int_or_percent(most).0 == 0 {
                        self.invalid(&at, &go::json(most), "cannot be 0");
                    }
                    self.at_most_all(&at, most);
                }
            }
            _ => {
                let why = "must be 'RollingUpdate' or 'OnDelete'";
                self.invalid("spec.updateStrategy", &go::json(&internal(strategy, true)), why);
            }
        }
    }

    /// `ValidateDaemonSetUpdateStrategy`.
    fn daemon_strategy(&mut self, strategy: &Value) {
        let rolling = &strategy["rollingUpdate"];
        match text(&strategy["type"]) {
            "OnDelete" => {}
            "RollingUpdate" => {
                let path = "spec.updateStrategy.rollingUpdate";
                let (most, surge) = (&rolling["maxUnavailable"], &rolling["maxSurge"]);
                for (field, value) in [("maxUnavailable", most), ("maxSurge", surge)] {
                    self.int_or_percent(&format!("{path}.{field}"), value);
                }
                for (field, value) in [("maxUnavailable", most), ("maxSurge", surge)] {
                    self.at_most_all(&format!("{path}.{field}"), value);
                }
                match (int_or_percent(most).0 != 0, int_or_percent(surge).0 != 0) {
                    (true, true) => self.invalid(
                        &format!("{path}.maxSurge"),
                        &go::json(surge),
                        "may not be set when maxUnavailable is non-zero",
                    ),
                    (false, false) => self.missing(
                        &format!("{path}.maxUnavailable"),
                        "cannot be 0 when maxSurge is 0",
                    ),
                    _ => {}
                }
            }
            _ => self.unsupported(
                "spec.updateStrategy",
                &internal(strategy, false),
                &["RollingUpdate", "OnDelete"],
            ),
        }
    }

    /// `ValidatePositiveIntOrPercent`.
    fn int_or_percent(&mut self, path: &str, value: &Value) {
        match value.as_str() {
            Some(text) => {
                let digits = text.strip_suffix('%').unwrap_or("");
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    self.wrong(path, text, PERCENT);
                }
            }
            None => self.not_negative(path, value),
        }
    }

    /// `IsNotMoreThan100Percent`.
    fn at_most_all(&mut self, path: &str, value: &Value) {
        if let (100.., true) = int_or_percent(value)
            && int_or_percent(value).0 > 100
        {
            self.invalid(path, &go::json(value), "must not be greater than 100%");
        }
    }
}

/// A strategy as Go's internal type is written.
fn internal(strategy: &Value, is_stateful: bool) -> Value {
    let rolling = &strategy["rollingUpdate"];
    let number = |field: &str| match &rolling[field] {
        Value::Null => json!(0),
        number => number.clone(),
    };
    let shown = match rolling.is_null() {
        true => Value::Null,
        false if is_stateful => {
            json!({"Partition": number("partition"), "MaxUnavailable": rolling["maxUnavailable"]})
        }
        false => {
            json!({"MaxUnavailable": number("maxUnavailable"), "MaxSurge": number("maxSurge")})
        }
    };
    json!({"Type": text(&strategy["type"]), "RollingUpdate": shown})
}

/// Whether `selector` selects `labels`; none where it can't be made a selector.
pub(super) fn matches(selector: &Value, labels: &Value) -> Option<bool> {
    let mut rules = Rules::default();
    if !rules.selector("", selector) {
        return None;
    }
    if selector.is_null() || has_nothing(selector) {
        // None selects nothing, an empty one all.
        return Some(!selector.is_null());
    }
    let wanted = selector["matchLabels"].as_object();
    Some(
        wanted.into_iter().flatten().all(|(key, value)| labels[key] == *value)
            && Selector::read(&At::root(selector))
                .is_ok_and(|selector| selector.is_none_or(|s| s.matches_json(labels))),
    )
}

fn has_nothing(selector: &Value) -> bool {
    is_empty(&selector["matchLabels"]) && is_empty(&selector["matchExpressions"])
}

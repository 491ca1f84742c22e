//! What may change (`Validate…Update` of every kind, v1.36).

use super::{Rules, items, text};
use crate::manifest::go_structs::{self, internal_pod_spec};
use crate::manifest::kinds::Kind;
use crate::manifest::{go, go_diff};
use serde_json::Value;

impl Rules {
    pub(super) fn change(&mut self, kind: &Kind, object: &Value, live: &Value) {
        let (new, old) = (&object["spec"], &live["spec"]);
        match (kind.group, kind.kind) {
            ("", "Pod") => self.pod_change(new, old),
            ("apps", "Deployment" | "ReplicaSet") => {
                self.object(kind, object);
                if !old["selector"].is_null() {
                    self.immutable("spec.selector", &new["selector"], &old["selector"]);
                }
            }
            ("apps", "StatefulSet") => self.stateful_set_change(new, old),
            ("apps", "DaemonSet") => {
                self.immutable("spec.selector", &new["selector"], &old["selector"]);
                self.object(kind, object);
            }
            ("batch", "Job") => self.job_change(object, live),
            ("", "ConfigMap") => {
                self.data_change(object, live, &["data", "binaryData"]);
                self.object(kind, object);
            }
            ("", "Secret") => {
                self.immutable("type", &object["type"], &live["type"]);
                self.data_change(object, live, &["data"]);
                self.object(kind, object);
            }
            ("", "PersistentVolumeClaim") => self.claim_change(object, live),
            ("discovery.k8s.io", "EndpointSlice") => self.slice_change(object, live),
            ("networking.k8s.io", "IngressClass") => {
                let of = |spec: &Value| Value::from(text(&spec["controller"]));
                self.immutable("spec.controller", &of(new), &of(old));
                self.object(kind, object);
            }
            ("networking.k8s.io", "NetworkPolicy") => {
                self.keep_cidrs(old);
                self.object(kind, object);
            }
            _ => self.object(kind, object),
        }
    }

    /// `ValidateStatefulSetUpdate`.
    fn stateful_set_change(&mut self, new: &Value, old: &Value) {
        self.stateful_set(new, false);
        let rest = |spec: &Value| {
            let mut spec = spec.clone();
            if let Some(spec) = spec.as_object_mut() {
                for field in [
                    "replicas",
                    "template",
                    "updateStrategy",
                    "minReadySeconds",
                    "ordinals",
                    "revisionHistoryLimit",
                    "persistentVolumeClaimRetentionPolicy",
                ] {
                    spec.shift_remove(field);
                }
                spec.retain(|_, value| !super::is_nothing(value));
            }
            spec
        };
        if rest(new) != rest(old) {
            self.forbidden("spec", "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    /// `ValidateJob` and `ValidateJobUpdate`: the server runs both.
    fn job_change(&mut self, object: &Value, live: &Value) {
        let (new, old) = (&object["spec"], &live["spec"]);
        self.job(object);
        if text(&new["completionMode"]) != "Indexed" {
            self.immutable("spec.completions", &new["completions"], &old["completions"]);
        } else if new["completions"] != old["completions"]
            && new["completions"] != new["parallelism"]
        {
            self.invalid(
                "spec.completions",
                &go::json(&new["completions"]),
                "can only be modified in tandem with spec.parallelism",
            );
        }
        self.immutable("spec.selector", &new["selector"], &old["selector"]);
        if new["template"] != old["template"] {
            self.say("spec.template", {
                let shown = go::json(&go_structs::internal_template(&new["template"]));
                format!("Invalid value: {shown}: field is immutable")
            });
        }
        for field in [
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy",
        ] {
            self.immutable(&format!("spec.{field}"), &new[field], &old[field]);
        }
    }

    /// `immutable: true` of a ConfigMap or Secret holds for ever.
    fn data_change(&mut self, object: &Value, live: &Value, fields: &[&str]) {
        if live["immutable"] != true {
            return;
        }
        const WHY: &str = "field is immutable when `immutable` is set";
        if object["immutable"] != true {
            self.forbidden("immutable", WHY);
        }
        for field in fields {
            let (new, old) = (&object[*field], &live[*field]);
            if new != old && !(super::is_nothing(new) && super::is_nothing(old)) {
                self.forbidden(field, WHY);
            }
        }
    }

    /// `ValidatePodUpdate`: nearly nothing of a Pod's spec may change.
    fn pod_change(&mut self, new: &Value, old: &Value) {
        self.pod("spec", new);
        self.images(new);
        for field in ["containers", "initContainers"] {
            if items(&new[field]).count() != items(&old[field]).count() {
                let why = "pod updates may not add or remove containers";
                self.forbidden(&format!("spec.{field}"), why);
                return;
            }
        }
        let (is, was) = (&new["activeDeadlineSeconds"], &old["activeDeadlineSeconds"]);
        let at = "spec.activeDeadlineSeconds";
        match (is.as_i64(), was.as_i64()) {
            (Some(seconds), _) if !(0..=i64::from(i32::MAX)).contains(&seconds) => {
                let why = "must be between 0 and 2147483647, inclusive";
                return self.invalid(at, &seconds.to_string(), why);
            }
            (Some(seconds), Some(before)) if before < seconds => {
                let why = "must be less than or equal to previous value";
                return self.invalid(at, &seconds.to_string(), why);
            }
            (None, Some(_)) => {
                self.invalid(at, "null", "must not update from a positive integer to nil value");
            }
            _ => {}
        }
        // A change of the metadata alone, or of the status.
        if new == old {
            return;
        }
        let is_kept = |(_, old): (usize, &Value)| {
            items(&new["tolerations"]).any(|(_, new)| timeless(new) == timeless(old))
        };
        if !items(&old["tolerations"]).all(is_kept) {
            let why = "existing toleration can not be modified except its tolerationSeconds";
            self.forbidden("spec.tolerations", why);
        }
        let (old, new) = (internal_pod_spec(old), munged(new, old));
        if new != old {
            let diff = go_diff::of_values(&old, &new);
            self.forbidden("spec", &format!("pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n{diff}"));
        }
    }
}

/// A toleration without the time that it holds for.
fn timeless(toleration: &Value) -> Value {
    let mut toleration = toleration.clone();
    if let Some(map) = toleration.as_object_mut() {
        map.shift_remove("tolerationSeconds");
        map.retain(|_, value| !super::is_nothing(value));
    }
    toleration
}

/// A Pod's new spec as the server holds it, with what may change as it was before.
fn munged(new: &Value, old: &Value) -> Value {
    let mut new = new.clone();
    for field in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] {
        new[field] = old[field].clone();
    }
    for field in ["containers", "initContainers"] {
        let containers = new[field].as_array_mut().into_iter().flatten();
        for (container, (_, old)) in containers.zip(items(&old[field])) {
            container["image"] = old["image"].clone();
        }
    }
    let field = "terminationGracePeriodSeconds";
    if old[field].as_i64().is_some_and(|seconds| seconds < 0) && new[field] == 1 {
        new[field] = old[field].clone();
    }
    internal_pod_spec(&new)
}

//! Job and CronJob (pkg/apis/batch/validation/validation.go, v1.36).

use super::workload::matches;
use super::{Rules, text};
use crate::cluster::cron::Schedule;
use crate::manifest::go;
use serde_json::Value;

impl Rules {
    /// `ValidateJob`. The selector was made up before.
    pub(super) fn job(&mut self, object: &Value) {
        let spec = &object["spec"];
        if spec["manualSelector"] != true {
            self.generated(object);
        }
        self.job_spec("spec", spec);
        let selector = &spec["selector"];
        if selector.is_null() {
            self.required("spec.selector");
        } else {
            self.selector("spec.selector", selector);
        }
        let labels = &spec["template"]["metadata"]["labels"];
        if matches(selector, labels) == Some(false) {
            let shown = if labels.is_null() { "null".to_owned() } else { super::shown(labels) };
            self.invalid(
                "spec.template.metadata.labels",
                &shown,
                "`selector` does not match template `labels`",
            );
        }
    }

    /// `validateGeneratedSelector`.
    fn generated(&mut self, object: &Value) {
        let selector = &object["spec"]["selector"];
        if selector.is_null() {
            return;
        }
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        let path = "spec.template.metadata.labels";
        let (uid, name) = (text(&object["metadata"]["uid"]), text(&object["metadata"]["name"]));
        let expected = [
            ("controller-uid", uid),
            ("job-name", name),
            ("batch.kubernetes.io/controller-uid", uid),
            ("batch.kubernetes.io/job-name", name),
        ];
        for (key, wanted) in expected {
            match labels[key].as_str() {
                None if wanted.is_empty() => {}
                None => self.missing(path, &format!("must be '{wanted}'")),
                Some(value) if value != wanted => {
                    let shown = super::shown(labels);
                    self.invalid(&format!("{path}.{key}"), &shown, &format!("must be '{wanted}'"));
                }
                Some(_) => {}
            }
        }
        let all: serde_json::Map<String, Value> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        if matches(selector, &Value::Object(all)) == Some(false) {
            self.invalid("spec.selector", &super::shown(selector), "`selector` not auto-generated");
        }
    }

    /// `validateJobSpec`.
    fn job_spec(&mut self, path: &str, spec: &Value) {
        for field in [
            "parallelism",
            "completions",
            "activeDeadlineSeconds",
            "backoffLimit",
            "ttlSecondsAfterFinished",
            "backoffLimitPerIndex",
            "maxFailedIndexes",
        ] {
            self.not_negative(&format!("{path}.{field}"), &spec[field]);
        }
        let (per_index, most_failed) = (&spec["backoffLimitPerIndex"], &spec["maxFailedIndexes"]);
        if !most_failed.is_null() && per_index.is_null() {
            self.missing(
                &format!("{path}.backoffLimitPerIndex"),
                "when maxFailedIndexes is specified",
            );
        }
        let mode = text(&spec["completionMode"]);
        match mode {
            "" | "NonIndexed" => {
                for (field, value) in
                    [("backoffLimitPerIndex", per_index), ("maxFailedIndexes", most_failed)]
                {
                    if !value.is_null() {
                        self.invalid(
                            &format!("{path}.{field}"),
                            &go::json(value),
                            "requires indexed completion mode",
                        );
                    }
                }
            }
            "Indexed" => {
                if spec["completions"].is_null() {
                    self.missing(&format!("{path}.completions"), "when completion mode is Indexed");
                }
                let most = spec["parallelism"].as_i64().unwrap_or(0);
                if most > 100_000 {
                    self.invalid(
                        &format!("{path}.parallelism"),
                        &most.to_string(),
                        "must be less than or equal to 100000 when completion mode is Indexed",
                    );
                }
            }
            _ => self.unsupported(
                &format!("{path}.completionMode"),
                &spec["completionMode"],
                &["NonIndexed", "Indexed"],
            ),
        }
        let replacement = &spec["podReplacementPolicy"];
        if !replacement.is_null() {
            let supported: &[&str] = match spec["podFailurePolicy"].is_null() {
                true => &["Failed", "TerminatingOrFailed"],
                false => &["Failed"],
            };
            if !supported.contains(&text(replacement)) {
                self.unsupported(&format!("{path}.podReplacementPolicy"), replacement, supported);
            }
        }
        self.template(&format!("{path}.template"), &spec["template"]);
        let restart = &spec["template"]["spec"]["restartPolicy"];
        let at = format!("{path}.template.spec.restartPolicy");
        match text(restart) {
            "" | "Always" => self.missing(&at, "valid values: \"OnFailure\", \"Never\""),
            "OnFailure" | "Never" => {}
            _ => self.unsupported(&at, restart, &["OnFailure", "Never"]),
        }
    }

    /// `validateCronJobSpec`.
    pub(super) fn cron_job(&mut self, spec: &Value) {
        let schedule = text(&spec["schedule"]);
        if schedule.is_empty() {
            self.required("spec.schedule");
        } else {
            if let Err(why) = Schedule::read(schedule) {
                self.wrong("spec.schedule", schedule, &why);
            }
            if schedule.contains("TZ") {
                self.wrong(
                    "spec.schedule",
                    schedule,
                    "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
                );
            }
        }
        self.not_negative("spec.startingDeadlineSeconds", &spec["startingDeadlineSeconds"]);
        self.one_of(
            "spec.concurrencyPolicy",
            &spec["concurrencyPolicy"],
            &["Allow", "Forbid", "Replace"],
        );
        let job = &spec["jobTemplate"]["spec"];
        self.job_spec("spec.jobTemplate.spec", job);
        if !job["selector"].is_null() {
            self.invalid(
                "spec.jobTemplate.spec.selector",
                &go::json(&job["selector"]),
                "`selector` will be auto-generated",
            );
        }
        if job["manualSelector"] == true {
            let at = "spec.jobTemplate.spec.manualSelector";
            self.unsupported(at, &job["manualSelector"], &["nil", "false"]);
        }
        self.not_negative("spec.successfulJobsHistoryLimit", &spec["successfulJobsHistoryLimit"]);
        self.not_negative("spec.failedJobsHistoryLimit", &spec["failedJobsHistoryLimit"]);
    }

    /// A Job's name has eleven characters more.
    pub(super) fn cron_job_name(&mut self, object: &Value) {
        let name = text(&object["metadata"]["name"]);
        if name.len() > 52 {
            self.wrong("metadata.name", name, "must be no more than 52 characters");
        }
    }
}

//! Volumes and where they are mounted (`ValidateVolumes`, `ValidateVolumeMounts`,
//! pkg/apis/core/validation/validation.go, v1.36).

use super::{Quoted, Rules, items, text};
use crate::validate::dns_label;
use serde_json::Value;
use std::collections::BTreeSet;

const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

impl Rules {
    /// The names of volumes that are in order.
    pub(super) fn volumes(&mut self, path: &str, volumes: &Value) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (i, volume) in items(volumes) {
            let before = self.issues.len();
            let path = format!("{path}[{i}]");
            self.source(&path, volume);
            let name = text(&volume["name"]);
            let at = format!("{path}.name");
            if name.is_empty() {
                self.required(&at);
            } else {
                self.invalid_text(&at, name, &dns_label(name));
            }
            if names.contains(name) {
                self.duplicate(&at, name);
            }
            if self.issues.len() == before {
                names.insert(name.to_owned());
            }
        }
        names
    }

    /// `validateVolumeSource`: of the sources that lessons use.
    fn source(&mut self, path: &str, volume: &Value) {
        let mut n_sources = 0;
        let known = ["emptyDir", "hostPath", "secret", "persistentVolumeClaim", "configMap"];
        for field in known {
            let source = &volume[field];
            if source.is_null() {
                continue;
            }
            n_sources += 1;
            let at = format!("{path}.{field}");
            if n_sources > 1 {
                self.forbidden(&at, "may not specify more than 1 volume type");
                continue;
            }
            let needed = match field {
                "hostPath" => "path",
                "secret" => "secretName",
                "persistentVolumeClaim" => "claimName",
                "configMap" => "name",
                _ => continue,
            };
            if text(&source[needed]).is_empty() {
                self.required(&format!("{at}.{needed}"));
            }
            if let Some(mode) = source["defaultMode"].as_i64()
                && !(0..=0o777).contains(&mode)
            {
                self.invalid(&format!("{at}.defaultMode"), &mode.to_string(), MODE);
            }
            for (i, item) in items(&source["items"]) {
                for needed in ["key", "path"] {
                    if text(&item[needed]).is_empty() {
                        self.required(&format!("{at}.items[{i}].{needed}"));
                    }
                }
            }
        }
        let has_other = volume.as_object().into_iter().flatten().any(|(field, source)| {
            field != "name" && !known.contains(&field.as_str()) && !source.is_null()
        });
        if n_sources == 0 && !has_other {
            self.missing(path, "must specify a volume type");
        }
    }

    /// `ValidateVolumeMounts`.
    pub(super) fn mounts(&mut self, path: &str, mounts: &Value, volumes: &BTreeSet<String>) {
        let mut paths: Vec<&str> = Vec::new();
        for (i, mount) in items(mounts) {
            let path = format!("{path}[{i}]");
            let name = text(&mount["name"]);
            if name.is_empty() {
                self.required(&format!("{path}.name"));
            }
            if !volumes.contains(name) {
                self.say(&format!("{path}.name"), format!("Not found: {:?}", Quoted(name)));
            }
            let to = text(&mount["mountPath"]);
            let at = format!("{path}.mountPath");
            if to.is_empty() {
                self.required(&at);
            }
            if paths.contains(&to) {
                self.wrong(&at, to, "must be unique");
            }
            paths.push(to);
        }
    }
}

//! PersistentVolumeClaim (`ValidatePersistentVolumeClaimSpec`,
//! pkg/apis/core/validation/validation.go, v1.36).

use super::container::plain;
use super::{Rules, items, text};
use crate::manifest::go_structs::internal_claim_spec;
use crate::manifest::{amount, go_diff};
use serde_json::Value;

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

impl Rules {
    pub(super) fn claim(&mut self, path: &str, spec: &Value) {
        let modes = &spec["accessModes"];
        let at = format!("{path}.accessModes");
        if items(modes).next().is_none() {
            self.missing(&at, "at least 1 access mode is required");
        }
        if !spec["selector"].is_null() {
            self.selector(&format!("{path}.selector"), &spec["selector"]);
        }
        for (_, mode) in items(modes) {
            if !MODES.contains(&text(mode)) {
                self.unsupported(&at, mode, &MODES);
            }
        }
        let has = |wanted: bool| {
            items(modes).any(|(_, mode)| {
                MODES.contains(&text(mode)) && (*mode == "ReadWriteOncePod") == wanted
            })
        };
        if has(true) && has(false) {
            self.forbidden(&at, "may not use ReadWriteOncePod with other access modes");
        }
        let storage = &spec["resources"]["requests"]["storage"];
        let at = format!("{path}.resources[storage]");
        if storage.is_null() {
            self.required(&at);
        } else {
            let shown = plain(storage);
            if amount(&shown).is_some_and(|size| size <= 0.0) {
                self.wrong(&at, &shown, "must be greater than zero");
            }
        }
        let class = text(&spec["storageClassName"]);
        if !class.is_empty() {
            self.subdomain(&format!("{path}.storageClassName"), class);
        }
        let mode = &spec["volumeMode"];
        if !mode.is_null() && !matches!(text(mode), "Block" | "Filesystem") {
            self.unsupported(&format!("{path}.volumeMode"), mode, &["Block", "Filesystem"]);
        }
    }

    /// `ValidatePersistentVolumeClaimUpdate`: a claim keeps what it asked for.
    pub(super) fn claim_change(&mut self, object: &Value, live: &Value) {
        let (new, old) = (&object["spec"], &live["spec"]);
        self.claim("spec", new);
        let size = |spec: &Value| amount(&plain(&spec["resources"]["requests"]["storage"]));
        let mut old = old.clone();
        if old["storageClassName"].is_null() {
            // `validateStorageClassUpgradeFromNil`.
            old["storageClassName"] = new["storageClassName"].clone();
        }
        if old["volumeName"].is_null() {
            // It may be bound, once.
            old["volumeName"] = new["volumeName"].clone();
        }
        let (was, is) = (internal_claim_spec(&old), internal_claim_spec(new));
        if is != was {
            let diff = go_diff::of_values(&was, &is);
            self.forbidden("spec", &format!("spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{diff}"));
        }
        let old = &old;
        let held = amount(&plain(&live["status"]["capacity"]["storage"])).unwrap_or(0.0);
        if size(new) < size(old) && size(new).is_some_and(|size| size <= held) {
            let at = "spec.resources.requests.storage";
            self.forbidden(at, "field can not be less than status.capacity");
        }
        self.immutable("volumeMode", &new["volumeMode"], &old["volumeMode"]);
    }
}

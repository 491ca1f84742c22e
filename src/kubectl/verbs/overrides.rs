//! `--overrides` (`NewOverrider`, k8s.io/kubectl/pkg/cmd/util/override_options.go, v1.36).

use crate::cluster::{self, PatchType};
use crate::kubectl::command::{Call, Flag, Takes};
use crate::kubectl::failure::Failure;
use crate::manifest;
use serde_json::Value;

/// `--overrides` and how they are meant.
pub(super) static FLAGS: &[Flag] = &[
    Flag::new("overrides", Takes::Text, "", "An inline JSON override for the generated object"),
    Flag::new("override-type", Takes::Text, "merge", "json, merge or strategic"),
];

/// The object with the call's overrides in it.
///
/// # Errors
/// What kubectl says of overrides that it can't carry out.
pub(super) fn apply(call: &Call, object: Value) -> Result<Value, Failure> {
    let overrides = call.flags.text("overrides").unwrap_or("");
    if overrides.is_empty() {
        return Ok(object);
    }
    let client = |says: &str| Failure::Client(says.to_owned());
    let patch_type = match call.flags.text("override-type").unwrap_or("merge") {
        "json" => PatchType::Json,
        "merge" => PatchType::Merge,
        "strategic" => PatchType::Strategic,
        other => return Err(Failure::Client(format!("invalid override type: {other}"))),
    };
    let read = manifest::to_json(overrides).ok().and_then(|mut list| list.pop());
    let patch: Value = serde_json::from_str(overrides)
        .ok()
        .or(read.filter(|_| patch_type == PatchType::Strategic))
        .ok_or_else(|| client("Invalid JSON Patch"))?;
    let kind = object["kind"].as_str().unwrap_or("").to_owned();
    let version = object["apiVersion"].clone();
    let merged = cluster::patched_by_client(&kind, &object, (patch_type, &patch))
        .map_err(Failure::Client)?;
    let (new_kind, new_version) = (&merged["kind"], &merged["apiVersion"]);
    if *new_kind != kind.as_str() || *new_version != version {
        return Err(Failure::Client(format!(
            "no kind {new_kind} is registered for version {new_version} in scheme \"k8s.io/kubectl/pkg/scheme/scheme.go:28\""
        )));
    }
    Ok(merged)
}

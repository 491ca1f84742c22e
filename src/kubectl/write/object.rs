//! Small things about objects.

use crate::kubectl::apply::{self, LAST_APPLIED};
use crate::kubectl::command::Call;
use crate::kubectl::resources::{RESOURCES, Resource};
use crate::manifest::kinds::Kind;
use serde_json::{Map, Value, json};

/// The resource of a kind; none where the server serves it under no name.
pub(in crate::kubectl) fn resource_of(kind: &Kind) -> Option<&'static Resource> {
    let is = |r: &&Resource| r.kind == kind.kind && r.group() == kind.group;
    RESOURCES
        .iter()
        .find(|r| is(r) && r.version() == kind.version)
        .or_else(|| RESOURCES.iter().find(is))
}

/// The object with kubectl's note of itself, as `--save-config` writes it; where a manifest has
/// such a note already, it is brought up to date unasked (`CreateOrUpdateAnnotation`,
/// k8s.io/kubectl/pkg/util/apply.go, v1.36).
pub(in crate::kubectl) fn annotated(object: Value) -> Value {
    apply::annotated(object)
}

/// As [`annotated`], of an object that kubectl made itself: the note holds no more than it.
pub(in crate::kubectl) fn noted(mut object: Value) -> Value {
    let text = crate::manifest::go::json(&object) + "\n";
    set_annotation(&mut object, LAST_APPLIED, &text);
    object
}

/// The annotation that says why an object was changed.
pub(in crate::kubectl) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// With `--record`, notes the command in the object (`ChangeCauseRecorder`,
/// k8s.io/cli-runtime/pkg/genericclioptions).
pub(in crate::kubectl) fn record(call: &Call, object: &mut Value) {
    if call.flags.bool("record") {
        set_annotation(object, CHANGE_CAUSE, &call.change_cause());
    }
}

/// The same as a patch for an object that is stored already; none without `--record`.
pub(in crate::kubectl) fn record_patch(call: &Call) -> Option<Value> {
    let patch = || json!({"metadata": {"annotations": {CHANGE_CAUSE: call.change_cause()}}});
    call.flags.bool("record").then(patch)
}

/// The note of what was applied last.
pub(in crate::kubectl) fn last_applied(object: &Value) -> Option<&str> {
    object["metadata"]["annotations"][LAST_APPLIED].as_str()
}

/// Sets an annotation.
pub(in crate::kubectl) fn set_annotation(object: &mut Value, key: &str, value: &str) {
    if !object["metadata"]["annotations"].is_object() {
        object["metadata"]["annotations"] = Value::Object(Map::new());
    }
    object["metadata"]["annotations"][key] = value.into();
}

/// `a=b,c=d` (`ParseLabels`, k8s.io/kubectl/pkg/generate).
///
/// # Errors
/// What kubectl says of a part that is no pair.
pub(in crate::kubectl) fn label_pairs(text: &str) -> Result<Map<String, Value>, String> {
    let mut labels = Map::new();
    if text.is_empty() {
        return Ok(labels);
    }
    for pair in text.split(',') {
        match pair.split('=').collect::<Vec<_>>().as_slice() {
            [key, value] if !key.is_empty() => {
                labels.insert((*key).to_owned(), Value::from(*value));
            }
            _ => return Err(format!("unexpected label spec: {pair}")),
        }
    }
    labels.sort_keys();
    Ok(labels)
}

//! The server's side of `PATCH`, and what a client makes of a patch alone
//! (apiserver/pkg/endpoints/handlers/patch.go and kubectl/pkg/cmd/patch/patch.go, v1.36.2).

use super::Cluster;
use super::admit::{How, store, stored};
use super::admit_aside::Aside;
use super::admit_change::{Judged, carry_out, judge};
use super::admit_convert::{convert, convert_known, patch_error};
use super::json_patch;
use super::patch_head::patch_head;
use super::store::key_of;
use crate::manifest::decode::json_type;
use crate::manifest::go::{self, Quoted};
use crate::manifest::go_order;
use crate::manifest::kinds::Kind;
use crate::source::Severity;
use crate::validate::{self, Accepted, ApiError, Issue, Mark, Reason, Surroundings};
use serde_json::Value;
use std::sync::Arc;

/// A JSON patch has no more operations (`maxJSONPatchOperations`).
const MAX_OPERATIONS: usize = 10_000;

/// What a patch is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PatchType {
    /// Lists are merged by their keys: kubectl's default.
    #[default]
    Strategic,
    /// RFC 7386.
    Merge,
    /// RFC 6902: a list of operations.
    Json,
}

/// Applies the strategic merge patch `patch` to an object that is there.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch(
    cluster: &mut Cluster,
    kind: &Kind,
    place: (&str, &str),
    patch: &Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    patch_as(cluster, kind, place, (PatchType::Strategic, patch), dry_run)
}

/// Applies a patch of any type to an object that is there.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch_as(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    patch: (PatchType, &Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    patch_leniently(cluster, kind, (namespace, name), patch, None, dry_run.into())
}

/// As [`patch_as`]. Where there is a list of `unknown` fields, those are dropped and put
/// there instead of refusing them.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch_leniently(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    (patch_type, patch): (PatchType, &Value),
    unknown: Option<&mut Vec<String>>,
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    let place = (namespace, name);
    if let Some(done) = patch_head(cluster, kind, place, (patch_type, patch), how) {
        return Ok(match how.heads {
            true => done?,
            false => cluster.with_body(kind, place, done?),
        });
    }
    let live = stored(cluster, kind, place)?;
    let key = key_of(kind.kind, namespace, name);
    let before = cluster.pods.get(&key.name).filter(|_| &*key.kind == "Pod").cloned();
    let mut dropped = Vec::new();
    let is_lenient = unknown.is_some();
    let noted = is_lenient.then_some(&mut dropped);
    let judged = judge_patch(cluster, kind, name, (live, patch_type, patch), noted, how.dry_run);
    let drops = !dropped.is_empty();
    if let Some(unknown) = unknown {
        *unknown = dropped;
    }
    let accepted = carry_out(cluster, kind, judged?, how)?;
    if let Some(before) = before
        && !drops
        && !how.dry_run
        && accepted.warnings.is_empty()
    {
        cluster.note_unchanged(&before, &key.name);
    }
    Ok(accepted)
}

/// What the rules make of a patched object; `unknown` as for [`patch_leniently`].
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub(super) fn judge_patch(
    around: &dyn Surroundings,
    kind: &Kind,
    name: &str,
    (live, patch_type, patch): (Arc<Value>, PatchType, &Value),
    unknown: Option<&mut Vec<String>>,
    dry_run: bool,
) -> Result<Judged, Box<ApiError>> {
    let odd = sound_operations(patch_type, patch)?;
    let aside = Aside::of_patched(&live, (patch_type, patch));
    let (merged, patch) = merged(kind.kind, aside.copied(&live), (patch_type, patch))?;
    if let Some(why) = unknown_kind(&merged).filter(|_| patch_type != PatchType::Strategic) {
        return Err(unfit_object(kind, &live, (patch_type, &patch), &why));
    }
    let converted = match unknown {
        None => convert(kind.schema(), merged),
        Some(list) => convert_known(kind.schema(), merged).map(|(object, unknown)| {
            *list = odd.into_iter().chain(unknown).collect();
            object
        }),
    };
    let object = match converted {
        Ok(object) => object,
        Err(why) if patch_type == PatchType::Strategic => return Err(unfit_patch(&patch, &why)),
        // These are carried out on the object's JSON, and that is decoded.
        Err(why) => return Err(unfit_object(kind, &live, (patch_type, &patch), &why)),
    };
    judge(around, kind, name, (object, live, aside), dry_run)
}

/// `object` with a patch in it, and the patch as it was carried out.
pub(super) fn merged(
    kind: &str,
    mut object: Value,
    (patch_type, patch): (PatchType, &Value),
) -> Result<(Value, Value), Box<ApiError>> {
    match patch_type {
        PatchType::Strategic => super::merge::apply_patch(kind, &object, patch)
            .map_err(|error| ApiError::new(Reason::Unknown, error.0)),
        PatchType::Merge => {
            json_patch::merge(&mut object, patch);
            Ok((object, patch.clone()))
        }
        PatchType::Json => {
            // applyJSPatch: an operation that can't be carried out is a 422.
            let says = "the server rejected our request due to an error in our request";
            let merged = json_patch::apply(&object, patch)
                .map_err(|_| ApiError::new(Reason::Invalid, says.to_owned()))?;
            Ok((merged, patch.clone()))
        }
    }
}

/// The fields of a JSON patch's operations that the server does not know, as it warns of them
/// (`jsonPatchOp`); none of a patch of another type.
///
/// # Errors
/// The server's answer to a patch that is too long, or that Go can't read into that type.
fn sound_operations(patch_type: PatchType, patch: &Value) -> Result<Vec<String>, Box<ApiError>> {
    if patch_type != PatchType::Json {
        return Ok(Vec::new());
    }
    let refused = |what: &Value, into: &str| {
        let what = json_type(what);
        let says = format!("error decoding patch: json: cannot unmarshal {what} into Go {into}");
        Err(ApiError::new(Reason::BadRequest, says))
    };
    let operations = patch.as_array().map_or(&[][..], Vec::as_slice);
    if operations.len() > MAX_OPERATIONS {
        let says = format!(
            "Request entity too large: The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {}",
            operations.len()
        );
        return Err(ApiError::new(Reason::RequestEntityTooLarge, says));
    }
    let mut odd = Vec::new();
    for (n, operation) in operations.iter().enumerate() {
        let fields = match operation {
            Value::Object(fields) => fields,
            Value::Null => continue,
            other => return refused(other, "value of type handlers.jsonPatchOp"),
        };
        for (field, value) in fields {
            match field.as_str() {
                "op" | "path" | "from" if !value.is_string() && !value.is_null() => {
                    let into = format!("struct field jsonPatchOp.{field} of type string");
                    return refused(value, &into);
                }
                "op" | "path" | "from" | "value" => {}
                other => odd.push(format!("json patch unknown field \"[{n}].{other}\"")),
            }
        }
    }
    Ok(odd)
}

/// What the server makes of `object` and a patch, before any rule looks at it.
///
/// # Errors
/// The server's answer to a patch that can't be carried out.
pub fn patched_by_server(
    kind: &str,
    object: &Value,
    patch: (PatchType, &Value),
) -> Result<Value, Box<ApiError>> {
    sound_operations(patch.0, patch.1)?;
    merged(kind, object.clone(), patch).map(|(object, _)| object)
}

/// What a client makes of `object` and a patch, without asking the server (`getPatchedJSON`).
///
/// # Errors
/// In kubectl's words, why the patch can't be carried out, or what comes of it is no object.
pub fn patched_by_client(
    kind: &str,
    object: &Value,
    (patch_type, patch): (PatchType, &Value),
) -> Result<Value, String> {
    let patched = match (patch_type, patch) {
        (PatchType::Strategic | PatchType::Json, Value::Null) => object.clone(),
        (PatchType::Strategic, Value::Object(_)) => {
            super::merge::apply_patch(kind, object, patch).map_err(|error| error.0)?.0
        }
        (PatchType::Strategic, _) => return Err("invalid JSON document".to_owned()),
        (PatchType::Merge, Value::Object(_)) => {
            let mut merged = object.clone();
            json_patch::merge(&mut merged, patch);
            merged
        }
        (PatchType::Merge, Value::Array(_)) => patch.clone(),
        (PatchType::Merge, _) => return Err("Invalid JSON Patch".to_owned()),
        (PatchType::Json, Value::Array(operations)) => {
            if let Some(odd) = operations.iter().find(|one| !one.is_object() && !one.is_null()) {
                return Err(unreadable(odd, "jsonpatch.Operation"));
            }
            json_patch::apply(object, patch).map_err(|why| {
                match why.split_once("doc is missing key: ") {
                    Some((_, key)) => {
                        format!("Object to be patched is missing field ({key})")
                    }
                    None => why,
                }
            })?
        }
        (PatchType::Json, other) => return Err(unreadable(other, "jsonpatch.Patch")),
    };
    if !patched.is_object() {
        return Err(unreadable(&patched, "unstructured.detector"));
    }
    if patched["kind"].as_str().is_none_or(str::is_empty) {
        let mut shown = patched;
        shown.sort_all_objects();
        return Err(format!("Object 'Kind' is missing in '{}'", go::json(&shown)));
    }
    Ok(patched)
}

fn unreadable(found: &Value, wanted: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {wanted}", json_type(found))
}

/// Patches `status` alone: what `--subresource=status` asks for. No rule looks at it.
///
/// # Errors
/// The server's answer when it refuses the patch.
pub fn patch_status(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    (patch_type, patch): (PatchType, &Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let live = stored(cluster, kind, (namespace, name))?;
    sound_operations(patch_type, patch)?;
    let mut object = Arc::unwrap_or_clone(live.clone());
    let (merged, patch) = merged(kind.kind, object.clone(), (patch_type, patch))?;
    let converted = convert(kind.schema(), merged).map_err(|why| unfit_patch(&patch, &why))?;
    if let Some(status) = converted.get("status") {
        object["status"] = status.clone();
        if kind.kind == "Service" {
            for entry in
                object["status"]["loadBalancer"]["ingress"].as_array_mut().into_iter().flatten()
            {
                if entry["ip"].is_string() && entry["ipMode"].is_null() {
                    entry["ipMode"] = "VIP".into();
                }
            }
        }
    }
    let accepted = Accepted::from(object);
    if accepted.object == *live {
        return Ok(accepted);
    }
    store(cluster, kind, accepted, dry_run.into())
}

/// `field.Invalid(patch, …)` without kind and name.
fn unfit_patch(patch: &Value, why: &str) -> Box<ApiError> {
    let issue = Issue {
        severity: Severity::Error,
        code: "patch-unfit",
        path: "patch".to_owned(),
        place: unknown_path(why).unwrap_or_default(),
        message: patch_error(patch, why),
        explanation: validate::rule("patch-unfit").map_or("", |rule| rule.explanation).to_owned(),
        mark: Mark::Key,
        remedy: None,
    };
    ApiError::invalid("", "", vec![issue])
}

/// As [`unfit_patch`], of patches after which the whole object is decoded anew: it is shown as
/// the server encoded it, but what the patch went through has its fields sorted.
fn unfit_object(
    kind: &Kind,
    live: &Value,
    (patch_type, patch): (PatchType, &Value),
    why: &str,
) -> Box<ApiError> {
    let encoded = go_order::ordered(kind, live);
    let (mut merged, _) = match merged(kind.kind, encoded, (patch_type, patch)) {
        Ok(merged) => merged,
        Err(error) => return error,
    };
    json_patch::sort_touched(&mut merged, patch);
    let strict = crate::manifest::decode::strict(kind, &merged);
    let why = strict.err().filter(|error| !error.strict).map_or(why.to_owned(), |e| e.message());
    let shown = validate::gotext::quote(&go::json(&merged));
    let mut error = unfit_patch(&merged, &why);
    let message = format!("Invalid value: {shown}: {why}");
    for issue in &mut error.issues {
        issue.message.clone_from(&message);
    }
    ApiError::invalid("", "", error.issues)
}

/// What the server says of a kind or version that nobody knows.
fn unknown_kind(object: &Value) -> Option<String> {
    let (version, kind) = (object["apiVersion"].as_str()?, object["kind"].as_str()?);
    let (group, number) = version.split_once('/').unwrap_or(("", version));
    if crate::manifest::kinds::find(group, number, kind).is_some() {
        return None;
    }
    let (kind, version) = (Quoted(kind), Quoted(version));
    Some(format!(
        "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/api/legacyscheme/scheme.go:30\""
    ))
}

/// The field that a strict decoding error names first.
fn unknown_path(why: &str) -> Option<String> {
    let rest = why.strip_prefix("strict decoding error: unknown field \"")?;
    Some(rest.split('"').next()?.to_owned())
}

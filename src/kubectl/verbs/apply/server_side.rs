//! `kubectl apply --server-side`: objects are merged by the server. Who manages which field
//! is known as far as `managedFields` of objects say it.

use crate::cluster::{self, PatchType};
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::{
    DryRun, Item, Say, Server, Validation, Visit, last_applied, set_annotation,
};
use crate::manifest::go;
use serde_json::Value;

pub(super) fn apply(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (dry_run, validation): (DryRun, Validation),
) -> Result<Done, Failure> {
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    server.validation = validation;
    let visit = Visit { validate: validation != Validation::Ignore, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let n_items = found.each(|item| {
        let (resource, namespace, name) = item.place();
        let live = console.cluster.get(resource.kind, namespace, name);
        let stored = match &live {
            None => server.create(console, io, (resource, namespace), item.object.clone()),
            Some(live) => {
                if !call.flags.bool("force-conflicts") {
                    conflicts(call, &item, live)?;
                }
                let patch = patch(call, &item, live)?;
                server.patch(console, io, item.place(), (PatchType::Strategic, &patch))
            }
        };
        let stored = stored.map_err(Failure::Server)?;
        say.object(io, &stored, "serverside-applied")
    })?;
    if n_items == 0 {
        return Err(Failure::Client("no objects passed to apply".to_owned()));
    }
    Ok(Done::OK)
}

/// What brings `live` to what is applied. Where kubectl's note of what was applied last is kept,
/// fields that stand there and are applied no more go, and the server brings the note up to
/// date (`lastAppliedUpdater`, apimachinery/pkg/util/managedfields).
fn patch(call: &Call, item: &Item, live: &Value) -> Result<Value, Failure> {
    let is_default = call.flags.text("field-manager").is_none_or(str::is_empty);
    let note = last_applied(live).filter(|_| is_default);
    let Some(original) = note.and_then(|note| serde_json::from_str::<Value>(note).ok()) else {
        return Ok(item.object.clone());
    };
    let mut wanted = item.object.clone();
    let mut noted = item.object.clone();
    if let Some(Value::Object(annotations)) = noted.pointer_mut("/metadata/annotations") {
        annotations.shift_remove(LAST_APPLIED);
        if annotations.is_empty() {
            noted["metadata"].as_object_mut().map(|map| map.shift_remove("annotations"));
        }
    }
    noted.sort_all_objects();
    set_annotation(&mut wanted, LAST_APPLIED, &(go::json(&noted) + "\n"));
    let patch = cluster::three_way_patch(item.resource.kind, Some(&original), &wanted, live);
    let mut patch = patch.map_err(|why| Failure::Client(why.to_string()))?;
    // A Service's selector is one value here (`+structType=atomic`).
    let selector = &wanted["spec"]["selector"];
    let is_other = selector.is_object() && *selector != live["spec"]["selector"];
    if item.resource.kind == "Service" && is_other {
        patch["spec"]["selector"] = selector.clone();
        patch["spec"]["selector"]["$patch"] = "replace".into();
    }
    Ok(patch)
}

/// Fields that another manager set to something else.
fn conflicts(call: &Call, item: &Item, live: &Value) -> Result<(), Failure> {
    let own = call.flags.text("field-manager").unwrap_or("kubectl");
    let mut found: Vec<(String, String)> = Vec::new();
    for entry in live["metadata"]["managedFields"].as_array().into_iter().flatten() {
        let manager = entry["manager"].as_str().unwrap_or("");
        if manager == own {
            continue;
        }
        let mut paths = Vec::new();
        differing(&entry["fieldsV1"], &item.object, live, "", &mut paths);
        let version = entry["apiVersion"].as_str().unwrap_or("");
        let by = format!("conflict with {manager:?} using {version}");
        found.extend(paths.into_iter().map(|path| (by.clone(), path)));
    }
    let text = match found.as_slice() {
        [] => return Ok(()),
        [(by, path)] => format!("Apply failed with 1 conflict: {by}: {path}"),
        many => {
            let mut text = format!("Apply failed with {} conflicts: ", many.len());
            let mut last = "";
            for (by, path) in many {
                if by != last {
                    let break_ = if last.is_empty() { "" } else { "\n" };
                    let by = by.replacen("conflict with", "conflicts with", 1);
                    text.push_str(&format!("{break_}{by}:"));
                }
                last = by;
                text.push_str(&format!("\n- {path}"));
            }
            text
        }
    };
    Err(Failure::Client(format!(
        "{text}\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the `--force-conflicts` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n  stop managing the field (remove it from their configuration).\nSee https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"
    )))
}

/// Walks a set of fields: a field that `wanted` gives and `live` has otherwise differs.
fn differing(fields: &Value, wanted: &Value, live: &Value, path: &str, out: &mut Vec<String>) {
    let Some(fields) = fields.as_object() else { return };
    for (key, inner) in fields {
        let is_leaf = inner.as_object().is_none_or(serde_json::Map::is_empty);
        if let Some(name) = key.strip_prefix("f:") {
            let (Some(new), Some(old)) = (wanted.get(name), live.get(name)) else { continue };
            let path = format!("{path}.{name}");
            if is_leaf {
                if new != old {
                    out.push(path);
                }
            } else {
                differing(inner, new, old, &path, out);
            }
        } else if let Some(keys) = key.strip_prefix("k:") {
            let Ok(keys) = serde_json::from_str::<Value>(keys) else { continue };
            let item = |list: &Value| {
                let is = |item: &&Value| {
                    keys.as_object().is_some_and(|keys| {
                        keys.iter().all(|(k, v)| {
                            item.get(k).is_none_or(|has| has == v)
                                && (k == "protocol" || item.get(k).is_some())
                        })
                    })
                };
                list.as_array().and_then(|list| list.iter().find(is)).cloned()
            };
            if let (Some(new), Some(old)) = (item(wanted), item(live)) {
                let shown: Vec<String> = keys
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(k, v)| format!("{k}={v}"))
                    .collect();
                differing(inner, &new, &old, &format!("{path}[{}]", shown.join(",")), out);
            }
        }
    }
}

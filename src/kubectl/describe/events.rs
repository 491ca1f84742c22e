//! The events of an object, as they end its page (`DescribeEvents`, `searchEvents`).

use super::World;
use super::page::Page;
use super::value::{int, text};
use crate::kubectl::print::age::since;
use crate::source::sort;
use serde_json::Value;

/// Writes the events about `object`, oldest first.
pub(super) fn events(world: World<'_>, object: &Value, page: &mut Page) {
    let found = about(world, object);
    if found.is_empty() {
        page.field(0, "Events", "<none>");
        return;
    }
    page.flush();
    page.line(
        0,
        "Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------",
    );
    for event in found {
        let first = match &event["eventTime"] {
            Value::Null => since(&event["firstTimestamp"], world.now),
            time => since(time, world.now),
        };
        let (series, count) = (&event["series"], int(&event["count"]));
        let age = if series.is_object() {
            let last = since(&series["lastObservedTime"], world.now);
            format!("{last} (x{} over {first})", int(&series["count"]))
        } else if count > 1 {
            format!("{} (x{count} over {first})", since(&event["lastTimestamp"], world.now))
        } else {
            first
        };
        let from = match text(&event["source"]["component"]) {
            "" => text(&event["reportingComponent"]),
            from => from,
        };
        let path = text(&event["involvedObject"]["fieldPath"]);
        let colon = if path.is_empty() { "" } else { ": " };
        let message = text(&event["message"]).trim();
        let [kind, reason] = ["type", "reason"].map(|field| text(&event[field]));
        page.line(1, format_args!("{kind}\t{reason}\t{age}\t{from}\t{path}{colon}{message}"));
    }
}

fn about(world: World<'_>, object: &Value) -> Vec<Value> {
    let metadata = &object["metadata"];
    let [name, namespace, uid] = ["name", "namespace", "uid"].map(|field| text(&metadata[field]));
    let kind = text(&object["kind"]);
    let mut found: Vec<Value> = world.events.about(namespace, name);
    found.retain(|event| {
        let about = &event["involvedObject"];
        let its_uid = text(&about["uid"]);
        (kind == "Pod" || text(&about["kind"]) == kind)
            && (uid.is_empty() || its_uid == uid || (kind == "Node" && its_uid == name))
    });
    sort::sort_by(&mut found, |a, b| text(&a["lastTimestamp"]).cmp(text(&b["lastTimestamp"])));
    found
}

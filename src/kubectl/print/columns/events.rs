//! Events.

use super::{Columns, int, name, text, text_or};
use crate::kubectl::print::age::since;
use serde_json::Value;

const HEADS: &[&str] = &[
    "Last Seen",
    "Type",
    "Reason",
    "Object",
    "+Subobject",
    "+Source",
    "Message",
    "+First Seen",
    "+Count",
    "+Name",
];

pub(super) static TABLES: &[Columns] = &[
    Columns { name: 9, ..Columns::new(("Event", ""), HEADS, event) },
    Columns { name: 9, ..Columns::new(("Event", "events.k8s.io"), HEADS, event) },
];

fn event(object: &Value, now: i64) -> Vec<String> {
    let or =
        |first: &Value, other: &Value| if first.is_null() { other.clone() } else { first.clone() };
    let first = or(&object["firstTimestamp"], &object["eventTime"]);
    let mut last = or(&object["lastTimestamp"], &first);
    let mut count = int(&object["count"]).max(1);
    let series = &object["series"];
    if !series.is_null() {
        last = series["lastObservedTime"].clone();
        count = int(&series["count"]);
    }
    let about = &object["involvedObject"];
    let kind = text(&about["kind"]).to_lowercase();
    let target = match text(&about["name"]) {
        none if none.is_empty() => kind,
        name => format!("{kind}/{name}"),
    };
    let source = &object["source"];
    let component = text_or(&source["component"], &text(&object["reportingComponent"]));
    let instance = text_or(&source["host"], &text(&object["reportingInstance"]));
    let from = if instance.is_empty() { component } else { format!("{component}, {instance}") };
    vec![
        since(&last, now),
        text(&object["type"]),
        text(&object["reason"]),
        target,
        text(&about["fieldPath"]),
        from,
        text(&object["message"]).trim().to_owned(),
        since(&first, now),
        count.to_string(),
        name(object),
    ]
}

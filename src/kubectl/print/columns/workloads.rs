//! Deployments and what else makes Pods.

use super::{
    Columns, age, condition, containers, flag, int, is_deleted, items, labels, name, number,
    reference, selector, selector_or_none, text, text_or,
};
use crate::kubectl::print::age::{human, seconds, since};
use serde_json::Value;

const COUNTED: &[&str] =
    &["Name", "Desired", "Current", "Ready", "Age", "+Containers", "+Images", "+Selector"];

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("Deployment", "apps"),
        &["Name", "Ready", "Up-to-date", "Available", "Age", "+Containers", "+Images", "+Selector"],
        deployment,
    ),
    Columns::new(("ReplicaSet", "apps"), COUNTED, replica_set),
    Columns::new(("ReplicationController", ""), COUNTED, replication_controller),
    Columns::new(
        ("StatefulSet", "apps"),
        &["Name", "Ready", "Age", "+Containers", "+Images"],
        stateful_set,
    ),
    Columns::new(
        ("DaemonSet", "apps"),
        &[
            "Name",
            "Desired",
            "Current",
            "Ready",
            "Up-to-date",
            "Available",
            "Node Selector",
            "Age",
            "+Containers",
            "+Images",
            "+Selector",
        ],
        daemon_set,
    ),
    Columns::new(
        ("Job", "batch"),
        &[
            "Name",
            "Status",
            "Completions",
            "Duration",
            "Age",
            "+Containers",
            "+Images",
            "+Selector",
        ],
        job,
    ),
    Columns::new(
        ("CronJob", "batch"),
        &[
            "Name",
            "Schedule",
            "Timezone",
            "Suspend",
            "Active",
            "Last Schedule",
            "Age",
            "+Containers",
            "+Images",
            "+Selector",
        ],
        cron_job,
    ),
    Columns::new(
        ("ControllerRevision", "apps"),
        &["Name", "Controller", "Revision", "Age"],
        controller_revision,
    ),
];

fn deployment(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let [names, images] = containers(&spec["template"]["spec"]);
    vec![
        name(object),
        format!("{}/{}", int(&status["readyReplicas"]), int(&spec["replicas"])),
        number(&status["updatedReplicas"]),
        number(&status["availableReplicas"]),
        age(object, now),
        names,
        images,
        selector(&spec["selector"]),
    ]
}

fn counted(object: &Value, now: i64, selector: String) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let [names, images] = containers(&spec["template"]["spec"]);
    vec![
        name(object),
        number(&spec["replicas"]),
        number(&status["replicas"]),
        number(&status["readyReplicas"]),
        age(object, now),
        names,
        images,
        selector,
    ]
}

fn replica_set(object: &Value, now: i64) -> Vec<String> {
    counted(object, now, selector_or_none(&object["spec"]["selector"]))
}

fn replication_controller(object: &Value, now: i64) -> Vec<String> {
    counted(object, now, labels(&object["spec"]["selector"]))
}

fn stateful_set(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let [names, images] = containers(&spec["template"]["spec"]);
    let ready = int(&object["status"]["readyReplicas"]);
    vec![
        name(object),
        format!("{ready}/{}", int(&spec["replicas"])),
        age(object, now),
        names,
        images,
    ]
}

fn daemon_set(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let [names, images] = containers(&spec["template"]["spec"]);
    vec![
        name(object),
        number(&status["desiredNumberScheduled"]),
        number(&status["currentNumberScheduled"]),
        number(&status["numberReady"]),
        number(&status["updatedNumberScheduled"]),
        number(&status["numberAvailable"]),
        labels(&spec["template"]["spec"]["nodeSelector"]),
        age(object, now),
        names,
        images,
        selector_or_none(&spec["selector"]),
    ]
}

fn job(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let succeeded = int(&status["succeeded"]);
    let completions = match (spec["completions"].as_i64(), int(&spec["parallelism"])) {
        (Some(completions), _) => format!("{succeeded}/{completions}"),
        (None, parallelism @ 2..) => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let time = |value: &Value| value.as_str().and_then(seconds);
    let duration = match (time(&status["startTime"]), time(&status["completionTime"])) {
        (None, _) => String::new(),
        (Some(start), None) => human(now - start),
        (Some(start), Some(end)) => human(end - start),
    };
    let has = |kind: &str| condition(object, kind).is_some_and(|c| c["status"] == "True");
    let state = if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if is_deleted(object) {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else if has("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    };
    let [names, images] = containers(&spec["template"]["spec"]);
    vec![
        name(object),
        state.to_owned(),
        completions,
        duration,
        age(object, now),
        names,
        images,
        selector_or_none(&spec["selector"]),
    ]
}

fn cron_job(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let last = &status["lastScheduleTime"];
    let inner = &spec["jobTemplate"]["spec"];
    let [names, images] = containers(&inner["template"]["spec"]);
    let suspend = match spec["suspend"].as_bool() {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    };
    vec![
        name(object),
        text(&spec["schedule"]),
        text_or(&spec["timeZone"], "<none>"),
        suspend.to_owned(),
        items(&status["active"]).len().to_string(),
        if last.is_null() { "<none>".to_owned() } else { since(last, now) },
        age(object, now),
        names,
        images,
        selector_or_none(&inner["selector"]),
    ]
}

fn controller_revision(object: &Value, now: i64) -> Vec<String> {
    let mut owners = items(&object["metadata"]["ownerReferences"]).iter();
    let controller = owners.find(|owner| flag(&owner["controller"], false) == "true");
    let controller = controller.map_or("<none>".to_owned(), |owner| {
        let api_version = text(&owner["apiVersion"]);
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        reference(&text(&owner["kind"]), group, &text(&owner["name"]))
    });
    vec![name(object), controller, number(&object["revision"]), age(object, now)]
}

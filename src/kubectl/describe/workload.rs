//! Deployments, ReplicaSets and the other things that make Pods.

use super::World;
use super::page::Page;
use super::pod::template;
use super::storage::class_of;
use super::time::{date, seconds};
use super::value::{
    controller, int, items, pairs, selector, selector_or_none, shown, text, texts, title_case,
};
use crate::cluster::Cluster;
use crate::kubectl::print::age::human;
use crate::manifest::Quantity;
use crate::source::sort;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// `describeDeployment`.
pub(super) fn deployment(world: World<'_>, deployment: &Value, page: &mut Page) {
    let (metadata, spec, status) =
        (&deployment["metadata"], &deployment["spec"], &deployment["status"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "CreationTimestamp", date(&metadata["creationTimestamp"]));
    page.tags(deployment);
    page.field(0, "Selector", selector(&spec["selector"]));
    let [updated, total, available, unavailable] =
        ["updatedReplicas", "replicas", "availableReplicas", "unavailableReplicas"]
            .map(|field| int(&status[field]));
    page.field(
        0,
        "Replicas",
        format_args!(
            "{} desired | {updated} updated | {total} total | {available} available | {unavailable} unavailable",
            replicas(spec)
        ),
    );
    page.field(0, "StrategyType", text(&spec["strategy"]["type"]));
    page.field(0, "MinReadySeconds", int(&spec["minReadySeconds"]));
    let rolling = &spec["strategy"]["rollingUpdate"];
    if rolling.is_object() {
        let (unavailable, surge) = (shown(&rolling["maxUnavailable"]), shown(&rolling["maxSurge"]));
        page.field(
            0,
            "RollingUpdateStrategy",
            format_args!("{unavailable} max unavailable, {surge} max surge"),
        );
    }
    template(page, &spec["template"]);
    page.conditions(&status["conditions"]);
    let (old, new) = sets(world.cluster, deployment);
    if !old.is_empty() || !new.is_empty() {
        page.field(0, "OldReplicaSets", named(&old));
        page.field(0, "NewReplicaSet", named(&new));
    }
}

fn replicas(spec: &Value) -> i64 {
    spec["replicas"].as_i64().unwrap_or(1)
}

/// The old ReplicaSets of a Deployment, and the new one (`GetAllReplicaSetsInChunks`,
/// k8s.io/kubectl/pkg/util/deployment): the oldest with the Deployment's template.
fn sets<'c>(
    cluster: &'c Cluster,
    deployment: &'c Value,
) -> (Vec<Cow<'c, Value>>, Vec<Cow<'c, Value>>) {
    let mut owned: Vec<_> = cluster.controlled(deployment, "ReplicaSet").collect();
    sort::sort_by_key(&mut owned, |set| {
        let of = |field: &str| text(&set["metadata"][field]).to_owned();
        (of("creationTimestamp"), of("name"))
    });
    let wanted = &deployment["spec"]["template"];
    match owned.iter().position(|set| is_same_but_hash(&set["spec"]["template"], wanted)) {
        Some(at) => {
            let new = owned.remove(at);
            (owned, vec![new])
        }
        None => (owned, Vec::new()),
    }
}

/// Whether two templates are the same but for the label with their hash.
fn is_same_but_hash(template: &Value, other: &Value) -> bool {
    const HASH: [&str; 3] = ["metadata", "labels", "pod-template-hash"];
    is_same_but(&HASH, template, other)
}

/// Whether two values are the same but for what is at the end of a path.
fn is_same_but(path: &[&str], value: &Value, other: &Value) -> bool {
    let (Some(map), Some(others), [field, rest @ ..]) =
        (value.as_object(), other.as_object(), path)
    else {
        return value == other;
    };
    let is_same = |(key, value): (&String, &Value)| match others.get(key) {
        _ if key == field && rest.is_empty() => true,
        Some(other) if key == field => is_same_but(rest, value, other),
        other => other == Some(value),
    };
    let n =
        |map: &Map<String, Value>| map.keys().filter(|k| *k != field || !rest.is_empty()).count();
    n(map) == n(others) && map.iter().all(is_same)
}

fn named(sets: &[Cow<'_, Value>]) -> String {
    let written = |set: &Cow<'_, Value>| {
        let (now, wanted) = (int(&set["status"]["replicas"]), replicas(&set["spec"]));
        format!("{} ({now}/{wanted} replicas created)", text(&set["metadata"]["name"]))
    };
    let all: Vec<String> = sets.iter().map(written).collect();
    super::value::or_none(&all.join(", ")).to_owned()
}

/// How many Pods of a controller are Running, Pending, Succeeded, Failed
/// (`getPodStatusForController`).
fn pods_status(world: World<'_>, owner: &Value) -> String {
    let phases: Vec<&str> = world.cluster.controlled_pods(owner).map(|pod| pod.phase()).collect();
    let [running, waiting, succeeded, failed] = ["Running", "Pending", "Succeeded", "Failed"]
        .map(|phase| phases.iter().filter(|p| **p == phase).count());
    format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed")
}

/// `describeReplicaSet`.
pub(super) fn replica_set(world: World<'_>, set: &Value, page: &mut Page) {
    let (metadata, spec) = (&set["metadata"], &set["spec"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "Selector", selector_or_none(&spec["selector"]));
    page.tags(set);
    if let Some(controller) = controller(&set["metadata"]["ownerReferences"]) {
        page.field(0, "Controlled By", controller);
    }
    counted(world, set, page);
}

fn counted(world: World<'_>, set: &Value, page: &mut Page) {
    let (spec, status) = (&set["spec"], &set["status"]);
    let (now, wanted) = (int(&status["replicas"]), replicas(spec));
    page.field(0, "Replicas", format_args!("{now} current / {wanted} desired"));
    page.field(0, "Pods Status", pods_status(world, set));
    template(page, &spec["template"]);
    page.conditions(&status["conditions"]);
}

/// `describeReplicationController`.
pub(super) fn replication_controller(world: World<'_>, set: &Value, page: &mut Page) {
    page.field(0, "Name", text(&set["metadata"]["name"]));
    page.field(0, "Namespace", text(&set["metadata"]["namespace"]));
    page.field(0, "Selector", pairs(&set["spec"]["selector"]));
    page.tags(set);
    counted(world, set, page);
}

/// `describeDaemonSet`.
pub(super) fn daemon_set(world: World<'_>, set: &Value, page: &mut Page) {
    let (spec, status) = (&set["spec"], &set["status"]);
    page.field(0, "Name", text(&set["metadata"]["name"]));
    page.field(0, "Namespace", text(&set["metadata"]["namespace"]));
    page.field(0, "Selector", selector(&spec["selector"]));
    page.field(0, "Node-Selector", pairs(&spec["template"]["spec"]["nodeSelector"]));
    page.tags(set);
    for (title, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        page.line(0, format_args!("{title}: {}", int(&status[field])));
    }
    page.field(0, "Pods Status", pods_status(world, set));
    template(page, &spec["template"]);
}

/// `describeStatefulSet`.
pub(super) fn stateful_set(world: World<'_>, set: &Value, page: &mut Page) {
    let (metadata, spec) = (&set["metadata"], &set["spec"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "CreationTimestamp", date(&metadata["creationTimestamp"]));
    page.field(0, "Selector", selector(&spec["selector"]));
    page.tags(set);
    let total = int(&set["status"]["replicas"]);
    page.field(0, "Replicas", format_args!("{} desired | {total} total", replicas(spec)));
    page.field(0, "Update Strategy", text(&spec["updateStrategy"]["type"]));
    let rolling = &spec["updateStrategy"]["rollingUpdate"];
    if let Some(partition) = rolling["partition"].as_i64() {
        page.field(1, "Partition", partition);
        if !rolling["maxUnavailable"].is_null() {
            page.field(1, "MaxUnavailable", shown(&rolling["maxUnavailable"]));
        }
    }
    page.field(0, "Pods Status", pods_status(world, set));
    template(page, &spec["template"]);
    let claims = items(&spec["volumeClaimTemplates"]);
    page.line(0, if claims.is_empty() { "Volume Claims:\t<none>" } else { "Volume Claims:" });
    for claim in claims {
        let (metadata, spec) = (&claim["metadata"], &claim["spec"]);
        page.field(1, "Name", text(&metadata["name"]));
        page.field(1, "StorageClass", class_of(claim));
        page.labels_at("  ", "Labels", &metadata["labels"]);
        page.labels_at("  ", "Annotations", &metadata["annotations"]);
        let capacity = match &spec["resources"]["requests"]["storage"] {
            Value::Null => "<default>".to_owned(),
            capacity => Quantity::of(capacity).to_string(),
        };
        page.field(1, "Capacity", capacity);
        page.field(1, "Access Modes", format_args!("[{}]", texts(&spec["accessModes"]).join(" ")));
    }
}

/// `describeJob`.
pub(super) fn job(_: World<'_>, job: &Value, page: &mut Page) {
    let (metadata, spec, status) = (&job["metadata"], &job["spec"], &job["status"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "Selector", selector(&spec["selector"]));
    page.tags(job);
    if let Some(controller) = controller(&job["metadata"]["ownerReferences"]) {
        page.field(0, "Controlled By", controller);
    }
    if let Some(parallelism) = spec["parallelism"].as_i64() {
        page.field(0, "Parallelism", parallelism);
    }
    page.field(0, "Completions", or_unset(&spec["completions"], ""));
    for (title, field) in [
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ] {
        if !spec[field].is_null() {
            page.field(0, title, shown(&spec[field]));
        }
    }
    let (start, end) = (&status["startTime"], &status["completionTime"]);
    if !start.is_null() {
        page.field(0, "Start Time", date(start));
    }
    if !end.is_null() {
        page.field(0, "Completed At", date(end));
    }
    if let Some(seconds) = seconds(start, end) {
        page.field(0, "Duration", human(seconds));
    }
    if let Some(deadline) = spec["activeDeadlineSeconds"].as_i64() {
        page.field(0, "Active Deadline Seconds", format_args!("{deadline}s"));
    }
    let [active, succeeded, failed] =
        ["active", "succeeded", "failed"].map(|field| int(&status[field]));
    let ready = status["ready"].as_i64().map_or(String::new(), |n| format!(" ({n} Ready)"));
    page.field(
        0,
        "Pods Statuses",
        format_args!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"),
    );
    if text(&spec["completionMode"]) == "Indexed" {
        page.field(0, "Completed Indexes", indexes(text(&status["completedIndexes"])));
    }
    template(page, &spec["template"]);
}

/// The first indexes of many, and dots (`capIndexesListOrNone`).
fn indexes(all: &str) -> String {
    const FEW: usize = 50;
    if all.is_empty() {
        return "<none>".to_owned();
    }
    let comma = all.bytes().enumerate().skip(FEW).find(|(_, byte)| *byte == b',');
    match comma.and_then(|(at, _)| all.get(..=at)) {
        Some(first) => format!("{first}..."),
        None => all.to_owned(),
    }
}

fn or_unset(value: &Value, unit: &str) -> String {
    if value.is_null() { "<unset>".to_owned() } else { format!("{}{unit}", shown(value)) }
}

/// `describeCronJob`.
pub(super) fn cron_job(_: World<'_>, cron: &Value, page: &mut Page) {
    let (spec, status) = (&cron["spec"], &cron["status"]);
    page.head(cron);
    page.field(0, "Schedule", text(&spec["schedule"]));
    page.field(0, "Concurrency Policy", text(&spec["concurrencyPolicy"]));
    page.field(0, "Suspend", title_case(&spec["suspend"]));
    for (title, field, unit) in [
        ("Time Zone", "timeZone", ""),
        ("Successful Job History Limit", "successfulJobsHistoryLimit", ""),
        ("Failed Job History Limit", "failedJobsHistoryLimit", ""),
        ("Starting Deadline Seconds", "startingDeadlineSeconds", "s"),
    ] {
        page.field(0, title, or_unset(&spec[field], unit));
    }
    let job = &spec["jobTemplate"]["spec"];
    let of = &job["selector"];
    page.field(0, "Selector", if of.is_null() { "<unset>".to_owned() } else { selector(of) });
    page.field(0, "Parallelism", or_unset(&job["parallelism"], ""));
    page.field(0, "Completions", or_unset(&job["completions"], ""));
    if let Some(deadline) = job["activeDeadlineSeconds"].as_i64() {
        page.field(0, "Active Deadline Seconds", format_args!("{deadline}s"));
    }
    template(page, &job["template"]);
    let last = &status["lastScheduleTime"];
    page.field(
        0,
        "Last Schedule Time",
        if last.is_null() { "<unset>".to_owned() } else { date(last) },
    );
    let active: Vec<&str> = items(&status["active"]).iter().map(|job| text(&job["name"])).collect();
    let active = active.join(", ");
    page.field(0, "Active Jobs", super::value::or_none(&active));
}

//! Volumes and their classes.

use super::{Columns, age, flag, is_deleted, items, name, number, size, text, text_or};
use crate::source::sort;
use serde_json::Value;

const GROUP: &str = "storage.k8s.io";

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("PersistentVolume", ""),
        &[
            "Name",
            "Capacity",
            "Access Modes",
            "Reclaim Policy",
            "Status",
            "Claim",
            "StorageClass",
            "VolumeAttributesClass",
            "Reason",
            "Age",
            "+VolumeMode",
        ],
        volume,
    ),
    Columns::new(
        ("PersistentVolumeClaim", ""),
        &[
            "Name",
            "Status",
            "Volume",
            "Capacity",
            "Access Modes",
            "StorageClass",
            "VolumeAttributesClass",
            "Age",
            "+VolumeMode",
        ],
        claim,
    ),
    Columns::new(
        ("StorageClass", GROUP),
        &[
            "Name",
            "Provisioner",
            "ReclaimPolicy",
            "VolumeBindingMode",
            "AllowVolumeExpansion",
            "Age",
        ],
        class,
    ),
    Columns::new(
        ("VolumeAttributesClass", GROUP),
        &["Name", "DriverName", "Age"],
        |object, now| vec![name(object), text(&object["driverName"]), age(object, now)],
    ),
    Columns::new(
        ("VolumeAttachment", GROUP),
        &["Name", "Attacher", "PV", "Node", "Attached", "Age"],
        attachment,
    ),
    Columns::new(("CSINode", GROUP), &["Name", "Drivers", "Age"], |object, now| {
        vec![name(object), size(&object["spec"]["drivers"]).to_string(), age(object, now)]
    }),
    Columns::new(
        ("CSIDriver", GROUP),
        &[
            "Name",
            "AttachRequired",
            "PodInfoOnMount",
            "StorageCapacity",
            "TokenRequests",
            "RequiresRepublish",
            "Modes",
            "Age",
        ],
        driver,
    ),
    Columns::new(
        ("CSIStorageCapacity", GROUP),
        &["Name", "StorageClassName", "Capacity"],
        |object, _| {
            let capacity = text_or(&object["capacity"], "<unset>");
            vec![name(object), text(&object["storageClassName"]), capacity]
        },
    ),
    Columns::new(("ResourceQuota", ""), &["Name", "Request", "Limit", "Age"], quota),
    Columns::new(
        ("PriorityClass", "scheduling.k8s.io"),
        &["Name", "Value", "Global-Default", "Age", "PreemptionPolicy"],
        |object, now| {
            vec![
                name(object),
                number(&object["value"]),
                flag(&object["globalDefault"], false),
                age(object, now),
                text(&object["preemptionPolicy"]),
            ]
        },
    ),
];

/// `GetAccessModesAsString`.
fn modes(modes: &Value) -> String {
    let known = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let has = |mode: &&(&str, &str)| items(modes).iter().any(|m| m == mode.0);
    known.iter().filter(has).map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

fn phase(object: &Value) -> String {
    if is_deleted(object) { "Terminating".to_owned() } else { text(&object["status"]["phase"]) }
}

/// The class: an old annotation's before the field's.
fn class_of(object: &Value) -> String {
    let annotation = &object["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"];
    if annotation.is_null() { text(&object["spec"]["storageClassName"]) } else { text(annotation) }
}

fn volume(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let claim = &spec["claimRef"];
    let claim = match claim.is_null() {
        true => String::new(),
        false => format!("{}/{}", text(&claim["namespace"]), text(&claim["name"])),
    };
    vec![
        name(object),
        text_or(&spec["capacity"]["storage"], "0"),
        modes(&spec["accessModes"]),
        text(&spec["persistentVolumeReclaimPolicy"]),
        phase(object),
        claim,
        class_of(object),
        text_or(&spec["volumeAttributesClassName"], "<unset>"),
        text(&object["status"]["reason"]),
        age(object, now),
        text_or(&spec["volumeMode"], "<unset>"),
    ]
}

fn claim(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let volume = text(&spec["volumeName"]);
    let (capacity, access) = match volume.is_empty() {
        true => (String::new(), String::new()),
        false => (text_or(&status["capacity"]["storage"], "0"), modes(&status["accessModes"])),
    };
    vec![
        name(object),
        phase(object),
        volume,
        capacity,
        access,
        class_of(object),
        text_or(&spec["volumeAttributesClassName"], "<unset>"),
        age(object, now),
        text_or(&spec["volumeMode"], "<unset>"),
    ]
}

fn class(object: &Value, now: i64) -> Vec<String> {
    let annotations = &object["metadata"]["annotations"];
    let is_default = annotations["storageclass.kubernetes.io/is-default-class"] == "true"
        || annotations["storageclass.beta.kubernetes.io/is-default-class"] == "true";
    vec![
        name(object) + if is_default { " (default)" } else { "" },
        text(&object["provisioner"]),
        text_or(&object["reclaimPolicy"], "Delete"),
        text_or(&object["volumeBindingMode"], "Immediate"),
        flag(&object["allowVolumeExpansion"], false),
        age(object, now),
    ]
}

fn attachment(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    vec![
        name(object),
        text(&spec["attacher"]),
        text(&spec["source"]["persistentVolumeName"]),
        text(&spec["nodeName"]),
        flag(&object["status"]["attached"], false),
        age(object, now),
    ]
}

fn driver(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let join = |list: &[Value], of: fn(&Value) -> String| {
        list.iter().map(of).collect::<Vec<_>>().join(",")
    };
    let requests = match spec["tokenRequests"].as_array() {
        Some(requests) => join(requests, |request| text(&request["audience"])),
        None => "<unset>".to_owned(),
    };
    let modes = join(items(&spec["volumeLifecycleModes"]), text);
    vec![
        name(object),
        flag(&spec["attachRequired"], true),
        flag(&spec["podInfoOnMount"], false),
        flag(&spec["storageCapacity"], false),
        requests,
        flag(&spec["requiresRepublish"], false),
        if modes.is_empty() { "<none>".to_owned() } else { modes },
        age(object, now),
    ]
}

fn quota(object: &Value, now: i64) -> Vec<String> {
    let status = &object["status"];
    let mut hard: Vec<(&String, &Value)> =
        status["hard"].as_object().into_iter().flatten().collect();
    sort::sort_by_key(&mut hard, |(resource, _)| *resource);
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (resource, most) in hard {
        let used = text_or(&status["used"][resource], "0");
        let column = if resource.starts_with("limits.") { &mut limits } else { &mut requests };
        column.push(format!("{resource}: {used}/{}", super::scalar(most)));
    }
    vec![name(object), requests.join(", "), limits.join(", "), age(object, now)]
}

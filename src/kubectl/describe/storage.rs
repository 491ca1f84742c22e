//! ConfigMaps, Secrets, volumes, claims and storage classes.

use super::World;
use super::page::Page;
use super::time::date;
use super::value::{entries, int, items, pairs, shown, text, texts, title_case};
use super::volumes::source;
use crate::cluster::Which;
use crate::kubectl::print::age::since;
use crate::manifest::Quantity;
use serde_json::Value;
use std::collections::BTreeSet;

/// `ConfigMapDescriber`.
pub(super) fn config_map(_: World<'_>, map: &Value, page: &mut Page) {
    page.head(map);
    page.line(0, "\nData\n====");
    for (key, value) in entries(&map["data"]) {
        page.line(0, format_args!("{key}:\n----\n{}\n", text(value)));
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in entries(&map["binaryData"]) {
        page.line(0, format_args!("{key}: {} bytes", n_bytes(text(value))));
    }
    page.line(0, "");
}

/// How many bytes base64 stands for.
fn n_bytes(base64: &str) -> usize {
    let digits = base64.bytes().filter(|b| !matches!(b, b'=' | b'\n' | b'\r' | b' ')).count();
    digits * 3 / 4
}

/// `describeSecret`.
pub(super) fn secret(_: World<'_>, secret: &Value, page: &mut Page) {
    page.head(secret);
    page.line(0, format_args!("\nType:\t{}", text(&secret["type"])));
    page.line(0, "\nData\n====");
    for (key, value) in entries(&secret["data"]) {
        page.field(0, key, format_args!("{} bytes", n_bytes(text(value))));
    }
}

/// The storage class of a volume or claim.
pub(super) fn class_of(of: &Value) -> &str {
    let old = &of["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"];
    text(if old.is_null() { &of["spec"]["storageClassName"] } else { old })
}

/// `GetAccessModesAsString`.
fn access_modes(modes: &Value) -> String {
    let modes = texts(modes);
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let there = short.into_iter().filter(|(mode, _)| modes.contains(mode));
    there.map(|(_, short)| short).collect::<Vec<_>>().join(",")
}

fn phase(world: World<'_>, of: &Value) -> String {
    match &of["metadata"]["deletionTimestamp"] {
        Value::Null => text(&of["status"]["phase"]).to_owned(),
        time => format!("Terminating (lasts {})", since(time, world.now)),
    }
}

/// `describePersistentVolumeClaim`.
pub(super) fn claim(world: World<'_>, claim: &Value, page: &mut Page) {
    let metadata = &claim["metadata"];
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "StorageClass", class_of(claim));
    page.field(0, "Status", phase(world, claim));
    claim_fields(page, claim, true);
    let name = text(&metadata["name"]);
    let uses = |pod: &Value| {
        let mut volumes = items(&pod["spec"]["volumes"]).iter();
        let owns = || {
            let mut owners = items(&metadata["ownerReferences"]).iter();
            owners.any(|o| text(&o["kind"]) == "Pod" && o["uid"] == pod["metadata"]["uid"])
        };
        volumes.any(|v| text(&v["persistentVolumeClaim"]["claimName"]) == name) || owns()
    };
    let mut users: BTreeSet<String> = BTreeSet::new();
    let pods = Which::within(Some(text(&metadata["namespace"])));
    world.cluster.each("Pod", pods, &mut |pod| {
        if uses(&pod) {
            users.insert(text(&pod["metadata"]["name"]).to_owned());
        }
    });
    page.list("", "Used By", &users.into_iter().collect::<Vec<_>>());
    let conditions = items(&claim["status"]["conditions"]);
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    }
    for c in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(&c[field]));
        let (probe, change) = (date(&c["lastProbeTime"]), date(&c["lastTransitionTime"]));
        page.line(1, format_args!("{kind} \t{status} \t{probe} \t{change} \t{reason} \t{message}"));
    }
}

/// What a claim and a claim's template show alike (`printPersistentVolumeClaim`).
pub(super) fn claim_fields(page: &mut Page, claim: &Value, whole: bool) {
    let (metadata, spec, status) = (&claim["metadata"], &claim["spec"], &claim["status"]);
    if !whole {
        page.field(0, "StorageClass", class_of(claim));
    }
    let volume = text(&spec["volumeName"]);
    page.field(0, "Volume", volume);
    page.tags(claim);
    if whole {
        finalizers(page, metadata);
    }
    let bound = !volume.is_empty();
    let capacity = Quantity::of(&status["capacity"]["storage"]).to_string();
    page.field(0, "Capacity", if bound { capacity } else { String::new() });
    let modes = access_modes(&status["accessModes"]);
    page.field(0, "Access Modes", if bound { modes } else { String::new() });
    if let Some(mode) = spec["volumeMode"].as_str() {
        page.field(0, "VolumeMode", mode);
    }
    let from = &spec["dataSource"];
    if from.is_object() {
        page.line(0, "DataSource:");
        if let Some(group) = from["apiGroup"].as_str() {
            page.field(1, "APIGroup", group);
        }
        page.field(1, "Kind", text(&from["kind"]));
        page.field(1, "Name", text(&from["name"]));
    }
}

fn finalizers(page: &mut Page, metadata: &Value) {
    page.field(0, "Finalizers", format_args!("[{}]", texts(&metadata["finalizers"]).join(" ")));
}

/// `describePersistentVolume`.
pub(super) fn persistent_volume(world: World<'_>, volume: &Value, page: &mut Page) {
    let (metadata, spec) = (&volume["metadata"], &volume["spec"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.tags(volume);
    finalizers(page, metadata);
    page.field(0, "StorageClass", class_of(volume));
    page.field(0, "Status", phase(world, volume));
    let claim = &spec["claimRef"];
    let claimed = match claim.is_object() {
        true => format!("{}/{}", text(&claim["namespace"]), text(&claim["name"])),
        false => String::new(),
    };
    page.field(0, "Claim", claimed);
    page.field(0, "Reclaim Policy", text(&spec["persistentVolumeReclaimPolicy"]));
    page.field(0, "Access Modes", access_modes(&spec["accessModes"]));
    if let Some(mode) = spec["volumeMode"].as_str() {
        page.field(0, "VolumeMode", mode);
    }
    page.field(0, "Capacity", Quantity::of(&spec["capacity"]["storage"]));
    let required = &spec["nodeAffinity"]["required"];
    if required.is_object() {
        page.line(0, "Node Affinity:\t");
        let terms = items(&required["nodeSelectorTerms"]);
        let none = if terms.is_empty() { "<none>" } else { "" };
        page.line(1, format_args!("Required Terms:\t{none}"));
        for (n, term) in terms.iter().enumerate() {
            expressions(page, 2, n, items(&term["matchExpressions"]));
        }
    } else {
        page.field(0, "Node Affinity", "<none>");
    }
    page.field(0, "Message", text(&volume["status"]["message"]));
    page.line(0, "Source:");
    source(page, spec);
}

/// A term's expressions, one a line.
fn expressions(page: &mut Page, level: usize, n: usize, expressions: &[Value]) {
    page.write(level, format_args!("Term {n}:\t"));
    if expressions.is_empty() {
        page.line(0, "<none>");
    }
    for (n, expression) in expressions.iter().enumerate() {
        if n > 0 {
            page.write(level, "\t");
        }
        let operator = expression["operator"].as_str().unwrap_or("In").to_lowercase();
        let values = texts(&expression["values"]);
        let values =
            if values.is_empty() { String::new() } else { format!(" [{}]", values.join(", ")) };
        page.line(0, format_args!("{} {operator}{values}", text(&expression["key"])));
    }
}

/// `describeStorageClass`.
pub(super) fn storage_class(_: World<'_>, class: &Value, page: &mut Page) {
    let metadata = &class["metadata"];
    page.field(0, "Name", text(&metadata["name"]));
    let is_default = ["storageclass", "storageclass.beta"].into_iter().any(|prefix| {
        let key = format!("{prefix}.kubernetes.io/is-default-class");
        text(&metadata["annotations"][key.as_str()]) == "true"
    });
    page.field(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    page.field(0, "Annotations", pairs(&metadata["annotations"]));
    page.field(0, "Provisioner", text(&class["provisioner"]));
    page.field(0, "Parameters", pairs(&class["parameters"]));
    page.field(0, "AllowVolumeExpansion", title_case(&class["allowVolumeExpansion"]));
    let options = texts(&class["mountOptions"]);
    page.line(0, if options.is_empty() { "MountOptions:\t<none>" } else { "MountOptions:" });
    for option in options {
        page.line(1, option);
    }
    for (title, field) in
        [("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")]
    {
        if let Some(value) = class[field].as_str() {
            page.field(0, title, value);
        }
    }
    if let Some(terms) = class["allowedTopologies"].as_array() {
        page.field(0, "AllowedTopologies", if terms.is_empty() { "<none>" } else { "" });
        for (n, term) in terms.iter().enumerate() {
            expressions(page, 1, n, items(&term["matchLabelExpressions"]));
        }
    }
}

/// `describeVolumeAttributesClass`.
pub(super) fn attributes_class(_: World<'_>, class: &Value, page: &mut Page) {
    page.field(0, "Name", text(&class["metadata"]["name"]));
    page.field(0, "Annotations", pairs(&class["metadata"]["annotations"]));
    page.field(0, "DriverName", text(&class["driverName"]));
    page.field(0, "Parameters", pairs(&class["parameters"]));
}

/// `describeCSINode`.
pub(super) fn csi_node(_: World<'_>, node: &Value, page: &mut Page) {
    page.field(0, "Name", text(&node["metadata"]["name"]));
    page.tags(node);
    page.field(0, "CreationTimestamp", date(&node["metadata"]["creationTimestamp"]));
    page.line(0, "Spec:");
    let drivers = &node["spec"]["drivers"];
    if drivers.is_array() {
        page.line(1, "Drivers:");
    }
    for driver in items(drivers) {
        page.line(2, format_args!("{}:", text(&driver["name"])));
        page.field(3, "Node ID", text(&driver["nodeID"]));
        if !driver["allocatable"]["count"].is_null() {
            page.line(3, "Allocatables:");
            page.field(4, "Count", int(&driver["allocatable"]["count"]));
        }
        if driver["topologyKeys"].is_array() {
            page.field(3, "Topology Keys", shown(&driver["topologyKeys"]));
        }
    }
}

//! Volumes of Pods and the sources of PersistentVolumes.

use super::page::Page;
use super::storage::claim_fields;
use super::value::{entries, flag, items, plain, shown, text, texts};
use crate::manifest::Quantity;
use serde_json::Value;

/// How a field of a source is shown.
enum Show {
    /// As it is; empty where it is absent.
    Plain,
    /// `false` where it is absent.
    Bool,
    /// `<none>` where it is absent.
    OrNone,
    /// A pointer to a struct, or nil.
    Pointer,
    /// A list in brackets.
    Brackets,
    /// A list with commas.
    Joined,
}

/// A kind of source: its field, what it is, and its fields.
type Source = (&'static str, &'static str, &'static [(&'static str, &'static str, Show)]);

use Show::{Bool, Brackets, Joined, OrNone, Plain, Pointer};

/// In the order in which kubectl looks for them.
static SOURCES: &[Source] = &[
    (
        "hostPath",
        "HostPath (bare host directory volume)",
        &[("Path:", "path", Plain), ("HostPathType:", "type", OrNone)],
    ),
    (
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[
            ("PDName:", "pdName", Plain),
            ("FSType:", "fsType", Plain),
            ("Partition:", "partition", Plain),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[
            ("VolumeID:", "volumeID", Plain),
            ("FSType:", "fsType", Plain),
            ("Partition:", "partition", Plain),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[("Repository:", "repository", Plain), ("Revision:", "revision", Plain)],
    ),
    (
        "secret",
        "Secret (a volume populated by a Secret)",
        &[("SecretName:", "secretName", Plain), ("Optional:", "optional", Bool)],
    ),
    (
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("Name:", "name", Plain), ("Optional:", "optional", Bool)],
    ),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server:", "server", Plain), ("Path:", "path", Plain), ("ReadOnly:", "readOnly", Bool)],
    ),
    (
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal:", "targetPortal", Plain),
            ("IQN:", "iqn", Plain),
            ("Lun:", "lun", Plain),
            ("ISCSIInterface", "iscsiInterface", Plain),
            ("FSType:", "fsType", Plain),
            ("ReadOnly:", "readOnly", Bool),
            ("Portals:", "portals", Brackets),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Bool),
            ("SessionCHAPAuth:", "chapAuthSession", Bool),
            ("SecretRef:", "secretRef", Pointer),
            ("InitiatorName:", "initiatorName", OrNone),
        ],
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName:", "claimName", Plain), ("ReadOnly:", "readOnly", Bool)],
    ),
    (
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors:", "monitors", Brackets),
            ("RBDImage:", "image", Plain),
            ("FSType:", "fsType", Plain),
            ("RBDPool:", "pool", Plain),
            ("RadosUser:", "user", Plain),
            ("Keyring:", "keyring", Plain),
            ("SecretRef:", "secretRef", Pointer),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName:", "diskName", Plain),
            ("DiskURI:", "diskURI", Plain),
            ("Kind: ", "kind", Plain),
            ("FSType:", "fsType", Plain),
            ("CachingMode:", "cachingMode", Plain),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath:", "volumePath", Plain),
            ("FSType:", "fsType", Plain),
            ("StoragePolicyName:", "storagePolicyName", Plain),
        ],
    ),
    (
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID:", "volumeID", Plain),
            ("FSType:", "fsType", Plain),
            ("ReadOnly:", "readOnly", Bool),
            ("SecretRef:", "secretRef", Pointer),
        ],
    ),
    (
        "local",
        "LocalVolume (a persistent volume backed by local storage on a node)",
        &[("Path:", "path", Plain)],
    ),
    (
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors:", "monitors", Brackets),
            ("Path:", "path", Plain),
            ("User:", "user", Plain),
            ("SecretFile:", "secretFile", Plain),
            ("SecretRef:", "secretRef", Pointer),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "fc",
        "FC (a Fibre Channel disk)",
        &[
            ("TargetWWNs:", "targetWWNs", Joined),
            ("LUN:", "lun", OrNone),
            ("FSType:", "fsType", Plain),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[
            ("SecretName:", "secretName", Plain),
            ("ShareName:", "shareName", Plain),
            ("ReadOnly:", "readOnly", Bool),
        ],
    ),
    (
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver:", "driver", Plain),
            ("FSType:", "fsType", Plain),
            ("SecretRef:", "secretRef", Pointer),
            ("ReadOnly:", "readOnly", Bool),
            ("Options:", "options", Plain),
        ],
    ),
    (
        "image",
        "Image (a container image or OCI artifact)",
        &[("Reference:", "reference", Plain), ("PullPolicy:", "pullPolicy", Plain)],
    ),
];

/// `describeVolumes`.
pub(super) fn volumes(page: &mut Page, volumes: &Value, indent: &str) {
    let volumes = items(volumes);
    let none = if volumes.is_empty() { "\t<none>" } else { "" };
    page.line(0, format_args!("{indent}Volumes:{none}"));
    for volume in volumes {
        let space = if indent.is_empty() { "" } else { " " };
        page.line(1, format_args!("{space}{}:", text(&volume["name"])));
        source(page, volume);
    }
}

/// What a volume, or a PersistentVolume's `spec`, is made of.
pub(super) fn source(page: &mut Page, of: &Value) {
    let (empty, csi) = (&of["emptyDir"], &of["csi"]);
    if empty.is_object() {
        page.field(2, "Type", "EmptyDir (a temporary directory that shares a pod's lifetime)");
        page.field(2, "Medium", text(&empty["medium"]));
        let limit = Quantity::of(&empty["sizeLimit"]);
        let limit = if limit.is_positive() { limit.to_string() } else { "<unset>".to_owned() };
        page.field(2, "SizeLimit", limit);
    } else if of["projected"].is_object() {
        projected(page, &of["projected"]);
    } else if of["downwardAPI"].is_object() {
        page.field(
            2,
            "Type",
            "DownwardAPI (a volume populated by information about the pod)\n    Items:",
        );
        for item in items(&of["downwardAPI"]["items"]) {
            let path = text(&item["path"]);
            for from in [&item["fieldRef"]["fieldPath"], &item["resourceFieldRef"]["resource"]] {
                if from.is_string() {
                    page.line(3, format_args!("{} -> {path}", text(from)));
                }
            }
        }
    } else if of["ephemeral"].is_object() {
        page.field(
            2,
            "Type",
            "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        );
        let template = &of["ephemeral"]["volumeClaimTemplate"];
        if template.is_object() {
            let mut inner = Page::default();
            claim_fields(&mut inner, template, false);
            page.nested(2, inner);
        }
    } else if csi.is_object() {
        page.field(2, "Type", "CSI (a Container Storage Interface (CSI) volume source)");
        page.field(2, "Driver", text(&csi["driver"]));
        page.field(2, "FSType", text(&csi["fsType"]));
        if csi["volumeHandle"].is_string() {
            page.field(2, "VolumeHandle", text(&csi["volumeHandle"]));
        }
        page.field(2, "ReadOnly", flag(&csi["readOnly"]));
        attributes(page, &csi["volumeAttributes"]);
    } else if let Some((field, what, fields)) =
        SOURCES.iter().find(|(field, ..)| of[*field].is_object())
    {
        page.field(2, "Type", what);
        for (title, name, show) in *fields {
            page.line(2, format_args!("{title}\t{}", written(&of[*field][*name], show)));
        }
    } else {
        page.line(1, "<unknown>");
    }
}

fn written(value: &Value, show: &Show) -> String {
    match show {
        Plain => shown(value),
        Bool => flag(value).to_string(),
        OrNone if value.is_null() => "<none>".to_owned(),
        OrNone => plain(value),
        Pointer if value.is_null() => "nil".to_owned(),
        Pointer => {
            let fields: Vec<String> = entries(value)
                .into_iter()
                .map(|(name, value)| {
                    let mut name = name.to_owned();
                    if let Some(first) = name.get_mut(..1) {
                        first.make_ascii_uppercase();
                    }
                    format!("{name}:{},", plain(value))
                })
                .collect();
            format!("&LocalObjectReference{{{}}}", fields.join(""))
        }
        Brackets => format!("[{}]", texts(value).join(" ")),
        Joined => texts(value).join(", "),
    }
}

fn projected(page: &mut Page, projected: &Value) {
    page.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
    for source in items(&projected["sources"]) {
        let named = [("secret", "SecretName"), ("configMap", "ConfigMapName")];
        let token = &source["serviceAccountToken"];
        if source["downwardAPI"].is_object() && !source["secret"].is_object() {
            page.field(2, "DownwardAPI", "true");
        } else if let Some((field, title)) =
            named.into_iter().find(|(field, _)| source[*field].is_object())
        {
            page.field(2, title, text(&source[field]["name"]));
            page.field(2, "Optional", flag(&source[field]["optional"]));
        } else if token.is_object() {
            let seconds = token["expirationSeconds"].as_i64().unwrap_or(3600);
            page.field(2, "TokenExpirationSeconds", seconds);
        }
    }
}

/// `printCSIPersistentVolumeAttributesMultiline`.
fn attributes(page: &mut Page, attributes: &Value) {
    const LONGEST: usize = 140;
    page.write(2, "VolumeAttributes:\t");
    let all = entries(attributes);
    if all.is_empty() {
        page.line(0, "<none>");
    }
    for (n, (key, value)) in all.into_iter().enumerate() {
        if n > 0 {
            page.write(2, "");
            page.write(2, "\t");
        }
        let line = super::page::shortened(&format!("{key}={}", text(value)), LONGEST);
        page.line(2, line);
    }
}

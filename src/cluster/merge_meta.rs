//! Which lists a strategic merge patch merges, and by which key: the `patchStrategy` and
//! `patchMergeKey` tags of k8s.io/api v0.36 for the kinds that Portolan meets. A list that
//! is not here is replaced as a whole.

/// How a list is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListMeta {
    /// The field that tells items apart; empty for a list of scalars.
    pub(super) key: &'static str,
    /// Items keep only the fields that the patch names.
    pub(super) retain_keys: bool,
}

/// A place in an object: its kind and the name of the nearest field around.
#[derive(Debug, Clone, Copy)]
pub(super) struct Where<'a> {
    kind: &'a str,
    field: &'a str,
}

/// List, the fields that hold it (none: any), the kinds that have it (none: any), key,
/// retainKeys.
type Row = (&'static str, &'static [&'static str], &'static [&'static str], &'static str, bool);

const CONTAINERS: &[&str] = &["containers", "initContainers", "ephemeralContainers"];

const LISTS: &[Row] = &[
    ("finalizers", &["metadata"], &[], "", false),
    ("ownerReferences", &["metadata"], &[], "uid", false),
    ("conditions", &["status"], &[], "type", false),
    ("ports", &["spec"], &["Service"], "port", false),
    ("ports", CONTAINERS, &[], "containerPort", false),
    ("env", CONTAINERS, &[], "name", false),
    ("volumeMounts", CONTAINERS, &[], "mountPath", false),
    ("volumeDevices", CONTAINERS, &[], "devicePath", false),
    ("containers", &["spec"], &[], "name", false),
    ("initContainers", &["spec"], &[], "name", false),
    ("ephemeralContainers", &["spec"], &[], "name", false),
    ("volumes", &["spec"], &[], "name", true),
    ("resourceClaims", &["spec"], &[], "name", true),
    ("imagePullSecrets", &["spec"], &[], "name", false),
    ("hostAliases", &["spec"], &[], "ip", false),
    ("topologySpreadConstraints", &["spec"], &[], "topologyKey", false),
    ("podCIDRs", &["spec"], &["Node"], "", false),
    ("addresses", &["status"], &["Node"], "type", false),
    ("podIPs", &["status"], &["Pod"], "ip", false),
    ("hostIPs", &["status"], &["Pod"], "ip", false),
    ("secrets", &[""], &["ServiceAccount"], "name", false),
];

impl<'a> Where<'a> {
    /// The top of an object of `kind`.
    pub(super) fn root(kind: &'a str) -> Self {
        Self { kind, field: "" }
    }

    /// Inside the field `name` of this place, or inside an item of it.
    pub(super) fn field<'b>(self, name: &'b str) -> Where<'b>
    where
        'a: 'b,
    {
        Where { kind: self.kind, field: name }
    }

    /// How the list `name` here is merged; none where it is replaced.
    pub(super) fn list(self, name: &str) -> Option<ListMeta> {
        LISTS
            .iter()
            .find(|(list, fields, kinds, ..)| {
                *list == name
                    && (fields.is_empty() || fields.contains(&self.field))
                    && (kinds.is_empty() || kinds.contains(&self.kind))
            })
            .map(|(_, _, _, key, retain_keys)| ListMeta { key, retain_keys: *retain_keys })
    }

    /// True for a map that keeps only the fields the patch names.
    pub(super) fn retains_keys(self, name: &str) -> bool {
        name == "strategy" && self.field == "spec" && self.kind == "Deployment"
    }
}

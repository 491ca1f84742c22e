//! The resources that the API server serves, and how the command line names them
//! (`kubectl api-resources`; k8s.io/cli-runtime/pkg/resource, v1.36).

use super::command::Call;
use super::console::Console;
use super::failure::Failure;
use crate::manifest::go::Quoted;
use crate::manifest::kinds::{self, Kind};

/// A resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resource {
    /// As in URLs: `services`.
    pub(super) plural: &'static str,
    /// Short names: `svc`.
    pub(super) short: &'static [&'static str],
    /// `v1`, `apps/v1`.
    pub(super) api_version: &'static str,
    /// Whether its objects live in namespaces.
    pub(super) namespaced: bool,
    /// `Service`.
    pub(super) kind: &'static str,
}

impl Resource {
    /// The API group; empty for the core.
    pub(super) fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The version in its group.
    pub(super) fn version(&self) -> &'static str {
        self.api_version.split_once('/').map_or(self.api_version, |(_, version)| version)
    }

    /// Its name with its group, as messages have it: `deployments.apps`.
    pub(super) fn full_plural(&self) -> String {
        with_group(self.plural, self.group())
    }

    /// One object as kubectl names it: `deployment.apps/web`.
    pub(super) fn object(&self, name: &str) -> String {
        format!("{}/{name}", with_group(&self.kind.to_lowercase(), self.group()))
    }

    /// What the server does with it, in the order of their names.
    pub(super) fn verbs(&self) -> &'static [&'static str] {
        match self.plural {
            "bindings" => &["create"],
            "componentstatuses" => &["get", "list"],
            "namespaces" => &["create", "delete", "get", "list", "patch", "update", "watch"],
            plural if plural.ends_with("reviews") => &["create"],
            _ => {
                &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            }
        }
    }

    /// The names of groups of resources that it is one of.
    pub(super) fn categories(&self) -> &'static [&'static str] {
        match self.group() {
            _ if ALL.contains(&self.plural) => &["all"],
            "admissionregistration.k8s.io" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => {
                &["api-extensions"]
            }
            _ => &[],
        }
    }

    /// What a manifest of it may hold; none of a kind whose fields are not known here.
    pub(super) fn fields(&self) -> Option<&'static Kind> {
        kinds::find(self.group(), self.version(), self.kind)
    }
}

/// `deployments.apps`; the name alone for the core group.
pub(super) fn with_group(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

const fn resource(
    plural: &'static str,
    short: &'static [&'static str],
    api_version: &'static str,
    namespaced: bool,
    kind: &'static str,
) -> Resource {
    Resource { plural, short, api_version, namespaced, kind }
}

/// All that a server of v1.36 serves, in the order of `kubectl api-resources`.
pub(super) static RESOURCES: &[Resource] = &[
    resource("bindings", &[], "v1", true, "Binding"),
    resource("componentstatuses", &["cs"], "v1", false, "ComponentStatus"),
    resource("configmaps", &["cm"], "v1", true, "ConfigMap"),
    resource("endpoints", &["ep"], "v1", true, "Endpoints"),
    resource("events", &["ev"], "v1", true, "Event"),
    resource("limitranges", &["limits"], "v1", true, "LimitRange"),
    resource("namespaces", &["ns"], "v1", false, "Namespace"),
    resource("nodes", &["no"], "v1", false, "Node"),
    resource("persistentvolumeclaims", &["pvc"], "v1", true, "PersistentVolumeClaim"),
    resource("persistentvolumes", &["pv"], "v1", false, "PersistentVolume"),
    resource("pods", &["po"], "v1", true, "Pod"),
    resource("podtemplates", &[], "v1", true, "PodTemplate"),
    resource("replicationcontrollers", &["rc"], "v1", true, "ReplicationController"),
    resource("resourcequotas", &["quota"], "v1", true, "ResourceQuota"),
    resource("secrets", &[], "v1", true, "Secret"),
    resource("serviceaccounts", &["sa"], "v1", true, "ServiceAccount"),
    resource("services", &["svc"], "v1", true, "Service"),
    resource(
        "mutatingadmissionpolicies",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "MutatingAdmissionPolicy",
    ),
    resource(
        "mutatingadmissionpolicybindings",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "MutatingAdmissionPolicyBinding",
    ),
    resource(
        "mutatingwebhookconfigurations",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "MutatingWebhookConfiguration",
    ),
    resource(
        "validatingadmissionpolicies",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "ValidatingAdmissionPolicy",
    ),
    resource(
        "validatingadmissionpolicybindings",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "ValidatingAdmissionPolicyBinding",
    ),
    resource(
        "validatingwebhookconfigurations",
        &[],
        "admissionregistration.k8s.io/v1",
        false,
        "ValidatingWebhookConfiguration",
    ),
    resource(
        "customresourcedefinitions",
        &["crd", "crds"],
        "apiextensions.k8s.io/v1",
        false,
        "CustomResourceDefinition",
    ),
    resource("apiservices", &[], "apiregistration.k8s.io/v1", false, "APIService"),
    resource("controllerrevisions", &[], "apps/v1", true, "ControllerRevision"),
    resource("daemonsets", &["ds"], "apps/v1", true, "DaemonSet"),
    resource("deployments", &["deploy"], "apps/v1", true, "Deployment"),
    resource("replicasets", &["rs"], "apps/v1", true, "ReplicaSet"),
    resource("statefulsets", &["sts"], "apps/v1", true, "StatefulSet"),
    resource("selfsubjectreviews", &[], "authentication.k8s.io/v1", false, "SelfSubjectReview"),
    resource("tokenreviews", &[], "authentication.k8s.io/v1", false, "TokenReview"),
    resource(
        "localsubjectaccessreviews",
        &[],
        "authorization.k8s.io/v1",
        true,
        "LocalSubjectAccessReview",
    ),
    resource(
        "selfsubjectaccessreviews",
        &[],
        "authorization.k8s.io/v1",
        false,
        "SelfSubjectAccessReview",
    ),
    resource(
        "selfsubjectrulesreviews",
        &[],
        "authorization.k8s.io/v1",
        false,
        "SelfSubjectRulesReview",
    ),
    resource("subjectaccessreviews", &[], "authorization.k8s.io/v1", false, "SubjectAccessReview"),
    resource(
        "horizontalpodautoscalers",
        &["hpa"],
        "autoscaling/v2",
        true,
        "HorizontalPodAutoscaler",
    ),
    resource("cronjobs", &["cj"], "batch/v1", true, "CronJob"),
    resource("jobs", &[], "batch/v1", true, "Job"),
    resource(
        "certificatesigningrequests",
        &["csr"],
        "certificates.k8s.io/v1",
        false,
        "CertificateSigningRequest",
    ),
    resource("leases", &[], "coordination.k8s.io/v1", true, "Lease"),
    resource("endpointslices", &[], "discovery.k8s.io/v1", true, "EndpointSlice"),
    resource("events", &["ev"], "events.k8s.io/v1", true, "Event"),
    resource("flowschemas", &[], "flowcontrol.apiserver.k8s.io/v1", false, "FlowSchema"),
    resource(
        "prioritylevelconfigurations",
        &[],
        "flowcontrol.apiserver.k8s.io/v1",
        false,
        "PriorityLevelConfiguration",
    ),
    resource("ingressclasses", &[], "networking.k8s.io/v1", false, "IngressClass"),
    resource("ingresses", &["ing"], "networking.k8s.io/v1", true, "Ingress"),
    resource("ipaddresses", &["ip"], "networking.k8s.io/v1", false, "IPAddress"),
    resource("networkpolicies", &["netpol"], "networking.k8s.io/v1", true, "NetworkPolicy"),
    resource("servicecidrs", &[], "networking.k8s.io/v1", false, "ServiceCIDR"),
    resource("runtimeclasses", &[], "node.k8s.io/v1", false, "RuntimeClass"),
    resource("poddisruptionbudgets", &["pdb"], "policy/v1", true, "PodDisruptionBudget"),
    resource(
        "clusterrolebindings",
        &[],
        "rbac.authorization.k8s.io/v1",
        false,
        "ClusterRoleBinding",
    ),
    resource("clusterroles", &[], "rbac.authorization.k8s.io/v1", false, "ClusterRole"),
    resource("rolebindings", &[], "rbac.authorization.k8s.io/v1", true, "RoleBinding"),
    resource("roles", &[], "rbac.authorization.k8s.io/v1", true, "Role"),
    resource("deviceclasses", &[], "resource.k8s.io/v1", false, "DeviceClass"),
    resource("resourceclaims", &[], "resource.k8s.io/v1", true, "ResourceClaim"),
    resource("resourceclaimtemplates", &[], "resource.k8s.io/v1", true, "ResourceClaimTemplate"),
    resource("resourceslices", &[], "resource.k8s.io/v1", false, "ResourceSlice"),
    resource("priorityclasses", &["pc"], "scheduling.k8s.io/v1", false, "PriorityClass"),
    resource("csidrivers", &[], "storage.k8s.io/v1", false, "CSIDriver"),
    resource("csinodes", &[], "storage.k8s.io/v1", false, "CSINode"),
    resource("csistoragecapacities", &[], "storage.k8s.io/v1", true, "CSIStorageCapacity"),
    resource("storageclasses", &["sc"], "storage.k8s.io/v1", false, "StorageClass"),
    resource("volumeattachments", &[], "storage.k8s.io/v1", false, "VolumeAttachment"),
    resource(
        "volumeattributesclasses",
        &["vac"],
        "storage.k8s.io/v1",
        false,
        "VolumeAttributesClass",
    ),
];

/// A workload's subresource with its replicas.
pub(super) static SCALE: Resource = resource("scales", &[], "autoscaling/v1", true, "Scale");

/// Resources of the Gateway API: served where the world has any object of them.
static GATEWAY: &[Resource] = &[
    resource("gatewayclasses", &["gc"], "gateway.networking.k8s.io/v1", false, "GatewayClass"),
    resource("gateways", &["gtw"], "gateway.networking.k8s.io/v1", true, "Gateway"),
    resource("httproutes", &[], "gateway.networking.k8s.io/v1", true, "HTTPRoute"),
];

/// What `all` stands for, in order.
const ALL: &[&str] = &[
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
    "jobs",
];

/// The resource that people call `name`: plural, singular, short name or kind in any case,
/// also with its group and version (`deployments.apps`, `deployments.v1.apps`).
pub(super) fn find(console: &Console, name: &str) -> Option<&'static Resource> {
    find_among(&mut served(console), name)
}

/// As [`find`], of those that every world serves.
pub(super) fn find_always(name: &str) -> Option<&'static Resource> {
    find_among(&mut RESOURCES.iter(), name)
}

fn find_among(
    mut all: &mut dyn Iterator<Item = &'static Resource>,
    name: &str,
) -> Option<&'static Resource> {
    let lower = name.to_lowercase();
    let (word, group) = lower.split_once('.').unwrap_or((&lower, ""));
    let written = name.split_once('.').map_or(name, |(word, _)| word);
    let is_named = |r: &&Resource| {
        // Short names are taken as they are written only (`shortcutExpander`).
        let is_word =
            r.plural == word || r.kind.to_lowercase() == word || r.short.contains(&written);
        let group_is = || {
            let full = r.group();
            let behind_version = group.strip_prefix(r.version()).and_then(|g| g.strip_prefix('.'));
            full == group || behind_version == Some(full) || full.starts_with(&format!("{group}."))
        };
        is_word && (group.is_empty() || group_is())
    };
    Iterator::find(&mut all, is_named)
}

/// All resources that this world serves.
pub(super) fn served(console: &Console) -> impl Iterator<Item = &'static Resource> {
    let gateway = GATEWAY.iter().filter(|r| console.cluster.has_any(r.kind));
    RESOURCES.iter().chain(gateway)
}

/// The resource of this name, or kubectl's error that there is none.
pub(super) fn named(console: &Console, name: &str) -> Result<&'static Resource, Failure> {
    find(console, name).ok_or_else(|| {
        let what = Quoted(name.split_once('.').map_or(name, |(word, _)| word));
        Failure::Client(format!("the server doesn't have a resource type {what:?}"))
    })
}

/// What a command line means: resources, and names of objects where it gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Of which resource.
    pub(super) resource: &'static Resource,
    /// Which object; none means all, or those that a selector picks.
    pub(super) name: Option<String>,
}

/// Reads `TYPE[,TYPE…] [NAME…]` and `TYPE/NAME…` (`Builder.ResourceTypeOrNameArgs`,
/// k8s.io/cli-runtime/pkg/resource/builder.go).
///
/// # Errors
/// What kubectl says of words that mean nothing.
pub(super) fn wanted(console: &Console, args: &[String]) -> Result<Vec<Wanted>, Failure> {
    let Some(first) = args.first() else { return Ok(Vec::new()) };
    if args.iter().any(|arg| arg.contains('/')) {
        return args.iter().map(|arg| tuple(console, arg)).collect();
    }
    let mut resources = Vec::new();
    for name in first.split(',') {
        if name == "all" {
            resources.extend(ALL.iter().filter_map(|plural| find(console, plural)));
        } else if name.is_empty() {
            let plain: Vec<&str> = first.split(',').filter(|name| !name.is_empty()).collect();
            return Err(Failure::Client(format!(
                "arguments in resource/name form must have a single resource and name, or be a list of resources: {}",
                plain.join(",")
            )));
        } else {
            resources.push(named(console, name)?);
        }
    }
    let names = args.get(1..).unwrap_or_default();
    if names.is_empty() {
        return Ok(resources.into_iter().map(|resource| Wanted { resource, name: None }).collect());
    }
    let each = resources.iter().flat_map(|resource| {
        names.iter().map(|name| Wanted { resource, name: Some(name.clone()) })
    });
    Ok(each.collect())
}

fn tuple(console: &Console, arg: &str) -> Result<Wanted, Failure> {
    let mut parts = arg.split('/');
    let (resource, name) = match (parts.next(), parts.next(), parts.next()) {
        (Some(_), None, _) => {
            return Err(Failure::Client(
                "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'".to_owned(),
            ));
        }
        (Some(resource), Some(name), None) => (resource, name),
        _ => {
            return Err(Failure::Client(
                "arguments in resource/name form may not have more than one slash".to_owned(),
            ));
        }
    };
    if resource.is_empty() || name.is_empty() {
        return Err(Failure::Client(
            "arguments in resource/name form must have a single resource and name".to_owned(),
        ));
    }
    if resource.contains(',') {
        return Err(Failure::Client(
            "arguments in resource/name form must have a single resource and name".to_owned(),
        ));
    }
    Ok(Wanted { resource: named(console, resource)?, name: Some(name.to_owned()) })
}

/// The namespace that objects of `resource` are looked for in: none for all, empty where the
/// resource has none.
pub(super) fn scope(console: &Console, call: &Call, resource: &Resource) -> Option<String> {
    if !resource.namespaced {
        return Some(String::new());
    }
    (!call.flags.bool("all-namespaces")).then(|| call.namespace(console))
}

/// `services "web" not found`, as the server answers.
pub(super) fn not_found(resource: &Resource, name: &str) -> Failure {
    let says = format!("{} {:?} not found", resource.full_plural(), Quoted(name));
    Failure::Server(crate::validate::ApiError::new(crate::validate::Reason::NotFound, says))
}

/// What the server answers to a request for one object that is not there: in a namespace that
/// is not there either, it misses that.
pub(super) fn not_found_in(
    console: &Console,
    resource: &Resource,
    namespace: &str,
    name: &str,
) -> Failure {
    if resource.namespaced && console.cluster.namespace(namespace).is_none() {
        let says = format!("namespaces {:?} not found", Quoted(namespace));
        let error = crate::validate::ApiError::new(crate::validate::Reason::NotFound, says);
        return Failure::Server(error);
    }
    not_found(resource, name)
}

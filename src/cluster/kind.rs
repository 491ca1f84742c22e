//! The kinds that people write short: kind, plural and short names, as `kubectl
//! api-resources` lists them (v1.36).

/// What is known of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindInfo {
    /// As in manifests: `Service`.
    pub kind: &'static str,
    /// As in URLs: `services`.
    pub plural: &'static str,
    /// Short names: `svc`.
    pub short: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Group and version as in `apiVersion`.
    pub api_version: &'static str,
}

const fn info(
    kind: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
    namespaced: bool,
    api_version: &'static str,
) -> KindInfo {
    KindInfo { kind, plural, short, namespaced, api_version }
}

/// Kinds with their names, by kind.
static KINDS: &[KindInfo] = &[
    info("ClusterRole", "clusterroles", &[], false, "rbac.authorization.k8s.io/v1"),
    info("ClusterRoleBinding", "clusterrolebindings", &[], false, "rbac.authorization.k8s.io/v1"),
    info("ConfigMap", "configmaps", &["cm"], true, "v1"),
    info("CronJob", "cronjobs", &["cj"], true, "batch/v1"),
    info("DaemonSet", "daemonsets", &["ds"], true, "apps/v1"),
    info("Deployment", "deployments", &["deploy"], true, "apps/v1"),
    info("Endpoints", "endpoints", &["ep"], true, "v1"),
    info("EndpointSlice", "endpointslices", &[], true, "discovery.k8s.io/v1"),
    info("Event", "events", &["ev"], true, "v1"),
    info("Gateway", "gateways", &["gtw"], true, "gateway.networking.k8s.io/v1"),
    info("GatewayClass", "gatewayclasses", &["gc"], false, "gateway.networking.k8s.io/v1"),
    info("HTTPRoute", "httproutes", &[], true, "gateway.networking.k8s.io/v1"),
    info("Ingress", "ingresses", &["ing"], true, "networking.k8s.io/v1"),
    info("IngressClass", "ingressclasses", &[], false, "networking.k8s.io/v1"),
    info("IPAddress", "ipaddresses", &["ip"], false, "networking.k8s.io/v1"),
    info("Job", "jobs", &[], true, "batch/v1"),
    info("Namespace", "namespaces", &["ns"], false, "v1"),
    info("NetworkPolicy", "networkpolicies", &["netpol"], true, "networking.k8s.io/v1"),
    info("Node", "nodes", &["no"], false, "v1"),
    info("PersistentVolume", "persistentvolumes", &["pv"], false, "v1"),
    info("PersistentVolumeClaim", "persistentvolumeclaims", &["pvc"], true, "v1"),
    info("Pod", "pods", &["po"], true, "v1"),
    info("ReplicaSet", "replicasets", &["rs"], true, "apps/v1"),
    info("Role", "roles", &[], true, "rbac.authorization.k8s.io/v1"),
    info("RoleBinding", "rolebindings", &[], true, "rbac.authorization.k8s.io/v1"),
    info("Secret", "secrets", &[], true, "v1"),
    info("Service", "services", &["svc"], true, "v1"),
    info("ServiceAccount", "serviceaccounts", &["sa"], true, "v1"),
    info("ServiceCIDR", "servicecidrs", &[], false, "networking.k8s.io/v1"),
    info("StatefulSet", "statefulsets", &["sts"], true, "apps/v1"),
    info("StorageClass", "storageclasses", &["sc"], false, "storage.k8s.io/v1"),
];

/// What is known of the kind that people call `name`: its kind, singular, plural or a
/// short name, in any case. None for kinds we don't know.
#[must_use]
pub fn kind_info(name: &str) -> Option<&'static KindInfo> {
    // A group may follow, as in `deployments.apps`.
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    KINDS.iter().find(|k| {
        k.kind.eq_ignore_ascii_case(name)
            || k.plural.eq_ignore_ascii_case(name)
            || k.short.iter().any(|short| short.eq_ignore_ascii_case(name))
    })
}

/// The kind as manifests write it: `svc` → `Service`; a kind we don't know stays as it is.
#[must_use]
pub fn canonical_kind(name: &str) -> &str {
    kind_info(name).map_or(name, |k| k.kind)
}

/// Whether objects of `kind` live in namespaces; true for kinds we don't know.
pub(super) fn is_namespaced(kind: &str) -> bool {
    kind_info(kind).is_none_or(|k| k.namespaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_every_name_kubectl_takes() {
        for name in ["svc", "Service", "services", "SERVICE"] {
            assert_eq!(canonical_kind(name), "Service");
        }
        assert_eq!(canonical_kind("deployments.apps"), "Deployment");
        assert_eq!(canonical_kind("Widget"), "Widget");
        assert!(!is_namespaced("Node") && is_namespaced("Widget"));
    }

    #[test]
    fn no_name_means_two_kinds() {
        let mut names: Vec<String> = KINDS
            .iter()
            .flat_map(|k| [k.kind, k.plural].into_iter().chain(k.short.iter().copied()))
            .map(str::to_ascii_lowercase)
            .collect();
        names.sort();
        let n_names = names.len();
        names.dedup();
        // `Endpoints` is its own plural.
        assert_eq!(names.len() + 1, n_names);
    }
}

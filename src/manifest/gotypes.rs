//! Go's own names for strings with a meaning (`v1.Protocol`): no schema tells them, so
//! they are a table here (k8s.io/api v0.36, k8s.io/apimachinery v0.36).

/// The Go type of a string field (of the items, where it is a list or map) of a struct.
pub(super) fn text(owner: &str, field: &str) -> &'static str {
    match (owner, field) {
        (_, "uid") => "types.UID",
        (
            "ServicePort" | "ContainerPort" | "EndpointPort" | "NetworkPolicyPort" | "PortStatus"
            | "IngressPortStatus",
            "protocol",
        ) => "v1.Protocol",
        ("ServiceSpec", "type") => "v1.ServiceType",
        ("ServiceSpec", "sessionAffinity") => "v1.ServiceAffinity",
        ("ServiceSpec", "ipFamilies") => "v1.IPFamily",
        ("ServiceSpec", "ipFamilyPolicy") => "v1.IPFamilyPolicy",
        ("ServiceSpec", "externalTrafficPolicy") => "v1.ServiceExternalTrafficPolicy",
        ("ServiceSpec", "internalTrafficPolicy") => "v1.ServiceInternalTrafficPolicy",
        ("LoadBalancerIngress", "ipMode") => "v1.LoadBalancerIPMode",
        ("ManagedFieldsEntry", "operation") => "v1.ManagedFieldsOperationType",
        ("LabelSelectorRequirement", "operator") => "v1.LabelSelectorOperator",
        ("Condition", "status") => "v1.ConditionStatus",
        ("PodSpec", "restartPolicy") => "v1.RestartPolicy",
        ("PodSpec", "dnsPolicy") => "v1.DNSPolicy",
        ("PodSpec", "preemptionPolicy") => "v1.PreemptionPolicy",
        ("PodOS", "name") => "v1.OSName",
        ("Container" | "EphemeralContainer", "imagePullPolicy") => "v1.PullPolicy",
        ("Container" | "EphemeralContainer", "restartPolicy") => "v1.ContainerRestartPolicy",
        ("Container" | "EphemeralContainer", "terminationMessagePolicy") => {
            "v1.TerminationMessagePolicy"
        }
        ("HTTPGetAction", "scheme") => "v1.URIScheme",
        ("Lifecycle", "stopSignal") => "v1.Signal",
        ("VolumeMount", "mountPropagation") => "v1.MountPropagationMode",
        ("VolumeMount" | "VolumeMountStatus", "recursiveReadOnly") => "v1.RecursiveReadOnlyMode",
        ("EmptyDirVolumeSource", "medium") => "v1.StorageMedium",
        ("HostPathVolumeSource", "type") => "v1.HostPathType",
        ("Capabilities", "add" | "drop") => "v1.Capability",
        ("SecurityContext", "procMount") => "v1.ProcMountType",
        ("PodSecurityContext", "fsGroupChangePolicy") => "v1.PodFSGroupChangePolicy",
        ("PodSecurityContext", "supplementalGroupsPolicy") => "v1.SupplementalGroupsPolicy",
        ("PodSecurityContext", "seLinuxChangePolicy") => "v1.PodSELinuxChangePolicy",
        ("SeccompProfile", "type") => "v1.SeccompProfileType",
        ("AppArmorProfile", "type") => "v1.AppArmorProfileType",
        ("Toleration", "operator") => "v1.TolerationOperator",
        ("Toleration" | "Taint", "effect") => "v1.TaintEffect",
        ("NodeSelectorRequirement", "operator") => "v1.NodeSelectorOperator",
        ("TopologySpreadConstraint", "whenUnsatisfiable") => "v1.UnsatisfiableConstraintAction",
        ("TopologySpreadConstraint", "nodeAffinityPolicy" | "nodeTaintsPolicy") => {
            "v1.NodeInclusionPolicy"
        }
        ("PodReadinessGate", "conditionType") => "v1.PodConditionType",
        ("ContainerResizePolicy", "resourceName") => "v1.ResourceName",
        ("ContainerResizePolicy", "restartPolicy") => "v1.ResourceResizeRestartPolicy",
        ("PodStatus", "phase") => "v1.PodPhase",
        ("PodStatus", "qosClass") => "v1.PodQOSClass",
        ("PodCondition", "type") => "v1.PodConditionType",
        (
            "PodCondition"
            | "NodeCondition"
            | "NamespaceCondition"
            | "DeploymentCondition"
            | "ReplicaSetCondition"
            | "StatefulSetCondition"
            | "DaemonSetCondition"
            | "ReplicationControllerCondition"
            | "JobCondition",
            "status",
        ) => "v1.ConditionStatus",
        ("NodeCondition", "type") => "v1.NodeConditionType",
        ("NodeAddress", "type") => "v1.NodeAddressType",
        ("NodeStatus", "phase") => "v1.NodePhase",
        ("NodeStatus", "volumesInUse") => "v1.UniqueVolumeName",
        ("NamespaceSpec", "finalizers") => "v1.FinalizerName",
        ("NamespaceStatus", "phase") => "v1.NamespacePhase",
        ("NamespaceCondition", "type") => "v1.NamespaceConditionType",
        ("Secret", "type") => "v1.SecretType",
        (
            "PersistentVolumeClaimSpec" | "PersistentVolumeSpec" | "PersistentVolumeClaimStatus",
            "accessModes",
        ) => "v1.PersistentVolumeAccessMode",
        ("PersistentVolumeClaimSpec" | "PersistentVolumeSpec", "volumeMode") => {
            "v1.PersistentVolumeMode"
        }
        ("PersistentVolumeSpec", "persistentVolumeReclaimPolicy") => {
            "v1.PersistentVolumeReclaimPolicy"
        }
        ("PersistentVolumeClaimStatus", "phase") => "v1.PersistentVolumeClaimPhase",
        ("PersistentVolumeStatus", "phase") => "v1.PersistentVolumePhase",
        ("LimitRangeItem", "type") => "v1.LimitType",
        ("ResourceQuotaSpec", "scopes") => "v1.ResourceQuotaScope",
        ("DeploymentStrategy", "type") => "v1.DeploymentStrategyType",
        ("DaemonSetUpdateStrategy", "type") => "v1.DaemonSetUpdateStrategyType",
        ("StatefulSetUpdateStrategy", "type") => "v1.StatefulSetUpdateStrategyType",
        ("StatefulSetSpec", "podManagementPolicy") => "v1.PodManagementPolicyType",
        ("StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted" | "whenScaled") => {
            "v1.PersistentVolumeClaimRetentionPolicyType"
        }
        ("DeploymentCondition", "type") => "v1.DeploymentConditionType",
        ("CronJobSpec", "concurrencyPolicy") => "v1.ConcurrencyPolicy",
        ("JobSpec", "completionMode") => "v1.CompletionMode",
        ("JobSpec", "podReplacementPolicy") => "v1.PodReplacementPolicy",
        ("PodFailurePolicyRule", "action") => "v1.PodFailurePolicyAction",
        ("HTTPIngressPath", "pathType") => "v1.PathType",
        ("NetworkPolicySpec", "policyTypes") => "v1.PolicyType",
        ("EndpointSlice", "addressType") => "v1.AddressType",
        ("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy") => {
            "v1.UnhealthyPodEvictionPolicyType"
        }
        ("PriorityClass", "preemptionPolicy") => "v1.PreemptionPolicy",
        ("StorageClass", "reclaimPolicy") => "v1.PersistentVolumeReclaimPolicy",
        ("StorageClass", "volumeBindingMode") => "v1.VolumeBindingMode",
        ("MetricSpec", "type") => "v2.MetricSourceType",
        ("MetricTarget", "type") => "v2.MetricTargetType",
        ("HPAScalingPolicy", "type") => "v2.HPAScalingPolicyType",
        ("HPAScalingRules", "selectPolicy") => "v2.ScalingPolicySelect",
        _ => "string",
    }
}

/// The Go type of a map of quantities of a struct, where it has a name.
pub(super) fn quantities(owner: &str) -> Option<&'static str> {
    match owner {
        "Overhead" => None,
        _ => Some("v1.ResourceList"),
    }
}

//! Go's own names for strings with a meaning (`v1.Protocol`): no schema tells them, so
//! they are a table here (k8s.io/api v0.36, k8s.io/apimachinery v0.36).

/// The strings with a name of their own: struct, field (its items, where it is a list or
/// map), Go's name. Sorted.
const TEXTS: &[(&str, &str, &str)] = &[
    ("AppArmorProfile", "type", "v1.AppArmorProfileType"),
    ("AttachedVolume", "name", "v1.UniqueVolumeName"),
    ("AzureDiskVolumeSource", "cachingMode", "v1.AzureDataDiskCachingMode"),
    ("AzureDiskVolumeSource", "kind", "v1.AzureDataDiskKind"),
    ("CSIDriverSpec", "fsGroupPolicy", "v1.FSGroupPolicy"),
    ("CSIDriverSpec", "volumeLifecycleModes", "v1.VolumeLifecycleMode"),
    ("Capabilities", "add", "v1.Capability"),
    ("Capabilities", "drop", "v1.Capability"),
    ("CertificateSigningRequestCondition", "status", "v1.ConditionStatus"),
    ("CertificateSigningRequestCondition", "type", "v1.RequestConditionType"),
    ("CertificateSigningRequestSpec", "usages", "v1.KeyUsage"),
    ("ComponentCondition", "status", "v1.ConditionStatus"),
    ("ComponentCondition", "type", "v1.ComponentConditionType"),
    ("Condition", "status", "v1.ConditionStatus"),
    ("ConfigMapNodeConfigSource", "uid", "types.UID"),
    ("Container", "imagePullPolicy", "v1.PullPolicy"),
    ("Container", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("Container", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("ContainerPort", "protocol", "v1.Protocol"),
    ("ContainerResizePolicy", "resourceName", "v1.ResourceName"),
    ("ContainerResizePolicy", "restartPolicy", "v1.ResourceResizeRestartPolicy"),
    ("ContainerResourceMetricSource", "name", "v1.ResourceName"),
    ("ContainerResourceMetricStatus", "name", "v1.ResourceName"),
    ("ContainerRestartRule", "action", "v1.ContainerRestartRuleAction"),
    ("ContainerRestartRuleOnExitCodes", "operator", "v1.ContainerRestartRuleOnExitCodesOperator"),
    ("ContainerStatus", "stopSignal", "v1.Signal"),
    ("ConversionRequest", "uid", "types.UID"),
    ("ConversionResponse", "uid", "types.UID"),
    ("CronJobSpec", "concurrencyPolicy", "v1.ConcurrencyPolicy"),
    ("CustomResourceConversion", "strategy", "v1.ConversionStrategyType"),
    ("CustomResourceDefinitionCondition", "status", "v1.ConditionStatus"),
    ("CustomResourceDefinitionCondition", "type", "v1.CustomResourceDefinitionConditionType"),
    ("CustomResourceDefinitionSpec", "scope", "v1.ResourceScope"),
    ("DaemonSetCondition", "status", "v1.ConditionStatus"),
    ("DaemonSetCondition", "type", "v1.DaemonSetConditionType"),
    ("DaemonSetUpdateStrategy", "type", "v1.DaemonSetUpdateStrategyType"),
    ("DeleteOptions", "propagationPolicy", "v1.DeletionPropagation"),
    ("DeploymentCondition", "status", "v1.ConditionStatus"),
    ("DeploymentCondition", "type", "v1.DeploymentConditionType"),
    ("DeploymentStrategy", "type", "v1.DeploymentStrategyType"),
    ("DeviceAllocationConfiguration", "source", "v1.AllocationConfigSource"),
    ("DeviceConstraint", "distinctAttribute", "v1.FullyQualifiedName"),
    ("DeviceConstraint", "matchAttribute", "v1.FullyQualifiedName"),
    ("DeviceRequestAllocationResult", "shareID", "types.UID"),
    ("DeviceSubRequest", "allocationMode", "v1.DeviceAllocationMode"),
    ("DeviceTaint", "effect", "v1.DeviceTaintEffect"),
    ("DeviceToleration", "effect", "v1.DeviceTaintEffect"),
    ("DeviceToleration", "operator", "v1.DeviceTolerationOperator"),
    ("EmptyDirVolumeSource", "medium", "v1.StorageMedium"),
    ("EndpointPort", "protocol", "v1.Protocol"),
    ("EndpointSlice", "addressType", "v1.AddressType"),
    ("EphemeralContainer", "imagePullPolicy", "v1.PullPolicy"),
    ("EphemeralContainer", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("EphemeralContainer", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("ExactDeviceRequest", "allocationMode", "v1.DeviceAllocationMode"),
    ("FieldSelectorRequirement", "operator", "v1.FieldSelectorOperator"),
    ("FlowDistinguisherMethod", "type", "v1.FlowDistinguisherMethodType"),
    ("FlowSchemaCondition", "status", "v1.ConditionStatus"),
    ("FlowSchemaCondition", "type", "v1.FlowSchemaConditionType"),
    ("HPAScalingPolicy", "type", "v2.HPAScalingPolicyType"),
    ("HPAScalingRules", "selectPolicy", "v2.ScalingPolicySelect"),
    ("HTTPGetAction", "scheme", "v1.URIScheme"),
    ("HTTPIngressPath", "pathType", "v1.PathType"),
    ("HorizontalPodAutoscalerCondition", "status", "v1.ConditionStatus"),
    ("HorizontalPodAutoscalerCondition", "type", "v2.HorizontalPodAutoscalerConditionType"),
    ("HostPathVolumeSource", "type", "v1.HostPathType"),
    ("ImageVolumeSource", "pullPolicy", "v1.PullPolicy"),
    ("IngressPortStatus", "protocol", "v1.Protocol"),
    ("JSONSchemaProps", "$schema", "v1.JSONSchemaURL"),
    ("JobCondition", "status", "v1.ConditionStatus"),
    ("JobCondition", "type", "v1.JobConditionType"),
    ("JobSpec", "completionMode", "v1.CompletionMode"),
    ("JobSpec", "podReplacementPolicy", "v1.PodReplacementPolicy"),
    ("LabelSelectorRequirement", "operator", "v1.LabelSelectorOperator"),
    ("LeaseSpec", "strategy", "v1.CoordinatedLeaseStrategy"),
    ("Lifecycle", "stopSignal", "v1.Signal"),
    ("LimitRangeItem", "type", "v1.LimitType"),
    ("LimitResponse", "type", "v1.LimitResponseType"),
    ("ListOptions", "resourceVersionMatch", "v1.ResourceVersionMatch"),
    ("LoadBalancerIngress", "ipMode", "v1.LoadBalancerIPMode"),
    ("ManagedFieldsEntry", "operation", "v1.ManagedFieldsOperationType"),
    ("MatchResources", "matchPolicy", "v1.MatchPolicyType"),
    ("MetricSpec", "type", "v2.MetricSourceType"),
    ("MetricStatus", "type", "v2.MetricSourceType"),
    ("MetricTarget", "type", "v2.MetricTargetType"),
    ("ModifyVolumeStatus", "status", "v1.PersistentVolumeClaimModifyVolumeStatus"),
    ("MutatingAdmissionPolicySpec", "failurePolicy", "v1.FailurePolicyType"),
    ("MutatingAdmissionPolicySpec", "reinvocationPolicy", "v1.ReinvocationPolicyType"),
    ("MutatingWebhook", "failurePolicy", "v1.FailurePolicyType"),
    ("MutatingWebhook", "matchPolicy", "v1.MatchPolicyType"),
    ("MutatingWebhook", "reinvocationPolicy", "v1.ReinvocationPolicyType"),
    ("MutatingWebhook", "sideEffects", "v1.SideEffectClass"),
    ("Mutation", "patchType", "v1.PatchType"),
    ("NamedRuleWithOperations", "operations", "v1.OperationType"),
    ("NamedRuleWithOperations", "scope", "v1.ScopeType"),
    ("NamespaceCondition", "status", "v1.ConditionStatus"),
    ("NamespaceCondition", "type", "v1.NamespaceConditionType"),
    ("NamespaceSpec", "finalizers", "v1.FinalizerName"),
    ("NamespaceStatus", "phase", "v1.NamespacePhase"),
    ("NetworkPolicyPort", "protocol", "v1.Protocol"),
    ("NetworkPolicySpec", "policyTypes", "v1.PolicyType"),
    ("NodeAddress", "type", "v1.NodeAddressType"),
    ("NodeAllocatableResourceMapping", "capacityKey", "v1.QualifiedName"),
    ("NodeCondition", "status", "v1.ConditionStatus"),
    ("NodeCondition", "type", "v1.NodeConditionType"),
    ("NodeSelectorRequirement", "operator", "v1.NodeSelectorOperator"),
    ("NodeStatus", "phase", "v1.NodePhase"),
    ("NodeStatus", "volumesInUse", "v1.UniqueVolumeName"),
    ("ObjectMeta", "uid", "types.UID"),
    ("ObjectReference", "uid", "types.UID"),
    ("OwnerReference", "uid", "types.UID"),
    ("ParamRef", "parameterNotFoundAction", "v1.ParameterNotFoundActionType"),
    ("PersistentVolumeClaimCondition", "status", "v1.ConditionStatus"),
    ("PersistentVolumeClaimCondition", "type", "v1.PersistentVolumeClaimConditionType"),
    ("PersistentVolumeClaimSpec", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("PersistentVolumeClaimSpec", "volumeMode", "v1.PersistentVolumeMode"),
    ("PersistentVolumeClaimStatus", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("PersistentVolumeClaimStatus", "allocatedResourceStatuses", "v1.ClaimResourceStatus"),
    ("PersistentVolumeClaimStatus", "phase", "v1.PersistentVolumeClaimPhase"),
    ("PersistentVolumeSpec", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("PersistentVolumeSpec", "persistentVolumeReclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("PersistentVolumeSpec", "volumeMode", "v1.PersistentVolumeMode"),
    ("PersistentVolumeStatus", "phase", "v1.PersistentVolumePhase"),
    ("PodCondition", "status", "v1.ConditionStatus"),
    ("PodCondition", "type", "v1.PodConditionType"),
    ("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", "v1.UnhealthyPodEvictionPolicyType"),
    (
        "PodFailurePolicyOnExitCodesRequirement",
        "operator",
        "v1.PodFailurePolicyOnExitCodesOperator",
    ),
    ("PodFailurePolicyOnPodConditionsPattern", "status", "v1.ConditionStatus"),
    ("PodFailurePolicyOnPodConditionsPattern", "type", "v1.PodConditionType"),
    ("PodFailurePolicyRule", "action", "v1.PodFailurePolicyAction"),
    ("PodOS", "name", "v1.OSName"),
    ("PodReadinessGate", "conditionType", "v1.PodConditionType"),
    ("PodSecurityContext", "fsGroupChangePolicy", "v1.PodFSGroupChangePolicy"),
    ("PodSecurityContext", "seLinuxChangePolicy", "v1.PodSELinuxChangePolicy"),
    ("PodSecurityContext", "supplementalGroupsPolicy", "v1.SupplementalGroupsPolicy"),
    ("PodSpec", "dnsPolicy", "v1.DNSPolicy"),
    ("PodSpec", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("PodSpec", "restartPolicy", "v1.RestartPolicy"),
    ("PodStatus", "phase", "v1.PodPhase"),
    ("PodStatus", "qosClass", "v1.PodQOSClass"),
    ("PodStatus", "resize", "v1.PodResizeStatus"),
    ("PortStatus", "protocol", "v1.Protocol"),
    ("Preconditions", "uid", "types.UID"),
    ("PriorityClass", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("PriorityLevelConfigurationCondition", "status", "v1.ConditionStatus"),
    ("PriorityLevelConfigurationCondition", "type", "v1.PriorityLevelConfigurationConditionType"),
    ("PriorityLevelConfigurationSpec", "type", "v1.PriorityLevelEnablement"),
    ("ReplicaSetCondition", "status", "v1.ConditionStatus"),
    ("ReplicaSetCondition", "type", "v1.ReplicaSetConditionType"),
    ("ReplicationControllerCondition", "status", "v1.ConditionStatus"),
    ("ReplicationControllerCondition", "type", "v1.ReplicationControllerConditionType"),
    ("ResourceClaimConsumerReference", "uid", "types.UID"),
    ("ResourceHealth", "health", "v1.ResourceHealthStatus"),
    ("ResourceHealth", "resourceID", "v1.ResourceID"),
    ("ResourceMetricSource", "name", "v1.ResourceName"),
    ("ResourceMetricStatus", "name", "v1.ResourceName"),
    ("ResourceQuotaSpec", "scopes", "v1.ResourceQuotaScope"),
    ("ResourceStatus", "name", "v1.ResourceName"),
    ("Rule", "scope", "v1.ScopeType"),
    ("RuleWithOperations", "operations", "v1.OperationType"),
    ("RuleWithOperations", "scope", "v1.ScopeType"),
    ("ScopedResourceSelectorRequirement", "operator", "v1.ScopeSelectorOperator"),
    ("ScopedResourceSelectorRequirement", "scopeName", "v1.ResourceQuotaScope"),
    ("SeccompProfile", "type", "v1.SeccompProfileType"),
    ("Secret", "type", "v1.SecretType"),
    ("SecurityContext", "procMount", "v1.ProcMountType"),
    ("ServicePort", "protocol", "v1.Protocol"),
    ("ServiceSpec", "externalTrafficPolicy", "v1.ServiceExternalTrafficPolicy"),
    ("ServiceSpec", "internalTrafficPolicy", "v1.ServiceInternalTrafficPolicy"),
    ("ServiceSpec", "ipFamilies", "v1.IPFamily"),
    ("ServiceSpec", "ipFamilyPolicy", "v1.IPFamilyPolicy"),
    ("ServiceSpec", "sessionAffinity", "v1.ServiceAffinity"),
    ("ServiceSpec", "type", "v1.ServiceType"),
    ("StatefulSetCondition", "status", "v1.ConditionStatus"),
    ("StatefulSetCondition", "type", "v1.StatefulSetConditionType"),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "whenDeleted",
        "v1.PersistentVolumeClaimRetentionPolicyType",
    ),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "whenScaled",
        "v1.PersistentVolumeClaimRetentionPolicyType",
    ),
    ("StatefulSetSpec", "podManagementPolicy", "v1.PodManagementPolicyType"),
    ("StatefulSetUpdateStrategy", "type", "v1.StatefulSetUpdateStrategyType"),
    ("Status", "reason", "v1.StatusReason"),
    ("StatusCause", "reason", "v1.CauseType"),
    ("StatusDetails", "uid", "types.UID"),
    ("StorageClass", "reclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("StorageClass", "volumeBindingMode", "v1.VolumeBindingMode"),
    ("Subject", "kind", "v1.SubjectKind"),
    ("TableOptions", "includeObject", "v1.IncludeObjectPolicy"),
    ("TableRowCondition", "status", "v1.ConditionStatus"),
    ("TableRowCondition", "type", "v1.RowConditionType"),
    ("Taint", "effect", "v1.TaintEffect"),
    ("Toleration", "effect", "v1.TaintEffect"),
    ("Toleration", "operator", "v1.TolerationOperator"),
    ("TopologySpreadConstraint", "nodeAffinityPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "nodeTaintsPolicy", "v1.NodeInclusionPolicy"),
    ("TopologySpreadConstraint", "whenUnsatisfiable", "v1.UnsatisfiableConstraintAction"),
    ("UncountedTerminatedPods", "failed", "types.UID"),
    ("UncountedTerminatedPods", "succeeded", "types.UID"),
    ("ValidatingAdmissionPolicyBindingSpec", "validationActions", "v1.ValidationAction"),
    ("ValidatingAdmissionPolicySpec", "failurePolicy", "v1.FailurePolicyType"),
    ("ValidatingWebhook", "failurePolicy", "v1.FailurePolicyType"),
    ("ValidatingWebhook", "matchPolicy", "v1.MatchPolicyType"),
    ("ValidatingWebhook", "sideEffects", "v1.SideEffectClass"),
    ("Validation", "reason", "v1.StatusReason"),
    ("ValidationRule", "reason", "v1.FieldValueErrorReason"),
    ("VolumeMount", "mountPropagation", "v1.MountPropagationMode"),
    ("VolumeMount", "recursiveReadOnly", "v1.RecursiveReadOnlyMode"),
    ("VolumeMountStatus", "recursiveReadOnly", "v1.RecursiveReadOnlyMode"),
];

/// The Go type of a string field (of the items, where it is a list or map) of a struct.
pub(super) fn text(owner: &str, field: &str) -> &'static str {
    TEXTS
        .binary_search_by(|(o, f, _)| (*o, *f).cmp(&(owner, field)))
        .map_or("string", |at| TEXTS[at].2)
}

/// The fields that a struct must have, in Go's order, where that is not the alphabet's:
/// kubectl's own check of lists names them so.
pub(super) fn required(owner: &str) -> &'static [&'static str] {
    match owner {
        "APIServiceCondition"
        | "CertificateSigningRequestCondition"
        | "CustomResourceDefinitionCondition"
        | "DaemonSetCondition"
        | "DeploymentCondition"
        | "HorizontalPodAutoscalerCondition"
        | "JobCondition"
        | "NamespaceCondition"
        | "NodeCondition"
        | "PersistentVolumeClaimCondition"
        | "PodCondition"
        | "ReplicaSetCondition"
        | "ReplicationControllerCondition"
        | "StatefulSetCondition" => &["type", "status"],
        "AllocatedDeviceStatus" => &["driver", "pool", "device"],
        "AttachedVolume" | "VolumeDevice" => &["name", "devicePath"],
        "Condition" => &["type", "status", "lastTransitionTime", "reason", "message"],
        "ContainerExtendedResourceRequest" => &["containerName", "resourceName", "requestName"],
        "ContainerResourceMetricSource" => &["name", "target", "container"],
        "ContainerResourceMetricStatus" => &["name", "current", "container"],
        "ContainerStatus" => &["name", "ready", "restartCount", "image", "imageID"],
        "CounterSet" => &["name", "counters"],
        "CronJobSpec" => &["schedule", "jobTemplate"],
        "CustomResourceColumnDefinition" => &["name", "type", "jsonPath"],
        "CustomResourceDefinitionNames" => &["plural", "kind"],
        "DaemonSetStatus" => &[
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
        ],
        "DeviceRequestAllocationResult" => &["request", "driver", "pool", "device"],
        "DeviceSubRequest" => &["name", "deviceClassName"],
        "DeviceTaint" | "Taint" => &["key", "effect"],
        "ExternalMetricStatus" | "PodsMetricStatus" => &["metric", "current"],
        "FileKeySelector" => &["volumeName", "path", "key"],
        "HPAScalingPolicy" => &["type", "value", "periodSeconds"],
        "HTTPIngressPath" => &["pathType", "backend"],
        "HorizontalPodAutoscalerSpec" => &["scaleTargetRef", "maxReplicas"],
        "ISCSIPersistentVolumeSource" | "ISCSIVolumeSource" => &["targetPortal", "iqn", "lun"],
        "LinuxContainerUser" => &["uid", "gid"],
        "MatchCondition" | "Variable" => &["name", "expression"],
        "MutatingWebhook" | "ValidatingWebhook" => {
            &["name", "clientConfig", "sideEffects", "admissionReviewVersions"]
        }
        "NFSVolumeSource" => &["server", "path"],
        "NodeAddress" => &["type", "address"],
        "NodeSystemInfo" => &[
            "machineID",
            "systemUUID",
            "bootID",
            "kernelVersion",
            "osImage",
            "containerRuntimeVersion",
            "kubeletVersion",
            "kubeProxyVersion",
            "operatingSystem",
            "architecture",
        ],
        "NonResourcePolicyRule" => &["verbs", "nonResourceURLs"],
        "ObjectMetricSource" => &["describedObject", "target", "metric"],
        "ObjectMetricStatus" => &["metric", "current", "describedObject"],
        "ParentReference" => &["resource", "name"],
        "PodCertificateProjection" => &["signerName", "keyType"],
        "PreferredSchedulingTerm" => &["weight", "preference"],
        "RBDPersistentVolumeSource" | "RBDVolumeSource" => &["monitors", "image"],
        "ResourceClaimConsumerReference" => &["resource", "name", "uid"],
        "ResourceMetricStatus" => &["name", "current"],
        "ResourcePolicyRule" => &["verbs", "apiGroups", "resources"],
        "ResourcePool" => &["name", "generation", "resourceSliceCount"],
        "ScaleIOPersistentVolumeSource" | "ScaleIOVolumeSource" => {
            &["gateway", "system", "secretRef"]
        }
        "ScopedResourceSelectorRequirement" => &["scopeName", "operator"],
        "ServiceAccountSubject" | "ServiceReference" => &["namespace", "name"],
        "VolumeAttachmentSpec" => &["attacher", "source", "nodeName"],
        "VolumeMount" | "VolumeMountStatus" => &["name", "mountPath"],
        "WeightedPodAffinityTerm" => &["weight", "podAffinityTerm"],
        _ => &[],
    }
}

/// Whether this is Go's name of a string type.
pub(super) fn is_text(name: &str) -> bool {
    name == "string" || TEXTS.iter().any(|(_, _, known)| *known == name)
}

/// The Go type of every map of quantities.
pub(super) const QUANTITIES: &str = "v1.ResourceList";

/// The Go structs between a struct and one of its fields, which JSON does not show: Go's
/// type errors name them.
pub(super) fn embedded(owner: &str, field: &str) -> &'static [&'static str] {
    let rule = ["apiGroups", "apiVersions", "resources", "scope"].contains(&field);
    match (owner, field) {
        (
            "ConfigMapEnvSource"
            | "ConfigMapKeySelector"
            | "ConfigMapProjection"
            | "ConfigMapVolumeSource"
            | "SecretEnvSource"
            | "SecretKeySelector"
            | "SecretProjection",
            "name",
        ) => &["LocalObjectReference"],
        (
            "DeviceAllocationConfiguration"
            | "DeviceClaimConfiguration"
            | "DeviceClassConfiguration",
            "opaque",
        ) => &["DeviceConfiguration"],
        ("EphemeralContainer", "targetContainerName") | ("Volume", "name") => &[],
        ("EphemeralContainer", _) => &["EphemeralContainerCommon"],
        ("Volume", _) => &["VolumeSource"],
        ("IngressRule", "http") => &["IngressRuleValue"],
        ("Probe", "exec" | "grpc" | "httpGet" | "tcpSocket") => &["ProbeHandler"],
        (
            "PersistentVolumeSpec",
            "accessModes"
            | "capacity"
            | "claimRef"
            | "mountOptions"
            | "nodeAffinity"
            | "persistentVolumeReclaimPolicy"
            | "storageClassName"
            | "volumeAttributesClassName"
            | "volumeMode",
        ) => &[],
        ("PersistentVolumeSpec", _) => &["PersistentVolumeSource"],
        ("NamedRuleWithOperations", "operations") => &["RuleWithOperations"],
        ("NamedRuleWithOperations", _) if rule => &["RuleWithOperations", "Rule"],
        ("RuleWithOperations", _) if rule => &["Rule"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_says_each_field_once() {
        let keys: Vec<_> = TEXTS.iter().map(|(owner, field, _)| (*owner, *field)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b));
        assert_eq!(text("ServicePort", "protocol"), "v1.Protocol");
        assert_eq!(text("ServicePort", "name"), "string");
    }
}

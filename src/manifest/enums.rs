//! The values that Go's string types allow: no schema tells them (k8s.io/api v0.36).

/// The values of a type; empty where any string may stand.
pub(super) fn values(go_type: &str) -> &'static [&'static str] {
    match go_type {
        "v1.Protocol" => &["TCP", "UDP", "SCTP"],
        "v1.ServiceType" => &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
        "v1.ServiceAffinity" => &["None", "ClientIP"],
        "v1.IPFamily" => &["IPv4", "IPv6"],
        "v1.IPFamilyPolicy" => &["SingleStack", "PreferDualStack", "RequireDualStack"],
        "v1.ServiceExternalTrafficPolicy" | "v1.ServiceInternalTrafficPolicy" => {
            &["Cluster", "Local"]
        }
        "v1.LoadBalancerIPMode" => &["VIP", "Proxy"],
        "v1.LabelSelectorOperator" => &["In", "NotIn", "Exists", "DoesNotExist"],
        "v1.ConditionStatus" => &["True", "False", "Unknown"],
        "v1.RestartPolicy" => &["Always", "OnFailure", "Never"],
        "v1.DNSPolicy" => &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
        "v1.PreemptionPolicy" => &["PreemptLowerPriority", "Never"],
        "v1.OSName" => &["linux", "windows"],
        "v1.PullPolicy" => &["Always", "IfNotPresent", "Never"],
        "v1.TerminationMessagePolicy" => &["File", "FallbackToLogsOnError"],
        "v1.URIScheme" => &["HTTP", "HTTPS"],
        "v1.MountPropagationMode" => &["None", "HostToContainer", "Bidirectional"],
        "v1.RecursiveReadOnlyMode" => &["Disabled", "IfPossible", "Enabled"],
        "v1.StorageMedium" => &["Memory", "HugePages"],
        "v1.HostPathType" => &[
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ],
        "v1.PodFSGroupChangePolicy" => &["OnRootMismatch", "Always"],
        "v1.SeccompProfileType" | "v1.AppArmorProfileType" => {
            &["RuntimeDefault", "Localhost", "Unconfined"]
        }
        "v1.TolerationOperator" => &["Exists", "Equal"],
        "v1.TaintEffect" => &["NoSchedule", "PreferNoSchedule", "NoExecute"],
        "v1.NodeSelectorOperator" => &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"],
        "v1.UnsatisfiableConstraintAction" => &["DoNotSchedule", "ScheduleAnyway"],
        "v1.NodeInclusionPolicy" => &["Ignore", "Honor"],
        "v1.PersistentVolumeAccessMode" => {
            &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
        }
        "v1.PersistentVolumeMode" => &["Filesystem", "Block"],
        "v1.PersistentVolumeReclaimPolicy" => &["Retain", "Delete", "Recycle"],
        "v1.LimitType" => &["Container", "Pod", "PersistentVolumeClaim"],
        "v1.DeploymentStrategyType" => &["RollingUpdate", "Recreate"],
        "v1.DaemonSetUpdateStrategyType" | "v1.StatefulSetUpdateStrategyType" => {
            &["RollingUpdate", "OnDelete"]
        }
        "v1.PodManagementPolicyType" => &["OrderedReady", "Parallel"],
        "v1.PersistentVolumeClaimRetentionPolicyType" => &["Retain", "Delete"],
        "v1.ConcurrencyPolicy" => &["Allow", "Forbid", "Replace"],
        "v1.CompletionMode" => &["NonIndexed", "Indexed"],
        "v1.PodReplacementPolicy" => &["TerminatingOrFailed", "Failed"],
        "v1.PodFailurePolicyAction" => &["FailJob", "FailIndex", "Ignore", "Count"],
        "v1.PathType" => &["Exact", "Prefix", "ImplementationSpecific"],
        "v1.PolicyType" => &["Ingress", "Egress"],
        "v1.AddressType" => &["IPv4", "IPv6", "FQDN"],
        "v1.UnhealthyPodEvictionPolicyType" => &["IfHealthyBudget", "AlwaysAllow"],
        "v1.VolumeBindingMode" => &["Immediate", "WaitForFirstConsumer"],
        "v2.MetricSourceType" => &["Object", "Pods", "Resource", "External", "ContainerResource"],
        "v2.MetricTargetType" => &["Utilization", "Value", "AverageValue"],
        "v2.HPAScalingPolicyType" => &["Pods", "Percent"],
        "v2.ScalingPolicySelect" => &["Max", "Min", "Disabled"],
        _ => &[],
    }
}

//! What is accepted with a warning.

use super::{Rule, SERVICE, VIRTUAL_IPS, web};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "topology-hints-deprecated",
        title: "topology-aware-hints has a new name",
        explanation: "The annotation still works and will go. Write service.kubernetes.io/topology-mode instead.",
        why: "The annotation was renamed in Kubernetes 1.27.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "  annotations: {service.kubernetes.io/topology-aware-hints: auto}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  annotations: {service.kubernetes.io/topology-mode: auto}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/",
    },
    Rule {
        code: "ignored-when-headless",
        title: "A headless Service ignores this field",
        explanation: "A headless Service only answers DNS with its Pods' addresses. Take the field out, or clusterIP: None.",
        why: "There is no address at which packets could be led on.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "spec:",
            "  clusterIP: None",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  sessionAffinity: ClientIP"
        ),
        right: web!(
            "spec:",
            "  clusterIP: None",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
    },
    Rule {
        code: "external-ips-deprecated",
        title: "externalIPs is deprecated",
        explanation: "Clusters may no longer do anything with externalIPs. Use a LoadBalancer or a Gateway.",
        why: "Whoever may write Services could take over any address with it.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  externalIPs: [203.0.113.7]"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: SERVICE,
    },
    Rule {
        code: "external-ips-ignored",
        title: "An ExternalName Service ignores externalIPs",
        explanation: "ExternalName is only an alias in DNS. Take externalIPs out.",
        why: "No packet ever goes to an ExternalName Service.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "spec:",
            "  type: ExternalName",
            "  externalName: api.example.com",
            "  externalIPs: [203.0.113.7]"
        ),
        right: web!("spec:", "  type: ExternalName", "  externalName: api.example.com"),
        page: SERVICE,
    },
    Rule {
        code: "external-name-ignored",
        title: "externalName does nothing here",
        explanation: "Only type ExternalName uses externalName. Take it out, or change the type.",
        why: "Other types lead to Pods.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  externalName: api.example.com"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: SERVICE,
    },
    Rule {
        code: "prefer-close-deprecated",
        title: "PreferClose has a new name",
        explanation: "PreferClose and PreferSameZone mean the same. Write PreferSameZone.",
        why: "The new name says what close means.",
        upstream: "`GetWarningsForService`, pkg/api/service/warnings.go",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  trafficDistribution: PreferClose"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  trafficDistribution: PreferSameZone"
        ),
        page: VIRTUAL_IPS,
    },
    Rule {
        code: "address-unusual",
        title: "An address is written unusually",
        explanation: "The address is understood, and written otherwise everywhere else. Write it in its usual form.",
        why: "Programs that compare addresses as text would think it another one.",
        upstream: "`GetWarningsForIP`, apimachinery/pkg/util/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerIP: \"2001:DB8::1\""
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerIP: \"2001:db8::1\""
        ),
        page: SERVICE,
    },
    Rule {
        code: "range-unusual",
        title: "A range is written unusually",
        explanation: "The range is understood, and written otherwise everywhere else. Write it in its usual form.",
        why: "Programs that compare ranges as text would think it another one.",
        upstream: "`GetWarningsForCIDR`, apimachinery/pkg/util/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerSourceRanges: [\"2001:DB8::/32\"]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerSourceRanges: [\"2001:db8::/32\"]"
        ),
        page: SERVICE,
    },
    Rule {
        code: "kind-deprecated",
        title: "The kind will go away",
        explanation: "Kubernetes has another kind for the same thing by now. Write an EndpointSlice in place of Endpoints.",
        why: "One Endpoints object holds all addresses of a Service, which became too large for large Services.",
        upstream: "`APILifecycleDeprecated`, k8s.io/api/core/v1",
        before: None,
        wrong: concat!(
            "apiVersion: v1\n",
            "kind: Endpoints\n",
            "metadata:\n",
            "  name: web\n",
            "subsets:\n",
            "- addresses:\n",
            "  - ip: 192.0.2.10\n",
            "  ports:\n",
            "  - port: 80\n"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
    },
];

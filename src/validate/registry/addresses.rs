//! Addresses and IP families.

use super::{ALLOCATION, DUAL_STACK, Rule, SERVICE, web};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "cluster-ip-missing-beside-cluster-ips",
        title: "clusterIPs needs clusterIP beside it",
        explanation: "clusterIP is the first of clusterIPs, and both are written or none. Add clusterIP, or take clusterIPs out.",
        why: "Older programs read only clusterIP.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIPs: [10.96.0.20]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20",
            "  clusterIPs: [10.96.0.20]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ips-differ-from-cluster-ip",
        title: "clusterIP is not the first of clusterIPs",
        explanation: "clusterIP and the first of clusterIPs are the same address. Make them equal.",
        why: "Older programs read only clusterIP.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20",
            "  clusterIPs: [10.96.0.21]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20",
            "  clusterIPs: [10.96.0.20]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "ip-family-unknown",
        title: "There is no such IP family",
        explanation: "The families are IPv4 and IPv6, written just so. Correct it, or leave ipFamilies out.",
        why: "There are only these two.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [ipv4]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "ip-family-duplicate",
        title: "An IP family is named twice",
        explanation: "A Service has at most one address of each family. Take the second out.",
        why: "Dual stack means one IPv4 and one IPv6 address.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4, IPv4]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "ip-family-policy-unknown",
        title: "There is no such IP family policy",
        explanation: "The policies are SingleStack, PreferDualStack and RequireDualStack. Correct it, or leave it out.",
        why: "It says whether the Service wants one family, two if it can, or two.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilyPolicy: singleStack"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilyPolicy: SingleStack"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "none-among-cluster-ips",
        title: "None stands beside an address",
        explanation: "A Service is headless, with None alone, or has addresses. Take one out.",
        why: "None means that there is no address at all.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: None",
            "  clusterIPs: [None, 10.96.0.20]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: None"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ip-invalid",
        title: "The clusterIP is no address",
        explanation: "A clusterIP is an IP address without leading zeros, or None for a headless Service. Correct it, or leave it out and one is chosen for you.",
        why: "Leading zeros mean octal numbers to some programs.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.300"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.30"
        ),
        page: ALLOCATION,
    },
    Rule {
        code: "too-many-cluster-ips",
        title: "There are more than two clusterIPs",
        explanation: "A Service has at most one address of each family. Take the others out.",
        why: "Dual stack means one IPv4 and one IPv6 address.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20",
            "  clusterIPs: [10.96.0.20, \"fd00::1\", 10.96.0.21]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ips-of-one-family",
        title: "Two clusterIPs are of one family",
        explanation: "Two addresses are one IPv4 and one IPv6 address. Take one out.",
        why: "Dual stack means one IPv4 and one IPv6 address.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20",
            "  clusterIPs: [10.96.0.20, 10.96.0.21]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ip-of-other-family",
        title: "An address is not of the family named",
        explanation: "Addresses and ipFamilies are in the same order. Make the family and the address fit.",
        why: "The first family is the Service's primary one.",
        upstream: "`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv6]",
            "  clusterIP: 10.96.0.20"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]",
            "  clusterIP: 10.96.0.20"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "two-families-need-dual-stack",
        title: "Two families need a dual-stack policy",
        explanation: "With SingleStack, which is the default, there is one family. Write ipFamilyPolicy: PreferDualStack, or take the second out.",
        why: "Nobody gets two addresses by accident.",
        upstream: "`initIPFamilyFields`, pkg/registry/core/service/storage",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4, IPv6]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ip-family-not-in-cluster",
        title: "The cluster has no addresses of this family",
        explanation: "The cluster gives out addresses of one family only. Leave clusterIP out, or choose an address of the other family.",
        why: "Which families there are is decided when the cluster is made.",
        upstream: "`initIPFamilyFields`, pkg/registry/core/service/storage",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: \"fd00::1\""
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-not-dual-stack",
        title: "The cluster is not dual stack",
        explanation: "RequireDualStack asks for two addresses, and this cluster has one family. Write PreferDualStack or SingleStack.",
        why: "Which families there are is decided when the cluster is made.",
        upstream: "`initIPFamilyFields`, pkg/registry/core/service/storage",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilyPolicy: RequireDualStack"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilyPolicy: PreferDualStack"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "ip-family-not-in-cluster",
        title: "The cluster does not have this IP family",
        explanation: "The cluster gives out addresses of one family only. Take this family out.",
        why: "Which families there are is decided when the cluster is made.",
        upstream: "`initIPFamilyFields`, pkg/registry/core/service/storage",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv6]"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "cluster-ip-out-of-range",
        title: "The clusterIP is outside the cluster's Service range",
        explanation: "Service addresses come from one network, and its first and last address are not given out. Choose one inside, or leave clusterIP out and one is chosen for you.",
        why: "Only addresses of this network are led to Services.",
        upstream: "`Allocator.AllocateService`, pkg/registry/core/service/ipallocator",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 192.168.1.1"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20"
        ),
        page: ALLOCATION,
    },
    Rule {
        code: "cluster-ip-taken",
        title: "The clusterIP is taken",
        explanation: "Another Service has this address. Choose another, or leave clusterIP out and one is chosen for you.",
        why: "A packet to it could mean either Service.",
        upstream: "`Allocator.AllocateService`, pkg/registry/core/service/ipallocator",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.1"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: 10.96.0.20"
        ),
        page: ALLOCATION,
    },
    Rule {
        code: "external-ip-invalid",
        title: "An external IP is no address",
        explanation: "An external IP is an IP address without leading zeros. Correct it.",
        why: "Leading zeros mean octal numbers to some programs.",
        upstream: "`ValidateService`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  type: ExternalName",
            "  externalName: api.example.com",
            "  externalIPs: [203.0.113.500]"
        ),
        right: web!("spec:", "  type: ExternalName", "  externalName: api.example.com"),
        page: SERVICE,
    },
    Rule {
        code: "external-ip-special",
        title: "An external IP is of the node itself",
        explanation: "Loopback, link-local and unspecified addresses never lead from outside to a node. Write an address that is routed to your nodes.",
        why: "A Service that took such an address over could listen to a node's own traffic.",
        upstream: "`ValidateNonSpecialIP`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  type: ExternalName",
            "  externalName: api.example.com",
            "  externalIPs: [127.0.0.1]"
        ),
        right: web!("spec:", "  type: ExternalName", "  externalName: api.example.com"),
        page: SERVICE,
    },
];

//! Ports.

use super::{Rule, SERVICE, web};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "port-name-missing",
        title: "With several ports each needs a name",
        explanation: "As soon as a Service has two ports, every port has a name of its own. Add name to this port.",
        why: "EndpointSlices and DNS SRV records tell ports apart by name.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: http, port: 80}",
            "  - {port: 443}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: http, port: 80}",
            "  - {name: https, port: 443}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "port-name-invalid",
        title: "A port's name has a wrong form",
        explanation: "A port's name has lower-case letters, digits and dashes, with a letter or digit at both ends. Correct it.",
        why: "The name becomes part of a DNS name: _http._tcp.web.default.svc.cluster.local.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!("spec:", "  selector: {app: web}", "  ports:", "  - {name: HTTP, port: 80}"),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - {name: http, port: 80}"),
        page: SERVICE,
    },
    Rule {
        code: "port-name-duplicate",
        title: "Two ports have the same name",
        explanation: "Names tell a Service's ports apart. Give this port another name.",
        why: "EndpointSlices and DNS SRV records tell ports apart by name.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: http, port: 80}",
            "  - {name: http, port: 81}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: http, port: 80}",
            "  - {name: other, port: 81}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "port-out-of-range",
        title: "The port is not from 1 to 65535",
        explanation: "A port is a number from 1 to 65535. Write the one that clients should use.",
        why: "Port numbers have 16 bits, and 0 is none.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 70000, targetPort: 8080}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 7000, targetPort: 8080}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "protocol-unknown",
        title: "There is no such protocol",
        explanation: "A port's protocol is TCP, UDP or SCTP, in capitals. Correct it, or leave it out for TCP.",
        why: "kube-proxy can forward only these; what runs on top of them goes into appProtocol.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!("spec:", "  selector: {app: web}", "  ports:", "  - {port: 80, protocol: tcp}"),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - {port: 80, protocol: TCP}"),
        page: "https://kubernetes.io/docs/reference/networking/service-protocols/",
    },
    Rule {
        code: "target-port-out-of-range",
        title: "The target port is not from 1 to 65535",
        explanation: "targetPort is the port on which the Pods listen, from 1 to 65535. Where it is left out it is the same as port.",
        why: "Port numbers have 16 bits, and 0 is none.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, targetPort: 80800}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, targetPort: 8080}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "target-port-name-invalid",
        title: "The target port's name has a wrong form",
        explanation: "A name of a container's port has at most 15 lower-case letters, digits and single dashes, and at least one letter. A number stands without quotes.",
        why: "Such names are those of IANA's list of services (RFC 6335).",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, targetPort: \"8080\"}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, targetPort: 8080}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "app-protocol-invalid",
        title: "appProtocol has a wrong form",
        explanation: "appProtocol is a name such as http or example.com/my-protocol. Correct it, or leave it out.",
        why: "It is a hint for load balancers and meshes; names without a domain are IANA's.",
        upstream: "`validateServicePort`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, appProtocol: my protocol}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, appProtocol: http}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "node-port-on-cluster-ip",
        title: "A ClusterIP Service has no node port",
        explanation: "nodePort opens a port on every node, which type ClusterIP does not do. Take nodePort out, or make the type NodePort.",
        why: "A ClusterIP Service is reached from inside only.",
        upstream: "`ValidateService`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, nodePort: 30080}"
        ),
        right: web!(
            "spec:",
            "  type: NodePort",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, nodePort: 30080}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "node-port-duplicate",
        title: "Two ports want the same node port",
        explanation: "A node port of one protocol leads to one port. Give each its own, or leave one out and it is chosen for you.",
        why: "A packet to the node's port could mean either.",
        upstream: "`ValidateService`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  type: ExternalName",
            "  externalName: api.example.com",
            "  ports:",
            "  - {name: a, port: 80, nodePort: 30080}",
            "  - {name: b, port: 81, nodePort: 30080}"
        ),
        right: web!("spec:", "  type: ExternalName", "  externalName: api.example.com"),
        page: SERVICE,
    },
    Rule {
        code: "port-duplicate",
        title: "Two ports have the same number and protocol",
        explanation: "A Service has each number once for each protocol. Change the number or the protocol, or take one out.",
        why: "A packet to the clusterIP's port could mean either.",
        upstream: "`ValidateService`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: a, port: 80, targetPort: 8080}",
            "  - {name: b, port: 80, targetPort: 9090}"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: a, port: 80, targetPort: 8080}",
            "  - {name: b, port: 81, targetPort: 9090}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "node-port-out-of-range",
        title: "The node port is outside the cluster's range",
        explanation: "Node ports come from one range, 30000-32767 unless the cluster says otherwise. Choose one of it, or leave nodePort out and one is chosen for you.",
        why: "The range keeps Services away from the ports of programs on the nodes.",
        upstream: "`PortAllocator.Allocate`, pkg/registry/core/service/portallocator",
        before: None,
        wrong: web!(
            "spec:",
            "  type: NodePort",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, nodePort: 8080}"
        ),
        right: web!(
            "spec:",
            "  type: NodePort",
            "  selector: {app: web}",
            "  ports:",
            "  - {port: 80, nodePort: 30080}"
        ),
        page: SERVICE,
    },
    Rule {
        code: "node-port-taken",
        title: "The node port is taken",
        explanation: "Another Service, or another port of this one, has this node port. Choose another, or leave nodePort out and one is chosen for you.",
        why: "Every node listens on it for one Service. TCP and UDP count as the same here.",
        upstream: "`PortAllocator.Allocate`, pkg/registry/core/service/portallocator",
        before: None,
        wrong: web!(
            "spec:",
            "  type: NodePort",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: a, port: 80, nodePort: 30080}",
            "  - {name: b, port: 81, nodePort: 30080}"
        ),
        right: web!(
            "spec:",
            "  type: NodePort",
            "  selector: {app: web}",
            "  ports:",
            "  - {name: a, port: 80, nodePort: 30080}",
            "  - {name: b, port: 81, nodePort: 30081}"
        ),
        page: SERVICE,
    },
];

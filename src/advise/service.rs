//! Advice on Services.

use super::{Advice, Said, Subject};
use crate::cluster::{Labels, PortName, ServiceType};
use crate::validate::{Rule, closest};
use std::net::IpAddr;

const PAGE: &str = "https://kubernetes.io/docs/concepts/services-networking/service/";
/// No upstream function: the API server has nothing against it.
const OURS: &str = "";

pub(super) const ADVICE: &[Advice] = &[
    Advice {
        rule: Rule {
            code: "selector-matches-nothing",
            title: "No Pod of the world has these labels",
            explanation: "The Service has no endpoints, so every connection to it fails. Write the labels that the Pods carry.",
            why: "The API server does not check that a selector matches anything: Pods may come later. A typo looks just like that.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: wbe\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: selector_matches_nothing,
    },
    Advice {
        rule: Rule {
            code: "target-port-nobody-offers",
            title: "None of the selected Pods offers this target port",
            explanation: "Connections reach a Pod and are refused there, or find no endpoint. Write the port that the containers listen on.",
            why: "targetPort is taken as it is written, and is the same as port where it is left out. Nobody compares it with the containers.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8081\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: target_port_nobody_offers,
    },
    Advice {
        rule: Rule {
            code: "load-balancer-open-to-all",
            title: "The load balancer takes connections from everywhere",
            explanation: "Without loadBalancerSourceRanges every address may connect. If only some should, list their ranges.",
            why: "A balancer often has an address on the internet. No ranges means open, as does 0.0.0.0/0.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  loadBalancerSourceRanges: [192.0.2.0/24]\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: load_balancer_open_to_all,
    },
    Advice {
        rule: Rule {
            code: "headless-port-not-translated",
            title: "A headless Service does not translate ports",
            explanation: "DNS gives clients the Pods' own addresses, so they must dial the targetPort. Make port and targetPort the same.",
            why: "Without a clusterIP kube-proxy has no rule to rewrite a port with. `port` of a headless Service is only what SRV records say.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  clusterIP: None\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  clusterIP: None\n  selector:\n    app: web\n  ports:\n    - port: 8080\n      targetPort: 8080\n",
            page: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
        },
        check: headless_port_not_translated,
    },
    Advice {
        rule: Rule {
            code: "external-name-is-an-address",
            title: "An address is no name",
            explanation: "DNS would answer with an alias called like the address, and that name does not exist. Use a Service without selector and an EndpointSlice for an address.",
            why: "Digits and dots are a legal DNS name, so the API server accepts them. As a CNAME they lead nowhere.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ExternalName\n  externalName: 192.0.2.10\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ExternalName\n  externalName: api.example.com\n",
            page: "https://kubernetes.io/docs/concepts/services-networking/service/#externalname",
        },
        check: external_name_is_an_address,
    },
    Advice {
        rule: Rule {
            code: "external-name-ignores-field",
            title: "An ExternalName Service ignores its selector and ports",
            explanation: "It is an alias in DNS and nothing else. Remove the field, or choose another type.",
            why: "The API server accepts these fields on every type. Here nothing reads them.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ExternalName\n  externalName: api.example.com\n  ports:\n    - port: 443\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ExternalName\n  externalName: api.example.com\n",
            page: "https://kubernetes.io/docs/concepts/services-networking/service/#externalname",
        },
        check: external_name_ignores_field,
    },
];

fn selector_matches_nothing(subject: &Subject<'_>) -> Vec<Said> {
    let (cluster, service) = (subject.cluster, &subject.service);
    let namespace = &service.name.namespace;
    let Some(selector) = &service.selector else { return Vec::new() };
    let pods: Vec<_> = cluster.pods().filter(|pod| pod.name.namespace == *namespace).collect();
    // A world without Pods says nothing about a selector.
    if service.kind == ServiceType::ExternalName
        || pods.is_empty()
        || !cluster.selected_pods(service).is_empty()
    {
        return Vec::new();
    }
    let wanted = listed(selector);
    for (key, value) in selector.iter() {
        let values: Vec<&str> = pods.iter().filter_map(|pod| pod.labels().get(key)).collect();
        if values.contains(&value) {
            continue;
        }
        let near = closest(value, &values).map(str::to_owned);
        let explanation = match &near {
            Some(near) => format!("Pods here have {key}: {near}. Did you mean that?"),
            None => format!("No Pod in namespace {namespace} has {key}: {value}."),
        };
        return vec![Said {
            path: format!("spec.selector.{key}"),
            message: format!("no Pod in namespace {namespace} has the labels {wanted}"),
            explanation,
            instead: near.map(|near| (near.clone(), format!("Write {near}."))),
        }];
    }
    vec![Said {
        path: "spec.selector".to_owned(),
        message: format!("no Pod in namespace {namespace} has the labels {wanted}"),
        explanation: "Each label is found on some Pod, and no Pod has them all. Leave out the one that does not belong.".to_owned(),
        instead: None,
    }]
}

fn listed(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(",")
}

fn target_port_nobody_offers(subject: &Subject<'_>) -> Vec<Said> {
    let (cluster, service) = (subject.cluster, &subject.service);
    let pods = cluster.selected_pods(service);
    if pods.is_empty() || service.kind == ServiceType::ExternalName {
        return Vec::new();
    }
    let mut said = Vec::new();
    for (i, port) in service.ports.iter().enumerate() {
        let offered = pods.iter().any(|pod| {
            pod.find_port(&port.target_port, port.protocol)
                .is_some_and(|number| cluster.listens(pod, number, port.protocol))
        });
        if offered {
            continue;
        }
        let mut declared: Vec<String> = pods
            .iter()
            .flat_map(|pod| pod.ports())
            .filter(|p| p.protocol == port.protocol)
            .map(|p| match &port.target_port {
                PortName::Name(_) if !p.name.is_empty() => p.name.to_string(),
                _ => p.port.to_string(),
            })
            .collect();
        declared.sort();
        declared.dedup();
        let instead = match declared.as_slice() {
            [only] => Some((only.clone(), format!("Write {only}."))),
            _ => None,
        };
        said.push(Said {
            path: format!("spec.ports[{i}].targetPort"),
            message: format!(
                "no Pod that the Service selects offers targetPort {} ({})",
                port.target_port, port.protocol
            ),
            explanation: if declared.is_empty() {
                "Their containers declare no port of that protocol.".to_owned()
            } else {
                format!("Their containers declare {}.", declared.join(", "))
            },
            instead,
        });
    }
    said
}

fn load_balancer_open_to_all(subject: &Subject<'_>) -> Vec<Said> {
    let service = &subject.service;
    let everyone = service.source_ranges.iter().any(|range| range.prefix_len() == 0);
    if service.kind != ServiceType::LoadBalancer || !(service.source_ranges.is_empty() || everyone)
    {
        return Vec::new();
    }
    let path = if everyone { "spec.loadBalancerSourceRanges" } else { "spec.type" };
    vec![Said {
        path: path.to_owned(),
        message: "the load balancer takes connections from every address".to_owned(),
        explanation:
            "If only some clients should connect, list their ranges in loadBalancerSourceRanges."
                .to_owned(),
        instead: None,
    }]
}

fn headless_port_not_translated(subject: &Subject<'_>) -> Vec<Said> {
    let service = &subject.service;
    if !service.headless {
        return Vec::new();
    }
    let translated = service.ports.iter().enumerate().filter_map(|(i, port)| {
        let PortName::Number(target) = port.target_port else { return None };
        (target != port.port).then(|| Said {
            path: format!("spec.ports[{i}].port"),
            message: format!(
                "a headless Service does not translate port {} to {target}",
                port.port
            ),
            explanation: format!(
                "Clients get the Pods' own addresses and must dial {target} themselves."
            ),
            instead: Some((target.to_string(), format!("Write {target}."))),
        })
    });
    translated.collect()
}

fn external_name_is_an_address(subject: &Subject<'_>) -> Vec<Said> {
    let name = subject.service.external_name.as_deref().unwrap_or_default();
    if name.parse::<IpAddr>().is_err() {
        return Vec::new();
    }
    vec![Said {
        path: "spec.externalName".to_owned(),
        message: format!("{name} is an address, and as a name it never resolves"),
        explanation: "Use a Service without selector and an EndpointSlice that lists the address."
            .to_owned(),
        instead: None,
    }]
}

fn external_name_ignores_field(subject: &Subject<'_>) -> Vec<Said> {
    if subject.service.kind != ServiceType::ExternalName {
        return Vec::new();
    }
    let spec = &subject.document.json["spec"];
    let written = ["selector", "ports"].into_iter().filter(|field| !spec[*field].is_null());
    written
        .map(|field| Said {
            path: format!("spec.{field}"),
            message: format!("an ExternalName Service ignores {field}"),
            explanation: "It is an alias in DNS and nothing else.".to_owned(),
            instead: None,
        })
        .collect()
}

//! Advice on how a Service is written: fields that go away, and values that YAML reads
//! otherwise than people do.

use super::{Advice, Said, Subject};
use crate::cluster::ServiceType;
use crate::validate::Rule;
use serde_json::Value;

const PAGE: &str = "https://kubernetes.io/docs/concepts/services-networking/service/";
/// No upstream function: the API server has nothing against it.
const OURS: &str = "";

pub(super) const ADVICE: &[Advice] = &[
    Advice {
        rule: Rule {
            code: "service-without-selector",
            title: "The Service has no selector and nothing behind it",
            explanation: "Without a selector no Pod becomes an endpoint, and no EndpointSlice names this Service either. Write a selector, or an EndpointSlice with the label kubernetes.io/service-name.",
            why: "A Service without selector is legal: its endpoints are made by hand. Mostly the selector was forgotten.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
        },
        check: service_without_selector,
    },
    Advice {
        rule: Rule {
            code: "load-balancer-ip-deprecated",
            title: "spec.loadBalancerIP is deprecated",
            explanation: "Each load balancer reads this field in its own way, and many not at all. Use the annotation that your load balancer has for it.",
            why: "The field was never defined well and knows one family only; it has been deprecated since Kubernetes 1.24.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  loadBalancerIP: 203.0.113.10\n  loadBalancerSourceRanges: [192.0.2.0/24]\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  loadBalancerSourceRanges: [192.0.2.0/24]\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
        },
        check: load_balancer_ip_deprecated,
    },
    Advice {
        rule: Rule {
            code: "annotation-deprecated",
            title: "A field has taken this annotation's place",
            explanation: "The annotation is from before the field, and may be read no longer. Write the field.",
            why: "Fields are checked by the API server, annotations mostly are not.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.alpha.kubernetes.io/tolerate-unready-endpoints: \"true\"\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  publishNotReadyAddresses: true\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: annotation_deprecated,
    },
    Advice {
        rule: Rule {
            code: "number-in-disguise",
            title: "YAML reads this as another number",
            explanation: "A leading zero makes a number octal, 0x makes it hexadecimal. Write the port with plain digits.",
            why: "kubectl reads YAML 1.1, where 0120 is 80. The server gets the number and can't know what was meant.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 0120\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: number_in_disguise,
    },
    Advice {
        rule: Rule {
            code: "boolean-word",
            title: "A word stands for true or false",
            explanation: "kubectl reads yes, no, on and off as true and false, and other tools read them as text. Write true or false.",
            why: "YAML 1.1 has these words and YAML 1.2 has not. In a label such a word is refused, since a label is text: `app: yes` needs quotes.",
            upstream: OURS,
            before: None,
            wrong: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  publishNotReadyAddresses: yes\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            right: "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  publishNotReadyAddresses: true\n  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n",
            page: PAGE,
        },
        check: boolean_word,
    },
];

fn service_without_selector(subject: &Subject<'_>) -> Vec<Said> {
    let service = &subject.service;
    let has_selector = service.selector.as_ref().is_some_and(|s| s.iter().next().is_some());
    if service.kind == ServiceType::ExternalName
        || has_selector
        || subject.cluster.slices_of(&service.name).next().is_some()
    {
        return Vec::new();
    }
    vec![Said {
        path: "spec.selector".to_owned(),
        message: "the Service has no selector, and no EndpointSlice belongs to it".to_owned(),
        explanation:
            "Without endpoints every connection fails. Write the labels of the Pods that it is for."
                .to_owned(),
        instead: None,
    }]
}

fn load_balancer_ip_deprecated(subject: &Subject<'_>) -> Vec<Said> {
    let written = &subject.document.json["spec"]["loadBalancerIP"];
    // A headless Service is warned of this field by the server.
    if written.as_str().is_none_or(str::is_empty) || subject.service.headless {
        return Vec::new();
    }
    vec![Said {
        path: "spec.loadBalancerIP".to_owned(),
        message: "spec.loadBalancerIP is deprecated".to_owned(),
        explanation: "Not every load balancer reads it. Use the annotation that yours has for it."
            .to_owned(),
        instead: None,
    }]
}

/// Annotations with what stands in their place.
const REPLACED: &[(&str, &str)] = &[
    ("service.alpha.kubernetes.io/tolerate-unready-endpoints", "spec.publishNotReadyAddresses"),
    ("service.beta.kubernetes.io/external-traffic", "spec.externalTrafficPolicy"),
    ("service.beta.kubernetes.io/healthcheck-nodeport", "spec.healthCheckNodePort"),
    ("service.beta.kubernetes.io/load-balancer-source-ranges", "spec.loadBalancerSourceRanges"),
];

fn annotation_deprecated(subject: &Subject<'_>) -> Vec<Said> {
    let annotations = &subject.document.json["metadata"]["annotations"];
    let written = REPLACED.iter().filter(|(key, _)| annotations.get(key).is_some());
    written
        .map(|(key, field)| Said {
            path: format!("metadata.annotations.{key}"),
            message: format!("{field} has taken the place of the annotation {key}"),
            explanation: format!("Write {field}, which the API server checks."),
            instead: None,
        })
        .collect()
}

fn number_in_disguise(subject: &Subject<'_>) -> Vec<Said> {
    let ports = subject.document.json["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let mut said = Vec::new();
    for (i, port) in ports.iter().enumerate() {
        for field in ["port", "targetPort", "nodePort"] {
            let Some(number) = port.get(field).and_then(Value::as_i64) else { continue };
            let path = format!("spec.ports[{i}].{field}");
            let Some(text) = subject.document.plain(&path) else { continue };
            let is_odd = text.starts_with('0') && text.len() > 1 || text.contains('_');
            if is_odd && text != number.to_string() {
                said.push(Said {
                    path,
                    message: format!("YAML reads {text} as {number}"),
                    explanation: format!("Write {number} if that is meant."),
                    instead: Some((number.to_string(), format!("Write {number}."))),
                });
            }
        }
    }
    said
}

fn boolean_word(subject: &Subject<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for field in ["publishNotReadyAddresses", "allocateLoadBalancerNodePorts"] {
        let Some(value) = subject.document.json["spec"].get(field).and_then(Value::as_bool) else {
            continue;
        };
        let path = format!("spec.{field}");
        let Some(text) = subject.document.plain(&path) else { continue };
        if !text.eq_ignore_ascii_case(&value.to_string()) {
            said.push(Said {
                path,
                message: format!("YAML reads {text} as {value}"),
                explanation: format!("Other tools read it as text. Write {value}."),
                instead: Some((value.to_string(), format!("Write {value}."))),
            });
        }
    }
    said
}

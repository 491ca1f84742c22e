use super::*;
use crate::manifest::kinds;
use serde_json::json;

fn says(issues: &[Issue]) -> Vec<String> {
    issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect()
}

#[test]
fn a_deployment_is_refused_in_the_servers_words() {
    let kind = kinds::find("apps", "v1", "Deployment").unwrap();
    let object = json!({"spec": {
        "replicas": -1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": "bad"}},
        "template": {
            "metadata": {"labels": {"app": "good"}},
            "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 70000}]}, {"name": "c", "image": "x"}]},
        },
    }});
    assert_eq!(
        says(&create(kind, &object)),
        [
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            "spec.template.metadata.labels: Invalid value: {\"app\":\"good\"}: `selector` does not match template `labels`",
            "spec.template.spec.containers[0].image: Required value",
            "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
            "spec.template.spec.containers[1].name: Duplicate value: \"c\"",
        ]
    );
    let good = json!({"spec": {
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": "a"}},
        "template": {
            "metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [{"name": "c", "image": "x"}]},
        },
    }});
    assert_eq!(says(&create(kind, &good)), Vec::<String>::new());
    let mut other = good.clone();
    other["spec"]["selector"]["matchLabels"]["app"] = "b".into();
    other["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    assert_eq!(
        says(&update(kind, &other, &good)),
        ["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable"]
    );
}

#[test]
fn of_a_pod_only_images_change() {
    let kind = kinds::find("", "v1", "Pod").unwrap();
    let pod = json!({"spec": {"containers": [{"name": "c", "image": "x"}]}});
    let mut other = pod.clone();
    other["spec"]["containers"][0]["image"] = "y".into();
    assert_eq!(says(&update(kind, &other, &pod)), Vec::<String>::new());
    other["spec"]["nodeName"] = "n".into();
    assert_eq!(update(kind, &other, &pod).len(), 1);
    other["spec"]["containers"] = json!([]);
    assert_eq!(
        says(&update(kind, &other, &pod)),
        [
            "spec.containers: Required value",
            "spec.containers: Forbidden: pod updates may not add or remove containers",
        ]
    );
}

#[test]
fn endpoints_made_by_hand_have_addresses() {
    let endpoints = kinds::find("", "v1", "Endpoints").unwrap();
    let object = json!({"subsets": [{
        "addresses": [{"ip": "127.0.0.1"}, {"ip": "foo"}],
        "ports": [{"port": 0, "protocol": "TCP"}],
    }]});
    assert_eq!(
        says(&create(endpoints, &object)),
        [
            "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
            "subsets[0].addresses[1].ip: Invalid value: \"foo\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            "subsets[0].addresses[1].ip: Invalid value: \"foo\": must be a valid IP address",
            "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        ]
    );
    let slice = kinds::find("discovery.k8s.io", "v1", "EndpointSlice").unwrap();
    let object = json!({"addressType": "IPv5", "endpoints": [{"addresses": []}]});
    assert_eq!(
        says(&create(slice, &object)),
        [
            "addressType: Unsupported value: \"IPv5\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"",
            "endpoints[0].addresses: Required value: must contain at least 1 address",
        ]
    );
}

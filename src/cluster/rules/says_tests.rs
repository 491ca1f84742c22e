//! What the server says of manifests with one thing wrong, whole: every answer below is the
//! recorded server's.

use crate::cluster::{Cluster, create};
use crate::manifest::kinds;
use serde_json::{Value, json};

/// `object` with each of `changes` made alone: where, and what stands there then; null takes
/// it out.
fn says(object: &Value, changes: &[(&str, Value)]) -> String {
    let (mut cluster, _) = Cluster::from_world("objects: []").unwrap();
    let (group, version) = match object["apiVersion"].as_str().unwrap().split_once('/') {
        Some((group, version)) => (group, version),
        None => ("", "v1"),
    };
    let kind = kinds::find(group, version, object["kind"].as_str().unwrap()).unwrap();
    let mut said = String::new();
    let plain = ("", Value::Null);
    for (path, value) in std::iter::once(&plain).chain(changes) {
        let mut changed = object.clone();
        if kind.namespaced {
            changed["metadata"]["namespace"] = "default".into();
        }
        if let Some((parent, field)) = path.rsplit_once('/') {
            let parent = changed.pointer_mut(parent).unwrap();
            match (parent, value) {
                (Value::Object(map), Value::Null) => {
                    map.shift_remove(field).unwrap();
                }
                (Value::Object(map), value) => {
                    map.insert(field.to_owned(), value.clone());
                }
                (Value::Array(list), Value::Null) => {
                    list.remove(field.parse().unwrap());
                }
                (Value::Array(list), value) => {
                    list[field.parse::<usize>().unwrap()] = value.clone()
                }
                _ => panic!("{path}"),
            }
        }
        said.push_str(&format!("{path} = {value}\n"));
        match create(&mut cluster, kind, changed, true) {
            Ok(accepted) => {
                for warning in accepted.warnings {
                    said.push_str(&format!("Warning: {}\n", warning.message));
                }
                if path.is_empty() {
                    let mut object = accepted.object;
                    let metadata = object["metadata"].as_object_mut().unwrap();
                    metadata.retain(|field, _| !matches!(field.as_str(), "uid" | "labels"));
                    said.push_str(&format!("{object:#}\n"));
                }
            }
            Err(error) => said.push_str(&error.kubectl(Some(("creating", "x.yaml")))),
        }
    }
    said
}

fn workload(kind: &str, spec: Value) -> Value {
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "x"},
        "spec": {
            "selector": {"matchLabels": {"app": "x"}},
            "template": {
                "metadata": {"labels": {"app": "x"}},
                "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
            },
        },
    });
    for (field, value) in spec.as_object().unwrap() {
        object["spec"][field] = value.clone();
    }
    object
}

#[test]
fn an_ingress_leads_to_services_by_hosts_and_paths() {
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "x"},
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["a.example.com"], "secretName": "tls"}],
            "rules": [{"host": "a.example.com", "http": {"paths": [
                {"path": "/", "pathType": "Prefix", "backend": backend},
            ]}}],
        },
    });
    let path = "/spec/rules/0/http/paths/0";
    let said = says(
        &ingress,
        &[
            ("/spec", Value::Null),
            ("/spec/rules", json!([])),
            ("/spec/rules/0/host", json!("10.0.0.1")),
            ("/spec/rules/0/host", json!("*")),
            ("/spec/rules/0/host", json!("A_b")),
            ("/spec/rules/0/http/paths", json!([])),
            (&format!("{path}/pathType"), Value::Null),
            (&format!("{path}/pathType"), json!("prefix")),
            (&format!("{path}/path"), json!("web")),
            (&format!("{path}/path"), json!("/a//../.")),
            (&format!("{path}/backend"), json!({})),
            (&format!("{path}/backend/service/name"), json!("Web.x")),
            (&format!("{path}/backend/service/name"), Value::Null),
            (&format!("{path}/backend/service/port"), json!({})),
            (&format!("{path}/backend/service/port/number"), json!(70000)),
            (&format!("{path}/backend/service/port/name"), json!("http")),
            (&format!("{path}/backend/service/port"), json!({"name": "HTTP_1"})),
            (&format!("{path}/backend/resource"), json!({"kind": "A/b", "name": ""})),
            ("/spec/tls/0/hosts/0", json!("*.x.*")),
            ("/spec/tls/0/secretName", json!("No_name")),
            ("/spec/ingressClassName", json!("")),
            ("/metadata/annotations", json!({"kubernetes.io/ingress.class": "other"})),
            ("/metadata/name", json!("Bad")),
        ],
    );
    insta::assert_snapshot!(said);
    let mut old = ingress;
    old["spec"].as_object_mut().unwrap().shift_remove("ingressClassName");
    let class = json!({"kubernetes.io/ingress.class": "nginx"});
    let said = says(&old, &[("/metadata/annotations", class)]);
    assert_eq!(
        said.lines().last().unwrap(),
        "Warning: annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
    );
}

#[test]
fn a_network_policy_names_peers_and_ports() {
    let policy = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "web"}},
            "ingress": [{
                "from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}],
                "ports": [{"port": 80, "endPort": 90}],
            }],
            "egress": [{"ports": [{"port": "dns", "protocol": "UDP"}]}],
        },
    });
    let peer = "/spec/ingress/0/from/0";
    let port = "/spec/ingress/0/ports/0";
    let said = says(
        &policy,
        &[
            ("/spec", Value::Null),
            ("/spec/podSelector", Value::Null),
            ("/spec/podSelector/matchLabels/app", json!("a b")),
            ("/spec/policyTypes", json!(["ingress"])),
            ("/spec/policyTypes", json!(["Ingress", "Egress", "Ingress"])),
            (peer, json!({})),
            (peer, json!({"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}})),
            (&format!("{peer}/ipBlock/cidr"), Value::Null),
            (&format!("{peer}/ipBlock/cidr"), json!("10.0.0.1")),
            (&format!("{peer}/ipBlock/cidr"), json!("10.0.0.1/8")),
            (&format!("{peer}/ipBlock/cidr"), json!("010.0.0.0/8")),
            (&format!("{peer}/ipBlock/except/0"), json!("11.0.0.0/16")),
            (&format!("{peer}/ipBlock/except/0"), json!("10.0.0.0/8")),
            (peer, json!({"ipBlock": {"cidr": "2001:DB8::/32"}})),
            (
                peer,
                json!({"namespaceSelector": {"matchExpressions": [
                    {"key": "k", "operator": "In"},
                    {"key": "k", "operator": "Exists", "values": ["v"]},
                    {"key": "-k", "operator": "is", "values": ["a b"]},
                ]}}),
            ),
            (&format!("{port}/port"), json!(0)),
            (&format!("{port}/port"), json!("http")),
            (&format!("{port}/port"), json!("8080")),
            (&format!("{port}/port"), Value::Null),
            (&format!("{port}/endPort"), json!(79)),
            (&format!("{port}/endPort"), json!(65536)),
            (&format!("{port}/protocol"), json!("tcp")),
        ],
    );
    insta::assert_snapshot!(said);
}

#[test]
fn keys_and_types_of_config_maps_and_secrets() {
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"},
        "data": {"a": "1"}, "binaryData": {"b": "aGk="},
    });
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"},
        "data": {"a": "aGk="}, "stringData": {"b": "hi", "a": "ho"},
    });
    let maps = says(
        &map,
        &[
            ("/data", json!({"a/b": "1", "..": "2", "..c": "3", "": "4"})),
            ("/data", json!({"b": "1"})),
            ("/data", json!({"a": "x".repeat(1_048_576)})),
            ("/data", json!({})),
            ("/metadata/name", json!("x_y")),
        ],
    );
    // Too long to be shown.
    let maps = maps.replace(&"x".repeat(1_048_576), "…");
    let secrets = says(
        &secret,
        &[
            ("/data", json!({"a b": "aGk="})),
            ("/type", json!("kubernetes.io/tls")),
            ("/type", json!("kubernetes.io/basic-auth")),
            ("/type", json!("kubernetes.io/ssh-auth")),
            ("/type", json!("kubernetes.io/dockerconfigjson")),
            ("/type", json!("kubernetes.io/service-account-token")),
            ("/type", json!("example.com/own")),
        ],
    );
    let said = format!("{maps}{secrets}");
    insta::assert_snapshot!(said);
}

#[test]
fn sets_of_pods_and_how_they_are_renewed() {
    let stateful = workload("StatefulSet", json!({"serviceName": "x"}));
    let stateful = says(
        &stateful,
        &[
            ("/spec", json!({})),
            ("/spec/serviceName", json!("a.b")),
            ("/spec/replicas", json!(-1)),
            ("/spec/selector", Value::Null),
            ("/spec/selector", json!({})),
            ("/spec/selector/matchLabels/app", json!("y")),
            ("/spec/template/metadata/labels", json!({})),
            ("/spec/template/spec/restartPolicy", json!("Never")),
            ("/spec/podManagementPolicy", json!("parallel")),
            ("/spec/updateStrategy", json!({"type": "OnDelete", "rollingUpdate": {}})),
            ("/spec/updateStrategy", json!({"type": "Recreate"})),
            ("/spec/updateStrategy", json!({"rollingUpdate": {"partition": -1}})),
            ("/spec/volumeClaimTemplates", json!([{"metadata": {"name": "d"}, "spec": {}}])),
            ("/metadata/name", json!("a.b")),
        ],
    );
    let daemon = says(
        &workload("DaemonSet", json!({})),
        &[
            ("/spec", json!({})),
            ("/spec/selector", json!({})),
            ("/spec/template/spec/restartPolicy", json!("OnFailure")),
            ("/spec/updateStrategy", json!({"type": "Recreate"})),
            (
                "/spec/updateStrategy",
                json!({"rollingUpdate": {"maxUnavailable": "150%", "maxSurge": 1}}),
            ),
            ("/spec/updateStrategy", json!({"rollingUpdate": {"maxUnavailable": 0}})),
        ],
    );
    let deployment = says(
        &workload("Deployment", json!({})),
        &[
            ("/spec", json!({})),
            ("/spec/strategy", json!({"type": "Recreate", "rollingUpdate": {}})),
            ("/spec/strategy", json!({"type": "Rolling"})),
            ("/spec/strategy", json!({"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "0%"}})),
            ("/spec/strategy", json!({"rollingUpdate": {"maxSurge": "x"}})),
            ("/spec/minReadySeconds", json!(600)),
            ("/metadata/name", json!("a.b")),
        ],
    );
    let said = format!("{stateful}{daemon}{deployment}");
    insta::assert_snapshot!(said);
}

#[test]
fn jobs_and_their_schedules() {
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"},
        "spec": {"template": {"spec": {
            "containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "Never",
        }}},
    });
    let cron = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "x"},
        "spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": job["spec"]}},
    });
    let restart = "/spec/template/spec/restartPolicy";
    let jobs = says(
        &job,
        &[
            (restart, json!("Always")),
            (restart, Value::Null),
            (restart, json!("never")),
            ("/spec/parallelism", json!(-1)),
            ("/spec/completionMode", json!("Indexed")),
            ("/spec/completionMode", json!("indexed")),
            ("/spec/backoffLimitPerIndex", json!(1)),
            ("/spec/selector", json!({"matchLabels": {"a": "b"}})),
        ],
    );
    let jobs: String = jobs
        .lines()
        .map(|line| match line.split_once("-uid\": \"") {
            Some((start, _)) => format!("{start}-uid\": …\n"),
            None if line.contains("controller-uid") => String::new(),
            None => format!("{line}\n"),
        })
        .collect();
    let crons = says(
        &cron,
        &[
            ("/spec/schedule", Value::Null),
            ("/spec/schedule", json!("* * *")),
            ("/spec/schedule", json!("61 * * * *")),
            ("/spec/schedule", json!("a * * * *")),
            ("/spec/schedule", json!("5-1 * * jan mon")),
            ("/spec/schedule", json!("*/0 * * * *")),
            ("/spec/schedule", json!("@often")),
            ("/spec/schedule", json!("TZ=UTC 0 * * * *")),
            ("/spec/concurrencyPolicy", json!("allow")),
            ("/spec/jobTemplate/spec/template/spec/restartPolicy", json!("Always")),
            ("/metadata/name", json!("x".repeat(53))),
        ],
    );
    let said = format!("{jobs}{crons}");
    insta::assert_snapshot!(said);
}

#[test]
fn a_pod_and_all_that_it_is_made_of() {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"},
        "spec": {
            "volumes": [{"name": "v", "configMap": {"name": "m"}}],
            "containers": [{
                "name": "c", "image": "nginx",
                "ports": [{"name": "http", "containerPort": 80}],
                "env": [{"name": "A", "value": "1"}],
                "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                "resources": {"limits": {"cpu": "1"}},
                "readinessProbe": {"httpGet": {"port": "http"}},
            }],
        },
    });
    let c = "/spec/containers/0";
    let said = says(
        &pod,
        &[
            ("/spec/restartPolicy", json!("always")),
            ("/spec/dnsPolicy", json!("None")),
            ("/spec/dnsPolicy", json!("Cluster")),
            ("/spec/hostname", json!("a.b")),
            ("/spec/nodeSelector", json!({"a b": "c"})),
            ("/spec/tolerations", json!([{"operator": "Equal"}, {"key": "a", "effect": "no"}])),
            ("/spec/hostNetwork", json!(true)),
            ("/spec/initContainers", json!([{"name": "c", "image": "i", "readinessProbe": {}}])),
            ("/spec/volumes", json!([{"name": "v"}, {"name": "v"}, {"name": "V", "secret": {}}])),
            (&format!("{c}/image"), json!("")),
            (&format!("{c}/image"), json!("Nginx")),
            (&format!("{c}/imagePullPolicy"), json!("always")),
            (&format!("{c}/ports/0/name"), json!("HTTP")),
            (&format!("{c}/ports/0/containerPort"), json!(0)),
            (&format!("{c}/ports/0/protocol"), json!("tcp")),
            (
                &format!("{c}/ports"),
                json!([{"containerPort": 80, "name": "a"}, {"containerPort": 80, "name": "a"}]),
            ),
            (&format!("{c}/env/0/name"), json!("A=B")),
            (&format!("{c}/env/0/valueFrom"), json!({"fieldRef": {"fieldPath": "status.podIP"}})),
            (&format!("{c}/env/0"), json!({"name": "A", "valueFrom": {}})),
            (
                &format!("{c}/env/0"),
                json!({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.ip"}}}),
            ),
            (&format!("{c}/volumeMounts/0/name"), json!("w")),
            (&format!("{c}/volumeMounts/0/mountPath"), Value::Null),
            (&format!("{c}/resources/requests"), json!({"cpu": "2", "gpu": 1})),
            (&format!("{c}/readinessProbe"), json!({})),
            (&format!("{c}/readinessProbe/httpGet/port"), json!(0)),
            (&format!("{c}/livenessProbe"), json!({"exec": {}, "successThreshold": 2})),
        ],
    );
    insta::assert_snapshot!(said);
}

#[test]
fn a_claim_asks_for_storage() {
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "x"},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
        },
    });
    let said = says(
        &claim,
        &[
            ("/spec", json!({})),
            ("/spec/accessModes/0", json!("RWO")),
            ("/spec/accessModes", json!(["ReadWriteOncePod", "ReadWriteOnce"])),
            ("/spec/resources/requests/storage", json!("0")),
            ("/spec/volumeMode", json!("File")),
            ("/spec/storageClassName", json!("A b")),
        ],
    );
    insta::assert_snapshot!(said);
}

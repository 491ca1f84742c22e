//! What a Pod's manifest gives to its containers: variables from ConfigMaps, Secrets and fields
//! (`makeEnvironmentVariables`, pkg/kubelet/kubelet_pods.go, v1.36), and the files of volumes.

use super::Inside;
use crate::cluster::Cluster;
use crate::kubectl::console::{Console, Files};
use crate::kubectl::verbs::account_token;
use crate::manifest::Quantity;
use crate::manifest::go::base64_bytes;
use crate::trace::Client;
use serde_json::Value;
use std::collections::BTreeMap;

/// Variables by name.
pub(super) type Variables = BTreeMap<String, String>;

fn list<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value[field].as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// The container of a Pod that has this name, one of those that begin before the others too.
pub(super) fn container<'v>(pod: &'v Value, name: &str) -> Option<&'v Value> {
    let spec = &pod["spec"];
    named(spec, "containers", name).or_else(|| named(spec, "initContainers", name))
}

/// What has this name in a list of a Pod's spec.
pub(super) fn named<'v>(spec: &'v Value, field: &str, name: &str) -> Option<&'v Value> {
    list(spec, field).find(|one| one["name"] == *name)
}

/// What a ConfigMap or Secret holds under each key; none where it is not there.
fn data(cluster: &Cluster, kind: &str, pod: &Value, name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let object = cluster.get(kind, text(&pod["metadata"], "namespace"), name)?;
    let is_text = kind == "ConfigMap";
    let entries = |field: &str, is_text: bool| {
        let entries = object[field].as_object().into_iter().flatten();
        let read = |(key, value): (&String, &Value)| {
            let value = value.as_str()?;
            let bytes = match is_text {
                true => value.as_bytes().to_vec(),
                false => base64_bytes(value).ok()?,
            };
            Some((key.clone(), bytes))
        };
        entries.filter_map(read).collect::<Vec<_>>()
    };
    let mut out = entries("data", is_text);
    if is_text {
        out.extend(entries("binaryData", false));
    }
    Some(out)
}

/// Adds what `envFrom` and `env` of a container say to `out`, where the Services stand already.
pub(super) fn add_variables(
    cluster: &Cluster,
    pod: &Value,
    container: &Value,
    out: &mut Variables,
) {
    let mut own = Variables::new();
    for from in list(container, "envFrom") {
        for (kind, field) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
            let entries = data(cluster, kind, pod, text(&from[field], "name"));
            for (key, bytes) in entries.into_iter().flatten() {
                let name = format!("{}{key}", text(from, "prefix"));
                own.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    for entry in list(container, "env") {
        let Some(name) = entry["name"].as_str() else { continue };
        let from = &entry["valueFrom"];
        let key_of = |kind: &str, reference: &Value| {
            let entries = data(cluster, kind, pod, text(reference, "name"))?;
            let found = entries.into_iter().find(|(key, _)| reference["key"] == **key);
            found.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        };
        let value = match from.as_object().and_then(|from| from.iter().next()) {
            None => Some(expanded(text(entry, "value"), &|name| {
                own.get(name).or_else(|| out.get(name)).cloned()
            })),
            Some((kind, reference)) => match kind.as_str() {
                "configMapKeyRef" => key_of("ConfigMap", reference),
                "secretKeyRef" => key_of("Secret", reference),
                "fieldRef" => Some(field(pod, text(reference, "fieldPath"))),
                "resourceFieldRef" => Some(resource(cluster, pod, container, reference)),
                _ => None,
            },
        };
        // What is optional and not there is no variable at all.
        if let Some(value) = value {
            own.insert(name.to_owned(), value);
        }
    }
    out.extend(own);
}

/// `$(NAME)` in a value (k8s.io/kubernetes/third_party/forked/golang/expansion): what is not
/// known stays, and `$$` is a dollar.
fn expanded(value: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) =
            rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
        {
            out.push_str(&known(name).unwrap_or_else(|| format!("$({name})")));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

/// A field of the Pod (`ExtractFieldPathAsString`, pkg/fieldpath, and `podFieldSelectorRuntimeValue`).
fn field(pod: &Value, path: &str) -> String {
    let at = |path: &str| path.split('.').fold(pod, |value, name| &value[name]);
    if let Some((map, key)) = path.strip_suffix("']").and_then(|path| path.split_once("['")) {
        return text(at(map), key).to_owned();
    }
    match path {
        "metadata.labels" | "metadata.annotations" => {
            let entries = at(path).as_object().into_iter().flatten();
            let line = |(key, value): (&String, &Value)| format!("{key}={value}");
            entries.map(line).collect::<Vec<_>>().join("\n")
        }
        "status.podIPs" | "status.hostIPs" => {
            let all = at(path).as_array().into_iter().flatten();
            all.map(|one| text(one, "ip")).collect::<Vec<_>>().join(",")
        }
        _ => at(path).as_str().unwrap_or_default().to_owned(),
    }
}

/// A request or limit of a container, in units of the divisor, rounded up
/// (`ExtractContainerResourceValue`, pkg/api/v1/resource). A limit that is not set is what the
/// node has.
fn resource(cluster: &Cluster, pod: &Value, own: &Value, reference: &Value) -> String {
    let named = container(pod, text(reference, "containerName")).unwrap_or(own);
    let (part, name) = text(reference, "resource").split_once('.').unwrap_or_default();
    let said = &named["resources"][part][name];
    let node = || {
        let node = cluster.get("Node", "", text(&pod["spec"], "nodeName"))?;
        Some(Quantity::of(&node["status"]["allocatable"][name]))
    };
    let amount = match said.is_null() && part == "limits" {
        true => node().unwrap_or_default(),
        false => Quantity::of(said),
    };
    let divisor = Quantity::of(&reference["divisor"]);
    let is_cpu = name == "cpu";
    let size = |quantity: Quantity| if is_cpu { quantity.milli() } else { quantity.whole() };
    let by = match size(divisor) {
        0 if is_cpu => 1000,
        0 => 1,
        by => by,
    };
    let amount = size(amount);
    (amount.div_euclid(by) + i128::from(amount.rem_euclid(by) > 0)).to_string()
}

/// Writes what a container's volumes hold that come from the API: ConfigMaps, Secrets, fields of
/// the Pod and its account's token. Of other volumes the folders are there.
pub(super) fn write_volumes(console: &Console, inside: &Inside, files: &mut Files) {
    let Client::Pod { namespace, name } = &inside.client else { return };
    let Some(pod) = console.cluster.get("Pod", namespace, name) else { return };
    let Some(own) = container(&pod, &inside.container) else { return };
    for mount in list(own, "volumeMounts") {
        let Some(volume) = named(&pod["spec"], "volumes", text(mount, "name")) else { continue };
        let place = text(mount, "mountPath").trim_end_matches('/');
        let held = match shared_key(&pod, volume) {
            Some(key) => {
                let kept = console.containers.iter().find(|(of, _)| *of == key);
                kept.map_or_else(Vec::new, |(_, files)| under(files, ""))
            }
            None => holds(console, &pod, own, volume),
        };
        let part = match (text(mount, "subPath"), text(mount, "subPathExpr")) {
            ("", part) | (part, _) => part.trim_matches('/'),
        };
        // What lies over a folder hides it.
        if part.is_empty() {
            clear(files, place);
        }
        if held.is_empty() {
            files.make_folder(place);
        }
        for (path, bytes) in held {
            let path = match (part, path.strip_prefix(part)) {
                ("", _) => format!("{place}/{path}"),
                (_, Some("")) => place.to_owned(),
                (_, Some(rest)) if rest.starts_with('/') => format!("{place}{rest}"),
                _ => continue,
            };
            // ConfigMaps and Secrets hold 1 MB at most: there is room.
            let _ = files.write(&path, &bytes);
        }
    }
}

/// The files below a folder, by their paths from there.
fn under(files: &Files, folder: &str) -> Vec<(String, Vec<u8>)> {
    let lead = format!("{folder}/");
    let inside = files.paths().filter_map(|path| Some((path.strip_prefix(&lead)?, path)));
    let read = |(rest, path): (&str, &str)| Some((rest.to_owned(), files.read(path)?.to_vec()));
    inside.filter_map(read).collect()
}

fn clear(files: &mut Files, folder: &str) {
    for (rest, _) in under(files, folder) {
        files.remove(&format!("{folder}/{rest}"));
    }
}

/// What tells a volume that several containers may write from all others; none of one that
/// holds what the API says.
fn shared_key(pod: &Value, volume: &Value) -> Option<String> {
    let (namespace, uid) = (text(&pod["metadata"], "namespace"), text(&pod["metadata"], "uid"));
    let (kind, source) = volume.as_object()?.iter().find(|(key, _)| *key != "name")?;
    match kind.as_str() {
        "emptyDir" | "ephemeral" => Some(format!("volume {namespace} {uid} {}", volume["name"])),
        "hostPath" => Some(format!("volume on {} {}", pod["spec"]["nodeName"], source["path"])),
        "persistentVolumeClaim" => Some(format!("volume {namespace} {}", source["claimName"])),
        _ => None,
    }
}

/// What a container has left in volumes that others may have too, by their keys.
pub(super) fn shared(console: &Console, inside: &Inside, files: &Files) -> Vec<(String, Files)> {
    let Client::Pod { namespace, name } = &inside.client else { return Vec::new() };
    let Some(pod) = console.cluster.get("Pod", namespace, name) else { return Vec::new() };
    let Some(own) = container(&pod, &inside.container) else { return Vec::new() };
    let of_mount = |mount: &Value| {
        let volume = named(&pod["spec"], "volumes", text(mount, "name"))?;
        let key = shared_key(&pod, volume)?;
        if !text(mount, "subPath").is_empty() {
            return None;
        }
        let mut held = Files::default();
        for (rest, bytes) in under(files, text(mount, "mountPath").trim_end_matches('/')) {
            let _ = held.write(&format!("/{rest}"), &bytes);
        }
        Some((key, held))
    };
    list(own, "volumeMounts").filter_map(of_mount).collect()
}

/// What a volume holds, by paths.
fn holds(console: &Console, pod: &Value, own: &Value, volume: &Value) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut add = |kind: &str, source: &Value| {
        let cluster = &console.cluster;
        let of_api = |kind: &str, field: &str| {
            let name = source[field].as_str().unwrap_or(text(source, "name"));
            let entries = data(cluster, kind, pod, name).unwrap_or_default();
            let Some(items) = source["items"].as_array() else { return entries };
            let item = |item: &Value| {
                let found = entries.iter().find(|(key, _)| item["key"] == **key);
                found.map(|(_, bytes)| (text(item, "path").to_owned(), bytes.clone()))
            };
            items.iter().filter_map(item).collect()
        };
        match kind {
            // Every namespace has this one in a real cluster.
            "configMap" if source["name"] == "kube-root-ca.crt" => {
                out.push(("ca.crt".to_owned(), AUTHORITY.as_bytes().to_vec()));
            }
            "configMap" => out.extend(of_api("ConfigMap", "name")),
            "secret" => out.extend(of_api("Secret", "secretName")),
            "downwardAPI" => {
                for item in list(source, "items") {
                    let value = match item["fieldRef"]["fieldPath"].as_str() {
                        Some(path) => field(pod, path),
                        None => resource(cluster, pod, own, &item["resourceFieldRef"]),
                    };
                    out.push((text(item, "path").to_owned(), value.into_bytes()));
                }
            }
            "serviceAccountToken" => {
                let account = text(&pod["spec"], "serviceAccountName");
                let namespace = text(&pod["metadata"], "namespace");
                let token = account_token(console, namespace, account);
                out.push((text(source, "path").to_owned(), token.into_bytes()));
            }
            _ => {}
        }
    };
    for (kind, source) in volume.as_object().into_iter().flatten() {
        match kind.as_str() {
            "projected" => {
                for part in list(source, "sources") {
                    part.as_object().into_iter().flatten().for_each(|(kind, one)| add(kind, one));
                }
            }
            kind => add(kind, source),
        }
    }
    out
}

/// What stands for the certificate of the cluster's authority: nothing here is encrypted.
const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----\nTUlJREJUQ0NBZTJnQXdJQkFnSUlQb3J0b2xhbi0wCgo=\n-----END CERTIFICATE-----\n";

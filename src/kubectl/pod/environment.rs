//! A container's environment (`getServiceEnvVarMap`, pkg/kubelet/kubelet_pods.go;
//! `envvars.FromServices`, pkg/kubelet/envvars, v1.36).

use super::{Inside, given};
use crate::kubectl::console::Console;
use crate::trace::Client;
use serde_json::Value;
use std::collections::BTreeMap;

/// Variables by name.
pub(in crate::kubectl) fn variables(
    console: &Console,
    inside: &Inside,
) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("HOSTNAME", &inside.hostname),
        ("HOME", "/root"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let Client::Pod { namespace, name } = &inside.client else { return out };
    let Some(pod) = console.cluster.get("Pod", namespace, name) else { return out };
    let spec = &pod["spec"];
    let links = spec["enableServiceLinks"].as_bool().unwrap_or(true);
    for service in console.cluster.services() {
        let own = links && *service.name.namespace == **namespace;
        let master = *service.name.namespace == *"default" && *service.name.name == *"kubernetes";
        if own || master {
            let (namespace, name) = (&service.name.namespace, &service.name.name);
            if let Some(value) = console.cluster.get("Service", namespace, name) {
                of_service(name, &value, &mut out);
            }
        }
    }
    if let Some(container) = given::container(&pod, &inside.container) {
        given::add_variables(&console.cluster, &pod, container, &mut out);
    }
    out
}

fn of_service(name: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    let Some(ip) = value["spec"]["clusterIP"].as_str().filter(|ip| !matches!(*ip, "" | "None"))
    else {
        return;
    };
    let name = name.to_uppercase().replace(['-', '.'], "_");
    let ports = value["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(first) = ports.first().and_then(|port| port["port"].as_u64()) else { return };
    out.insert(format!("{name}_SERVICE_HOST"), ip.to_owned());
    out.insert(format!("{name}_SERVICE_PORT"), first.to_string());
    for port in ports {
        if let (Some(number), Some(of)) = (port["port"].as_u64(), port["name"].as_str()) {
            let of = of.to_uppercase().replace(['-', '.'], "_");
            out.insert(format!("{name}_SERVICE_PORT_{of}"), number.to_string());
        }
    }
    for (idx, port) in ports.iter().enumerate() {
        let Some(number) = port["port"].as_u64() else { continue };
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        let lower = protocol.to_lowercase();
        if idx == 0 {
            out.insert(format!("{name}_PORT"), format!("{lower}://{ip}:{number}"));
        }
        let prefix = format!("{name}_PORT_{number}_{protocol}");
        out.insert(prefix.clone(), format!("{lower}://{ip}:{number}"));
        out.insert(format!("{prefix}_PROTO"), lower);
        out.insert(format!("{prefix}_PORT"), number.to_string());
        out.insert(format!("{prefix}_ADDR"), ip.to_owned());
    }
}

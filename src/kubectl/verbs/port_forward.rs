//! `kubectl port-forward` (k8s.io/kubectl/pkg/cmd/portforward/portforward.go, v1.36). It picks
//! one Pod, checks the ports and says what it would forward; nothing is opened on the machine.

use crate::cluster::{PortName, Protocol};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::pod;
use crate::kubectl::resources;
use crate::manifest::go::Quoted;
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("address", Takes::List, "[localhost]", "Addresses to listen on"),
    Flag::new("pod-running-timeout", Takes::Duration, "1m0s", "How long to wait for a Pod"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "port-forward",
    aliases: &[],
    usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    about: "Forward one or more local ports to a pod",
    flags: &[FLAGS],
    runs: Runs::Verb(port_forward),
}];

/// It goes on until it is interrupted.
#[derive(Debug, Clone)]
struct Forward;

impl Job for Forward {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

fn port_forward(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let (Some(who), Some(ports)) = (call.args.first(), call.args.get(1..)) else {
        return Err(call.usage_error("TYPE/NAME and list of ports are required for port-forward"));
    };
    if ports.is_empty() {
        return Err(call.usage_error("TYPE/NAME and list of ports are required for port-forward"));
    }
    let namespace = call.namespace(console);
    let words =
        if who.contains('/') { vec![who.clone()] } else { vec!["pods".to_owned(), who.clone()] };
    let wanted = resources::wanted(console, &words)?;
    let Some(wanted) = wanted.first() else { return Ok(Done::OK) };
    let pods = pod::of::pods(console, wanted, &namespace, "cannot attach to")?;
    let name = wanted.name.as_deref().unwrap_or("");
    let Some(found) = pods.first() else { return Err(resources::not_found(wanted.resource, name)) };
    let service = (wanted.resource.kind == "Service")
        .then(|| console.cluster.get("Service", &namespace, name))
        .flatten();
    let mut forwards = Vec::new();
    for text in ports {
        let (local, remote) = match text.split_once(':') {
            Some((local, remote)) => (local.to_owned(), remote),
            None => (text.clone(), text.as_str()),
        };
        let remote = match &service {
            Some(service) => of_service(service, found, remote, name)?,
            None => of_pod(found, remote, text)?,
        };
        let local: u16 = match local.as_str() {
            "" => 40_000,
            // A name, or the Service's own port number, stands for itself here.
            local => local.parse().map_err(|_| bad_port(text, local))?,
        };
        forwards.push((local, remote));
    }
    if found.phase() != "Running" {
        return Err(Failure::Client(format!(
            "unable to forward port because pod is not running. Current status={}",
            found.phase()
        )));
    }
    for (local, remote) in forwards {
        let addresses = call.flags.all("address");
        if addresses.is_empty() {
            io.line(format_args!("Forwarding from 127.0.0.1:{local} -> {remote}"));
            io.line(format_args!("Forwarding from [::1]:{local} -> {remote}"));
        }
        for address in addresses {
            io.line(format_args!("Forwarding from {address}:{local} -> {remote}"));
        }
    }
    // Where nobody can end it, it ends by itself.
    if io.columns.is_none() { Ok(Done::OK) } else { Ok(Done::Goes(Box::new(Forward))) }
}

fn bad_port(text: &str, part: &str) -> Failure {
    let (text, part) = (Quoted(text), Quoted(part));
    Failure::Client(format!(
        "error parsing local port {text:?}: strconv.ParseUint: parsing {part:?}: invalid syntax"
    ))
}

/// `translateServicePortToTargetPort`.
fn of_service(
    service: &Value,
    pod: &crate::cluster::Pod,
    remote: &str,
    name: &str,
) -> Result<u16, Failure> {
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let number = remote.parse::<u64>().ok();
    let port = ports.iter().find(|port| match number {
        Some(number) => port["port"].as_u64() == Some(number),
        None => port["name"] == remote,
    });
    let Some(port) = port else {
        let says = match number {
            Some(number) => format!("Service {name} does not have a service port {number}"),
            None => {
                let remote = Quoted(remote);
                format!("Service '{name}' does not have a named port '{}'", remote.0)
            }
        };
        return Err(Failure::Client(says));
    };
    // A headless Service translates nothing.
    if service["spec"]["clusterIP"] == "None" {
        return u16::try_from(port["port"].as_u64().unwrap_or(0))
            .map_err(|_| Failure::Client(format!("invalid port {remote}")));
    }
    let target = &port["targetPort"];
    let found = match (target.as_u64(), target.as_str()) {
        (Some(number), _) => u16::try_from(number).ok(),
        (None, Some(named)) => pod.find_port(&PortName::Name(named.into()), Protocol::Tcp),
        (None, None) => port["port"].as_u64().and_then(|number| u16::try_from(number).ok()),
    };
    found.ok_or_else(|| {
        let pod = &pod.name.name;
        Failure::Client(format!(
            "Pod '{pod}' does not have a named port '{}'",
            target.as_str().unwrap_or("")
        ))
    })
}

fn of_pod(pod: &crate::cluster::Pod, remote: &str, text: &str) -> Result<u16, Failure> {
    if let Ok(number) = remote.parse::<u16>() {
        return Ok(number);
    }
    if let Some(port) = pod.find_port(&PortName::Name(remote.into()), Protocol::Tcp) {
        return Ok(port);
    }
    let name = &pod.name.name;
    if remote.bytes().all(|b| b.is_ascii_digit()) {
        let (text, remote) = (Quoted(text), Quoted(remote));
        return Err(Failure::Client(format!(
            "error parsing remote port {text:?}: strconv.ParseUint: parsing {remote:?}: value out of range"
        )));
    }
    Err(Failure::Client(format!("Pod '{name}' does not have a named port '{remote}'")))
}

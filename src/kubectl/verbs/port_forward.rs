//! `kubectl port-forward` (k8s.io/kubectl/pkg/cmd/portforward/portforward.go, v1.36). It picks
//! one Pod, checks the ports and says what it would forward; nothing is opened on the machine.

use crate::cluster::{PortName, Protocol};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Forward, Io, Wants};
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
struct Forwarding;

impl Job for Forwarding {
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
    let udp = udp_only(service.as_ref(), &console.cluster.get("Pod", &namespace, &found.name.name));
    let mut pairs = Vec::new();
    for text in ports {
        // Of what is in no such form, the first part counts for both.
        let (local, remote) = match *text.split(':').collect::<Vec<_>>() {
            [local, remote] => (local, remote),
            [first, ..] => (first, first),
            [] => ("", ""),
        };
        let number = match (remote.parse::<i64>(), &service) {
            (Ok(number), _) => Some(number),
            (Err(_), Some(service)) => Some(named_port(service, remote, name)?),
            (Err(_), None) => of_pod(found, remote).ok().map(i64::from),
        };
        if number.is_some_and(|number| udp.contains(&number)) {
            return Err(Failure::Client(format!("UDP protocol is not supported for {remote}")));
        }
        pairs.push(match (&service, number) {
            (Some(service), Some(number)) => {
                let port = of_service(service, found, number, name)?;
                let same = local == remote && remote.parse::<i64>().is_err();
                (if same { number.to_string() } else { local.to_owned() }, port.to_string())
            }
            _ if remote.is_empty() => {
                return Err(Failure::Client("remote port cannot be empty".to_owned()));
            }
            _ => {
                let port = match remote.parse::<i64>() {
                    Ok(_) => remote.to_owned(),
                    Err(_) => of_pod(found, remote)?.to_string(),
                };
                (if local == remote { port.clone() } else { local.to_owned() }, port)
            }
        });
    }
    if found.phase() != "Running" {
        return Err(Failure::Client(format!(
            "unable to forward port because pod is not running. Current status={}",
            found.phase()
        )));
    }
    let mut forwards = Vec::new();
    for (local, remote) in &pairs {
        // Any free port will do where none is given.
        let local = if local.is_empty() { 40_000 } else { number("local", local)? };
        let remote = number("remote", remote)?;
        if remote == 0 {
            return Err(Failure::Client("remote port must be > 0".to_owned()));
        }
        forwards.push((local, remote));
    }
    let taken = |local: u16| console.forwards.iter().any(|forward| forward.local == local);
    if let Some((local, remote)) = forwards.iter().find(|(local, _)| taken(*local)) {
        io.err(format_args!("Unable to listen on port {local}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:{local}: bind: address already in use unable to create listener: Error listen tcp6 [::1]:{local}: bind: address already in use]\n"));
        return Err(Failure::Client(format!(
            "unable to listen on any of the requested ports: [{{{local} {remote}}}]"
        )));
    }
    let pod = (found.name.namespace.to_string(), found.name.name.to_string());
    for (local, remote) in forwards {
        if let Some((job, typed)) = console.shell.background.clone() {
            let pod = pod.clone();
            console.forwards.push(Forward { job, typed, local, pod, remote });
        }
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
    if io.columns.is_none() && !io.timed {
        return Ok(Done::OK);
    }
    Ok(Done::Goes(Box::new(Forwarding)))
}

/// A port's number (`parsePorts`, k8s.io/client-go/tools/portforward).
fn number(which: &str, text: &str) -> Result<u16, Failure> {
    text.parse().map_err(|_| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let why = if is_number { "value out of range" } else { "invalid syntax" };
        let quoted = Quoted(text);
        Failure::Client(format!(
            "error parsing {which} port '{text}': strconv.ParseUint: parsing {quoted:?}: {why}"
        ))
    })
}

/// Ports that take UDP and no TCP (`checkUDPPorts`).
fn udp_only(service: Option<&Value>, pod: &Option<Value>) -> Vec<i64> {
    let mut ports: Vec<(i64, bool)> = Vec::new();
    let mut add = |list: &Value, field: &str| {
        for port in list.as_array().into_iter().flatten() {
            ports.push((port[field].as_i64().unwrap_or(0), port["protocol"] == "UDP"));
        }
    };
    match (service, pod) {
        (Some(service), _) => add(&service["spec"]["ports"], "port"),
        (None, Some(pod)) => {
            for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
                add(&container["ports"], "containerPort");
            }
        }
        (None, None) => {}
    }
    let has_tcp = |number: i64| ports.iter().any(|(other, udp)| *other == number && !udp);
    ports.iter().filter(|(n, udp)| *udp && !has_tcp(*n)).map(|(n, _)| *n).collect()
}

/// `LookupServicePortNumberByName`.
fn named_port(service: &Value, port: &str, name: &str) -> Result<i64, Failure> {
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let found = ports.iter().find(|known| known["name"] == port);
    found.and_then(|known| known["port"].as_i64()).ok_or_else(|| {
        Failure::Client(format!("Service '{name}' does not have a named port '{port}'"))
    })
}

/// `LookupContainerPortNumberByServicePort`.
fn of_service(
    service: &Value,
    pod: &crate::cluster::Pod,
    number: i64,
    name: &str,
) -> Result<u16, Failure> {
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(port) = ports.iter().find(|port| port["port"].as_i64() == Some(number)) else {
        return Err(Failure::Client(format!(
            "Service {name} does not have a service port {number}"
        )));
    };
    let own = u16::try_from(number).unwrap_or(0);
    // A headless Service translates nothing.
    if service["spec"]["clusterIP"] == "None" {
        return Ok(own);
    }
    match (port["targetPort"].as_u64(), port["targetPort"].as_str()) {
        (Some(target), _) => Ok(u16::try_from(target).ok().filter(|t| *t > 0).unwrap_or(own)),
        (None, Some(target)) => of_pod(pod, target),
        (None, None) => Ok(own),
    }
}

/// `LookupContainerPortNumberByName`.
fn of_pod(pod: &crate::cluster::Pod, port: &str) -> Result<u16, Failure> {
    let named = PortName::Name(port.into());
    let found = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp]
        .into_iter()
        .find_map(|protocol| pod.find_port(&named, protocol));
    found.ok_or_else(|| {
        let name = &pod.name.name;
        Failure::Client(format!("Pod '{name}' does not have a named port '{port}'"))
    })
}

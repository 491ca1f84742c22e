//! `kubectl create service clusterip|externalname|loadbalancer|nodeport`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go::Quoted;
use crate::validate::{dns_subdomain, port_name};
use serde_json::{Map, Value, json};

const TCP: Flag = Flag::new("tcp", Takes::List, "[]", "Port pairs as <port>:<targetPort>");
static PORTS: &[Flag] = &[TCP];
static CLUSTER_IP: &[Flag] =
    &[TCP, Flag::new("clusterip", Takes::Text, "", "Its own ClusterIP, or None for headless")];
static EXTERNAL: &[Flag] =
    &[TCP, Flag::new("external-name", Takes::Text, "", "The external name of the service")];
static NODE_PORT: &[Flag] = &[
    TCP,
    Flag::new("node-port", Takes::Int, "0", "The port that every node offers the service on"),
];

const COMMON: [&[Flag]; 5] = make::FLAGS;

macro_rules! with {
    ($own:expr) => {
        &[$own, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]]
    };
}

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "create service",
        aliases: &["svc"],
        usage: "[flags] [options]",
        about: "Create a service using a specified subcommand",
        flags: &[],
        runs: Runs::Group,
    },
    Command::new(
        "create service clusterip",
        "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]",
        "Create a ClusterIP service",
        with!(CLUSTER_IP),
        Runs::Verb(|console, call, io| service(console, call, io, "ClusterIP")),
    ),
    Command::new(
        "create service externalname",
        "NAME --external-name external.name [--dry-run=server|client|none] [options]",
        "Create an ExternalName service",
        with!(EXTERNAL),
        Runs::Verb(|console, call, io| service(console, call, io, "ExternalName")),
    ),
    Command::new(
        "create service loadbalancer",
        "NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
        "Create a LoadBalancer service",
        with!(PORTS),
        Runs::Verb(|console, call, io| service(console, call, io, "LoadBalancer")),
    ),
    Command::new(
        "create service nodeport",
        "NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
        "Create a NodePort service",
        with!(NODE_PORT),
        Runs::Verb(|console, call, io| service(console, call, io, "NodePort")),
    ),
];

fn service(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    kind: &'static str,
) -> Result<Done, Failure> {
    let client = |says: String| Err(Failure::Client(says));
    if kind == "ExternalName" {
        make::required(call, &["external-name"])?;
    }
    let make = Make::new(console, call, io, "services")?;
    let cluster_ip = call.flags.text("clusterip").unwrap_or("");
    let external_name = call.flags.text("external-name").unwrap_or("");
    let tcp = call.flags.all("tcp");
    if cluster_ip != "None" && tcp.is_empty() && kind != "ExternalName" {
        return client("at least one tcp port specifier must be provided".to_owned());
    }
    if kind == "ExternalName" && !dns_subdomain(external_name).is_empty() {
        return client(format!("invalid service external name {external_name}"));
    }
    let node_port = call.flags.int("node-port").unwrap_or(0);
    let mut ports = Vec::new();
    for pair in tcp {
        let (port, target) = port_pair(pair).map_err(Failure::Client)?;
        let mut entry = json!({"name": pair.replace(':', "-"), "protocol": "TCP", "port": port, "targetPort": target});
        if node_port != 0 {
            entry["nodePort"] = node_port.into();
        }
        ports.push(entry);
    }
    let mut object = make.object(call);
    object["metadata"]["labels"] = json!({"app": make.name});
    let mut spec = Map::new();
    if !ports.is_empty() {
        spec.insert("ports".to_owned(), ports.into());
    }
    spec.insert("selector".to_owned(), json!({"app": make.name}));
    if !cluster_ip.is_empty() {
        spec.insert("clusterIP".to_owned(), cluster_ip.into());
    }
    spec.insert("type".to_owned(), kind.into());
    if !external_name.is_empty() {
        spec.insert("externalName".to_owned(), external_name.into());
    }
    object.insert("spec".to_owned(), Value::Object(spec));
    object.insert("status".to_owned(), json!({"loadBalancer": {}}));
    make.finish(console, call, io, object, Some(&format!("failed to create {kind} service: ")))
}

/// `parsePorts`: `80`, `80:8080` or `80:http`.
fn port_pair(text: &str) -> Result<(u64, Value), String> {
    let mut parts = text.split(':');
    let port = parts.next().unwrap_or("");
    let number: u64 = parse_uint(port)?;
    let Some(target) = parts.next() else { return Ok((number, number.into())) };
    match atoi(target) {
        None => match port_name(target) {
            wrong if wrong.is_empty() => Ok((number, target.into())),
            wrong => Err(wrong.join(",")),
        },
        Some(n @ 1..=65_535) => Ok((number, n.into())),
        Some(_) => Err("must be between 1 and 65535, inclusive".to_owned()),
    }
}

/// `strconv.Atoi`.
pub(super) fn atoi(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// `strconv.ParseUint(text, 10, 16)`.
fn parse_uint(text: &str) -> Result<u64, String> {
    let quoted = Quoted(text);
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("strconv.ParseUint: parsing {quoted:?}: invalid syntax"));
    }
    text.parse::<u16>()
        .map(u64::from)
        .map_err(|_| format!("strconv.ParseUint: parsing {quoted:?}: value out of range"))
}

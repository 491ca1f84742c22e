//! `kubectl create secret generic|docker-registry|tls`.

use super::data;
use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go;
use serde_json::{Map, Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static TYPE: &[Flag] = &[Flag::new("type", Takes::Text, "", "The type of secret to create")];
static DOCKER: &[Flag] = &[
    data::APPEND_HASH,
    Flag::new("docker-email", Takes::Text, "", "Email for the registry"),
    Flag::new("docker-password", Takes::Text, "", "Password for the registry"),
    Flag::new(
        "docker-server",
        Takes::Text,
        "https://index.docker.io/v1/",
        "The registry's address",
    ),
    Flag::new("docker-username", Takes::Text, "", "User name for the registry"),
    Flag::new("from-file", Takes::List, "[]", "A file with the registry's settings"),
];
static TLS: &[Flag] = &[
    data::APPEND_HASH,
    Flag::new("cert", Takes::Text, "", "The file of the public certificate"),
    Flag::new("key", Takes::Text, "", "The file of the private key"),
];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "create secret",
        aliases: &[],
        usage: "(docker-registry | generic | tls) [options]",
        about: "Create a secret using a specified subcommand",
        flags: &[],
        runs: Runs::Group,
    },
    Command {
        path: "create secret docker-registry",
        aliases: &[],
        usage: "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none] [options]",
        about: "Create a secret for use with a Docker registry",
        flags: &[DOCKER, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(docker),
    },
    Command {
        path: "create secret generic",
        aliases: &[],
        usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]",
        about: "Create a secret from a local file, directory, or literal value",
        flags: &[TYPE, data::FLAGS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(generic),
    },
    Command {
        path: "create secret tls",
        aliases: &[],
        usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none] [options]",
        about: "Create a TLS secret",
        flags: &[TLS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(tls),
    },
];

fn finish(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    make: Make,
    (pairs, kind): (Vec<(String, Vec<u8>)>, &str),
) -> Result<Done, Failure> {
    let mut data = Map::new();
    for (key, bytes) in pairs {
        data.insert(key, data::base64(&bytes).into());
    }
    data.sort_keys();
    let mut object = make.object(call);
    if !data.is_empty() {
        object.insert("data".to_owned(), Value::Object(data));
    }
    if !kind.is_empty() {
        object.insert("type".to_owned(), kind.into());
    }
    data::append_hash(call, &mut object);
    make.finish(console, call, io, object, Some("failed to create secret "))
}

fn generic(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "secrets")?;
    let pairs = data::pairs(console, call, "Secret", &make.name)?;
    let kind = call.flags.text("type").unwrap_or("");
    finish(console, call, io, make, (pairs, kind))
}

fn docker(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "secrets")?;
    let text = |name: &str| call.flags.text(name).unwrap_or("");
    let kind = "kubernetes.io/dockerconfigjson";
    if !call.flags.all("from-file").is_empty() {
        let pairs = data::pairs(console, call, "Secret", &make.name)?;
        return finish(console, call, io, make, (pairs, kind));
    }
    let (user, password) = (text("docker-username"), text("docker-password"));
    let server = call.flags.text("docker-server").unwrap_or("https://index.docker.io/v1/");
    if user.is_empty() || password.is_empty() || server.is_empty() {
        return Err(Failure::Client(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required".to_owned(),
        ));
    }
    let mut entry = json!({"username": user, "password": password});
    let email = text("docker-email");
    if !email.is_empty() {
        entry["email"] = email.into();
    }
    entry["auth"] = data::base64(format!("{user}:{password}").as_bytes()).into();
    let mut auths = Map::new();
    auths.insert(server.to_owned(), entry);
    let config = go::json(&json!({"auths": auths}));
    let pairs = vec![(".dockerconfigjson".to_owned(), config.into_bytes())];
    finish(console, call, io, make, (pairs, kind))
}

fn tls(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "secrets")?;
    let client = |says: String| Err(Failure::Client(says));
    let is_given = |flag| call.flags.text(flag).is_some_and(|text| !text.is_empty());
    if !is_given("cert") || !is_given("key") {
        return client("key and cert must be specified".to_owned());
    }
    let mut pairs = Vec::new();
    for (flag, key) in [("cert", "tls.crt"), ("key", "tls.key")] {
        let path = call.flags.text(flag).unwrap_or("");
        let Some(bytes) = console.files.read(path) else {
            return client(format!(
                "Cannot read file {path}, open {path}: no such file or directory"
            ));
        };
        pairs.push((key.to_owned(), bytes.to_vec()));
    }
    for ((_, bytes), what) in pairs.iter().zip(["certificate", "key"]) {
        // `tls.X509KeyPair`; what is inside the blocks is not looked at.
        if !String::from_utf8_lossy(bytes).contains("-----BEGIN ") {
            return client(format!("tls: failed to find any PEM data in {what} input"));
        }
    }
    finish(console, call, io, make, (pairs, "kubernetes.io/tls"))
}

//! `kubectl create token` (k8s.io/kubectl/pkg/cmd/create/create_token.go, v1.36). The token has
//! the shape and the claims of a real one; its signature is nobody's, as nothing in this world
//! would check it.

use super::make;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, duration};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::resources;
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("audience", Takes::Array, "[]", "Whom the token is for"),
    Flag::new("bound-object-kind", Takes::Text, "", "Kind of an object to bind the token to"),
    Flag::new("bound-object-name", Takes::Text, "", "Name of an object to bind the token to"),
    Flag::new("bound-object-uid", Takes::Text, "", "UID of an object to bind the token to"),
    Flag::new("duration", Takes::Duration, "0s", "How long the token is to hold"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create token",
    aliases: &[],
    usage: "SERVICE_ACCOUNT_NAME [options]",
    about: "Request a service account token",
    flags: &[FLAGS, print::FLAGS],
    runs: Runs::Verb(token),
}];

const AUDIENCE: &str = "https://kubernetes.default.svc.cluster.local";

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn token(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let name = make::name(call)?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let seconds = duration(text("duration")).unwrap_or(0.0);
    if seconds < 0.0 {
        return client("--duration must be greater than or equal to 0");
    }
    if seconds.fract() != 0.0 {
        return client("--duration cannot be expressed in units less than seconds");
    }
    let (kind, object) = (text("bound-object-kind"), text("bound-object-name"));
    if kind.is_empty() {
        for flag in ["bound-object-name", "bound-object-uid"] {
            if !text(flag).is_empty() {
                return client(format!(
                    "--{flag} can only be set if --bound-object-kind is provided"
                ));
            }
        }
    } else if !matches!(kind, "Node" | "Pod" | "Secret") {
        return client("supported --bound-object-kind values are Node, Pod, Secret");
    } else if object.is_empty() {
        return client("--bound-object-name is required if --bound-object-kind is provided");
    }
    let namespace = call.namespace(console);
    let Some(account) = console.cluster.get("ServiceAccount", &namespace, &name) else {
        // To create anything, the namespace is looked for first.
        let missing = match console.cluster.namespace(&namespace) {
            Some(_) => format!("serviceaccounts {name:?}"),
            None => format!("namespaces {namespace:?}"),
        };
        return client(format!("failed to create token: {missing} not found"));
    };
    let resource = resources::named(console, &format!("{}s", kind.to_lowercase()));
    if !kind.is_empty()
        && resource.is_ok()
        && console.cluster.get(kind, &namespace, object).is_none()
    {
        let plural = format!("{}s", kind.to_lowercase());
        return client(format!("failed to create token: {plural} {object:?} not found"));
    }
    let seconds = if seconds == 0.0 { 3600 } else { seconds as i64 };
    if seconds < 600 {
        return client(format!(
            "failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: {seconds}: may not specify a duration less than 10 minutes"
        ));
    }
    let audiences = match call.flags.all("audience") {
        [] => vec![AUDIENCE.to_owned()],
        all => all.to_vec(),
    };
    let now = console.now();
    let expires = jiff::Timestamp::from_second(now + seconds).unwrap_or(jiff::Timestamp::MAX);
    let uid = &account["metadata"]["uid"];
    let claims = claims(&account, &audiences, (now, now + seconds));
    let token = signed(&claims);
    if text("output").is_empty() {
        io.out(&token);
        if io.columns.is_some() {
            io.out("\n");
        }
        return Ok(Done::OK);
    }
    let bound = match kind {
        "" => Value::Null,
        _ => json!({"apiVersion": "v1", "kind": kind, "name": object}),
    };
    let request = json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": {
            "creationTimestamp": console.cluster.settings().now,
            "name": name,
            "namespace": namespace,
            "uid": uid,
        },
        "spec": {"audiences": audiences, "boundObjectRef": bound, "expirationSeconds": seconds},
        "status": {"expirationTimestamp": expires.to_string(), "token": token},
    });
    Printer::of(console, call)?.print(&request, "created", io)?;
    Ok(Done::OK)
}

/// What a token of an account says.
fn claims(account: &Value, audiences: &[String], (now, expires): (i64, i64)) -> Value {
    let [namespace, name, uid] = ["namespace", "name", "uid"].map(|of| &account["metadata"][of]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    json!({
        "aud": audiences,
        "exp": expires,
        "iat": now,
        "iss": AUDIENCE,
        "kubernetes.io": {
            "namespace": namespace, "serviceaccount": {"name": name, "uid": uid},
        },
        "nbf": now,
        "sub": format!("system:serviceaccount:{}:{}", text(namespace), text(name)),
    })
}

/// The token that a kubelet asks for, for the Pods of an account.
pub(in crate::kubectl) fn account_token(console: &Console, namespace: &str, name: &str) -> String {
    let account = console
        .cluster
        .get("ServiceAccount", namespace, name)
        .unwrap_or_else(|| json!({"metadata": {"name": name, "namespace": namespace}}));
    let now = console.now();
    signed(&claims(&account, &[AUDIENCE.to_owned()], (now, now + 3607)))
}

/// The claims as a token, signed with nothing: nobody checks it here.
fn signed(claims: &Value) -> String {
    let head = base64(json!({"alg": "RS256", "kid": "portolan"}).to_string().as_bytes());
    let body = base64(claims.to_string().as_bytes());
    // As long as a signature of 2048 bits is.
    let mut signature = Vec::new();
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in body.bytes().cycle().take(256) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        signature.push((state >> 32) as u8);
    }
    format!("{head}.{body}.{}", base64(&signature))
}

/// The alphabet of URLs, without padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=part.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
    out
}

//! `kubectl config view`.

use crate::kubectl::command::Call;
use crate::kubectl::console::{Config, Console, Entry, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{Printer, yaml};
use serde_json::{Map, Value, json};

/// `config view`.
pub(super) fn view(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    if !call.args.is_empty() {
        let args = call.args.join(" ");
        return Err(call.usage_error(format_args!("unexpected arguments: [{args}]")));
    }
    if call.flags.text("merge") == Some("false") {
        return Err(Failure::Client("if merge==false a precise file must be specified".to_owned()));
    }
    let mut config = console.config.clone();
    if call.flags.bool("minify") {
        minify(&mut config, call.flags.text("context"))?;
    }
    let secret = !call.flags.bool("raw") && !call.flags.bool("flatten");
    let value = written(&config, secret);
    if call.flags.text("output").is_none_or(str::is_empty) {
        io.out(yaml::to_yaml(&value));
    } else {
        Printer::of(console, call)?.print_made(&value, "", io)?;
    }
    Ok(Done::OK)
}

/// `MinifyConfig`, k8s.io/client-go/tools/clientcmd/api.
fn minify(config: &mut Config, context: Option<&str>) -> Result<(), Failure> {
    if let Some(context) = context.filter(|context| !context.is_empty()) {
        context.clone_into(&mut config.current);
    }
    if config.current.is_empty() {
        let says = "current-context must exist in order to minify";
        return Err(Failure::Client(says.to_owned()));
    }
    let Some(context) = config.context(&config.current).cloned() else {
        return Err(Failure::Client("cannot locate context ".to_owned() + &config.current));
    };
    if !context.cluster.is_empty() && !config.clusters.contains_key(&context.cluster) {
        return Err(Failure::Client("cannot locate cluster ".to_owned() + &context.cluster));
    }
    if !context.user.is_empty() && !config.users.contains_key(&context.user) {
        return Err(Failure::Client(format!("cannot locate user {}", context.user)));
    }
    config.clusters.retain(|name, _| *name == context.cluster);
    config.users.retain(|name, _| *name == context.user);
    config.contexts = vec![context];
    Ok(())
}

/// The file, in the order in which Go's types have it.
fn written(config: &Config, secret: bool) -> Value {
    let list = |all: Vec<Value>| if all.is_empty() { Value::Null } else { all.into() };
    let named =
        |name: &str, what: &str, entry: Map<String, Value>| json!({"name": name, what: entry});
    let clusters =
        config.clusters.iter().map(|(name, entry)| named(name, "cluster", entry.clone()));
    let users = config.users.iter().map(|(name, entry)| {
        let entry: Entry = entry
            .iter()
            .map(|(field, value)| {
                let hidden = secret && matches!(field.as_str(), "token" | "password");
                (field.clone(), if hidden { "REDACTED".into() } else { value.clone() })
            })
            .collect();
        named(name, "user", entry)
    });
    let contexts = config.contexts.iter().map(|context| {
        let mut entry = Map::new();
        // The cluster and the user stand there even where they are empty.
        entry.insert("cluster".to_owned(), (*context.cluster).into());
        entry.insert("user".to_owned(), (*context.user).into());
        if !context.namespace.is_empty() {
            entry.insert("namespace".to_owned(), (*context.namespace).into());
        }
        named(&context.name, "context", entry)
    });
    json!({
        "kind": "Config",
        "apiVersion": "v1",
        "clusters": list(clusters.collect()),
        "users": list(users.collect()),
        "contexts": list(contexts.collect()),
        "current-context": config.current,
    })
}

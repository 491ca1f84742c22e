//! Contexts: shown, made, chosen.

use super::{FILE, unexpected};
use crate::kubectl::command::{Call, help_of};
use crate::kubectl::console::{Console, Context, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::tabs::Tabs;
use crate::manifest::go::Quoted;
use crate::source::sort;

/// `config current-context`.
pub(super) fn current(console: &mut Console, _: &Call, io: &mut Io) -> Result<Done, Failure> {
    if console.config.current.is_empty() {
        return Err(Failure::Client("current-context is not set".to_owned()));
    }
    io.line(&console.config.current);
    Ok(Done::OK)
}

/// `config get-contexts`.
pub(super) fn get(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let output = call.flags.text("output").unwrap_or_default();
    if !matches!(output, "" | "name") {
        return Err(Failure::Client(format!(
            "--output {output} is not available in kubectl config get-contexts; resetting to default output format"
        )));
    }
    let config = &console.config;
    let mut errors = Vec::new();
    let mut wanted: Vec<&Context> = Vec::new();
    for name in &call.args {
        match config.context(name) {
            Some(context) => wanted.push(context),
            None => errors.push(Failure::Client(format!("context {name} not found"))),
        }
    }
    if call.args.is_empty() {
        wanted.extend(&config.contexts);
    }
    sort::sort_by_key(&mut wanted, |context| &context.name);
    let mut tabs = Tabs::default();
    let mut line = |cells: [&str; 5]| tabs.line(cells.map(str::to_owned).to_vec());
    if output.is_empty() && !call.flags.bool("no-headers") {
        line(["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]);
    }
    for context in wanted {
        if output == "name" {
            io.line(&context.name);
            continue;
        }
        let current = if context.name == config.current { "*" } else { " " };
        let Context { name, cluster, user, namespace } = context;
        line([current, name, cluster, user, namespace]);
    }
    io.out(tabs.take());
    if errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(errors)) }
}

/// `config set-context`.
pub(super) fn set(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    if call.args.len() > 1 {
        return Err(unexpected(call, io));
    }
    let client = |text: &str| Err(Failure::Client(text.to_owned()));
    let current = call.flags.bool("current");
    let config = &mut console.config;
    let name = match call.args.first().filter(|name| !name.is_empty()) {
        Some(_) if current => {
            return client("you cannot specify both a context name and --current");
        }
        Some(name) => name.clone(),
        None if !current => {
            return client("you must specify a non-empty context name or --current");
        }
        None if config.current.is_empty() => return client("no current context is set"),
        None => config.current.clone(),
    };
    let known = config.context(&name).cloned();
    let became = if known.is_some() { "modified" } else { "created" };
    let mut context = known.unwrap_or_default();
    context.name.clone_from(&name);
    for (flag, field) in [
        ("cluster", &mut context.cluster),
        ("user", &mut context.user),
        ("namespace", &mut context.namespace),
    ] {
        if let Some(value) = call.flags.text(flag) {
            value.clone_into(field);
        }
    }
    config.put(context);
    io.line(format_args!("Context {:?} {became}.", Quoted(&name)));
    Ok(Done::OK)
}

/// `config use-context`.
pub(super) fn use_context(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
) -> Result<Done, Failure> {
    let [name] = &*call.args else { return Err(unexpected(call, io)) };
    let quoted = Quoted(name);
    if name.is_empty() {
        return Err(Failure::Client("empty context names are not allowed".to_owned()));
    }
    if console.config.context(name).is_none() {
        return Err(Failure::Client(format!("no context exists with the name: {quoted:?}")));
    }
    console.config.current.clone_from(name);
    io.line(format_args!("Switched to context {quoted:?}."));
    Ok(Done::OK)
}

/// `config rename-context`.
pub(super) fn rename(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [old, new] = &*call.args else { return Err(unexpected(call, io)) };
    let (old_quoted, new_quoted) = (Quoted(old), Quoted(new));
    if new.is_empty() {
        return Err(Failure::Client("You must specify a new non-empty context name".to_owned()));
    }
    let config = &mut console.config;
    if config.context(old).is_none() {
        return Err(Failure::Client(format!(
            "cannot rename the context {old_quoted:?}, it's not in {FILE}"
        )));
    }
    if config.context(new).is_some() {
        return Err(Failure::Client(format!(
            "cannot rename the context {old_quoted:?}, the context {new_quoted:?} already exists in {FILE}"
        )));
    }
    if let Some(context) = config.remove(old) {
        config.put(Context { name: new.clone(), ..context });
    }
    if config.current == *old {
        config.current.clone_from(new);
    }
    io.line(format_args!("Context {old_quoted:?} renamed to {new_quoted:?}."));
    Ok(Done::OK)
}

/// `config delete-context`.
pub(super) fn delete(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [name] = &*call.args else {
        io.out(help_of(call.command));
        return Ok(Done::OK);
    };
    if console.config.context(name).is_none() {
        return Err(Failure::Client(format!("cannot delete context {name}, not in {FILE}")));
    }
    if console.config.current == *name {
        io.err("warning: this removed your active context, use \"kubectl config use-context\" to select a different one\n");
    }
    console.config.remove(name);
    io.line(format_args!("deleted context {name} from {FILE}"));
    Ok(Done::OK)
}

//! `kubectl explain` (k8s.io/kubectl/pkg/cmd/explain, v1.36).

use super::api_resources::api_versions;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::explain::{explain as explain_kind, explain_old};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::jsonpath::JsonPath;
use crate::kubectl::resources::{self, Resource};
use crate::manifest::go::Quoted;
use crate::manifest::kinds;

static FLAGS: &[Flag] = &[
    Flag::new("api-version", Takes::Text, "", "Explain the kind of this group and version."),
    Flag::new(
        "output",
        Takes::Text,
        "plaintext",
        "Format in which to render the schema (plaintext, plaintext-openapiv2).",
    )
    .short('o'),
    Flag::new("recursive", Takes::Bool, "false", "Show the fields of fields.").short('R'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "explain",
    aliases: &[],
    usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2] [options]",
    about: "Get documentation for a resource",
    flags: &[FLAGS],
    runs: Runs::Verb(explain),
}];

const NO_TYPE: &str = "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n";

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn explain(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let what = match &*call.args {
        [] => return client(NO_TYPE),
        [what] => what,
        _ => return client("We accept only this format: explain RESOURCE\n"),
    };
    let wanted = call.flags.text("api-version").filter(|version| !version.is_empty());
    let Some((resource, path)) = read(console, what, wanted.is_none())? else {
        let name = what.split('.').next().unwrap_or_default();
        io.err(format_args!("the server doesn't have a resource type {:?}\n", Quoted(name)));
        return Ok(Done::Exit(1));
    };
    let recursive = call.flags.bool("recursive");
    let api_version = wanted.unwrap_or(resource.api_version);
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let kind = kinds::find(group, version, resource.kind);
    let output = call.flags.text("output").unwrap_or("plaintext");
    let place = format!("{group}/{version}");
    if output == "plaintext-openapiv2" {
        let Some(kind) = kind else {
            let kind = format!("{place}, Kind={}", resource.kind);
            return client(format!("couldn't find resource for {:?}", Quoted(&kind)));
        };
        return match explain_old(kind, &path, recursive) {
            Ok(text) => {
                io.out(text);
                Ok(Done::OK)
            }
            Err(missing) => client(format!("field {:?} does not exist", Quoted(&missing))),
        };
    }
    let place = format!("{place}, Resource={}", resource.plural);
    if !api_versions(console).contains(api_version) {
        return client(format!("couldn't find resource for {:?}", Quoted(&place)));
    }
    if output != "plaintext" {
        return client(format!("unrecognized format: {output}"));
    }
    let Some(kind) = kind else {
        return client(match wanted {
            Some(_) => format!("GVR ({place}) not found in OpenAPI schema"),
            None => format!(
                "the fields of {} are not known to Portolan; a real cluster explains them",
                resource.plural
            ),
        });
    };
    let explained = explain_kind(kind, &path, recursive);
    io.out(explained.text);
    match explained.missing {
        None => Ok(Done::OK),
        Some(name) => client(format!("field {:?} does not exist", Quoted(&name))),
    }
}

/// The resource that the words name, and the path of fields behind it
/// (`SplitAndParseResourceRequestWithMatchingPrefix`). `grouped` takes `deployments.apps` for
/// the resource with its group.
fn read<'w>(
    console: &Console,
    what: &'w str,
    grouped: bool,
) -> Result<Option<(&'static Resource, Vec<&'w str>)>, Failure> {
    const SYNTAX: &str = "invalid jsonpath syntax, first node must be field node";
    let trimmed = what.strip_suffix('.').unwrap_or(what);
    if trimmed.is_empty() {
        return client("a resource must be present, got: /, Resource=");
    }
    // kubectl reads the words as a JSONPath, of which only fields are taken.
    JsonPath::read(&format!("{{.{trimmed}}}")).map_err(Failure::Client)?;
    let is_field = |name: &&str| {
        !name.is_empty() && !name.contains(['[', ']', '*', '?', '(', ')', '@', '\'', '"', '{', '}'])
    };
    let mut names = trimmed.split('.');
    let Some(first) = names.next().filter(is_field) else { return client(SYNTAX) };
    let path: Vec<&str> = names.collect();
    if !path.iter().all(is_field) {
        return client(SYNTAX);
    }
    if grouped {
        let full = resources::served(console)
            .filter(|r| resources::find(console, first).is_some_and(|f| f.plural == r.plural))
            .find(|r| {
                let name = r.full_plural();
                what.strip_prefix(&*name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
        if let Some(resource) = full {
            let n_names = resource.full_plural().split('.').count();
            return Ok(Some((resource, path.into_iter().skip(n_names - 1).collect())));
        }
    }
    Ok(resources::find(console, first).map(|resource| (resource, path)))
}

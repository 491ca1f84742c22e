//! `kubectl auth` (k8s.io/kubectl/pkg/cmd/auth, v1.36). Whoever works here may do everything;
//! of others the world's RBAC is asked.

use crate::kubectl::access::{self, Asked};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::tabs::Tabs;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::resources::{self, Resource};
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

static ACTS_AS: &[Flag] = &[
    Flag::new("as", Takes::Text, "", "The user to act as."),
    Flag::new("as-group", Takes::Array, "[]", "A group to act as."),
];

static CAN_I: &[Flag] = &[
    Flag::new("all-namespaces", Takes::Bool, "false", "Ask for all namespaces.").short('A'),
    Flag::new("list", Takes::Bool, "false", "Show all that is allowed."),
    Flag::new("no-headers", Takes::Bool, "false", "Leave the table's head out."),
    Flag::new("quiet", Takes::Bool, "false", "Say nothing; the exit code tells.").short('q'),
    Flag::new("subresource", Takes::Text, "", "A part such as log or scale."),
];

pub(super) static COMMANDS: &[Command] = &[
    Command::new("auth", "[flags] [options]", "Inspect authorization", &[], Runs::Group),
    Command::new(
        "auth can-i",
        "VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
        "Check whether an action is allowed",
        &[CAN_I, ACTS_AS],
        Runs::Verb(can_i),
    ),
    Command::new(
        "auth reconcile",
        "-f FILENAME [options]",
        "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
        &[],
        Runs::Elsewhere("'kubectl apply' takes roles and bindings here"),
    ),
    Command::new(
        "auth whoami",
        "[options]",
        "Experimental: Check self subject attributes",
        &[ACTS_AS, print::FLAGS],
        Runs::Verb(whoami),
    ),
];

const VERBS: [&str; 16] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
const URL_VERBS: [&str; 8] = ["get", "put", "post", "head", "options", "delete", "patch", "*"];

fn warn(io: &mut Io, text: &str) {
    io.err(format_args!("Warning: {text}\n\n"));
}

fn can_i(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let flags = &call.flags;
    let (quiet, all) = (flags.bool("quiet"), flags.bool("all-namespaces"));
    let subresource = flags.text("subresource").unwrap_or_default();
    let client = |text: &str| Err(Failure::Client(text.to_owned()));
    if flags.bool("list") {
        if !call.args.is_empty() {
            return client("list option must be specified with no arguments");
        }
        if quiet || all || !subresource.is_empty() {
            return client(
                "list option can't be specified with neither quiet, all-namespaces nor subresource options",
            );
        }
        list(console, call, io);
        return Ok(Done::OK);
    }
    let [verb, what] = &*call.args else {
        return client(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
        );
    };
    // Who is not known may not even ask (`system:basic-user` is of who is).
    if call.flags.text("as") == Some("system:anonymous") {
        let says = "selfsubjectaccessreviews.authorization.k8s.io is forbidden: User \"system:anonymous\" cannot create resource \"selfsubjectaccessreviews\" in API group \"authorization.k8s.io\" at the cluster scope";
        return Err(Failure::Server(ApiError::new(Reason::Forbidden, says)));
    }
    let namespace = call.namespace(console);
    let mut asked = Asked {
        verb,
        group: "",
        resource: "",
        name: "",
        url: None,
        namespace: (!all).then_some(&namespace),
    };
    let of_subresource;
    if what.starts_with('/') {
        if !subresource.is_empty() {
            return client("--subresource can not be used with NonResourceURL");
        }
        asked.url = Some(what);
        if !URL_VERBS.contains(&verb.as_str()) {
            warn(io, &format!("verb '{verb}' is not a known verb"));
        }
    } else {
        let (kind, name) = what.split_once('/').unwrap_or((what, ""));
        asked.name = name;
        asked.resource = kind;
        if let Some(resource) = resource_of(console, kind, io) {
            asked.resource = resource.plural;
            asked.group = resource.group();
            if !resource.namespaced && !all {
                let of = match resource.group() {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                warn(io, &format!("resource '{}' is not namespace scoped{of}", resource.plural));
            }
        }
        if !all && !VERBS.contains(&verb.as_str()) {
            warn(io, &format!("verb '{verb}' is not a known verb"));
        }
        if !subresource.is_empty() {
            of_subresource = format!("{}/{subresource}", asked.resource);
            asked.resource = &of_subresource;
        }
    }
    if flags.bool("no-headers") {
        return client("--no-headers cannot be set without --list specified");
    }
    let allowed = access::may(console, call, asked);
    if !quiet {
        io.line(if allowed { "yes" } else { "no" });
    }
    Ok(Done::Exit(u8::from(!allowed)))
}

fn resource_of(console: &Console, name: &str, io: &mut Io) -> Option<&'static Resource> {
    if name == "*" {
        return None;
    }
    let found = resources::find(console, name);
    if found.is_none() && !matches!(name, "users" | "groups") {
        let (kind, group) = name.split_once('.').unwrap_or((name, ""));
        let of = if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
        warn(io, &format!("the server doesn't have a resource type '{kind}'{of}"));
    }
    found
}

/// One thing that may be done, as the list has it.
#[derive(Default)]
struct Right {
    verbs: Vec<String>,
    group: String,
    resource: String,
    name: String,
    url: String,
}

impl Right {
    /// What rights are sorted by: Go's text of the rule (`SortableRuleSlice`).
    fn key(&self) -> String {
        let verbs = self.verbs.join(" ");
        let [group, resource, name, url] =
            [&self.group, &self.resource, &self.name, &self.url].map(|text| text.as_str());
        format!("[{verbs}],[{group}],[{resource}],[{name}],[{url}],")
    }
}

/// Rules taken apart, and those of one resource together again (`BreakdownRule` and
/// `CompactRules`, k8s.io/component-helpers/auth/rbac/validation and pkg/apis/rbac/v1, v1.36).
fn rights(rules: &[Value]) -> Vec<Right> {
    let mut rights: Vec<Right> = Vec::new();
    for rule in rules {
        let list = |field: &str| {
            let values = rule[field].as_array().into_iter().flatten().filter_map(Value::as_str);
            values.map(str::to_owned).collect::<Vec<_>>()
        };
        let verbs = list("verbs");
        let mut names = list("resourceNames");
        if names.is_empty() {
            names.push(String::new());
        }
        for group in list("apiGroups") {
            for resource in list("resources") {
                for name in &names {
                    let is_same = |right: &&mut Right| {
                        right.url.is_empty()
                            && right.group == group
                            && right.resource == resource
                            && right.name == *name
                    };
                    match rights.iter_mut().find(is_same) {
                        Some(right) => {
                            for verb in &verbs {
                                if !right.verbs.contains(verb) {
                                    right.verbs.push(verb.clone());
                                }
                            }
                        }
                        None => rights.push(Right {
                            verbs: verbs.clone(),
                            group: group.clone(),
                            resource: resource.clone(),
                            name: name.clone(),
                            ..Right::default()
                        }),
                    }
                }
            }
        }
        for url in list("nonResourceURLs") {
            for verb in &verbs {
                let verbs = vec![verb.clone()];
                rights.push(Right { verbs, url: url.clone(), ..Right::default() });
            }
        }
    }
    rights
}

fn list(console: &Console, call: &Call, io: &mut Io) {
    let namespace = call.namespace(console);
    let mut rights = rights(&access::told(console, call, &namespace));
    crate::source::sort::sort_by_key(&mut rights, Right::key);
    let mut tabs = Tabs::default();
    if !call.flags.bool("no-headers") {
        let head = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
        tabs.line(head.map(str::to_owned).to_vec());
    }
    for right in rights {
        let resource = resources::with_group(&right.resource, &right.group);
        let [urls, names] = [&right.url, &right.name].map(|text| format!("[{text}]"));
        tabs.line(vec![resource, urls, names, format!("[{}]", right.verbs.join(" "))]);
    }
    io.out(tabs.take());
}

fn whoami(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let acts_as = call.flags.text("as").filter(|user| !user.is_empty());
    let user = acts_as.unwrap_or("admin");
    let groups = match acts_as {
        Some(_) => access::User::of(call).map_or_else(Vec::new, |user| user.groups),
        None => vec!["system:masters".to_owned(), "system:authenticated".to_owned()],
    };
    if call.flags.is_set("output") {
        let mut info = json!({"username": user, "groups": groups});
        if acts_as.is_none() {
            info = json!({"username": user, "uid": user, "groups": groups});
        }
        let review = json!({
            "kind": "SelfSubjectReview",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"creationTimestamp": console.cluster.settings().now},
            "status": {"userInfo": info},
        });
        Printer::of(console, call)?.print_made(&review, "", io)?;
        return Ok(Done::OK);
    }
    let mut tabs = Tabs::default();
    let mut line = |cells: [&str; 2]| tabs.line(cells.map(str::to_owned).to_vec());
    line(["ATTRIBUTE", "VALUE"]);
    line(["Username", user]);
    if acts_as.is_none() {
        line(["UID", user]);
    }
    line(["Groups", &format!("[{}]", groups.join(" "))]);
    io.out(tabs.take());
    Ok(Done::OK)
}

//! `kubectl set subject`.

use super::change::{self, Change, Words};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::verbs::create::subjects;
use serde_json::{Value, json};

const COMMON: [&[Flag]; 8] = change::FLAGS;
static OWN: &[Flag] = &[
    Flag::new("group", Takes::Array, "[]", "Groups to bind"),
    Flag::new("serviceaccount", Takes::Array, "[]", "Service accounts as <namespace>:<name>"),
    Flag::new("user", Takes::Array, "[]", "Users to bind"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set subject",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
    about: "Update the user, group, or service account in a role binding or cluster role binding",
    flags: &[OWN, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4], COMMON[6], COMMON[7]],
    runs: Runs::Verb(subject),
}];

fn subject(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let found = change.find(console, call, io, &call.args)?;
    let given = ["user", "group", "serviceaccount"].iter().any(|f| !call.flags.all(f).is_empty());
    if !given {
        let says = "you must specify at least one value of user, group or serviceaccount";
        return Err(Failure::Client(says.to_owned()));
    }
    let new = subjects(call)?;
    let words = Words {
        done: "subjects updated",
        failed: "failed to patch subjects to rolebinding: ",
        tells_unchanged: false,
    };
    change.each(console, io, (found, words), |_, item, object| {
        if !matches!(item.resource.kind, "RoleBinding" | "ClusterRoleBinding") {
            let says = "setting subjects is only supported for RoleBinding/ClusterRoleBinding";
            return vec![Failure::Client(says.to_owned())];
        }
        let mut list = object["subjects"].as_array().cloned().unwrap_or_default();
        for subject in new.as_array().into_iter().flatten() {
            let is_same =
                |had: &Value| ["kind", "name", "namespace"].iter().all(|f| had[*f] == subject[*f]);
            if !list.iter().any(is_same) {
                list.push(subject.clone());
            }
        }
        object["subjects"] = json!(list);
        Vec::new()
    })
}

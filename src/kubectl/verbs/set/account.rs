//! `kubectl set serviceaccount`.

use super::change::{self, Change, Words, pod_spec};
use crate::kubectl::command::{Call, Command, Flag, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;

const COMMON: [&[Flag]; 8] = change::FLAGS;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set serviceaccount",
    aliases: &["sa"],
    usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]",
    about: "Update the service account of a resource",
    flags: &COMMON,
    runs: Runs::Verb(account),
}];

fn account(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let Some((account, args)) = call.args.split_last() else {
        return Err(Failure::Client("serviceaccount is required".to_owned()));
    };
    let found = change.find(console, call, io, args)?;
    let words = Words {
        done: "serviceaccount updated",
        failed: "failed to patch ServiceAccountName ",
        tells_unchanged: false,
    };
    change.each(console, io, (found, words), |_, item, object| match pod_spec(item, object) {
        Ok(spec) => {
            spec["serviceAccountName"] = account.as_str().into();
            spec["serviceAccount"] = account.as_str().into();
            Vec::new()
        }
        Err(error) => vec![error],
    })
}

//! `… &`: carried out at once, to its end. A port that it forwards stays open until `kill`.

use super::{Machine, in_subshell, redirect};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::shell::syntax::Script;
use std::sync::Arc;

/// What process ids begin behind.
pub(in crate::kubectl::shell) const FIRST_ID: u32 = 4_200;

pub(super) fn background(console: &mut Console, script: &Arc<Script>, typed: &str, io: &mut Io) {
    let sits = console.shell.is_terminal && console.shell.depth == 0;
    let number = console.forwards.iter().map(|forward| forward.job).max().unwrap_or(0) + 1;
    if sits {
        io.err(format_args!("[{number}] {}\n", FIRST_ID + number));
    }
    let outer = console.shell.background.replace((number, typed.to_owned()));
    // It reads nothing of what is typed, and has no screen of its own.
    let mut inner = Io::new(Some(Vec::new()), None);
    in_subshell(console, |console| {
        Machine::new(script.clone()).finish(console, &mut inner);
    });
    redirect::pass_on(inner, io);
    console.shell.background = outer;
    console.shell.last_job = Some(number);
    let goes_on = console.forwards.iter().any(|forward| forward.job == number);
    if sits && !goes_on {
        let how = match console.shell.status {
            0 => "Done".to_owned(),
            status => format!("Exit {status}"),
        };
        io.err(format_args!("[{number}]+  {how:<24}{typed}\n"));
    }
    console.shell.status = 0;
}

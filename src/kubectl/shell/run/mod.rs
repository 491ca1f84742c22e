//! Carrying a script out: a machine of frames that a job can interrupt.

mod background;
mod before;
mod leave;
mod machine;
mod redirect;
mod scripts;
mod select;
mod simple;
mod traps;
mod typing;

pub(super) use background::FIRST_ID;
pub(super) use machine::{Machine, Turn, tell_spent};
pub(super) use simple::{command, drive, drive_for};
pub(super) use traps::{Trap, Traps, on_exit, on_interrupt};

use super::syntax::{Body, How, Redirect, Script, Word};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;
use std::sync::Arc;

/// How deep machines may run in each other.
const MAX_DEPTH: usize = 16;

/// Runs `does` in a copy of the shell: what it sets is gone afterwards.
fn in_subshell(console: &mut Console, does: impl FnOnce(&mut Console)) {
    if console.shell.depth >= MAX_DEPTH {
        console.shell.status = 254;
        return;
    }
    let scope = console.shell.snapshot();
    let working = console.files.working();
    let piped_to = console.shell.piped_to.take();
    traps::begin_subshell(console);
    console.shell.depth += 1;
    does(console);
    console.shell.depth -= 1;
    console.shell.piped_to = piped_to;
    console.shell.restore(scope);
    console.files.go(&working);
    // A subshell that exits ends alone.
    console.shell.closes = false;
    console.shell.drops = false;
}

/// Runs a text to its end, as `sh -c` does, called `name` with these arguments; gives the exit
/// code.
pub(in crate::kubectl) fn script(
    console: &mut Console,
    text: &str,
    (name, args): (&str, &[String]),
    io: &mut Io,
) -> u8 {
    console.shell.refill();
    let (before, working) = (console.shell.snapshot(), console.files.working());
    let scope = console.shell.scope_mut();
    scope.vars.retain(|_, (_, exported)| *exported);
    scope.script = Some(name.into());
    scope.args = args.to_vec();
    let exit = match super::syntax::parse(text, &console.shell.aliases, true) {
        Ok((script, _)) => {
            let frames = vec![machine::Frame::sub(console), machine::Frame::script(script)];
            Machine::of_frames(frames).finish(console, io);
            console.shell.closes = false;
            console.shell.drops = false;
            console.shell.status
        }
        Err(wrong) => super::line::say(console, &wrong, text, io),
    };
    console.shell.restore(before);
    console.files.go(&working);
    exit
}

/// Runs one command by its words, to its end.
pub(in crate::kubectl) fn words(console: &mut Console, words: &[String], io: &mut Io) -> u8 {
    console.shell.refill();
    match command(console, words, io) {
        Done::Exit(exit) => exit,
        Done::Goes(job) => drive(console, job, io),
    }
}

/// The redirection of `$(<FILE)`.
fn only_file(script: &Script) -> Option<&[Redirect]> {
    let [(_, pipeline)] = &*script.steps else { return None };
    let [(command, _)] = &*pipeline.stages else { return None };
    let Body::Simple(simple) = &command.body else { return None };
    let is_bare = simple.words.is_empty() && simple.assigns.is_empty() && !pipeline.not;
    let reads = matches!(&*command.redirects, [one] if one.how == How::Read);
    (is_bare && reads).then_some(&command.redirects)
}

/// What a script says, for `$(…)`; what it says to stderr goes to `io`.
pub(super) fn captured(console: &mut Console, script: &Arc<Script>, io: &mut Io) -> String {
    if console.shell.depth >= MAX_DEPTH {
        let prefix = console.shell.prefix();
        io.err(format_args!("{prefix}command substitution: nested too deep\n"));
        console.shell.substituted = Some(254);
        return String::new();
    }
    let mut inner = Io::new(None, None);
    let outer = console.shell.status;
    in_subshell(console, |console| match only_file(script) {
        Some(redirects) if !console.shell.is_ash() => {
            console.shell.status = 0;
            redirect::around(console, redirects, &mut inner, |_, io| {
                let bytes = io.take_input();
                io.say(Stream::Out, &bytes);
            });
        }
        _ => Machine::new(script.clone()).finish(console, &mut inner),
    });
    console.shell.substituted = Some(console.shell.status);
    console.shell.status = outer;
    let mut text = Vec::new();
    io.cut_as(&inner);
    for (stream, bytes) in inner.into_said() {
        match stream {
            Stream::Out => text.extend(bytes.into_iter().filter(|b| *b != 0)),
            Stream::Err => io.say(Stream::Err, &bytes),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A `[[ … ]]`'s words as texts, right sides of `=` and `==` as patterns.
fn test_words(
    console: &mut Console,
    words: &[Word],
    io: &mut Io,
) -> Result<Vec<String>, super::expand::Stop> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        let is_pattern = out.last().is_some_and(|op| matches!(&**op, "=" | "==" | "!="));
        out.push(if is_pattern {
            super::expand::as_pattern(console, word, io)?
        } else {
            super::expand::one(console, word, io)?
        });
    }
    Ok(out)
}

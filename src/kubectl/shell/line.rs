//! A line that was typed: read, carried out, gone on with.

use super::run::{Machine, Turn, drive, on_exit, on_interrupt, tell_spent};
use super::state::Running;
use super::syntax::{Body, Script, Wrong, parse};
use crate::kubectl::console::{Console, Io, Outcome, Reads, Wants, texts};
use crate::kubectl::job::{Done, Job};
use std::sync::Arc;

/// The longest text of a command.
const MAX_TYPED: usize = 4 << 20;
/// How many lines history keeps, and how long each is at most.
const MAX_HISTORY: (usize, usize) = (1_000, 4_096);

/// Runs a line, or gives it to what runs.
pub(in crate::kubectl) fn line(console: &mut Console, line: &str) -> Outcome {
    if console.shell.running.is_some() {
        return with_job(console, |job, console, io| job.line(Some(line), console, io));
    }
    console.shell.is_terminal = console.columns.is_some();
    let text = match console.shell.typed.take() {
        Some(typed) => format!("{typed}\n{line}"),
        None => line.to_owned(),
    };
    whole(console, text, false)
}

/// How `text` reads as commands. Looks only.
pub(in crate::kubectl) fn reads(console: &Console, text: &str) -> Reads {
    if ends_in_backslash(text) {
        return Reads::ToNextLine;
    }
    match parse(text, &console.shell.aliases, false) {
        Ok(_) => Reads::Whole,
        Err(Wrong::HereDocument(delimiter, _)) => Reads::ToDelimiter(delimiter),
        Err(Wrong::Open(..)) => Reads::ToQuote,
        Err(Wrong::EndOfFile(_)) => Reads::ToWord,
        Err(Wrong::Token(..) | Wrong::Other(..)) => Reads::Wrong,
    }
}

fn ends_in_backslash(text: &str) -> bool {
    let n_backslashes = text.len() - text.trim_end_matches('\\').len();
    n_backslashes % 2 == 1
}

/// Reads a text that may be complete, and runs it.
fn whole(console: &mut Console, text: String, is_end: bool) -> Outcome {
    let is_terminal = console.shell.is_terminal;
    // A backslash at its end joins a line to the next one.
    if !is_end && ends_in_backslash(&text) && text.len() <= MAX_TYPED {
        return more(console, text);
    }
    let parsed = match text.len() > MAX_TYPED {
        true => Err(Wrong::Other("the command is too long".to_owned(), 1)),
        false => parse(&text, &console.shell.aliases, is_end),
    };
    match parsed {
        Ok((script, closed)) => {
            remember(console, &text);
            let mut io = Io::at_prompt(console);
            for (delimiter, line) in closed {
                console.shell.line = line;
                let prefix = console.shell.prefix();
                io.err(format_args!(
                    "{prefix}warning: here-document at line {line} delimited by end-of-file (wanted `{delimiter}')\n"
                ));
            }
            run(console, &script, io)
        }
        Err(Wrong::HereDocument(..)) => more(console, text),
        Err(Wrong::Open(..) | Wrong::EndOfFile(_)) if is_terminal && !is_end => more(console, text),
        Err(wrong) => {
            remember(console, &text);
            let mut io = Io::new(None, console.columns);
            let exit = say(console, &wrong, &text, &mut io);
            console.shell.status = exit;
            ended(io, exit, Wants::Line)
        }
    }
}

fn more(console: &mut Console, text: String) -> Outcome {
    console.shell.typed = Some(text);
    Outcome { said: Vec::new(), exit: 0, wants: Wants::More }
}

/// Says what keeps a text from being a script, as bash does; gives the exit code.
pub(super) fn say(console: &Console, wrong: &Wrong, text: &str, io: &mut Io) -> u8 {
    let is_terminal = console.shell.is_terminal;
    if console.shell.is_ash() {
        return say_in_ash(&console.shell.prefix(), wrong, io);
    }
    let n_lines = text.trim_end_matches('\n').split('\n').count();
    let at = |line: usize| match is_terminal {
        true => "bash: ".to_owned(),
        false => format!("bash: -c: line {line}: "),
    };
    match wrong {
        Wrong::Open(quote, line) => {
            io.err(format_args!(
                "{}unexpected EOF while looking for matching `{quote}'\n",
                at(*line)
            ));
        }
        Wrong::EndOfFile(_) => {
            io.err(format_args!("{}syntax error: unexpected end of file\n", at(n_lines + 1)));
        }
        Wrong::Token(token, line) => {
            let at = at(*line);
            let token: String = token.chars().take(1_000).collect();
            io.err(format_args!("{at}syntax error near unexpected token `{token}'\n"));
            if !is_terminal {
                let typed = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
                io.err(format_args!("{at}`{typed}'\n"));
            }
        }
        Wrong::HereDocument(delimiter, line) => io.err(format_args!(
            "{}here-document at line {line} delimited by end-of-file (wanted `{delimiter}')\n",
            at(*line)
        )),
        Wrong::Other(why, line) => io.err(format_args!("{}{why}\n", at(*line))),
    }
    2
}

/// The same in the words of busybox's shell.
fn say_in_ash(prefix: &str, wrong: &Wrong, io: &mut Io) -> u8 {
    let why = match wrong {
        Wrong::Open('\'' | '"', _) => "unterminated quoted string".to_owned(),
        Wrong::Open('}', _) => "missing '}'".to_owned(),
        Wrong::Open('`', _) => "EOF in backquote substitution".to_owned(),
        Wrong::Open(..) => "unexpected end of file (expecting \")\")".to_owned(),
        Wrong::EndOfFile(_) | Wrong::HereDocument(..) => "unexpected end of file".to_owned(),
        Wrong::Token(token, _) if token == "newline" => "unexpected newline".to_owned(),
        Wrong::Token(token, _) => {
            let token: String = token.chars().take(1_000).collect();
            format!("unexpected \"{token}\"")
        }
        Wrong::Other(why, _) => {
            io.err(format_args!("{prefix}{why}\n"));
            return 2;
        }
    };
    io.err(format_args!("{prefix}syntax error: {why}\n"));
    2
}

/// A command of several lines as one, as bash keeps it: lines of quotes and here-documents stay.
fn joined(console: &Console, text: &str) -> String {
    let mut out = String::new();
    let mut before = String::new();
    let mut lines = text.split('\n').peekable();
    let mut stays = false;
    while let Some(line) = lines.next() {
        out.push_str(line);
        before.push_str(line);
        if lines.peek().is_none() {
            break;
        }
        let last = line.split([' ', '\t', ';']).rfind(|word| !word.is_empty()).unwrap_or("");
        let opens = matches!(last, "do" | "then" | "else" | "{" | "in")
            || line.trim_end().ends_with([';', '|', '(', '&'])
            || line.trim().is_empty();
        let between = match reads(console, &before) {
            Reads::ToNextLine => {
                out.pop();
                ""
            }
            Reads::ToDelimiter(_) => {
                stays = true;
                "\n"
            }
            Reads::ToQuote => "\n",
            _ if stays => "\n",
            _ if opens => " ",
            _ => "; ",
        };
        out.push_str(between);
        before.push('\n');
    }
    out
}

fn remember(console: &mut Console, text: &str) {
    let joined = match text.contains('\n') && text.len() <= MAX_HISTORY.1 {
        true => joined(console, text),
        false => text.to_owned(),
    };
    let history = &mut console.shell.history;
    let text = joined.trim();
    if text.is_empty() || text.len() > MAX_HISTORY.1 || history.last().is_some_and(|l| l == text) {
        return;
    }
    if history.len() >= MAX_HISTORY.0 {
        history.remove(0);
    }
    history.push(text.to_owned());
}

/// Between two lines the world settles, and its clock moves.
pub(in crate::kubectl) fn rest(console: &mut Console) {
    if std::mem::take(&mut console.is_restless) {
        console.cluster.settle();
        console.cluster.advance(1);
    }
}

fn run(console: &mut Console, script: &Arc<Script>, io: Io) -> Outcome {
    rest(console);
    console.shell.refill();
    console.shell.drops = false;
    if !watches(script) {
        console.settle();
    }
    go_on(console, Machine::new(script.clone()), io)
}

/// Runs one command of kubectl to its end.
pub(in crate::kubectl) fn kubectl(
    console: &mut Console,
    words: &[String],
    input: Option<Vec<u8>>,
) -> Outcome {
    console.shell.refill();
    console.shell.is_terminal = false;
    rest(console);
    console.settle();
    let mut io = Io::new(input.map(|bytes| vec![bytes]), None);
    let exit = match crate::kubectl::command::run(console, words, &mut io) {
        Done::Exit(exit) => exit,
        Done::Goes(job) => drive(console, job, &mut io),
    };
    console.settle();
    console.cluster.advance(1);
    ended(io, exit, Wants::Line)
}

/// Whether the first command shows how the world moves: then it finds what has not happened
/// yet.
fn watches(script: &Script) -> bool {
    let first = script.steps.first().and_then(|(_, pipeline)| pipeline.stages.first());
    let Some((command, _)) = first else { return false };
    let Body::Simple(simple) = &command.body else { return false };
    let words: Vec<String> = simple.words.iter().map(super::syntax::literal).collect();
    shows_moves(&words)
}

/// Whether a command's words say that it shows how the world moves.
pub(super) fn shows_moves(words: &[String]) -> bool {
    let is = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&&**word));
    match words.first().map(String::as_str) {
        Some("watch") => true,
        Some("kubectl") => {
            is(&["-w", "--watch", "--watch-only", "--watch=true", "--watch-only=true", "wait"])
                || (is(&["rollout"]) && is(&["status"]))
        }
        _ => false,
    }
}

/// Carries a line on until it ends or something of it goes on.
fn go_on(console: &mut Console, mut machine: Machine, mut io: Io) -> Outcome {
    let is_terminal = console.shell.is_terminal;
    io.keyboard = is_terminal;
    let turn = if is_terminal {
        machine.run(console, &mut io)
    } else {
        machine.finish(console, &mut io);
        Turn::Ended
    };
    match turn {
        Turn::Ended => {
            tell_spent(console, &mut io);
            if is_terminal {
                console.cluster.advance(1);
            } else {
                console.is_restless = true;
                if !console.answers_first {
                    rest(console);
                }
            }
            console.files.drop_pipes();
            let closes = std::mem::take(&mut console.shell.closes);
            let wants = if closes { Wants::Close } else { Wants::Line };
            let exit = console.shell.status;
            ended(io, exit, wants)
        }
        Turn::Goes(job) => {
            let wants = job.wants();
            console.shell.running = Some(Running { machine, job: Some(job) });
            ended(io, 0, wants)
        }
        Turn::Paused => {
            console.shell.running = Some(Running { machine, job: None });
            ended(io, 0, Wants::Time)
        }
        Turn::Tired => {
            console.shell.running = Some(Running { machine, job: None });
            ended(io, 0, Wants::Turn)
        }
    }
}

fn ended(io: Io, exit: u8, wants: Wants) -> Outcome {
    Outcome { said: texts(io.into_told()), exit, wants }
}

fn with_job(
    console: &mut Console,
    does: impl FnOnce(&mut dyn Job, &mut Console, &mut Io) -> Option<u8>,
) -> Outcome {
    let Some(Running { machine, job }) = console.shell.running.take() else {
        return Outcome::default();
    };
    let mut io = Io::at_prompt(console);
    console.shell.refill();
    let Some(mut job) = job else { return go_on(console, machine, io) };
    match does(&mut *job, console, &mut io) {
        Some(exit) => {
            console.shell.status = exit;
            go_on(console, machine, io)
        }
        None => {
            let wants = job.wants();
            console.shell.running = Some(Running { machine, job: Some(job) });
            ended(io, 0, wants)
        }
    }
}

/// The editor has ended.
pub(in crate::kubectl) fn edited(console: &mut Console, text: Option<String>) -> Outcome {
    with_job(console, |job, console, io| job.edited(text, console, io))
}

/// A second has passed, or the terminal has had its turn.
pub(in crate::kubectl) fn proceed(console: &mut Console) -> Outcome {
    let is_turn = console.shell.running.as_ref().is_some_and(|running| match &running.job {
        Some(job) => job.wants() == Wants::Turn,
        None => running.machine.is_tired(),
    });
    if !is_turn {
        console.second();
    }
    with_job(console, |job, console, io| job.proceed(console, io))
}

/// Ctrl-C: what runs ends with its whole line, what is typed is dropped.
pub(in crate::kubectl) fn interrupt(console: &mut Console) -> Outcome {
    console.shell.typed = None;
    let Some(Running { machine, job }) = console.shell.running.take() else {
        console.shell.status = 130;
        return Outcome { exit: 130, ..Outcome::default() };
    };
    let mut io = Io::new(None, console.columns);
    let exit = match job {
        None => 130,
        Some(mut job) => match job.interrupt(console, &mut io) {
            Some(exit) => exit,
            None => {
                let wants = job.wants();
                console.shell.running = Some(Running { machine, job: Some(job) });
                return ended(io, 0, wants);
            }
        },
    };
    machine.abandon(console);
    console.shell.status = exit;
    match on_interrupt(console) {
        Some(machine) => {
            console.shell.refill();
            go_on(console, machine, io)
        }
        None => ended(io, exit, Wants::Line),
    }
}

/// Ctrl-D on an empty line: what reads lines ends.
pub(in crate::kubectl) fn end_of_input(console: &mut Console) -> Outcome {
    if console.shell.running.is_some() {
        return with_job(console, |job, console, io| job.line(None, console, io));
    }
    if let Some(text) = console.shell.typed.take() {
        return whole(console, text, true);
    }
    if let Some(machine) = on_exit(console) {
        console.shell.refill();
        return go_on(console, machine, Io::new(None, console.columns));
    }
    Outcome { said: Vec::new(), exit: console.shell.status, wants: Wants::Close }
}

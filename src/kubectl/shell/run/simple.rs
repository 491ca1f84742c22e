//! Simple commands: assignments, words, redirections.

use super::machine::{Frame, Machine};
use super::typing::Typing;
use super::{redirect, scripts};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::arrays::Key;
use crate::kubectl::shell::expand::Stop;
use crate::kubectl::shell::syntax::{Assign, Body, Command, Redirect, Simple, literal, parse};
use crate::kubectl::shell::{expand, line, tools};
use std::sync::Arc;

/// How many seconds something that waits gets where nobody waits for it.
const MAX_SECONDS: usize = 120;
/// And the most that something gets which says how long it takes.
const MOST_SECONDS: usize = 86_400;
/// What a call of kubectl is worth in work, however little it does.
const KUBECTL: u64 = 100_000;
/// What a change that it makes and a byte that it says are, where it makes and says many.
const CHANGE: u64 = 20_000;
const SAID: u64 = 8;

/// The name of a simple command, as far as it stands there.
pub(super) fn name_of(command: &Command) -> String {
    match &command.body {
        Body::Simple(simple) => simple.words.first().map(literal).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Runs a command by its words, as `xargs` and `watch` do.
pub(in crate::kubectl::shell) fn command(
    console: &mut Console,
    words: &[String],
    io: &mut Io,
) -> Done {
    let Some(name) = words.first() else { return Done::OK };
    let args = words.get(1..).unwrap_or_default();
    if let Some(inside) = console.shell.place() {
        return crate::kubectl::pod::run(console, &inside, words, io);
    }
    if scripts::is_script(console, words) {
        return Done::Exit(scripts::run(console, words, io));
    }
    if name == "kubectl" {
        if !console.shell.spend(KUBECTL) {
            return Done::Exit(137);
        }
        return kubectl(console, args, io);
    }
    tools::run(console, name, args, io)
}

/// Runs kubectl, and makes the terminal's turn shorter by what that took: not what it may take, as
/// that has an end.
fn kubectl(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let before = (console.cluster.revision(), io.n_said());
    let done = crate::kubectl::command::run(console, args, io);
    let n_changes = console.cluster.revision().saturating_sub(before.0);
    let n_said = io.n_said().saturating_sub(before.1) as u64;
    console.shell.tire(CHANGE * n_changes + SAID * n_said);
    done
}

/// Lets something that goes on come to its end where no terminal is: time passes, nothing is
/// typed, editors change nothing.
pub(in crate::kubectl::shell) fn drive(
    console: &mut Console,
    mut job: Box<dyn Job>,
    io: &mut Io,
) -> u8 {
    let seconds = job.lasts().unwrap_or(MAX_SECONDS);
    let ended = drive_for(console, &mut job, seconds, io);
    if ended.is_none() {
        console.shell.never_ends();
    }
    ended.or_else(|| job.interrupt(console, io)).unwrap_or(130)
}

/// As [`drive`], for so many seconds at most; none where it has not ended by then.
pub(in crate::kubectl::shell) fn drive_for(
    console: &mut Console,
    job: &mut Box<dyn Job>,
    seconds: usize,
    io: &mut Io,
) -> Option<u8> {
    for _ in 0..seconds.min(MOST_SECONDS) {
        let exit = match job.wants() {
            Wants::Time => {
                console.second();
                job.proceed(console, io)
            }
            Wants::Turn => job.proceed(console, io),
            Wants::Edit { .. } => job.edited(None, console, io),
            Wants::Inside(_) => {
                let line = tools::next_line(io);
                job.line(line.as_deref(), console, io)
            }
            _ => break,
        };
        if exit.is_some() {
            return exit;
        }
        if !console.shell.spend(KUBECTL) {
            break;
        }
    }
    None
}

impl Machine {
    pub(super) fn simple(
        &mut self,
        console: &mut Console,
        simple: &Arc<Simple>,
        redirects: &Arc<[Redirect]>,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        console.shell.substituted = None;
        let words = match expand::words(console, &simple.words, io) {
            Ok(words) => words,
            Err(stop) => {
                Self::drop_line(console, stop);
                return None;
            }
        };
        let traces = console.shell.options.xtrace;
        let mut assigns = Vec::new();
        for assign in &simple.assigns {
            if console.shell.fixed.contains(&assign.name) {
                let why = format_args!("{}: readonly variable", assign.name);
                let stop = expand::stop(console, io, why);
                Self::drop_line(console, stop);
                return None;
            }
            if assign.list.is_some() || assign.index.is_some() {
                if console.shell.is_ash() {
                    let stop = expand::stop(console, io, "syntax error: unexpected \"(\"");
                    Self::drop_line(console, stop);
                    return None;
                }
                if let Err(stop) = assign_array(console, assign, io) {
                    Self::drop_line(console, stop);
                    return None;
                }
                continue;
            }
            match expand::one(console, &assign.value, io) {
                Ok(value) => {
                    let old = if assign.appends { console.shell.var(&assign.name) } else { None };
                    let value = format!("{}{value}", old.unwrap_or(""));
                    if traces {
                        io.err(format_args!("+ {}={}\n", assign.name, tools::quoted(&value)));
                    }
                    if words.is_empty() {
                        console.shell.set(&assign.name, value);
                    } else {
                        assigns.push((assign.name.clone(), value));
                    }
                }
                Err(stop) => {
                    Self::drop_line(console, stop);
                    return None;
                }
            }
        }
        if traces && !words.is_empty() {
            let words: Vec<String> = words.iter().map(|word| tools::quoted(word)).collect();
            io.err(format_args!("+ {}\n", words.join(" ")));
        }
        if !simple.lists.is_empty() {
            return self.declare(console, simple, words, io);
        }
        if words.is_empty() {
            let status = console.shell.substituted.unwrap_or(0);
            console.shell.status = status;
            if !redirects.is_empty() {
                redirect::around(console, redirects, io, |_, _| {});
            }
            return None;
        }
        if !assigns.is_empty() {
            let old = assigns.iter().map(|(name, _)| console.shell.old(name)).collect();
            let scope = console.shell.scope_mut();
            for (name, value) in assigns {
                scope.vars.insert(name, (value, true));
            }
            self.frames.push(Frame::Restore(old));
        }
        if redirects.is_empty() && !io.keyboard {
            return self.words(console, words, io);
        }
        if redirects.is_empty() {
            let (mark, line) = (io.mark(), console.shell.line);
            let typed = words.clone();
            let job = self.words(console, words, io);
            if !io.has_asked() {
                return job;
            }
            io.back_to(mark);
            return self.types(console, &typed, redirects, line, io);
        }
        let mut opened = match redirect::open(console, redirects, io) {
            Ok(opened) => opened,
            Err(stop) => {
                console.shell.status = stop.0;
                return None;
            }
        };
        let own = opened.input.is_some();
        let input = opened.input.take().or_else(|| io.input.take());
        let mut inner = Io::new(input, io.columns.filter(|_| opened.keeps_out()));
        inner.keyboard = io.keyboard && !own;
        let (typed, line) = (words.clone(), console.shell.line);
        let is_function = console.shell.functions.contains_key(&*words[0]);
        let is_script = scripts::is_script(console, &words);
        let job = if is_function || is_script || matches!(&*words[0], "eval" | "source" | ".") {
            // It runs to its end here, since its streams go elsewhere.
            let n_frames = self.frames.len();
            let job = self.words(console, words, &mut inner);
            let mut called =
                Self::of_frames(self.frames.split_off(n_frames.min(self.frames.len())));
            if console.shell.depth < super::MAX_DEPTH {
                console.shell.depth += 1;
                called.finish(console, &mut inner);
                console.shell.depth -= 1;
            } else {
                called.abandon(console);
                console.shell.status = 254;
            }
            job
        } else {
            self.words(console, words, &mut inner)
        };
        if inner.has_asked() {
            return self.types(console, &typed, redirects, line, io);
        }
        let job = match job {
            Some(job) if !opened.is_plain() => {
                console.shell.status = drive(console, job, &mut inner);
                None
            }
            job => job,
        };
        if !own {
            io.input = inner.input.take();
        }
        redirect::deliver(console, opened, inner, io);
        job
    }

    /// `declare -A NAME=(WORDS)` and its like.
    fn declare(
        &mut self,
        console: &mut Console,
        simple: &Simple,
        words: Vec<String>,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        if console.shell.is_ash() {
            let stop = expand::stop(console, io, "syntax error: unexpected \"(\"");
            Self::drop_line(console, stop);
            return None;
        }
        let job = self.words(console, words, io);
        for assign in &simple.lists {
            if console.shell.status != 0 {
                break;
            }
            if let Err(stop) = assign_array(console, assign, io) {
                Self::drop_line(console, stop);
                break;
            }
        }
        job
    }

    /// What a command reads must first be typed.
    fn types(
        &mut self,
        console: &mut Console,
        words: &[String],
        redirects: &Arc<[Redirect]>,
        line: usize,
        io: &Io,
    ) -> Option<Box<dyn Job>> {
        if console.shell.depth > 0 {
            io.asks();
            return None;
        }
        self.undo(console);
        Some(Typing::of_words(words, redirects, line))
    }

    /// Runs expanded words: what the machine itself does, functions, commands.
    fn words(
        &mut self,
        console: &mut Console,
        mut words: Vec<String>,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        let mut functions = true;
        while matches!(words.first().map(String::as_str), Some("command" | "builtin" | "exec"))
            && words.get(1).is_some_and(|word| !word.starts_with('-'))
        {
            functions = words.first().is_none_or(|word| word == "exec");
            words.remove(0);
        }
        let name = words.first().cloned().unwrap_or_default();
        let args = words.get(1..).unwrap_or_default();
        if functions && let Some(body) = console.shell.functions.get(&*name).cloned() {
            let scope = console.shell.scope_mut();
            let old = std::mem::replace(&mut scope.args, args.to_vec());
            console.shell.calls.push(name.clone());
            console.shell.hidden.push(Vec::new());
            self.frames.push(Frame::Call(old));
            return self.command(console, &body, io);
        }
        console.shell.status = match &*name {
            "break" | "continue" => self.a_break(console, &name, args, io),
            "return" => {
                let status = number(args, console.shell.status);
                if !self.leave_function(console) {
                    let why = "can only `return' from a function or sourced script";
                    expand::stop(console, io, format_args!("return: {why}"));
                    console.shell.status = 2;
                    return None;
                }
                status
            }
            "exit" | "logout" => {
                let status = match args.first().map(|arg| arg.parse::<i64>()) {
                    Some(Err(_)) => {
                        let arg = args.first().map_or("", String::as_str);
                        let why = "numeric argument required";
                        expand::stop(console, io, format_args!("exit: {arg}: {why}"));
                        2
                    }
                    Some(Ok(status)) => (status & 0xff) as u8,
                    None => console.shell.status,
                };
                console.shell.closes = true;
                status
            }
            "eval" => self.script(console, &args.join(" "), io),
            "source" | "." => self.source(console, &name, args, io),
            _ if scripts::is_script(console, &words) => match scripts::begin(console, &words, io) {
                Ok(frames) => {
                    self.frames.extend(frames);
                    0
                }
                Err(exit) => exit,
            },
            _ => {
                if name == "kubectl" && !self.loops() && !line::shows_moves(&words) {
                    console.settle();
                }
                match command(console, &words, io) {
                    Done::Exit(exit) => exit,
                    Done::Goes(job) => return Some(job),
                }
            }
        };
        None
    }

    /// Whether something is done over and over: what a loop looks at may move.
    fn loops(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame, Frame::For(..) | Frame::While(..)))
    }

    fn a_break(&mut self, console: &mut Console, name: &str, args: &[String], io: &mut Io) -> u8 {
        let n = match args.first().map(|arg| arg.parse::<usize>()) {
            None => 1,
            Some(Ok(n)) if n > 0 => n,
            Some(_) => {
                let arg = args.first().map_or("", String::as_str);
                expand::stop(console, io, format_args!("{name}: {arg}: numeric argument required"));
                return 1;
            }
        };
        if !self.leave_loops(console, n, name == "continue") {
            let why = "only meaningful in a `for', `while', or `until' loop";
            expand::stop(console, io, format_args!("{name}: {why}"));
        }
        0
    }

    /// Carries out a text next.
    fn script(&mut self, console: &mut Console, text: &str, io: &mut Io) -> u8 {
        match parse(text, &console.shell.aliases, true) {
            Ok((script, _)) => {
                self.frames.push(Frame::script(script));
                0
            }
            Err(wrong) => line::say(console, &wrong, text, io),
        }
    }

    fn source(&mut self, console: &mut Console, name: &str, args: &[String], io: &mut Io) -> u8 {
        let Some(path) = args.first() else {
            expand::stop(console, io, format_args!("{name}: filename argument required"));
            io.err(format_args!("{name}: usage: {name} filename [arguments]\n"));
            return 2;
        };
        let Some(bytes) = console.files.read(path) else {
            let why = match console.files.is_folder(path) {
                _ if console.shell.is_ash() => {
                    format!("{name}: line 0: can't open '{path}': No such file or directory")
                }
                true => format!("{name}: {path}: is a directory"),
                false => format!("{path}: No such file or directory"),
            };
            return expand::stop(console, io, why).0;
        };
        let text = String::from_utf8_lossy(bytes).into_owned();
        let own = args.get(1..).filter(|own| !own.is_empty());
        let old = own.map(|own| std::mem::replace(&mut console.shell.scope_mut().args, own.into()));
        self.frames.push(Frame::Source(old));
        self.script(console, &text, io)
    }
}

/// `NAME=(WORDS)`, `NAME[INDEX]=VALUE`
fn assign_array(console: &mut Console, assign: &Assign, io: &mut Io) -> Result<(), Stop> {
    let name = &assign.name;
    let Some(words) = &assign.list else {
        let index = match &assign.index {
            Some(word) => Some(expand::key(console, name, word, io)?),
            None => None,
        };
        let value = expand::one(console, &assign.value, io)?;
        console.shell.set_item(name, index, value, assign.appends);
        return Ok(());
    };
    let values = expand::words(console, words, io)?;
    let named = console.shell.is_named(name);
    if !assign.appends {
        console.shell.new_array(name, named);
    }
    for value in values {
        let keyed = value.strip_prefix('[').and_then(|rest| rest.split_once("]="));
        let (key, value) = match keyed {
            Some((key, value)) if named => (Some(Key::Name(key.to_owned())), value.to_owned()),
            Some((key, value)) => match key.parse() {
                Ok(n) => (Some(Key::Number(n)), value.to_owned()),
                Err(_) => (None, format!("[{key}]={value}")),
            },
            None => (None, value),
        };
        console.shell.set_item(name, key, value, false);
        if !console.shell.spend(100) {
            return Err(Stop(137));
        }
    }
    Ok(())
}

fn number(args: &[String], default: u8) -> u8 {
    let number = args.first().and_then(|arg| arg.parse::<i64>().ok());
    number.map_or(default, |n| (n & 0xff) as u8)
}

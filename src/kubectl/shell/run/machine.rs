//! The machine: frames instead of a stack of calls, so that a line can stop at a command
//! that goes on, and go on after it.

use super::background::background;
use super::before::Before;
use super::simple::{self, drive};
use super::typing::Typing;
use super::{in_subshell, redirect, test_words};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Job;
use crate::kubectl::shell::expand::{self, Stop};
use crate::kubectl::shell::state::{Old, Scope};
use crate::kubectl::shell::syntax::{Body, Case, Command, For, If, Join, Pipeline, Script, While};
use crate::kubectl::shell::tools;
use std::sync::Arc;

/// What a step of the machine is worth in work.
const STEP: u64 = 2_000;
/// How many steps are taken before a terminal gets a turn.
const SLICE: usize = 2_000;
/// How deep functions and scripts may be in each other.
const MAX_FRAMES: usize = 1_000;

/// How far a machine got.
#[derive(Debug)]
pub(in crate::kubectl::shell) enum Turn {
    /// To the end.
    Ended,
    /// To a command that goes on.
    Goes(Box<dyn Job>),
    /// A good way: the terminal gets a turn.
    Paused,
}

/// A script that is carried out.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl::shell) struct Machine {
    pub(super) frames: Vec<Frame>,
    /// What was before the pipeline that runs, where it may still ask for the keyboard.
    before: Option<Box<Before>>,
}

/// Something that is in hand.
#[derive(Debug, Clone)]
pub(super) enum Frame {
    /// A script, its next pipeline, and whether the one before has run.
    Script(Arc<Script>, usize, bool),
    /// Turns the exit code around.
    Not,
    /// A loop over values, and the next of them.
    For(Arc<For>, Arc<[String]>, usize),
    /// A loop; whether its condition was asked, and its last exit code.
    While(Arc<While>, bool, u8),
    /// An `if`, and which of its conditions was asked.
    If(Arc<If>, usize),
    /// A function: the arguments to be put back.
    Call(Vec<String>),
    /// A subshell or script: what the shell was around it, and its folder.
    Sub(Arc<Scope>, String),
    /// Variables to be put back.
    Restore(Vec<Old>),
}

impl Frame {
    pub(super) fn script(script: Arc<Script>) -> Self {
        Self::Script(script, 0, false)
    }

    /// What puts the shell back behind a subshell that begins now.
    pub(super) fn sub(console: &Console) -> Self {
        Self::Sub(console.shell.snapshot(), console.files.working())
    }
}

impl Machine {
    /// A machine that carries out `script`.
    pub(in crate::kubectl::shell) fn new(script: Arc<Script>) -> Self {
        Self::of_frames(vec![Frame::script(script)])
    }

    /// A machine with this in hand.
    pub(super) fn of_frames(frames: Vec<Frame>) -> Self {
        Self { frames, before: None }
    }

    /// A machine that carries out one command.
    fn of(command: Command) -> Self {
        let pipeline = Pipeline { not: false, stages: vec![(command, false)] };
        Self::new(Arc::new(Script { steps: vec![(Join::Always, pipeline)] }))
    }

    /// Carries on until the end, a command that goes on, or a pause.
    pub(in crate::kubectl::shell) fn run(&mut self, console: &mut Console, io: &mut Io) -> Turn {
        for _ in 0..SLICE {
            if let Some(job) = self.step(console, io) {
                return Turn::Goes(job);
            }
            if self.frames.is_empty() {
                return Turn::Ended;
            }
        }
        Turn::Paused
    }

    /// Carries on to the end: what would go on is driven, and ends.
    pub(in crate::kubectl::shell) fn finish(&mut self, console: &mut Console, io: &mut Io) {
        while !self.frames.is_empty() {
            if let Some(job) = self.step(console, io) {
                console.shell.status = drive(console, job, io);
            }
        }
    }

    /// Ends in the middle.
    pub(in crate::kubectl::shell) fn abandon(mut self, console: &mut Console) {
        while let Some(frame) = self.frames.pop() {
            put_back(console, frame);
        }
    }

    fn step(&mut self, console: &mut Console, io: &mut Io) -> Option<Box<dyn Job>> {
        if !console.shell.spend(STEP) {
            if console.shell.depth == 0 && !console.shell.dreams() {
                io.err("bash: stopped: this line did too much without coming to an end\n");
            }
            console.shell.status = 137;
            console.shell.drops = false;
            std::mem::take(self).abandon(console);
            return None;
        }
        if console.shell.closes {
            console.shell.drops = false;
            self.close(console);
            return None;
        }
        if console.shell.drops {
            let is_whole = !self.close(console);
            console.shell.drops = is_whole && console.shell.depth > 0;
            return None;
        }
        if self.fails(console) {
            console.shell.closes = true;
            return None;
        }
        match self.frames.last_mut()? {
            Frame::Script(script, at, ran) => {
                let script = script.clone();
                let Some((join, pipeline)) = script.steps.get(*at) else {
                    self.frames.pop();
                    return None;
                };
                *at += 1;
                let ok = console.shell.status == 0;
                let runs = match join {
                    Join::Always => true,
                    Join::And => ok,
                    Join::Or => !ok,
                };
                *ran = runs;
                if runs { self.pipeline(console, pipeline, io) } else { None }
            }
            Frame::Not => {
                console.shell.status = u8::from(console.shell.status == 0);
                self.frames.pop();
                None
            }
            Frame::For(the_for, values, at) => {
                let Some(value) = values.get(*at).cloned() else {
                    self.frames.pop();
                    return None;
                };
                *at += 1;
                let the_for = the_for.clone();
                console.shell.set(&the_for.name, value);
                self.frames.push(Frame::script(the_for.body.clone()));
                None
            }
            Frame::While(the_while, asked, last) => {
                let the_while = the_while.clone();
                let status = console.shell.status;
                if !*asked {
                    *asked = true;
                    self.frames.push(Frame::script(the_while.cond.clone()));
                } else if (status == 0) == the_while.until {
                    console.shell.status = *last;
                    self.frames.pop();
                } else {
                    // The body, and then the condition again.
                    self.frames.pop();
                    self.frames.push(Frame::While(the_while.clone(), false, 0));
                    self.frames.push(Frame::script(the_while.body.clone()));
                }
                None
            }
            Frame::If(the_if, at) => {
                let (the_if, at) = (the_if.clone(), *at);
                self.frames.pop();
                if console.shell.status == 0 {
                    if let Some((_, body)) = the_if.arms.get(at) {
                        self.frames.push(Frame::script(body.clone()));
                    }
                } else if let Some((cond, _)) = the_if.arms.get(at + 1) {
                    self.frames.push(Frame::If(the_if.clone(), at + 1));
                    self.frames.push(Frame::script(cond.clone()));
                } else {
                    console.shell.status = 0;
                    if let Some(otherwise) = &the_if.otherwise {
                        self.frames.push(Frame::script(otherwise.clone()));
                    }
                }
                None
            }
            Frame::Call(_) | Frame::Restore(_) | Frame::Sub(..) => {
                if let Some(frame) = self.frames.pop() {
                    put_back(console, frame);
                }
                None
            }
        }
    }

    fn pipeline(
        &mut self,
        console: &mut Console,
        pipeline: &Pipeline,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        if pipeline.not {
            self.frames.push(Frame::Not);
        }
        console.shell.next_pipeline();
        let may_ask = io.keyboard && io.input.is_none() && console.shell.depth == 0;
        self.before = may_ask.then(|| Before::of(console));
        if let [(command, _)] = &*pipeline.stages {
            return self.command(console, command, io);
        }
        let mut input = io.input.take();
        let mut exits = Vec::new();
        let n = pipeline.stages.len();
        for (at, (command, both)) in pipeline.stages.iter().enumerate() {
            let is_last = at + 1 == n;
            let mut stage = Io::new(input.take(), io.columns.filter(|_| is_last));
            stage.keyboard = at == 0 && io.keyboard;
            let next = pipeline.stages.get(at + 1).map(|(next, _)| simple::name_of(next));
            in_subshell(console, |console| {
                console.shell.piped_to = next;
                Self::of(command.clone()).finish(console, &mut stage);
            });
            if stage.has_asked() {
                return self.typed(console, &pipeline.stages, io);
            }
            exits.push(console.shell.status);
            if is_last {
                redirect::pass_on(stage, io);
            } else {
                input = Some(redirect::into_pipe(stage, *both, io));
            }
        }
        if console.shell.options.pipefail {
            let failed = exits.iter().rev().find(|exit| **exit != 0);
            console.shell.status = failed.copied().unwrap_or(0);
        }
        console.shell.set_stages(exits);
        None
    }

    /// A word meant nothing, which was said: the line ends here.
    pub(super) fn drop_line(console: &mut Console, stop: Stop) {
        console.shell.status = stop.0;
        console.shell.drops = true;
    }

    /// `exit`: out of the innermost subshell or script, or of all; true where there is one.
    fn close(&mut self, console: &mut Console) -> bool {
        while let Some(frame) = self.frames.pop() {
            let is_sub = matches!(frame, Frame::Sub(..));
            put_back(console, frame);
            if is_sub {
                console.shell.closes = false;
                return true;
            }
        }
        false
    }

    /// Whether the last pipeline went wrong where `set -e` ends the script for it. The prompt
    /// itself stays open.
    fn fails(&self, console: &Console) -> bool {
        let shell = &console.shell;
        let in_sub = || self.frames.iter().any(|frame| matches!(frame, Frame::Sub(..)));
        let is_prompt = shell.is_terminal && shell.script.is_none();
        if !shell.options.errexit || shell.status == 0 || (is_prompt && !in_sub()) {
            return false;
        }
        let Some(Frame::Script(script, at, true)) = self.frames.last() else { return false };
        let goes_on = script.steps.get(*at).is_some_and(|(join, _)| *join != Join::Always);
        let not = at.checked_sub(1).and_then(|at| script.steps.get(at)).is_some_and(|(_, p)| p.not);
        let asks =
            |frame: &Frame| matches!(frame, Frame::If(..) | Frame::While(_, true, _) | Frame::Not);
        !goes_on && !not && !self.frames.iter().any(asks)
    }

    /// What `stages` read must first be typed.
    fn typed(
        &mut self,
        console: &mut Console,
        stages: &[(Command, bool)],
        io: &Io,
    ) -> Option<Box<dyn Job>> {
        if console.shell.depth > 0 {
            // It is told where somebody can wait for it.
            io.asks();
            return None;
        }
        self.undo(console);
        Some(Typing::of(stages.to_vec()))
    }

    /// What the pipeline has done so far has not been.
    pub(super) fn undo(&mut self, console: &mut Console) {
        if let Some(before) = self.before.take() {
            before.put_back(console);
        }
    }

    pub(super) fn command(
        &mut self,
        console: &mut Console,
        command: &Command,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        console.shell.line = command.line;
        if self.frames.len() > MAX_FRAMES {
            let prefix = console.shell.prefix();
            io.err(format_args!("{prefix}maximum nesting level exceeded ({MAX_FRAMES})\n"));
            console.shell.status = 1;
            std::mem::take(self).abandon(console);
            return None;
        }
        if let Body::Simple(words) = &command.body {
            return self.simple(console, words, &command.redirects, io);
        }
        if !command.redirects.is_empty() {
            let inner = Command { redirects: [].into(), ..command.clone() };
            let asked = redirect::around(console, &command.redirects, io, |console, io| {
                if console.shell.depth >= super::MAX_DEPTH {
                    console.shell.status = 254;
                    return;
                }
                console.shell.depth += 1;
                Self::of(inner).finish(console, io);
                console.shell.depth -= 1;
            });
            if asked {
                return self.typed(console, &[(command.clone(), false)], io);
            }
            return None;
        }
        match &command.body {
            Body::Simple(_) => {}
            Body::Group(script) => self.frames.push(Frame::script(script.clone())),
            Body::Subshell(script) => {
                self.frames.push(Frame::sub(console));
                self.frames.push(Frame::script(script.clone()));
            }
            Body::Background(script, typed) => background(console, script, typed, io),
            Body::For(the_for) => {
                let values = match &the_for.words {
                    None => Ok(console.shell.args.clone()),
                    Some(words) => expand::words(console, words, io),
                };
                match values {
                    Ok(values) => {
                        console.shell.status = 0;
                        self.frames.push(Frame::For(the_for.clone(), values.into(), 0));
                    }
                    Err(stop) => Self::drop_line(console, stop),
                }
            }
            Body::While(the_while) => {
                self.frames.push(Frame::While(the_while.clone(), false, 0));
            }
            Body::ForSum(the_for) => {
                let first = expand::one(console, &the_for.first, io);
                let first = first.map(|text| expand::sum(console, &text));
                console.shell.status = match first {
                    Ok(Ok(_)) => {
                        self.frames.push(Frame::While(the_for.again.clone(), true, 0));
                        self.frames.push(Frame::script(the_for.cond.clone()));
                        0
                    }
                    Ok(Err(why)) => expand::stop(console, io, format_args!("((: {why}")).0,
                    Err(stop) => {
                        Self::drop_line(console, stop);
                        return None;
                    }
                };
            }
            Body::If(the_if) => {
                if let Some((cond, _)) = the_if.arms.first() {
                    self.frames.push(Frame::If(the_if.clone(), 0));
                    self.frames.push(Frame::script(cond.clone()));
                }
            }
            Body::Case(case) => self.case(console, case, io),
            Body::Test(words) => {
                console.shell.status = match test_words(console, words, io) {
                    Ok(words) => tools::test::double(console, &words, io),
                    Err(stop) => stop.0,
                };
            }
            Body::Sum(word) => {
                let value = expand::one(console, word, io).map(|text| expand::sum(console, &text));
                console.shell.status = match value {
                    Ok(Ok(value)) => u8::from(value == 0),
                    Ok(Err(why)) => expand::stop(console, io, format_args!("((: {why}")).0,
                    Err(stop) => stop.0,
                };
            }
            Body::Function(name, body) => {
                let (name, body) = (name.clone(), body.clone());
                console.shell.scope_mut().functions.insert(name, body);
                console.shell.status = 0;
            }
        }
        None
    }

    fn case(&mut self, console: &mut Console, case: &Case, io: &mut Io) {
        console.shell.status = 0;
        let value = match expand::one(console, &case.word, io) {
            Ok(value) => value,
            Err(stop) => {
                Self::drop_line(console, stop);
                return;
            }
        };
        for (patterns, script) in &case.arms {
            for pattern in patterns {
                match expand::as_pattern(console, pattern, io) {
                    Ok(pattern) if fits(console, &pattern, &value) => {
                        self.frames.push(Frame::script(script.clone()));
                        return;
                    }
                    Ok(_) => {}
                    Err(stop) => {
                        Self::drop_line(console, stop);
                        return;
                    }
                }
            }
        }
    }

    /// `break` and `continue`: out of `n` loops, or into the last of them again.
    pub(super) fn leave_loops(&mut self, console: &mut Console, n: usize, again: bool) -> bool {
        let is_loop = |frame: &Frame| matches!(frame, Frame::For(..) | Frame::While(..));
        let is_border = |frame: &Frame| matches!(frame, Frame::Call(_) | Frame::Sub(..));
        let calls = self.frames.iter().rposition(is_border);
        let from = calls.map_or(0, |at| at + 1);
        let n_loops =
            self.frames.get(from..).unwrap_or_default().iter().filter(|f| is_loop(f)).count();
        let mut left = n.min(n_loops);
        if left == 0 {
            return false;
        }
        while let Some(frame) = self.frames.pop() {
            if !is_loop(&frame) {
                put_back(console, frame);
                continue;
            }
            left -= 1;
            if left == 0 {
                if again {
                    self.frames.push(frame);
                }
                break;
            }
        }
        true
    }

    /// `return`: out of the function that runs, or of a subshell in it.
    pub(super) fn leave_function(&mut self, console: &mut Console) -> bool {
        if !self.frames.iter().any(|frame| matches!(frame, Frame::Call(_))) {
            return false;
        }
        while let Some(frame) = self.frames.pop() {
            let is_border = matches!(frame, Frame::Call(_) | Frame::Sub(..));
            put_back(console, frame);
            if is_border {
                break;
            }
        }
        true
    }
}

fn fits(console: &mut Console, pattern: &str, value: &str) -> bool {
    console.shell.spend((pattern.len() as u64 + 8).saturating_mul(value.len() as u64))
        && expand::matches(pattern, value)
}

fn put_back(console: &mut Console, frame: Frame) {
    match frame {
        Frame::Call(args) => {
            let hidden = console.shell.hidden.pop().unwrap_or_default();
            let scope = console.shell.scope_mut();
            scope.args = args;
            restore(scope, hidden);
        }
        Frame::Restore(vars) => restore(console.shell.scope_mut(), vars),
        Frame::Sub(scope, working) => {
            console.shell.restore(scope);
            console.files.go(&working);
        }
        _ => {}
    }
}

fn restore(scope: &mut Scope, vars: Vec<Old>) {
    for (name, old) in vars {
        match old {
            Some(old) => scope.vars.insert(name, old),
            None => scope.vars.remove(&name),
        };
    }
}

//! The machine: frames instead of a stack of calls, so that a line can stop at a command
//! that goes on, and go on after it.

use super::background::background;
use super::before::Before;
use super::select::Select;
use super::simple::{self, drive};
use super::traps::Trap;
use super::typing::Typing;
use super::{in_subshell, redirect, test_words};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Job;
use crate::kubectl::shell::expand::{self, Stop};
use crate::kubectl::shell::state::{Old, Scope};
use crate::kubectl::shell::syntax::{
    Arm, Body, Case, Command, For, If, Join, Pipeline, Script, While,
};
use crate::kubectl::shell::tools;
use std::sync::Arc;

/// What a step of the machine is worth in work.
const STEP: u64 = 2_000;
/// How many steps are taken in a second of the world's.
const SECOND: usize = 50_000;
/// What a turn counts among them at least: one that is short of steps was full of work.
const TURN: usize = 1_250;
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
    Tired,
    /// As far as it gets in a second.
    Paused,
}

/// A script that is carried out.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl::shell) struct Machine {
    pub(super) frames: Vec<Frame>,
    /// How many steps were taken since a second began.
    n_steps: usize,
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
    /// A `select`.
    Select(Select),
    /// A function: the arguments to be put back.
    Call(Vec<String>),
    /// A file that is sourced: the arguments to be put back, where it has some of its own.
    Source(Option<Vec<String>>),
    /// Puts an exit code back.
    Status(u8),
    /// Leaves the shell: what EXIT is set to has run.
    Exit,
    /// `time`: when it began.
    Time(i64),
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
    pub(super) fn sub(console: &mut Console) -> Self {
        let frame = Self::Sub(console.shell.snapshot(), console.files.working());
        super::traps::begin_subshell(console);
        frame
    }
}

impl Machine {
    /// A machine that carries out `script`.
    pub(in crate::kubectl::shell) fn new(script: Arc<Script>) -> Self {
        Self::of_frames(vec![Frame::script(script)])
    }

    /// A machine with this in hand.
    pub(super) fn of_frames(frames: Vec<Frame>) -> Self {
        Self { frames, ..Self::default() }
    }

    /// A machine that carries out one command.
    fn of(command: Command) -> Self {
        let pipeline = Pipeline { not: false, timed: false, stages: vec![(command, false)] };
        Self::new(Arc::new(Script { steps: vec![(Join::Always, pipeline)] }))
    }

    /// Carries on until the end, a command that goes on, or a pause.
    pub(in crate::kubectl::shell) fn run(&mut self, console: &mut Console, io: &mut Io) -> Turn {
        let begun = self.n_steps;
        loop {
            if let Some(job) = self.step(console, io) {
                return Turn::Goes(job);
            }
            if self.frames.is_empty() {
                return Turn::Ended;
            }
            self.n_steps += 1;
            let is_tired = console.shell.is_tired();
            if is_tired {
                self.n_steps = self.n_steps.max(begun + TURN);
            }
            if self.n_steps >= SECOND {
                self.n_steps = 0;
                return Turn::Paused;
            }
            if is_tired {
                return Turn::Tired;
            }
        }
    }

    /// Whether it goes on within the second in which it has given the terminal a turn.
    pub(in crate::kubectl::shell) fn is_tired(&self) -> bool {
        self.n_steps > 0
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
            if console.shell.depth == 0 {
                tell_spent(console, io);
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
        if console.shell.status != 0 && self.ends_for_failure(console) {
            return None;
        }
        if matches!(self.frames.last(), Some(Frame::Sub(..)))
            && self.trap(console, Trap::Exit, console.shell.status)
        {
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
            Frame::Select(select) => {
                let mut select = select.clone();
                self.frames.pop();
                self.choose(console, &mut select, io)
            }
            Frame::Status(status) => {
                console.shell.status = *status;
                self.frames.pop();
                None
            }
            Frame::Exit => {
                console.shell.closes = true;
                None
            }
            Frame::Time(began) => {
                let seconds = console.now() - *began;
                let (minutes, seconds) = (seconds / 60, seconds % 60);
                io.err(format_args!(
                    "\nreal\t{minutes}m{seconds}.000s\nuser\t0m0.000s\nsys\t0m0.000s\n"
                ));
                self.frames.pop();
                None
            }
            Frame::Call(_) | Frame::Source(_) | Frame::Restore(_) | Frame::Sub(..) => {
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
        if pipeline.timed {
            self.frames.push(Frame::Time(console.now()));
        }
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

    /// What a `for` or `select` goes through; none where the line is dropped.
    pub(super) fn values(console: &mut Console, the_for: &For, io: &mut Io) -> Option<Vec<String>> {
        let values = match &the_for.words {
            None => Ok(console.shell.args.clone()),
            Some(words) => expand::words(console, words, io),
        };
        match values {
            Ok(values) => {
                console.shell.status = 0;
                Some(values)
            }
            Err(stop) => {
                Self::drop_line(console, stop);
                None
            }
        }
    }

    /// `exit`: out of the innermost subshell or script, or of all; true where there is one.
    fn close(&mut self, console: &mut Console) -> bool {
        let exits = console.shell.closes;
        while let Some(frame) = self.frames.pop() {
            if matches!(frame, Frame::Sub(..)) {
                console.shell.closes = false;
                self.frames.push(frame);
                if !(exits && self.trap(console, Trap::Exit, console.shell.status)) {
                    self.frames.pop().into_iter().for_each(|frame| put_back(console, frame));
                }
                return true;
            }
            put_back(console, frame);
        }
        if exits && console.shell.depth == 0 {
            self.frames.push(Frame::Exit);
            match self.trap(console, Trap::Exit, console.shell.status) {
                true => console.shell.closes = false,
                false => self.frames.clear(),
            }
        }
        false
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
            Body::Select(the_for) => self.select(console, the_for, io),
            Body::Background(script, typed) => background(console, script, typed, io),
            Body::For(the_for) => {
                if let Some(values) = Self::values(console, the_for, io) {
                    self.frames.push(Frame::For(the_for.clone(), values.into(), 0));
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
        let mut chosen = Vec::new();
        let mut goes_on = false;
        for (patterns, script, then) in &case.arms {
            let mut fits = std::mem::take(&mut goes_on);
            for pattern in patterns {
                if fits {
                    break;
                }
                match expand::as_pattern(console, pattern, io) {
                    Ok(pattern) => fits = self::fits(console, &pattern, &value),
                    Err(stop) => {
                        Self::drop_line(console, stop);
                        return;
                    }
                }
            }
            if fits {
                chosen.push(Frame::script(script.clone()));
                match then {
                    Arm::Ends => break,
                    Arm::GoesOn => goes_on = true,
                    Arm::Looks => {}
                }
            }
        }
        self.frames.extend(chosen.into_iter().rev());
    }
}

/// Says that a line may do no more, once.
pub(in crate::kubectl::shell) fn tell_spent(console: &mut Console, io: &mut Io) {
    if console.shell.is_newly_spent() && !console.shell.dreams() {
        io.err("bash: stopped: this line did too much without coming to an end\n");
    }
}

fn fits(console: &mut Console, pattern: &str, value: &str) -> bool {
    console.shell.spend((pattern.len() as u64 + 8).saturating_mul(value.len() as u64))
        && expand::matches(pattern, value)
}

pub(super) fn put_back(console: &mut Console, frame: Frame) {
    match frame {
        Frame::Call(args) => {
            let hidden = console.shell.hidden.pop().unwrap_or_default();
            console.shell.calls.pop();
            let scope = console.shell.scope_mut();
            scope.args = args;
            restore(scope, hidden);
        }
        Frame::Source(Some(args)) => console.shell.scope_mut().args = args,
        Frame::Restore(vars) => restore(console.shell.scope_mut(), vars),
        Frame::Sub(scope, working) => {
            console.shell.restore(scope);
            console.files.go(&working);
        }
        _ => {}
    }
}

fn restore(scope: &mut Scope, vars: Vec<Old>) {
    for Old { name, var, array } in vars {
        match array {
            Some(array) => drop(scope.arrays.insert(name.clone(), array)),
            None => drop(scope.arrays.remove(&name)),
        }
        match var {
            Some(var) => scope.vars.insert(name, var),
            None => scope.vars.remove(&name),
        };
    }
}

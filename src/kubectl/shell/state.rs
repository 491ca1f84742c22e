//! What the shell keeps between lines.

use super::arrays::{Array, Key};
use super::run::{Machine, Traps};
use super::syntax::{Aliases, Command};
use crate::kubectl::job::Job;
use crate::kubectl::pod::Inside;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The work that a line may do, in bytes or their like.
const WORK: u64 = 400_000_000;
/// The work after which a terminal gets a turn.
const TURN: u64 = 10_000_000;
/// The same of a program that is run ahead of its time.
const DREAMT: u64 = 40_000_000;
/// The most that all variables hold together.
const MAX_VARS: usize = 16 << 20;

/// What a subshell has a copy of.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Scope {
    /// Variables: value, and whether commands get it.
    pub(super) vars: BTreeMap<String, (String, bool)>,
    /// Functions by name.
    pub(super) functions: BTreeMap<Arc<str>, Arc<Command>>,
    /// Aliases by name.
    pub(super) aliases: Aliases,
    /// `$1`, `$2`, …
    pub(super) args: Vec<String>,
    /// Arrays.
    pub(super) arrays: BTreeMap<String, Array>,
    /// What `readonly` holds fast.
    pub(super) fixed: BTreeSet<String>,
    /// What `set -o` has set.
    pub(super) options: Options,
    /// What `trap` has set, by what it is for.
    pub(super) traps: Traps,
    /// The script that runs: `$0`. None at the prompt.
    pub(super) script: Option<Arc<str>>,
}

/// What `set` sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// `-e`: what goes wrong ends the script.
    pub(super) errexit: bool,
    /// `-u`: what is not set can't be used.
    pub(super) nounset: bool,
    /// `-x`: each command is shown.
    pub(super) xtrace: bool,
    /// `-o pipefail`: a pipeline goes wrong where any of its commands does.
    pub(super) pipefail: bool,
}

/// A variable, and what it was.
#[derive(Debug, Clone)]
pub(super) struct Old {
    /// Its name.
    pub(super) name: String,
    /// Its value, and whether commands get it.
    pub(super) var: Option<(String, bool)>,
    /// The array that it was.
    pub(super) array: Option<Array>,
}

/// A line that is carried out, and the command of it that goes on.
#[derive(Debug, Clone)]
pub(super) struct Running {
    /// What is left of the line.
    pub(super) machine: Machine,
    /// What goes on; none where the line has only paused.
    pub(super) job: Option<Box<dyn Job>>,
}

/// What the shell keeps between lines.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Shell {
    scope: Arc<Scope>,
    /// The exit code of the last command.
    pub(super) status: u8,
    /// That of the last `$(…)` of the command.
    pub(super) substituted: Option<u8>,
    /// The line of the text that is carried out.
    pub(super) line: usize,
    /// Lines typed of a command that is not complete.
    pub(super) typed: Option<String>,
    /// What is carried out.
    pub(super) running: Option<Running>,
    /// What was typed.
    pub(super) history: Vec<String>,
    /// Whether someone sits at a terminal.
    pub(super) is_terminal: bool,
    /// `exit` was said.
    pub(super) closes: bool,
    /// A word meant nothing: the rest of the line is dropped.
    pub(super) drops: bool,
    /// How deep machines run in each other.
    pub(super) depth: usize,
    /// The job that is carried out in the background: its number, and what was typed.
    pub(in crate::kubectl) background: Option<(u32, String)>,
    /// The number of the last one.
    pub(super) last_job: Option<u32>,
    /// The pipe that a stage writes to: the name of the next command.
    pub(super) piped_to: Option<String>,
    /// The container or machine that it runs on, and its own name there; none on the learner's.
    inside: Option<(Arc<Inside>, &'static str)>,
    /// The variables that each function that runs has hidden by its own (`local`).
    pub(super) hidden: Vec<Vec<Old>>,
    /// The functions that run, the outermost first.
    pub(super) calls: Vec<String>,
    /// The exit codes of the last pipeline's commands, and whether it is still the last.
    stages: (Vec<u8>, u8),
    /// Where a program is run ahead of its time.
    dream: Option<Dream>,
    work: u64,
    /// The work that is left of the turn.
    turn: u64,
    /// Set where somebody wants what runs to stop at once.
    stop: Option<Arc<AtomicBool>>,
    /// That there is no work left was said.
    told_spent: bool,
    seed: u64,
}

/// What is noted of a program that is run ahead of its time.
#[derive(Debug, Clone, Default)]
struct Dream {
    /// When it went on after it slept: how much it had said by then, and the clock.
    naps: Vec<(usize, i64)>,
    /// It waits for ever, or does what is not here.
    never_ends: bool,
}

/// Who sleeps so long, in seconds, or so often, is not waited for.
const LONG: (u32, usize) = (7 * 86_400, 1_000);

impl Default for Shell {
    fn default() -> Self {
        let vars = [
            ("HOME", "/root"),
            ("HOSTNAME", "portolan"),
            ("LOGNAME", "root"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("PWD", "/root"),
            ("SHELL", "/bin/bash"),
            ("TERM", "xterm-256color"),
            ("USER", "root"),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), (value.to_owned(), true)));
        let scope = Scope {
            vars: vars.into_iter().collect(),
            functions: BTreeMap::new(),
            aliases: Aliases::from([("k".to_owned(), "kubectl".to_owned())]),
            args: Vec::new(),
            arrays: BTreeMap::new(),
            fixed: BTreeSet::new(),
            options: Options::default(),
            traps: Traps::default(),
            script: None,
        };
        Self {
            scope: Arc::new(scope),
            status: 0,
            substituted: None,
            line: 1,
            typed: None,
            running: None,
            history: Vec::new(),
            is_terminal: false,
            closes: false,
            drops: false,
            depth: 0,
            background: None,
            last_job: None,
            piped_to: None,
            inside: None,
            dream: None,
            hidden: Vec::new(),
            calls: Vec::new(),
            stages: (Vec::new(), u8::MAX),
            work: WORK,
            turn: TURN,
            stop: None,
            told_spent: false,
            seed: 36,
        }
    }
}

impl Shell {
    /// A shell called `name` inside a container or on another machine.
    pub(in crate::kubectl) fn inside(
        inside: Arc<Inside>,
        name: &'static str,
        vars: BTreeMap<String, String>,
    ) -> Self {
        let vars = vars.into_iter().map(|(name, value)| (name, (value, true))).collect();
        let mut shell = Self { inside: Some((inside, name)), ..Self::default() };
        let scope = shell.scope_mut();
        scope.vars = vars;
        scope.aliases.clear();
        shell
    }

    /// Where it runs, if not on the learner's machine.
    pub(super) fn place(&self) -> Option<Arc<Inside>> {
        self.inside.as_ref().map(|(inside, _)| inside.clone())
    }

    /// Whether it is busybox's shell, ash.
    pub(super) fn is_ash(&self) -> bool {
        self.inside
            .as_ref()
            .is_some_and(|(inside, name)| inside.image.is_busybox() && *name == "sh")
    }

    /// A copy of the scope, to be put back.
    pub(super) fn snapshot(&self) -> Arc<Scope> {
        self.scope.clone()
    }

    /// Puts a scope back.
    pub(super) fn restore(&mut self, scope: Arc<Scope>) {
        self.scope = scope;
    }

    /// What can be changed in it.
    pub(super) fn scope_mut(&mut self) -> &mut Scope {
        Arc::make_mut(&mut self.scope)
    }

    /// A variable's value.
    pub(in crate::kubectl) fn var(&self, name: &str) -> Option<&str> {
        match self.scope.vars.get(name) {
            Some((value, _)) => Some(value),
            None if self.scope.arrays.is_empty() => None,
            None => self.scope.arrays.get(name)?.first().map(String::as_str),
        }
    }

    /// What a pipeline's commands ended with.
    pub(super) fn stages(&self) -> &[u8] {
        match &self.stages {
            (stages, 0..=1) => stages,
            _ => std::slice::from_ref(&self.status),
        }
    }

    /// A pipeline of several commands has ended with these.
    pub(super) fn set_stages(&mut self, stages: Vec<u8>) {
        self.stages = (stages, 0);
    }

    /// A pipeline of one command begins.
    pub(super) fn next_pipeline(&mut self) {
        self.stages.1 = self.stages.1.saturating_add(1);
    }

    /// Takes a variable or array away.
    pub(super) fn unset(&mut self, name: &str) -> bool {
        let scope = self.scope_mut();
        scope.vars.remove(name).is_some() | scope.arrays.remove(name).is_some()
    }

    /// A variable as it is.
    pub(super) fn old(&self, name: &str) -> Old {
        let (var, array) =
            (self.scope.vars.get(name).cloned(), self.scope.arrays.get(name).cloned());
        Old { name: name.to_owned(), var, array }
    }

    /// Hides a variable for as long as the function runs; false where none runs.
    pub(super) fn hide(&mut self, name: &str) -> bool {
        let old = self.old(name);
        let Some(hidden) = self.hidden.last_mut() else { return false };
        if hidden.iter().all(|other| other.name != name) {
            hidden.push(old);
            self.unset(name);
        }
        true
    }

    /// What was typed, the oldest first.
    pub(in crate::kubectl) fn history(&self) -> &[String] {
        &self.history
    }

    /// Aliases by name.
    pub(in crate::kubectl) fn aliases_now(&self) -> Aliases {
        self.scope.aliases.clone()
    }

    /// Names of all variables.
    pub(in crate::kubectl) fn names(&self) -> impl Iterator<Item = &str> {
        self.scope.vars.keys().map(String::as_str)
    }

    /// All that a command's name may be.
    pub(in crate::kubectl) fn commands(&self) -> Vec<String> {
        let own = [
            "kubectl", "for", "while", "if", "case", "select", "eval", "source", "exit", "command",
        ];
        let tools = super::tools::TOOLS.iter().map(|tool| tool.name);
        let functions = self.scope.functions.keys().map(|name| name.to_string());
        let aliases = self.scope.aliases.keys().cloned();
        own.into_iter().chain(tools).map(str::to_owned).chain(functions).chain(aliases).collect()
    }

    /// Sets a variable; it stays exported if it was. What there is no room for is dropped.
    pub(super) fn set(&mut self, name: &str, value: String) {
        if self.scope.arrays.contains_key(name) {
            self.set_item(name, Some(Key::Number(0)), value, false);
            return;
        }
        let old = self.scope.vars.get(name).map_or(0, |(value, _)| value.len());
        let all: usize = self.scope.vars.values().map(|(value, _)| value.len()).sum();
        if all - old + value.len() > MAX_VARS || self.scope.vars.len() > 10_000 {
            return;
        }
        let exported = self.scope.vars.get(name).is_some_and(|(_, exported)| *exported);
        self.scope_mut().vars.insert(name.to_owned(), (value, exported));
    }

    /// The line's prefix of bash's messages.
    pub(super) fn prefix(&self) -> String {
        if let Some((_, name)) = &self.inside {
            return format!("{name}: ");
        }
        if let Some(script) = &self.script {
            return format!("{script}: line {}: ", self.line);
        }
        if self.is_terminal { "bash: ".to_owned() } else { format!("bash: line {}: ", self.line) }
    }

    /// Uses up work; false where there is none left, and the line ends.
    pub(super) fn spend(&mut self, work: u64) -> bool {
        self.work = self.work.saturating_sub(work);
        self.tire(work);
        if self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            self.work = 0;
        }
        self.work > 0
    }

    /// Something took as long as that much work, of which there is no end to fear.
    pub(super) fn tire(&mut self, work: u64) {
        self.turn = self.turn.saturating_sub(work);
    }

    /// Whether it is time to give the terminal a turn.
    pub(super) fn is_tired(&self) -> bool {
        self.turn == 0
    }

    /// What runs stops at once where this is set.
    pub(in crate::kubectl) fn stops_at(&mut self, stop: Option<Arc<AtomicBool>>) {
        self.stop = stop;
    }

    /// From now on a program is run ahead of its time: it does not really sleep.
    pub(in crate::kubectl) fn dream(&mut self) {
        self.dream = Some(Dream::default());
    }

    /// Whether a program is run ahead of its time.
    pub(in crate::kubectl) fn dreams(&self) -> bool {
        self.dream.is_some()
    }

    /// The program goes on for ever, as far as is known here; true where it is run ahead.
    pub(in crate::kubectl) fn never_ends(&mut self) -> bool {
        let Some(dream) = &mut self.dream else { return false };
        dream.never_ends = true;
        self.work = 0;
        true
    }

    /// The program sleeps, and goes on at `until`, having said so much.
    pub(super) fn nap(&mut self, n_said: usize, seconds: u32, until: i64) {
        let Some(dream) = &mut self.dream else { return };
        dream.naps.push((n_said, until));
        if seconds >= LONG.0 || dream.naps.len() >= LONG.1 {
            self.never_ends();
        }
    }

    /// When it went on after it slept: how much it had said by then, and the clock.
    pub(in crate::kubectl) fn naps(&self) -> &[(usize, i64)] {
        self.dream.as_ref().map_or(&[], |dream| &dream.naps)
    }

    /// Whether a program that was run ahead comes to its end.
    pub(in crate::kubectl) fn wakes(&self) -> bool {
        self.work > 0 && self.dream.as_ref().is_some_and(|dream| !dream.never_ends)
    }

    /// Whether there is no work left, and that was not said.
    pub(super) fn is_newly_spent(&mut self) -> bool {
        self.work == 0 && !std::mem::replace(&mut self.told_spent, true)
    }

    /// A new line's work.
    pub(super) fn refill(&mut self) {
        self.told_spent = false;
        self.turn = TURN;
        self.work = if self.dreams() { DREAMT } else { WORK };
    }

    /// The next random number.
    pub(super) fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.seed >> 33
    }
}

impl std::ops::Deref for Shell {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

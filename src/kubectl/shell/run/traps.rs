//! `trap`: what is carried out when the shell ends, a command fails or Ctrl-C is pressed.

use super::machine::{Frame, Machine};
use crate::kubectl::console::Console;
use crate::kubectl::shell::syntax::{Join, parse};
use std::collections::BTreeMap;

/// What a trap is for. Signals have their numbers; only INT ever comes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::kubectl::shell) enum Trap {
    /// The shell, subshell or script ends.
    Exit,
    /// A signal.
    Signal(u8),
    /// A command went wrong.
    Err,
}

/// What is carried out, by what it is for.
pub(in crate::kubectl::shell) type Traps = BTreeMap<Trap, String>;

/// In a subshell nothing that was set counts.
pub(super) fn begin_subshell(console: &mut Console) {
    if !console.shell.traps.is_empty() {
        console.shell.scope_mut().traps.retain(|_, text| text.is_empty());
    }
}

impl Machine {
    /// A command went wrong: what is set for that comes next, and the script's end where `set
    /// -e` is on. False where neither is.
    pub(super) fn ends_for_failure(&mut self, console: &mut Console) -> bool {
        let fails = self.fails(console);
        if !(fails || console.shell.traps.contains_key(&Trap::Err)) || !self.has_failed() {
            return false;
        }
        // Not again for the same command.
        if let Some(Frame::Script(_, _, ran)) = self.frames.last_mut() {
            *ran = false;
        }
        let n = self.frames.len();
        let trapped = self.trap(console, Trap::Err, console.shell.status);
        if fails {
            self.frames.insert(n, Frame::Exit);
        }
        trapped || fails
    }

    /// Whether `set -e` ends the script for a pipeline that went wrong. The prompt itself stays
    /// open.
    fn fails(&self, console: &Console) -> bool {
        let shell = &console.shell;
        let in_sub = || self.frames.iter().any(|frame| matches!(frame, Frame::Sub(..)));
        let is_prompt = shell.is_terminal && shell.script.is_none();
        shell.options.errexit && (!is_prompt || in_sub())
    }

    /// Whether the last pipeline has ended where it matters that it went wrong.
    fn has_failed(&self) -> bool {
        let Some(Frame::Script(script, at, true)) = self.frames.last() else { return false };
        let goes_on = script.steps.get(*at).is_some_and(|(join, _)| *join != Join::Always);
        let not = at.checked_sub(1).and_then(|at| script.steps.get(at)).is_some_and(|(_, p)| p.not);
        let asks =
            |frame: &Frame| matches!(frame, Frame::If(..) | Frame::While(_, true, _) | Frame::Not);
        !goes_on && !not && !self.frames.iter().any(asks)
    }

    /// Carries out next what is set for `trap`, and puts the exit code back behind it; false
    /// where nothing is set. What fails in a function or a trap has none.
    pub(super) fn trap(&mut self, console: &mut Console, trap: Trap, status: u8) -> bool {
        let in_function = || self.frames.iter().any(|frame| matches!(frame, Frame::Call(_)));
        let runs = || self.frames.iter().any(|frame| matches!(frame, Frame::Status(_)));
        if trap == Trap::Err && (in_function() || runs()) {
            return false;
        }
        let Some(text) = console.shell.traps.get(&trap).filter(|text| !text.is_empty()).cloned()
        else {
            return false;
        };
        if trap == Trap::Exit {
            // Once.
            console.shell.scope_mut().traps.remove(&trap);
        }
        let Ok((script, _)) = parse(&text, &console.shell.aliases, true) else { return false };
        self.frames.push(Frame::Status(status));
        self.frames.push(Frame::script(script));
        true
    }
}

/// What carries out what is set for the end of the shell, if anything is.
pub(in crate::kubectl::shell) fn on_exit(console: &mut Console) -> Option<Machine> {
    let mut machine = Machine::of_frames(vec![Frame::Exit]);
    let status = console.shell.status;
    machine.trap(console, Trap::Exit, status).then_some(machine)
}

/// What carries out what is set for Ctrl-C, if anything is.
pub(in crate::kubectl::shell) fn on_interrupt(console: &mut Console) -> Option<Machine> {
    let mut machine = Machine::default();
    machine.trap(console, Trap::Signal(2), 130).then_some(machine)
}

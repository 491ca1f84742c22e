//! Commands that are carried out beside who waits for them, so that their first lines are there
//! at once, and Ctrl-C is heard.

use super::{Console, Outcome, Stream, Wants};
use crate::source::Aside;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So long a command is waited for before others get a turn.
const PATIENCE: Duration = Duration::from_millis(20);

/// What is heard of a command.
#[derive(Debug)]
pub(super) enum Heard {
    /// What it has said since.
    Said(Vec<(Stream, String)>),
    /// What has become of the console, and what came of the command.
    End(Box<(Console, Outcome)>),
}

/// Where what a command has said so far is given out.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Tell(Sender<Heard>);

impl Tell {
    /// Gives it out.
    pub(super) fn tell(&self, said: Vec<(Stream, String)>) {
        // Nobody may hear it any more.
        let _ = self.0.send(Heard::Said(said));
    }
}

/// The command that is carried out; a copy of a console has none.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Option<(Aside, Mutex<Receiver<Heard>>)>);

impl Clone for UnderWay {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl Console {
    /// From now on calls that take long come back before their end, with [`Wants::Turn`] or
    /// [`Wants::News`]. What they change is there at their end.
    pub fn run_aside(&mut self) {
        self.runs_aside = true;
    }

    /// Whether a command is under way that has not come to its end.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.under_way.0.is_some()
    }

    /// Waits for the end of what is under way: what came of it.
    pub fn wait(&mut self) -> Outcome {
        let mut all = Outcome::default();
        while self.is_under_way() {
            let outcome = self.news();
            all.said.extend(outcome.said);
            (all.exit, all.wants) = (outcome.exit, outcome.wants);
        }
        all
    }

    /// Stops what is under way, as if it had never begun; false where nothing is.
    pub(super) fn stop(&mut self) -> bool {
        self.under_way.0.take().is_some()
    }

    /// Does it, beside others where this console is told to.
    pub(super) fn aside(
        &mut self,
        does: impl FnOnce(&mut Self) -> Outcome + Send + 'static,
    ) -> Outcome {
        if self.runs_aside { self.begin(Box::new(does)) } else { does(self) }
    }

    fn begin(&mut self, does: Box<dyn FnOnce(&mut Self) -> Outcome + Send>) -> Outcome {
        let mut other = self.clone();
        let (sender, receiver) = channel();
        other.runs_aside = false;
        other.tell = Some(Tell(sender.clone()));
        let aside = Aside::start(Box::new(move |stop| {
            other.shell.stops_at(Some(stop));
            let outcome = does(&mut other);
            other.shell.stops_at(None);
            other.tell = None;
            other.runs_aside = true;
            let _ = sender.send(Heard::End(Box::new((other, outcome))));
        }));
        self.under_way.0 = Some((aside, Mutex::new(receiver)));
        self.news()
    }

    /// What is heard of the command that is under way, within a moment.
    pub(super) fn news(&mut self) -> Outcome {
        let mut outcome = Outcome { wants: Wants::News, ..Outcome::default() };
        let Some((aside, mut receiver)) = self.under_way.0.take() else { return outcome };
        let heard = receiver.get_mut().unwrap_or_else(PoisonError::into_inner);
        match heard.recv_timeout(PATIENCE) {
            Ok(Heard::Said(said)) => outcome.said = said,
            Ok(Heard::End(end)) => {
                (*self, outcome) = *end;
                return outcome;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                aside.join();
                return Outcome::default();
            }
        }
        self.under_way.0 = Some((aside, receiver));
        outcome
    }
}

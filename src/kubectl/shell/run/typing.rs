//! What a command reads from the keyboard: lines, up to Ctrl-D.

use super::Machine;
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::Job;
use crate::kubectl::shell::syntax::{Body, Command, Join, Part, Pipeline, Redirect, Script};
use crate::kubectl::shell::syntax::{Simple, Word};
use std::sync::Arc;

/// The most that is typed.
const MAX_BYTES: usize = 4 << 20;

/// A pipeline that waits for what its first command reads.
#[derive(Debug, Clone)]
pub(super) struct Typing {
    script: Arc<Script>,
    typed: Vec<u8>,
}

impl Typing {
    /// `stages` begin once all is typed.
    pub(super) fn of(stages: Vec<(Command, bool)>) -> Box<dyn Job> {
        let steps = vec![(Join::Always, Pipeline { not: false, timed: false, stages })];
        Box::new(Self { script: Arc::new(Script { steps }), typed: Vec::new() })
    }

    /// A command by its words, which are expanded already.
    pub(super) fn of_words(
        words: &[String],
        redirects: &Arc<[Redirect]>,
        line: usize,
    ) -> Box<dyn Job> {
        let words = words.iter().map(|word| Word(vec![Part::Quoted(word.clone())])).collect();
        let body = Body::Simple(Arc::new(Simple { assigns: Vec::new(), words, lists: Vec::new() }));
        Self::of(vec![(Command { line, body, redirects: redirects.clone() }, false)])
    }
}

impl Job for Typing {
    fn wants(&self) -> Wants {
        Wants::Inside(String::new())
    }

    fn line(&mut self, line: Option<&str>, console: &mut Console, io: &mut Io) -> Option<u8> {
        if let Some(line) = line {
            if self.typed.len() + line.len() < MAX_BYTES {
                self.typed.extend_from_slice(line.as_bytes());
                self.typed.push(b'\n');
                return None;
            }
            let prefix = console.shell.prefix();
            io.err(format_args!("{prefix}that is too much to be typed: use a file\n"));
            return Some(1);
        }
        io.input = Some(vec![std::mem::take(&mut self.typed)]);
        Machine::new(self.script.clone()).finish(console, io);
        Some(console.shell.status)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

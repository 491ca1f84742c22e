//! Commands that go on after their line: an editor, a watch, a shell inside a Pod.

use super::console::{Console, Io, Wants};
use std::fmt;

/// How a command's line ended.
#[derive(Debug)]
pub(super) enum Done {
    /// With this exit code.
    Exit(u8),
    /// Not yet.
    Goes(Box<dyn Job>),
}

impl Done {
    /// All went well.
    pub(super) const OK: Self = Self::Exit(0);
}

/// A command that goes on. What it does gives the exit code once it has ended.
pub(super) trait Job: Send + Sync {
    /// What it waits for.
    fn wants(&self) -> Wants;

    /// A second has passed ([`Wants::Time`]).
    fn proceed(&mut self, _console: &mut Console, _io: &mut Io) -> Option<u8> {
        None
    }

    /// How many seconds it takes at most, where it says so itself.
    fn lasts(&self) -> Option<usize> {
        None
    }

    /// A line was typed ([`Wants::Inside`]); none at the input's end.
    fn line(&mut self, _line: Option<&str>, _console: &mut Console, _io: &mut Io) -> Option<u8> {
        None
    }

    /// The editor has ended ([`Wants::Edit`]), with this text or without one.
    fn edited(
        &mut self,
        _text: Option<String>,
        _console: &mut Console,
        _io: &mut Io,
    ) -> Option<u8> {
        None
    }

    /// Ctrl-C. None where it goes on all the same.
    fn interrupt(&mut self, _console: &mut Console, _io: &mut Io) -> Option<u8> {
        Some(130)
    }

    /// A copy of itself.
    fn copy(&self) -> Box<dyn Job>;
}

// Not by what it holds: through its table of functions all that commands hold would come into the
// program with the code that prints it for tests.
impl fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

impl Clone for Box<dyn Job> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

//! What a verb says of each object: a line, or the object as `-o` wants it.

use super::DryRun;
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::print::Printer;
use serde_json::Value;

/// Says what was done to objects, one after another.
#[derive(Debug)]
pub(in crate::kubectl) struct Say {
    printer: Printer,
    dry_run: DryRun,
}

impl Say {
    /// As `-o` of the call wants it.
    ///
    /// # Errors
    /// What kubectl says of an output that it does not know.
    pub(in crate::kubectl) fn new(
        console: &Console,
        call: &Call,
        dry_run: DryRun,
    ) -> Result<Self, Failure> {
        Ok(Self { printer: Printer::of(console, call)?, dry_run })
    }

    /// Whether of each object no more is said than its kind and name.
    pub(in crate::kubectl) fn names_only(&self) -> bool {
        self.printer.tells()
    }

    /// `service/web created`, `service/web` for `-o name`, or the object.
    ///
    /// # Errors
    /// What a template says of what it can't print.
    pub(in crate::kubectl) fn object(
        &mut self,
        io: &mut Io,
        object: &Value,
        what: &str,
    ) -> Result<(), Failure> {
        self.printer.print(object, &format!("{what}{}", self.dry_run.suffix()), io)?;
        io.show();
        Ok(())
    }

    /// As [`Self::object`], of an object of which no more is said than its kind and name.
    pub(in crate::kubectl) fn named(&self, io: &mut Io, kind: &str, name: &str, what: &str) {
        let suffix = self.dry_run.suffix();
        match self.printer.tells_shortly() {
            true => io.line(format_args!("{kind}/{name}")),
            false => io.line(format_args!("{kind}/{name} {what}{suffix}")),
        }
        io.show();
    }

    /// As [`Self::object`], of an object that kubectl made itself.
    ///
    /// # Errors
    /// What a template says of what it can't print.
    pub(in crate::kubectl) fn made(
        &mut self,
        io: &mut Io,
        object: &Value,
        what: &str,
    ) -> Result<(), Failure> {
        self.printer.print_made(object, &format!("{what}{}", self.dry_run.suffix()), io)?;
        io.show();
        Ok(())
    }
}

//! What is given to a console, given again: a console comes back as it was left.

use super::ConsolePane;
use crate::kubectl::{Console, Outcome};
use crate::progress::Typed;

/// Gives it to `console`.
pub(super) fn give(console: &mut Console, typed: &Typed) -> Outcome {
    match typed {
        Typed::Line(line) => console.line(line),
        Typed::Text(text) => console.edited(text.clone()),
        Typed::Seconds(n) => {
            let mut outcome = Outcome::default();
            for _ in 0..*n {
                outcome = console.proceed();
            }
            outcome
        }
        Typed::Interrupt => console.interrupt(),
        Typed::End => console.end_of_input(),
        Typed::File { name, text } => {
            match text {
                // A folder that is full is told of where a command writes.
                Some(text) => drop(console.files.write(name, text.as_bytes())),
                None => drop(console.files.remove(name)),
            }
            Outcome::default()
        }
    }
}

impl ConsolePane {
    /// Gives again all that was given, in order: said is what was said then. What was left
    /// open (an editor, a watch, a shell inside a Pod) is ended.
    pub fn replay<'t>(&mut self, all: impl IntoIterator<Item = &'t Typed>) {
        for typed in all {
            match typed {
                Typed::Line(line) => {
                    self.history.add(line);
                    self.echo(line);
                }
                Typed::Interrupt => self.echo("^C"),
                _ => {}
            }
            let outcome = give(&mut self.console, typed);
            self.take(outcome);
            self.edit = None;
            self.version += 1;
        }
        self.asks.clear();
        // Two Ctrl-C leave a shell inside a Pod whatever it does with the first.
        for _ in 0..3 {
            if self.wants == crate::kubectl::Wants::Line {
                break;
            }
            let outcome = self.console.interrupt();
            self.take(outcome);
            let outcome = self.console.end_of_input();
            self.take(outcome);
        }
        self.edit = None;
        self.asks.clear();
        self.show_end();
    }
}

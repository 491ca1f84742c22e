//! Commands given to a console line by line, as a pack holds them.

use crate::cluster::Cluster;
use crate::kubectl::{Console, Files, Outcome, Wants};

/// Seconds that a command may run which goes on until it is ended.
const MOST_SECONDS: u32 = 30;

/// A command and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The command; several lines where it has a here-document.
    pub command: String,
    /// Everything said, as a terminal shows it.
    pub said: String,
    /// The exit code.
    pub exit: u8,
    /// The cluster or the files changed.
    pub changed: bool,
}

/// A console, and the commands that were given to it.
#[derive(Debug, Clone)]
pub struct Script {
    /// As they left it.
    pub console: Console,
    /// One by one.
    pub ran: Vec<Ran>,
}

impl Script {
    /// A console on `cluster` that nothing was given to.
    #[must_use]
    pub fn new(cluster: Cluster) -> Self {
        let mut console = Console::new(cluster, Files::default());
        // As on a terminal, which is what a reader compares it with.
        console.columns = Some(80);
        Self { console, ran: Vec::new() }
    }

    /// Runs `commands`, a line at a time. Empty lines and comments say nothing.
    #[must_use]
    pub fn of(cluster: Cluster, commands: &str) -> Self {
        let mut script = Self::new(cluster);
        let mut lines = commands.lines().peekable();
        while let Some(line) = lines.next() {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            script.run(line, || lines.next().map(str::to_owned));
        }
        script
    }

    /// Runs one command; `more` gives the lines that it asks for.
    pub fn run(&mut self, line: &str, mut more: impl FnMut() -> Option<String>) -> &Ran {
        let before = (self.console.cluster.revision(), self.console.files.clone());
        let mut command = line.to_owned();
        let mut said = String::new();
        let mut outcome = self.console.line(line);
        let mut seconds = 0;
        loop {
            tell(&mut said, &outcome);
            outcome = match &outcome.wants {
                Wants::Line | Wants::Close | Wants::News | Wants::Stopped => break,
                Wants::More | Wants::Inside(_) => match more() {
                    Some(line) => {
                        command.push('\n');
                        command.push_str(&line);
                        self.console.line(&line)
                    }
                    None if seconds >= MOST_SECONDS => self.console.interrupt(),
                    None => {
                        seconds = MOST_SECONDS;
                        self.console.end_of_input()
                    }
                },
                // Nobody is there to edit: nothing is saved.
                Wants::Edit { .. } => self.console.edited(None),
                Wants::Time | Wants::Turn if seconds < MOST_SECONDS => {
                    seconds += 1;
                    self.console.proceed()
                }
                Wants::Time | Wants::Turn => self.console.interrupt(),
            };
        }
        let changed = before.0 != self.console.cluster.revision() || before.1 != self.console.files;
        self.ran.push(Ran { command, said, exit: outcome.exit, changed });
        let last = self.ran.len() - 1;
        &self.ran[last]
    }
}

fn tell(said: &mut String, outcome: &Outcome) {
    for (_, text) in &outcome.said {
        said.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_run_in_order_and_those_that_change_something_are_known() {
        let commands = "# a comment\n\necho one > a.txt\ncat a.txt\nnosuch\ncat <<END\nx\nEND\n";
        let script = Script::of(Cluster::default(), commands);
        let ran: Vec<(&str, &str, u8, bool)> = script
            .ran
            .iter()
            .map(|r| (r.command.as_str(), r.said.as_str(), r.exit, r.changed))
            .collect();
        assert_eq!(
            ran,
            [
                ("echo one > a.txt", "", 0, true),
                ("cat a.txt", "one\n", 0, false),
                ("nosuch", "bash: nosuch: command not found\n", 127, false),
                ("cat <<END\nx\nEND", "x\n", 0, false),
            ]
        );
    }

    #[test]
    fn what_is_not_finished_ends() {
        let script = Script::of(Cluster::default(), "cat <<END\nx");
        assert_eq!(script.ran.len(), 1);
        let script = Script::of(Cluster::default(), "vi a.txt\necho on");
        assert_eq!(script.ran.last().map(|r| r.said.as_str()), Some("on\n"));
    }
}

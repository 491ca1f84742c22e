//! Commands out of lines: those that go on in the next line are put together.

use crate::kubectl::{Console, Reads};
use std::collections::VecDeque;

/// How many lines a command may have whose end is looked for.
const MAX_LINES: usize = 2_000;

/// What a source of lines has to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A line.
    Line(String),
    /// None for now: whoever writes them waits for an answer.
    Waits,
    /// None any more.
    End,
}

/// How lines belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// As in a script: what is open at the end is open for good.
    Script,
    /// As commands that each stand for themselves: where the lines that follow don't end what a
    /// line has opened, that line stands alone, and none of the others is lost to it.
    Commands,
}

/// A command's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gathered {
    /// The lines.
    pub(super) lines: Vec<String>,
    /// It is open, but the lines that follow may still end it.
    pub(super) goes_on: bool,
}

/// Takes lines and gives commands.
pub(super) struct Gather<S> {
    source: S,
    how: As,
    /// Lines that were looked at and belong to later commands.
    back: VecDeque<String>,
    ended: bool,
}

impl<S: FnMut(bool) -> Next> Gather<S> {
    /// `source` is asked for lines, and told whether it may wait for one as long as it takes.
    pub(super) fn new(source: S, how: As) -> Self {
        Self { source, how, back: VecDeque::new(), ended: false }
    }

    /// The next line as it is.
    pub(super) fn line(&mut self) -> Option<String> {
        if let Some(line) = self.back.pop_front() {
            return Some(line);
        }
        match (self.source)(true) {
            Next::Line(line) => Some(line),
            Next::Waits | Next::End => {
                self.ended = true;
                None
            }
        }
    }

    /// The next command; none at the end.
    pub(super) fn command(&mut self, console: &Console) -> Option<Gathered> {
        let first = self.line()?;
        let mut text = first.clone();
        let mut lines = vec![first];
        let mut reads = console.reads(&text);
        if reads == Reads::Wrong {
            return Some(Gathered { lines, goes_on: false });
        }
        while !matches!(reads, Reads::Whole | Reads::Wrong) {
            // Lines that wait are not asked for twice.
            let looked = lines.len() - 1;
            let next = match self.back.get(looked).cloned() {
                Some(line) => Next::Line(line),
                None if self.ended => Next::End,
                None => (self.source)(self.how == As::Script),
            };
            let line = match next {
                Next::Line(line) => line,
                Next::Waits => {
                    let goes_on = matches!(reads, Reads::ToNextLine | Reads::ToDelimiter(_));
                    return Some(self.open(lines, goes_on));
                }
                Next::End => {
                    self.ended = true;
                    break;
                }
            };
            if looked == self.back.len() {
                self.back.push_back(line.clone());
            }
            // A quote that was left open ends where the next command begins.
            let begins = || self.how == As::Commands && console.begins_command(&line);
            if lines.len() >= MAX_LINES || (reads == Reads::ToQuote && begins()) {
                break;
            }
            text.push('\n');
            text.push_str(&line);
            let ends = match &reads {
                Reads::ToDelimiter(delimiter) => line.trim_start_matches('\t') == delimiter,
                _ => true,
            };
            lines.push(line);
            if ends {
                reads = console.reads(&text);
            }
        }
        let goes_on = false;
        if reads == Reads::Whole || self.how == As::Script {
            self.back.drain(..lines.len() - 1);
            return Some(Gathered { lines, goes_on });
        }
        Some(self.open(lines, goes_on))
    }

    /// A command that is open: with all of its lines where it goes on, else its first alone.
    fn open(&mut self, mut lines: Vec<String>, goes_on: bool) -> Gathered {
        if goes_on {
            self.back.drain(..lines.len() - 1);
        } else {
            lines.truncate(1);
        }
        Gathered { lines, goes_on }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Cluster;
    use crate::kubectl::Files;

    /// The commands of `text`, those that go on with a `+`. A line `...` is a pause of whoever
    /// writes.
    fn commands(text: &str, how: As) -> Vec<String> {
        let console = Console::new(Cluster::default(), Files::default());
        let mut lines = text.lines().peekable();
        let source = |waits: bool| loop {
            match lines.peek() {
                None => return Next::End,
                Some(&"...") if !waits => return Next::Waits,
                Some(&"...") => lines.next(),
                Some(_) => return Next::Line(lines.next().unwrap_or_default().to_owned()),
            };
        };
        let mut gather = Gather::new(source, how);
        let mut commands = Vec::new();
        while let Some(gathered) = gather.command(&console) {
            let plus = if gathered.goes_on { "+" } else { "" };
            commands.push(format!("{}{plus}", gathered.lines.join("|")));
        }
        commands
    }

    #[test]
    fn what_is_ended_belongs_together() {
        let text = "echo a\ncat <<E\nk get po\n\nE\nfor i in 1 2\ndo\necho $i\ndone\necho b \\\nc\n\
                    k patch svc web -p '\nspec:\n  type: NodePort'\ntrue &&\nfalse";
        let whole = [
            "echo a",
            "cat <<E|k get po||E",
            "for i in 1 2|do|echo $i|done",
            "echo b \\|c",
            "k patch svc web -p '|spec:|  type: NodePort'",
            "true &&|false",
        ];
        assert_eq!(commands(text, As::Commands), whole);
        assert_eq!(commands(text, As::Script), whole);
    }

    #[test]
    fn what_is_never_ended_takes_no_other_command_along() {
        let text = "cat <<E\nk get po\necho \"a\nk get svc -l \"app=web\nif true; then\nfi\n((((\n\
                    echo b\\";
        let alone = [
            "cat <<E",
            "k get po",
            "echo \"a",
            "k get svc -l \"app=web",
            "if true; then",
            "fi",
            "((((",
            "echo b\\",
        ];
        assert_eq!(commands(text, As::Commands), alone);
        assert_eq!(commands(text, As::Script), [text.replace('\n', "|")]);
    }

    #[test]
    fn who_waits_for_an_answer_gets_one() {
        let text = "cat <<E\n...\nbody\nE\necho 'a\n...\necho b\nfor i in 1\n...\ndone\n\
                    cat <<E\nbody\n...\nE\necho c";
        let answered = [
            "cat <<E+",
            "body",
            "E",
            "echo 'a",
            "echo b",
            "for i in 1",
            "done",
            "cat <<E|body+",
            "E",
            "echo c",
        ];
        assert_eq!(commands(text, As::Commands), answered);
    }
}

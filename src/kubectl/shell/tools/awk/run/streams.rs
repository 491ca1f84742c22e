//! Files and commands that a program reads and writes: `getline`, `print > FILE`, `print | COMMAND`,
//! `system`. Files are the console's, commands its shell's.

use super::{Done, MAX_SAID, Run};
use crate::kubectl::console::{Io, Stream};
use crate::kubectl::job;
use crate::kubectl::shell::run as shell_run;
use crate::kubectl::shell::tools;
use crate::kubectl::shell::tools::awk::parse::{Expr, From, To};
use crate::kubectl::shell::tools::awk::value::Value;
use std::collections::BTreeMap;

/// The most commands that one program runs.
const MAX_COMMANDS: usize = 200;

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Streams {
    /// Texts by the file's name or the command, and how much was read.
    readers: BTreeMap<String, (String, usize)>,
    /// What was written, by the file's name or the command.
    writers: BTreeMap<String, (To, String)>,
    n_commands: usize,
}

/// What a command has said.
type Said = Vec<(Stream, Vec<u8>)>;

/// The line at byte `at`, and where the next one begins.
pub(super) fn line_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    Some(match rest.find('\n') {
        Some(n) => (rest.get(..n)?, at + n + 1),
        None => (rest, text.len()),
    })
}

impl Run<'_> {
    /// What was printed so far goes out.
    pub(super) fn flush(&mut self) {
        let out = std::mem::take(&mut self.out);
        self.io.out(out);
    }

    /// Prints.
    pub(super) fn say(&mut self, text: String, to: Option<&(To, Expr)>) -> Done<()> {
        let Some((to, target)) = to else {
            self.out.push_str(&text);
            return Ok(());
        };
        let target = self.eval(target)?.text();
        match target.as_str() {
            "/dev/stdout" | "-" if *to != To::Command => self.out.push_str(&text),
            "/dev/stderr" if *to != To::Command => self.io.err(&text),
            "/dev/null" => {}
            "" => return Err("null file name for output redirection".to_owned()),
            _ => {
                self.spend(text.len() as u64)?;
                if self.streams.writers.len() >= 100 && !self.streams.writers.contains_key(&target)
                {
                    return Err("too many files are open: close() ends one".to_owned());
                }
                if *to == To::Command && !self.streams.writers.contains_key(&target) {
                    self.flush();
                }
                let writer = self.streams.writers.entry(target);
                let (_, held) = writer.or_insert((*to, String::new()));
                if held.len() + text.len() > MAX_SAID {
                    return Err("the text is too long".to_owned());
                }
                held.push_str(&text);
            }
        }
        Ok(())
    }

    /// Ends what was opened; 0, or -1 where nothing was.
    pub(super) fn close(&mut self, name: &str) -> f64 {
        let was_read = self.streams.readers.remove(name).is_some();
        let Some((to, text)) = self.streams.writers.remove(name) else {
            return if was_read { 0.0 } else { -1.0 };
        };
        match to {
            // What was printed before the command was opened has gone out.
            To::Command => self.command(name, text).map_or(-1.0, |(status, said)| {
                self.pass_on(said);
                f64::from(status)
            }),
            To::File | To::End => {
                let mut bytes = match to {
                    To::End => self.console.files.read(name).unwrap_or_default().to_vec(),
                    _ => Vec::new(),
                };
                bytes.extend_from_slice(text.as_bytes());
                f64::from(u8::from(!tools::save(self.console, "awk", name, &bytes, self.io)))
            }
        }
    }

    /// Ends all that is open, at the program's end.
    pub(super) fn close_all(&mut self) {
        let names: Vec<String> = self.streams.writers.keys().cloned().collect();
        for name in names {
            self.close(&name);
        }
        self.flush();
    }

    fn pass_on(&mut self, said: Said) {
        said.into_iter().for_each(|(stream, bytes)| self.io.say(stream, &bytes));
    }

    /// Runs a command on this input.
    fn command(&mut self, text: &str, input: String) -> Done<(u8, Said)> {
        self.streams.n_commands += 1;
        if self.streams.n_commands > MAX_COMMANDS {
            return Err(format!("it runs more than {MAX_COMMANDS} commands"));
        }
        let words = ["sh".to_owned(), "-c".to_owned(), text.to_owned()];
        let mut inner = Io::new(Some(vec![input.into_bytes()]), None);
        let status = match shell_run::command(self.console, &words, &mut inner) {
            job::Done::Exit(status) => status,
            job::Done::Goes(job) => shell_run::drive(self.console, job, &mut inner),
        };
        Ok((status, inner.into_said()))
    }

    /// `system(COMMAND)`: its exit code.
    pub(super) fn system(&mut self, text: &str) -> Done<f64> {
        self.flush();
        let (status, said) = self.command(text, String::new())?;
        self.pass_on(said);
        Ok(f64::from(status))
    }

    /// `getline`: 1, 0 at the end, -1 where there is nothing to be read.
    pub(super) fn getline(&mut self, from: &From, into: Option<&Expr>) -> Done<Value> {
        let line = match from {
            From::Input => self.next_line()?,
            From::File(name) | From::Command(name) => {
                let name = self.eval(name)?.text();
                if !self.streams.readers.contains_key(&name) {
                    let text = match from {
                        From::Command(_) => {
                            self.flush();
                            let (_, said) = self.command(&name, String::new())?;
                            let (out, other): (Vec<_>, Vec<_>) =
                                said.into_iter().partition(|(to, _)| *to == Stream::Out);
                            self.pass_on(other);
                            out.into_iter().flat_map(|(_, bytes)| bytes).collect()
                        }
                        _ => match tools::bytes_of(self.console, &name, self.io) {
                            Ok(bytes) => bytes,
                            Err(_) => return Ok(Value::Number(-1.0)),
                        },
                    };
                    if self.streams.readers.len() >= 100 {
                        return Err("too many files are open: close() ends one".to_owned());
                    }
                    let text = String::from_utf8_lossy(&text).into_owned();
                    self.streams.readers.insert(name.clone(), (text, 0));
                }
                let reader = self.streams.readers.get_mut(&name);
                let found = reader.and_then(|(text, at)| {
                    let (line, next) = line_at(text, *at)?;
                    *at = next;
                    Some(line.to_owned())
                });
                if let Some(line) = &found {
                    self.spend(line.len() as u64)?;
                    if matches!(from, From::Command(_)) {
                        let n = self.vars.get("NR").map_or(0.0, Value::number);
                        self.vars.insert("NR".to_owned(), Value::Number(n + 1.0));
                    }
                }
                found
            }
        };
        let Some(line) = line else { return Ok(Value::Number(0.0)) };
        match into {
            Some(target) => self.assign(target, Value::Input(line))?,
            None => self.set_line(line)?,
        }
        Ok(Value::Number(1.0))
    }
}

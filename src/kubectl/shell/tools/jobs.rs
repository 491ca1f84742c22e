//! `jobs`, `kill`, `fg`, `wait`: what runs in the background, ports that are forwarded.

use super::exit;
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::expand;
use crate::kubectl::shell::run::FIRST_ID;
use std::collections::BTreeMap;

/// The jobs' numbers, and what was typed.
fn all(console: &Console) -> BTreeMap<u32, String> {
    console.forwards.iter().map(|forward| (forward.job, forward.typed.clone())).collect()
}

fn line(number: u32, last: Option<u32>, how: &str, typed: &str) -> String {
    let mark = if last == Some(number) { '+' } else { ' ' };
    format!("[{number}]{mark}  {how:<24}{typed}")
}

/// `jobs`
pub(super) fn jobs(console: &mut Console, _: &[String], io: &mut Io) -> Done {
    let all = all(console);
    let last = all.keys().next_back().copied();
    for (number, typed) in &all {
        io.line(format_args!("{} &", line(*number, last, "Running", typed)));
    }
    Done::OK
}

/// The job that a word means: `%1`, `%%`, or a process id.
fn meant(console: &Console, word: Option<&str>) -> Option<u32> {
    let all = all(console);
    let number = match word {
        None | Some("%" | "%%" | "%+") => return all.keys().next_back().copied(),
        Some(word) => match word.strip_prefix('%') {
            Some(number) => number.parse().ok()?,
            None => word.parse::<u32>().ok()?.checked_sub(FIRST_ID)?,
        },
    };
    all.contains_key(&number).then_some(number)
}

/// `kill [-SIGNAL] %JOB|PID...`
pub(super) fn kill(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let words: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if words.is_empty() {
        io.err("kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n");
        return Done::Exit(2);
    }
    let mut ok = true;
    for word in words {
        let Some(number) = meant(console, Some(word)) else {
            ok = false;
            let why = match word.parse::<u32>() {
                Ok(_) => format!("kill: ({word}) - No such process"),
                Err(_) if word.starts_with('%') => format!("kill: {word}: no such job"),
                Err(_) => format!("kill: {word}: arguments must be process or job IDs"),
            };
            expand::stop(console, io, why);
            continue;
        };
        let all = all(console);
        let last = all.keys().next_back().copied();
        let typed = all.get(&number).map_or("", String::as_str);
        if console.shell.is_terminal {
            io.err(format_args!("{}\n", line(number, last, "Terminated", typed)));
        }
        console.forwards.retain(|forward| forward.job != number);
    }
    exit(ok)
}

/// `wait`: what comes to an end has ended already.
pub(super) fn wait(_: &mut Console, _: &[String], _: &mut Io) -> Done {
    Done::OK
}

/// `fg [%JOB]`: until Ctrl-C.
pub(super) fn fg(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let word = args.first().map(String::as_str);
    let Some(number) = meant(console, word) else {
        let what = word.unwrap_or("current");
        return Done::Exit(expand::stop(console, io, format_args!("fg: {what}: no such job")).0);
    };
    io.line(all(console).get(&number).map_or("", String::as_str));
    let mut job = Foreground { number };
    if io.columns.is_none() {
        return Done::Exit(job.interrupt(console, io).unwrap_or(130));
    }
    Done::Goes(Box::new(job))
}

/// A job that has the terminal again.
#[derive(Debug, Clone)]
struct Foreground {
    number: u32,
}

impl Job for Foreground {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn interrupt(&mut self, console: &mut Console, _: &mut Io) -> Option<u8> {
        console.forwards.retain(|forward| forward.job != self.number);
        Some(130)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

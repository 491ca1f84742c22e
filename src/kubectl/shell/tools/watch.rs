//! `watch`.

use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::run;
use crate::kubectl::shell::syntax::parse;

/// `watch [-n SECONDS] [-t] COMMAND`: in a terminal again and again, else once.
pub(super) fn watch(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut every = 2;
    let mut title = true;
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| arg.starts_with('-')) {
        at += 1;
        let seconds = match arg.as_str() {
            "-n" | "--interval" => {
                at += 1;
                args.get(at - 1).cloned()
            }
            "-t" | "--no-title" => {
                title = false;
                continue;
            }
            "-d" | "--differences" | "-c" | "-x" | "-e" | "-g" | "-b" => continue,
            arg => arg
                .strip_prefix("-n")
                .or_else(|| arg.strip_prefix("--interval="))
                .map(str::to_owned),
        };
        match seconds.and_then(|text| text.parse::<f64>().ok()).filter(|n| *n >= 0.0) {
            Some(seconds) => every = (seconds.ceil() as u32).clamp(1, 3_600),
            None => {
                io.err("Usage: watch [-n SECONDS] [-t] COMMAND\n");
                return Done::Exit(1);
            }
        }
    }
    let command = args.get(at..).unwrap_or_default().join(" ");
    if command.trim().is_empty() {
        io.err("Usage: watch [-n SECONDS] [-t] COMMAND\n");
        return Done::Exit(1);
    }
    let mut job = Watch { command, every, left: 0, title };
    if console.shell.is_terminal && io.columns.is_some() {
        job.show(console, io);
        job.left = every;
        return Done::Goes(Box::new(job));
    }
    Done::Exit(job.show(console, io))
}

#[derive(Debug, Clone)]
struct Watch {
    command: String,
    every: u32,
    left: u32,
    title: bool,
}

impl Watch {
    fn show(&self, console: &mut Console, io: &mut Io) -> u8 {
        if self.title {
            let now = console.cluster.settings().now.clone();
            if io.columns.is_some() {
                io.out("\u{1b}[H\u{1b}[2J");
            }
            io.out(format_args!("Every {}.0s: {}    {now}\n\n", self.every, self.command));
        }
        match parse(&self.command, &console.shell.aliases, true) {
            Ok((script, _)) => {
                let text = run::captured(console, &script, io);
                io.out(text);
                console.shell.substituted.unwrap_or(0)
            }
            Err(_) => {
                io.err("sh: 1: Syntax error\n");
                2
            }
        }
    }
}

impl Job for Watch {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.left = self.every;
            self.show(console, io);
        }
        None
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

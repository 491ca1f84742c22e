//! `xargs`, `timeout`.

use super::options;
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::run;

/// `xargs [-n N] [-I X] [-r] [-t] [COMMAND...]`
pub(super) fn xargs(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("max-args", 'n'),
        ("replace", 'I'),
        ("no-run-if-empty", 'r'),
        ("verbose", 't'),
        ("delimiter", 'd'),
        ("null", '0'),
    ];
    // Options end where the command begins.
    let mut end = 0;
    while let Some(arg) = args.get(end).filter(|arg| arg.starts_with('-') && arg.len() > 1) {
        end += if matches!(&**arg, "-n" | "-I" | "-d" | "-P" | "-L" | "-a") { 2 } else { 1 };
    }
    let end = end.min(args.len());
    let (flags, command) = args.split_at(end);
    let given = match options::read("xargs", "n:I:d:P:L:a:rt0", &long, flags) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let command = if command.is_empty() { vec!["echo".to_owned()] } else { command.to_vec() };
    let file = given.value('a');
    if file.is_none() && io.asks() {
        return Done::OK;
    }
    let bytes = match file.map(|path| (path, super::bytes_of(console, path, io))) {
        None => io.take_input(),
        Some((_, Ok(bytes))) => bytes,
        Some((path, Err(why))) => {
            io.err(format_args!("xargs: Cannot open input file '{path}': {why}\n"));
            return Done::Exit(1);
        }
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let by_line = given.value('I').is_some() || given.has('L');
    let words = if given.has('0') {
        text.split('\0').filter(|w| !w.is_empty()).map(str::to_owned).collect()
    } else if let Some(delimiter) = given.value('d') {
        let delimiter = super::unescape(delimiter);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        text.split(&*delimiter).map(str::to_owned).collect()
    } else if by_line {
        text.lines().map(|line| line.trim_start().to_owned()).filter(|w| !w.is_empty()).collect()
    } else {
        match split(&text) {
            Ok(words) => words,
            Err(quote) => {
                let kind = if quote == '"' { "double" } else { "single" };
                io.err(format_args!("xargs: unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option\n"));
                return Done::Exit(1);
            }
        }
    };
    if words.is_empty() && (given.has('r') || by_line) {
        return Done::OK;
    }
    let at_once = match given.value('n').map(str::parse::<usize>) {
        _ if by_line => 1,
        None => words.len().max(1),
        Some(Ok(n)) if n > 0 => n,
        Some(_) => {
            let n = given.value('n').unwrap_or("");
            io.err(format_args!("xargs: value {n} for -n option should be >= 1\n"));
            return Done::Exit(1);
        }
    };
    let mut exit = 0;
    let empty = [String::new()];
    let batches: Vec<&[String]> = match words.is_empty() {
        true => vec![&empty[..0]],
        false => words.chunks(at_once).collect(),
    };
    for batch in batches {
        if !console.shell.spend(20_000) {
            return Done::Exit(137);
        }
        let call: Vec<String> = match (given.value('I'), batch) {
            (Some(mark), [line]) if !mark.is_empty() => {
                command.iter().map(|word| word.replace(mark, line)).collect()
            }
            _ => command.iter().chain(batch).cloned().collect(),
        };
        if given.has('t') {
            io.err(format_args!("{}\n", call.join(" ")));
        }
        let mut inner = Io::new(Some(Vec::new()), None);
        if call.first().is_some_and(|name| name == "xargs") {
            io.err("xargs: it does not run itself here\n");
            return Done::Exit(126);
        }
        let status = match run::command(console, &call, &mut inner) {
            Done::Exit(status) => status,
            Done::Goes(job) => run::drive(console, job, &mut inner),
        };
        io.cut_as(&inner);
        for (stream, bytes) in inner.into_said() {
            let missing = format!("{}{}: command not found\n", console.shell.prefix(), call[0]);
            match status {
                127 if bytes == missing.as_bytes() => {
                    io.err(format_args!("xargs: {}: No such file or directory\n", call[0]));
                }
                _ => io.say(stream, &bytes),
            }
        }
        match status {
            0 => {}
            126 | 127 => return Done::Exit(status),
            _ => exit = 123,
        }
    }
    Done::Exit(exit)
}

fn split(text: &str) -> Result<Vec<String>, char> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\'' => {
                let into = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        Some('\n') | None => return Err(c),
                        Some(inner) => into.push(inner),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// `nohup COMMAND...`: nothing here hangs up.
pub(super) fn nohup(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    bare(console, "nohup", args, io)
}

/// `sudo [-E] [-u USER] COMMAND...`: who sits here is root.
pub(super) fn sudo(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut args = args;
    while let [flag, rest @ ..] = args {
        args = match flag.as_str() {
            "-u" | "-g" => rest.get(1..).unwrap_or_default(),
            "-i" | "-s" if rest.is_empty() => {
                io.err("sudo: you are root already\n");
                return Done::Exit(1);
            }
            flag if flag.starts_with('-') => rest,
            _ => break,
        };
    }
    bare(console, "sudo", args, io)
}

/// Runs what stands behind a name that changes nothing here.
fn bare(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> Done {
    match args.first() {
        None => {
            io.err(format_args!(
                "{name}: missing operand\nTry '{name} --help' for more information.\n"
            ));
            Done::Exit(125)
        }
        // Each would be a call in a call.
        Some(next) if matches!(&**next, "nohup" | "sudo" | "timeout" | "env" | "xargs") => {
            io.err(format_args!("{name}: it does not run {next} here\n"));
            Done::Exit(125)
        }
        Some(_) => run::command(console, args, io),
    }
}

/// `timeout SECONDS COMMAND...`
pub(super) fn timeout(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    match args {
        [] | [_] => {
            io.err("timeout: missing operand\nTry 'timeout --help' for more information.\n");
            Done::Exit(125)
        }
        [_, command @ ..] if command.first().is_some_and(|name| name == "timeout") => {
            io.err("timeout: it does not run itself here\n");
            Done::Exit(125)
        }
        [time, command @ ..] => {
            let Some(seconds) = seconds(time) else {
                io.err(format_args!("timeout: invalid time interval '{time}'\nTry 'timeout --help' for more information.\n"));
                return Done::Exit(125);
            };
            let outer = std::mem::replace(&mut io.timed, true);
            let done = run::command(console, command, io);
            io.timed = outer;
            match done {
                Done::Goes(job) if io.columns.is_some() && job.wants() == Wants::Time => {
                    Done::Goes(Box::new(Timed { job, left: seconds }))
                }
                Done::Goes(job) if io.columns.is_some() => Done::Goes(job),
                // What goes on is ended in time, and what it has said stands.
                Done::Goes(mut job) => {
                    Done::Exit(run::drive_for(console, &mut job, seconds, io).unwrap_or(124))
                }
                done => done,
            }
        }
    }
}

/// Something that goes on for so many seconds at most.
#[derive(Debug, Clone)]
struct Timed {
    job: Box<dyn Job>,
    left: usize,
}

impl Job for Timed {
    fn wants(&self) -> Wants {
        self.job.wants()
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.left = self.left.saturating_sub(1);
        let ended = self.job.proceed(console, io);
        ended.or_else(|| (self.left == 0).then_some(124))
    }

    fn line(&mut self, line: Option<&str>, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.job.line(line, console, io)
    }

    fn interrupt(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.job.interrupt(console, io)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

/// `5`, `0.5`, `5s`, `1m`: in seconds, a part of one counts whole.
fn seconds(text: &str) -> Option<usize> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let (number, unit) = match units.into_iter().find(|(letter, _)| text.ends_with(*letter)) {
        Some((letter, unit)) => (text.strip_suffix(letter)?, unit),
        None => (text, 1),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: usize = whole.parse().ok()?;
    let part = usize::from(part.bytes().any(|b| b != b'0'));
    let seconds = whole.saturating_add(part).saturating_mul(unit);
    // Zero is for ever, as long as anything here goes on.
    Some(if seconds == 0 { usize::MAX } else { seconds })
}

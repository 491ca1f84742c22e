//! `history`.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;

/// `history [N]`, `history -c`
pub(super) fn history(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let all = &console.shell.history;
    let n = match args.first().map(String::as_str) {
        None => all.len(),
        Some("-c") => {
            console.shell.history.clear();
            return Done::OK;
        }
        Some(arg) => match arg.parse::<usize>() {
            Ok(n) => n,
            Err(_) => {
                let why = format_args!("history: {arg}: numeric argument required");
                return Done::Exit(expand::stop(console, io, why).0);
            }
        },
    };
    let from = all.len().saturating_sub(n);
    let lines = all.iter().enumerate().skip(from);
    let text: String = lines.map(|(n, line)| format!("{:5}  {line}\n", n + 1)).collect();
    io.out(text);
    Done::OK
}

/// `fc -l [FIRST [LAST]]`, `fc -s [OLD=NEW] [COMMAND]`. An editor for lines is not among it.
pub(super) fn fc(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (mut lists, mut again, mut bare, mut back) = (false, false, false, false);
    let mut words = Vec::new();
    for arg in args {
        let letters = arg.strip_prefix('-').filter(|letters| letters.parse::<usize>().is_err());
        match letters {
            Some(letters) if words.is_empty() => {
                for letter in letters.chars() {
                    match letter {
                        'l' => lists = true,
                        's' => again = true,
                        'n' => bare = true,
                        'r' => back = true,
                        other => {
                            expand::stop(console, io, format_args!("fc: -{other}: invalid option"));
                            io.err("fc: usage: fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]\n");
                            return Done::Exit(2);
                        }
                    }
                }
            }
            _ => words.push(arg.as_str()),
        }
    }
    // The line with `fc` itself is the last.
    let all = &console.shell.history;
    let n = all.len().saturating_sub(1);
    let place = |word: &str| match word.parse::<i64>() {
        Ok(number) if number > 0 => Some((number.unsigned_abs() as usize - 1).min(n)),
        Ok(number) => Some(n.saturating_sub(number.unsigned_abs() as usize)),
        Err(_) => all.iter().take(n).rposition(|line| line.starts_with(word)),
    };
    if again {
        let change = words.first().and_then(|word| word.split_once('='));
        let word = words.get(usize::from(change.is_some())).copied().unwrap_or("-1");
        let Some(line) = place(word).and_then(|at| all.get(at)) else {
            return Done::Exit(expand::stop(console, io, "fc: no command found").0);
        };
        let line = match change {
            Some((old, new)) if !old.is_empty() => line.replace(old, new),
            _ => line.clone(),
        };
        io.err(format_args!("{line}\n"));
        let words = ["bash".to_owned(), "-c".to_owned(), line.clone()];
        // What is kept is the line itself.
        if let Some(last) = console.shell.history.last_mut() {
            *last = line;
        }
        return crate::kubectl::shell::run::command(console, &words, io);
    }
    if !lists {
        let why = "fc: lines are not edited here: Up brings them back, fc -l lists them";
        return Done::Exit(expand::stop(console, io, why).0);
    }
    let first = words.first().map_or(Some(n.saturating_sub(16)), |word| place(word));
    let last = words.get(1).map_or(Some(n.saturating_sub(1)), |word| place(word));
    let (Some(first), Some(last)) = (first, last) else {
        return Done::Exit(expand::stop(console, io, "fc: history specification out of range").0);
    };
    back |= first > last;
    let (first, last) = (first.min(last), first.max(last));
    let mut lines: Vec<String> = all
        .iter()
        .take(n)
        .enumerate()
        .skip(first)
        .take(last - first + 1)
        .map(|(at, line)| match bare {
            true => format!("\t {line}\n"),
            false => format!("{}\t {line}\n", at + 1),
        })
        .collect();
    if back {
        lines.reverse();
    }
    io.out(lines.concat());
    Done::OK
}

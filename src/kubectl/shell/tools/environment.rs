//! Variables and aliases: `env`, `set`, `shift`, `alias`, `unalias`.

use super::exit;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::syntax::is_name;
use crate::kubectl::shell::{expand, run};

pub(super) fn single(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// `env [NAME=VALUE...] [COMMAND...]`
pub(super) fn env(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let scope = console.shell.snapshot();
    let mut args = args;
    while let Some((flag, rest)) = args.split_first().filter(|(flag, _)| flag.starts_with('-')) {
        args = rest;
        match flag.as_str() {
            "-i" | "-" | "--ignore-environment" => console.shell.scope_mut().vars.clear(),
            "-u" => {
                if let Some((name, rest)) = args.split_first() {
                    console.shell.unset(name);
                    args = rest;
                }
            }
            "--" => break,
            flag => {
                console.shell.restore(scope);
                let flag = flag.trim_start_matches('-');
                io.err(format_args!(
                    "env: invalid option -- '{flag}'\nTry 'env --help' for more information.\n"
                ));
                return Done::Exit(125);
            }
        }
    }
    let n =
        args.iter().take_while(|arg| arg.split_once('=').is_some_and(|(name, _)| is_name(name)));
    let (sets, command) = args.split_at(n.count());
    for set in sets {
        if let Some((name, value)) = set.split_once('=') {
            console.shell.scope_mut().vars.insert(name.to_owned(), (value.to_owned(), true));
        }
    }
    let done = if command.is_empty() {
        let exported = console.shell.vars.iter().filter(|(_, (_, exported))| *exported);
        let text: String = exported.map(|(name, (value, _))| format!("{name}={value}\n")).collect();
        io.out(text);
        Done::OK
    } else {
        run::command(console, command, io)
    };
    console.shell.restore(scope);
    done
}

/// `printenv [NAME...]`
pub(super) fn printenv(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.is_empty() {
        return env(console, args, io);
    }
    let mut all_there = true;
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        match console.shell.vars.get(name).filter(|(_, exported)| *exported) {
            Some((value, _)) => io.line(value),
            None => all_there = false,
        }
    }
    if all_there { Done::OK } else { Done::Exit(1) }
}

/// `set`, `set -- WORDS`
pub(super) fn set(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    match args.first().map(String::as_str) {
        None => {
            let quoted = |value: &str| match value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-./:".contains(c))
            {
                true => value.to_owned(),
                false => single(value),
            };
            let vars = &console.shell.vars;
            let text: String = vars
                .iter()
                .map(|(name, (value, _))| format!("{name}={}\n", quoted(value)))
                .collect();
            io.out(text);
            Done::OK
        }
        Some("--") => {
            console.shell.scope_mut().args = args.get(1..).unwrap_or_default().to_vec();
            Done::OK
        }
        Some(option) if option.len() > 1 && option.starts_with(['-', '+']) => {
            options(console, args, io)
        }
        Some(_) => {
            console.shell.scope_mut().args = args.to_vec();
            Done::OK
        }
    }
}

/// `set -eux -o pipefail [WORDS]`
fn options(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let on = arg.starts_with('-');
        if arg == "--" || arg.len() < 2 || !arg.starts_with(['-', '+']) {
            let mut words: Vec<String> = args.cloned().collect();
            if arg != "--" {
                words.insert(0, arg.clone());
            }
            console.shell.scope_mut().args = words;
            return Done::OK;
        }
        for letter in arg.chars().skip(1) {
            let name = match letter {
                'o' => match args.next() {
                    Some(name) => name.as_str(),
                    None => return Done::OK,
                },
                'e' => "errexit",
                'u' => "nounset",
                'x' => "xtrace",
                _ => "",
            };
            let options = &mut console.shell.scope_mut().options;
            match name {
                "errexit" => options.errexit = on,
                "nounset" => options.nounset = on,
                "xtrace" => options.xtrace = on,
                "pipefail" => options.pipefail = on,
                // The keys are those of readline; lines are kept in any case.
                "emacs" | "history" => {}
                "" => {
                    let why = format_args!("set: -{letter}: not an option here");
                    return Done::Exit(expand::stop(console, io, why).0);
                }
                name => {
                    let why = format_args!("set: -o {name}: not an option here");
                    return Done::Exit(expand::stop(console, io, why).0);
                }
            }
        }
    }
    Done::OK
}

/// `shift [N]`
pub(super) fn shift(console: &mut Console, args: &[String], _: &mut Io) -> Done {
    let n = args.first().and_then(|arg| arg.parse::<usize>().ok()).unwrap_or(1);
    if n > console.shell.args.len() {
        return Done::Exit(1);
    }
    console.shell.scope_mut().args.drain(..n);
    Done::OK
}

/// `alias [NAME[=TEXT]...]`
pub(super) fn alias(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let shown = |name: &str, text: &str| format!("alias {name}={}", single(text));
    if args.is_empty() || args == ["-p"] {
        let aliases = &console.shell.aliases;
        let text: String =
            aliases.iter().map(|(name, text)| format!("{}\n", shown(name, text))).collect();
        io.out(text);
        return Done::OK;
    }
    let mut ok = true;
    for arg in args {
        match arg.split_once('=') {
            Some((name, text)) if !name.is_empty() => {
                if name.contains(|c: char| " \t\n/$`=|&;()<>\"'\\".contains(c)) {
                    expand::stop(console, io, format_args!("alias: `{name}': invalid alias name"));
                    ok = false;
                } else if console.shell.aliases.len() < 1_000 && text.len() < 10_000 {
                    let (name, text) = (name.to_owned(), text.to_owned());
                    console.shell.scope_mut().aliases.insert(name, text);
                }
            }
            _ => match console.shell.aliases.get(arg) {
                Some(text) => io.line(shown(arg, text)),
                None => {
                    expand::stop(console, io, format_args!("alias: {arg}: not found"));
                    ok = false;
                }
            },
        }
    }
    exit(ok)
}

/// `unalias NAME...`
pub(super) fn unalias(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.is_empty() {
        io.err("unalias: usage: unalias [-a] name [name ...]\n");
        return Done::Exit(2);
    }
    let mut ok = true;
    for name in args {
        if name == "-a" {
            console.shell.scope_mut().aliases.clear();
        } else if console.shell.scope_mut().aliases.remove(name).is_none() {
            expand::stop(console, io, format_args!("unalias: {name}: not found"));
            ok = false;
        }
    }
    exit(ok)
}

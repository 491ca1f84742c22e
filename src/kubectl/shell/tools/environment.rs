//! Variables and aliases: `export`, `unset`, `env`, `set`, `shift`, `alias`, `unalias`.

use super::exit;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::syntax::is_name;
use crate::kubectl::shell::{expand, run};

/// `export NAME=VALUE`
pub(super) fn export(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    declare(console, "export", args, true, io)
}

/// `local`, `declare`: a variable like any other.
pub(super) fn export_local(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    declare(console, "local", args, false, io)
}

fn declare(console: &mut Console, tool: &str, args: &[String], exports: bool, io: &mut Io) -> Done {
    let words: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if words.is_empty() && exports {
        let vars = &console.shell.vars;
        let all = vars.iter().filter(|(_, (_, exported))| *exported);
        let text: String = all
            .map(|(name, (value, _))| format!("declare -x {name}={}\n", double(value)))
            .collect();
        io.out(text);
        return Done::OK;
    }
    let unexport = args.first().is_some_and(|arg| arg == "-n");
    let mut ok = true;
    for word in words {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&**word, None),
        };
        let (name, appends) = match name.strip_suffix('+') {
            Some(name) if value.is_some() => (name, true),
            _ => (name, false),
        };
        if !is_name(name) {
            expand::stop(console, io, format_args!("{tool}: `{word}': not a valid identifier"));
            ok = false;
            continue;
        }
        if let Some(value) = value {
            let old = if appends { console.shell.var(name).unwrap_or("") } else { "" };
            let value = format!("{old}{value}");
            console.shell.set(name, value);
        }
        if let Some((_, exported)) = console.shell.scope_mut().vars.get_mut(name) {
            *exported = (*exported || exports) && !unexport;
        }
    }
    exit(ok)
}

fn double(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out + "\""
}

fn single(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// `unset NAME...`
pub(super) fn unset(console: &mut Console, args: &[String], _: &mut Io) -> Done {
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        let only_functions = args.first().is_some_and(|arg| arg == "-f");
        let scope = console.shell.scope_mut();
        if only_functions || scope.vars.remove(name).is_none() {
            scope.functions.remove(&**name);
        }
    }
    Done::OK
}

/// `env [NAME=VALUE...] [COMMAND...]`
pub(super) fn env(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let n =
        args.iter().take_while(|arg| arg.split_once('=').is_some_and(|(name, _)| is_name(name)));
    let (sets, command) = args.split_at(n.count());
    let scope = console.shell.snapshot();
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
        Some(option) if option.starts_with(['-', '+']) => {
            let rest = args.join(" ");
            Done::Exit(expand::stop(console, io, format_args!("set: {rest}: not an option here")).0)
        }
        Some(_) => {
            console.shell.scope_mut().args = args.to_vec();
            Done::OK
        }
    }
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

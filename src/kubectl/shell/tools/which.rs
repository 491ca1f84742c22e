//! `which`, `type`.

use super::{exit, find};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::pod;
use crate::kubectl::shell::expand;

fn path(console: &Console, name: &str) -> Option<String> {
    if let Some(inside) = console.shell.place() {
        let folder = inside.image.folder();
        return pod::has(&inside, name).then(|| format!("{folder}/{name}"));
    }
    match name {
        "bash" | "sh" => Some(format!("/usr/bin/{name}")),
        "kubectl" => Some("/usr/local/bin/kubectl".to_owned()),
        name => find(name)
            .filter(|tool| {
                !tool.builtin
                    || matches!(name, "echo" | "printf" | "test" | "[" | "true" | "false" | "pwd")
            })
            .map(|tool| format!("/usr/bin/{}", tool.name)),
    }
}

/// `which NAME...`
pub(super) fn which(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut ok = !args.is_empty();
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        match path(console, name) {
            Some(path) => io.line(path),
            None => ok = false,
        }
    }
    exit(ok)
}

/// `command -v NAME...`, `command -V NAME...`: what the names mean. `command NAME` itself is
/// the machine's.
pub(super) fn a_command(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (Some(flag), names) = (args.first(), args.get(1..).unwrap_or_default()) else {
        return Done::OK;
    };
    match flag.as_str() {
        "-V" => return a_type(console, names, io),
        "-v" => {}
        other => {
            expand::stop(console, io, format_args!("command: {other}: invalid option"));
            io.err("command: usage: command [-pVv] command [arg ...]\n");
            return Done::Exit(2);
        }
    }
    let mut ok = false;
    for name in names {
        let shell = &console.shell;
        let is_own = RESERVED.contains(&&**name)
            || shell.functions.contains_key(&**name)
            || BUILTINS.contains(&&**name)
            || find(name).is_some_and(|tool| tool.builtin);
        let says = match shell.aliases.get(name) {
            Some(text) => Some(format!("alias {name}='{text}'")),
            None if is_own => Some(name.clone()),
            None => path(console, name),
        };
        ok |= says.is_some();
        says.iter().for_each(|says| io.line(says));
    }
    exit(ok)
}

/// The words that are the shell's own.
const RESERVED: &[&str] = &[
    "!", "[[", "]]", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if",
    "in", "select", "then", "time", "until", "while", "{", "}",
];
/// What the machine does itself.
const BUILTINS: &[&str] =
    &["break", "builtin", "command", "continue", "eval", "exec", "exit", "return", "source", "."];

/// `type NAME...`
pub(super) fn a_type(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut ok = true;
    let short = args.first().is_some_and(|arg| arg == "-t");
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        let shell = &console.shell;
        let (kind, says) = if let Some(text) = shell.aliases.get(name) {
            ("alias", format!("{name} is aliased to `{text}'"))
        } else if RESERVED.contains(&&**name) {
            ("keyword", format!("{name} is a shell keyword"))
        } else if shell.functions.contains_key(&**name) {
            ("function", format!("{name} is a function"))
        } else if BUILTINS.contains(&&**name) || find(name).is_some_and(|tool| tool.builtin) {
            ("builtin", format!("{name} is a shell builtin"))
        } else if let Some(path) = path(console, name) {
            ("file", format!("{name} is {path}"))
        } else {
            if !short {
                match console.shell.is_ash() {
                    true => io.line(format_args!("{name}: not found")),
                    false => {
                        expand::stop(console, io, format_args!("type: {name}: not found"));
                    }
                }
            }
            ok = false;
            continue;
        };
        io.line(if short { kind.to_owned() } else { says });
    }
    if !ok && console.shell.is_ash() {
        return Done::Exit(127);
    }
    exit(ok)
}

/// `compgen -W WORDS [START]`: the words that begin so.
pub(super) fn compgen(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let [flag, words, rest @ ..] = args else { return Done::Exit(1) };
    if flag != "-W" {
        return Done::Exit(1);
    }
    let start = rest.iter().find(|word| *word != "--").map_or("", String::as_str);
    let found: Vec<&str> =
        words.split_whitespace().filter(|word| word.starts_with(start)).collect();
    found.iter().for_each(|word| io.line(word));
    exit(!found.is_empty())
}

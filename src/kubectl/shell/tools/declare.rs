//! Variables with more to them: `local`, `declare`, `readonly`, `export`, and `unset`.

use super::exit;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::arrays::Key;
use crate::kubectl::shell::expand;
use crate::kubectl::shell::syntax::is_name;

/// What a declaration does.
#[derive(Debug, Clone, Copy, Default)]
struct Does {
    exports: bool,
    unexports: bool,
    fixes: bool,
    hides: bool,
    sums: bool,
    array: bool,
    named: bool,
}

/// `export NAME=VALUE`
pub(super) fn export(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    declaration(console, "export", args, Does { exports: true, ..Does::default() }, io)
}

/// `readonly NAME=VALUE`
pub(super) fn readonly(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    declaration(console, "readonly", args, Does { fixes: true, ..Does::default() }, io)
}

/// `declare NAME=VALUE`: in a function, a variable of its own.
pub(super) fn declare(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let hides = !console.shell.hidden.is_empty();
    declaration(console, "declare", args, Does { hides, ..Does::default() }, io)
}

/// `local NAME=VALUE`: a variable of the function that runs.
pub(super) fn local(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if console.shell.hidden.is_empty() {
        let why = match console.shell.is_ash() {
            true => "local: not in a function",
            false => "local: can only be used in a function",
        };
        return Done::Exit(expand::stop(console, io, why).0);
    }
    declaration(console, "local", args, Does { hides: true, ..Does::default() }, io)
}

fn declaration(
    console: &mut Console,
    tool: &str,
    args: &[String],
    mut does: Does,
    io: &mut Io,
) -> Done {
    let is_flag = |arg: &&String| arg.len() > 1 && arg.starts_with(['-', '+']);
    let (flags, words) = args.split_at(args.iter().take_while(is_flag).count());
    let mut shows = words.is_empty();
    for letter in flags.iter().flat_map(|flag| flag.chars().skip(1)) {
        match letter {
            'n' if tool == "export" => does.unexports = true,
            'x' => does.exports = true,
            'r' => does.fixes = true,
            'i' => does.sums = true,
            'a' => does.array = true,
            'A' => (does.array, does.named) = (true, true),
            'g' => does.hides = false,
            'p' => shows = true,
            'f' | 'F' | '-' => {}
            other => {
                let why = format_args!("{tool}: -{other}: invalid option");
                expand::stop(console, io, why);
                return Done::Exit(2);
            }
        }
    }
    if shows && words.is_empty() {
        show(console, does, io);
        return Done::OK;
    }
    let mut ok = true;
    for word in words {
        ok &= one(console, tool, word, does, io);
    }
    exit(ok)
}

/// All variables that are exported or fixed, or all.
fn show(console: &Console, does: Does, io: &mut Io) {
    let shell = &console.shell;
    let mut text = String::new();
    for (name, (value, exported)) in &shell.vars {
        let fixed = shell.fixed.contains(name);
        if (does.exports && !exported) || (does.fixes && !fixed) {
            continue;
        }
        let flags = match (fixed, exported) {
            (true, true) => "rx",
            (true, false) => "r",
            (false, true) => "x",
            (false, false) => "-",
        };
        text.push_str(&format!("declare -{flags} {name}={}\n", double(value)));
    }
    io.out(text);
}

fn one(console: &mut Console, tool: &str, word: &str, does: Does, io: &mut Io) -> bool {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let (name, appends) = match name.strip_suffix('+') {
        Some(name) if value.is_some() => (name, true),
        _ => (name, false),
    };
    if !is_name(name) {
        expand::stop(console, io, format_args!("{tool}: `{word}': not a valid identifier"));
        return false;
    }
    if console.shell.fixed.contains(name) && (value.is_some() || does.hides) {
        let prefix = if does.hides { format!("{tool}: ") } else { String::new() };
        expand::stop(console, io, format_args!("{prefix}{name}: readonly variable"));
        return false;
    }
    let old =
        if appends { console.shell.var(name).unwrap_or("").to_owned() } else { String::new() };
    if does.hides {
        console.shell.hide(name);
    }
    if does.array && !console.shell.arrays.contains_key(name) {
        console.shell.new_array(name, does.named);
    }
    if let Some(value) = value {
        let value = match does.sums {
            true => match expand::sum(console, value) {
                Ok(sum) => sum.to_string(),
                Err(why) => {
                    expand::stop(console, io, why);
                    return false;
                }
            },
            false => format!("{old}{value}"),
        };
        console.shell.set(name, value);
    }
    let scope = console.shell.scope_mut();
    if let Some((_, exported)) = scope.vars.get_mut(name) {
        *exported = (*exported || does.exports) && !does.unexports;
    }
    if does.fixes && scope.fixed.len() < 10_000 {
        scope.fixed.insert(name.to_owned());
    }
    true
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

/// `unset NAME...`
pub(super) fn unset(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let only_functions = args.first().is_some_and(|arg| arg == "-f");
    let mut ok = true;
    for name in args.iter().filter(|arg| !arg.starts_with('-')) {
        if console.shell.fixed.contains(name) {
            let why = format_args!("unset: {name}: cannot unset: readonly variable");
            expand::stop(console, io, why);
            ok = false;
            continue;
        }
        let item = name.strip_suffix(']').and_then(|name| name.split_once('['));
        if let Some((name, key)) = item {
            let key = match (console.shell.is_named(name), key.parse()) {
                (false, Ok(n)) => Key::Number(n),
                _ => Key::Name(key.to_owned()),
            };
            console.shell.unset_item(name, &key);
        } else if only_functions || !console.shell.unset(name) {
            console.shell.scope_mut().functions.remove(&**name);
        }
    }
    exit(ok)
}

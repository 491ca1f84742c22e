//! What a line that is being typed could go on with. It looks, and changes nothing.

mod fields;
mod kubectl;
mod names;
mod scan;

use super::console::Console;
use scan::Typed;

/// The most candidates.
const MAX_CANDIDATES: usize = 500;

/// What could stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Where what they replace begins, in bytes of the line; it ends at the cursor.
    pub start: usize,
    /// Whole words, in order, as they would be typed: with a blank behind them where a word
    /// ends there.
    pub candidates: Vec<String>,
}

impl Completions {
    /// What all candidates begin with.
    #[must_use]
    pub fn common(&self) -> &str {
        let Some(first) = self.candidates.first() else { return "" };
        let same = |other: &String| {
            first
                .char_indices()
                .zip(other.chars())
                .find(|((_, a), b)| a != b)
                .map_or(first.len().min(other.len()), |((n, _), _)| n)
        };
        let n = self.candidates.iter().map(same).min().unwrap_or(0);
        first.get(..n).unwrap_or("")
    }
}

/// What could stand at `cursor` (in bytes) of `line`.
pub(super) fn complete(console: &Console, line: &str, cursor: usize) -> Completions {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let typed = scan::scan(line.get(..cursor).unwrap_or(""), &console.shell.aliases_now());
    let (offset, mut found) = candidates(console, &typed);
    found.sort();
    found.dedup();
    found.truncate(MAX_CANDIDATES);
    // Quotes that stand in a word are no part of it: what is replaced is told from its end.
    let tail = typed.word.get(offset..).unwrap_or("");
    let before = line.get(..cursor).unwrap_or("");
    let start = match before.strip_suffix(tail) {
        Some(rest) => rest.len(),
        None => {
            found.clear();
            before.len()
        }
    };
    Completions { start, candidates: found }
}

/// Candidates, and how far into the word at the cursor they begin.
fn candidates(console: &Console, typed: &Typed) -> (usize, Vec<String>) {
    let word = typed.word.as_str();
    if let Some(at) = word.rfind('$').filter(|_| !typed.in_single) {
        let name = word.get(at + 1..).unwrap_or("");
        let (brace, name) = match name.strip_prefix('{') {
            Some(name) => ("{", name),
            None => ("", name),
        };
        if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let end = if brace.is_empty() { "" } else { "}" };
            let names = console.shell.names();
            let fitting = names.filter(|known| known.starts_with(name));
            return (at, fitting.map(|known| format!("${brace}{known}{end}")).collect());
        }
    }
    if typed.to_file {
        return (0, names::files(console, word));
    }
    let Some((command, args)) = typed.words.split_first() else {
        return (0, commands(console, word));
    };
    if command == "kubectl" {
        return kubectl::candidates(console, args, word);
    }
    match command.as_str() {
        "watch" | "xargs" | "timeout" | "command" | "env" | "exec" | "time" => {
            let at = args.iter().position(|arg| arg == "kubectl" || arg == "k");
            if let Some(at) = at {
                return kubectl::candidates(console, args.get(at + 1..).unwrap_or_default(), word);
            }
            if command == "watch" || command == "command" || command == "time" {
                return (0, commands(console, word));
            }
        }
        "man" | "help" | "which" | "type" => return (0, commands(console, word)),
        "unset" | "export" => {
            let fitting = console.shell.names().filter(|name| name.starts_with(word));
            return (0, fitting.map(|name| format!("{name} ")).collect());
        }
        "unalias" => {
            let aliases = console.shell.aliases_now();
            let fitting = aliases.into_keys().filter(|name| name.starts_with(word));
            return (0, fitting.map(|name| format!("{name} ")).collect());
        }
        _ => {}
    }
    (0, names::files(console, word))
}

/// Commands, aliases and functions.
fn commands(console: &Console, word: &str) -> Vec<String> {
    if word.contains('/') {
        return names::files(console, word);
    }
    let known = console.shell.commands();
    known.into_iter().filter(|name| name.starts_with(word)).map(|name| format!("{name} ")).collect()
}

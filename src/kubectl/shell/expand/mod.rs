//! Words become what commands get: braces, variables, substitutions, splitting, patterns.

mod brace;
mod param;
mod pattern;
mod sum;

pub(super) use param::key;
pub(in crate::kubectl) use pattern::glob;
pub(super) use pattern::{escape, has_pattern, matches};
pub(super) use sum::sum;

use super::run;
use super::syntax::{Part, Word};
use crate::kubectl::console::{Console, Io};

/// The most that one command's words hold together.
const MAX_BYTES: usize = 4 << 20;
/// The most words of one command.
const MAX_WORDS: usize = 100_000;

/// Expanding has failed, and it has been said why: the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop(pub(super) u8);

/// Says what is wrong, as bash does.
pub(super) fn stop(console: &Console, io: &mut Io, why: impl std::fmt::Display) -> Stop {
    let prefix = console.shell.prefix();
    if console.shell.is_ash()
        && let Some(own) = ash(&why.to_string())
    {
        io.err(format_args!("{prefix}{own}\n"));
        return Stop(2);
    }
    io.err(format_args!("{prefix}{why}\n"));
    Stop(1)
}

/// What busybox's shell says in the place of bash; none where both say the same.
fn ash(why: &str) -> Option<String> {
    if let Some(name) = why.strip_suffix(": readonly variable") {
        return Some(format!("{name}: is read only"));
    }
    if let Some((_, name)) = why.split_once("alias: ").filter(|_| why.ends_with(": not found")) {
        return Some(format!("alias: {}", name.replace(": not found", " not found")));
    }
    if let Some(text) = why.strip_suffix(": integer expression expected") {
        return Some(format!("{}: bad number", text.rsplit(": ").next().unwrap_or(text)));
    }
    Some(match why {
        why if why.starts_with("syntax error") => why.to_owned(),
        "[: missing `]'" => "missing ]".to_owned(),
        "local: not in a function" => "local: line 0: not in a function".to_owned(),
        why if why.contains("bad substitution") => "syntax error: bad substitution".to_owned(),
        why if why.contains("division by 0") => "divide by zero".to_owned(),
        why if why.contains("error token is") => "arithmetic syntax error".to_owned(),
        why if why.contains("unbound variable") => {
            why.replace("unbound variable", "parameter not set")
        }
        _ => return None,
    })
}

/// What a part became.
enum Piece {
    /// Text, and whether it was quoted.
    Text(String, bool),
    /// An unquoted value: it is split at blanks.
    Value(String),
    /// A new word begins: `"$@"`.
    Break,
}

/// A field: its text, and as a pattern, with what was quoted escaped.
#[derive(Default)]
struct Field {
    text: String,
    pattern: String,
    is_there: bool,
    has_pattern: bool,
}

impl Field {
    fn push(&mut self, text: &str, quoted: bool) {
        self.is_there = true;
        self.text.push_str(text);
        if quoted {
            escape(text, &mut self.pattern);
        } else {
            self.has_pattern |= has_pattern(text);
            self.pattern.push_str(text);
        }
    }
}

/// The words that a command gets.
pub(super) fn words(
    console: &mut Console,
    words: &[Word],
    io: &mut Io,
) -> Result<Vec<String>, Stop> {
    let mut out: Vec<String> = Vec::new();
    let mut size = 0;
    for word in words {
        // Most words are one plain part.
        if let [Part::Quoted(text)] = &*word.0 {
            size += text.len();
            out.push(text.clone());
            continue;
        }
        let braces = if console.shell.is_ash() { Ok(None) } else { brace::expand(word) };
        let alternatives = match braces {
            Ok(words) => words,
            Err(why) => return Err(stop(console, io, why)),
        };
        for word in alternatives.as_deref().unwrap_or(std::slice::from_ref(word)) {
            for field in fields(console, word, io)? {
                let found = if field.has_pattern {
                    let shell = &mut console.shell;
                    let spend = &mut |work| shell.spend(work);
                    let found = pattern::glob_within(&console.files, &field.pattern, spend);
                    let Some(found) = found else { return Err(Stop(137)) };
                    found
                } else {
                    Vec::new()
                };
                let found = if found.is_empty() { vec![field.text] } else { found };
                for text in found {
                    size += text.len();
                    out.push(text);
                }
                if out.len() > MAX_WORDS || size > MAX_BYTES {
                    return Err(stop(console, io, "Argument list too long"));
                }
            }
        }
    }
    Ok(out)
}

/// A word as one text: nothing is split, no patterns are looked up.
pub(super) fn one(console: &mut Console, word: &Word, io: &mut Io) -> Result<String, Stop> {
    let mut text = String::new();
    for piece in pieces(console, word, io)? {
        match piece {
            Piece::Text(piece, _) | Piece::Value(piece) => text.push_str(&piece),
            Piece::Break => text.push(' '),
        }
        if text.len() > MAX_BYTES {
            return Err(stop(console, io, "Argument list too long"));
        }
    }
    Ok(text)
}

/// A word as a pattern: what was quoted in it is escaped.
pub(super) fn as_pattern(console: &mut Console, word: &Word, io: &mut Io) -> Result<String, Stop> {
    let mut pattern = String::new();
    for piece in pieces(console, word, io)? {
        match piece {
            Piece::Text(piece, true) => escape(&piece, &mut pattern),
            Piece::Text(piece, false) | Piece::Value(piece) => pattern.push_str(&piece),
            Piece::Break => pattern.push(' '),
        }
    }
    Ok(pattern)
}

fn fields(console: &mut Console, word: &Word, io: &mut Io) -> Result<Vec<Field>, Stop> {
    let separators = console.shell.var("IFS").unwrap_or(" \t\n").to_owned();
    let mut fields = Vec::new();
    let mut field = Field::default();
    for piece in pieces(console, word, io)? {
        match piece {
            Piece::Text(text, quoted) => field.push(&text, quoted),
            Piece::Break => {
                field.is_there = true;
                fields.push(std::mem::take(&mut field));
                field.is_there = true;
            }
            Piece::Value(value) => {
                let mut rest = value.as_str();
                while !rest.is_empty() {
                    let n = rest.find(|c| separators.contains(c)).unwrap_or(rest.len());
                    let (text, after) = rest.split_at(n);
                    if n > 0 {
                        field.push(text, false);
                    }
                    if after.is_empty() {
                        break;
                    }
                    let blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
                    let hard = after.trim_start_matches(blank);
                    let is_hard = hard.starts_with(|c| separators.contains(c));
                    if field.is_there || is_hard {
                        fields.push(std::mem::take(&mut field));
                    }
                    let after = match hard.chars().next().filter(|_| is_hard) {
                        Some(c) => hard.get(c.len_utf8()..).unwrap_or(""),
                        None => hard,
                    };
                    rest = after.trim_start_matches(blank);
                    if fields.len() > MAX_WORDS {
                        return Err(stop(console, io, "Argument list too long"));
                    }
                }
            }
        }
    }
    if field.is_there {
        fields.push(field);
    }
    Ok(fields)
}

fn pieces(console: &mut Console, word: &Word, io: &mut Io) -> Result<Vec<Piece>, Stop> {
    let mut pieces = Vec::with_capacity(word.0.len());
    for (n, part) in word.0.iter().enumerate() {
        match part {
            Part::Plain(text) => {
                let text = match text.strip_prefix('~') {
                    Some(rest) if n == 0 && (rest.is_empty() || rest.starts_with('/')) => {
                        format!("{}{rest}", console.shell.var("HOME").unwrap_or("/root"))
                    }
                    Some("root") if n == 0 => "/root".to_owned(),
                    Some(rest) if n == 0 && rest.starts_with("root/") => format!("/{rest}"),
                    _ => text.clone(),
                };
                pieces.push(Piece::Text(text, false));
            }
            Part::Quoted(text) => pieces.push(Piece::Text(text.clone(), true)),
            Part::Var(param, quoted) => param::expand(console, param, *quoted, io, &mut pieces)?,
            Part::Command(script, quoted) => {
                let text = run::captured(console, script, io);
                let text = text.trim_end_matches('\n').to_owned();
                pieces.push(if *quoted { Piece::Text(text, true) } else { Piece::Value(text) });
            }
            Part::Process(script) => {
                let text = run::captured(console, script, io);
                match console.files.write_pipe(text.as_bytes()) {
                    Ok(path) => pieces.push(Piece::Text(path, true)),
                    Err(why) => return Err(stop(console, io, why)),
                }
            }
            Part::Sum(word, quoted) => {
                let text = one(console, word, io)?;
                match sum(console, &text) {
                    Ok(value) => {
                        let text = value.to_string();
                        pieces.push(if *quoted {
                            Piece::Text(text, true)
                        } else {
                            Piece::Value(text)
                        });
                    }
                    Err(why) => return Err(stop(console, io, why)),
                }
            }
        }
    }
    Ok(pieces)
}

//! YAML as kubectl writes it: sigs.k8s.io/yaml's `Marshal`, which is goyaml v2 (`encode.go`,
//! `emitterc.go`, `sorter.go`, go.yaml.in/yaml/v2 2.4).

use super::Objects;
use super::row::{Row, Style, depth};
use super::tabs::spaces;
use crate::manifest::go;
use crate::manifest::is_plain_string;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::fmt::Write as _;

/// The value as one document, with a newline at its end; keys in goyaml's order.
#[must_use]
pub(in crate::kubectl) fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// As [`to_yaml`], behind what `out` holds.
pub(in crate::kubectl) fn write(value: &Value, out: &mut String) {
    node(value, None, Place::Root, out);
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// A List of objects, as [`to_yaml`] writes it; with their managedFields where those are wanted.
/// In pieces.
#[must_use]
pub(super) fn list(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let empty = to_yaml(&super::list(Vec::new()));
    let (head, tail) = empty.split_once(" []").unwrap_or_default();
    let between = |_, out: &mut String| out.push_str(if ends_line(out) { "" } else { "\n" });
    Row::write(&Yaml { in_list: true }, objects, managed_fields, (head, between, tail), &empty)
}

/// Objects one after the other, each as [`to_yaml`] writes it, with a line between; with their
/// managedFields where those are wanted. In pieces.
#[must_use]
pub(super) fn documents(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let end = |out: &mut String| out.push_str(if ends_line(out) { "" } else { "\n" });
    let between = |is_first: bool, out: &mut String| {
        if !is_first {
            out.push_str(if ends_line(out) { "---\n" } else { "\n---\n" });
        }
    };
    let style = Yaml { in_list: false };
    let mut pieces = Row::write(&style, objects, managed_fields, ("", between, ""), "");
    pieces.last_mut().into_iter().filter(|last| !last.is_empty()).for_each(end);
    pieces
}

/// How objects are written: in a List, or each alone.
struct Yaml {
    in_list: bool,
}

impl Yaml {
    /// How far entries are indented.
    fn indent(&self, of: &str) -> usize {
        2 * (depth(of) + usize::from(self.in_list))
    }

    /// Begins an entry.
    fn line(&self, of: &str, is_first: bool, out: &mut String) {
        let place = if of.is_empty() && self.in_list { Place::Item } else { Place::Value };
        line(self.indent(of), place, is_first, out);
    }
}

impl Style for Yaml {
    fn entries<'m>(&self, _: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)> {
        entries(map)
    }

    fn start(&self, out: &mut String) {
        out.push_str(if self.in_list { "-" } else { "" });
    }

    fn begin(&self, of: &str, key: &str, is_first: bool, out: &mut String) {
        self.line(of, is_first, out);
        out.push_str(key);
        out.push(':');
    }

    fn value(&self, of: &str, _: &str, value: &Value, out: &mut String) {
        node(value, Some(self.indent(of)), Place::Value, out);
    }

    fn entry(&self, of: &str, (key, value): (&str, &Value), is_first: bool, out: &mut String) {
        self.line(of, is_first, out);
        entry(key, value, self.indent(of), out);
    }

    fn end(&self, _: &str, _: &mut String) {}
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// Behind `key:`.
    Value,
    /// Behind `-`, or behind `?` and `:` of a key that needs those.
    Item,
}

/// Writes a node of what is indented by `indent`; none at the root.
fn node(value: &Value, indent: Option<usize>, place: Place, out: &mut String) {
    let scalar = |text: &str, out: &mut String| {
        if place != Place::Root {
            out.push(' ');
        }
        out.push_str(text);
    };
    match value {
        Value::Null => scalar("null", out),
        Value::Bool(yes) => scalar(if *yes { "true" } else { "false" }, out),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => scalar(&go::float_g(float), out),
            None => {
                scalar("", out);
                // Writing to a String does not fail.
                let _ = write!(out, "{number}");
            }
        },
        Value::String(text) => string(text, indent, place, false, out),
        Value::Array(items) if items.is_empty() => scalar("[]", out),
        Value::Object(map) if map.is_empty() => scalar("{}", out),
        Value::Array(items) => {
            // A list behind `key:` is not indented.
            let inner = match place {
                Place::Value => indent.unwrap_or(0),
                _ => indent.map_or(0, |indent| indent + 2),
            };
            for (idx, item) in items.iter().enumerate() {
                line(inner, place, idx == 0, out);
                out.push('-');
                node(item, Some(inner), Place::Item, out);
            }
        }
        Value::Object(map) => mapping(map, indent, place, out),
    }
}

/// Begins an entry: on the same line where it is the first of a list's item.
fn line(indent: usize, place: Place, is_first: bool, out: &mut String) {
    if is_first && place == Place::Item {
        out.push(' ');
        return;
    }
    if !out.is_empty() && !ends_line(out) {
        out.push('\n');
    }
    spaces(indent, out);
}

/// Whether a line ends here: asked so often that `ends_with` takes too long for it.
pub(super) fn ends_line(out: &str) -> bool {
    out.as_bytes().last() == Some(&b'\n')
}

fn mapping(map: &Map<String, Value>, indent: Option<usize>, place: Place, out: &mut String) {
    let inner = indent.map_or(0, |indent| indent + 2);
    let mut is_first = true;
    let write = |(key, value): (&String, &Value)| {
        line(inner, place, std::mem::take(&mut is_first), out);
        entry(key, value, inner, out);
    };
    // Most maps are in order, and then nothing is allocated.
    if is_in_order(map) {
        map.iter().for_each(write)
    } else {
        entries(map).into_iter().for_each(write)
    }
}

fn is_in_order(map: &Map<String, Value>) -> bool {
    map.keys().is_sorted_by(|a, b| natural(a, b) != Ordering::Greater)
}

/// A map's entries in order.
fn entries(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    if !is_in_order(map) {
        entries.sort_by(|(a, _), (b, _)| natural(a, b));
    }
    entries
}

/// Longer keys stand behind `?`.
const LONGEST_KEY: usize = 128;

fn entry(key: &str, value: &Value, inner: usize, out: &mut String) {
    if key.len() <= LONGEST_KEY && is_simple(key) {
        out.push_str(key);
        out.push(':');
        node(value, Some(inner), Place::Value, out);
    } else if key.len() <= LONGEST_KEY && !key.contains(is_break) {
        string(key, Some(inner), Place::Root, true, out);
        out.push(':');
        node(value, Some(inner), Place::Value, out);
    } else {
        out.push('?');
        string(key, Some(inner), Place::Value, false, out);
        line(inner, Place::Value, false, out);
        out.push(':');
        node(value, Some(inner), Place::Item, out);
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `yaml_emitter_select_scalar_style` for a string.
fn string(text: &str, indent: Option<usize>, place: Place, is_key: bool, out: &mut String) {
    if place != Place::Root {
        out.push(' ');
    }
    if is_simple(text) {
        out.push_str(text);
        return;
    }
    let is_literal = text.contains('\n');
    let is_quoted = !is_literal && !is_plain_string(text);
    if is_quoted && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\')) {
        // A number, a time: nothing in it is escaped, and nowhere it could be folded.
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    let looks = Looks::of(text);
    if is_literal && looks.block && !is_key {
        literal(text, indent.map_or(2, |indent| indent + 2), out);
    } else {
        let fold = (!is_key).then(|| indent.map_or(2, |indent| indent + 2));
        let mut line = Line { column: column(out), fold, after_space: false, out };
        if is_literal || is_quoted {
            double_quoted(text, &mut line);
        } else if looks.plain {
            plain(text, &mut line);
        } else if looks.single_quoted {
            single_quoted(text, &mut line);
        } else {
            double_quoted(text, &mut line);
        }
    }
}

/// Most texts: a word of letters, digits and little else, that is nothing but a string and
/// stands as it is in every place.
fn is_simple(text: &str) -> bool {
    /// The longest word that is something else than a string: `false`.
    const LONGEST_WORD: usize = 5;
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
        && (text.len() > LONGEST_WORD || is_plain_string(text))
}

/// How many characters the last line has.
fn column(out: &str) -> usize {
    out.get(out.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or_default().chars().count()
}

/// The line that a scalar is written to; a space behind column 80 may end it.
struct Line<'o> {
    column: usize,
    /// How far the next line is indented; none where the scalar may not be folded.
    fold: Option<usize>,
    after_space: bool,
    out: &'o mut String,
}

impl Line<'_> {
    fn push(&mut self, c: char) {
        self.out.push(c);
        self.column = if is_break(c) { 0 } else { self.column + 1 };
        self.after_space = false;
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    /// A space of the text: a new line in its place where `may_fold` and the line is long.
    fn space(&mut self, may_fold: bool) -> bool {
        let fold = self.fold.filter(|_| may_fold && !self.after_space && self.column > 80);
        match fold {
            Some(indent) => {
                self.out.push('\n');
                spaces(indent, self.out);
                self.column = indent;
            }
            None => self.push(' '),
        }
        self.after_space = true;
        fold.is_some()
    }
}

fn plain(text: &str, line: &mut Line<'_>) {
    if line.column + text.len() <= 80 {
        line.out.push_str(text);
        return;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ' ' {
            line.space(chars.peek() != Some(&' '));
        } else {
            line.push(c);
        }
    }
}

/// Which styles a text may be written in (`yaml_emitter_analyze_scalar`, outside of `[]`
/// and `{}`).
struct Looks {
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Looks {
    fn of(text: &str) -> Self {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_');
        if text.bytes().all(|b| is_word(b) || b == b'-') && text.bytes().next().is_some_and(is_word)
        {
            let plain = !text.starts_with("...");
            return Self { plain, single_quoted: true, block: true };
        }
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut has_break) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut after_space, mut after_break, mut after_white) = (false, false, true);
        let mut chars = text.chars().enumerate().peekable();
        while let Some((idx, c)) = chars.next() {
            let before_white = chars.peek().is_none_or(|(_, next)| matches!(next, ' ' | '\t'));
            indicators |= match c {
                '#' if idx > 0 => after_white,
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
                | '%' | '@' | '`' => idx == 0,
                ':' => before_white,
                '?' | '-' => idx == 0 && before_white,
                _ => false,
            };
            special |= !is_printable(c);
            let breaks = is_break(c);
            has_break |= breaks;
            break_space |= c == ' ' && after_break;
            space_break |= breaks && after_space;
            (after_space, after_break) = (c == ' ', breaks);
            after_white = matches!(c, ' ' | '\t' | '\0') || breaks;
        }
        let at_edge = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(at_edge) || text.ends_with(at_edge);
        Self {
            plain: !(indicators || special || has_break || edges),
            single_quoted: !(break_space || space_break || special),
            block: !(text.ends_with(' ') || space_break || special),
        }
    }
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn single_quoted(text: &str, line: &mut Line<'_>) {
    let indent = line.fold.unwrap_or_default();
    line.push('\'');
    let mut after_break = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if after_break && !is_break(c) {
            spaces(indent, line.out);
            line.column = indent;
        }
        after_break = is_break(c);
        if c == ' ' {
            let next = chars.peek().map(|(_, next)| *next);
            line.space(at > 0 && next.is_some_and(|next| next != ' '));
            continue;
        }
        if c == '\'' {
            line.push('\'');
        }
        line.push(c);
    }
    line.push('\'');
}

fn double_quoted(text: &str, line: &mut Line<'_>) {
    // goyaml looks for a byte order mark at the text's start wherever it stands.
    let all = text.starts_with('\u{feff}');
    line.push('"');
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == ' ' && !all {
            let next = chars.peek().map(|(_, next)| *next);
            if line.space(at > 0 && next.is_some()) && next == Some(' ') {
                line.push('\\');
                line.after_space = true;
            }
            continue;
        }
        if !all && is_printable(c) && !is_break(c) && !matches!(c, '"' | '\\') {
            line.push(c);
            continue;
        }
        line.push('\\');
        match c {
            '\0' => line.push('0'),
            '\u{7}' => line.push('a'),
            '\u{8}' => line.push('b'),
            '\t' => line.push('t'),
            '\n' => line.push('n'),
            '\u{b}' => line.push('v'),
            '\u{c}' => line.push('f'),
            '\r' => line.push('r'),
            '\u{1b}' => line.push('e'),
            '"' => line.push('"'),
            '\\' => line.push('\\'),
            '\u{85}' => line.push('N'),
            '\u{a0}' => line.push('_'),
            '\u{2028}' => line.push('L'),
            '\u{2029}' => line.push('P'),
            c => line.push_str(&match u32::from(c) {
                n @ ..=0xff => format!("x{n:02X}"),
                n @ ..=0xffff => format!("u{n:04X}"),
                n => format!("U{n:08X}"),
            }),
        }
    }
    line.push('"');
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if text.starts_with(|c| c == ' ' || is_break(c)) {
        out.push('2');
    }
    let mut back = text.chars().rev();
    match (back.next().is_some_and(is_break), back.next().is_none_or(is_break)) {
        (false, _) => out.push('-'),
        (true, true) => out.push('+'),
        (true, false) => {}
    }
    out.push('\n');
    let mut at_start = true;
    for c in text.chars() {
        if at_start && !is_break(c) {
            spaces(indent, out);
        }
        at_start = is_break(c);
        out.push(c);
    }
}

/// goyaml's order of keys: digits by their number, letters behind all else
/// (`keyList.Less`).
fn natural(a: &str, b: &str) -> Ordering {
    let first = a.bytes().zip(b.bytes()).find(|(x, y)| x != y);
    if let Some((x, y)) = first.filter(|(x, y)| x.is_ascii_alphabetic() && y.is_ascii_alphabetic())
    {
        return x.cmp(&y);
    }
    if a == b {
        return Ordering::Equal;
    }
    let mut same = 0;
    for (x, y) in a.chars().zip(b.chars()) {
        if x != y {
            return differ(a, b, same, x, y);
        }
        same += x.len_utf8();
    }
    a.chars().count().cmp(&b.chars().count())
}

fn differ(a: &str, b: &str, same: usize, x: char, y: char) -> Ordering {
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut start = 0_i64;
    if x == '0' || y == '0' {
        let before = a.get(..same).unwrap_or_default();
        let digits = before.chars().rev().take_while(|c| c.is_numeric());
        start = i64::from(digits.into_iter().any(|c| c != '0'));
    }
    let number = |text: &str| {
        let rest = text.get(same..).unwrap_or_default();
        let digits = rest.chars().take_while(|c| c.is_numeric());
        digits.fold((start, 0_usize), |(number, n), digit| {
            let value = i64::from(u32::from(digit)) - i64::from(u32::from('0'));
            (number.wrapping_mul(10).wrapping_add(value), n + 1)
        })
    };
    number(a).cmp(&number(b)).then(x.cmp(&y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_lists_and_scalars_stand_as_kubectl_writes_them() {
        let value = json!({
            "b": [{"z": 1, "a": [1.5, [true, [], {}], {"k": null}]}, "x"],
            "a2": "80", "a10": "true", "a1": "1.27", "date": "2026-11-20", "on": "off",
            "empty": {}, "none": [], "text": "a\nb\n", "end": "a\nb", "tail": "a\n\n",
            "lead": "  a\nb\n", "blank": "a \nb", "tab": "a\tb", "colon": "a: b", "hash": "a #b",
            "url": "http://x:80/y", "quote": "'q'", "star": "*", "dash": "- a", "minus": "-a",
            "": "", "space": " a", "time": "12:30:45", "emoji": "😀", "big": 1e21, "plus": "+1",
        });
        assert_eq!(
            to_yaml(&value),
            "\"\": \"\"
a1: \"1.27\"
a2: \"80\"
a10: \"true\"
b:
- a:
  - 1.5
  - - true
    - []
    - {}
  - k: null
  z: 1
- x
big: 1e+21
blank: \"a \\nb\"
colon: 'a: b'
dash: '- a'
date: \"2026-11-20\"
emoji: \"\\U0001F600\"
empty: {}
end: |-
  a
  b
hash: 'a #b'
lead: |2
    a
  b
minus: -a
none: []
\"on\": \"off\"
plus: \"+1\"
quote: '''q'''
space: ' a'
star: '*'
tab: \"a\\tb\"
tail: |+
  a

text: |
  a
  b
time: \"12:30:45\"
url: http://x:80/y
"
        );
    }

    #[test]
    fn long_lines_are_folded_at_spaces_behind_column_80() {
        let value = json!({
            "a": "word ".repeat(18) + "end", "b": "x: ".repeat(30) + "end",
            "c": "two  \t".repeat(16) + "end", "d": "x".repeat(100),
        });
        assert_eq!(
            to_yaml(&value),
            "a: word word word word word word word word word word word word word word word word
  word word end
b: 'x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x: x:
  x: x: x: x: end'
c: \"two  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\ttwo
  \\ \\ttwo  \\ttwo  \\ttwo  \\ttwo  \\tend\"
d: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
"
        );
    }

    #[test]
    fn a_long_key_stands_behind_a_question_mark() {
        let key = "k".repeat(129);
        let value = json!({ &key: {"a": [1]} });
        assert_eq!(to_yaml(&value), format!("? {key}\n: a:\n  - 1\n"));
    }
}

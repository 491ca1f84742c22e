//! JSON as kubectl reads it: one value after another, with encoding/json's errors
//! (`scanner.go`, `stream.go`, Go 1.25).

use super::MAX_DEPTH;
use super::tree::{Kind, Node, NodeId, Tree};
use crate::source::Span;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JsonError {
    /// Nothing but white space is left.
    End,
    /// The text ends inside a value.
    Unfinished,
    /// A byte that can't stand where it stands: its offset and Go's words.
    Syntax(usize, String),
    /// Nested deeper than we follow; the offset.
    TooDeep(usize),
}

/// A value, its tree, and the offset behind it.
pub(super) struct Parsed {
    pub(super) value: Value,
    pub(super) tree: Tree,
    pub(super) end: usize,
}

/// True when kubectl takes `text` for JSON: a brace comes first in its first 4096 bytes.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.bytes().take(4096).find(|b| !is_unicode_space(*b)) == Some(b'{')
        || text.trim_start().starts_with('{') && text.len() - text.trim_start().len() < 4096
}

fn is_unicode_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Reads the value that begins at byte `start` of `text` or after white space.
pub(super) fn parse(text: &str, start: usize) -> Result<Parsed, JsonError> {
    parse_with(text, start, true)
}

/// As [`parse`]; its tree is empty where no places are wanted.
pub(super) fn parse_with(text: &str, start: usize, places: bool) -> Result<Parsed, JsonError> {
    let (bytes, tree) = (text.as_bytes(), Tree::default());
    let mut scanner = Scanner { bytes, text, at: start, tree, places, depth: 0 };
    scanner.space();
    if scanner.at >= text.len() {
        return Err(JsonError::End);
    }
    let (root, value) = scanner.value()?;
    scanner.tree.root = places.then_some(root);
    // A number ends only where something else begins; an object at its brace.
    if !value.is_object() && !value.is_array() && scanner.at < text.len() {
        let next = scanner.bytes[scanner.at];
        if !matches!(next, b' ' | b'\t' | b'\n' | b'\r') {
            return Err(scanner.bad("after top-level value"));
        }
    }
    Ok(Parsed { value, tree: scanner.tree, end: scanner.at })
}

struct Scanner<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    tree: Tree,
    /// Whether the tree is wanted.
    places: bool,
    depth: usize,
}

type Result2<T> = Result<T, JsonError>;

impl Scanner<'_> {
    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result2<u8> {
        self.bytes.get(self.at).copied().ok_or(JsonError::Unfinished)
    }

    fn bad(&self, context: &str) -> JsonError {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        let shown = match byte {
            b'\'' => "'\\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            byte => {
                let quoted = super::go::quote(&char::from(byte).to_string());
                format!("'{}'", &quoted[1..quoted.len() - 1])
            }
        };
        JsonError::Syntax(self.at, format!("invalid character {shown} {context}"))
    }

    fn node(&mut self, start: usize, kind: Kind) -> NodeId {
        if !self.places {
            return 0;
        }
        self.tree.nodes.push(Node { span: Span::new(start, self.at), kind });
        self.tree.nodes.len() - 1
    }

    fn scalar(&mut self, start: usize, text: &str) -> NodeId {
        if !self.places {
            return 0;
        }
        self.node(start, Kind::Scalar { text: text.to_owned(), tag: None, implicit: false })
    }

    fn value(&mut self) -> Result2<(NodeId, Value)> {
        self.space();
        let start = self.at;
        match self.peek()? {
            b'{' => self.nested(start, Self::object),
            b'[' => self.nested(start, Self::array),
            b'"' => {
                let text = self.string()?;
                Ok((self.scalar(start, &text), Value::String(text)))
            }
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.bad("looking for beginning of value")),
        }
    }

    fn nested(
        &mut self,
        start: usize,
        read: fn(&mut Self, usize) -> Result2<(NodeId, Value)>,
    ) -> Result2<(NodeId, Value)> {
        if self.depth >= MAX_DEPTH {
            return Err(JsonError::TooDeep(start));
        }
        self.depth += 1;
        self.at += 1;
        let result = read(self, start);
        self.depth -= 1;
        result
    }

    fn object(&mut self, start: usize) -> Result2<(NodeId, Value)> {
        let mut pairs = Vec::new();
        // Sorted, and the last of two wins.
        let mut fields = BTreeMap::new();
        self.space();
        if self.peek()? == b'}' {
            self.at += 1;
        } else {
            loop {
                self.space();
                let key_start = self.at;
                if self.peek()? != b'"' {
                    return Err(self.bad("looking for beginning of object key string"));
                }
                let name = self.string()?;
                let key = self.scalar(key_start, &name);
                self.space();
                if self.peek()? != b':' {
                    return Err(self.bad("after object key"));
                }
                self.at += 1;
                let (id, value) = self.value()?;
                pairs.push((key, id));
                fields.insert(name, value);
                self.space();
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.bad("after object key:value pair")),
                }
            }
        }
        let id = self.node(start, Kind::Map { pairs, flow: true });
        Ok((id, Value::Object(fields.into_iter().collect::<Map<_, _>>())))
    }

    fn array(&mut self, start: usize) -> Result2<(NodeId, Value)> {
        let (mut items, mut values) = (Vec::new(), Vec::new());
        self.space();
        if self.peek()? == b']' {
            self.at += 1;
        } else {
            loop {
                let (id, value) = self.value()?;
                items.push(id);
                values.push(value);
                self.space();
                match self.peek()? {
                    b',' => self.at += 1,
                    b']' => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.bad("after array element")),
                }
            }
        }
        let id = self.node(start, Kind::Seq { items, flow: true });
        Ok((id, Value::Array(values)))
    }

    fn literal(&mut self, word: &str, value: Value) -> Result2<(NodeId, Value)> {
        let start = self.at;
        for wanted in word.bytes() {
            if self.peek()? != wanted {
                let context = format!("in literal {word} (expecting '{}')", char::from(wanted));
                return Err(self.bad(&context));
            }
            self.at += 1;
        }
        Ok((self.scalar(start, word), value))
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result2<(NodeId, Value)> {
        let start = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(self.bad("in numeric literal")),
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if !self.peek()?.is_ascii_digit() {
                return Err(self.bad("after decimal point in numeric literal"));
            }
            self.digits();
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek()?, b'+' | b'-') {
                self.at += 1;
            }
            if !self.peek()?.is_ascii_digit() {
                return Err(self.bad("in exponent of numeric literal"));
            }
            self.digits();
        }
        let text = &self.text[start..self.at];
        let float = || text.parse::<f64>().unwrap_or(f64::MAX).clamp(f64::MIN, f64::MAX);
        let value = match text.parse::<i64>() {
            Ok(i) => Value::from(i),
            Err(_) => super::resolve::Scalar::Float(float()).into_json().unwrap_or(Value::Null),
        };
        Ok((self.scalar(start, text), value))
    }

    fn string(&mut self) -> Result2<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let run = self.at;
            while self.bytes.get(self.at).is_some_and(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            // Stops at ASCII bytes only, so these are boundaries.
            out.push_str(&self.text[run..self.at]);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                _ => return Err(self.bad("in string literal")),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result2<()> {
        let c = match self.peek()? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            c @ (b'\\' | b'/' | b'"') => char::from(c),
            b'u' => {
                self.at += 1;
                let first = self.hex()?;
                let c = match first {
                    0xd800..=0xdbff if self.bytes[self.at..].starts_with(b"\\u") => {
                        let before = self.at;
                        self.at += 2;
                        let second = self.hex()?;
                        if (0xdc00..=0xdfff).contains(&second) {
                            char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
                        } else {
                            self.at = before;
                            None
                        }
                    }
                    code => char::from_u32(code),
                };
                out.push(c.unwrap_or('\u{fffd}'));
                return Ok(());
            }
            _ => return Err(self.bad("in string escape code")),
        };
        self.at += 1;
        out.push(c);
        Ok(())
    }

    fn hex(&mut self) -> Result2<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()?).to_digit(16);
            let Some(digit) = digit else {
                return Err(self.bad("in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> JsonError {
        parse(text, 0).map(|p| p.value).expect_err("an error")
    }

    #[test]
    fn values_are_read_one_after_another() {
        let text = " {\"b\": [1, 2.5, 80.0, 1e2, \"\\u00e9\\ud83d\\ude00\\ud800\"], \"a\": null, \"b\": {}} {}";
        let first = parse(text, 0).unwrap();
        assert_eq!(first.value.to_string(), "{\"a\":null,\"b\":{}}");
        let second = parse(text, first.end).unwrap();
        assert_eq!(parse(text, second.end).map(|p| p.value), Err(JsonError::End));
        let list = parse("[1, 2.5, 80.0, 1e2, \"\\u00e9\\ud83d\\ude00\\ud800\"]", 0).unwrap();
        assert_eq!(list.value.to_string(), "[1,2.5,80,100,\"é😀\u{fffd}\"]");
    }

    #[test]
    fn errors_are_worded_as_encoding_json_words_them() {
        assert_eq!(error("{\"a\": 1"), JsonError::Unfinished);
        let said: Vec<String> = [
            "{a: 1}",
            "{\"a\" 1}",
            "{\"a\": }",
            "{\"a\": 1 \"b\"}",
            "[1 2]",
            "{\"a\": tru3}",
            "{\"a\": -x}",
            "{\"a\": 1.x}",
            "{\"a\": 1ex}",
            "{\"a\": \"\n\"}",
            "{\"a\": \"\\x\"}",
            "{\"a\": \"\\u00g0\"}",
            "{\"a\": '1'}",
            "{\"a\": é}",
            "{,}",
        ]
        .iter()
        .map(|text| match error(text) {
            JsonError::Syntax(at, words) => format!("{at}: {words}"),
            other => format!("{other:?}"),
        })
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}

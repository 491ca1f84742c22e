//! Templates as they are read (`parser.go`).

use serde_json::Value;

/// Deeper filters in filters are not read.
const MAX_DEPTH: usize = 32;

/// A step of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// An action: its steps one after the other.
    List(Vec<Node>),
    Text(String),
    /// A number, `true` or `false`.
    Made(Value),
    Field(String),
    /// `[from:to:step]`.
    Array(Slice),
    /// `[?(left operator right)]`; `exists` without an operator.
    Filter(Vec<Node>, String, Vec<Node>),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
    Identifier(String),
}

/// Bounds of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Slice {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    /// One item only: `to` follows from `from`.
    pub(super) is_index: bool,
    pub(super) step: Option<i64>,
}

struct Parser<'t> {
    text: &'t str,
    start: usize,
    pos: usize,
    width: usize,
    depth: usize,
}

/// Reads a template: text, and actions as lists.
pub(super) fn parse(text: &str, depth: usize) -> Result<Vec<Node>, String> {
    if depth > MAX_DEPTH {
        return Err("filters are nested too deep".to_owned());
    }
    let mut parser = Parser { text, start: 0, pos: 0, width: 0, depth };
    let mut root = Vec::new();
    while parser.text_until_action(&mut root) {
        root.push(Node::List(parser.action()?));
    }
    Ok(root)
}

fn is_end_of_line(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

fn is_terminator(c: Option<char>) -> bool {
    c.is_none_or(|c| {
        is_end_of_line(c) || matches!(c, ' ' | '\t' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
    })
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next();
        self.width = c.map_or(0, char::len_utf8);
        self.pos += self.width;
        c
    }

    fn backup(&mut self) {
        self.pos -= self.width;
        self.width = 0;
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn consume(&mut self) -> &'t str {
        let text = self.text.get(self.start..self.pos).unwrap_or_default();
        self.start = self.pos;
        text
    }

    /// The byte before the last one read.
    fn after_backslash(&self) -> bool {
        self.pos >= 2 && self.text.as_bytes().get(self.pos - 2) == Some(&b'\\')
    }

    /// Text up to the next brace; false at the end.
    fn text_until_action(&mut self, root: &mut Vec<Node>) -> bool {
        let n = self.rest().find('{');
        self.pos = n.map_or(self.text.len(), |n| self.pos + n);
        let text = self.consume();
        if !text.is_empty() {
            root.push(Node::Text(text.to_owned()));
        }
        if n.is_some() {
            self.pos += 1;
            self.consume();
        }
        n.is_some()
    }

    /// What stands in braces.
    fn action(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('}') {
                self.pos += 1;
                self.consume();
                return Ok(nodes);
            }
            if rest.starts_with("[?(") {
                nodes.push(self.filter()?);
                continue;
            }
            if rest.starts_with("..") {
                if nodes.last() == Some(&Node::Recursive) {
                    return Err("invalid multiple recursive descent".to_owned());
                }
                self.pos += 2;
                self.consume();
                nodes.push(Node::Recursive);
                if self.peek().is_some_and(is_alphanumeric) {
                    nodes.push(self.field());
                }
                continue;
            }
            match self.next() {
                None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
                Some(' ' | '@' | '$') => {
                    self.consume();
                }
                Some('[') => self.array(&mut nodes)?,
                Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                Some('.') => nodes.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_numeric() => {
                    self.backup();
                    nodes.push(self.number()?);
                }
                Some(c) if is_alphanumeric(c) => {
                    self.backup();
                    nodes.push(self.identifier());
                }
                Some(c) => {
                    let mut shown = format!("U+{:04X}", u32::from(c));
                    if !c.is_control() {
                        shown.push_str(&format!(" '{c}'"));
                    }
                    return Err(format!("unrecognized character in action: {shown}"));
                }
            }
        }
    }

    fn identifier(&mut self) -> Node {
        loop {
            let c = self.next();
            if is_terminator(c) {
                self.backup();
                break;
            }
        }
        match self.consume() {
            "true" => Node::Made(true.into()),
            "false" => Node::Made(false.into()),
            name => Node::Identifier(name.to_owned()),
        }
    }

    fn field(&mut self) -> Node {
        self.consume();
        loop {
            match self.next() {
                Some('\\') => {
                    self.next();
                }
                c if is_terminator(c) => {
                    self.backup();
                    break;
                }
                _ => {}
            }
        }
        match self.consume() {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        }
    }

    fn number(&mut self) -> Result<Node, String> {
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        while self.peek().is_some_and(|c| c == '.' || c.is_numeric()) {
            self.next();
        }
        let text = self.consume();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Node::Made(number.into()));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Node::Made(number.into())),
            _ => Err(format!("cannot parse number {text}")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Node, String> {
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated quoted string".to_owned()),
                Some(c) if c == quote && !self.after_backslash() => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        match unquote(inner, quote) {
            Some(text) => Ok(Node::Text(text)),
            None => Err(format!("unquote string {text} error invalid syntax")),
        }
    }

    /// An action inside of this one: `{` and `}` stand around it.
    fn inner(&self, text: &str) -> Result<Vec<Node>, String> {
        match parse(&format!("{{{text}}}"), self.depth + 1)?.into_iter().next() {
            Some(Node::List(nodes)) => Ok(nodes),
            _ => Ok(Vec::new()),
        }
    }

    fn array(&mut self, nodes: &mut Vec<Node>) -> Result<(), String> {
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated array".to_owned()),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        let text = text.get(1..text.len() - 1).unwrap_or_default();
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let each =
                text.split(',').map(|one| self.inner(&format!("[{}]", one.trim_matches(' '))));
            nodes.push(Node::Union(each.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        if let Some(key) = key.filter(|key| !key.contains('\'')) {
            nodes.extend(self.inner(&format!(".{key}"))?);
            return Ok(());
        }
        nodes.push(Node::Array(slice(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<Node, String> {
        self.pos += 3;
        self.consume();
        let (mut began, mut ended, mut pair) = (false, false, ' ');
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated filter".to_owned()),
                Some(quote @ ('"' | '\'')) => {
                    if !began {
                        began = true;
                        pair = quote;
                    } else if !self.after_backslash() && quote == pair {
                        ended = true;
                    }
                }
                Some(')') if began == ended => break,
                Some(_) => {}
            }
        }
        if self.next() != Some(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        let text = self.consume();
        let text = text.get(..text.len() - 2).unwrap_or_default();
        let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
        let begin = text.find(is_operator).filter(|begin| *begin > 0);
        let compared = begin.and_then(|begin| {
            let (left, rest) = text.split_at(begin);
            let n = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            // What is compared with may begin with an operator's character.
            let n = if n == rest.len() { n.checked_sub(1).filter(|n| *n > 0)? } else { n };
            let (operator, right) = rest.split_at(n);
            (!right.is_empty() && !right.contains('\n')).then_some((left, operator, right))
        });
        match compared {
            None => Ok(Node::Filter(self.inner(text)?, "exists".to_owned(), Vec::new())),
            Some((left, operator, right)) => {
                Ok(Node::Filter(self.inner(left)?, operator.to_owned(), self.inner(right)?))
            }
        }
    }
}

/// `^(-?[\d]*)(:-?[\d]*)?(:-?[\d]*)?$`
fn slice(text: &str) -> Result<Slice, String> {
    let mut parts = text.split(':');
    let is_number =
        |part: &str| part.strip_prefix('-').unwrap_or(part).bytes().all(|b| b.is_ascii_digit());
    if text.split(':').count() > 3 || !text.split(':').all(is_number) {
        return Err(format!("invalid array index {text}"));
    }
    let number = |part: Option<&str>| match part {
        None | Some("") => Ok(None),
        Some(part) => {
            part.parse::<i64>().map(Some).map_err(|_| format!("array index {part} is not a number"))
        }
    };
    let from = number(parts.next())?;
    let second = parts.next();
    let to = number(second)?;
    let step = number(parts.next())?;
    let is_index = second.is_none();
    let to = if is_index { Some(from.unwrap_or(0).saturating_add(1)) } else { to };
    Ok(Slice { from, to, is_index, step })
}

/// What stands between quotes (`strconv.UnquoteChar`, one character after the other).
pub(in crate::kubectl::print) fn unquote(text: &str, quote: char) -> Option<String> {
    if !text.contains(['\\', quote]) {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == quote {
            return None;
        }
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        // Escapes of one byte give a byte, those of Unicode a character.
        let byte = match chars.next()? {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' => b'\\',
            c @ ('\'' | '"') if c == quote => u8::try_from(c).ok()?,
            'x' => u8::try_from(hex(&mut chars, 2)?).ok()?,
            c @ '0'..='7' => {
                let mut number = c.to_digit(8)?;
                for _ in 0..2 {
                    number = number * 8 + chars.next()?.to_digit(8)?;
                }
                u8::try_from(number).ok()?
            }
            c @ ('u' | 'U') => {
                let n = if c == 'u' { 4 } else { 8 };
                let c = char::from_u32(hex(&mut chars, n)?)?;
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => return None,
        };
        bytes.push(byte);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(chars: &mut std::str::Chars<'_>, n: usize) -> Option<u32> {
    (0..n).try_fold(0_u32, |number, _| {
        number.checked_mul(16)?.checked_add(chars.next()?.to_digit(16)?)
    })
}

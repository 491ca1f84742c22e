//! Words of a template (`text/template/parse/lex.go`).

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What is wrong; the text says it.
    Error,
    End,
    Text,
    Left,
    Right,
    Space,
    Assign,
    Declare,
    Pipe,
    Char,
    Bool,
    CharConstant,
    Field,
    Identifier,
    LeftParen,
    Number,
    RawString,
    RightParen,
    String,
    Variable,
    Dot,
    Nil,
    /// `if`, `end` and so on.
    Keyword,
}

/// A word and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) pos: usize,
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use crate::manifest::go::quote;
        match self.kind {
            Kind::End => f.write_str("EOF"),
            Kind::Error => f.write_str(&self.text),
            Kind::Keyword | Kind::Dot | Kind::Nil => write!(f, "<{}>", self.text),
            _ if self.text.len() > 10 => {
                let short: String = self.text.chars().take(10).collect();
                write!(f, "{}...", quote(&short))
            }
            _ => f.write_str(&quote(&self.text)),
        }
    }
}

const KEYWORDS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

struct Lexer<'t> {
    text: &'t str,
    start: usize,
    pos: usize,
    parens: usize,
    items: Vec<Item>,
}

/// All words; the last is the end, or what is wrong.
pub(super) fn lex(text: &str) -> Vec<Item> {
    let mut lexer = Lexer { text, start: 0, pos: 0, parens: 0, items: Vec::new() };
    if let Err(why) = lexer.all() {
        let pos = lexer.start;
        lexer.items.push(Item { kind: Kind::Error, text: why, pos });
    }
    lexer.items
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

/// `%#U`.
fn unicode(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn emit(&mut self, kind: Kind) {
        let text = self.text.get(self.start..self.pos).unwrap_or_default().to_owned();
        self.items.push(Item { kind, text, pos: self.start });
        self.start = self.pos;
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start_matches(is_space).len();
        self.start = self.pos;
    }

    fn all(&mut self) -> Result<(), String> {
        loop {
            let Some(n) = self.rest().find("{{") else {
                self.pos = self.text.len();
                if self.pos > self.start {
                    self.emit(Kind::Text);
                }
                self.emit(Kind::End);
                return Ok(());
            };
            let behind = self.text.get(self.pos + n + 2..).unwrap_or_default();
            let trims = behind.starts_with('-') && behind[1..].starts_with(is_space);
            let text = self.text.get(self.start..self.pos + n).unwrap_or_default();
            let kept = if trims { text.trim_end_matches(is_space) } else { text };
            if !kept.is_empty() {
                let item = Item { kind: Kind::Text, text: kept.to_owned(), pos: self.start };
                self.items.push(item);
            }
            self.pos += n;
            self.start = self.pos;
            let marker = if trims { 2 } else { 0 };
            if behind.get(marker..).is_some_and(|rest| rest.starts_with("/*")) {
                self.pos += 2 + marker;
                self.comment()?;
                continue;
            }
            self.pos += 2;
            self.emit(Kind::Left);
            self.pos += marker;
            self.start = self.pos;
            self.parens = 0;
            self.action()?;
        }
    }

    fn comment(&mut self) -> Result<(), String> {
        let n = self.rest().find("*/").ok_or("unclosed comment")?;
        self.pos += n + 2;
        let trims = self.at_right().ok_or("comment ends before closing delimiter")?;
        self.pos += if trims { 4 } else { 2 };
        self.start = self.pos;
        if trims {
            self.skip_space();
        }
        Ok(())
    }

    /// Whether the action ends here, and trims what follows.
    fn at_right(&self) -> Option<bool> {
        let rest = self.rest();
        if rest.starts_with(is_space) && rest.get(1..).is_some_and(|rest| rest.starts_with("-}}")) {
            return Some(true);
        }
        rest.starts_with("}}").then_some(false)
    }

    fn at_terminator(&self) -> bool {
        self.peek().is_none_or(|c| is_space(c) || ".,|:)(".contains(c))
            || self.rest().starts_with("}}")
    }

    /// What stands between the delimiters, and the right one.
    fn action(&mut self) -> Result<(), String> {
        loop {
            if let Some(trims) = self.at_right() {
                if self.parens > 0 {
                    return Err("unclosed left paren".to_owned());
                }
                self.pos += if trims { 2 } else { 0 };
                self.start = self.pos;
                self.pos += 2;
                self.emit(Kind::Right);
                if trims {
                    self.skip_space();
                }
                return Ok(());
            }
            let Some(c) = self.next() else { return Err("unclosed action".to_owned()) };
            match c {
                c if is_space(c) => {
                    while self.peek().is_some_and(is_space) && self.at_right().is_none() {
                        self.next();
                    }
                    self.emit(Kind::Space);
                }
                '=' => self.emit(Kind::Assign),
                ':' => {
                    if self.next() != Some('=') {
                        return Err("expected :=".to_owned());
                    }
                    self.emit(Kind::Declare);
                }
                '|' => self.emit(Kind::Pipe),
                '"' => self.quoted('"', "unterminated quoted string", Kind::String)?,
                '\'' => {
                    self.quoted('\'', "unterminated character constant", Kind::CharConstant)?;
                }
                '`' => {
                    let n = self.rest().find('`').ok_or("unterminated raw quoted string")?;
                    self.pos += n + 1;
                    self.emit(Kind::RawString);
                }
                '$' => self.field_or_variable(Kind::Variable)?,
                '.' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                    self.field_or_variable(Kind::Field)?;
                }
                c if c == '.' || c == '+' || c == '-' || c.is_ascii_digit() => {
                    self.pos -= 1;
                    self.number()?;
                }
                c if is_word(c) => self.identifier()?,
                '(' => {
                    self.parens += 1;
                    self.emit(Kind::LeftParen);
                }
                ')' => {
                    self.parens = self.parens.checked_sub(1).ok_or("unexpected right paren")?;
                    self.emit(Kind::RightParen);
                }
                c if c.is_ascii_graphic() => self.emit(Kind::Char),
                c => return Err(format!("unrecognized character in action: {}", unicode(c))),
            }
        }
    }

    fn quoted(&mut self, quote: char, open: &str, kind: Kind) -> Result<(), String> {
        loop {
            match self.next() {
                Some('\\') if self.peek().is_some_and(|c| c != '\n') => {
                    self.next();
                }
                None | Some('\n' | '\\') => return Err(open.to_owned()),
                Some(c) if c == quote => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn word(&mut self) -> Result<(), String> {
        while self.peek().is_some_and(is_word) {
            self.next();
        }
        match self.peek() {
            Some(c) if !self.at_terminator() => Err(format!("bad character {}", unicode(c))),
            _ => Ok(()),
        }
    }

    fn field_or_variable(&mut self, kind: Kind) -> Result<(), String> {
        if self.at_terminator() {
            self.emit(if kind == Kind::Variable { kind } else { Kind::Dot });
            return Ok(());
        }
        self.word()?;
        self.emit(kind);
        Ok(())
    }

    fn identifier(&mut self) -> Result<(), String> {
        self.word()?;
        let word = self.text.get(self.start..self.pos).unwrap_or_default();
        self.emit(match word {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Identifier,
        });
        Ok(())
    }

    fn accept(&mut self, digits: &str) {
        while self.peek().is_some_and(|c| digits.contains(c)) {
            self.next();
        }
    }

    fn number(&mut self) -> Result<(), String> {
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        let mut digits = "0123456789_";
        if self.peek() == Some('0') {
            self.next();
            digits = match self.peek() {
                Some('x' | 'X') => "0123456789abcdefABCDEF_",
                Some('o' | 'O') => "01234567_",
                Some('b' | 'B') => "01_",
                _ => digits,
            };
            if digits != "0123456789_" {
                self.next();
            }
        }
        self.accept(digits);
        if self.peek() == Some('.') {
            self.next();
            self.accept(digits);
        }
        if digits == "0123456789_" && matches!(self.peek(), Some('e' | 'E')) {
            self.next();
            if matches!(self.peek(), Some('+' | '-')) {
                self.next();
            }
            self.accept(digits);
        }
        if self.peek().is_some_and(is_word) {
            self.next();
            let text = self.text.get(self.start..self.pos).unwrap_or_default();
            return Err(format!("bad number syntax: {}", crate::manifest::go::quote(text)));
        }
        self.emit(Kind::Number);
        Ok(())
    }
}

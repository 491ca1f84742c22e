//! Words: quotes, parameters, substitutions.

use super::parse::{Parser, is_name};
use super::{Index, Param, ParamOp, Part, Word, Wrong};
use std::sync::Arc;

/// What a word is read up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The end of a shell word.
    Blank,
    /// `"`
    Quote,
    /// `}` or one of these, in `${…}`, inside double quotes or not.
    Brace(&'static str, bool),
    /// The text's end: a here-document.
    End,
    /// `]`
    Bracket,
    /// A blank: the pattern behind `=~`.
    Regex,
}

impl Parser<'_> {
    /// The word that stands here; none where none does.
    pub(super) fn word(&mut self) -> Result<Option<Word>, Wrong> {
        let at = self.at;
        let word = self.parts(Until::Blank)?;
        Ok((self.at > at).then_some(word))
    }

    /// A word in which brackets and bars are plain.
    pub(super) fn regex_word(&mut self) -> Result<Option<Word>, Wrong> {
        let at = self.at;
        let word = self.parts(Until::Regex)?;
        Ok((self.at > at).then_some(word))
    }

    /// A here-document's text: all there is.
    pub(super) fn here_text(&mut self) -> Result<Word, Wrong> {
        self.parts(Until::End)
    }

    fn parts(&mut self, until: Until) -> Result<Word, Wrong> {
        self.deeper()?;
        let mut parts: Vec<Part> = Vec::new();
        let quoted = matches!(until, Until::Quote | Until::End | Until::Brace(_, true));
        let line = self.line;
        loop {
            let Some(c) = self.peek() else {
                match until {
                    Until::Quote => return Err(Wrong::Open('"', line)),
                    Until::Brace(..) => return Err(Wrong::Open('}', line)),
                    Until::Bracket => return Err(Wrong::Open(']', line)),
                    _ => break,
                }
            };
            if until == Until::Blank && self.looks_at("<(") {
                self.next();
                parts.push(Part::Process(self.parenthesised()?));
                continue;
            }
            match until {
                Until::Blank if is_end(c) => break,
                Until::Regex if matches!(c, ' ' | '\t' | '\n' | '\r') => break,
                Until::Quote if c == '"' => break,
                Until::Bracket if c == ']' => break,
                Until::Brace(ends, _) if c == '}' || ends.contains(c) => break,
                _ => {}
            }
            match c {
                '\'' if !quoted => {
                    self.next();
                    parts.push(Part::Quoted(self.single()?));
                }
                '"' if until != Until::End => {
                    self.next();
                    let inner = self.parts(Until::Quote)?;
                    self.next();
                    if inner.0.is_empty() {
                        parts.push(Part::Quoted(String::new()));
                    }
                    parts.extend(inner.0);
                }
                '\\' => self.backslash(until, quoted, &mut parts),
                '$' => self.dollar(quoted, &mut parts)?,
                '`' => {
                    self.next();
                    let script = self.backquoted()?;
                    parts.push(Part::Command(script, quoted));
                }
                _ => {
                    self.next();
                    push(&mut parts, quoted, c);
                }
            }
        }
        self.shallower();
        Ok(Word(parts))
    }

    fn backslash(&mut self, until: Until, quoted: bool, parts: &mut Vec<Part>) {
        self.next();
        match self.peek() {
            None => push(parts, true, '\\'),
            Some('\n') => {
                self.next();
            }
            Some(c) if quoted => {
                let means = matches!(c, '$' | '`' | '\\')
                    || (c == '"' && until != Until::End)
                    || (c == '}' && matches!(until, Until::Brace(..)));
                if means {
                    self.next();
                } else {
                    push(parts, true, '\\');
                    return;
                }
                push(parts, true, c);
            }
            Some(c) => {
                self.next();
                push(parts, true, c);
            }
        }
    }

    /// The text of `'…'`; the first quote is read.
    fn single(&mut self) -> Result<String, Wrong> {
        let line = self.line;
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(Wrong::Open('\'', line)),
                Some('\'') => return Ok(text),
                Some(c) => text.push(c),
            }
        }
    }

    /// The text of `$'…'`; the first quote is read.
    fn ansi(&mut self) -> Result<String, Wrong> {
        let line = self.line;
        let mut raw = String::new();
        loop {
            match self.next() {
                None => return Err(Wrong::Open('\'', line)),
                Some('\'') => {
                    let text = super::super::tools::unescape(&raw);
                    return Ok(text.split('\0').next().unwrap_or("").to_owned());
                }
                Some('\\') => {
                    raw.push('\\');
                    raw.extend(self.next());
                }
                Some(c) => raw.push(c),
            }
        }
    }

    fn dollar(&mut self, quoted: bool, parts: &mut Vec<Part>) -> Result<(), Wrong> {
        self.next();
        match self.peek() {
            Some('\'') if !quoted => {
                self.next();
                parts.push(Part::Quoted(self.ansi()?));
            }
            Some('"') if !quoted => {}
            Some('(') => {
                if self.looks_at("((") {
                    let (at, line) = (self.at, self.line);
                    self.eat("((");
                    if let Some(word) = self.sum()? {
                        parts.push(Part::Sum(Arc::new(word), quoted));
                        return Ok(());
                    }
                    (self.at, self.line) = (at, line);
                }
                parts.push(Part::Command(self.parenthesised()?, quoted));
            }
            Some('{') => {
                self.next();
                let param = self.braced(quoted)?;
                parts.push(Part::Var(Arc::new(param), quoted));
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let mut name = String::new();
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                    self.next();
                }
                let param = Param { name, index: None, op: ParamOp::Plain };
                parts.push(Part::Var(Arc::new(param), quoted));
            }
            Some(c) if c.is_ascii_digit() || "?#@*$!-".contains(c) => {
                self.next();
                let param = Param { name: c.to_string(), index: None, op: ParamOp::Plain };
                parts.push(Part::Var(Arc::new(param), quoted));
            }
            _ => push(parts, true, '$'),
        }
        Ok(())
    }

    /// The script that stands here in `( … )`.
    fn parenthesised(&mut self) -> Result<Arc<super::Script>, Wrong> {
        self.next();
        let script = match self.script(&[]) {
            Ok(script) => script,
            // It is told of the line after the last.
            Err(Wrong::EndOfFile(_)) => return Err(Wrong::Open(')', self.line + 1)),
            Err(other) => return Err(other),
        };
        if !self.eat(")") {
            return Err(Wrong::Open(')', self.line + 1));
        }
        Ok(Arc::new(script))
    }

    /// What stands in `${…}`; the brace is read.
    fn braced(&mut self, quoted: bool) -> Result<Param, Wrong> {
        let (from, line) = (self.at, self.line);
        let mut length = false;
        if self.peek() == Some('#') && self.peek_at(1) != Some('}') {
            self.next();
            length = true;
        }
        let named = !length
            && self.peek() == Some('!')
            && self.peek_at(1).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        if named {
            self.next();
        }
        let mut name = String::new();
        match self.peek() {
            Some(c) if "?#@*$!-".contains(c) => {
                name.push(c);
                self.next();
            }
            _ => {
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                    self.next();
                }
            }
        }
        let is_good = name.len() == 1 || is_name(&name) || name.parse::<u32>().is_ok();
        let index = match is_name(&name) && self.eat("[") {
            false => None,
            true if self.eat("@]") => Some(Index::Each),
            true if self.eat("*]") => Some(Index::All),
            true => Some(Index::At(self.index()?)),
        };
        let op = if !is_good {
            None
        } else if named {
            match index {
                Some(Index::Each | Index::All) => Some(ParamOp::Keys),
                _ => Some(ParamOp::Named),
            }
        } else if length {
            Some(ParamOp::Length)
        } else {
            self.param_op(quoted)?
        };
        if let Some(op) = op
            && self.eat("}")
        {
            return Ok(Param { name, index, op });
        }
        while let Some(c) = self.next() {
            if c == '}' {
                let typed: String =
                    self.text.get(from..self.at).unwrap_or_default().iter().collect();
                let op = ParamOp::Bad(format!("${{{typed}"));
                return Ok(Param { name, index, op });
            }
        }
        Err(Wrong::Open('}', line))
    }

    fn param_op(&mut self, quoted: bool) -> Result<Option<ParamOp>, Wrong> {
        let until = Until::Brace("", quoted);
        let plain = Until::Brace("", false);
        Ok(match self.peek() {
            Some('}') => Some(ParamOp::Plain),
            Some(':') if self.peek_at(1).is_some_and(|c| "-=+?".contains(c)) => {
                self.next();
                let kind = self.next().unwrap_or('-');
                Some(ParamOp::Default(true, kind, self.parts(until)?))
            }
            Some(':') => {
                self.next();
                let from = self.parts(Until::Brace(":", quoted))?;
                let length = if self.eat(":") { Some(self.parts(until)?) } else { None };
                Some(ParamOp::Slice(from, length))
            }
            Some(kind @ ('-' | '=' | '+' | '?')) => {
                self.next();
                Some(ParamOp::Default(false, kind, self.parts(until)?))
            }
            Some(kind @ ('#' | '%')) => {
                self.next();
                let longest = self.peek() == Some(kind);
                if longest {
                    self.next();
                }
                let pattern = self.parts(plain)?;
                Some(ParamOp::Trim { at_end: kind == '%', longest, pattern })
            }
            Some('/') => {
                self.next();
                let all = self.eat("/");
                let pattern = self.parts(Until::Brace("/", false))?;
                let with = if self.eat("/") { self.parts(until)? } else { Word::default() };
                Some(ParamOp::Replace { all, pattern, with })
            }
            Some(kind @ ('^' | ',')) => {
                self.next();
                let all = self.peek() == Some(kind);
                if all {
                    self.next();
                }
                Some(ParamOp::Capitals { up: kind == '^', all })
            }
            Some('@') if self.peek_at(2) == Some('}') => {
                self.next();
                self.next().filter(|c| "QUuLE".contains(*c)).map(ParamOp::Turned)
            }
            _ => None,
        })
    }

    /// An array's index; the bracket before it is read, and that behind it.
    pub(super) fn index(&mut self) -> Result<Word, Wrong> {
        let word = self.parts(Until::Bracket)?;
        self.next();
        Ok(word)
    }

    /// What stands in `((…))`, read to its end; none where it does not end so.
    pub(super) fn sum(&mut self) -> Result<Option<Word>, Wrong> {
        match self.sum_text()? {
            Some(text) => Ok(Some(self.sum_word(&text)?)),
            None => Ok(None),
        }
    }

    /// The same as it was typed.
    pub(super) fn sum_text(&mut self) -> Result<Option<String>, Wrong> {
        let line = self.line;
        let mut text = String::new();
        let mut open = 0;
        loop {
            match self.next() {
                None => return Err(Wrong::Open(')', line)),
                Some(')') if open == 0 => {
                    if !self.eat(")") {
                        return Ok(None);
                    }
                    break;
                }
                Some(c) => {
                    open += i32::from(c == '(') - i32::from(c == ')');
                    text.push(c);
                }
            }
        }
        Ok(Some(text))
    }

    /// A sum's text, in which variables mean something.
    pub(super) fn sum_word(&mut self, text: &str) -> Result<Word, Wrong> {
        let mut inner = Parser::new(text, self.aliases(), false);
        inner.line = self.line;
        inner.at_depth(self);
        inner.here_text()
    }

    /// The script of "`…`"; the first is read.
    fn backquoted(&mut self) -> Result<Arc<super::Script>, Wrong> {
        let line = self.line;
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(Wrong::Open('`', line)),
                Some('`') => break,
                Some('\\') if self.peek().is_some_and(|c| "`\\$".contains(c)) => {
                    text.extend(self.next());
                }
                Some(c) => text.push(c),
            }
        }
        let mut inner = Parser::new(&text, self.aliases(), true);
        inner.line = line;
        inner.at_depth(self);
        let script = inner.script(&[])?;
        match inner.peek() {
            None => Ok(Arc::new(script)),
            Some(c) => Err(Wrong::Token(c.to_string(), line)),
        }
    }
}

fn is_end(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>')
}

fn push(parts: &mut Vec<Part>, quoted: bool, c: char) {
    match parts.last_mut() {
        Some(Part::Quoted(text)) if quoted => text.push(c),
        Some(Part::Plain(text)) if !quoted => text.push(c),
        _ if quoted => parts.push(Part::Quoted(c.to_string())),
        _ => parts.push(Part::Plain(c.to_string())),
    }
}

//! Simple commands: assignments, words, redirections, here-documents, aliases.

use super::{MAX_ALIASED, Parser, Waiting, is_name, literal};
use crate::kubectl::shell::syntax::{
    Assign, Body, Command, How, Part, Redirect, Simple, Word, Wrong,
};
use std::sync::{Arc, OnceLock};

/// Whether what begins with `[` is an index that something is assigned to.
fn is_indexed(rest: &[char]) -> bool {
    let Some(end) = rest.iter().position(|c| matches!(c, ']' | '\n')) else { return false };
    let after = rest.get(end..).unwrap_or_default();
    end > 1 && (after.starts_with(&[']', '=']) || after.starts_with(&[']', '+', '=']))
}

/// Whether arrays may be filled behind the command of this name.
fn declares(name: &Word) -> bool {
    matches!(&*literal(name), "declare" | "typeset" | "local" | "readonly" | "export")
}

impl Parser<'_> {
    pub(super) fn simple(&mut self, line: usize) -> Result<Command, Wrong> {
        let mut simple = Simple { assigns: Vec::new(), words: Vec::new(), lists: Vec::new() };
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            if simple.words.is_empty() && !simple.assigns.is_empty() {
                self.alias();
            }
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            if simple.words.is_empty()
                && let Some(assign) = self.assign()?
            {
                simple.assigns.push(assign);
                continue;
            }
            if simple.words.first().is_some_and(declares)
                && self.begins_list()
                && let Some(assign) = self.assign()?
            {
                simple.words.push(Word(vec![Part::Quoted(assign.name.clone())]));
                simple.lists.push(assign);
                continue;
            }
            let Some(word) = self.word()? else { break };
            simple.words.push(word);
            if let [Word(parts)] = &*simple.words
                && let [Part::Plain(name)] = &**parts
                && simple.assigns.is_empty()
                && redirects.is_empty()
                && self.peek_operator().as_deref() == Some("(")
            {
                let name = name.clone();
                self.eat("(");
                self.blanks();
                if !self.eat(")") {
                    return Err(self.wrong_token());
                }
                let body = self.function(&name)?;
                self.shallower();
                return Ok(Command { line, body, redirects: [].into() });
            }
        }
        if simple.words.is_empty() && simple.assigns.is_empty() && redirects.is_empty() {
            return Err(self.wrong_token());
        }
        self.shallower();
        let body = Body::Simple(Arc::new(simple));
        Ok(Command { line, body, redirects: redirects.into() })
    }

    /// Whether `NAME=(` or `NAME+=(` stands here.
    fn begins_list(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let n = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
        let after = rest.get(n..).unwrap_or_default();
        n > 0 && (after.starts_with(&['=', '(']) || after.starts_with(&['+', '=', '(']))
    }

    pub(super) fn assign(&mut self) -> Result<Option<Assign>, Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let n = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
        let name: String = rest.iter().take(n).collect();
        if !is_name(&name) {
            return Ok(None);
        }
        let appends = rest.get(n) == Some(&'+') && rest.get(n + 1) == Some(&'=');
        let indexed = rest.get(n) == Some(&'[') && is_indexed(rest.get(n..).unwrap_or_default());
        if !appends && !indexed && rest.get(n) != Some(&'=') {
            return Ok(None);
        }
        self.at += n;
        let index = if indexed {
            self.next();
            Some(self.index()?)
        } else {
            None
        };
        let appends = self.eat("+");
        self.next();
        let list = if self.peek() == Some('(') { Some(self.list()?) } else { None };
        let value = if list.is_some() { None } else { self.word()? };
        let value = value.unwrap_or_default();
        Ok(Some(Assign { name, index, appends, list, value }))
    }

    /// An array's values: `( … )`.
    fn list(&mut self) -> Result<Vec<Word>, Wrong> {
        self.next();
        let mut words = Vec::new();
        loop {
            self.lines()?;
            if self.eat(")") {
                return Ok(words);
            }
            match self.word()? {
                Some(word) => words.push(word),
                None if self.peek().is_none() => return Err(Wrong::Open(')', self.line)),
                None => return Err(self.wrong_token()),
            }
        }
    }

    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>, Wrong> {
        self.blanks();
        let (at, line) = (self.at, self.line);
        let digit = self
            .peek()
            .and_then(|c| c.to_digit(10))
            .filter(|_| matches!(self.peek_at(1), Some('<' | '>')));
        if digit.is_some() {
            self.next();
        }
        let ops = [
            ("&>>", 9, How::Append),
            ("&>", 9, How::Write),
            ("<<<", 0, How::HereString),
            ("<<-", 0, How::Here),
            ("<<", 0, How::Here),
            (">>", 1, How::Append),
            (">&", 1, How::Copy),
            ("<&", 0, How::Copy),
            (">|", 1, How::Write),
            ("<>", 0, How::Read),
            ("<", 0, How::Read),
            (">", 1, How::Write),
        ];
        let Some((op, fd, how)) = ops.into_iter().find(|(op, ..)| self.looks_at(op)) else {
            (self.at, self.line) = (at, line);
            return Ok(None);
        };
        self.eat(op);
        if op == ">" && self.peek() == Some('(') {
            let why = "a file that a command reads, >(...), is not here: use | tee";
            return Err(Wrong::Other(why.to_owned(), self.line));
        }
        if op == "<" && self.peek() == Some('(') {
            // `<(…)`, a word.
            (self.at, self.line) = (at, line);
            return Ok(None);
        }
        let fd = digit.and_then(|d| u8::try_from(d).ok()).unwrap_or(fd);
        self.blanks();
        let from = self.at;
        let Some(target) = self.word()? else {
            return Err(match self.wrong_token() {
                Wrong::EndOfFile(line) => Wrong::Token("newline".to_owned(), line),
                other => other,
            });
        };
        let typed: String = self.text.get(from..self.at).unwrap_or_default().iter().collect();
        if how == How::Here {
            let quoted =
                target.0.iter().any(|part| !matches!(part, Part::Plain(_))) || typed.contains('\\');
            let delimiter = literal(&target);
            let here = Arc::new(OnceLock::new());
            let tabs = op == "<<-";
            let body = here.clone();
            self.waiting.push(Waiting { delimiter, quoted, tabs, line: self.line, body });
            return Ok(Some(Redirect { fd, how, target, typed, here }));
        }
        Ok(Some(Redirect { fd, how, target, typed, here: Arc::default() }))
    }

    /// Reads the here-documents that begin here.
    pub(super) fn here_bodies(&mut self) -> Result<(), Wrong> {
        for waiting in std::mem::take(&mut self.waiting) {
            let mut body = String::new();
            loop {
                if self.peek().is_none() {
                    if !self.takes_end {
                        return Err(Wrong::HereDocument(waiting.delimiter, waiting.line));
                    }
                    self.closed_by_end.push((waiting.delimiter.clone(), waiting.line));
                    break;
                }
                let mut line = String::new();
                let mut ended = false;
                while let Some(c) = self.next() {
                    if c == '\n' {
                        ended = true;
                        break;
                    }
                    line.push(c);
                }
                let bare = if waiting.tabs { line.trim_start_matches('\t') } else { &*line };
                if bare == waiting.delimiter {
                    break;
                }
                body.push_str(bare);
                if ended || self.takes_end {
                    body.push('\n');
                }
            }
            let word = if waiting.quoted {
                Word(vec![Part::Quoted(body)])
            } else {
                let mut inner = Parser::new(&body, self.aliases, false);
                inner.depth = self.depth;
                inner.here_text()?
            };
            // Each is read once.
            let _ = waiting.body.set(word);
        }
        Ok(())
    }

    /// Puts an alias's text in the place of its name, where a command begins.
    pub(super) fn alias(&mut self) {
        for _ in 0..20 {
            self.blanks();
            let at = self.at;
            self.within.retain(|(_, end)| *end > at);
            let Some(word) = self.peek_word() else { return };
            let Some(value) = self.aliases.get(&word) else { return };
            if self.within.iter().any(|(name, _)| *name == word)
                || self.text.len() + value.len() > MAX_ALIASED
            {
                return;
            }
            let value: Vec<char> = value.chars().collect();
            let n_word = word.chars().count();
            for (_, end) in &mut self.within {
                *end = (*end + value.len()).saturating_sub(n_word);
            }
            self.within.push((word, at + value.len() + 1));
            self.text.splice(at..at + n_word, value);
        }
    }
}

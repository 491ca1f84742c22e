//! From text to a tree: lists, pipelines, compound commands.

use super::{Aliases, Body, Command, Join, Part, Pipeline, Script, While, Word, Wrong};
mod compound;
mod simple;

use std::sync::{Arc, OnceLock};

/// How deep commands may stand in each other.
const MAX_DEPTH: usize = 40;
/// How much text aliases may make.
const MAX_ALIASED: usize = 1 << 20;

/// A reader of a script.
pub(super) struct Parser<'a> {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    pub(super) line: usize,
    aliases: &'a Aliases,
    /// Aliases that the text before `.1` came from: they are not replaced again in it.
    within: Vec<(String, usize)>,
    /// Here-documents whose bodies begin after the line.
    waiting: Vec<Waiting>,
    /// Whether an open here-document ends with the text.
    takes_end: bool,
    /// The here-documents that the text's end closed: delimiter and line.
    pub(super) closed_by_end: Vec<(String, usize)>,
    depth: usize,
}

struct Waiting {
    delimiter: String,
    quoted: bool,
    tabs: bool,
    line: usize,
    body: Arc<OnceLock<Word>>,
}

/// A tree, and the here-documents that the text's end closed (delimiter and line).
pub(in crate::kubectl::shell) type Parsed = (Arc<Script>, Vec<(String, usize)>);

/// Reads a script. `takes_end` closes here-documents at the text's end.
///
/// # Errors
/// What keeps it from being one.
pub(in crate::kubectl::shell) fn parse(
    text: &str,
    aliases: &Aliases,
    takes_end: bool,
) -> Result<Parsed, Wrong> {
    let mut parser = Parser::new(text, aliases, takes_end);
    let script = parser.script(&[])?;
    if let Some(token) = parser.peek_operator() {
        return Err(Wrong::Token(token, parser.line));
    }
    if let Some(c) = parser.peek() {
        return Err(Wrong::Token(c.to_string(), parser.line));
    }
    parser.here_bodies()?;
    Ok((Arc::new(script), parser.closed_by_end))
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &str, aliases: &'a Aliases, takes_end: bool) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
            line: 1,
            aliases,
            within: Vec::new(),
            waiting: Vec::new(),
            takes_end,
            closed_by_end: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn aliases(&self) -> &'a Aliases {
        self.aliases
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    pub(super) fn looks_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(n, c)| self.peek_at(n) == Some(c))
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let is = self.looks_at(text);
        if is {
            for _ in text.chars() {
                self.next();
            }
        }
        is
    }

    pub(super) fn deeper(&mut self) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Wrong::Other("commands stand too deep in each other".into(), self.line));
        }
        Ok(())
    }

    /// As deep as `outer` is.
    pub(super) fn at_depth(&mut self, outer: &Parser<'_>) {
        self.depth = outer.depth;
    }

    pub(super) fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// Blanks, joined lines and a comment.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => {
                    self.next();
                    self.next();
                }
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Blanks and new lines.
    fn lines(&mut self) -> Result<(), Wrong> {
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.next();
            self.here_bodies()?;
        }
    }

    /// An operator that stands here.
    fn peek_operator(&mut self) -> Option<String> {
        self.blanks();
        let all = [
            "&&", "||", ";;&", ";;", ";&", "|&", "&>>", "&>", "<<<", "<<-", "<<", ">>", ">&", "<&",
            ">|", "<>", "&", ";", "|", "(", ")", "<", ">",
        ];
        all.into_iter().find(|op| self.looks_at(op)).map(str::to_owned)
    }

    /// A reserved word that stands here, whole.
    fn peek_word(&mut self) -> Option<String> {
        self.blanks();
        let rest = self.text.get(self.at..)?;
        let n = rest
            .iter()
            .position(|c| {
                matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>')
            })
            .unwrap_or(rest.len());
        let word: String = rest.get(..n)?.iter().collect();
        (!word.is_empty()).then_some(word)
    }

    fn wrong_token(&mut self) -> Wrong {
        self.blanks();
        let line = self.line;
        if let Some(op) = self.peek_operator() {
            return Wrong::Token(op, line);
        }
        match self.peek() {
            None => Wrong::EndOfFile(line),
            Some('\n') => Wrong::Token("newline".to_owned(), line),
            Some(_) => Wrong::Token(self.peek_word().unwrap_or_default(), line),
        }
    }

    fn want(&mut self, word: &str) -> Result<(), Wrong> {
        self.lines()?;
        if self.peek_word().as_deref() == Some(word) {
            self.eat(word);
            return Ok(());
        }
        Err(self.wrong_token())
    }

    /// Commands until one of the words in `ends`, `)` or `;;`, or the text's end.
    pub(super) fn script(&mut self, ends: &[&str]) -> Result<Script, Wrong> {
        self.deeper()?;
        let mut script = Script::default();
        let mut join = Join::Always;
        let mut from = self.at;
        loop {
            self.lines()?;
            let is_end = match self.peek() {
                None => true,
                Some(')') => true,
                Some(';') if self.looks_at(";;") || self.looks_at(";&") => true,
                _ => self.peek_word().is_some_and(|word| ends.contains(&&*word)),
            };
            if is_end {
                if join != Join::Always {
                    return Err(self.wrong_token());
                }
                break;
            }
            if join == Join::Always {
                from = self.at;
            }
            let line = self.line;
            let pipeline = self.pipeline()?;
            script.steps.push((join, pipeline));
            self.blanks();
            join = Join::Always;
            if self.eat("&&") {
                join = Join::And;
            } else if self.eat("||") {
                join = Join::Or;
            } else if self.looks_at(";;") || self.looks_at(";&") || self.peek() == Some('\n') {
            } else if self.peek() == Some('&') {
                let typed: String =
                    self.text.get(from..self.at).unwrap_or_default().iter().collect();
                in_background(&mut script, typed.trim(), line);
                self.next();
                self.blanks();
                if matches!(self.peek(), Some(';' | '|' | '&')) {
                    return Err(self.wrong_token());
                }
            } else if self.eat(";") {
                self.blanks();
                if matches!(self.peek(), Some(';' | '|' | '&')) {
                    return Err(self.wrong_token());
                }
            } else if self.peek().is_some_and(|c| c != ')') {
                let word = self.peek_word();
                if !word.is_some_and(|word| ends.contains(&&*word)) {
                    return Err(self.wrong_token());
                }
            }
        }
        self.shallower();
        Ok(script)
    }

    fn body(&mut self, ends: &[&str]) -> Result<Arc<Script>, Wrong> {
        let script = self.script(ends)?;
        if script.steps.is_empty() {
            return Err(self.wrong_token());
        }
        Ok(Arc::new(script))
    }

    fn pipeline(&mut self) -> Result<Pipeline, Wrong> {
        let (mut not, mut timed) = (false, false);
        loop {
            match self.peek_word().as_deref() {
                Some("!") => {
                    self.eat("!");
                    not = !not;
                }
                Some("time") => {
                    self.eat("time");
                    self.blanks();
                    timed = true;
                    if self.peek_word().as_deref() == Some("-p") {
                        self.eat("-p");
                    }
                }
                _ => break,
            }
        }
        let mut stages = Vec::new();
        loop {
            let command = self.command(!stages.is_empty() || not)?;
            self.blanks();
            if self.looks_at("||") || self.peek() != Some('|') {
                stages.push((command, false));
                return Ok(Pipeline { not, timed, stages });
            }
            self.next();
            let both = self.eat("&");
            stages.push((command, both));
            self.lines()?;
            if self.peek().is_none() {
                return Err(Wrong::EndOfFile(self.line));
            }
        }
    }

    /// One command. `after` something that it must follow.
    fn command(&mut self, after: bool) -> Result<Command, Wrong> {
        self.deeper()?;
        self.alias();
        let line = self.line;
        let word = self.peek_word().unwrap_or_default();
        let body = match &*word {
            "{" => {
                self.eat("{");
                let body = self.body(&["}"])?;
                self.want("}")?;
                Some(Body::Group(body))
            }
            "for" => Some(self.a_for()?),
            "select" => Some(self.a_select()?),
            "while" | "until" => {
                self.eat(&word);
                let cond = self.body(&["do"])?;
                self.want("do")?;
                let body = self.body(&["done"])?;
                self.want("done")?;
                Some(Body::While(Arc::new(While { until: word == "until", cond, body })))
            }
            "if" => Some(self.an_if()?),
            "case" => Some(self.a_case()?),
            "[[" => Some(self.a_test()?),
            "function" => {
                self.eat("function");
                self.blanks();
                let name = self.peek_word().unwrap_or_default();
                self.eat(&name);
                self.blanks();
                if self.eat("(") {
                    self.blanks();
                    if !self.eat(")") {
                        return Err(self.wrong_token());
                    }
                }
                Some(self.function(&name)?)
            }
            "then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "}" | "in"
                if word != "in" =>
            {
                return Err(self.wrong_token());
            }
            "!" if after => return Err(self.wrong_token()),
            _ if self.looks_at("((") => self.a_sum()?,
            _ => None,
        };
        let body = match body {
            Some(body) => body,
            None if self.peek() == Some('(') => {
                self.next();
                let body = self.body(&[])?;
                if !self.eat(")") {
                    return Err(self.wrong_token());
                }
                Body::Subshell(body)
            }
            None => return self.simple(line),
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        self.shallower();
        Ok(Command { line, body, redirects: redirects.into() })
    }
}

/// The pipelines since the last `;` become one that runs in the background.
fn in_background(script: &mut Script, typed: &str, line: usize) {
    let first = script.steps.iter().rposition(|(join, _)| *join == Join::Always).unwrap_or(0);
    let steps = script.steps.split_off(first);
    let body = Body::Background(Arc::new(Script { steps }), typed.into());
    let command = Command { line, body, redirects: [].into() };
    let pipeline = Pipeline { not: false, timed: false, stages: vec![(command, false)] };
    script.steps.push((Join::Always, pipeline));
}

/// A word's text without its quotes.
pub(in crate::kubectl::shell) fn literal(word: &Word) -> String {
    word.0
        .iter()
        .map(|part| match part {
            Part::Plain(text) | Part::Quoted(text) => text.as_str(),
            Part::Var(param, _) => param.name.as_str(),
            _ => "",
        })
        .collect()
}

/// Whether variables may be called so.
pub(in crate::kubectl::shell) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

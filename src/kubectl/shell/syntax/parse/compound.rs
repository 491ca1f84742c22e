//! Compound commands: loops, conditions, functions, sums.

use super::{Parser, is_name};
use crate::kubectl::shell::syntax::{
    Arm, Body, Case, Command, For, ForSum, If, Join, Part, Pipeline, Script, While, Word, Wrong,
};
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn function(&mut self, name: &str) -> Result<Body, Wrong> {
        self.lines()?;
        let word = self.peek_word().unwrap_or_default();
        let is_compound =
            ["{", "for", "select", "while", "until", "if", "case", "[["].contains(&&*word);
        if !is_compound && self.peek() != Some('(') {
            return Err(self.wrong_token());
        }
        let body = self.command(true)?;
        Ok(Body::Function(name.into(), Arc::new(body)))
    }

    pub(super) fn a_for(&mut self) -> Result<Body, Wrong> {
        self.eat("for");
        self.blanks();
        if self.eat("((") {
            return self.a_for_sum();
        }
        Ok(Body::For(self.over_values()?))
    }

    pub(super) fn a_select(&mut self) -> Result<Body, Wrong> {
        self.eat("select");
        self.blanks();
        Ok(Body::Select(self.over_values()?))
    }

    /// `NAME in WORDS; do …; done`
    fn over_values(&mut self) -> Result<Arc<For>, Wrong> {
        let name = self.peek_word().unwrap_or_default();
        if self.peek_operator().is_some() || name.is_empty() {
            return Err(self.wrong_token());
        }
        if !is_name(&name) {
            return Err(Wrong::Other(format!("`{name}': not a valid identifier"), self.line));
        }
        self.eat(&name);
        self.lines()?;
        let mut words = None;
        if self.peek_word().as_deref() == Some("in") {
            self.eat("in");
            let mut all = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => all.push(word),
                    None => break,
                }
            }
            words = Some(all);
        }
        self.blanks();
        if !self.eat(";") && self.peek() != Some('\n') && words.is_some() {
            return Err(self.wrong_token());
        }
        let body = self.loop_body()?;
        Ok(Arc::new(For { name, words, body }))
    }

    fn loop_body(&mut self) -> Result<Arc<Script>, Wrong> {
        self.lines()?;
        let braces = self.peek_word().as_deref() == Some("{");
        let (open, close) = if braces { ("{", "}") } else { ("do", "done") };
        self.want(open)?;
        let body = self.body(&[close])?;
        self.want(close)?;
        Ok(body)
    }

    /// `for ((FIRST; COND; AGAIN))`; the brackets are read.
    fn a_for_sum(&mut self) -> Result<Body, Wrong> {
        let line = self.line;
        let Some(text) = self.sum_text()? else { return Err(self.wrong_token()) };
        let parts: Vec<&str> = text.split(';').collect();
        let [first, cond, again] = *parts else {
            let why = "syntax error: arithmetic expression required";
            return Err(Wrong::Other(why.to_owned(), line));
        };
        let cond = if cond.trim().is_empty() { "1" } else { cond };
        let (first, cond, again) =
            (self.sum_word(first)?, self.sum_word(cond)?, self.sum_word(again)?);
        self.blanks();
        self.eat(";");
        let body = self.loop_body()?;
        let step = |word: &Arc<Word>| {
            let body = Body::Sum(word.clone());
            let command = Command { line, body, redirects: [].into() };
            (Join::Always, Pipeline { not: false, timed: false, stages: vec![(command, false)] })
        };
        let (cond, again) = (Arc::new(cond), Arc::new(again));
        let next = Arc::new(Script { steps: vec![step(&again), step(&cond)] });
        Ok(Body::ForSum(Arc::new(ForSum {
            first,
            cond: Arc::new(Script { steps: vec![step(&cond)] }),
            again: Arc::new(While { until: false, cond: next, body }),
        })))
    }

    pub(super) fn an_if(&mut self) -> Result<Body, Wrong> {
        self.eat("if");
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let cond = self.body(&["then"])?;
            self.want("then")?;
            let body = self.body(&["elif", "else", "fi"])?;
            arms.push((cond, body));
            self.lines()?;
            match self.peek_word().as_deref() {
                Some("elif") => {
                    self.eat("elif");
                }
                Some("else") => {
                    self.eat("else");
                    otherwise = Some(self.body(&["fi"])?);
                    break;
                }
                _ => break,
            }
        }
        self.want("fi")?;
        Ok(Body::If(Arc::new(If { arms, otherwise })))
    }

    pub(super) fn a_case(&mut self) -> Result<Body, Wrong> {
        self.eat("case");
        self.blanks();
        let Some(word) = self.word()? else { return Err(self.wrong_token()) };
        self.want("in")?;
        let mut arms = Vec::new();
        loop {
            self.lines()?;
            if self.peek_word().as_deref() == Some("esac") {
                self.eat("esac");
                break;
            }
            self.eat("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(pattern) => patterns.push(pattern),
                    None => return Err(self.wrong_token()),
                }
                self.blanks();
                if self.eat(")") {
                    break;
                }
                if !self.eat("|") {
                    return Err(self.wrong_token());
                }
            }
            let script = self.script(&["esac"])?;
            self.lines()?;
            let ends = [(";;&", Arm::Looks), (";;", Arm::Ends), (";&", Arm::GoesOn)];
            let end = ends.into_iter().find(|(op, _)| self.eat(op));
            arms.push((patterns, Arc::new(script), end.map_or(Arm::Ends, |(_, arm)| arm)));
        }
        Ok(Body::Case(Arc::new(Case { word, arms })))
    }

    pub(super) fn a_test(&mut self) -> Result<Body, Wrong> {
        self.eat("[[");
        let mut words = Vec::new();
        loop {
            self.blanks();
            if self.peek_word().as_deref() == Some("]]") {
                self.eat("]]");
                return Ok(Body::Test(words.into()));
            }
            let is_pattern = words
                .last()
                .is_some_and(|word: &Word| matches!(&*word.0, [Part::Plain(op)] if op == "=~"));
            let ops = ["&&", "||", "(", ")", "<", ">"];
            if let Some(op) = ops.into_iter().find(|op| !is_pattern && self.looks_at(op)) {
                self.eat(op);
                words.push(Word(vec![Part::Plain(op.to_owned())]));
                continue;
            }
            let word = if is_pattern { self.regex_word()? } else { self.word()? };
            match word {
                Some(word) => words.push(word),
                None if self.peek().is_none() => {
                    let line = self.line;
                    return Err(Wrong::EndOfFile(line));
                }
                None => return Err(self.wrong_token()),
            }
        }
    }

    /// `(( … ))`; none where it is two subshells.
    pub(super) fn a_sum(&mut self) -> Result<Option<Body>, Wrong> {
        let (at, line) = (self.at, self.line);
        self.eat("((");
        if let Some(word) = self.sum()? {
            return Ok(Some(Body::Sum(Arc::new(word))));
        }
        (self.at, self.line) = (at, line);
        Ok(None)
    }
}

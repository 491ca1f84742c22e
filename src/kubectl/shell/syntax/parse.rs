//! From text to a tree: lists, pipelines, compound commands.

use super::{
    Aliases, Assign, Body, Case, Command, For, How, If, Join, Part, Pipeline, Redirect, Script,
    Simple, While, Word, Wrong,
};
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
            "&&", "||", ";;", "|&", "&>>", "&>", "<<<", "<<-", "<<", ">>", ">&", "<&", ">|", "<>",
            "&", ";", "|", "(", ")", "<", ">",
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
        loop {
            self.lines()?;
            let is_end = match self.peek() {
                None => true,
                Some(')') => true,
                Some(';') if self.looks_at(";;") => true,
                _ => self.peek_word().is_some_and(|word| ends.contains(&&*word)),
            };
            if is_end {
                if join != Join::Always {
                    return Err(self.wrong_token());
                }
                break;
            }
            let pipeline = self.pipeline()?;
            script.steps.push((join, pipeline));
            self.blanks();
            join = Join::Always;
            if self.eat("&&") {
                join = Join::And;
            } else if self.eat("||") {
                join = Join::Or;
            } else if self.looks_at(";;") || self.peek() == Some('\n') {
            } else if self.peek() == Some('&') {
                return Err(Wrong::Other(
                    "nothing runs in the background here: leave the & out".to_owned(),
                    self.line,
                ));
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
        let mut not = false;
        while self.peek_word().as_deref() == Some("!") {
            self.eat("!");
            not = !not;
        }
        if self.peek_word().as_deref() == Some("time") {
            self.eat("time");
        }
        let mut stages = Vec::new();
        loop {
            let command = self.command(!stages.is_empty() || not)?;
            self.blanks();
            if self.looks_at("||") || self.peek() != Some('|') {
                stages.push((command, false));
                return Ok(Pipeline { not, stages });
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

    fn function(&mut self, name: &str) -> Result<Body, Wrong> {
        self.lines()?;
        let word = self.peek_word().unwrap_or_default();
        let is_compound = ["{", "for", "while", "until", "if", "case", "[["].contains(&&*word);
        if !is_compound && self.peek() != Some('(') {
            return Err(self.wrong_token());
        }
        let body = self.command(true)?;
        Ok(Body::Function(name.into(), Arc::new(body)))
    }

    fn a_for(&mut self) -> Result<Body, Wrong> {
        self.eat("for");
        self.blanks();
        if self.looks_at("((") {
            return Err(Wrong::Other(
                "for ((…)) is not here: use for x in {1..5}".into(),
                self.line,
            ));
        }
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
        let (open, close) = {
            self.lines()?;
            if self.peek_word().as_deref() == Some("{") { ("{", "}") } else { ("do", "done") }
        };
        self.want(open)?;
        let body = self.body(&[close])?;
        self.want(close)?;
        Ok(Body::For(Arc::new(For { name, words, body })))
    }

    fn an_if(&mut self) -> Result<Body, Wrong> {
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

    fn a_case(&mut self) -> Result<Body, Wrong> {
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
            arms.push((patterns, Arc::new(script)));
            self.lines()?;
            self.eat(";;");
        }
        Ok(Body::Case(Arc::new(Case { word, arms })))
    }

    fn a_test(&mut self) -> Result<Body, Wrong> {
        self.eat("[[");
        let mut words = Vec::new();
        loop {
            self.blanks();
            if self.peek_word().as_deref() == Some("]]") {
                self.eat("]]");
                return Ok(Body::Test(words.into()));
            }
            let ops = ["&&", "||", "(", ")", "<", ">"];
            if let Some(op) = ops.into_iter().find(|op| self.looks_at(op)) {
                self.eat(op);
                words.push(Word(vec![Part::Plain(op.to_owned())]));
                continue;
            }
            let is_pattern = words
                .last()
                .is_some_and(|word: &Word| matches!(&*word.0, [Part::Plain(op)] if op == "=~"));
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
    fn a_sum(&mut self) -> Result<Option<Body>, Wrong> {
        let (at, line) = (self.at, self.line);
        self.eat("((");
        if let Some(word) = self.sum()? {
            return Ok(Some(Body::Sum(Arc::new(word))));
        }
        (self.at, self.line) = (at, line);
        Ok(None)
    }

    fn simple(&mut self, line: usize) -> Result<Command, Wrong> {
        let mut simple = Simple { assigns: Vec::new(), words: Vec::new() };
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
            let Some(word) = self.word()? else { break };
            simple.words.push(word);
            if let [Word(parts)] = &*simple.words
                && let [Part::Plain(name)] = &**parts
                && simple.assigns.is_empty()
                && redirects.is_empty()
                && self.looks_at("(")
            {
                let name = name.clone();
                self.next();
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

    fn assign(&mut self) -> Result<Option<Assign>, Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let n = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
        let name: String = rest.iter().take(n).collect();
        if !is_name(&name) {
            return Ok(None);
        }
        let appends = rest.get(n) == Some(&'+') && rest.get(n + 1) == Some(&'=');
        if !appends && rest.get(n) != Some(&'=') {
            return Ok(None);
        }
        self.at += n + 1 + usize::from(appends);
        if self.peek() == Some('(') {
            return Err(Wrong::Other("arrays are not here".to_owned(), self.line));
        }
        let value = self.word()?.unwrap_or_default();
        Ok(Some(Assign { name, appends, value }))
    }

    fn redirect(&mut self) -> Result<Option<Redirect>, Wrong> {
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
    fn here_bodies(&mut self) -> Result<(), Wrong> {
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
    fn alias(&mut self) {
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

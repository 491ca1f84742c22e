//! Carrying a program out.

mod call;
mod eval;
mod streams;

use super::parse::{Expr, Program, Statement, When};
use super::value::Value;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::shell::tools::echo::formatted;
use crate::kubectl::shell::tools::pattern::{self, Form, Pattern};
use crate::source::sort;
use std::collections::{BTreeMap, HashMap};

/// The most that a program says, and holds in one text.
const MAX_SAID: usize = 16 << 20;
/// The most items of all arrays.
const MAX_ITEMS: usize = 200_000;
/// The most fields of a line.
const MAX_FIELDS: usize = 100_000;
/// What a step is worth in work.
const STEP: u64 = 200;

/// What stands behind the program.
pub(super) enum Operand {
    /// A file's name and text.
    Text(String, String),
    /// `NAME=VALUE`, from here on.
    Set(String, String),
}

enum Flow {
    /// A function's value is in `returned`.
    Return,
    On,
    Next,
    Exit,
    Break,
    Continue,
}

struct Run<'a> {
    console: &'a mut Console,
    io: &'a mut Io,
    program: &'a Program,
    texts: &'a [Operand],
    /// The operand that is read, and how much of it is.
    at: (usize, usize),
    streams: streams::Streams,
    /// What the functions that run have of their own.
    calls: Vec<call::Frame>,
    returned: Value,
    /// `exit` was said in a function.
    exits: bool,
    vars: HashMap<String, Value>,
    arrays: HashMap<String, BTreeMap<String, Value>>,
    n_items: usize,
    line: String,
    fields: Vec<Value>,
    patterns: HashMap<String, Pattern>,
    out: String,
    exit: u8,
}

type Done<T> = Result<T, String>;

/// Runs a program; gives its exit code.
pub(super) fn run(
    console: &mut Console,
    program: &Program,
    separator: Option<String>,
    sets: Vec<(String, String)>,
    texts: &[Operand],
    io: &mut Io,
) -> Result<u8, String> {
    let mut vars = HashMap::new();
    for (name, value) in [("FS", " "), ("OFS", " "), ("ORS", "\n"), ("SUBSEP", "\u{1c}")] {
        vars.insert(name.to_owned(), Value::Text(value.to_owned()));
    }
    if let Some(separator) = separator {
        let separator = if separator == "t" { "\t".to_owned() } else { separator };
        vars.insert("FS".to_owned(), Value::Text(separator));
    }
    vars.extend(sets.into_iter().map(|(name, value)| (name, Value::Input(value))));
    let exported = console.shell.vars.iter().filter(|(_, (_, exported))| *exported);
    let environment: BTreeMap<String, Value> =
        exported.map(|(name, (value, _))| (name.clone(), Value::Input(value.clone()))).collect();
    let n_items = environment.len();
    let mut run = Run {
        console,
        io,
        program,
        texts,
        at: (0, 0),
        streams: streams::Streams::default(),
        calls: Vec::new(),
        returned: Value::Nothing,
        exits: false,
        vars,
        arrays: HashMap::from([("ENVIRON".to_owned(), environment)]),
        n_items,
        line: String::new(),
        fields: Vec::new(),
        patterns: HashMap::new(),
        out: String::new(),
        exit: 0,
    };
    let done = run.program();
    run.close_all();
    done.map(|()| run.exit)
}

impl Run<'_> {
    fn program(&mut self) -> Done<()> {
        let program = self.program;
        let begun = self.block(&program.begin);
        if !self.has_exited(begun)? && program.goes_through() {
            let done = self.rules();
            self.has_exited(done)?;
        }
        // `exit` leads here too, and out of here.
        let ended = self.block(&program.end);
        self.has_exited(ended)?;
        Ok(())
    }

    /// Whether `exit` was said, in a function or not.
    fn has_exited(&mut self, done: Done<Flow>) -> Done<bool> {
        match done {
            Ok(flow) => Ok(matches!(flow, Flow::Exit)),
            Err(_) if std::mem::take(&mut self.exits) => Ok(true),
            Err(why) => Err(why),
        }
    }

    fn rules(&mut self) -> Done<Flow> {
        let program = self.program;
        let mut open = vec![false; program.rules.len()];
        while let Some(line) = self.next_line()? {
            self.set_line(line)?;
            for (rule, open) in program.rules.iter().zip(&mut open) {
                if !self.fits(&rule.when, open)? {
                    continue;
                }
                match self.block(&rule.body)? {
                    Flow::Next => break,
                    Flow::Exit => return Ok(Flow::Exit),
                    _ => {}
                }
            }
        }
        Ok(Flow::On)
    }

    /// The next line of the input; counted.
    fn next_line(&mut self) -> Done<Option<String>> {
        loop {
            let (operand, at) = self.at;
            let (name, text) = match self.texts.get(operand) {
                None => return Ok(None),
                Some(Operand::Text(name, text)) => (name, text),
                Some(Operand::Set(name, value)) => {
                    self.vars.insert(name.clone(), Value::Input(value.clone()));
                    self.at = (operand + 1, 0);
                    continue;
                }
            };
            if at == 0 {
                self.vars.insert("FILENAME".to_owned(), Value::Text(name.clone()));
                self.vars.insert("FNR".to_owned(), Value::Number(0.0));
            }
            let Some((line, next)) = streams::line_at(text, at) else {
                self.at = (operand + 1, 0);
                continue;
            };
            let line = line.to_owned();
            self.at.1 = next;
            self.spend(line.len() as u64)?;
            for count in ["NR", "FNR"] {
                let n = self.vars.get(count).map_or(0.0, Value::number);
                self.vars.insert(count.to_owned(), Value::Number(n + 1.0));
            }
            return Ok(Some(line));
        }
    }

    fn spend(&mut self, work: u64) -> Done<()> {
        if self.out.len() > MAX_SAID || !self.console.shell.spend(STEP + work) {
            return Err("stopped: it did too much without coming to an end".to_owned());
        }
        Ok(())
    }

    fn fits(&mut self, when: &When, open: &mut bool) -> Done<bool> {
        Ok(match when {
            When::Always => true,
            When::If(expr) => self.eval(expr)?.holds(),
            When::Range(from, to) => {
                if !*open && !self.eval(from)?.holds() {
                    return Ok(false);
                }
                *open = !self.eval(to)?.holds();
                true
            }
        })
    }

    fn set_line(&mut self, line: String) -> Done<()> {
        let separator = self.vars.get("FS").map(Value::text).unwrap_or_default();
        self.fields = self.split(&line, &separator)?.into_iter().map(Value::Input).collect();
        self.line = line;
        self.vars.insert("NF".to_owned(), Value::Number(self.fields.len() as f64));
        Ok(())
    }

    fn split(&mut self, text: &str, separator: &str) -> Done<Vec<String>> {
        let owned = |parts: &mut dyn Iterator<Item = &str>| {
            parts.take(MAX_FIELDS).map(str::to_owned).collect()
        };
        if text.is_empty() {
            return Ok(Vec::new());
        }
        if separator == " " {
            return Ok(owned(&mut text.split_whitespace()));
        }
        let mut chars = separator.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Ok(text.chars().take(MAX_FIELDS).map(String::from).collect()),
            (Some(c), None) => Ok(owned(&mut text.split(c))),
            _ => {
                let pattern = self.pattern(separator)?;
                self.spend(pattern.cost.saturating_mul(text.len() as u64))?;
                Ok(owned(&mut pattern.regex.split(text)))
            }
        }
    }

    fn pattern(&mut self, text: &str) -> Done<Pattern> {
        if let Some(pattern) = self.patterns.get(text) {
            return Ok(pattern.clone());
        }
        let pattern = pattern::read(text, Form::Extended, false)?;
        if self.patterns.len() < 100 {
            self.patterns.insert(text.to_owned(), pattern.clone());
        }
        Ok(pattern)
    }

    /// An expression as a pattern: `/…/` as it stands, else the text that it is.
    fn as_pattern(&mut self, expr: &Expr) -> Done<Pattern> {
        match expr {
            Expr::Regex(pattern) => Ok((**pattern).clone()),
            other => {
                let text = self.eval(other)?.text();
                self.pattern(&text)
            }
        }
    }

    fn block(&mut self, statements: &[Statement]) -> Done<Flow> {
        for statement in statements {
            match self.statement(statement)? {
                Flow::On => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    fn statement(&mut self, statement: &Statement) -> Done<Flow> {
        self.spend(0)?;
        match statement {
            Statement::Nothing => {}
            Statement::Expr(expr) => {
                self.eval(expr)?;
            }
            Statement::Return(value) => {
                self.returned = match value {
                    Some(value) => self.eval(value)?,
                    None => Value::Nothing,
                };
                return Ok(Flow::Return);
            }
            Statement::Print(args, to) => {
                let between = self.vars.get("OFS").map(Value::text).unwrap_or_default();
                let end = self.vars.get("ORS").map(Value::text).unwrap_or_default();
                let mut texts = Vec::with_capacity(args.len());
                for arg in args {
                    texts.push(self.eval(arg)?.text());
                }
                let text = if args.is_empty() { self.line.clone() } else { texts.join(&between) };
                self.say(text + &end, to.as_ref())?;
            }
            Statement::Printf(args, to) => {
                let text = self.format(args)?;
                self.say(text, to.as_ref())?;
            }
            Statement::If(cond, yes, no) => {
                let body = if self.eval(cond)?.holds() { yes } else { no };
                return self.block(body);
            }
            Statement::While(cond, body) => {
                while self.eval(cond)?.holds() {
                    self.spend(0)?;
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        other => return Ok(other),
                    }
                }
            }
            Statement::DoWhile(body, cond) => loop {
                self.spend(0)?;
                match self.block(body)? {
                    Flow::On | Flow::Continue => {}
                    Flow::Break => break,
                    other => return Ok(other),
                }
                if !self.eval(cond)?.holds() {
                    break;
                }
            },
            Statement::For(first, cond, then, body) => {
                self.statement(first)?;
                loop {
                    if let Some(cond) = cond
                        && !self.eval(cond)?.holds()
                    {
                        break;
                    }
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        other => return Ok(other),
                    }
                    self.statement(then)?;
                }
            }
            Statement::ForIn(name, array, body) => {
                let array = self.array_name(array);
                let mut keys: Vec<String> = self
                    .arrays
                    .get(&array)
                    .map(|items| items.keys().cloned().collect())
                    .unwrap_or_default();
                // Numbers in their order, then the rest.
                sort::sort_by(&mut keys, |a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
                    (Ok(a), Ok(b)) => a.total_cmp(&b),
                    (Ok(_), Err(_)) => std::cmp::Ordering::Less,
                    (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
                    _ => a.cmp(b),
                });
                for key in keys {
                    self.spend(key.len() as u64)?;
                    self.assign(&Expr::Var(name.clone()), Value::Input(key))?;
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        other => return Ok(other),
                    }
                }
            }
            Statement::Delete(name, index) if index.is_empty() => {
                let name = self.array_name(name);
                if let Some(items) = self.arrays.remove(&name) {
                    self.n_items -= items.len();
                }
            }
            Statement::Delete(name, index) => {
                let key = self.key(index)?;
                let name = self.array_name(name);
                if self.arrays.get_mut(&name).and_then(|items| items.remove(&key)).is_some() {
                    self.n_items -= 1;
                }
            }
            Statement::Next => return Ok(Flow::Next),
            Statement::Exit(code) => {
                if let Some(code) = code {
                    self.exit = (self.eval(code)?.number() as i64 & 0xff) as u8;
                }
                return Ok(Flow::Exit);
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn key(&mut self, index: &[Expr]) -> Done<String> {
        let mut parts = Vec::new();
        for expr in index {
            parts.push(self.eval(expr)?.text());
        }
        Ok(parts.join("\u{1c}"))
    }

    fn format(&mut self, args: &[Expr]) -> Done<String> {
        let mut values = Vec::new();
        for arg in args {
            values.push(self.eval(arg)?);
        }
        let format = values.first().map(Value::text).unwrap_or_default();
        let mut values = values.iter().skip(1);
        let mut out = String::new();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            let n = after
                .char_indices()
                .skip(1)
                .find(|(_, c)| !"-+ 0#.*123456789".contains(*c))
                .map_or(after.len(), |(n, c)| n + c.len_utf8());
            let (spec, left) = after.split_at(n);
            rest = left;
            let whole = spec.ends_with(['d', 'i', 'u', 'x', 'X', 'o']);
            let mut held: Vec<String> = Vec::new();
            let n_args = 1 + spec.matches('*').count();
            for _ in 0..n_args {
                let Some(value) = values.next() else { break };
                held.push(match (whole, value) {
                    (true, value) => format!("{:.0}", value.number().trunc()),
                    (false, Value::Number(number)) if spec.ends_with('c') => {
                        char::from_u32(*number as u32).map(String::from).unwrap_or_default()
                    }
                    (false, value) if spec.ends_with(['f', 'F', 'e', 'E', 'g', 'G']) => {
                        value.number().to_string()
                    }
                    (false, value) => value.text(),
                });
                if spec == "%%" {
                    break;
                }
            }
            let mut next = held.iter();
            match formatted(spec, &mut || next.next()) {
                Ok(text) => out.push_str(&text),
                Err((_, text)) => out.push_str(&text),
            }
            if out.len() > MAX_SAID {
                return Err("the text is too long".to_owned());
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn assign(&mut self, target: &Expr, value: Value) -> Done<()> {
        match target {
            Expr::Var(name) if name == "NF" => {
                let n = (value.number().max(0.0) as usize).min(MAX_FIELDS);
                self.fields.resize(n, Value::Nothing);
                self.rejoin();
            }
            Expr::Var(name) => {
                let own = self.calls.last_mut().and_then(|frame| frame.values.get_mut(name));
                match own {
                    Some(own) => *own = value,
                    None => drop(self.vars.insert(name.clone(), value)),
                }
            }
            Expr::Item(name, index) => {
                let key = self.key(index)?;
                let items = self.arrays.entry(self.array_name(name)).or_default();
                if items.insert(key, value).is_none() {
                    self.n_items += 1;
                }
                if self.n_items > MAX_ITEMS {
                    return Err("arrays hold too much".to_owned());
                }
            }
            Expr::Field(expr) => {
                let n = self.eval(expr)?.number();
                if n < 0.0 || n > MAX_FIELDS as f64 {
                    return Err(format!("attempt to access field {n}"));
                }
                let n = n as usize;
                if n == 0 {
                    return self.set_line(value.text());
                }
                if self.fields.len() < n {
                    self.fields.resize(n, Value::Nothing);
                }
                if let Some(field) = self.fields.get_mut(n - 1) {
                    *field = value;
                }
                self.rejoin();
            }
            Expr::Unary('(', inner) => return self.assign(inner, value),
            _ => return Err("only variables, fields and items can be set".to_owned()),
        }
        Ok(())
    }

    fn rejoin(&mut self) {
        let between = self.vars.get("OFS").map(Value::text).unwrap_or_default();
        self.line = self.fields.iter().map(Value::text).collect::<Vec<_>>().join(&between);
        self.vars.insert("NF".to_owned(), Value::Number(self.fields.len() as f64));
    }
}

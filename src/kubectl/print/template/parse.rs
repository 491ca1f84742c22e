//! Templates as trees (`text/template/parse/parse.go`, `node.go`).

use super::funcs;
use super::lex::{Item, Kind, lex};
use crate::kubectl::print::jsonpath::unquote;
use crate::manifest::go::quote;
use std::collections::BTreeMap;
use std::fmt;

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 100;

/// A template and those that it defines, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub(super) root: Vec<Node>,
    pub(super) defined: BTreeMap<String, Vec<Node>>,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(String),
    Action(Pipe),
    If(Branch),
    With(Branch),
    Range(Branch),
    Break,
    Continue,
    Template { name: String, pipe: Option<Pipe>, pos: usize },
}

/// What is done where a value is there, and where not.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) pipe: Pipe,
    pub(super) then: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

/// Commands, each given what the one before made.
#[derive(Debug, Clone, Default)]
pub(super) struct Pipe {
    pub(super) variables: Vec<String>,
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// A function or value and what it is given.
#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(super) args: Vec<Arg>,
    pub(super) pos: usize,
}

/// A value of a command.
#[derive(Debug, Clone)]
pub(super) struct Arg {
    pub(super) pos: usize,
    pub(super) what: What,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum What {
    Dot,
    Nil,
    Bool(bool),
    /// A number and its text.
    Number(Constant, String),
    /// A string and its text with quotes.
    String(String, String),
    Field(Vec<String>),
    Variable(String, Vec<String>),
    Function(String),
    Pipe(Pipe),
    /// Fields of what stands in parentheses or of a function.
    Chain(Box<Arg>, Vec<String>),
}

/// A number of a template.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Constant {
    Int(i64),
    Float(f64),
    /// Too big for an int.
    Big,
}

fn fields(names: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    names.iter().try_for_each(|name| write!(f, ".{name}"))
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Dot => f.write_str("."),
            What::Nil => f.write_str("nil"),
            What::Bool(yes) => write!(f, "{yes}"),
            What::Number(_, text) | What::String(_, text) | What::Function(text) => {
                f.write_str(text)
            }
            What::Field(names) => fields(names, f),
            What::Variable(name, names) => {
                f.write_str(name)?;
                fields(names, f)
            }
            What::Pipe(pipe) => write!(f, "({pipe})"),
            What::Chain(inner, names) => {
                write!(f, "{inner}")?;
                fields(names, f)
            }
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, arg) in self.args.iter().enumerate() {
            write!(f, "{}{arg}", if idx == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.assigns { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (idx, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if idx == 0 { "" } else { " | " })?;
        }
        Ok(())
    }
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    End,
    Else,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::End { "{{end}}" } else { "{{else}}" })
    }
}

enum Part {
    Node(Node),
    /// A definition: nothing stands in its place.
    Nothing,
    Ended(Ended),
}

struct Parser<'t> {
    text: &'t str,
    items: Vec<Item>,
    at: usize,
    variables: Vec<String>,
    ranges: usize,
    depth: usize,
    defined: BTreeMap<String, Vec<Node>>,
}

type Result2<T> = Result<T, String>;

/// Reads a template.
pub(super) fn parse(text: &str) -> Result2<Tree> {
    let mut parser = Parser {
        text,
        items: lex(text),
        at: 0,
        variables: vec!["$".to_owned()],
        ranges: 0,
        depth: 0,
        defined: BTreeMap::new(),
    };
    let mut root = Vec::new();
    while parser.peek().kind != Kind::End {
        match parser.part(true)? {
            Part::Node(node) => root.push(node),
            Part::Nothing => {}
            Part::Ended(ended) => return Err(parser.error(format_args!("unexpected {ended}"))),
        }
    }
    Ok(Tree { root, defined: parser.defined })
}

impl Parser<'_> {
    fn peek(&self) -> Item {
        let end = || Item { kind: Kind::End, text: String::new(), pos: self.text.len() };
        self.items.get(self.at).or(self.items.last()).cloned().unwrap_or_else(end)
    }

    fn next(&mut self) -> Item {
        let item = self.peek();
        self.at += 1;
        item
    }

    fn peek_word(&mut self) -> Item {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    fn next_word(&mut self) -> Item {
        self.peek_word();
        self.next()
    }

    /// `template: output:LINE: why`, with the line of the last word.
    fn error(&self, why: fmt::Arguments<'_>) -> String {
        let item = self.items.get(self.at.saturating_sub(1)).or(self.items.last());
        let pos = item.map_or(0, |item| item.pos);
        let before = self.text.get(..pos).unwrap_or(self.text);
        format!("template: output:{}: {why}", 1 + before.matches('\n').count())
    }

    fn unexpected(&self, item: &Item, context: &str) -> String {
        if item.kind == Kind::Error {
            return self.error(format_args!("{item}"));
        }
        self.error(format_args!("unexpected {item} in {context}"))
    }

    fn expect_right(&mut self, context: &str) -> Result2<()> {
        let item = self.next_word();
        if item.kind == Kind::Right { Ok(()) } else { Err(self.unexpected(&item, context)) }
    }

    /// Text or an action.
    fn part(&mut self, at_top: bool) -> Result2<Part> {
        let item = self.next_word();
        match item.kind {
            Kind::Text => return Ok(Part::Node(Node::Text(item.text))),
            Kind::Left => {}
            _ => return Err(self.unexpected(&item, "input")),
        }
        let item = self.next_word();
        if item.kind != Kind::Keyword {
            self.at -= 1;
            let n_before = self.at;
            let pipe = self.pipeline("command", Kind::Right)?;
            debug_assert!(self.at > n_before);
            return Ok(Part::Node(Node::Action(pipe)));
        }
        Ok(match &*item.text {
            "if" => Part::Node(Node::If(self.branch("if")?)),
            "with" => Part::Node(Node::With(self.branch("with")?)),
            "range" => Part::Node(Node::Range(self.branch("range")?)),
            "end" => {
                self.expect_right("end")?;
                Part::Ended(Ended::End)
            }
            "else" => {
                let next = self.peek_word();
                if !(next.kind == Kind::Keyword && matches!(&*next.text, "if" | "with")) {
                    self.expect_right("else")?;
                }
                Part::Ended(Ended::Else)
            }
            "break" | "continue" => {
                let word = format!("{{{{{}}}}}", item.text);
                self.expect_right(&word)?;
                if self.ranges == 0 {
                    return Err(self.error(format_args!("{word} outside {{{{range}}}}")));
                }
                Part::Node(if item.text == "break" { Node::Break } else { Node::Continue })
            }
            "define" if at_top => {
                self.definition("define clause", false)?;
                Part::Nothing
            }
            "block" => Part::Node(self.definition("block clause", true)?),
            "template" => Part::Node(self.template()?),
            _ => return Err(self.unexpected(&item, "command")),
        })
    }

    fn name(&mut self, context: &str) -> Result2<String> {
        let item = self.next_word();
        match item.kind {
            Kind::String | Kind::RawString => self.string(&item),
            _ => Err(self.unexpected(&item, context)),
        }
    }

    fn template(&mut self) -> Result2<Node> {
        let pos = self.peek_word().pos;
        let name = self.name("template clause")?;
        let pipe = match self.peek_word().kind {
            Kind::Right => {
                self.next();
                None
            }
            _ => Some(self.pipeline("template clause", Kind::Right)?),
        };
        Ok(Node::Template { name, pipe, pos })
    }

    fn definition(&mut self, context: &str, is_block: bool) -> Result2<Node> {
        let pos = self.peek_word().pos;
        let name = self.name(context)?;
        let pipe = if is_block {
            Some(self.pipeline(context, Kind::Right)?)
        } else {
            self.expect_right(context)?;
            None
        };
        let variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (nodes, ended) = self.list()?;
        self.variables = variables;
        self.ranges = ranges;
        if ended != Ended::End {
            return Err(self.error(format_args!("unexpected {ended} in {context}")));
        }
        self.defined.insert(name.clone(), nodes);
        Ok(Node::Template { name, pipe, pos })
    }

    fn deeper(&mut self) -> Result2<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format_args!("max expression depth exceeded")));
        }
        Ok(())
    }

    fn list(&mut self) -> Result2<(Vec<Node>, Ended)> {
        self.deeper()?;
        let mut nodes = Vec::new();
        while self.peek_word().kind != Kind::End {
            match self.part(false)? {
                Part::Node(node) => nodes.push(node),
                Part::Nothing => {}
                Part::Ended(ended) => {
                    self.depth -= 1;
                    return Ok((nodes, ended));
                }
            }
        }
        Err(self.error(format_args!("unexpected EOF")))
    }

    fn branch(&mut self, context: &str) -> Result2<Branch> {
        let n_variables = self.variables.len();
        let pipe = self.pipeline(context, Kind::Right)?;
        let is_range = usize::from(context == "range");
        self.ranges += is_range;
        let (then, ended) = self.list()?;
        self.ranges -= is_range;
        let mut otherwise = Vec::new();
        if ended == Ended::Else {
            let next = self.peek();
            if next.kind == Kind::Keyword && next.text == context && context != "range" {
                self.next();
                self.deeper()?;
                let branch = self.branch(context)?;
                self.depth -= 1;
                otherwise.push(match context {
                    "if" => Node::If(branch),
                    _ => Node::With(branch),
                });
            } else if next.kind == Kind::Keyword {
                self.next();
                return Err(self.unexpected(&next, "else"));
            } else {
                let (nodes, ended) = self.list()?;
                otherwise = nodes;
                if ended != Ended::End {
                    return Err(self.error(format_args!("expected end; found {ended}")));
                }
            }
        }
        self.variables.truncate(n_variables);
        Ok(Branch { pipe, then, otherwise })
    }

    fn pipeline(&mut self, context: &str, end: Kind) -> Result2<Pipe> {
        self.deeper()?;
        let mut pipe = Pipe::default();
        self.declarations(context, &mut pipe)?;
        loop {
            let item = self.next_word();
            match item.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.at -= 1;
                    pipe.commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(&item, context)),
            }
        }
        if pipe.commands.is_empty() {
            return Err(self.error(format_args!("missing value for {context}")));
        }
        for (idx, command) in pipe.commands.iter().enumerate().skip(1) {
            let first = command.args.first().map(|arg| &arg.what);
            if let Some(
                What::Bool(_) | What::Dot | What::Nil | What::Number(..) | What::String(..),
            ) = first
            {
                return Err(self
                    .error(format_args!("non executable command in pipeline stage {}", idx + 1)));
            }
        }
        self.depth -= 1;
        Ok(pipe)
    }

    fn declarations(&mut self, context: &str, pipe: &mut Pipe) -> Result2<()> {
        loop {
            if self.peek_word().kind != Kind::Variable {
                return Ok(());
            }
            let start = self.at;
            let variable = self.next();
            let next = self.peek_word();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next();
                    pipe.assigns = next.kind == Kind::Assign;
                    self.declare(pipe, variable.text);
                    return Ok(());
                }
                Kind::Char if next.text == "," => {
                    self.next();
                    self.declare(pipe, variable.text);
                    if context == "range" && pipe.variables.len() < 2 {
                        match self.peek_word().kind {
                            Kind::Variable | Kind::Right | Kind::RightParen => continue,
                            _ => {
                                return Err(
                                    self.error(format_args!("range can only initialize variables"))
                                );
                            }
                        }
                    }
                    return Err(self.error(format_args!("too many declarations in {context}")));
                }
                _ => {
                    self.at = start;
                    return Ok(());
                }
            }
        }
    }

    fn declare(&mut self, pipe: &mut Pipe, name: String) {
        self.variables.push(name.clone());
        pipe.variables.push(name);
    }

    fn command(&mut self) -> Result2<Command> {
        let mut command = Command { args: Vec::new(), pos: self.peek_word().pos };
        loop {
            self.peek_word();
            command.args.extend(self.operand()?);
            let item = self.next();
            match item.kind {
                Kind::Space => {}
                Kind::Right | Kind::RightParen => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return Err(self.unexpected(&item, "operand")),
            }
        }
        if command.args.is_empty() {
            return Err(self.error(format_args!("empty command")));
        }
        Ok(command)
    }

    fn operand(&mut self) -> Result2<Option<Arg>> {
        let Some(arg) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(arg));
        }
        let pos = self.peek().pos;
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(self.next().text.trim_start_matches('.').to_owned());
        }
        let what = match arg.what {
            What::Field(mut own) => {
                own.append(&mut names);
                What::Field(own)
            }
            What::Variable(name, mut own) => {
                own.append(&mut names);
                What::Variable(name, own)
            }
            What::Bool(_) | What::String(..) | What::Number(..) | What::Nil | What::Dot => {
                let shown = quote(&arg.to_string());
                return Err(self.error(format_args!("unexpected . after term {shown}")));
            }
            _ => What::Chain(Box::new(arg), names),
        };
        Ok(Some(Arg { pos, what }))
    }

    fn term(&mut self) -> Result2<Option<Arg>> {
        let item = self.next_word();
        let what = match item.kind {
            Kind::Identifier => {
                if !funcs::NAMES.contains(&&*item.text) {
                    let name = quote(&item.text);
                    return Err(self.error(format_args!("function {name} not defined")));
                }
                What::Function(item.text)
            }
            Kind::Dot => What::Dot,
            Kind::Nil => What::Nil,
            Kind::Bool => What::Bool(item.text == "true"),
            Kind::Field => What::Field(vec![item.text.trim_start_matches('.').to_owned()]),
            Kind::Variable => {
                if !self.variables.contains(&item.text) {
                    let name = quote(&item.text);
                    return Err(self.error(format_args!("undefined variable {name}")));
                }
                What::Variable(item.text, Vec::new())
            }
            Kind::Number | Kind::CharConstant => {
                let constant = number(&item).map_err(|why| self.error(format_args!("{why}")))?;
                What::Number(constant, item.text)
            }
            Kind::String | Kind::RawString => What::String(self.string(&item)?, item.text),
            Kind::LeftParen => {
                What::Pipe(self.pipeline("parenthesized pipeline", Kind::RightParen)?)
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Arg { pos: item.pos, what }))
    }

    fn string(&self, item: &Item) -> Result2<String> {
        let inner = item.text.get(1..item.text.len().saturating_sub(1)).unwrap_or_default();
        if item.kind == Kind::RawString {
            return Ok(inner.replace('\r', ""));
        }
        unquote(inner, '"').ok_or_else(|| self.error(format_args!("invalid syntax")))
    }
}

fn number(item: &Item) -> Result<Constant, String> {
    let text = &item.text;
    if item.kind == Kind::CharConstant {
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        let read = unquote(inner, '\'').unwrap_or_default();
        let mut chars = read.chars();
        return match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Constant::Int(i64::from(u32::from(c)))),
            _ => Err(format!("malformed character constant: {text}")),
        };
    }
    let bare = text.replace('_', "");
    let unsigned = bare.strip_prefix(['-', '+']).unwrap_or(&bare);
    let sign = if bare.starts_with('-') { -1_i128 } else { 1 };
    let lower = unsigned.to_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..), 16),
        Some("0o") => (lower.get(2..), 8),
        Some("0b") => (lower.get(2..), 2),
        _ if lower.len() > 1 && lower.starts_with('0') => (lower.get(1..), 8),
        _ => (Some(&*lower), 10),
    };
    if let Ok(whole) = i128::from_str_radix(digits.unwrap_or_default(), radix) {
        return Ok(match i64::try_from(sign * whole) {
            Ok(number) => Constant::Int(number),
            Err(_) => Constant::Big,
        });
    }
    match bare.parse::<f64>() {
        Ok(_) if !bare.contains(['.', 'e', 'E', 'p', 'P']) => {
            Err(format!("integer overflow: {}", quote(text)))
        }
        Ok(float) => Ok(Constant::Float(float)),
        Err(_) => Err(format!("illegal number syntax: {}", quote(text))),
    }
}

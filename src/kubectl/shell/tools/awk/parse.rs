//! From tokens to a program.

mod expr;

use super::lex::{Token, tokens};
use crate::kubectl::shell::tools::pattern::{self, Pattern};
use std::collections::{BTreeMap, BTreeSet};

/// How deep expressions and blocks may be.
const MAX_DEPTH: usize = 60;

/// A program.
pub(super) struct Program {
    pub(super) begin: Vec<Statement>,
    pub(super) rules: Vec<Rule>,
    pub(super) end: Vec<Statement>,
    pub(super) functions: BTreeMap<String, Function>,
    has_end: bool,
    gets_lines: bool,
}

/// A function of the program's own.
pub(super) struct Function {
    pub(super) params: Vec<String>,
    pub(super) body: Vec<Statement>,
}

impl Program {
    /// Whether it looks at its input.
    pub(super) fn reads(&self) -> bool {
        self.goes_through() || self.gets_lines
    }

    /// Whether it goes through all of it.
    pub(super) fn goes_through(&self) -> bool {
        !self.rules.is_empty() || self.has_end
    }
}

/// A pattern and what is done with lines that it fits.
pub(super) struct Rule {
    pub(super) when: When,
    pub(super) body: Vec<Statement>,
}

/// Which lines a rule is for.
pub(super) enum When {
    Always,
    If(Expr),
    Range(Expr, Expr),
}

pub(super) enum Statement {
    Expr(Expr),
    Print(Vec<Expr>, Option<(To, Expr)>),
    Printf(Vec<Expr>, Option<(To, Expr)>),
    Return(Option<Expr>),
    If(Expr, Vec<Statement>, Vec<Statement>),
    While(Expr, Vec<Statement>),
    DoWhile(Vec<Statement>, Expr),
    For(Box<Statement>, Option<Expr>, Box<Statement>, Vec<Statement>),
    ForIn(String, String, Vec<Statement>),
    Delete(String, Vec<Expr>),
    Next,
    Exit(Option<Expr>),
    Break,
    Continue,
    Nothing,
}

/// Where something is printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// `>`
    File,
    /// `>>`
    End,
    /// `|`
    Command,
}

/// Where `getline` reads.
pub(super) enum From {
    /// The program's input.
    Input,
    /// `< FILE`
    File(Box<Expr>),
    /// `COMMAND |`
    Command(Box<Expr>),
}

pub(super) enum Expr {
    Number(f64),
    Text(String),
    Regex(Box<Pattern>),
    Var(String),
    Field(Box<Expr>),
    Item(String, Vec<Expr>),
    In(Vec<Expr>, String),
    Assign(&'static str, Box<Expr>, Box<Expr>),
    /// `++` or `--`, and whether it stands before.
    Step(f64, bool, Box<Expr>),
    Unary(char, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Match(bool, Box<Expr>, Box<Expr>),
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
    /// A function of the program's own.
    Own(String, Vec<Expr>),
    Getline(From, Option<Box<Expr>>),
    Concat(Box<Expr>, Box<Expr>),
}

/// Reads a program.
pub(super) fn parse(text: &str) -> Result<Program, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        no_in: false,
        no_greater: false,
        called: BTreeSet::new(),
        gets_lines: false,
        in_function: false,
    };
    let mut program = Program {
        begin: vec![],
        rules: vec![],
        end: vec![],
        functions: BTreeMap::new(),
        has_end: false,
        gets_lines: false,
    };
    loop {
        while parser.eat("; ") {}
        match parser.peek() {
            None => {
                let known = |name: &&String| !program.functions.contains_key(*name);
                if let Some(name) = parser.called.iter().find(known) {
                    return Err(format!("function `{name}' is not defined"));
                }
                program.gets_lines = parser.gets_lines;
                return Ok(program);
            }
            Some(Token::Name(name)) if name == "BEGIN" => {
                parser.at += 1;
                program.begin.extend(parser.block()?);
            }
            Some(Token::Name(name)) if name == "END" => {
                parser.at += 1;
                program.has_end = true;
                program.end.extend(parser.block()?);
            }
            Some(Token::Name(name) | Token::Call(name)) if name == "function" || name == "func" => {
                parser.at += 1;
                let (name, function) = parser.function()?;
                if program.functions.insert(name.clone(), function).is_some() {
                    return Err(format!("function name `{name}' previously defined"));
                }
            }
            Some(Token::Op("{")) => {
                let body = parser.block()?;
                program.rules.push(Rule { when: When::Always, body });
            }
            Some(_) => {
                let first = parser.expr()?;
                let when = if parser.op(",") {
                    parser.newlines();
                    When::Range(first, parser.expr()?)
                } else {
                    When::If(first)
                };
                let body = if parser.is_op("{") {
                    parser.block()?
                } else {
                    vec![Statement::Print(Vec::new(), None)]
                };
                program.rules.push(Rule { when, body });
            }
        }
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    no_in: bool,
    no_greater: bool,
    /// Functions of its own that it calls.
    called: BTreeSet<String>,
    gets_lines: bool,
    in_function: bool,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_op(&self, op: &str) -> bool {
        matches!(self.peek(), Some(Token::Op(found)) if *found == op)
    }

    fn op(&mut self, op: &str) -> bool {
        let is = self.is_op(op);
        self.at += usize::from(is);
        is
    }

    /// Ends of statements: `;` and new lines.
    fn eat(&mut self, _: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Newline | Token::Op(";")));
        self.at += usize::from(is);
        is
    }

    fn newlines(&mut self) {
        while matches!(self.peek(), Some(Token::Newline)) {
            self.at += 1;
        }
    }

    fn wrong(&self) -> String {
        match self.peek() {
            None => "syntax error: unexpected end of the program".to_owned(),
            Some(Token::Newline) => "syntax error: unexpected newline".to_owned(),
            Some(Token::Op(op)) => format!("syntax error near `{op}'"),
            Some(
                Token::Name(text) | Token::Call(text) | Token::Text(text) | Token::Regex(text),
            ) => {
                format!("syntax error near `{text}'")
            }
            Some(Token::Number(number)) => format!("syntax error near `{number}'"),
        }
    }

    fn want(&mut self, op: &str) -> Result<(), String> {
        if self.op(op) { Ok(()) } else { Err(self.wrong()) }
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Name(name) | Token::Call(name)) if name == word);
        self.at += usize::from(is);
        is
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("the program is too deep".to_owned()) } else { Ok(()) }
    }

    fn block(&mut self) -> Result<Vec<Statement>, String> {
        self.newlines();
        self.want("{")?;
        self.deeper()?;
        let mut out = Vec::new();
        loop {
            while self.eat("") {}
            if self.op("}") {
                self.depth -= 1;
                return Ok(out);
            }
            out.push(self.statement()?);
        }
    }

    /// `NAME(PARAMS) { … }`
    fn function(&mut self) -> Result<(String, Function), String> {
        let Some(Token::Name(name) | Token::Call(name)) = self.peek().cloned() else {
            return Err(self.wrong());
        };
        self.at += 1;
        self.want("(")?;
        let mut params = Vec::new();
        while !self.op(")") {
            let Some(Token::Name(param)) = self.peek().cloned() else { return Err(self.wrong()) };
            self.at += 1;
            if param == name || params.contains(&param) {
                return Err(format!("function `{name}': parameter `{param}' has its name already"));
            }
            params.push(param);
            if self.op(",") {
                self.newlines();
            } else if !self.is_op(")") {
                return Err(self.wrong());
            }
        }
        self.in_function = true;
        let body = self.block()?;
        self.in_function = false;
        Ok((name, Function { params, body }))
    }

    fn body(&mut self) -> Result<Vec<Statement>, String> {
        self.newlines();
        if self.is_op("{") {
            return self.block();
        }
        if self.op(";") {
            return Ok(Vec::new());
        }
        Ok(vec![self.statement()?])
    }

    fn statement(&mut self) -> Result<Statement, String> {
        self.deeper()?;
        let statement = self.any_statement()?;
        self.depth -= 1;
        Ok(statement)
    }

    fn any_statement(&mut self) -> Result<Statement, String> {
        if self.is_op("{") {
            let body = self.block()?;
            return Ok(Statement::If(Expr::Number(1.0), body, Vec::new()));
        }
        if self.word("if") {
            self.want("(")?;
            let cond = self.expr()?;
            self.want(")")?;
            let yes = self.body()?;
            let at = self.at;
            while self.eat("") {}
            let no = if self.word("else") {
                self.body()?
            } else {
                self.at = at;
                Vec::new()
            };
            return Ok(Statement::If(cond, yes, no));
        }
        if self.word("while") {
            self.want("(")?;
            let cond = self.expr()?;
            self.want(")")?;
            return Ok(Statement::While(cond, self.body()?));
        }
        if self.word("do") {
            let body = self.body()?;
            while self.eat("") {}
            if !self.word("while") {
                return Err(self.wrong());
            }
            self.want("(")?;
            let cond = self.expr()?;
            self.want(")")?;
            return Ok(Statement::DoWhile(body, cond));
        }
        if self.word("for") {
            return self.a_for();
        }
        let statement = self.simple()?;
        if !self.eat("") && !self.is_op("}") && self.peek().is_some() {
            return Err(self.wrong());
        }
        Ok(statement)
    }

    fn a_for(&mut self) -> Result<Statement, String> {
        self.want("(")?;
        if let (
            Some(Token::Name(name)),
            Some(Token::Name(word)),
            Some(Token::Name(array)),
            Some(Token::Op(")")),
        ) = (
            self.peek(),
            self.tokens.get(self.at + 1),
            self.tokens.get(self.at + 2),
            self.tokens.get(self.at + 3),
        ) && word == "in"
        {
            let (name, array) = (name.clone(), array.clone());
            self.at += 4;
            return Ok(Statement::ForIn(name, array, self.body()?));
        }
        let first = if self.is_op(";") { Statement::Nothing } else { self.simple()? };
        self.want(";")?;
        let cond = if self.is_op(";") { None } else { Some(self.expr()?) };
        self.want(";")?;
        let then = if self.is_op(")") { Statement::Nothing } else { self.simple()? };
        self.want(")")?;
        Ok(Statement::For(Box::new(first), cond, Box::new(then), self.body()?))
    }

    fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Newline | Token::Op(";" | "}" | ">" | ">>" | "|")))
    }

    fn simple(&mut self) -> Result<Statement, String> {
        let prints = self.word("print");
        if prints || self.word("printf") {
            self.no_greater = true;
            // `print (a, b)` and `print (a) b` both begin with a bracket.
            let at = self.at;
            let mut args = Vec::new();
            if self.op("(") {
                self.no_greater = false;
                if let Ok(list) = self.list(")")
                    && self.op(")")
                    && self.ends()
                {
                    args = list;
                } else {
                    self.at = at;
                }
                self.no_greater = true;
            }
            if self.at == at && !self.ends() {
                args = self.list("")?;
            }
            self.no_greater = false;
            let ops = [(">>", To::End), (">", To::File), ("|", To::Command)];
            let to = match ops.into_iter().find(|(op, _)| self.op(op)) {
                Some((_, to)) => Some((to, self.concat()?)),
                None => None,
            };
            return match (prints, args.is_empty()) {
                (false, true) => Err("printf: no format".to_owned()),
                (false, false) => Ok(Statement::Printf(args, to)),
                (true, _) => Ok(Statement::Print(args, to)),
            };
        }
        if self.in_function && self.word("return") {
            return Ok(Statement::Return(if self.ends() { None } else { Some(self.expr()?) }));
        }
        if self.word("next") {
            return match self.in_function {
                true => Err("`next' is used in a function".to_owned()),
                false => Ok(Statement::Next),
            };
        }
        if self.word("break") {
            return Ok(Statement::Break);
        }
        if self.word("continue") {
            return Ok(Statement::Continue);
        }
        if self.word("exit") {
            return Ok(Statement::Exit(if self.ends() { None } else { Some(self.expr()?) }));
        }
        if self.word("delete") {
            let Some(Token::Name(name)) = self.peek().cloned() else { return Err(self.wrong()) };
            self.at += 1;
            let mut index = Vec::new();
            if self.op("[") {
                index = self.list("]")?;
                self.want("]")?;
            }
            return Ok(Statement::Delete(name, index));
        }
        Ok(Statement::Expr(self.expr()?))
    }
}

//! From tokens to a program.

use super::lex::{Token, tokens};
use crate::kubectl::shell::tools::pattern::{self, Form, Pattern};

/// How deep expressions and blocks may be.
const MAX_DEPTH: usize = 60;

/// A program.
pub(super) struct Program {
    pub(super) begin: Vec<Statement>,
    pub(super) rules: Vec<Rule>,
    pub(super) end: Vec<Statement>,
    has_end: bool,
}

impl Program {
    /// Whether it looks at its input.
    pub(super) fn reads(&self) -> bool {
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
    Print(Vec<Expr>),
    Printf(Vec<Expr>),
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
    Concat(Box<Expr>, Box<Expr>),
}

/// Reads a program.
pub(super) fn parse(text: &str) -> Result<Program, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0, no_in: false, no_greater: false };
    let mut program = Program { begin: vec![], rules: vec![], end: vec![], has_end: false };
    loop {
        while parser.eat("; ") {}
        match parser.peek() {
            None => return Ok(program),
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
                return Err("functions of your own are not here".to_owned());
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
                    vec![Statement::Print(Vec::new())]
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
            if matches!(self.peek(), Some(Token::Op(">" | ">>" | "|"))) {
                return Err(
                    "print into files and commands is not here: use > behind awk".to_owned()
                );
            }
            return match (prints, args.is_empty()) {
                (false, true) => Err("printf: no format".to_owned()),
                (false, false) => Ok(Statement::Printf(args)),
                (true, _) => Ok(Statement::Print(args)),
            };
        }
        if self.word("next") {
            return Ok(Statement::Next);
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
        if self.word("getline") {
            return Err("getline is not here".to_owned());
        }
        Ok(Statement::Expr(self.expr()?))
    }

    fn list(&mut self, end: &str) -> Result<Vec<Expr>, String> {
        let mut out = Vec::new();
        self.newlines();
        if !end.is_empty() && self.is_op(end) {
            return Ok(out);
        }
        loop {
            out.push(self.expr()?);
            if !self.op(",") {
                return Ok(out);
            }
            self.newlines();
        }
    }

    fn expr(&mut self) -> Result<Expr, String> {
        self.deeper()?;
        let expr = self.ternary()?;
        self.depth -= 1;
        Ok(expr)
    }

    fn ternary(&mut self) -> Result<Expr, String> {
        let left = self.or()?;
        if self.op("?") {
            let yes = self.expr()?;
            self.want(":")?;
            let no = self.expr()?;
            return Ok(Expr::Ternary(Box::new(left), Box::new(yes), Box::new(no)));
        }
        for op in ["=", "+=", "-=", "*=", "/=", "%=", "^="] {
            if self.is_op(op) {
                if !matches!(left, Expr::Var(_) | Expr::Field(_) | Expr::Item(..)) {
                    return Err(self.wrong());
                }
                self.at += 1;
                self.newlines();
                return Ok(Expr::Assign(op, Box::new(left), Box::new(self.expr()?)));
            }
        }
        Ok(left)
    }

    fn or(&mut self) -> Result<Expr, String> {
        let mut left = self.and()?;
        while self.op("||") {
            self.newlines();
            left = Expr::Binary("||", Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut left = self.is_in()?;
        while self.op("&&") {
            self.newlines();
            left = Expr::Binary("&&", Box::new(left), Box::new(self.is_in()?));
        }
        Ok(left)
    }

    fn is_in(&mut self) -> Result<Expr, String> {
        let mut left = self.matching()?;
        while !self.no_in && self.word("in") {
            let Some(Token::Name(array)) = self.peek().cloned() else { return Err(self.wrong()) };
            self.at += 1;
            left = Expr::In(vec![left], array);
        }
        Ok(left)
    }

    fn matching(&mut self) -> Result<Expr, String> {
        let mut left = self.comparison()?;
        loop {
            let not = self.is_op("!~");
            if !not && !self.is_op("~") {
                return Ok(left);
            }
            self.at += 1;
            left = Expr::Match(not, Box::new(left), Box::new(self.comparison()?));
        }
    }

    fn comparison(&mut self) -> Result<Expr, String> {
        let left = self.concat()?;
        for op in ["==", "!=", "<=", ">=", "<", ">"] {
            if self.is_op(op) && !(op == ">" && self.no_greater) {
                self.at += 1;
                return Ok(Expr::Binary(op, Box::new(left), Box::new(self.concat()?)));
            }
        }
        Ok(left)
    }

    fn concat(&mut self) -> Result<Expr, String> {
        let mut left = self.sum()?;
        loop {
            let begins = match self.peek() {
                Some(Token::Number(_) | Token::Text(_) | Token::Call(_)) => true,
                Some(Token::Name(name)) => name != "in",
                Some(Token::Op("$" | "!" | "(" | "-" | "++" | "--")) => true,
                _ => false,
            };
            // What `in` and `-` mean here was decided above.
            if !begins || self.is_op("-") || self.is_op("!") {
                return Ok(left);
            }
            left = Expr::Concat(Box::new(left), Box::new(self.sum()?));
        }
    }

    fn sum(&mut self) -> Result<Expr, String> {
        let mut left = self.product()?;
        loop {
            let op = if self.op("+") {
                "+"
            } else if self.op("-") {
                "-"
            } else {
                return Ok(left);
            };
            left = Expr::Binary(op, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expr, String> {
        let mut left = self.unary()?;
        loop {
            let op = if self.op("*") {
                "*"
            } else if self.op("/") {
                "/"
            } else if self.op("%") {
                "%"
            } else {
                return Ok(left);
            };
            left = Expr::Binary(op, Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Expr, String> {
        for (op, letter) in [("!", '!'), ("-", '-'), ("+", '+')] {
            if self.op(op) {
                self.deeper()?;
                let inner = self.unary()?;
                self.depth -= 1;
                return Ok(Expr::Unary(letter, Box::new(inner)));
            }
        }
        let base = self.step()?;
        if self.op("^") || self.op("**") {
            self.deeper()?;
            let power = self.unary()?;
            self.depth -= 1;
            return Ok(Expr::Binary("^", Box::new(base), Box::new(power)));
        }
        Ok(base)
    }

    fn step(&mut self) -> Result<Expr, String> {
        for (op, by) in [("++", 1.0), ("--", -1.0)] {
            if self.op(op) {
                return Ok(Expr::Step(by, true, Box::new(self.primary()?)));
            }
        }
        let value = self.primary()?;
        if matches!(value, Expr::Var(_) | Expr::Field(_) | Expr::Item(..)) {
            for (op, by) in [("++", 1.0), ("--", -1.0)] {
                if self.op(op) {
                    return Ok(Expr::Step(by, false, Box::new(value)));
                }
            }
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some(token) = self.peek().cloned() else { return Err(self.wrong()) };
        match token {
            Token::Number(number) => {
                self.at += 1;
                Ok(Expr::Number(number))
            }
            Token::Text(text) => {
                self.at += 1;
                Ok(Expr::Text(text))
            }
            Token::Regex(text) => {
                self.at += 1;
                Ok(Expr::Regex(Box::new(pattern::read(&text, Form::Extended, false)?)))
            }
            Token::Op("$") => {
                self.at += 1;
                self.deeper()?;
                let inner = if self.op("-") {
                    Expr::Unary('-', Box::new(self.primary()?))
                } else if self.is_op("++") || self.is_op("--") {
                    self.step()?
                } else {
                    self.primary()?
                };
                self.depth -= 1;
                Ok(Expr::Field(Box::new(inner)))
            }
            Token::Op("(") => {
                self.at += 1;
                let greater = std::mem::take(&mut self.no_greater);
                let mut list = self.list(")")?;
                self.no_greater = greater;
                self.want(")")?;
                if list.len() > 1 {
                    if self.word("in")
                        && let Some(Token::Name(array)) = self.peek().cloned()
                    {
                        self.at += 1;
                        return Ok(Expr::In(list, array));
                    }
                    return Err(self.wrong());
                }
                // A group of its own: `(a) b` joins, `(a)++` does not count.
                match list.pop() {
                    Some(inner) => Ok(Expr::Unary('(', Box::new(inner))),
                    None => Err(self.wrong()),
                }
            }
            Token::Call(name) => {
                self.at += 1;
                self.want("(")?;
                let greater = std::mem::take(&mut self.no_greater);
                let args = self.list(")")?;
                self.no_greater = greater;
                self.want(")")?;
                let known = [
                    "length", "substr", "index", "split", "sub", "gsub", "match", "toupper",
                    "tolower", "sprintf", "int", "sqrt", "exp", "log", "sin", "cos", "rand",
                    "srand", "systime",
                ];
                if !known.contains(&&*name) {
                    return Err(format!("function `{name}' is not here"));
                }
                Ok(Expr::Call(name, args))
            }
            Token::Name(name) if name == "length" => {
                self.at += 1;
                Ok(Expr::Call(name, Vec::new()))
            }
            Token::Name(name) if name == "getline" => Err("getline is not here".to_owned()),
            Token::Name(name) => {
                self.at += 1;
                if self.op("[") {
                    let index = self.list("]")?;
                    self.want("]")?;
                    return Ok(Expr::Item(name, index));
                }
                Ok(Expr::Var(name))
            }
            _ => Err(self.wrong()),
        }
    }
}

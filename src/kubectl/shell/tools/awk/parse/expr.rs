//! Expressions, from the loosest operator to the tightest.

use super::{Expr, From, Parser, Token, pattern};
use crate::kubectl::shell::tools::pattern::Form;

impl Parser {
    pub(super) fn list(&mut self, end: &str) -> Result<Vec<Expr>, String> {
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

    pub(super) fn expr(&mut self) -> Result<Expr, String> {
        self.deeper()?;
        let expr = self.ternary()?;
        self.depth -= 1;
        Ok(expr)
    }

    pub(super) fn ternary(&mut self) -> Result<Expr, String> {
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
        let mut left = self.concat()?;
        while self.is_op("|")
            && matches!(self.tokens.get(self.at + 1), Some(Token::Name(name)) if name == "getline")
        {
            self.at += 2;
            left = Expr::Getline(From::Command(Box::new(left)), self.getline_into()?);
        }
        for op in ["==", "!=", "<=", ">=", "<", ">"] {
            if self.is_op(op) && !(op == ">" && self.no_greater) {
                self.at += 1;
                return Ok(Expr::Binary(op, Box::new(left), Box::new(self.concat()?)));
            }
        }
        Ok(left)
    }

    pub(super) fn concat(&mut self) -> Result<Expr, String> {
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

    /// The variable behind `getline`, if one stands there.
    fn getline_into(&mut self) -> Result<Option<Box<Expr>>, String> {
        let is_variable = match self.peek() {
            Some(Token::Name(name)) => name != "in",
            Some(Token::Op("$")) => true,
            _ => false,
        };
        Ok(if is_variable { Some(Box::new(self.primary()?)) } else { None })
    }

    pub(super) fn primary(&mut self) -> Result<Expr, String> {
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
                    "srand", "systime", "system", "close", "fflush",
                ];
                if !known.contains(&&*name) {
                    self.called.insert(name.clone());
                    return Ok(Expr::Own(name, args));
                }
                Ok(Expr::Call(name, args))
            }
            Token::Name(name) if name == "length" => {
                self.at += 1;
                Ok(Expr::Call(name, Vec::new()))
            }
            Token::Name(name) if name == "getline" => {
                self.at += 1;
                let into = self.getline_into()?;
                if !self.op("<") {
                    self.gets_lines = true;
                    return Ok(Expr::Getline(From::Input, into));
                }
                self.deeper()?;
                let file = self.primary()?;
                self.depth -= 1;
                Ok(Expr::Getline(From::File(Box::new(file)), into))
            }
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

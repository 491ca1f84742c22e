//! `expr`.

use super::pattern::{self, Form};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// How deep brackets may be.
const MAX_DEPTH: usize = 60;

/// Operators by how strongly they bind, the weakest first.
const LEVELS: [&[&str]; 5] =
    [&["|"], &["&"], &["<", "<=", "=", "==", "!=", ">=", ">"], &["+", "-"], &["*", "/", "%"]];

/// `expr A + B`
pub(super) fn expr(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.is_empty() {
        io.err("expr: missing operand\nTry 'expr --help' for more information.\n");
        return Done::Exit(2);
    }
    let mut reader = Reader { console, words: args, at: 0, depth: 0 };
    let answer = reader.level(0).and_then(|value| match reader.words.get(reader.at) {
        None => Ok(value),
        Some(word) => Err(format!("syntax error: unexpected argument '{word}'")),
    });
    match answer {
        Ok(value) => {
            io.line(&value);
            Done::Exit(u8::from(is_none(&value)))
        }
        Err(why) => {
            io.err(format_args!("expr: {why}\n"));
            Done::Exit(2)
        }
    }
}

fn is_none(value: &str) -> bool {
    value.is_empty() || value.parse::<i64>() == Ok(0)
}

struct Reader<'a> {
    console: &'a mut Console,
    words: &'a [String],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<String, String> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word.ok_or_else(|| {
            let last = self.words.last().map_or("", String::as_str);
            format!("syntax error: missing argument after '{last}'")
        })
    }

    fn level(&mut self, level: usize) -> Result<String, String> {
        let Some(ops) = LEVELS.get(level) else { return self.matched() };
        let mut left = self.level(level + 1)?;
        while let Some(op) = self.words.get(self.at).filter(|op| ops.contains(&&***op)).cloned() {
            self.at += 1;
            let right = self.level(level + 1)?;
            left = joined(&left, &op, &right)?;
        }
        Ok(left)
    }

    /// `TEXT : PATTERN`
    fn matched(&mut self) -> Result<String, String> {
        let mut left = self.one()?;
        while self.words.get(self.at).is_some_and(|op| op == ":") {
            self.at += 1;
            let right = self.one()?;
            left = self.fits(&left, &right)?;
        }
        Ok(left)
    }

    /// The group that matches at the beginning, or how much does.
    fn fits(&mut self, text: &str, given: &str) -> Result<String, String> {
        let pattern = pattern::read(&format!("^{given}"), Form::Basic, false)?;
        if !self.console.shell.spend(pattern.cost.saturating_mul(text.len() as u64 + 16)) {
            return Err("stopped".to_owned());
        }
        let found = pattern.regex.captures(text);
        let group = pattern.regex.captures_len() > 1;
        Ok(match found {
            None if group => String::new(),
            None => "0".to_owned(),
            Some(found) if group => found.get(1).map_or("", |m| m.as_str()).to_owned(),
            Some(found) => found.get(0).map_or(0, |m| m.as_str().chars().count()).to_string(),
        })
    }

    fn one(&mut self) -> Result<String, String> {
        let word = self.next()?;
        match word.as_str() {
            "(" => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("the expression is too deep".to_owned());
                }
                let inner = self.level(0)?;
                self.depth -= 1;
                match self.words.get(self.at) {
                    Some(word) if word == ")" => {
                        self.at += 1;
                        Ok(inner)
                    }
                    _ => Err("syntax error: expecting ')' after '('".to_owned()),
                }
            }
            "length" if self.at < self.words.len() => Ok(self.next()?.chars().count().to_string()),
            "match" if self.at + 1 < self.words.len() => {
                let (text, given) = (self.next()?, self.next()?);
                self.fits(&text, &given)
            }
            "index" if self.at + 1 < self.words.len() => {
                let (text, chars) = (self.next()?, self.next()?);
                let at = text.chars().position(|c| chars.contains(c)).map_or(0, |n| n + 1);
                Ok(at.to_string())
            }
            "substr" if self.at + 2 < self.words.len() => {
                let (text, from, n) = (self.next()?, self.next()?, self.next()?);
                let from: usize = from.parse().unwrap_or(0);
                let n: usize = n.parse().unwrap_or(0);
                if from == 0 {
                    return Ok(String::new());
                }
                Ok(text.chars().skip(from - 1).take(n).collect())
            }
            _ => Ok(word),
        }
    }
}

fn joined(left: &str, op: &str, right: &str) -> Result<String, String> {
    let number = |text: &str| text.parse::<i64>().ok();
    let truth = |is: bool| Ok(u8::from(is).to_string());
    match op {
        "|" => {
            Ok(if is_none(left) { if is_none(right) { "0" } else { right } } else { left }
                .to_owned())
        }
        "&" => Ok(if is_none(left) || is_none(right) { "0" } else { left }.to_owned()),
        "<" | "<=" | "=" | "==" | "!=" | ">=" | ">" => {
            let order = match (number(left), number(right)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => left.cmp(right),
            };
            truth(match op {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            })
        }
        _ => {
            let (Some(a), Some(b)) = (number(left), number(right)) else {
                return Err("non-integer argument".to_owned());
            };
            let value = match op {
                "+" => a.checked_add(b),
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                _ if b == 0 => return Err("division by zero".to_owned()),
                "/" => a.checked_div(b),
                _ => a.checked_rem(b),
            };
            let value = value.ok_or("the number is too big")?;
            Ok(value.to_string())
        }
    }
}

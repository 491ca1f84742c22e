//! Expressions and functions.

use super::{Done, MAX_FIELDS, MAX_ITEMS, MAX_SAID, Run};
use crate::kubectl::shell::tools::awk::parse::Expr;
use crate::kubectl::shell::tools::awk::value::Value;
use std::collections::BTreeMap;

impl Run<'_> {
    pub(super) fn eval(&mut self, expr: &Expr) -> Done<Value> {
        let truth = |is: bool| Value::Number(f64::from(u8::from(is)));
        Ok(match expr {
            Expr::Number(number) => Value::Number(*number),
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Regex(pattern) => {
                self.spend(pattern.cost.saturating_mul(self.line.len() as u64))?;
                truth(pattern.is_match(&self.line))
            }
            Expr::Var(name) => self.var(name),
            Expr::Own(name, args) => self.call_own(name, args)?,
            Expr::Getline(from, into) => self.getline(from, into.as_deref())?,
            Expr::Field(expr) => {
                let n = self.eval(expr)?.number();
                if n < 0.0 {
                    return Err(format!("attempt to access field {n}"));
                }
                match n as usize {
                    0 => Value::Input(self.line.clone()),
                    n => self.fields.get(n - 1).cloned().unwrap_or(Value::Nothing),
                }
            }
            Expr::Item(name, index) => {
                let key = self.key(index)?;
                let found = self
                    .arrays
                    .get(&self.array_name(name))
                    .and_then(|items| items.get(&key))
                    .cloned();
                match found {
                    Some(value) => value,
                    None => {
                        self.assign(
                            &Expr::Item(name.clone(), vec![Expr::Text(key)]),
                            Value::Nothing,
                        )?;
                        Value::Nothing
                    }
                }
            }
            Expr::In(index, array) => {
                let key = self.key(index)?;
                truth(
                    self.arrays
                        .get(&self.array_name(array))
                        .is_some_and(|items| items.contains_key(&key)),
                )
            }
            Expr::Assign(op, target, value) => {
                let mut new = self.eval(value)?;
                if let Some(op) = op.strip_suffix('=').filter(|op| !op.is_empty()) {
                    let old = self.eval(target)?.number();
                    new = Value::Number(arithmetic(op, old, new.number())?);
                }
                self.assign(target, new.clone())?;
                new
            }
            Expr::Step(by, before, target) => {
                let old = self.eval(target)?.number();
                self.assign(target, Value::Number(old + by))?;
                Value::Number(if *before { old + by } else { old })
            }
            Expr::Unary('!', inner) => truth(!self.eval(inner)?.holds()),
            Expr::Unary('-', inner) => Value::Number(-self.eval(inner)?.number()),
            Expr::Unary('+', inner) => Value::Number(self.eval(inner)?.number()),
            Expr::Unary(_, inner) => self.eval(inner)?,
            Expr::Binary("&&", left, right) => {
                truth(self.eval(left)?.holds() && self.eval(right)?.holds())
            }
            Expr::Binary("||", left, right) => {
                truth(self.eval(left)?.holds() || self.eval(right)?.holds())
            }
            Expr::Binary(op, left, right) => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                match *op {
                    "==" => truth(left.compare(&right).is_eq()),
                    "!=" => truth(left.compare(&right).is_ne()),
                    "<" => truth(left.compare(&right).is_lt()),
                    "<=" => truth(left.compare(&right).is_le()),
                    ">" => truth(left.compare(&right).is_gt()),
                    ">=" => truth(left.compare(&right).is_ge()),
                    op => Value::Number(arithmetic(op, left.number(), right.number())?),
                }
            }
            Expr::Match(not, left, right) => {
                let text = self.eval(left)?.text();
                let pattern = self.as_pattern(right)?;
                self.spend(pattern.cost.saturating_mul(text.len() as u64))?;
                truth(pattern.is_match(&text) != *not)
            }
            Expr::Ternary(cond, yes, no) => {
                let chosen = if self.eval(cond)?.holds() { yes } else { no };
                self.eval(chosen)?
            }
            Expr::Concat(left, right) => {
                let mut text = self.eval(left)?.text();
                text.push_str(&self.eval(right)?.text());
                self.spend(text.len() as u64)?;
                if text.len() > MAX_SAID {
                    return Err("the text is too long".to_owned());
                }
                Value::Text(text)
            }
            Expr::Call(name, args) => self.call(name, args)?,
        })
    }

    pub(super) fn call(&mut self, name: &str, args: &[Expr]) -> Done<Value> {
        match (name, args) {
            ("sprintf", _) => return Ok(Value::Text(self.format(args)?)),
            ("length", []) => return Ok(Value::Number(self.line.chars().count() as f64)),
            ("length", [Expr::Var(array)]) if self.arrays.contains_key(&self.array_name(array)) => {
                let items = self.arrays.get(&self.array_name(array));
                return Ok(Value::Number(items.map_or(0, BTreeMap::len) as f64));
            }
            ("split", [text, Expr::Var(array), separator @ ..]) => {
                let text = self.eval(text)?.text();
                let separator = match separator.first() {
                    None => self.vars.get("FS").map(Value::text).unwrap_or_default(),
                    Some(Expr::Regex(pattern)) => {
                        self.spend(pattern.cost.saturating_mul(text.len() as u64))?;
                        let parts = pattern.regex.split(&text).filter(|_| !text.is_empty());
                        let parts = parts.take(MAX_FIELDS).map(str::to_owned).collect();
                        return self.fill(array, parts);
                    }
                    Some(expr) => self.eval(expr)?.text(),
                };
                let parts = self.split(&text, &separator)?;
                return self.fill(array, parts);
            }
            ("sub" | "gsub", [pattern, with, target @ ..]) => {
                return self.substitute(name == "gsub", pattern, with, target.first());
            }
            ("match", [text, pattern]) => {
                let text = self.eval(text)?.text();
                let pattern = self.as_pattern(pattern)?;
                self.spend(pattern.work(text.len()))?;
                let found = pattern.find_at(&text, 0).map(|found| {
                    let n_chars = |part: Option<&str>| part.unwrap_or("").chars().count() as f64;
                    (n_chars(text.get(..found.start)) + 1.0, n_chars(text.get(found)))
                });
                let (start, length) = found.unwrap_or((0.0, -1.0));
                self.vars.insert("RSTART".to_owned(), Value::Number(start));
                self.vars.insert("RLENGTH".to_owned(), Value::Number(length));
                return Ok(Value::Number(start));
            }
            _ => {}
        }
        let mut values = Vec::new();
        for arg in args {
            values.push(self.eval(arg)?);
        }
        let number = |n: usize| values.get(n).map_or(0.0, Value::number);
        let text = |n: usize| values.get(n).map(Value::text).unwrap_or_default();
        Ok(match name {
            "length" => Value::Number(text(0).chars().count() as f64),
            "toupper" => Value::Text(text(0).to_uppercase()),
            "tolower" => Value::Text(text(0).to_lowercase()),
            "index" => {
                let (whole, part) = (text(0), text(1));
                let at = whole
                    .find(&part)
                    .and_then(|n| whole.get(..n))
                    .map(|before| before.chars().count() + 1);
                Value::Number(at.unwrap_or(0) as f64)
            }
            "substr" => {
                let start = number(1).round();
                let end = if values.len() > 2 { start + number(2).round() } else { f64::INFINITY };
                let chars = text(0);
                let inside = chars.chars().enumerate().filter(|(n, _)| {
                    let place = *n as f64 + 1.0;
                    place >= start && place < end
                });
                Value::Text(inside.map(|(_, c)| c).collect())
            }
            "int" => Value::Number(number(0).trunc()),
            "sqrt" => Value::Number(number(0).sqrt()),
            "exp" => Value::Number(number(0).exp()),
            "log" => Value::Number(number(0).ln()),
            "sin" => Value::Number(number(0).sin()),
            "cos" => Value::Number(number(0).cos()),
            "system" => Value::Number(self.system(&text(0))?),
            "close" => Value::Number(self.close(&text(0))),
            "fflush" => {
                self.flush();
                Value::Number(0.0)
            }
            "rand" => Value::Number(self.console.shell.random() as f64 / 2_147_483_648.0),
            "systime" => {
                let now = self.console.cluster.settings().now.parse::<jiff::Timestamp>();
                Value::Number(now.map_or(0.0, |now| now.as_second() as f64))
            }
            _ => Value::Number(0.0),
        })
    }

    /// Puts parts into an array, from 1; gives how many.
    pub(super) fn fill(&mut self, array: &str, parts: Vec<String>) -> Done<Value> {
        let n = parts.len();
        let array = self.array_name(array);
        let old = self.arrays.remove(&array).map_or(0, |items| items.len());
        self.n_items = self.n_items - old + n;
        if self.n_items > MAX_ITEMS {
            return Err("arrays hold too much".to_owned());
        }
        let items = parts.into_iter().enumerate();
        let items = items.map(|(n, part)| ((n + 1).to_string(), Value::Input(part))).collect();
        self.arrays.insert(array, items);
        Ok(Value::Number(n as f64))
    }

    pub(super) fn substitute(
        &mut self,
        all: bool,
        pattern: &Expr,
        with: &Expr,
        target: Option<&Expr>,
    ) -> Done<Value> {
        let pattern = self.as_pattern(pattern)?;
        let with = self.eval(with)?.text();
        let line = Expr::Field(Box::new(Expr::Number(0.0)));
        let target = target.unwrap_or(&line);
        let text = self.eval(target)?.text();
        self.spend(pattern.work(text.len()))?;
        let mut out = String::new();
        let (mut at, mut n) = (0, 0.0);
        for found in pattern.find_iter(&text) {
            out.push_str(text.get(at..found.start).unwrap_or(""));
            let mut chars = with.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '&' => out.push_str(text.get(found.clone()).unwrap_or("")),
                    '\\' if chars.peek() == Some(&'&') => out.extend(chars.next()),
                    c => out.push(c),
                }
            }
            at = found.end;
            n += 1.0;
            if out.len() > MAX_SAID {
                return Err("the text is too long".to_owned());
            }
            if !all {
                break;
            }
        }
        if n > 0.0 {
            out.push_str(text.get(at..).unwrap_or(""));
            self.assign(target, Value::Text(out))?;
        }
        Ok(Value::Number(n))
    }
}

fn arithmetic(op: &str, left: f64, right: f64) -> Done<f64> {
    Ok(match op {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" if right == 0.0 => return Err("division by zero attempted".to_owned()),
        "%" if right == 0.0 => return Err("division by zero attempted in `%'".to_owned()),
        "/" => left / right,
        "%" => left % right,
        _ => left.powf(right),
    })
}

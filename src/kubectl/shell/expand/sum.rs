//! `$((…))`: whole numbers of 64 bits.

use crate::kubectl::console::Console;
use crate::kubectl::shell::arrays::Key;
use crate::kubectl::shell::syntax::is_name;

const MAX_DEPTH: usize = 60;

/// What an expression comes to.
///
/// # Errors
/// In bash's words.
pub(in crate::kubectl::shell) fn sum(console: &mut Console, text: &str) -> Result<i64, String> {
    nested(console, text, 0)
}

fn nested(console: &mut Console, text: &str, depth: usize) -> Result<i64, String> {
    let text = text.trim();
    let said = |why: &str, token: &str| format!("{text}: {why} (error token is \"{token}\")");
    let Some(tokens) = tokens(text) else {
        return Err(said("syntax error: operand expected", text));
    };
    if tokens.is_empty() {
        return Ok(0);
    }
    let mut reader = Reader { console, tokens: &tokens, at: 0, depth, does: true };
    let value = reader.comma().map_err(|(why, at)| {
        let rest = tokens.get(at).map_or("", |(_, from)| text.get(*from..).unwrap_or(""));
        said(&why, rest)
    })?;
    match tokens.get(reader.at) {
        None => Ok(value),
        Some((_, from)) => Err(said("syntax error in expression", text.get(*from..).unwrap_or(""))),
    }
}

type Token = (String, usize);

fn tokens(text: &str) -> Option<Vec<Token>> {
    let ops = [
        "<<=", ">>=", "**", "&&", "||", "<<", ">>", "<=", ">=", "==", "!=", "++", "--", "+=", "-=",
        "*=", "/=", "%=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|", "^", "?",
        ":", "(", ")", ",",
    ];
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next()?;
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let n = if first.is_ascii_alphanumeric() || first == '_' {
            let n = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '#')
                .unwrap_or(rest.len());
            n + rest.get(n..).map_or(0, index_len)
        } else {
            ops.into_iter().find(|op| rest.starts_with(op))?.len()
        };
        out.push((rest.get(..n)?.to_owned(), at));
        at += n;
        if out.len() > 10_000 {
            return None;
        }
    }
    Some(out)
}

/// How long an index is that stands here; 0 where none does.
fn index_len(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if c == ']' { at + 1 } else { 0 };
        }
    }
    0
}

/// A variable, or a value of an array: its name, and what stands in the brackets.
fn place(token: &str) -> Option<(&str, Option<&str>)> {
    let (name, index) = match token.strip_suffix(']').and_then(|token| token.split_once('[')) {
        Some((name, index)) => (name, Some(index)),
        None => (token, None),
    };
    is_name(name).then_some((name, index))
}

struct Reader<'a> {
    console: &'a mut Console,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Whether assignments are carried out.
    does: bool,
}

type Sum = Result<i64, (String, usize)>;

/// Operators by how strongly they bind, the weakest first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", ">", "<=", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
    &["**"],
];

impl Reader<'_> {
    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", |(token, _)| token)
    }

    fn comma(&mut self) -> Sum {
        let mut value = self.ternary()?;
        while self.peek() == "," {
            self.at += 1;
            value = self.ternary()?;
        }
        Ok(value)
    }

    fn ternary(&mut self) -> Sum {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(("expression recursion level exceeded".to_owned(), self.at));
        }
        let mut value = self.assignment()?;
        if self.peek() == "?" {
            self.at += 1;
            let does = self.does;
            self.does = does && value != 0;
            let yes = self.ternary()?;
            if self.peek() != ":" {
                return Err(("`:' expected for conditional expression".to_owned(), self.at));
            }
            self.at += 1;
            self.does = does && value == 0;
            let no = self.ternary()?;
            self.does = does;
            value = if value != 0 { yes } else { no };
        }
        self.depth -= 1;
        Ok(value)
    }

    fn assignment(&mut self) -> Sum {
        let name = self.peek().to_owned();
        let op = self.tokens.get(self.at + 1).map_or("", |(token, _)| token).to_owned();
        let assigns = ["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>="];
        if place(&name).is_some() && assigns.contains(&&*op) {
            self.at += 2;
            let right = self.ternary()?;
            let value = match op.strip_suffix('=') {
                Some("") | None => right,
                Some(op) => {
                    let left = self.variable(&name)?;
                    self.apply(op, left, right)?
                }
            };
            if self.does {
                self.set(&name, value)?;
            }
            return Ok(value);
        }
        self.level(0)
    }

    fn level(&mut self, level: usize) -> Sum {
        let Some(ops) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while ops.contains(&self.peek()) {
            let op = self.peek().to_owned();
            self.at += 1;
            let does = self.does;
            match &*op {
                "&&" => self.does = does && left != 0,
                "||" => self.does = does && left == 0,
                _ => {}
            }
            // `**` groups from the right.
            let right = if op == "**" { self.level(level)? } else { self.level(level + 1)? };
            self.does = does;
            left = self.apply(&op, left, right)?;
        }
        Ok(left)
    }

    fn apply(&self, op: &str, left: i64, right: i64) -> Sum {
        Ok(match op {
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" if right == 0 && !self.does => 0,
            "/" | "%" if right == 0 => {
                return Err(("division by 0".to_owned(), self.at.saturating_sub(1)));
            }
            "/" => left.wrapping_div(right),
            "%" => left.wrapping_rem(right),
            "**" => match u32::try_from(right) {
                Ok(n) => left.wrapping_pow(n),
                Err(_) => return Err(("exponent less than 0".to_owned(), self.at)),
            },
            "<<" => left.wrapping_shl((right & 63) as u32),
            ">>" => left.wrapping_shr((right & 63) as u32),
            "<" => i64::from(left < right),
            ">" => i64::from(left > right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "&&" => i64::from(left != 0 && right != 0),
            _ => i64::from(left != 0 || right != 0),
        })
    }

    fn unary(&mut self) -> Sum {
        let op = self.peek().to_owned();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(("expression recursion level exceeded".to_owned(), self.at));
        }
        let value = match &*op {
            "-" => self.after_op()?.wrapping_neg(),
            "+" => self.after_op()?,
            "!" => i64::from(self.after_op()? == 0),
            "~" => !self.after_op()?,
            "++" | "--" => {
                self.at += 1;
                let name = self.peek().to_owned();
                if place(&name).is_none() {
                    return Err(("syntax error: operand expected".to_owned(), self.at));
                }
                self.at += 1;
                let value = self.variable(&name)?.wrapping_add(if op == "++" { 1 } else { -1 });
                if self.does {
                    self.set(&name, value)?;
                }
                value
            }
            "(" => {
                self.at += 1;
                let value = self.comma()?;
                if self.peek() != ")" {
                    return Err(("missing `)'".to_owned(), self.at.min(self.tokens.len() - 1)));
                }
                self.at += 1;
                value
            }
            _ => self.operand(&op)?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn after_op(&mut self) -> Sum {
        self.at += 1;
        self.unary()
    }

    fn operand(&mut self, token: &str) -> Sum {
        let at = self.at;
        if place(token).is_some() {
            self.at += 1;
            let value = self.variable(token)?;
            let next = self.peek().to_owned();
            if next == "++" || next == "--" {
                self.at += 1;
                if self.does {
                    let new = value.wrapping_add(if next == "++" { 1 } else { -1 });
                    self.set(token, new)?;
                }
            }
            return Ok(value);
        }
        let number =
            match (token.split_once('#'), token.strip_prefix("0x"), token.strip_prefix('0')) {
                (Some((base, digits)), ..) => {
                    let base = base.parse::<u32>().ok().filter(|base| (2..=36).contains(base));
                    base.and_then(|base| i64::from_str_radix(digits, base).ok())
                }
                (_, Some(digits), _) => i64::from_str_radix(digits, 16).ok(),
                (_, _, Some(digits)) if !digits.is_empty() => {
                    match i64::from_str_radix(digits, 8) {
                        Ok(number) => Some(number),
                        Err(_) => return Err(("value too great for base".to_owned(), at)),
                    }
                }
                _ => token.parse().ok(),
            };
        match number {
            Some(number) => {
                self.at += 1;
                Ok(number)
            }
            None => {
                let last = self.tokens.len().saturating_sub(1);
                let why = if token.starts_with(|c: char| c.is_ascii_digit()) {
                    "value too great for base"
                } else {
                    "syntax error: operand expected"
                };
                Err((why.to_owned(), at.min(last)))
            }
        }
    }

    /// Where an array's value stands.
    fn key(&mut self, name: &str, index: &str) -> Result<Key, (String, usize)> {
        if self.console.shell.is_named(name) {
            return Ok(Key::Name(index.replace(['"', '\''], "")));
        }
        if self.depth > MAX_DEPTH / 2 {
            return Err(("expression recursion level exceeded".to_owned(), self.at));
        }
        let number = nested(self.console, index, self.depth + 10);
        number.map(Key::Number).map_err(|why| (why, self.at))
    }

    fn set(&mut self, token: &str, value: i64) -> Result<(), (String, usize)> {
        match place(token) {
            Some((name, Some(index))) => {
                let key = self.key(name, index)?;
                self.console.shell.set_item(name, Some(key), value.to_string(), false);
            }
            _ => self.console.shell.set(token, value.to_string()),
        }
        Ok(())
    }

    fn variable(&mut self, token: &str) -> Sum {
        let value = match place(token) {
            Some((name, Some(index))) => {
                let key = self.key(name, index)?;
                self.console.shell.item(name, &key).unwrap_or_default()
            }
            _ => self.console.shell.var(token).unwrap_or("").to_owned(),
        };
        if value.is_empty() {
            return Ok(0);
        }
        if let Ok(number) = value.parse() {
            return Ok(number);
        }
        if self.depth > MAX_DEPTH / 2 {
            return Err(("expression recursion level exceeded".to_owned(), self.at));
        }
        nested(self.console, &value, self.depth + 10).map_err(|why| (why, self.at))
    }
}

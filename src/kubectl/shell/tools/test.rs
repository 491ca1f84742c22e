//! `test`, `[`, `[[`, `let`.

use super::pattern::{self, Form};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;

/// How deep expressions may be.
const MAX_DEPTH: usize = 100;

/// `test EXPRESSION`
pub(super) fn test(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    Done::Exit(answered(console, "test", args, io))
}

/// `[ EXPRESSION ]`
pub(super) fn single(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    match args.split_last() {
        Some((last, inner)) if last == "]" => Done::Exit(answered(console, "[", inner, io)),
        _ => {
            expand::stop(console, io, "[: missing `]'");
            Done::Exit(2)
        }
    }
}

fn answered(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> u8 {
    let mut reader = Reader { console, words: args, at: 0, double: false, depth: 0 };
    let answer = if args.is_empty() { Ok(false) } else { reader.any() };
    let left = reader.at < args.len();
    match answer {
        Ok(_) if left => {
            expand::stop(console, io, format_args!("{name}: too many arguments"));
            2
        }
        Ok(answer) => u8::from(!answer),
        Err(why) => {
            expand::stop(console, io, format_args!("{name}: {why}"));
            2
        }
    }
}

/// `[[ … ]]`: right sides of `==` are patterns.
pub(in crate::kubectl::shell) fn double(
    console: &mut Console,
    words: &[String],
    io: &mut Io,
) -> u8 {
    let mut reader = Reader { console, words, at: 0, double: true, depth: 0 };
    let answer = reader.any();
    let next = words.get(reader.at).cloned();
    match (answer, next) {
        (Ok(answer), None) => u8::from(!answer),
        (Ok(_), Some(next)) => {
            expand::stop(
                console,
                io,
                format_args!("syntax error in conditional expression near `{next}'"),
            );
            2
        }
        (Err(why), _) => {
            expand::stop(console, io, format_args!("[[: {why}"));
            2
        }
    }
}

struct Reader<'a> {
    console: &'a mut Console,
    words: &'a [String],
    at: usize,
    double: bool,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn any(&mut self) -> Result<bool, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("the expression is too deep".to_owned());
        }
        let or = if self.double { "||" } else { "-o" };
        let mut answer = self.all()?;
        while self.peek() == Some(or) {
            self.at += 1;
            answer |= self.all()?;
        }
        self.depth -= 1;
        Ok(answer)
    }

    fn all(&mut self) -> Result<bool, String> {
        let and = if self.double { "&&" } else { "-a" };
        let mut answer = self.not()?;
        while self.peek() == Some(and) {
            self.at += 1;
            answer &= self.not()?;
        }
        Ok(answer)
    }

    fn not(&mut self) -> Result<bool, String> {
        let mut not = false;
        while self.peek() == Some("!") && self.at + 1 < self.words.len() {
            self.at += 1;
            not = !not;
        }
        Ok(self.one()? != not)
    }

    fn one(&mut self) -> Result<bool, String> {
        let first = self.peek().ok_or("argument expected")?.to_owned();
        let op = self.words.get(self.at + 1).cloned().unwrap_or_default();
        if let Some(right) = self.words.get(self.at + 2).cloned()
            && let Some(answer) = self.binary(&first, &op, &right)?
        {
            self.at += 3;
            return Ok(answer);
        }
        if first == "(" && self.at + 1 < self.words.len() {
            self.at += 1;
            let answer = self.any()?;
            if self.peek() != Some(")") {
                return Err("`)' expected".to_owned());
            }
            self.at += 1;
            return Ok(answer);
        }
        let unary = first.strip_prefix('-').filter(|c| c.len() == 1).and_then(|c| c.chars().next());
        if let Some(letter) = unary.filter(|c| "zndefrswxLhpcbgGkOStuv".contains(*c))
            && let Some(word) = self.words.get(self.at + 1).cloned()
        {
            self.at += 2;
            let files = &self.console.files;
            return Ok(match letter {
                'z' => word.is_empty(),
                'n' => !word.is_empty(),
                'd' => files.is_folder(&word),
                'f' => files.read(&word).is_some(),
                'e' | 'r' | 'w' => files.read(&word).is_some() || files.is_folder(&word),
                's' => files.read(&word).is_some_and(|bytes| !bytes.is_empty()),
                'x' => files.is_folder(&word) || files.is_executable(&word),
                'v' => self.console.shell.var(&word).is_some(),
                _ => false,
            });
        }
        if unary.is_some() && self.words.len() == self.at + 2 {
            return Err(format!("{first}: unary operator expected"));
        }
        self.at += 1;
        if self.words.len() == 3 && self.at == 1 {
            return Err(format!("{op}: binary operator expected"));
        }
        if self.words.len() == 2 && self.at == 1 {
            return Err(format!("{first}: unary operator expected"));
        }
        Ok(!first.is_empty())
    }

    fn binary(&mut self, left: &str, op: &str, right: &str) -> Result<Option<bool>, String> {
        if self.double && matches!(op, "=" | "==" | "!=") {
            let work = (right.len() as u64 + 8).saturating_mul(left.len() as u64);
            if !self.console.shell.spend(work) {
                return Err("stopped".to_owned());
            }
        }
        let answer = match op {
            "=" | "==" if self.double => expand::matches(right, left),
            "!=" if self.double => !expand::matches(right, left),
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "=~" if self.double => {
                let pattern = pattern::read(right, Form::Extended, false)?;
                if !self.console.shell.spend(pattern.work(left.len())) {
                    return Err("stopped".to_owned());
                }
                let found = pattern.groups_at(left, 0);
                self.console.shell.new_array("BASH_REMATCH", false);
                let n_groups = found.as_ref().map_or(0, |_| pattern.regex.captures_len());
                for n in 0..n_groups {
                    let text = found.as_ref().map_or("", |found| found.group(n)).to_owned();
                    self.console.shell.set_item("BASH_REMATCH", None, text, false);
                }
                found.is_some()
            }
            "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => {
                let (a, b) = (self.number(left)?, self.number(right)?);
                match op {
                    "-eq" => a == b,
                    "-ne" => a != b,
                    "-lt" => a < b,
                    "-le" => a <= b,
                    "-gt" => a > b,
                    _ => a >= b,
                }
            }
            "-nt" | "-ot" => false,
            "-ef" => self.console.files.resolve(left) == self.console.files.resolve(right),
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    fn number(&mut self, text: &str) -> Result<i64, String> {
        if self.double {
            return expand::sum(self.console, text);
        }
        text.trim().parse().map_err(|_| format!("{text}: integer expression expected"))
    }
}

/// `let EXPRESSION`
pub(super) fn a_let(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut last = 0;
    for arg in args {
        match expand::sum(console, arg) {
            Ok(value) => last = value,
            Err(why) => {
                return Done::Exit(expand::stop(console, io, format_args!("let: {why}")).0);
            }
        }
    }
    Done::Exit(u8::from(last == 0))
}

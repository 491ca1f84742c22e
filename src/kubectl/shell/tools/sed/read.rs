//! From a script to commands.

use super::{Address, Command, Does, Piece};
use crate::kubectl::shell::tools::pattern::{self, Form, Pattern};
use crate::kubectl::shell::tools::unescape;

/// A reader of a script.
pub(super) struct Reader {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    pub(super) form: Form,
    pub(super) last: Option<Pattern>,
    pub(super) depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn blanks(&mut self, also: &str) {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t' || also.contains(c)) {
            self.at += 1;
        }
    }

    pub(super) fn commands(&mut self, inner: bool) -> Result<Vec<Command>, String> {
        self.depth += 1;
        if self.depth > 20 {
            return Err("commands stand too deep in each other".to_owned());
        }
        let mut out = Vec::new();
        loop {
            self.blanks(";\n");
            match self.peek() {
                None if inner => return Err("unmatched `{'".to_owned()),
                None => break,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                Some('}') if inner => {
                    self.at += 1;
                    break;
                }
                Some('}') => {
                    self.at += 1;
                    return Err("unexpected `}'".to_owned());
                }
                Some(_) => out.push(self.command()?),
            }
        }
        self.depth -= 1;
        Ok(out)
    }

    fn command(&mut self) -> Result<Command, String> {
        let from = self.address()?;
        let mut to = None;
        self.blanks("");
        if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            self.blanks("");
            to = match self.peek() {
                Some('+') => {
                    self.at += 1;
                    Some(Address::Step(self.number(), 0))
                }
                _ => self.address()?,
            };
            if to.is_none() {
                self.at += 1;
                return Err("unexpected `,'".to_owned());
            }
        }
        self.blanks("");
        let not = self.peek() == Some('!');
        if not {
            self.at += 1;
            self.blanks("!");
        }
        let Some(letter) = self.next() else { return Err("missing command".to_owned()) };
        let does = match letter {
            's' => self.substitute()?,
            'y' => self.translate()?,
            'd' => Does::Delete,
            'p' => Does::Print,
            '=' => Does::Number,
            'q' => Does::Quit(true),
            'Q' => Does::Quit(false),
            'a' => Does::Append(self.line()?),
            'i' => Does::Insert(self.line()?),
            'c' => Does::Change(self.line()?),
            '{' => Does::Block(self.commands(true)?),
            'n' | 'N' | 'D' | 'P' | 'h' | 'H' | 'g' | 'G' | 'x' | 'l' | 'b' | 't' | 'T' | ':'
            | 'r' | 'R' | 'w' | 'W' | 'e' | 'F' | 'z' | 'v' => {
                return Err(format!("the command `{letter}' is not here"));
            }
            letter => return Err(format!("unknown command: `{letter}'")),
        };
        if !matches!(does, Does::Append(_) | Does::Insert(_) | Does::Change(_) | Does::Block(_)) {
            self.blanks("");
            match self.peek() {
                None | Some(';' | '\n' | '}' | '#') => {}
                Some(_) => {
                    self.at += 1;
                    return Err(match does {
                        Does::Substitute { .. } => "unknown option to `s'".to_owned(),
                        _ => "extra characters after command".to_owned(),
                    });
                }
            }
        }
        Ok(Command { from, to, not, open: false, does })
    }

    fn number(&mut self) -> usize {
        let mut digits = String::new();
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            digits.extend(self.next());
        }
        digits.parse().unwrap_or(usize::MAX)
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        Ok(match self.peek() {
            Some(c) if c.is_ascii_digit() => {
                let line = self.number();
                if self.peek() == Some('~') {
                    self.at += 1;
                    let step = self.number();
                    return Ok(Some(Address::Step(line, step)));
                }
                Some(Address::Line(line))
            }
            Some('$') => {
                self.at += 1;
                Some(Address::Last)
            }
            Some('/') => {
                self.at += 1;
                let text = self.until('/', "unterminated address regex")?;
                Some(Address::Match(self.flagged(&text)?))
            }
            Some('\\') => {
                self.at += 1;
                let end = self.next().ok_or("unexpected end")?;
                let text = self.until(end, "unterminated address regex")?;
                Some(Address::Match(self.flagged(&text)?))
            }
            _ => None,
        })
    }

    fn flagged(&mut self, text: &str) -> Result<Pattern, String> {
        let ignore_case = self.peek() == Some('I');
        if ignore_case {
            self.at += 1;
        }
        self.pattern(text, ignore_case)
    }

    fn pattern(&mut self, text: &str, ignore_case: bool) -> Result<Pattern, String> {
        if text.is_empty() {
            return self.last.clone().ok_or_else(|| "no previous regular expression".to_owned());
        }
        let pattern = pattern::read(text, self.form, ignore_case)?;
        self.last = Some(pattern.clone());
        Ok(pattern)
    }

    /// Text up to `end`, which may stand in it behind a backslash.
    fn until(&mut self, end: char, why: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut in_class = false;
        loop {
            let c = self.next().ok_or(why)?;
            if c == '\\' {
                match self.next().ok_or(why)? {
                    c if c == end => {
                        // A delimiter that means something keeps its backslash.
                        if matches!(end, '|' | '.' | '*' | '+' | '?') {
                            out.push('\\');
                        }
                        out.push(c);
                    }
                    c => {
                        out.push('\\');
                        out.push(c);
                    }
                }
            } else if c == end && !in_class {
                return Ok(out);
            } else {
                match c {
                    '[' => {
                        in_class = self.text.get(self.at..).is_some_and(|rest| {
                            rest.iter().take_while(|c| **c != '\n').any(|c| *c == ']')
                        }) && !in_class
                            && end != '['
                            && self.class_closes(end)
                    }
                    ']' => in_class = false,
                    _ => {}
                }
                out.push(c);
            }
        }
    }

    /// Whether the bracket expression that begins here holds the delimiter and closes later.
    fn class_closes(&self, end: char) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let close = rest.iter().skip(1).position(|c| *c == ']').map(|n| n + 1);
        let stop = rest.iter().position(|c| *c == end);
        matches!((close, stop), (Some(close), Some(stop)) if stop < close)
    }

    fn substitute(&mut self) -> Result<Does, String> {
        let end = self.next().ok_or("unterminated `s' command")?;
        if end == '\n' || end == '\\' {
            return Err("unterminated `s' command".to_owned());
        }
        let text = self.until(end, "unterminated `s' command")?;
        let with = self.replacement(end)?;
        let (mut all, mut nth, mut print, mut ignore_case) = (false, 1, false, false);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('i' | 'I') => ignore_case = true,
                Some('m' | 'M') => {}
                Some('e' | 'w') => return Err("the flags e and w are not here".to_owned()),
                Some(c) if c.is_ascii_digit() => {
                    nth = self.number();
                    if nth == 0 {
                        return Err("number option to `s' command may not be zero".to_owned());
                    }
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let pattern = self.pattern(&text, ignore_case)?;
        let n_groups = pattern.regex.captures_len().saturating_sub(1);
        let most = with.iter().filter_map(|piece| match piece {
            Piece::Group(n) => Some(*n),
            _ => None,
        });
        if let Some(n) = most.max().filter(|n| *n > n_groups) {
            return Err(format!("invalid reference \\{n} on `s' command's RHS"));
        }
        Ok(Does::Substitute { pattern, with, all, nth, print })
    }

    fn replacement(&mut self, end: char) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        loop {
            let c = self.next().ok_or("unterminated `s' command")?;
            if c == end {
                break;
            }
            let piece = match c {
                '&' => Some(Piece::Group(0)),
                '\\' => match self.next().ok_or("unterminated `s' command")? {
                    c if c.is_ascii_digit() => {
                        c.to_digit(10).and_then(|n| usize::try_from(n).ok()).map(Piece::Group)
                    }
                    'n' => {
                        text.push('\n');
                        None
                    }
                    't' => {
                        text.push('\t');
                        None
                    }
                    c @ ('U' | 'L' | 'u' | 'l' | 'E') => Some(Piece::Case(c)),
                    c => {
                        text.push(c);
                        None
                    }
                },
                c => {
                    text.push(c);
                    None
                }
            };
            if let Some(piece) = piece {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(piece);
            }
        }
        pieces.push(Piece::Text(text));
        Ok(pieces)
    }

    fn translate(&mut self) -> Result<Does, String> {
        let end = self.next().ok_or("unterminated `y' command")?;
        let from = self.until(end, "unterminated `y' command")?;
        let to = self.until(end, "unterminated `y' command")?;
        let (from, to): (Vec<char>, Vec<char>) =
            (unescape(&from).chars().collect(), unescape(&to).chars().collect());
        if from.len() != to.len() {
            return Err("strings for `y' command are different lengths".to_owned());
        }
        Ok(Does::Translate(from.into_iter().zip(to).collect()))
    }

    /// The text of `a`, `i`, `c`.
    fn line(&mut self) -> Result<String, String> {
        self.blanks("");
        if self.peek() == Some('\\') {
            self.at += 1;
            self.blanks("");
            if self.peek() == Some('\n') {
                self.at += 1;
            }
        }
        if self.peek().is_none() {
            return Err("expected \\ after `a', `c' or `i'".to_owned());
        }
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => out.extend(self.next()),
                '\n' => break,
                c => out.push(c),
            }
        }
        Ok(out)
    }
}

//! From a script to commands.

use super::{Address, Command, Does, Piece, Substitute};
use crate::kubectl::shell::tools::pattern::{self, Form, Pattern};
use crate::kubectl::shell::tools::unescape;
use std::collections::BTreeMap;

/// A reader of a script.
struct Reader {
    text: Vec<char>,
    at: usize,
    form: Form,
    last: Option<Pattern>,
    program: Vec<Command>,
    labels: BTreeMap<String, usize>,
    /// Branches whose label may come later.
    jumps: Vec<(usize, String)>,
}

/// How deep blocks may be.
const MAX_DEPTH: usize = 100;
/// How many commands a script may have.
const MAX_COMMANDS: usize = 20_000;

/// Reads a script: its commands one after the other, blocks too.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn program(text: &str, form: Form) -> Result<Vec<Command>, String> {
    let mut reader = Reader {
        text: text.chars().collect(),
        at: 0,
        form,
        last: None,
        program: Vec::new(),
        labels: BTreeMap::new(),
        jumps: Vec::new(),
    };
    if let Err(why) = reader.commands() {
        let at = if why == OPEN { 0 } else { reader.at };
        return Err(format!("-e expression #1, char {at}: {why}"));
    }
    for (at, label) in std::mem::take(&mut reader.jumps) {
        let Some(to) = reader.labels.get(&label) else {
            return Err(format!("can't find label for jump to `{label}'"));
        };
        if let Some(Command { does: Does::Branch(_, place), .. }) = reader.program.get_mut(at) {
            *place = *to;
        }
    }
    Ok(reader.program)
}

const OPEN: &str = "unmatched `{'";

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

    fn commands(&mut self) -> Result<(), String> {
        let mut open = Vec::new();
        loop {
            self.blanks(";\n");
            if self.program.len() > MAX_COMMANDS || open.len() > MAX_DEPTH {
                return Err("the script is too long".to_owned());
            }
            match self.peek() {
                None if open.is_empty() => return Ok(()),
                None => return Err(OPEN.to_owned()),
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                Some('}') => {
                    self.at += 1;
                    let Some(begin) = open.pop() else {
                        return Err("unexpected `}'".to_owned());
                    };
                    let end = self.program.len();
                    if let Some(Command { does: Does::Block(place), .. }) =
                        self.program.get_mut(begin)
                    {
                        *place = end;
                    }
                    self.ends()?;
                }
                Some(_) => {
                    let command = self.command()?;
                    if matches!(command.does, Does::Block(_)) {
                        open.push(self.program.len());
                    }
                    self.program.push(command);
                }
            }
        }
    }

    /// Nothing but the next command may follow.
    fn ends(&mut self) -> Result<(), String> {
        self.blanks("");
        match self.peek() {
            None | Some(';' | '\n' | '}' | '#') => Ok(()),
            Some(_) => {
                self.at += 1;
                Err("extra characters after command".to_owned())
            }
        }
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
                    Some(Address::More(self.number(), 0))
                }
                Some('~') => {
                    self.at += 1;
                    Some(Address::Multiple(self.number()))
                }
                _ => self.address()?,
            };
            if to.is_none() {
                self.at += 1;
                return Err("unexpected `,'".to_owned());
            }
        }
        // Only `0,/…/`, in which the first line may end the range already.
        let from_start = matches!(from, Some(Address::Line(0)));
        if from_start && !matches!(to, Some(Address::Match(_))) {
            self.at += 1;
            return Err("invalid usage of line address 0".to_owned());
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
            'D' => Does::DeleteFirst,
            'p' => Does::Print,
            'P' => Does::PrintFirst,
            '=' => Does::Number,
            'F' => Does::Name,
            'l' => Does::Escaped(self.given_number().unwrap_or(70)),
            'q' | 'Q' => {
                let code = self.given_number().unwrap_or(0);
                Does::Quit(letter == 'q', u8::try_from(code & 0xff).unwrap_or(0))
            }
            'a' => Does::Append(self.line()?),
            'i' => Does::Insert(self.line()?),
            'c' => Does::Change(self.line()?),
            'r' => Does::ReadFile(self.file()?),
            'w' => Does::Write(self.file()?),
            '{' => Does::Block(0),
            'n' => Does::Next,
            'N' => Does::NextToo,
            'h' => Does::Hold,
            'H' => Does::HoldToo,
            'g' => Does::Get,
            'G' => Does::GetToo,
            'x' => Does::Exchange,
            'z' => Does::Empty,
            'b' | 't' | 'T' => {
                let label = self.label(";}");
                match label.is_empty() {
                    true => Does::Branch(letter, usize::MAX),
                    false => {
                        self.jumps.push((self.program.len(), label));
                        Does::Branch(letter, 0)
                    }
                }
            }
            ':' if from.is_some() => return Err(": doesn't want any addresses".to_owned()),
            ':' => {
                let label = self.label(";");
                if label.is_empty() {
                    return Err("\":\" lacks a label".to_owned());
                }
                self.labels.insert(label, self.program.len());
                Does::Label
            }
            'e' | 'R' | 'W' | 'v' => {
                return Err(format!("the command `{letter}' is not here"));
            }
            letter => return Err(format!("unknown command: `{letter}'")),
        };
        let takes_line = matches!(
            does,
            Does::Append(_)
                | Does::Insert(_)
                | Does::Change(_)
                | Does::ReadFile(_)
                | Does::Write(_)
                | Does::Block(_)
                | Does::Label
        );
        let is_open = matches!(&does, Does::Substitute(how) if how.write.is_some());
        if !takes_line && !is_open {
            self.ends().map_err(|why| match does {
                Does::Substitute(_) => "unknown option to `s'".to_owned(),
                _ => why,
            })?;
        }
        Ok(Command { from, to, not, open: from_start, does })
    }

    /// A number behind a command, where there is one.
    fn given_number(&mut self) -> Option<usize> {
        self.blanks("");
        self.peek().filter(char::is_ascii_digit)?;
        Some(self.number())
    }

    /// A label, up to the line's end or one of `ends`.
    fn label(&mut self, ends: &str) -> String {
        self.blanks("");
        let mut label = String::new();
        while let Some(c) = self.peek().filter(|c| *c != '\n' && !ends.contains(*c)) {
            label.push(c);
            self.at += 1;
        }
        label.trim_end().to_owned()
    }

    /// A file's name: the rest of the line.
    fn file(&mut self) -> Result<String, String> {
        self.blanks("");
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| *c != '\n') {
            name.push(c);
            self.at += 1;
        }
        match name.is_empty() {
            true => Err("missing filename in r/R/w/W commands".to_owned()),
            false => Ok(name),
        }
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
                let text = self.regex_until('/', "unterminated address regex")?;
                Some(Address::Match(self.flagged(&text)?))
            }
            Some('\\') => {
                self.at += 1;
                let end = self.next().ok_or("unexpected end")?;
                let text = self.regex_until(end, "unterminated address regex")?;
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
        loop {
            match self.next().ok_or(why)? {
                '\\' => self.escaped(end, why, &mut out)?,
                c if c == end => return Ok(out),
                c => out.push(c),
            }
        }
    }

    /// As [`Self::until`], of a regular expression.
    fn regex_until(&mut self, end: char, why: &str) -> Result<String, String> {
        let mut out = String::new();
        loop {
            match self.next().ok_or(why)? {
                '\\' => self.escaped(end, why, &mut out)?,
                c if c == end => return Ok(out),
                c => {
                    out.push(c);
                    if c == '[' {
                        self.class(end, &mut out);
                    }
                }
            }
        }
    }

    /// What follows a backslash.
    fn escaped(&mut self, end: char, why: &str, out: &mut String) -> Result<(), String> {
        let c = self.next().ok_or(why)?;
        // A delimiter that means something keeps its backslash.
        if c != end || matches!(end, '|' | '.' | '*' | '+' | '?') {
            out.push('\\');
        }
        out.push(c);
        Ok(())
    }

    /// The rest of a bracket expression, in which the delimiter ends nothing. Where it does
    /// not close on its line, its bracket is a letter as others.
    fn class(&mut self, end: char, out: &mut String) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let rest = rest.split(|c| *c == '\n').next().unwrap_or_default();
        let mut at = usize::from(rest.first() == Some(&'^'));
        // First it stands for itself.
        at += usize::from(rest.get(at) == Some(&']'));
        while let Some(c) = rest.get(at).filter(|c| **c != ']') {
            let mark = rest.get(at + 1).filter(|mark| *c == '[' && ":.=".contains(**mark));
            let close = mark.and_then(|mark| {
                let inner = rest.get(at + 2..)?;
                inner.windows(2).position(|two| two == [*mark, ']'])
            });
            at += close.map_or(1, |n| n + 4);
        }
        let Some(class) = rest.get(..=at) else { return };
        for (n, c) in class.iter().enumerate() {
            if !(*c == '\\' && class.get(n + 1) == Some(&end)) {
                out.push(*c);
            }
        }
        self.at += class.len();
    }

    fn substitute(&mut self) -> Result<Does, String> {
        let end = self.next().ok_or("unterminated `s' command")?;
        if end == '\n' || end == '\\' {
            return Err("unterminated `s' command".to_owned());
        }
        let text = self.regex_until(end, "unterminated `s' command")?;
        let with = self.replacement(end)?;
        let (mut all, mut nth, mut print, mut ignore_case) = (false, None, false, false);
        let (mut write, mut lines) = (None, false);
        loop {
            let c = self.peek();
            if matches!((c, all, print), (Some('g'), true, _) | (Some('p'), _, true)) {
                self.at += 1;
                let letter = c.unwrap_or('g');
                return Err(format!("multiple `{letter}' options to `s' command"));
            }
            match c {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('i' | 'I') => ignore_case = true,
                Some('m' | 'M') => lines = true,
                Some('e') => return Err("the flag e is not here".to_owned()),
                Some('w') => {
                    self.at += 1;
                    write = Some(self.file()?);
                    break;
                }
                Some(c) if c.is_ascii_digit() => {
                    if nth.is_some() {
                        self.at += 1;
                        return Err("multiple number options to `s' command".to_owned());
                    }
                    nth = Some(self.number());
                    if nth == Some(0) {
                        return Err("number option to `s' command may not be zero".to_owned());
                    }
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let nth = nth.unwrap_or(1);
        let mut pattern = self.pattern(&text, ignore_case)?;
        if lines {
            pattern = pattern.of_lines();
        }
        let n_groups = pattern.regex.captures_len().saturating_sub(1);
        let most = with.iter().filter_map(|piece| match piece {
            Piece::Group(n) => Some(*n),
            _ => None,
        });
        if let Some(n) = most.max().filter(|n| *n > n_groups) {
            return Err(format!("invalid reference \\{n} on `s' command's RHS"));
        }
        let how = Substitute { pattern, with, all, nth, print, write };
        Ok(Does::Substitute(Box::new(how)))
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

    /// The text of `a`, `i`, `c`, with its end.
    fn line(&mut self) -> Result<String, String> {
        self.blanks("");
        if self.peek().is_none() {
            return Err("expected \\ after `a', `c' or `i'".to_owned());
        }
        if self.peek() == Some('\\') {
            self.at += 1;
            let at = self.at;
            self.blanks("");
            if self.peek() == Some('\n') {
                self.at += 1;
            } else {
                self.at = at;
            }
        }
        let mut out = String::new();
        let mut is_first = true;
        while let Some(c) = self.next() {
            match c {
                '\\' => match self.next() {
                    Some('t') if !is_first => out.push('\t'),
                    Some('n') if !is_first => out.push('\n'),
                    other => out.extend(other),
                },
                '\n' => break,
                c => out.push(c),
            }
            is_first = false;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        Ok(out)
    }
}

//! `sed`.

use super::pattern::{self, Form, Pattern};
use super::{bytes_of, options, save};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// The most that one call says.
const MAX_SAID: usize = 16 << 20;

/// Where a command applies.
enum Address {
    Line(usize),
    Last,
    Match(Pattern),
    Step(usize, usize),
}

struct Command {
    from: Option<Address>,
    to: Option<Address>,
    not: bool,
    /// Whether its range is open.
    open: bool,
    does: Does,
}

enum Does {
    Substitute { pattern: Pattern, with: Vec<Piece>, all: bool, nth: usize, print: bool },
    Delete,
    Print,
    Number,
    Quit(bool),
    Append(String),
    Insert(String),
    Change(String),
    Translate(Vec<(char, char)>),
    Block(Vec<Command>),
}

/// A piece of what is put in.
enum Piece {
    Text(String),
    Group(usize),
    /// `\U`, `\L`, `\u`, `\l`, `\E`
    Case(char),
}

/// `sed [-n] [-i] [-E] [-e] SCRIPT [FILE...]`
pub(super) fn sed(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("quiet", 'n'),
        ("silent", 'n'),
        ("in-place", 'i'),
        ("regexp-extended", 'E'),
        ("expression", 'e'),
        ("file", 'f'),
    ];
    // `-i.bak` has its suffix with it.
    let mut suffix = String::new();
    let words: Vec<String> = args
        .iter()
        .map(|arg| match arg.strip_prefix("-i").or_else(|| arg.strip_prefix("--in-place=")) {
            Some(given) if !given.is_empty() && !given.starts_with('-') => {
                suffix = given.to_owned();
                "-i".to_owned()
            }
            _ => arg.clone(),
        })
        .collect();
    let given = match options::read("sed", "nirEe:f:sz", &long, &words) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let mut files = given.rest.clone();
    let mut scripts: Vec<String> = Vec::new();
    for (letter, value) in &given.options {
        match letter {
            'e' => scripts.push(value.clone()),
            'f' => match bytes_of(console, value, io) {
                Ok(bytes) => scripts.push(String::from_utf8_lossy(&bytes).into_owned()),
                Err(why) => {
                    io.err(format_args!("sed: couldn't open file {value}: {why}\n"));
                    return Done::Exit(1);
                }
            },
            _ => {}
        }
    }
    if scripts.is_empty() {
        if files.is_empty() {
            io.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
            return Done::Exit(1);
        }
        scripts.push(files.remove(0));
    }
    let form = if given.has('E') || given.has('r') { Form::Extended } else { Form::Basic };
    let text = scripts.join("\n");
    let mut reader = Reader { text: text.chars().collect(), at: 0, form, last: None, depth: 0 };
    let mut commands = match reader.commands(false) {
        Ok(commands) => commands,
        Err(why) => {
            io.err(format_args!("sed: -e expression #1, char {}: {why}\n", reader.at));
            return Done::Exit(1);
        }
    };
    let in_place = given.has('i');
    if in_place && files.is_empty() {
        io.err("sed: no input files\n");
        return Done::Exit(1);
    }
    let quiet = given.has('n');
    let mut exit = 0;
    if files.is_empty() {
        files.push("-".to_owned());
    }
    let mut inputs = Vec::new();
    for path in &files {
        match bytes_of(console, path, io) {
            Ok(bytes) => inputs.push((path.clone(), String::from_utf8_lossy(&bytes).into_owned())),
            Err("Is a directory") => {
                let what = if in_place {
                    format!("couldn't edit {path}: not a regular file")
                } else {
                    format!("read error on {path}: Is a directory")
                };
                io.err(format_args!("sed: {what}\n"));
                exit = if in_place { 4 } else { 2 };
            }
            Err(why) => {
                io.err(format_args!("sed: can't read {path}: {why}\n"));
                exit = 2;
            }
        }
    }
    if in_place {
        for (path, text) in inputs {
            commands.iter_mut().for_each(|command| command.open = false);
            let mut run = Run { console, quiet, out: String::new(), spent: false };
            run.all(&mut commands, &[text.as_str()]);
            let (out, spent) = (run.out, run.spent);
            if spent {
                return Done::Exit(137);
            }
            if !suffix.is_empty() {
                let backup = match suffix.contains('*') {
                    true => suffix.replace('*', &path),
                    false => format!("{path}{suffix}"),
                };
                save(console, "sed", &backup, text.as_bytes(), io);
            }
            if out != text && !save(console, "sed", &path, out.as_bytes(), io) {
                exit = 4;
            }
        }
        return Done::Exit(exit);
    }
    let texts: Vec<&str> = inputs.iter().map(|(_, text)| text.as_str()).collect();
    let mut run = Run { console, quiet, out: String::new(), spent: false };
    run.all(&mut commands, &texts);
    let (out, spent) = (run.out, run.spent);
    io.out(out);
    Done::Exit(if spent { 137 } else { exit })
}

struct Reader {
    text: Vec<char>,
    at: usize,
    form: Form,
    last: Option<Pattern>,
    depth: usize,
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

    fn commands(&mut self, inner: bool) -> Result<Vec<Command>, String> {
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
            (super::unescape(&from).chars().collect(), super::unescape(&to).chars().collect());
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

struct Run<'a> {
    console: &'a mut Console,
    quiet: bool,
    out: String,
    spent: bool,
}

/// A line in hand.
struct Line {
    number: usize,
    is_last: bool,
    text: String,
    deleted: bool,
    quits: Option<bool>,
    after: Vec<String>,
}

impl Run<'_> {
    fn all(&mut self, commands: &mut [Command], texts: &[&str]) {
        let mut number = 0;
        let n_texts = texts.len();
        for (at, text) in texts.iter().enumerate() {
            let mut rest = *text;
            while !rest.is_empty() {
                let (line, after, has_end) = match rest.split_once('\n') {
                    Some((line, after)) => (line, after, true),
                    None => (rest, "", false),
                };
                rest = after;
                number += 1;
                let is_last = after.is_empty()
                    && texts.get(at + 1..n_texts).is_none_or(|t| t.iter().all(|t| t.is_empty()));
                let mut line = Line {
                    number,
                    is_last,
                    text: line.to_owned(),
                    deleted: false,
                    quits: None,
                    after: Vec::new(),
                };
                self.line(commands, &mut line);
                if !line.deleted && !self.quiet && line.quits != Some(false) {
                    self.out.push_str(&line.text);
                    // The last line may have no end.
                    if has_end || !line.after.is_empty() {
                        self.out.push('\n');
                    }
                }
                for text in line.after {
                    self.out.push_str(&text);
                    self.out.push('\n');
                }
                if self.out.len() > MAX_SAID {
                    self.spent = true;
                }
                if line.quits.is_some() || self.spent {
                    return;
                }
            }
        }
    }

    fn line(&mut self, commands: &mut [Command], line: &mut Line) {
        for command in commands {
            if !self.applies(command, line) {
                continue;
            }
            match &mut command.does {
                Does::Substitute { pattern, with, all, nth, print } => {
                    let cost = pattern.cost.saturating_mul(line.text.len() as u64 + 16);
                    if !self.console.shell.spend(cost) || line.text.len() > MAX_SAID {
                        self.spent = true;
                        return;
                    }
                    if let Some(text) = replaced(&line.text, pattern, with, *all, *nth) {
                        line.text = text;
                        if *print {
                            self.out.push_str(&line.text);
                            self.out.push('\n');
                        }
                    }
                }
                Does::Delete => {
                    line.deleted = true;
                    return;
                }
                Does::Print => {
                    self.out.push_str(&line.text);
                    self.out.push('\n');
                }
                Does::Number => self.out.push_str(&format!("{}\n", line.number)),
                Does::Quit(prints) => {
                    line.quits = Some(*prints);
                    return;
                }
                Does::Append(text) => line.after.push(text.clone()),
                Does::Insert(text) => {
                    self.out.push_str(text);
                    self.out.push('\n');
                }
                Does::Change(text) => {
                    // A range is changed as a whole, at its end.
                    if !command.open {
                        self.out.push_str(text);
                        self.out.push('\n');
                    }
                    line.deleted = true;
                    return;
                }
                Does::Translate(pairs) => {
                    let new = |c: char| {
                        pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)
                    };
                    line.text = line.text.chars().map(new).collect();
                }
                Does::Block(inner) => {
                    self.line(inner, line);
                    if line.deleted || line.quits.is_some() || self.spent {
                        return;
                    }
                }
            }
        }
    }

    fn fits(&mut self, address: &Address, line: &Line) -> bool {
        match address {
            Address::Line(n) => *n == line.number,
            Address::Last => line.is_last,
            Address::Step(first, step) => {
                line.number >= *first
                    && (*step == 0 && line.number == *first
                        || *step > 0 && (line.number - first).is_multiple_of(*step))
            }
            Address::Match(pattern) => {
                if !self
                    .console
                    .shell
                    .spend(pattern.cost.saturating_mul(line.text.len() as u64 + 16))
                {
                    self.spent = true;
                }
                pattern.regex.is_match(&line.text)
            }
        }
    }

    fn applies(&mut self, command: &mut Command, line: &Line) -> bool {
        let fits = match (&command.from, &mut command.to) {
            (None, _) => true,
            (Some(from), None) => self.fits(from, line),
            (Some(from), Some(to)) => {
                if command.open {
                    // A range whose end lies behind it is over.
                    let is_over = matches!(to, Address::Line(n) if line.number > *n);
                    let ends = match to {
                        Address::Line(n) => line.number >= *n,
                        // `,+N`: kept as the line that it comes to.
                        Address::Step(_, end) => line.number >= *end,
                        other => self.fits(other, line),
                    };
                    command.open = !ends;
                    !is_over
                } else if self.fits(from, line) {
                    command.open = match to {
                        Address::Line(n) => *n > line.number,
                        Address::Step(n, end) => {
                            *end = line.number.saturating_add(*n);
                            *n > 0
                        }
                        Address::Last => !line.is_last,
                        Address::Match(_) => true,
                    };
                    true
                } else {
                    false
                }
            }
        };
        fits != command.not
    }
}

/// A text with matches replaced; none where nothing matched.
fn replaced(
    text: &str,
    pattern: &Pattern,
    with: &[Piece],
    all: bool,
    nth: usize,
) -> Option<String> {
    let mut out = String::new();
    let (mut at, mut n) = (0, 0);
    for found in pattern.regex.captures_iter(text) {
        let whole = found.get(0)?;
        n += 1;
        if n < nth {
            continue;
        }
        out.push_str(text.get(at..whole.start())?);
        let (mut mode, mut once) = ('E', None);
        for piece in with {
            let put = match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Group(n) => found.get(*n).map_or("", |group| group.as_str()),
                Piece::Case(c @ ('u' | 'l')) => {
                    once = Some(*c);
                    continue;
                }
                Piece::Case(c) => {
                    mode = *c;
                    continue;
                }
            };
            for c in put.chars() {
                match once.take().map_or(mode, |c| c.to_ascii_uppercase()) {
                    'U' => out.extend(c.to_uppercase()),
                    'L' => out.extend(c.to_lowercase()),
                    _ => out.push(c),
                }
            }
        }
        at = whole.end();
        if !all || out.len() > MAX_SAID {
            break;
        }
    }
    if n < nth {
        return None;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

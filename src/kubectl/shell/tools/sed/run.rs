//! The program, carried out line by line.

use super::{Address, Command, Does, MAX_SAID, Piece};
use crate::kubectl::console::Console;
use crate::kubectl::shell::tools::pattern::Pattern;
use std::collections::{BTreeMap, VecDeque};

/// What a step is worth in work.
const STEP: u64 = 50;

/// An input.
pub(super) struct Text {
    pub(super) path: String,
    pub(super) text: String,
}

/// A run over texts.
pub(super) struct Run<'a> {
    pub(super) console: &'a mut Console,
    pub(super) spent: bool,
    program: Vec<Command>,
    quiet: bool,
    separator: char,
    texts: VecDeque<Text>,
    /// How much of the first text is read.
    at: usize,
    line: Line,
    hold: String,
    hold_has_end: bool,
    /// Something was replaced since the line began, or since the last `t`.
    replaced: bool,
    out: Out,
    files: BTreeMap<String, Out>,
    errors: String,
    after: Vec<After>,
}

/// The line in hand.
#[derive(Default)]
struct Line {
    number: usize,
    text: String,
    has_end: bool,
    path: String,
}

/// What comes behind the line.
enum After {
    Text(String),
    File(String),
}

/// What is said to one place; the last line may have no end.
#[derive(Default)]
struct Out {
    text: String,
    lacks_end: bool,
}

impl Out {
    fn push(&mut self, text: &str) {
        if std::mem::take(&mut self.lacks_end) {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    fn line(&mut self, text: &str, has_end: bool, separator: char) {
        self.push(text);
        if has_end {
            self.text.push(separator);
        }
        self.lacks_end = !has_end;
    }
}

/// Where a step leads.
enum Goes {
    On,
    To(usize),
    /// The line's end; whether the line is said.
    End(bool),
    /// Again from the first command, with what is left.
    Again,
    Quit(bool, u8),
}

impl<'a> Run<'a> {
    pub(super) fn new(
        console: &'a mut Console,
        program: Vec<Command>,
        quiet: bool,
        separator: char,
    ) -> Self {
        Self {
            console,
            spent: false,
            program,
            quiet,
            separator,
            texts: VecDeque::new(),
            at: 0,
            line: Line::default(),
            hold: String::new(),
            hold_has_end: true,
            replaced: false,
            out: Out::default(),
            files: BTreeMap::new(),
            errors: String::new(),
            after: Vec::new(),
        }
    }

    /// What was said.
    pub(super) fn take_out(&mut self) -> String {
        std::mem::take(&mut self.out).text
    }

    /// What was not read.
    pub(super) fn rest(&self) -> String {
        let first = self.texts.front().and_then(|text| text.text.get(self.at..)).unwrap_or("");
        first.to_owned()
    }

    /// The files that were written, and what goes to stderr.
    pub(super) fn written(self) -> (Vec<(String, String)>, String) {
        (self.files.into_iter().map(|(path, out)| (path, out.text)).collect(), self.errors)
    }

    /// Goes through texts as if they were one; the exit code where the program quits.
    pub(super) fn all(&mut self, texts: Vec<Text>) -> Option<u8> {
        self.texts = texts.into();
        self.at = 0;
        self.line = Line::default();
        for command in &mut self.program {
            command.open = matches!(command.from, Some(Address::Line(0)));
        }
        let mut again = false;
        while again || self.read(false) {
            again = false;
            let (says, quits) = match self.cycle() {
                Goes::Again => {
                    again = true;
                    (false, None)
                }
                Goes::End(says) => (says, None),
                Goes::Quit(says, code) => (says, Some(code)),
                Goes::On | Goes::To(_) => (true, None),
            };
            if says && !self.quiet {
                self.say_line();
            }
            self.flush();
            if self.out.text.len() > MAX_SAID || !self.console.shell.spend(STEP) {
                self.spent = true;
            }
            if quits.is_some() || self.spent {
                return quits;
            }
        }
        None
    }

    fn say_line(&mut self) {
        self.out.line(&self.line.text, self.line.has_end, self.separator);
    }

    /// What `a` and `r` have put behind the line.
    fn flush(&mut self) {
        for after in std::mem::take(&mut self.after) {
            match after {
                After::Text(text) => self.out.push(&text),
                After::File(path) => {
                    let bytes = self.console.files.read(&path).unwrap_or_default();
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    self.spent |= !self.console.shell.spend(text.len() as u64);
                    if !text.is_empty() {
                        self.out.push(&text);
                        let has_end = text.ends_with('\n');
                        self.out.lacks_end = !has_end;
                    }
                }
            }
        }
    }

    /// The next line into the hand, or behind what is there.
    fn read(&mut self, behind: bool) -> bool {
        while let Some(first) = self.texts.front() {
            let rest = first.text.get(self.at..).unwrap_or("");
            if rest.is_empty() {
                self.texts.pop_front();
                self.at = 0;
                continue;
            }
            let (line, n, has_end) = match rest.find(self.separator) {
                Some(n) => (rest.get(..n).unwrap_or(""), n + 1, true),
                None => (rest, rest.len(), false),
            };
            if behind {
                self.line.text.push('\n');
                self.line.text.push_str(line);
            } else {
                self.line.text = line.to_owned();
                self.replaced = false;
            }
            self.line.path.clone_from(&first.path);
            self.line.has_end = has_end;
            self.line.number += 1;
            self.at += n;
            return true;
        }
        false
    }

    fn is_last(&self) -> bool {
        let rest = |(n, text): (usize, &Text)| {
            let from = if n == 0 { self.at } else { 0 };
            text.text.get(from..).is_none_or(str::is_empty)
        };
        self.texts.iter().enumerate().all(rest)
    }

    /// All commands on the line in hand.
    fn cycle(&mut self) -> Goes {
        let mut at = 0;
        let mut program = std::mem::take(&mut self.program);
        let goes = loop {
            let Some(command) = program.get_mut(at) else { break Goes::End(true) };
            let cost = STEP + self.line.text.len() as u64 / 16;
            if !self.console.shell.spend(cost) || self.out.text.len() > MAX_SAID {
                self.spent = true;
                break Goes::End(false);
            }
            at += 1;
            let applies = self.applies(command);
            match (&command.does, applies) {
                (Does::Block(end), false) => at = *end,
                (_, false) => {}
                (Does::Change(text), true) => {
                    // A range is changed as a whole, at its end.
                    if !command.open || command.to.is_none() {
                        self.out.push(text);
                    }
                    break Goes::End(false);
                }
                (does, true) => match self.does(does) {
                    Goes::On => {}
                    Goes::To(place) => at = place,
                    other => break other,
                },
            }
            if self.spent {
                break Goes::End(false);
            }
        };
        self.program = program;
        goes
    }

    fn does(&mut self, does: &Does) -> Goes {
        match does {
            Does::Block(_) | Does::Label | Does::Change(_) => {}
            Does::Substitute(how) => {
                // The groups take time too.
                let cost = how.pattern.work(2 * self.line.text.len() + 16);
                if !self.console.shell.spend(cost) || self.line.text.len() > MAX_SAID {
                    self.spent = true;
                    return Goes::On;
                }
                let new = replaced(&self.line.text, &how.pattern, &how.with, how.all, how.nth);
                if let Some(text) = new {
                    self.line.text = text;
                    self.replaced = true;
                    if how.print {
                        self.say_line();
                    }
                    if let Some(path) = &how.write {
                        self.write(path);
                    }
                }
            }
            Does::Delete => return Goes::End(false),
            Does::DeleteFirst => match self.line.text.split_once('\n') {
                None => return Goes::End(false),
                Some((_, rest)) => {
                    self.line.text = rest.to_owned();
                    return Goes::Again;
                }
            },
            Does::Print => self.say_line(),
            Does::PrintFirst => {
                let (first, has_end) = match self.line.text.split_once('\n') {
                    Some((first, _)) => (first, true),
                    None => (self.line.text.as_str(), self.line.has_end),
                };
                self.out.line(first, has_end, self.separator);
            }
            Does::Number => self.out.push(&format!("{}\n", self.line.number)),
            Does::Name => self.out.push(&format!("{}\n", self.line.path)),
            Does::Escaped(width) => self.out.push(&escaped(&self.line.text, *width)),
            Does::Quit(says, code) => return Goes::Quit(*says, *code),
            Does::Append(text) => self.after.push(After::Text(text.clone())),
            Does::Insert(text) => self.out.push(text),
            Does::ReadFile(path) => self.after.push(After::File(path.clone())),
            Does::Write(path) => self.write(path),
            Does::Translate(pairs) => {
                let new =
                    |c: char| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
                self.line.text = self.line.text.chars().map(new).collect();
            }
            Does::Next => {
                if self.is_last() {
                    return Goes::Quit(true, 0);
                }
                if !self.quiet {
                    self.say_line();
                }
                self.flush();
                let replaced = self.replaced;
                self.read(false);
                self.replaced = replaced;
            }
            Does::NextToo => {
                if self.is_last() {
                    return Goes::Quit(true, 0);
                }
                self.flush();
                self.read(true);
            }
            Does::Hold => {
                self.hold.clone_from(&self.line.text);
                self.hold_has_end = self.line.has_end;
            }
            Does::HoldToo => {
                self.hold.push('\n');
                self.hold.push_str(&self.line.text);
            }
            Does::Get => {
                self.line.text.clone_from(&self.hold);
                self.line.has_end = self.hold_has_end;
            }
            Does::GetToo => {
                self.line.text.push('\n');
                self.line.text.push_str(&self.hold);
            }
            Does::Exchange => {
                std::mem::swap(&mut self.hold, &mut self.line.text);
                std::mem::swap(&mut self.hold_has_end, &mut self.line.has_end);
            }
            Does::Empty => self.line.text.clear(),
            Does::Branch(letter, place) => {
                let goes = match letter {
                    'b' => true,
                    't' => std::mem::take(&mut self.replaced),
                    _ => !std::mem::take(&mut self.replaced),
                };
                if goes {
                    return Goes::To(*place);
                }
            }
        }
        self.spent |= self.line.text.len() + self.hold.len() > MAX_SAID;
        Goes::On
    }

    fn write(&mut self, path: &str) {
        match path {
            "/dev/stdout" => self.say_line(),
            "/dev/stderr" => {
                self.errors.push_str(&self.line.text);
                self.errors.push('\n');
                self.spent |= self.errors.len() > MAX_SAID;
            }
            path => {
                let out = self.files.entry(path.to_owned()).or_default();
                out.line(&self.line.text, self.line.has_end, self.separator);
                self.spent |= out.text.len() > MAX_SAID;
            }
        }
    }

    fn fits(&mut self, address: &Address) -> bool {
        let number = self.line.number;
        match address {
            Address::Line(n) => *n == number,
            Address::Last => self.is_last(),
            Address::Step(first, step) => {
                number >= *first
                    && (*step == 0 && number == *first
                        || *step > 0 && (number - first).is_multiple_of(*step))
            }
            Address::More(_, end) => number >= *end,
            Address::Multiple(n) => *n == 0 || number.is_multiple_of(*n),
            Address::Match(pattern) => {
                let cost = pattern.cost.saturating_mul(self.line.text.len() as u64 + 16);
                self.spent |= !self.console.shell.spend(cost);
                pattern.is_match(&self.line.text)
            }
        }
    }

    fn applies(&mut self, command: &mut Command) -> bool {
        let number = self.line.number;
        let fits = match (&command.from, &mut command.to) {
            (None, _) => true,
            (Some(from), None) => self.fits(from),
            (Some(from), Some(to)) => {
                if command.open {
                    // A range whose end lies behind it is over.
                    let is_over = matches!(to, Address::Line(n) if number > *n);
                    let ends = match to {
                        Address::Line(n) => number >= *n,
                        other => self.fits(other),
                    };
                    command.open = !ends;
                    !is_over || self.fits(from)
                } else if self.fits(from) {
                    command.open = match to {
                        Address::Line(n) => *n > number,
                        Address::More(n, end) => {
                            *end = number.saturating_add(*n);
                            *n > 0
                        }
                        Address::Last => !self.is_last(),
                        Address::Multiple(n) => *n > 0 && !number.is_multiple_of(*n),
                        Address::Match(_) | Address::Step(..) => true,
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

/// A line as `l` shows it.
fn escaped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        let shown = match c {
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '\r' => "\\r".to_owned(),
            '\u{7}' => "\\a".to_owned(),
            '\u{8}' => "\\b".to_owned(),
            '\u{b}' => "\\v".to_owned(),
            '\u{c}' => "\\f".to_owned(),
            c if c.is_control() => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        };
        let n = shown.chars().count();
        if width > 1 && column + n > width - 1 {
            out.push_str("\\\n");
            column = 0;
        }
        out.push_str(&shown);
        column += n;
    }
    out + "$\n"
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
    for found in pattern.groups_iter(text) {
        let whole = &found.range;
        n += 1;
        if n < nth {
            continue;
        }
        out.push_str(text.get(at..whole.start)?);
        let (mut mode, mut once) = ('E', None);
        for piece in with {
            let put = match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Group(n) => found.group(*n),
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
        at = whole.end;
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

//! Commands, carried out line by line.

use super::{Address, Command, Does, MAX_SAID, Piece};
use crate::kubectl::console::Console;
use crate::kubectl::shell::tools::pattern::Pattern;

/// A run over texts.
pub(super) struct Run<'a> {
    pub(super) console: &'a mut Console,
    pub(super) quiet: bool,
    pub(super) out: String,
    pub(super) spent: bool,
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
    pub(super) fn all(&mut self, commands: &mut [Command], texts: &[&str]) {
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

//! The commands behind `:`.

use super::Mode;
use crate::app::editor::find;
use crate::app::editor::pattern::Pattern;
use crate::app::editor::{Ask, Editor};
use std::ops::RangeInclusive;

/// The last `:s`.
#[derive(Debug, Clone)]
pub(super) struct Substitute {
    pattern: String,
    with: String,
}

const NAMES: &[(&str, &str)] = &[
    ("w", "write"),
    ("q", "quit"),
    ("wq", "wq"),
    ("x", "xit"),
    ("exi", "exit"),
    ("e", "edit"),
    ("s", "substitute"),
    ("d", "delete"),
    ("y", "yank"),
    ("m", "move"),
    ("co", "copy"),
    ("t", "t"),
    ("j", "join"),
    ("pu", "put"),
    ("u", "undo"),
    ("red", "redo"),
    ("se", "set"),
    ("noh", "nohlsearch"),
    ("h", "help"),
    ("norm", "normal"),
];

impl Editor {
    /// Carries out a line typed behind `:`.
    pub(super) fn command(&mut self, line: &str) {
        let line = line.trim_start_matches([' ', ':']).trim_end();
        let (range, rest) = match self.range(line) {
            Ok(found) => found,
            Err(error) => return self.fail(error),
        };
        let rest = rest.trim_start();
        if rest.is_empty() {
            if let Some(range) = range {
                let line = (*range.end()).min(self.n_lines() - 1);
                self.cursor = self.last_char(self.buffer.first_word(line));
            }
            return;
        }
        let word_len =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (word, rest) = rest.split_at(word_len);
        // `s/…/…/` may follow at once; `&` and `<` and `>` are no words.
        let (word, rest) = if word.is_empty() {
            rest.split_at(rest.chars().next().map_or(0, char::len_utf8))
        } else {
            (word, rest)
        };
        let (bang, argument) = match rest.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, rest),
        };
        let whole = NAMES
            .iter()
            .find(|(short, long)| word.starts_with(short) && long.starts_with(word))
            .map_or(word, |(_, long)| long);
        let here = self.line();
        let lines = range.clone().unwrap_or(here..=here);
        let last = self.n_lines() - 1;
        if *lines.end() > last && !matches!(whole, "write" | "wq" | "xit" | "exit") {
            return self.fail("E16: Invalid range");
        }
        let plain = argument.trim();
        match whole {
            "write" if plain.is_empty() => self.write(),
            "write" | "wq" | "xit" | "exit" if !plain.is_empty() => self.fail(
                "E212: Can't open file for writing (the tutor keeps one text for this exercise)",
            ),
            "wq" | "xit" | "exit" => {
                self.write();
                self.asks.push(Ask::Leave);
            }
            "quit" => self.quit(bang),
            "edit" if bang => self.revert(),
            "edit" if self.is_modified() => {
                self.fail("E37: No write since last change (add ! to override)");
            }
            "edit" => {}
            "substitute" => self.substitute(argument, &lines),
            "&" => self.substitute("", &lines),
            "delete" => self.take_lines(super::Op::Delete, lines, plain),
            "yank" => {
                let cursor = self.cursor;
                self.take_lines(super::Op::Yank, lines, plain);
                self.cursor = cursor;
            }
            "put" => self.put_below(*lines.end(), plain.chars().next()),
            "move" | "copy" | "t" => self.carry(whole == "move", &lines, plain),
            ">" | "<" => {
                let times = 1 + argument.chars().take_while(|c| *c == '>' || *c == '<').count();
                let stretch = self.stretch_of(&lines);
                self.shift(stretch, word == ">", times);
                let line = (*lines.end()).min(self.n_lines() - 1);
                self.cursor = self.buffer.first_word(line);
            }
            "join" => {
                self.cursor = self.buffer.line_start(*lines.start());
                let n = (lines.end() - lines.start() + 1).max(2);
                self.join(n, !bang);
                self.cursor = self.buffer.first_word(self.line());
            }
            "undo" | "redo" => {
                let what = if whole == "undo" { super::Do::Undo } else { super::Do::Redo };
                self.buffer.end();
                self.run(super::Command::new(super::What::Do(what)));
                self.buffer.begin(self.cursor);
            }
            "set" => self.set_options(plain),
            "nohlsearch" => self.search.quiet = true,
            "help" => self.say("F1 shows the keys"),
            "!" => self.fail("The tutor runs no commands of the shell"),
            _ => self.fail(format!("E492: Not an editor command: {line}")),
        }
    }

    /// `:d` and `:y`, with a register or how many lines there are from the last one on.
    fn take_lines(&mut self, op: super::Op, lines: RangeInclusive<usize>, argument: &str) {
        let lines = match argument.parse::<usize>() {
            Ok(n) if n > 0 => *lines.end()..=(*lines.end() + n - 1).min(self.n_lines() - 1),
            _ => lines,
        };
        let register = argument.chars().next().filter(char::is_ascii_alphabetic);
        let stretch = self.stretch_of(&lines);
        self.operate(op, stretch, register, 1);
    }

    /// `:pu`: a register's lines below `line`.
    fn put_below(&mut self, line: usize, register: Option<char>) {
        self.cursor = self.buffer.line_start(line);
        let Some(register) = self.vim.as_ref().and_then(|vim| vim.register(register)) else {
            return self.fail("E353: Nothing in register \"");
        };
        let text = register.text.trim_end_matches('\n');
        let end = self.buffer.line_end(line);
        self.change(end, end, &format!("\n{text}"));
        self.cursor = self.buffer.first_word(line + 1 + text.matches('\n').count());
    }

    fn stretch_of(&self, lines: &RangeInclusive<usize>) -> super::object::Stretch {
        self.lines_of(self.buffer.line_start(*lines.start()), self.buffer.line_start(*lines.end()))
    }

    /// The lines that stand before a command, from 0, and the rest.
    #[allow(clippy::type_complexity)]
    fn range<'l>(&self, line: &'l str) -> Result<(Option<RangeInclusive<usize>>, &'l str), String> {
        if let Some(rest) = line.strip_prefix('%') {
            return Ok((Some(0..=self.n_lines() - 1), rest));
        }
        let (first, rest) = self.address(line)?;
        let Some(rest) = rest.strip_prefix([',', ';']) else {
            return Ok((first.map(|line| line..=line), rest));
        };
        let (second, rest) = self.address(rest)?;
        let first = first.unwrap_or_else(|| self.line());
        let second = second.unwrap_or_else(|| self.line());
        if second < first {
            return Ok((Some(second..=first), rest));
        }
        Ok((Some(first..=second), rest))
    }

    /// One line's address: `12`, `.`, `$`, `'<`, with `+1` and `-1` behind.
    fn address<'l>(&self, line: &'l str) -> Result<(Option<usize>, &'l str), String> {
        let line = line.trim_start();
        let digits =
            |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mark = |start: bool| {
            let (_, a, b) = self.vim.as_ref().and_then(|vim| vim.selected)?;
            let at = if start { a.min(b) } else { a.max(b) };
            Some(self.buffer.line_of(self.buffer.boundary(at)))
        };
        let n = digits(line);
        let (mut at, mut rest) = if n > 0 {
            let number = line[..n].parse::<usize>().unwrap_or(usize::MAX / 2);
            (Some(number.saturating_sub(1)), &line[n..])
        } else if let Some(rest) = line.strip_prefix('.') {
            (Some(self.line()), rest)
        } else if let Some(rest) = line.strip_prefix('$') {
            (Some(self.n_lines() - 1), rest)
        } else if let Some(rest) = line.strip_prefix("'<") {
            (Some(mark(true).ok_or("E20: Mark not set")?), rest)
        } else if let Some(rest) = line.strip_prefix("'>") {
            (Some(mark(false).ok_or("E20: Mark not set")?), rest)
        } else {
            (None, line)
        };
        while let Some(more) = rest.strip_prefix(['+', '-']) {
            let n = digits(more);
            let by = if n == 0 { 1 } else { more[..n].parse().unwrap_or(0) };
            let from = at.unwrap_or_else(|| self.line());
            at = Some(if rest.starts_with('+') {
                from.saturating_add(by)
            } else {
                from.checked_sub(by).ok_or("E16: Invalid range")?
            });
            rest = &more[n..];
        }
        Ok((at, rest))
    }

    fn is_modified(&self) -> bool {
        self.vim.as_ref().is_some_and(|vim| vim.written != self.buffer.text())
    }

    fn write(&mut self) {
        let text = self.buffer.text().to_owned();
        let (n_lines, n_bytes) = (text.lines().count(), text.len());
        if let Some(vim) = self.vim_mut() {
            vim.written = text;
        }
        self.asks.push(Ask::Write);
        self.say(format!("{n_lines}L, {n_bytes}B written"));
    }

    fn quit(&mut self, bang: bool) {
        if bang {
            self.revert();
        } else if self.is_modified() {
            return self.fail("E37: No write since last change (add ! to override)");
        }
        self.asks.push(Ask::Leave);
    }

    /// Back to what was last written; `u` brings the other back.
    fn revert(&mut self) {
        let Some(written) = self.vim.as_ref().map(|vim| vim.written.clone()) else { return };
        if written != self.buffer.text() {
            let end = self.buffer.len();
            let cursor = self.cursor;
            self.change(0, end, &written);
            self.cursor = self.buffer.boundary(cursor);
            self.say("Back to the text last written; u brings yours back");
        }
    }

    /// `:s/pattern/with/flags`.
    fn substitute(&mut self, argument: &str, lines: &RangeInclusive<usize>) {
        let mut chars = argument.trim_start().chars();
        let delimiter = chars.next();
        let (typed, with, flags) = match delimiter {
            Some(delimiter) if !delimiter.is_alphanumeric() && !"\"|&".contains(delimiter) => {
                let mut parts = cut_at(chars.as_str(), delimiter);
                let pattern = parts.next().unwrap_or_default();
                let with = parts.next().unwrap_or_default();
                let flags = parts.next().unwrap_or_default();
                let pattern = if pattern.is_empty() { self.search.text.clone() } else { pattern };
                if pattern.is_empty() {
                    return self.fail("E35: No previous regular expression");
                }
                if let Some(vim) = self.vim_mut() {
                    vim.substitute =
                        Some(Substitute { pattern: pattern.clone(), with: with.clone() });
                }
                (pattern, with, flags)
            }
            _ => match self.vim.as_ref().and_then(|vim| vim.substitute.clone()) {
                Some(last) => (last.pattern, last.with, argument.trim().to_owned()),
                None => {
                    return self.fail("E33: No previous substitute regular expression");
                }
            },
        };
        let flags = flags.trim();
        if let Some(wrong) = flags.chars().find(|c| !"giIen&".contains(*c)) {
            return self.fail(if wrong == 'c' {
                "The flag c is not known here: undo takes a substitution back".to_owned()
            } else {
                format!("E488: Trailing characters: {flags}")
            });
        }
        let ignore_case = (self.looks.ignore_case || flags.contains('i')) && !flags.contains('I');
        let pattern = match Pattern::vim(&typed, ignore_case) {
            Ok(pattern) => pattern,
            Err(error) => return self.fail(error),
        };
        let all = flags.contains('g');
        let (mut n_done, mut n_lines, mut last) = (0usize, 0usize, None);
        let mut out = String::new();
        let first = *lines.start();
        let (start, end) = (self.buffer.line_start(first), self.buffer.line_end(*lines.end()));
        let mut out_lines = 0;
        for (idx, line) in self.text()[start..end].split('\n').enumerate() {
            if idx > 0 {
                out.push('\n');
                out_lines += 1;
            }
            let mut copied = 0;
            let before = n_done;
            for groups in find::matches_of(&pattern, line) {
                let (from, to) = (groups[0].unwrap_or(0), groups[1].unwrap_or(0));
                out.push_str(&line[copied..from]);
                let new = written(&with, line, &groups);
                out_lines += new.matches('\n').count();
                out.push_str(&new);
                copied = to;
                n_done += 1;
                if !all {
                    break;
                }
            }
            out.push_str(&line[copied..]);
            if n_done > before {
                n_lines += 1;
                last = Some(first + out_lines);
            }
        }
        self.search.text.clone_from(&typed);
        self.search.pattern = Some(pattern);
        self.search.quiet = false;
        let Some(last) = last else {
            if !flags.contains('e') {
                self.fail(format!("E486: Pattern not found: {typed}"));
            }
            return;
        };
        if flags.contains('n') {
            let plural = if n_done == 1 { "match" } else { "matches" };
            let lines = if n_lines == 1 { "line" } else { "lines" };
            return self.say(format!("{n_done} {plural} on {n_lines} {lines}"));
        }
        if !self.change(start, end, &out) {
            return;
        }
        self.cursor = self.buffer.first_word(last);
        if n_done > 2 {
            let lines = if n_lines == 1 { "line" } else { "lines" };
            self.say(format!("{n_done} substitutions on {n_lines} {lines}"));
        }
    }

    /// `:m` and `:t`.
    fn carry(&mut self, cut: bool, lines: &RangeInclusive<usize>, to: &str) {
        // Line 0 is above the first one.
        let above = to.trim() == "0";
        let to = match self.address(to) {
            Ok((Some(line), "")) if line < self.n_lines() || above => line,
            Ok((Some(_), "")) => return self.fail("E16: Invalid range"),
            Ok(_) => return self.fail("E14: Invalid address"),
            Err(error) => return self.fail(error),
        };
        let (first, last) = (*lines.start(), *lines.end());
        if cut && !above && to >= first && to < last {
            return self.fail("E134: Cannot move a range of lines into itself");
        }
        let n = last - first + 1;
        let text =
            self.text()[self.buffer.line_start(first)..self.buffer.line_end(last)].to_owned();
        // Behind which line of those that are left.
        let mut after = if above { None } else { Some(to) };
        if cut {
            let all = self.stretch_of(lines);
            self.cut_lines(all.start, all.end);
            after = match after {
                Some(to) if to >= first => (to + 1).checked_sub(n + 1),
                other => other,
            };
        }
        match after {
            None => {
                self.change(0, 0, &format!("{text}\n"));
                self.cursor = self.buffer.first_word(n - 1);
            }
            Some(line) => {
                let end = self.buffer.line_end(line);
                self.change(end, end, &format!("\n{text}"));
                self.cursor = self.buffer.first_word(line + n);
            }
        }
    }

    /// `:set`.
    fn set_options(&mut self, argument: &str) {
        for option in argument.split_whitespace() {
            let (name, value) = match option.split_once(['=', ':']) {
                Some((name, value)) => (name, Some(value)),
                None => (option, None),
            };
            let (bare, on) = match name.strip_prefix("no") {
                Some(bare) => (bare, false),
                None => (name, true),
            };
            let (bare, toggle) = match bare.strip_suffix('!') {
                Some(bare) => (bare, true),
                None => (bare, false),
            };
            let looks = &mut self.looks;
            let switch = match bare {
                "number" | "nu" => Some(&mut looks.number),
                "paste" => Some(&mut looks.paste),
                "ignorecase" | "ic" => Some(&mut looks.ignore_case),
                "hlsearch" | "hls" => Some(&mut looks.highlight),
                "expandtab" | "et" => Some(&mut looks.expand),
                "autoindent" | "ai" => Some(&mut looks.auto_indent),
                _ => None,
            };
            if let (Some(switch), None) = (switch, value) {
                *switch = if toggle { !*switch } else { on };
                continue;
            }
            let number = value.and_then(|v| v.parse::<usize>().ok()).map(|n| n.clamp(1, 16));
            match (bare, number) {
                ("shiftwidth" | "sw", Some(n)) => looks.shift = n,
                ("tabstop" | "ts" | "softtabstop" | "sts", Some(n)) => looks.tab = n,
                ("shiftwidth" | "sw" | "tabstop" | "ts" | "softtabstop" | "sts", None)
                    if value.is_some() =>
                {
                    return self.fail(format!("E521: Number required after =: {option}"));
                }
                // They hold anyway.
                (
                    "smartindent" | "si" | "incsearch" | "is" | "ruler" | "ru" | "showcmd" | "sc"
                    | "showmode" | "smd" | "wrapscan" | "ws",
                    None,
                ) if on => {}
                _ => return self.fail(format!("E518: Unknown option: {option}")),
            }
        }
        let mode = self.vim_mode();
        if mode == Some(Mode::Insert) {
            self.message = None;
        }
    }
}

/// The parts of `a/b/flags` at delimiters that no backslash stands before.
fn cut_at(text: &str, delimiter: char) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let n = parts.len();
        let Some(part) = parts.last_mut() else { break };
        if c == '\\' {
            match chars.next() {
                Some(next) if next == delimiter => part.push(delimiter),
                Some(next) => part.extend(['\\', next]),
                None => part.push('\\'),
            }
        } else if c == delimiter && n < 3 {
            parts.push(String::new());
        } else {
            part.push(c);
        }
    }
    parts.into_iter()
}

/// A replacement written out: `&`, `\0` to `\9`, `\r`, `\t`.
fn written(with: &str, line: &str, groups: &crate::app::editor::pattern::Groups) -> String {
    let group = |n: usize| match (groups.get(2 * n), groups.get(2 * n + 1)) {
        (Some(Some(a)), Some(Some(b))) => line.get(*a..*b).unwrap_or(""),
        _ => "",
    };
    let mut out = String::new();
    let mut chars = with.chars();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str(group(0)),
            '\\' => match chars.next() {
                Some('r') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(digit @ '0'..='9') => {
                    out.push_str(group(digit.to_digit(10).unwrap_or(0) as usize));
                }
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

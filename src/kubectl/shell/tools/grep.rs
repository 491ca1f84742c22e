//! `grep`.

use super::pattern::{self, Form, Pattern};
use super::{Input, bytes_of, lines, options, parts, pieces_of};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;
use std::ops::Range;

const LONG: &[(&str, char)] = &[
    ("after-context", 'A'),
    ("basic-regexp", 'G'),
    ("before-context", 'B'),
    ("color", 'K'),
    ("colour", 'K'),
    ("context", 'C'),
    ("count", 'c'),
    ("extended-regexp", 'E'),
    ("files-with-matches", 'l'),
    ("files-without-match", 'L'),
    ("fixed-strings", 'F'),
    ("ignore-case", 'i'),
    ("invert-match", 'v'),
    ("line-number", 'n'),
    ("line-regexp", 'x'),
    ("max-count", 'm'),
    ("no-filename", 'h'),
    ("no-messages", 's'),
    ("only-matching", 'o'),
    ("perl-regexp", 'P'),
    ("quiet", 'q'),
    ("recursive", 'r'),
    ("regexp", 'e'),
    ("silent", 'q'),
    ("with-filename", 'H'),
    ("include", 'j'),
    ("exclude", 'k'),
    ("no-group-separator", 'p'),
    ("dereference-recursive", 'R'),
    ("text", 'a'),
    ("null-data", 'z'),
    ("word-regexp", 'w'),
];

/// `grep`
pub(super) fn grep(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    search(console, args, Form::Basic, io)
}

/// `egrep`
pub(super) fn egrep(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    search(console, args, Form::Extended, io)
}

/// `fgrep`
pub(super) fn fgrep(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    search(console, args, Form::Fixed, io)
}

struct How {
    patterns: Vec<Pattern>,
    invert: bool,
    word: bool,
    count: bool,
    only: bool,
    quiet: bool,
    names: bool,
    no_names: bool,
    numbers: bool,
    with_name: bool,
    before: usize,
    after: usize,
    has_context: bool,
    groups: bool,
    most: usize,
}

fn search(console: &mut Console, args: &[String], form: Form, io: &mut Io) -> Done {
    // `-3` is `-C 3`.
    let mut words = Vec::with_capacity(args.len());
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    for (n, arg) in args.iter().enumerate() {
        let digits = arg
            .strip_prefix('-')
            .filter(|d| n < end && !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
        match digits {
            Some(digits) => words.push(format!("-C{digits}")),
            None => words.push(arg.clone()),
        }
    }
    let given =
        match options::read("grep", "A:B:C:EFGHKLPce:f:hilm:noqrRsvwxyaIzUj:k:p", LONG, &words) {
            Ok(given) => given,
            Err(why) => {
                let usage = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help'";
                io.err(why.replace("Try 'grep --help'", usage));
                return Done::Exit(2);
            }
        };
    let mut files = given.rest.clone();
    let mut texts: Vec<String> =
        given.options.iter().filter(|(c, _)| *c == 'e').map(|(_, v)| v.clone()).collect();
    if let Some(path) = given.value('f') {
        match bytes_of(console, path, io) {
            Ok(bytes) => texts.extend(lines(&String::from_utf8_lossy(&bytes)).map(str::to_owned)),
            Err(why) => {
                io.err(format_args!("grep: {path}: {why}\n"));
                return Done::Exit(2);
            }
        }
    } else if texts.is_empty() {
        if files.is_empty() {
            io.err("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n");
            return Done::Exit(2);
        }
        texts.push(files.remove(0));
    }
    let form = given.options.iter().fold(form, |form, (c, _)| match c {
        'E' => Form::Extended,
        'F' => Form::Fixed,
        'G' => Form::Basic,
        'P' => Form::Perl,
        _ => form,
    });
    let ignore_case = given.has('i') || given.has('y');
    let mut patterns = Vec::new();
    for text in texts.iter().flat_map(|text| text.split('\n')) {
        match pattern::read(text, form, ignore_case) {
            Ok(mut pattern) => {
                if given.has('x')
                    && let Ok(whole) = pattern::read(
                        &format!("^(?:{})$", pattern.regex.as_str()),
                        Form::Perl,
                        ignore_case,
                    )
                {
                    pattern = whole;
                }
                patterns.push(pattern);
            }
            Err(why) => {
                io.err(format_args!("grep: {why}\n"));
                return Done::Exit(2);
            }
        }
    }
    let mut number = |letter: char| -> Result<Option<usize>, Done> {
        match given.value(letter).map(|text| (text, text.parse::<usize>())) {
            None => Ok(None),
            Some((_, Ok(n))) => Ok(Some(n)),
            Some((text, Err(_))) => {
                let what = if letter == 'm' {
                    "invalid max count"
                } else {
                    "invalid context length argument"
                };
                io.err(match letter {
                    'm' => format!("grep: {what}\n"),
                    _ => format!("grep: {text}: {what}\n"),
                });
                Err(Done::Exit(2))
            }
        }
    };
    let (around, before, after, most) = match (number('C'), number('B'), number('A'), number('m')) {
        (Ok(around), Ok(before), Ok(after), Ok(most)) => (around, before, after, most),
        (Err(done), ..) | (_, Err(done), ..) | (_, _, Err(done), _) | (.., Err(done)) => {
            return done;
        }
    };
    let deep = given.has('r') || given.has('R');
    if deep && files.is_empty() {
        files.push(".".to_owned());
    }
    let mut inputs = Vec::new();
    let mut trouble = false;
    let many = files.len() > 1 || (deep && files.iter().any(|path| console.files.is_folder(path)));
    if files.is_empty() {
        inputs.push(Input { name: "(standard input)".to_owned(), pieces: io.take_pieces() });
    }
    for path in &files {
        trouble |= !gather(console, path, deep, given.has('s'), &mut inputs, io);
    }
    let named = |letter: char| -> Vec<String> {
        let all = given.options.iter().filter(|(c, _)| *c == letter);
        all.map(|(_, pattern)| pattern.clone()).collect()
    };
    let (only, not) = (named('j'), named('k'));
    let fits = |patterns: &[String], name: &str| {
        let name = name.rsplit('/').next().unwrap_or(name);
        patterns.iter().any(|pattern| expand::matches(pattern, name))
    };
    inputs
        .retain(|input| (only.is_empty() || fits(&only, &input.name)) && !fits(&not, &input.name));
    let how = How {
        patterns,
        invert: given.has('v'),
        word: given.has('w'),
        count: given.has('c'),
        only: given.has('o'),
        quiet: given.has('q'),
        names: given.has('l'),
        no_names: given.has('L'),
        numbers: given.has('n'),
        with_name: (many || given.has('H')) && !given.has('h'),
        before: before.or(around).unwrap_or(0),
        after: after.or(around).unwrap_or(0),
        has_context: before.or(after).or(around).is_some(),
        groups: !given.has('p'),
        most: most.unwrap_or(usize::MAX),
    };
    let mut found = false;
    for input in &inputs {
        let Some(has_found) = one(&how, console, input, io) else { return Done::Exit(137) };
        found |= has_found;
        if found && how.quiet {
            return Done::OK;
        }
    }
    Done::Exit(match (trouble, found) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => 1,
    })
}

fn gather(
    console: &mut Console,
    path: &str,
    deep: bool,
    silent: bool,
    inputs: &mut Vec<Input>,
    io: &mut Io,
) -> bool {
    if deep && console.files.is_folder(path) {
        let mut ok = true;
        for (name, _) in console.files.list(path).unwrap_or_default() {
            let inner = match path {
                "." => name,
                path => format!("{}/{name}", path.trim_end_matches('/')),
            };
            ok &= gather(console, &inner, deep, silent, inputs, io);
        }
        return ok;
    }
    match pieces_of(console, path, io) {
        Ok(pieces) => {
            let name = if path == "-" { "(standard input)" } else { path };
            inputs.push(Input { name: name.to_owned(), pieces });
            true
        }
        Err(why) => {
            if !silent {
                io.err(format_args!("grep: {path}: {why}\n"));
            }
            false
        }
    }
}

fn matches(how: &How, line: &str) -> bool {
    let fits = |pattern: &Pattern| match how.word {
        true => pattern.may_match(line) && words(pattern, line).next().is_some(),
        false => pattern.is_match(line),
    };
    how.patterns.iter().any(fits) != how.invert
}

/// Matches that are whole words.
fn words<'a>(pattern: &'a Pattern, line: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    pattern.find_iter(line).map(|m| (m.start, m.end)).filter(move |(from, to)| {
        let before = line.get(..*from).and_then(|text| text.chars().last());
        let after = line.get(*to..).and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

impl How {
    /// What searching a part of a text is worth in work beyond its length, of which `lines` may
    /// be shown: nothing for a line on which no expression is run.
    fn work(&self, text: &str, lines: &Lines<'_>) -> u64 {
        let work = |pattern: &Pattern, line: &str| match self.only {
            true => pattern.work(line.len() + 1),
            false => pattern.cost.saturating_mul(line.len() as u64 + 1),
        };
        let of = |pattern: &Pattern| match pattern.candidates(text) {
            _ if lines.are_candidates => {
                lines.all.iter().map(|(_, line)| work(pattern, line)).sum()
            }
            Some(found) => found.map(|line| work(pattern, part(text, line))).sum(),
            None => self::lines(text).map(|line| work(pattern, line)).sum::<u64>(),
        };
        self.patterns.iter().map(of).fold(0, u64::saturating_add)
    }

    /// Whether what is shown of a line depends on none before it but for its number.
    fn is_of_each_line(&self) -> bool {
        !self.has_context && self.most == usize::MAX
    }

    /// The lines that may be shown, each with its number, beginning at 0; where only those can
    /// be that hold a word, none of the others.
    fn lines<'t>(&'t self, text: &'t str) -> Lines<'t> {
        let shows_others = self.invert || self.has_context;
        let candidates = match &*self.patterns {
            [pattern] if !shows_others => pattern.candidates(text),
            _ => None,
        };
        let Some(candidates) = candidates else {
            let all: Vec<_> = lines(text).enumerate().collect();
            return Lines { n: all.len(), all, are_candidates: false };
        };
        let (mut n, mut at) = (0, 0);
        let mut count = |to: usize| {
            if self.numbers {
                let between = part(text, at..to);
                n += between.bytes().filter(|b| *b == b'\n').count();
                at = to;
            }
            n
        };
        let numbered = |range: Range<usize>| (count(range.start), part(text, range));
        let all = candidates.map(numbered).collect();
        Lines { all, n: count(text.len()), are_candidates: true }
    }
}

/// Lines of a text, each with its number.
struct Lines<'t> {
    all: Vec<(usize, &'t str)>,
    /// How many end in the text, where numbers are shown.
    n: usize,
    /// Those only that the one pattern could match.
    are_candidates: bool,
}

fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Searches a text, in parts where its lines do not depend on each other: whether anything was
/// found. None where that is too much work.
fn one(how: &How, console: &mut Console, input: &Input, io: &mut Io) -> Option<bool> {
    let all = match how.is_of_each_line() {
        true => parts::of_lines(&input.pieces),
        false => vec![input.whole()],
    };
    let texts = parts::each(&all, |part| (parts::text(part), part.contains(&0)));
    let parts = parts::each(&texts, |(text, _)| {
        let lines = how.lines(text);
        (how.work(text, &lines), lines)
    });
    let work = parts.iter().map(|(work, _)| *work);
    if !console.shell.spend(work.fold(input.n_bytes() as u64 + 1, u64::saturating_add)) {
        return None;
    }
    let is_binary = texts.iter().any(|(_, is_binary)| *is_binary);
    let mut n_lines = 0;
    let numbered = parts.iter().map(|(_, lines)| {
        let before = n_lines;
        n_lines += lines.n;
        (before, &*lines.all)
    });
    let search = |(before, lines): &(usize, &[(usize, &str)])| {
        found(how, (&input.name, *before), lines, is_binary)
    };
    let mut n_found = 0;
    for (n, out) in parts::each(&numbered.collect::<Vec<_>>(), search) {
        n_found += n;
        io.give(out);
    }
    if how.quiet {
    } else if how.count {
        let name = if how.with_name { format!("{}:", input.name) } else { String::new() };
        io.out(format_args!("{name}{n_found}\n"));
    } else if how.names || how.no_names {
        if (n_found > 0) == how.names {
            io.line(&input.name);
        }
    } else if is_binary && n_found > 0 {
        io.out(format_args!("grep: {}: binary file matches\n", input.name));
    }
    Some(if how.no_names && !how.names { n_found == 0 } else { n_found > 0 })
}

/// How many lines match, of a part before which there are so many lines, and what is shown of
/// them.
fn found(
    how: &How,
    (name, n_before): (&str, usize),
    all: &[(usize, &str)],
    is_binary: bool,
) -> (usize, String) {
    let mut out = String::new();
    let mut n_found = 0;
    let mut said_to = 0;
    let mut after_left = 0;
    let say = |number: usize, mark: char, line: &str, out: &mut String| {
        if how.with_name {
            out.push_str(name);
            out.push(mark);
        }
        if how.numbers {
            out.push_str(&(n_before + number + 1).to_string());
            out.push(mark);
        }
        out.push_str(line);
        out.push('\n');
    };
    for (n, line) in all.iter().copied() {
        if n_found >= how.most && after_left == 0 {
            break;
        }
        let is_match = n_found < how.most && matches(how, line);
        if !is_match {
            if after_left > 0 {
                after_left -= 1;
                say(n, '-', line, &mut out);
                said_to = n + 1;
            }
            continue;
        }
        n_found += 1;
        if how.quiet || how.count || how.names || how.no_names || is_binary {
            if how.quiet || how.names || how.no_names || (is_binary && !how.count) {
                break;
            }
            continue;
        }
        let from = n.saturating_sub(how.before).max(said_to);
        if how.has_context && how.groups && n_found > 1 && from > said_to {
            out.push_str("--\n");
        }
        for (at, line) in all.get(from..n).unwrap_or_default().iter().filter(|_| !how.only) {
            say(*at, '-', line, &mut out);
        }
        if how.only {
            if !how.invert {
                for (from, to) in matched(how, line) {
                    say(n, ':', part(line, from..to), &mut out);
                }
            }
        } else {
            say(n, ':', line, &mut out);
        }
        said_to = n + 1;
        after_left = if how.only { 0 } else { how.after };
    }
    (n_found, out)
}

/// All matches of a line that are not empty, from left to right, none within another.
fn matched(how: &How, line: &str) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for pattern in &how.patterns {
        match how.word {
            true => all.extend(words(pattern, line)),
            false => all.extend(pattern.find_iter(line).map(|m| (m.start, m.end))),
        }
    }
    all.retain(|(from, to)| to > from);
    crate::source::sort::sort_by_key(&mut all, |(from, to)| (*from, std::cmp::Reverse(*to)));
    let mut end = 0;
    all.retain(|(from, to)| {
        let keeps = *from >= end;
        if keeps {
            end = *to;
        }
        keeps
    });
    all
}

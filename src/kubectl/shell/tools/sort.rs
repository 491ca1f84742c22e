//! `sort`.

use super::{lines, options, save, text_of};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::cmp::Ordering;

#[derive(Debug, Clone, Copy, Default)]
struct Order {
    numeric: bool,
    human: bool,
    version: bool,
    fold: bool,
    reverse: bool,
    blanks: bool,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    from: (usize, usize),
    to: Option<(usize, usize)>,
    order: Order,
}

/// `sort [-bfhnruV] [-k N[,M]] [-t C] [-o FILE] [FILE...]`
pub(super) fn sort(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("reverse", 'r'),
        ("numeric-sort", 'n'),
        ("human-numeric-sort", 'h'),
        ("version-sort", 'V'),
        ("ignore-case", 'f'),
        ("ignore-leading-blanks", 'b'),
        ("unique", 'u'),
        ("key", 'k'),
        ("field-separator", 't'),
        ("output", 'o'),
        ("stable", 's'),
        ("check", 'c'),
    ];
    let given = match options::read("sort", "rnhVfbusgk:t:o:cdi", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(2);
        }
    };
    let global = Order {
        numeric: given.has('n') || given.has('g'),
        human: given.has('h'),
        version: given.has('V'),
        fold: given.has('f'),
        reverse: given.has('r'),
        blanks: given.has('b'),
    };
    let separator = match given.value('t') {
        None => None,
        Some("\\0") => Some('\0'),
        Some(text) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Some(c),
                (None, _) => {
                    io.err("sort: empty tab\n");
                    return Done::Exit(2);
                }
                _ => {
                    io.err(format_args!("sort: multi-character tab '{text}'\n"));
                    return Done::Exit(2);
                }
            }
        }
    };
    let mut keys = Vec::new();
    for (_, text) in given.options.iter().filter(|(c, _)| *c == 'k') {
        match key(text, global) {
            Some(key) => keys.push(key),
            None => {
                let why = match text.starts_with('0') {
                    true => "field number is zero",
                    false => "invalid number at field start",
                };
                io.err(format_args!("sort: {why}: invalid field specification '{text}'\n"));
                return Done::Exit(2);
            }
        }
    }
    let mut inputs = Vec::new();
    let paths = if given.rest.is_empty() { vec!["-".to_owned()] } else { given.rest.clone() };
    for path in &paths {
        match super::bytes_of(console, path, io) {
            Ok(bytes) => inputs.push(text_of(bytes)),
            Err(why) => {
                let what = if why == "Is a directory" { "read failed" } else { "cannot read" };
                io.err(format_args!("sort: {what}: {path}: {why}\n"));
                return Done::Exit(2);
            }
        }
    }
    let mut all: Vec<&str> = inputs.iter().flat_map(|text| lines(text)).collect();
    let work: usize = inputs.iter().map(String::len).sum();
    if !console.shell.spend((work as u64).saturating_mul(4 + keys.len() as u64 * 4)) {
        return Done::Exit(137);
    }
    let by_keys = |a: &str, b: &str| -> Ordering {
        if keys.is_empty() {
            return compare(a, b, global);
        }
        let all = keys
            .iter()
            .map(|key| compare(part(a, key, separator), part(b, key, separator), key.order));
        all.fold(Ordering::Equal, Ordering::then)
    };
    let last = |a: &str, b: &str| if global.reverse { b.cmp(a) } else { a.cmp(b) };
    let stable = given.has('s') || given.has('u');
    if given.has('c') {
        let wrong =
            all.windows(2).position(|w| matches!(w, [a, b] if by_keys(a, b) == Ordering::Greater));
        if let Some(n) = wrong {
            let line = all.get(n + 1).copied().unwrap_or("");
            let name = paths.first().map_or("-", String::as_str);
            io.err(format_args!("sort: {name}:{}: disorder: {line}\n", n + 2));
            return Done::Exit(1);
        }
        return Done::OK;
    }
    all.sort_by(|a, b| {
        by_keys(a, b).then_with(|| if stable { Ordering::Equal } else { last(a, b) })
    });
    if given.has('u') {
        all.dedup_by(|b, a| by_keys(a, b) == Ordering::Equal);
    }
    let mut out = String::with_capacity(work);
    for line in all {
        out.push_str(line);
        out.push('\n');
    }
    match given.value('o') {
        Some(path) => {
            let path = path.to_owned();
            super::exit(save(console, "sort", &path, out.as_bytes(), io))
        }
        None => {
            io.out(out);
            Done::OK
        }
    }
}

/// `2`, `2,3`, `2n`, `1.3,1.5r`
fn key(text: &str, global: Order) -> Option<Key> {
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (from, Some(to)),
        None => (text, None),
    };
    let mut order = Order::default();
    let mut any = false;
    let mut place = |text: &str| -> Option<(usize, usize)> {
        let n = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, letters) = text.split_at(n);
        for c in letters.chars() {
            any = true;
            match c {
                'n' | 'g' => order.numeric = true,
                'h' => order.human = true,
                'V' => order.version = true,
                'f' => order.fold = true,
                'r' => order.reverse = true,
                'b' => order.blanks = true,
                _ => return None,
            }
        }
        let (field, at) = numbers.split_once('.').unwrap_or((numbers, "0"));
        Some((field.parse().ok().filter(|n| *n > 0)?, at.parse().ok()?))
    };
    let from = place(from)?;
    let to = match to {
        Some(to) => Some(place(to)?),
        None => None,
    };
    Some(Key { from, to, order: if any { order } else { global } })
}

/// Where the field `n` begins and ends.
fn field(line: &str, n: usize, separator: Option<char>) -> (usize, usize) {
    let mut begin = 0;
    for at in 1.. {
        let rest = line.get(begin..).unwrap_or("");
        let end = match separator {
            Some(c) => rest.find(c),
            None => {
                // Leading blanks belong to a field.
                let skipped = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                rest.get(skipped..).and_then(|r| r.find([' ', '\t'])).map(|e| e + skipped)
            }
        };
        let end = end.map_or(line.len(), |e| begin + e);
        if at == n || end >= line.len() {
            return if at == n { (begin, end) } else { (line.len(), line.len()) };
        }
        begin = end + separator.map_or(0, char::len_utf8);
    }
    (line.len(), line.len())
}

fn part<'a>(line: &'a str, key: &Key, separator: Option<char>) -> &'a str {
    let skip = |from: usize, end: usize, n: usize| -> usize {
        let text = line.get(from..end).unwrap_or("");
        let blank = if key.order.blanks { text.len() - text.trim_start().len() } else { 0 };
        let text = text.get(blank..).unwrap_or("");
        from + blank + text.char_indices().nth(n).map_or(text.len(), |(n, _)| n)
    };
    let (begin, end) = field(line, key.from.0, separator);
    let from = skip(begin, end, key.from.1.saturating_sub(1));
    let to = match key.to {
        None => line.len(),
        Some((n, at)) => {
            let (begin, end) = field(line, n, separator);
            if at == 0 { end } else { skip(begin, end, at) }
        }
    };
    line.get(from..to.max(from)).unwrap_or("")
}

fn number(text: &str) -> f64 {
    let text = text.trim_start();
    let n = text
        .char_indices()
        .find(|(n, c)| !(c.is_ascii_digit() || *c == '.' || (*n == 0 && *c == '-')))
        .map_or(text.len(), |(n, _)| n);
    text.get(..n).and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn human(text: &str) -> (i32, f64) {
    let text = text.trim_start();
    let value = number(text);
    let unit = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-')
        .chars()
        .next();
    let size = unit.and_then(|c| "KMGTPE".find(c.to_ascii_uppercase())).map_or(0, |n| n as i32 + 1);
    (
        if value < 0.0 {
            -size
        } else if value == 0.0 {
            0
        } else {
            size
        },
        value,
    )
}

fn compare(a: &str, b: &str, order: Order) -> Ordering {
    let compared = if order.human {
        let ((ua, na), (ub, nb)) = (human(a), human(b));
        ua.cmp(&ub).then(na.total_cmp(&nb))
    } else if order.numeric {
        number(a).total_cmp(&number(b))
    } else if order.version {
        version(a, b)
    } else if order.fold {
        let upper = |text: &str| text.chars().map(|c| c.to_ascii_uppercase()).collect::<String>();
        upper(a).cmp(&upper(b))
    } else if order.blanks {
        a.trim_start().cmp(b.trim_start())
    } else {
        a.cmp(b)
    };
    if order.reverse { compared.reverse() } else { compared }
}

/// Digits as numbers, all else as text.
fn version(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let other = |text: &str| text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (na, nb) = (other(a), other(b));
        let compared = a.get(..na).cmp(&b.get(..nb));
        if compared != Ordering::Equal || (a.is_empty() && b.is_empty()) {
            return compared;
        }
        (a, b) = (a.get(na..).unwrap_or(""), b.get(nb..).unwrap_or(""));
        let (na, nb) = (digits(a), digits(b));
        let value = |text: &str, n: usize| {
            let text = text.get(..n).unwrap_or("").trim_start_matches('0').to_owned();
            (text.len(), text)
        };
        let compared = value(a, na).cmp(&value(b, nb));
        if compared != Ordering::Equal {
            return compared;
        }
        (a, b) = (a.get(na..).unwrap_or(""), b.get(nb..).unwrap_or(""));
    }
}

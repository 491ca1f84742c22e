//! Patterns: `*`, `?`, `[…]`.

use crate::kubectl::console::Files;

/// Whether a text has something that means more than itself.
pub(in crate::kubectl::shell) fn has_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Appends `text` so that nothing in it means more than itself.
pub(in crate::kubectl::shell) fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | '-' | '!' | '^') {
            into.push('\\');
        }
        into.push(c);
    }
}

enum Item {
    Any,
    One,
    Char(char),
    Set(bool, Vec<(char, char)>),
}

fn items(pattern: &str) -> Vec<Item> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        at += 1;
        match c {
            '*' => {
                if !matches!(items.last(), Some(Item::Any)) {
                    items.push(Item::Any);
                }
            }
            '?' => items.push(Item::One),
            '\\' => {
                items.push(Item::Char(chars.get(at).copied().unwrap_or('\\')));
                at += 1;
            }
            '[' => match set(&chars, at) {
                Some((item, after)) => {
                    items.push(item);
                    at = after;
                }
                None => items.push(Item::Char('[')),
            },
            c => items.push(Item::Char(*c)),
        }
    }
    items
}

fn set(chars: &[char], mut at: usize) -> Option<(Item, usize)> {
    let not = matches!(chars.get(at), Some('!' | '^'));
    at += usize::from(not);
    let from = at;
    let mut ranges = Vec::new();
    loop {
        let mut c = *chars.get(at)?;
        if c == ']' && at > from {
            return Some((Item::Set(not, ranges), at + 1));
        }
        if c == '[' && chars.get(at + 1) == Some(&':') {
            let rest: String = chars.get(at + 2..)?.iter().take(12).collect();
            if let Some((name, _)) = rest.split_once(":]") {
                ranges.extend(match name {
                    "digit" => vec![('0', '9')],
                    "lower" => vec![('a', 'z')],
                    "upper" => vec![('A', 'Z')],
                    "alpha" => vec![('a', 'z'), ('A', 'Z')],
                    "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
                    "space" => vec![(' ', ' '), ('\t', '\r')],
                    "blank" => vec![(' ', ' '), ('\t', '\t')],
                    "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
                    _ => vec![],
                });
                at += name.len() + 4;
                continue;
            }
        }
        if c == '\\' {
            at += 1;
            c = *chars.get(at)?;
        }
        at += 1;
        if chars.get(at) == Some(&'-') && chars.get(at + 1).is_some_and(|c| *c != ']') {
            ranges.push((c, *chars.get(at + 1)?));
            at += 2;
        } else {
            ranges.push((c, c));
        }
    }
}

fn fits(item: &Item, c: char) -> bool {
    match item {
        Item::Any => false,
        Item::One => true,
        Item::Char(wanted) => *wanted == c,
        Item::Set(not, ranges) => ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != *not,
    }
}

/// Whether all of `text` fits.
pub(in crate::kubectl::shell) fn matches(pattern: &str, text: &str) -> bool {
    let items = items(pattern);
    let text: Vec<char> = text.chars().collect();
    fits_all(&items, &text)
}

fn fits_all(items: &[Item], text: &[char]) -> bool {
    let (mut i, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (items.get(i), text.get(t)) {
            (None, None) => return true,
            (Some(Item::Any), _) => {
                star = Some((i, t));
                i += 1;
            }
            (Some(item), Some(c)) if fits(item, *c) => {
                i += 1;
                t += 1;
            }
            (_, _) => match star {
                Some((at, from)) if from < text.len() => {
                    star = Some((at, from + 1));
                    i = at + 1;
                    t = from + 1;
                }
                _ => return false,
            },
        }
    }
}

/// How much work `find` may be.
const MAX_WORK: usize = 50_000_000;

/// Where in `text` (in bytes) the pattern fits, at `from` or later: the longest or shortest
/// piece that begins first. With `anchored`, only what begins at `from`.
///
/// # Errors
/// Where it would be too much work.
pub(super) fn find(
    pattern: &str,
    text: &str,
    from: usize,
    anchored: bool,
    longest: bool,
) -> Result<Option<(usize, usize)>, ()> {
    let items = items(pattern);
    let rest = text.get(from..).unwrap_or("");
    let starts: Vec<usize> = rest.char_indices().map(|(n, _)| n).chain([rest.len()]).collect();
    let chars: Vec<char> = rest.chars().collect();
    let n_starts = if anchored { 1 } else { starts.len() };
    if chars
        .len()
        .saturating_mul(n_starts)
        .saturating_mul(chars.len().min(64))
        .saturating_mul(items.len())
        > MAX_WORK
    {
        return Err(());
    }
    for begin in 0..n_starts {
        let ends: Box<dyn Iterator<Item = usize>> = if longest {
            Box::new((begin..=chars.len()).rev())
        } else {
            Box::new(begin..=chars.len())
        };
        for end in ends {
            if fits_all(&items, chars.get(begin..end).unwrap_or_default()) {
                let at = |n: usize| from + starts.get(n).copied().unwrap_or(rest.len());
                return Ok(Some((at(begin), at(end))));
            }
        }
    }
    Ok(None)
}

/// The paths of files and folders that fit, in order.
pub(in crate::kubectl) fn glob(files: &Files, pattern: &str) -> Vec<String> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let mut found: Vec<String> = vec![String::new()];
    for (n, part) in parts.iter().enumerate() {
        let mut next = Vec::new();
        let is_last = n + 1 == parts.len();
        for before in &found {
            if part.is_empty() {
                if n == 0 || is_last {
                    next.push(format!("{before}/").replace("//", "/"));
                }
                continue;
            }
            let join = |name: &str| match before.is_empty() || before.ends_with('/') {
                true => format!("{before}{name}"),
                false => format!("{before}/{name}"),
            };
            if !has_pattern(part) {
                let mut plain = String::new();
                let mut chars = part.chars();
                while let Some(c) = chars.next() {
                    plain.extend(if c == '\\' { chars.next() } else { Some(c) });
                }
                let path = join(&plain);
                let is_there = matches!(&*plain, "." | "..")
                    || files.is_folder(&path)
                    || (is_last && files.read(&path).is_some());
                if is_there {
                    next.push(path);
                }
                continue;
            }
            let folder = if before.is_empty() { "." } else { before };
            for (name, is_folder) in files.list(folder).unwrap_or_default() {
                let is_hidden = name.starts_with('.') && !part.starts_with('.');
                if !is_hidden && (is_last || is_folder) && matches(part, &name) {
                    next.push(join(&name));
                }
            }
        }
        found = next;
    }
    found.retain(|path| !path.is_empty());
    found.sort();
    found
}

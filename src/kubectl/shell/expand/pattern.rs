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

/// How much work looking for a pattern in one value may be.
const MAX_WORK: u64 = 20_000_000;

/// A pattern that is looked for in a value.
pub(super) struct Search {
    items: Vec<Item>,
    chars: Vec<char>,
    /// What was done so far.
    pub(super) work: u64,
}

impl Search {
    pub(super) fn new(pattern: &str, text: &str) -> Self {
        let work = (pattern.len() + text.len()) as u64;
        Self { items: items(pattern), chars: text.chars().collect(), work }
    }

    /// How many characters from `from` on fit: as many or as few as can be.
    ///
    /// # Errors
    /// Where it would be too much work.
    fn reach(&mut self, from: usize, longest: bool) -> Result<Option<usize>, ()> {
        let n = self.items.len();
        let mut now = vec![false; n + 1];
        let mut best = None;
        let open = |states: &mut Vec<bool>, items: &[Item]| {
            for (at, item) in items.iter().enumerate() {
                if matches!(item, Item::Any)
                    && states.get(at) == Some(&true)
                    && let Some(next) = states.get_mut(at + 1)
                {
                    *next = true;
                }
            }
        };
        if let Some(first) = now.first_mut() {
            *first = true;
        }
        open(&mut now, &self.items);
        let mut at = from;
        loop {
            self.work += n as u64 + 1;
            if self.work > MAX_WORK {
                return Err(());
            }
            if now.last() == Some(&true) {
                best = Some(at - from);
                if !longest {
                    return Ok(best);
                }
            }
            let Some(c) = self.chars.get(at) else { return Ok(best) };
            let mut next = vec![false; n + 1];
            let mut any = false;
            for (state, item) in self.items.iter().enumerate() {
                if now.get(state) != Some(&true) {
                    continue;
                }
                let to = match item {
                    Item::Any => state,
                    item if fits(item, *c) => state + 1,
                    _ => continue,
                };
                any = true;
                if let Some(next) = next.get_mut(to) {
                    *next = true;
                }
            }
            if !any {
                return Ok(best);
            }
            open(&mut next, &self.items);
            now = next;
            at += 1;
        }
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }

    /// The value without the piece that fits at its begin, or at its end.
    ///
    /// # Errors
    /// Where it would be too much work.
    pub(super) fn without(&mut self, at_end: bool, longest: bool) -> Result<String, ()> {
        let n = self.chars.len();
        if !at_end {
            let cut = self.reach(0, longest)?.unwrap_or(0);
            return Ok(self.text(cut, n));
        }
        // Backwards it is a begin too.
        self.items.reverse();
        self.chars.reverse();
        let cut = self.reach(0, longest)?.unwrap_or(0);
        self.chars.reverse();
        Ok(self.text(0, n - cut))
    }

    /// The value with what fits replaced: once, or wherever it does.
    ///
    /// # Errors
    /// Where it would be too much work.
    pub(super) fn replaced(&mut self, with: &str, all: bool, at_start: bool) -> Result<String, ()> {
        let mut out = String::new();
        let mut at = 0;
        while let Some(c) = self.chars.get(at).copied() {
            match self.reach(at, true)?.filter(|n| *n > 0) {
                Some(n) => {
                    out.push_str(with);
                    self.work += with.len() as u64;
                    at += n;
                    if !all || at_start {
                        break;
                    }
                }
                None if at_start => break,
                None => {
                    out.push(c);
                    at += 1;
                }
            }
        }
        out.push_str(&self.text(at, self.chars.len()));
        Ok(out)
    }
}

/// What a name that is looked at is worth in work.
const NAME: u64 = 800;

/// The paths of files and folders that fit, in order.
pub(in crate::kubectl) fn glob(files: &Files, pattern: &str) -> Vec<String> {
    glob_within(files, pattern, &mut |_| true).unwrap_or_default()
}

/// The same, which tells `spend` of its work, and ends where there is none left for it.
pub(super) fn glob_within(
    files: &Files,
    pattern: &str,
    spend: &mut dyn FnMut(u64) -> bool,
) -> Option<Vec<String>> {
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
            if !spend(NAME * files.paths().count() as u64) {
                return None;
            }
            for (name, is_folder) in files.list(folder).unwrap_or_default() {
                if !spend(NAME + (part.len() * name.len() / 4) as u64) {
                    return None;
                }
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
    Some(found)
}

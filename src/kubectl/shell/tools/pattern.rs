//! Regular expressions: from POSIX's form to the one that is searched with.

mod longest;

use longest::Longest;
use regex_lite::{Captures, Regex, RegexBuilder};
use std::ops::Range;

/// The biggest programs that are made of a pattern, and what a byte of text is worth then.
const SIZES: [(usize, u64); 3] = [(16 << 10, 24), (128 << 10, 100), (1 << 20, 800)];

/// A pattern that was read, and what each byte that it looks at is worth in work.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    pub(super) cost: u64,
    /// What every match holds; empty where nothing is known.
    needs: String,
    /// It is a match.
    is_needed_only: bool,
    /// In capitals as well.
    any_case: bool,
    /// What makes a match as long as it can be, where the first one found may not be.
    longest: Option<Longest>,
}

/// A match: where it is in the text, and its groups.
pub(super) struct Found<'t> {
    /// Where it is.
    pub(super) range: Range<usize>,
    groups: Option<Captures<'t>>,
}

impl<'t> Found<'t> {
    /// What a group holds; 0 is all of it.
    pub(super) fn group(&self, n: usize) -> &'t str {
        let group = self.groups.as_ref().and_then(|groups| groups.get(n));
        group.map_or("", |group| group.as_str())
    }
}

impl Pattern {
    /// Whether a line could match: most do not, and then no expression is run.
    pub(super) fn may_match(&self, line: &str) -> bool {
        match self.any_case {
            true => self.next_needed(line, 0).is_some(),
            false => line.contains(&self.needs),
        }
    }

    /// Where in a text what every match holds stands next, from byte `from` on.
    fn next_needed(&self, text: &str, from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        find(rest.as_bytes(), self.needs.as_bytes(), self.any_case).map(|at| from + at)
    }

    /// The lines of a text that could match, from left to right: where each begins and ends.
    /// None where nothing tells them from others.
    pub(super) fn candidates<'t>(
        &'t self,
        text: &'t str,
    ) -> Option<impl Iterator<Item = Range<usize>> + 't> {
        if self.needs.is_empty() || self.needs.contains('\n') {
            return None;
        }
        let mut at = 0;
        Some(std::iter::from_fn(move || {
            let found = self.next_needed(text, at)?;
            let start = text.get(..found)?.rfind('\n').map_or(0, |end| end + 1);
            let end = text.get(found..)?.find('\n').map_or(text.len(), |n| found + n);
            at = end;
            Some(start..end)
        }))
    }

    /// Whether it matches somewhere in a line.
    pub(super) fn is_match(&self, line: &str) -> bool {
        self.may_match(line) && (self.is_needed_only || self.regex.is_match(line))
    }

    /// The first match from byte `at` on, as long as it can be.
    pub(super) fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let found = self.regex.find_at(text, at)?;
        let end = match &self.longest {
            None => found.end(),
            Some(longest) => longest.end(text, found.range()),
        };
        Some(found.start()..end)
    }

    /// The same with its groups.
    pub(super) fn groups_at<'t>(&self, text: &'t str, at: usize) -> Option<Found<'t>> {
        let Some(longest) = &self.longest else {
            let groups = self.regex.captures_at(text, at)?;
            return Some(Found { range: groups.get(0)?.range(), groups: Some(groups) });
        };
        let range = self.find_at(text, at)?;
        let groups = text.get(range.clone()).and_then(|text| longest.groups(text));
        let groups = groups.or_else(|| self.regex.captures_at(text, at));
        Some(Found { range, groups })
    }

    /// All matches from left to right.
    pub(super) fn find_iter<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = Range<usize>> + 't {
        let next = move |at| self.find_at(text, at).map(|range| (range.clone(), range));
        each(text, next)
    }

    /// All matches from left to right, with their groups.
    pub(super) fn groups_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Found<'t>> + 't {
        let next = move |at| self.groups_at(text, at).map(|found| (found.range.clone(), found));
        each(text, next)
    }

    /// What finding all matches in so many bytes is worth in work.
    pub(super) fn work(&self, n_bytes: usize) -> u64 {
        let more = self.longest.as_ref().map_or(1, |longest| longest.tries(n_bytes));
        self.cost.saturating_mul(n_bytes as u64).saturating_mul(more)
    }

    /// The same where `^` and `$` are those of each line.
    pub(super) fn of_lines(&self) -> Self {
        let text = format!("(?m:{})", self.regex.as_str());
        let regex = Regex::new(&text).unwrap_or_else(|_| self.regex.clone());
        Self { regex, longest: None, needs: self.needs.clone(), ..*self }
    }
}

/// So many places are looked at together.
const BLOCK: usize = 64;

/// Where a word stands first in a text; in capitals as well, where any case will do. Most places
/// differ in its first or its last byte: a machine sees that of many places at once.
fn find(text: &[u8], word: &[u8], any_case: bool) -> Option<usize> {
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return Some(0) };
    let at_last = word.len() - 1;
    let (firsts, lasts) = (text.get(..text.len().checked_sub(at_last)?)?, text.get(at_last..)?);
    // Capitals lack this bit.
    let bit = |byte: &u8| if any_case && byte.is_ascii_alphabetic() { 0x20 } else { 0 };
    let (of_first, of_last) = (bit(first), bit(last));
    let (first, last) = (first | of_first, last | of_last);
    let may_be = |a: &u8, b: &u8| u8::from(a | of_first == first) & u8::from(b | of_last == last);
    let is_at = |at: &usize| {
        let there = text.get(*at..*at + word.len()).unwrap_or_default();
        if any_case { there.eq_ignore_ascii_case(word) } else { there == word }
    };
    let mut blocks = firsts.chunks_exact(BLOCK).zip(lasts.chunks_exact(BLOCK)).enumerate();
    let in_blocks = blocks.find_map(|(n, (firsts, lasts))| {
        let pairs = firsts.iter().zip(lasts);
        let is_any = pairs.fold(0, |any, (a, b)| any | may_be(a, b));
        if is_any == 0 {
            return None;
        }
        (n * BLOCK..(n + 1) * BLOCK).find(is_at)
    });
    let rest = firsts.len() - firsts.len() % BLOCK;
    in_blocks.or_else(|| (rest..firsts.len()).find(is_at))
}

/// Matches one after the other: none within another, and none that is empty at the end of the one
/// before.
fn each<T>(
    text: &str,
    next: impl Fn(usize) -> Option<(Range<usize>, T)>,
) -> impl Iterator<Item = T> {
    let mut at = 0;
    let mut last = None;
    std::iter::from_fn(move || {
        loop {
            if at > text.len() {
                return None;
            }
            let (range, found) = next(at)?;
            at = range.end;
            if range.is_empty() {
                at += text.get(at..).and_then(|text| text.chars().next()).map_or(1, char::len_utf8);
                if last == Some(range.end) {
                    continue;
                }
            }
            last = Some(range.end);
            return Some(found);
        }
    })
}

/// How a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `grep`, `sed`
    Basic,
    /// `grep -E`, `sed -E`, awk
    Extended,
    /// `grep -F`
    Fixed,
    /// `grep -P`: as it stands.
    Perl,
}

/// Reads a pattern.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(super) fn read(pattern: &str, form: Form, ignore_case: bool) -> Result<Pattern, String> {
    let text = match form {
        Form::Perl => pattern.to_owned(),
        Form::Fixed => regex_lite::escape(pattern),
        Form::Basic | Form::Extended => translate(pattern, form == Form::Extended)?,
    };
    for (size, cost) in SIZES {
        let built = RegexBuilder::new(&text)
            .case_insensitive(ignore_case)
            .size_limit(size)
            .nest_limit(50)
            .build();
        match built {
            Ok(regex) => {
                // Only letters of ASCII are the same in capitals.
                let needs = needed(&text);
                let is_needed_only = !needs.is_empty() && regex_lite::escape(&needs) == text;
                let posix = matches!(form, Form::Basic | Form::Extended);
                let longest = if posix { Longest::of(&text, ignore_case, size) } else { None };
                let cost = cost + (text.len() / 4) as u64;
                let any_case = ignore_case;
                return Ok(Pattern { regex, cost, needs, is_needed_only, any_case, longest });
            }
            Err(error) if error.to_string().contains("size limit") => {}
            Err(error) => return Err(plain(&error.to_string())),
        }
    }
    Err("Regular expression too big".to_owned())
}

/// The longest text that every match of an expression holds, as far as it is plain to see:
/// characters that stand for themselves, outside of groups and brackets, and are not repeated.
fn needed(expression: &str) -> String {
    let mut longest = String::new();
    if expression.contains(['|', '(', '[']) {
        return longest;
    }
    let mut run = String::new();
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => match chars.next() {
                // A character by its number.
                Some('x' | 'u' | 'U') => return String::new(),
                escaped => escaped.filter(|c| c.is_ascii_punctuation() && !"<>".contains(*c)),
            },
            '.' | '^' | '$' | '*' | '+' | '?' | '{' | '}' => None,
            c => Some(c),
        };
        // What stands before these may be missing.
        let may_miss = matches!(chars.peek(), Some('*' | '?' | '{'));
        run.extend(plain.filter(|_| !may_miss));
        if plain.is_none() || may_miss || chars.peek().is_none() {
            let ended = std::mem::take(&mut run);
            if ended.len() > longest.len() {
                longest = ended;
            }
        }
        if c == '{' {
            // A count.
            chars.by_ref().find(|c| *c == '}');
        }
    }
    longest
}

fn plain(error: &str) -> String {
    let known = [
        ("unclosed character class", "Unmatched [, [^, [:, [., or [="),
        ("unclosed group", "Unmatched ( or \\("),
        ("unopened group", "Unmatched ) or \\)"),
        ("missing", "Invalid preceding regular expression"),
        ("repetition", "Invalid content of \\{\\}"),
    ];
    let found = known.iter().find(|(ours, _)| error.contains(ours));
    found.map_or_else(|| "Invalid regular expression".to_owned(), |(_, says)| (*says).to_owned())
}

fn translate(pattern: &str, extended: bool) -> Result<String, String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let mut depth = 0usize;
    // Whether a `*` here has nothing to repeat.
    let mut begins = true;
    while let Some(c) = chars.get(at).copied() {
        at += 1;
        let was_begin = std::mem::take(&mut begins);
        match c {
            '[' => at = class(&chars, at, &mut out)?,
            '\\' => {
                let Some(c) = chars.get(at).copied() else {
                    return Err("Trailing backslash".to_owned());
                };
                at += 1;
                match c {
                    '(' | ')' | '{' | '}' | '|' | '+' | '?' if !extended => {
                        out.push(c);
                        begins = matches!(c, '(' | '|');
                        depth = if c == '(' {
                            depth + 1
                        } else {
                            depth.saturating_sub(usize::from(c == ')'))
                        };
                    }
                    'w' | 'W' | 's' | 'S' | 'b' | 'B' => {
                        out.push('\\');
                        out.push(c);
                    }
                    '<' | '>' => out.push_str("\\b"),
                    'n' => out.push_str("\\n"),
                    't' => out.push_str("\\t"),
                    '`' => out.push_str("\\A"),
                    '\'' => out.push_str("\\z"),
                    '1'..='9' => return Err("back-references are not here".to_owned()),
                    c => out.push_str(&regex_lite::escape(&c.to_string())),
                }
            }
            '*' if was_begin => {
                out.push_str("\\*");
            }
            '*' => {
                // `a**` is `a*`.
                if !out.ends_with('*') || out.ends_with("\\*") {
                    out.push('*');
                }
            }
            '(' | ')' if extended => {
                if c == ')' && depth == 0 {
                    return Err("Unmatched ) or \\)".to_owned());
                }
                depth = if c == '(' { depth + 1 } else { depth - 1 };
                begins = c == '(';
                out.push(c);
            }
            '|' if extended => {
                begins = true;
                out.push(c);
            }
            '+' | '?' if extended && was_begin => out.push_str(&format!("\\{c}")),
            '+' | '?' if extended => out.push(c),
            '{' if extended => {
                let is_count = chars.get(at).is_some_and(|c| c.is_ascii_digit() || *c == ',');
                if is_count && !was_begin {
                    out.push('{');
                    if chars.get(at) == Some(&',') {
                        out.push('0');
                    }
                    while let Some(c) = chars.get(at).copied() {
                        at += 1;
                        out.push(c);
                        if c == '}' {
                            break;
                        }
                    }
                } else {
                    out.push_str("\\{");
                }
            }
            '^' if extended || was_begin || out.ends_with('(') || out.ends_with('|') => {
                out.push('^');
                begins = true;
            }
            '$' => {
                let rest = chars.get(at..).unwrap_or_default();
                let is_end = extended || rest.is_empty() || matches!(rest, ['\\', ')' | '|', ..]);
                out.push_str(if is_end { "$" } else { "\\$" });
            }
            '.' => out.push('.'),
            c => out.push_str(&regex_lite::escape(&c.to_string())),
        }
    }
    if depth > 0 {
        return Err("Unmatched ( or \\(".to_owned());
    }
    Ok(out)
}

/// A bracket expression; `at` stands behind its `[`.
fn class(chars: &[char], mut at: usize, out: &mut String) -> Result<usize, String> {
    let open = || "Unmatched [, [^, [:, [., or [=".to_owned();
    out.push('[');
    if chars.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let from = at;
    loop {
        let c = *chars.get(at).ok_or_else(open)?;
        at += 1;
        match c {
            ']' if at - 1 > from => {
                out.push(']');
                return Ok(at);
            }
            '[' if chars.get(at) == Some(&':') => {
                let rest: String = chars.get(at..).unwrap_or_default().iter().take(12).collect();
                let end = rest.find(":]").ok_or_else(open)?;
                let name = rest.get(1..end).unwrap_or("");
                let known = [
                    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print",
                    "punct", "space", "upper", "xdigit",
                ];
                if !known.contains(&name) {
                    return Err("Invalid character class name".to_owned());
                }
                out.push_str(&format!("[:{name}:]"));
                at += end + 2;
            }
            '-' if at - 1 > from && chars.get(at).is_some_and(|c| *c != ']') => out.push('-'),
            '[' | ']' | '\\' | '-' | '&' | '~' | '^' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_every_match_holds_is_known_of_plain_expressions() {
        for (expression, needs) in [
            ("podIP", "podIP"),
            ("10\\.0\\.0\\.1", "10.0.0.1"),
            ("^web-.*x", "web-"),
            ("ab*cde?f", "cd"),
            ("a+bc", "bc"),
            ("ab{0,1}c", "a"),
            ("\\bweb\\d", "web"),
            ("a|b", ""),
            ("(?i)web", ""),
            ("[ab]c", ""),
            ("\\x41bc", ""),
            ("", ""),
        ] {
            assert_eq!(needed(expression), needs, "{expression}");
        }
    }

    proptest! {
        #[test]
        fn no_match_is_passed_over(
            expression in "([abc.^$*+?]|\\\\.|\\\\b|b\\{0,2\\}){0,6}",
            line in "[abcABC.]{0,8}",
        ) {
            for form in [Form::Basic, Form::Extended, Form::Perl] {
                for ignore_case in [false, true] {
                    let Ok(pattern) = read(&expression, form, ignore_case) else { continue };
                    let matches = pattern.regex.is_match(&line);
                    prop_assert!(pattern.may_match(&line) || !matches);
                    let text = format!("x\n{line}\n\nabc");
                    let Some(mut found) = pattern.candidates(&text) else { continue };
                    let is_found = found.any(|range| range == (2..2 + line.len()));
                    prop_assert_eq!(is_found, pattern.may_match(&line));
                }
            }
        }

        #[test]
        fn a_word_is_found_where_it_stands_first(
            text in "[abAB@`\n]{0,200}",
            word in "[abAB@`\n]{0,4}",
            n_before in 0..200_usize,
        ) {
            let text = format!("{}{text}", "x".repeat(n_before));
            let [bytes, of_word] = [text.as_bytes(), word.as_bytes()];
            prop_assert_eq!(find(bytes, of_word, false), text.find(&word));
            let [text, word] = [text.to_ascii_lowercase(), word.to_ascii_lowercase()];
            prop_assert_eq!(find(bytes, of_word, true), text.find(&word));
        }
    }
}

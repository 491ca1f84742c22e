//! POSIX takes the longest of the matches that begin first, the engine the first of the
//! alternatives: `a|ab` in `ab`.

use regex_lite::{Captures, Regex, RegexBuilder};
use std::ops::Range;

/// How far a match without bounds is looked for byte by byte.
const MAX_TRIES: usize = 256;

/// What makes a match longer.
#[derive(Debug, Clone)]
pub(super) struct Longest {
    /// The expression where it takes all of a text.
    whole: Regex,
    /// The most bytes that a match has; none where it has no bounds.
    most: Option<usize>,
    /// It holds `^`: only what begins the text can be looked at alone.
    at_start: bool,
    /// It holds `$`: only what ends the text can.
    at_end: bool,
}

impl Longest {
    /// That of an expression; none where the first match is the longest, or where it can't be
    /// told from a part of the text.
    pub(super) fn of(expression: &str, ignore_case: bool, size: usize) -> Option<Self> {
        let optional_group = [")?", ")*", "){"].iter().any(|end| expression.contains(end));
        let looks_around = ["\\b", "\\B", "\\A", "\\z"].iter().any(|at| expression.contains(at));
        if !(expression.contains('|') || optional_group) || looks_around {
            return None;
        }
        let whole = RegexBuilder::new(&format!("^(?:{expression})$"))
            .case_insensitive(ignore_case)
            .size_limit(size.saturating_mul(2))
            .nest_limit(60)
            .build()
            .ok()?;
        let is_bounded = !expression.contains(['*', '+', '{']);
        // A character has four bytes at most.
        let most = is_bounded.then_some(expression.len().saturating_mul(4));
        let (at_start, at_end) = (expression.contains('^'), expression.contains('$'));
        Some(Self { whole, most, at_start, at_end })
    }

    /// Where the longest match ends that begins where `found` does.
    pub(super) fn end(&self, text: &str, found: Range<usize>) -> usize {
        let Some(rest) = text.get(found.start..) else { return found.end };
        if self.at_start && found.start > 0 {
            return found.end;
        }
        let least = found.end - found.start;
        let fits = |n: &usize| rest.get(..*n).is_some_and(|part| self.whole.is_match(part));
        let unbounded = self.most.is_none() || self.at_end;
        if unbounded && rest.len() > least && fits(&rest.len()) {
            return text.len();
        }
        if self.at_end {
            return found.end;
        }
        let most = self.most.unwrap_or(least + MAX_TRIES).min(least + MAX_TRIES).min(rest.len());
        let longer = (least + 1..=most).rev().find(fits);
        found.start + longer.unwrap_or(least)
    }

    /// The groups of a whole match.
    pub(super) fn groups<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.whole.captures(text)
    }

    /// How often a byte is looked at.
    pub(super) fn tries(&self, n_bytes: usize) -> u64 {
        1 + (self.most.unwrap_or(MAX_TRIES).min(MAX_TRIES).min(n_bytes) / 2) as u64
    }
}

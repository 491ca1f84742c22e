//! Searching: the pattern last looked for, the next match of it, all matches of a line.

use super::pattern::{Groups, Pattern};
use super::{Buffer, Editor};
use std::ops::Range;

/// What was last looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    /// As it was typed.
    pub(super) text: String,
    pub(super) pattern: Option<Pattern>,
    /// It was looked for backwards.
    pub(super) backward: bool,
    /// Matches are not marked for now (`:noh`, Esc).
    pub(super) quiet: bool,
}

/// A match, and whether the search went past an end of the text to find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) wrapped: bool,
}

fn whole(groups: &Groups) -> (usize, usize) {
    (groups[0].unwrap_or(0), groups[1].unwrap_or(0))
}

/// The matches of a line that begin in order; an empty one takes a character.
pub(super) fn matches_of<'l>(
    pattern: &'l Pattern,
    line: &'l str,
) -> impl Iterator<Item = Groups> + 'l {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let groups = pattern.find(line, from?)?;
        let (start, end) = whole(&groups);
        let next = if end > start {
            end
        } else {
            line.get(end..)
                .and_then(|r| r.chars().next())
                .map_or(line.len() + 1, |c| end + c.len_utf8())
        };
        from = (next <= line.len()).then_some(next);
        Some(groups)
    })
}

/// The next match after `at` (before it, backwards), around the ends of the text.
pub(super) fn next(
    buffer: &Buffer,
    pattern: &Pattern,
    at: usize,
    backward: bool,
    n_lines: usize,
) -> Option<Match> {
    let line = buffer.line_of(at).min(n_lines.saturating_sub(1));
    let column = at - buffer.line_start(line).min(at);
    let on = |line: usize, wrapped: bool, groups: &Groups| {
        let (start, end) = whole(groups);
        // The cursor can stand on a character only: no match begins behind the last one.
        let start = start.min(buffer.line(line).len().saturating_sub(1));
        let begin = buffer.line_start(line);
        Match { start: buffer.boundary(begin + start), end: begin + end, wrapped }
    };
    for step in 0..=n_lines {
        let (at_line, wrapped) = if backward {
            ((line + n_lines - step % n_lines) % n_lines, step > line)
        } else {
            ((line + step) % n_lines, line + step >= n_lines)
        };
        let text = buffer.line(at_line);
        let (first, last) = (step == 0, step == n_lines);
        let mut fitting = matches_of(pattern, text).filter(|groups| {
            let (start, _) = whole(groups);
            match (backward, first, last) {
                (false, true, _) => start > column,
                (false, _, true) => start <= column,
                (true, true, _) => start < column,
                (true, _, true) => start >= column,
                _ => true,
            }
        });
        let found = if backward { fitting.last() } else { fitting.next() };
        if let Some(groups) = found {
            return Some(on(at_line, wrapped, &groups));
        }
    }
    None
}

impl Editor {
    /// The stretches of a line, in bytes of the text, that match what was last looked for.
    #[must_use]
    pub fn matches(&self, line: usize) -> Vec<Range<usize>> {
        let Some(pattern) = self.search.pattern.as_ref() else { return Vec::new() };
        if self.search.quiet || !self.looks.highlight {
            return Vec::new();
        }
        let start = self.buffer.line_start(line);
        matches_of(pattern, self.buffer.line(line))
            .map(|groups| whole(&groups))
            .map(|(a, b)| start + a..start + b)
            .filter(|range| !range.is_empty())
            .collect()
    }

    /// The next match from `at`; none where there is none.
    pub(super) fn seek(&self, at: usize, backward: bool) -> Option<Match> {
        let pattern = self.search.pattern.as_ref()?;
        next(&self.buffer, pattern, at, backward, self.n_lines())
    }

    /// Looks for the text as a plain editor does: small letters stand for capitals too.
    /// The first match at `from` or after it is selected.
    pub(super) fn find_plain(&mut self, text: &str, from: usize, backward: bool) -> bool {
        let ignore_case = !text.chars().any(char::is_uppercase);
        let pattern = (!text.is_empty()).then(|| Pattern::literal(text, ignore_case));
        self.search = Search { text: text.to_owned(), pattern, backward, quiet: false };
        let found = self.search.pattern.as_ref().and_then(|pattern| {
            let here = self.buffer.line_of(from);
            let column = from - self.buffer.line_start(here);
            // A match right here counts, forwards.
            let at_once = pattern.find(self.buffer.line(here), column).map(|g| whole(&g));
            match at_once {
                Some((start, end)) if start == column && !backward => {
                    Some(Match { start: from, end: from - start + end, wrapped: false })
                }
                _ => next(&self.buffer, pattern, from, backward, self.n_lines()),
            }
        });
        let Some(found) = found else { return false };
        self.cursor = found.end;
        self.anchor = Some(found.start);
        self.column = None;
        self.note_line();
        true
    }
}

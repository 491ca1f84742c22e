//! What is wrong in a pack, and where.

use crate::source::sort;
use crate::source::{Span, clean_line};
use std::fmt;

/// Problems told of one file at most: after that, reading on helps nobody.
const PER_FILE: usize = 5_000;
/// Problems kept of one file at most; more are only counted.
const KEPT: usize = 20_000;

/// One thing wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackProblem {
    /// The file, from the pack's folder; empty for the pack as a whole.
    pub file: String,
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 for the file as a whole.
    pub column: usize,
    /// What is wrong, in one sentence without control characters.
    pub message: String,
    /// What to do, in one sentence; empty where the message says it.
    pub remedy: String,
}

impl PackProblem {
    /// A problem of a file as a whole.
    #[must_use]
    pub fn of_file(file: &str, message: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self {
            file: clean_line(file).into_owned(),
            line: 0,
            column: 0,
            message: clean_line(message.as_ref()).into_owned(),
            remedy: clean_line(remedy.as_ref()).into_owned(),
        }
    }
}

impl PackProblem {
    /// `FILE:LINE:COLUMN`, or `FILE` for the file as a whole.
    #[must_use]
    pub fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

impl fmt::Display for PackProblem {
    /// `FILE:LINE:COLUMN: MESSAGE REMEDY`, one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.message)?;
        if !self.remedy.is_empty() {
            write!(f, " {}", self.remedy)?;
        }
        Ok(())
    }
}

/// One file's problems while it is read: spans become lines only if there are any.
pub struct Problems {
    found: Vec<(Span, String, String)>,
    n_more: usize,
}

impl Problems {
    pub(super) const fn new() -> Self {
        Self { found: Vec::new(), n_more: 0 }
    }

    /// Adds one. `span` is in bytes of the file's text.
    pub(super) fn add(
        &mut self,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if self.found.len() < KEPT {
            self.found.push((span, message.into(), remedy.into()));
        } else {
            self.n_more += 1;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.found.len() + self.n_more
    }

    /// The problems in the order of the text, at most [`PER_FILE`] and a line that counts the rest.
    pub(super) fn finish(mut self, file: &str, text: &str) -> Vec<PackProblem> {
        if self.found.is_empty() {
            return Vec::new();
        }
        sort::sort_by_key(&mut self.found, |(span, ..)| *span);
        self.found.dedup();
        let n_more = self.found.len().saturating_sub(PER_FILE) + self.n_more;
        let mut place = Place::default();
        let mut told: Vec<PackProblem> = self
            .found
            .iter()
            .take(PER_FILE)
            .map(|(span, message, remedy)| {
                let (line, column) = place.go_on(text, span.start);
                PackProblem { line, column, ..PackProblem::of_file(file, message, remedy) }
            })
            .collect();
        if n_more > 0 {
            told.push(PackProblem::of_file(
                file,
                format!("{n_more} more problems in this file are not listed."),
                "Mend the first ones and check again.",
            ));
        }
        told
    }
}

/// Lines and columns of offsets that only grow: the text is walked once, however many there
/// are, and however long a line is.
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

impl Default for Place {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Place {
    fn go_on(&mut self, text: &str, offset: usize) -> (usize, usize) {
        let rest = text.get(self.offset..).unwrap_or("");
        for c in rest.chars() {
            if self.offset >= offset {
                break;
            }
            self.offset += c.len_utf8();
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LineIndex;

    #[test]
    fn places_are_those_of_the_index() {
        let text = "a\näöü x\n\n\u{1f600}z\r\nend";
        let index = LineIndex::new(text);
        let mut place = Place::default();
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let at = index.position(text, offset);
            assert_eq!(place.go_on(text, offset), (at.line, at.column), "{offset}");
        }
        assert_eq!(place.go_on(text, text.len() + 9).0, 5);
    }
}

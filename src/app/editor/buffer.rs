//! The text itself: where its lines begin, and every change so that it can be taken back.
//!
//! Offsets are bytes, as in the findings' spans. One string, not a rope: of 5,000 lines an
//! insertion moves some 100 KB, which takes less time than drawing one line.

use std::collections::VecDeque;
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The most a text may hold, in bytes: what is typed or pasted beyond is refused.
pub const MAX_BYTES: usize = 2 << 20;
/// What the changes that can be taken back may hold altogether, in bytes.
const MAX_UNDO_BYTES: usize = 32 << 20;

/// `old` at `at` became `new`.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    old: String,
    new: String,
}

/// Changes that are taken back together.
#[derive(Debug, Clone, Default)]
struct Step {
    changes: Vec<Change>,
    /// The cursor before the first of them.
    cursor: usize,
    /// More typing may be joined to it.
    open: bool,
}

impl Step {
    fn bytes(&self) -> usize {
        self.changes.iter().map(|c| c.old.len() + c.new.len()).sum()
    }
}

/// What was taken back or made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turned {
    /// The cursor before the changes were first made.
    pub cursor: usize,
    /// Where the text now differs, first.
    pub start: usize,
    /// The end of what was put back there.
    pub end: usize,
    /// Lines there are more now than before.
    pub more_lines: isize,
}

/// A text that remembers.
#[derive(Debug, Clone)]
pub struct Buffer {
    text: String,
    starts: Vec<usize>,
    version: u64,
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    undo_bytes: usize,
    depth: u32,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new("")
    }
}

impl Buffer {
    /// A text; line ends become `\n`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = with_newlines(text);
        let starts = starts_of(&text, 0);
        Self {
            starts: std::iter::once(0).chain(starts).collect(),
            text,
            version: 0,
            undo: VecDeque::new(),
            redo: Vec::new(),
            undo_bytes: 0,
            depth: 0,
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Grows with every change of the text.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Bytes of the text.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Is there no text?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Number of lines; a text that ends in a newline has an empty last one.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that holds byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Where a line begins; the text's end past the last one.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Where a line ends, before its newline.
    #[must_use]
    pub fn line_end(&self, line: usize) -> usize {
        self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1)
    }

    /// A line's text without its newline.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        &self.text[self.line_start(line)..self.line_end(line).max(self.line_start(line))]
    }

    /// Where the first character of a line stands that is no blank; its end where all are.
    #[must_use]
    pub fn first_word(&self, line: usize) -> usize {
        let text = self.line(line);
        self.line_start(line) + text.len() - text.trim_start_matches([' ', '\t']).len()
    }

    /// `offset`, moved back to a boundary of characters.
    #[must_use]
    pub fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The boundary before `offset` of what a reader sees as one character.
    #[must_use]
    pub fn before(&self, offset: usize) -> usize {
        GraphemeCursor::new(offset, self.text.len(), true)
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    /// The boundary after `offset` of what a reader sees as one character.
    #[must_use]
    pub fn after(&self, offset: usize) -> usize {
        GraphemeCursor::new(offset, self.text.len(), true)
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    /// The character at `offset`.
    #[must_use]
    pub fn char_at(&self, offset: usize) -> Option<char> {
        self.text.get(offset..).and_then(|rest| rest.chars().next())
    }

    /// The column of `offset` in its line, in characters as a reader sees them.
    #[must_use]
    pub fn column(&self, offset: usize) -> usize {
        self.text[self.line_start(self.line_of(offset))..offset].graphemes(true).count()
    }

    /// The place in a line that is nearest to a column.
    #[must_use]
    pub fn at_column(&self, line: usize, column: usize) -> usize {
        let text = self.line(line);
        self.line_start(line) + text.graphemes(true).take(column).map(str::len).sum::<usize>()
    }

    /// Begins a step: what changes until [`Self::end`] is taken back together.
    pub fn begin(&mut self, cursor: usize) {
        if self.depth == 0 {
            self.close();
            self.push(Step { cursor, ..Step::default() });
        }
        self.depth += 1;
    }

    /// Ends a step.
    pub fn end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 && self.undo.back().is_some_and(|step| step.changes.is_empty()) {
            self.undo.pop_back();
        }
    }

    /// Ends the change that typing is being joined to.
    pub fn close(&mut self) {
        if let Some(step) = self.undo.back_mut() {
            step.open = false;
        }
    }

    fn push(&mut self, step: Step) {
        self.undo.push_back(step);
        while self.undo_bytes > MAX_UNDO_BYTES && self.undo.len() > 1 {
            if let Some(oldest) = self.undo.pop_front() {
                self.undo_bytes -= oldest.bytes().min(self.undo_bytes);
            }
        }
    }

    /// Replaces a range by `new`. `cursor` is where the cursor stood; `open` says that more
    /// typing may join. False when the text would grow beyond [`MAX_BYTES`]: then nothing
    /// changes.
    pub fn replace(&mut self, range: Range<usize>, new: &str, cursor: usize, open: bool) -> bool {
        let Range { start, end } = range;
        if self.text.len() - (end - start) + new.len() > MAX_BYTES {
            return false;
        }
        if start == end && new.is_empty() {
            return true;
        }
        let old = self.text[start..end].to_owned();
        self.swap(start, end, new);
        self.redo.clear();
        self.undo_bytes += old.len() + new.len();
        let grouped = self.depth > 0;
        if let Some(last) = self.undo.back_mut().filter(|s| grouped || (open && s.open)) {
            if last.changes.is_empty() {
                last.cursor = cursor;
            }
            match last.changes.last_mut() {
                Some(change) if old.is_empty() && start == change.at + change.new.len() => {
                    change.new.push_str(new);
                    return true;
                }
                _ if grouped => {
                    last.changes.push(Change { at: start, old, new: new.to_owned() });
                    return true;
                }
                _ => {}
            }
        }
        self.close();
        let changes = vec![Change { at: start, old, new: new.to_owned() }];
        self.push(Step { changes, cursor, open });
        true
    }

    /// Puts `new` in the place of a range and keeps the lines' starts right.
    fn swap(&mut self, start: usize, end: usize, new: &str) {
        self.text.replace_range(start..end, new);
        self.version += 1;
        let first = self.starts.partition_point(|s| *s <= start);
        let last = self.starts.partition_point(|s| *s <= end);
        let removed = end - start;
        for s in &mut self.starts[last..] {
            *s = *s - removed + new.len();
        }
        self.starts.splice(first..last, starts_of(new, start));
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> Option<Turned> {
        let step = self.undo.pop_back()?;
        self.undo_bytes -= step.bytes().min(self.undo_bytes);
        let n_before = self.n_lines();
        let (mut first, mut last) = (usize::MAX, 0);
        for change in step.changes.iter().rev() {
            self.swap(change.at, change.at + change.new.len(), &change.old);
            first = first.min(change.at);
            last = last.max(change.at + change.old.len());
        }
        let turned = self.turned(step.cursor, first, last, n_before);
        self.redo.push(step);
        Some(turned)
    }

    /// Makes the step again that was taken back last.
    pub fn redo(&mut self) -> Option<Turned> {
        let step = self.redo.pop()?;
        let n_before = self.n_lines();
        let (mut first, mut last) = (usize::MAX, 0);
        for change in &step.changes {
            self.swap(change.at, change.at + change.old.len(), &change.new);
            first = first.min(change.at);
            last = last.max(change.at + change.new.len());
        }
        let turned = self.turned(step.cursor, first, last, n_before);
        self.undo_bytes += step.bytes();
        self.undo.push_back(Step { open: false, ..step });
        Some(turned)
    }

    fn turned(&self, cursor: usize, first: usize, last: usize, n_before: usize) -> Turned {
        Turned {
            cursor: self.boundary(cursor),
            start: self.boundary(first),
            end: self.boundary(last),
            more_lines: isize::try_from(self.n_lines()).unwrap_or(0)
                - isize::try_from(n_before).unwrap_or(0),
        }
    }
}

/// Where lines begin behind the newlines of `text`, which stands at `offset`.
fn starts_of(text: &str, offset: usize) -> impl Iterator<Item = usize> + '_ {
    text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(move |(i, _)| offset + i + 1)
}

/// `text` with `\n` for every kind of line end.
#[must_use]
pub(super) fn with_newlines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is changed: the lines' starts stay those of the text, and taking all back
        /// gives the first text, making all again the last.
        #[test]
        fn changes_keep_the_lines_and_can_all_be_turned(
            text in "[a\n é]{0,30}",
            changes in prop::collection::vec((0usize..40, 0usize..9, "[b\n]{0,6}", any::<bool>()), 1..20),
        ) {
            let mut buffer = Buffer::new(&text);
            for (at, len, new, open) in changes {
                let start = buffer.boundary(at);
                let end = buffer.boundary(start + len).max(start);
                if open && at % 3 == 0 {
                    buffer.begin(start);
                    buffer.replace(start..end, &new, start, false);
                    buffer.replace(0..0, "x\n", start, false);
                    buffer.end();
                } else {
                    buffer.replace(start..end, &new, start, open);
                }
                let fresh = Buffer::new(buffer.text());
                prop_assert_eq!(&buffer.starts, &fresh.starts);
            }
            let last = buffer.text().to_owned();
            while buffer.undo().is_some() {}
            prop_assert_eq!(buffer.text(), &text);
            while buffer.redo().is_some() {}
            prop_assert_eq!(buffer.text(), &last);
            prop_assert_eq!(&buffer.starts, &Buffer::new(&last).starts);
        }
    }
}

//! What the plain keys do besides moving.

use super::{Ask, Editor};
use unicode_segmentation::UnicodeSegmentation;

impl Editor {
    /// Types one character; what it completes may be offered further.
    pub fn type_char(&mut self, c: char) -> bool {
        if self.prompt.is_some() {
            self.prompt_text(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        let done = self.insert(c.encode_utf8(&mut [0; 4]));
        self.note_typing();
        self.menu_narrow();
        done
    }

    /// Two spaces up to the next even column; every line of a selection.
    pub fn indent(&mut self) -> bool {
        if self.selection().is_some() {
            return self.shift_lines(|line| {
                if line.is_empty() { String::new() } else { format!("  {line}") }
            });
        }
        let column = self.buffer.column(self.cursor);
        let done = self.insert(if column.is_multiple_of(2) { "  " } else { " " });
        self.note_typing();
        done
    }

    /// Takes up to two spaces away from the line, or every line of a selection.
    pub fn outdent(&mut self) -> bool {
        self.shift_lines(|line| {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            line[blanks.min(2)..].to_owned()
        })
    }

    fn delete_selection(&mut self) -> bool {
        match self.selection() {
            Some((start, end)) => self.replace(start, end, "", false),
            None => false,
        }
    }

    /// Deletes the selection, or what stands before the cursor; within the indentation,
    /// back to the even column before.
    pub fn delete_back(&mut self) {
        if self.delete_selection() {
            return;
        }
        let head = self.head();
        let start = if !head.is_empty() && head.bytes().all(|b| b == b' ') {
            self.cursor - if head.len().is_multiple_of(2) { 2 } else { 1 }
        } else {
            self.buffer.before(self.cursor)
        };
        self.replace(start, self.cursor, "", false);
        self.note_typing();
        self.menu_narrow();
    }

    /// The cursor's line up to the cursor.
    pub(super) fn head(&self) -> &str {
        let start = self.buffer.line_start(self.buffer.line_of(self.cursor));
        &self.text()[start..self.cursor]
    }

    /// Deletes the selection, or what stands after the cursor.
    pub fn delete_forward(&mut self) {
        if !self.delete_selection() {
            self.replace(self.cursor, self.buffer.after(self.cursor), "", false);
            self.note_typing();
        }
    }

    /// Deletes the selection, or back to the start of the word.
    pub fn delete_word(&mut self) {
        if !self.delete_selection() {
            self.replace(self.word_left(), self.cursor, "", false);
            self.note_typing();
        }
    }

    /// Deletes the lines of the selection, or the cursor's line.
    pub fn delete_line(&mut self) {
        let (start, end) = self.selected_lines();
        let end = (end + 1).min(self.buffer.len());
        self.typing = None;
        self.replace(start, end, "", false);
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        self.anchor = Some(0);
        self.cursor = self.buffer.len();
        self.buffer.close();
        self.typing = None;
    }

    /// Copies the selection. False when there is none.
    pub fn copy(&mut self) -> bool {
        let Some((start, end)) = self.selection() else { return false };
        self.clip = self.text()[start..end].to_owned();
        self.asks.push(Ask::Clip(self.clip.clone()));
        true
    }

    /// Cuts the selection, or the cursor's line.
    pub fn cut(&mut self) {
        self.typing = None;
        if self.copy() {
            self.delete_selection();
        } else {
            let (start, end) = self.selected_lines();
            let end = (end + 1).min(self.buffer.len());
            self.clip = self.text()[start..end].to_owned();
            self.asks.push(Ask::Clip(self.clip.clone()));
            self.replace(start, end, "", false);
        }
    }

    /// Pastes what was copied or cut. False when it is too much.
    pub fn paste(&mut self) -> bool {
        let clip = std::mem::take(&mut self.clip);
        let done = self.insert(&clip);
        self.clip = clip;
        self.typing = None;
        done
    }

    /// The characters of a line up to a column in cells.
    #[must_use]
    pub fn offset_at_cell(&self, line: usize, column: usize) -> usize {
        let line = line.min(self.n_lines().saturating_sub(1));
        let mut offset = self.buffer.line_start(line);
        let mut used = 0;
        for grapheme in self.buffer.line(line).graphemes(true) {
            used += cells(grapheme);
            if used > column {
                break;
            }
            offset += grapheme.len();
        }
        offset
    }
}

/// The cells that a character takes where it is shown.
#[must_use]
pub fn cells(grapheme: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(crate::source::clean_line(grapheme).as_ref())
}

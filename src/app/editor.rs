//! The editor's buffer: text, cursor, selection, undo. Offsets are bytes, as in
//! the findings' spans; the cursor stands between grapheme clusters.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The most a text may hold, in bytes: what is typed or pasted beyond is refused.
pub const MAX_BYTES: usize = 2 << 20;
/// How many changes can be taken back.
const MAX_UNDO: usize = 1000;

/// A move of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One line up, in the same column where there is one.
    Up,
    /// One line down.
    Down,
    /// To the start of the word before.
    WordLeft,
    /// Past the end of the next word.
    WordRight,
    /// To the first character of the line that is no blank; from there to its start.
    LineStart,
    /// To the line's end.
    LineEnd,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

/// One change: `old` at `at` became `new`.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    old: String,
    new: String,
    cursor_before: usize,
    /// More typing may be joined to it.
    open: bool,
}

/// The buffer.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    cursor: usize,
    anchor: Option<usize>,
    /// Column in graphemes that Up and Down keep to.
    column: Option<usize>,
    undo: Vec<Change>,
    redo: Vec<Change>,
    clip: String,
}

impl Editor {
    /// A buffer with `text`; line ends become `\n`, the cursor stands at the start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: with_newlines(text), ..Self::default() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor, as a byte offset.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The selection as start and end, in bytes; none where it is empty.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some((anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    /// Puts the cursor at byte `offset` (moved back to a boundary); `select` keeps or
    /// begins a selection.
    pub fn place(&mut self, offset: usize, select: bool) {
        self.column = None;
        self.go(self.boundary(offset), select);
    }

    fn go(&mut self, offset: usize, select: bool) {
        self.anchor = if select { self.anchor.or(Some(self.cursor)) } else { None };
        self.cursor = offset;
        self.close();
    }

    /// Ends the change that typing is being joined to.
    fn close(&mut self) {
        if let Some(change) = self.undo.last_mut() {
            change.open = false;
        }
    }

    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |i| i + 1)
    }

    fn line_end(&self, offset: usize) -> usize {
        self.text[offset..].find('\n').map_or(self.text.len(), |i| offset + i)
    }

    fn before(&self, offset: usize) -> usize {
        GraphemeCursor::new(offset, self.text.len(), true)
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    fn after(&self, offset: usize) -> usize {
        GraphemeCursor::new(offset, self.text.len(), true)
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    /// Moves the cursor. `page` is the lines that a page has.
    pub fn move_to(&mut self, motion: Motion, select: bool, page: usize) {
        let page = page.max(2) - 1;
        let vertical = match motion {
            Motion::Up => Some((1, true)),
            Motion::Down => Some((1, false)),
            Motion::PageUp => Some((page, true)),
            Motion::PageDown => Some((page, false)),
            _ => None,
        };
        if let Some((n_lines, up)) = vertical {
            let column = self.column.unwrap_or_else(|| {
                self.text[self.line_start(self.cursor)..self.cursor].graphemes(true).count()
            });
            let target = self.vertical(n_lines, up, column);
            self.go(target, select);
            self.column = Some(column);
            return;
        }
        let target = match motion {
            // As everywhere: without Shift, a selection collapses to its end.
            Motion::Left if !select && self.selection().is_some() => {
                self.selection().map_or(self.cursor, |(start, _)| start)
            }
            Motion::Right if !select && self.selection().is_some() => {
                self.selection().map_or(self.cursor, |(_, end)| end)
            }
            Motion::Left => self.before(self.cursor),
            Motion::Right => self.after(self.cursor),
            Motion::WordLeft => self.word_left(),
            Motion::WordRight => self.word_right(),
            Motion::LineStart => {
                let start = self.line_start(self.cursor);
                let line = &self.text[start..self.line_end(self.cursor)];
                let first = start + (line.len() - line.trim_start_matches(' ').len());
                if self.cursor == first { start } else { first }
            }
            Motion::LineEnd => self.line_end(self.cursor),
            Motion::TextStart => 0,
            _ => self.text.len(),
        };
        self.column = None;
        self.go(target, select);
    }

    fn vertical(&self, n_lines: usize, up: bool, column: usize) -> usize {
        let mut start = self.line_start(self.cursor);
        for _ in 0..n_lines {
            if up {
                if start == 0 {
                    break;
                }
                start = self.line_start(start - 1);
            } else {
                let end = self.line_end(start);
                if end == self.text.len() {
                    break;
                }
                start = end + 1;
            }
        }
        let line = &self.text[start..self.line_end(start)];
        start + line.graphemes(true).take(column).map(str::len).sum::<usize>()
    }

    fn word_left(&self) -> usize {
        let head = self.text[..self.cursor].trim_end_matches(|c: char| !is_word(c));
        head.trim_end_matches(is_word).len()
    }

    fn word_right(&self) -> usize {
        let tail = &self.text[self.cursor..];
        let rest = tail.trim_start_matches(|c: char| !is_word(c)).trim_start_matches(is_word);
        self.text.len() - rest.len()
    }

    /// Replaces `start..end` by `new` and puts the cursor after it. False when the text
    /// would grow beyond [`MAX_BYTES`]: then nothing changes.
    fn replace(&mut self, start: usize, end: usize, new: &str, open: bool) -> bool {
        if self.text.len() - (end - start) + new.len() > MAX_BYTES {
            return false;
        }
        if start == end && new.is_empty() {
            return true;
        }
        let old = self.text[start..end].to_owned();
        self.text.replace_range(start..end, new);
        self.redo.clear();
        match self.undo.last_mut() {
            // Typing on: one change for a run of letters.
            Some(last)
                if open && last.open && old.is_empty() && start == last.at + last.new.len() =>
            {
                last.new.push_str(new);
            }
            _ => {
                self.close();
                let cursor_before = self.cursor;
                self.undo.push(Change { at: start, old, new: new.to_owned(), cursor_before, open });
                if self.undo.len() > MAX_UNDO {
                    self.undo.remove(0);
                }
            }
        }
        self.cursor = start + new.len();
        self.anchor = None;
        self.column = None;
        true
    }

    /// Types `text` in place of the selection. Control characters other than newlines
    /// are left out, but tabs stay: they are a fault that the learner should see. False
    /// when it is too much.
    pub fn insert(&mut self, text: &str) -> bool {
        let text: String = with_newlines(text)
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        let one_word = text.chars().count() == 1 && text.chars().all(is_word);
        self.replace(start, end, &text, one_word)
    }

    /// Replaces the whole text, as one change; the cursor stays where it can.
    pub fn set(&mut self, text: &str) -> bool {
        let cursor = self.cursor;
        let done = self.replace(0, self.text.len(), &with_newlines(text), false);
        self.cursor = self.boundary(cursor);
        done
    }

    /// A new line, indented like this one; deeper after `key:`, under the key after `- `.
    pub fn new_line(&mut self) -> bool {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        let line_start = self.line_start(start);
        let head = &self.text[line_start..start];
        let blanks = head.len() - head.trim_start_matches(' ').len();
        let mut body = &head[blanks..];
        let mut indent = blanks;
        // `- name: a`: what follows belongs under `name`.
        while let Some(rest) = body.strip_prefix("- ") {
            indent += 2;
            body = rest;
        }
        let code = body.split(" #").next().unwrap_or("").trim_end();
        if code.ends_with(':') && !code.starts_with('#') {
            indent += 2;
        }
        self.replace(start, end, &format!("\n{}", " ".repeat(indent)), false)
    }

    fn selected_lines(&self) -> (usize, usize) {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        // A selection that ends at a line's start does not hold that line.
        let last = if end > start && self.text[..end].ends_with('\n') { end - 1 } else { end };
        (self.line_start(start), self.line_end(last))
    }

    /// Two spaces up to the next even column; every line of a selection.
    pub fn indent(&mut self) -> bool {
        if self.selection().is_some() {
            return self.shift_lines(|line| {
                if line.is_empty() { String::new() } else { format!("  {line}") }
            });
        }
        let column = self.text[self.line_start(self.cursor)..self.cursor].graphemes(true).count();
        self.insert(if column.is_multiple_of(2) { "  " } else { " " })
    }

    /// Takes up to two spaces away from the line, or every line of a selection.
    pub fn outdent(&mut self) -> bool {
        self.shift_lines(|line| {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            line[blanks.min(2)..].to_owned()
        })
    }

    fn shift_lines(&mut self, shift: impl Fn(&str) -> String) -> bool {
        let (start, end) = self.selected_lines();
        let selected = self.selection().is_some();
        let lines = self.text[start..end].to_owned();
        let new: Vec<String> = lines.split('\n').map(shift).collect();
        let new = new.join("\n");
        if new == lines {
            return true;
        }
        let from_end = self.line_end(self.cursor) - self.cursor;
        let done = self.replace(start, end, &new, false);
        if done && selected {
            self.anchor = Some(start);
        } else if done {
            let line_end = self.line_end(self.cursor);
            self.cursor = line_end.saturating_sub(from_end).max(start);
        }
        done
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
        let line_start = self.line_start(self.cursor);
        let head = &self.text[line_start..self.cursor];
        let start = if !head.is_empty() && head.bytes().all(|b| b == b' ') {
            self.cursor - if head.len().is_multiple_of(2) { 2 } else { 1 }
        } else {
            self.before(self.cursor)
        };
        self.replace(start, self.cursor, "", false);
    }

    /// Deletes the selection, or what stands after the cursor.
    pub fn delete_forward(&mut self) {
        if !self.delete_selection() {
            self.replace(self.cursor, self.after(self.cursor), "", false);
        }
    }

    /// Deletes the selection, or back to the start of the word.
    pub fn delete_word(&mut self) {
        if !self.delete_selection() {
            self.replace(self.word_left(), self.cursor, "", false);
        }
    }

    /// Deletes the lines of the selection, or the cursor's line.
    pub fn delete_line(&mut self) {
        let (start, end) = self.selected_lines();
        let end = (end + 1).min(self.text.len());
        self.replace(start, end, "", false);
    }

    /// Takes the last change back. False when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(change) = self.undo.pop() else { return false };
        self.text.replace_range(change.at..change.at + change.new.len(), &change.old);
        self.cursor = change.cursor_before;
        self.anchor = None;
        self.column = None;
        self.redo.push(change);
        true
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) -> bool {
        let Some(change) = self.redo.pop() else { return false };
        self.text.replace_range(change.at..change.at + change.old.len(), &change.new);
        self.cursor = change.at + change.new.len();
        self.anchor = None;
        self.column = None;
        self.undo.push(Change { open: false, ..change });
        true
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        self.anchor = Some(0);
        self.cursor = self.text.len();
        self.close();
    }

    /// Copies the selection. False when there is none.
    pub fn copy(&mut self) -> bool {
        let Some((start, end)) = self.selection() else { return false };
        self.clip = self.text[start..end].to_owned();
        true
    }

    /// Cuts the selection, or the cursor's line.
    pub fn cut(&mut self) {
        if self.copy() {
            self.delete_selection();
        } else {
            let (start, end) = self.selected_lines();
            let end = (end + 1).min(self.text.len());
            self.clip = self.text[start..end].to_owned();
            self.replace(start, end, "", false);
        }
    }

    /// Pastes what was copied or cut. False when it is too much.
    pub fn paste(&mut self) -> bool {
        let clip = std::mem::take(&mut self.clip);
        let done = self.insert(&clip);
        self.clip = clip;
        done
    }
}

fn with_newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Editor {
        let mut editor = Editor::default();
        for c in text.chars() {
            if c == '\n' {
                editor.new_line();
            } else {
                editor.insert(&c.to_string());
            }
        }
        editor
    }

    #[test]
    fn a_new_line_is_indented_as_yaml_wants_it() {
        assert_eq!(
            typed("spec:\nports:\n- name: a\nport: 80").text(),
            "spec:\n  ports:\n    - name: a\n      port: 80"
        );
    }

    #[test]
    fn a_run_of_letters_is_one_change_and_undo_and_redo_go_through_all() {
        let mut editor = typed("kind: Pod");
        let mut seen = vec![editor.text().to_owned()];
        while editor.undo() {
            seen.push(editor.text().to_owned());
        }
        assert_eq!(seen, ["kind: Pod", "kind: ", "kind:", "kind", ""]);
        while editor.redo() {}
        assert_eq!(editor.text(), "kind: Pod");
        editor.undo();
        editor.insert("X");
        assert!(!editor.redo(), "a new change ends what could be made again");
        assert_eq!(editor.text(), "kind: X");
    }

    #[test]
    fn backspace_in_the_indentation_takes_a_whole_step() {
        let mut editor = Editor::new("    a");
        editor.place(4, false);
        editor.delete_back();
        assert_eq!((editor.text(), editor.cursor()), ("  a", 2));
        editor.place(3, false);
        editor.delete_back();
        assert_eq!(editor.text(), "  ");
    }

    #[test]
    fn a_selection_is_indented_outdented_and_replaced() {
        let mut editor = Editor::new("a\n\nb\nc");
        editor.place(0, false);
        editor.place(4, true);
        editor.indent();
        assert_eq!(editor.text(), "  a\n\n  b\nc");
        editor.outdent();
        assert_eq!(editor.text(), "a\n\nb\nc");
        editor.insert("x");
        assert_eq!(editor.text(), "x\nc");
    }

    #[test]
    fn moves_keep_to_characters_words_and_columns() {
        let mut editor = Editor::new("é👩‍🚀x: ab\nq\nlonger line");
        editor.move_to(Motion::Right, false, 10);
        editor.move_to(Motion::Right, false, 10);
        assert_eq!(&editor.text()[editor.cursor()..editor.cursor() + 1], "x");
        editor.move_to(Motion::Down, false, 10);
        assert_eq!(editor.cursor(), editor.text().find("q").unwrap() + 1);
        editor.move_to(Motion::Down, false, 10);
        assert_eq!(&editor.text()[editor.cursor()..], "nger line");
        editor.move_to(Motion::WordRight, true, 10);
        assert_eq!(editor.selection().map(|(a, b)| &editor.text()[a..b]), Some("nger"));
        editor.move_to(Motion::Left, false, 10);
        assert_eq!(&editor.text()[editor.cursor()..], "nger line");
        editor.move_to(Motion::WordLeft, false, 10);
        assert_eq!(&editor.text()[editor.cursor()..], "longer line");
    }

    #[test]
    fn a_paste_that_is_too_much_changes_nothing() {
        let mut editor = Editor::new("a");
        assert!(!editor.insert(&"x".repeat(MAX_BYTES)));
        assert_eq!(editor.text(), "a");
        assert!(editor.insert("\u{1b}[31m\r\n\tb"));
        assert_eq!(editor.text(), "[31m\n\tba");
    }

    #[test]
    fn cut_without_a_selection_takes_the_line() {
        let mut editor = Editor::new("a\nb\n");
        editor.cut();
        editor.move_to(Motion::TextEnd, false, 10);
        editor.paste();
        assert_eq!(editor.text(), "b\na\n");
    }
}

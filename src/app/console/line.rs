//! The line that is typed, with readline's keys.

use unicode_segmentation::UnicodeSegmentation;

/// The longest line, in bytes.
pub(super) const MAX_LINE: usize = 128 << 10;
/// Changes that can be taken back.
const MAX_UNDO: usize = 200;

/// A line with a cursor.
#[derive(Debug, Clone, Default)]
pub struct InputLine {
    text: String,
    cursor: usize,
    killed: String,
    /// The last key killed: another one adds to it.
    killing: bool,
    /// The last key typed a character: the next one is the same change.
    typing: bool,
    before: Vec<(String, usize)>,
}

/// How far a key goes or deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A character back.
    Back,
    /// A character on.
    On,
    /// To the start of the word, letters and digits.
    WordBack,
    /// To the end of the word, letters and digits.
    WordOn,
    /// To the blank before the word.
    BlankBack,
    /// To the line's start.
    Start,
    /// To the line's end.
    End,
}

impl InputLine {
    /// What is typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor is, in bytes.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Another line in its place; the cursor at its end.
    pub fn set(&mut self, text: &str) {
        self.change(false);
        self.text = cut(text, MAX_LINE).to_owned();
        self.cursor = self.text.len();
    }

    /// Takes the line out; nothing of it can be taken back.
    pub fn take(&mut self) -> String {
        self.before.clear();
        (self.killing, self.typing, self.cursor) = (false, false, 0);
        std::mem::take(&mut self.text)
    }

    /// Types `text`. False when the line is as long as it may be.
    pub fn insert(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > MAX_LINE {
            return false;
        }
        let word = text.chars().all(char::is_alphanumeric);
        if !(self.typing && word) {
            self.change(false);
        }
        self.killing = false;
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.typing = word;
        true
    }

    /// Moves the cursor.
    pub fn go(&mut self, reach: Reach) {
        (self.killing, self.typing) = (false, false);
        self.cursor = self.place(reach);
    }

    /// Deletes up to there; what is more than a character can be yanked.
    pub fn delete(&mut self, reach: Reach) {
        let to = self.place(reach);
        if to == self.cursor {
            return;
        }
        let kills = !matches!(reach, Reach::Back | Reach::On);
        let (start, end) = (to.min(self.cursor), to.max(self.cursor));
        let killing = self.killing;
        self.change(kills);
        let gone: String = self.text.drain(start..end).collect();
        if kills {
            match (killing, to < self.cursor) {
                (false, _) => self.killed = gone,
                (true, true) => self.killed.insert_str(0, &gone),
                (true, false) => self.killed.push_str(&gone),
            }
        }
        self.cursor = start;
    }

    /// Types what was killed last.
    pub fn yank(&mut self) {
        let killed = std::mem::take(&mut self.killed);
        self.change(false);
        self.insert(&killed);
        self.typing = false;
        self.killed = killed;
    }

    /// Replaces from `start` to the cursor: a completion.
    pub fn complete(&mut self, start: usize, text: &str) {
        let start = start.min(self.cursor);
        if !self.text.is_char_boundary(start) {
            return;
        }
        self.change(false);
        self.text.replace_range(start..self.cursor, text);
        self.cursor = start + text.len();
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        (self.killing, self.typing) = (false, false);
        if let Some((text, cursor)) = self.before.pop() {
            (self.text, self.cursor) = (text, cursor);
        }
    }

    fn change(&mut self, kills: bool) {
        (self.killing, self.typing) = (kills, false);
        // A line of 100 KB is pasted, not typed: it is not kept over and over.
        if self.text.len() > 4 << 10 {
            self.before.clear();
            return;
        }
        if self.before.len() >= MAX_UNDO {
            self.before.remove(0);
        }
        self.before.push((self.text.clone(), self.cursor));
    }

    fn place(&self, reach: Reach) -> usize {
        let (before, after) = self.text.split_at(self.cursor);
        let is_word = |c: char| c.is_alphanumeric();
        let back = |rest: &str| rest.len();
        match reach {
            Reach::Start => 0,
            Reach::End => self.text.len(),
            Reach::Back => self.cursor - before.graphemes(true).next_back().map_or(0, str::len),
            Reach::On => self.cursor + after.graphemes(true).next().map_or(0, str::len),
            Reach::WordBack => {
                back(before.trim_end_matches(|c| !is_word(c)).trim_end_matches(is_word))
            }
            Reach::BlankBack => back(
                before
                    .trim_end_matches(char::is_whitespace)
                    .trim_end_matches(|c: char| !c.is_whitespace()),
            ),
            Reach::WordOn => {
                let rest = after.trim_start_matches(|c| !is_word(c)).trim_start_matches(is_word);
                self.text.len() - rest.len()
            }
        }
    }
}

/// The beginning of `text`, at most `max` bytes.
pub(super) fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> InputLine {
        let mut line = InputLine::default();
        line.set(text);
        line
    }

    #[test]
    fn words_are_moved_over_and_killed_as_readline_does() {
        let mut it = line("kubectl get pods -l app=web");
        it.go(Reach::WordBack);
        assert_eq!(it.cursor(), "kubectl get pods -l app=".len());
        it.go(Reach::End);
        it.delete(Reach::BlankBack);
        assert_eq!(it.text(), "kubectl get pods -l ");
        it.delete(Reach::BlankBack);
        assert_eq!(it.text(), "kubectl get pods ");
        it.yank();
        assert_eq!(it.text(), "kubectl get pods -l app=web");
        it.go(Reach::Start);
        it.delete(Reach::WordOn);
        it.delete(Reach::WordOn);
        assert_eq!(it.text(), " pods -l app=web");
        it.yank();
        assert_eq!(it.text(), "kubectl get pods -l app=web");
        it.delete(Reach::End);
        it.delete(Reach::Start);
        assert_eq!((it.text(), it.cursor()), ("", 0));
        it.yank();
        assert_eq!(it.text(), "kubectl get pods -l app=web");
    }

    #[test]
    fn changes_are_taken_back_one_by_one() {
        let mut it = InputLine::default();
        for c in ["k", " ", "g", "e", "t"] {
            it.insert(c);
        }
        it.delete(Reach::Start);
        let mut seen = Vec::new();
        for _ in 0..4 {
            it.undo();
            seen.push(it.text().to_owned());
        }
        assert_eq!(seen, ["k get", "k ", "k", ""]);
        it.undo();
        assert_eq!(it.text(), "");
    }

    #[test]
    fn graphemes_stay_whole_and_there_is_an_end() {
        let mut it = line("e\u{301}😀");
        it.delete(Reach::Back);
        assert_eq!(it.text(), "e\u{301}");
        it.go(Reach::Back);
        assert_eq!(it.cursor(), 0);
        it.delete(Reach::On);
        assert_eq!(it.text(), "");
        assert!(it.insert(&"x".repeat(MAX_LINE)));
        assert!(!it.insert("x"));
        it.set(&"ä".repeat(MAX_LINE));
        assert_eq!(it.text().len(), MAX_LINE);
    }

    #[test]
    fn a_completion_replaces_what_stands_before_the_cursor() {
        let mut it = line("k get po x");
        it.go(Reach::Back);
        it.go(Reach::Back);
        it.complete(6, "pods");
        assert_eq!((it.text(), it.cursor()), ("k get pods x", 10));
    }
}

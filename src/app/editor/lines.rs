//! Whole lines: indentation as YAML wants it, comments, moving and repeating lines.

use super::Editor;

/// The spaces that a line after `head` begins with: as many as it has; more after `key:`;
/// under the key after `- `.
#[must_use]
pub(super) fn indent_after(head: &str) -> usize {
    let blanks = head.len() - head.trim_start_matches(' ').len();
    let mut body = &head[blanks..];
    let mut indent = blanks;
    // `- name: a`: what follows belongs under `name`.
    while let Some(rest) = body.strip_prefix("- ") {
        let more = rest.len() - rest.trim_start_matches(' ').len();
        indent += 2 + more;
        body = &rest[more..];
    }
    let code = code_of(body);
    let opens = code.ends_with(':')
        || code.ends_with(": |")
        || code.ends_with(": >")
        || code.ends_with(": |-")
        || code.ends_with(": >-");
    if opens && !code.starts_with('#') {
        indent += 2;
    }
    indent
}

/// The part of a line before its comment.
fn code_of(body: &str) -> &str {
    body.split(" #").next().unwrap_or("").trim_end()
}

/// Lines commented out, or in again where all of them are comments; none where all are empty.
fn commented(text: &str) -> Option<String> {
    let (mut all, mut least, mut some) = (true, usize::MAX, false);
    for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
        let body = line.trim_start_matches(' ');
        all &= body.starts_with('#');
        least = least.min(line.len() - body.len());
        some = true;
    }
    let change = |line: &str| {
        let body = line.trim_start_matches(' ');
        let blanks = line.len() - body.len();
        if body.is_empty() {
            line.to_owned()
        } else if all {
            let body = body.strip_prefix('#').unwrap_or(body);
            format!("{}{}", &line[..blanks], body.strip_prefix(' ').unwrap_or(body))
        } else {
            // All in one column, that of the line least indented.
            format!("{}# {}", &line[..least], &line[least..])
        }
    };
    some.then(|| text.split('\n').map(change).collect::<Vec<_>>().join("\n"))
}

impl Editor {
    /// A new line, indented as YAML wants it.
    pub fn new_line(&mut self) -> bool {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        let line_start = self.buffer.line_start(self.buffer.line_of(start));
        let head = &self.text()[line_start..start];
        let indent = if self.looks.paste { 0 } else { indent_after(head) };
        self.typing = None;
        self.replace(start, end, &format!("\n{}", " ".repeat(indent)), false)
    }

    /// The lines of the selection, or the cursor's, as bytes without the last newline.
    pub(super) fn selected_lines(&self) -> (usize, usize) {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        // A selection that ends at a line's start does not hold that line.
        let last = if end > start && self.text()[..end].ends_with('\n') { end - 1 } else { end };
        let (first, last) = (self.buffer.line_of(start), self.buffer.line_of(last));
        (self.buffer.line_start(first), self.buffer.line_end(last))
    }

    /// Changes each of the lines selected, as one change.
    pub(super) fn shift_lines(&mut self, mut shift: impl FnMut(&str) -> String) -> bool {
        let (start, end) = self.selected_lines();
        let selected = self.selection().is_some();
        let lines = &self.text()[start..end];
        let new: Vec<String> = lines.split('\n').map(&mut shift).collect();
        let new = new.join("\n");
        if new == lines {
            return true;
        }
        let from_end = self.buffer.line_end(self.buffer.line_of(self.cursor)) - self.cursor;
        let done = self.replace(start, end, &new, false);
        if done && selected {
            self.anchor = Some(start);
        } else if done {
            let line_end = self.buffer.line_end(self.buffer.line_of(self.cursor));
            self.cursor = self.buffer.boundary(line_end.saturating_sub(from_end).max(start));
        }
        done
    }

    /// Comments the lines out, or back in where all of them are comments.
    pub fn toggle_comment(&mut self) -> bool {
        let (start, end) = self.selected_lines();
        let Some(new) = commented(&self.text()[start..end]) else { return true };
        self.typing = None;
        let mut lines = new.split('\n');
        self.shift_lines(|_| lines.next().unwrap_or("").to_owned())
    }

    /// The same for the lines from one byte to another, as a part of a command of vim's.
    pub(super) fn comment_lines(&mut self, start: usize, end: usize) {
        if let Some(new) = commented(&self.text()[start..end]) {
            self.buffer.replace(start..end, &new, self.cursor, false);
        }
    }

    /// Moves the lines of the selection, or the cursor's, over the next one. False at the edge.
    pub fn move_lines(&mut self, up: bool) -> bool {
        let (start, end) = self.selected_lines();
        let text = self.text();
        let other = if up {
            if start == 0 {
                return false;
            }
            let line = self.buffer.line_of(start - 1);
            (self.buffer.line_start(line), start - 1)
        } else {
            if end >= text.len() || (self.vim.is_some() && end + 1 >= text.len()) {
                return false;
            }
            let line = self.buffer.line_of(end + 1);
            (end + 1, self.buffer.line_end(line))
        };
        let (mine, others) = (&text[start..end], &text[other.0..other.1]);
        let (from, to) = (start.min(other.0), end.max(other.1));
        let new = if up { format!("{mine}\n{others}") } else { format!("{others}\n{mine}") };
        let moved = if up { other.0 } else { start + others.len() + 1 };
        let (cursor, anchor) = (self.cursor - start, self.anchor.map(|a| a.saturating_sub(start)));
        self.typing = None;
        let done = self.replace(from, to, &new, false);
        if done {
            self.cursor = self.buffer.boundary(moved + cursor);
            self.anchor = anchor.map(|anchor| self.buffer.boundary(moved + anchor));
        }
        done
    }

    /// Repeats the lines of the selection, or the cursor's, below; the cursor goes along.
    pub fn duplicate_lines(&mut self) -> bool {
        let (start, end) = self.selected_lines();
        let lines = format!("\n{}", &self.text()[start..end]);
        let (cursor, anchor) = (self.cursor, self.anchor);
        self.typing = None;
        let done = self.replace(end, end, &lines, false);
        if done {
            self.cursor = self.buffer.boundary(cursor + lines.len());
            self.anchor = anchor.map(|anchor| self.buffer.boundary(anchor + lines.len()));
        }
        done
    }
}

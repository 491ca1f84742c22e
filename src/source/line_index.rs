//! From byte offsets to lines and columns.

/// A place as people count it: line and column from 1, columns in characters
/// (Unicode scalar values), as FORMATS.md has it for diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The starts of a text's lines. Lines end at `\n`; a `\r` before it belongs
/// to the line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
    len: usize,
    /// How many characters begin before each whole block of bytes: thousands of places in
    /// one long line must not each count it from its start.
    chars_before: Vec<usize>,
}

/// Bytes of one block.
const BLOCK: usize = 1024;

impl LineIndex {
    /// Indexes `text` in one pass.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        let mut n_chars = 0;
        let mut chars_before = vec![0];
        for block in text.as_bytes().chunks(BLOCK) {
            n_chars += n_starts(block);
            chars_before.push(n_chars);
        }
        Self { starts, len: text.len(), chars_before }
    }

    /// How many characters begin before byte `offset`.
    fn n_chars_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        let before = self.chars_before.get(block).copied().unwrap_or(0);
        before + text.as_bytes().get(block * BLOCK..offset).map_or(0, n_starts)
    }

    /// Number of lines; a text that ends in `\n` has an empty last line.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }

    /// The byte offset at which line `line` (from 1) starts; the text's length past the end.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.len)
    }

    /// The line (from 1) that holds byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|s| *s <= offset)
    }

    /// The position of byte `offset` of `text`, the text this index was made of.
    /// An offset inside a character or past the end is moved back to a boundary.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let start = self.line_start(line).min(offset);
        let column = self.n_chars_before(text, offset) - self.n_chars_before(text, start) + 1;
        Position { line, column }
    }
}

/// How many characters begin in these bytes of UTF-8.
fn n_starts(bytes: &[u8]) -> usize {
    // Bytes that go on with a character are 0b10xx_xxxx.
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "a: é\nbé: 1\n";
        let index = LineIndex::new(text);
        let at = text.find(": 1").unwrap();
        assert_eq!(index.position(text, at), Position { line: 2, column: 3 });
        assert_eq!(index.position(text, text.len()), Position { line: 3, column: 1 });
        assert_eq!(index.position(text, 999), Position { line: 3, column: 1 });
    }

    #[test]
    fn columns_of_long_lines_are_counted_by_blocks() {
        let line = "é1🚢".repeat(2000);
        let text = format!("first\n{line}\nlast é");
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().step_by(7) {
            let line = text[..offset].matches('\n').count() + 1;
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..offset].chars().count() + 1;
            assert_eq!(index.position(&text, offset), Position { line, column }, "{offset}");
        }
    }
}

//! Where one document of a file ends and the next begins, as kubectl reads a stream
//! (`YAMLReader` and `LineReader`, k8s.io/apimachinery/pkg/util/yaml, v1.36).

use std::borrow::Cow;

/// One document's text as kubectl hands it to the YAML parser, and the way back to the
/// file's bytes.
#[derive(Debug, Clone)]
pub(super) struct Chunk<'t> {
    /// The text that is parsed; lines end with `\n`, the last one too.
    pub(super) text: Cow<'t, str>,
    /// Where it starts in the file.
    pub(super) start: usize,
    /// Offsets into `text` (sorted) behind each of which one `\r` of the file was dropped.
    dropped: Vec<usize>,
    /// Length of the file's text, which no offset may pass.
    file_len: usize,
}

impl Chunk<'_> {
    /// The same place with another text of the same length.
    pub(super) fn with_text<'t>(&self, text: &'t str) -> Chunk<'t> {
        let dropped = self.dropped.clone();
        Chunk { text: Cow::Borrowed(text), start: self.start, dropped, file_len: self.file_len }
    }

    /// A text of which byte 0 stands at byte `at` of this chunk; none where lines were changed.
    pub(super) fn part<'t>(&self, text: &'t str, at: usize) -> Option<Chunk<'t>> {
        let (start, file_len) = (self.start + at, self.file_len);
        let is_plain = self.dropped.is_empty();
        is_plain.then(|| Chunk { text: Cow::Borrowed(text), start, dropped: Vec::new(), file_len })
    }

    /// The file's byte offset of byte `offset` of this chunk.
    pub(super) fn to_file(&self, offset: usize) -> usize {
        let n_dropped = self.dropped.partition_point(|at| *at < offset);
        (self.start + offset + n_dropped).min(self.file_len)
    }
}

/// What comes out of splitting: the chunks in order, and the error that ended it.
pub(super) struct Split<'t> {
    pub(super) chunks: Vec<Chunk<'t>>,
    /// kubectl's text and the offset of the separator line.
    pub(super) error: Option<(String, usize)>,
}

/// Splits `file[from..]` at lines that begin with `---`.
pub(super) fn split(file: &str, from: usize) -> Split<'_> {
    let mut chunks = Vec::new();
    let mut start = from;
    let mut at = from;
    while at < file.len() {
        let end = file[at..].find('\n').map_or(file.len(), |i| at + i + 1);
        if let Some(rest) = file[at..end].strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                let text = format!("invalid Yaml document separator: {rest}");
                return Split { chunks, error: Some((text, at)) };
            }
            // A separator with nothing before it stays in its document.
            if at > start {
                chunks.push(chunk(file, start, at));
                start = end;
            }
        }
        at = end;
    }
    if at > start {
        chunks.push(chunk(file, start, at));
    }
    Split { chunks, error: None }
}

fn chunk(file: &str, start: usize, end: usize) -> Chunk<'_> {
    let raw = &file[start..end];
    let file_len = file.len();
    if !raw.contains("\r\n") && raw.ends_with('\n') {
        return Chunk { text: Cow::Borrowed(raw), start, dropped: Vec::new(), file_len };
    }
    let mut text = String::with_capacity(raw.len() + 1);
    let mut dropped = Vec::new();
    for line in raw.split_inclusive('\n') {
        if let Some(line) = line.strip_suffix("\r\n") {
            text.push_str(line);
            dropped.push(text.len());
            text.push('\n');
        } else {
            text.push_str(line);
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Chunk { text: Cow::Owned(text), start, dropped, file_len }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str) -> Vec<String> {
        split(file, 0).chunks.iter().map(|c| c.text.clone().into_owned()).collect()
    }

    #[test]
    fn a_line_that_begins_with_three_dashes_ends_a_document() {
        assert_eq!(texts("a: 1\n---\nb: 2"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(texts("a: 1\n --- \nb: 2\n"), ["a: 1\n --- \nb: 2\n"]);
        assert_eq!(texts("---\n---\na: 1\n--- # next\n"), ["---\n", "a: 1\n"]);
        assert_eq!(texts(""), Vec::<String>::new());
        let split = split("a: 1\n---b\n", 0);
        assert_eq!(split.error, Some(("invalid Yaml document separator: b".into(), 5)));
    }

    #[test]
    fn offsets_find_back_across_dropped_carriage_returns() {
        let file = "a: 1\r\n---\r\nb: 2\r\nc: 3\r\n";
        let split = split(file, 0);
        let chunk = &split.chunks[1];
        assert_eq!(chunk.text, "b: 2\nc: 3\n");
        assert_eq!(chunk.to_file(chunk.text.find('c').unwrap()), file.find('c').unwrap());
        assert_eq!(chunk.to_file(chunk.text.find('3').unwrap() + 1), file.find('3').unwrap() + 1);
    }
}

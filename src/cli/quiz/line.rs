//! Lines of answers.

use std::io::{BufRead, BufReader, Read};

/// The longest line that is read.
const MAX_LINE: u64 = 1 << 20;

/// Standard input, a line at a time.
pub(super) struct Lines<'i> {
    reader: BufReader<&'i mut dyn Read>,
}

impl<'i> Lines<'i> {
    pub(super) fn new(input: &'i mut dyn Read) -> Self {
        Self { reader: BufReader::new(input) }
    }

    /// The next line without its end; none at the end of input. What is longer than any answer
    /// is cut.
    pub(super) fn next(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let n = self.reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
        if n == 0 {
            return Ok(None);
        }
        if n as u64 == MAX_LINE && bytes.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&bytes);
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

//! Foreign text made safe to show: no control character reaches a terminal.

use std::borrow::Cow;

fn is_hostile(c: char) -> bool {
    // C0, DEL and C1 controls start escape sequences; bidirectional overrides
    // and isolates make text read as something else than it is.
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// `text` with every control character other than newline replaced by `\u{fffd}`;
/// a tab becomes four spaces. Borrowed when there is nothing to replace.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    replace(text, true)
}

/// As [`clean`], and a newline is replaced by a space too: for one line of a screen.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    replace(text, false)
}

fn replace(text: &str, keep_newline: bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hostile(c) && !(keep_newline && c == '\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if keep_newline => out.push('\n'),
            '\n' => out.push(' '),
            '\t' => out.push_str("    "),
            c if is_hostile(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_lose_their_escape() {
        assert_eq!(clean("a\u{1b}[31mb\tc\nd\u{9b}"), "a\u{fffd}[31mb    c\nd\u{fffd}");
        assert_eq!(clean_line("a\nb\u{202e}c"), "a b\u{fffd}c");
    }
}

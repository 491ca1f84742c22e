//! Text wrapped at blanks (github.com/mitchellh/go-wordwrap, as kubectl's templates use it).

/// Wraps lines of more than `limit` letters. A longer word stands by itself.
pub(super) fn wrap(limit: usize, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // Letters on the line so far, and the blanks and the word that are not on it yet.
    let mut current = 0;
    let (mut blanks, mut word) = (String::new(), String::new());
    let (mut n_blanks, mut n_word) = (0, 0);
    for c in text.chars() {
        if c == '\n' {
            if word.is_empty() {
                if current + n_blanks <= limit {
                    out.push_str(&blanks);
                }
            } else {
                out.push_str(&blanks);
                out.push_str(&word);
            }
            blanks.clear();
            word.clear();
            (n_blanks, n_word, current) = (0, 0, 0);
            out.push('\n');
        } else if c.is_whitespace() && c != '\u{a0}' {
            if blanks.is_empty() || !word.is_empty() {
                current += n_blanks + n_word;
                out.push_str(&blanks);
                out.push_str(&word);
                blanks.clear();
                word.clear();
                (n_blanks, n_word) = (0, 0);
            }
            blanks.push(c);
            n_blanks += 1;
        } else {
            word.push(c);
            n_word += 1;
            if current + n_word + n_blanks > limit && n_word < limit {
                out.push('\n');
                current = 0;
                blanks.clear();
                n_blanks = 0;
            }
        }
    }
    if !word.is_empty() || current + n_blanks <= limit {
        out.push_str(&blanks);
        out.push_str(&word);
    }
    out
}

/// Blanks before each line, empty ones too.
pub(super) fn indent(n: usize, text: &str) -> String {
    let pad = " ".repeat(n);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_blanks() {
        assert_eq!(wrap(10, "one two three four"), "one two\nthree four");
        assert_eq!(wrap(5, "a verylongword b"), "a\nverylongword\nb");
        assert_eq!(wrap(10, "a\n\n  * b  c\n"), "a\n\n  * b  c\n");
        assert_eq!(wrap(4, "abcd    "), "abcd");
        assert_eq!(indent(2, "a\n\nb\n"), "  a\n  \n  b\n  ");
    }
}

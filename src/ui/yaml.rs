//! Simple colours for a line of YAML. What it is not sure of stays plain.

use super::theme::Theme;
use ratatui::style::Style;

/// The line's stretches in order, together the whole line.
#[must_use]
pub(super) fn colour<'a>(line: &'a str, theme: &Theme) -> Vec<(&'a str, Style)> {
    let mut out = Vec::new();
    let mut rest = line;
    let take = |out: &mut Vec<(&'a str, Style)>, rest: &mut &'a str, n: usize, style: Style| {
        if n > 0 {
            out.push((&rest[..n], style));
            *rest = &rest[n..];
        }
    };
    let blanks = rest.len() - rest.trim_start().len();
    take(&mut out, &mut rest, blanks, theme.text);
    if rest == "---" || rest == "..." {
        take(&mut out, &mut rest, 3, theme.mark);
        return out;
    }
    while rest.starts_with("- ") || rest == "-" {
        take(&mut out, &mut rest, 1, theme.mark);
        let blanks = rest.len() - rest.trim_start().len();
        take(&mut out, &mut rest, blanks, theme.text);
    }
    let comment = comment_at(rest);
    let code = rest[..comment].trim_end().len();
    if let Some(colon) = key_end(&rest[..code]) {
        take(&mut out, &mut rest, colon, theme.key);
        take(&mut out, &mut rest, 1, theme.mark);
        let value = code - colon - 1;
        let blanks = value - rest[..value].trim_start().len();
        take(&mut out, &mut rest, blanks, theme.text);
        let value = value - blanks;
        let style = scalar(&rest[..value], theme);
        take(&mut out, &mut rest, value, style);
    } else {
        let style = scalar(&rest[..code], theme);
        take(&mut out, &mut rest, code, style);
    }
    let n = rest.len();
    take(&mut out, &mut rest, n, theme.comment);
    out
}

/// Where a comment begins: at a `#` outside quotes, at the start or after a blank.
fn comment_at(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if before == ' ' => quote = Some(c),
            (Some(q), _) if c == q => quote = None,
            (None, '#') if before == ' ' => return i,
            _ => {}
        }
        before = c;
    }
    text.len()
}

/// The colon that ends a key: before a blank or the end.
fn key_end(text: &str) -> Option<usize> {
    if text.starts_with(['"', '\'', '{', '[']) {
        return None;
    }
    let colon = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?;
    (colon > 0).then_some(colon)
}

fn scalar(value: &str, theme: &Theme) -> Style {
    if value.starts_with(['"', '\'']) {
        return theme.string;
    }
    if matches!(value, "|" | ">" | "|-" | ">-" | "[]" | "{}") {
        return theme.mark;
    }
    let number = !value.is_empty()
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'))
        && value.bytes().filter(|b| *b == b'.').count() < 2;
    if number || matches!(value, "true" | "false" | "null" | "~") {
        return theme.number;
    }
    theme.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_coloured_and_stays_whole() {
        let theme = Theme::default();
        let line = "  - port: 80  # the door";
        assert_eq!(
            colour(line, &theme),
            [
                ("  ", theme.text),
                ("-", theme.mark),
                (" ", theme.text),
                ("port", theme.key),
                (":", theme.mark),
                (" ", theme.text),
                ("80", theme.number),
                ("  # the door", theme.comment),
            ]
        );
        for line in
            ["", "-", "a:b", "a: \"x # y\"", "a:", "---", "- - a", "é: ü#", "#", ": x", "\t- a:"]
        {
            let whole: String = colour(line, &theme).iter().map(|(text, _)| *text).collect();
            assert_eq!(whole, line);
        }
    }
}

//! From text to tokens.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Regex(String),
    Name(String),
    /// A name with `(` right behind it.
    Call(String),
    Op(&'static str),
    Newline,
}

const OPS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "!~", "**",
    ">>", "+", "-", "*", "/", "%", "^", "<", ">", "=", "!", "~", "?", ":", "(", ")", "{", "}", "[",
    "]", ",", ";", "$", "|",
];

/// Reads all tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out: Vec<Token> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            ' ' | '\t' | '\r' => rest = after,
            '\\' if after.starts_with('\n') => rest = after.get(1..).unwrap_or(""),
            '\n' => {
                out.push(Token::Newline);
                rest = after;
            }
            '#' => rest = rest.find('\n').and_then(|n| rest.get(n..)).unwrap_or(""),
            '"' => {
                let (text, left) = quoted(after, '"').ok_or("unterminated string")?;
                out.push(Token::Text(super::super::unescape(&text)));
                rest = left;
            }
            '/' if regex_may_stand(out.last()) => {
                let (text, left) = quoted(after, '/').ok_or("unterminated regexp")?;
                out.push(Token::Regex(text.replace("\\/", "/")));
                rest = left;
            }
            c if c.is_ascii_digit()
                || (c == '.' && after.starts_with(|c: char| c.is_ascii_digit())) =>
            {
                let bytes = rest.as_bytes();
                let mut n = 0;
                while bytes.get(n).is_some_and(|b| b.is_ascii_digit() || *b == b'.') {
                    n += 1;
                }
                if matches!(bytes.get(n), Some(b'e' | b'E')) {
                    let sign = usize::from(matches!(bytes.get(n + 1), Some(b'+' | b'-')));
                    let digits = bytes.get(n + 1 + sign..).unwrap_or_default();
                    let n_digits = digits.iter().take_while(|b| b.is_ascii_digit()).count();
                    if n_digits > 0 {
                        n += 1 + sign + n_digits;
                    }
                }
                let number = rest.get(..n).unwrap_or("");
                out.push(Token::Number(
                    number.parse().map_err(|_| format!("{number} is no number"))?,
                ));
                rest = rest.get(n..).unwrap_or("");
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let n = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let (name, left) = rest.split_at(n);
                let name = name.to_owned();
                out.push(if left.starts_with('(') { Token::Call(name) } else { Token::Name(name) });
                rest = left;
            }
            _ => {
                let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) else {
                    return Err(format!("syntax error at `{c}'"));
                };
                out.push(Token::Op(op));
                rest = rest.get(op.len()..).unwrap_or("");
            }
        }
        if out.len() > 20_000 {
            return Err("the program is too long".to_owned());
        }
    }
    Ok(out)
}

/// A `/` begins a pattern where no value ends.
fn regex_may_stand(last: Option<&Token>) -> bool {
    !matches!(
        last,
        Some(Token::Number(_) | Token::Text(_) | Token::Regex(_) | Token::Name(_))
            | Some(Token::Op(")" | "]" | "$" | "++" | "--"))
    )
}

fn quoted(text: &str, end: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((n, c)) = chars.next() {
        if c == '\\' {
            out.push(c);
            out.extend(chars.next().map(|(_, c)| c));
        } else if c == end {
            return Some((out, text.get(n + c.len_utf8()..)?));
        } else if c == '\n' {
            return None;
        } else {
            out.push(c);
        }
    }
    None
}

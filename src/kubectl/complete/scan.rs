//! The command that the cursor stands in, as far as it is typed.

use std::collections::BTreeMap;

/// What is typed of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Its words before the one at the cursor, without quotes.
    pub(super) words: Vec<String>,
    /// The word at the cursor, as far as it is typed, without its quotes.
    pub(super) word: String,
    /// It stands in single quotes, where variables mean nothing.
    pub(super) in_single: bool,
    /// It names a file: `>` or `<` stands before it.
    pub(super) to_file: bool,
}

/// Words that a command may follow.
const BEFORE: &[&str] = &["do", "then", "else", "if", "while", "until", "!", "time", "{", "elif"];

/// Reads a line up to the cursor.
pub(super) fn scan(line: &str, aliases: &BTreeMap<String, String>) -> Typed {
    let mut typed = Typed::default();
    let mut quote: Option<char> = None;
    let mut in_word = false;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            } else if c == '\\' && open == '"' {
                typed.word.extend(chars.next().map(|(_, c)| c));
            } else if open == '"' && c == '$' && chars.peek().is_some_and(|(_, c)| *c == '(') {
                chars.next();
                typed = Typed::default();
                (quote, in_word) = (None, false);
            } else {
                typed.word.push(c);
            }
            continue;
        }
        match c {
            ' ' | '\t' => {
                if in_word {
                    end_word(&mut typed, aliases);
                    in_word = false;
                }
            }
            '|' | ';' | '&' | '\n' | '(' | ')' | '`' => {
                // `2>&1` is no end of a command.
                if c == '&' && line.get(..at).is_some_and(|text| text.ends_with('>')) {
                    continue;
                }
                typed = Typed::default();
                in_word = false;
            }
            '>' | '<' => {
                let fd = typed.word.bytes().all(|b| b.is_ascii_digit());
                if in_word && !fd {
                    end_word(&mut typed, aliases);
                }
                typed.word.clear();
                in_word = false;
                typed.to_file = true;
            }
            '\'' | '"' => {
                quote = Some(c);
                in_word = true;
            }
            '\\' => {
                in_word = true;
                typed.word.extend(chars.next().map(|(_, c)| c));
            }
            c => {
                in_word = true;
                typed.word.push(c);
            }
        }
    }
    typed.in_single = quote == Some('\'');
    typed
}

fn end_word(typed: &mut Typed, aliases: &BTreeMap<String, String>) {
    let word = std::mem::take(&mut typed.word);
    if std::mem::take(&mut typed.to_file) {
        return;
    }
    if typed.words.is_empty() {
        let is_assign = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        if BEFORE.contains(&&*word) || is_assign {
            return;
        }
        if let Some(value) = aliases.get(&word) {
            typed.words.extend(value.split_whitespace().map(str::to_owned));
            return;
        }
    }
    typed.words.push(word);
}

//! vim's keys as one string, and their names.

use crate::app::key::{Code, Key};

pub(super) const ESC: char = '\u{1b}';
pub(super) const ENTER: char = '\r';
pub(super) const BACKSPACE: char = '\u{8}';
pub(super) const DELETE: char = '\u{e001}';
pub(super) const LEFT: char = '\u{e002}';
pub(super) const RIGHT: char = '\u{e003}';
pub(super) const UP: char = '\u{e004}';
pub(super) const DOWN: char = '\u{e005}';
pub(super) const HOME: char = '\u{e006}';
pub(super) const END: char = '\u{e007}';
pub(super) const PAGE_UP: char = '\u{e008}';
pub(super) const PAGE_DOWN: char = '\u{e009}';
const WORD_LEFT: char = '\u{e00a}';
const WORD_RIGHT: char = '\u{e00b}';
const TEXT_START: char = '\u{e00c}';
const TEXT_END: char = '\u{e00d}';

/// The key as one character; none for those that are nothing to vim.
pub(super) fn token(key: Key) -> Option<char> {
    let Key { code, ctrl, alt, .. } = key;
    Some(match code {
        Code::Char(c) if ctrl => match c {
            'a'..='z' | '[' | ']' | '^' => char::from((c as u8) & 0x1f),
            ' ' => '\0',
            _ => return None,
        },
        Code::Char(_) if alt => return None,
        Code::Char(c) => c,
        Code::Left if ctrl => WORD_LEFT,
        Code::Right if ctrl => WORD_RIGHT,
        Code::Home if ctrl => TEXT_START,
        Code::End if ctrl => TEXT_END,
        Code::Enter if alt => return None,
        Code::Enter => ENTER,
        Code::Esc => ESC,
        Code::Tab => '\t',
        // Ctrl-Backspace and Ctrl-H are the same key to a terminal.
        Code::Backspace => BACKSPACE,
        Code::Delete => DELETE,
        Code::Left => LEFT,
        Code::Right => RIGHT,
        Code::Up => UP,
        Code::Down => DOWN,
        Code::Home => HOME,
        Code::End => END,
        Code::PageUp => PAGE_UP,
        Code::PageDown => PAGE_DOWN,
        Code::BackTab | Code::F(_) => return None,
    })
}

/// Keys as people read them: `Ctrl-R`, `2dd`.
#[must_use]
pub fn names(keys: &str) -> String {
    keys.chars().map(|c| name(c).unwrap_or_else(|| c.to_string())).collect()
}

fn name(c: char) -> Option<String> {
    let name = match c {
        ESC => "Esc",
        ENTER => "Enter",
        '\t' => "Tab",
        BACKSPACE => "Backspace",
        DELETE => "Del",
        LEFT => "←",
        RIGHT => "→",
        UP => "↑",
        DOWN => "↓",
        HOME => "Home",
        END => "End",
        PAGE_UP => "PgUp",
        PAGE_DOWN => "PgDn",
        WORD_LEFT => "Ctrl-←",
        WORD_RIGHT => "Ctrl-→",
        TEXT_START => "Ctrl-Home",
        TEXT_END => "Ctrl-End",
        ' ' => "Space",
        c if c.is_control() => {
            return Some(format!("Ctrl-{}", char::from((c as u8) | 0x40)));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

//! The terminal's background, asked of the terminal itself. Its answer comes among the keys,
//! and is told apart from them here; no key is lost, whatever comes.

use crate::app::key::{Code, Key};
use crate::ui::Tone;

/// Asks for the background: xterm's OSC 11. Terminals that do not know it stay silent.
pub(super) const QUESTION: &str = "\x1b]11;?\x07";

/// An answer's start behind `ESC ]`, and the length that none exceeds.
const START: &str = "11;rgb";
const LONGEST: usize = 40;

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// A key that somebody pressed.
    Key(Key),
    /// The answer.
    Background(Tone),
}

/// Tells the answer from keys. It comes as `ESC ]`, which reads as Alt-], then
/// `11;rgb:ffff/ffff/ffff` as if it were typed, then BEL, which reads as Ctrl-G, or `ESC \`,
/// which reads as Alt-\. A terminal writes it at once, so no key comes amid it.
#[derive(Debug, Default)]
pub(super) struct Ear {
    /// Keys that may be an answer's start.
    held: Vec<Key>,
    text: String,
}

impl Ear {
    /// Takes a key in, and gives what it now is known to be: nothing while an answer may be
    /// coming, or all keys that turned out to be none.
    pub(super) fn hear(&mut self, key: Key) -> Vec<Heard> {
        let alt = |c| Key { alt: true, ..Key::char(c) };
        if self.held.is_empty() {
            if key != alt(']') {
                return vec![Heard::Key(key)];
            }
            self.held.push(key);
            return Vec::new();
        }
        self.held.push(key);
        if key == Key::ctrl('g') || key == alt('\\') {
            let tone = tone_of(&self.text);
            return match tone {
                Some(tone) => {
                    self.forget();
                    vec![Heard::Background(tone)]
                }
                None => self.give_up(),
            };
        }
        match key {
            Key { code: Code::Char(c), ctrl: false, alt: false, .. }
                if self.text.len() < LONGEST =>
            {
                self.text.push(c);
                let goes_on = self.text.strip_prefix(START).is_some_and(|rest| {
                    rest.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '/'))
                });
                if START.starts_with(&self.text) || goes_on { Vec::new() } else { self.give_up() }
            }
            _ => self.give_up(),
        }
    }

    fn forget(&mut self) {
        self.held.clear();
        self.text.clear();
    }

    fn give_up(&mut self) -> Vec<Heard> {
        self.text.clear();
        // The key that was no more of an answer may be the start of one.
        let start = self.held.len().saturating_sub(1);
        let again = self.held.last().is_some_and(|key| key.alt && key.code == Code::Char(']'));
        let keys = self.held.drain(..if again { start } else { start + 1 });
        keys.map(Heard::Key).collect()
    }
}

/// The tone of `11;rgb:ffff/ffff/ffff`: each part has one to four digits; a fourth part,
/// behind `rgba`, says how solid it is.
fn tone_of(answer: &str) -> Option<Tone> {
    let (kind, parts) = answer.strip_prefix(START)?.split_once(':')?;
    let parts: Vec<f64> = parts
        .split('/')
        .map(|part| {
            let digits = u32::try_from(part.len()).ok().filter(|n| (1..=4).contains(n))?;
            let value = u32::from_str_radix(part, 16).ok()?;
            Some(f64::from(value) / f64::from(16_u32.pow(digits) - 1))
        })
        .collect::<Option<_>>()?;
    let [r, g, b] = match (kind, &parts[..]) {
        ("", [r, g, b]) | ("a", [r, g, b, _]) => [*r, *g, *b],
        _ => return None,
    };
    // How bright it looks (ITU-R BT.601), which is enough to tell white from black.
    let light = 0.299 * r + 0.587 * g + 0.114 * b;
    Some(if light > 0.5 { Tone::Light } else { Tone::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As crossterm reads it.
    fn keys(text: &str) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut alt = false;
        for c in text.chars() {
            match c {
                '\x1b' => alt = true,
                '\x07' => keys.push(Key::ctrl('g')),
                c => keys.push(Key { alt: std::mem::take(&mut alt), ..Key::char(c) }),
            }
        }
        keys
    }

    fn heard(text: &str) -> Vec<Heard> {
        let mut ear = Ear::default();
        keys(text).into_iter().flat_map(|key| ear.hear(key)).collect()
    }

    #[test]
    fn an_answer_is_heard_and_the_keys_around_it_are_kept() {
        for (answer, tone) in [
            ("\x1b]11;rgb:ffff/ffff/ffff\x07", Tone::Light),
            ("\x1b]11;rgb:fd/f6/e3\x1b\\", Tone::Light),
            ("\x1b]11;rgb:0/0/0\x07", Tone::Dark),
            ("\x1b]11;rgb:1e1e/1E1E/2e2e\x07", Tone::Dark),
            ("\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\", Tone::Dark),
        ] {
            let mut wanted: Vec<Heard> = keys("ab").into_iter().map(Heard::Key).collect();
            wanted.push(Heard::Background(tone));
            wanted.extend(keys("c]").into_iter().map(Heard::Key));
            assert_eq!(heard(&format!("ab{answer}c]")), wanted, "{answer:?}");
        }
    }

    #[test]
    fn what_is_no_answer_comes_through_key_by_key() {
        for text in [
            "]11;rgb:0/0/0\x07",
            "\x1b]x",
            "\x1b]\x1b]x",
            "\x1b]11;rgbx",
            "\x1b]11;rgb:0/0\x07",
            "\x1b]11;rgb:0/0/0/0\x07",
            "\x1b]11;rgb:00000/0/0\x07",
            "\x1b]11;rgb:+0/0/0\x07",
            "\x1b]11;rgb:\u{e9}/0/0\x07",
            "\x1b]11;rgb:0000000000000000000000000000000000000000000000/0/0\x07",
        ] {
            // A held start is given on with the key after it.
            let wanted: Vec<Heard> =
                keys(&format!("{text}q")).into_iter().map(Heard::Key).collect();
            assert_eq!(heard(&format!("{text}q")), wanted, "{text:?}");
        }
    }

    #[test]
    fn an_answer_is_heard_behind_what_looked_like_one() {
        let mut wanted: Vec<Heard> = keys("\x1b]1").into_iter().map(Heard::Key).collect();
        wanted.push(Heard::Background(Tone::Dark));
        assert_eq!(heard("\x1b]1\x1b]11;rgb:0/0/0\x07"), wanted);
    }

    #[test]
    fn a_key_that_looks_like_a_start_waits_for_the_next_key_only() {
        let mut ear = Ear::default();
        let [start, next] = keys("\x1b]j")[..] else { panic!() };
        assert_eq!(ear.hear(start), []);
        assert_eq!(ear.hear(next), [Heard::Key(start), Heard::Key(next)]);
    }
}

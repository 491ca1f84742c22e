//! Values: numbers, texts, and texts that came from input and look like numbers.

use crate::kubectl::shell::tools::echo::shortest;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
    /// From input: a number where it looks like one.
    Input(String),
    /// Of a variable that nothing was put into.
    Nothing,
}

impl Value {
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => leading(text),
            Self::Nothing => 0.0,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e16 => {
                // Also of what is a zero with a sign.
                format!("{:.0}", if *number == 0.0 { 0.0 } else { *number })
            }
            Self::Number(number) => shortest(*number, 6),
            Self::Text(text) | Self::Input(text) => text.clone(),
            Self::Nothing => String::new(),
        }
    }

    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Input(text) => match whole(text) {
                Some(number) => number != 0.0,
                None => !text.is_empty(),
            },
            Self::Nothing => false,
        }
    }

    /// As a number, where comparing takes it for one.
    fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Input(text) => whole(text),
            Self::Text(_) => None,
            Self::Nothing => Some(0.0),
        }
    }

    pub(super) fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self.as_number(), other.as_number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => self.text().cmp(&other.text()),
        }
    }
}

/// The number that a text is, all of it.
fn whole(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.parse().ok()
}

/// The number that a text begins with.
fn leading(text: &str) -> f64 {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let digits = |mut n: usize| {
        while bytes.get(n).is_some_and(u8::is_ascii_digit) {
            n += 1;
        }
        n
    };
    let mut n = digits(usize::from(matches!(bytes.first(), Some(b'-' | b'+'))));
    if bytes.get(n) == Some(&b'.') {
        n = digits(n + 1);
    }
    if matches!(bytes.get(n), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(n + 1), Some(b'-' | b'+')));
        let end = digits(n + 1 + sign);
        if end > n + 1 + sign {
            n = end;
        }
    }
    text.get(..n).and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

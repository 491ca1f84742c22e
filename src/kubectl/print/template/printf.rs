//! `fmt.Sprintf` for what templates hold.

use super::value::{Is, Val};
use crate::manifest::go;

/// Wider than this is not padded.
const MAX_WIDTH: usize = 1_000;

#[derive(Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// The format with the values in the places of its verbs.
pub(super) fn sprintf(format: &str, values: &[Val<'_>]) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    let mut values = values.iter();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut flags = Flags::default();
        while let Some(flag) = chars.next_if(|c| "+-# 0".contains(*c)) {
            match flag {
                '+' => flags.plus = true,
                '-' => flags.minus = true,
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                _ => flags.zero = true,
            }
        }
        match amount(&mut chars, &mut values) {
            Ok(width) => flags.width = width,
            Err(()) => out.push_str("%!(BADWIDTH)"),
        }
        if chars.next_if_eq(&'.').is_some() {
            match amount(&mut chars, &mut values) {
                Ok(precision) => flags.precision = Some(precision.unwrap_or(0)),
                Err(()) => out.push_str("%!(BADPREC)"),
            }
        }
        match chars.next() {
            None => out.push_str("%!(NOVERB)"),
            Some('%') => out.push('%'),
            Some(verb) => match values.next() {
                None => out.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => out.push_str(&one(verb, &flags, value)),
            },
        }
    }
    let extra: Vec<String> = values.map(typed).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

/// A width or precision: digits, or `*` for the next value.
fn amount(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    values: &mut std::slice::Iter<'_, Val<'_>>,
) -> Result<Option<usize>, ()> {
    if chars.next_if_eq(&'*').is_some() {
        return match values.next().map(Val::is) {
            Some(Is::Int(n)) => usize::try_from(n).map_err(|_| ()).map(|n| Some(n.min(MAX_WIDTH))),
            _ => Err(()),
        };
    }
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    Ok(digits.parse().ok().filter(|n| *n <= MAX_WIDTH))
}

/// `int=5`.
fn typed(value: &Val<'_>) -> String {
    match value.is() {
        Is::Nil => "<nil>".to_owned(),
        _ => format!("{}={}", value.type_name(), value.plain()),
    }
}

fn one(verb: char, flags: &Flags, value: &Val<'_>) -> String {
    let bad = || format!("%!{verb}({})", typed(value));
    match (verb, value.is()) {
        ('T', _) => pad(value.type_name(), flags),
        ('v', Is::Text(text)) if flags.sharp => pad(&go::quote(text), flags),
        ('v' | 's', Is::Text(text)) => pad(&cut(text, flags), flags),
        ('q', Is::Text(text)) => pad(&go::quote(&cut(text, flags)), flags),
        ('x' | 'X', Is::Text(text)) => {
            let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
            pad(&if verb == 'X' { hex.to_uppercase() } else { hex }, flags)
        }
        ('v' | 't', Is::Bool(yes)) => pad(&yes.to_string(), flags),
        ('v' | 'd', Is::Int(n)) => number(&n.unsigned_abs().to_string(), n < 0, flags),
        ('x', Is::Int(n)) => number(&based(n, 16, flags), n < 0, flags),
        ('X', Is::Int(n)) => number(&based(n, 16, flags).to_uppercase(), n < 0, flags),
        ('o', Is::Int(n)) => number(&based(n, 8, flags), n < 0, flags),
        ('b', Is::Int(n)) => number(&based(n, 2, flags), n < 0, flags),
        ('c', Is::Int(n)) => pad(&character(n).to_string(), flags),
        ('q', Is::Int(n)) => pad(&format!("'{}'", character(n)), flags),
        ('U', Is::Int(n)) => pad(&format!("U+{n:04X}"), flags),
        ('v' | 'g' | 'G' | 'e' | 'E' | 'f' | 'F', Is::Float(float)) => {
            let text = self::float(verb, float.abs(), flags.precision);
            number(&text, float.is_sign_negative(), flags)
        }
        ('v', Is::Nil) => pad("<nil>", flags),
        (_, Is::Nil) => format!("%!{verb}(<nil>)"),
        ('v' | 's', Is::List(_) | Is::Map(_)) => value.plain(),
        _ => bad(),
    }
}

fn character(n: i64) -> char {
    u32::try_from(n).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
}

fn based(n: i64, base: u64, flags: &Flags) -> String {
    let mut rest = n.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % base).unwrap_or(0);
        digits.push(char::from_digit(digit, 16).unwrap_or('0'));
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    let prefix = match (flags.sharp, base) {
        (true, 16) => "0x",
        (true, 8) => "0",
        (true, 2) => "0b",
        _ => "",
    };
    prefix.chars().chain(digits.into_iter().rev()).collect()
}

fn cut<'t>(text: &'t str, flags: &Flags) -> std::borrow::Cow<'t, str> {
    match flags.precision {
        Some(n) => text.chars().take(n).collect::<String>().into(),
        None => text.into(),
    }
}

fn float(verb: char, float: f64, precision: Option<usize>) -> String {
    let exponent = |text: String| {
        let (mantissa, e) = text.split_once('e').unwrap_or((&text, "0"));
        let e: i32 = e.parse().unwrap_or(0);
        let sign = if e < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", e.abs())
    };
    let text = match (verb.to_ascii_lowercase(), precision) {
        ('f', n) => format!("{float:.*}", n.unwrap_or(6)),
        ('e', n) => exponent(format!("{float:.*e}", n.unwrap_or(6))),
        (_, None) => go::float_g(float),
        (_, Some(n)) => {
            let n = n.max(1);
            let scientific = format!("{float:.*e}", n - 1);
            let e: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
            let trim = |text: String| match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            };
            if e < -4 || e >= i32::try_from(n).unwrap_or(i32::MAX) {
                let (mantissa, e) = scientific.split_once('e').unwrap_or((&scientific, "0"));
                exponent(format!("{}e{e}", trim(mantissa.to_owned())))
            } else {
                let digits = i32::try_from(n).unwrap_or(i32::MAX) - 1 - e;
                trim(format!("{float:.*}", usize::try_from(digits).unwrap_or(0)))
            }
        }
    };
    if verb.is_ascii_uppercase() { text.to_uppercase() } else { text }
}

/// A number with its sign, filled with zeros or spaces.
fn number(digits: &str, negative: bool, flags: &Flags) -> String {
    let sign = match (negative, flags.plus, flags.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    if flags.zero && !flags.minus {
        let width = flags.width.unwrap_or(0).saturating_sub(sign.len());
        return format!("{sign}{digits:0>width$}");
    }
    pad(&format!("{sign}{digits}"), flags)
}

fn pad(text: &str, flags: &Flags) -> String {
    let width = flags.width.unwrap_or(0);
    if flags.minus { format!("{text:<width$}") } else { format!("{text:>width$}") }
}

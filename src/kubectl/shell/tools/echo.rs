//! `echo`, `printf`, `true`, `false`.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;
use crate::kubectl::shell::syntax::is_name;

/// The most that one call says.
const MAX_SAID: usize = 8 << 20;

/// `true`
pub(super) fn nothing(_: &mut Console, _: &[String], _: &mut Io) -> Done {
    Done::OK
}

/// `false`
pub(super) fn no(_: &mut Console, _: &[String], _: &mut Io) -> Done {
    Done::Exit(1)
}

/// `echo [-neE] TEXT...`
pub(super) fn echo(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (mut newline, mut escapes) = (true, false);
    let mut words = args;
    while let Some((first, rest)) = words.split_first() {
        let letters = first.strip_prefix('-').unwrap_or("");
        if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) {
            break;
        }
        for c in letters.chars() {
            match c {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        words = rest;
    }
    let mut text = words.join(" ");
    if escapes {
        if let Some((before, _)) = text.split_once("\\c") {
            text = before.to_owned();
            newline = false;
        }
        text = unescape(&text);
    }
    io.out(text);
    if newline {
        io.out("\n");
    }
    Done::OK
}

/// What `\n`, `\t`, `\x41`, `\u00e4` and their like mean.
pub(in crate::kubectl::shell) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(c) = chars.next() else {
            out.push('\\');
            break;
        };
        let mut number = |radix: u32, most: usize, first: Option<char>| {
            let mut text: String = first.into_iter().collect();
            while text.len() < most && chars.peek().is_some_and(|c| c.is_digit(radix)) {
                text.extend(chars.next());
            }
            u32::from_str_radix(&text, radix).ok().and_then(char::from_u32)
        };
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            'e' | 'E' => out.push('\u{1b}'),
            '\\' | '\'' | '"' => out.push(c),
            'x' => match number(16, 2, None) {
                Some(c) => out.push(c),
                None => out.push_str("\\x"),
            },
            'u' => out.extend(number(16, 4, None)),
            'U' => out.extend(number(16, 8, None)),
            '0'..='7' => out.extend(number(8, 3, Some(c).filter(|c| *c != '0')).or(Some('\0'))),
            c => {
                out.push('\\');
                out.push(c);
            }
        }
    }
    out
}

/// `printf FORMAT [ARGUMENT...]`
pub(super) fn printf(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (variable, args) = match args {
        [flag, name, args @ ..] if flag == "-v" => (Some(name), args),
        args => (None, args),
    };
    let args = match args.first().map(String::as_str) {
        Some("--") => args.get(1..).unwrap_or_default(),
        _ => args,
    };
    let Some((format, args)) = args.split_first() else {
        io.err("printf: usage: printf [-v var] format [arguments]\n");
        return Done::Exit(2);
    };
    let mut out = String::new();
    let mut ok = true;
    let mut left = args;
    loop {
        let before = left.len();
        left = match once(format, left, &mut out) {
            Ok(left) => left,
            Err((why, left)) => {
                let prefix = console.shell.prefix();
                io.err(format_args!("{prefix}printf: {why}\n"));
                ok = false;
                left
            }
        };
        if left.is_empty() || left.len() == before || out.len() > MAX_SAID {
            break;
        }
    }
    match variable {
        None => io.out(out),
        Some(name) if is_name(name) => console.shell.set(name, out.replace('\0', "")),
        Some(name) => {
            let why = format_args!("printf: `{name}': not a valid identifier");
            return Done::Exit(1 + expand::stop(console, io, why).0);
        }
    }
    super::exit(ok)
}

/// A text as `set -x` shows it.
pub(in crate::kubectl::shell) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text as it is typed without quotes.
fn backslashed(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-./:=@%+".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

pub(super) type Formatted<'a> = Result<&'a [String], (String, &'a [String])>;

/// Goes through the format once.
pub(super) fn once<'a>(format: &str, args: &'a [String], out: &mut String) -> Formatted<'a> {
    let mut args = args;
    let mut wrong = None;
    let mut rest = format;
    while let Some(at) = rest.find(['%', '\\']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        if after.starts_with('\\') {
            let n = after.find(|c: char| c != '\\').unwrap_or(after.len());
            let end = if n % 2 == 0 {
                n
            } else {
                // An escape is at most ten characters long; the rest is looked at again.
                let tail = after.get(n..).unwrap_or("");
                n + match tail.chars().next() {
                    Some('x') => {
                        1 + tail.chars().skip(1).take(2).take_while(char::is_ascii_hexdigit).count()
                    }
                    Some('u') => {
                        1 + tail.chars().skip(1).take(4).take_while(char::is_ascii_hexdigit).count()
                    }
                    Some('0'..='7') => tail.chars().take(3).take_while(|c| c.is_digit(8)).count(),
                    Some(c) => c.len_utf8(),
                    None => 0,
                }
            };
            out.push_str(&unescape(after.get(..end).unwrap_or("")));
            rest = after.get(end..).unwrap_or("");
            continue;
        }
        let spec_len = after
            .char_indices()
            .skip(1)
            .find(|(_, c)| !"-+ 0#.*123456789".contains(*c))
            .map_or(after.len(), |(n, c)| n + c.len_utf8());
        let spec = after.get(..spec_len).unwrap_or("");
        rest = after.get(spec_len..).unwrap_or("");
        let mut next = || -> Option<&'a String> {
            let (first, more) = args.split_first()?;
            args = more;
            Some(first)
        };
        match formatted(spec, &mut next) {
            Ok(text) => out.push_str(&text),
            Err((why, text)) => {
                out.push_str(&text);
                wrong = Some(why);
            }
        }
    }
    out.push_str(rest);
    match wrong {
        Some(why) => Err((why, args)),
        None => Ok(args),
    }
}

/// One `%…`: flags, width, precision and letter, as printf has them.
pub(super) fn formatted<'a>(
    spec: &str,
    next: &mut dyn FnMut() -> Option<&'a String>,
) -> Result<String, (String, String)> {
    let letter = spec.chars().last().unwrap_or('%');
    let inner = spec.get(1..spec.len().saturating_sub(letter.len_utf8())).unwrap_or("");
    if letter == '%' {
        return Ok("%".to_owned());
    }
    let flags: String = inner.chars().take_while(|c| "-+ 0#".contains(*c)).collect();
    let sizes = inner.get(flags.len()..).unwrap_or("");
    let (width, precision) = match sizes.split_once('.') {
        Some((width, precision)) => (width, Some(precision)),
        None => (sizes, None),
    };
    let mut size = |text: &str| match text {
        "*" => next().and_then(|arg| arg.parse::<i64>().ok()).unwrap_or(0),
        text => text.parse().unwrap_or(0),
    };
    let width = size(width).clamp(-10_000, 10_000);
    let precision = precision.map(|text| usize::try_from(size(text).clamp(0, 10_000)).unwrap_or(0));
    let left = flags.contains('-') || width < 0;
    let width = usize::try_from(width.abs()).unwrap_or(0);
    let mut wrong = None;
    let empty = String::new();
    let (mut text, is_number) = match letter {
        's' | 'b' | 'q' => {
            let arg = next().unwrap_or(&empty);
            let text = match letter {
                'b' => unescape(arg),
                'q' => backslashed(arg),
                _ => arg.clone(),
            };
            (text.chars().take(precision.unwrap_or(usize::MAX)).collect::<String>(), false)
        }
        'c' => (next().and_then(|arg| arg.chars().next()).into_iter().collect(), false),
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
            let arg = next().unwrap_or(&empty);
            let value = whole(arg).unwrap_or_else(|value| {
                wrong = Some(format!("{arg}: invalid number"));
                value
            });
            let text = match letter {
                'x' => format!("{value:x}"),
                'X' => format!("{value:X}"),
                'o' => format!("{value:o}"),
                _ => value.abs_diff(0).to_string(),
            };
            let text = format!("{text:0>width$}", width = precision.unwrap_or(0));
            let sign = match letter {
                'd' | 'i' | 'u' if value < 0 => "-",
                'd' | 'i' if flags.contains('+') => "+",
                'd' | 'i' if flags.contains(' ') => " ",
                _ => "",
            };
            (format!("{sign}{text}"), true)
        }
        'f' | 'F' | 'e' | 'E' | 'g' | 'G' => {
            let arg = next().unwrap_or(&empty);
            let value: f64 = arg.trim().parse().unwrap_or_else(|_| {
                if !arg.is_empty() {
                    wrong = Some(format!("{arg}: invalid number"));
                }
                0.0
            });
            let digits = precision.unwrap_or(6);
            let text = match letter {
                'e' => scientific(value, digits),
                'E' => scientific(value, digits).to_uppercase(),
                'g' | 'G' => shortest(value, precision.unwrap_or(6)),
                _ => format!("{value:.digits$}"),
            };
            let sign = if flags.contains('+') && value >= 0.0 { "+" } else { "" };
            (format!("{sign}{text}"), true)
        }
        letter => {
            return Err((format!("`{letter}': invalid format character"), String::new()));
        }
    };
    let n = text.chars().count();
    if n < width {
        let pad = width - n;
        if left {
            text.push_str(&" ".repeat(pad));
        } else if is_number
            && flags.contains('0')
            && (precision.is_none() || "fFeEgG".contains(letter))
        {
            let at = usize::from(text.starts_with(['-', '+']));
            text.insert_str(at, &"0".repeat(pad));
        } else {
            text.insert_str(0, &" ".repeat(pad));
        }
    }
    match wrong {
        Some(why) => Err((why, text)),
        None => Ok(text),
    }
}

/// `%e`: an exponent of two digits.
fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// `%g`: without needless zeros.
pub(super) fn shortest(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let digits = digits.max(1);
    let exponent = value.abs().log10().floor() as i64;
    if exponent < -4 || exponent >= digits as i64 {
        let text = scientific(value, digits - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        let mantissa = match mantissa.contains('.') {
            true => mantissa.trim_end_matches('0').trim_end_matches('.'),
            false => mantissa,
        };
        return format!("{mantissa}e{exponent}");
    }
    let decimals = usize::try_from(digits as i64 - 1 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A whole number as C reads it; what was read before it went wrong.
fn whole(text: &str) -> Result<i64, i64> {
    let text = text.trim();
    if let Some(c) = text.strip_prefix(['\'', '"']) {
        return Ok(c.chars().next().map_or(0, |c| i64::from(u32::from(c))));
    }
    if text.is_empty() {
        return Ok(0);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).map_err(|_| 0);
    }
    text.parse().map_err(|_| {
        let n = text.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(text.len());
        text.get(..n).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    })
}

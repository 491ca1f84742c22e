//! Values as Go writes them: `%#v`, numbers, JSON.

use super::convert::Yaml;
use super::resolve::Scalar;
use serde_json::{Number, Value};
use std::fmt::Write as _;

/// `%#v` of a value that goyaml made.
pub(super) fn yaml_syntax(yaml: &Yaml) -> String {
    match yaml {
        Yaml::Scalar(s) => scalar_syntax(s),
        Yaml::Seq(items) => {
            let items: Vec<String> = items.iter().map(yaml_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Yaml::Map(pairs) => {
            let mut pairs: Vec<String> = pairs
                .iter()
                .map(|(k, v)| format!("{}:{}", scalar_syntax(k), yaml_syntax(v)))
                .collect();
            pairs.sort();
            format!("map[interface {{}}]interface {{}}{{{}}}", pairs.join(", "))
        }
    }
}

/// `%#v` of a value that stands in no list or map: nothing is `<nil>` there.
pub(super) fn bare_syntax(yaml: &Yaml) -> String {
    match yaml {
        Yaml::Scalar(Scalar::Null) => "<nil>".to_owned(),
        yaml => yaml_syntax(yaml),
    }
}

/// `%#v` of a scalar; unlike for unlike scalars.
pub(super) fn scalar_syntax(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Null => "interface {}(nil)".to_owned(),
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(i) => i.to_string(),
        Scalar::Uint(u) => format!("{u:#x}"),
        Scalar::Float(f) => float(*f),
        Scalar::Str(s) => quote(s),
    }
}

/// A float as a map key: `strconv.FormatFloat(f, 'g', -1, 32)` with YAML's own infinities.
pub(super) fn float32_key(f: f64) -> String {
    // As sigs.k8s.io/yaml does.
    let f = f as f32;
    if f.is_nan() {
        ".nan".to_owned()
    } else if f.is_infinite() {
        if f > 0.0 { ".inf" } else { "-.inf" }.to_owned()
    } else {
        general(&format!("{f:e}"))
    }
}

/// `strconv.FormatFloat(f, 'g', -1, 64)`, Go's `%v` of a float: an exponent of at least two
/// digits under 1e-4 and from 1e6 on.
#[must_use]
pub fn float_g(f: f64) -> String {
    general(&format!("{f:e}"))
}

fn general(scientific: &str) -> String {
    let text = shortest(scientific, -4, 21);
    let exponent = scientific.split_once('e').and_then(|(_, e)| e.parse::<i32>().ok());
    match (scientific.split_once('e'), exponent) {
        (Some((mantissa, _)), Some(e)) if !(-4..6).contains(&e) && e > -400 => {
            let mark = if e < 0 { '-' } else { '+' };
            format!("{mantissa}e{mark}{:02}", e.abs())
        }
        _ => text,
    }
}

/// A float64 as encoding/json writes it: an exponent below 1e-6 and from 1e21 on.
#[must_use]
pub fn float(f: f64) -> String {
    if f == 0.0 {
        return if f.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    shortest(&format!("{f:e}"), -6, 21)
}

/// From Rust's `1.5e-7` to Go's `1.5e-07` (JSON: `1.5e-7`) or plain digits.
fn shortest(scientific: &str, low: i32, high: i32) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific.to_owned();
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if exponent < low || exponent >= high {
        // Go writes e+21; encoding/json shortens e-09 to e-9.
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{mark}{}", exponent.abs());
    }
    let n_digits = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        format!("{sign}0.{zeros}{digits}")
    } else if n_digits <= exponent + 1 {
        let zeros = "0".repeat(usize::try_from(exponent + 1 - n_digits).unwrap_or(0));
        format!("{sign}{digits}{zeros}")
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).unwrap_or(0));
        format!("{sign}{whole}.{fraction}")
    }
}

/// A number as Go's JSON writes it.
#[must_use]
pub fn number(n: &Number) -> String {
    if n.is_f64() { n.as_f64().map_or_else(|| n.to_string(), float) } else { n.to_string() }
}

/// `strconv.Quote`, Go's `%q`.
#[must_use]
pub fn quote(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if !is_print(c) => {
                let _ = match u32::from(c) {
                    n @ ..0x1_0000 => write!(out, "\\u{n:04x}"),
                    n => write!(out, "\\U{n:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text that `{:?}` writes as Go's `%q` does.
#[derive(Clone, Copy)]
pub struct Quoted<'a>(pub &'a str);

impl std::fmt::Debug for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&quote(self.0))
    }
}

/// `strconv.IsPrint`, near enough: letters, marks, numbers, punctuation, symbols and the
/// ASCII space; no other space, no format character, nothing private.
fn is_print(c: char) -> bool {
    !(c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}'))
}

/// Compact JSON as `json.Marshal` writes it: keys in their order (sorted before), `<`,
/// `>` and `&` and the two Unicode line separators escaped.
#[must_use]
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

/// As [`json`], behind what `out` holds.
pub fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(&number(n)),
        Value::String(s) => json_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                json_string(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

/// Which bytes stand as they are in a string of Go's JSON.
const PLAIN_IN_JSON: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
        byte += 1;
    }
    plain
};

/// A string as `json.Marshal` writes it, put behind `out`.
pub fn json_string(s: &str, out: &mut String) {
    out.push('"');
    if s.bytes().all(|b| PLAIN_IN_JSON[usize::from(b)]) {
        out.push_str(s);
        out.push('"');
        return;
    }
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// `base64.StdEncoding`'s check: the offset of the first byte that is wrong.
pub(super) fn check_base64(text: &str) -> Result<(), usize> {
    let bytes: Vec<(usize, u8)> =
        text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\n' | b'\r')).collect();
    let pad = bytes.iter().position(|(_, b)| *b == b'=').unwrap_or(bytes.len());
    for (at, b) in &bytes[..pad] {
        if !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')) {
            return Err(*at);
        }
    }
    let n_pad = bytes.len() - pad;
    match (pad % 4, n_pad) {
        (0, 0) | (2, 2) | (3, 1) => Ok(()),
        // Cut short: Go points at the start of what would have been the last group.
        (_, 0) => Err(bytes.get(pad - pad % 4).map_or(text.len(), |(at, _)| *at)),
        (0 | 1, _) => Err(bytes[pad].0),
        (2, 1) => Err(text.len()),
        (2, _) if bytes[pad + 1].1 != b'=' => Err(bytes[pad + 1].0),
        (2, _) => Err(bytes[pad + 2].0),
        _ => Err(bytes[pad + 1].0),
    }
}

/// `base64.StdEncoding.DecodeString`: the bytes, or the offset of what is wrong.
pub fn base64_bytes(text: &str) -> Result<Vec<u8>, usize> {
    check_base64(text)?;
    super::resolve::base64(text).ok_or(text.len())
}

/// `base64.StdEncoding.EncodeToString`.
#[must_use]
pub fn base64_text(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_encoding_json_does() {
        let said: Vec<String> =
            [80.5, 1e21, 1e20, 1.5e-7, 0.000_001, 18_446_744_073_709_551_615.0, -0.0, 123.456]
                .iter()
                .map(|f| float(*f))
                .collect();
        assert_eq!(
            said,
            [
                "80.5",
                "1e+21",
                "100000000000000000000",
                "1.5e-7",
                "0.000001",
                "18446744073709552000",
                "-0",
                "123.456"
            ]
        );
    }

    #[test]
    fn strings_are_quoted_as_go_does() {
        assert_eq!(quote("a\"b\\\n\u{1}\u{a0}é\u{1f600}"), r#""a\"b\\\n\x01\u00a0é😀""#);
        assert_eq!(json(&Value::from("a<b>&\u{2028}")), "\"a\\u003cb\\u003e\\u0026\\u2028\"");
    }
}

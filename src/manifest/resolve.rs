//! What a scalar means: goyaml v2's reading of YAML 1.1 (`resolve.go`, go.yaml.in/yaml/v2
//! 2.4.2, which sigs.k8s.io/yaml and so kubectl use).

use serde_json::Value;
use std::borrow::Cow;

/// A scalar as goyaml resolves it into an `interface{}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Only above `i64::MAX`: goyaml gives the smaller type where it can.
    Uint(u64),
    Float(f64),
    Str(String),
}

impl Scalar {
    /// As it comes out of kubectl's round through JSON: a float without a fraction is
    /// printed without one and read back as an integer; above `i64::MAX` all is float.
    /// `Err` holds Go's name of the value that JSON cannot say.
    pub(super) fn into_json(self) -> Result<Value, &'static str> {
        Ok(match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Int(i) => Value::from(i),
            // Go does the same.
            Scalar::Uint(u) => Value::from(u as f64),
            Scalar::Float(f) => return float_to_json(f),
            Scalar::Str(s) => Value::String(s),
        })
    }
}

fn float_to_json(f: f64) -> Result<Value, &'static str> {
    if f.is_nan() {
        return Err("NaN");
    }
    if f.is_infinite() {
        return Err(if f > 0.0 { "+Inf" } else { "-Inf" });
    }
    // 2^63: the first float that is no i64.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if f.fract() == 0.0 && (-LIMIT..LIMIT).contains(&f) {
        // Whole and within range.
        return Ok(Value::from(f as i64));
    }
    Ok(Value::from(f))
}

const PREFIX: &str = "tag:yaml.org,2002:";

fn short_tag(tag: &str) -> Cow<'_, str> {
    match tag.strip_prefix(PREFIX) {
        Some(rest) => Cow::Owned(format!("!!{rest}")),
        None => Cow::Borrowed(tag),
    }
}

/// Resolves the scalar `text`. `tag` is its explicit tag in long form; `implicit` is true
/// for a plain scalar without a tag. The error is goyaml's text, without `yaml: `.
pub(super) fn resolve(tag: Option<&str>, implicit: bool, text: &str) -> Result<Scalar, String> {
    let wanted = match tag {
        None if implicit => return Ok(plain(text)),
        None => return Ok(Scalar::Str(text.to_owned())),
        Some(tag) => tag,
    };
    let kind = match wanted.strip_prefix(PREFIX) {
        Some("binary") => return binary(text),
        Some(kind @ ("str" | "bool" | "int" | "float" | "null" | "timestamp")) => kind,
        // Any other tag says nothing to goyaml: the text stays as it is.
        _ => return Ok(Scalar::Str(text.to_owned())),
    };
    if kind == "str" || (kind == "timestamp" && is_timestamp(text)) {
        return Ok(Scalar::Str(text.to_owned()));
    }
    let found = plain(text);
    match (kind, &found) {
        ("bool", Scalar::Bool(_))
        | ("int", Scalar::Int(_) | Scalar::Uint(_))
        | ("float", Scalar::Float(_))
        | ("null", Scalar::Null) => Ok(found),
        // Go does the same.
        ("float", Scalar::Int(i)) => Ok(Scalar::Float(*i as f64)),
        _ => {
            let is = match found {
                Scalar::Null => "!!null",
                Scalar::Bool(_) => "!!bool",
                Scalar::Int(_) | Scalar::Uint(_) => "!!int",
                Scalar::Float(_) => "!!float",
                // `<<` is the one plain string with a tag of its own.
                Scalar::Str(_) if text == "<<" => "!!merge",
                Scalar::Str(_) => "!!str",
            };
            Err(format!("cannot decode {is} `{text}` as a {}", short_tag(wanted)))
        }
    }
}

/// True where a plain scalar of this text is a string, and so needs no quotes when written
/// (`stringv`, encode.go: what resolves to another type is quoted, base 60 numbers too).
#[must_use]
pub fn is_plain_string(text: &str) -> bool {
    match text.bytes().next() {
        None => false,
        // Most of them: addresses and times.
        Some(b'0'..=b'9') if is_address(text) => true,
        Some(first @ (b'.' | b'+' | b'-' | b'0'..=b'9')) => {
            if text.as_bytes().get(4) == Some(&b'-') && is_timestamp(text) {
                return false;
            }
            let is_number = match first {
                b'.' => go_float(text).is_some(),
                _ => number(text).is_some(),
            };
            !is_number && word(text).is_none() && !is_timestamp(text) && !is_base_60(text)
        }
        // Most texts begin with a letter: only words may be something else.
        Some(_) => word(text).is_none(),
    }
}

/// Digits with three dots among them are no number, and nothing else.
fn is_address(text: &str) -> bool {
    let mut n_dots = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {}
            b'.' => n_dots += 1,
            _ => return false,
        }
    }
    n_dots == 3
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_loose = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let mut n_parts = 0;
    let all = parts.all(|part| {
        n_parts += 1;
        match part.as_bytes() {
            [b] => b.is_ascii_digit(),
            [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
            _ => false,
        }
    });
    all && n_parts > 0
        && first.starts_with(|c: char| c.is_ascii_digit())
        && is_loose(first)
        && is_loose(fraction)
}

fn plain(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            word(text).unwrap_or_else(|| Scalar::Str(text.to_owned()))
        }
        b'.' => word(text)
            .or_else(|| go_float(text).map(Scalar::Float))
            .unwrap_or_else(|| Scalar::Str(text.to_owned())),
        b'+' | b'-' | b'0'..=b'9' => {
            word(text).or_else(|| number(text)).unwrap_or_else(|| Scalar::Str(text.to_owned()))
        }
        _ => Scalar::Str(text.to_owned()),
    }
}

fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Scalar> {
    let digits: Cow<'_, str> =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    let (negative, magnitude) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => (false, &digits[..]),
    };
    match go_uint(magnitude) {
        Some(u) if negative => {
            if let Some(i) = 0_i64.checked_sub_unsigned(u) {
                return Some(Scalar::Int(i));
            }
        }
        Some(u) => match i64::try_from(u) {
            Ok(i) => return Some(Scalar::Int(i)),
            // strconv.ParseUint takes no sign.
            Err(_) if !digits.starts_with('+') => return Some(Scalar::Uint(u)),
            Err(_) => {}
        },
        None => {}
    }
    go_float(&digits).map(Scalar::Float)
}

/// `strconv.ParseUint(s, 0, 64)` for text without underscores.
fn go_uint(s: &str) -> Option<u64> {
    if s.is_empty() {
        return None;
    }
    let b = s.as_bytes();
    let (radix, rest) = match b {
        [b'0', b'b' | b'B', _, ..] => (2, &s[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &s[2..]),
        [b'0', b'x' | b'X', _, ..] => (16, &s[2..]),
        [b'0'] => return Some(0),
        [b'0', ..] => (8, &s[1..]),
        _ => (10, s),
    };
    // from_str_radix takes a sign, Go does not.
    if !rest.bytes().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(rest, radix).ok()
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, then `strconv.ParseFloat`,
/// which refuses what is too large for a float64.
fn go_float(s: &str) -> Option<f64> {
    let unsigned = s.strip_prefix(['-', '+']).unwrap_or(s);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |s: &str| s.bytes().all(|c| c.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && all_digits(e)
    });
    if !(mantissa_ok && exponent_ok) {
        return None;
    }
    s.parse::<f64>().ok().filter(|f| f.is_finite())
}

/// True for what one of goyaml's four timestamp layouts reads (`parseTimestamp`).
fn is_timestamp(s: &str) -> bool {
    fn digits(s: &mut &str, min: usize, max: usize) -> Option<u32> {
        let n = s.bytes().take(max).take_while(u8::is_ascii_digit).count();
        if n < min {
            return None;
        }
        let (head, tail) = s.split_at(n);
        *s = tail;
        head.parse().ok()
    }
    fn byte(s: &mut &str, wanted: &[u8]) -> Option<u8> {
        let b = *s.as_bytes().first().filter(|b| wanted.contains(b))?;
        *s = &s[1..];
        Some(b)
    }
    fn read(mut s: &str) -> Option<bool> {
        let s = &mut s;
        let year = digits(s, 4, 4)?;
        byte(s, b"-")?;
        let month = digits(s, 1, 2)?;
        byte(s, b"-")?;
        let day = digits(s, 1, 2)?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let n_days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(leap),
            _ => return None,
        };
        if day == 0 || day > n_days {
            return None;
        }
        if s.is_empty() {
            return Some(true);
        }
        let zoned = byte(s, b"Tt ")? != b' ';
        let hour = digits(s, 1, 2)?;
        byte(s, b":")?;
        let minute = digits(s, 1, 2)?;
        byte(s, b":")?;
        let second = digits(s, 1, 2)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        if byte(s, b".").is_some() {
            digits(s, 1, usize::MAX)?;
        }
        if zoned && byte(s, b"Z").is_none() {
            byte(s, b"+-")?;
            digits(s, 2, 2)?;
            byte(s, b":")?;
            digits(s, 2, 2)?;
        }
        Some(s.is_empty())
    }
    read(s).unwrap_or(false)
}

fn binary(text: &str) -> Result<Scalar, String> {
    let bytes =
        base64(text).ok_or_else(|| "!!binary value contains invalid base64 data".to_owned())?;
    // Go's JSON writes one U+FFFD for each byte that is no UTF-8.
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Ok(Scalar::Str(out))
}

/// Padded standard base64, line breaks ignored: Go's `base64.StdEncoding`.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut n_chars, mut n_pad) = (0_u32, 0_usize, 0_usize);
    for b in text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')) {
        let six = match b {
            b'=' => {
                n_pad += 1;
                n_chars += 1;
                continue;
            }
            _ if n_pad > 0 => return None,
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(six);
        n_chars += 1;
        if n_chars.is_multiple_of(4) {
            out.extend_from_slice(&buffer.to_be_bytes()[1..]);
            buffer = 0;
        }
    }
    match (n_chars % 4, n_pad) {
        (0, 0) => {}
        (0, 1) => out.extend_from_slice(&(buffer >> 2).to_be_bytes()[2..]),
        (0, 2) => out.push((buffer >> 4) as u8),
        _ => return None,
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        match resolve(None, true, text).unwrap().into_json() {
            Ok(v) => v.to_string(),
            Err(name) => name.to_owned(),
        }
    }

    #[test]
    fn plain_scalars_mean_what_yaml_1_1_says() {
        let said: Vec<String> = [
            "",
            "~",
            "yes",
            "off",
            "y",
            "TRUE",
            "tRUE",
            "80",
            "0120",
            "0o17",
            "08",
            "0x1F",
            "0b101",
            "-0b11",
            "1_000",
            "+5",
            "8e1",
            "80.0",
            "1.5",
            ".5",
            "5.",
            ".inf",
            "-0",
            "18446744073709551615",
            "99999999999999999999",
            "1e400",
            "190:20:30",
            "2001-01-01",
            "<<",
            "0x",
            "-",
            ".",
            "1__",
            "+18446744073709551615",
        ]
        .iter()
        .map(|text| format!("{text} → {}", json(text)))
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn tags_force_a_reading_or_fail_in_goyaml_words() {
        let r = |tag: &str, text: &str| resolve(Some(&format!("{PREFIX}{tag}")), false, text);
        assert_eq!(r("str", "123"), Ok(Scalar::Str("123".into())));
        assert_eq!(r("int", "80"), Ok(Scalar::Int(80)));
        assert_eq!(r("float", "80"), Ok(Scalar::Float(80.0)));
        assert_eq!(r("int", "abc"), Err("cannot decode !!str `abc` as a !!int".into()));
        assert_eq!(
            r("timestamp", "2001-02-29"),
            Err("cannot decode !!str `2001-02-29` as a !!timestamp".into())
        );
        assert_eq!(
            r("timestamp", "2000-2-29T1:2:3.4Z"),
            Ok(Scalar::Str("2000-2-29T1:2:3.4Z".into()))
        );
        assert_eq!(r("binary", "aGVs\nbG8="), Ok(Scalar::Str("hello".into())));
        assert_eq!(
            r("binary", "aGVsbG8"),
            Err("!!binary value contains invalid base64 data".into())
        );
        assert_eq!(resolve(Some("!foo"), false, "80"), Ok(Scalar::Str("80".into())));
    }
}

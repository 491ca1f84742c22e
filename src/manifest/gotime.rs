//! Go's `time.Parse` for the two layouts of Kubernetes' times: whether it fails, and its
//! words for that (`time/format.go`, Go 1.25).

/// `metav1.Time`'s layout.
pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
/// `metav1.MicroTime`'s layout.
pub(super) const RFC3339_MICRO: &str = "2006-01-02T15:04:05.000000Z07:00";

/// Why a step failed.
enum Fault {
    /// It does not look like the layout's element.
    Bad,
    /// It does, but there is no such month, day, hour …
    Range(&'static str),
}

/// Checks `value` against `layout`, one of the two above. The error is Go's text.
pub(super) fn check(value: &str, layout: &str) -> Result<(), String> {
    let mut rest = value;
    let mut date = [0_u32; 2];
    let mut day = 0;
    let bad = |element: &str, at: &str| {
        format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quote(value),
            quote(layout),
            quote(at),
            quote(element)
        )
    };
    let range = |what: &str| format!("parsing time {}: {what} out of range", quote(value));
    let elements = ["2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"];
    for element in elements {
        let at = rest;
        let step = match element {
            "-" | "T" | ":" => match rest.strip_prefix(element) {
                Some(after) => {
                    rest = after;
                    Ok(())
                }
                None => Err(Fault::Bad),
            },
            "2006" => number(&mut rest, 4).map(|y| date[0] = y),
            "01" => number(&mut rest, 2).and_then(|m| {
                date[1] = m;
                if (1..=12).contains(&m) { Ok(()) } else { Err(Fault::Range("month")) }
            }),
            "02" => number(&mut rest, 2).map(|d| day = d),
            "15" => within(&mut rest, 24, "hour"),
            "04" => within(&mut rest, 60, "minute"),
            _ => within(&mut rest, 60, "second"),
        };
        match step {
            Ok(()) => {}
            Err(Fault::Bad) => return Err(bad(element, at)),
            Err(Fault::Range(what)) => return Err(range(what)),
        }
    }
    let fraction = rest
        .strip_prefix(['.', ','])
        .map_or(0, |f| f.bytes().take_while(u8::is_ascii_digit).count());
    if layout == RFC3339_MICRO {
        // `.000000` wants six digits or, standing behind the seconds, takes what is there.
        if fraction == 0 {
            return Err(bad(".000000", rest));
        }
    }
    if fraction > 0 {
        rest = &rest[fraction + 1..];
    }
    zone(&mut rest).map_err(|fault| match fault {
        Fault::Bad => bad("Z07:00", rest),
        Fault::Range(what) => range(what),
    })?;
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(value), quote(rest)));
    }
    let leap =
        date[0].is_multiple_of(4) && (!date[0].is_multiple_of(100) || date[0].is_multiple_of(400));
    let n_days = match date[1] {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 31,
    };
    if day < 1 || day > n_days {
        return Err(range("day"));
    }
    Ok(())
}

fn number(rest: &mut &str, n_digits: usize) -> Result<u32, Fault> {
    let head = rest.get(..n_digits).filter(|h| h.bytes().all(|b| b.is_ascii_digit()));
    let head = head.ok_or(Fault::Bad)?;
    *rest = &rest[n_digits..];
    head.parse().map_err(|_| Fault::Bad)
}

fn within(rest: &mut &str, limit: u32, what: &'static str) -> Result<(), Fault> {
    if number(rest, 2)? < limit { Ok(()) } else { Err(Fault::Range(what)) }
}

fn zone(rest: &mut &str) -> Result<(), Fault> {
    if let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Ok(());
    }
    let whole = *rest;
    let mut inner = whole.strip_prefix(['+', '-']).ok_or(Fault::Bad)?;
    let hours = number(&mut inner, 2)?;
    inner = inner.strip_prefix(':').ok_or(Fault::Bad)?;
    let minutes = number(&mut inner, 2)?;
    if hours > 24 {
        return Err(Fault::Range("time zone offset hour"));
    }
    if minutes > 60 {
        return Err(Fault::Range("time zone offset minute"));
    }
    *rest = inner;
    Ok(())
}

/// `time.quote`: bytes that are no printable ASCII become `\xNN`.
fn quote(s: &str) -> String {
    let mut out = String::from("\"");
    for b in s.bytes() {
        match b {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(b));
            }
            b' '..=b'~' => out.push(char::from(b)),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fail_in_gos_words() {
        let said: Vec<String> = [
            "2026-11-20T00:00:00Z",
            "2026-11-20T00:00:00.123+01:00",
            "yesterday",
            "2026-11-20",
            "2026-13-20T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-20T25:00:00Z",
            "2026-11-20 00:00:00Z",
            "2026-11-20T00:00:00",
            "2026-11-20T00:00:00Zx",
            "",
        ]
        .iter()
        .map(|t| check(t, RFC3339).err().unwrap_or_else(|| "ok".into()))
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}

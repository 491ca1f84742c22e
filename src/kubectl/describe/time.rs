//! Times as kubectl shows them.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::Value;

fn read(time: &Value) -> Option<Timestamp> {
    time.as_str()?.parse().ok()
}

/// `Fri, 20 Nov 2026 21:18:58 +0000`; the year 1 where there is none (`time.RFC1123Z`).
pub(super) fn date(time: &Value) -> String {
    match read(time) {
        Some(time) => {
            let at = Offset::UTC.to_datetime(time);
            let (day, month) = (at.weekday().to_monday_zero_offset(), at.month() - 1);
            let name = |names: &'static str, nth: i8| {
                let start = 3 * usize::try_from(nth).unwrap_or_default();
                names.get(start..start + 3).unwrap_or_default()
            };
            format!(
                "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                name("MonTueWedThuFriSatSun", day),
                at.day(),
                name("JanFebMarAprMayJunJulAugSepOctNovDec", month),
                at.year(),
                at.hour(),
                at.minute(),
                at.second()
            )
        }
        None => "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(),
    }
}

/// `2026-11-20 21:18:58 +0000 UTC`, as Go prints a time by itself.
pub(super) fn stamp(time: &Value) -> String {
    match read(time) {
        Some(time) => {
            let at = Offset::UTC.to_datetime(time);
            let (date, clock) = (at.date(), at.time());
            format!(
                "{date} {:02}:{:02}:{:02} +0000 UTC",
                clock.hour(),
                clock.minute(),
                clock.second()
            )
        }
        None => "0001-01-01 00:00:00 +0000 UTC".to_owned(),
    }
}

/// Seconds between two times; none where either is missing.
pub(super) fn seconds(from: &Value, to: &Value) -> Option<i64> {
    Some(read(to)?.as_second() - read(from)?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_gos() {
        let time = json!("2026-11-20T21:18:58Z");
        assert_eq!(date(&time), "Fri, 20 Nov 2026 21:18:58 +0000");
        assert_eq!(date(&json!("0999-01-04T01:02:03Z")), "Fri, 04 Jan 0999 01:02:03 +0000");
        assert_eq!(stamp(&time), "2026-11-20 21:18:58 +0000 UTC");
        assert_eq!(date(&Value::Null), "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}

//! Times as people read them (`HumanDuration`, k8s.io/apimachinery/pkg/util/duration, v1.36).

use serde_json::Value;

/// Seconds since 1970 of a time as the API writes it, with or without fractions.
pub(in crate::kubectl) fn seconds(text: &str) -> Option<i64> {
    usual(text).or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.as_second()))
}

/// The same of `2026-11-20T21:18:58Z`, which is how nearly all times are written; none of the
/// last days of months, which not every month has.
fn usual(text: &str) -> Option<i64> {
    let text: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let mut parts = [0_i64; 6];
    let mut part = 0;
    for (at, byte) in text.iter().enumerate() {
        match (at, byte) {
            (4 | 7, b'-') | (10, b'T') | (13 | 16, b':') | (19, b'Z') => part += 1,
            (4 | 7 | 10 | 13 | 16 | 19, _) => return None,
            (_, b'0'..=b'9') => parts[part] = parts[part] * 10 + i64::from(byte - b'0'),
            _ => return None,
        }
    }
    let [year, month, day, hour, minute, second] = parts;
    let is_sure = matches!(month, 1..=12) && matches!(day, 1..=28) && hour < 24;
    if !is_sure || minute > 59 || second > 59 {
        return None;
    }
    // Years begin with March here, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leap_days + (153 * month + 2) / 5 + day - 719_469;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// The time so many seconds after 1970 as the API writes it.
pub(in crate::kubectl) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// A duration in seconds, with two or three significant digits: `5m30s`, `3d4h`.
#[must_use]
pub(in crate::kubectl) fn human(seconds: i64) -> String {
    let two = |big: i64, unit: char, small: i64, small_unit: char| match small {
        0 => format!("{big}{unit}"),
        small => format!("{big}{unit}{small}{small_unit}"),
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if hours < 24 * 8 => two(days, 'd', hours % 24, 'h'),
        _ if hours < 24 * 365 * 2 => format!("{days}d"),
        _ if hours < 24 * 365 * 8 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// How long ago a time of the API was (`translateTimestampSince`).
pub(in crate::kubectl) fn since(time: &Value, now: i64) -> String {
    match time.as_str().and_then(seconds) {
        Some(then) => human(now - then),
        None => "<unknown>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_or_three_digits_that_matter() {
        const DAY: i64 = 86_400;
        for (seconds, text) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (150, "2m30s"),
            (599, "9m59s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (11_100, "3h5m"),
            (28_800, "8h"),
            (2 * DAY - 1, "47h"),
            (2 * DAY, "2d"),
            (3 * DAY + 4 * 3_600, "3d4h"),
            (8 * DAY, "8d"),
            (729 * DAY, "729d"),
            (730 * DAY, "2y"),
            (800 * DAY, "2y70d"),
            (8 * 365 * DAY, "8y"),
        ] {
            assert_eq!(human(seconds), text, "{seconds}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_usual_time_is_read_as_any_other(
            year in 0..10_000, (month, day) in (0..14, 0..33), (hour, minute, second) in (0..26, 0..62, 0..62),
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            if let Some(seconds) = usual(&text) {
                let time: jiff::Timestamp = text.parse().unwrap();
                proptest::prop_assert_eq!(seconds, time.as_second(), "{}", text);
            }
        }
    }

    #[test]
    fn a_time_counts_from_the_worlds_clock() {
        let now = usual("2026-11-20T00:01:00Z").unwrap();
        assert_eq!(since(&Value::from("2026-11-20T00:00:00Z"), now), "60s");
        assert_eq!(since(&Value::from("2026-11-20T00:00:59.900000Z"), now), "1s");
        assert_eq!(since(&Value::Null, now), "<unknown>");
    }
}

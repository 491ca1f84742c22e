//! Times as kubectl shows them.

use jiff::Timestamp;
use serde_json::Value;

fn read(time: &Value) -> Option<Timestamp> {
    time.as_str()?.parse().ok()
}

/// `Fri, 20 Nov 2026 21:18:58 +0000`; the year 1 where there is none (`time.RFC1123Z`).
pub(super) fn date(time: &Value) -> String {
    match read(time) {
        Some(time) => time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        None => "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(),
    }
}

/// `2026-11-20 21:18:58 +0000 UTC`, as Go prints a time by itself.
pub(super) fn stamp(time: &Value) -> String {
    match read(time) {
        Some(time) => time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC").to_string(),
        None => "0001-01-01 00:00:00 +0000 UTC".to_owned(),
    }
}

/// Seconds between two times; none where either is missing.
pub(super) fn seconds(from: &Value, to: &Value) -> Option<i64> {
    Some(read(to)?.as_second() - read(from)?.as_second())
}

/// How long ago, roughly: `3m20s`; `<unknown>` where there is no time
/// (`translateTimestampSince`).
pub(super) fn since(time: &Value, now: &str) -> String {
    let (Some(time), Ok(now)) = (read(time), now.parse::<Timestamp>()) else {
        return "<unknown>".to_owned();
    };
    roughly(now.as_second() - time.as_second())
}

/// A span of time in the one or two units that count (`HumanDuration`,
/// k8s.io/apimachinery/pkg/util/duration).
pub(super) fn roughly(seconds: i64) -> String {
    let two = |big: i64, unit: char, rest: i64, small: char| {
        if rest == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{rest}{small}") }
    };
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match seconds {
        i64::MIN..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spans_are_said_in_the_units_that_count() {
        for (seconds, says) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_860, "3h1m"),
            (28_800, "8h"),
            (172_800, "2d"),
            (176_400, "2d1h"),
            (691_200, "8d"),
            (63_072_000, "2y"),
            (252_288_000, "8y"),
        ] {
            assert_eq!(roughly(seconds), says);
        }
    }

    #[test]
    fn times_are_gos() {
        let time = json!("2026-11-20T21:18:58Z");
        assert_eq!(date(&time), "Fri, 20 Nov 2026 21:18:58 +0000");
        assert_eq!(stamp(&time), "2026-11-20 21:18:58 +0000 UTC");
        assert_eq!(date(&Value::Null), "Mon, 01 Jan 0001 00:00:00 +0000");
        assert_eq!(since(&time, "2026-11-20T21:19:13Z"), "15s");
        assert_eq!(since(&Value::Null, "2026-11-20T21:19:13Z"), "<unknown>");
    }
}

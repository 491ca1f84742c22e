//! Times as people read them (`HumanDuration`, k8s.io/apimachinery/pkg/util/duration, v1.36).

use serde_json::Value;

/// Seconds since 1970 of a time as the API writes it, with or without fractions.
pub(in crate::kubectl) fn seconds(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
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

    #[test]
    fn a_time_counts_from_the_worlds_clock() {
        let now = seconds("2026-11-20T00:01:00Z").unwrap();
        assert_eq!(since(&Value::from("2026-11-20T00:00:00Z"), now), "60s");
        assert_eq!(since(&Value::from("2026-11-20T00:00:59.900000Z"), now), "1s");
        assert_eq!(since(&Value::Null, now), "<unknown>");
    }
}

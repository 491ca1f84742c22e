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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_gos() {
        let time = json!("2026-11-20T21:18:58Z");
        assert_eq!(date(&time), "Fri, 20 Nov 2026 21:18:58 +0000");
        assert_eq!(stamp(&time), "2026-11-20 21:18:58 +0000 UTC");
        assert_eq!(date(&Value::Null), "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}

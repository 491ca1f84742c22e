//! When a CronJob is due: schedules in cron's form (`cron.ParseStandard` and `SpecSchedule.Next`,
//! github.com/robfig/cron v3, as the CronJob controller of v1.36 uses them). Times are UTC.

use crate::manifest::go;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// No day is looked for beyond five years (`SpecSchedule.Next`).
const MOST_DAYS: i64 = 5 * 366;

/// A schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schedule {
    /// At these minutes, hours, days of the month, months and days of the week.
    At([Field; 5]),
    /// Again after so many seconds: `@every 90s`.
    Every(i64),
}

/// The numbers that a field takes, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Field {
    bits: u64,
    /// It says nothing: `*` or `?`.
    is_any: bool,
}

impl Field {
    fn has(self, number: i64) -> bool {
        u32::try_from(number).is_ok_and(|n| self.bits.checked_shr(n).is_some_and(|b| b & 1 == 1))
    }
}

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// The server's words for why it is none.
    pub(super) fn read(schedule: &str) -> Result<Self, String> {
        let has_zone = schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=");
        let schedule = match schedule.split_once(' ') {
            Some((_, rest)) if has_zone => rest.trim(),
            _ => schedule,
        };
        let schedule = match schedule.strip_prefix('@') {
            Some("yearly" | "annually") => "0 0 1 1 *",
            Some("monthly") => "0 0 1 * *",
            Some("weekly") => "0 0 * * 0",
            Some("daily" | "midnight") => "0 0 * * *",
            Some("hourly") => "0 * * * *",
            Some(name) => {
                let Some(text) = name.strip_prefix("every ") else {
                    return Err(format!("unrecognized descriptor: {schedule}"));
                };
                return Ok(Self::Every(every(text)));
            }
            None => schedule,
        };
        let texts: Vec<&str> = schedule.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = texts.as_slice() else {
            let (n, shown) = (texts.len(), texts.join(" "));
            return Err(format!("expected exactly 5 fields, found {n}: [{shown}]"));
        };
        Ok(Self::At([
            field(minute, 0, 59, &[])?,
            field(hour, 0, 23, &[])?,
            field(day, 1, 31, &[])?,
            field(month, 1, 12, &MONTHS)?,
            field(weekday, 0, 6, &DAYS)?,
        ]))
    }

    /// The first time after `after`, in seconds since 1970; none where there never is one.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        let [minutes, hours, ..] = match self {
            Self::Every(seconds) => return Some(after + seconds),
            Self::At(fields) => fields,
        };
        let first = (after.div_euclid(MINUTE) + 1) * MINUTE;
        for n in 0..MOST_DAYS {
            let day = first.div_euclid(DAY) + n;
            if !self.has_day(day) {
                continue;
            }
            let begins = (day * DAY).max(first);
            let times = (begins..(day + 1) * DAY).step_by(60);
            let is_due = |at: &i64| {
                let of_day = at.rem_euclid(DAY) / MINUTE;
                hours.has(of_day / 60) && minutes.has(of_day % 60)
            };
            if let Some(at) = times.into_iter().find(is_due) {
                return Some(at);
            }
        }
        None
    }

    /// Whether it takes a day, by its number since 1970 (`dayMatches`).
    fn has_day(&self, day: i64) -> bool {
        let Self::At([_, _, days, months, weekdays]) = self else { return true };
        let Ok(time) = jiff::Timestamp::from_second(day * DAY) else { return false };
        let date = time.to_zoned(jiff::tz::TimeZone::UTC);
        // 1970 began on a Thursday.
        let on_day = days.has(date.day().into());
        let on_weekday = weekdays.has((day + 4).rem_euclid(7));
        let fits = if days.is_any || weekdays.is_any {
            on_day && on_weekday
        } else {
            on_day || on_weekday
        };
        fits && months.has(date.month().into())
    }
}

/// `@every`'s duration in whole seconds, one at least (`Every`); of what can't be read, one.
fn every(text: &str) -> i64 {
    let mut seconds = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        let size = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            _ => 0.0,
        };
        seconds += number.parse::<f64>().unwrap_or(0.0) * size;
        rest = next;
    }
    (seconds as i64).max(1)
}

fn field(text: &str, least: u32, most: u32, names: &[&str]) -> Result<Field, String> {
    let mut field = Field::default();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (bits, is_any) = range(part, least, most, names)?;
        field.bits |= bits;
        field.is_any |= is_any;
    }
    Ok(field)
}

/// `getRange`: `*`, `?`, `N`, `N-M`, each with `/STEP`; and whether it says nothing.
fn range(part: &str, least: u32, most: u32, names: &[&str]) -> Result<(u64, bool), String> {
    let mut steps = part.split('/');
    let range = steps.next().unwrap_or("");
    let mut ends = range.split('-');
    let (low, high) = (ends.next().unwrap_or(""), ends.next());
    let is_single = high.is_none();
    let (start, mut end);
    let mut is_any = false;
    if low == "*" || low == "?" {
        (start, end) = (least, most);
        is_any = true;
    } else {
        start = number_or_name(low, least, names)?;
        end = match high {
            None => start,
            Some(high) if ends.next().is_none() => number_or_name(high, least, names)?,
            Some(_) => return Err(format!("too many hyphens: {part}")),
        };
    }
    let mut step = 1;
    match (steps.next(), steps.next()) {
        (None, _) => {}
        (Some(text), None) => {
            step = number(text)?;
            if is_single {
                end = most;
            }
            is_any &= step <= 1;
        }
        _ => return Err(format!("too many slashes: {part}")),
    }
    if start < least {
        return Err(format!("beginning of range ({start}) below minimum ({least}): {part}"));
    }
    if end > most {
        return Err(format!("end of range ({end}) above maximum ({most}): {part}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {part}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {part}"));
    }
    let bits = (start..=end).step_by(step as usize).fold(0, |bits, n| bits | 1_u64 << n);
    Ok((bits, is_any))
}

/// `parseIntOrName`.
fn number_or_name(text: &str, least: u32, names: &[&str]) -> Result<u32, String> {
    let lower = text.to_ascii_lowercase();
    match names.iter().position(|name| *name == lower) {
        Some(at) => Ok(u32::try_from(at).unwrap_or(0) + least),
        None => number(text),
    }
}

/// `mustParseInt`.
fn number(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let quoted = go::quote(text);
        return Err(format!(
            "failed to parse int from {text}: strconv.Atoi: parsing {quoted}: invalid syntax"
        ));
    }
    let number: i64 = text.parse().unwrap_or(i64::MAX);
    u32::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}"))
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    /// The three times that follow 2026-11-20T00:07:30Z, a Friday.
    fn times(schedule: &str) -> String {
        let schedule = Schedule::read(schedule).unwrap();
        let mut at = "2026-11-20T00:07:30Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let mut times = Vec::new();
        for _ in 0..3 {
            let Some(next) = schedule.next(at) else { break };
            at = next;
            let text = jiff::Timestamp::from_second(at).unwrap().to_string();
            times.push(text.replace(":00Z", "").replace("2026-", ""));
        }
        times.join(" ")
    }

    #[test]
    fn a_schedule_says_when_it_is_due() {
        for (schedule, due) in [
            ("* * * * *", "11-20T00:08 11-20T00:09 11-20T00:10"),
            ("*/5 * * * *", "11-20T00:10 11-20T00:15 11-20T00:20"),
            ("0/20 1 * * *", "11-20T01:00 11-20T01:20 11-20T01:40"),
            ("7 0 * * *", "11-21T00:07 11-22T00:07 11-23T00:07"),
            ("30 9-10 * * mon-Tue", "11-23T09:30 11-23T10:30 11-24T09:30"),
            ("0 0 1,22 * sun", "11-22T00:00 11-29T00:00 12-01T00:00"),
            ("@hourly", "11-20T01:00 11-20T02:00 11-20T03:00"),
            ("@monthly", "12-01T00:00 2027-01-01T00:00 2027-02-01T00:00"),
            ("@every 1m30s", "11-20T00:09 11-20T00:10:30Z 11-20T00:12"),
            ("0 0 30 2 *", ""),
        ] {
            assert_eq!(times(schedule), due, "{schedule}");
        }
    }
}

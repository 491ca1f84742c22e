//! `date`, `sleep`: the world's clock.

use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};

/// `date [-u] [-d TIME] [+FORMAT]`
pub(super) fn date(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let now = console.cluster.settings().now.clone();
    let Ok(time) = now.parse::<jiff::Timestamp>() else {
        io.line(now);
        return Done::OK;
    };
    let mut time = time;
    let mut format = "%a %b %e %H:%M:%S UTC %Y".to_owned();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let given = match (arg.strip_prefix("--date="), arg.strip_prefix("-d")) {
            (Some(given), _) => Some(given.to_owned()),
            (_, Some("")) => args.next().cloned(),
            (_, Some(given)) => Some(given.to_owned()),
            _ => None,
        };
        if let Some(given) = given {
            let Some(found) = moment(&given, time) else {
                io.err(format_args!("date: invalid date '{given}'\n"));
                return Done::Exit(1);
            };
            time = found;
            continue;
        }
        match arg.strip_prefix('+') {
            Some(given) => format = given.to_owned(),
            None if matches!(&**arg, "-u" | "--utc" | "--universal") => {}
            None if arg == "-R" => format = "%a, %d %b %Y %H:%M:%S +0000".to_owned(),
            None if arg.starts_with("-I") || arg.starts_with("--iso") => {
                format = if arg.ends_with('s') { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%d" }
                    .to_owned();
            }
            None if arg.starts_with('-') => {
                let letter = arg.chars().nth(1).unwrap_or('-');
                io.err(format_args!(
                    "date: invalid option -- '{letter}'\nTry 'date --help' for more information.\n"
                ));
                return Done::Exit(1);
            }
            None => {
                io.err(format_args!("date: invalid date '{arg}'\n"));
                return Done::Exit(1);
            }
        }
    }
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    match jiff::fmt::strtime::format(&format, &time) {
        Ok(text) => io.line(text),
        Err(_) => io.line(format),
    }
    Done::OK
}

/// The time that `date -d` is given: `@SECONDS`, a date and time, and `2 days ago` or the like
/// behind it.
fn moment(given: &str, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
    let mut words = given.split_whitespace().peekable();
    let mut time = now;
    if let Some(seconds) = words.next_if(|word| word.starts_with('@')) {
        time = jiff::Timestamp::from_second(seconds.get(1..)?.parse().ok()?).ok()?;
    } else if let Some(day) =
        words.next_if(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('-'))
    {
        if let Ok(whole) = day.parse() {
            time = whole;
        } else {
            let clock = words.next_if(|word| word.contains(':')).unwrap_or("00:00:00");
            time = format!("{day}T{}Z", clock.trim_end_matches('Z')).parse().ok()?;
        }
    }
    let mut seconds = 0_i64;
    while let Some(word) = words.next() {
        let number = word.parse::<i64>().ok();
        let unit = match number {
            Some(_) => words.next()?,
            None => word,
        };
        let size = match unit.trim_end_matches('s') {
            "now" | "today" | "UTC" | "Z" => continue,
            "yesterday" => -86_400,
            "tomorrow" => 86_400,
            "sec" | "second" => 1,
            "min" | "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            "week" => 604_800,
            _ => return None,
        };
        let sign = if words.next_if_eq(&"ago").is_some() { -1 } else { 1 };
        seconds =
            seconds.checked_add(size * sign * number.unwrap_or(1).clamp(-1_000_000, 1_000_000))?;
    }
    time.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

/// So many seconds pass one by one; what is left of a longer sleep passes at once.
const MOST_SECONDS: u32 = 3_600;

/// `sleep 5`, `sleep 1m 30s`
pub(super) fn sleep(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.is_empty() {
        io.err("sleep: missing operand\nTry 'sleep --help' for more information.\n");
        return Done::Exit(1);
    }
    let mut seconds = 0.0;
    for arg in args {
        let (number, unit) = match arg.strip_suffix(['s', 'm', 'h', 'd']) {
            Some(number) => (number, arg.chars().last()),
            None => (arg.as_str(), None),
        };
        let size = match unit {
            Some('m') => 60.0,
            Some('h') => 3_600.0,
            Some('d') => 86_400.0,
            _ => 1.0,
        };
        match number.parse::<f64>() {
            Ok(n) if n >= 0.0 => seconds += n * size,
            _ => {
                io.err(format_args!(
                    "sleep: invalid time interval '{arg}'\nTry 'sleep --help' for more information.\n"
                ));
                return Done::Exit(1);
            }
        }
    }
    // A float becomes the nearest number there is.
    let seconds = seconds.ceil() as u32;
    if seconds == 0 {
        return Done::OK;
    }
    if console.shell.dreams() {
        console.cluster.advance(seconds);
        let now = console.now();
        console.shell.nap(io.n_said(), seconds, now);
        return Done::OK;
    }
    if io.timed || (console.shell.is_terminal && io.columns.is_some()) {
        return Done::Goes(Box::new(Sleep { left: seconds }));
    }
    for _ in 0..seconds.min(MOST_SECONDS) {
        console.second();
    }
    console.cluster.advance(seconds.saturating_sub(MOST_SECONDS));
    if seconds > MOST_SECONDS {
        console.settle();
    }
    Done::OK
}

#[derive(Debug, Clone)]
struct Sleep {
    left: u32,
}

impl Job for Sleep {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, _console: &mut Console, _io: &mut Io) -> Option<u8> {
        self.left = self.left.saturating_sub(1);
        (self.left == 0).then_some(0)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

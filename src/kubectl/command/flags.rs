//! Flags as kubectl's library reads them (github.com/spf13/pflag).

use crate::manifest::go::Quoted;
use std::collections::BTreeMap;

/// A flag of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kubectl) struct Flag {
    /// Its name after `--`.
    pub(in crate::kubectl) name: &'static str,
    /// Its letter after `-`.
    pub(in crate::kubectl) short: Option<char>,
    /// What it takes.
    pub(in crate::kubectl) takes: Takes,
    /// Its value where it is not given, as help shows it.
    pub(in crate::kubectl) default: &'static str,
    /// What it is for, in a line.
    pub(in crate::kubectl) about: &'static str,
    /// False where kubectl has it and Portolan's does not carry it out.
    pub(in crate::kubectl) has: bool,
    /// What is said of it wherever it is given; empty for most.
    pub(in crate::kubectl) deprecated: &'static str,
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kubectl) enum Takes {
    /// Nothing, or `=true`, `=false`.
    Bool,
    /// A text.
    Text,
    /// A text, or nothing at all: then it is this one (`NoOptDefVal`).
    Optional(&'static str),
    /// A whole number of 32 or 64 bits; pflag's name of the type decides which.
    Int,
    /// Texts separated by commas, also in several flags.
    List,
    /// Texts in several flags, each whole.
    Array,
    /// A time such as `30s`.
    Duration,
}

impl Flag {
    /// A flag that Portolan's kubectl carries out, without a letter.
    pub(in crate::kubectl) const fn new(
        name: &'static str,
        takes: Takes,
        default: &'static str,
        about: &'static str,
    ) -> Self {
        Self { name, short: None, takes, default, about, has: true, deprecated: "" }
    }

    /// The same, with a letter.
    pub(in crate::kubectl) const fn short(self, letter: char) -> Self {
        Self { short: Some(letter), ..self }
    }

    /// The same, which should not be used any more: `why` says what to do instead.
    pub(in crate::kubectl) const fn deprecated(self, why: &'static str) -> Self {
        Self { deprecated: why, ..self }
    }

    /// The same, which Portolan's kubectl does not carry out.
    pub(in crate::kubectl) const fn missing(self) -> Self {
        Self { has: false, ..self }
    }
}

/// The flags that a command was called with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kubectl) struct Flags {
    given: BTreeMap<&'static str, Vec<String>>,
    /// Each as it was given, in order.
    order: Vec<(&'static str, String)>,
}

impl Flags {
    /// Whether the flag was given.
    pub(in crate::kubectl) fn is_set(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// The flag's text, as it was given last.
    pub(in crate::kubectl) fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name)?.last().map(String::as_str)
    }

    /// Whether a flag that takes nothing was given and is not `=false`.
    pub(in crate::kubectl) fn bool(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A number. It was read already.
    pub(in crate::kubectl) fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// All texts of a flag that may be given several times.
    pub(in crate::kubectl) fn all(&self, name: &str) -> &[String] {
        self.given.get(name).map_or(&[], Vec::as_slice)
    }

    /// All flags with their values as they were given, in order: ` --record=true`.
    pub(in crate::kubectl) fn as_given(&self) -> String {
        self.order.iter().map(|(name, value)| format!(" --{name}={value}")).collect()
    }

    fn set(&mut self, flag: &Flag, value: &str, shown: &str) -> Result<(), String> {
        let invalid = |why: &str| {
            let value = Quoted(value);
            format!("invalid argument {value:?} for {:?} flag: {why}", Quoted(shown))
        };
        let values = match flag.takes {
            Takes::Bool => match value {
                "1" | "t" | "T" | "true" | "TRUE" | "True" => vec!["true".to_owned()],
                "0" | "f" | "F" | "false" | "FALSE" | "False" => vec!["false".to_owned()],
                _ => {
                    let value = Quoted(value);
                    return Err(invalid(&format!(
                        "strconv.ParseBool: parsing {value:?}: invalid syntax"
                    )));
                }
            },
            Takes::Text | Takes::Optional(_) | Takes::Array => vec![value.to_owned()],
            Takes::Int => vec![int(value).map_err(|why| invalid(&why))?.to_string()],
            Takes::List => list(value).map_err(|why| invalid(&why))?,
            Takes::Duration => {
                if duration(value).is_none() {
                    let value = Quoted(value);
                    return Err(invalid(&format!("time: invalid duration {value:?}")));
                }
                vec![value.to_owned()]
            }
        };
        self.order.push((flag.name, value.to_owned()));
        let given = self.given.entry(flag.name).or_default();
        match flag.takes {
            Takes::List | Takes::Array => given.extend(values),
            _ => *given = values,
        }
        Ok(())
    }
}

/// `strconv.ParseInt(value, 0, 32)`, in decimal.
fn int(value: &str) -> Result<i64, String> {
    let quoted = Quoted(value);
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("strconv.ParseInt: parsing {quoted:?}: invalid syntax"));
    }
    let number: Option<i32> = value.parse().ok();
    number
        .map(i64::from)
        .ok_or_else(|| format!("strconv.ParseInt: parsing {quoted:?}: value out of range"))
}

/// Fields separated by commas; one in double quotes may hold commas (`encoding/csv`).
fn list(value: &str) -> Result<Vec<String>, String> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let mut fields = Vec::new();
    let mut rest = value;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut field = String::new();
            let mut left = quoted;
            loop {
                let end = left.find('"').ok_or("EOF")?;
                field.push_str(&left[..end]);
                left = &left[end + 1..];
                match left.strip_prefix('"') {
                    Some(more) => {
                        field.push('"');
                        left = more;
                    }
                    None => break,
                }
            }
            fields.push(field);
            match left.strip_prefix(',') {
                Some(more) => rest = more,
                None => return Ok(fields),
            }
        } else {
            match rest.split_once(',') {
                Some((field, more)) => {
                    fields.push(field.to_owned());
                    rest = more;
                }
                None => {
                    fields.push(rest.to_owned());
                    return Ok(fields);
                }
            }
        }
    }
}

/// Seconds of a Go duration: `1m30s`, `500ms`, `0`.
pub(in crate::kubectl) fn duration(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let n = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..n)?.parse().ok()?;
        rest = rest.get(n..)?;
        let units =
            [("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];
        let (unit, size) = units.into_iter().find(|(unit, _)| rest.starts_with(unit))?;
        seconds += number * size;
        rest = rest.get(unit.len()..)?;
    }
    Some(sign * seconds)
}

/// What a command line says: flags, other words, and how many of those stand before `--`.
pub(super) type Parsed = (Flags, Vec<String>, Option<usize>);

/// Reads `words` by the flags that `known` gives.
///
/// # Errors
/// What pflag says is wrong, without `error: `.
pub(super) fn parse(
    words: &[String],
    known: &dyn Fn(&str) -> Option<&'static Flag>,
    by_letter: &dyn Fn(char) -> Option<&'static Flag>,
) -> Result<Parsed, String> {
    let mut flags = Flags::default();
    let mut args = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            let n_before = args.len();
            args.extend(words.cloned());
            return Ok((flags, args, Some(n_before)));
        }
        if let Some(long) = word.strip_prefix("--") {
            if long.starts_with(['-', '=']) {
                return Err(format!("bad flag syntax: {word}"));
            }
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let flag = known(name).ok_or_else(|| format!("unknown flag: --{name}"))?;
            let shown = match flag.short {
                Some(letter) => format!("-{letter}, --{name}"),
                None => format!("--{name}"),
            };
            match (value, flag.takes) {
                (Some(value), _) => flags.set(flag, value, &shown)?,
                (None, Takes::Bool) => flags.set(flag, "true", &shown)?,
                (None, Takes::Optional(value)) => flags.set(flag, value, &shown)?,
                (None, _) => {
                    let value =
                        words.next().ok_or_else(|| format!("flag needs an argument: --{name}"))?;
                    flags.set(flag, value, &shown)?;
                }
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let mut rest = letters;
            while let Some(letter) = rest.chars().next() {
                let after = rest.get(letter.len_utf8()..).unwrap_or("");
                let flag = by_letter(letter)
                    .ok_or_else(|| format!("unknown shorthand flag: '{letter}' in -{rest}"))?;
                let shown = format!("-{letter}, --{}", flag.name);
                if let Some(value) = after.strip_prefix('=').filter(|_| after.len() > 1) {
                    flags.set(flag, value, &shown)?;
                    break;
                }
                match flag.takes {
                    Takes::Bool => flags.set(flag, "true", &shown)?,
                    Takes::Optional(value) => flags.set(flag, value, &shown)?,
                    _ if after.is_empty() => {
                        let value = words.next().ok_or_else(|| {
                            format!("flag needs an argument: '{letter}' in -{rest}")
                        })?;
                        flags.set(flag, value, &shown)?;
                        break;
                    }
                    _ => {
                        flags.set(flag, after, &shown)?;
                        break;
                    }
                }
                rest = after;
            }
        } else {
            args.push(word.clone());
        }
    }
    Ok((flags, args, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    static FLAGS: [Flag; 6] = [
        Flag::new("output", Takes::Text, "", "").short('o'),
        Flag::new("stdin", Takes::Bool, "false", "").short('i'),
        Flag::new("tty", Takes::Bool, "false", "").short('t'),
        Flag::new("dry-run", Takes::Optional("unchanged"), "none", ""),
        Flag::new("replicas", Takes::Int, "1", "").short('r'),
        Flag::new("port", Takes::List, "[]", ""),
    ];

    fn read(line: &str) -> Result<Parsed, String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parse(&words, &|name| FLAGS.iter().find(|f| f.name == name), &|letter| {
            FLAGS.iter().find(|f| f.short == Some(letter))
        })
    }

    #[test]
    fn flags_are_read_in_every_form() {
        for line in ["-o yaml a", "-oyaml a", "-o=yaml a", "--output yaml a", "a --output=yaml"] {
            let (flags, args, dash) = read(line).unwrap();
            assert_eq!(
                (flags.text("output"), &args[..], dash),
                (Some("yaml"), &["a".to_owned()][..], None)
            );
        }
        let (flags, args, dash) = read("-it x --dry-run --port=1,2 --port 3 -- -o y").unwrap();
        assert!(flags.bool("stdin") && flags.bool("tty") && !flags.bool("output"));
        assert_eq!(flags.text("dry-run"), Some("unchanged"));
        assert_eq!(flags.all("port"), ["1", "2", "3"]);
        assert_eq!((args.join(" "), dash), ("x -o y".to_owned(), Some(1)));
    }

    #[test]
    fn what_is_wrong_is_said_in_pflags_words() {
        for (line, says) in [
            ("--foo", "unknown flag: --foo"),
            ("-ix", "unknown shorthand flag: 'x' in -x"),
            ("--output", "flag needs an argument: --output"),
            ("-o", "flag needs an argument: 'o' in -o"),
            ("---", "bad flag syntax: ---"),
            (
                "--replicas=x",
                "invalid argument \"x\" for \"-r, --replicas\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
            ),
            (
                "--stdin=x",
                "invalid argument \"x\" for \"-i, --stdin\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
            ),
        ] {
            assert_eq!(read(line).unwrap_err(), says);
        }
    }

    #[test]
    fn durations_are_gos() {
        for (text, seconds) in
            [("5s", Some(5.0)), ("1m30s", Some(90.0)), ("0", Some(0.0)), ("5", None), ("", None)]
        {
            assert_eq!(duration(text), seconds, "{text}");
        }
    }
}

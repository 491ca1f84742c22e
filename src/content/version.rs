//! Versions of packs and of Kubernetes, and ranges of them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The Kubernetes version that Portolan behaves as, to its minor.
pub const KUBERNETES: &str = "1.36";

/// A version: numbers with dots between, perhaps with a word for what came before it
/// (`1.2.0-rc.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    numbers: Vec<u64>,
    /// Empty for a release.
    before: String,
}

/// It is no version, or no range: a sentence that says why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VersionError(String);

impl FromStr for Version {
    type Err = VersionError;

    /// `1.2.0`, `v1.36`, `1.2.0-rc.1`; what follows a `+` makes no difference.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let no_version = || VersionError(format!("`{text}` is no version."));
        let rest = text.strip_prefix('v').unwrap_or(text);
        let rest = rest.split_once('+').map_or(rest, |(rest, _)| rest);
        let (numbers, before) = rest.split_once('-').unwrap_or((rest, ""));
        let numbers: Vec<u64> = numbers
            .split('.')
            .map(|n| if n.starts_with('+') { None } else { n.parse().ok() })
            .collect::<Option<_>>()
            .filter(|numbers: &Vec<u64>| numbers.len() <= 4)
            .ok_or_else(no_version)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if !before.chars().all(is_word) || (before.is_empty() && rest.contains('-')) {
            return Err(no_version());
        }
        Ok(Self { numbers, before: before.to_owned() })
    }
}

impl Version {
    fn number(&self, idx: usize) -> u64 {
        self.numbers.get(idx).copied().unwrap_or(0)
    }

    /// All that it names are its first numbers: `1.36.2` is within `1.36`.
    fn is_within(&self, other: &Self) -> bool {
        (0..other.numbers.len()).all(|idx| self.number(idx) == other.number(idx))
            && (other.before.is_empty() || self.before == other.before)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = (0..4).map(|idx| self.number(idx)).cmp((0..4).map(|idx| other.number(idx)));
        numbers.then_with(|| match (self.before.is_empty(), other.before.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => words(&self.before).cmp(words(&other.before)),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The parts of `rc.10`: numbers stand before words, and by their size.
fn words(text: &str) -> impl Iterator<Item = (bool, u64, &str)> {
    text.split('.').map(|word| match word.parse() {
        Ok(n) => (false, n, ""),
        Err(_) => (true, 0, word),
    })
}

/// Which versions will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Range {
    /// All must hold.
    bounds: Vec<(Bound, Version)>,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Within,
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

impl FromStr for Range {
    type Err = VersionError;

    /// `1.36` (and `1.36.2`), `>=1.34`, `>=1.34 <1.38`, `1.34 - 1.36`, `1.34+`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bounds = Vec::new();
        // A sign belongs to the version after it, with or without a blank.
        let mut spread = String::new();
        for c in text.chars() {
            match c {
                ',' => spread.push(' '),
                '<' | '>' => spread.extend([' ', c]),
                _ => spread.push(c),
            }
        }
        let parts: Vec<&str> = spread.split_whitespace().collect();
        let mut idx = 0;
        while let Some(part) = parts.get(idx) {
            idx += 1;
            let signs = [
                (">=", Bound::AtLeast),
                ("<=", Bound::AtMost),
                (">", Bound::MoreThan),
                ("<", Bound::LessThan),
                ("=", Bound::Within),
            ];
            let sign =
                signs.iter().find_map(|(sign, bound)| Some((part.strip_prefix(sign)?, *bound)));
            if let Some((rest, bound)) = sign {
                let version = if rest.is_empty() {
                    idx += 1;
                    parts.get(idx - 1).copied().unwrap_or("")
                } else {
                    rest
                };
                bounds.push((bound, version.parse()?));
            } else if parts.get(idx) == Some(&"-") {
                bounds.push((Bound::AtLeast, part.parse()?));
                bounds.push((Bound::AtMost, parts.get(idx + 1).copied().unwrap_or("").parse()?));
                idx += 2;
            } else if let Some(first) = part.strip_suffix('+') {
                bounds.push((Bound::AtLeast, first.parse()?));
            } else {
                bounds.push((Bound::Within, part.parse()?));
            }
        }
        if bounds.is_empty() {
            return Err(VersionError("It names no version.".to_owned()));
        }
        Ok(Self { bounds, text: text.trim().to_owned() })
    }
}

impl Range {
    /// Will this version do?
    #[must_use]
    pub fn holds(&self, version: &Version) -> bool {
        self.bounds.iter().all(|(bound, other)| match bound {
            Bound::Within => version.is_within(other),
            Bound::AtLeast => version >= other,
            Bound::MoreThan => version > other && !version.is_within(other),
            // `<=1.36` takes in 1.36.2, as people mean it.
            Bound::AtMost => version <= other || version.is_within(other),
            Bound::LessThan => version < other,
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Another pack that a pack builds on: `services`, or `services >=1.2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The other pack's id.
    pub id: String,
    /// Which of its versions will do; none: any.
    pub range: Option<Range>,
}

impl FromStr for Need {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let end = text.find(|c: char| c.is_whitespace() || "<>=".contains(c)).unwrap_or(text.len());
        let (id, range) = text.split_at(end);
        if !super::schema::is_id(id) {
            return Err(VersionError(String::new()));
        }
        let range = if range.trim().is_empty() { None } else { Some(range.parse()?) };
        Ok(Self { id: id.to_owned(), range })
    }
}

impl Need {
    /// Will the pack of this id and version do?
    #[must_use]
    pub fn is_met_by(&self, id: &str, version: &str) -> bool {
        self.id == id
            && self.range.as_ref().is_none_or(|range| {
                version.parse().is_ok_and(|version: Version| range.holds(&version))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_in_the_order_of_their_numbers_and_what_comes_before_a_release() {
        let order = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.2",
            "1.0.0-alpha.10",
            "1.0.0-rc.1",
            "1",
            "1.2.9",
            "1.10",
            "1.10.0.1",
            "2026.11.20",
        ];
        for pair in order.windows(2) {
            assert!(v(pair[0]) < v(pair[1]), "{pair:?}");
        }
        assert_eq!(v("1.0.0").cmp(&v("v1+build.5")), Ordering::Equal);
        for wrong in ["", "1.", ".1", "1.x", "one", "1.2-", "1 2", "+1", "1.-2", "1.2.3.4.5"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_range_holds_what_people_mean() {
        let cases: [(&str, &[&str], &[&str]); 8] = [
            ("1.36", &["1.36", "1.36.2", "v1.36.0"], &["1.35.9", "1.37", "1.3"]),
            (">=1.34", &["1.34", "1.36.2", "2.0"], &["1.33.9"]),
            (">= 1.34, <1.37", &["1.34", "1.36.9"], &["1.37", "1.37.1"]),
            (">=1.34<1.37", &["1.36"], &["1.37"]),
            ("1.34 - 1.36", &["1.34", "1.36.7"], &["1.33", "1.37"]),
            ("1.34+", &["1.34", "1.40"], &["1.33"]),
            (">1.2", &["1.3"], &["1.2", "1.2.5"]),
            ("<=2", &["2.9", "1"], &["3"]),
        ];
        for (text, inside, outside) in cases {
            let range: Range = text.parse().unwrap();
            assert_eq!(range.to_string(), text);
            assert!(inside.iter().all(|version| range.holds(&v(version))), "{text}");
            assert!(!outside.iter().any(|version| range.holds(&v(version))), "{text}");
        }
        for wrong in ["", " , ", ">=", "1.34 -", "~1.2", "latest", "=> 1.2"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_need_is_an_id_and_perhaps_a_range() {
        let need: Need = "services >=1.2".parse().unwrap();
        assert!(need.is_met_by("services", "1.2.1"));
        assert!(!need.is_met_by("services", "1.1"));
        assert!(!need.is_met_by("services", "as it is"));
        assert!(!need.is_met_by("other", "1.2.1"));
        assert!("services".parse::<Need>().unwrap().is_met_by("services", "as it is"));
        assert!("Services".parse::<Need>().is_err());
        assert!("services newest".parse::<Need>().is_err());
    }
}

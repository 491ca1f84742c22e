//! Whether text is a quantity (`500m`, `1Gi`), and Go's words when it is none
//! (`ParseQuantity`, k8s.io/apimachinery/pkg/api/resource, v1.36).

const FORMAT: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC: &str = "unable to parse numeric part of quantity";
const SUFFIX: &str = "unable to parse quantity's suffix";

/// Checks `text`; the error is Go's.
pub(super) fn check(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err(FORMAT);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let n_whole = digits(unsigned);
    let mut rest = &unsigned[n_whole..];
    let mut n_digits = n_whole;
    if let Some(after) = rest.strip_prefix('.') {
        let n = digits(after);
        n_digits += n;
        rest = &after[n..];
    }
    let suffix = rest;
    let n_letters = suffix.bytes().take_while(|b| b"eEinumkKMGTP".contains(b)).count();
    let mut tail = &suffix[n_letters..];
    tail = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    tail = &tail[digits(tail)..];
    if !tail.is_empty() {
        return Err(FORMAT);
    }
    if n_digits == 0 {
        return Err(NUMERIC);
    }
    match suffix {
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti"
        | "Pi" | "Ei" => Ok(()),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E']).ok_or(SUFFIX)?;
            exponent.parse::<i32>().map(|_| ()).map_err(|_| SUFFIX)
        }
    }
}

/// A quantity's amount, to compare it with others'.
///
/// None where `text` is no quantity.
#[must_use]
pub fn amount(text: &str) -> Option<f64> {
    check(text).ok()?;
    let n = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(text.len());
    let (number, suffix) = text.split_at(n);
    let number: f64 = number.parse().ok()?;
    let size = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024_f64.powi(2),
        "Gi" => 1024_f64.powi(3),
        "Ti" => 1024_f64.powi(4),
        "Pi" => 1024_f64.powi(5),
        "Ei" => 1024_f64.powi(6),
        exponent => 10_f64.powi(exponent.get(1..)?.parse().ok()?),
    };
    Some(number * size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_over_suffixes() {
        let amounts: Vec<f64> = ["100m", "0.5", "1", "1k", "1Ki", "2e3", "1M", "1Mi", "1Gi"]
            .into_iter()
            .filter_map(amount)
            .collect();
        assert_eq!(amounts.len(), 9);
        assert!(amounts.is_sorted_by(|a, b| a < b));
        assert_eq!(amount("one"), None);
        assert_eq!(amount("500m"), amount(".5"));
    }

    #[test]
    fn quantities_are_told_from_what_is_none() {
        for good in ["1", "0.5", "500m", "1Gi", "1e3", "-2k", ".5", "5.", "1E"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check(""), Err(FORMAT));
        assert_eq!(check("one"), Err(FORMAT));
        assert_eq!(check("1 Gi"), Err(FORMAT));
        assert_eq!(check("1GB"), Err(FORMAT));
        assert_eq!(check("1Mm"), Err(SUFFIX));
        assert_eq!(check("m"), Err(NUMERIC));
    }
}

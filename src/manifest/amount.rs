//! Quantities: read, added, and written as the API writes them
//! (k8s.io/apimachinery/pkg/api/resource, v1.36).

use serde_json::Value;
use std::ops::AddAssign;

/// How a quantity is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Format {
    #[default]
    Decimal,
    Binary,
    Exponent,
}

/// A quantity in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

const ONE: i128 = 1_000_000_000;

impl Quantity {
    /// From an object's field: a text such as `100m`, `64Mi`, or a number. What can't be
    /// read is 0.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::read(text).unwrap_or_default(),
            Value::Number(number) => Self::read(&number.to_string()).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    /// As the API writes it; none where it can't be read.
    #[must_use]
    pub fn canonical(value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Self::read(&text).map(|quantity| quantity.to_string())
    }

    fn read(text: &str) -> Option<Self> {
        let n = text
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
            .unwrap_or(text.len());
        let (number, suffix) = text.split_at(n);
        let (negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let (format, base2, base10) = match suffix {
            "Ki" => (Format::Binary, 10, 0),
            "Mi" => (Format::Binary, 20, 0),
            "Gi" => (Format::Binary, 30, 0),
            "Ti" => (Format::Binary, 40, 0),
            "Pi" => (Format::Binary, 50, 0),
            "Ei" => (Format::Binary, 60, 0),
            "n" => (Format::Decimal, 0, -9),
            "u" => (Format::Decimal, 0, -6),
            "m" => (Format::Decimal, 0, -3),
            "" => (Format::Decimal, 0, 0),
            "k" => (Format::Decimal, 0, 3),
            "M" => (Format::Decimal, 0, 6),
            "G" => (Format::Decimal, 0, 9),
            "T" => (Format::Decimal, 0, 12),
            "P" => (Format::Decimal, 0, 15),
            "E" => (Format::Decimal, 0, 18),
            _ => {
                let exponent = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
                (Format::Exponent, 0, exponent)
            }
        };
        let digits = format!("{whole}{part}");
        let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let digits = digits.checked_mul(1 << base2)?;
        // Billionths; what is smaller is rounded up, as upstream does.
        let power = 9 + base10 - i32::try_from(part.len()).ok()?;
        let size = 10_i128.checked_pow(power.unsigned_abs())?;
        let nanos = if power >= 0 { digits.checked_mul(size)? } else { ceiling(digits, size) };
        Some(Self { nanos: if negative { -nanos } else { nanos }, format })
    }

    /// In whole units, rounded up (`Value`).
    #[must_use]
    pub fn whole(self) -> i128 {
        ceiling(self.nanos, ONE)
    }

    /// In thousandths, rounded up (`MilliValue`).
    #[must_use]
    pub fn milli(self) -> i128 {
        ceiling(self.nanos, ONE / 1000)
    }

    /// Whether it is more than 0.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.nanos > 0
    }

    /// The bigger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other.nanos > self.nanos { other } else { self }
    }

    /// Whether both are the same amount.
    #[must_use]
    pub fn equals(self, other: Self) -> bool {
        self.nanos == other.nanos
    }
}

fn ceiling(number: i128, size: i128) -> i128 {
    number.div_euclid(size) + i128::from(number.rem_euclid(size) > 0)
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        if self.nanos == 0 {
            self.format = other.format;
        }
        self.nanos = self.nanos.saturating_add(other.nanos);
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let small = self.nanos.abs() < 1024 * ONE;
        if self.format == Format::Binary && !small && self.nanos % ONE == 0 {
            let (mut number, mut times) = (self.nanos / ONE, 0);
            while number % 1024 == 0 && times < 6 {
                number /= 1024;
                times += 1;
            }
            let suffix = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].get(times).unwrap_or(&"");
            return write!(f, "{number}{suffix}");
        }
        let (mut number, mut exponent) = (self.nanos, -9);
        while number % 1000 == 0 && exponent < 18 {
            number /= 1000;
            exponent += 3;
        }
        if self.format == Format::Exponent {
            return match exponent {
                0 => write!(f, "{number}"),
                _ => write!(f, "{number}e{exponent}"),
            };
        }
        let suffix = match exponent {
            -9 => "n",
            -6 => "u",
            -3 => "m",
            3 => "k",
            6 => "M",
            9 => "G",
            12 => "T",
            15 => "P",
            18 => "E",
            _ => "",
        };
        write!(f, "{number}{suffix}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_written_as_the_api_does() {
        for (text, written) in [
            ("0.5", "500m"),
            ("1", "1"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("64Mi", "64Mi"),
            ("1024Mi", "1Gi"),
            ("0.5Gi", "512Mi"),
            ("512", "512"),
            ("1000", "1k"),
            ("1e3", "1e3"),
            ("0", "0"),
            ("0Mi", "0"),
            ("-2k", "-2k"),
            ("100n", "100n"),
        ] {
            assert_eq!(Quantity::of(&text.into()).to_string(), written, "{text}");
        }
        let mut sum = Quantity::default();
        sum += Quantity::of(&"64Mi".into());
        sum += Quantity::of(&"128Mi".into());
        assert_eq!(sum.to_string(), "192Mi");
        assert_eq!(Quantity::of(&"1500m".into()).whole(), 2);
        assert_eq!(Quantity::of(&"1500u".into()).milli(), 2);
    }
}

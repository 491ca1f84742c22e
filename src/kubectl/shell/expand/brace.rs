//! `{a,b}` and `{1..5}`.

use crate::kubectl::shell::syntax::{Part, Word};

/// The most words that braces make.
const MAX_WORDS: usize = 50_000;
/// The most that these hold together.
const MAX_UNITS: usize = 2_000_000;
/// A word with more braces is left as it is.
const MAX_BRACES: usize = 200;

#[derive(Debug, Clone)]
enum Unit {
    Char(char),
    Part(Part),
}

/// The words that a word's braces make; none where it has none.
///
/// # Errors
/// In bash's words, where they would be too many.
pub(super) fn expand(word: &Word) -> Result<Option<Vec<Word>>, String> {
    let plain = |part: &Part| match part {
        Part::Plain(text) => text.matches('{').count(),
        _ => 0,
    };
    let n_braces: usize = word.0.iter().map(plain).sum();
    if n_braces == 0 || n_braces > MAX_BRACES {
        return Ok(None);
    }
    let mut units = Vec::new();
    for part in &word.0 {
        match part {
            Part::Plain(text) => units.extend(text.chars().map(Unit::Char)),
            other => units.push(Unit::Part(other.clone())),
        }
    }
    let mut out = Vec::new();
    let mut n_units = 0;
    alternatives(&units, &mut out, &mut n_units, 0)?;
    Ok(Some(out.into_iter().map(word_of).collect()))
}

fn word_of(units: Vec<Unit>) -> Word {
    let mut parts: Vec<Part> = Vec::new();
    for unit in units {
        match (unit, parts.last_mut()) {
            (Unit::Char(c), Some(Part::Plain(text))) => text.push(c),
            (Unit::Char(c), _) => parts.push(Part::Plain(c.to_string())),
            (Unit::Part(part), _) => parts.push(part),
        }
    }
    Word(parts)
}

fn is(unit: &Unit, wanted: char) -> bool {
    matches!(unit, Unit::Char(c) if *c == wanted)
}

fn alternatives(
    units: &[Unit],
    out: &mut Vec<Vec<Unit>>,
    n_units: &mut usize,
    depth: usize,
) -> Result<(), String> {
    let mut from = 0;
    while let Some(open) = units.iter().skip(from).position(|u| is(u, '{')).map(|n| n + from) {
        let rest = units.get(open + 1..).unwrap_or_default();
        let Some((inside, after)) = closed(rest) else {
            from = open + 1;
            continue;
        };
        let Some(choices) = choices(inside, n_units, depth)? else {
            from = open + 1;
            continue;
        };
        let mut tails = Vec::new();
        alternatives(after, &mut tails, n_units, depth + 1)?;
        let before = units.get(..open).unwrap_or_default();
        for choice in &choices {
            for tail in &tails {
                *n_units += before.len() + choice.len() + tail.len() + 1;
                if out.len() >= MAX_WORDS || *n_units > MAX_UNITS {
                    let n = choices.len().saturating_mul(tails.len());
                    return Err(too_many(n as u128));
                }
                out.push([before, choice, tail].concat());
            }
        }
        return Ok(());
    }
    *n_units += units.len();
    out.push(units.to_vec());
    Ok(())
}

fn too_many(n: u128) -> String {
    format!("brace expansion: failed to allocate memory for {n} elements")
}

/// What stands before the brace that closes, and after it.
fn closed(units: &[Unit]) -> Option<(&[Unit], &[Unit])> {
    let mut depth = 0;
    for (n, unit) in units.iter().enumerate() {
        if is(unit, '{') {
            depth += 1;
        } else if is(unit, '}') {
            if depth == 0 {
                return Some((units.get(..n)?, units.get(n + 1..)?));
            }
            depth -= 1;
        }
    }
    None
}

fn choices(
    inside: &[Unit],
    n_units: &mut usize,
    depth: usize,
) -> Result<Option<Vec<Vec<Unit>>>, String> {
    let (mut pieces, mut open, mut from) = (Vec::new(), 0, 0);
    for (n, unit) in inside.iter().enumerate() {
        if is(unit, '{') {
            open += 1;
        } else if is(unit, '}') {
            open -= 1;
        } else if open == 0 && is(unit, ',') {
            pieces.push(inside.get(from..n).unwrap_or_default());
            from = n + 1;
        }
    }
    if pieces.is_empty() {
        return range(inside);
    }
    pieces.push(inside.get(from..).unwrap_or_default());
    let mut out = Vec::new();
    for piece in pieces {
        alternatives(piece, &mut out, n_units, depth + 1)?;
    }
    Ok(Some(out))
}

/// `1..5`, `a..e`, `01..10..3`
fn range(inside: &[Unit]) -> Result<Option<Vec<Vec<Unit>>>, String> {
    let mut text = String::new();
    for unit in inside {
        match unit {
            Unit::Char(c) => text.push(*c),
            Unit::Part(_) => return Ok(None),
        }
    }
    let parts: Vec<&str> = text.split("..").collect();
    let (from, to, step) = match parts.as_slice() {
        [from, to] => (*from, *to, 1),
        [from, to, step] => match step.parse::<i64>() {
            Ok(step) => (*from, *to, step.unsigned_abs().max(1)),
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    };
    let letter = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
    };
    let (first, last, letters) = match (from.parse::<i64>(), to.parse::<i64>()) {
        (Ok(first), Ok(last)) => (first, last, false),
        _ => match (letter(from), letter(to)) {
            (Some(first), Some(last)) => (i64::from(first as u32), i64::from(last as u32), true),
            _ => return Ok(None),
        },
    };
    let n = u128::from(first.abs_diff(last) / step) + 1;
    if n > MAX_WORDS as u128 {
        return Err(too_many(n));
    }
    let padded = |text: &str| {
        text.trim_start_matches('-').len() > 1 && text.trim_start_matches('-').starts_with('0')
    };
    let width = if padded(from) || padded(to) { from.len().max(to.len()) } else { 0 };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let mut out = Vec::new();
    let mut value = first;
    for _ in 0..n {
        let text = match u32::try_from(value).ok().and_then(char::from_u32).filter(|_| letters) {
            Some(c) => c.to_string(),
            None => format!("{value:0width$}"),
        };
        out.push(text.chars().map(Unit::Char).collect());
        value = if first <= last { value.saturating_add(step) } else { value.saturating_sub(step) };
    }
    Ok(Some(out))
}

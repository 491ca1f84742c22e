//! `diff`, and the differences that it and `kubectl diff` show.

use super::{bytes_of, lines, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// The most work that finding the differences may be.
const MAX_WORK: usize = 4_000_000;

/// `diff [-u] [-q] [-i] [-w] FILE FILE`
pub(super) fn diff(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("unified", 'u'),
        ("brief", 'q'),
        ("ignore-case", 'i'),
        ("ignore-all-space", 'w'),
        ("new-file", 'N'),
        ("report-identical-files", 's'),
        ("ignore-blank-lines", 'B'),
    ];
    let given = match options::read("diff", "uU:qiwbBNrsay", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(2);
        }
    };
    let [a, b] = given.rest.as_slice() else {
        let why = match given.rest.as_slice() {
            [] => "missing operand after 'diff'".to_owned(),
            [one] => format!("missing operand after '{one}'"),
            [_, _, extra, ..] => format!("extra operand '{extra}'"),
            _ => String::new(),
        };
        io.err(format_args!("diff: {why}\ndiff: Try 'diff --help' for more information.\n"));
        return Done::Exit(2);
    };
    let mut read = |path: &str| match bytes_of(console, path, io) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(why) => {
            io.err(format_args!("diff: {path}: {why}\n"));
            None
        }
    };
    let (Some(left), Some(right)) = (read(a), read(b)) else { return Done::Exit(2) };
    let same = |x: &str, y: &str| {
        let form = |text: &str| {
            let text = if given.has('i') { text.to_lowercase() } else { text.to_owned() };
            if given.has('w') || given.has('b') {
                text.split_whitespace().collect::<String>()
            } else {
                text
            }
        };
        if given.has('i') || given.has('w') || given.has('b') { form(x) == form(y) } else { x == y }
    };
    let (left, right): (Vec<&str>, Vec<&str>) = (lines(&left).collect(), lines(&right).collect());
    let pairs = if left == right { 0 } else { left.len().saturating_mul(right.len()) };
    let work = 100 * (left.len() + right.len()) + 10 * pairs.min(MAX_WORK);
    if !console.shell.spend(work as u64) {
        return Done::Exit(137);
    }
    let mut changes = changes(&left, &right, &same);
    if given.has('B') {
        let is_blank =
            |lines: Option<&[&str]>| lines.is_none_or(|all| all.iter().all(|l| l.is_empty()));
        changes.retain(|(from, to)| {
            !(is_blank(left.get(from.clone())) && is_blank(right.get(to.clone())))
        });
    }
    if changes.is_empty() {
        if given.has('s') {
            io.line(format_args!("Files {a} and {b} are identical"));
        }
        return Done::OK;
    }
    if given.has('q') {
        io.line(format_args!("Files {a} and {b} differ"));
        return Done::Exit(1);
    }
    let around = given.value('U').and_then(|n| n.parse::<usize>().ok());
    let out = if given.has('u') || around.is_some() {
        let time = format!(
            "{} +0000",
            console.cluster.settings().now.replace('T', " ").trim_end_matches('Z')
        );
        format!(
            "--- {a}\t{time}\n+++ {b}\t{time}\n{}",
            unified(&left, &right, &changes, around.unwrap_or(3))
        )
    } else {
        normal(&left, &right, &changes)
    };
    io.out(out);
    Done::Exit(1)
}

/// Lines `.0..` of the left that became lines `.1..` of the right.
type Change = (std::ops::Range<usize>, std::ops::Range<usize>);

/// What changed between two texts: few lines where that can be found in bounds.
fn changes(left: &[&str], right: &[&str], same: &dyn Fn(&str, &str) -> bool) -> Vec<Change> {
    let begin = left.iter().zip(right).take_while(|(a, b)| same(a, b)).count();
    let (l, r) = (left.get(begin..).unwrap_or_default(), right.get(begin..).unwrap_or_default());
    let end = l.iter().rev().zip(r.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let l = l.get(..l.len() - end).unwrap_or_default();
    let r = r.get(..r.len() - end).unwrap_or_default();
    if l.is_empty() && r.is_empty() {
        return Vec::new();
    }
    let width = r.len() + 1;
    if l.len().saturating_add(1).saturating_mul(width) > MAX_WORK {
        return vec![(begin..begin + l.len(), begin..begin + r.len())];
    }
    // The longest common subsequence, from the end.
    let mut longest = vec![0u32; (l.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for i in (0..l.len()).rev() {
        for j in (0..r.len()).rev() {
            let value = match (l.get(i), r.get(j)) {
                (Some(a), Some(b)) if same(a, b) => {
                    longest.get(at(i + 1, j + 1)).map_or(0, |n| n + 1)
                }
                _ => longest.get(at(i + 1, j)).max(longest.get(at(i, j + 1))).copied().unwrap_or(0),
            };
            if let Some(cell) = longest.get_mut(at(i, j)) {
                *cell = value;
            }
        }
    }
    let mut out: Vec<Change> = Vec::new();
    let (mut i, mut j, mut from) = (0, 0, None);
    while i < l.len() || j < r.len() {
        let is_same = matches!((l.get(i), r.get(j)), (Some(a), Some(b)) if same(a, b));
        if is_same {
            if let Some((a, b)) = from.take() {
                out.push((begin + a..begin + i, begin + b..begin + j));
            }
            (i, j) = (i + 1, j + 1);
            continue;
        }
        from.get_or_insert((i, j));
        if i < l.len() && (j >= r.len() || longest.get(at(i + 1, j)) >= longest.get(at(i, j + 1))) {
            i += 1;
        } else {
            j += 1;
        }
    }
    if let Some((a, b)) = from {
        out.push((begin + a..begin + i, begin + b..begin + j));
    }
    out
}

fn normal(left: &[&str], right: &[&str], changes: &[Change]) -> String {
    let span = |range: &std::ops::Range<usize>| match range.len() {
        0 => range.start.to_string(),
        1 => (range.start + 1).to_string(),
        _ => format!("{},{}", range.start + 1, range.end),
    };
    let mut out = String::new();
    for (a, b) in changes {
        let letter = match (a.is_empty(), b.is_empty()) {
            (true, _) => 'a',
            (_, true) => 'd',
            _ => 'c',
        };
        out.push_str(&format!("{}{letter}{}\n", span(a), span(b)));
        left.get(a.clone())
            .unwrap_or_default()
            .iter()
            .for_each(|line| out.push_str(&format!("< {line}\n")));
        if letter == 'c' {
            out.push_str("---\n");
        }
        right
            .get(b.clone())
            .unwrap_or_default()
            .iter()
            .for_each(|line| out.push_str(&format!("> {line}\n")));
    }
    out
}

fn unified(left: &[&str], right: &[&str], changes: &[Change], around: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some((first, _)) = changes.get(at) {
        let mut last = at;
        while let (Some((a, _)), Some((b, _))) = (changes.get(last), changes.get(last + 1)) {
            if b.start - a.end > 2 * around {
                break;
            }
            last += 1;
        }
        let group = changes.get(at..=last).unwrap_or_default();
        let begin = first.start.saturating_sub(around);
        let shift = group.first().map_or((0, 0), |(a, b)| (a.start, b.start));
        let right_begin = shift.1.saturating_sub(shift.0 - begin);
        let (left_last, right_last) = group.last().map_or((0, 0), |(a, b)| (a.end, b.end));
        let tail = around.min(left.len() - left_last);
        let (left_end, right_end) = (left_last + tail, right_last + tail);
        let span = |from: usize, to: usize| match to - from {
            1 => (from + 1).to_string(),
            0 => format!("{from},0"),
            n => format!("{},{n}", from + 1),
        };
        out.push_str(&format!(
            "@@ -{} +{} @@\n",
            span(begin, left_end),
            span(right_begin, right_end)
        ));
        let mut line = begin;
        let mut push = |mark: char, lines: &[&str]| {
            lines.iter().for_each(|text| out.push_str(&format!("{mark}{text}\n")));
        };
        for (a, b) in group {
            push(' ', left.get(line..a.start).unwrap_or_default());
            push('-', left.get(a.clone()).unwrap_or_default());
            push('+', right.get(b.clone()).unwrap_or_default());
            line = a.end;
        }
        push(' ', left.get(line..left_end).unwrap_or_default());
        at = last + 1;
    }
    out
}

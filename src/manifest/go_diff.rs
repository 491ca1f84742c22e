//! Differences as Go's difflib tells them (github.com/pmezard/go-difflib, which follows Python's
//! difflib): the longest run of equal lines first, then what lies before and behind it. Lines
//! that a long text holds very often do not begin a run.

use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

const CONTEXT: usize = 3;

/// Runs of equal lines: where each begins in the old and the new text, and its length.
type Block = (usize, usize, usize);

/// `diff.Diff` of two values as the server holds them
/// (k8s.io/apimachinery/pkg/util/diff, v1.36).
#[must_use]
pub fn of_values(old: &Value, new: &Value) -> String {
    unified(&pretty(old), &pretty(new))
}

/// `json.MarshalIndent` with one blank a level.
fn pretty(value: &Value) -> String {
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    if serde::Serialize::serialize(value, &mut serializer).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&out).into_owned();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn unified(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let mut out = String::new();
    for group in groups(&blocks(&old, &new), (old.len(), new.len())) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (from, to) = (range(&first.old, &last.old), range(&first.new, &last.new));
        let _ = writeln!(out, "@@ -{from} +{to} @@");
        for part in group {
            let mut say = |mark: char, lines: Option<&[&str]>| {
                for line in lines.unwrap_or_default() {
                    let _ = writeln!(out, "{mark}{line}");
                }
            };
            if part.same {
                say(' ', old.get(part.old));
            } else {
                say('-', old.get(part.old));
                say('+', new.get(part.new));
            }
        }
    }
    out
}

fn range(first: &Range<usize>, last: &Range<usize>) -> String {
    match last.end - first.start {
        1 => format!("{}", first.start + 1),
        0 => format!("{},0", first.start),
        length => format!("{},{length}", first.start + 1),
    }
}

/// Lines of both texts that are the same, or where one text has others than the other.
struct Part {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// The changes with their neighbourhood (`GetGroupedOpCodes`).
fn groups(blocks: &[Block], ends: (usize, usize)) -> Vec<Vec<Part>> {
    let mut parts = Vec::new();
    let (mut i, mut j) = (0, 0);
    for &(a, b, n) in blocks.iter().chain([&(ends.0, ends.1, 0)]) {
        if i < a || j < b {
            parts.push(Part { same: false, old: i..a, new: j..b });
        }
        if n > 0 {
            parts.push(Part { same: true, old: a..a + n, new: b..b + n });
        }
        (i, j) = (a + n, b + n);
    }
    let last = parts.len().saturating_sub(1);
    let mut groups = Vec::new();
    let mut group = Vec::new();
    for (idx, part) in parts.into_iter().enumerate() {
        let n = part.old.len();
        let is_edge = idx == 0 || idx == last;
        if !part.same || !is_edge && n <= 2 * CONTEXT {
            group.push(part);
            continue;
        }
        let kept = n.min(CONTEXT);
        let (old, new) = (part.old, part.new);
        if idx > 0 {
            let (old, new) = (old.start..old.start + kept, new.start..new.start + kept);
            group.push(Part { same: true, old, new });
            groups.push(std::mem::take(&mut group));
        }
        if idx < last {
            let (old, new) = (old.end - kept..old.end, new.end - kept..new.end);
            group.push(Part { same: true, old, new });
        }
    }
    groups.push(group);
    groups.retain(|group| group.iter().any(|part| !part.same));
    groups
}

/// `GetMatchingBlocks`.
fn blocks(old: &[&str], new: &[&str]) -> Vec<Block> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (idx, line) in new.iter().enumerate() {
        places.entry(line).or_default().push(idx);
    }
    if new.len() >= 200 {
        let most = new.len() / 100 + 1;
        places.retain(|_, all| all.len() <= most);
    }
    let mut found = Vec::new();
    let mut rest = vec![(0, old.len(), 0, new.len())];
    while let Some((from, to, new_from, new_to)) = rest.pop() {
        let (i, j, n) = longest((old, new), &places, (from, to, new_from, new_to));
        if n == 0 {
            continue;
        }
        found.push((i, j, n));
        if from < i && new_from < j {
            rest.push((from, i, new_from, j));
        }
        if i + n < to && j + n < new_to {
            rest.push((i + n, to, j + n, new_to));
        }
    }
    found.sort_unstable();
    let mut joined: Vec<Block> = Vec::new();
    for (i, j, n) in found {
        match joined.last_mut() {
            Some(last) if last.0 + last.2 == i && last.1 + last.2 == j => last.2 += n,
            _ => joined.push((i, j, n)),
        }
    }
    joined
}

/// `findLongestMatch`.
fn longest(
    (old, new): (&[&str], &[&str]),
    places: &HashMap<&str, Vec<usize>>,
    (from, to, new_from, new_to): (usize, usize, usize, usize),
) -> Block {
    let (mut i, mut j, mut n) = (from, new_from, 0);
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    for (at, line) in old.iter().enumerate().take(to).skip(from) {
        let mut next = HashMap::new();
        for &place in places.get(line).into_iter().flatten() {
            if place < new_from {
                continue;
            }
            if place >= new_to {
                break;
            }
            let before = place.checked_sub(1).and_then(|b| lengths.get(&b)).copied().unwrap_or(0);
            let length = before + 1;
            next.insert(place, length);
            if length > n {
                (i, j, n) = (at + 1 - length, place + 1 - length, length);
            }
        }
        lengths = next;
    }
    while i > from && j > new_from && old.get(i - 1) == new.get(j - 1) {
        (i, j, n) = (i - 1, j - 1, n + 1);
    }
    while i + n < to && j + n < new_to && old.get(i + n) == new.get(j + n) {
        n += 1;
    }
    (i, j, n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_compared_line_by_line() {
        let old = json!({"A": ["x"], "B": 1, "C": {"D": null, "E": "<"}, "F": 1, "G": 2, "H": 3});
        let new = json!({"A": ["y"], "B": 1, "C": {"D": null, "E": "<"}, "F": 1, "G": 2, "H": 4});
        assert_eq!(
            of_values(&old, &new),
            "@@ -1,6 +1,6 @@\n {\n  \"A\": [\n-  \"x\"\n+  \"y\"\n  ],\n  \"B\": 1,\n  \"C\": {\n\
             @@ -9,5 +9,5 @@\n  },\n  \"F\": 1,\n  \"G\": 2,\n- \"H\": 3\n+ \"H\": 4\n }\n"
        );
        assert_eq!(unified("a", "b"), "@@ -1 +1 @@\n-a\n+b\n");
        assert_eq!(unified("a\nb", "a\nc\nb"), "@@ -1,2 +1,3 @@\n a\n+c\n b\n");
        assert_eq!(unified("a", "a"), "");
    }
}

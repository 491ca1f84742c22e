//! Differences of two texts in the unified format, with three lines around each.

const CONTEXT: usize = 3;
/// More pairs of lines than this are not compared one by one.
const MOST: usize = 16_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Both,
    Old,
    New,
}

/// All hunks.
pub(super) fn hunks(before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let lines = script(&old, &new);
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, (side, _))| *side != Side::Both)
        .map(|(i, _)| i)
        .collect();
    let mut out = String::new();
    let mut next = 0;
    while let Some(first) = changed.get(next).copied() {
        let mut last = first;
        while let Some(more) = changed.get(next).copied().filter(|i| *i <= last + 2 * CONTEXT + 1) {
            last = more;
            next += 1;
        }
        let from = first.saturating_sub(CONTEXT);
        let to = (last + CONTEXT + 1).min(lines.len());
        hunk(&lines, (from, to), &mut out);
    }
    out
}

fn hunk(lines: &[(Side, &str)], (from, to): (usize, usize), out: &mut String) {
    let count = |part: &[(Side, &str)], side: Side| {
        part.iter().filter(|(s, _)| *s == Side::Both || *s == side).count()
    };
    let before = lines.get(..from).unwrap_or_default();
    let part = lines.get(from..to).unwrap_or_default();
    let range = |side: Side| {
        let (start, length) = (count(before, side), count(part, side));
        match length {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            _ => format!("{},{length}", start + 1),
        }
    };
    out.push_str(&format!("@@ -{} +{} @@\n", range(Side::Old), range(Side::New)));
    for (side, line) in part {
        out.push(match side {
            Side::Both => ' ',
            Side::Old => '-',
            Side::New => '+',
        });
        out.push_str(line);
        out.push('\n');
    }
}

/// Lines in order, by a longest common subsequence; what goes stands before what comes.
fn script<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Side, &'t str)> {
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) =
        (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let a = old_rest.get(..old_rest.len() - tail).unwrap_or_default();
    let b = new_rest.get(..new_rest.len() - tail).unwrap_or_default();
    let mut lines: Vec<(Side, &str)> =
        old.iter().take(head).map(|line| (Side::Both, *line)).collect();
    middle(a, b, &mut lines);
    lines.extend(old_rest.iter().skip(a.len()).map(|line| (Side::Both, *line)));
    lines
}

fn middle<'t>(a: &[&'t str], b: &[&'t str], lines: &mut Vec<(Side, &'t str)>) {
    let (n, m) = (a.len(), b.len());
    if n == 0 || m == 0 || n.saturating_mul(m) > MOST {
        lines.extend(a.iter().map(|line| (Side::Old, *line)));
        lines.extend(b.iter().map(|line| (Side::New, *line)));
        return;
    }
    // Lengths of the longest common subsequences of the ends from here.
    let width = m + 1;
    let mut table = vec![0_u32; (n + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let value = if a.get(i) == b.get(j) {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(slot) = table.get_mut(i * width + j) {
                *slot = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < n || j < m {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => {
                lines.push((Side::Both, x));
                i += 1;
                j += 1;
            }
            (Some(x), y) if y.is_none() || at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                lines.push((Side::Old, x));
                i += 1;
            }
            (_, Some(y)) => {
                lines.push((Side::New, y));
                j += 1;
            }
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::hunks;

    #[test]
    fn hunks_are_those_of_diff() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n";
        let after = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nm\nn\n";
        assert_eq!(
            hunks(before, after),
            "@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -9,5 +9,5 @@\n i\n j\n k\n-l\n m\n+n\n"
        );
        assert_eq!(hunks("", "x\ny\n"), "@@ -0,0 +1,2 @@\n+x\n+y\n");
        assert_eq!(hunks("x\n", ""), "@@ -1 +0,0 @@\n-x\n");
        assert_eq!(hunks("x\n", "x\n"), "");
    }
}

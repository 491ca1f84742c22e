//! Files that a task wants.

use super::field::Looked;
use crate::content::{FileGoal, FileTest, matches_pattern};
use crate::kubectl::Files;
use crate::source::clean_line;

/// The most of a file that is told, in characters.
const TOLD: usize = 60;

/// Looks at the file of that name.
pub(super) fn look_at_file(files: &Files, goal: &FileGoal) -> Looked {
    let name = &goal.name;
    let wanted = match &goal.test {
        FileTest::Exists => format!("a file {name}"),
        _ => format!("{name} as the task wants it"),
    };
    let Some(bytes) = files.read(name) else {
        let say = format!("There is no file {name} in the console's folder.");
        return Looked { met: false, wanted, found: "no such file".to_owned(), say };
    };
    let text = plain(&String::from_utf8_lossy(bytes));
    let met = match &goal.test {
        FileTest::Exists => !text.is_empty(),
        FileTest::Equals(wanted) => text == plain(wanted),
        FileTest::OneOf(any) => any.iter().any(|wanted| text == plain(wanted)),
        FileTest::Matches(pattern) => matches_pattern(&plain(pattern), &text),
        FileTest::Contains(all) => all.iter().all(|part| text.contains(&plain(part))),
        FileTest::Lines(lines) => {
            let mut found: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
            let lines: Vec<String> = lines.iter().map(|line| plain(line)).collect();
            let mut wanted: Vec<&str> = lines.iter().map(String::as_str).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            found == wanted
        }
    };
    let found = match text.is_empty() {
        true => "nothing".to_owned(),
        false => beginning(&text),
    };
    let say = if met {
        format!("{name} holds what it should.")
    } else if text.is_empty() {
        format!("{name} is empty.")
    } else {
        format!("{name} does not hold what it should: it begins with `{found}`.")
    };
    Looked { met, wanted, found, say }
}

/// Without what says nothing: line ends of another system, blanks at line ends, doubled blanks
/// within a line, empty lines at either end.
fn plain(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let inner = line.trim_start();
            let indent = line.get(..line.len() - inner.len()).unwrap_or_default();
            let words: Vec<&str> = inner.split_whitespace().collect();
            // Indentation is YAML's; of blanks alone nothing is left.
            if words.is_empty() { String::new() } else { format!("{indent}{}", words.join(" ")) }
        })
        .collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = clean_line(line).chars().take(TOLD).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(text: &str, test: FileTest) -> bool {
        let mut files = Files::default();
        files.write("a.txt", text.as_bytes()).unwrap();
        look_at_file(&files, &FileGoal { name: "a.txt".to_owned(), test }).met
    }

    #[test]
    fn blanks_say_nothing_but_words_and_indentation_do() {
        let equals = |wanted: &str| FileTest::Equals(wanted.to_owned());
        assert!(met("\nk get  svc \r\n\n", equals("k get svc")));
        assert!(!met("k get svc -A", equals("k get svc")));
        assert!(met("a:\n  b: 1\n", equals("a:\n  b:  1")));
        assert!(!met("a:\nb: 1\n", equals("a:\n  b: 1")));
        assert!(!met("", FileTest::Exists) && !met(" \n", FileTest::Exists));
        assert!(met("x", FileTest::Exists));
    }

    #[test]
    fn patterns_parts_and_lines_are_looked_for() {
        let all = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert!(met("10.96.0.10\n", FileTest::Matches("10.*".to_owned())));
        assert!(!met("x 10.96.0.10\n", FileTest::Matches("10.*".to_owned())));
        assert!(met("b\n\na\n", FileTest::Lines(all(&["a", "b"]))));
        assert!(!met("a\na\n", FileTest::Lines(all(&["a", "b"]))));
        assert!(!met("a\nb\nc\n", FileTest::Lines(all(&["a", "b"]))));
        assert!(met("k get svc -A --sort-by x", FileTest::Contains(all(&["-A", "get  svc"]))));
        assert!(!met("k get svc", FileTest::Contains(all(&["get", "-A"]))));
        assert!(met("two", FileTest::OneOf(all(&["one", "two"]))));
    }

    #[test]
    fn of_a_file_its_first_words_are_told_and_that_there_is_more() {
        assert_eq!(beginning("k get svc"), "k get svc");
        assert_eq!(beginning("a\nb"), "a…");
        assert_eq!(beginning(&"x".repeat(TOLD)), "x".repeat(TOLD));
        assert_eq!(beginning(&"x".repeat(TOLD + 1)), format!("{}…", "x".repeat(TOLD)));
    }

    #[test]
    fn what_is_missing_is_told() {
        let goal = FileGoal { name: "cmd.sh".to_owned(), test: FileTest::Exists };
        let looked = look_at_file(&Files::default(), &goal);
        assert_eq!(looked.say, "There is no file cmd.sh in the console's folder.");
        assert_eq!((looked.met, looked.found.as_str()), (false, "no such file"));
    }
}

//! busybox's own words for what its tools find wrong (1.35 and later): they differ from those
//! of coreutils.

use crate::kubectl::job::Done;

const MISSING: &str = "No such file or directory";

/// How busybox's `tool` ends where coreutils' ends so.
pub(super) fn ended(tool: &str, done: Done) -> Done {
    match (tool, done) {
        ("ls" | "sed" | "awk", Done::Exit(2)) => Done::Exit(1),
        (_, done) => done,
    }
}

/// What busybox says in the place of a line that coreutils' `tool` says; none where both say
/// the same.
pub(super) fn words(tool: &str, line: &str) -> Option<String> {
    let said = line.strip_prefix(tool)?.strip_prefix(": ")?;
    let quoted = |lead: &str| -> Option<(&str, &str)> {
        said.strip_prefix(lead)?.strip_prefix('\'')?.rsplit_once("': ")
    };
    let says = match tool {
        "cat" => {
            let (path, why) = said.rsplit_once(": ")?;
            match why {
                "Is a directory" => format!("read error: {why}"),
                why => format!("can't open '{path}': {why}"),
            }
        }
        "ls" => {
            let (path, why) = quoted("cannot access ")?;
            format!("{path}: {why}")
        }
        "rm" => match quoted("cannot remove ")? {
            (path, "Is a directory") => format!("'{path}' is a directory"),
            (path, why) => format!("can't remove '{path}': {why}"),
        },
        "cp" | "mv" => {
            let (path, why) = quoted("cannot stat ")?;
            let does = if tool == "cp" { "stat" } else { "rename" };
            format!("can't {does} '{path}': {why}")
        }
        "mkdir" => {
            let (path, why) = quoted("cannot create directory ")?;
            format!("can't create directory '{path}': {why}")
        }
        "rmdir" => {
            let (path, why) = quoted("failed to remove ")?;
            format!("'{path}': {why}")
        }
        "touch" => {
            let (path, why) = quoted("cannot touch ")?;
            format!("{path}: {why}")
        }
        "head" | "tail" => {
            let rest = said.strip_prefix("cannot open '")?;
            let path = rest.strip_suffix(MISSING)?.strip_suffix("' for reading: ")?;
            match tool {
                "head" => format!("{path}: {MISSING}"),
                _ => format!("can't open '{path}': {MISSING}\ntail: no files"),
            }
        }
        "sed" => {
            let path = said.strip_prefix("can't read ")?.strip_suffix(MISSING)?;
            format!("{path}{MISSING}")
        }
        "awk" => {
            let path =
                said.strip_prefix("cannot open ")?.strip_suffix(" (No such file or directory)")?;
            format!("{path}: {MISSING}")
        }
        "find" => {
            let (path, why) = quoted("")?;
            format!("{path}: {why}")
        }
        "chmod" => {
            let (path, why) = quoted("cannot access ")?;
            format!("{path}: {why}")
        }
        "sort" => said.strip_prefix("cannot read: ")?.to_owned(),
        _ => return None,
    };
    Some(format!("{tool}: {says}"))
}

//! `save FILE [PATH]`: a file of the console is written to the disk. The front end does it, and
//! asks before it writes over another.

use super::Ask;
use crate::kubectl::Files;

const USAGE: &str =
    "usage: save FILE [PATH]\nWrites FILE from this folder, which is in memory, to the disk.\n";

/// What `line` asks for, where it is this command; else its error.
pub(super) fn asked(line: &str, files: &Files) -> Option<Result<Ask, String>> {
    let mut words = line.split_whitespace();
    if words.next() != Some("save") {
        return None;
    }
    let words: Vec<String> = words.map(|word| word.trim_matches(['\'', '"']).to_owned()).collect();
    Some(match words.as_slice() {
        [name] | [name, _] if files.read(name).is_none() => {
            Err(format!("save: {name}: No such file or directory\n"))
        }
        [name] => Ok(Ask::Save { name: name.clone(), path: name.clone() }),
        [name, path] => Ok(Ask::Save { name: name.clone(), path: path.clone() }),
        _ => Err(USAGE.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_saved_under_its_name_or_another() {
        let mut files = Files::default();
        files.write("a.yaml", b"x").unwrap();
        let save =
            |path: &str| Some(Ok(Ask::Save { name: "a.yaml".to_owned(), path: path.to_owned() }));
        assert_eq!(asked("save a.yaml", &files), save("a.yaml"));
        assert_eq!(asked(" save  'a.yaml' ../b.yaml", &files), save("../b.yaml"));
        let missing = "save: b: No such file or directory\n".to_owned();
        assert_eq!(asked("save b", &files), Some(Err(missing)));
        assert_eq!(asked("save", &files), Some(Err(USAGE.to_owned())));
        assert_eq!(asked("saves a.yaml", &files), None);
    }
}

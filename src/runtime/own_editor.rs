//! The learner's own editor: the text in a file of its own, the program that the environment
//! names run on it, and what it left taken back. Whatever goes wrong, the text in the tutor
//! stays, and what was written in the file is not thrown away.

use crate::app::editor::MAX_BYTES;
use crate::app::workshop::Edited;
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

/// The text in a folder of its own, which no other user can read.
#[derive(Debug)]
pub(super) struct Draft {
    folder: PathBuf,
    file: PathBuf,
    /// The editor, as the environment names it.
    editor: OsString,
    text: String,
}

/// The editor that the environment names; vi where it names none, as for `kubectl edit`.
pub(super) fn editor(variable: impl Fn(&str) -> Option<OsString>) -> OsString {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .unwrap_or_else(|| "vi".into())
}

impl Draft {
    /// Writes `text` into a new file of the name `name` below `parent`.
    ///
    /// # Errors
    /// Why it could not be written, as a sentence.
    pub(super) fn write(
        parent: &Path,
        name: &str,
        text: &str,
        editor: OsString,
    ) -> Result<Self, String> {
        let failed = |error: io::Error| {
            format!(
                "No file could be written in {}: {error}. Set TMPDIR to a folder that can be written to.",
                parent.display()
            )
        };
        let folder = new_folder(parent).map_err(failed)?;
        let file = folder.join(name);
        if let Err(error) = fs::write(&file, text) {
            let _ = fs::remove_dir_all(&folder);
            return Err(failed(error));
        }
        Ok(Self { folder, file, editor, text: text.to_owned() })
    }

    /// Starts the editor on the file.
    ///
    /// # Errors
    /// When there is no shell to start it with.
    pub(super) fn start(&self) -> io::Result<Child> {
        // Through the shell, as git does: the variable may hold options (`code --wait`).
        let mut line = self.editor.clone();
        line.push(" \"$@\"");
        Command::new("sh").arg("-c").arg(line).arg(&self.editor).arg(&self.file).spawn()
    }

    /// Takes back what the editor left.
    pub(super) fn take(self, ended: io::Result<ExitStatus>) -> Edited {
        let editor = self.editor.to_string_lossy().into_owned();
        let why = match ended {
            Err(error) => {
                let _ = fs::remove_dir_all(&self.folder);
                return Edited::Kept(format!(
                    "{editor} could not be started: {error}. Set EDITOR to the editor you want."
                ));
            }
            Ok(status) if status.success() => None,
            Ok(status) => Some(match status.code() {
                Some(127) => {
                    format!("{editor} was not found: set VISUAL or EDITOR to the editor you want")
                }
                Some(126) => format!("{editor} is no program that can be run"),
                Some(code) => format!("{editor} ended with {code}"),
                None => format!("{editor} was ended by a signal"),
            }),
        };
        let read = self.read();
        match (why, read) {
            (None, Ok(text)) => {
                let _ = fs::remove_dir_all(&self.folder);
                Edited::Text(text)
            }
            (None, Err(Unread::Gone)) => {
                let _ = fs::remove_dir_all(&self.folder);
                Edited::Kept("The file was deleted: the text stays as it was.".to_owned())
            }
            (None, Err(Unread::Wrong(what))) => Edited::Kept(format!(
                "The text stays as it was: {what}. The file is kept: {}",
                self.file.display()
            )),
            (Some(why), _) if self.is_untouched() => {
                let _ = fs::remove_dir_all(&self.folder);
                Edited::Kept(format!("The text stays as it was: {why}."))
            }
            (Some(why), _) => Edited::Kept(format!(
                "The text stays as it was: {why}. What was written is kept: {}",
                self.file.display()
            )),
        }
    }

    fn read(&self) -> Result<String, Unread> {
        let metadata = match fs::metadata(&self.file) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unread::Gone),
            Err(error) => return Err(Unread::Wrong(error.to_string())),
        };
        if metadata.len() > MAX_BYTES as u64 {
            return Err(Unread::Wrong(format!("it is longer than {} MiB", MAX_BYTES >> 20)));
        }
        let bytes = fs::read(&self.file).map_err(|error| Unread::Wrong(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            Unread::Wrong(format!("line {line} of it is no UTF-8"))
        })
    }

    /// Is there nothing in the file that would be lost? Then its folder can go.
    fn is_untouched(&self) -> bool {
        match fs::read(&self.file) {
            Ok(bytes) => bytes == self.text.as_bytes(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }
}

/// Why a file gives no text.
enum Unread {
    Gone,
    Wrong(String),
}

/// A new folder below `parent` that only this user can enter.
fn new_folder(parent: &Path) -> io::Result<PathBuf> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let mut error = None;
    for n in 0..100 {
        let folder = parent.join(format!("portolan-{}-{n}", std::process::id()));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => error = Some(e),
            Err(e) => return Err(e),
        }
    }
    Err(error.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs `script` as the editor of a text; what came of it, and the files that are left.
    fn edit(script: &str) -> (Edited, Vec<PathBuf>) {
        let parent = tempfile::tempdir().unwrap();
        let program = parent.path().join("program");
        fs::write(&program, script).unwrap();
        let editor = format!("sh {}", program.display());
        let tmp = parent.path().join("tmp");
        fs::create_dir(&tmp).unwrap();
        let draft = Draft::write(&tmp, "service.yaml", "a: 1\n", editor.into()).unwrap();
        let ended = draft.start().and_then(|mut child| child.wait());
        let mut edited = draft.take(ended);
        if let Edited::Kept(why) = &mut edited {
            *why = why.replace(&parent.path().display().to_string(), "");
        }
        let left = fs::read_dir(&tmp)
            .unwrap()
            .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path().file_name().unwrap().into())
            .collect();
        (edited, left)
    }

    fn kept(script: &str) -> (String, usize) {
        match edit(script) {
            (Edited::Kept(why), left) => (why, left.len()),
            (Edited::Text(text), _) => panic!("taken: {text}"),
        }
    }

    #[test]
    fn what_the_editor_wrote_is_taken_and_the_file_goes() {
        let (edited, left) = edit("echo 'b: 2' >> \"$1\"");
        assert_eq!((edited, left), (Edited::Text("a: 1\nb: 2\n".to_owned()), vec![]));
    }

    #[test]
    fn whatever_goes_wrong_is_said_and_nothing_is_lost() {
        let stays = "The text stays as it was: sh /program ended with 3.";
        assert_eq!(kept("exit 3"), (stays.to_owned(), 0));
        let (why, left) = kept("echo x > \"$1\"; exit 3");
        assert!(
            why.starts_with(&format!("{stays} What was written is kept: /tmp/portolan-")),
            "{why}"
        );
        assert_eq!(left, 1);
        assert_eq!(
            kept("rm \"$1\""),
            ("The file was deleted: the text stays as it was.".to_owned(), 0)
        );
        let (why, left) = kept("printf 'a: 1\\nb: \\377\\n' > \"$1\"");
        assert!(
            why.starts_with(
                "The text stays as it was: line 2 of it is no UTF-8. The file is kept: "
            ),
            "{why}"
        );
        assert_eq!(left, 1);
        let (why, left) = kept("head -c 3000000 /dev/zero > \"$1\"");
        assert!(why.contains("it is longer than 2 MiB"), "{why}");
        assert_eq!(left, 1);
        assert_eq!(
            kept("exit 127").0,
            "The text stays as it was: sh /program was not found: set VISUAL or EDITOR to the editor you want."
        );
        let (why, _) = kept("kill -9 $$");
        // The shell between may tell the signal as a code.
        assert!(why.contains("ended by a signal") || why.contains("137"), "{why}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named() {
        let error = Draft::write(Path::new("/nowhere/at/all"), "a", "b", "vi".into()).unwrap_err();
        assert_eq!(
            error,
            "No file could be written in /nowhere/at/all: No such file or directory (os error 2). \
             Set TMPDIR to a folder that can be written to."
        );
    }

    #[test]
    fn visual_comes_before_editor_and_vi_is_the_last_resort() {
        let with = |visual: &str, own: &str| {
            let values = [("VISUAL", visual.to_owned()), ("EDITOR", own.to_owned())];
            editor(|name| values.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
        };
        assert_eq!(with("v", "e"), "v");
        assert_eq!(with("", "e"), "e");
        assert_eq!(with("", ""), "vi");
        assert_eq!(editor(|_| None), "vi");
    }
}

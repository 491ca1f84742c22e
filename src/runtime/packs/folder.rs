//! Packs in folders: reading their files, safely.

use crate::content::{self, Files, MAX_FILE, Pack, PackProblem, ROOT_FILES, Unread, Walked};
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

/// Files of a pack at most.
pub const MAX_FILES: usize = 50_000;
/// Bytes of all its files at most.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Reads the pack in `folder`: the pack as far as it can be read, and all that is wrong.
///
/// # Errors
/// When the folder itself can't be read.
pub fn open(folder: &Path) -> io::Result<(Option<Pack>, Vec<PackProblem>)> {
    let (files, mut problems) = read_folder(folder)?;
    let (pack, more) = content::load_by(&files, read_all);
    problems.extend(more);
    problems.sort();
    Ok((pack, problems))
}

/// Fewer files than these are read before a thread has started.
const FEW: usize = 64;

/// Reads a pack's files on all cores.
pub(super) fn read_all(mut unread: Vec<Unread<'_>>) -> Vec<Walked<'_>> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    if unread.len() < FEW || n_threads == 1 {
        return unread.into_iter().map(Unread::read).collect();
    }
    let n_each = unread.len().div_ceil(n_threads);
    let own = unread.split_off(unread.len() - n_each);
    thread::scope(|scope| {
        let parts: Vec<_> = unread
            .chunks(n_each)
            .map(|part| {
                scope.spawn(move || part.iter().map(|file| file.read()).collect::<Vec<_>>())
            })
            .collect();
        // This thread takes its part, too: the last one.
        let own: Vec<_> = own.into_iter().map(Unread::read).collect();
        let mut all: Vec<_> = parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        all.extend(own);
        all
    })
}

/// The bytes of a pack's files by their path from `folder`, with `/` between names: pack.toml,
/// glossary.toml, guide.toml and what lies in `lessons/`, `quizzes/` and `worlds/`. Hidden
/// files are passed over.
/// Nothing outside `folder` is read: a link that leads out is a problem.
///
/// # Errors
/// When the folder itself can't be read.
pub fn read_folder(folder: &Path) -> io::Result<(Files, Vec<PackProblem>)> {
    let mut reader = Reader {
        root: folder.canonicalize()?,
        files: Files::new(),
        n_bytes: 0,
        problems: Vec::new(),
    };
    // Tells of a file that is no folder, and of one that may not be read.
    fs::read_dir(&reader.root)?;
    for name in ROOT_FILES {
        let path = reader.root.join(name);
        // Only pack.toml must be there.
        if name == "pack.toml" || fs::symlink_metadata(&path).is_ok() {
            reader.file(&path, name);
        }
    }
    for name in ["lessons", "quizzes", "worlds"] {
        reader.folder(&reader.root.join(name), name);
    }
    Ok((reader.files, reader.problems))
}

struct Reader {
    root: PathBuf,
    files: Files,
    n_bytes: usize,
    problems: Vec<PackProblem>,
}

impl Reader {
    fn folder(&mut self, path: &Path, name: &str) {
        if fs::symlink_metadata(path).is_err() || !self.is_inside(path, name) {
            return;
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(name, &error),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let Some(file_name) = path.file_name() else { continue };
            let file_name = file_name.to_string_lossy();
            if file_name.starts_with('.') {
                continue;
            }
            let name = format!("{name}/{file_name}");
            if self.files.len() >= MAX_FILES || self.n_bytes >= MAX_BYTES {
                self.problems.push(PackProblem::of_file(
                    &name,
                    format!(
                        "The pack has more than {MAX_FILES} files or {MAX_BYTES} bytes; the rest \
                         is not read."
                    ),
                    "Split the pack.",
                ));
                return;
            }
            self.file(&path, &name);
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        let Ok(metadata) = fs::symlink_metadata(path) else { return };
        // What is no link lies where its folder lies, which was looked at.
        if metadata.is_symlink() && !self.is_inside(path, name) {
            return;
        }
        // A link inside the folder is followed; what it leads to counts. A pipe or a device
        // is not even opened: that could wait for ever.
        let metadata = if metadata.is_symlink() { fs::metadata(path) } else { Ok(metadata) };
        match metadata {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => {
                return self.problems.push(PackProblem::of_file(
                    name,
                    "This is not a file.",
                    "Only files belong here; move or remove it.",
                ));
            }
            Err(error) => return self.unreadable(name, &error),
        }
        let mut bytes = Vec::new();
        // One byte more than is allowed is enough to know.
        let read = File::open(path)
            .and_then(|file| file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(n) => {
                self.n_bytes += n;
                self.files.insert(name.to_owned(), bytes);
            }
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn is_inside(&mut self, path: &Path, name: &str) -> bool {
        match path.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => true,
            Ok(_) => {
                self.problems.push(PackProblem::of_file(
                    name,
                    "This link leads out of the pack's folder.",
                    "Put the file itself into the folder.",
                ));
                false
            }
            Err(error) => {
                self.unreadable(name, &error);
                false
            }
        }
    }

    fn unreadable(&mut self, name: &str, error: &io::Error) {
        self.problems.push(PackProblem::of_file(
            name,
            format!("It can't be read: {error}."),
            "See that it exists and that you may read it.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn only_the_packs_own_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        for name in
            ["pack.toml", "lessons/a.toml", "lessons/.a.toml.swp", "src/b.toml", "README.md"]
        {
            write(dir.path(), name, "x");
        }
        let (files, problems) = read_folder(dir.path()).unwrap();
        assert_eq!(files.into_keys().collect::<Vec<_>>(), ["lessons/a.toml", "pack.toml"]);
        assert_eq!(problems, []);
    }

    #[test]
    fn a_folder_that_is_missing_or_a_file_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "file", "x");
        assert!(read_folder(&dir.path().join("nowhere")).is_err());
        assert!(read_folder(&dir.path().join("file")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_that_leave_the_folder_are_told_and_not_read() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "secret.toml", "secret");
        write(outside.path(), "quizzes/q.toml", "secret");
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "lessons/a.toml", "a");
        symlink(outside.path().join("secret.toml"), dir.path().join("lessons/b.toml")).unwrap();
        symlink(dir.path().join("lessons/a.toml"), dir.path().join("lessons/c.toml")).unwrap();
        symlink(dir.path().join("nowhere"), dir.path().join("lessons/d.toml")).unwrap();
        symlink(outside.path().join("quizzes"), dir.path().join("quizzes")).unwrap();
        let (files, problems) = read_folder(dir.path()).unwrap();
        let read: Vec<_> = files.into_iter().collect();
        assert_eq!(
            read,
            [("lessons/a.toml", "a"), ("lessons/c.toml", "a")]
                .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        );
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let leads_out = "This link leads out of the pack's folder. Put the file itself into the \
                         folder.";
        assert_eq!(
            told,
            [
                format!("lessons/b.toml: {leads_out}"),
                "lessons/d.toml: It can't be read: No such file or directory (os error 2). See \
                 that it exists and that you may read it."
                    .to_owned(),
                format!("quizzes: {leads_out}"),
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_opened() {
        use std::os::unix::net::UnixListener;
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("lessons/sub.toml")).unwrap();
        // Opening a socket fails, opening a pipe would wait: neither is tried.
        let _socket = UnixListener::bind(dir.path().join("pack.toml")).unwrap();
        let (files, problems) = read_folder(dir.path()).unwrap();
        assert!(files.is_empty());
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let no_file = "This is not a file. Only files belong here; move or remove it.";
        assert_eq!(told, [format!("pack.toml: {no_file}"), format!("lessons/sub.toml: {no_file}")]);
    }
}

//! Packs in folders: reading their files, safely.

use crate::content::{self, Files, MAX_FILE, Pack, PackProblem, ROOT_FILES, Unread, Walked};
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
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
    crate::source::sort::sort_by(&mut problems, Ord::cmp);
    Ok((pack, problems))
}

/// Fewer files than these are read before a thread has started.
const FEW: usize = 64;

/// Reads a pack's files on all cores.
pub(super) fn read_all(unread: Vec<Unread<'_>>) -> Vec<Walked<'_>> {
    on_all_cores(unread, Unread::read)
}

/// What `work` makes of each, in their order.
fn on_all_cores<T: Send, R: Send>(mut all: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    if all.len() < FEW || n_threads == 1 {
        return all.into_iter().map(work).collect();
    }
    let n_each = all.len().div_ceil(n_threads);
    let mut parts = Vec::with_capacity(n_threads);
    while all.len() > n_each {
        parts.push(all.split_off(all.len() - n_each));
    }
    let work = &work;
    thread::scope(|scope| {
        // The last part comes first here; this thread takes the first one.
        let others: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || part.into_iter().map(work).collect::<Vec<_>>()))
            .collect();
        let mut done: Vec<R> = all.into_iter().map(work).collect();
        for other in others.into_iter().rev() {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
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
    let root = folder.canonicalize()?;
    // Tells of a file that is no folder, and of one that may not be read.
    fs::read_dir(&root)?;
    let mut problems = Vec::new();
    let mut listed = Vec::new();
    for name in ROOT_FILES {
        let path = root.join(name);
        // Only pack.toml must be there.
        if let Ok(metadata) = fs::symlink_metadata(&path) {
            listed.push(Listed { path, name: name.to_owned(), kind: Some(metadata.file_type()) });
        }
    }
    for name in ["lessons", "quizzes", "worlds"] {
        list(&root, name, &mut listed, &mut problems);
    }
    let mut files = Files::new();
    let mut n_bytes = 0;
    let budget = AtomicUsize::new(0);
    let fetched = on_all_cores(listed, |file| {
        // What is over all bounds is not read, at the latest when all before it were.
        let read = (budget.load(Relaxed) < MAX_BYTES).then(|| file.read(&root));
        if let Some(Ok(bytes)) = &read {
            budget.fetch_add(bytes.len(), Relaxed);
        }
        (file, read)
    });
    for (file, read) in fetched {
        if files.len() >= MAX_FILES || n_bytes >= MAX_BYTES {
            problems.push(PackProblem::of_file(
                &file.name,
                format!(
                    "The pack has more than {MAX_FILES} files or {MAX_BYTES} bytes; the rest \
                     is not read."
                ),
                "Split the pack.",
            ));
            break;
        }
        match read.unwrap_or_else(|| file.read(&root)) {
            Ok(bytes) => {
                n_bytes += bytes.len();
                files.insert(file.name, bytes);
            }
            Err(problem) => problems.push(problem),
        }
    }
    // Folders were looked at before files.
    crate::source::sort::sort_by(&mut problems, Ord::cmp);
    Ok((files, problems))
}

/// The files of one of the pack's folders, by their names.
fn list(root: &Path, name: &str, listed: &mut Vec<Listed>, problems: &mut Vec<PackProblem>) {
    let path = root.join(name);
    if fs::symlink_metadata(&path).is_err() {
        return;
    }
    if let Err(problem) = inside(root, &path, name) {
        return problems.push(problem);
    }
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => return problems.push(unreadable(name, &error)),
    };
    let files = entries.flatten().filter_map(|entry| {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        (!file_name.starts_with('.')).then(|| Listed {
            path: entry.path(),
            name: format!("{name}/{file_name}"),
            kind: entry.file_type().ok(),
        })
    });
    let first = listed.len();
    listed.extend(files);
    let mut new = listed.split_off(first);
    crate::source::sort::sort_by(&mut new, |a, b| a.name.cmp(&b.name));
    listed.append(&mut new);
}

/// A file that is to be read.
struct Listed {
    path: PathBuf,
    /// Its path from the pack's folder.
    name: String,
    /// What its folder says that it is.
    kind: Option<FileType>,
}

impl Listed {
    /// Its bytes: one more than is allowed, at most, which is enough to know.
    fn read(&self, root: &Path) -> Result<Vec<u8>, PackProblem> {
        let name = &self.name;
        // A link inside the folder is followed; what it leads to counts. What is no link lies
        // where its folder lies, which was looked at. A pipe or a device is not even opened:
        // that could wait for ever.
        let kind = match self.kind {
            Some(kind) if !kind.is_symlink() => kind,
            _ => {
                inside(root, &self.path, name)?;
                fs::metadata(&self.path).map_err(|error| unreadable(name, &error))?.file_type()
            }
        };
        if !kind.is_file() {
            return Err(PackProblem::of_file(
                name,
                "This is not a file.",
                "Only files belong here; move or remove it.",
            ));
        }
        let read = || {
            let file = File::open(&self.path)?;
            let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            let mut bytes = Vec::with_capacity(len.min(MAX_FILE) + 1);
            file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| unreadable(name, &error))
    }
}

/// Does it lie in the pack's folder, links followed?
fn inside(root: &Path, path: &Path, name: &str) -> Result<(), PackProblem> {
    match path.canonicalize() {
        Ok(real) if real.starts_with(root) => Ok(()),
        Ok(_) => Err(PackProblem::of_file(
            name,
            "This link leads out of the pack's folder.",
            "Put the file itself into the folder.",
        )),
        Err(error) => Err(unreadable(name, &error)),
    }
}

fn unreadable(name: &str, error: &io::Error) -> PackProblem {
    PackProblem::of_file(
        name,
        format!("It can't be read: {error}."),
        "See that it exists and that you may read it.",
    )
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
        assert_eq!(told, [format!("lessons/sub.toml: {no_file}"), format!("pack.toml: {no_file}")]);
    }
}

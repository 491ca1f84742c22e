//! The working folder's files, copied for a console.

use crate::kubectl::Files;
use anyhow::Context;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The biggest file that is copied.
const MAX_FILE: u64 = 4 << 20;
/// How many folders deep files are copied.
const MAX_DEPTH: usize = 3;
/// The most entries that are looked at.
const MAX_SEEN: usize = 5_000;

/// What was copied, and what was not.
pub(super) struct Copied {
    pub(super) files: Files,
    /// A sentence about what was left out; none where nothing was.
    pub(super) note: Option<String>,
}

/// Copies the working folder: hidden files and folders, what is big, links, and what lies deep
/// are left out.
pub(super) fn working_folder() -> anyhow::Result<Copied> {
    let mut files = Files::default();
    let mut left_out: Vec<String> = Vec::new();
    let mut n_seen = 0;
    let mut folders: Vec<(PathBuf, usize)> = vec![(PathBuf::from("."), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => {
                return Err(error).context("cannot read the working folder");
            }
            Err(_) => {
                left_out.push(shown(&folder));
                continue;
            }
        };
        let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        crate::source::sort::sort_by(&mut entries, Ord::cmp);
        for path in entries {
            n_seen += 1;
            let name = path.file_name().and_then(|name| name.to_str());
            let hidden = name.is_none_or(|name| name.starts_with('.'));
            let kind = std::fs::symlink_metadata(&path);
            let is_file = kind.as_ref().is_ok_and(|kind| kind.is_file() && kind.len() <= MAX_FILE);
            let is_folder = kind.as_ref().is_ok_and(std::fs::Metadata::is_dir);
            let copied = if n_seen > MAX_SEEN || hidden {
                false
            } else if is_folder {
                let goes = depth + 1 < MAX_DEPTH;
                if goes {
                    folders.push((path.clone(), depth + 1));
                }
                goes
            } else if is_file {
                let bytes = read(&path);
                bytes.is_some_and(|bytes| files.write(&shown(&path), &bytes).is_ok())
            } else {
                false
            };
            if !copied {
                left_out.push(shown(&path));
            }
        }
    }
    let note = match left_out.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is left out of the copy of this folder")),
        [first, rest @ ..] => Some(format!(
            "{first} and {} more are left out of the copy of this folder: hidden, big, deep or too many",
            rest.len()
        )),
    };
    Ok(Copied { files, note })
}

fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_FILE).then_some(bytes)
}

/// Copies the files and folders that a command line may name, so that `apply -f` finds them.
pub(super) fn named_files(words: &[String]) -> Files {
    let mut files = Files::default();
    if let Some(working) = std::env::current_dir().ok().as_deref().and_then(Path::to_str) {
        files.work_in(working);
    }
    for word in words {
        let behind = word.split_once('=').map(|(_, value)| value);
        let short = word.strip_prefix("-f").or_else(|| word.strip_prefix("-k"));
        for part in [Some(word.as_str()), behind, short].into_iter().flatten() {
            for path in part.split(',').filter(|path| !path.is_empty()) {
                copy(Path::new(path), path, 0, &mut files);
            }
        }
    }
    files
}

fn copy(path: &Path, name: &str, depth: usize, files: &mut Files) {
    if path.is_file() {
        if let Some(bytes) = read(path) {
            // What there is no room for is not there.
            let _ = files.write(name, &bytes);
        }
        return;
    }
    if !path.is_dir() || depth > MAX_DEPTH {
        return;
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten().take(MAX_SEEN);
    for entry in entries {
        let inner = entry.path();
        let known = ["yaml", "yml", "json"];
        let is_known = inner.extension().is_some_and(|end| known.iter().any(|known| end == *known));
        if let Some(file) = entry.file_name().to_str()
            && (is_known || inner.is_dir())
        {
            copy(&inner, &format!("{}/{file}", name.trim_end_matches('/')), depth + 1, files);
        }
    }
}

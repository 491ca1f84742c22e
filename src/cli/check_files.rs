//! The files that `check` is given, as kubectl takes them: a folder stands for the
//! manifests in it (`ExpandPathsToFileVisitors`, k8s.io/cli-runtime/pkg/resource, v1.36).

use crate::manifest;
use std::io::{self, Read};
use std::path::Path;

/// The most that is read of one file, so that an answer comes within a second or two and
/// memory stays bounded: tens of thousands of small objects take most. kubectl reads any
/// size; the server takes 3 MB of one object.
const MAX_BYTES: u64 = 4 << 20;

/// How the names of manifests in a folder end (`FileExtensions`).
const ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];

/// Why a file's text is not there, in kubectl's words.
pub(super) struct Unread(pub(super) String);

/// What one argument stands for.
pub(super) enum Input {
    /// One file, or standard input.
    File(String),
    /// The manifests of a folder, by name.
    Folder(Vec<String>),
    /// A folder without manifests, in kubectl's words.
    Unread { folder: String, why: String },
}

impl Input {
    /// What `argument` stands for.
    pub(super) fn of(argument: &str) -> Self {
        if argument == "-" || !Path::new(argument).is_dir() {
            return Self::File(argument.to_owned());
        }
        let folder = argument.to_owned();
        match manifests_in(argument) {
            Err(error) => {
                let why = io_error(&format!("open {argument}"), &error);
                Self::Unread { folder, why }
            }
            Ok(files) if files.is_empty() => {
                let endings = ENDINGS.join(" ");
                let why = format!(
                    "error reading [{argument}]: recognized file extensions are [{endings}]"
                );
                Self::Unread { folder, why }
            }
            Ok(files) => Self::Folder(files),
        }
    }

    /// How many bytes there are to read, as far as that is known before.
    pub(super) fn n_bytes(&self) -> u64 {
        let len = |file: &String| std::fs::metadata(file).map_or(0, |m| m.len().min(MAX_BYTES));
        match self {
            Self::File(file) => len(file),
            Self::Folder(files) => files.iter().map(len).sum(),
            Self::Unread { .. } => 0,
        }
    }
}

/// The manifests in `folder`, not in folders inside it, in the order of their names; called
/// as Go's `filepath.Join` calls them.
fn manifests_in(folder: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // A name that is no text can't be told; kubectl's own would be unreadable too.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_manifest = ENDINGS.iter().any(|ending| name.ends_with(ending));
        if is_manifest && !entry.file_type()?.is_dir() {
            names.push(name);
        }
    }
    names.sort();
    let folder = clean_path(folder);
    Ok(names
        .into_iter()
        .map(|name| match folder.as_str() {
            "." => name,
            "/" => format!("/{name}"),
            folder => format!("{folder}/{name}"),
        })
        .collect())
}

/// Go's `filepath.Clean` on Unix.
fn clean_path(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// Reads `file`, or `input` where it is `-`.
pub(super) fn read(file: &str, input: &mut dyn Read) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    let read = if file == "-" {
        input.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Unread(format!("the path {file:?} does not exist")))
        }
        Err(error) => Err(Unread(io_error(&format!("open {file}"), &error))),
        Ok(_) if bytes.len() as u64 > MAX_BYTES => Err(Unread(format!(
            "{file:?} is longer than {} MB; the API server takes 3 MB of one object, so split it",
            MAX_BYTES >> 20
        ))),
        Ok(_) => Ok(manifest::decode_bytes(&bytes)),
    }
}

fn io_error(doing: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return format!("{doing}: permission denied");
    }
    format!("{doing}: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortened_as_go_does() {
        for (path, clean) in [
            ("a", "a"),
            ("./a/", "a"),
            ("a//b/../c/.", "a/c"),
            (".", "."),
            ("a/..", "."),
            ("../a", "../a"),
            ("../../a", "../../a"),
            ("/", "/"),
            ("/../a/", "/a"),
        ] {
            assert_eq!(clean_path(path), clean, "{path}");
        }
    }
}

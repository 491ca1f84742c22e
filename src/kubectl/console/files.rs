//! A folder of files in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The most that all files hold together.
const MAX_BYTES: usize = 32 << 20;
/// The most files.
const MAX_FILES: usize = 1_000;

/// Files by path: relative, with `/` between folders, without `.` and `..`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Arc<[u8]>>,
}

/// Why a file can't be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// All files together are too big, or too many.
    #[error("No space left on device")]
    Full,
    /// The path leaves the folder, or names none.
    #[error("Permission denied")]
    Outside,
}

impl Files {
    /// `path` as it is kept: `./a//b` is `a/b`. None where it leaves the folder. Absolute
    /// paths are kept as they are, under `/`: they are in memory too.
    #[must_use]
    pub fn path(path: &str) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let inside = parts.join("/");
        if inside.is_empty() {
            return None;
        }
        Some(if path.starts_with('/') { format!("/{inside}") } else { inside })
    }

    /// What a file holds.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&Self::path(path)?).map(|bytes| &**bytes)
    }

    /// Writes a file anew.
    ///
    /// # Errors
    /// Where the path leaves the folder, or there is no room.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = Self::path(path).ok_or(FileError::Outside)?;
        let others = self.files.iter().filter(|(name, _)| **name != path);
        let (n_files, n_bytes) = others.fold((0, 0), |(n, size), (_, b)| (n + 1, size + b.len()));
        if n_files >= MAX_FILES || n_bytes + bytes.len() > MAX_BYTES {
            return Err(FileError::Full);
        }
        self.files.insert(path, bytes.into());
        Ok(())
    }

    /// Takes a file away; false where there is none.
    pub fn remove(&mut self, path: &str) -> bool {
        Self::path(path).is_some_and(|path| self.files.remove(&path).is_some())
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether files lie under `path`.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        let inside = match Self::path(path) {
            Some(path) => format!("{path}/"),
            None => String::new(),
        };
        inside.is_empty() || self.files.keys().any(|name| name.starts_with(&inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        assert_eq!(Files::path("./a//b/../c.yaml"), Some("a/c.yaml".to_owned()));
        assert_eq!(Files::path("/tmp/x"), Some("/tmp/x".to_owned()));
        for outside in ["..", "a/../..", "/..", "", ".", "/"] {
            assert_eq!(Files::path(outside), None, "{outside}");
        }
    }

    #[test]
    fn there_is_an_end_of_room() {
        let mut files = Files::default();
        assert_eq!(files.write("a", &vec![0; MAX_BYTES]), Ok(()));
        assert_eq!(files.write("b", b"x"), Err(FileError::Full));
        assert_eq!(files.write("a", b"x"), Ok(()));
        assert_eq!(files.read("./a"), Some(&b"x"[..]));
        assert!(files.remove("a") && !files.remove("a"));
    }
}

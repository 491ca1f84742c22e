//! A folder of files in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most that all files hold together.
const MAX_BYTES: usize = 32 << 20;
/// The most files.
const MAX_FILES: usize = 1_000;

/// Where pipes have names.
const PIPES: &str = "/dev/fd/";

/// The working folder as absolute paths name it.
const HOME: &str = "root";

/// Files by path: those of the working folder relative, others under `/`; with `/` between
/// folders, without `.` and `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Arc<[u8]>>,
    /// Folders that are there without files.
    folders: BTreeSet<String>,
    /// Files that may be run.
    executable: BTreeSet<String>,
    /// The folder that relative paths start from; empty for the working folder.
    at: String,
}

impl Default for Files {
    fn default() -> Self {
        let folders = BTreeSet::from(["/tmp".to_owned()]);
        Self { files: BTreeMap::new(), folders, executable: BTreeSet::new(), at: String::new() }
    }
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
    /// The path's folder is not there.
    #[error("No such file or directory")]
    NoFolder,
    /// The path is a folder's.
    #[error("Is a directory")]
    IsFolder,
}

impl Files {
    /// `path` as it is kept, from the working folder: `./a//b` is `a/b`. None where it leaves
    /// the folder. Absolute paths are kept as they are, under `/`: they are in memory too.
    #[must_use]
    pub fn path(path: &str) -> Option<String> {
        let inside = joined("", path)?;
        (!matches!(&*inside, "" | "/")).then_some(inside)
    }

    /// `path` as it is kept, from the folder that `cd` went to: empty for the working folder.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Option<String> {
        joined(&self.at, path)
    }

    /// What a file holds.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&self.resolve(path)?).map(|bytes| &**bytes)
    }

    /// Writes a file anew; folders that it needs are made.
    ///
    /// # Errors
    /// Where the path leaves the folder, or there is no room.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.resolve(path).filter(|path| !matches!(&**path, "" | "/"));
        let path = path.ok_or(FileError::Outside)?;
        let old = self.files.get(&path).map_or(0, |old| old.len());
        let n_files = self.files.len() - usize::from(self.files.contains_key(&path));
        let n_bytes = self.size() - old;
        if n_files >= MAX_FILES || n_bytes + bytes.len() > MAX_BYTES {
            return Err(FileError::Full);
        }
        self.files.insert(path, bytes.into());
        Ok(())
    }

    /// Writes a file where a shell would: its folder must be there.
    ///
    /// # Errors
    /// Where it is not, the path is a folder's or leaves the folder, or there is no room.
    pub fn write_in_place(&mut self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        if self.is_folder(path) || path.ends_with('/') {
            return Err(FileError::IsFolder);
        }
        let resolved = self.resolve(path).ok_or(FileError::Outside)?;
        let folder = match resolved.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((folder, _)) => folder,
            None => "",
        };
        if !self.has_folder(folder) {
            return Err(FileError::NoFolder);
        }
        self.write(path, bytes)
    }

    /// Writes a file that is read once, as `<(…)` makes it; gives its path.
    ///
    /// # Errors
    /// Where there is no room.
    pub(in crate::kubectl) fn write_pipe(&mut self, bytes: &[u8]) -> Result<String, FileError> {
        let path = (3..=63).rev().map(|fd| format!("{PIPES}{fd}"));
        let mut free = path.filter(|path| !self.files.contains_key(path));
        let path = free.next().ok_or(FileError::Full)?;
        self.write(&path, bytes)?;
        Ok(path)
    }

    /// Takes away what `<(…)` made.
    pub(in crate::kubectl) fn drop_pipes(&mut self) {
        self.files.retain(|path, _| !path.starts_with(PIPES));
    }

    fn size(&self) -> usize {
        self.files.values().map(|bytes| bytes.len()).sum()
    }

    /// Takes a file away; false where there is none.
    pub fn remove(&mut self, path: &str) -> bool {
        let Some(path) = self.resolve(path) else { return false };
        self.executable.remove(&path);
        let was_there = self.files.remove(&path).is_some();
        if was_there {
            self.keep_parents(&path);
        }
        was_there
    }

    /// Whether a file may be run (`chmod +x`).
    #[must_use]
    pub fn is_executable(&self, path: &str) -> bool {
        let path = self.resolve(path).filter(|path| self.files.contains_key(path));
        path.is_some_and(|path| self.executable.contains(&path))
    }

    /// Lets a file be run, or not; false where there is none.
    pub fn set_executable(&mut self, path: &str, may: bool) -> bool {
        let Some(path) = self.resolve(path).filter(|path| self.files.contains_key(path)) else {
            return false;
        };
        if may {
            self.executable.insert(path);
        } else {
            self.executable.remove(&path);
        }
        true
    }

    /// Folders stay when their last file goes.
    fn keep_parents(&mut self, path: &str) {
        if let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
            self.folders.insert(folder.to_owned());
        }
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether `path` is a folder.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        self.resolve(path).is_some_and(|path| self.has_folder(&path))
    }

    fn has_folder(&self, path: &str) -> bool {
        if matches!(path, "" | "/") || path.strip_prefix('/') == Some(HOME) {
            return true;
        }
        let inside = format!("{path}/");
        let under = |names: &mut dyn Iterator<Item = &String>| {
            names.next().is_some_and(|name| name.starts_with(&inside))
        };
        self.folders.contains(path)
            || under(&mut self.files.range(inside.clone()..).map(|(name, _)| name))
            || under(&mut self.folders.range(inside.clone()..))
    }

    /// What lies right in a folder, in order, and whether each is a folder; none where it is
    /// no folder.
    #[must_use]
    pub fn list(&self, path: &str) -> Option<Vec<(String, bool)>> {
        let folder = self.resolve(path).filter(|folder| self.has_folder(folder))?;
        let inside = match &*folder {
            "" | "/" => folder.clone(),
            folder => format!("{folder}/"),
        };
        let mut found: BTreeMap<&str, bool> = BTreeMap::new();
        let folders = self.folders.iter().map(|name| (name, true));
        for (name, is_folder) in self.files.keys().map(|name| (name, false)).chain(folders) {
            let Some(rest) = name.strip_prefix(&inside) else { continue };
            if rest.is_empty() || rest.starts_with('/') {
                continue;
            }
            match rest.split_once('/') {
                Some((folder, _)) => found.insert(folder, true),
                None => found.insert(rest, is_folder),
            };
        }
        if folder == "/" {
            found.insert(HOME, true);
        }
        Some(found.into_iter().map(|(name, is)| (name.to_owned(), is)).collect())
    }

    /// Makes a folder; false where its own folder is not there, or there is something already.
    pub fn make_folder(&mut self, path: &str) -> bool {
        let Some(path) = self.resolve(path) else { return false };
        let parent = match path.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((parent, _)) => parent,
            None => "",
        };
        if self.has_folder(&path)
            || self.files.contains_key(&path)
            || !self.has_folder(parent)
            || self.folders.len() >= MAX_FILES
        {
            return false;
        }
        self.folders.insert(path)
    }

    /// Takes a folder away with all that lies in it; false where there is none, or it is the
    /// one that is worked in.
    pub fn remove_folder(&mut self, path: &str) -> bool {
        let Some(path) = self.resolve(path) else { return false };
        let inside = format!("{path}/");
        if path.is_empty()
            || path == "/"
            || !self.has_folder(&path)
            || self.at == path
            || self.at.starts_with(&inside)
        {
            return false;
        }
        self.files.retain(|name, _| !name.starts_with(&inside));
        self.folders.retain(|name| *name != path && !name.starts_with(&inside));
        self.executable.retain(|name| !name.starts_with(&inside));
        self.keep_parents(&path);
        true
    }

    /// Goes to a folder (`cd`); false where there is none.
    pub fn go(&mut self, path: &str) -> bool {
        match self.resolve(path).filter(|path| self.has_folder(path)) {
            Some(path) => {
                self.at = path;
                true
            }
            None => false,
        }
    }

    /// Goes to a folder, which is made where it is not there.
    pub fn work_in(&mut self, path: &str) {
        if let Some(path) = self.resolve(path) {
            self.folders.insert(path.clone());
            self.at = path;
        }
    }

    /// The folder that relative paths start from, as `pwd` says it.
    #[must_use]
    pub fn working(&self) -> String {
        match &*self.at {
            "" => format!("/{HOME}"),
            at if at.starts_with('/') => at.to_owned(),
            at => format!("/{HOME}/{at}"),
        }
    }
}

/// `path` from `at`, without `.` and `..`: empty for the working folder, `/` for the root.
/// None where it goes above either.
fn joined(at: &str, path: &str) -> Option<String> {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{at}/./{path}") };
    let is_absolute = whole.starts_with('/') && (path.starts_with('/') || at.starts_with('/'));
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    if is_absolute && parts.first() == Some(&HOME) {
        parts.remove(0);
        return Some(parts.join("/"));
    }
    let inside = parts.join("/");
    Some(if is_absolute { format!("/{inside}") } else { inside })
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
    fn folders_are_walked() {
        let mut files = Files::default();
        files.write("a/b.yaml", b"x").unwrap();
        assert!(files.is_folder("a") && files.is_folder("/root/a") && !files.is_folder("a/b.yaml"));
        assert_eq!(files.list("."), Some(vec![("a".to_owned(), true)]));
        assert!(files.go("a") && files.read("b.yaml").is_some() && files.working() == "/root/a");
        assert!(files.go("..") && !files.go("..") && !files.go("nope"));
        assert!(files.remove("/root/a/b.yaml") && files.is_folder("a"));
        assert!(files.make_folder("c") && !files.make_folder("c") && !files.make_folder("x/y"));
        assert!(files.go("/tmp") && files.working() == "/tmp" && files.write("x", b"").is_ok());
        assert_eq!(files.read("/tmp/x"), Some(&b""[..]));
        assert_eq!(files.write_in_place("/no/x", b""), Err(FileError::NoFolder));
        assert_eq!(files.write_in_place("/root/c", b""), Err(FileError::IsFolder));
        assert!(files.remove_folder("/root/c") && !files.remove_folder("/root"));
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

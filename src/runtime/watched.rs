//! A file on disk that is looked at again and again.
//!
//! It is asked for its stamp every [`INTERVAL`], which costs one system call, works on every
//! file system (also where no notifications come: network drives, containers' volumes), and
//! survives editors that write a new file and rename it over the old one.

use super::paths;
use crate::manifest;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often a watched file is looked at.
pub const INTERVAL: Duration = Duration::from_millis(200);
/// Bytes at most: what the API server's limit of 3 MiB for a request leaves.
const MAX_BYTES: u64 = 3 * 1024 * 1024;

/// What was seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It was saved: its text, as kubectl would read it.
    Text(String),
    /// It is there and can't be used: why, in one sentence.
    Unusable(String),
    /// It is gone.
    Gone,
}

/// What tells one save from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
    inode: u64,
}

/// What was seen, look by look.
#[derive(Debug)]
pub(super) struct Looks<T> {
    /// What was told last; none before the first time.
    told: Option<T>,
    /// What was seen at the last look and not yet told: editors write in several steps.
    pending: Option<T>,
}

impl<T> Default for Looks<T> {
    fn default() -> Self {
        Self { told: None, pending: None }
    }
}

impl<T: PartialEq> Looks<T> {
    /// What was told last and what is to be told now, where `now` is new and has stood still
    /// since the look before. The first look needs no second one.
    pub(super) fn change(&mut self, now: T) -> Option<(Option<T>, &T)> {
        let is_told = self.told.as_ref() == Some(&now);
        if is_told || (self.told.is_some() && self.pending.as_ref() != Some(&now)) {
            self.pending = (!is_told).then_some(now);
            return None;
        }
        self.pending = None;
        let before = self.told.replace(now);
        self.told.as_ref().map(|now| (before, now))
    }
}

/// A file that is watched.
#[derive(Debug)]
pub struct Watched {
    path: PathBuf,
    looks: Looks<Option<Stamp>>,
    /// Held while it is watched, so that a second watcher can be told of.
    _lock: Option<File>,
    is_second: bool,
}

impl Watched {
    /// Watches the file at `path`. It need not be there.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let (lock, is_second) = match lock(path) {
            Ok(Some(lock)) => (Some(lock), false),
            Ok(None) => (None, true),
            // Without a folder for locks nobody can tell; watching works.
            Err(_) => (None, false),
        };
        Self { path: path.to_owned(), looks: Looks::default(), _lock: lock, is_second }
    }

    /// Another process watches the same file.
    #[must_use]
    pub fn is_second(&self) -> bool {
        self.is_second
    }

    /// What is new since the last time; none where nothing is. To be called every
    /// [`INTERVAL`]: a change is told when it has stood still from one call to the next.
    pub fn look(&mut self) -> Option<Seen> {
        let (_, now) = self.looks.change(stamp(&self.path))?;
        Some(if now.is_some() { read(&self.path) } else { Seen::Gone })
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    // What can't be looked at for other reasons than being gone is told when it is read.
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(_) => return Some(Stamp { modified: None, len: 0, inode: 0 }),
    };
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Some(Stamp { modified: metadata.modified().ok(), len: metadata.len(), inode })
}

fn read(path: &Path) -> Seen {
    let mut bytes = Vec::new();
    let result = File::open(path).and_then(|file| {
        // A pipe would never end, a folder can't be read.
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    });
    if let Err(error) = result {
        return match error.kind() {
            io::ErrorKind::NotFound => Seen::Gone,
            _ => Seen::Unusable(format!("It can't be read: {error}.")),
        };
    }
    if bytes.len() as u64 > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Seen::Unusable(format!("It has more than {most} MiB, which no server takes."));
    }
    let has_mark = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if let Err(error) = std::str::from_utf8(&bytes)
        && !has_mark
    {
        let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        return Seen::Unusable(format!("Line {line} is not UTF-8 text. Save the file as UTF-8."));
    }
    Seen::Text(manifest::decode_bytes(&bytes))
}

/// Locks a file that stands for `path`: never the file itself, which editors replace. None
/// where another process has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let folder = paths::data_dir().map_err(io::Error::other)?.join("watching");
    fs::create_dir_all(&folder)?;
    // The file may not be there yet; its folder is.
    let whole = fs::canonicalize(path).or_else(|_| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = fs::canonicalize(parent.unwrap_or(Path::new(".")))?;
        Ok::<_, io::Error>(parent.join(path.file_name().unwrap_or_default()))
    })?;
    let mut hasher = DefaultHasher::new();
    whole.hash(&mut hasher);
    let name = format!("{:016x}.lock", hasher.finish());
    let file = OpenOptions::new().create(true).append(true).open(folder.join(name))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes the file with `text` unless it is there: true where it was made. What is there is
/// never written to.
///
/// # Errors
/// It can't be made: the folder is missing or read-only.
pub fn create(path: &Path, text: &str) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Where nothing may be written, a file that is there can be watched all the same.
        Err(_) if path.exists() => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(watched: &mut Watched) -> Option<Seen> {
        watched.look().or_else(|| watched.look())
    }

    #[test]
    fn each_save_is_seen_once_and_a_loss_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        let mut watched = Watched::new(&path);
        assert_eq!(watched.look(), Some(Seen::Gone));
        assert!(create(&path, "a: 1\n").unwrap());
        assert!(!create(&path, "b: 1\n").unwrap());
        assert_eq!(settled(&mut watched), Some(Seen::Text("a: 1\n".into())));
        assert_eq!(settled(&mut watched), None);
        // As editors do: a new file, renamed over the old one.
        fs::write(dir.path().join("new"), "a: 2\n").unwrap();
        fs::rename(dir.path().join("new"), &path).unwrap();
        assert_eq!(settled(&mut watched), Some(Seen::Text("a: 2\n".into())));
        fs::remove_file(&path).unwrap();
        assert_eq!(settled(&mut watched), Some(Seen::Gone));
        assert_eq!(settled(&mut watched), None);
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        fs::write(&path, b"a: 1\nb: \xff\n").unwrap();
        let mut watched = Watched::new(&path);
        let say = "Line 2 is not UTF-8 text. Save the file as UTF-8.";
        assert_eq!(watched.look(), Some(Seen::Unusable(say.into())));
        fs::write(&path, vec![b'#'; MAX_BYTES as usize + 1]).unwrap();
        let say = "It has more than 3 MiB, which no server takes.";
        assert_eq!(settled(&mut watched), Some(Seen::Unusable(say.into())));
        fs::write(&path, [0xff, 0xfe, b'a', 0, b'\n', 0]).unwrap();
        assert_eq!(settled(&mut watched), Some(Seen::Text("a\n".into())));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(matches!(settled(&mut watched), Some(Seen::Unusable(_))));
    }
}

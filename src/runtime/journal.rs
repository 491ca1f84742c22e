//! The journal on disk: append-only JSON lines, one event a line.
//!
//! Nothing in it is ever changed but its end: a last line that a crash tore is moved into a
//! file beside it. When texts that newer texts have replaced make up most of a large journal,
//! it is written anew without them.

mod transfer;

pub use transfer::{Imported, export, import, reset};

use crate::progress::{Entry, Event, Line, State, read_line};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The journal's name in the data folder.
pub const FILE_NAME: &str = "journal.jsonl";
const LOCK_NAME: &str = "journal.lock";

/// A journal of this size or more is looked at for what newer entries have replaced.
const LARGE: usize = 4 * 1024 * 1024;

/// Line numbers listed in one note at most.
const LISTED: usize = 5;

/// Why the journal can't be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it.
    #[error(
        "another Portolan keeps progress in {}: close it first, or set PORTOLAN_DATA_DIR to \
         another folder",
        .0.display()
    )]
    Locked(PathBuf),
    /// The disk said no.
    #[error("the journal {} can't be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
}

/// What a journal holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// What the entries add up to.
    pub state: State,
    /// What the learner should know, in plain sentences: repairs, lines that can't be read.
    pub notes: Vec<String>,
}

/// An open journal. No other process can open it until this one drops it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The last write failed, perhaps amid a line.
    failed: bool,
    /// Held, not used: the lock goes with it.
    _lock: File,
}

/// Reads the journal in `data_dir` without locking or changing it. An absent one is empty.
///
/// # Errors
/// When it is there and can't be read.
pub fn read(data_dir: &Path) -> Result<Contents, JournalError> {
    let path = data_dir.join(FILE_NAME);
    let bytes = read_bytes(&path).map_err(|source| JournalError::Io { path, source })?;
    let read = Read::of(&bytes);
    let mut notes = read.notes();
    if read.torn.is_some() {
        notes.push("The journal's last line is torn; the tutor repairs it when it starts.".into());
    }
    Ok(Contents { state: read.state, notes })
}

impl Journal {
    /// Opens the journal in `data_dir`, which is made where it is missing: locks it, repairs
    /// a torn last line, and reads it.
    ///
    /// # Errors
    /// When another process has it, or when the disk refuses.
    pub fn open(data_dir: &Path) -> Result<(Self, Contents), JournalError> {
        let path = data_dir.join(FILE_NAME);
        let io = |source| JournalError::Io { path: path.clone(), source };
        fs::create_dir_all(data_dir).map_err(io)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data_dir.join(LOCK_NAME))
            .map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked(data_dir.to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let mut bytes = read_bytes(&path).map_err(io)?;
        let read = Read::of(&bytes);
        let mut notes = read.notes();
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(io)?;
        if let Some(start) = read.torn {
            notes.push(mend(&path, start, &bytes[start..]).map_err(io)?);
            bytes.truncate(start);
        } else if read.lacks_line_break {
            file.write_all(b"\n").and_then(|()| file.sync_data()).map_err(io)?;
            bytes.push(b'\n');
        }
        let state = read.state;
        if bytes.len() >= LARGE
            && let Some(shorter) = without_replaced_drafts(&bytes)
        {
            file = replace(&path, &shorter).map_err(io)?;
        }
        Ok((Self { path, file, failed: false, _lock: lock }, Contents { state, notes }))
    }

    /// Adds an entry: written at once, and on the disk before this returns, but for where
    /// the learner is, which the next entry takes along.
    ///
    /// # Errors
    /// When the disk refuses: the entry may then be lost, and the learner must be told. The
    /// journal stays usable.
    pub fn append(&mut self, entry: &Entry) -> Result<(), JournalError> {
        // After a failure the file may end amid a line, which must not swallow this one.
        let start = if self.failed { "\n" } else { "" };
        let line = format!("{start}{}", entry.to_line());
        let mut written = self.file.write_all(line.as_bytes());
        if !matches!(entry.event, Event::At { .. }) {
            written = written.and_then(|()| self.file.sync_data());
        }
        self.failed = written.is_err();
        written.map_err(|source| JournalError::Io { path: self.path.clone(), source })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// What reading the bytes found.
struct Read {
    state: State,
    /// Numbers of whole lines that are no entries, from 1.
    broken: Vec<usize>,
    /// Entries that a newer program wrote.
    n_unknown: usize,
    /// Where a torn last line starts.
    torn: Option<usize>,
    /// The last line is a whole entry, only its line break is missing.
    lacks_line_break: bool,
}

impl Read {
    fn of(bytes: &[u8]) -> Self {
        let whole: usize = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (lines, rest) = bytes.split_at(whole);
        let mut read = Self {
            state: State::default(),
            broken: Vec::new(),
            n_unknown: 0,
            torn: None,
            lacks_line_break: false,
        };
        for (idx, line) in lines.split_inclusive(|b| *b == b'\n').enumerate() {
            if !read.take(&line[..line.len() - 1]) {
                read.broken.push(idx + 1);
            }
        }
        if !rest.is_empty() {
            read.lacks_line_break = read.take(rest);
            read.torn = (!read.lacks_line_break).then_some(whole);
        }
        read
    }

    /// False where the line is no entry. An empty line is nothing, and no harm.
    fn take(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return true;
        }
        match read_line(line) {
            Line::Entry(entry) => self.state.apply(&entry),
            Line::Unknown => self.n_unknown += 1,
            Line::Broken => return false,
        }
        true
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.broken.is_empty() {
            let listed: Vec<String> =
                self.broken.iter().take(LISTED).map(ToString::to_string).collect();
            let more = match self.broken.len().saturating_sub(LISTED) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let lines = if self.broken.len() == 1 { "Line" } else { "Lines" };
            notes.push(format!(
                "{lines} {}{more} of {FILE_NAME} can't be read: kept, and not counted.",
                listed.join(", ")
            ));
        }
        if self.n_unknown > 0 {
            notes.push(format!(
                "Of {FILE_NAME}, {} from a newer Portolan. Such lines are kept, and do not count here.",
                if self.n_unknown == 1 { "1 line comes".into() } else { format!("{} lines come", self.n_unknown) }
            ));
        }
        notes
    }
}

/// Moves the torn end into a file of its own, and only then takes it off the journal.
fn mend(path: &Path, n_whole: usize, torn: &[u8]) -> io::Result<String> {
    let (name, mut aside) = create_beside(path)?;
    aside.write_all(torn)?;
    aside.sync_all()?;
    // Not through the journal's own handle: Windows can't shorten one that appends.
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(n_whole as u64)?;
    file.sync_all()?;
    Ok(format!(
        "The last line of {FILE_NAME} was torn, as a crash leaves it. Its {} bytes were moved to \
         {name}; all before it is there.",
        torn.len()
    ))
}

fn create_beside(path: &Path) -> io::Result<(String, File)> {
    for n in 1..=u32::MAX {
        let name = format!("{FILE_NAME}.torn-{n}");
        match OpenOptions::new().write(true).create_new(true).open(path.with_file_name(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return Ok((name, created?)),
        }
    }
    Err(io::Error::other("too many torn lines are kept beside the journal"))
}

/// The journal without texts that a newer text of the same exercise has replaced, and
/// without places left since; none where that saves less than half. All other lines stay
/// byte for byte.
fn without_replaced_drafts(bytes: &[u8]) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut replaced = vec![false; lines.len()];
    for (idx, line) in lines.iter().enumerate() {
        let Line::Entry(entry) = read_line(line.trim_ascii_end()) else { continue };
        let key = match entry.event {
            Event::Draft { step, .. } => step,
            Event::At { .. } => String::new(),
            _ => continue,
        };
        if let Some(older) = last.insert(key, idx) {
            replaced[older] = true;
        }
    }
    let kept = || lines.iter().zip(&replaced).filter(|(_, gone)| !**gone).map(|(line, _)| *line);
    let n_kept: usize = kept().map(<[u8]>::len).sum();
    (n_kept <= bytes.len() / 2).then(|| kept().flatten().copied().collect())
}

/// Puts a new file in the journal's place: whole on the disk before the old one goes.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let new = path.with_extension("jsonl.new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&new, path)?;
    OpenOptions::new().append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(event: Event) -> Entry {
        Entry::new("2026-11-20T08:00:00Z".parse().unwrap(), event)
    }

    fn read_step(id: &str) -> Entry {
        entry(Event::Read { step: format!("p/l/{id}") })
    }

    fn steps(contents: &Contents) -> Vec<&str> {
        contents.state.steps.keys().map(String::as_str).collect()
    }

    fn file(dir: &Path, name: &str) -> Vec<u8> {
        fs::read(dir.join(name)).unwrap()
    }

    #[test]
    fn what_was_written_is_there_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("made/when/missing");
        let (mut journal, contents) = Journal::open(&data).unwrap();
        assert_eq!((steps(&contents), contents.notes.len()), (vec![], 0));
        journal.append(&read_step("a")).unwrap();
        journal.append(&read_step("b")).unwrap();
        drop(journal);
        let (_journal, contents) = Journal::open(&data).unwrap();
        assert_eq!((steps(&contents), contents.notes.len()), (vec!["p/l/a", "p/l/b"], 0));
    }

    #[test]
    fn a_second_process_is_kept_out_and_told_where() {
        let dir = tempfile::tempdir().unwrap();
        let first = Journal::open(dir.path()).unwrap();
        let error = Journal::open(dir.path()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "another Portolan keeps progress in {}: close it first, or set \
                 PORTOLAN_DATA_DIR to another folder",
                dir.path().display()
            )
        );
        drop(first);
        Journal::open(dir.path()).unwrap();
    }

    #[test]
    fn a_torn_last_line_is_moved_aside_and_told() {
        let dir = tempfile::tempdir().unwrap();
        let whole = read_step("a").to_line();
        for n in 1..=2 {
            let torn = &read_step("b").to_line()[..20 + n];
            fs::write(dir.path().join(FILE_NAME), format!("{whole}{torn}")).unwrap();
            let (mut journal, contents) = Journal::open(dir.path()).unwrap();
            assert_eq!(
                contents.notes,
                [format!(
                    "The last line of journal.jsonl was torn, as a crash leaves it. Its {} bytes \
                     were moved to journal.jsonl.torn-{n}; all before it is there.",
                    torn.len()
                )]
            );
            assert_eq!(steps(&contents), ["p/l/a"]);
            assert_eq!(file(dir.path(), &format!("journal.jsonl.torn-{n}")), torn.as_bytes());
            journal.append(&read_step("c")).unwrap();
            let expected = format!("{whole}{}", read_step("c").to_line());
            assert_eq!(file(dir.path(), FILE_NAME), expected.as_bytes());
        }
    }

    #[test]
    fn a_last_line_that_lacks_only_its_line_break_counts() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE_NAME), read_step("a").to_line().trim_end()).unwrap();
        let (mut journal, contents) = Journal::open(dir.path()).unwrap();
        assert_eq!((steps(&contents), contents.notes.len()), (vec!["p/l/a"], 0));
        journal.append(&read_step("b")).unwrap();
        drop(journal);
        let (_journal, contents) = Journal::open(dir.path()).unwrap();
        assert_eq!(steps(&contents), ["p/l/a", "p/l/b"]);
    }

    #[test]
    fn lines_that_are_no_entries_are_told_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let newer = "{\"v\":2,\"at\":\"2026-11-20T08:00:00Z\",\"event\":\"sang\"}\n";
        let broken = "x\n".repeat(7);
        let text = format!("\n{}{broken}{newer}", read_step("a").to_line());
        fs::write(dir.path().join(FILE_NAME), &text).unwrap();
        let (_journal, contents) = Journal::open(dir.path()).unwrap();
        let notes = [
            "Lines 3, 4, 5, 6, 7 and 2 more of journal.jsonl can't be read: kept, and not counted.",
            "Of journal.jsonl, 1 line comes from a newer Portolan. Such lines are kept, and do not \
             count here.",
        ];
        assert_eq!(contents.notes, notes);
        assert_eq!(steps(&contents), ["p/l/a"]);
        assert_eq!(file(dir.path(), FILE_NAME), text.as_bytes());
    }

    #[test]
    fn no_journal_however_broken_loses_a_byte() {
        let binary: Vec<u8> =
            (0..10_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let deep = [&b"{\"v\":"[..], &b"[".repeat(10_000_000)].concat();
        let controls = b"\x1b[2J\x00\x07".repeat(1000);
        for bytes in [binary, deep, controls, b"\n\n\n".to_vec(), vec![0; 1_000_000]] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join(FILE_NAME), &bytes).unwrap();
            let (_journal, contents) = Journal::open(dir.path()).unwrap();
            assert_eq!(contents.state, State::default());
            let mut kept = file(dir.path(), FILE_NAME);
            if let Ok(torn) = fs::read(dir.path().join("journal.jsonl.torn-1")) {
                kept.extend(torn);
            }
            assert!(kept == bytes, "{} bytes became {}", bytes.len(), kept.len());
            for note in contents.notes {
                assert!(!note.contains(|c: char| c.is_control()), "{note:?}");
            }
        }
    }

    #[test]
    fn replaced_drafts_are_let_go_when_they_fill_a_large_journal() {
        let dir = tempfile::tempdir().unwrap();
        let draft = |n: usize| {
            entry(Event::Draft { step: "p/l/e".into(), text: format!("{n}{}", "x".repeat(9_999)) })
        };
        let mut text = format!("broken\n{}", read_step("a").to_line());
        for n in 0..500 {
            text.push_str(&draft(n).to_line());
            text.push_str(&entry(Event::At { step: format!("p/l/{n}"), part: 0 }).to_line());
        }
        text.push_str(&read_step("b").to_line());
        fs::write(dir.path().join(FILE_NAME), &text).unwrap();
        let (mut journal, before) = Journal::open(dir.path()).unwrap();
        journal.append(&read_step("c")).unwrap();
        drop(journal);
        let expected = format!(
            "broken\n{}{}{}{}{}",
            read_step("a").to_line(),
            draft(499).to_line(),
            entry(Event::At { step: "p/l/499".into(), part: 0 }).to_line(),
            read_step("b").to_line(),
            read_step("c").to_line()
        );
        assert!(file(dir.path(), FILE_NAME) == expected.as_bytes());
        let mut after = read(dir.path()).unwrap().state;
        after.steps.remove("p/l/c");
        assert_eq!(after, before.state);
    }

    #[test]
    fn reading_changes_nothing_and_needs_no_lock() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap().state, State::default());
        let (mut journal, _) = Journal::open(dir.path()).unwrap();
        journal.append(&read_step("a")).unwrap();
        assert_eq!(steps(&read(dir.path()).unwrap()), ["p/l/a"]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None, cases: 64, ..Default::default()
        })]

        #[test]
        fn no_bytes_make_the_journal_panic_or_lose_one(
            pieces in proptest::collection::vec(
                proptest::prop_oneof![
                    proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60),
                    proptest::strategy::Just(read_step("a").to_line().into_bytes()),
                ],
                0..6,
            )
        ) {
            let bytes = pieces.concat();
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join(FILE_NAME), &bytes).unwrap();
            let (_journal, contents) = Journal::open(dir.path()).unwrap();
            let mut kept = file(dir.path(), FILE_NAME);
            if let Ok(torn) = fs::read(dir.path().join("journal.jsonl.torn-1")) {
                kept.extend(torn);
            } else if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                proptest::prop_assert_eq!(kept.pop(), Some(b'\n'));
            }
            proptest::prop_assert_eq!(kept, bytes);
            proptest::prop_assert!(contents.state.steps.len() <= 1);
        }
    }
}

//! Progress taken from one computer to another, and begun anew. Nothing is lost: what a
//! journal held before is kept beside it.

use super::{FILE_NAME, Journal, JournalError, read_bytes, replace};
use crate::progress::{Line, read_line};
use crate::source::sort;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What importing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries that are new here.
    pub n_new: usize,
    /// Entries that were here already.
    pub n_known: usize,
    /// Lines that are no entries: left out.
    pub n_broken: usize,
    /// Where the journal as it was is kept; none where nothing has changed.
    pub kept: Option<PathBuf>,
}

/// All that is recorded in `data_dir`, a line an entry: those of newer programs too, those that
/// can't be read not. The journal may be in use.
///
/// # Errors
/// When it is there and can't be read.
pub fn export(data_dir: &Path) -> Result<Vec<u8>, JournalError> {
    let path = data_dir.join(FILE_NAME);
    let bytes = read_bytes(&path).map_err(|source| JournalError::Io { path, source })?;
    Ok(entries(&bytes).0.into_iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect())
}

/// Puts the entries of `exported` among those of the journal, in the order in which they
/// happened; those that it has already only once.
///
/// # Errors
/// When another process has the journal, or when the disk refuses: it is then as it was.
pub fn import(data_dir: &Path, exported: &[u8]) -> Result<Imported, JournalError> {
    let (journal, _) = Journal::open(data_dir)?;
    let io = |source| JournalError::Io { path: journal.path.clone(), source };
    let before = read_bytes(&journal.path).map_err(io)?;
    let known: HashSet<&[u8]> = entries(&before).0.into_iter().collect();
    let (given, n_broken) = entries(exported);
    let mut seen = known.clone();
    let new: Vec<&[u8]> = given.iter().copied().filter(|line| seen.insert(line)).collect();
    let n_known = given.len() - new.len();
    if new.is_empty() {
        return Ok(Imported { n_known, n_broken, ..Imported::default() });
    }
    // Lines that are no entries stay behind the one before them.
    let mut at = None;
    let mut lines: Vec<(Option<jiff::Timestamp>, &[u8])> = Vec::new();
    for line in before.split_inclusive(|b| *b == b'\n').map(<[u8]>::trim_ascii_end) {
        at = time(line).or(at).max(at);
        lines.push((at, line));
    }
    let mut at = None;
    for line in &new {
        at = time(line).or(at).max(at);
        lines.push((at, line));
    }
    // A stable order: of one time, what was here comes first.
    sort::sort_by_key(&mut lines, |(at, _)| *at);
    let bytes: Vec<u8> =
        lines.iter().flat_map(|(_, line)| line.iter().copied().chain([b'\n'])).collect();
    let kept = keep(&journal.path, &before, "before-import").map_err(io)?;
    replace(&journal.path, &bytes).map_err(io)?;
    Ok(Imported { n_new: new.len(), n_known, n_broken, kept })
}

/// Begins anew. Gives the place where the journal is kept that was there; none where nothing
/// was recorded.
///
/// # Errors
/// When another process has the journal, or when the disk refuses: it is then as it was.
pub fn reset(data_dir: &Path) -> Result<Option<PathBuf>, JournalError> {
    let (journal, _) = Journal::open(data_dir)?;
    let io = |source| JournalError::Io { path: journal.path.clone(), source };
    let before = read_bytes(&journal.path).map_err(io)?;
    if before.is_empty() {
        return Ok(None);
    }
    let kept = keep(&journal.path, &before, "before-reset").map_err(io)?;
    replace(&journal.path, b"").map_err(io)?;
    Ok(kept)
}

/// Lines that are entries, of this program or of a newer one, and how many are not.
fn entries(bytes: &[u8]) -> (Vec<&[u8]>, usize) {
    let lines = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let (lines, broken): (Vec<&[u8]>, Vec<&[u8]>) = lines
        .filter(|line| !line.is_empty())
        .partition(|line| !matches!(read_line(line), Line::Broken));
    (lines, broken.len())
}

/// When an entry happened.
fn time(line: &[u8]) -> Option<jiff::Timestamp> {
    match read_line(line) {
        Line::Entry(entry) => Some(entry.at),
        _ => None,
    }
}

/// Writes `bytes` beside the journal, under a name that is free.
fn keep(path: &Path, bytes: &[u8], why: &str) -> io::Result<Option<PathBuf>> {
    if bytes.is_empty() {
        return Ok(None);
    }
    for n in 1..=u32::MAX {
        let aside = path.with_file_name(format!("{FILE_NAME}.{why}-{n}"));
        match OpenOptions::new().write(true).create_new(true).open(&aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => {
                let mut file = created?;
                if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
                    // Half a copy would look like one.
                    let _ = fs::remove_file(&aside);
                    return Err(error);
                }
                return Ok(Some(aside));
            }
        }
    }
    Err(io::Error::other("too many old journals are kept beside the journal"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Entry, Event};

    fn line(minute: u8, step: &str) -> String {
        let at = format!("2026-11-20T08:{minute:02}:00Z").parse().unwrap();
        Entry::new(at, Event::Read { step: step.to_owned() }).to_line()
    }

    fn data(text: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE_NAME), text).unwrap();
        dir
    }

    fn text(dir: &Path) -> String {
        fs::read_to_string(dir.join(FILE_NAME)).unwrap()
    }

    #[test]
    fn entries_come_together_in_their_order_and_each_once() {
        let here = data(&format!("{}no entry\n{}", line(1, "a"), line(5, "c")));
        let exported = export(data(&format!("{}{}", line(1, "a"), line(3, "b"))).path()).unwrap();
        let imported = import(here.path(), &exported).unwrap();
        let kept = here.path().join("journal.jsonl.before-import-1");
        assert_eq!(
            imported,
            Imported { n_new: 1, n_known: 1, n_broken: 0, kept: Some(kept.clone()) }
        );
        let expected = format!("{}no entry\n{}{}", line(1, "a"), line(3, "b"), line(5, "c"));
        assert_eq!(text(here.path()), expected);
        let before = format!("{}no entry\n{}", line(1, "a"), line(5, "c"));
        assert_eq!(fs::read_to_string(kept).unwrap(), before);
        // Once more: nothing is new, nothing is written.
        let again = import(here.path(), &exported).unwrap();
        assert_eq!(again, Imported { n_known: 2, ..Imported::default() });
        assert_eq!(text(here.path()), expected);
    }

    #[test]
    fn what_is_no_progress_changes_nothing() {
        let here = data(&line(1, "a"));
        let imported = import(here.path(), b"\xff\x00\nkind: Service\n").unwrap();
        assert_eq!(imported, Imported { n_broken: 2, ..Imported::default() });
        assert_eq!(text(here.path()), line(1, "a"));
    }

    #[test]
    fn a_journal_begun_anew_is_kept_and_can_come_back() {
        let here = data(&line(1, "a"));
        let kept = reset(here.path()).unwrap().unwrap();
        assert_eq!(text(here.path()), "");
        assert_eq!(reset(here.path()).unwrap(), None);
        let imported = import(here.path(), &fs::read(kept).unwrap()).unwrap();
        assert_eq!((imported.n_new, imported.kept), (1, None));
        assert_eq!(text(here.path()), line(1, "a"));
    }

    #[test]
    fn a_journal_in_use_is_left_alone() {
        let here = data(&line(1, "a"));
        let _open = Journal::open(here.path()).unwrap();
        assert!(matches!(reset(here.path()), Err(JournalError::Locked(_))));
        assert!(matches!(
            import(here.path(), line(2, "b").as_bytes()),
            Err(JournalError::Locked(_))
        ));
        assert_eq!(export(here.path()).unwrap(), line(1, "a").as_bytes());
    }
}

//! A pack in an archive, read as what it is: bytes from somebody else.
//!
//! Nothing is unpacked to the disk here. Sizes are counted while reading, never taken from a
//! header; one entry that a pack has no use for and that could do harm (a link, a device, a
//! name that leads out) refuses the whole.

mod tarball;
mod zip;

use super::Refused;
use super::folder::{MAX_BYTES, MAX_FILES};
use crate::content::{Files, MAX_FILE, ROOT_FILES};
use crate::source::clean_line;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

/// Bytes of an archive at most.
pub const MAX_ARCHIVE: usize = 64 * 1024 * 1024;
/// Bytes of a tar stream at most: all files, and room for the headers between them.
const MAX_STREAM: usize = 2 * MAX_BYTES;
/// Entries at most, folders and files of no use included.
const MAX_ENTRIES: usize = 2 * MAX_FILES;
/// Times that an archive may grow when it is unpacked. Text grows 3 to 30 times.
const MAX_RATIO: usize = 200;
/// Up to here nobody minds how much it grew.
const SMALL: usize = 1024 * 1024;
/// Folders within folders at most.
const MAX_DEPTH: usize = 16;
/// Bytes of a name at most.
const MAX_NAME: usize = 1_024;

/// The pack's files in `archive`: a tar (compressed by gzip or not) or a zip, with pack.toml at
/// its top or in its one folder at the top.
///
/// # Errors
/// It is no such archive, it has too much in it, or something that no pack has.
pub fn read(archive: &[u8]) -> Result<Files, Refused> {
    if archive.len() > MAX_ARCHIVE {
        return Err(too_large("The archive", MAX_ARCHIVE));
    }
    let mut entries = Entries::new(archive.len());
    match archive {
        [0x1f, 0x8b, ..] => {
            let tar = inflate(archive)?;
            if !tarball::is_tar(&tar) {
                return Err(Refused::new(format!(
                    "What gzip holds here is no tar archive. {ACCEPTED}"
                )));
            }
            tarball::read(&tar, &mut entries)?;
        }
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => zip::read(archive, &mut entries)?,
        _ if tarball::is_tar(archive) => tarball::read(archive, &mut entries)?,
        _ => return Err(no_archive(archive)),
    }
    entries.pack()
}

const ACCEPTED: &str = "Give a .tar, .tar.gz or .zip.";

fn no_archive(bytes: &[u8]) -> Refused {
    let known: [(&[u8], &str); 5] = [
        (b"\xfd7zXZ", "an xz file"),
        (b"BZh", "a bzip2 file"),
        (b"\x28\xb5\x2f\xfd", "a zstd file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
    ];
    let known = known.iter().find(|(magic, _)| bytes.starts_with(magic));
    Refused::new(match known {
        Some((_, what)) => format!("This is {what}, which Portolan does not read. {ACCEPTED}"),
        None if bytes.is_empty() => format!("The file is empty. {ACCEPTED}"),
        None => {
            let first: Vec<String> = bytes.iter().take(4).map(|b| format!("{b:02x}")).collect();
            format!("This is no archive: it begins with the bytes {}. {ACCEPTED}", first.join(" "))
        }
    })
}

fn too_large(what: &str, most: usize) -> Refused {
    let most = most / (1024 * 1024);
    Refused::new(format!("{what} holds more than {most} MiB, which no pack needs."))
}

/// What gzip holds, as far as that stays in bounds.
fn inflate(archive: &[u8]) -> Result<Vec<u8>, Refused> {
    let most = MAX_STREAM.min(most_from(archive.len()));
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(archive)
        .take(most as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|error| broken(&error))?;
    if out.len() > most {
        return Err(if most == MAX_STREAM { too_large("The archive", MAX_STREAM) } else { bomb() });
    }
    Ok(out)
}

/// Bytes that an archive of `len` bytes may become.
fn most_from(len: usize) -> usize {
    len.saturating_mul(MAX_RATIO).max(SMALL)
}

fn bomb() -> Refused {
    Refused::new(format!(
        "The archive grows to more than {MAX_RATIO} times its size when it is unpacked: no text does."
    ))
}

fn broken(error: &dyn std::fmt::Display) -> Refused {
    let error = error.to_string();
    Refused::new(format!("The archive is broken: {}.", clean_line(error.trim_end_matches('.'))))
}

/// An entry as it is named for people.
fn shown(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let short: String = name.chars().take(80).collect();
    let dots = if short.len() < name.len() { "…" } else { "" };
    format!("`{}{dots}`", clean_line(&short))
}

/// What was found in an archive so far.
struct Entries {
    /// Texts that a pack could hold, by their whole names.
    files: BTreeMap<String, Vec<u8>>,
    /// Names of all files in small letters, and as they are written.
    seen: HashMap<String, String>,
    /// Folders in small letters: those in which something lies.
    folders: HashSet<String>,
    n_entries: usize,
    n_bytes: usize,
    most: usize,
}

impl Entries {
    fn new(archive_len: usize) -> Self {
        Self {
            files: BTreeMap::new(),
            seen: HashMap::new(),
            folders: HashSet::new(),
            n_entries: 0,
            n_bytes: 0,
            most: MAX_BYTES.min(most_from(archive_len)),
        }
    }

    /// Counts an entry and looks at its name: the name as the pack's folder would have it.
    fn name(&mut self, raw: &[u8]) -> Result<String, Refused> {
        self.n_entries += 1;
        if self.n_entries > MAX_ENTRIES {
            return Err(Refused::new(format!(
                "The archive has more than {MAX_ENTRIES} entries, which no pack needs."
            )));
        }
        let refuse = |why: &str| Err(Refused::new(format!("The archive's {} {why}.", shown(raw))));
        if raw.len() > MAX_NAME {
            return refuse("has a name that is too long");
        }
        let Ok(name) = std::str::from_utf8(raw) else {
            return refuse("has a name that is no UTF-8 text");
        };
        if name.chars().any(char::is_control) {
            return refuse("has a control character in its name");
        }
        // A colon is a drive or a stream on Windows, a backslash leads into a folder there.
        if name.starts_with('/') || name.get(1..2) == Some(":") {
            return refuse("is an absolute path; names in a pack begin at its own folder");
        }
        if name.contains('\\') {
            return refuse("has a backslash in its name; folders are joined by `/`");
        }
        let mut parts = Vec::new();
        for part in name.split('/') {
            match part {
                "" | "." => {}
                ".." => return refuse("leads out of the archive's own folder"),
                part => parts.push(part),
            }
        }
        if parts.len() > MAX_DEPTH {
            return refuse("lies too deep in folders");
        }
        if parts.iter().any(|part| is_no_name_on_windows(part)) {
            return refuse("has a name that Windows keeps for itself");
        }
        Ok(parts.join("/"))
    }

    /// A file of that name, read from `from` as far as bounds allow.
    fn file(&mut self, raw: &[u8], mut from: impl Read) -> Result<(), Refused> {
        let name = self.name(raw)?;
        let small = name.to_lowercase();
        if let Some(other) = self.seen.get(&small) {
            return Err(Refused::new(if *other == name {
                format!("The archive has {} twice.", shown(raw))
            } else {
                format!(
                    "The archive has {} and {}, which are one file where case makes no difference.",
                    shown(other.as_bytes()),
                    shown(raw)
                )
            }));
        }
        let mut is_both = self.folders.contains(&small) || small.is_empty();
        for (at, _) in small.match_indices('/') {
            let folder = small.get(..at).unwrap_or("");
            is_both |= self.seen.contains_key(folder);
            self.folders.insert(folder.to_owned());
        }
        if is_both {
            return Err(Refused::new(format!(
                "The archive has {} as a file and as a folder.",
                shown(raw)
            )));
        }
        self.seen.insert(small, name.clone());
        let could_be_a_packs = name.ends_with(".toml") || name.ends_with(".yaml");
        let mut bytes = Vec::new();
        let left = self.most.saturating_sub(self.n_bytes);
        let mut bounded = from.by_ref().take(left as u64 + 1);
        let n = if could_be_a_packs {
            bounded.read_to_end(&mut bytes).map(|n| n as u64)
        } else {
            std::io::copy(&mut bounded, &mut std::io::sink())
        }
        .map_err(|error| broken(&error))?;
        self.n_bytes = self.n_bytes.saturating_add(usize::try_from(n).unwrap_or(usize::MAX));
        if self.n_bytes > self.most {
            return Err(if self.most == MAX_BYTES {
                too_large("The archive", MAX_BYTES)
            } else {
                bomb()
            });
        }
        if could_be_a_packs {
            // What is too long for a pack's file is told as such when the pack is read.
            bytes.truncate(MAX_FILE + 1);
            self.files.insert(name, bytes);
        }
        Ok(())
    }

    /// The files of the one pack in it, by their names in the pack's folder.
    fn pack(self) -> Result<Files, Refused> {
        let tops: Vec<&str> = self
            .files
            .keys()
            .filter_map(|name| match name.split_once('/') {
                None => (name == "pack.toml").then_some(""),
                Some((folder, rest)) => (rest == "pack.toml").then_some(folder),
            })
            .collect();
        let top = match tops.as_slice() {
            [] => {
                return Err(Refused::new(
                    "The archive holds no pack: there is no pack.toml at its top or in its one \
                     folder at the top.",
                ));
            }
            [top] => *top,
            // A pack that keeps other packs in folders of its own.
            ["", ..] => "",
            [first, second, ..] => {
                return Err(Refused::new(format!(
                    "The archive holds several packs, in {} and {}. Make one archive of each.",
                    shown(first.as_bytes()),
                    shown(second.as_bytes())
                )));
            }
        };
        let top = if top.is_empty() { String::new() } else { format!("{top}/") };
        let files: Files = self
            .files
            .into_iter()
            .filter_map(|(name, bytes)| Some((name.strip_prefix(&top)?.to_owned(), bytes)))
            .filter(|(name, _)| is_of_a_pack(name))
            .collect();
        if files.len() > MAX_FILES {
            return Err(Refused::new(format!(
                "The pack has more than {MAX_FILES} files. Split it."
            )));
        }
        Ok(files)
    }
}

/// A name with a stream in it, or one of a device: on Windows neither is a file's.
fn is_no_name_on_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let numbered =
        |kind| stem.strip_prefix(kind).is_some_and(|n| matches!(n.as_bytes(), [b'1'..=b'9']));
    name.contains(':')
        || matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered("com")
        || numbered("lpt")
}

/// Is it read at all: pack.toml, or something in one of a pack's folders?
fn is_of_a_pack(name: &str) -> bool {
    match name.split_once('/') {
        None => ROOT_FILES.contains(&name),
        Some((folder, rest)) => {
            matches!(folder, "lessons" | "quizzes" | "worlds")
                && !rest.split('/').any(|part| part.starts_with('.'))
        }
    }
}

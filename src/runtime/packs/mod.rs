//! Packs outside the program: in folders, archives and git repositories, installed in the
//! user's data folder, and locked for a class.

pub mod archive;
mod check;
mod folder;
mod git;
pub mod lock;
mod source;
mod store;
mod watched;

pub use check::{Checked, fits_kubernetes, look};
pub use folder::{MAX_BYTES, MAX_FILES, open, read_folder};
pub use source::{Fetched, Source};
pub use store::{Candidate, Installed, Receipt, Store, installed, installed_packs};
pub use watched::WatchedPack;

use crate::content::{Files, Pack};
use std::borrow::Cow;

/// It can't be done: one or more sentences for people, what to do included.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// A hash (SHA-256, in hexadecimal) of what a pack's files say: the same whether they came in
/// a folder, an archive or a repository.
#[must_use]
pub fn hash_of(files: &Files) -> String {
    let mut hash = hmac_sha256::Hash::new();
    for (path, bytes) in files {
        // Line ends of Windows say the same: git may write them, and take them back.
        let bytes = unix_lines(bytes);
        // Lengths before texts: no two packs can run together to the same bytes.
        hash.update(format!("{} {path}\n{}\n", path.len(), bytes.len()));
        hash.update(&*bytes);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unix_lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return Cow::Borrowed(bytes);
    }
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let kept =
        bytes.iter().zip(next).filter(|(byte, next)| **byte != b'\r' || *next != Some(&b'\n'));
    Cow::Owned(kept.map(|(byte, _)| *byte).collect())
}

/// Leaves out each pack whose id one before it has, and says so: ids are what progress hangs
/// on, so only one of them can count. `places` says where each pack is, in words.
#[must_use]
pub fn without_twins(
    packs: Vec<(String, Cow<'static, Pack>)>,
) -> (Vec<Cow<'static, Pack>>, Vec<String>) {
    let mut kept: Vec<(String, Cow<'static, Pack>)> = Vec::new();
    let mut notes = Vec::new();
    for (place, pack) in packs {
        match kept.iter().find(|(_, other)| other.id == pack.id) {
            Some((first, _)) => notes.push(format!(
                "{place} is not used: {first} has the id {}, too. Give one of them another, or \
                 remove it.",
                pack.id
            )),
            None => kept.push((place, pack)),
        }
    }
    (kept.into_iter().map(|(_, pack)| pack).collect(), notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_stands_for_what_the_files_say() {
        let hash = |files: &[(&str, &str)]| {
            hash_of(&files.iter().map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())).collect())
        };
        let one = hash(&[("pack.toml", "a\nb\n"), ("lessons/a.toml", "")]);
        assert_eq!(one, hash(&[("pack.toml", "a\r\nb\r\n"), ("lessons/a.toml", "")]));
        assert_eq!(one.len(), 64);
        for other in [
            &[("pack.toml", "a\nb")][..],
            &[("pack.toml", "a\r\rb\n"), ("lessons/a.toml", "")],
            &[("pack.toml", "a\nb\n"), ("lessons/b.toml", "")],
            &[("pack.toml", "a\nb\n")],
            &[],
        ] {
            assert_ne!(one, hash(other), "{other:?}");
        }
        // What SHA-256 makes of nothing.
        assert_eq!(hash(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}

//! The lock file of a class: which packs, of which versions, from where, and a hash of what
//! they say, so that everybody has the same.

use super::source::Source;
use super::{Installed, Refused};
use crate::content::schema::is_id;
use crate::source::clean_line;
use crate::source::sort;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// What the file is called unless somebody says otherwise.
pub const FILE_NAME: &str = "portolan.lock";
/// Bytes at most.
const MAX_BYTES: u64 = 1024 * 1024;

/// A lock file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Always 1.
    pub format: u32,
    /// The packs, by id.
    #[serde(default)]
    pub packs: Vec<Locked>,
}

/// A pack of a lock file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Its id.
    pub id: String,
    /// Its version, for people: the hash decides.
    pub version: String,
    /// Where it is: a URL for git, or a path. A path that is not absolute begins where the
    /// lock file is.
    pub source: String,
    /// The commit, where it is a repository's.
    pub commit: Option<String>,
    /// The hash of what its files say.
    pub sha256: String,
}

impl Lock {
    /// The lock of installed packs, to be written into `folder`; and the ids of those that
    /// can't be fetched again, since somebody put them there by hand.
    #[must_use]
    pub fn of(installed: &[Installed], folder: &Path) -> (Self, Vec<String>) {
        let mut packs = Vec::new();
        let mut left_out = Vec::new();
        for one in installed {
            let (Some(pack), Some(receipt)) = (&one.pack, &one.receipt) else {
                left_out.push(one.id());
                continue;
            };
            // Beside the lock, or below it: the two can be handed on together.
            let near = Path::new(&receipt.source).strip_prefix(folder).ok();
            let source = near.and_then(Path::to_str).map_or_else(
                || receipt.source.clone(),
                |near| if near.is_empty() { ".".to_owned() } else { near.replace('\\', "/") },
            );
            packs.push(Locked {
                id: pack.id.clone(),
                version: pack.version.clone(),
                source,
                commit: receipt.commit.clone(),
                sha256: receipt.sha256.clone(),
            });
        }
        sort::sort_by(&mut packs, |a, b| a.id.cmp(&b.id));
        (Self { format: 1, packs }, left_out)
    }

    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = "# The packs of a class. `portolan pack install --locked FILE` gives \
                        everybody the same;\n# `portolan pack lock` writes it anew.\nformat = 1\n"
            .to_owned();
        for pack in &self.packs {
            text.push_str("\n[[packs]]\n");
            let commit = pack.commit.iter().map(|commit| ("commit", commit));
            let keys = [("id", &pack.id), ("version", &pack.version), ("source", &pack.source)];
            for (key, value) in keys.into_iter().chain(commit).chain([("sha256", &pack.sha256)]) {
                text.push_str(&format!("{key} = {}\n", toml::Value::from(value.as_str())));
            }
        }
        text
    }

    /// Reads the lock file at `path`.
    ///
    /// # Errors
    /// When it can't be read, or is no lock file.
    pub fn read(path: &Path) -> Result<Self, Refused> {
        let shown = path.display().to_string();
        let shown = clean_line(&shown);
        let wrong = |why: String| Refused::new(format!("{shown}: {}", clean_line(&why)));
        let metadata = fs::metadata(path).map_err(|error| wrong(format!("{error}.")))?;
        if !metadata.is_file() || metadata.len() > MAX_BYTES {
            return Err(wrong("this is no lock file.".to_owned()));
        }
        let text = fs::read_to_string(path).map_err(|error| wrong(format!("{error}.")))?;
        let lock: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
            });
            wrong(format!(
                "line {line}: {}. Ask for the file anew; `portolan pack lock` writes it.",
                error.message()
            ))
        })?;
        if lock.format != 1 {
            return Err(wrong(format!(
                "format {} is not one that this Portolan reads. Use a newer Portolan.",
                lock.format
            )));
        }
        for (idx, pack) in lock.packs.iter().enumerate() {
            if !is_id(&pack.id) {
                return Err(wrong(format!("`{}` is no pack's id.", pack.id)));
            }
            if lock.packs.iter().take(idx).any(|other| other.id == pack.id) {
                return Err(wrong(format!("`{}` stands there twice.", pack.id)));
            }
        }
        Ok(lock)
    }
}

impl Locked {
    /// Where to fetch the pack, for a lock file in `folder`: the commit rather than the branch.
    ///
    /// # Errors
    /// When its source is none.
    pub fn source(&self, folder: &Path) -> Result<Source, Refused> {
        Ok(match Source::parse(&self.source)? {
            Source::Path(path) => Source::Path(if path.is_absolute() {
                path
            } else {
                PathBuf::from(folder).join(path)
            }),
            Source::Git { url, at } => Source::Git { url, at: self.commit.clone().or(at) },
        })
    }

    /// The source as it is written down for an update: with the branch, without the commit.
    ///
    /// # Errors
    /// When its source is none.
    pub fn recorded(&self, folder: &Path) -> Result<Source, Refused> {
        match Source::parse(&self.source)? {
            Source::Path(_) => self.source(folder)?.absolute(),
            git => Ok(git),
        }
    }
}

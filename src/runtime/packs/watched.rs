//! A pack's folder that is looked at again and again, as `runtime::watched` does a file.

use crate::content::ROOT_FILES;
use crate::runtime::watched::Looks;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells one save from another.
type Stamp = (Option<SystemTime>, u64);

/// A pack's folder that is watched.
#[derive(Debug)]
pub struct WatchedPack {
    folder: PathBuf,
    looks: Looks<BTreeMap<String, Stamp>>,
}

impl WatchedPack {
    /// Watches the pack in `folder`. It need not be there.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), looks: Looks::default() }
    }

    /// Which files were saved, made or lost since the last time, by their names in the pack;
    /// none where nothing is new. The first time all are. To be called every
    /// [`INTERVAL`](crate::runtime::watched::INTERVAL): a change is told when it has stood
    /// still from one call to the next.
    pub fn look(&mut self) -> Option<Vec<String>> {
        let (before, now) = self.looks.change(stamps(&self.folder))?;
        let before = before.unwrap_or_default();
        let mut changed: Vec<String> = now
            .iter()
            .filter(|(name, stamp)| before.get(*name) != Some(stamp))
            .map(|(name, _)| name.clone())
            .collect();
        changed.extend(before.into_keys().filter(|name| !now.contains_key(name)));
        Some(changed)
    }
}

/// The stamps of all files that a pack can have.
fn stamps(folder: &Path) -> BTreeMap<String, Stamp> {
    let mut stamps = BTreeMap::new();
    let mut add = |name: String, path: &Path| {
        if let Ok(metadata) = fs::metadata(path) {
            stamps.insert(name, (metadata.modified().ok(), metadata.len()));
        }
    };
    for name in ROOT_FILES {
        add(name.to_owned(), &folder.join(name));
    }
    for name in ["lessons", "quizzes", "worlds"] {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        for entry in entries.flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            // Editors' own files are no saves.
            if file.ends_with(".toml") || file.ends_with(".yaml") {
                add(format!("{name}/{file}"), &entry.path());
            }
        }
    }
    stamps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_save_is_told_once_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("pack.toml", "a");
        let mut watched = WatchedPack::new(dir.path());
        assert_eq!(watched.look(), Some(vec!["pack.toml".to_owned()]));
        assert_eq!(watched.look(), None);
        write("lessons/a.toml", "a");
        write("lessons/.a.toml.swp", "a");
        write("lessons/a.toml~", "a");
        // Once it stands still.
        assert_eq!(watched.look(), None);
        assert_eq!(watched.look(), Some(vec!["lessons/a.toml".to_owned()]));
        assert_eq!(watched.look(), None);
        fs::remove_file(dir.path().join("lessons/a.toml")).unwrap();
        write("pack.toml", "ab");
        assert_eq!(watched.look(), None);
        let names = ["pack.toml", "lessons/a.toml"].map(str::to_owned);
        assert_eq!(watched.look(), Some(names.to_vec()));
    }
}

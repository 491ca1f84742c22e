//! Installed packs: `DATA/packs/ID/`, one folder each.
//!
//! A pack is written beside its place, forced to the disk, and renamed into it. A folder can't
//! be renamed over another, so the old one steps aside first, as `.old-ID`, and stands in for
//! the new one until that is there: a crash at any time leaves the old pack or the new one.

use super::source::Source;
use super::{Refused, folder};
use crate::content::{Files, Pack};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a pack came from; beside pack.toml of an installed one.
const RECEIPT: &str = "installed.toml";
/// The old pack while the new one takes its place.
const OLD: &str = ".old-";
/// What is being written, fetched or thrown away: swept when nobody works on it.
const NEW: &str = ".new-";
const FETCH: &str = ".fetch-";
const GONE: &str = ".gone-";

/// Where an installed pack came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// As [`Source`] reads it.
    pub source: String,
    /// The commit, where it is a repository's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What its files said when it was installed.
    pub sha256: String,
}

/// A pack that can be installed.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its files.
    pub files: Files,
    /// What they say.
    pub pack: Pack,
    /// Where they came from.
    pub receipt: Receipt,
}

/// An installed pack.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Its folder.
    pub folder: PathBuf,
    /// The pack; none where it can't be read.
    pub pack: Option<Pack>,
    /// How many things are wrong in it.
    pub n_problems: usize,
    /// Where it came from; none where somebody put it there by hand.
    pub receipt: Option<Receipt>,
}

impl Installed {
    fn of(folder: PathBuf) -> Self {
        let (pack, n_problems) = match folder::open(&folder) {
            Ok((pack, problems)) => (pack, problems.len()),
            Err(_) => (None, 1),
        };
        let receipt = fs::read_to_string(folder.join(RECEIPT))
            .ok()
            .and_then(|text| toml::from_str(&text).ok());
        Self { folder, pack, n_problems, receipt }
    }

    /// The pack's id; its folder's name where the pack can't be read.
    #[must_use]
    pub fn id(&self) -> String {
        match &self.pack {
            Some(pack) => pack.id.clone(),
            None => name_of(&self.folder),
        }
    }

    /// Where it can be fetched again.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        Source::parse(&self.receipt.as_ref()?.source).ok()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Folders of the packs in the user's data folder, `DATA/packs/*`, sorted by name. None
/// where that folder is missing.
#[must_use]
pub fn installed(data_dir: &Path) -> Vec<PathBuf> {
    let packs = data_dir.join("packs");
    let Ok(entries) = fs::read_dir(&packs) else { return Vec::new() };
    let mut folders: Vec<(String, PathBuf)> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .filter_map(|path| {
            let name = name_of(&path);
            match name.strip_prefix(OLD) {
                // The new one never came: the old one counts.
                Some(id) => (!packs.join(id).exists()).then(|| (id.to_owned(), path)),
                None => (!name.starts_with('.')).then_some((name, path)),
            }
        })
        .collect();
    crate::source::sort::sort_by(&mut folders, Ord::cmp);
    folders.into_iter().map(|(_, path)| path).collect()
}

/// All installed packs, sorted by their folders' names.
#[must_use]
pub fn installed_packs(data_dir: &Path) -> Vec<Installed> {
    installed(data_dir).into_iter().map(Installed::of).collect()
}

/// The installed packs, to be changed: nobody else changes them meanwhile.
#[derive(Debug)]
pub struct Store {
    packs: PathBuf,
    data_dir: PathBuf,
    n_fetched: usize,
    /// Held, not used: the lock goes with it.
    _lock: File,
}

fn disk(path: &Path) -> impl Fn(io::Error) -> Refused {
    let path = path.display().to_string();
    move |error| Refused::new(format!("{path}: {error}. Nothing was changed."))
}

impl Store {
    /// Opens the packs in `data_dir`, and sweeps up after one that was cut off.
    ///
    /// # Errors
    /// When another Portolan has them open, or the disk refuses.
    pub fn open(data_dir: &Path) -> Result<Self, Refused> {
        let packs = data_dir.join("packs");
        fs::create_dir_all(&packs).map_err(disk(&packs))?;
        let path = packs.join(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(disk(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Refused::new(
                    "Another Portolan is changing the installed packs. Try again when it is done.",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(disk(&path)(error)),
        }
        let store = Self { packs, data_dir: data_dir.to_owned(), n_fetched: 0, _lock: lock };
        store.sweep()?;
        Ok(store)
    }

    /// What a crash left: an old pack whose successor never came goes back to its place, all
    /// else goes away.
    fn sweep(&self) -> Result<(), Refused> {
        let entries = fs::read_dir(&self.packs).map_err(disk(&self.packs))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = name_of(&path);
            let place = name.strip_prefix(OLD).map(|id| self.packs.join(id));
            if let Some(place) = place.filter(|place| !place.exists()) {
                fs::rename(&path, &place).map_err(disk(&path))?;
            } else if [OLD, NEW, FETCH, GONE].iter().any(|start| name.starts_with(start)) {
                fs::remove_dir_all(&path).map_err(disk(&path))?;
            }
        }
        Ok(())
    }

    /// All installed packs, sorted by their folders' names.
    #[must_use]
    pub fn list(&self) -> Vec<Installed> {
        installed_packs(&self.data_dir)
    }

    /// A folder that is not there yet, to fetch into; swept away in the end, whatever happens.
    #[must_use]
    pub fn scratch(&mut self) -> PathBuf {
        self.n_fetched += 1;
        self.packs.join(format!("{FETCH}{}", self.n_fetched))
    }

    /// Puts the pack into its place, in which an older one may be.
    ///
    /// # Errors
    /// When the disk refuses: the old pack is then as it was.
    pub fn install(&mut self, candidate: &Candidate) -> Result<(), Refused> {
        let id = &candidate.pack.id;
        let new = self.packs.join(format!("{NEW}{id}"));
        let place = self.packs.join(id);
        let old = self.packs.join(format!("{OLD}{id}"));
        let done = self.write(&new, candidate).map_err(disk(&new)).and_then(|()| {
            if place.exists() {
                fs::rename(&place, &old).map_err(disk(&place))?;
            }
            if let Err(error) = fs::rename(&new, &place) {
                // Where this fails, too, the old one stands in all the same.
                let _ = fs::rename(&old, &place);
                return Err(disk(&place)(error));
            }
            Ok(())
        });
        if done.is_err() {
            let _ = fs::remove_dir_all(&new);
            return done;
        }
        sync_folder(&self.packs).map_err(disk(&self.packs))?;
        // The new one is there for good; what is left of the old one is swept next time.
        let _ = fs::remove_dir_all(&old);
        Ok(())
    }

    fn write(&self, new: &Path, candidate: &Candidate) -> io::Result<()> {
        fs::create_dir(new)?;
        let mut folders = vec![new.to_owned()];
        let mut written = Vec::with_capacity(candidate.files.len());
        let receipt = toml::to_string(&candidate.receipt).map_err(io::Error::other)?;
        let receipt = (RECEIPT, receipt.as_bytes());
        let files = candidate.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        for (path, bytes) in files.chain([receipt]) {
            // The pack was read: its names are an id in a known folder, and nothing else.
            if let Some((folder, _)) = path.split_once('/') {
                let folder = new.join(folder);
                if !folders.contains(&folder) {
                    fs::create_dir(&folder)?;
                    folders.push(folder);
                }
            }
            // A new file, which nobody may run.
            let mut file = File::create_new(new.join(path))?;
            file.write_all(bytes)?;
            written.push(path);
        }
        // After all are written: most of them are on the disk by then.
        for path in written {
            File::open(new.join(path))?.sync_all()?;
        }
        folders.iter().rev().try_for_each(|folder| sync_folder(folder))
    }

    /// Takes a pack away.
    ///
    /// # Errors
    /// When the disk refuses: the pack is then as it was.
    pub fn remove(&mut self, pack: &Installed) -> Result<(), Refused> {
        let gone = self.packs.join(format!("{GONE}{}", name_of(&pack.folder)));
        fs::rename(&pack.folder, &gone).map_err(disk(&pack.folder))?;
        sync_folder(&self.packs).map_err(disk(&self.packs))?;
        let _ = fs::remove_dir_all(&gone);
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Best effort: the next one sweeps, too.
        let _ = self.sweep();
    }
}

/// Names in the folder are on the disk when this returns.
fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows can't open a folder for this, and needs none of it.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

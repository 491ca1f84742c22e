//! `portolan pack install`: packs into the user's data folder.

use super::pack_fetch::{candidate, install_all};
use super::{Exit, Streams};
use crate::runtime::packs::lock::{Lock, Locked};
use crate::runtime::packs::{Candidate, Source, Store};
use crate::runtime::paths;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Install packs, or newer versions of them
///
/// From a folder, an archive (.tar, .tar.gz, .zip) or a git repository (by https, ssh or file;
/// a branch, tag or commit after `#`). Only lessons, quizzes and worlds are taken: nothing of a
/// pack is ever run. Progress in a pack that is there already is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack install my-pack\n  portolan pack install \
                  my-pack.tar.gz\n  portolan pack install https://example.org/my-pack.git#v1.2\n  \
                  portolan pack install --locked portolan.lock\n\nExit codes: 0 all is installed, \
                  2 nothing was.")]
pub(super) struct Install {
    /// Folders, archives or URLs
    #[arg(value_name = "PATH|URL", required_unless_present = "locked", conflicts_with = "locked")]
    sources: Vec<String>,
    /// Install exactly what this lock file names (`pack lock` writes one)
    #[arg(long, value_name = "FILE")]
    locked: Option<PathBuf>,
    /// Install packs about other versions of Kubernetes, too
    #[arg(long)]
    any_kubernetes: bool,
}

impl Install {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let data_dir = paths::data_dir()?;
        let mut candidates = Vec::new();
        if let Some(path) = &self.locked {
            let lock = Lock::read(path)?;
            let whole = path.canonicalize().with_context(|| path.display().to_string())?;
            let folder = whole.parent().unwrap_or(Path::new("."));
            let mut store = Store::open(&data_dir)?;
            for locked in &lock.packs {
                match self.locked(&mut store, locked, folder)? {
                    Some(candidate) => candidates.push(candidate),
                    None => writeln!(
                        streams.out,
                        "{} {} is there already, as locked.",
                        locked.id,
                        crate::source::clean_line(&locked.version)
                    )?,
                }
            }
            install_all(&mut store, &candidates, streams)?;
        } else {
            // What was written is looked at before anything is made or fetched.
            let sources: Vec<Source> = self
                .sources
                .iter()
                .map(|text| Source::parse(text)?.absolute())
                .collect::<Result<_, _>>()?;
            let mut store = Store::open(&data_dir)?;
            for source in &sources {
                candidates.push(candidate(&mut store, source, source, self.any_kubernetes)?);
            }
            install_all(&mut store, &candidates, streams)?;
        }
        Ok(Exit::Yes)
    }

    /// A locked pack, fetched; none where it is installed already.
    fn locked(
        &self,
        store: &mut Store,
        locked: &Locked,
        folder: &Path,
    ) -> anyhow::Result<Option<Candidate>> {
        let is_there = store.list().iter().any(|one| {
            one.id() == locked.id
                && one.n_problems == 0
                && one.receipt.as_ref().is_some_and(|receipt| receipt.sha256 == locked.sha256)
        });
        if is_there {
            return Ok(None);
        }
        let from = locked.source(folder)?;
        let recorded = locked.recorded(folder)?;
        let found = candidate(store, &from, &recorded, self.any_kubernetes)?;
        if found.pack.id != locked.id {
            bail!("{from} is the pack `{}`, and the lock names `{}`", found.pack.id, locked.id);
        }
        if found.receipt.sha256 != locked.sha256 {
            bail!(
                "{} at {from} is not what the lock names: it is version {} with the hash {}, \
                 and locked are version {} and the hash {}. Ask for the locked pack, or for a \
                 new lock",
                locked.id,
                crate::source::clean_line(&found.pack.version),
                short(&found.receipt.sha256),
                crate::source::clean_line(&locked.version),
                short(&locked.sha256)
            );
        }
        Ok(Some(found))
    }
}

/// The beginning of a hash, for people.
fn short(hash: &str) -> String {
    let hash: String = hash.chars().take(12).collect();
    crate::source::clean_line(&hash).into_owned()
}

//! `portolan pack lock`: the installed packs written down, for a class.

use super::pack_fetch::count;
use super::pack_update::chosen;
use super::{Exit, Streams};
use crate::runtime::packs::lock::{FILE_NAME, Lock};
use crate::runtime::packs::{Installed, installed_packs};
use crate::runtime::paths;
use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Write down which packs are installed, so that a whole class gets the same
///
/// The file names each pack's version, its source and a hash of what it says. Hand it to the
/// class with the packs that are files: `portolan pack install --locked FILE` installs exactly
/// these, and refuses anything else.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack lock\n  portolan pack lock my-pack -o \
                  class/portolan.lock\n\nExit codes: 0 written, 2 could not write it.")]
pub(super) struct WriteLock {
    /// Ids of packs; all unless given
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = FILE_NAME)]
    output: PathBuf,
}

impl WriteLock {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let installed = installed_packs(&paths::data_dir()?);
        let chosen: Vec<Installed> = chosen(&installed, &self.ids)?.into_iter().cloned().collect();
        let shown = self.output.display().to_string();
        let parent = self.output.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = parent.unwrap_or(Path::new("."));
        let folder = folder.canonicalize().with_context(|| format!("cannot write {shown}"))?;
        let (lock, left_out) = Lock::of(&chosen, &folder);
        for id in &left_out {
            writeln!(
                streams.err,
                "note: {id} is left out: it was put there by hand. `portolan pack install` it \
                 first"
            )?;
        }
        if lock.packs.is_empty() {
            bail!("no pack is installed that could be locked");
        }
        for pack in &lock.packs {
            let is_near = !pack.source.contains("://") && Path::new(&pack.source).is_absolute();
            if is_near {
                writeln!(
                    streams.err,
                    "note: {} comes from {}, which only this computer has. For a class, put it \
                     beside the lock file and install it from there",
                    pack.id,
                    crate::source::clean_line(&pack.source)
                )?;
            }
        }
        // Whole or not at all: a class may fetch it at any time.
        let new = folder.join(format!(".portolan.lock.{}.new", std::process::id()));
        let target = folder.join(self.output.file_name().context("the file needs a name")?);
        fs::write(&new, lock.to_text())
            .and_then(|()| fs::rename(&new, &target))
            .inspect_err(|_| drop(fs::remove_file(&new)))
            .with_context(|| format!("cannot write {shown}"))?;
        let n = count(lock.packs.len(), "pack", "packs");
        writeln!(streams.out, "{shown}: {n} locked.")?;
        Ok(Exit::Yes)
    }
}

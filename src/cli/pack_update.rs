//! `portolan pack update`: installed packs anew, from where they came.

use super::pack_fetch::{candidate, install_all};
use super::{Exit, Streams, tell_error};
use crate::runtime::packs::{Installed, Store};
use crate::runtime::paths;
use anyhow::bail;

/// Fetch installed packs anew from where they came, and tell what changed
///
/// Progress hangs on the ids of lessons and steps, so it survives. What was done in a lesson
/// that is gone is kept, and counts again if the lesson comes back.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan pack update\n  portolan pack update my-pack\n\nExit codes: \
                  0 all are up to date now, 2 one could not be fetched."
)]
pub(super) struct Update {
    /// Ids of packs; all unless given
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Take versions about other versions of Kubernetes, too
    #[arg(long)]
    any_kubernetes: bool,
}

impl Update {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let mut store = Store::open(&paths::data_dir()?)?;
        let installed = store.list();
        let chosen = chosen(&installed, &self.ids)?;
        if chosen.is_empty() {
            writeln!(streams.out, "No packs are installed.")?;
        }
        let mut exit = Exit::Yes;
        let mut candidates = Vec::new();
        for one in chosen {
            let Some(source) = one.source() else {
                let id = one.id();
                writeln!(
                    streams.err,
                    "note: {id} was put there by hand, so nobody knows where to fetch it: \
                     `portolan pack install` does"
                )?;
                continue;
            };
            // One that can't be reached does not keep the others from it.
            match candidate(&mut store, &source, &source, self.any_kubernetes) {
                Ok(found) if found.pack.id != one.id() => {
                    writeln!(
                        streams.err,
                        "error: {source} is the pack `{}` now, and was `{}`: install it if you \
                         want it",
                        found.pack.id,
                        one.id()
                    )?;
                    exit = Exit::Unknown;
                }
                Ok(found) => candidates.push(found),
                Err(error) => {
                    let why = error.context(format!("{} stays as it is", one.id()));
                    tell_error(streams.err, &why)?;
                    exit = Exit::Unknown;
                }
            }
        }
        install_all(&mut store, &candidates, streams)?;
        Ok(exit)
    }
}

/// The installed packs of these ids, all where none are given.
pub(super) fn chosen<'i>(
    installed: &'i [Installed],
    ids: &[String],
) -> anyhow::Result<Vec<&'i Installed>> {
    if ids.is_empty() {
        return Ok(installed.iter().collect());
    }
    let mut chosen: Vec<&Installed> = Vec::new();
    for id in ids {
        let found: Vec<&Installed> = installed.iter().filter(|one| one.id() == *id).collect();
        if found.is_empty() {
            let there: Vec<String> = installed.iter().map(Installed::id).collect();
            let shown = crate::source::clean_line(id);
            if *id == crate::content::builtin().id {
                bail!("`{shown}` is built in: it comes and goes with Portolan");
            }
            if there.is_empty() {
                bail!("the pack `{shown}` is not installed; none is");
            }
            bail!("the pack `{shown}` is not installed; there are: {}", there.join(", "));
        }
        for one in found {
            if !chosen.iter().any(|other| other.folder == one.folder) {
                chosen.push(one);
            }
        }
    }
    Ok(chosen)
}

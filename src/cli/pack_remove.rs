//! `portolan pack remove`: an installed pack taken away.

use super::pack_update::chosen;
use super::{Exit, Streams};
use crate::content::{Need, Pack};
use crate::runtime::packs::Store;
use crate::runtime::paths;
use anyhow::bail;

/// Take installed packs away; your progress in them is kept
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan pack remove my-pack\n\nExit codes: 0 removed, 2 nothing was."
)]
pub(super) struct Remove {
    /// Ids of packs
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

impl Remove {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let mut store = Store::open(&paths::data_dir()?)?;
        let installed = store.list();
        let chosen = chosen(&installed, &self.ids)?;
        let stays = |pack: &&Pack| !self.ids.contains(&pack.id);
        for pack in installed.iter().filter_map(|one| one.pack.as_ref()).filter(stays) {
            let needs = pack.needs.iter().filter_map(|need| need.parse::<Need>().ok());
            if let Some(need) = needs.into_iter().find(|need| self.ids.contains(&need.id)) {
                bail!("{} needs {}. Remove both: portolan pack remove {0} {1}", pack.id, need.id);
            }
        }
        for one in chosen {
            store.remove(one)?;
            writeln!(
                streams.out,
                "Removed {}. What was done in it is kept, and counts again if you install it.",
                one.id()
            )?;
        }
        Ok(Exit::Yes)
    }
}

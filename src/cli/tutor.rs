//! `portolan`: the tutor.

use super::looks::Looks;
use super::{Exit, Streams};
use crate::runtime::tutor::{self, End, Options};
use clap::Args;
use std::io::{IsTerminal, stdin, stdout};
use std::path::PathBuf;

/// What the tutor takes.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Tutor {
    /// Use the pack in this folder too, before the built-in one.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    #[command(flatten)]
    looks: Looks,
}

impl Tutor {
    /// Runs the tutor until the learner leaves.
    ///
    /// # Errors
    /// When there is no terminal, or it refuses.
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            writeln!(
                streams.err,
                "The tutor needs a terminal. Without one: `portolan lessons`, `portolan read LESSON`, `portolan --help`."
            )?;
            return Ok(Exit::Unknown);
        }
        if let Some(pack) = &self.pack {
            anyhow::ensure!(pack.is_dir(), "--pack {}: no such folder", pack.display());
        }
        let flags = self.looks.flags();
        on_screen(&Options { pack: self.pack, flags, ..Options::default() })
    }
}

/// Runs the tutor, or what `options` have in its place, until the learner leaves.
///
/// # Errors
/// When the terminal refuses.
pub(super) fn on_screen(options: &Options) -> anyhow::Result<Exit> {
    match tutor::run(options)? {
        End::Left => Ok(Exit::Yes),
        End::Signal(signal) => {
            // All is closed: now end as the sender of the signal expects it.
            signal_hook::low_level::emulate_default_handler(signal)?;
            Ok(Exit::Unknown)
        }
    }
}

//! `portolan pack`: packs in folders.

use super::{Exit, Streams};

/// Work with packs of lessons and quizzes
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack check my-pack")]
pub(super) struct PackCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(super::pack_new::New),
    Check(super::pack_check::Check),
    List(super::pack_list::List),
    Install(super::pack_install::Install),
    Update(super::pack_update::Update),
    Remove(super::pack_remove::Remove),
    Lock(super::pack_lock::WriteLock),
    Schema(super::pack_schema::Schema),
}

impl PackCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        match self.command {
            Command::New(new) => new.run(streams),
            Command::Check(check) => check.run(streams),
            Command::List(list) => list.run(streams),
            Command::Install(install) => install.run(streams),
            Command::Update(update) => update.run(streams),
            Command::Remove(remove) => remove.run(streams),
            Command::Lock(lock) => lock.run(streams),
            Command::Schema(schema) => schema.run(streams),
        }
    }
}

//! `portolan pack new`: a pack to begin with, which shows each feature once.

use super::{Exit, Streams};
use crate::content::schema::is_id;
use anyhow::{Context, bail};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The pack's id in the files below.
const ID: &str = "my-pack";

/// The files that are made.
const FILES: [(&str, &str); 4] = [
    ("pack.toml", include_str!("pack_new/pack.toml")),
    ("lessons/first.toml", include_str!("pack_new/lessons/first.toml")),
    ("quizzes/first.toml", include_str!("pack_new/quizzes/first.toml")),
    ("worlds/class.yaml", include_str!("pack_new/worlds/class.yaml")),
];

/// Make a pack to begin with: one lesson, one quiz, one world
///
/// It runs, passes its check, and shows each kind of step, goal and question once, with
/// comments. The pack's id is the folder's name where that can be an id.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan pack new my-pack\n\nExit codes: 0 made, 2 could not make it."
)]
pub(super) struct New {
    /// A folder that is empty or not there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl New {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let folder = self.folder.as_path();
        refuse_full(folder)?;
        let name = folder.file_name().and_then(|name| name.to_str()).filter(|name| is_id(name));
        let id = name.unwrap_or(ID);
        for (path, text) in FILES {
            let text = text.replace(&format!("id = \"{ID}\""), &format!("id = \"{id}\""));
            write(&folder.join(path), &text)?;
        }
        let dir = folder.display();
        writeln!(streams.out, "Made the pack {id} in {dir}:")?;
        for (path, _) in FILES {
            writeln!(streams.out, "  {path}")?;
        }
        writeln!(
            streams.out,
            "\nOpen it:          portolan --pack {dir}\nCheck it:         portolan pack check \
             {dir}\nThen change it:   begin with the title in pack.toml; docs/packs.md lists all \
             that a pack can hold."
        )?;
        Ok(Exit::Yes)
    }
}

/// An error where `folder` holds anything, or is no folder.
fn refuse_full(folder: &Path) -> anyhow::Result<()> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            if entries.count() > 0 {
                bail!("{} is not empty: name a folder that is not there yet", folder.display());
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => {
            Err(error).with_context(|| format!("{} can't be a pack's folder", folder.display()))
        }
    }
}

/// Writes a file that must not be there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let made = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::File::create_new(path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    made.with_context(|| format!("cannot write {}", path.display()))
}

//! `--pack DIR`: which packs a command looks at.

use crate::content::{self, Lesson, Pack};
use crate::runtime::{packs, paths};
use crate::source::clean_line;
use anyhow::{Context, bail};
use std::borrow::Cow;
use std::path::PathBuf;

use super::Streams;

/// A pack, built in or read from a folder.
pub(super) type LoadedPack = Cow<'static, Pack>;

#[derive(Debug, clap::Args)]
pub(super) struct PackArgs {
    /// Use the pack in this folder instead of the built-in and the installed ones
    #[arg(long, value_name = "DIR")]
    pub(super) pack: Option<PathBuf>,
}

/// More problems of a pack would push what was asked for out of sight.
const MOST_TOLD: usize = 50;

impl PackArgs {
    /// The flag as it was given, with a blank before it: for commands that are told.
    pub(super) fn again(&self) -> String {
        let Some(dir) = &self.pack else { return String::new() };
        let dir = clean_line(&dir.display().to_string()).into_owned();
        let plain = |c: char| c.is_alphanumeric() || "/._-+@%:,=".contains(c);
        if !dir.is_empty() && dir.chars().all(plain) {
            return format!(" --pack {dir}");
        }
        format!(" --pack '{}'", dir.replace('\'', "'\\''"))
    }

    /// The packs, the built-in one first. What is wrong in them is told on stderr.
    pub(super) fn load(&self, streams: &mut Streams<'_>) -> anyhow::Result<Vec<LoadedPack>> {
        if let Some(folder) = &self.pack {
            let (pack, problems) = packs::open(folder)
                .with_context(|| format!("the pack {} can't be read", folder.display()))?;
            for problem in problems.iter().take(MOST_TOLD) {
                writeln!(streams.err, "{problem}")?;
            }
            if let Some(n @ 1..) = problems.len().checked_sub(MOST_TOLD) {
                let dir = clean_line(&folder.display().to_string()).into_owned();
                writeln!(
                    streams.err,
                    "note: {n} more in {dir}: `portolan pack check {dir}` tells all"
                )?;
            }
            let Some(pack) = pack else {
                bail!("{} is no pack: see above", folder.display());
            };
            return Ok(vec![Cow::Owned(pack)]);
        }
        let mut found = vec![("the built-in pack".to_owned(), Cow::Borrowed(content::builtin()))];
        // Without a home there are no installed packs, and the built-in one still works.
        let installed = paths::data_dir().map_or_else(|_| Vec::new(), |dir| packs::installed(&dir));
        for folder in installed {
            let dir = folder.display().to_string();
            match packs::open(&folder) {
                Ok((Some(pack), problems)) => {
                    if !problems.is_empty() {
                        let n = problems.len();
                        let s = if n == 1 { "" } else { "s" };
                        writeln!(
                            streams.err,
                            "note: {n} problem{s} in {dir}: `portolan pack check {dir}` tells more"
                        )?;
                    }
                    found.push((dir, Cow::Owned(pack)));
                }
                Ok((None, _)) => {
                    writeln!(
                        streams.err,
                        "note: {dir} is no pack: `portolan pack check {dir}` tells why"
                    )?;
                }
                Err(error) => {
                    writeln!(streams.err, "note: {dir} can't be read: {error}")?;
                }
            }
        }
        let (found, notes) = packs::without_twins(found);
        for note in notes {
            writeln!(streams.err, "note: {note}")?;
        }
        Ok(found)
    }
}

/// The lesson called `LESSON` or `PACK/LESSON`.
pub(super) fn find_lesson<'p>(
    packs: &'p [LoadedPack],
    name: &str,
) -> anyhow::Result<(&'p Pack, &'p Lesson)> {
    let (pack_id, lesson_id) = match name.split_once('/') {
        Some((pack, lesson)) => (Some(pack), lesson),
        None => (None, name),
    };
    let of_pack = |pack: &&LoadedPack| pack_id.is_none_or(|id| pack.id == id);
    let found = packs
        .iter()
        .filter(of_pack)
        .find_map(|pack| Some((pack.as_ref(), pack.lesson(lesson_id)?)));
    let Some(found) = found else {
        let there: Vec<&str> = packs
            .iter()
            .filter(of_pack)
            .flat_map(|pack| &pack.lessons)
            .map(|lesson| lesson.id.as_str())
            .collect();
        if there.is_empty() {
            let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
            bail!(
                "there is no pack `{}`; there are: {}",
                clean_line(pack_id.unwrap_or("")),
                ids.join(", ")
            );
        }
        bail!("there is no lesson `{}`; there are: {}", clean_line(lesson_id), there.join(", "));
    };
    Ok(found)
}

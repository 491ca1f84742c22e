//! A pack's folder shown in the tutor while its author writes it: each save is read, shown,
//! and then proved.

use super::packs::{WatchedPack, look};
use super::watched::INTERVAL;
use crate::content::{Pack, PackProblem};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::{io, thread};

/// What is previewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The pack's folder.
    pub folder: PathBuf,
    /// LESSON or LESSON/STEP.
    pub at: String,
}

/// A pack as it was saved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SavedPack {
    /// The pack; none where there is none, or where only its claims were run.
    pub(super) pack: Option<Box<Pack>>,
    /// All that is wrong in it.
    pub(super) problems: Vec<PackProblem>,
    /// What there is to say, in a line.
    pub(super) says: String,
}

/// Tells of each save, from a thread of its own.
///
/// # Errors
/// When there can be no thread.
pub(super) fn listen<T: From<SavedPack> + Send + 'static>(
    folder: &Path,
    to: Sender<T>,
) -> io::Result<()> {
    let folder = folder.to_owned();
    let mut watched = WatchedPack::new(&folder);
    thread::Builder::new().name("pack".into()).spawn(move || {
        loop {
            if watched.look().is_some() {
                for saved in saved(&folder) {
                    if to.send(saved.into()).is_err() {
                        return;
                    }
                }
            }
            thread::sleep(INTERVAL);
        }
    })?;
    Ok(())
}

/// What is told of a save: at once what was read, then what its claims came to.
fn saved(folder: &Path) -> impl Iterator<Item = SavedPack> {
    let folder = folder.to_owned();
    let mut looked = None;
    std::iter::from_fn(move || match looked.take() {
        None => Some(match look(&folder) {
            Err(error) => {
                looked = Some(None);
                let says = format!("{}: {error}.", folder.display());
                let shown = folder.display().to_string();
                let problem = PackProblem::of_file(&shown, format!("{error}."), "");
                SavedPack { pack: None, problems: vec![problem], says }
            }
            Ok((checked, files)) => {
                let says = match checked.problems.as_slice() {
                    [] => "Saved. What it claims is being checked …".to_owned(),
                    problems => told(problems),
                };
                let (pack, problems) =
                    (checked.pack.clone().map(Box::new), checked.problems.clone());
                looked = Some(Some((checked, files)));
                SavedPack { pack, problems, says }
            }
        }),
        Some(None) => {
            looked = Some(None);
            None
        }
        Some(Some((checked, files))) => {
            looked = Some(None);
            let checked = checked.proved(&files);
            let says = match checked.problems.as_slice() {
                [] => format!("Saved. Nothing is wrong: {} claims hold.", checked.n_claims),
                problems => told(problems),
            };
            Some(SavedPack { pack: None, problems: checked.problems, says })
        }
    })
}

/// How many, the key that lists them, and the first.
fn told(problems: &[PackProblem]) -> String {
    let first = problems.first().map_or_else(String::new, ToString::to_string);
    match problems.len() {
        1 => format!("1 problem, ! shows it: {first}"),
        n => format!("{n} problems, ! lists them: {first}"),
    }
}

//! `kubectl apply -f FOLDER`: its files one after another on one cluster, their errors told
//! together at the end.

use super::apply::{Applied, ApplyOptions, Told, one_file};
use super::failure::Failure;
use crate::cluster::Cluster;
use crate::manifest::Reading;

/// What came of a folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppliedFolder {
    /// kubectl's exit code.
    pub exit: u8,
    /// What kubectl prints.
    pub stdout: String,
    /// What kubectl says: the warnings of all files, then their errors.
    pub stderr: String,
    /// What came of each file, worded as if it had been the only one.
    pub files: Vec<Applied>,
}

/// A file of a folder: what it is called, its text and the text's reading; or why it could not
/// be opened, in kubectl's words.
pub type FolderFile = (String, Result<(String, Reading), String>);

/// Applies files to `cluster` in their order.
pub fn apply_folder(
    cluster: &mut Cluster,
    files: &[FolderFile],
    options: &ApplyOptions,
) -> AppliedFolder {
    let mut whole = Applied::default();
    let mut all = Told::default();
    let mut unread = Vec::new();
    let mut folder = AppliedFolder::default();
    for (name, text) in files {
        let (mut applied, told) = match text {
            Ok((text, reading)) => {
                one_file(cluster, (name, text), reading.clone(), &options.into(), &mut |_| {})
            }
            Err(why) => {
                let read = Some(Failure::Client(why.clone()));
                (Applied { exit: 1, ..Applied::default() }, Told { read, ..Told::default() })
            }
        };
        whole.stdout.push_str(&applied.stdout);
        whole.stderr.push_str(&applied.stderr);
        all.n_objects += told.n_objects;
        all.refused.extend(told.refused.iter().cloned());
        unread.extend(told.read.clone());
        // A file without an object is none of kubectl's business as long as another has one.
        if told.n_objects > 0 || told.read.is_some() {
            told.finish(&mut applied);
        }
        folder.files.push(applied);
    }
    let is_nothing = all.n_objects == 0 && unread.is_empty();
    for applied in folder.files.iter_mut().filter(|_| is_nothing) {
        Told::default().finish(applied);
    }
    all.read = (!unread.is_empty()).then_some(Failure::Many(unread));
    all.finish(&mut whole);
    AppliedFolder { exit: whole.exit, stdout: whole.stdout, stderr: whole.stderr, ..folder }
}

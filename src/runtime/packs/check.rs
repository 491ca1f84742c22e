//! Everything that is wrong in a pack in a folder: what reading it shows, and what running
//! its claims shows.

use super::folder;
use crate::content::{self, Files, KUBERNETES, Pack, PackProblem, Range, Version};
use crate::prove::{self, Failure, Subject};
use std::io;
use std::path::Path;

/// A pack that was looked at.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The pack, as far as it can be read.
    pub pack: Option<Pack>,
    /// All that is wrong, in the order of files and lines.
    pub problems: Vec<PackProblem>,
    /// Claims that were run.
    pub n_claims: usize,
}

/// Reads the pack in `folder`, without running what it claims.
///
/// # Errors
/// When the folder itself can't be read.
pub fn look(folder: &Path) -> io::Result<(Checked, Files)> {
    let (files, mut problems) = folder::read_folder(folder)?;
    let (pack, more) = content::load_by(&files, folder::read_all);
    problems.extend(more);
    problems.extend(pack.as_ref().and_then(|pack| other_kubernetes(pack, &files)));
    crate::source::sort::sort_by(&mut problems, Ord::cmp);
    Ok((Checked { pack, problems, n_claims: 0 }, files))
}

impl Checked {
    /// Runs all claims, and adds those that don't hold.
    #[must_use]
    pub fn proved(mut self, files: &Files) -> Self {
        if let Some(pack) = &self.pack {
            let proof = prove::prove(pack);
            self.n_claims = proof.n_claims;
            self.problems.extend(proof.failures.iter().map(|failure| placed(failure, files)));
            crate::source::sort::sort_by(&mut self.problems, Ord::cmp);
        }
        self
    }
}

/// Claims are run on one Kubernetes; a pack about others would prove nothing.
fn other_kubernetes(pack: &Pack, files: &Files) -> Option<PackProblem> {
    if fits_kubernetes(pack) {
        return None;
    }
    let at = files.get("pack.toml").and_then(|file| content::place_of_key(file, "kubernetes"));
    let (line, column) = at.map_or((0, 0), |at| (at.line, at.column));
    let problem = PackProblem::of_file(
        "pack.toml",
        format!("`kubernetes` leaves out {KUBERNETES}, which Portolan behaves as."),
        "Widen the range where the lessons are true of it, too.",
    );
    Some(PackProblem { line, column, ..problem })
}

/// Is the pack about the Kubernetes that Portolan behaves as? One that does not say is.
#[must_use]
pub fn fits_kubernetes(pack: &Pack) -> bool {
    let (Ok(range), Ok(version)) =
        (pack.kubernetes.parse::<Range>(), KUBERNETES.parse::<Version>())
    else {
        return true;
    };
    range.holds(&version)
}

/// Where the command stands that a failure of a text begins with, in code.
fn command_of(failure: &Failure, file: &[u8], from: usize) -> Option<(usize, usize)> {
    if failure.part != "text/body" {
        return None;
    }
    let command = failure.message.strip_prefix('`')?.split('`').next()?.lines().next()?.trim();
    let text = std::str::from_utf8(file).ok()?;
    let lines = text.lines().enumerate().skip(from.saturating_sub(1));
    let mut found = lines.filter_map(|(idx, line)| {
        let blanks = line.len() - line.trim_start().len();
        let typed = line.trim_start().strip_prefix('$')?.trim_start_matches('!').trim();
        (typed == command).then_some((idx + 1, blanks + 1))
    });
    found.next()
}

/// A claim that does not hold, at the place of its part of a step or question, or in its world.
fn placed(failure: &Failure, files: &Files) -> PackProblem {
    let (path, id) = match &failure.at {
        Subject::World(name) => (format!("worlds/{name}.yaml"), None),
        Subject::Advice(id) => ("guide.toml".to_owned(), Some(id)),
        Subject::Step { lesson, step } => (format!("lessons/{lesson}.toml"), Some(step)),
        Subject::Question { quiz, question } => (format!("quizzes/{quiz}.toml"), Some(question)),
    };
    let file = files.get(&path).map_or(&[][..], Vec::as_slice);
    let at = id.and_then(|id| content::place_of_part(file, id, &failure.part));
    let (mut line, mut column) = failure.place.or(at).map_or((0, 0), |at| (at.line, at.column));
    if let Some((at, first)) = command_of(failure, file, line) {
        (line, column) = (at, first);
    }
    let problem = PackProblem::of_file(&path, &failure.message, &failure.remedy);
    PackProblem { line, column, ..problem }
}

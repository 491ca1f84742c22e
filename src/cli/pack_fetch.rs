//! What `pack install` and `pack update` have in common: fetching packs, seeing that they fit
//! together, and putting them into their places.

use super::Streams;
use crate::content::{self, Changes, KUBERNETES, Need, Pack, Version};
use crate::runtime::packs::{
    Candidate, Installed, Receipt, Source, Store, fits_kubernetes, hash_of,
};
use crate::source::clean_line;
use anyhow::bail;

/// Problems of a refused pack that are told at most.
const TOLD: usize = 10;

/// Fetches the pack at `from`; `recorded` is where it will be looked for next time.
///
/// # Errors
/// When there is no pack, or one in which something is wrong.
pub(super) fn candidate(
    store: &mut Store,
    from: &Source,
    recorded: &Source,
    any_kubernetes: bool,
) -> anyhow::Result<Candidate> {
    let scratch = store.scratch();
    let fetched = from.fetch(&scratch)?;
    let (pack, mut problems) = content::load(&fetched.files);
    problems.extend(fetched.problems);
    crate::source::sort::sort_by(&mut problems, Ord::cmp);
    let name = from.to_string();
    let name = clean_line(&name);
    let pack = match pack {
        Some(pack) if problems.is_empty() => pack,
        _ => {
            let mut lines: Vec<String> =
                problems.iter().take(TOLD).map(|problem| format!("  {problem}")).collect();
            if problems.len() > TOLD {
                lines.push(format!("  and {} more", problems.len() - TOLD));
            }
            bail!("{name} is not right, so it is not installed:\n{}", lines.join("\n"));
        }
    };
    if pack.id == content::builtin().id {
        bail!("{name} has the built-in pack's id, `{}`. Give it another in pack.toml.", pack.id);
    }
    if !any_kubernetes && !fits_kubernetes(&pack) {
        bail!(
            "{} {} is about Kubernetes {}, and Portolan behaves as {KUBERNETES}: some of what it \
             says would be untrue here. --any-kubernetes installs it all the same.",
            pack.id,
            clean_line(&pack.version),
            clean_line(&pack.kubernetes)
        );
    }
    let sha256 = hash_of(&fetched.files);
    let receipt = Receipt { source: recorded.to_string(), commit: fetched.commit, sha256 };
    Ok(Candidate { files: fetched.files, pack, receipt })
}

/// What `pack` needs and none of `packs` gives: sentences.
pub(super) fn unmet<'p>(pack: &Pack, packs: impl Iterator<Item = &'p Pack> + Clone) -> Vec<String> {
    let needs = pack.needs.iter().filter_map(|need| need.parse::<Need>().ok());
    needs
        .filter(|need| !packs.clone().any(|other| need.is_met_by(&other.id, &other.version)))
        .map(|need| {
            let there = packs.clone().find(|other| other.id == need.id);
            let which = need.range.as_ref().map_or_else(String::new, |range| format!(" {range}"));
            match there {
                Some(other) => format!(
                    "{} needs {}{which}, and {} is version {}.",
                    pack.id,
                    need.id,
                    need.id,
                    clean_line(&other.version)
                ),
                None => format!("{} needs {}{which}, which is not there.", pack.id, need.id),
            }
        })
        .collect()
}

/// Puts the candidates into their places, all or none as far as they need each other, and
/// tells what changed.
///
/// # Errors
/// When one is there twice, one needs what is not there, or the disk refuses.
pub(super) fn install_all(
    store: &mut Store,
    candidates: &[Candidate],
    streams: &mut Streams<'_>,
) -> anyhow::Result<()> {
    let installed = store.list();
    for (idx, candidate) in candidates.iter().enumerate() {
        let id = &candidate.pack.id;
        if candidates.iter().take(idx).any(|other| other.pack.id == *id) {
            bail!("two of these packs have the id `{id}`. Install one of them.");
        }
        if let Some(other) = by_hand(&installed, id) {
            bail!(
                "{} holds a pack of the id `{id}` that was put there by hand. Take it away \
                 first: portolan pack remove {id}",
                other.folder.display()
            );
        }
    }
    let is_new = |id: &str| candidates.iter().any(|candidate| candidate.pack.id == id);
    let others = installed.iter().filter_map(|one| one.pack.as_ref()).filter(|p| !is_new(&p.id));
    let after: Vec<&Pack> = candidates
        .iter()
        .map(|candidate| &candidate.pack)
        .chain(others)
        .chain([content::builtin()])
        .collect();
    let mut unmet_now = Vec::new();
    for pack in &after {
        let needs_new =
            pack.needs.iter().filter_map(|n| n.parse::<Need>().ok()).any(|need| is_new(&need.id));
        if is_new(&pack.id) || needs_new {
            unmet_now.extend(unmet(pack, after.iter().copied()));
        }
    }
    if !unmet_now.is_empty() {
        bail!(
            "{} Packs that need each other can be installed at once: portolan pack install A B",
            unmet_now.join(" ")
        );
    }
    for candidate in candidates {
        let old = installed.iter().find(|one| one.id() == candidate.pack.id);
        let same = old.and_then(|old| old.receipt.as_ref()) == Some(&candidate.receipt)
            && old.is_some_and(|old| old.n_problems == 0);
        if !same {
            store.install(candidate)?;
        }
        tell(old, candidate, streams)?;
    }
    Ok(())
}

/// An installed pack of that id in a folder of another name.
fn by_hand<'i>(installed: &'i [Installed], id: &str) -> Option<&'i Installed> {
    installed.iter().find(|one| {
        let name = one.folder.file_name().unwrap_or_default().to_string_lossy();
        one.id() == id && name != id && one.receipt.is_none()
    })
}

fn tell(
    old: Option<&Installed>,
    candidate: &Candidate,
    streams: &mut Streams<'_>,
) -> anyhow::Result<()> {
    let new = &candidate.pack;
    let (id, version) = (&new.id, clean_line(&new.version));
    let from = clean_line(&candidate.receipt.source);
    let Some(old) = old else {
        let n_questions = n_questions(new);
        writeln!(
            streams.out,
            "Installed {id} {version}, \"{}\": {}, {}.",
            clean_line(&new.title),
            count(new.lessons.len(), "lesson", "lessons"),
            count(n_questions, "question", "questions")
        )?;
        return Ok(());
    };
    if old.receipt.as_ref().is_some_and(|receipt| receipt.sha256 == candidate.receipt.sha256)
        && old.n_problems == 0
    {
        let is_same = old.source().map(|source| source.to_string()) == Some(from.to_string());
        let now = if is_same {
            String::new()
        } else {
            format!(" From now on it is updated from {from}.")
        };
        writeln!(streams.out, "{id} {version} is there already; nothing has changed.{now}")?;
        return Ok(());
    }
    let nothing = Pack::default();
    let old = old.pack.as_ref().unwrap_or(&nothing);
    let before = clean_line(&old.version);
    let versions = (old.version.parse::<Version>().ok(), new.version.parse::<Version>().ok());
    let how = match versions {
        _ if old.version == new.version => {
            format!("Changed {id} {version}; its version is the same:")
        }
        (Some(before), Some(after)) if before > after => {
            format!("Took {id} back from {} to {version}:", clean_line(&old.version))
        }
        _ if old.version.is_empty() => format!("Mended {id} {version}:"),
        _ => format!("Updated {id} from {before} to {version}:"),
    };
    writeln!(streams.out, "{how}")?;
    let changes = Changes::between(old, new);
    let mut n_parts = 0;
    for (what, delta) in changes.parts() {
        n_parts += 1;
        writeln!(streams.out, "  {what}: {delta}")?;
    }
    if n_parts == 0 {
        writeln!(streams.out, "  Nothing that a learner sees.")?;
    }
    let gone = [&changes.lessons, &changes.steps, &changes.questions];
    if gone.iter().any(|delta| !delta.removed.is_empty()) {
        writeln!(
            streams.out,
            "  What was done in parts that are gone is kept, and counts again if they come back."
        )?;
    }
    Ok(())
}

/// Questions in all quizzes of a pack.
pub(super) fn n_questions(pack: &Pack) -> usize {
    pack.quizzes.values().map(|quiz| quiz.questions.len()).sum()
}

/// `1 lesson`, `2 lessons`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

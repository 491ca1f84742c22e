//! `portolan pack list`: which packs there are.

use super::pack_fetch::{count, n_questions, unmet};
use super::{Exit, Output, Streams};
use crate::content::{self, Pack};
use crate::runtime::packs::{Installed, installed_packs};
use crate::runtime::paths;
use crate::source::clean_line;
use serde_json::json;

/// List the packs: the built-in one and those that are installed
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack list\n  portolan pack list --output json")]
pub(super) struct List {
    /// json: one object a line for each pack
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

impl List {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let installed = paths::data_dir().map_or_else(|_| Vec::new(), |dir| installed_packs(&dir));
        let builtin = content::builtin();
        let all: Vec<&Pack> = std::iter::once(builtin)
            .chain(installed.iter().filter_map(|i| i.pack.as_ref()))
            .collect();
        match self.output {
            Output::Human => human(builtin, &installed, &all, streams),
            Output::Json => as_json(builtin, &installed, &all, streams),
        }?;
        Ok(Exit::Yes)
    }
}

/// Where it came from, in words.
fn origin(one: &Installed) -> String {
    let from = match &one.receipt {
        Some(receipt) => receipt.source.clone(),
        None => format!("put by hand into {}", one.folder.display()),
    };
    clean_line(&from).into_owned()
}

/// Why it does not do all that it could.
fn complaints(idx: usize, installed: &[Installed], all: &[&Pack]) -> Vec<String> {
    let Some(one) = installed.get(idx) else { return Vec::new() };
    let mut complaints = Vec::new();
    let id = one.id();
    let has_twin = id == content::builtin().id
        || installed.iter().take(idx).any(|other| other.pack.is_some() && other.id() == id);
    if has_twin {
        complaints.push("Not used: a pack before it has the same id.".to_owned());
    }
    if one.n_problems > 0 {
        let n = count(one.n_problems, "problem", "problems");
        complaints.push(format!("{n}: portolan pack check {}", one.folder.display()));
    }
    if let Some(pack) = &one.pack {
        complaints.extend(unmet(pack, all.iter().copied()));
    }
    complaints
}

fn human(
    builtin: &Pack,
    installed: &[Installed],
    all: &[&Pack],
    streams: &mut Streams<'_>,
) -> anyhow::Result<()> {
    let nothing = Pack::default();
    let packs: Vec<(String, &Pack, String)> =
        std::iter::once((builtin.id.clone(), builtin, "built in".to_owned()))
            .chain(
                installed
                    .iter()
                    .map(|one| (one.id(), one.pack.as_ref().unwrap_or(&nothing), origin(one))),
            )
            .collect();
    let widest = |text: &dyn Fn(&Pack) -> usize| packs.iter().map(|(_, p, _)| text(p)).max();
    let id_width = packs.iter().map(|(id, ..)| id.chars().count()).max().unwrap_or(0);
    let version_width = widest(&|pack| clean_line(&pack.version).chars().count()).unwrap_or(0);
    for (idx, (id, pack, origin)) in packs.iter().enumerate() {
        let lessons = count(pack.lessons.len(), "lesson", "lessons");
        writeln!(
            streams.out,
            "{:id_width$}  {:version_width$}  {lessons}, {origin}",
            clean_line(id),
            clean_line(&pack.version)
        )?;
        let complaints = match idx.checked_sub(1) {
            Some(idx) => complaints(idx, installed, all),
            None => Vec::new(),
        };
        for complaint in complaints {
            writeln!(streams.out, "  {complaint}")?;
        }
    }
    Ok(())
}

fn as_json(
    builtin: &Pack,
    installed: &[Installed],
    all: &[&Pack],
    streams: &mut Streams<'_>,
) -> anyhow::Result<()> {
    let common = |id: &str, pack: &Pack| {
        json!({
            "id": id,
            "version": pack.version,
            "title": pack.title,
            "kubernetes": pack.kubernetes,
            "needs": pack.needs,
            "lessons": pack.lessons.len(),
            "questions": n_questions(pack),
        })
    };
    let mut line = common(&builtin.id, builtin);
    line["built_in"] = true.into();
    writeln!(streams.out, "{line}")?;
    for (idx, one) in installed.iter().enumerate() {
        let nothing = Pack::default();
        let mut line = common(&one.id(), one.pack.as_ref().unwrap_or(&nothing));
        line["built_in"] = false.into();
        line["folder"] = one.folder.display().to_string().into();
        let receipt = one.receipt.as_ref();
        line["source"] = receipt.map(|receipt| receipt.source.clone()).into();
        line["commit"] = receipt.and_then(|receipt| receipt.commit.clone()).into();
        line["sha256"] = receipt.map(|receipt| receipt.sha256.clone()).into();
        line["problems"] = one.n_problems.into();
        line["notes"] = complaints(idx, installed, all).into();
        writeln!(streams.out, "{line}")?;
    }
    Ok(())
}

//! `portolan pack check --watch`: a pack checked, or shown in the tutor, as its author saves it.

use super::pack_check::check;
use super::tutor::on_screen;
use super::{Exit, Output, Streams, tell_error};
use crate::content::schema::is_id;
use crate::runtime::packs::{WatchedPack, open};
use crate::runtime::preview::Preview;
use crate::runtime::tutor::Options;
use crate::runtime::watched::INTERVAL;
use crate::source::clean_line;
use anyhow::{Context, ensure};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Checks at each save until Ctrl-C. In a terminal, Enter shows a lesson in the tutor.
pub(super) fn watch(
    folder: &Path,
    output: Output,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Exit> {
    ensure!(folder.is_dir(), "the folder {} can't be read", folder.display());
    // From here on a signal ends the loop, not the process: the last check is told.
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let keys = (is_terminal && output == Output::Human).then(listen);
    let shown = folder.display().to_string();
    let shown = clean_line(&shown);
    writeln!(streams.err, "Watching {shown}. Save a file to have the pack checked; Ctrl-C ends.")?;
    if keys.is_some() {
        writeln!(
            streams.err,
            "Enter shows the lesson saved last in the tutor; a lesson's name and Enter, that one."
        )?;
    }
    let mut watched = WatchedPack::new(folder);
    let mut last = Exit::Unknown;
    let mut lesson = String::new();
    while !ended.load(Ordering::Relaxed) {
        if let Some(changed) = watched.look() {
            let saved = changed.iter().find_map(|name| lesson_of(name)).map(str::to_owned);
            // At the start all are new, and the pack's first lesson is as good as any.
            if last != Exit::Unknown || changed.len() == 1 {
                lesson = saved.unwrap_or(lesson);
            }
            if output == Output::Human {
                writeln!(streams.out)?;
            }
            match check(folder, output, streams.out) {
                Ok(exit) => last = exit,
                // It may come back: an editor, or git, is at work.
                Err(error) => tell_error(streams.err, &error)?,
            }
            streams.out.flush()?;
        }
        if let Some((lines, go_on)) = &keys
            && let Ok(line) = lines.try_recv()
        {
            let asked = line.trim();
            let name = if asked.is_empty() { lesson.clone() } else { asked.to_owned() };
            if let Err(error) = show(folder, name) {
                tell_error(streams.err, &error)?;
            }
            let _ = go_on.send(());
        }
        thread::sleep(INTERVAL);
    }
    writeln!(streams.err, "Ended.")?;
    Ok(last)
}

/// The lesson of a file of that name.
fn lesson_of(name: &str) -> Option<&str> {
    name.strip_prefix("lessons/")?.strip_suffix(".toml").filter(|id| is_id(id))
}

/// Lines that are typed. After each, nothing is read before it is told to go on: the tutor
/// has the terminal meanwhile.
fn listen() -> (Receiver<String>, Sender<()>) {
    let (to, lines) = channel();
    let (go_on, may_go_on) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        while matches!(io::stdin().lock().read_line(&mut line), Ok(1..)) {
            if to.send(std::mem::take(&mut line)).is_err() || may_go_on.recv().is_err() {
                return;
            }
        }
    });
    (lines, go_on)
}

/// Runs a preview as a program of its own, so that the two never read from the terminal at
/// once.
fn show(folder: &Path, mut lesson: String) -> anyhow::Result<()> {
    if lesson.is_empty() {
        let pack = open(folder)?.0.context("there is no pack yet that could be shown")?;
        lesson = pack.lessons.first().context("the pack has no lesson yet")?.id.clone();
    }
    let program = std::env::current_exe()?;
    let status = Command::new(program)
        .args(["pack", "check"])
        .arg(format!("--watch={lesson}"))
        .arg("--")
        .arg(folder)
        .status()?;
    ensure!(status.success(), "the preview has ended: {status}");
    Ok(())
}

/// Shows a lesson in the tutor, anew at each save, until the author leaves.
pub(super) fn preview(folder: &Path, lesson: &str) -> anyhow::Result<Exit> {
    ensure!(folder.is_dir(), "the folder {} can't be read", folder.display());
    ensure!(
        io::stdin().is_terminal() && io::stdout().is_terminal(),
        "a preview needs a terminal; `portolan read LESSON --pack DIR` prints a lesson without one"
    );
    if let Some(pack) = open(folder)?.0 {
        let id = lesson.split('/').next().unwrap_or(lesson);
        let there: Vec<&str> = pack.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
        ensure!(
            there.contains(&id),
            "there is no lesson `{}`; there are: {}",
            clean_line(id),
            there.join(", ")
        );
    }
    let preview = Preview { folder: folder.to_owned(), at: lesson.to_owned() };
    let options =
        Options { pack: Some(folder.to_owned()), preview: Some(preview), ..Options::default() };
    on_screen(&options)
}

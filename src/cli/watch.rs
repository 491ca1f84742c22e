//! `portolan watch`: a file graded at each save.

use super::grade::find_exercise;
use super::graded::Verdict;
use super::packs::PackArgs;
use super::{Exit, Streams};
use crate::content::Exercise;
use crate::grade::Grade;
use crate::progress::{Entry, Event};
use crate::runtime::journal::{Journal, JournalError};
use crate::runtime::paths;
use crate::runtime::tutor::{self, End, Options, WatchedExercise};
use crate::runtime::watched::{self, INTERVAL, Seen, Watched};
use crate::source::clean_line;
use anyhow::{Context, ensure};
use jiff::Timestamp;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Grade a file at each save, while you work on it in your own editor
///
/// FILE is made with the exercise's starting text if it is not there, and never written to
/// otherwise. It is looked at five times a second. Ctrl-C ends. A pass is kept in your
/// progress.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan watch nodeport/keep-the-address service.yaml\n\nExit codes: \
                  0 the last save passed, 1 it did not, 2 could not tell."
)]
pub(super) struct WatchFile {
    /// LESSON/STEP or PACK/LESSON/STEP
    exercise: String,
    /// The manifest; STEP.yaml in this folder unless given
    file: Option<PathBuf>,
    /// Grade in the tutor, with the chart, in place of lines
    #[arg(long)]
    tui: bool,
    #[command(flatten)]
    packs: PackArgs,
    /// json: one object a line for each save
    #[arg(long, value_enum, default_value_t = super::Output::Human)]
    output: super::Output,
}

impl WatchFile {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let (name, exercise, base) = find_exercise(&packs, &self.exercise)?;
        let step = name.rsplit('/').next().unwrap_or(&name);
        let path = self.file.clone().unwrap_or_else(|| PathBuf::from(format!("{step}.yaml")));
        let shown = path.display().to_string();
        let file = clean_line(&shown).into_owned();
        let made = watched::create(&path, &exercise.starter).with_context(|| {
            format!("{file} can't be made; give a FILE in a folder that can be written to")
        })?;
        if self.tui {
            return self.in_the_tutor(name, path);
        }
        // From here on a signal ends the loop, not the process: the last verdict is told.
        let ended = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&ended))?;
        }
        let mut watched = Watched::new(&path);
        let talk = &mut *streams.err;
        if made {
            writeln!(talk, "{file} is new and holds what the exercise starts with.")?;
        }
        if watched.is_second() {
            writeln!(
                talk,
                "note: another `portolan watch` looks at {file} as well. Both only read it."
            )?;
        }
        writeln!(talk, "Watching {file} for {name}. Save it to have it graded; Ctrl-C ends.")?;
        let mut last = Exit::Unknown;
        let mut kept = false;
        while !ended.load(Ordering::Relaxed) {
            match watched.look() {
                None => {
                    thread::sleep(INTERVAL);
                    continue;
                }
                Some(Seen::Gone) => {
                    writeln!(
                        streams.err,
                        "{file} is gone. Save it again to go on; nothing was deleted by Portolan."
                    )?;
                    last = Exit::Unknown;
                }
                Some(Seen::Unusable(why)) => {
                    writeln!(streams.err, "{file}: {}", clean_line(&why))?;
                    last = Exit::Unknown;
                }
                Some(Seen::Text(text)) => {
                    let verdict = Verdict::of(exercise, &base, &shown, &text);
                    match self.output {
                        super::Output::Human => {
                            writeln!(streams.out)?;
                            for line in verdict.lines() {
                                writeln!(streams.out, "{line}")?;
                            }
                        }
                        super::Output::Json => writeln!(streams.out, "{}", verdict.json(&name))?,
                    }
                    // The verdict stands before what is said about it.
                    streams.out.flush()?;
                    let passed = verdict.grade.passed;
                    last = if passed { Exit::Yes } else { Exit::No };
                    if passed && !kept {
                        kept = true;
                        let said = keep(&name, exercise, &verdict.grade, &text);
                        writeln!(streams.err, "{said}")?;
                    }
                }
            }
        }
        writeln!(streams.err, "Ended.")?;
        Ok(last)
    }

    /// Opens the tutor at the exercise, where each save is taken over.
    fn in_the_tutor(&self, step: String, path: PathBuf) -> anyhow::Result<Exit> {
        ensure!(
            io::stdin().is_terminal() && io::stdout().is_terminal(),
            "--tui needs a terminal; without it the verdicts are lines"
        );
        let watch = Some(WatchedExercise { step, path });
        let options = Options { pack: self.packs.pack.clone(), watch, ..Options::default() };
        match tutor::run(&options)? {
            End::Left => Ok(Exit::Yes),
            End::Signal(signal) => {
                // All is closed: now end as the sender of the signal expects it.
                signal_hook::low_level::emulate_default_handler(signal)?;
                Ok(Exit::Unknown)
            }
        }
    }
}

/// Keeps a pass in the learner's progress, and says so, or why not.
fn keep(name: &str, exercise: &Exercise, grade: &Grade, text: &str) -> String {
    let not = |why: &str| format!("note: this pass is not in your progress: {why}.");
    let Ok(dir) = paths::data_dir() else { return not("there is no home folder to keep it in") };
    let (mut journal, contents) = match Journal::open(&dir) {
        Ok(opened) => opened,
        Err(JournalError::Locked { .. }) => {
            return not("an open Portolan keeps it; hand the text in there, too");
        }
        Err(error) => return not(&error.to_string()),
    };
    let n_hints = contents.state.step(name).map_or(0, |state| state.exercise.n_hints);
    let points = grade.after_hints(&exercise.hints, n_hints);
    // The text in the tutor stays the learner's: this one is found among the attempts.
    let (step, text) = (name.to_owned(), text.to_owned());
    let graded = Event::Graded { step, points, max: grade.max, passed: true, text };
    if let Err(error) = journal.append(&Entry::new(Timestamp::now(), graded)) {
        return not(&error.to_string());
    }
    "This pass is in your progress.".to_owned()
}

//! `portolan record`: a chart as an asciinema recording.

use super::looks::Looks;
use super::packs::{PackArgs, find_lesson};
use super::{Exit, Streams};
use crate::app::settings::{Colours, Settings, Speed};
use crate::content::{Lesson, Step, StepKind};
use crate::runtime::recording::{RecordError, Recording, record};
use crate::source::clean_line;
use crate::ui::environment::Environment;
use crate::ui::{MIN_COLUMNS, MIN_ROWS};
use anyhow::{Context, bail};
use ratatui::layout::Size;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Record a lesson's chart, played to its end, as an asciinema recording
///
/// It is an asciicast of version 2, which asciinema plays and web pages embed. It looks as
/// the tutor does, in the tutor's own time. Without --theme and --colours: dark, 256 colours.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan record nodeport --step any-node -o any-node.cast
  portolan record nodeport --step 2 --probe 1 --width 120 --height 40 --theme light -o - >2.cast

`portolan lessons` lists the lessons, `portolan read LESSON` their steps. An existing file is
not overwritten without --force.")]
pub(super) struct Record {
    /// LESSON or PACK/LESSON
    lesson: String,
    /// The step's id, or its number counted from 1
    #[arg(long, value_name = "STEP")]
    step: String,
    /// The file to write; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Overwrite the file where it exists
    #[arg(long)]
    force: bool,
    /// Only this probe's packets, counted from 1, in place of all one after another
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    probe: Option<u32>,
    /// Columns
    #[arg(long, value_name = "COLUMNS", default_value_t = 100, value_parser = clap::value_parser!(u16).range(i64::from(MIN_COLUMNS)..=500))]
    width: u16,
    /// Rows
    #[arg(long, value_name = "ROWS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(i64::from(MIN_ROWS)..=200))]
    height: u16,
    /// Times the normal speed: 0.25, 0.5, 0.75, 1, 1.5, 2 or 4
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    speed: f64,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    packs: PackArgs,
}

impl Record {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let (pack, lesson) = find_lesson(&packs, &self.lesson)?;
        let step = find_step(lesson, &self.step)?;
        let recording = Recording {
            size: Size { width: self.width, height: self.height },
            theme: Environment::of_a_file().theme(&self.settings()?, None),
            settings: self.settings()?,
            probe: self.probe.map(|number| number as usize - 1),
        };
        // Whole before a file is made for it: a mistake leaves none behind.
        let mut cast = Vec::new();
        record(pack, lesson, step, &recording, &mut cast).map_err(|error| match error {
            RecordError::NoChart => no_chart(lesson, step),
            error => anyhow::Error::new(error).context(format!(
                "step {} of {}",
                clean_line(&step.id),
                clean_line(&lesson.id)
            )),
        })?;
        if self.output == Path::new("-") {
            streams.out.write_all(&cast)?;
            return Ok(Exit::Yes);
        }
        self.write(&cast).with_context(|| self.output.display().to_string())?;
        let seconds = last_time(&cast);
        writeln!(
            streams.err,
            "{}: {seconds:.0} seconds, {} KB",
            self.output.display(),
            cast.len().div_ceil(1000)
        )?;
        Ok(Exit::Yes)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let flags = self.looks.flags();
        let Some(speed) = Speed::of_times(self.speed) else {
            bail!("--speed {}: it is one of 0.25, 0.5, 0.75, 1, 1.5, 2, 4", self.speed);
        };
        Ok(Settings {
            theme: flags.theme.unwrap_or_default(),
            colours: flags.colours.unwrap_or(Colours::Auto),
            glyphs: flags.glyphs.unwrap_or_default(),
            motion: flags.motion.unwrap_or_default(),
            speed,
            ..Settings::default()
        })
    }

    fn write(&self, cast: &[u8]) -> anyhow::Result<()> {
        let made =
            if self.force { File::create(&self.output) } else { File::create_new(&self.output) };
        let file = match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("it exists already; --force overwrites it")
            }
            made => made?,
        };
        let mut file = BufWriter::new(file);
        let written = file.write_all(cast).and_then(|()| file.flush());
        if written.is_err() && !self.force {
            // Half a recording is none. What failed is told, not that this failed too.
            let _ = fs::remove_file(&self.output);
        }
        Ok(written?)
    }
}

/// The step of that id, else of that number.
fn find_step<'l>(lesson: &'l Lesson, name: &str) -> anyhow::Result<&'l Step> {
    let by_number =
        || lesson.steps.get(name.parse::<usize>().ok().and_then(|number| number.checked_sub(1))?);
    let found = lesson.steps.iter().find(|step| step.id == name).or_else(by_number);
    found.with_context(|| {
        let ids: Vec<&str> = lesson.steps.iter().map(|step| step.id.as_str()).collect();
        format!(
            "the lesson {} has no step `{}`; it has: {}",
            clean_line(&lesson.id),
            clean_line(name),
            ids.join(", ")
        )
    })
}

fn no_chart(lesson: &Lesson, step: &Step) -> anyhow::Error {
    let flows = lesson.steps.iter().filter(|step| matches!(step.kind, StepKind::Flow(_)));
    let ids: Vec<&str> = flows.map(|step| step.id.as_str()).collect();
    let what = format!("the step {} has no chart to play", clean_line(&step.id));
    if ids.is_empty() {
        anyhow::anyhow!("{what}, nor has any other of {}", clean_line(&lesson.id))
    } else {
        anyhow::anyhow!("{what}; these have: {}", ids.join(", "))
    }
}

/// The time of a recording's last line, in seconds.
fn last_time(cast: &[u8]) -> f64 {
    let text = String::from_utf8_lossy(cast);
    let last = text.lines().next_back().unwrap_or_default();
    last.trim_start_matches('[').split(',').next().and_then(|t| t.parse().ok()).unwrap_or(0.0)
}

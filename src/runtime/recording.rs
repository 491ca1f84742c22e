//! A chart played from its first packet to its last, as an asciinema recording: the screens
//! that the tutor draws, at the times at which it would draw them.

use super::frames::Frames;
use crate::app::key::{Code, Key};
use crate::app::lesson::StepScreen;
use crate::app::settings::Settings;
use crate::app::{self, Model, Msg, Saving, Screen};
use crate::chart::TICKS_PER_SECOND;
use crate::content::{Lesson, Pack, Step, StepKind};
use crate::progress::{Entry, Event, State, step_key};
use crate::source::clean_line;
use crate::ui::{self, Theme, Tone, ViewState};
use jiff::Timestamp;
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use serde_json::json;
use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// How it is recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recording {
    /// Columns and rows.
    pub size: Size,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Speed and motion.
    pub settings: Settings,
    /// Only the packets of this probe, counted from 0; else all, one after another.
    pub probe: Option<usize>,
}

/// Why there is nothing to record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The step is no chart.
    #[error("this step is no chart")]
    NoChart,
    /// The step's chart can't be made.
    #[error("{0}")]
    Broken(String),
    /// It has no such probe.
    #[error("this step has the probes 1 to {0}")]
    NoProbe(usize),
    /// It could not be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Frames for which the start and the end of each packet's way are shown.
const BEFORE: u32 = TICKS_PER_SECOND;
const AFTER: u32 = 2 * TICKS_PER_SECOND;

/// Records the chart of a flow step, as an asciicast of version 2: a line of JSON about it,
/// then a line for each frame that differs from the one before, with its time in seconds.
///
/// # Errors
/// When the step has no chart or no such probe, or `out` refuses.
pub fn record(
    pack: &Pack,
    lesson: &Lesson,
    step: &Step,
    recording: &Recording,
    out: &mut dyn Write,
) -> Result<(), RecordError> {
    let StepKind::Flow(flow) = &step.kind else { return Err(RecordError::NoChart) };
    if recording.probe.is_some_and(|probe| probe >= flow.probes.len()) {
        return Err(RecordError::NoProbe(flow.probes.len()));
    }
    let mut model = opened(pack, lesson, step, &recording.settings);
    let packets = packets(&model, recording.probe)?;
    writeln!(out, "{}", head(&model, recording))?;
    let mut film = Film::new(recording, out)?;
    let mut before = None;
    for idx in packets {
        // Straight to it, as a learner would go: the packets between are not played.
        let steps = before.map_or(idx, |before| idx - before);
        before = Some(idx);
        for _ in 0..steps {
            press(&mut model, Code::Down);
        }
        press(&mut model, Code::Char('r'));
        film.shoot(&model)?;
        film.wait(BEFORE);
        while model.wants_ticks() {
            film.wait(1);
            tell(&mut model, Msg::Tick(1));
            film.shoot(&model)?;
        }
        film.wait(AFTER);
    }
    film.end()?;
    Ok(())
}

/// The model with that step on its screen.
fn opened(pack: &Pack, lesson: &Lesson, step: &Step, settings: &Settings) -> Model {
    let at = Event::At { step: step_key(pack, lesson, step), part: 0 };
    let state = State::of(&[Entry::new(Timestamp::UNIX_EPOCH, at)]);
    let mut model = Model::new(vec![Cow::Owned(pack.clone())], state, Saving::On, None);
    model.settings = *settings;
    press(&mut model, Code::Enter);
    model
}

/// Which packets are played, by index.
fn packets(model: &Model, probe: Option<usize>) -> Result<Vec<usize>, RecordError> {
    let Screen::Lesson(screen) = &model.screen else { return Err(RecordError::NoChart) };
    let StepScreen::Flow(flow) = &screen.step else { return Err(RecordError::NoChart) };
    let all = flow.watch.packets().iter().enumerate();
    let packets: Vec<usize> =
        all.filter(|(_, packet)| probe.is_none_or(|p| p == packet.of)).map(|(i, _)| i).collect();
    if packets.is_empty() {
        let why = flow.problem.as_deref().unwrap_or("There is no packet to watch.");
        return Err(RecordError::Broken(clean_line(why).into_owned()));
    }
    Ok(packets)
}

fn press(model: &mut Model, code: Code) {
    tell(model, Msg::Key(Key::plain(code)));
}

fn tell(model: &mut Model, msg: Msg) {
    for msg in [msg, Msg::Settle] {
        // Nothing is kept of what is played here, and nothing scrolls.
        drop(app::update(model, msg));
    }
}

/// The first line. It holds no date: the same chart makes the same file.
fn head(model: &Model, recording: &Recording) -> serde_json::Value {
    let title = model.step().map_or_else(String::new, |(_, lesson, step)| {
        format!("{}: {}", clean_line(&lesson.title), clean_line(&step.title))
    });
    let (fg, bg, palette) = match recording.theme.tone {
        Tone::Dark => ("#d0d8e4", "#12161c", DARK),
        Tone::Light => ("#22282f", "#ffffff", LIGHT),
    };
    json!({
        "version": 2,
        "width": recording.size.width,
        "height": recording.size.height,
        "title": title,
        "env": {"TERM": "xterm-256color"},
        "theme": {"fg": fg, "bg": bg, "palette": palette},
    })
}

/// The sixteen colours of a player, which a recording of sixteen colours is shown in.
const DARK: &str = "#12161c:#f28779:#8fce8a:#e6c07b:#82aaff:#c3a6ff:#5fb3d9:#c8d0da:\
                    #6f7b89:#f28779:#8fce8a:#e6c07b:#82aaff:#c3a6ff:#5fb3d9:#f2f5f8";
const LIGHT: &str = "#22282f:#b3261e:#1f7a34:#8a5a00:#2f5fc4:#7a3fb0:#066a9c:#57606a:\
                     #6a737d:#b3261e:#1f7a34:#8a5a00:#2f5fc4:#7a3fb0:#066a9c:#ffffff";

/// What the terminal would be sent, frame by frame.
struct Film<'o> {
    theme: Theme,
    view: ViewState,
    terminal: Terminal<Frames<Reel>>,
    reel: Reel,
    /// Frames since the start, a thirtieth of a second each.
    at: u64,
    out: &'o mut dyn Write,
}

/// Bytes that were written and not taken yet.
#[derive(Clone, Default)]
struct Reel(Rc<RefCell<Vec<u8>>>);

impl Write for Reel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'o> Film<'o> {
    fn new(recording: &Recording, out: &'o mut dyn Write) -> io::Result<Self> {
        let reel = Reel::default();
        let Size { width, height } = recording.size;
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let backend = Frames::new(reel.clone(), Some(recording.size));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
        terminal.clear()?;
        let view = ViewState::default();
        Ok(Self { theme: recording.theme, view, terminal, reel, at: 0, out })
    }

    fn shoot(&mut self, model: &Model) -> io::Result<()> {
        let Self { theme, view, terminal, .. } = self;
        terminal.draw(|frame| drop(ui::draw(model, theme, view, frame)))?;
        let bytes = std::mem::take(&mut *self.reel.0.borrow_mut());
        // Cells hold text and escape sequences are ASCII.
        let text = String::from_utf8_lossy(&bytes);
        if text.is_empty() { Ok(()) } else { self.event(&text) }
    }

    fn wait(&mut self, n_frames: u32) {
        self.at += u64::from(n_frames);
    }

    /// A player stops at the last event: an empty one keeps the end on the screen.
    fn end(&mut self) -> io::Result<()> {
        self.event("")
    }

    fn event(&mut self, text: &str) -> io::Result<()> {
        let microseconds = self.at * 1_000_000 / u64::from(TICKS_PER_SECOND);
        let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
        writeln!(self.out, "[{seconds}.{rest:06}, \"o\", {}]", json!(text))
    }
}

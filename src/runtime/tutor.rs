//! The tutor's loop: what comes in changes the model, the model is drawn, effects happen.
//!
//! It sleeps until something comes in. A timer runs only while a packet moves or typed
//! text waits to be kept.

use super::background;
use super::input::{self, Input};
use super::journal::{self, Journal, JournalError};
use super::own_editor::{self, Draft};
use super::preview::{Preview, SavedPack};
use super::terminal::{Taken, clip};
use super::watched::Seen;
use super::{packs, paths, settings};
use crate::app::console::ConsolePane;
use crate::app::console::screen::ConsoleScreen;
use crate::app::key::Key;
use crate::app::settings::Settings;
use crate::app::workshop::Edited;
use crate::app::{self, Effect, Model, Msg, Saved, Saving, Screen};
use crate::chart::TICKS_PER_SECOND;
use crate::content::{self, Pack};
use crate::kubectl::Console;
use crate::progress::State;
use crate::ui::environment::{Environment, Flags};
use crate::ui::{self, HitMap, Theme, Tone, ViewState};
use jiff::Timestamp;
use signal_hook::consts::{SIGCONT, SIGINT, SIGTSTP};
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// Typed text is kept after a pause of this length.
const SAVE_AFTER: Duration = Duration::from_secs(1);
/// A command of the console that shows what happens goes on each time that has passed.
const SECOND: Duration = Duration::from_secs(1);
/// Time that a terminal has to tell its background, where the learner leaves at once.
const ANSWER_WITHIN: Duration = Duration::from_millis(200);
/// How often the end of the learner's own editor is looked for, while it runs.
const LOOK_AFTER: Duration = Duration::from_millis(50);
/// What a console alone says at first.
const GREETING: &str = "kubectl and a small shell on a world of its own. Files are copies, in memory:\n`save FILE` writes one to the disk. `exit` leaves; F1 shows the keys.";
/// Frames that are made up for after a stall; the rest is skipped.
const MOST_FRAMES: u32 = 4;

/// What the tutor is started with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A pack's folder to use besides the built-in and the installed ones.
    pub pack: Option<PathBuf>,
    /// What the command line says in place of settings.
    pub flags: Flags,
    /// A file that stands for the text of an exercise: each save is graded.
    pub watch: Option<WatchedExercise>,
    /// A console alone, in place of the lessons: nothing is kept.
    pub console: Option<ConsoleStart>,
    /// A pack that its author is writing: each save is shown, and nothing is recorded.
    pub preview: Option<Preview>,
}

/// A console to start with.
#[derive(Debug, Clone)]
pub struct ConsoleStart {
    /// What it runs on.
    pub console: Box<Console>,
    /// What stands above it.
    pub title: String,
}

/// An exercise and the file that stands for its text.
#[derive(Debug, Clone)]
pub struct WatchedExercise {
    /// `PACK/LESSON/STEP`.
    pub step: String,
    /// The file.
    pub path: PathBuf,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The learner left.
    Left,
    /// A signal asked for it: end as the signal does once nothing is left to close.
    Signal(i32),
}

/// Runs the tutor until the learner leaves or a signal comes.
///
/// # Errors
/// When there is no terminal, or it refuses.
pub fn run(options: &Options) -> io::Result<End> {
    if options.console.is_none() {
        // Read while the terminal is taken and the journal opened.
        std::thread::spawn(content::builtin);
    }
    let mut taken = Taken::new()?;
    let file = options.watch.as_ref().map(|watch| watch.path.as_path());
    let folder = options.preview.as_ref().map(|preview| preview.folder.as_path());
    let (receiver, go_on) = input::listen(file, folder)?;
    let mut tutor = Tutor::start(options);
    // The first frame before anything that may take long.
    tutor.draw(&mut taken)?;
    tutor.ask_background(&mut taken)?;
    if options.console.is_none() {
        tutor.read_packs(options);
    }
    if let Some(preview) = &options.preview {
        tutor.tell(Msg::Preview(preview.at.clone()));
    }
    tutor.run(&mut taken, &Inputs { receiver, go_on })
}

/// What comes in, and the way to ask for more.
struct Inputs {
    receiver: Receiver<Input>,
    go_on: Sender<()>,
}

struct Tutor {
    model: Model,
    environment: Environment,
    theme: Theme,
    /// When the terminal was asked for its background, and what it told.
    asked_at: Option<Instant>,
    background: Option<Tone>,
    view: ViewState,
    hits: HitMap,
    /// Columns and rows of the console that the model was told last.
    console: Option<(u16, u16)>,
    /// When the second began that a command of the console waits for.
    second: Option<Instant>,
    journal: Option<Journal>,
    data_dir: Option<PathBuf>,
    watch: Option<WatchedExercise>,
    settings_path: Option<PathBuf>,
    save_at: Option<Instant>,
    /// When the last frame of a movement was due.
    last_tick: Option<Instant>,
    suspended: bool,
    /// The terminal is to be given back and the process stopped.
    stop: bool,
    /// Something has changed since the last frame.
    changed: bool,
    /// A file's name and text that the learner's own editor is to be run on.
    own: Option<(String, String)>,
    end: Option<End>,
}

/// Opens the journal, or says why nothing will be saved and reads what it can.
fn open_journal(data_dir: Option<&Path>) -> (Option<Journal>, State, Saving, Vec<String>) {
    let Some(data_dir) = data_dir else {
        let why = format!(
            "Nothing is saved: there is no home folder to save in. Set {} to a folder.",
            paths::DATA_DIR_VARIABLE
        );
        return (None, State::default(), Saving::Off(why), Vec::new());
    };
    match Journal::open(data_dir) {
        Ok((journal, contents)) => (Some(journal), contents.state, Saving::On, contents.notes),
        Err(error) => {
            let why = match &error {
                JournalError::Locked { .. } => {
                    "Another Portolan is open and keeps your progress. This one saves nothing: look around, or close the other and start again.".to_owned()
                }
                _ => format!("Nothing is saved: {error}."),
            };
            let contents = journal::read(data_dir).ok();
            let (state, notes) = contents.map(|c| (c.state, c.notes)).unwrap_or_default();
            (None, state, Saving::Off(why), notes)
        }
    }
}

impl Tutor {
    fn start(options: &Options) -> Self {
        let data_dir = paths::data_dir().ok();
        let why = "A preview: nothing is saved. Your own progress is as it was.";
        let (journal, state, saving, mut notes) = match (&options.console, &options.preview) {
            // There is no progress to keep, and another tutor may be open.
            (Some(_), _) => (None, State::default(), Saving::On, Vec::new()),
            (_, Some(_)) => (None, State::default(), Saving::Off(why.to_owned()), Vec::new()),
            _ => open_journal(data_dir.as_deref()),
        };
        let settings_path = settings::path();
        let (set, problems) = settings_path.as_deref().map(settings::read).unwrap_or_default();
        notes.extend(problems);
        let note = (!notes.is_empty()).then(|| notes.join(" "));
        // With --pack the learner wants that one: it is read after the first frame.
        let packs = vec![Cow::Borrowed(content::builtin())];
        let mut model = Model::new(packs, state, saving, note);
        model.now = Timestamp::now();
        model.runs_aside = true;
        if let Some(start) = &options.console {
            let pane = ConsolePane::new(start.console.as_ref().clone(), GREETING).run_aside(true);
            let title = start.title.clone();
            model.screen = Screen::Console(Box::new(ConsoleScreen { pane, title }));
        }
        let environment = Environment::read(|name| std::env::var(name).ok());
        model.settings = set;
        model.overrides = environment.overrides(&options.flags);
        model.settings_path =
            settings_path.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
        Self {
            theme: environment.theme(&model.settings_in_force(), None),
            model,
            environment,
            asked_at: None,
            background: None,
            view: ViewState::default(),
            hits: HitMap::default(),
            console: None,
            second: None,
            journal,
            data_dir,
            watch: options.watch.clone(),
            settings_path,
            save_at: None,
            last_tick: None,
            suspended: false,
            stop: false,
            changed: true,
            own: None,
            end: None,
        }
    }

    /// Reads the packs that are not built in. One that can't be read is told of.
    fn read_packs(&mut self, options: &Options) {
        let mut folders = self.data_dir.as_deref().map(packs::installed).unwrap_or_default();
        // The one asked for comes first, and before the built-in one.
        folders.splice(0..0, options.pack.clone());
        if folders.is_empty() {
            return;
        }
        let mut all: Vec<(String, Cow<'static, Pack>)> = Vec::new();
        let mut notes = Vec::new();
        for folder in folders {
            match packs::open(&folder) {
                Ok((Some(pack), problems)) if !pack.lessons.is_empty() => {
                    if !problems.is_empty() {
                        notes.push(format!(
                            "The pack {} has {} problems: `portolan pack check {}` lists them.",
                            pack.id,
                            problems.len(),
                            folder.display()
                        ));
                    }
                    all.push((folder.display().to_string(), Cow::Owned(pack)));
                }
                Ok(_) => notes.push(format!(
                    "{} is no pack that can be read: `portolan pack check {}` says why.",
                    folder.display(),
                    folder.display()
                )),
                Err(error) => notes.push(format!("{}: {error}.", folder.display())),
            }
        }
        // The one asked for stands before the built-in one, the others after it.
        let asked = options.pack.as_ref().map(|folder| folder.display().to_string());
        let at = usize::from(all.first().is_some_and(|(place, _)| Some(place) == asked.as_ref()));
        all.insert(at, ("the built-in pack".to_owned(), Cow::Borrowed(content::builtin())));
        let (all, twins) = packs::without_twins(all);
        // Whoever asks for a folder knows that it stands for the pack of its id.
        notes.extend(twins.into_iter().filter(|_| at == 0));
        self.tell(Msg::Packs(all));
        if !notes.is_empty() {
            notes.splice(0..0, self.model.home.note.take());
            self.model.home.note = Some(notes.join(" "));
        }
    }

    fn draw(&mut self, taken: &mut Taken) -> io::Result<()> {
        let Self { model, theme, view, hits, .. } = self;
        taken.terminal.draw(|frame| *hits = ui::draw(model, theme, view, frame))?;
        // Only drawing knows how much room the console has.
        if let Some((columns, rows)) = self.hits.console
            && self.console != Some((columns, rows))
        {
            self.console = Some((columns, rows));
            self.tell(Msg::ConsoleSize(columns, rows));
            let Self { model, theme, view, hits, .. } = self;
            taken.terminal.draw(|frame| *hits = ui::draw(model, theme, view, frame))?;
        }
        Ok(())
    }

    fn run(&mut self, taken: &mut Taken, inputs: &Inputs) -> io::Result<End> {
        loop {
            if let Some(end) = self.end {
                self.await_background(inputs);
                return Ok(end);
            }
            if !self.suspended && self.changed {
                self.tell(Msg::Settle);
                self.draw(taken)?;
                self.changed = false;
            }
            match self.wait(&inputs.receiver) {
                Ok(input) => {
                    self.take_in(input, taken, inputs)?;
                    // What has come meanwhile is taken in before the next frame.
                    while self.end.is_none()
                        && !self.suspended
                        && let Ok(input) = inputs.receiver.try_recv()
                    {
                        self.take_in(input, taken, inputs)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.close(End::Left),
            }
            self.timers();
        }
    }

    /// Waits for input, or until a timer is due; for ever when none runs.
    fn wait(&mut self, receiver: &Receiver<Input>) -> Result<Input, RecvTimeoutError> {
        let now = Instant::now();
        let moving = self.model.wants_ticks() && !self.suspended;
        self.last_tick = moving.then(|| self.last_tick.unwrap_or(now));
        let tick_at = self.last_tick.map(|last| last + frame_time());
        let counting = self.model.wants_seconds() && !self.suspended;
        self.second = counting.then(|| self.second.unwrap_or(now));
        let second_at = self.second.map(|began| began + SECOND);
        let turn_at = (self.model.wants_turn() && !self.suspended).then_some(now);
        match [tick_at, second_at, turn_at, self.save_at].into_iter().flatten().min() {
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => receiver.recv_timeout(due.saturating_duration_since(now)),
        }
    }

    fn timers(&mut self) {
        let now = Instant::now();
        if let Some(last) = self.last_tick {
            let frames = now.duration_since(last).as_micros() / frame_time().as_micros();
            let frames = u32::try_from(frames).unwrap_or(u32::MAX);
            if frames > 0 {
                self.last_tick = Some(last + frame_time() * frames);
                self.tell(Msg::Tick(frames.min(MOST_FRAMES)));
            }
        }
        if self.second.is_some_and(|began| began + SECOND <= now) {
            self.second = Some(now);
            self.tell(Msg::Second);
        }
        // Several turns are worth a frame.
        while self.model.wants_turn() && !self.suspended && now.elapsed() < frame_time() {
            self.tell(Msg::Turn);
        }
        if self.save_at.is_some_and(|at| at <= now) {
            self.save_at = None;
            self.tell(Msg::Save);
        }
    }

    fn take_in(&mut self, input: Input, taken: &mut Taken, inputs: &Inputs) -> io::Result<()> {
        if input != Input::Taken {
            self.changed = true;
        }
        match input {
            // Nobody types into what is not there to be seen.
            Input::Key(key) if self.hits.is_hidden => {
                if key == Key::char('q') || key == Key::ctrl('c') || key == Key::ctrl('q') {
                    self.tell(Msg::Key(Key::ctrl('q')));
                } else if key == Key::ctrl('z') {
                    self.tell(Msg::Key(key));
                }
            }
            Input::Paste(_) if self.hits.is_hidden => {}
            Input::Key(key) => self.tell(Msg::Key(key)),
            Input::Paste(text) => self.tell(Msg::Paste(text)),
            Input::Press { column, row, drag } => {
                if let Some((hit, column)) = self.hits.at(column, row) {
                    self.tell(Msg::Click { hit, column, drag });
                }
            }
            Input::Wheel { column, row, lines } => {
                let pane = self.hits.pane_at(column, row);
                self.tell(Msg::Wheel(pane, lines));
            }
            Input::Redraw => {}
            Input::File(seen) => {
                if let Some(WatchedExercise { step, path }) = &self.watch {
                    let file = path.display();
                    let text = match seen {
                        Seen::Text(text) => Ok(text),
                        Seen::Gone => Err(format!("{file} is gone. Save it again to go on.")),
                        Seen::Unusable(why) => Err(format!("{file}: {why}")),
                    };
                    let step = step.clone();
                    self.tell(Msg::File { step, text });
                }
            }
            Input::Saved(saved) => {
                let SavedPack { pack, problems, says } = *saved;
                self.tell(Msg::SavedPack { pack, problems, says });
            }
            Input::Background(tone) => {
                self.background = Some(tone);
                self.choose_theme();
            }
            // Without a reader nothing more comes: `Gone` told of it.
            Input::Taken => {
                let _ = inputs.go_on.send(());
            }
            Input::Signal(SIGCONT) => {
                self.suspended = false;
                taken.enter()?;
            }
            Input::Signal(SIGTSTP) => self.tell(Msg::Key(Key::ctrl('z'))),
            Input::Signal(signal) => self.close(End::Signal(signal)),
            Input::Gone => self.close(End::Left),
        }
        if std::mem::take(&mut self.stop) {
            taken.leave();
            signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
            // Stopped here. When the shell continues us, SIGCONT comes in and takes the
            // terminal again; nothing is drawn before.
        }
        if let Some((name, text)) = self.own.take() {
            self.run_own_editor(&name, &text, taken, inputs)?;
        }
        Ok(())
    }

    /// Gives the terminal to the learner's own editor until it ends, and takes its text back.
    fn run_own_editor(
        &mut self,
        name: &str,
        text: &str,
        taken: &mut Taken,
        inputs: &Inputs,
    ) -> io::Result<()> {
        let editor = own_editor::editor(|name| std::env::var_os(name));
        let draft = match Draft::write(&std::env::temp_dir(), name, text, editor) {
            Ok(draft) => draft,
            Err(why) => {
                self.tell(Msg::Edited(Edited::Kept(why)));
                return Ok(());
            }
        };
        taken.leave();
        let mut later = Vec::new();
        let mut asked_to_end = None;
        let ended = draft.start().and_then(|mut child| {
            loop {
                if let Some(status) = child.try_wait()? {
                    return Ok(status);
                }
                match inputs.receiver.recv_timeout(LOOK_AFTER) {
                    // The shell stops and continues all of its job: us too.
                    Ok(Input::Signal(SIGTSTP)) => {
                        signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
                    }
                    // Ctrl-C is the editor's.
                    Ok(Input::Signal(SIGCONT | SIGINT)) | Err(RecvTimeoutError::Timeout) => {}
                    Ok(Input::Signal(signal)) => {
                        asked_to_end = Some(signal);
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                    Ok(other) => later.push(other),
                    Err(RecvTimeoutError::Disconnected) => return child.wait(),
                }
            }
        });
        if let Some(signal) = asked_to_end {
            // The text is recorded, and the file stays for the editor that is still open.
            self.close(End::Signal(signal));
            return Ok(());
        }
        taken.enter()?;
        self.tell(Msg::Edited(draft.take(ended)));
        for input in later {
            self.take_in(input, taken, inputs)?;
        }
        Ok(())
    }

    fn close(&mut self, end: End) {
        self.tell(Msg::Closing);
        self.end = Some(end);
    }

    /// Changes the model and does what it asks for.
    fn tell(&mut self, msg: Msg) {
        self.model.now = Timestamp::now();
        self.changed = true;
        for effect in app::update(&mut self.model, msg) {
            match effect {
                Effect::Record(entry) => {
                    if let Some(journal) = &mut self.journal
                        && let Err(error) = journal.append(&entry)
                    {
                        self.model.notice = Some(format!("This was not saved: {error}."));
                    }
                }
                Effect::SaveSoon => self.save_at = Some(Instant::now() + SAVE_AFTER),
                Effect::Scroll(pane, by) => self.view.scroll(pane, by),
                Effect::KeepSettings(settings) => self.keep_settings(&settings),
                Effect::Clip(text) => clip(&text),
                Effect::OwnEditor { name, text } => self.own = Some((name, text)),
                Effect::SaveFile { path, bytes, over } => {
                    let saved = save_file(Path::new(&path), &bytes, over);
                    self.tell(Msg::Saved { path, bytes, saved });
                }
                Effect::Suspend => (self.suspended, self.stop) = (true, true),
                Effect::Quit => self.end = Some(End::Left),
            }
        }
    }
}

impl Tutor {
    /// Asks the terminal for its background, without waiting: the answer comes among the
    /// keys. The first frame is drawn by then.
    fn ask_background(&mut self, taken: &mut Taken) -> io::Result<()> {
        if !self.environment.may_ask() {
            return Ok(());
        }
        self.asked_at = Some(Instant::now());
        taken.ask(background::QUESTION)
    }

    /// An answer that is still on its way must not end up in the shell.
    fn await_background(&self, inputs: &Inputs) {
        let Some(asked_at) = self.asked_at.filter(|_| self.background.is_none()) else { return };
        let until = asked_at + ANSWER_WITHIN;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match inputs.receiver.recv_timeout(left) {
                Ok(Input::Background(_) | Input::Gone) | Err(_) => return,
                Ok(Input::Taken) if inputs.go_on.send(()).is_err() => return,
                Ok(_) => {}
            }
        }
    }

    fn choose_theme(&mut self) {
        let theme = self.environment.theme(&self.model.settings_in_force(), self.background);
        if theme != self.theme {
            self.theme = theme;
            // Texts laid out before have the old theme's colours.
            self.view = ViewState::default();
        }
    }

    /// Draws as they say from now on, and writes them down.
    fn keep_settings(&mut self, settings: &Settings) {
        self.choose_theme();
        let Some(path) = &self.settings_path else { return };
        self.model.notice = match settings::write(path, settings) {
            Ok(None) => None,
            Ok(Some(kept)) => Some(format!(
                "The old settings could not be read; they are kept in {}.",
                kept.display()
            )),
            Err(error) => Some(format!("This was not kept: {}: {error}.", path.display())),
        };
    }
}

/// Writes a file that the learner asked for; one that is there only where `over` allows it.
fn save_file(path: &Path, bytes: &[u8], over: bool) -> Saved {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if over {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    match options.open(path).and_then(|mut file| file.write_all(bytes)) {
        Ok(()) => Saved::Yes,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Saved::IsThere,
        Err(error) => Saved::No(error.to_string()),
    }
}

fn frame_time() -> Duration {
    Duration::from_micros(1_000_000 / u64::from(TICKS_PER_SECOND))
}

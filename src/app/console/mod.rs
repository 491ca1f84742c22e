//! The console's pane: what was said, the line that is typed, a pager, files in the editor.
//! It drives [`Console`], which runs the commands; nothing here knows what they do.

pub mod edit;
mod history;
mod keep;
mod line;
mod pager;
mod save;
pub mod screen;
mod scroll;

pub use history::History;
pub use line::{InputLine, Reach};
pub use scroll::{Kind, MAX_ROWS, Row, Scrollback, wrapped};

use crate::kubectl::{Console, Outcome, Stream, Wants};
use crate::progress::Typed;
use edit::Editing;
pub use pager::View;
use std::collections::VecDeque;

/// The prompt where a line goes on.
const MORE: &str = "> ";
/// Lines of one paste that wait for their turn.
const MAX_WAITING: usize = 2_000;

/// What the pane wants to happen outside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Record what was given to the console.
    Record(Typed),
    /// Write a file of the console to the disk.
    Save {
        /// Its name in the console.
        name: String,
        /// Where to.
        path: String,
    },
    /// Close the pane.
    Close,
}

/// A console on the screen.
#[derive(Debug, Clone)]
pub struct ConsolePane {
    console: Console,
    /// What was said.
    pub back: Scrollback,
    /// What is typed.
    pub input: InputLine,
    /// What was typed before, to what reads lines now.
    pub history: History,
    /// What was typed to the shell, while something inside it reads lines.
    outer: Option<History>,
    /// The command that was typed goes on over several lines.
    goes_on: bool,
    /// A file in the editor.
    pub edit: Option<Box<Editing>>,
    /// What Tab found, where that was more than one.
    pub choices: Vec<String>,
    /// How often Tab was pressed since they are shown.
    n_tabs: usize,
    /// The line that Alt-. has made, which line of the history its word is from, counted from
    /// the last, and where the word begins.
    last_word: Option<(String, usize, usize)>,
    wants: Wants,
    /// What it waited for before something was under way.
    before_news: Wants,
    /// What was given to it last, until it is known what came of it.
    given: Option<Typed>,
    /// The shell's own prompt.
    own_prompt: String,
    view: View,
    /// Columns and rows that there are to show it.
    size: (u16, u16),
    waiting: VecDeque<String>,
    /// Seconds and turns that a command has run.
    seconds: u32,
    /// Where what a line says begins, while it has not waited for time to pass.
    unpaged: Option<usize>,
    /// Grows with each change of cluster and files.
    version: u64,
    asks: Vec<Ask>,
    /// What the exercise's file held when editor and file were last alike.
    joined: Option<Vec<u8>>,
}

impl ConsolePane {
    /// A pane on `console`; `greeting` is said first.
    #[must_use]
    pub fn new(mut console: Console, greeting: &str) -> Self {
        console.columns = Some(80);
        let mut back = Scrollback::default();
        for line in greeting.lines() {
            back.line(Kind::Note, line);
        }
        let own_prompt = console.prompt();
        Self {
            console,
            own_prompt,
            back,
            input: InputLine::default(),
            history: History::default(),
            outer: None,
            goes_on: false,
            edit: None,
            choices: Vec::new(),
            n_tabs: 0,
            last_word: None,
            wants: Wants::Line,
            before_news: Wants::Line,
            given: None,
            view: View::End,
            size: (80, 20),
            waiting: VecDeque::new(),
            seconds: 0,
            unpaged: None,
            version: 0,
            asks: Vec::new(),
            joined: None,
        }
    }

    /// The file is as the editor has it, or is older.
    pub fn join(&mut self, name: &str) {
        self.joined = self.console.files.read(name).map(<[u8]>::to_vec);
    }

    /// What a command has written into the file since; told once.
    pub fn written(&mut self, name: &str) -> Option<String> {
        let now = self.console.files.read(name).map(<[u8]>::to_vec);
        if now == self.joined {
            return None;
        }
        self.joined = now;
        self.joined.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// Cluster, files and what the shell keeps.
    #[must_use]
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Grows with each change of cluster and files.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What it waits for.
    #[must_use]
    pub fn wants(&self) -> &Wants {
        &self.wants
    }

    /// A command runs that shows what happens, second by second.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(self.wants, Wants::Time | Wants::Turn | Wants::News)
    }

    /// What stands before the line that is typed.
    #[must_use]
    pub fn prompt(&self) -> &str {
        match &self.wants {
            Wants::Line | Wants::Close => &self.own_prompt,
            Wants::More => MORE,
            Wants::Inside(prompt) => prompt,
            _ => "",
        }
    }

    /// What must happen outside; asked once.
    pub fn take_asks(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }

    /// The place that it is shown in has this size now.
    pub fn set_size(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.console.columns = Some(columns);
        let places = self.places().map(|row| self.back.line_at(row));
        self.back.set_columns(columns.into());
        self.put_places(places.map(|line| self.back.row_of(line)));
        self.settle_view();
    }

    /// Columns and rows that it is shown in.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Runs the line that is typed; where a command runs, once it has ended.
    pub fn submit(&mut self) {
        self.choices.clear();
        self.history.end_search();
        let line = self.input.take();
        if self.runs() {
            self.wait_with(line);
        } else {
            self.run_line(line);
        }
    }

    /// A line waits for its turn; it stands where it was typed, as on any terminal.
    fn wait_with(&mut self, line: String) {
        if self.waiting.len() < MAX_WAITING {
            self.back.line(Kind::Typed(0), &line);
            self.waiting.push_back(line);
        }
    }

    /// Text in one piece: each of its lines is run, the last is left to be finished.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut lines = text.split('\n');
        let last = lines.next_back().unwrap_or_default();
        let mut whole: VecDeque<String> = lines.take(MAX_WAITING).map(str::to_owned).collect();
        if whole.is_empty() {
            self.type_text(last);
            return;
        }
        if let Some(first) = whole.front_mut() {
            self.type_text(&std::mem::take(first));
            *first = self.input.take();
        }
        if self.runs() {
            whole.into_iter().for_each(|line| self.wait_with(line));
        } else {
            self.waiting = whole;
            self.run_waiting();
        }
        self.type_text(last);
    }

    /// Types text into the line.
    pub fn type_text(&mut self, text: &str) {
        self.choices.clear();
        let typed: String = text
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        if !self.input.insert(&typed) {
            self.note("That line is too long: 128 KiB at most.");
        }
        self.view = View::End;
    }

    /// Tab: completes the word as far as it is clear; where nothing more is, lists what it
    /// could be.
    pub fn complete(&mut self) {
        if !self.choices.is_empty() {
            // Nothing was typed since: the others. The second of two is a habit from bash, which
            // lists only then.
            self.n_tabs = self.n_tabs.saturating_add(1);
            return;
        }
        self.n_tabs = 0;
        if self.wants != Wants::Line {
            return;
        }
        let cursor = self.input.cursor();
        // What was made by the last command is there by now.
        let mut console = self.console.clone();
        console.cluster.settle();
        let found = console.complete(self.input.text(), cursor);
        let typed = self.input.text().get(found.start..cursor).unwrap_or_default().len();
        let common = found.common().to_owned();
        match found.candidates.as_slice() {
            [] => {}
            [one] => self.input.complete(found.start, one),
            _ if common.len() > typed => self.input.complete(found.start, &common),
            many => {
                // What all of them begin with is told once, as far as it ends a name.
                let lead = common.rfind(['.', '/', ',', '=']).map_or(0, |at| at + 1);
                let told = |word: &String| word.get(lead..).unwrap_or(word).trim_end().to_owned();
                self.choices = many.iter().map(told).collect();
            }
        }
        self.view = View::End;
    }

    /// Alt-.: types the last word of the line before; again, that of the one before it in its
    /// place.
    pub fn last_word(&mut self) {
        let again = self.last_word.take().filter(|(made, ..)| made == self.input.text());
        let (back, start) = match &again {
            Some((_, back, start)) => (back + 1, *start),
            None => (0, self.input.cursor()),
        };
        match self.history.last_word(back) {
            Some(word) => {
                self.input.complete(start, &word);
                self.last_word = Some((self.input.text().to_owned(), back, start));
            }
            None => self.last_word = again,
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self) {
        self.choices.clear();
        self.waiting.clear();
        self.history.end_search();
        if self.runs() {
            self.input.take();
            self.back.say(Kind::Out, "^C\n");
            if self.wants == Wants::News {
                let outcome = self.console.interrupt();
                self.hear(outcome);
            }
        } else {
            let line = self.input.take();
            self.echo(&format!("{line}^C"));
        }
        self.history.add("");
        // At the shell's own prompt nothing runs that could end.
        if self.wants != Wants::Line {
            self.give(Typed::Interrupt);
        }
    }

    /// Ctrl-D where nothing is typed.
    pub fn end_of_input(&mut self) {
        match self.wants {
            Wants::Line => self.asks.push(Ask::Close),
            _ => {
                if !self.prompt().is_empty() {
                    self.echo("");
                }
                self.give(Typed::End);
            }
        }
    }

    /// Whether lines that take long go on beside what else happens.
    #[must_use]
    pub fn run_aside(mut self, aside: bool) -> Self {
        if aside {
            self.console.run_aside();
        }
        self
    }

    /// A second has passed for what runs, or it goes on after its turn, or is heard of.
    pub fn second(&mut self) {
        if !self.runs() {
            return;
        }
        if self.wants != Wants::News {
            self.given = Some(Typed::Seconds(1));
        }
        let outcome = self.console.proceed();
        self.hear(outcome);
        if !self.runs() {
            self.end_seconds();
            self.page_line();
            self.run_waiting();
        }
    }

    /// The editor has ended.
    fn edited(&mut self, text: Option<String>) {
        self.edit = None;
        self.give(Typed::Text(text));
        self.run_waiting();
    }

    /// Puts a file into the folder, as from outside; none takes it away.
    pub fn put_file(&mut self, name: &str, text: Option<&str>) {
        if self.console.is_under_way() {
            let outcome = self.console.wait();
            self.hear(outcome);
        }
        let same = self.console.files.read(name) == text.map(str::as_bytes);
        if !same {
            let typed = Typed::File { name: name.to_owned(), text: text.map(str::to_owned) };
            keep::give(&mut self.console, &typed);
            self.version += 1;
            self.asks.push(Ask::Record(typed));
        }
    }

    /// Says something that no command said.
    pub fn note(&mut self, text: &str) {
        self.back.line(Kind::Note, text);
    }

    fn run_line(&mut self, line: String) {
        self.echo(&line);
        self.view = View::End;
        if self.wants == Wants::Line
            && let Some(said) = save::asked(&line, &self.console.files)
        {
            self.history.add(&line);
            match said {
                Ok(ask) => self.asks.push(ask),
                Err(said) => self.back.say(Kind::Err, &said),
            }
            return;
        }
        let before = self.back.total();
        let Some(line) = self.recalled(line) else { return };
        self.unpaged = Some(before);
        self.give(Typed::Line(line));
        self.page_line();
    }

    /// What the line has said is shown from its beginning where it is long; what came while
    /// somebody watched is not.
    fn page_line(&mut self) {
        match self.wants {
            Wants::Time => self.unpaged = None,
            Wants::Turn | Wants::News => {}
            _ => {
                if let Some(before) = self.unpaged.take() {
                    self.page_from(before);
                }
            }
        }
    }

    /// The line with what it names of lines typed before (`!!`), which is said, in its place; none
    /// where it is not to be run.
    fn recalled(&mut self, line: String) -> Option<String> {
        if self.wants != Wants::Line {
            if matches!(self.wants, Wants::Inside(_)) {
                self.history.add(&line);
            }
            return Some(line);
        }
        match self.console.recalled(&line) {
            Ok(None) => {
                self.history.add(&line);
                Some(line)
            }
            Ok(Some(recalled)) => {
                self.back.say(Kind::Out, &format!("{}\n", recalled.line));
                self.history.add(&recalled.line);
                (!recalled.only_shown).then_some(recalled.line)
            }
            Err(why) => {
                self.back.say(Kind::Err, &why);
                None
            }
        }
    }

    fn run_waiting(&mut self) {
        while matches!(self.wants, Wants::Line | Wants::More | Wants::Inside(_))
            && !self.view.is_paged()
            && let Some(line) = self.waiting.pop_front()
        {
            self.run_line(line);
        }
    }

    fn give(&mut self, typed: Typed) {
        self.end_seconds();
        let outcome = keep::give(&mut self.console, &typed);
        self.given = Some(typed);
        self.hear(outcome);
    }

    /// Takes what is heard of what was given last.
    fn hear(&mut self, outcome: Outcome) {
        match outcome.wants {
            Wants::News => {
                self.say(&outcome);
                if self.wants != Wants::News {
                    self.before_news = std::mem::replace(&mut self.wants, Wants::News);
                }
            }
            Wants::Stopped => {
                self.wants = std::mem::take(&mut self.before_news);
                self.back.end_line();
                if !matches!(self.given.take(), Some(Typed::Seconds(_))) {
                    self.note("Stopped. All is as it was before this line.");
                }
            }
            _ => {
                match self.given.take() {
                    Some(Typed::Seconds(n)) => self.seconds += n,
                    Some(typed) => self.asks.push(Ask::Record(typed)),
                    None => {}
                }
                self.version += 1;
                self.console.columns = Some(self.size.0);
                self.take(outcome);
            }
        }
    }

    /// Seconds are recorded in one piece.
    fn end_seconds(&mut self) {
        let n = std::mem::take(&mut self.seconds);
        if n > 0 {
            self.asks.push(Ask::Record(Typed::Seconds(n)));
        }
    }

    fn say(&mut self, outcome: &Outcome) {
        for (stream, text) in &outcome.said {
            let kind = match stream {
                Stream::Out => Kind::Out,
                Stream::Err => Kind::Err,
            };
            self.back.say(kind, text);
        }
    }

    fn take(&mut self, outcome: Outcome) {
        self.say(&outcome);
        if !matches!(outcome.wants, Wants::Time | Wants::Turn) {
            self.back.end_line();
        }
        self.wants = match outcome.wants {
            Wants::Close => {
                self.asks.push(Ask::Close);
                Wants::Line
            }
            Wants::Edit { name, text, keys } => {
                self.edit = Some(Box::new(Editing::new(&self.console, &name, &text, keys)));
                Wants::Edit { name, text: String::new(), keys }
            }
            wants => wants,
        };
        self.own_prompt = self.console.prompt();
        self.keep_history();
    }

    fn echo(&mut self, line: &str) {
        let prompt = self.prompt().to_owned();
        // An open search or list of choices is gone with the line.
        let mut lines = line.split('\n');
        let first = lines.next().unwrap_or_default();
        self.back.line(Kind::Typed(prompt.len()), &format!("{prompt}{first}"));
        lines.for_each(|line| self.back.line(Kind::Typed(0), line));
    }

    /// Keeps what was typed as the shell does: a command of several lines as one, and what goes to
    /// a program apart.
    fn keep_history(&mut self) {
        let goes_on = self.wants == Wants::More;
        if std::mem::replace(&mut self.goes_on, goes_on)
            && !goes_on
            && let Some(whole) = self.console.history().last().filter(|last| last.len() > 1)
        {
            let whole = whole.clone();
            self.outer.as_mut().unwrap_or(&mut self.history).put_last(&whole);
        }
        match (&self.wants, &mut self.outer) {
            (Wants::Inside(_), None) => self.outer = Some(std::mem::take(&mut self.history)),
            (Wants::Line | Wants::More | Wants::Close, outer) => {
                if let Some(history) = outer.take() {
                    self.history = history;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;

//! The console: a cluster, a working folder and what a shell keeps between two lines. Pure:
//! files are in memory, the clock is the world's, and no process is ever started.

mod aside;
mod config;
mod files;
mod io;
mod save;

pub(super) use aside::Tell;
use aside::UnderWay;
pub use config::{Config, Context, Entry};
pub use files::{FileError, Files};
pub(super) use io::texts;
pub(super) use io::whole;
pub use io::{Io, Stream};

use super::complete::{self, Completions};
use super::pod::{self, Lives};
use super::print;
use super::shell::{self, Recalled, Shell};
use crate::cluster::{Cluster, Name};
use crate::trace::{Client, Target};
use std::borrow::Cow;

/// All that commands look at and change.
#[derive(Debug, Clone)]
pub struct Console {
    /// The world.
    pub cluster: Cluster,
    /// The working folder's files.
    pub files: Files,
    /// What `kubectl config` shows and sets.
    pub config: Config,
    /// Variables, the last exit code, what is typed over several lines.
    pub(super) shell: Shell,
    /// What containers hold that something was done in, the last at the end.
    pub(super) containers: Vec<(String, Files)>,
    /// What is known of programs in containers that come to their end.
    pub(super) lives: Lives,
    /// Ports that `kubectl port-forward … &` forwards.
    pub(super) forwards: Vec<Forward>,
    /// Columns of the terminal that output goes to; none where it goes into a pipe or file:
    /// then nothing waits for keys.
    pub columns: Option<u16>,
    /// The connection that a command inside a Pod tried last, for the chart.
    pub sent: Option<Sent>,
    /// The cluster at that time: the Pod may be gone since.
    pub sent_on: Option<Cluster>,
    /// What follows from a line waits for [`Self::rest`].
    pub answers_first: bool,
    /// Something waits for it.
    pub(super) is_restless: bool,
    /// Calls that take long come back before their end.
    runs_aside: bool,
    /// The call that has.
    under_way: UnderWay,
    /// Where what is said meanwhile is given out.
    pub(super) tell: Option<Tell>,
}

/// A port of the learner's machine that leads to one of a Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Forward {
    /// The job that does it.
    pub(super) job: u32,
    /// As it was typed.
    pub(super) typed: String,
    /// The port here.
    pub(super) local: u16,
    /// The Pod's namespace and name.
    pub(super) pod: (String, String),
    /// The port there.
    pub(super) remote: u16,
}

/// A connection that a command tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Who.
    pub from: Client,
    /// To what.
    pub to: Target,
    /// Which of the ways it took (`trace`'s seed).
    pub seed: u64,
}

/// The API server's address: where the Service `kubernetes` leads, or else the first address
/// of the nodes' network.
fn server(cluster: &Cluster) -> String {
    let slice = cluster.slices_of(&Name::new("default", "kubernetes")).min_by_key(|s| &s.name);
    let found = slice.and_then(|slice| {
        let port = slice.ports.first().and_then(|port| port.port);
        Some((slice.endpoints.first()?.ip.to_string(), port.unwrap_or(6443)))
    });
    let (address, port) = found.unwrap_or_else(|| {
        let node = cluster.nodes().find_map(|node| match node.ip() {
            Some(std::net::IpAddr::V4(ip)) => Some(ip.octets()),
            _ => None,
        });
        let [a, b, c, _] = node.unwrap_or([172, 18, 0, 1]);
        (std::net::Ipv4Addr::new(a, b, c, 1).to_string(), 6443)
    });
    if address.contains(':') {
        format!("https://[{address}]:{port}")
    } else {
        format!("https://{address}:{port}")
    }
}

/// What came of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was said, in order.
    pub said: Vec<(Stream, String)>,
    /// The exit code; 0 while the command still runs.
    pub exit: u8,
    /// What the console wants now.
    pub wants: Wants,
}

impl Outcome {
    /// All that went to stdout.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.text(Stream::Out).into_owned()
    }

    /// All that went to stderr.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.text(Stream::Err).into_owned()
    }

    /// All that went to one of them; copied only where it was said in parts.
    #[must_use]
    pub fn text(&self, stream: Stream) -> Cow<'_, str> {
        io::joined(&self.said, stream)
    }
}

/// Whose keys an editor is to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EditKeys {
    /// Those that the learner has set.
    #[default]
    AsSet,
    /// Those of an editor without modes.
    Plain,
}

impl EditKeys {
    /// Of the editor of this name.
    pub(super) fn of(editor: &str) -> Self {
        match editor {
            "nano" | "emacs" | "code" => Self::Plain,
            _ => Self::AsSet,
        }
    }
}

/// What a console waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wants {
    /// The next command.
    #[default]
    Line,
    /// The rest of this one: a quote or here-document is open.
    More,
    /// A line for what runs inside a Pod; with its prompt.
    Inside(String),
    /// A file to be edited: [`Console::edited`] goes on with what became of it.
    Edit {
        /// Its name, which says what it is.
        name: String,
        /// What it holds.
        text: String,
        /// Whose keys are wanted.
        keys: EditKeys,
    },
    /// Nothing: a command runs that shows what happens. [`Console::proceed`] lets the world's
    /// clock move, [`Console::interrupt`] ends it.
    Time,
    /// To go on at once, once what it has said is shown: [`Console::proceed`]. It takes long.
    Turn,
    /// To be asked for news at once: [`Console::proceed`]. The call is still under way, where this
    /// console [runs aside](Console::run_aside).
    News,
    /// What it did before the call that was stopped: nothing came of that.
    Stopped,
    /// To be closed: `exit`.
    Close,
}

/// How a text reads as commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reads {
    /// They are whole.
    Whole,
    /// They are wrong, and nothing that follows could mend that.
    Wrong,
    /// A backslash joins it to the next line.
    ToNextLine,
    /// A here-document goes up to the line that is this.
    ToDelimiter(String),
    /// A quote or bracket is open.
    ToQuote,
    /// `done`, `fi`, the command behind `&&`, or the like is to come.
    ToWord,
}

impl Console {
    /// A console on `cluster`. Pods start in steps that a watch can show; the world settles
    /// between two lines.
    #[must_use]
    pub fn new(mut cluster: Cluster, files: Files) -> Self {
        cluster.set_stepwise(true);
        cluster.set_prober(Some(pod::prober));
        let config = Config::new(cluster.settings(), &server(&cluster));
        Self {
            cluster,
            files,
            config,
            shell: Shell::default(),
            containers: Vec::new(),
            lives: Lives::default(),
            forwards: Vec::new(),
            columns: None,
            sent: None,
            sent_on: None,
            answers_first: false,
            is_restless: false,
            runs_aside: false,
            under_way: UnderWay::default(),
            tell: None,
        }
    }

    /// Now, by the world's clock, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        print::age::seconds(&self.cluster.settings().now).unwrap_or_default()
    }

    /// A second passes.
    pub(super) fn second(&mut self) {
        self.cluster.advance(1);
        pod::pass(self, false);
        self.cluster.step();
    }

    /// All that has to happen happens.
    pub(super) fn settle(&mut self) {
        self.cluster.settle();
        pod::pass(self, true);
    }

    /// How `text` reads as commands: whether its next line belongs to it. Looks only.
    #[must_use]
    pub fn reads(&self, text: &str) -> Reads {
        shell::reads(self, text)
    }

    /// Whether a line begins with the name of a command.
    #[must_use]
    pub fn begins_command(&self, line: &str) -> bool {
        let name = line.split_whitespace().next().unwrap_or_default();
        self.shell.commands().iter().any(|command| command == name)
    }

    /// Runs one line, or takes in one more line of what [`Wants`] asks for.
    pub fn line(&mut self, line: &str) -> Outcome {
        let line = line.to_owned();
        self.aside(move |console| shell::line(console, &line))
    }

    /// Lets the world settle after the last line, where it [answers first](Self::answers_first);
    /// the next line does so too.
    pub fn rest(&mut self) {
        shell::rest(self);
    }

    /// What could stand at `cursor` (in bytes) of a line that is being typed. Looks only.
    #[must_use]
    pub fn complete(&self, line: &str, cursor: usize) -> Completions {
        complete::complete(self, line, cursor)
    }

    /// A line in which `!!` and its like name lines typed before, as it is meant; none where it
    /// names none.
    ///
    /// # Errors
    /// What is not found, as bash says it.
    pub fn recalled(&self, line: &str) -> Result<Option<Recalled>, String> {
        let found = shell::recalled(line, self.shell.history());
        found.map_err(|why| format!("bash: {why}\n"))
    }

    /// The prompt of the shell, which tells its folder.
    #[must_use]
    pub fn prompt(&self) -> String {
        format!("k8s {} $ ", pod::session::from_home(&self.files.working()))
    }

    /// What was typed, the oldest first.
    #[must_use]
    pub fn history(&self) -> &[String] {
        self.shell.history()
    }

    /// Runs `kubectl` with these words and this on stdin, to its end: what waits is given some
    /// time, and then interrupted.
    pub fn kubectl(&mut self, words: &[String], input: Option<Vec<u8>>) -> Outcome {
        shell::kubectl(self, words, input)
    }

    /// The editor has ended: `text` is what was saved, none where nothing was.
    pub fn edited(&mut self, text: Option<String>) -> Outcome {
        self.aside(move |console| shell::edited(console, text))
    }

    /// Lets the world move on by a second for what [`Wants::Time`], and what wants a
    /// [turn](Wants::Turn) go on; gives the [news](Wants::News) of what is under way.
    pub fn proceed(&mut self) -> Outcome {
        if self.is_under_way() { self.news() } else { self.aside(shell::proceed) }
    }

    /// Ctrl-C: what runs ends, what is typed is dropped. Nothing comes of a call that is under
    /// way.
    pub fn interrupt(&mut self) -> Outcome {
        if self.stop() {
            return Outcome { exit: 130, wants: Wants::Stopped, ..Outcome::default() };
        }
        self.aside(shell::interrupt)
    }

    /// Ctrl-D on an empty line: what reads lines ends.
    pub fn end_of_input(&mut self) -> Outcome {
        self.aside(shell::end_of_input)
    }
}

//! Where keys hold, and which of these places there are at once.

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Always.
    Everywhere,
    /// Wherever letters are not typed into a text.
    NotTyping,
    /// The home screen.
    Home,
    /// A lesson's step, whatever its kind.
    Lesson,
    /// A step to read.
    Text,
    /// A step to read in which words of the glossary stand.
    Words,
    /// A word of the glossary, over the text.
    Word,
    /// A chart, also that of an exercise.
    Chart,
    /// A step with a chart to watch.
    Flow,
    /// An exercise, also while typing.
    Exercise,
    /// An exercise while not typing.
    Desk,
    /// An exercise, where Ctrl-T, Ctrl-P and Ctrl-N are not vim's.
    Chords,
    /// The editor, with plain keys.
    Editor,
    /// The editor, with vim's keys.
    Vim,
    /// The line that looks for a text.
    Find,
    /// The list of completions.
    Menu,
    /// The console's line.
    Console,
    /// The console, once a command inside a Pod has sent a packet.
    Sent,
    /// A search among the lines typed before.
    History,
    /// A command of the console that runs until it is ended.
    Running,
    /// A long output, page by page.
    Pager,
    /// A text that is looked for in a long output.
    PagerFind,
    /// A file of the console in the editor.
    File,
    /// A question with rows to choose from.
    Choosing,
    /// A question whose rows are put in order.
    Ordering,
    /// A question answered by typing words.
    Answering,
    /// A question that is answered by doing.
    Doing,
    /// The same, also while its console is open.
    Task,
    /// A question that has been marked.
    Marked,
    /// A quiz's result.
    Result,
    /// The progress screen.
    Progress,
    /// The settings screen.
    Settings,
    /// The look-up, where letters are typed.
    LookUp,
    /// A guide's questions.
    Guide,
    /// The same, once one is answered.
    Advancing,
    /// A page over the screen: help, the task, the debrief.
    Page,
    /// A question that wants yes or no.
    Dialog,
    /// A pack that its author is writing is shown, and something is wrong in it.
    Preview,
}

impl Context {
    /// Its heading on the help screen.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::NotTyping => "When not typing",
            Self::Home => "Home",
            Self::Lesson => "In a lesson",
            Self::Text => "Reading",
            Self::Words => "Reading, with underlined words",
            Self::Word => "An underlined word",
            Self::Chart => "Chart",
            Self::Flow => "Watching",
            Self::Exercise => "Exercise",
            Self::Desk => "Exercise, when not typing",
            Self::Chords => "Exercise, but for vim's keys",
            Self::Editor => "Editor",
            Self::Vim => "Editor with vim's keys",
            Self::Find => "Editor: finding",
            Self::Menu => "Editor: completions",
            Self::Console => "Console",
            Self::Sent => "Console, once a packet was sent",
            Self::History => "Console: finding a line",
            Self::Running => "Console: while a command runs",
            Self::Pager => "Console: long output",
            Self::PagerFind => "Console: finding in long output",
            Self::File => "Console: a file in the editor",
            Self::Choosing => "Question",
            Self::Ordering => "Question: put in order",
            Self::Answering => "Question: type the answer",
            Self::Doing => "Question: by doing",
            Self::Task => "Question: by doing, in its console",
            Self::Marked => "Question, answered",
            Self::Result => "Quiz result",
            Self::Progress => "Progress",
            Self::Settings => "Settings",
            Self::LookUp => "Look up",
            Self::Guide => "Guide",
            Self::Advancing => "Guide, once a question is answered",
            Self::Page => "A page over the screen",
            Self::Dialog => "Yes or no",
            Self::Preview => "A preview, when not typing",
        }
    }

    /// Every context, in the order of the help screen.
    pub const ALL: [Self; 38] = [
        Self::Home,
        Self::Lesson,
        Self::Text,
        Self::Words,
        Self::Word,
        Self::Flow,
        Self::Chart,
        Self::Exercise,
        Self::Chords,
        Self::Editor,
        Self::Find,
        Self::Menu,
        Self::Vim,
        Self::Desk,
        Self::Console,
        Self::Sent,
        Self::History,
        Self::Running,
        Self::Pager,
        Self::PagerFind,
        Self::File,
        Self::Choosing,
        Self::Ordering,
        Self::Answering,
        Self::Doing,
        Self::Task,
        Self::Marked,
        Self::Result,
        Self::Progress,
        Self::Settings,
        Self::LookUp,
        Self::Guide,
        Self::Advancing,
        Self::Page,
        Self::Dialog,
        Self::Preview,
        Self::NotTyping,
        Self::Everywhere,
    ];
}

/// Contexts that hold at once, the innermost first.
pub type Stack = &'static [Context];

/// The stacks there are. No key has two actions within one of them.
pub mod stacks {
    use super::Context::{self, *};
    /// Home.
    pub const HOME: &[Context] = &[Home, NotTyping, Everywhere];
    /// A text step.
    pub const TEXT: &[Context] = &[Text, Lesson, NotTyping, Everywhere];
    /// A text step with words of the glossary.
    pub const TEXT_WORDS: &[Context] = &[Text, Words, Lesson, NotTyping, Everywhere];
    /// A word of the glossary.
    pub const WORD: &[Context] = &[Word, Page, NotTyping, Everywhere];
    /// A flow step.
    pub const FLOW: &[Context] = &[Chart, Flow, Lesson, NotTyping, Everywhere];
    /// An exercise, typing.
    pub const EDITOR: &[Context] = &[Exercise, Chords, Editor, Everywhere];
    /// An exercise, with vim's keys.
    pub const VIM: &[Context] = &[Vim, Exercise, Everywhere];
    /// Looking for a text.
    pub const FIND: &[Context] = &[Find, Everywhere];
    /// Completions are offered.
    pub const MENU: &[Context] = &[Menu, Everywhere];
    /// An exercise, not typing.
    pub const DESK: &[Context] = &[Desk, Exercise, Chords, Chart, Lesson, NotTyping, Everywhere];
    /// The console's line.
    pub const CONSOLE: &[Context] = &[Console, Everywhere];
    /// The console's line, in an exercise.
    pub const CONSOLE_EXERCISE: &[Context] = &[Console, Exercise, Everywhere];
    /// The console's line, once a packet was sent.
    pub const CONSOLE_SENT: &[Context] = &[Sent, Console, Everywhere];
    /// The same in an exercise.
    pub const CONSOLE_EXERCISE_SENT: &[Context] = &[Sent, Console, Exercise, Everywhere];
    /// The console of a question.
    pub const CONSOLE_TASK: &[Context] = &[Console, Task, Everywhere];
    /// The same, once a packet was sent.
    pub const CONSOLE_TASK_SENT: &[Context] = &[Sent, Console, Task, Everywhere];
    /// A question that is answered by doing.
    pub const DOING: &[Context] = &[Doing, Task, Lesson, NotTyping, Everywhere];
    /// A search among the lines typed before.
    pub const HISTORY: &[Context] = &[History, Everywhere];
    /// A command runs.
    pub const RUNNING: &[Context] = &[Running, Everywhere];
    /// A long output.
    pub const PAGER: &[Context] = &[Pager, Everywhere];
    /// A text is looked for in it.
    pub const PAGER_FIND: &[Context] = &[PagerFind, Everywhere];
    /// A file of the console, with plain keys.
    pub const FILE: &[Context] = &[File, Editor, Everywhere];
    /// A file of the console, with vim's keys.
    pub const FILE_VIM: &[Context] = &[Vim, File, Everywhere];
    /// A question to choose in.
    pub const CHOOSING: &[Context] = &[Choosing, Lesson, NotTyping, Everywhere];
    /// A question to order.
    pub const ORDERING: &[Context] = &[Ordering, Lesson, NotTyping, Everywhere];
    /// A question to type.
    pub const ANSWERING: &[Context] = &[Answering, Everywhere];
    /// A marked question.
    pub const MARKED: &[Context] = &[Marked, Lesson, NotTyping, Everywhere];
    /// A result.
    pub const RESULT: &[Context] = &[Result, Lesson, NotTyping, Everywhere];
    /// Progress.
    pub const PROGRESS: &[Context] = &[Progress, NotTyping, Everywhere];
    /// Settings.
    pub const SETTINGS: &[Context] = &[Settings, NotTyping, Everywhere];
    /// The look-up.
    pub const LOOK_UP: &[Context] = &[LookUp, Everywhere];
    /// A guide at its first question.
    pub const GUIDE: &[Context] = &[Guide, NotTyping, Everywhere];
    /// A guide that goes on.
    pub const GUIDE_ON: &[Context] = &[Guide, Advancing, NotTyping, Everywhere];
    /// Comparisons.
    pub const COMPARE: &[Context] = &[Chart, NotTyping, Everywhere];
    /// A page.
    pub const PAGE: &[Context] = &[Page, NotTyping, Everywhere];
    /// Yes or no.
    pub const DIALOG: &[Context] = &[Dialog, Everywhere];
    /// What a preview adds.
    pub const PREVIEW: &[Context] = &[Preview];
    /// All of them.
    pub const ALL: [super::Stack; 37] = [
        PREVIEW,
        TEXT_WORDS,
        WORD,
        CONSOLE,
        CONSOLE_EXERCISE,
        CONSOLE_SENT,
        CONSOLE_EXERCISE_SENT,
        CONSOLE_TASK,
        CONSOLE_TASK_SENT,
        DOING,
        HISTORY,
        RUNNING,
        PAGER,
        PAGER_FIND,
        FILE,
        FILE_VIM,
        COMPARE,
        HOME,
        TEXT,
        FLOW,
        EDITOR,
        DESK,
        CHOOSING,
        ORDERING,
        ANSWERING,
        MARKED,
        RESULT,
        PROGRESS,
        SETTINGS,
        PAGE,
        DIALOG,
        VIM,
        FIND,
        MENU,
        LOOK_UP,
        GUIDE,
        GUIDE_ON,
    ];
}

//! The one key table: behaviour, hint line, help screen and the README's table
//! all come from it.

use super::editor::Motion;
use super::key::{Code, Key};

/// What a key does. Closed: the screens match on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave Portolan.
    Quit,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Show the keys.
    Help,
    /// One level out.
    Back,
    /// The row above.
    Up,
    /// The row below.
    Down,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Open what is chosen.
    Open,
    /// The progress screen.
    Progress,
    /// The settings screen.
    Settings,
    /// The setting's next value.
    NextValue,
    /// The setting's value before.
    PreviousValue,
    /// The next pack's lessons.
    NextPack,
    /// The next step.
    NextStep,
    /// The step before.
    PreviousStep,
    /// Play or pause the chart.
    Play,
    /// One hop on.
    HopForward,
    /// One hop back.
    HopBack,
    /// From the start.
    Replay,
    /// The probe before.
    PreviousProbe,
    /// The next probe.
    NextProbe,
    /// Another of the ways the packet can take.
    OtherWay,
    /// Faster.
    Faster,
    /// Slower.
    Slower,
    /// There only, or the reply's way back too.
    FollowReply,
    /// Many connections at once.
    Many,
    /// The same packet where one thing is otherwise.
    Compare,
    /// The chart in large, for a class.
    Present,
    /// The chart as text, and back.
    AsText,
    /// To the editor.
    Edit,
    /// The chart in place of the editor, and back.
    ShowChart,
    /// The task in full.
    ShowTask,
    /// Have it graded.
    HandIn,
    /// A hint.
    Hint,
    /// Back to the starter.
    Reset,
    /// Back to a text that was handed in.
    Attempts,
    /// To the next finding.
    NextFinding,
    /// Move the cursor; with Shift, select.
    Move(Motion),
    /// A new line, indented like this one.
    NewLine,
    /// Indent.
    Indent,
    /// Take indentation away.
    Outdent,
    /// Delete what stands before the cursor.
    DeleteBack,
    /// Delete what stands after the cursor.
    DeleteForward,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete the line.
    DeleteLine,
    /// Take back the last change.
    Undo,
    /// Make it again.
    Redo,
    /// Copy the selection.
    Copy,
    /// Cut the selection.
    Cut,
    /// Paste what was copied here.
    Paste,
    /// Select everything.
    SelectAll,
    /// Look for a text.
    Find,
    /// The next match.
    FindNext,
    /// The match before.
    FindPrevious,
    /// Comment lines out, or in again.
    ToggleComment,
    /// Move the lines up.
    LinesUp,
    /// Move the lines down.
    LinesDown,
    /// Repeat the lines below.
    Duplicate,
    /// Offer what may stand at the cursor.
    Complete,
    /// The next completion.
    MenuNext,
    /// The completion before.
    MenuPrevious,
    /// Type the completion.
    MenuTake,
    /// Tell about the field at the cursor, or no longer.
    Explain,
    /// Make the change that a finding offers.
    Fix,
    /// The text in the editor that the environment names.
    OwnEditor,
    /// Mark or unmark the option.
    Toggle,
    /// Answer, or go on.
    Submit,
    /// Move the item up.
    ItemUp,
    /// Move the item down.
    ItemDown,
    /// To the step that explains it.
    ReadAgain,
    /// The questions that went wrong, once more.
    Retry,
    /// Yes.
    Yes,
    /// No.
    No,
}

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
    /// A question with rows to choose from.
    Choosing,
    /// A question whose rows are put in order.
    Ordering,
    /// A question answered by typing words.
    Answering,
    /// A question that has been marked.
    Marked,
    /// A quiz's result.
    Result,
    /// The progress screen.
    Progress,
    /// The settings screen.
    Settings,
    /// A page over the screen: help, the task, the debrief.
    Page,
    /// A question that wants yes or no.
    Dialog,
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
            Self::Chart => "Chart",
            Self::Flow => "Watching",
            Self::Exercise => "Exercise",
            Self::Desk => "Exercise, when not typing",
            Self::Chords => "Exercise, but for vim's keys",
            Self::Editor => "Editor",
            Self::Vim => "Editor with vim's keys",
            Self::Find => "Editor: finding",
            Self::Menu => "Editor: completions",
            Self::Choosing => "Question",
            Self::Ordering => "Question: put in order",
            Self::Answering => "Question: type the answer",
            Self::Marked => "Question, answered",
            Self::Result => "Quiz result",
            Self::Progress => "Progress",
            Self::Settings => "Settings",
            Self::Page => "A page over the screen",
            Self::Dialog => "Yes or no",
        }
    }

    /// Every context, in the order of the help screen.
    pub const ALL: [Self; 23] = [
        Self::Home,
        Self::Lesson,
        Self::Text,
        Self::Flow,
        Self::Chart,
        Self::Exercise,
        Self::Chords,
        Self::Editor,
        Self::Find,
        Self::Menu,
        Self::Vim,
        Self::Desk,
        Self::Choosing,
        Self::Ordering,
        Self::Answering,
        Self::Marked,
        Self::Result,
        Self::Progress,
        Self::Settings,
        Self::Page,
        Self::Dialog,
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
    /// Comparisons.
    pub const COMPARE: &[Context] = &[Chart, NotTyping, Everywhere];
    /// A page.
    pub const PAGE: &[Context] = &[Page, NotTyping, Everywhere];
    /// Yes or no.
    pub const DIALOG: &[Context] = &[Dialog, Everywhere];
    /// All of them.
    pub const ALL: [super::Stack; 18] = [
        COMPARE, HOME, TEXT, FLOW, EDITOR, DESK, CHOOSING, ORDERING, ANSWERING, MARKED, RESULT,
        PROGRESS, SETTINGS, PAGE, DIALOG, VIM, FIND, MENU,
    ];
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// What it does.
    pub action: Action,
    /// Any of these.
    pub keys: &'static [Key],
    /// A word or two for the hint line; empty where it is not shown there.
    pub hint: &'static str,
    /// A short sentence for the help screen.
    pub help: &'static str,
}

const fn key(code: Code) -> Key {
    Key::plain(code)
}

const fn char(c: char) -> Key {
    Key::char(c)
}

const fn bind(
    context: Context,
    action: Action,
    keys: &'static [Key],
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { context, action, keys, hint, help }
}

/// The table. Within a context the order is that of the hint line and of help.
pub static TABLE: &[Binding] = {
    use Action::*;
    use Code::{BackTab, Backspace, Delete, Down as D, End, Enter, Esc, F, Home as H, Left as L};
    use Code::{PageDown as PD, PageUp as PU, Right as R, Tab, Up as U};
    use Context as C;
    &[
        bind(C::Home, Up, &[key(U), char('k')], "", "The lesson above."),
        bind(C::Home, Down, &[key(D), char('j')], "", "The lesson below."),
        bind(C::Home, First, &[key(H), char('g')], "", "The first lesson."),
        bind(C::Home, Last, &[key(End), char('G')], "", "The last lesson."),
        bind(C::Home, PageUp, &[key(PU)], "", "A page up."),
        bind(C::Home, PageDown, &[key(PD)], "", "A page down."),
        bind(
            C::Home,
            Open,
            &[key(Enter), key(R), char('l')],
            "open",
            "Open the lesson where you left it.",
        ),
        bind(
            C::Home,
            Progress,
            &[char('p')],
            "progress",
            "Points, quiz results and what to review.",
        ),
        bind(
            C::Home,
            Settings,
            &[char('s')],
            "settings",
            "Colours, characters, movement, editor keys.",
        ),
        bind(
            C::Home,
            NextPack,
            &[key(Tab)],
            "",
            "The next pack's lessons, where there are several packs.",
        ),
        bind(C::Home, Compare, &[char('c')], "compare", "Types, policies and modes side by side."),
        bind(C::Text, Up, &[key(U), char('k')], "", "A line up."),
        bind(C::Text, Down, &[key(D), char('j')], "", "A line down."),
        bind(C::Text, PageDown, &[key(PD), char(' ')], "page", "A page down."),
        bind(C::Text, PageUp, &[key(PU)], "", "A page up."),
        bind(C::Text, First, &[key(H), char('g')], "", "To the top."),
        bind(C::Text, Last, &[key(End), char('G')], "", "To the end."),
        bind(C::Text, NextStep, &[key(Enter)], "next step", "Go on to the next step."),
        bind(C::Chart, Play, &[char(' ')], "play", "Play or pause; at the end, play again."),
        bind(C::Chart, HopBack, &[key(L), char('h')], "", "One hop back."),
        bind(C::Chart, HopForward, &[key(R), char('l')], "hop", "One hop on."),
        bind(C::Chart, PreviousProbe, &[key(U), char('k')], "", "The packet before."),
        bind(C::Chart, NextProbe, &[key(D), char('j')], "packet", "The next packet."),
        bind(C::Chart, OtherWay, &[char('w')], "way", "Another of the ways this packet can take."),
        bind(
            C::Chart,
            Many,
            &[char('d')],
            "dozen",
            "A dozen connections at once. Esc goes back to the one.",
        ),
        bind(
            C::Chart,
            Compare,
            &[char('c')],
            "compare",
            "Where one field is otherwise; the ladder of types.",
        ),
        bind(C::Chart, AsText, &[char('t')], "", "The same as text, and back."),
        bind(C::Chart, Present, &[char('p')], "", "The chart in large, for a class, and back."),
        bind(C::Chart, FollowReply, &[char('f')], "", "Follow the reply back, or not."),
        bind(C::Chart, Replay, &[char('r')], "", "Play from the start."),
        bind(C::Chart, Faster, &[char('+'), char('=')], "", "Faster."),
        bind(C::Chart, Slower, &[char('-')], "", "Slower."),
        bind(C::Flow, NextStep, &[key(Enter)], "next", "Go on to the next step."),
        bind(
            C::Exercise,
            HandIn,
            &[Key::ctrl('s'), key(F(5))],
            "hand in",
            "Have it graded and the points counted.",
        ),
        bind(
            C::Exercise,
            ShowChart,
            &[Key::ctrl('g'), key(F(3))],
            "chart",
            "The chart of your Service, and back.",
        ),
        bind(C::Exercise, Hint, &[key(F(2))], "hint", "A hint. What it costs is said first."),
        bind(C::Exercise, ShowTask, &[key(F(4))], "", "The task in full, and the hints taken."),
        bind(
            C::Exercise,
            Fix,
            &[key(F(7)), Key::alt_key(Enter)],
            "",
            "Make the change that a finding offers; undo takes it back.",
        ),
        bind(C::Exercise, NextFinding, &[key(F(8))], "", "The cursor to the next finding."),
        bind(
            C::Exercise,
            Reset,
            &[key(F(9))],
            "",
            "Start again from the text the exercise began with.",
        ),
        bind(C::Exercise, Attempts, &[key(F(10))], "", "Bring back a text that was handed in."),
        bind(C::Desk, Attempts, &[char('a')], "", "Bring back a text that was handed in."),
        bind(
            C::Exercise,
            OwnEditor,
            &[Key::alt_key(Code::Char('e'))],
            "",
            "The text in your own editor: $VISUAL or $EDITOR.",
        ),
        bind(C::Chords, Hint, &[Key::ctrl('t')], "", "A hint. What it costs is said first."),
        bind(C::Chords, ShowTask, &[Key::ctrl('p')], "", "The task in full, and the hints taken."),
        bind(C::Chords, NextFinding, &[Key::ctrl('n')], "", "The cursor to the next finding."),
        bind(C::Editor, Back, &[key(Esc)], "leave editor", "Leave the editor; the text stays."),
        bind(C::Editor, Move(Motion::Left), &[key(L)], "", "Left; with Shift, every move selects."),
        bind(C::Editor, Move(Motion::Right), &[key(R)], "", "Right."),
        bind(C::Editor, Move(Motion::Up), &[key(U)], "", "Up."),
        bind(C::Editor, Move(Motion::Down), &[key(D)], "", "Down."),
        bind(
            C::Editor,
            Move(Motion::WordLeft),
            &[Key::ctrl_key(L), Key::alt_key(Code::Char('b'))],
            "",
            "A word left.",
        ),
        bind(
            C::Editor,
            Move(Motion::WordRight),
            &[Key::ctrl_key(R), Key::alt_key(Code::Char('f'))],
            "",
            "A word right.",
        ),
        bind(
            C::Editor,
            Move(Motion::LineStart),
            &[key(H)],
            "",
            "To the line's first word, then to its start.",
        ),
        bind(
            C::Editor,
            Move(Motion::LineEnd),
            &[key(End), Key::ctrl('e')],
            "",
            "To the line's end.",
        ),
        bind(C::Editor, Move(Motion::PageUp), &[key(PU)], "", "A page up."),
        bind(C::Editor, Move(Motion::PageDown), &[key(PD)], "", "A page down."),
        bind(
            C::Editor,
            Move(Motion::TextStart),
            &[Key::ctrl_key(H)],
            "",
            "To the start of the text.",
        ),
        bind(
            C::Editor,
            Move(Motion::TextEnd),
            &[Key::ctrl_key(End)],
            "",
            "To the end of the text.",
        ),
        bind(C::Editor, NewLine, &[key(Enter)], "", "A new line, indented as YAML wants it."),
        bind(C::Editor, Indent, &[key(Tab)], "", "Two spaces; a selection is indented."),
        bind(C::Editor, Outdent, &[key(BackTab)], "", "Two spaces less."),
        bind(
            C::Editor,
            DeleteBack,
            &[key(Backspace)],
            "",
            "Delete before the cursor; indentation by two spaces.",
        ),
        bind(
            C::Editor,
            DeleteForward,
            &[key(Delete), Key::ctrl('d')],
            "",
            "Delete after the cursor.",
        ),
        bind(
            C::Editor,
            DeleteWord,
            &[Key::ctrl('w'), Key::ctrl_key(Backspace), Key::alt_key(Backspace)],
            "",
            "Delete the word before the cursor.",
        ),
        bind(C::Editor, DeleteLine, &[Key::ctrl('k')], "", "Delete the line."),
        bind(C::Editor, Undo, &[Key::ctrl('u')], "undo", "Take back the last change."),
        bind(C::Editor, Redo, &[Key::ctrl('r'), Key::ctrl('y')], "", "Make it again."),
        bind(C::Editor, Find, &[Key::ctrl('f')], "", "Look for a text."),
        bind(
            C::Editor,
            Complete,
            &[Key::ctrl(' '), Key::alt_key(Code::Char('/'))],
            "",
            "What may stand here: names and values that the API knows.",
        ),
        bind(
            C::Editor,
            ToggleComment,
            &[Key::ctrl('/'), Key::ctrl('7'), Key::alt_key(Code::Char('c'))],
            "",
            "Comment the line out, or the lines selected, and in again.",
        ),
        bind(
            C::Editor,
            LinesUp,
            &[Key::alt_key(U)],
            "",
            "Move the line up, or the lines selected.",
        ),
        bind(C::Editor, LinesDown, &[Key::alt_key(D)], "", "Move it down."),
        bind(C::Editor, Duplicate, &[Key::alt_key(Code::Char('d'))], "", "Repeat it below."),
        bind(C::Editor, SelectAll, &[Key::ctrl('a')], "", "Select everything."),
        bind(C::Editor, Copy, &[Key::ctrl('c')], "", "Copy the selection."),
        bind(C::Editor, Cut, &[Key::ctrl('x')], "", "Cut the selection, or the line."),
        bind(
            C::Editor,
            Paste,
            &[Key::ctrl('v')],
            "",
            "Paste what was copied here, besides the terminal's paste.",
        ),
        bind(
            C::Editor,
            Explain,
            &[key(F(6))],
            "field",
            "What the field at the cursor is for, and no longer.",
        ),
        bind(
            C::Vim,
            Explain,
            &[key(F(6))],
            "field",
            "What the field at the cursor is for, and no longer.",
        ),
        bind(C::Find, FindNext, &[key(Enter), key(D), Key::ctrl('f')], "next", "The next match."),
        bind(C::Find, FindPrevious, &[key(U)], "before", "The match before."),
        bind(C::Find, DeleteBack, &[key(Backspace)], "", "Delete the last character."),
        bind(C::Find, DeleteWord, &[Key::ctrl('w')], "", "Delete the last word."),
        bind(C::Find, Back, &[key(Esc)], "close", "Back to the text; what was found is selected."),
        bind(C::Menu, MenuNext, &[key(D), Key::ctrl('n')], "next", "The next completion."),
        bind(C::Menu, MenuPrevious, &[key(U), Key::ctrl('p')], "", "The completion before."),
        bind(
            C::Menu,
            MenuTake,
            &[key(Enter), key(Tab), Key::ctrl('y')],
            "take",
            "Type the completion.",
        ),
        bind(C::Menu, Back, &[key(Esc), Key::ctrl('e')], "close", "Type on without."),
        bind(C::Desk, Edit, &[char('i'), key(Enter)], "edit", "Back to the editor."),
        bind(
            C::Desk,
            OwnEditor,
            &[char('e')],
            "your editor",
            "The text in your own editor: $VISUAL or $EDITOR.",
        ),
        bind(C::Desk, ShowChart, &[key(Tab)], "", "The chart of your Service, and back."),
        bind(C::Choosing, Up, &[key(U), char('k')], "", "The row above."),
        bind(C::Choosing, Down, &[key(D), char('j')], "choose", "The row below."),
        bind(
            C::Choosing,
            Toggle,
            &[char(' ')],
            "mark",
            "Mark or unmark the row; in a match, the next partner.",
        ),
        bind(C::Choosing, Submit, &[key(Enter)], "answer", "Give this answer."),
        bind(C::Ordering, Up, &[key(U), char('k')], "", "The row above."),
        bind(C::Ordering, Down, &[key(D), char('j')], "choose", "The row below."),
        bind(C::Ordering, ItemUp, &[Key::shift_key(U), char('K'), key(L)], "", "Move the item up."),
        bind(
            C::Ordering,
            ItemDown,
            &[Key::shift_key(D), char('J'), key(R)],
            "move item",
            "Move the item down.",
        ),
        bind(C::Ordering, Submit, &[key(Enter)], "answer", "Give this answer."),
        bind(C::Answering, Submit, &[key(Enter)], "answer", "Give this answer."),
        bind(C::Answering, DeleteBack, &[key(Backspace)], "", "Delete before the cursor."),
        bind(C::Answering, DeleteForward, &[key(Delete)], "", "Delete after the cursor."),
        bind(C::Answering, DeleteWord, &[Key::ctrl('w')], "", "Delete the word before the cursor."),
        bind(C::Answering, Move(Motion::Left), &[key(L)], "", "Left."),
        bind(C::Answering, Move(Motion::Right), &[key(R)], "", "Right."),
        bind(C::Answering, Move(Motion::LineStart), &[key(H)], "", "To the start."),
        bind(C::Answering, Move(Motion::LineEnd), &[key(End)], "", "To the end."),
        bind(C::Answering, Quit, &[Key::ctrl('c')], "", "Leave Portolan. Everything is kept."),
        bind(C::Answering, Back, &[key(Esc)], "lessons", "Back to the lessons."),
        bind(
            C::Marked,
            Submit,
            &[key(Enter), char(' ')],
            "next question",
            "On to the next question.",
        ),
        bind(C::Marked, ReadAgain, &[char('r')], "read again", "To the step that explains it."),
        bind(C::Marked, Up, &[key(U), char('k')], "", "A line up."),
        bind(C::Marked, Down, &[key(D), char('j')], "", "A line down."),
        bind(
            C::Result,
            Open,
            &[key(Enter)],
            "go on",
            "On to the next step, or home after the last.",
        ),
        bind(
            C::Result,
            Retry,
            &[char('r')],
            "try the missed ones",
            "The questions that went wrong, once more.",
        ),
        bind(C::Result, Up, &[key(U), char('k')], "", "A line up."),
        bind(C::Result, Down, &[key(D), char('j')], "", "A line down."),
        bind(C::Progress, Up, &[key(U), char('k')], "", "A line up."),
        bind(C::Progress, Down, &[key(D), char('j')], "scroll", "A line down."),
        bind(C::Progress, PageUp, &[key(PU)], "", "A page up."),
        bind(C::Progress, PageDown, &[key(PD), char(' ')], "", "A page down."),
        bind(C::Settings, Up, &[key(U), char('k')], "", "The setting above."),
        bind(C::Settings, Down, &[key(D), char('j')], "choose", "The setting below."),
        bind(
            C::Settings,
            NextValue,
            &[key(R), char('l'), char(' '), key(Enter)],
            "change",
            "Its next value. It holds at once and is kept.",
        ),
        bind(C::Settings, PreviousValue, &[key(L), char('h')], "", "Its value before."),
        bind(C::Page, Up, &[key(U), char('k')], "", "A line up."),
        bind(C::Page, Down, &[key(D), char('j')], "scroll", "A line down."),
        bind(C::Page, PageUp, &[key(PU)], "", "A page up."),
        bind(C::Page, PageDown, &[key(PD), char(' ')], "", "A page down."),
        bind(C::Page, Open, &[key(Enter)], "ok", "Close it, or go on."),
        bind(C::Dialog, Yes, &[char('y'), key(Enter)], "yes", "Yes."),
        bind(C::Dialog, No, &[char('n'), key(Esc)], "no", "No."),
        bind(C::Lesson, NextStep, &[char('n')], "next", "The next step."),
        bind(C::Lesson, PreviousStep, &[char('b')], "back", "The step before."),
        bind(
            C::NotTyping,
            Back,
            &[key(Esc)],
            "",
            "One level out: close, leave, back to the lessons.",
        ),
        bind(C::NotTyping, Help, &[char('?')], "keys", "These keys."),
        bind(
            C::NotTyping,
            Quit,
            &[char('q'), Key::ctrl('c')],
            "quit",
            "Leave Portolan. Everything is kept.",
        ),
        bind(C::Everywhere, Help, &[key(F(1))], "keys", "These keys, also while typing."),
        bind(C::Everywhere, Quit, &[Key::ctrl('q')], "", "Leave Portolan, also while typing."),
        bind(C::Everywhere, Suspend, &[Key::ctrl('z')], "", "To the shell; `fg` comes back."),
    ]
};

/// What `key` does where `stack` holds. A second value of true means that Shift
/// was held with a move: it selects.
#[must_use]
pub fn action(stack: &[Context], key: Key) -> Option<(Action, bool)> {
    let find = |key: Key| {
        stack.iter().find_map(|context| {
            TABLE.iter().find(|b| b.context == *context && b.keys.contains(&key)).map(|b| b.action)
        })
    };
    if let Some(action) = find(key) {
        return Some((action, false));
    }
    let without = Key { shift: false, ..key };
    match find(without) {
        Some(action @ Action::Move(_)) if key.shift => Some((action, true)),
        _ => None,
    }
}

/// The bindings that hold where `stack` holds, the innermost context first.
pub fn bindings(stack: &[Context]) -> impl Iterator<Item = &'static Binding> {
    stack.iter().flat_map(|context| TABLE.iter().filter(move |b| b.context == *context))
}

/// vim's keys for help and docs: where, keys, what. Keys that do the same stand together.
#[must_use]
pub fn vim_rows() -> Vec<(&'static str, String, &'static str)> {
    let mut out: Vec<(&'static str, String, &'static str)> = Vec::new();
    for row in super::editor::vim::TABLE {
        match out.last_mut() {
            Some((_, keys, _)) if row.help.is_empty() => {
                *keys += "  ";
                *keys += &row.names();
            }
            _ => out.push((row.title(), row.names(), row.help)),
        }
    }
    out
}

/// The whole table as Markdown, for docs/keys.md.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from("| where | keys | what |\n|---|---|---|\n");
    for context in Context::ALL {
        for binding in TABLE.iter().filter(|b| b.context == context) {
            let keys: Vec<String> = binding.keys.iter().map(|k| format!("`{k}`")).collect();
            out += &format!("| {} | {} | {} |\n", context.title(), keys.join(" "), binding.help);
        }
        if context == Context::Vim {
            for (title, keys, help) in vim_rows() {
                let keys = keys.replace('|', "\\|").replace('`', "` `");
                out += &format!("| {title} | `{keys}` | {} |\n", help.replace('|', "\\|"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_actions_where_both_would_hold() {
        for stack in stacks::ALL {
            let all: Vec<(Key, Action, Context)> = bindings(stack)
                .flat_map(|b| b.keys.iter().map(|key| (*key, b.action, b.context)))
                .collect();
            for (i, (key, action, context)) in all.iter().enumerate() {
                for (other, other_action, other_context) in &all[i + 1..] {
                    assert!(
                        key != other,
                        "{key} is {action:?} in {context:?} and {other_action:?} in {other_context:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_context_is_in_help_and_in_a_stack_and_every_binding_is_told() {
        for binding in TABLE {
            assert!(Context::ALL.contains(&binding.context), "{binding:?}");
            assert!(stacks::ALL.iter().any(|s| s.contains(&binding.context)), "{binding:?}");
            assert!(!binding.keys.is_empty() && binding.help.ends_with('.'), "{binding:?}");
        }
    }

    #[test]
    fn while_typing_no_letter_is_a_command() {
        for stack in [stacks::EDITOR, stacks::VIM, stacks::FIND, stacks::MENU, stacks::ANSWERING] {
            for c in ' '..='~' {
                assert_eq!(action(stack, Key::char(c)), None, "{c:?}");
            }
        }
    }

    #[test]
    fn shift_with_a_move_selects() {
        let key = Key { shift: true, ..Key::ctrl_key(Code::Left) };
        assert_eq!(action(stacks::EDITOR, key), Some((Action::Move(Motion::WordLeft), true)));
        let key = Key::shift_key(Code::Tab);
        assert_eq!(action(stacks::EDITOR, key), None);
    }
}

//! The one key table: behaviour, hint line, help screen and the README's table
//! all come from it.

mod table;

use super::editor::Motion;
use super::key::Key;

pub use table::TABLE;

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
    /// Words, fields, lessons.
    LookUp,
    /// The guide: which type of Service.
    Guide,
    /// The setting's next value.
    NextValue,
    /// The setting's value before.
    PreviousValue,
    /// The next pack's lessons.
    NextPack,
    /// The next word of the glossary in the text.
    NextWord,
    /// The word before.
    PreviousWord,
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
    /// The console, and back.
    ShowConsole,
    /// The packet that a command inside a Pod sent last.
    WatchSent,
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
    /// What is wrong in the pack that is written.
    Problems,
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
    /// Kill the word before the cursor, letters and digits.
    KillWordBack,
    /// Kill the word after the cursor.
    KillWord,
    /// Types the last word of the line before.
    LastWord,
    /// Kill to the line's end.
    KillEnd,
    /// Kill to the line's start.
    KillStart,
    /// Complete the word of a command.
    CompleteLine,
    /// End what runs, or drop the line.
    Interrupt,
    /// End of input.
    EndOfInput,
    /// Clear the screen.
    ClearScreen,
    /// Save the file and go back to the console.
    SaveFile,
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
            Self::Page => "A page over the screen",
            Self::Dialog => "Yes or no",
            Self::Preview => "A preview, when not typing",
        }
    }

    /// Every context, in the order of the help screen.
    pub const ALL: [Self; 37] = [
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
    /// A guide.
    pub const GUIDE: &[Context] = &[Guide, NotTyping, Everywhere];
    /// Comparisons.
    pub const COMPARE: &[Context] = &[Chart, NotTyping, Everywhere];
    /// A page.
    pub const PAGE: &[Context] = &[Page, NotTyping, Everywhere];
    /// Yes or no.
    pub const DIALOG: &[Context] = &[Dialog, Everywhere];
    /// What a preview adds.
    pub const PREVIEW: &[Context] = &[Preview];
    /// All of them.
    pub const ALL: [super::Stack; 36] = [
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
    use super::super::key::Code;
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
        let console = [stacks::CONSOLE, stacks::CONSOLE_EXERCISE, stacks::HISTORY];
        let file = [stacks::PAGER_FIND, stacks::FILE, stacks::FILE_VIM];
        let others = [stacks::EDITOR, stacks::VIM, stacks::FIND, stacks::MENU];
        let words = [stacks::ANSWERING, stacks::LOOK_UP];
        for stack in console.into_iter().chain(file).chain(others).chain(words) {
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

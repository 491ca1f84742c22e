//! What keys do.

use crate::app::editor::Motion;

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

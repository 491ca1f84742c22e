//! The one table of vim's commands: what keys do, help and docs all come from it.

use super::motion::Move;
use super::object::Object;
use super::operator::Op;

/// What keys ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Go, or say how far an operator reaches.
    Move(Move),
    /// Change, delete, copy … what a motion or an object says.
    Operate(Op),
    /// A piece of text around the cursor; true: with what is around it.
    Object(Object, bool),
    /// Something of its own.
    Do(Do),
}

/// Commands that are no operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Do {
    Insert,
    InsertAtStart,
    Append,
    AppendAtEnd,
    OpenBelow,
    OpenAbove,
    ReplaceMode,
    Replace,
    DeleteChar,
    DeleteCharBefore,
    DeleteToEnd,
    ChangeToEnd,
    ChangeChar,
    ChangeLine,
    YankLine,
    PutAfter,
    PutBefore,
    PutAfterGo,
    PutBeforeGo,
    Undo,
    Redo,
    Repeat,
    SwapCase,
    Join,
    JoinAsIs,
    Visual,
    VisualLine,
    VisualAgain,
    OtherEnd,
    Add,
    Subtract,
    Record,
    Play,
    Command,
    WriteQuit,
    QuitAnyway,
    Explain,
    RepeatSubstitute,
    Leave,
    UpperCase,
    LowerCase,
    Redraw,
}

/// In which modes a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Normal,
    Visual,
    Both,
    /// After an operator, and in visual mode.
    Target,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The keys, one character each.
    pub(super) keys: &'static str,
    /// One more character follows: the one looked for, written, recorded into.
    pub(super) argument: bool,
    pub(super) what: What,
    pub(super) when: When,
    /// A short sentence; empty where the row before says it.
    pub help: &'static str,
}

impl Row {
    /// The keys as people read them.
    #[must_use]
    pub fn names(&self) -> String {
        let names = super::keys::names(self.keys);
        if self.argument { format!("{names}{{char}}") } else { names }
    }

    /// What heads the row in help.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match (self.what, self.when) {
            (What::Move(_), _) => "vim: moving",
            (What::Operate(_), _) => "vim: operators",
            (What::Object(..), _) => "vim: text objects",
            (_, When::Visual) => "vim: in visual mode",
            _ => "vim: commands",
        }
    }
}

const fn row(keys: &'static str, what: What, when: When, help: &'static str) -> Row {
    Row { keys, argument: false, what, when, help }
}

const fn with_char(keys: &'static str, what: What, when: When, help: &'static str) -> Row {
    Row { keys, argument: true, what, when, help }
}

const fn go(keys: &'static str, to: Move, help: &'static str) -> Row {
    row(keys, What::Move(to), When::Both, help)
}

const fn object(keys: &'static str, object: Object, around: bool, help: &'static str) -> Row {
    row(keys, What::Object(object, around), When::Target, help)
}

const fn cmd(keys: &'static str, what: Do, help: &'static str) -> Row {
    row(keys, What::Do(what), When::Normal, help)
}

const fn both(keys: &'static str, what: Do, help: &'static str) -> Row {
    row(keys, What::Do(what), When::Both, help)
}

const fn visual(keys: &'static str, what: What, help: &'static str) -> Row {
    row(keys, what, When::Visual, help)
}

/// The table. A count may stand before every row, a register (`"a`) before the commands.
pub static TABLE: &[Row] = &[
    go("h", Move::Left, "Left."),
    go("\u{e002}", Move::Left, ""),
    go("l", Move::Right, "Right."),
    go("\u{e003}", Move::Right, ""),
    go("\u{8}", Move::Back, "Left, over the line's start."),
    go(" ", Move::Forth, "Right, over the line's end."),
    go("j", Move::Down, "Down."),
    go("\u{e005}", Move::Down, ""),
    go("\u{e}", Move::Down, ""),
    go("k", Move::Up, "Up."),
    go("\u{e004}", Move::Up, ""),
    go("\u{10}", Move::Up, ""),
    go("w", Move::Word, "To the next word."),
    go("W", Move::BigWord, "To the next word between blanks."),
    go("\u{e00b}", Move::BigWord, ""),
    go("b", Move::WordBack, "To the word before."),
    go("B", Move::BigWordBack, "To the word before, between blanks."),
    go("\u{e00a}", Move::BigWordBack, ""),
    go("e", Move::WordEnd, "To the word's end."),
    go("E", Move::BigWordEnd, "To the end between blanks."),
    go("ge", Move::WordEndBack, "To the end of the word before."),
    go("gE", Move::BigWordEndBack, "To the end before, between blanks."),
    go("0", Move::LineStart, "To the line's start."),
    go("\u{e006}", Move::LineStart, ""),
    go("^", Move::FirstWord, "To the line's first character that is no blank."),
    go("$", Move::LineEnd, "To the line's end."),
    go("\u{e007}", Move::LineEnd, ""),
    go("g_", Move::LastWord, "To the line's last character that is no blank."),
    go("|", Move::Column, "To the column of the count."),
    go("+", Move::NextLine, "To the next line's first word."),
    go("\r", Move::NextLine, ""),
    go("-", Move::LineBefore, "To the first word of the line before."),
    go("_", Move::ThisLine, "To this line's first word."),
    go("gg", Move::TextStart, "To the first line, or to the line of the count."),
    go("\u{e00c}", Move::TextStart, ""),
    go("G", Move::TextEnd, "To the last line, or to the line of the count."),
    go("\u{e00d}", Move::TextEnd, ""),
    go("{", Move::ParagraphBack, "To the empty line before."),
    go("}", Move::Paragraph, "To the next empty line."),
    go("%", Move::Pair, "To the bracket that belongs to this one."),
    with_char("f", What::Move(Move::Find), When::Both, "To the next such character in the line."),
    with_char("F", What::Move(Move::FindBack), When::Both, "To the one before."),
    with_char("t", What::Move(Move::Till), When::Both, "Up to the next such character."),
    with_char("T", What::Move(Move::TillBack), When::Both, "Back to behind the one before."),
    go(";", Move::FindAgain, "The last f, F, t or T again."),
    go(",", Move::FindOther, "The same the other way."),
    go("/", Move::Search, "Look for a pattern."),
    go("?", Move::SearchBack, "Look for a pattern backwards."),
    go("n", Move::Next, "The next match."),
    go("N", Move::NextOther, "The next match the other way."),
    go("*", Move::Star, "The word under the cursor, again."),
    go("#", Move::StarBack, "The word under the cursor, backwards."),
    go("\u{4}", Move::HalfDown, "Half a page down."),
    go("\u{15}", Move::HalfUp, "Half a page up."),
    go("\u{6}", Move::PageDown, "A page down."),
    go("\u{e009}", Move::PageDown, ""),
    go("\u{2}", Move::PageUp, "A page up."),
    go("\u{e008}", Move::PageUp, ""),
    row(
        "d",
        What::Operate(Op::Delete),
        When::Both,
        "Delete what the motion covers; `dd` the line.",
    ),
    row("c", What::Operate(Op::Change), When::Both, "Change it; `cc` the line."),
    row("y", What::Operate(Op::Yank), When::Both, "Copy it; `yy` the line."),
    row(">", What::Operate(Op::Indent), When::Both, "Indent its lines; `>>` the line."),
    row("<", What::Operate(Op::Outdent), When::Both, "Indent its lines less; `<<` the line."),
    row("gu", What::Operate(Op::Lower), When::Both, "Make it small letters."),
    row("gU", What::Operate(Op::Upper), When::Both, "Make it capitals."),
    row("g~", What::Operate(Op::Swap), When::Both, "Capitals for small letters and the reverse."),
    row(
        "gc",
        What::Operate(Op::Comment),
        When::Both,
        "Comment its lines out, or in again; `gcc` the line.",
    ),
    object("iw", Object::Word, false, "The word."),
    object("aw", Object::Word, true, "The word and the blanks at it."),
    object("iW", Object::BigWord, false, "The word between blanks."),
    object("aW", Object::BigWord, true, "The word between blanks, with them."),
    object("i\"", Object::Quote('"'), false, "What stands between quotes."),
    object("i'", Object::Quote('\''), false, ""),
    object("i`", Object::Quote('`'), false, ""),
    object("a\"", Object::Quote('"'), true, "The same with the quotes."),
    object("a'", Object::Quote('\''), true, ""),
    object("a`", Object::Quote('`'), true, ""),
    object("i(", Object::Bracket('(', ')'), false, "What stands in brackets."),
    object("i)", Object::Bracket('(', ')'), false, ""),
    object("ib", Object::Bracket('(', ')'), false, ""),
    object("i[", Object::Bracket('[', ']'), false, ""),
    object("i]", Object::Bracket('[', ']'), false, ""),
    object("i{", Object::Bracket('{', '}'), false, ""),
    object("i}", Object::Bracket('{', '}'), false, ""),
    object("iB", Object::Bracket('{', '}'), false, ""),
    object("i<", Object::Bracket('<', '>'), false, ""),
    object("a(", Object::Bracket('(', ')'), true, "The same with the brackets."),
    object("a)", Object::Bracket('(', ')'), true, ""),
    object("ab", Object::Bracket('(', ')'), true, ""),
    object("a[", Object::Bracket('[', ']'), true, ""),
    object("a]", Object::Bracket('[', ']'), true, ""),
    object("a{", Object::Bracket('{', '}'), true, ""),
    object("a}", Object::Bracket('{', '}'), true, ""),
    object("aB", Object::Bracket('{', '}'), true, ""),
    object("a<", Object::Bracket('<', '>'), true, ""),
    object("ip", Object::Paragraph, false, "The lines up to the next empty one."),
    object("ap", Object::Paragraph, true, "The same with the empty lines behind."),
    cmd("i", Do::Insert, "Type before the cursor."),
    cmd("a", Do::Append, "Type behind the cursor."),
    cmd("I", Do::InsertAtStart, "Type before the line's first word."),
    cmd("A", Do::AppendAtEnd, "Type at the line's end."),
    cmd("o", Do::OpenBelow, "A new line below."),
    cmd("O", Do::OpenAbove, "A new line above."),
    cmd("R", Do::ReplaceMode, "Type over what stands there."),
    with_char(
        "r",
        What::Do(Do::Replace),
        When::Both,
        "Put this character in the place of that one.",
    ),
    cmd("x", Do::DeleteChar, "Delete the character."),
    cmd("\u{e001}", Do::DeleteChar, ""),
    cmd("X", Do::DeleteCharBefore, "Delete the character before."),
    cmd("D", Do::DeleteToEnd, "Delete to the line's end."),
    cmd("C", Do::ChangeToEnd, "Change to the line's end."),
    cmd("s", Do::ChangeChar, "Change the character."),
    cmd("S", Do::ChangeLine, "Change the line."),
    cmd("Y", Do::YankLine, "Copy the line."),
    both("p", Do::PutAfter, "Put what was deleted or copied behind the cursor, or below."),
    both("P", Do::PutBefore, "Put it before the cursor, or above."),
    cmd("gp", Do::PutAfterGo, "As p, and go behind it."),
    cmd("gP", Do::PutBeforeGo, "As P, and go behind it."),
    cmd("u", Do::Undo, "Take the last change back."),
    cmd("\u{12}", Do::Redo, "Make it again."),
    cmd(".", Do::Repeat, "The last change once more, here."),
    both("~", Do::SwapCase, "A capital for a small letter, and the reverse."),
    both("J", Do::Join, "Join the next line to this one."),
    both("gJ", Do::JoinAsIs, "The same without a blank."),
    both("v", Do::Visual, "Select characters."),
    both("V", Do::VisualLine, "Select lines."),
    both("gv", Do::VisualAgain, "Select the same again."),
    both("\u{1}", Do::Add, "Add to the number."),
    both("\u{18}", Do::Subtract, "Take from the number."),
    with_char("q", What::Do(Do::Record), When::Normal, "Record keys, up to the next q."),
    with_char("@", What::Do(Do::Play), When::Normal, "Play what was recorded; @@ the last."),
    both(
        ":",
        Do::Command,
        "A command: `:w` `:q` `:wq` `:x` `:q!` `:e!` `:12` `:s/a/b/` `:%s/a/b/g` `:d` `:m` `:t` `:noh` `:set paste`.",
    ),
    cmd("ZZ", Do::WriteQuit, "Write, and leave the editor."),
    cmd("ZQ", Do::QuitAnyway, "Leave the editor and forget what was not written."),
    both("K", Do::Explain, "What the field under the cursor is for."),
    cmd("&", Do::RepeatSubstitute, "The last `:s` again, here."),
    both("\u{1b}", Do::Leave, "Back to normal mode; Ctrl-[ too."),
    both("\u{3}", Do::Leave, ""),
    cmd("\u{c}", Do::Redraw, "Forget the marks of the last search."),
    visual("o", What::Do(Do::OtherEnd), "To the other end of the selection."),
    visual("x", What::Operate(Op::Delete), "Delete the selection."),
    visual("\u{e001}", What::Operate(Op::Delete), ""),
    visual("X", What::Operate(Op::DeleteLines), "Delete its lines."),
    visual("D", What::Operate(Op::DeleteLines), ""),
    visual("s", What::Operate(Op::Change), "Change the selection."),
    visual("S", What::Operate(Op::ChangeLines), "Change its lines."),
    visual("C", What::Operate(Op::ChangeLines), ""),
    visual("R", What::Operate(Op::ChangeLines), ""),
    visual("Y", What::Operate(Op::YankLines), "Copy its lines."),
    visual("u", What::Do(Do::LowerCase), "Make it small letters."),
    visual("U", What::Do(Do::UpperCase), "Make it capitals."),
];

/// What was found for some keys.
pub(super) enum Found {
    /// The row, its argument, and the characters taken.
    Row(&'static Row, Option<char>, usize),
    /// More keys may make a row of it.
    Prefix,
    Nothing,
}

/// Looks `keys` up among the rows that `fits` lets through.
pub(super) fn look_up(keys: &str, fits: impl Fn(&Row) -> bool) -> Found {
    let mut prefix = keys.is_empty();
    for row in TABLE.iter().filter(|row| fits(row)) {
        if let Some(rest) = keys.strip_prefix(row.keys) {
            if !row.argument {
                return Found::Row(row, None, row.keys.len());
            }
            if let Some(c) = rest.chars().next() {
                return Found::Row(row, Some(c), row.keys.len() + c.len_utf8());
            }
            prefix = true;
        } else if row.keys.starts_with(keys) {
            prefix = true;
        }
    }
    if prefix { Found::Prefix } else { Found::Nothing }
}

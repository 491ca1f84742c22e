//! The shell's language: from text to a tree.

mod parse;
mod words;

pub(super) use parse::{is_name, literal, parse};

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Lists of commands, one after the other.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Pipelines and what joins each to the one before.
    pub(super) steps: Vec<(Join, Pipeline)>,
}

/// When a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// `;` or a new line: always.
    Always,
    /// `&&`: when the one before went well.
    And,
    /// `||`: when it did not.
    Or,
}

/// Commands joined by `|`.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// `!` stands before it.
    pub(super) not: bool,
    /// `time` stands before it.
    pub(super) timed: bool,
    /// Each, and whether its stderr goes into the pipe too (`|&`).
    pub(super) stages: Vec<(Command, bool)>,
}

/// A command and its redirections.
#[derive(Debug, Clone)]
pub(super) struct Command {
    /// The line that it stands in, from 1.
    pub(super) line: usize,
    /// What it does.
    pub(super) body: Body,
    /// Where its streams go.
    pub(super) redirects: Arc<[Redirect]>,
}

/// What a command is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Assignments and words.
    Simple(Arc<Simple>),
    /// `{ …; }`
    Group(Arc<Script>),
    /// `( … )`
    Subshell(Arc<Script>),
    /// `… &`, and as it was typed.
    Background(Arc<Script>, Arc<str>),
    /// `for NAME in WORDS; do …; done`; without words, the arguments.
    For(Arc<For>),
    /// `select NAME in WORDS; do …; done`
    Select(Arc<For>),
    /// `while …; do …; done`, or `until`.
    While(Arc<While>),
    /// `for ((…; …; …)); do …; done`
    ForSum(Arc<ForSum>),
    /// `if …; then …; else …; fi`
    If(Arc<If>),
    /// `case WORD in …; esac`
    Case(Arc<Case>),
    /// `[[ … ]]`
    Test(Arc<[Word]>),
    /// `(( … ))`
    Sum(Arc<Word>),
    /// `NAME() …`
    Function(Arc<str>, Arc<Command>),
}

/// A simple command.
#[derive(Debug)]
pub(super) struct Simple {
    /// `NAME=WORD`, or `NAME+=WORD`.
    pub(super) assigns: Vec<Assign>,
    /// The command's words.
    pub(super) words: Vec<Word>,
    /// Arrays that a declaration fills: `declare -A NAME=(WORDS)`.
    pub(super) lists: Vec<Assign>,
}

/// An assignment.
#[derive(Debug)]
pub(super) struct Assign {
    /// The variable.
    pub(super) name: String,
    /// `NAME[WORD]=…`
    pub(super) index: Option<Word>,
    /// `+=`
    pub(super) appends: bool,
    /// `NAME=(WORDS)`
    pub(super) list: Option<Vec<Word>>,
    /// Its new value.
    pub(super) value: Word,
}

/// A `for` loop.
#[derive(Debug)]
pub(super) struct For {
    /// The variable.
    pub(super) name: String,
    /// Its values.
    pub(super) words: Option<Vec<Word>>,
    /// What is done.
    pub(super) body: Arc<Script>,
}

/// A `for` loop over sums.
#[derive(Debug)]
pub(super) struct ForSum {
    /// What is done at first.
    pub(super) first: Word,
    /// What decides; empty for ever.
    pub(super) cond: Arc<Script>,
    /// What is done after each time, and what decides then.
    pub(super) again: Arc<While>,
}

/// A `while` or `until` loop.
#[derive(Debug)]
pub(super) struct While {
    /// `until`
    pub(super) until: bool,
    /// What decides.
    pub(super) cond: Arc<Script>,
    /// What is done.
    pub(super) body: Arc<Script>,
}

/// An `if`.
#[derive(Debug)]
pub(super) struct If {
    /// Conditions and what is done then.
    pub(super) arms: Vec<(Arc<Script>, Arc<Script>)>,
    /// What is done else.
    pub(super) otherwise: Option<Arc<Script>>,
}

/// A `case`.
#[derive(Debug)]
pub(super) struct Case {
    /// What is looked at.
    pub(super) word: Word,
    /// Patterns, what is done then, and what follows.
    pub(super) arms: Vec<(Vec<Word>, Arc<Script>, Arm)>,
}

/// What follows an arm of a `case` that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arm {
    /// `;;`: nothing.
    Ends,
    /// `;&`: the next one, whatever its pattern.
    GoesOn,
    /// `;;&`: the next one that fits.
    Looks,
}

/// A redirection.
#[derive(Debug)]
pub(super) struct Redirect {
    /// Which stream: 0, 1, 2; 9 for both outputs (`&>`).
    pub(super) fd: u8,
    /// How.
    pub(super) how: How,
    /// To or from what.
    pub(super) target: Word,
    /// The target as it was typed.
    pub(super) typed: String,
    /// The text of a here-document.
    pub(super) here: Arc<OnceLock<Word>>,
}

/// How a stream is redirected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `<<`
    Here,
    /// `<<<`
    HereString,
    /// `>&`, `<&`
    Copy,
}

/// A word: parts that stand side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Word(pub(super) Vec<Part>);

/// A part of a word.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// As it stands; braces and patterns mean something.
    Plain(String),
    /// As it stands, and nothing means anything.
    Quoted(String),
    /// `$NAME`, `${…}`
    Var(Arc<Param>, bool),
    /// `$(…)`, and whether it is quoted.
    Command(Arc<Script>, bool),
    /// `<(…)`
    Process(Arc<Script>),
    /// `$((…))`
    Sum(Arc<Word>, bool),
}

/// A parameter and what is done with it.
#[derive(Debug)]
pub(super) struct Param {
    /// `NAME`, `1`, `?`, `@`, …
    pub(super) name: String,
    /// `NAME[…]`
    pub(super) index: Option<Index>,
    /// What is done with its value.
    pub(super) op: ParamOp,
}

/// Which of an array's values are meant.
#[derive(Debug)]
pub(super) enum Index {
    /// `[@]`: each for itself.
    Each,
    /// `[*]`: all in one.
    All,
    /// `[…]`
    At(Word),
}

/// What is done with a parameter's value.
#[derive(Debug)]
pub(super) enum ParamOp {
    /// Nothing.
    Plain,
    /// `${#NAME}`
    Length,
    /// `${NAME:-WORD}` and its like: whether an empty value counts as none, and which.
    Default(bool, char, Word),
    /// `${NAME#PATTERN}`, `##`, `%`, `%%`: from the end, and as much as possible.
    Trim { at_end: bool, longest: bool, pattern: Word },
    /// `${NAME/PATTERN/WORD}`, `//`
    Replace { all: bool, pattern: Word, with: Word },
    /// `${NAME:FROM:LENGTH}`
    Slice(Word, Option<Word>),
    /// `${NAME^}`, `^^`, `,`, `,,`: to capitals or away from them, all of them or the first.
    Capitals { up: bool, all: bool },
    /// `${NAME@Q}`: quoted (`Q`), in capitals (`U`, the first `u`), small (`L`), unescaped (`E`).
    Turned(char),
    /// `${!NAME}`: the value of what its value names.
    Named,
    /// `${!NAME[@]}`: the array's keys.
    Keys,
    /// Something that bash has no meaning for; as it was typed.
    Bad(String),
}

/// Why a text is no script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// This is open at the text's end: a quote or bracket.
    Open(char, usize),
    /// A command is open at the text's end.
    EndOfFile(usize),
    /// A here-document is open: its delimiter, and its line.
    HereDocument(String, usize),
    /// This can't stand here.
    Token(String, usize),
    /// Something else, in a sentence.
    Other(String, usize),
}

/// Aliases by name.
pub(super) type Aliases = BTreeMap<String, String>;

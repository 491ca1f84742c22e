//! The declared form of a pack's files: one table of fields for each table of TOML.
//!
//! The declaration feeds the reader (`walk`): types, bounds, references, and what
//! a wrong file is told. It is data, so that a JSON Schema can be made of it.

mod glossary;
mod goal;
mod guide;
mod json;
mod lesson;
mod pack;
mod quiz;
mod world;

pub use glossary::GLOSSARY;
pub use guide::GUIDE;
pub use json::json_schema;
pub use lesson::LESSON;
pub use pack::PACK;
pub use quiz::QUIZ;
pub use world::{Setting, WORLD, world_markdown, world_schema};

use super::markdown::{PAGE_COLUMNS, SCREEN_COLUMNS};
use super::walk::Found;
use toml::de::DeTable;

/// The format that this program reads: `format = 1`.
pub const FORMAT: i64 = 1;

/// A table of TOML.
pub struct Table {
    /// What it is, with its article: `a lesson`.
    pub name: &'static str,
    /// One sentence for people who write packs.
    pub doc: &'static str,
    /// Its keys.
    pub fields: &'static [Field],
    /// Keys of which exactly one must be given; empty where there is no such choice.
    pub exactly_one: &'static [&'static str],
    /// What the fields alone can't say, looked at when the table's fields are right.
    pub check: Option<fn(&DeTable<'_>, Place, &mut Found<'_>)>,
}

/// Where a table is told about: its header, or the braces of an inline table.
pub type Place = crate::source::Span;

/// A key and what stands behind it.
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// Must it be given?
    pub required: bool,
    /// What stands there.
    pub kind: Kind,
    /// One short sentence for people who write packs.
    pub doc: &'static str,
}

impl Field {
    const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, required: true, kind, doc }
    }

    const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, required: false, kind, doc }
    }
}

/// What can stand behind a key.
pub enum Kind {
    /// The format's number.
    Format,
    /// A stable id in kebab-case; in a list of tables, each once.
    Id,
    /// Text.
    Text(Text),
    /// Text of a certain form.
    Form(Form),
    /// The id of something else in the pack.
    Reference(To),
    /// A whole number, bounds included.
    Whole {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// A number, bounds included.
    Number {
        /// At least.
        min: f64,
        /// At most.
        max: f64,
    },
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List {
        /// What its entries are.
        of: &'static Kind,
        /// Entries at least.
        min: usize,
        /// Entries at most.
        max: usize,
    },
    /// A table.
    Table(&'static Table),
    /// Any value that JSON has too.
    Value,
}

/// Bounds of a text.
pub struct Text {
    /// In bytes.
    pub max: usize,
    /// May it have several lines?
    pub lines: bool,
    /// May it be empty?
    pub empty: bool,
    /// Columns that it has where the terminal has 80, if it is Markdown; else 0.
    pub columns: usize,
}

/// A form that a text must have.
pub struct Form {
    /// What it is, with its article: `a client`.
    pub name: &'static str,
    /// An example of it.
    pub example: &'static str,
    /// For JSON Schemas: a pattern of ECMA 262 that matches all that `test` accepts, and
    /// perhaps more.
    pub pattern: &'static str,
    /// Whether `text` has it; the error is a sentence, or empty where the name and the
    /// example say enough.
    pub test: fn(text: &str) -> Result<(), String>,
}

/// What an id refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A lesson of the pack: `clusterip`.
    Lesson,
    /// A lesson's step: `clusterip/idea`.
    Step,
    /// A quiz of the pack.
    Quiz,
    /// A world of the pack: `worlds/NAME.yaml` without folder and ending.
    World,
    /// A lesson that a text links to, wherever it stands.
    Link,
    /// A word of the pack's glossary that a text links to.
    Term,
}

/// One line: a title, an option, a sentence.
const LINE: Kind = Kind::Text(Text { max: 1_000, lines: false, empty: false, columns: 0 });
/// Markdown or several sentences.
const PROSE: Kind =
    Kind::Text(Text { max: 65_536, lines: true, empty: false, columns: PAGE_COLUMNS });
/// Markdown that is a screen's own text.
const BODY: Kind =
    Kind::Text(Text { max: 65_536, lines: true, empty: false, columns: SCREEN_COLUMNS });
/// YAML.
const YAML: Kind = Kind::Text(Text { max: 262_144, lines: true, empty: false, columns: 0 });
/// YAML that may be left empty.
const YAML_OR_NOTHING: Kind =
    Kind::Text(Text { max: 262_144, lines: true, empty: true, columns: 0 });
/// Commands, one a line.
const COMMANDS: Kind = Kind::Text(Text { max: 65_536, lines: true, empty: false, columns: 0 });
/// `domain/topic`.
const COMPETENCY: Kind = Kind::Form(Form {
    name: "a competency",
    example: "services-networking/service-types",
    pattern: "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$",
    test: |text| {
        let ok =
            matches!(text.split_once('/'), Some((domain, topic)) if is_id(domain) && is_id(topic));
        if ok { Ok(()) } else { Err(String::new()) }
    },
});
const DIFFICULTY: Kind = Kind::Whole { min: 1, max: 5 };

/// Is `text` an id: kebab-case, at most 64 characters?
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() <= 64
        && !text.is_empty()
        && text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

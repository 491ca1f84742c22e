//! glossary.toml.

use super::{Field, Kind, LINE, PROSE, Table, To};
use crate::content::reference;

static TERM: Table = Table {
    name: "a term",
    doc: "A word and what it means.",
    fields: &[
        Field::must("id", Kind::Id, "Stable; links in lessons name it."),
        Field::must("term", LINE, "The word as lessons write it."),
        Field::may(
            "also",
            Kind::List { of: &LINE, min: 1, max: 20 },
            "Other words for it, for those who search.",
        ),
        Field::must("text", PROSE, "What it means, in a few sentences."),
        Field::may("see", Kind::Reference(To::Step), "A lesson's step that shows it: LESSON/STEP."),
        Field::may(
            "mark",
            Kind::Flag,
            "Whether its first use in a text is underlined; true unless given. Take false for a \
             word that mostly means something else.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

/// glossary.toml.
pub static GLOSSARY: Table = Table {
    name: "a glossary",
    doc: "The pack's words and what they mean: glossary.toml.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must(
            "terms",
            Kind::List { of: &Kind::Table(&TERM), min: 1, max: 5_000 },
            "The words, in any order.",
        ),
    ],
    exactly_one: &[],
    check: Some(reference::terms_differ),
};

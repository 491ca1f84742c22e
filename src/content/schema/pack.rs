//! pack.toml.

use super::{Field, Kind, LINE, Table, Text, To};

const SHORT: Kind = Kind::Text(Text { max: 200, lines: false, empty: false, markdown: false });

/// pack.toml.
pub static PACK: Table = Table {
    name: "a pack",
    doc: "What a pack is and which lessons it holds: pack.toml.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must("id", Kind::Id, "Stable: progress hangs on it."),
        Field::must("version", SHORT, "The pack's version, such as 1.2.0."),
        Field::must("title", LINE, "Title for people."),
        Field::may("kubernetes", SHORT, "The Kubernetes version it speaks of, such as 1.36."),
        Field::may(
            "languages",
            Kind::List { of: &SHORT, min: 1, max: 50 },
            "Language tags, such as en.",
        ),
        Field::may("authors", Kind::List { of: &LINE, min: 0, max: 100 }, "Who wrote it."),
        Field::may("licence", SHORT, "An SPDX expression, such as CC-BY-4.0."),
        Field::may(
            "needs",
            Kind::List { of: &Kind::Id, min: 0, max: 50 },
            "Ids of packs that it builds on.",
        ),
        Field::must(
            "lessons",
            Kind::List { of: &Kind::Reference(To::Lesson), min: 1, max: 1_000 },
            "Ids of all its lessons, in their order.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

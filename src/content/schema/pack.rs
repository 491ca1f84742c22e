//! pack.toml.

use super::{Field, Form, Kind, LINE, Table, Text, To};
use crate::content::forms;

const SHORT: Kind = Kind::Text(Text { max: 200, lines: false, empty: false, columns: 0 });

const RANGE: Kind = Kind::Form(Form {
    name: "a version or a range of them",
    example: ">=1.34 <1.38",
    pattern: "^[\\sA-Za-z0-9.,<>=+-]+$",
    test: forms::range,
});

const VERSION: Kind = Kind::Form(Form {
    name: "a version",
    example: "1.2.0",
    pattern: "^v?[0-9][0-9A-Za-z.+-]*$",
    test: forms::version,
});

const NEED: Kind = Kind::Form(Form {
    name: "a pack's id, perhaps with the versions that will do",
    example: "services >=1.2",
    pattern: "^\\s*[a-z0-9]+(-[a-z0-9]+)*[\\sA-Za-z0-9.,<>=+-]*$",
    test: forms::need,
});

/// pack.toml.
pub static PACK: Table = Table {
    name: "a pack",
    doc: "What a pack is and which lessons it holds: pack.toml.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must("id", Kind::Id, "Stable: progress hangs on it."),
        Field::must("version", VERSION, "The pack's version, such as 1.2.0."),
        Field::must("title", LINE, "Title for people."),
        Field::may(
            "kubernetes",
            RANGE,
            "The Kubernetes versions it speaks of: 1.36, or a range such as >=1.34 <1.38.",
        ),
        Field::may(
            "languages",
            Kind::List { of: &SHORT, min: 1, max: 50 },
            "Language tags, such as en.",
        ),
        Field::may("authors", Kind::List { of: &LINE, min: 0, max: 100 }, "Who wrote it."),
        Field::may("licence", SHORT, "An SPDX expression, such as CC-BY-4.0."),
        Field::may(
            "needs",
            Kind::List { of: &NEED, min: 0, max: 50 },
            "Packs that it builds on: their ids, perhaps with versions, such as services >=1.2.",
        ),
        Field::must(
            "lessons",
            Kind::List { of: &Kind::Reference(To::Lesson), min: 1, max: 20_000 },
            "Ids of all its lessons, in their order.",
        ),
    ],
    exactly_one: &[],
    check: Some(forms::needs_others),
};

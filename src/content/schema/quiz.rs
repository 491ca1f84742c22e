//! quizzes/*.toml.

use super::goal::GOALS;
use super::{
    BODY, COMMANDS, COMPETENCY, DIFFICULTY, Field, Kind, LINE, PROSE, Table, Text, To, YAML,
    YAML_OR_NOTHING,
};
use crate::content::forms;

static OPTION: Table = Table {
    name: "an option",
    doc: "An answer to choose, right or wrong.",
    fields: &[
        Field::must("text", PROSE, "What is shown."),
        Field::may("right", Kind::Flag, "true where it belongs to the answer; false unless given."),
        Field::must("because", PROSE, "Why it is right, or why not."),
    ],
    exactly_one: &[],
    check: None,
};

const OPTIONS: Kind = Kind::List { of: &Kind::Table(&OPTION), min: 2, max: 12 };

static SINGLE: Table = Table {
    name: "a single-choice question",
    doc: "Exactly one option is right.",
    fields: &[Field::must("options", OPTIONS, "The options, in any order.")],
    exactly_one: &[],
    check: Some(forms::one_option_is_right),
};

static MULTIPLE: Table = Table {
    name: "a multiple-choice question",
    doc: "All right options and no other make the answer.",
    fields: &[Field::must("options", OPTIONS, "The options, in any order.")],
    exactly_one: &[],
    check: Some(forms::some_option_is_right),
};

static SHORT: Table = Table {
    name: "a short question",
    doc: "Words or a number, typed.",
    fields: &[
        Field::may(
            "accept",
            Kind::List { of: &LINE, min: 1, max: 100 },
            "Accepted forms; case and doubled blanks make no difference.",
        ),
        Field::may(
            "pattern",
            Kind::Text(Text { max: 200, lines: false, empty: false, columns: 0 }),
            "A pattern that is accepted: * any run, ? one character.",
        ),
        Field::must("because", PROSE, "Why."),
    ],
    exactly_one: &[],
    check: Some(forms::accepts_something),
};

static ITEM: Table = Table {
    name: "an item",
    doc: "Something to put in its place.",
    fields: &[
        Field::must("text", PROSE, "What is shown."),
        Field::must("because", PROSE, "Why it stands there."),
    ],
    exactly_one: &[],
    check: None,
};

static ORDER: Table = Table {
    name: "an order question",
    doc: "Items to put in order.",
    fields: &[Field::must(
        "items",
        Kind::List { of: &Kind::Table(&ITEM), min: 2, max: 12 },
        "The items in the right order.",
    )],
    exactly_one: &[],
    check: Some(forms::items_differ),
};

static PAIR: Table = Table {
    name: "a pair",
    doc: "A left and a right side that belong together.",
    fields: &[
        Field::must("left", PROSE, "The left side."),
        Field::must("right", PROSE, "The right side."),
        Field::must("because", PROSE, "Why they belong together."),
    ],
    exactly_one: &[],
    check: None,
};

static MATCH: Table = Table {
    name: "a match question",
    doc: "Sides to join.",
    fields: &[Field::must(
        "pairs",
        Kind::List { of: &Kind::Table(&PAIR), min: 2, max: 12 },
        "The pairs that belong together.",
    )],
    exactly_one: &[],
    check: Some(forms::left_sides_differ),
};

static FIX: Table = Table {
    name: "a fix question",
    doc: "A manifest and the line at fault.",
    fields: &[
        Field::must("manifest", YAML, "The manifest."),
        Field::must("line", Kind::Whole { min: 1, max: 10_000 }, "The line at fault, from 1."),
        Field::must("because", PROSE, "Why."),
    ],
    exactly_one: &[],
    check: Some(forms::line_is_there),
};

static COMMAND: Table = Table {
    name: "a command question",
    doc: "A world and goals, answered by typing commands.",
    fields: &[
        Field::may("world", Kind::Reference(To::World), "The world; a bare cluster unless given."),
        Field::may("existing", YAML_OR_NOTHING, "Objects already in the world, besides its own."),
        Field::must("solution", COMMANDS, "Commands that reach the goals, one a line."),
        Field::must("goals", GOALS, "What is wanted."),
        Field::may("because", PROSE, "Why."),
    ],
    exactly_one: &[],
    check: None,
};

static MANIFEST: Table = Table {
    name: "a manifest question",
    doc: "A world and goals, answered by YAML.",
    fields: &[
        Field::may("world", Kind::Reference(To::World), "The world; a bare cluster unless given."),
        Field::may("existing", YAML_OR_NOTHING, "Objects already in the world, besides its own."),
        Field::may("starter", YAML_OR_NOTHING, "What the editor holds at first."),
        Field::must("solution", YAML, "A manifest that reaches the goals."),
        Field::must("goals", GOALS, "What is wanted."),
        Field::may("because", PROSE, "Why."),
    ],
    exactly_one: &[],
    check: None,
};

static QUESTION: Table = Table {
    name: "a question",
    doc: "One question, of exactly one kind.",
    fields: &[
        Field::must("id", Kind::Id, "Stable: progress hangs on it."),
        Field::may("competency", COMPETENCY, "What it asks about: domain/topic."),
        Field::may("difficulty", DIFFICULTY, "1 (easy) to 5; 1 unless given."),
        Field::must("ask", BODY, "The question, as Markdown."),
        Field::may("see", Kind::Reference(To::Step), "Where to read again: LESSON/STEP."),
        Field::may("single", Kind::Table(&SINGLE), "One option is right."),
        Field::may("multiple", Kind::Table(&MULTIPLE), "Some options are right."),
        Field::may("short", Kind::Table(&SHORT), "Words or a number, typed."),
        Field::may("order", Kind::Table(&ORDER), "Items to put in order."),
        Field::may("match", Kind::Table(&MATCH), "Sides to join."),
        Field::may("fix", Kind::Table(&FIX), "The line at fault."),
        Field::may("command", Kind::Table(&COMMAND), "Commands to type."),
        Field::may("manifest", Kind::Table(&MANIFEST), "YAML to write."),
    ],
    exactly_one: &["single", "multiple", "short", "order", "match", "fix", "command", "manifest"],
    check: None,
};

/// quizzes/*.toml.
pub static QUIZ: Table = Table {
    name: "a quiz",
    doc: "Questions on one subject.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must("id", Kind::Id, "The file's name without its ending."),
        Field::must("title", LINE, "Title for people."),
        Field::must(
            "questions",
            Kind::List { of: &Kind::Table(&QUESTION), min: 1, max: 10_000 },
            "The questions.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

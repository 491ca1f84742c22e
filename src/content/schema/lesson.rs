//! lessons/*.toml.

use super::goal::{FLOW_PROBE, GOALS};
use super::{
    BODY, COMMANDS, COMPETENCY, DIFFICULTY, Field, Kind, LINE, PROSE, Table, To, YAML,
    YAML_OR_NOTHING,
};
use crate::content::forms;

static TEXT_STEP: Table = Table {
    name: "a text step",
    doc: "Something to read.",
    fields: &[Field::must(
        "body",
        BODY,
        "Markdown. Links: a lesson, LESSON/STEP, term:ID, https. A `console` block holds commands \
         only: `$ ` before each, `$! ` where it must fail, `> ` where it goes on.",
    )],
    exactly_one: &[],
    check: None,
};

static FLOW_STEP: Table = Table {
    name: "a flow step",
    doc: "Packets to watch.",
    fields: &[
        Field::may("manifest", YAML_OR_NOTHING, "Applied to the world before the probes."),
        Field::must(
            "probes",
            Kind::List { of: &Kind::Table(&FLOW_PROBE), min: 1, max: 50 },
            "The packets, in their order.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

static HINT: Table = Table {
    name: "a hint",
    doc: "A hint and its price.",
    fields: &[
        Field::must("text", PROSE, "Markdown."),
        Field::may(
            "cost",
            Kind::Number { min: 0.0, max: 1.0 },
            "Share of the points that it costs; 0 unless given.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

static ACCEPT_MUTANT: Table = Table {
    name: "an accepted mutant",
    doc: "A change of the solution after which the goals may still pass.",
    fields: &[
        Field::must("change", LINE, "The change, as the checker names it."),
        Field::must("because", LINE, "Why that is right."),
    ],
    exactly_one: &[],
    check: None,
};

static EXERCISE_STEP: Table = Table {
    name: "an exercise",
    doc: "YAML to write, and what it must do.",
    fields: &[
        Field::may("difficulty", DIFFICULTY, "1 (easy) to 5; 1 unless given."),
        Field::must("prompt", PROSE, "Markdown: what to do."),
        Field::may("existing", YAML_OR_NOTHING, "Objects already in the world, besides its own."),
        Field::may("starter", YAML_OR_NOTHING, "What the editor holds at first."),
        Field::may("solution", YAML, "A manifest that earns all points."),
        Field::may(
            "solution_commands",
            COMMANDS,
            "Commands for the console, one a line, that earn all points.",
        ),
        Field::may(
            "other_solutions",
            Kind::List { of: &YAML, min: 0, max: 50 },
            "Earn all points too.",
        ),
        Field::may(
            "hints",
            Kind::List { of: &Kind::Table(&HINT), min: 0, max: 20 },
            "Hints, in the order in which they are given.",
        ),
        Field::may("debrief", PROSE, "Markdown, shown after passing."),
        Field::may(
            "accept_mutants",
            Kind::List { of: &Kind::Table(&ACCEPT_MUTANT), min: 0, max: 200 },
            "Changes of the solution that may pass.",
        ),
        Field::must("goals", GOALS, "What is wanted."),
    ],
    exactly_one: &[],
    check: Some(forms::exercise),
};

static QUIZ_STEP: Table = Table {
    name: "a quiz step",
    doc: "Questions.",
    fields: &[Field::must("quiz", Kind::Reference(To::Quiz), "The quiz's id.")],
    exactly_one: &[],
    check: None,
};

static STEP: Table = Table {
    name: "a step",
    doc: "One step of a lesson, of exactly one kind.",
    fields: &[
        Field::must("id", Kind::Id, "Stable: progress hangs on it."),
        Field::may("title", LINE, "Title for people; made from the id unless given."),
        Field::may(
            "world",
            Kind::Reference(To::World),
            "A world of its own; the lesson's unless given.",
        ),
        Field::may("text", Kind::Table(&TEXT_STEP), "Something to read."),
        Field::may("flow", Kind::Table(&FLOW_STEP), "Packets to watch."),
        Field::may("exercise", Kind::Table(&EXERCISE_STEP), "YAML to write."),
        Field::may("quiz", Kind::Table(&QUIZ_STEP), "Questions."),
    ],
    exactly_one: &["text", "flow", "exercise", "quiz"],
    check: None,
};

/// lessons/*.toml.
pub static LESSON: Table = Table {
    name: "a lesson",
    doc: "A lesson: steps on one world.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must("id", Kind::Id, "The file's name without its ending."),
        Field::must("title", LINE, "Title for people."),
        Field::may("competency", COMPETENCY, "What it teaches: domain/topic."),
        Field::may(
            "needs",
            Kind::List { of: &Kind::Reference(To::Lesson), min: 0, max: 50 },
            "Lessons to do before.",
        ),
        Field::may("minutes", Kind::Whole { min: 1, max: 600 }, "Time it takes; 10 unless given."),
        Field::may(
            "world",
            Kind::Reference(To::World),
            "The world its steps run on: worlds/NAME.yaml; a bare cluster unless given.",
        ),
        Field::must(
            "steps",
            Kind::List { of: &Kind::Table(&STEP), min: 1, max: 200 },
            "Its steps, in their order.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

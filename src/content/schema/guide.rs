//! guide.toml: questions that lead to an advice.

use super::{Field, Form, Kind, LINE, PROSE, Table, To, YAML, is_id};
use crate::content::reference;

/// `QUESTION=OPTION`, or several options of it: `who=inside|node`.
const ANSWER: Kind = Kind::Form(Form {
    name: "an answer",
    example: "who=inside",
    pattern: "^[a-z0-9-]+=[a-z0-9-]+(\\|[a-z0-9-]+)*$",
    test: |text| match text.split_once('=') {
        Some((question, options)) if is_id(question) && options.split('|').all(is_id) => Ok(()),
        _ => Err(String::new()),
    },
});

static OPTION: Table = Table {
    name: "an option",
    doc: "An answer to choose.",
    fields: &[
        Field::must("id", Kind::Id, "What `when` calls it."),
        Field::must("text", LINE, "What is shown."),
        Field::may("because", PROSE, "What follows from it; told with the advice."),
    ],
    exactly_one: &[],
    check: None,
};

static QUESTION: Table = Table {
    name: "a question of the guide",
    doc: "Something to decide.",
    fields: &[
        Field::must("id", Kind::Id, "What `when` calls it."),
        Field::must("ask", LINE, "The question."),
        Field::must(
            "options",
            Kind::List { of: &Kind::Table(&OPTION), min: 2, max: 8 },
            "The answers.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

static ADVICE: Table = Table {
    name: "an advice",
    doc: "What to do where the answers are so.",
    fields: &[
        Field::must("id", Kind::Id, "Names it."),
        Field::may(
            "when",
            Kind::List { of: &ANSWER, min: 1, max: 6 },
            "Answers that must all be given: QUESTION=OPTION, or QUESTION=OPTION|OPTION. Without, it holds where no other does.",
        ),
        Field::must("advise", LINE, "What to take."),
        Field::must("text", PROSE, "Why, and what to look out for."),
        Field::may("manifest", YAML, "An example."),
        Field::may("see", Kind::Reference(To::Step), "A lesson's step that shows it: LESSON/STEP."),
    ],
    exactly_one: &[],
    check: None,
};

/// guide.toml.
pub static GUIDE: Table = Table {
    name: "a guide",
    doc: "Questions that lead to an advice: guide.toml.",
    fields: &[
        Field::must("format", Kind::Format, "The format's number: 1."),
        Field::must("title", LINE, "What it decides."),
        Field::must(
            "questions",
            Kind::List { of: &Kind::Table(&QUESTION), min: 1, max: 6 },
            "All are asked, in order.",
        ),
        Field::must(
            "advice",
            Kind::List { of: &Kind::Table(&ADVICE), min: 1, max: 100 },
            "The first that holds is given.",
        ),
    ],
    exactly_one: &[],
    check: Some(reference::every_answer_meets_advice),
};

//! docs/coverage.md: what the built-in pack must teach, and what of it does.

use portolan::content::{self, Pack, Step, StepKind};
use std::collections::HashSet;
use std::fmt::Write as _;
use toml::Table;

const PAGE: &str = "docs/coverage.md";
const HEAD: &str = "# What the lessons cover
Each row is something that the built-in pack must teach, let people do or ask. Beside it stands what does: steps of lessons, claims about traffic (each is run by `portolan pack check .`), exercises, and questions. The page is made of `docs/coverage.toml` by a test, which fails where a row is empty or names something that is not there.
";
const COLUMNS: &str =
    "\n| what | in the lessons | claims | exercises | questions |\n|---|---|---|---|---|\n";

/// What covers a row.
#[derive(Default)]
struct Row {
    steps: Vec<String>,
    n_claims: usize,
    exercises: Vec<String>,
    questions: Vec<String>,
}

fn step<'p>(pack: &'p Pack, at: &str) -> Option<&'p Step> {
    let (lesson, step) = at.split_once('/')?;
    pack.lesson(lesson)?.steps.iter().find(|s| s.id == step)
}

fn row(pack: &Pack, refs: &toml::Value, wrong: &mut Vec<String>) -> Row {
    let mut row = Row::default();
    for at in refs.as_array().unwrap() {
        let at = at.as_str().unwrap();
        if let Some(question) = at.strip_prefix('?') {
            let found = question.split_once('/').and_then(|(quiz, id)| {
                pack.quizzes.get(quiz)?.questions.iter().find(|q| q.id == id)
            });
            match found {
                Some(_) => row.questions.push(question.to_owned()),
                None => wrong.push(format!("There is no question {question}.")),
            }
            continue;
        }
        match step(pack, at).map(|step| &step.kind) {
            Some(StepKind::Exercise(exercise)) => {
                row.exercises.push(at.to_owned());
                row.n_claims += exercise.goals.len();
            }
            Some(StepKind::Flow(flow)) => {
                row.steps.push(at.to_owned());
                row.n_claims += flow.probes.len();
            }
            Some(_) => row.steps.push(at.to_owned()),
            None => wrong.push(format!("There is no step {at}.")),
        }
    }
    row
}

fn line(page: &mut String, what: &str, row: &Row) {
    let list = |names: &[String]| names.join("<br>");
    let claims = if row.n_claims == 0 { String::new() } else { row.n_claims.to_string() };
    writeln!(
        page,
        "| {} | {} | {claims} | {} | {} |",
        what.replace('|', "\\|").replace('<', "&lt;"),
        list(&row.steps),
        list(&row.exercises),
        list(&row.questions)
    )
    .unwrap();
}

#[test]
fn every_row_of_what_must_be_taught_is_covered_and_the_page_tells_by_what() {
    let pack = content::builtin();
    let table: Table = toml::from_str(include_str!("../docs/coverage.toml")).unwrap();
    let mut wrong = Vec::new();
    let mut page = HEAD.to_owned();
    let lessons = table["lessons"].as_table().unwrap();
    for lesson in &pack.lessons {
        let Some(rows) = lessons.get(&lesson.id).and_then(toml::Value::as_table) else { continue };
        writeln!(page, "\n## {}", lesson.title).unwrap();
        page.push_str(COLUMNS);
        for (what, refs) in rows {
            let row = row(pack, refs, &mut wrong);
            if row.steps.is_empty() && row.exercises.is_empty() {
                wrong.push(format!("Nothing teaches: {what}"));
            }
            line(&mut page, what, &row);
        }
    }
    for id in lessons.keys().filter(|id| pack.lesson(id).is_none()) {
        wrong.push(format!("There is no lesson {id}."));
    }
    for (key, title) in [
        ("faults", "Classic faults, each an exercise"),
        ("questions", "Questions that must be asked"),
        ("wrong", "Often taught wrong"),
    ] {
        writeln!(page, "\n## {title}").unwrap();
        page.push_str(COLUMNS);
        for (what, refs) in table[key].as_table().unwrap() {
            let row = row(pack, refs, &mut wrong);
            let is_empty = match key {
                "faults" => row.exercises.is_empty(),
                "questions" => row.questions.is_empty(),
                _ => row.questions.is_empty() || (row.steps.is_empty() && row.exercises.is_empty()),
            };
            if is_empty {
                wrong.push(format!("Nothing covers: {what}"));
            }
            line(&mut page, what, &row);
        }
    }
    page.push_str(&counts(pack));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let stored = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(stored == page, "{PAGE} is not what the pack holds now: run with UPDATE_DOCS=1");
}

/// What the pack holds altogether, lesson by lesson.
fn counts(pack: &Pack) -> String {
    let mut out = String::from(
        "\n## Lesson by lesson\n\n| lesson | minutes | steps | claims | exercises | questions |\n|---|---|---|---|---|---|\n",
    );
    let mut total = [0; 4];
    for lesson in &pack.lessons {
        let (mut n_claims, mut n_exercises, mut n_questions) = (0, 0, 0);
        for step in &lesson.steps {
            match &step.kind {
                StepKind::Flow(flow) => n_claims += flow.probes.len(),
                StepKind::Exercise(_) => n_exercises += 1,
                StepKind::Quiz { quiz } => {
                    n_questions += pack.quizzes.get(quiz).map_or(0, |quiz| quiz.questions.len());
                }
                StepKind::Text { .. } => {}
            }
        }
        let row = [lesson.steps.len(), n_claims, n_exercises, n_questions];
        total.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        let [steps, claims, exercises, questions] = row;
        writeln!(
            out,
            "| {} | {} | {steps} | {claims} | {exercises} | {questions} |",
            lesson.title, lesson.minutes
        )
        .unwrap();
    }
    let [steps, claims, exercises, questions] = total;
    writeln!(out, "| together | | {steps} | {claims} | {exercises} | {questions} |").unwrap();
    out
}

#[test]
fn every_lesson_takes_eight_to_twenty_minutes_sends_packets_and_ends_in_a_quiz() {
    for lesson in &content::builtin().lessons {
        assert!((8..=20).contains(&lesson.minutes), "{}: {} minutes", lesson.id, lesson.minutes);
        let has = |is: fn(&StepKind) -> bool| lesson.steps.iter().any(|step| is(&step.kind));
        assert!(has(|kind| matches!(kind, StepKind::Flow(_))), "{} has no flow", lesson.id);
        assert!(has(|kind| matches!(kind, StepKind::Exercise(_))), "{}: no exercise", lesson.id);
        let last = lesson.steps.last().map(|step| &step.kind);
        assert!(matches!(last, Some(StepKind::Quiz { .. })), "{} ends otherwise", lesson.id);
    }
}

#[test]
fn the_exercises_of_a_lesson_rise_in_difficulty() {
    for lesson in &content::builtin().lessons {
        let exercises: Vec<_> = lesson
            .steps
            .iter()
            .filter_map(|step| match &step.kind {
                StepKind::Exercise(exercise) => Some((exercise.difficulty, &step.id)),
                _ => None,
            })
            .collect();
        assert!(exercises.is_sorted_by_key(|(difficulty, _)| *difficulty), "{exercises:?}");
    }
}

/// A `text` block says commands or draws; what a command says comes from a `console` block.
#[test]
fn every_lesson_shows_what_commands_say_and_none_of_it_is_typed() {
    for lesson in &content::builtin().lessons {
        let bodies: Vec<&str> = lesson
            .steps
            .iter()
            .filter_map(|step| match &step.kind {
                StepKind::Text { body, .. } => Some(body.as_str()),
                _ => None,
            })
            .collect();
        assert!(bodies.iter().any(|b| b.contains("```console")), "{}: no console", lesson.id);
        for body in bodies {
            for block in body.split("```text").skip(1) {
                let block = block.split("```").next().unwrap_or_default();
                for told in ["NAME  ", "Name:  ", " created", "rror from server", "search "] {
                    assert!(!block.contains(told), "{} holds typed output: {block}", lesson.id);
                }
            }
        }
    }
}

#[test]
fn there_are_exercises_of_all_sorts_and_questions_of_every_kind() {
    let pack = content::builtin();
    let steps = pack.lessons.iter().flat_map(|lesson| &lesson.steps);
    let exercises: Vec<_> = steps
        .filter_map(|step| match &step.kind {
            StepKind::Exercise(exercise) => Some(exercise),
            _ => None,
        })
        .collect();
    assert!(exercises.len() >= 60, "{} exercises", exercises.len());
    let n_changes = exercises.iter().filter(|one| !one.existing.is_empty()).count();
    assert!(n_changes >= 10, "{n_changes} change something");
    let n_by_command = exercises.iter().filter(|one| !one.solution_commands.is_empty()).count();
    assert!(n_by_command >= 8, "{n_by_command} by command");
    let questions: Vec<_> = pack.quizzes.values().flat_map(|quiz| &quiz.questions).collect();
    assert!(questions.len() >= 250, "{} questions", questions.len());
    let kinds: HashSet<_> = questions.iter().map(|one| std::mem::discriminant(&one.kind)).collect();
    assert_eq!(kinds.len(), 8, "some kinds of question are not asked");
}

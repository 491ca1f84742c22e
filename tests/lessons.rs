//! What holds of the built-in pack's lessons and quizzes beyond their claims.

use portolan::content::{self, Lesson, Pack, QuestionKind, StepKind};
use std::collections::BTreeMap;

/// Words of a text and, apart from them, those of its blocks of code.
fn words(markdown: &str) -> (usize, usize) {
    let (mut text, mut code, mut in_code) = (0, 0, false);
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let has_letter = |word: &&str| word.chars().any(char::is_alphanumeric);
        let n = line.split_whitespace().filter(has_letter).count();
        if in_code { code += n } else { text += n }
    }
    (text, code)
}

/// Seconds that a question takes: to read, to answer, to read why.
fn question_takes(kind: &QuestionKind) -> f64 {
    match kind {
        QuestionKind::Single { .. }
        | QuestionKind::Multiple { .. }
        | QuestionKind::Short { .. } => 15.0,
        QuestionKind::Order { .. } | QuestionKind::Match { .. } | QuestionKind::Fix { .. } => 30.0,
        QuestionKind::Command(_) => 45.0,
        QuestionKind::Manifest(_) => 75.0,
    }
}

/// Minutes that a learner needs: 150 words a minute, code at half the attention, ten seconds
/// a packet, and for exercises what their difficulty says.
fn takes(pack: &Pack, lesson: &Lesson) -> f64 {
    let read = |markdown: &str| {
        let (text, code) = words(markdown);
        (text as f64 + code as f64 / 2.0) / 150.0
    };
    let step = |kind: &StepKind| match kind {
        StepKind::Text { body } => read(body),
        StepKind::Flow(flow) => flow.probes.len() as f64 / 6.0,
        StepKind::Exercise(exercise) => {
            let work = [1.0, 1.5, 2.5, 4.0, 6.0];
            read(&exercise.prompt)
                + read(&exercise.debrief)
                + work[usize::from(exercise.difficulty) - 1]
        }
        StepKind::Quiz { quiz } => {
            let questions = &pack.quizzes[quiz].questions;
            questions.iter().map(|q| question_takes(&q.kind)).sum::<f64>() / 60.0
        }
    };
    lesson.steps.iter().map(|s| step(&s.kind)).sum()
}

#[test]
fn a_lesson_takes_8_to_20_minutes_and_says_how_many() {
    let pack = content::builtin();
    let wrong: Vec<String> = pack
        .lessons
        .iter()
        .map(|lesson| (lesson, takes(pack, lesson)))
        .filter(|(lesson, takes)| {
            !(8..=20).contains(&lesson.minutes) || (takes - f64::from(lesson.minutes)).abs() > 1.0
        })
        .map(|(lesson, takes)| format!("{}: {}, takes {takes:.1}", lesson.id, lesson.minutes))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

/// A release, a year or a sum of money, but for a Pod's image or a command.
fn is_fact(line: &str) -> bool {
    let after = |mark: &str| line.split(mark).nth(1).and_then(|rest| rest.chars().next());
    let release =
        after("since 1.").or(after("since Kubernetes 1.")).or(after("before Kubernetes 1."));
    release.is_some_and(|c| c.is_ascii_digit())
        || line.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && n.starts_with("202"))
        || line.contains("dollars")
}

#[test]
fn a_fact_that_no_test_can_hold_has_its_source_and_date_on_the_same_page() {
    let mut wrong = Vec::new();
    for lesson in &content::builtin().lessons {
        for step in &lesson.steps {
            let StepKind::Text { body } = &step.kind else { continue };
            let fact = body.lines().find(|line| is_fact(line));
            let words: Vec<&str> = body.split_whitespace().collect();
            let dated = words.join(" ").contains("as of November 2026: ")
                || body.contains("an example of November 2026");
            if let Some(fact) = fact.filter(|_| !dated) {
                wrong.push(format!("{}/{}: {fact}", lesson.id, step.id));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_question_is_asked_twice_and_the_right_answer_is_seldom_the_longest() {
    let pack = content::builtin();
    let mut asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut n_single, mut n_longest) = (0, 0);
    for quiz in pack.quizzes.values() {
        for question in &quiz.questions {
            let name = format!("{}/{}", quiz.id, question.id);
            asked.entry(&question.ask).or_default().push(name);
            let QuestionKind::Single { options } = &question.kind else { continue };
            let longest = options.iter().map(|option| option.text.len()).max();
            n_single += 1;
            n_longest +=
                usize::from(options.iter().any(|o| o.right && Some(o.text.len()) == longest));
        }
    }
    asked.retain(|_, names| names.len() > 1);
    assert_eq!(asked, BTreeMap::new());
    // Of four options each would be the longest one time in four.
    assert!(n_longest * 3 < n_single, "{n_longest} of {n_single}");
}

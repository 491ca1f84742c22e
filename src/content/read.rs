//! From a file's tree to the pack's model. Whatever is wrong was told by the walk: here
//! it only makes its step, question or goal fall out (`None`).

use super::forms;
use super::model::{
    AcceptMutant, AnswerOption, Exercise, Expect, FieldGoal, FieldTest, FileGoal, FileTest, Flow,
    Goal, GoalKind, Hint, Item, Lesson, NameGoal, Pack, Pair, Probe, Question, QuestionKind, Quiz,
    Step, StepKind, Task, Unbroken,
};
use super::walk::{number, whole};
use crate::dns::RecordType;
use crate::trace::Outcome;
use serde_json::{Number, Value};
use toml::de::{DeTable, DeValue};

type Tree<'t> = DeTable<'t>;

pub(super) fn get<'t>(table: &'t Tree<'_>, key: &str) -> Option<&'t DeValue<'t>> {
    table.get(key).map(|value| value.get_ref())
}

/// A text that must be there.
pub(super) fn must(table: &Tree<'_>, key: &str) -> Option<String> {
    get(table, key)?.as_str().map(str::to_owned)
}

/// A text, empty where there is none.
pub(super) fn may(table: &Tree<'_>, key: &str) -> String {
    must(table, key).unwrap_or_default()
}

fn int<N: TryFrom<i64>>(table: &Tree<'_>, key: &str, default: N) -> N {
    get(table, key).and_then(whole).and_then(|n| n.try_into().ok()).unwrap_or(default)
}

fn sub<'t>(table: &'t Tree<'_>, key: &str) -> Option<&'t Tree<'t>> {
    get(table, key)?.as_table()
}

/// The entries of a list, those that `read` can't read left out.
pub(super) fn some<T>(
    table: &Tree<'_>,
    key: &str,
    read: impl Fn(&DeValue<'_>) -> Option<T>,
) -> Vec<T> {
    let list = get(table, key).and_then(DeValue::as_array);
    list.map_or_else(Vec::new, |list| list.iter().filter_map(|v| read(v.get_ref())).collect())
}

/// The entries of a list that is right only as a whole.
fn all<T>(table: &Tree<'_>, key: &str, read: impl Fn(&DeValue<'_>) -> Option<T>) -> Option<Vec<T>> {
    match get(table, key) {
        None => Some(Vec::new()),
        Some(list) => list.as_array()?.iter().map(|value| read(value.get_ref())).collect(),
    }
}

pub(super) fn string(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn of_table<T>(read: impl Fn(&Tree<'_>) -> Option<T>) -> impl Fn(&DeValue<'_>) -> Option<T> {
    move |value| read(value.as_table()?)
}

/// pack.toml; its lessons are ids still.
pub(super) fn pack(table: &Tree<'_>) -> Option<(Pack, Vec<String>)> {
    let pack = Pack {
        id: must(table, "id")?,
        version: may(table, "version"),
        title: must(table, "title")?,
        kubernetes: may(table, "kubernetes"),
        languages: some(table, "languages", string),
        authors: some(table, "authors", string),
        licence: may(table, "licence"),
        needs: some(table, "needs", string),
        ..Pack::default()
    };
    Some((pack, some(table, "lessons", string)))
}

/// A lesson; none without id, title or a whole step.
pub(super) fn lesson(table: &Tree<'_>) -> Option<Lesson> {
    let world: String = may(table, "world");
    let mut steps = some(table, "steps", of_table(step));
    if steps.is_empty() {
        return None;
    }
    for step in steps.iter_mut().filter(|step| step.world.is_empty()) {
        step.world.clone_from(&world);
    }
    Some(Lesson {
        id: must(table, "id")?,
        title: must(table, "title")?,
        competency: may(table, "competency"),
        needs: some(table, "needs", string),
        minutes: int(table, "minutes", 10),
        world,
        steps,
    })
}

/// Ids of the steps, those included that could not be read.
pub(super) fn step_ids(table: &Tree<'_>) -> Vec<String> {
    some(table, "steps", of_table(|step| must(step, "id")))
}

fn step(table: &Tree<'_>) -> Option<Step> {
    let id = must(table, "id")?;
    let kind = if let Some(text) = sub(table, "text") {
        StepKind::Text { body: must(text, "body")? }
    } else if let Some(flow) = sub(table, "flow") {
        let probes = all(flow, "probes", of_table(probe))?;
        if probes.is_empty() {
            return None;
        }
        StepKind::Flow(Flow { manifest: may(flow, "manifest"), probes })
    } else if let Some(task) = sub(table, "exercise") {
        StepKind::Exercise(Box::new(exercise(task)?))
    } else {
        StepKind::Quiz { quiz: must(sub(table, "quiz")?, "quiz")? }
    };
    let title = must(table, "title").unwrap_or_else(|| title_of(&id));
    Some(Step { id, title, world: may(table, "world"), kind })
}

/// `any-node` → `Any node`.
fn title_of(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

fn probe(table: &Tree<'_>) -> Option<Probe> {
    let (from, to) = (must(table, "from")?, must(table, "to")?);
    // What is no client or target can't be sent, and was told.
    forms::client(&from).and_then(|()| forms::target(&to)).ok()?;
    Some(Probe { from, to, say: may(table, "say"), expect: expect(sub(table, "expect")?)? })
}

fn expect(table: &Tree<'_>) -> Option<Expect> {
    fn set<T>(
        table: &Tree<'_>,
        key: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        if table.contains_key(key) { all(table, key, read).map(Some) } else { Some(None) }
    }
    Some(Expect {
        outcomes: set(table, "outcomes", |value| match value.as_str()? {
            "ok" => Some(Outcome::Ok),
            "refused" => Some(Outcome::Refused),
            "timeout" => Some(Outcome::Timeout),
            "unresolved" => Some(Outcome::Unresolved),
            _ => None,
        })?,
        pods: set(table, "pods", string)?,
        sources: set(table, "sources", string)?,
        pod_ports: set(table, "pod_ports", |value| whole(value)?.try_into().ok())?,
        reasons: set(table, "reasons", string)?,
    })
}

fn exercise(table: &Tree<'_>) -> Option<Exercise> {
    let goals = goals(table)?;
    if goals.is_empty() {
        return None;
    }
    Some(Exercise {
        difficulty: int(table, "difficulty", 1),
        prompt: must(table, "prompt")?,
        existing: may(table, "existing"),
        starter: may(table, "starter"),
        solution: may(table, "solution"),
        solution_commands: may(table, "solution_commands"),
        other_solutions: some(table, "other_solutions", string),
        hints: some(
            table,
            "hints",
            of_table(|hint| {
                let cost = get(hint, "cost").and_then(number).unwrap_or(0.0).clamp(0.0, 1.0);
                Some(Hint { text: must(hint, "text")?, cost })
            }),
        ),
        debrief: may(table, "debrief"),
        accept_mutants: some(
            table,
            "accept_mutants",
            of_table(|mutant| {
                Some(AcceptMutant {
                    change: must(mutant, "change")?,
                    because: may(mutant, "because"),
                })
            }),
        ),
        goals,
    })
}

/// Goals, those without an id counted from 1.
fn goals(table: &Tree<'_>) -> Option<Vec<Goal>> {
    let mut goals = all(table, "goals", of_table(goal))?;
    for (idx, goal) in goals.iter_mut().enumerate() {
        if goal.id.is_empty() {
            goal.id = format!("goal-{}", idx + 1);
        }
    }
    Some(goals)
}

fn goal(table: &Tree<'_>) -> Option<Goal> {
    let kind = if let Some(packet) = sub(table, "probe") {
        GoalKind::Probe(probe(packet)?)
    } else if let Some(field) = sub(table, "field") {
        GoalKind::Field(FieldGoal {
            of: must(field, "of")?,
            path: must(field, "path")?,
            test: field_test(field)?,
        })
    } else if let Some(name) = sub(table, "name") {
        GoalKind::Name(NameGoal {
            ask: must(name, "ask")?,
            from: must(name, "from")?,
            record_type: match must(name, "type") {
                Some(text) => text.parse().ok()?,
                None => RecordType::A,
            },
            expect: all(name, "expect", string)?,
        })
    } else if let Some(unbroken) = sub(table, "unbroken") {
        let packet = |table: &Tree<'_>| Some((must(table, "from")?, must(table, "to")?));
        GoalKind::Unbroken(Unbroken {
            except: all(unbroken, "except", string)?,
            probes: all(unbroken, "probes", of_table(packet))?,
        })
    } else if let Some(file) = sub(table, "file") {
        GoalKind::File(FileGoal { name: must(file, "name")?, test: file_test(file)? })
    } else if table.contains_key("gone") {
        GoalKind::Gone(must(table, "gone")?)
    } else {
        GoalKind::Object(must(table, "object")?)
    };
    Some(Goal {
        id: may(table, "id"),
        say: must(table, "say")?,
        points: int(table, "points", 1).max(1),
        partial: get(table, "partial").and_then(DeValue::as_bool).unwrap_or(false),
        kind,
    })
}

fn field_test(table: &Tree<'_>) -> Option<FieldTest> {
    Some(if let Some(value) = get(table, "equals") {
        FieldTest::Equals(json(value)?)
    } else if table.contains_key("one_of") {
        FieldTest::OneOf(all(table, "one_of", json)?)
    } else if table.contains_key("absent") {
        FieldTest::Absent
    } else if table.contains_key("exists") {
        FieldTest::Exists
    } else if let Some(pattern) = get(table, "matches") {
        FieldTest::Matches(string(pattern)?)
    } else {
        FieldTest::Count(whole(get(table, "count")?)?.try_into().ok()?)
    })
}

fn file_test(table: &Tree<'_>) -> Option<FileTest> {
    let list = |key: &str| all(table, key, string);
    Some(if let Some(text) = must(table, "equals") {
        FileTest::Equals(text)
    } else if table.contains_key("one_of") {
        FileTest::OneOf(list("one_of")?)
    } else if let Some(pattern) = must(table, "matches") {
        FileTest::Matches(pattern)
    } else if table.contains_key("contains") {
        FileTest::Contains(list("contains")?)
    } else if table.contains_key("lines") {
        FileTest::Lines(list("lines")?)
    } else {
        FileTest::Exists
    })
}

fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(_) => Value::from(whole(value)?),
        DeValue::Float(_) => Value::Number(Number::from_f64(number(value)?)?),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(_) => return None,
        DeValue::Array(entries) => {
            Value::Array(entries.iter().map(|v| json(v.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => Value::Object(
            table
                .iter()
                .map(|(key, v)| Some((key.get_ref().to_string(), json(v.get_ref())?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// A quiz; none without id, title or a whole question.
pub(super) fn quiz(table: &Tree<'_>) -> Option<Quiz> {
    let questions = some(table, "questions", of_table(question));
    if questions.is_empty() {
        return None;
    }
    Some(Quiz { id: must(table, "id")?, title: must(table, "title")?, questions })
}

fn question(table: &Tree<'_>) -> Option<Question> {
    Some(Question {
        id: must(table, "id")?,
        competency: may(table, "competency"),
        difficulty: int(table, "difficulty", 1),
        ask: must(table, "ask")?,
        see: may(table, "see"),
        kind: question_kind(table)?,
    })
}

fn question_kind(table: &Tree<'_>) -> Option<QuestionKind> {
    let because = |table: &Tree<'_>| may(table, "because");
    let options = |table: &Tree<'_>| {
        all(
            table,
            "options",
            of_table(|option| {
                Some(AnswerOption {
                    text: must(option, "text")?,
                    right: get(option, "right").and_then(DeValue::as_bool).unwrap_or(false),
                    because: because(option),
                })
            }),
        )
        // A choice that no answer can get right is no question.
        .filter(|options| options.iter().any(|option| option.right))
    };
    if let Some(kind) = sub(table, "single") {
        return Some(QuestionKind::Single { options: options(kind)? });
    }
    if let Some(kind) = sub(table, "multiple") {
        return Some(QuestionKind::Multiple { options: options(kind)? });
    }
    if let Some(kind) = sub(table, "short") {
        return Some(QuestionKind::Short {
            accept: all(kind, "accept", string)?,
            pattern: may(kind, "pattern"),
            because: because(kind),
        });
    }
    if let Some(kind) = sub(table, "order") {
        let items = all(
            kind,
            "items",
            of_table(|item| Some(Item { text: must(item, "text")?, because: because(item) })),
        )?;
        return Some(QuestionKind::Order { items });
    }
    if let Some(kind) = sub(table, "match") {
        let pairs = all(
            kind,
            "pairs",
            of_table(|pair| {
                Some(Pair {
                    left: must(pair, "left")?,
                    right: must(pair, "right")?,
                    because: because(pair),
                })
            }),
        )?;
        return Some(QuestionKind::Match { pairs });
    }
    if let Some(kind) = sub(table, "fix") {
        return Some(QuestionKind::Fix {
            manifest: must(kind, "manifest")?,
            line: int(kind, "line", 1),
            because: because(kind),
        });
    }
    if let Some(kind) = sub(table, "command") {
        return Some(QuestionKind::Command(task(kind)?));
    }
    Some(QuestionKind::Manifest(task(sub(table, "manifest")?)?))
}

fn task(table: &Tree<'_>) -> Option<Task> {
    Some(Task {
        world: may(table, "world"),
        existing: may(table, "existing"),
        starter: may(table, "starter"),
        solution: must(table, "solution")?,
        goals: goals(table)?,
        because: may(table, "because"),
    })
}

//! From a pack's files to the pack, and everything that is wrong with them at once.

mod names;

use super::model::{Lesson, Pack, Quiz};
use super::problem::PackProblem;
use super::read;
use super::reference::{self, Guide, Term};
use super::schema::{GLOSSARY, GUIDE, LESSON, PACK, QUIZ, Table, is_id};
use super::walk::{Found, span};
use crate::source::{LineIndex, Position, Span};
use names::Names;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use toml::de::{DeTable, DeValue};

/// The files right in a pack's folder.
pub const ROOT_FILES: [&str; 3] = ["pack.toml", "glossary.toml", "guide.toml"];

/// Bytes of a file at most.
pub const MAX_FILE: usize = 1024 * 1024;

/// A pack's files: path from the pack's folder (`lessons/nodeport.toml`, with `/` on every
/// platform) → bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A file that is to be read, apart from all others: in any order, in any thread.
#[derive(Clone, Copy)]
pub struct Unread<'f> {
    path: &'f str,
    text: &'f str,
    schema: &'static Table,
}

impl<'f> Unread<'f> {
    /// Reads it.
    #[must_use]
    pub fn read(self) -> Walked<'f> {
        walk(self.path, self.text, self.schema)
    }
}

/// A file that was read. Its tree is gone: those of all files at once would take many times
/// the room of the pack.
pub struct Walked<'f> {
    path: &'f str,
    found: Found<'f>,
    /// Its id as written, and where.
    id: Option<(String, Span)>,
    part: Part,
}

/// What a file gives.
enum Part {
    Nothing,
    /// pack.toml, and the ids of its lessons.
    Pack(Box<Pack>, Vec<String>),
    /// A lesson where it can be read, and the ids of all its steps.
    Lesson(Option<Box<Lesson>>, Vec<String>),
    Quiz(Box<Quiz>),
    Terms(Vec<Term>),
    Guide(Box<Guide>),
}

/// Reads a pack from its files.
///
/// Gives the pack as far as it can be read, and all problems of all files in the order of
/// files and lines. There is no pack without a pack.toml with id and title. A step or
/// question that can't be read is left out, and so is a lesson or quiz without any.
/// Files outside pack.toml, glossary.toml, guide.toml, `lessons/`, `quizzes/` and `worlds/` are not looked at.
#[must_use]
pub fn load(files: &Files) -> (Option<Pack>, Vec<PackProblem>) {
    load_by(files, |unread| unread.into_iter().map(Unread::read).collect())
}

/// As [`load`]; `read_all` reads the files, in the order in which they are given.
#[must_use]
pub fn load_by(
    files: &Files,
    read_all: for<'t> fn(Vec<Unread<'t>>) -> Vec<Walked<'t>>,
) -> (Option<Pack>, Vec<PackProblem>) {
    let mut problems = Vec::new();
    let mut texts: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for (path, bytes) in files {
        if belongs(path, &mut problems) {
            match text_of(path, bytes) {
                Ok(text) => {
                    texts.insert(path, text);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    if !files.contains_key("pack.toml") {
        problems.push(PackProblem::of_file(
            "pack.toml",
            "The pack has no pack.toml.",
            "Make one with format, id, version, title and lessons.",
        ));
    }
    let unread = texts.iter().filter_map(|(path, text)| {
        Some(Unread { path, text: text.as_ref(), schema: schema_of(path)? })
    });
    let mut walked = read_all(unread.collect());
    let names = Names::of(files, &mut walked);
    for file in &mut walked {
        names.check(file);
    }
    let mut parts = Vec::with_capacity(walked.len());
    for file in walked {
        problems.extend(file.found.problems.finish(file.path, file.found.text));
        parts.push((file.path, file.part));
    }
    crate::source::sort::sort_by(&mut problems, Ord::cmp);
    (assemble(parts, &texts), problems)
}

/// Where the step (of a lesson's file), question (of a quiz's) or advice (of the guide's) of
/// that id is: its id's
/// value. For telling of what only running it shows.
/// `part` leads on from there by keys and indexes with `/` between (`flow/probes/1/expect`),
/// as far as it can be followed: the place is then that of the last one.
#[must_use]
pub fn place_of_part(file: &[u8], id: &str, part: &str) -> Option<Position> {
    let text = std::str::from_utf8(file).ok()?;
    let (tree, _) = DeTable::parse_recoverable(text);
    let lists =
        ["steps", "questions", "advice"].into_iter().filter_map(|key| tree.get_ref().get(key));
    let entries = lists.filter_map(|list| list.get_ref().as_array()).flat_map(|list| list.iter());
    let (entry, id) = entries
        .filter_map(|entry| {
            let table = entry.get_ref().as_table()?;
            Some((table, table.get("id")?))
        })
        .find(|(_, value)| value.get_ref().as_str() == Some(id))?;
    let mut at = id.span();
    let mut value: Option<&DeValue<'_>> = None;
    for step in part.split('/').filter(|step| !step.is_empty()) {
        let next = match value {
            None => entry.get(step),
            Some(DeValue::Table(table)) => table.get(step),
            Some(DeValue::Array(list)) => step.parse::<usize>().ok().and_then(|n| list.get(n)),
            Some(_) => None,
        };
        let Some(next) = next else { break };
        at = next.span();
        value = Some(next.get_ref());
    }
    Some(LineIndex::new(text).position(text, at.start))
}

/// Where the value of a key of the file's root is.
#[must_use]
pub fn place_of_key(file: &[u8], key: &str) -> Option<Position> {
    let text = std::str::from_utf8(file).ok()?;
    let (tree, _) = DeTable::parse_recoverable(text);
    let value = tree.get_ref().get(key)?;
    Some(LineIndex::new(text).position(text, value.span().start))
}

fn schema_of(path: &str) -> Option<&'static Table> {
    match path.split_once('/') {
        None if path == "pack.toml" => Some(&PACK),
        None if path == "glossary.toml" => Some(&GLOSSARY),
        None if path == "guide.toml" => Some(&GUIDE),
        Some(("lessons", _)) => Some(&LESSON),
        Some(("quizzes", _)) => Some(&QUIZ),
        _ => None,
    }
}

/// The name of a file of `folder` without its ending: `lessons/nodeport.toml` → `nodeport`.
fn stem<'p>(path: &'p str, folder: &str, ending: &str) -> Option<&'p str> {
    path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(ending)
}

/// Is `path` one of the pack's files? Tells of strays in its folders.
fn belongs(path: &str, problems: &mut Vec<PackProblem>) -> bool {
    let Some((folder, _)) = path.split_once('/') else { return ROOT_FILES.contains(&path) };
    let ending = match folder {
        "lessons" | "quizzes" => ".toml",
        "worlds" => ".yaml",
        _ => return false,
    };
    match stem(path, folder, ending) {
        Some(name) if is_id(name) => true,
        Some(name) if !name.contains('/') => {
            problems.push(PackProblem::of_file(
                path,
                "The file's name is no id.",
                "Name it with words of small letters and digits joined by `-`, at most 64 \
                 characters.",
            ));
            false
        }
        _ => {
            problems.push(PackProblem::of_file(
                path,
                format!("This file does not belong in {folder}/."),
                format!("Only files called NAME{ending} do; move or remove it."),
            ));
            false
        }
    }
}

fn text_of<'f>(path: &str, bytes: &'f [u8]) -> Result<Cow<'f, str>, PackProblem> {
    if bytes.len() > MAX_FILE {
        return Err(PackProblem::of_file(
            path,
            format!("The file has more than {MAX_FILE} bytes."),
            "Split it.",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        PackProblem {
            line,
            column: 1,
            ..PackProblem::of_file(
                path,
                "The line is not UTF-8 text.",
                "Save the file as UTF-8; a binary file does not belong here.",
            )
        }
    })?;
    if text.trim().is_empty() {
        return Err(PackProblem::of_file(path, "The file is empty.", "Write it or remove it."));
    }
    // A file written on Windows says the same as any other.
    if text.contains("\r\n") {
        return Ok(Cow::Owned(text.replace("\r\n", "\n")));
    }
    Ok(Cow::Borrowed(text))
}

fn walk<'f>(path: &'f str, text: &'f str, schema: &'static Table) -> Walked<'f> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut found = Found::walk(text, schema, tree.get_ref(), !errors.is_empty());
    for error in errors {
        let at = error.span().map_or(Span::at(0), span);
        let message = error.message();
        found.add(at, format!("This is not TOML: {message}."), remedy_for_toml(message));
    }
    let tree = tree.get_ref();
    let id = tree.get("id").and_then(|id| {
        Some((id.get_ref().as_str()?.to_owned(), Span::new(id.span().start, id.span().end)))
    });
    Walked { path, found, id, part: part_of(path, tree) }
}

/// What authors mostly did where TOML's reader says so.
fn remedy_for_toml(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "Give each key once; a table that comes again is a list: `[[steps]]`, in double brackets."
    } else if message.contains("expected `=`") {
        "Write `key = value`. If this is a line of a text, the text above it ends too early or \
         begins too late: look for its `'''` or `\"\"\"`."
    } else if message.starts_with("invalid")
        && (message.contains("basic string") || message.contains("literal string"))
    {
        "End the text with the mark that it begins with; one of several lines stands between `'''`."
    } else if message.contains("missing value") || message.contains("string values must be quoted")
    {
        "Put texts in quotes: \"…\"."
    } else if message.contains("unclosed array table") {
        "The head of a list's entry stands in double brackets: `[[steps]]`."
    } else if message.contains("unclosed array") {
        "Close the list with `]`."
    } else if message.contains("unclosed inline table") {
        "Close the table with `}`, on its own line or on this one."
    } else if message.contains("recurs") {
        "No pack needs so much depth: write it flat."
    } else if message.contains("comment character") {
        "Take out what can't be seen: a control character."
    } else {
        "A line is `key = value`, `[table]` or `[[list]]`; texts stand in quotes."
    }
}

/// Reads a pack of which it is known that nothing is wrong with it: in half the time.
pub(super) fn load_sound(files: &[(Cow<'_, str>, &str)]) -> Option<Pack> {
    let texts: BTreeMap<&str, Cow<'_, str>> =
        files.iter().map(|(path, text)| (&**path, Cow::Borrowed(*text))).collect();
    let parts = texts
        .iter()
        .filter(|(path, _)| schema_of(path).is_some())
        .map(|(path, text)| {
            let (tree, _) = DeTable::parse_recoverable(text);
            (*path, part_of(path, tree.get_ref()))
        })
        .collect();
    assemble(parts, &texts)
}

fn part_of(path: &str, tree: &DeTable<'_>) -> Part {
    let part = match path.split_once('/') {
        None if path == "glossary.toml" => Some(Part::Terms(reference::terms(tree))),
        None if path == "guide.toml" => {
            reference::guide(tree).map(|guide| Part::Guide(Box::new(guide)))
        }
        None => read::pack(tree).map(|(pack, order)| Part::Pack(Box::new(pack), order)),
        Some(("lessons", _)) => {
            Some(Part::Lesson(read::lesson(tree).map(Box::new), read::step_ids(tree)))
        }
        Some(_) => read::quiz(tree).map(|quiz| Part::Quiz(Box::new(quiz))),
    };
    part.unwrap_or(Part::Nothing)
}

fn assemble(parts: Vec<(&str, Part)>, texts: &BTreeMap<&str, Cow<'_, str>>) -> Option<Pack> {
    let mut found = None;
    let mut terms = Vec::new();
    let mut guide = None;
    let mut lessons: HashMap<&str, Lesson> = HashMap::new();
    let mut quizzes: BTreeMap<String, Quiz> = BTreeMap::new();
    for (path, part) in parts {
        // What calls itself otherwise than its file is not what a reference means.
        let name = path.split_once('/').and_then(|(_, name)| name.strip_suffix(".toml"));
        let name = name.unwrap_or("");
        match part {
            Part::Pack(pack, order) => found = Some((pack, order)),
            Part::Terms(list) => terms = list,
            Part::Guide(read) => guide = Some(*read),
            Part::Lesson(Some(lesson), _) if lesson.id == name => {
                lessons.insert(name, *lesson);
            }
            Part::Quiz(quiz) if quiz.id == name => {
                quizzes.insert(quiz.id.clone(), *quiz);
            }
            _ => {}
        }
    }
    let (mut pack, order) = found?;
    pack.lessons = order.iter().filter_map(|id| lessons.remove(id.as_str())).collect();
    pack.quizzes = quizzes;
    pack.terms = terms;
    pack.guide = guide;
    for (path, text) in texts {
        if let Some(name) = stem(path, "worlds", ".yaml") {
            pack.worlds.insert(name.to_owned(), text.to_string());
        }
    }
    Some(*pack)
}

//! Walks a file's tree along its declared schema and tells everything that is wrong.

use super::problem::Problems;
use super::schema::{FORMAT, Field, Form, Kind, Table, Text, To, is_id};
use crate::source::{Span, clean_line};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// An id that must exist elsewhere in the pack.
pub struct Reference {
    /// What it refers to.
    pub to: To,
    /// The id as written.
    pub id: String,
    /// Where it is written.
    pub span: Span,
}

/// What a value is called: made a text only where something is wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Label<'l> {
    /// The value of a key.
    Key(&'l str),
    /// An entry of the list that a key has, from 1.
    Entry(usize, &'l str),
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => f.write_str(&quoted(name)),
            Self::Entry(n, name) => write!(f, "Entry {n} of {}", quoted(name)),
        }
    }
}

/// What a walk found in one file.
pub struct Found<'a> {
    /// The file's text.
    pub text: &'a str,
    /// What is wrong.
    pub problems: Problems,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// The text is not TOML: what seems to be missing may stand in the broken part.
    broken: bool,
}

impl<'a> Found<'a> {
    /// Walks `root`, read from `text`; `broken` where the text is no proper TOML.
    pub(super) fn walk(text: &'a str, schema: &Table, root: &DeTable<'_>, broken: bool) -> Self {
        let mut found = Self { text, problems: Problems::new(), references: Vec::new(), broken };
        found.table(schema, root, Span::at(0));
        found
    }

    /// Is the text no proper TOML?
    pub(super) const fn is_broken(&self) -> bool {
        self.broken
    }

    /// Adds a problem.
    pub fn add(&mut self, span: Span, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.add(span, message, remedy);
    }

    fn table(&mut self, schema: &Table, table: &DeTable<'_>, place: Span) {
        let n_before = self.problems.len();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if let Some(field) = schema.fields.iter().find(|field| field.name == name) {
                self.value(&field.kind, field, Label::Key(name), value);
            } else {
                self.add(
                    span(key.span()),
                    format!("{} is not a key of {}.", quoted(name), schema.name),
                    did_you_mean(name, schema.fields.iter().map(|field| field.name)),
                );
            }
        }
        if !self.broken {
            for field in schema.fields.iter().filter(|field| field.required) {
                if !table.contains_key(field.name) {
                    self.add(
                        place,
                        format!("{} has no `{}`.", capital(schema.name), field.name),
                        format!("Add it. {}", field.doc),
                    );
                }
            }
        }
        self.exactly_one(schema, table, place);
        if self.problems.len() == n_before
            && !self.broken
            && let Some(check) = schema.check
        {
            check(table, place, self);
        }
    }

    fn exactly_one(&mut self, schema: &Table, table: &DeTable<'_>, place: Span) {
        if schema.exactly_one.is_empty() {
            return;
        }
        let given: Vec<_> = schema
            .exactly_one
            .iter()
            .filter_map(|name| Some((*name, table.get_key_value(*name)?.0.span())))
            .collect();
        let remedy = || format!("Give it exactly one of {}.", schema.exactly_one.join(", "));
        match given.as_slice() {
            [] if !self.broken => {
                self.add(place, format!("{} is of no kind.", capital(schema.name)), remedy());
            }
            [_, (_, second), ..] => {
                let names: Vec<_> = given.iter().map(|(name, _)| quoted(name)).collect();
                self.add(
                    span(second.clone()),
                    format!(
                        "{} is of {} kinds: {}.",
                        capital(schema.name),
                        given.len(),
                        names.join(", ")
                    ),
                    remedy(),
                );
            }
            _ => {}
        }
    }

    fn value(
        &mut self,
        kind: &Kind,
        field: &Field,
        label: Label<'_>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let at = span(value.span());
        match (kind, value.get_ref()) {
            (Kind::Format, DeValue::Integer(_)) => match whole(value.get_ref()) {
                Some(FORMAT) => {}
                Some(newer) if newer > FORMAT => self.add(
                    at,
                    format!(
                        "Format {newer} is newer than this Portolan, which reads format {FORMAT}."
                    ),
                    "Use a newer Portolan.",
                ),
                _ => {
                    self.add(at, "There is no such format.", format!("Write `format = {FORMAT}`."))
                }
            },
            (Kind::Id, DeValue::String(id)) => self.id(label, id, at),
            (Kind::Text(rule), DeValue::String(text)) => self.text(rule, label, text, at),
            (Kind::Form(form), DeValue::String(text)) => self.form(form, label, text, at),
            (Kind::Reference(to), DeValue::String(id)) => {
                if self.controls(label, id, at) {
                    self.references.push(Reference { to: *to, id: id.to_string(), span: at });
                }
            }
            (Kind::Whole { min, max }, DeValue::Integer(_)) => {
                if whole(value.get_ref()).is_none_or(|n| n < *min || n > *max) {
                    self.unbounded(kind, label, value, at);
                }
            }
            (Kind::Number { min, max }, DeValue::Integer(_) | DeValue::Float(_)) => {
                if number(value.get_ref()).is_none_or(|n| !(*min..=*max).contains(&n)) {
                    self.unbounded(kind, label, value, at);
                }
            }
            (Kind::Flag, DeValue::Boolean(_)) => {}
            (Kind::Word(words), DeValue::String(word)) => {
                if !words.contains(&word.as_ref()) {
                    self.add(
                        at,
                        format!("{label} can't be {}.", shown(word)),
                        did_you_mean(word, words.iter().copied()),
                    );
                }
            }
            (Kind::List { of, min, max }, DeValue::Array(entries)) => {
                self.list(of, (*min, *max), field, entries, at);
            }
            (Kind::Table(schema), DeValue::Table(table)) => self.table(schema, table, at),
            (Kind::Value, value) => self.json(label, value, at),
            // `[[steps]` is read as `[steps]`: what is broken there is told already.
            (Kind::List { .. }, DeValue::Table(_)) if self.broken => {}
            (kind, value) => {
                self.add(
                    at,
                    format!("{label} must be {}, and is {}.", wanted(kind), type_of(value)),
                    remedy_for_type(kind, value, field),
                );
            }
        }
    }

    fn list(
        &mut self,
        of: &Kind,
        (min, max): (usize, usize),
        field: &Field,
        entries: &DeArray<'_>,
        at: Span,
    ) {
        let label = Label::Key(field.name);
        if entries.len() < min {
            let n = if entries.is_empty() { "is empty" } else { "has too few entries" };
            self.add(at, format!("{label} {n}."), format!("Give at least {min}."));
        } else if entries.len() > max {
            self.add(
                at,
                format!("{label} has {} entries.", entries.len()),
                format!("Give at most {max}."),
            );
        }
        for (idx, entry) in entries.iter().enumerate() {
            self.value(of, field, Label::Entry(idx + 1, field.name), entry);
        }
        // Ids are unique among their siblings, and so is what is listed by name.
        let mut seen = HashSet::new();
        for entry in entries.iter() {
            let name = match (of, entry.get_ref()) {
                (Kind::Table(schema), DeValue::Table(table)) => schema
                    .fields
                    .iter()
                    .find(|field| matches!(field.kind, Kind::Id))
                    .and_then(|field| table.get(field.name)),
                (Kind::Id | Kind::Reference(_) | Kind::Word(_), _) => Some(entry),
                _ => None,
            };
            if let Some(name) = name
                && let DeValue::String(text) = name.get_ref()
                && !seen.insert(text.as_ref())
            {
                self.add(
                    span(name.span()),
                    format!("{} stands twice in {label}.", shown(text)),
                    if matches!(of, Kind::Table(_)) {
                        "Give each its own id."
                    } else {
                        "Take one out."
                    },
                );
            }
        }
    }

    fn id(&mut self, label: Label<'_>, id: &str, at: Span) {
        if !is_id(id) {
            self.add(
                at,
                format!("{label} is {}, which is no id.", shown(id)),
                "An id is words of small letters and digits joined by `-`, at most 64 characters.",
            );
        }
    }

    fn form(&mut self, form: &Form, label: Label<'_>, text: &str, at: Span) {
        if !self.controls(label, text, at) {
            return;
        }
        if text.len() > 1_000 {
            self.add(at, format!("{label} is {} bytes long.", text.len()), "Give at most 1000.");
        } else if let Err(why) = (form.test)(text) {
            let why = if why.is_empty() { String::new() } else { format!(" {why}") };
            self.add(
                at,
                format!("{label} is {}, which is not {}.{why}", shown(text), form.name),
                format!("Write it like `{}`.", form.example),
            );
        }
    }

    fn text(&mut self, rule: &Text, label: Label<'_>, text: &str, at: Span) {
        if text.len() > rule.max {
            self.add(
                at,
                format!("{label} is {} bytes long.", text.len()),
                format!("Give at most {}.", rule.max),
            );
        } else if text.trim().is_empty() && !rule.empty {
            self.add(
                at,
                format!("{label} is empty."),
                "Write something there, or take the key out.",
            );
        } else if !rule.lines && text.trim_end().contains('\n') {
            self.add(at, format!("{label} has several lines."), "Write it on one line.");
        } else if self.controls(label, text, at) && rule.columns > 0 {
            super::markdown::check(self, label, text, at, rule.columns);
        }
    }

    /// Where a line of the text `text` stands in the file; the text's start where it is
    /// written with escapes. `offset` is where the line begins in the text.
    pub(super) fn place_of_line(&self, text: &str, offset: usize, line: &str, at: Span) -> Span {
        // The same line may stand there several times: the text before it tells which.
        let before = text.get(..offset).unwrap_or("");
        let n_same = before.lines().filter(|other| *other == line).count();
        let source = at.of(self.text);
        let mut start = 0;
        let mut seen = 0;
        for candidate in source.split_inclusive('\n') {
            let bare = candidate.trim_end_matches(['\n', '\r']);
            let of_text = bare.trim_start_matches(['"', '\'']);
            let is_first =
                start == 0 && (of_text == line || of_text.trim_end_matches(['"', '\'']) == line);
            if (bare == line || is_first) && !line.is_empty() {
                if seen == n_same {
                    let skipped = if bare == line { 0 } else { bare.len() - of_text.len() };
                    return Span::at(at.start + start + skipped);
                }
                seen += 1;
            }
            start += candidate.len();
        }
        at
    }

    /// False where `text` holds a character that could steer a terminal.
    fn controls(&mut self, label: Label<'_>, text: &str, at: Span) -> bool {
        let Some(c) = first_control(text) else { return true };
        self.add(
            at,
            format!("{label} holds the control character U+{:04X}.", u32::from(c)),
            "Take it out: texts are shown in terminals.",
        );
        false
    }

    fn unbounded(&mut self, kind: &Kind, label: Label<'_>, value: &Spanned<DeValue<'_>>, at: Span) {
        let text = at.of(self.text);
        let text = if text.is_empty() { type_of(value.get_ref()) } else { text };
        self.add(
            at,
            format!("{label} is {}.", clip(text)),
            format!("It must be {}.", wanted(kind)),
        );
    }

    fn json(&mut self, label: Label<'_>, value: &DeValue<'_>, at: Span) {
        match value {
            DeValue::String(text) => {
                self.controls(label, text, at);
            }
            DeValue::Integer(_) if whole(value).is_none() => {
                self.add(at, format!("{label} is too large a number."), "");
            }
            DeValue::Float(_) if number(value).is_none_or(|n| !n.is_finite()) => {
                self.add(at, format!("{label} is no number that JSON has."), "");
            }
            DeValue::Datetime(_) => {
                self.add(at, format!("{label} is a date."), "Put it in quotes.");
            }
            DeValue::Array(entries) => {
                for entry in entries.iter() {
                    self.json(label, entry.get_ref(), span(entry.span()));
                }
            }
            DeValue::Table(table) => {
                for (_, entry) in table {
                    self.json(label, entry.get_ref(), span(entry.span()));
                }
            }
            _ => {}
        }
    }
}

/// A range of the TOML reader as a span.
pub(super) fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// A whole number, where `value` is one that fits.
pub(super) fn whole(value: &DeValue<'_>) -> Option<i64> {
    let n = value.as_integer()?;
    i64::from_str_radix(n.as_str(), n.radix()).ok()
}

/// A number, whole or not.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        // Bounds are far below 2^53, where every whole number is exact.
        DeValue::Integer(_) => whole(value).map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse().ok(),
        _ => None,
    }
}

fn first_control(text: &str) -> Option<char> {
    // `clean` decides what is hostile; only a text that it changes is looked at closer.
    if matches!(crate::source::clean(text), Cow::Borrowed(_)) {
        return None;
    }
    let mut buffer = [0; 4];
    text.chars().find(|c| {
        !matches!(c, '\n' | '\t') && matches!(clean_line(c.encode_utf8(&mut buffer)), Cow::Owned(_))
    })
}

fn quoted(name: &str) -> String {
    format!("`{}`", clip(name))
}

pub(super) fn shown(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { quoted(text) }
}

/// The first 60 characters.
fn clip(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What to do about a word that none of `words` is.
pub(super) fn did_you_mean<'n>(word: &str, words: impl Iterator<Item = &'n str> + Clone) -> String {
    match nearest(word, words.clone()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => listed(words.clone(), words.count()),
    }
}

/// The one of `words` that was probably meant.
pub(super) fn nearest<'n>(word: &str, words: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let small = word.to_lowercase();
    // Longer words than any of ours need no comparing.
    words
        .filter(|_| word.len() <= 64)
        .map(|w| (strsim::damerau_levenshtein(&small, w), w))
        .filter(|(distance, w)| *distance <= 1.max(w.len() / 3))
        .min()
        .map(|(_, near)| near)
}

/// What there is to choose from.
pub(super) fn listed<'n>(words: impl Iterator<Item = &'n str>, n: usize) -> String {
    let words = few(words, n);
    if words.is_empty() { "There is none.".to_owned() } else { format!("There are: {words}.") }
}

/// Names listed at most.
const LISTED: usize = 24;

/// The first of `words`, of which there are `n`, and how many more there are. The rest is not
/// walked: a thousand complaints may each list the same ten thousand names.
pub(super) fn few<'n>(words: impl Iterator<Item = &'n str>, n: usize) -> String {
    let first: Vec<&str> = words.take(LISTED).collect();
    match n.saturating_sub(first.len()) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Format | Kind::Whole { min: i64::MIN, .. } => "a whole number".to_owned(),
        Kind::Id | Kind::Text(_) | Kind::Reference(_) | Kind::Word(_) => "a text".to_owned(),
        Kind::Form(form) => form.name.to_owned(),
        Kind::Whole { min, max } => format!("a whole number from {min} to {max}"),
        Kind::Number { min, max } => format!("a number from {min} to {max}"),
        Kind::Flag => "true or false".to_owned(),
        Kind::List { .. } => "a list".to_owned(),
        Kind::Table(_) => "a table".to_owned(),
        Kind::Value => "a value".to_owned(),
    }
}

fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn remedy_for_type(kind: &Kind, value: &DeValue<'_>, field: &Field) -> String {
    match (kind, value) {
        (
            Kind::Format | Kind::Whole { .. } | Kind::Number { .. } | Kind::Flag,
            DeValue::String(_),
        ) => "Write it without quotes.".to_owned(),
        (
            Kind::Id | Kind::Text(_) | Kind::Form(_) | Kind::Reference(_) | Kind::Word(_),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_),
        ) => "Put it in quotes.".to_owned(),
        (Kind::List { of: Kind::Table(_), .. }, DeValue::Table(_)) => {
            format!("Write each under its own header in double brackets: [[… {}]].", field.name)
        }
        (Kind::List { .. }, _) => "Put it in brackets: [ … ].".to_owned(),
        _ => field.doc.to_owned(),
    }
}

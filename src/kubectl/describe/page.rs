//! The page that a describer writes, line by line (`PrefixWriter`, k8s.io/kubectl/pkg/describe).

use super::value::{entries, items, text};
use crate::kubectl::print::tabs::{Tabs, spaces};
use serde_json::Value;
use std::fmt::{Display, Write as _};

/// Lines of text with tabs between columns.
#[derive(Debug)]
pub(super) struct Page {
    tabs: Tabs,
    text: String,
    /// Something was written that is the object's own, and not its template's.
    is_own: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self { tabs: Tabs::of_describe(), text: String::new(), is_own: false }
    }
}

/// What the pages of objects of one template have in common.
#[derive(Debug)]
pub(super) struct Shared {
    /// Up to its first line without columns, as it was written.
    first: Pieces,
    /// From there to its last such line: in columns.
    middle: Pieces,
    /// The rest, as it was written.
    last: Pieces,
    /// The same in columns, where nothing follows.
    last_set: Pieces,
}

/// A text, in pieces where a name stands in it that each object has its own.
type Pieces = Vec<String>;

impl Shared {
    /// What stands up to its first line without columns, if there is one and no name before it.
    pub(super) fn first(&self) -> Option<&str> {
        match &*self.first {
            [first] if !first.is_empty() => Some(first),
            _ => None,
        }
    }
}

impl Page {
    /// Text at a level of two blanks each.
    pub(super) fn write(&mut self, level: usize, text: impl Display) {
        spaces(2 * level, &mut self.text);
        let start = self.text.len();
        // Writing to a String does not fail.
        let _ = write!(self.text, "{text}");
        // What would steer a terminal is shown (`WriteEscaped`, k8s.io/cli-runtime).
        if self.text[start..].contains(['\x1b', '\r']) {
            let shown = self.text[start..].replace('\x1b', "^[").replace('\r', "\\r");
            self.text.replace_range(start.., &shown);
        }
    }

    /// A line at a level.
    pub(super) fn line(&mut self, level: usize, text: impl Display) {
        self.write(level, text);
        self.text.push('\n');
    }

    /// `Title:` and a value behind a tab.
    pub(super) fn field(&mut self, level: usize, title: &str, value: impl Display) {
        self.line(level, format_args!("{title}:\t{value}"));
    }

    /// What another page holds, further in: every text that was written at once by its own
    /// indent (`NewNestedPrefixWriter`), which is every line but the ones that go on.
    pub(super) fn nested(&mut self, level: usize, inner: Self) {
        for line in inner.text.lines() {
            let level = if line.starts_with('\t') { 0 } else { level };
            self.line(level, line);
        }
    }

    /// Sets the columns so far: what follows has its own.
    pub(super) fn flush(&mut self) {
        self.tabs.describe(&self.text);
        self.text.clear();
    }

    /// Notes that what is written is the object's own, and not its template's.
    pub(super) fn is_own(&mut self) {
        self.is_own = true;
    }

    /// What `write` writes, where nothing of it is the object's own but a name that stands in it
    /// so often.
    pub(super) fn shared(
        &mut self,
        name: Option<(&str, usize)>,
        write: impl FnOnce(&mut Self),
    ) -> Option<Shared> {
        let start = self.text.len();
        self.is_own = false;
        write(self);
        let text = self.text.get(start..).filter(|_| !self.is_own)?;
        let (mut first, mut last) = (0, 0);
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            at += line.len();
            if !line.contains(['\t', '\u{b}', '\u{c}']) && line.ends_with('\n') {
                first = if first == 0 { at } else { first };
                last = at;
            }
        }
        let set = |text: &str| {
            let mut tabs = Tabs::of_describe();
            tabs.describe(text);
            tabs.take()
        };
        let name = name.filter(|(name, _)| !name.is_empty());
        if name.is_some_and(|(name, n)| text.matches(name).count() != n) {
            return None;
        }
        let pieces = |text: &str| match name {
            Some((name, _)) => text.split(name).map(str::to_owned).collect(),
            None => vec![text.to_owned()],
        };
        Some(Shared {
            first: pieces(text.get(..first)?),
            middle: pieces(&set(text.get(first..last)?)),
            last: pieces(text.get(last..)?),
            last_set: pieces(&set(text.get(last..)?)),
        })
    }

    /// Adds what [`Self::shared`] gave of another object, whose name was as long.
    pub(super) fn add(&mut self, shared: &Shared, name: &str) {
        let Shared { first, middle, last, .. } = shared;
        each(first, name, |text| self.text.push_str(text));
        if !middle.iter().all(String::is_empty) {
            self.flush();
            each(middle, name, |text| self.tabs.add_set(text));
        }
        each(last, name, |text| self.text.push_str(text));
    }

    /// What stands in columns already.
    pub(super) fn add_set(&mut self, set: &str) {
        self.tabs.add_set(set);
    }

    /// Adds what follows the first line without columns of what [`Self::shared`] gave: to what
    /// is in columns, so that nothing may follow but what is too, if nothing `follows`.
    pub(super) fn add_rest(&mut self, shared: &Shared, name: &str, follows: bool) {
        each(&shared.middle, name, |text| self.tabs.add_set(text));
        match follows {
            true => each(&shared.last, name, |text| self.text.push_str(text)),
            false => each(&shared.last_set, name, |text| self.tabs.add_set(text)),
        }
    }

    /// What was written since columns were set last, with its tabs.
    pub(super) fn raw(self) -> String {
        self.text
    }

    /// The whole page.
    pub(super) fn finish(&mut self) -> &str {
        self.flush();
        self.tabs.set_so_far()
    }

    /// An empty page, in the same memory.
    pub(super) fn begin_anew(&mut self) {
        self.text.clear();
        self.tabs.begin_anew();
    }

    /// `Title:` and one thing a line, or `<none>`.
    pub(super) fn list<T: Display>(&mut self, indent: &str, title: &str, list: &[T]) {
        self.each_of(indent, title, list, |one, page| page.line(0, one));
    }

    fn each_of<T>(&mut self, indent: &str, title: &str, list: &[T], line: impl Fn(&T, &mut Self)) {
        self.write(0, format_args!("{indent}{title}:\t"));
        if list.is_empty() {
            self.line(0, "<none>");
        }
        for (n, one) in list.iter().enumerate() {
            if n > 0 {
                self.write(0, format_args!("{indent}\t"));
            }
            line(one, self);
        }
    }

    /// Labels, sorted, one a line (`printLabelsMultiline`).
    pub(super) fn labels(&mut self, title: &str, labels: &Value) {
        self.labels_at("", title, labels);
    }

    /// The same behind blanks.
    pub(super) fn labels_at(&mut self, indent: &str, title: &str, labels: &Value) {
        let pairs = entries(labels);
        let pair = |(key, value): &(&str, &Value), page: &mut Self| {
            page.line(0, format_args!("{key}={}", text(value)));
        };
        self.each_of(indent, title, &pairs, pair);
    }

    /// Annotations without the last applied manifest; long ones on their own lines, cut
    /// (`printAnnotationsMultiline`).
    pub(super) fn annotations(&mut self, title: &str, annotations: &Value) {
        const LONGEST: usize = 140;
        self.write(0, format_args!("{title}:\t"));
        let shown: Vec<_> = entries(annotations)
            .into_iter()
            .filter(|(key, _)| *key != crate::kubectl::apply::LAST_APPLIED)
            .collect();
        if shown.is_empty() {
            self.line(0, "<none>");
        }
        for (n, (key, value)) in shown.into_iter().enumerate() {
            if n > 0 {
                self.write(0, "\t");
            }
            let value = text(value);
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 > LONGEST || value.contains('\n') {
                self.line(0, format_args!("{key}:"));
                for part in value.split('\n') {
                    let cut = shortened(part, LONGEST - 2);
                    self.line(0, format_args!("\t  {cut}"));
                }
            } else {
                self.line(0, format_args!("{key}: {value}"));
            }
        }
    }

    /// Name, namespace, labels and annotations.
    pub(super) fn head(&mut self, object: &Value) {
        let metadata = &object["metadata"];
        self.field(0, "Name", text(&metadata["name"]));
        self.field(0, "Namespace", text(&metadata["namespace"]));
        self.tags(object);
    }

    /// Labels and annotations.
    pub(super) fn tags(&mut self, object: &Value) {
        self.labels("Labels", &object["metadata"]["labels"]);
        self.annotations("Annotations", &object["metadata"]["annotations"]);
    }

    /// The conditions of a workload, in three columns.
    pub(super) fn conditions(&mut self, conditions: &Value) {
        let conditions = items(conditions);
        if conditions.is_empty() {
            return;
        }
        self.line(0, "Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------");
        for c in conditions {
            let [kind, status, reason] = ["type", "status", "reason"].map(|f| text(&c[f]));
            self.line(1, format_args!("{kind} \t{status}\t{reason}"));
        }
    }
}

/// The pieces of a text, with the name between them.
fn each(pieces: &Pieces, name: &str, mut see: impl FnMut(&str)) {
    for (idx, piece) in pieces.iter().enumerate() {
        see(if idx > 0 { name } else { "" });
        see(piece);
    }
}

/// The first `n` bytes and dots, where it is longer. A character is not cut in two.
pub(super) fn shortened(text: &str, n: usize) -> String {
    if text.len() <= n {
        return text.to_owned();
    }
    let end = (0..=n).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", text.get(..end).unwrap_or_default())
}

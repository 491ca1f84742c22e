//! The page that a describer writes, line by line (`PrefixWriter`, k8s.io/kubectl/pkg/describe).

use super::value::{entries, items, text};
use crate::kubectl::print::tabs::Tabs;
use serde_json::Value;
use std::fmt::{Display, Write as _};

/// Lines of text with tabs between columns.
#[derive(Debug, Default)]
pub(super) struct Page {
    set: String,
    text: String,
    /// Something was written that is the object's own, and not its template's.
    is_own: bool,
}

impl Page {
    /// Text at a level of two blanks each.
    pub(super) fn write(&mut self, level: usize, text: impl Display) {
        self.text.extend(std::iter::repeat_n("  ", level));
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
        self.set.push_str(&Tabs::of_describe(&std::mem::take(&mut self.text)));
    }

    /// Notes that what is written is the object's own, and not its template's.
    pub(super) fn is_own(&mut self) {
        self.is_own = true;
    }

    /// What `write` writes, where nothing of it is the object's own.
    pub(super) fn shared(&mut self, write: impl FnOnce(&mut Self)) -> Option<String> {
        let start = self.text.len();
        self.is_own = false;
        write(self);
        if self.is_own { None } else { self.text.get(start..).map(str::to_owned) }
    }

    /// Adds what [`Self::shared`] gave of another object.
    pub(super) fn add(&mut self, shared: &str) {
        self.text.push_str(shared);
    }

    /// What was written since columns were set last, with its tabs.
    pub(super) fn raw(self) -> String {
        self.text
    }

    /// The whole page.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.set
    }

    /// `Title:` and one thing a line, or `<none>`.
    pub(super) fn list<T: Display>(&mut self, indent: &str, title: &str, list: &[T]) {
        self.write(0, format_args!("{indent}{title}:\t"));
        if list.is_empty() {
            self.line(0, "<none>");
        }
        for (n, one) in list.iter().enumerate() {
            let before = if n > 0 { format!("{indent}\t") } else { String::new() };
            self.line(0, format_args!("{before}{one}"));
        }
    }

    /// Labels, sorted, one a line (`printLabelsMultiline`).
    pub(super) fn labels(&mut self, title: &str, labels: &Value) {
        self.labels_at("", title, labels);
    }

    /// The same behind blanks.
    pub(super) fn labels_at(&mut self, indent: &str, title: &str, labels: &Value) {
        let pairs: Vec<String> =
            entries(labels).into_iter().map(|(k, v)| format!("{k}={}", text(v))).collect();
        self.list(indent, title, &pairs);
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

/// The first `n` bytes and dots, where it is longer. A character is not cut in two.
pub(super) fn shortened(text: &str, n: usize) -> String {
    if text.len() <= n {
        return text.to_owned();
    }
    let end = (0..=n).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", text.get(..end).unwrap_or_default())
}

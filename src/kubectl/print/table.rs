//! Tables (`printers.HumanReadablePrinter`, k8s.io/cli-runtime/pkg/printers/tableprinter.go).

use super::columns::{self, Columns, Head, PodRows};
use super::gofmt::escaped;
use super::tabs::{Lines, Tabs};
use crate::cluster::{Fields, Shown};
use crate::kubectl::resources::Resource;

/// What a table shows besides its kind's own columns.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl) struct Options {
    /// `-o wide`.
    pub(in crate::kubectl) wide: bool,
    /// `--no-headers`.
    pub(in crate::kubectl) no_headers: bool,
    /// Names as `service/web`.
    pub(in crate::kubectl) with_kind: bool,
    /// A first column with the namespace.
    pub(in crate::kubectl) with_namespace: bool,
    /// `--show-labels`.
    pub(in crate::kubectl) show_labels: bool,
    /// `-L`.
    pub(in crate::kubectl) label_columns: Vec<String>,
    /// NAME and AGE only (`--server-print=false`).
    pub(in crate::kubectl) plain: bool,
}

/// Prints tables of one resource: the head once, rows as they come.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct TablePrinter {
    resource: &'static Resource,
    columns: &'static Columns,
    options: Options,
    has_head: bool,
    pods: PodRows,
}

impl TablePrinter {
    /// A printer for objects of `resource`.
    pub(in crate::kubectl) fn new(resource: &'static Resource, options: Options) -> Self {
        let columns = if options.plain {
            columns::plain()
        } else {
            columns::of(resource.kind, resource.group())
        };
        Self { resource, columns, options, has_head: false, pods: PodRows::default() }
    }

    fn shows(&self, head: &Head) -> bool {
        self.options.wide || !head.is_wide
    }

    /// What rows show of an object; none where that may be anything.
    pub(in crate::kubectl) fn fields(&self) -> Option<Fields> {
        let mut own = self.columns.fields()?;
        if self.options.with_namespace {
            own.add(&["metadata", "namespace"]);
        }
        if self.options.show_labels || !self.options.label_columns.is_empty() {
            own.add(&["metadata", "labels"]);
        }
        Some(own)
    }

    /// Adds an object's row to `tabs`, behind the head where there was none. `event` is what
    /// a watch calls a change; `now` the time in seconds.
    pub(in crate::kubectl) fn row(
        &mut self,
        object: &Shown<'_>,
        event: Option<&str>,
        now: i64,
        tabs: &mut Tabs,
    ) {
        let mut lines = Lines::default();
        lines.line(self.cells(object, event, now));
        self.add(&lines, event.is_some(), tabs);
    }

    /// Adds rows to `tabs`, behind the head where there was none.
    pub(in crate::kubectl) fn add(&mut self, rows: &Lines, with_event: bool, tabs: &mut Tabs) {
        if rows.is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.has_head, true) && !self.options.no_headers {
            tabs.line(self.head(with_event));
        }
        tabs.add(rows);
    }

    /// What an object's row shows.
    pub(in crate::kubectl) fn cells(
        &mut self,
        object: &Shown<'_>,
        event: Option<&str>,
        now: i64,
    ) -> Vec<String> {
        let mut line = Vec::with_capacity(12);
        line.extend(event.map(|event| format!("{event:<8}")));
        if self.options.with_namespace {
            line.push(match object.pod() {
                Some(pod) => pod.name.namespace.to_string(),
                None => object["metadata"]["namespace"].as_str().unwrap_or_default().to_owned(),
            });
        }
        let of_pod = if self.options.plain { None } else { self.pods.cells(object, now) };
        let cells = of_pod.unwrap_or_else(|| self.columns.cells(object, now));
        let cells = cells.into_iter().zip(self.columns.heads());
        for (idx, (cell, _)) in cells.enumerate().filter(|(_, (_, head))| self.shows(head)) {
            line.push(first_line(match self.options.with_kind && idx == self.columns.name() {
                true => self.resource.object(&cell),
                false => cell,
            }));
        }
        if self.options.show_labels || !self.options.label_columns.is_empty() {
            let own = match object.pod() {
                Some(pod) => pod.labels_json(),
                None => &object["metadata"]["labels"],
            };
            for key in &self.options.label_columns {
                line.push(own[key.as_str()].as_str().unwrap_or_default().to_owned());
            }
            line.extend(self.options.show_labels.then(|| columns::labels(own)));
        }
        line
    }

    fn head(&self, with_event: bool) -> Vec<String> {
        let mut line = Vec::new();
        if with_event {
            line.push("EVENT".to_owned());
        }
        if self.options.with_namespace {
            line.push("NAMESPACE".to_owned());
        }
        let own = self.columns.heads().filter(|head| self.shows(head));
        line.extend(own.map(|head| head.name.to_uppercase()));
        for key in &self.options.label_columns {
            let last = key.rsplit('/').next().unwrap_or(key);
            line.push(last.to_uppercase());
        }
        if self.options.show_labels {
            line.push("LABELS".to_owned());
        }
        line
    }
}

/// A cell holds one line.
fn first_line(cell: String) -> String {
    if !cell.bytes().any(|b| matches!(b, b'\n' | b'\x0c' | b'\r' | b'\x1b')) {
        return cell;
    }
    match cell.split_once(['\u{c}', '\n', '\r']) {
        Some((first, _)) => escaped(first) + "...",
        None => escaped(&cell),
    }
}

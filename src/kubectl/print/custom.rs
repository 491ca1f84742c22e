//! `-o custom-columns` (k8s.io/kubectl/pkg/cmd/get/customcolumn.go, v1.36).

use super::gofmt::{escaped, plain};
use super::jsonpath::{JsonPath, relaxed};
use super::printer::each_of_list;
use super::tabs::{Lines, Tabs};
use super::{Each, Objects};
use crate::cluster::Fields;
use serde_json::Value;

/// Columns that a command line gives.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct CustomColumns {
    heads: Vec<String>,
    paths: Vec<String>,
    has_head: bool,
}

impl CustomColumns {
    /// Reads `HEAD:path,HEAD:path`.
    ///
    /// # Errors
    /// What kubectl says is wrong with it.
    pub(super) fn read(spec: &str, no_headers: bool) -> Result<Self, String> {
        let mut columns = Self { heads: Vec::new(), paths: Vec::new(), has_head: no_headers };
        for part in spec.split(',') {
            let Some((head, path)) = part.split_once(':') else {
                return Err(format!(
                    "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
                ));
            };
            columns.paths.push(relaxed(path)?);
            columns.heads.push(head.to_owned());
        }
        Ok(columns)
    }

    /// Reads a file: a line of heads, a line of paths.
    ///
    /// # Errors
    /// What kubectl says is wrong with it.
    pub(super) fn read_file(text: &str) -> Result<Self, String> {
        const FORMAT: &str = "Expected format is one line of space separated headers, one line of space separated column specs.";
        let mut lines = text.lines();
        let heads =
            lines.next().ok_or(format!("invalid template, missing header line. {FORMAT}"))?;
        let specs = lines.next().ok_or(format!("invalid template, missing spec line. {FORMAT}"))?;
        let heads: Vec<String> = heads.split_whitespace().map(str::to_owned).collect();
        let specs: Vec<&str> = specs.split_whitespace().collect();
        if heads.len() != specs.len() {
            return Err(format!(
                "number of headers ({}) and field specifications ({}) don't match",
                heads.len(),
                specs.len()
            ));
        }
        let paths = specs.into_iter().map(relaxed).collect::<Result<_, _>>()?;
        Ok(Self { heads, paths, has_head: false })
    }

    /// What the columns look at of an object; none where that is all.
    pub(super) fn fields(&self) -> Option<Fields> {
        let mut fields = Fields::default();
        for path in &self.paths {
            // One that can't be read is told of later.
            let Ok(path) = JsonPath::read(path) else { continue };
            fields = fields.and(&path.of_items()?);
        }
        Some(fields)
    }

    /// The object's row, or those of a List's, behind the head where it was not there yet.
    ///
    /// # Errors
    /// What went wrong; the text is what stands before it.
    pub(super) fn rows(&mut self, object: &Value) -> (String, Result<(), String>) {
        let rows = self.cells(&mut |see| each_of_list(object, see));
        self.table(vec![rows])
    }

    /// As [`Self::rows`], of all objects.
    ///
    /// # Errors
    /// As [`Self::rows`].
    pub(super) fn rows_of(&mut self, objects: &Objects<'_>) -> (String, Result<(), String>) {
        let fields = self.fields();
        let parts = objects.in_parts(|shows| {
            self.cells(&mut |see| shows(fields.as_ref(), &mut |object| see(&object)))
        });
        self.table(parts)
    }

    /// Rows up to the first error.
    fn table(&mut self, parts: Vec<Rows>) -> (String, Result<(), String>) {
        let mut tabs = Tabs::default();
        if !std::mem::replace(&mut self.has_head, true) {
            tabs.line(self.heads.clone());
        }
        let mut result = Ok(());
        for (rows, ended) in parts {
            tabs.add(&rows);
            if ended.is_err() {
                result = ended;
                break;
            }
        }
        (tabs.take(), result)
    }

    /// The cells of each object, up to the first error.
    fn cells(&self, each: &mut Each<'_>) -> Rows {
        let mut rows = Lines::default();
        let paths = self.paths.iter().map(|path| JsonPath::read(path));
        let paths = match paths.collect::<Result<Vec<_>, _>>() {
            Ok(paths) => paths,
            Err(why) => return (rows, Err(why)),
        };
        let mut result = Ok(());
        each(&mut |object| {
            if result.is_ok() {
                let cells = paths.iter().map(|path| cell(path, object));
                result = cells.collect::<Result<Vec<_>, _>>().map(|cells| rows.line(cells));
            }
        });
        (rows, result)
    }
}

/// Cells of one object after the other, and what ended them.
type Rows = (Lines, Result<(), String>);

fn cell(path: &JsonPath, object: &Value) -> Result<String, String> {
    let parts = path.find(object, true)?;
    let mut texts = Vec::new();
    if parts.first().is_none_or(Vec::is_empty) {
        texts.push("<none>".to_owned());
    }
    texts.extend(parts.iter().flatten().map(|found| escaped(&plain(&found.to_value()))));
    Ok(texts.join(","))
}

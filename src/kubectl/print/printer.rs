//! Printers by `-o` (`PrintFlags.ToPrinter`, k8s.io/cli-runtime/pkg/genericclioptions, v1.36).

use super::custom::CustomColumns;
use super::json::{self, Keys};
use super::jsonpath::JsonPath;
use super::template::Template;
use super::{gofmt, kyaml, name_of, yaml};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::borrow::Cow;

/// What `-o` takes of every verb that prints what it made, besides a template's text.
const FORMATS: &[&str] = &[
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "yaml",
];

/// What `-o` takes of `get`.
const GET_FORMATS: &[&str] = &[
    "custom-columns",
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "kyaml",
    "name",
    "template",
    "templatefile",
    "wide",
    "yaml",
];

/// How `get` prints.
#[derive(Debug, Clone)]
pub(in crate::kubectl) enum GetPrinter {
    /// A table.
    Table {
        /// With all columns.
        wide: bool,
    },
    /// Objects as they are, or parts of them.
    Machine(Printer),
}

impl GetPrinter {
    /// The printer that a call's flags ask for.
    ///
    /// # Errors
    /// As [`Printer::of`].
    pub(in crate::kubectl) fn of(console: &Console, call: &Call) -> Result<Self, Failure> {
        let output = call.flags.text("output").unwrap_or_default();
        if let Some(format) = Format::machine(console, call, output)? {
            return Ok(Self::Machine(Printer::new(format, call)));
        }
        let template = call.flags.text("template").unwrap_or_default();
        let formats = ["custom-columns", "custom-columns-file"];
        match (output, template_of(output, template, &formats)) {
            ("" | "wide", _) => Ok(Self::Table { wide: output == "wide" }),
            (_, Some((format, text))) => {
                let columns = Format::custom(console, call, format, text)?;
                Ok(Self::Machine(Printer::new(columns, call)))
            }
            _ => Err(no_printer(output, GET_FORMATS)),
        }
    }
}

/// How objects are printed.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Printer {
    pub(super) format: Format,
    pub(super) managed_fields: bool,
    pub(super) n_printed: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Format {
    /// `service/web created`; without what became of it for `-o name`.
    Name {
        short: bool,
    },
    Yaml,
    Json,
    Kyaml,
    JsonPath {
        text: String,
        path: JsonPath,
        allow_missing: bool,
        as_json: bool,
    },
    Template {
        template: Template,
        allow_missing: bool,
    },
    Custom(CustomColumns),
}

/// `NoCompatiblePrinterError`. `formats` are in order.
fn no_printer(format: &str, formats: &[&str]) -> Failure {
    Failure::Client(format!(
        "unable to match a printer suitable for the output format {:?}, allowed formats are: {}",
        Quoted(format),
        formats.join(",")
    ))
}

impl Printer {
    /// The printer that a call's flags ask for.
    ///
    /// # Errors
    /// kubectl's words for an unknown format or a template that can't be read.
    pub(in crate::kubectl) fn of(console: &Console, call: &Call) -> Result<Self, Failure> {
        let output = call.flags.text("output").unwrap_or_default();
        let format = match Format::machine(console, call, output)? {
            Some(format) => format,
            None if output.is_empty() => Format::Name { short: false },
            None => return Err(no_printer(output, FORMATS)),
        };
        Ok(Self::new(format, call))
    }

    pub(super) fn new(format: Format, call: &Call) -> Self {
        let managed_fields = call.flags.bool("show-managed-fields");
        Self { format, managed_fields, n_printed: 0 }
    }

    /// Whether it tells in a line what became of an object, as without `-o`.
    pub(in crate::kubectl) fn tells(&self) -> bool {
        matches!(self.format, Format::Name { .. })
    }

    /// Whether it tells an object's kind and name alone.
    pub(in crate::kubectl) fn tells_shortly(&self) -> bool {
        matches!(self.format, Format::Name { short: true })
    }

    /// Prints an object that came from the server. `became` is `created`, `configured
    /// (server dry run)` and so on.
    ///
    /// # Errors
    /// Where a template can't be carried out on it.
    pub(in crate::kubectl) fn print(
        &mut self,
        object: &Value,
        became: &str,
        io: &mut Io,
    ) -> Result<(), Failure> {
        self.print_with(object, Keys::Sorted, became, io)
    }

    /// Prints an object that kubectl made itself: in JSON its fields stand as Go's types have
    /// them, as the object holds them here.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(in crate::kubectl) fn print_made(
        &mut self,
        object: &Value,
        became: &str,
        io: &mut Io,
    ) -> Result<(), Failure> {
        self.print_with(object, Keys::Kept, became, io)
    }

    /// Prints what a watch tells: a map of `type` and `object`.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(in crate::kubectl) fn print_event(
        &mut self,
        event: &Value,
        io: &mut Io,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Json => io.line(json::compact(event)),
            Format::Name { .. } => return self.print(&event["object"], "", io),
            _ => return self.print(event, "", io),
        }
        Ok(())
    }

    fn print_with(
        &mut self,
        object: &Value,
        keys: Keys,
        became: &str,
        io: &mut Io,
    ) -> Result<(), Failure> {
        self.n_printed += 1;
        let managed_fields = self.managed_fields;
        match &mut self.format {
            Format::Name { short } => {
                let became = if *short { "" } else { became };
                each_of_list(object, &mut |object| {
                    let space = if became.is_empty() { "" } else { " " };
                    io.line(format_args!("{}{space}{became}", name_of(object)));
                });
            }
            Format::Yaml => {
                let mut out = if self.n_printed > 1 { "---\n" } else { "" }.to_owned();
                yaml::write(&shown(object, managed_fields), &mut out);
                io.out(out);
            }
            Format::Json => io.out(json::to_json(&shown(object, managed_fields), keys)),
            Format::Kyaml => io.out(kyaml::to_kyaml(&shown(object, managed_fields), keys)),
            Format::JsonPath { text, path, allow_missing, as_json } => {
                match path.show(object, *allow_missing, *as_json) {
                    Ok(out) => io.out(out),
                    Err(why) => return Err(not_executed(text, &why, object)),
                }
            }
            Format::Template { template, allow_missing } => {
                let (out, result) = template.run(object, *allow_missing);
                io.out(out);
                if let Err(why) = result {
                    let raw = template.text();
                    let (text, data) = (Quoted(raw), json::compact(object));
                    io.out(format_args!(
                        "Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{raw}\n\traw data was:\n\t\t{data}\n\tobject given to template engine was:\n\t\t{}\n\n",
                        gofmt::plain(object)
                    ));
                    let says = format!("error executing template {text:?}: {why}");
                    return Err(Failure::Client(says));
                }
            }
            Format::Custom(columns) => {
                let (out, result) = columns.rows(object);
                io.out(out);
                result.map_err(Failure::Client)?;
            }
        }
        Ok(())
    }
}

/// What kubectl says of a JSONPath that fails on an object.
fn not_executed(text: &str, why: &str, object: &Value) -> Failure {
    Failure::Client(format!(
        "error executing jsonpath {:?}: Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{text}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
        Quoted(text),
        gofmt::syntax(object)
    ))
}

/// The object, without its managedFields unless they are wanted.
fn shown(object: &Value, managed_fields: bool) -> Cow<'_, Value> {
    if managed_fields || !has_managed(object) {
        return Cow::Borrowed(object);
    }
    let mut object = object.clone();
    drop_managed(&mut object);
    if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(drop_managed);
    }
    Cow::Owned(object)
}

fn has_managed(object: &Value) -> bool {
    let has = |object: &Value| !object["metadata"]["managedFields"].is_null();
    has(object) || object["items"].as_array().is_some_and(|items| items.iter().any(has))
}

fn drop_managed(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
    }
}

/// Each object of a List; the object itself where it is none.
pub(super) fn each_of_list(object: &Value, does: &mut dyn FnMut(&Value)) {
    match object["items"].as_array() {
        Some(items) if object["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
            items.iter().for_each(does);
        }
        _ => does(object),
    }
}

impl Format {
    /// YAML, JSON, names and templates; none for what else `-o` may say.
    pub(super) fn machine(
        console: &Console,
        call: &Call,
        output: &str,
    ) -> Result<Option<Self>, Failure> {
        let template = call.flags.text("template").unwrap_or_default();
        let output = if output.is_empty() && !template.is_empty() { "go-template" } else { output };
        if let Some(format) = Self::json_path(console, call, output, template)? {
            return Ok(Some(format));
        }
        let formats = ["go-template", "go-template-file", "template", "templatefile"];
        if let Some((format, text)) = template_of(output, template, &formats) {
            let is_file = format.ends_with("file");
            let text = template_text(console, text, is_file)?;
            let template = Template::read(&text)
                .map_err(|why| Failure::Client(format!("error parsing template {text}, {why}")))?;
            let allow_missing = call.flags.text("allow-missing-template-keys") != Some("false");
            return Ok(Some(Self::Template { template, allow_missing }));
        }
        Ok(Some(match &*output.to_lowercase() {
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "kyaml" => Self::Kyaml,
            "name" => Self::Name { short: true },
            _ => return Ok(None),
        }))
    }

    fn custom(console: &Console, call: &Call, format: &str, text: &str) -> Result<Self, Failure> {
        if text.is_empty() {
            let why = "custom-columns format specified but no custom columns given";
            return Err(Failure::Client(why.to_owned()));
        }
        let columns = if format == "custom-columns-file" {
            let bytes = console.files.read(text).ok_or_else(|| {
                Failure::Client(format!(
                    "error reading template {text}, open {text}: no such file or directory\n"
                ))
            })?;
            CustomColumns::read_file(&String::from_utf8_lossy(bytes))
        } else {
            CustomColumns::read(text, call.flags.bool("no-headers"))
        };
        Ok(Self::Custom(columns.map_err(Failure::Client)?))
    }

    fn json_path(
        console: &Console,
        call: &Call,
        output: &str,
        template: &str,
    ) -> Result<Option<Self>, Failure> {
        let formats = ["jsonpath", "jsonpath-as-json", "jsonpath-file"];
        let Some((format, text)) = template_of(output, template, &formats) else {
            return Ok(None);
        };
        let text = template_text(console, text, format == "jsonpath-file")?;
        let path = JsonPath::read(&text)
            .map_err(|why| Failure::Client(format!("error parsing jsonpath {text}, {why}")))?;
        let allow_missing = call.flags.text("allow-missing-template-keys") != Some("false");
        let as_json = format == "jsonpath-as-json";
        Ok(Some(Self::JsonPath { text, path, allow_missing, as_json }))
    }
}

/// Which of `formats` `-o` names, and the template: `--template`'s, or what stands behind `=`.
fn template_of<'t>(
    output: &'t str,
    template: &'t str,
    formats: &[&'static str],
) -> Option<(&'static str, &'t str)> {
    let (name, text) = match output.split_once('=') {
        Some((name, text)) if template.is_empty() => (name, text),
        _ => (output, template),
    };
    formats.iter().find(|format| **format == name).map(|format| (*format, text))
}

/// The template, or what the file of this name holds.
fn template_text(console: &Console, text: &str, is_file: bool) -> Result<String, Failure> {
    if text.is_empty() {
        let why = "template format specified but no template given";
        return Err(Failure::Client(why.to_owned()));
    }
    if !is_file {
        return Ok(text.to_owned());
    }
    match console.files.read(text) {
        Some(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        None => Err(Failure::Client(format!(
            "error reading --template {text}, open {text}: no such file or directory"
        ))),
    }
}

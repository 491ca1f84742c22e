//! Printers by `-o` (`PrintFlags.ToPrinter`, k8s.io/cli-runtime/pkg/genericclioptions, v1.36).

use super::json::{self, Keys};
use super::{kyaml, list, name_of, yaml};
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

/// How objects are printed.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Printer {
    format: Format,
    managed_fields: bool,
    n_printed: usize,
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
}

/// `NoCompatiblePrinterError`. `formats` are in order.
pub(super) fn no_printer(format: &str, formats: &[&str]) -> Failure {
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

    /// Prints several objects: one as itself, else as a List where the format has one.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub(in crate::kubectl) fn print_all(
        &mut self,
        objects: Vec<Value>,
        became: &str,
        io: &mut Io,
    ) -> Result<(), Failure> {
        if self.tells() {
            return objects.iter().try_for_each(|object| self.print(object, became, io));
        }
        match <[Value; 1]>::try_from(objects) {
            Ok([one]) => self.print(&one, became, io),
            Err(many) => self.print(&list(many), became, io),
        }
    }

    fn print_with(
        &mut self,
        object: &Value,
        keys: Keys,
        became: &str,
        io: &mut Io,
    ) -> Result<(), Failure> {
        self.n_printed += 1;
        match &self.format {
            Format::Name { short } => {
                let became = if *short { "" } else { became };
                each_of_list(object, &mut |object| {
                    let space = if became.is_empty() { "" } else { " " };
                    io.line(format_args!("{}{space}{became}", name_of(object)));
                });
            }
            Format::Yaml => {
                let mut out = if self.n_printed > 1 { "---\n" } else { "" }.to_owned();
                yaml::write(&self.shown(object), &mut out);
                io.out(out);
            }
            Format::Json => io.out(json::to_json(&self.shown(object), keys)),
            Format::Kyaml => io.out(kyaml::to_kyaml(&self.shown(object), keys)),
        }
        Ok(())
    }

    /// The object, without its managedFields unless they are wanted.
    fn shown<'v>(&self, object: &'v Value) -> Cow<'v, Value> {
        if self.managed_fields || !has_managed(object) {
            return Cow::Borrowed(object);
        }
        let mut object = object.clone();
        drop_managed(&mut object);
        if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
            items.iter_mut().for_each(drop_managed);
        }
        Cow::Owned(object)
    }
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
        _console: &Console,
        _call: &Call,
        output: &str,
    ) -> Result<Option<Self>, Failure> {
        Ok(Some(match &*output.to_lowercase() {
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "kyaml" => Self::Kyaml,
            "name" => Self::Name { short: true },
            _ => return Ok(None),
        }))
    }
}

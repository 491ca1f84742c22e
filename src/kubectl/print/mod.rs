//! How objects are printed: tables, YAML, JSON, names, templates.
//!
//! A verb that makes or changes objects puts [`FLAGS`] into its table of flags, makes a
//! [`Printer`] of them, and hands it each object with what became of it:
//!
//! ```text
//! let mut printer = Printer::of(console, call)?;
//! printer.print(&object, "created (dry run)", io)?;   // service/web created (dry run)
//! ```

pub(super) mod age;
mod columns;
mod custom;
mod flags;
mod go_sort;
mod gofmt;
mod json;
pub(super) mod jsonpath;
mod kyaml;
mod printer;
mod printer_list;
mod row;
pub(super) mod sort;
pub(super) mod table;
pub(super) mod tabs;
mod template;
pub(super) mod typed;
mod wanted;
pub(super) mod yaml;

pub(super) use columns::selector;
pub(super) use flags::FLAGS;
pub(super) use go_sort::sort_unstable as sort_as_go;
pub(super) use printer::{GetPrinter, Printer};

use super::resources::Resource;
use crate::cluster::{Fields, Shown};
use crate::source::in_parts_of;
use serde_json::{Value, json};
use std::ops::Range;

/// What the server says of each request for a resource that is on its way out.
pub(super) fn deprecation(resource: &Resource) -> Option<&'static str> {
    match (resource.plural, resource.group()) {
        ("endpoints", "") => {
            Some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
        }
        ("componentstatuses", "") => Some("v1 ComponentStatus is deprecated in v1.19+"),
        _ => None,
    }
}

/// Shows objects to a function, one by one.
type Each<'e> = dyn FnMut(&mut dyn FnMut(&Value)) + 'e;
/// The same as often as it is asked, from what the cluster has: these fields of objects, or all.
pub(in crate::kubectl) type Shows<'e> = dyn Fn(Option<&Fields>, &mut dyn FnMut(Shown<'_>)) + 'e;
/// The same of the objects at some places of a list.
pub(in crate::kubectl) type ShowsAt<'e> =
    dyn Fn(&Range<usize>, Option<&Fields>, &mut dyn FnMut(Shown<'_>)) + Sync + 'e;

/// A list of objects that may be very long: it is printed in parts, two at once.
pub(in crate::kubectl) struct Objects<'e> {
    /// At how many places they stand, those of each list that they are made of.
    sizes: &'e [usize],
    show: &'e ShowsAt<'e>,
}

impl<'e> Objects<'e> {
    /// What `show` shows of the places of lists of these sizes, one behind the other.
    pub(in crate::kubectl) fn new(sizes: &'e [usize], show: &'e ShowsAt<'e>) -> Self {
        Self { sizes, show }
    }

    /// What `make` makes of each part, in order. What comes together of the parts must be the
    /// same however many there are.
    pub(in crate::kubectl) fn in_parts<T: Send>(
        &self,
        make: impl Fn(&Shows<'_>) -> T + Sync,
    ) -> Vec<T> {
        in_parts_of(self.sizes, |places| make(&|fields, see| (self.show)(&places, fields, see)))
    }

    /// What `take` takes of each object, in order: these fields of it are shown, or all.
    pub(in crate::kubectl) fn each<T: Send>(
        &self,
        fields: Option<&Fields>,
        take: impl Fn(Shown<'_>) -> T + Sync,
    ) -> Vec<T> {
        let mut parts = self.in_parts(|shows| {
            let mut all = Vec::new();
            shows(fields, &mut |object| all.push(take(object)));
            all
        });
        match parts.len() {
            1 => parts.pop().unwrap_or_default(),
            _ => parts.into_iter().flatten().collect(),
        }
    }

    /// Shows one after the other.
    fn in_turn(&self, see: &mut dyn FnMut(Shown<'_>)) {
        (self.show)(&(0..self.sizes.iter().sum()), None, see);
    }

    /// One of them, and as many nulls around it as there are others.
    fn with_one(&self, place: usize) -> Vec<Value> {
        let mut all = Vec::new();
        self.in_turn(&mut |object| {
            all.push(if all.len() == place { object.into_owned() } else { Value::Null });
        });
        all
    }
}

/// Several objects as kubectl prints them where a format takes one only.
pub(super) fn list(items: Vec<Value>) -> Value {
    let fields = [
        ("apiVersion", "v1".into()),
        ("items", Value::Array(items)),
        ("kind", "List".into()),
        ("metadata", json!({"resourceVersion": ""})),
    ];
    Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// An object as kubectl names it: `service/web`, `deployment.apps/web`
/// (`printers.NamePrinter`, k8s.io/cli-runtime).
pub(super) fn name_of(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = Some(text(&object["metadata"]["name"])).filter(|name| !name.is_empty());
    let api_version = text(&object["apiVersion"]);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = super::resources::with_group(&text(&object["kind"]).to_lowercase(), group);
    format!("{kind}/{}", name.as_deref().unwrap_or("<unknown>"))
}

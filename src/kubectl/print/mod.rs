//! How objects are printed: tables, YAML, JSON, names, templates.
//!
//! A verb that makes or changes objects puts [`FLAGS`] into its table of flags, makes a
//! [`Printer`] of them, and hands it each object with what became of it:
//!
//! ```text
//! let mut printer = Printer::of(console, call)?;
//! printer.print(&object, "created (dry run)", io)?;   // service/web created (dry run)
//! ```

mod flags;
mod json;
mod kyaml;
mod printer;
pub(super) mod table;
pub(super) mod yaml;

pub(super) use flags::FLAGS;
pub(super) use printer::Printer;

use super::resources::Resource;
use serde_json::{Value, json};

/// An object of a resource.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Of which.
    pub(super) resource: &'static Resource,
    /// As the API server shows it.
    pub(super) value: Value,
}

/// Several objects as kubectl prints them where a format takes one only.
pub(super) fn list(items: Vec<Value>) -> Value {
    json!({
        "apiVersion": "v1",
        "items": items,
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    })
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

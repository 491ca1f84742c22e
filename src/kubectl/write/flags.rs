//! Flags that several verbs have.

use crate::kubectl::command::{Flag, Takes};

/// Manifests to read.
pub(in crate::kubectl) static FILES: &[Flag] = &[
    Flag::new("filename", Takes::List, "[]", "Files, folders or - with the objects").short('f'),
    Flag::new("kustomize", Takes::Text, "", "A kustomization folder").short('k').missing(),
    Flag::new("recursive", Takes::Bool, "false", "Folders within folders too").short('R'),
];

/// Whether anything is changed.
pub(in crate::kubectl) static DRY_RUN: &[Flag] = &[Flag::new(
    "dry-run",
    Takes::Optional("unchanged"),
    "none",
    "none, client (only print) or server (ask, and store nothing)",
)];

/// Labels that objects must have.
pub(in crate::kubectl) static SELECTOR: &[Flag] =
    &[Flag::new("selector", Takes::Text, "", "Labels that objects must have").short('l')];

/// Fields that objects must have.
pub(in crate::kubectl) static FIELD_SELECTOR: &[Flag] =
    &[Flag::new("field-selector", Takes::Text, "", "Fields that objects must have")];

/// All objects.
pub(in crate::kubectl) static ALL: &[Flag] =
    &[Flag::new("all", Takes::Bool, "false", "All objects of the type in the namespace")];

/// All namespaces.
pub(in crate::kubectl) static ALL_NAMESPACES: &[Flag] =
    &[Flag::new("all-namespaces", Takes::Bool, "false", "Objects of all namespaces").short('A')];

/// What unknown fields come to.
pub(in crate::kubectl) static VALIDATE: &[Flag] = &[Flag::new(
    "validate",
    Takes::Optional("strict"),
    "strict",
    "strict, warn or ignore unknown fields",
)];

/// A note of what was applied.
pub(in crate::kubectl) static SAVE_CONFIG: &[Flag] =
    &[Flag::new("save-config", Takes::Bool, "false", "Note the object in its annotation")];

/// Only what is given, without the server.
pub(in crate::kubectl) static LOCAL: &[Flag] =
    &[Flag::new("local", Takes::Bool, "false", "Change what is given, and ask no server")];

/// A note of the command.
pub(in crate::kubectl) static RECORD: &[Flag] =
    &[Flag::new("record", Takes::Bool, "false", "Note the command in an annotation")
        .deprecated("--record will be removed in the future")];

/// `--field-manager` with the verb's own name.
pub(in crate::kubectl) const fn manager(default: &'static str) -> Flag {
    Flag::new("field-manager", Takes::Text, default, "Who the server notes as changing fields")
}

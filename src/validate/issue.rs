//! One thing that the API server has to say about an object.

use crate::source::Severity;
use serde_json::Value;

/// Which part of the manifest a finding marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The value at the issue's path.
    Value,
    /// The key at the issue's path: the field should not be there at all.
    Key,
    /// The nearest parent that is there: something is missing in it.
    Parent,
}

/// One thing that the API server has to say about an object, in the order of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Error, or warning (the server accepts the object and says so).
    pub severity: Severity,
    /// The rule's stable name in kebab-case: `portolan explain CODE`.
    pub code: &'static str,
    /// The field as the server writes it: `spec.ports[0].port`.
    pub path: String,
    /// Where the manifest is to be marked, as a path that a manifest can have; mostly
    /// `path`, but the server writes `spec.LoadBalancerSourceRanges` for
    /// `spec.loadBalancerSourceRanges` and names no key of a label.
    pub place: String,
    /// The server's words without the path: `Invalid value: 0: must be between 1 and 65535, inclusive`.
    /// Of a warning: the whole text behind `Warning: `.
    pub message: String,
    /// At most two plain sentences: what it means and what to do.
    pub explanation: String,
    /// The part to mark.
    pub mark: Mark,
    /// What would help, where that is sure.
    pub remedy: Option<Remedy>,
}

/// A change of the object that makes an issue go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Put this plain scalar (as YAML) where the value at `place` stands.
    Replace {
        /// The path of the value.
        place: String,
        /// The YAML scalar.
        with: String,
    },
    /// Put a new field into the map at `parent`.
    Insert {
        /// The path of the map.
        parent: String,
        /// The new key.
        key: &'static str,
        /// The value.
        value: Value,
    },
    /// Take the field at `place` out, key and value.
    Remove {
        /// The path of the field.
        place: String,
    },
}

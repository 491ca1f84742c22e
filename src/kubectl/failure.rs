//! kubectl's errors, and how several of them are told (`checkErr`,
//! k8s.io/kubectl/pkg/cmd/util/helpers.go; `aggregate`, apimachinery/pkg/util/errors, v1.36).

use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use std::collections::HashSet;

/// One error, or several told as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// kubectl's own, without `error: `.
    Client(String),
    /// The server's answer, its message already saying what kubectl was at.
    Server(Box<ApiError>),
    /// Several.
    Many(Vec<Failure>),
    /// A text that stands by itself, without `error: `.
    Plain(String),
}

impl Failure {
    /// The server's answer while `doing` something with `file` (`AddSourceToErr`).
    pub(super) fn server(mut error: Box<ApiError>, doing: &str, file: &str) -> Self {
        error.message.insert_str(0, &Self::asked(doing, file));
        Self::Server(error)
    }

    /// What [`Self::server`] puts before the server's answer.
    pub(super) fn asked(doing: &str, file: &str) -> String {
        format!("error when {doing} {:?}: ", Quoted(file))
    }

    /// `err.Error()`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Client(text) | Self::Plain(text) => text.clone(),
            Self::Server(error) => error.message.clone(),
            Self::Many(errors) => {
                let mut seen = HashSet::new();
                let mut flat = Vec::new();
                for error in errors {
                    error.flatten(&mut flat);
                }
                flat.retain(|text| seen.insert(text.clone()));
                match flat.as_slice() {
                    [one] => one.clone(),
                    many => format!("[{}]", many.join(", ")),
                }
            }
        }
    }

    fn flatten(&self, into: &mut Vec<String>) {
        match self {
            Self::Many(errors) => errors.iter().for_each(|e| e.flatten(into)),
            one => into.push(one.text()),
        }
    }

    /// `messageForError`.
    fn message(&self) -> String {
        match self {
            Self::Server(error) if error.reason == Reason::Unknown => {
                format!("Error from server: {}", error.message)
            }
            Self::Server(error) => {
                format!("Error from server ({}): {}", error.reason.as_str(), error.message)
            }
            other => other.text(),
        }
    }

    /// What kubectl prints when this is all that went wrong. An aggregate of one is
    /// unwrapped, but only once: one inside another keeps its form.
    pub(super) fn stderr(&self) -> String {
        let one = match self {
            Self::Many(errors) if errors.len() == 1 => &errors[0],
            other => other,
        };
        match one {
            Self::Many(errors) => errors.iter().map(|e| e.message() + "\n").collect(),
            Self::Server(error) if error.reason == Reason::Invalid => error.kubectl(None),
            Self::Server(_) => one.message() + "\n",
            Self::Plain(text) => text.clone(),
            Self::Client(text) => {
                let prefix = if text.starts_with("error: ") { "" } else { "error: " };
                // `fatal` adds a newline only where there is none.
                let end = if text.ends_with('\n') { "" } else { "\n" };
                format!("{prefix}{text}{end}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_error_is_told_with_a_prefix_and_several_line_by_line() {
        let client = Failure::Client("no objects passed to apply".to_owned());
        assert_eq!(client.stderr(), "error: no objects passed to apply\n");
        let missing = ApiError::new(Reason::NotFound, "namespaces \"a\" not found");
        let server = Failure::server(missing, "creating", "f.yaml");
        assert_eq!(
            Failure::Many(vec![server.clone()]).stderr(),
            "Error from server (NotFound): error when creating \"f.yaml\": namespaces \"a\" not found\n"
        );
        assert_eq!(
            Failure::Many(vec![Failure::Many(vec![client.clone(), client.clone()]), server])
                .stderr(),
            "no objects passed to apply\nError from server (NotFound): error when creating \"f.yaml\": namespaces \"a\" not found\n"
        );
    }
}

//! The API server's error answer, and kubectl's words for it.

use super::gotext::quote;
use super::issue::Issue;

/// The reason of an error answer (`metav1.StatusReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// 400: the object can't be decoded, or its namespace is not the request's.
    BadRequest,
    /// 403: not allowed, such as a namespace that is being deleted.
    Forbidden,
    /// 404: no such object, namespace or resource.
    NotFound,
    /// 409: there is one of this name already.
    AlreadyExists,
    /// 409: the object changed meanwhile.
    Conflict,
    /// 413: the request is longer than the server reads.
    RequestEntityTooLarge,
    /// 422: rules are broken; see the causes.
    Invalid,
    /// 500: the server failed.
    InternalError,
    /// 500 without a reason: an error that the server did not expect.
    Unknown,
}

impl Reason {
    /// As the API writes it; empty for [`Reason::Unknown`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::Conflict => "Conflict",
            Self::RequestEntityTooLarge => "RequestEntityTooLarge",
            Self::Invalid => "Invalid",
            Self::InternalError => "InternalError",
            Self::Unknown => "",
        }
    }
}

/// One broken rule of an [`Reason::Invalid`] answer (`metav1.StatusCause`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The field: `spec.ports[0].port`.
    pub field: String,
    /// What is wrong: `Invalid value: 0: must be between 1 and 65535, inclusive`.
    pub message: String,
}

/// The API server's error answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Why.
    pub reason: Reason,
    /// The server's message. Of an invalid object kubectl shows the causes instead.
    pub message: String,
    /// The kind the answer is about (`Service`); empty when it is about none.
    pub kind: String,
    /// The object's name as the server saw it; empty when there was none.
    pub name: String,
    /// The broken rules, in the server's order, repetitions included.
    pub causes: Vec<Cause>,
    /// The same, as findings, with explanations and places; also for reasons without causes.
    pub issues: Vec<Issue>,
}

impl ApiError {
    /// An answer of `reason` without causes.
    #[must_use]
    pub fn new(reason: Reason, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            reason,
            message: message.into(),
            kind: String::new(),
            name: String::new(),
            causes: Vec::new(),
            issues: Vec::new(),
        })
    }

    /// The answer to an object that breaks rules (`errors.NewInvalid`, apimachinery/pkg/api/errors).
    #[must_use]
    pub fn invalid(kind: &str, name: &str, issues: Vec<Issue>) -> Box<Self> {
        let causes: Vec<Cause> = issues
            .iter()
            .map(|i| Cause { field: i.path.clone(), message: i.message.clone() })
            .collect();
        let list = unique(&causes);
        let list = match list.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        Box::new(Self {
            reason: Reason::Invalid,
            message: format!("{kind} {} is invalid: {list}", quote(name)),
            kind: kind.to_owned(),
            name: name.to_owned(),
            causes,
            issues,
        })
    }

    /// What kubectl writes to stderr, newline at the end included. `doing` is what it
    /// was at: `Some(("creating", "service.yaml"))`; it is not told of an invalid object
    /// (`StandardErrorMessage` and `AddSourceToErr`, kubectl/pkg/cmd/util/helpers.go).
    #[must_use]
    pub fn kubectl(&self, doing: Option<(&str, &str)>) -> String {
        if self.reason == Reason::Invalid {
            let prefix = if self.kind.is_empty() && self.name.is_empty() {
                // Without causes the message is all there is.
                match self.message.as_str() {
                    message if self.causes.is_empty() && !message.is_empty() => {
                        format!("The request is invalid: {message}")
                    }
                    _ => "The request is invalid".to_owned(),
                }
            } else {
                format!("The {} {} is invalid", self.kind, quote(&self.name))
            };
            return match unique(&self.causes).as_slice() {
                [] => format!("{prefix}\n"),
                [one] => format!("{prefix}: {one}\n"),
                many => {
                    let mut text = format!("{prefix}: \n");
                    for cause in many {
                        text.push_str("* ");
                        text.push_str(cause);
                        text.push('\n');
                    }
                    text
                }
            };
        }
        let message = match doing {
            Some((verb, source)) => {
                format!("error when {verb} {}: {}", quote(source), self.message)
            }
            None => self.message.clone(),
        };
        match self.reason {
            Reason::Unknown => format!("Error from server: {message}\n"),
            reason => format!("Error from server ({}): {message}\n", reason.as_str()),
        }
    }
}

/// Each cause once, as kubectl lists them: the same words twice say nothing new.
fn unique(causes: &[Cause]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    causes
        .iter()
        .map(|c| format!("{}: {}", c.field, c.message))
        .filter(|text| seen.insert(text.clone()))
        .collect()
}

//! Where rules put what they find, worded as `field.Error` words it
//! (apimachinery/pkg/util/validation/field, v1.36.2).

use super::gotext;
use super::issue::{Issue, Mark, Remedy};
use crate::source::Severity;

/// The issues so far, in the server's order.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) issues: Vec<Issue>,
}

impl Report {
    fn push(
        &mut self,
        code: &'static str,
        path: String,
        message: String,
        mark: Mark,
    ) -> &mut Issue {
        let explanation =
            super::registry::rule(code).map_or("", |rule| rule.explanation).to_owned();
        self.issues.push(Issue {
            severity: Severity::Error,
            code,
            place: path.clone(),
            path,
            message,
            explanation,
            mark,
            remedy: None,
        });
        let last = self.issues.len() - 1;
        &mut self.issues[last]
    }

    /// `field.Invalid`; `shown` is the value as Go prints it.
    pub(crate) fn invalid(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        shown: impl std::fmt::Display,
        detail: impl std::fmt::Display,
    ) -> &mut Issue {
        self.push(code, path.into(), format!("Invalid value: {shown}: {detail}"), Mark::Value)
    }

    /// `field.Invalid` of a Go `string`.
    pub(crate) fn invalid_text(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        text: &str,
        detail: impl std::fmt::Display,
    ) -> &mut Issue {
        self.invalid(code, path, gotext::quote(text), detail)
    }

    /// `field.Required`; `detail` may be empty.
    pub(crate) fn required(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        detail: &str,
    ) -> &mut Issue {
        let message = if detail.is_empty() {
            "Required value".to_owned()
        } else {
            format!("Required value: {detail}")
        };
        self.push(code, path.into(), message, Mark::Parent)
    }

    /// `field.Forbidden`: the field should not be there, and taking it out is the remedy.
    pub(crate) fn forbidden(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        detail: impl std::fmt::Display,
    ) -> &mut Issue {
        let path = path.into();
        let issue = self.push(code, path.clone(), format!("Forbidden: {detail}"), Mark::Key);
        issue.remedy = Some(Remedy::Remove { place: path });
        issue
    }

    /// `field.Duplicate`; `shown` is the value as Go prints it.
    pub(crate) fn duplicate(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        shown: impl std::fmt::Display,
    ) -> &mut Issue {
        self.push(code, path.into(), format!("Duplicate value: {shown}"), Mark::Value)
    }

    /// `field.TooLong` with a limit in bytes.
    pub(crate) fn too_long(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        limit: usize,
    ) -> &mut Issue {
        self.push(
            code,
            path.into(),
            format!("Too long: may not be more than {limit} bytes"),
            Mark::Key,
        )
    }

    /// `field.InternalError`.
    pub(crate) fn internal(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        detail: impl std::fmt::Display,
    ) -> &mut Issue {
        self.push(code, path.into(), format!("Internal error: {detail}"), Mark::Value)
    }

    /// `field.NotSupported`; `shown` is the value as Go prints it, `supported` in the
    /// order in which the server lists it. A supported value that was probably meant is
    /// offered as remedy.
    pub(crate) fn unsupported(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        (given, shown): (&str, String),
        supported: &[&str],
    ) -> &mut Issue {
        let path = path.into();
        let list: Vec<String> = supported.iter().map(|v| gotext::quote(v)).collect();
        let message = format!("Unsupported value: {shown}: supported values: {}", list.join(", "));
        let issue = self.push(code, path.clone(), message, Mark::Value);
        if let Some(meant) = closest(given, supported) {
            issue.explanation =
                format!("Did you mean {meant}? Kubernetes takes only: {}.", supported.join(", "));
            issue.remedy = Some(Remedy::Replace { place: path, with: meant.to_owned() });
        }
        issue
    }

    /// A warning: the server accepts the object and says `text`.
    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        text: impl Into<String>,
    ) -> &mut Issue {
        let issue = self.push(code, path.into(), text.into(), Mark::Value);
        issue.severity = Severity::Warning;
        issue
    }
}

/// The one of `candidates` that was probably meant by `given`: the same but for case,
/// dashes and underscores, or a typing error away: one in a short word, three in a long one.
#[must_use]
pub fn closest<'a>(given: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let bare = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let given = bare(given);
    if given.is_empty() || given.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates.iter().copied() {
        let distance = edit_distance(&given, &bare(candidate));
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    let (distance, candidate) = best?;
    let most = match candidate.len() {
        0..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    (distance <= most && distance < given.chars().count()).then_some(candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (row[j - 1] + 1).min(rows[i - 1][j] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row[j] = least;
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_guessed_and_a_wild_word_is_not() {
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
        assert_eq!(closest("nodeport", &types), Some("NodePort"));
        assert_eq!(closest("Loadbalancre", &types), Some("LoadBalancer"));
        assert_eq!(closest("cluster-ip", &types), Some("ClusterIP"));
        assert_eq!(closest("Ingress", &types), None);
        assert_eq!(closest("", &types), None);
        assert_eq!(closest("tpc", &["SCTP", "TCP", "UDP"]), Some("TCP"));
        assert_eq!(closest("ICMP", &["SCTP", "TCP", "UDP"]), None);
    }
}

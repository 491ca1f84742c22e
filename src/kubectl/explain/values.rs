//! The values that a field takes: which fields have any, k8s-openapi's schemas don't say.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

const TEXT: &str = include_str!("values.txt");

/// A value and what the API says of it.
type Values = Vec<(&'static str, &'static str)>;

/// The values of a field of a definition (`io.k8s.api.core.v1.ServiceSpec`), in order; none
/// where it takes any.
pub(super) fn values(definition: &str, field: &str) -> Option<&'static Values> {
    static ALL: OnceLock<HashMap<&'static str, Values>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut all = HashMap::new();
        for block in TEXT.split("\n\n").skip(1) {
            let values: Values = block.lines().filter_map(read).collect();
            for field in block.lines().filter(|line| !line.starts_with('-')) {
                all.insert(field, values.clone());
            }
        }
        all
    });
    let definition = definition.strip_prefix("io.k8s.").unwrap_or(definition);
    all.get(format!("{definition}.{field}").as_str())
}

fn read(line: &'static str) -> Option<(&'static str, &'static str)> {
    line.strip_prefix("- \"")?.split_once('"')
}

/// A description, and its values as the server adds them.
pub(super) fn described(about: &str, values: &Values) -> String {
    let mut text = about.to_owned();
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str("Possible enum values:");
    for (value, about) in values {
        // Writing to a String does not fail.
        let _ = write!(text, "\n - `\"{value}\"`{about}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_values() {
        let protocol = values("io.k8s.api.core.v1.ServicePort", "protocol").unwrap();
        assert_eq!(
            described("About.", protocol),
            "About.\n\nPossible enum values:\n - `\"SCTP\"` is the SCTP protocol.\n - `\"TCP\"` is the TCP protocol.\n - `\"UDP\"` is the UDP protocol."
        );
        assert_eq!(values("io.k8s.api.core.v1.ServicePort", "name"), None);
    }

    /// Each field in the list is one that some kind has.
    #[test]
    fn every_field_is_known() {
        let mut known = std::collections::HashSet::new();
        for kind in crate::manifest::kinds::kinds() {
            let document = kind.document();
            for (definition, schema) in &document.definitions {
                let fields = schema["properties"].as_object().into_iter().flatten();
                let short = definition.strip_prefix("io.k8s.").unwrap_or(definition);
                known.extend(fields.map(|(field, _)| format!("{short}.{field}")));
            }
        }
        let listed = TEXT.split("\n\n").skip(1).flat_map(str::lines);
        let unknown: Vec<&str> =
            listed.filter(|l| !l.starts_with('-') && !known.contains(*l)).collect();
        assert_eq!(unknown, [""; 0]);
    }
}

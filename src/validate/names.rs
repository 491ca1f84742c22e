//! The shapes of names, labels and keys, with the server's words
//! (apimachinery/pkg/util/validation and pkg/api/validate/content, v1.36.2).
//! Each function gives what is wrong, in the server's order; nothing for a good value.

fn is_lower_alphanumeric(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_label_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(first), Some(last))
        if is_lower_alphanumeric(*first) && is_lower_alphanumeric(*last))
        && bytes.iter().all(|b| is_lower_alphanumeric(*b) || *b == b'-')
}

/// Labels joined by dots.
fn is_subdomain_shape(text: &str) -> bool {
    text.split('.').all(is_label_shape)
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
fn is_key_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(first), Some(last))
        if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

const LABEL_SHAPE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_SHAPE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const KEY_SHAPE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_SHAPE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// `IsDNS1123Label`: a Service's name, a port's name. Lengths are counted in bytes.
#[must_use]
pub(crate) fn dns_label(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > 63 {
        wrong.push("must be no more than 63 characters".to_owned());
    }
    if !is_label_shape(text) {
        let says = if is_subdomain_shape(text) { "must not contain dots" } else { LABEL_SHAPE };
        wrong.push(says.to_owned());
    }
    wrong
}

/// `NameIsDNSLabel` with the prefix flag: a generateName may end in a dash, since
/// letters are appended to it.
#[must_use]
pub(crate) fn dns_label_prefix(text: &str) -> Vec<String> {
    dns_label(&mask_trailing_dash(text))
}

/// `maskTrailingDash`: the dash and the character before it become an `a`.
fn mask_trailing_dash(text: &str) -> String {
    if text.len() > 1 && text.ends_with('-') {
        // As upstream, which cuts bytes; a cut character would be wrong in any case.
        let kept = text.as_bytes().get(..text.len() - 2).unwrap_or_default();
        return format!("{}a", String::from_utf8_lossy(kept));
    }
    text.to_owned()
}

/// `IsDNS1123Subdomain`: host names, most objects' names.
#[must_use]
pub(crate) fn dns_subdomain(text: &str) -> Vec<String> {
    subdomain(text, "characters")
}

fn subdomain(text: &str, unit: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > 253 {
        wrong.push(format!("must be no more than 253 {unit}"));
    }
    if !is_subdomain_shape(text) {
        wrong.push(SUBDOMAIN_SHAPE.to_owned());
    }
    wrong
}

/// As [`dns_subdomain`] for a generateName.
#[must_use]
pub(crate) fn dns_subdomain_prefix(text: &str) -> Vec<String> {
    dns_subdomain(&mask_trailing_dash(text))
}

/// `IsLabelKey`, also known as a qualified name: `name` or `example.com/name`.
#[must_use]
pub(crate) fn label_key(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = match text.split_once('/') {
        None => text,
        Some((_, rest)) if rest.contains('/') => {
            return vec![format!(
                "a valid label key {KEY_SHAPE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
        Some((prefix, name)) => {
            if prefix.is_empty() {
                wrong.push("prefix part must be non-empty".to_owned());
            } else {
                wrong.extend(
                    subdomain(prefix, "bytes").into_iter().map(|w| format!("prefix part {w}")),
                );
            }
            name
        }
    };
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        wrong.push("name part must be no more than 63 bytes".to_owned());
    }
    if !is_key_shape(name) {
        wrong.push(format!("name part {KEY_SHAPE}"));
    }
    wrong
}

/// `IsLabelValue`: empty, or at most 63 bytes of letters, digits, `-`, `_`, `.`.
#[must_use]
pub(crate) fn label_value(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > 63 {
        wrong.push("must be no more than 63 bytes".to_owned());
    }
    if !text.is_empty() && !is_key_shape(text) {
        wrong.push(VALUE_SHAPE.to_owned());
    }
    wrong
}

/// `IsValidPortName`: a targetPort that is a name.
#[must_use]
pub(crate) fn port_name(text: &str) -> Vec<String> {
    let mut wrong: Vec<&str> = Vec::new();
    if text.len() > 15 {
        wrong.push("must be no more than 15 characters");
    }
    if text.is_empty() || !text.bytes().all(|b| is_lower_alphanumeric(b) || b == b'-') {
        wrong.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        wrong.push("must contain at least one letter (a-z)");
    }
    if text.contains("--") {
        wrong.push("must not contain consecutive hyphens");
    }
    if text.starts_with('-') || text.ends_with('-') {
        wrong.push("must not begin or end with a hyphen");
    }
    wrong.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_lower_case_letters_digits_and_inner_dashes() {
        for good in ["a", "1", "web-1", &"a".repeat(63)] {
            assert_eq!(dns_label(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "é", "a..b", "a b"] {
            assert_eq!(dns_label(bad), [LABEL_SHAPE], "{bad}");
        }
        assert_eq!(dns_label("a.b"), ["must not contain dots"]);
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 characters"]);
    }

    #[test]
    fn a_prefix_may_end_in_a_dash() {
        assert_eq!(dns_label_prefix("web-"), Vec::<String>::new());
        assert_eq!(dns_label_prefix("-"), [LABEL_SHAPE]);
        assert_eq!(dns_label_prefix("é-"), [LABEL_SHAPE]);
    }

    #[test]
    fn a_key_has_at_most_one_slash_and_two_good_parts() {
        for good in ["app", "app.kubernetes.io/name", "A_b.c-1"] {
            assert_eq!(label_key(good), Vec::<String>::new(), "{good}");
        }
        assert_eq!(label_key("a/b/c").len(), 1);
        assert_eq!(label_key("/b"), ["prefix part must be non-empty"]);
        assert_eq!(label_key("A/b"), [format!("prefix part {SUBDOMAIN_SHAPE}")]);
        let empty = ["name part must be non-empty".to_owned(), format!("name part {KEY_SHAPE}")];
        assert_eq!(label_key(""), empty);
        assert_eq!(label_key("a/"), empty);
        assert_eq!(label_key(&"a".repeat(64)), ["name part must be no more than 63 bytes"]);
    }

    #[test]
    fn a_port_name_needs_a_letter_and_fifteen_characters_at_most() {
        assert_eq!(port_name("http-1"), Vec::<String>::new());
        assert_eq!(port_name("8080"), ["must contain at least one letter (a-z)"]);
        assert_eq!(
            port_name("-a--a-").iter().map(String::as_str).collect::<Vec<_>>(),
            ["must not contain consecutive hyphens", "must not begin or end with a hyphen"]
        );
        assert_eq!(port_name("abcdefghijklmnop"), ["must be no more than 15 characters"]);
    }
}

//! Selectors of labels and fields (k8s.io/apimachinery/pkg/labels and fields, v1.36).

use serde_json::Value;

/// A selector of labels, as `-l` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::kubectl) struct LabelSelector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

impl LabelSelector {
    /// Reads `a=b,c!=d,e in (f,g),h,!i`.
    ///
    /// # Errors
    /// What apimachinery says is wrong.
    pub(in crate::kubectl) fn read(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        let mut parser = Parser { tokens: tokens(text), at: 0 };
        if parser.peek().is_empty() {
            return Ok(Self(requirements));
        }
        loop {
            requirements.push(parser.requirement()?);
            match parser.next().as_str() {
                "" => return Ok(Self(requirements)),
                "," => {
                    let next = parser.peek();
                    if next != "!" && !is_word(&next) {
                        return Err(format!("found '{next}', expected: identifier after ','"));
                    }
                }
                other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
            }
        }
    }

    /// Whether an object's labels are selected.
    pub(in crate::kubectl) fn matches(&self, object: &Value) -> bool {
        let label = |key: &str| object["metadata"]["labels"][key].as_str();
        self.0.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => {
                label(key).is_some_and(|v| values.iter().any(|x| x == v))
            }
            Requirement::NotIn(key, values) => {
                label(key).is_none_or(|v| values.iter().all(|x| x != v))
            }
            Requirement::Exists(key) => label(key).is_some(),
            Requirement::Absent(key) => label(key).is_none(),
        })
    }
}

fn is_word(token: &str) -> bool {
    !token.is_empty() && !token.starts_with(['=', '!', ',', '(', ')', '<', '>'])
}

/// Words and signs.
fn tokens(text: &str) -> Vec<String> {
    let is_sign = |c: char| matches!(c, '=' | '!' | ',' | '(' | ')' | '<' | '>');
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_sign(first) {
            match rest.get(..2) {
                Some(two @ ("==" | "!=")) => two.len(),
                _ => 1,
            }
        } else {
            rest.find(|c: char| is_sign(c) || c.is_whitespace()).unwrap_or(rest.len())
        };
        tokens.push(rest.get(..length).unwrap_or("").to_owned());
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    tokens
}

struct Parser {
    tokens: Vec<String>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> String {
        self.tokens.get(self.at).cloned().unwrap_or_default()
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().unwrap_or_default()
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut key = self.next();
        let is_absent = key == "!";
        if is_absent {
            key = self.next();
        }
        if !is_word(&key) {
            return Err(format!("found '{key}', expected: identifier"));
        }
        let problems = crate::validate::label_key(&key);
        if !problems.is_empty() {
            return Err(format!(
                "key: Invalid value: {:?}: {}",
                crate::manifest::go::Quoted(&key),
                problems.join("; ")
            ));
        }
        if is_absent {
            return Ok(Requirement::Absent(key));
        }
        match self.peek().as_str() {
            "" | "," => Ok(Requirement::Exists(key)),
            operator @ ("=" | "==" | "!=") => {
                let is_not = operator == "!=";
                self.at += 1;
                let value = match self.peek() {
                    next if next.is_empty() || next == "," => String::new(),
                    next if is_word(&next) => self.next(),
                    next => return Err(format!("found '{next}', expected: identifier")),
                };
                let problems = crate::validate::label_value(&value);
                if !problems.is_empty() {
                    return Err(format!(
                        "values[0][{key}]: Invalid value: {:?}: {}",
                        crate::manifest::go::Quoted(&value),
                        problems.join("; ")
                    ));
                }
                Ok(if is_not {
                    Requirement::NotIn(key, vec![value])
                } else {
                    Requirement::In(key, vec![value])
                })
            }
            operator @ ("in" | "notin") => {
                let is_in = operator == "in";
                self.at += 1;
                let open = self.next();
                if open != "(" {
                    return Err(format!("found '{open}', expected: '('"));
                }
                let mut values = Vec::new();
                loop {
                    match self.next().as_str() {
                        ")" => break,
                        "," => {}
                        "" => return Err("found '', expected: ',' or ')'".to_owned()),
                        word => values.push(word.to_owned()),
                    }
                }
                Ok(if is_in {
                    Requirement::In(key, values)
                } else {
                    Requirement::NotIn(key, values)
                })
            }
            other => Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        }
    }
}

/// A selector of fields, as `--field-selector` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::kubectl) struct FieldSelector(Vec<(String, bool, String)>);

impl FieldSelector {
    /// Reads `metadata.name=a,status.phase!=Running`.
    ///
    /// # Errors
    /// What apimachinery says is wrong.
    pub(in crate::kubectl) fn read(text: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let term = ["!=", "==", "="].iter().find_map(|operator| {
                let (field, value) = part.split_once(operator)?;
                Some((field.to_owned(), *operator != "!=", value.to_owned()))
            });
            terms.push(
                term.ok_or_else(|| {
                    format!("invalid selector: '{text}'; can't understand '{part}'")
                })?,
            );
        }
        Ok(Self(terms))
    }

    /// Whether an object's fields are selected; a field that is not there is empty.
    pub(in crate::kubectl) fn matches(&self, object: &Value) -> bool {
        self.0.iter().all(|(field, is, value)| {
            let found = field.split('.').fold(object, |value, name| &value[name]);
            let found = match found {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            (found == *value) == *is
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_are_selected() {
        let object = json!({"metadata": {"labels": {"app": "web", "tier": "front"}}});
        for (selector, matches) in [
            ("app=web", true),
            ("app == web , tier!=back", true),
            ("app in (api,web),tier", true),
            ("app notin (web)", false),
            ("!app", false),
            ("!nope,nope!=x", true),
            ("app=", false),
            ("", true),
        ] {
            assert_eq!(
                LabelSelector::read(selector).map(|s| s.matches(&object)),
                Ok(matches),
                "{selector}"
            );
        }
        for wrong in ["app=web,", "=x", "app in web", "app web"] {
            assert!(LabelSelector::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fields_are_selected() {
        let object = json!({"metadata": {"name": "a"}, "status": {"phase": "Running"}});
        let is = |text: &str| FieldSelector::read(text).map(|s| s.matches(&object));
        assert_eq!(is("metadata.name=a,status.phase!=Failed"), Ok(true));
        assert_eq!(is("spec.nodeName=x"), Ok(false));
        assert_eq!(is("nope"), Err("invalid selector: 'nope'; can't understand 'nope'".to_owned()));
    }
}

//! Label selectors (k8s.io/apimachinery/pkg/labels/selector.go, v1.36).

use crate::manifest::go::Quoted;
use crate::validate::{label_key_problems, label_value_problems};
use serde_json::Value;
use std::collections::BTreeSet;

/// What labels must be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kubectl) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Exists,
    DoesNotExist,
    /// `=`, `==`, `in`.
    In,
    /// `!=`, `notin`.
    NotIn,
    Greater,
    Less,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Error,
    End,
    Identifier,
    In,
    NotIn,
    Not,
    Equals,
    NotEquals,
    Greater,
    Less,
    Comma,
    Open,
    Close,
}

/// `binaryOperators`.
const OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

fn is_special(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn symbol(text: &str) -> Option<Token> {
    Some(match text {
        ")" => Token::Close,
        "," => Token::Comma,
        "!" => Token::Not,
        "==" | "=" => Token::Equals,
        ">" => Token::Greater,
        "<" => Token::Less,
        "!=" => Token::NotEquals,
        "(" => Token::Open,
        _ => return None,
    })
}

/// The text's tokens, `End` last.
fn scan(text: &str) -> Vec<(Token, &str)> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while let Some(first) = rest.chars().next() {
        let n = if is_special(first) {
            // The longest symbol that the text begins with.
            let two = rest.get(..2).filter(|two| symbol(two).is_some());
            let n = two.map_or(1, str::len);
            let literal = rest.get(..n).unwrap_or_default();
            tokens.push((symbol(literal).unwrap_or(Token::Error), literal));
            n
        } else {
            let n = rest.find(|c| is_special(c) || is_space(c)).unwrap_or(rest.len());
            let word = rest.get(..n).unwrap_or_default();
            let token = match word {
                "in" => Token::In,
                "notin" => Token::NotIn,
                _ => Token::Identifier,
            };
            tokens.push((token, word));
            n
        };
        rest = rest.get(n..).unwrap_or_default().trim_start_matches(is_space);
    }
    tokens.push((Token::End, ""));
    tokens
}

struct Parser<'t> {
    tokens: Vec<(Token, &'t str)>,
    at: usize,
}

impl<'t> Parser<'t> {
    fn peek_operator(&self) -> (Token, &'t str) {
        self.tokens.get(self.at).copied().unwrap_or((Token::End, ""))
    }

    /// As a value, `in` and `notin` are words like others.
    fn peek(&self) -> (Token, &'t str) {
        match self.peek_operator() {
            (Token::In | Token::NotIn, word) => (Token::Identifier, word),
            other => other,
        }
    }

    fn next(&mut self) -> (Token, &'t str) {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn all(&mut self) -> Result<Vec<Requirement>, String> {
        let mut all = Vec::new();
        loop {
            match self.peek() {
                (Token::Identifier | Token::Not, _) => {
                    let one = self.requirement();
                    all.push(one.map_err(|why| format!("unable to parse requirement: {why}"))?);
                    match self.next() {
                        (Token::End, _) => return Ok(all),
                        (Token::Comma, _) => match self.peek() {
                            (Token::Identifier | Token::Not, _) => {}
                            (_, found) => {
                                return Err(format!(
                                    "found '{found}', expected: identifier after ','"
                                ));
                            }
                        },
                        (_, found) => {
                            return Err(format!(
                                "found '{found}', expected: ',' or 'end of string'"
                            ));
                        }
                    }
                }
                (Token::End, _) => return Ok(all),
                (_, found) => {
                    return Err(format!(
                        "found '{found}', expected: !, identifier, or 'end of string'"
                    ));
                }
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.next();
        let is_not = token == Token::Not;
        if is_not {
            (token, key) = self.next();
        }
        if token != Token::Identifier {
            return Err(format!("found '{key}', expected: identifier"));
        }
        check_key(key)?;
        let alone = matches!(self.peek(), (Token::End | Token::Comma, _));
        if is_not || alone {
            let operator = if is_not { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement { key: key.to_owned(), operator, values: BTreeSet::new() });
        }
        let (token, found) = self.peek_operator();
        self.at += 1;
        let (operator, values) = match token {
            Token::In => (Operator::In, self.values()?),
            Token::NotIn => (Operator::NotIn, self.values()?),
            Token::Equals => (Operator::In, self.value()?),
            Token::NotEquals => (Operator::NotIn, self.value()?),
            Token::Greater => (Operator::Greater, self.value()?),
            Token::Less => (Operator::Less, self.value()?),
            _ => return Err(format!("found '{found}', expected: {OPERATORS}")),
        };
        check_values(key, operator, &values)?;
        Ok(Requirement { key: key.to_owned(), operator, values })
    }

    fn value(&mut self) -> Result<BTreeSet<String>, String> {
        match self.peek() {
            (Token::End | Token::Comma, _) => Ok(BTreeSet::from([String::new()])),
            (Token::Identifier, word) => {
                self.at += 1;
                Ok(BTreeSet::from([word.to_owned()]))
            }
            (_, found) => Err(format!("found '{found}', expected: identifier")),
        }
    }

    fn values(&mut self) -> Result<BTreeSet<String>, String> {
        match self.next() {
            (Token::Open, _) => {}
            (_, found) => return Err(format!("found '{found}' expected: '('")),
        }
        match self.peek() {
            (Token::Identifier | Token::Comma, _) => {
                let values = self.list()?;
                self.at += 1;
                Ok(values)
            }
            (Token::Close, _) => {
                self.at += 1;
                Ok(BTreeSet::from([String::new()]))
            }
            (_, found) => Err(format!("found '{found}', expected: ',', ')' or identifier")),
        }
    }

    /// Up to the closing parenthesis, which stays.
    fn list(&mut self) -> Result<BTreeSet<String>, String> {
        let mut values = BTreeSet::new();
        loop {
            match self.next() {
                (Token::Identifier, word) => {
                    values.insert(word.to_owned());
                    match self.peek() {
                        (Token::Comma, _) => {}
                        (Token::Close, _) => return Ok(values),
                        (_, found) => {
                            return Err(format!("found '{found}', expected: ',' or ')'"));
                        }
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() {
                        values.insert(String::new());
                    }
                    match self.peek() {
                        (Token::Close, _) => {
                            values.insert(String::new());
                            return Ok(values);
                        }
                        (Token::Comma, _) => {
                            values.insert(String::new());
                        }
                        _ => {}
                    }
                }
                (_, found) => {
                    return Err(format!("found '{found}', expected: ',', or identifier"));
                }
            }
        }
    }
}

fn check_key(key: &str) -> Result<(), String> {
    match label_key_problems(key).join("; ") {
        none if none.is_empty() => Ok(()),
        why => Err(format!("<nil>: Invalid value: {:?}: {why}", Quoted(key))),
    }
}

fn check_values(key: &str, operator: Operator, values: &BTreeSet<String>) -> Result<(), String> {
    for (idx, value) in values.iter().enumerate() {
        if matches!(operator, Operator::Greater | Operator::Less) && value.parse::<i64>().is_err() {
            return Err(format!(
                "values[{idx}]: Invalid value: {:?}: for 'Gt', 'Lt' operators, the value must be an integer",
                Quoted(value)
            ));
        }
        let why = label_value_problems(value).join("; ");
        if !why.is_empty() {
            return Err(format!("values[{idx}][{key}]: Invalid value: {:?}: {why}", Quoted(value)));
        }
    }
    Ok(())
}

impl LabelSelector {
    /// Reads a selector; an empty one selects all.
    ///
    /// # Errors
    /// The parser's words.
    pub(in crate::kubectl) fn read(text: &str) -> Result<Self, String> {
        Ok(Self { requirements: Parser { tokens: scan(text), at: 0 }.all()? })
    }

    /// Whether it asks for nothing.
    pub(in crate::kubectl) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether labels are what it asks for.
    pub(in crate::kubectl) fn matches(&self, labels: &Value) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = labels[requirement.key.as_str()].as_str();
            let has = |value: &str| requirement.values.contains(value);
            let number = |text: &str| text.parse::<i64>().ok();
            let than = || number(requirement.values.first()?);
            let compared = || Some(number(value?)?.cmp(&than()?));
            match requirement.operator {
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::In => value.is_some_and(has),
                Operator::NotIn => !value.is_some_and(has),
                Operator::Greater => compared() == Some(std::cmp::Ordering::Greater),
                Operator::Less => compared() == Some(std::cmp::Ordering::Less),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_requirement_asks_for_what_it_says() {
        let labels = json!({"app": "web", "tier": "front", "n": "5", "in": "x"});
        for (selector, selects) in [
            ("", true),
            ("app=web", true),
            ("app==web,tier!=back", true),
            ("app!=web", false),
            ("none!=web", true),
            ("app in (web, api)", true),
            ("app notin (web)", false),
            ("none notin (web)", true),
            ("app", true),
            ("!app", false),
            ("!none", true),
            ("n>4,n<6", true),
            ("n>5", false),
            ("app>1", false),
            ("app in ()", false),
            ("none=", false),
            ("in in (in,x)", true),
            ("  app = web , tier ", true),
        ] {
            let read = LabelSelector::read(selector).unwrap();
            assert_eq!(read.matches(&labels), selects, "{selector}");
        }
    }

    #[test]
    fn what_can_t_be_read_is_told_in_the_parsers_words() {
        for (selector, says) in [
            (
                "a b",
                "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
            ),
            ("a,,b", "found ',', expected: identifier after ','"),
            ("a in b", "unable to parse requirement: found 'b' expected: '('"),
            ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
            ("a=b=c", "found '=', expected: ',' or 'end of string'"),
            ("=a", "found '=', expected: !, identifier, or 'end of string'"),
            ("!", "unable to parse requirement: found '', expected: identifier"),
            ("x=y,", "found '', expected: identifier after ','"),
            ("a=(b)", "unable to parse requirement: found '(', expected: identifier"),
            (
                "a>x",
                "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
            (
                "a=-",
                "unable to parse requirement: values[0][a]: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            ),
        ] {
            assert_eq!(LabelSelector::read(selector).unwrap_err(), says, "{selector}");
        }
    }
}

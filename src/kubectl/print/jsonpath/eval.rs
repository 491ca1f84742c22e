//! What a template finds (`jsonpath.go`).

use super::compare;
use super::parse::{Node, Slice};
use super::{Found, gofmt, json};
use serde_json::Value;

/// The most values that one template may come by: with ranges in ranges and `..` a short text
/// could ask for more than fits anywhere.
const MAX_STEPS: usize = 4_000_000;

type Values<'v> = Vec<Found<'v>>;

/// A run of a template.
pub(super) struct Eval {
    begin: usize,
    inside: usize,
    end: usize,
    last_end: Option<usize>,
    allow_missing: bool,
    steps: usize,
}

impl Eval {
    pub(super) fn new(allow_missing: bool) -> Self {
        Self { begin: 0, inside: 0, end: 0, last_end: None, allow_missing, steps: 0 }
    }

    /// What each node of a template finds.
    pub(super) fn run<'v>(
        &mut self,
        nodes: &'v [Node],
        object: Found<'v>,
    ) -> Result<Vec<Values<'v>>, String> {
        let mut all = Vec::new();
        self.from(nodes, 0, object, 0, &mut all)?;
        Ok(all)
    }

    fn count(&mut self, n: usize) -> Result<(), String> {
        self.steps += n;
        if self.steps > MAX_STEPS {
            return Err("the template takes too many steps".to_owned());
        }
        Ok(())
    }

    /// `FindResults` from node `first` on.
    fn from<'v>(
        &mut self,
        nodes: &'v [Node],
        first: usize,
        object: Found<'v>,
        depth: usize,
        all: &mut Vec<Values<'v>>,
    ) -> Result<(), String> {
        if depth > 64 {
            return Err("ranges are nested too deep".to_owned());
        }
        let mut at = first;
        while let Some(node) = nodes.get(at) {
            self.count(1)?;
            let found = self.walk(vec![object.clone()], node)?;
            if self.end > 0 && self.end <= self.inside {
                self.end -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.begin > 0 {
                self.begin -= 1;
                self.inside += 1;
                if found.is_empty() {
                    // The nodes inside are gone through for where they end.
                    self.from(nodes, at + 1, Found::Nothing, depth + 1, &mut Vec::new())?;
                }
                for value in found {
                    self.from(nodes, at + 1, value, depth + 1, all)?;
                }
                self.inside -= 1;
                if let Some(end) = self.last_end.filter(|end| *end > at) {
                    at = end;
                }
            } else {
                all.push(found);
            }
            at += 1;
        }
        Ok(())
    }

    fn list<'v>(
        &mut self,
        mut values: Values<'v>,
        nodes: &'v [Node],
    ) -> Result<Values<'v>, String> {
        for node in nodes {
            values = self.walk(values, node)?;
        }
        Ok(values)
    }

    fn walk<'v>(&mut self, input: Values<'v>, node: &'v Node) -> Result<Values<'v>, String> {
        self.count(input.len())?;
        match node {
            Node::List(nodes) => self.list(input, nodes),
            Node::Text(text) => Ok(vec![Found::Text(text)]),
            Node::Made(value) => Ok(input.iter().map(|_| Found::Made(value.clone())).collect()),
            Node::Field(name) => self.field(&input, name),
            Node::Array(slice) => array(&input, slice),
            Node::Filter(left, operator, right) => self.filter(&input, left, operator, right),
            Node::Wildcard => {
                let all: Values<'v> = input.iter().flat_map(inside).collect();
                self.count(all.len())?;
                Ok(all)
            }
            Node::Recursive => {
                let mut all = Vec::new();
                for value in &input {
                    self.recursive(value, &mut all)?;
                }
                Ok(all)
            }
            Node::Union(lists) => {
                let mut all = Vec::new();
                for list in lists {
                    all.append(&mut self.list(input.clone(), list)?);
                }
                Ok(all)
            }
            Node::Identifier(name) => match &**name {
                "range" => {
                    self.begin += 1;
                    Ok(input)
                }
                "end" if self.inside > 0 => {
                    self.end += 1;
                    Ok(Vec::new())
                }
                "end" => Err("not in range, nothing to end".to_owned()),
                name => Err(format!("unrecognized identifier {name}")),
            },
        }
    }

    fn field<'v>(&self, input: &[Found<'v>], name: &str) -> Result<Values<'v>, String> {
        let found: Values<'v> = input
            .iter()
            .filter_map(|value| match value {
                Found::Value(value) => value.as_object()?.get(name).map(Found::Value),
                _ => None,
            })
            .collect();
        if found.is_empty() && !self.allow_missing && !input.is_empty() {
            return Err(format!("{name} is not found"));
        }
        Ok(found)
    }

    fn recursive<'v>(&mut self, value: &Found<'v>, all: &mut Values<'v>) -> Result<(), String> {
        self.count(1)?;
        // Bytes of a text hold nothing more.
        let text = match value {
            Found::Value(Value::String(text)) => Some(text.as_str()),
            Found::Text(text) => Some(*text),
            _ => None,
        };
        if let Some(text) = text {
            all.extend((!text.is_empty()).then(|| value.clone()));
            return Ok(());
        }
        let inner = inside(value);
        if inner.len() > 0 {
            all.push(value.clone());
        }
        for value in inner {
            self.recursive(&value, all)?;
        }
        Ok(())
    }

    fn filter<'v>(
        &mut self,
        input: &[Found<'v>],
        left: &'v [Node],
        operator: &str,
        right: &'v [Node],
    ) -> Result<Values<'v>, String> {
        let mut all = Vec::new();
        for value in input {
            let items = match value {
                Found::Value(Value::Array(items)) => items,
                Found::Nothing => {
                    return Err(
                        "<invalid reflect.Value> is not array or slice and cannot be filtered"
                            .to_owned(),
                    );
                }
                other => {
                    return Err(format!(
                        "{} is not array or slice and cannot be filtered",
                        other.with(gofmt::plain)
                    ));
                }
            };
            for item in items {
                let item = Found::Value(item);
                let lefts = self.list(vec![item.clone()], left);
                if operator == "exists" {
                    if lefts.is_ok_and(|lefts| !lefts.is_empty()) {
                        all.push(item);
                    }
                    continue;
                }
                let Some(left) = one(lefts?)? else { continue };
                let rights = self.list(vec![item.clone()], right)?;
                let Some(right) = one(rights)? else { continue };
                if left.with(|left| right.with(|right| compare::holds(left, operator, right)))? {
                    all.push(item);
                }
            }
        }
        Ok(all)
    }
}

fn one(mut values: Values<'_>) -> Result<Option<Found<'_>>, String> {
    match values.len() {
        0 | 1 => Ok(values.pop()),
        _ => Err("can only compare one element at a time".to_owned()),
    }
}

/// What a value holds: a map's values in the order of their keys, a list's items, a text's
/// bytes.
fn inside<'v>(value: &Found<'v>) -> std::vec::IntoIter<Found<'v>> {
    let bytes = |text: &str| text.bytes().map(|byte| Found::Made(byte.into())).collect();
    let all: Values<'v> = match value {
        Found::Value(Value::Object(map)) => json::entries(map, json::Keys::Sorted)
            .into_iter()
            .map(|(_, value)| Found::Value(value))
            .collect(),
        Found::Value(Value::Array(items)) => items.iter().map(Found::Value).collect(),
        Found::Value(Value::String(text)) => bytes(text),
        Found::Text(text) => bytes(text),
        _ => Vec::new(),
    };
    all.into_iter()
}

fn array<'v>(input: &[Found<'v>], slice: &Slice) -> Result<Values<'v>, String> {
    let mut all = Vec::new();
    for value in input {
        let items = match value {
            Found::Value(Value::Null) | Found::Nothing => continue,
            Found::Value(Value::Array(items)) => items,
            other => {
                let name = other.with(gofmt::type_name);
                return Err(format!("{name} is not array or slice"));
            }
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let wrap = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
        let from = wrap(slice.from.unwrap_or(0));
        let to = match slice.to {
            None => length,
            Some(0) if slice.is_index => length,
            Some(to) => wrap(to),
        };
        if from == to {
            return Ok(all);
        }
        let outside =
            |index: i64| Err(format!("array index out of bounds: index {index}, length {length}"));
        if from >= length || from < 0 {
            return outside(from);
        }
        if to > length || to < 0 {
            return outside(to - 1);
        }
        if from > to {
            return Err(format!("starting index {from} is greater than ending index {to}"));
        }
        let step = match slice.step {
            Some(..=0) => return Err("step must be > 0".to_owned()),
            step => step.and_then(|step| usize::try_from(step).ok()).unwrap_or(1),
        };
        let place = |index: i64| usize::try_from(index).unwrap_or(0);
        let chosen = items.get(place(from)..place(to)).unwrap_or_default();
        all.extend(chosen.iter().step_by(step).map(Found::Value));
    }
    Ok(all)
}

//! Functions of templates (`text/template/funcs.go`), and kubectl's two.

use super::printf;
use super::value::{Is, Val};
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What a template may call.
pub(super) const NAMES: &[&str] = &[
    "and",
    "base64decode",
    "call",
    "eq",
    "exists",
    "ge",
    "gt",
    "html",
    "index",
    "js",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
    "slice",
    "urlquery",
];

/// How many arguments a function takes, at least and at most.
pub(super) fn counts(name: &str) -> (usize, usize) {
    match name {
        "base64decode" | "len" | "not" => (1, 1),
        "ge" | "gt" | "le" | "lt" | "ne" => (2, 2),
        "html" | "js" | "print" | "println" | "urlquery" => (0, usize::MAX),
        _ => (1, usize::MAX),
    }
}

/// Calls a function; the error is what it says.
pub(super) fn call<'v>(name: &str, args: Vec<Val<'v>>) -> Result<Val<'v>, String> {
    let texts = |join: &str| args.iter().map(Val::plain).collect::<Vec<_>>().join(join);
    match name {
        "print" => return Ok(Val::text(print(&args))),
        "println" => return Ok(Val::text(texts(" ") + "\n")),
        "html" => return Ok(Val::text(html(&shown(args)))),
        "js" => return Ok(Val::text(js(&shown(args)))),
        "urlquery" => return Ok(Val::text(query(&shown(args)))),
        _ => {}
    }
    let mut args = args.into_iter();
    let first = args.next().unwrap_or(Val::Nil);
    let rest: Vec<Val<'v>> = args.collect();
    Ok(match name {
        "len" => Val::Int(len(&first)?),
        "not" => Val::Bool(!first.is_true()),
        "printf" => match first.is() {
            Is::Text(format) => Val::text(printf::sprintf(format, &rest)),
            _ => Val::Nil,
        },
        "index" => index(first, &rest)?,
        "slice" => slice(&first, &rest)?,
        "exists" => Val::Bool(exists(first, &rest)),
        "eq" => Val::Bool(any_equal(&first, &rest)?),
        "ne" => Val::Bool(!any_equal(&first, &rest)?),
        "lt" => Val::Bool(compare(&first, &rest)? == Some(Ordering::Less)),
        "le" => {
            Val::Bool(matches!(compare(&first, &rest)?, Some(Ordering::Less | Ordering::Equal)))
        }
        "gt" => Val::Bool(compare(&first, &rest)? == Some(Ordering::Greater)),
        "ge" => {
            Val::Bool(matches!(compare(&first, &rest)?, Some(Ordering::Greater | Ordering::Equal)))
        }
        "base64decode" => match first.is() {
            Is::Text(text) => Val::text(decode(text)?),
            _ => Val::Nil,
        },
        _ => Val::Nil,
    })
}

/// `evalArgs`: as [`print()`], but what is not there is said to be missing.
fn shown(mut args: Vec<Val<'_>>) -> String {
    for arg in &mut args {
        if matches!(arg.is(), Is::Nil) {
            *arg = Val::text("<no value>");
        }
    }
    print(&args)
}

/// `fmt.Sprint`: a space between two that are no strings.
fn print(values: &[Val<'_>]) -> String {
    let mut out = String::new();
    let mut after_text = true;
    for value in values {
        let is_text = matches!(value.is(), Is::Text(_));
        if !is_text && !after_text {
            out.push(' ');
        }
        out.push_str(&value.plain());
        after_text = is_text;
    }
    out
}

fn len(value: &Val<'_>) -> Result<i64, String> {
    let n = match value.is() {
        Is::Text(text) => text.len(),
        Is::List(items) => items.len(),
        Is::Map(map) => map.len(),
        Is::Nil => return Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        _ => return Err(format!("len of type {}", value.type_name())),
    };
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A place in something of length `n`.
fn place(index: &Val<'_>, n: usize, what: &str) -> Result<usize, String> {
    match index.is() {
        Is::Int(idx) => {
            let found = usize::try_from(idx).ok().filter(|place| *place < n);
            found.ok_or_else(|| format!("index out of range: {idx}"))
        }
        Is::Nil => Err(format!("cannot {what} slice/array with nil")),
        _ => Err(format!("cannot {what} slice/array with type {}", index.type_name())),
    }
}

fn index<'v>(value: Val<'v>, indices: &[Val<'v>]) -> Result<Val<'v>, String> {
    if matches!(value.is(), Is::Nil) {
        return Err("index of untyped nil".to_owned());
    }
    let mut value = value;
    for index in indices {
        value = match value.is() {
            Is::Nil => return Err("index of nil pointer".to_owned()),
            Is::List(items) => value.item(place(index, items.len(), "index")?).unwrap_or(Val::Nil),
            Is::Text(text) => {
                let place = place(index, text.len(), "index")?;
                Val::Int(i64::from(text.as_bytes().get(place).copied().unwrap_or_default()))
            }
            Is::Map(_) => match index.is() {
                Is::Text(key) => value.entry(key).unwrap_or(Val::Nil),
                Is::Nil => return Err("value is nil; should be of type string".to_owned()),
                _ => {
                    let of = index.type_name();
                    return Err(format!("value has type {of}; should be string"));
                }
            },
            _ => return Err(format!("can't index item of type {}", value.type_name())),
        };
    }
    Ok(value)
}

fn exists<'v>(value: Val<'v>, indices: &[Val<'v>]) -> bool {
    indices
        .iter()
        .try_fold(value, |value, one| index(value, std::slice::from_ref(one)).ok())
        .is_some_and(|value| !matches!(value.is(), Is::Nil))
}

fn slice<'v>(value: &Val<'v>, indices: &[Val<'v>]) -> Result<Val<'v>, String> {
    let n = match value.is() {
        Is::Nil => return Err("slice of untyped nil".to_owned()),
        Is::Text(_) if indices.len() > 2 => return Err("cannot 3-index slice a string".to_owned()),
        _ if indices.len() > 3 => {
            return Err(format!("too many slice indexes: {}", indices.len()));
        }
        Is::Text(text) => text.len(),
        Is::List(items) => items.len(),
        _ => return Err(format!("can't slice item of type {}", value.type_name())),
    };
    let mut bounds = [0, n];
    for (bound, index) in bounds.iter_mut().zip(indices) {
        *bound = place(index, n + 1, "index")?;
    }
    let [from, to] = bounds;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    Ok(match value.is() {
        Is::Text(text) => {
            let bytes = text.as_bytes().get(from..to).unwrap_or_default();
            Val::text(String::from_utf8_lossy(bytes))
        }
        Is::List(items) => {
            let items = items.get(from..to).unwrap_or_default();
            Val::Json(Cow::Owned(Value::Array(items.to_vec())))
        }
        _ => Val::Nil,
    })
}

fn bad_comparison(left: &Val<'_>, right: &Val<'_>) -> String {
    format!("incompatible types for comparison: {} and {}", left.type_name(), right.type_name())
}

fn any_equal(value: &Val<'_>, others: &[Val<'_>]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        let equal = match (value.is(), other.is()) {
            (Is::Nil, other) => other == Is::Nil,
            (_, Is::Nil) => false,
            (Is::Int(a), Is::Int(b)) => a == b,
            (Is::Float(a), Is::Float(b)) => a == b,
            (Is::Bool(a), Is::Bool(b)) => a == b,
            (Is::Text(a), Is::Text(b)) => a == b,
            (Is::List(_), Is::List(_)) | (Is::Map(_), Is::Map(_)) => {
                return Err(format!(
                    "non-comparable types {}: {}, {}: {}",
                    value.plain(),
                    value.type_name(),
                    other.type_name(),
                    other.plain()
                ));
            }
            _ => return Err(bad_comparison(value, other)),
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn compare(value: &Val<'_>, others: &[Val<'_>]) -> Result<Option<Ordering>, String> {
    let Some(other) = others.first() else {
        return Err("missing argument for comparison".to_owned());
    };
    match (value.is(), other.is()) {
        (Is::Int(a), Is::Int(b)) => Ok(Some(a.cmp(&b))),
        (Is::Float(a), Is::Float(b)) => Ok(a.partial_cmp(&b)),
        (Is::Text(a), Is::Text(b)) => Ok(Some(a.cmp(b))),
        (
            Is::Int(_) | Is::Float(_) | Is::Text(_),
            Is::Int(_) | Is::Float(_) | Is::Text(_) | Is::Bool(_),
        )
        | (Is::Bool(_), Is::Int(_) | Is::Float(_) | Is::Text(_)) => {
            Err(bad_comparison(value, other))
        }
        _ => Err("invalid type for comparison".to_owned()),
    }
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('\'', "&#39;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&#34;")
}

fn js(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => {
                out.push('\\');
                out.push(c);
            }
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if c < ' ' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn query(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// `base64.StdEncoding.DecodeString`.
fn decode(text: &str) -> Result<String, String> {
    match crate::manifest::go::base64_bytes(text) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(at) => Err(format!("base64 decode failed: illegal base64 data at input byte {at}")),
    }
}

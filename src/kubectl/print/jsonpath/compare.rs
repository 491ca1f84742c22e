//! Comparing two values (client-go/third_party/forked/golang/template/funcs.go).

use serde_json::Value;
use std::cmp::Ordering;

const BAD_TYPE: &str = "invalid type for comparison";
const BAD: &str = "incompatible types for comparison";

/// How two values of one kind stand to each other; none of floats that are no numbers.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    for value in [left, right] {
        if value.is_null() || value.is_array() || value.is_object() {
            return Err(BAD_TYPE.to_owned());
        }
    }
    Ok(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) if left.is_f64() == right.is_f64() => {
            if left.is_f64() {
                left.as_f64().partial_cmp(&right.as_f64())
            } else {
                let whole = |n: &serde_json::Number| {
                    n.as_i64().map(i128::from).or(n.as_u64().map(i128::from))
                };
                whole(left).partial_cmp(&whole(right))
            }
        }
        _ => return Err(BAD.to_owned()),
    })
}

/// Whether `left operator right` holds.
pub(super) fn holds(left: &Value, operator: &str, right: &Value) -> Result<bool, String> {
    let known = matches!(operator, "==" | "!=" | "<" | ">" | "<=" | ">=");
    if !known {
        return Err(format!("unrecognized filter operator {operator}"));
    }
    let order = order(left, right)?;
    if !matches!(operator, "==" | "!=") && left.is_boolean() {
        return Err(BAD_TYPE.to_owned());
    }
    Ok(match operator {
        "==" => order == Some(Ordering::Equal),
        "!=" => order != Some(Ordering::Equal),
        "<" => order == Some(Ordering::Less),
        "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        ">" => !matches!(order, Some(Ordering::Less | Ordering::Equal)),
        _ => order != Some(Ordering::Less),
    })
}

//! Whether two values are the same: quicker where their fields stand in one order, as those of
//! an object and of what was made of it do.

use serde_json::Value;

/// As `==`.
#[must_use]
pub fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && match a.keys().eq(b.keys()) {
                    true => a.values().zip(b.values()).all(|(a, b)| is_same(a, b)),
                    false => a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b))),
                }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop::sample::select(vec![json!(null), json!(1), json!(1.0), json!("x")]);
        leaf.prop_recursive(3, 12, 3, |inner| {
            let key = prop::sample::select(vec!["a", "b", "c"]);
            let fields = prop::collection::vec((key, inner.clone()), 0..3);
            prop_oneof![
                2 => fields.prop_map(|fields| {
                    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
                }),
                1 => prop::collection::vec(inner, 0..3).prop_map(Value::Array),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_the_same_that_are_equal(a in value(), b in value()) {
            prop_assert_eq!(is_same(&a, &b), a == b);
            let mut sorted = a.clone();
            sorted.sort_all_objects();
            prop_assert!(is_same(&a, &sorted));
        }
    }
}

//! A patched object into its Go type, as far as that can fail or change a value
//! (`FromUnstructuredWithValidation`, apimachinery/pkg/runtime/converter.go, v1.36.2). It
//! takes other values than decoding does, and words its errors otherwise.

use crate::manifest::schema::{Schema, Struct, Type};
use crate::validate::gotext::quote;
use serde_json::{Map, Number, Value};
use std::fmt::Write as _;

/// Go's order of the fields of the structs that a Service is made of: the first field
/// that can't be converted is the one that is told. Of other structs it is the
/// alphabet's.
const ORDERS: &[(&str, &[&str])] = &[
    ("Service", &["kind", "apiVersion", "metadata", "spec", "status"]),
    (
        "ObjectMeta",
        &[
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields",
        ],
    ),
    (
        "ServiceSpec",
        &[
            "ports",
            "selector",
            "clusterIP",
            "clusterIPs",
            "type",
            "externalIPs",
            "sessionAffinity",
            "loadBalancerIP",
            "loadBalancerSourceRanges",
            "externalName",
            "externalTrafficPolicy",
            "healthCheckNodePort",
            "publishNotReadyAddresses",
            "sessionAffinityConfig",
            "ipFamilies",
            "ipFamilyPolicy",
            "allocateLoadBalancerNodePorts",
            "loadBalancerClass",
            "internalTrafficPolicy",
            "trafficDistribution",
        ],
    ),
    ("ServicePort", &["name", "protocol", "appProtocol", "port", "targetPort", "nodePort"]),
];

/// Converts `object` by `schema`: values as Go's fields then hold them (an integer is cut
/// to its 32 bits), nulls gone.
///
/// # Errors
/// Go's words for the first value that does not fit, or for all unknown fields.
pub(super) fn convert(schema: &Schema, object: Value) -> Result<Value, String> {
    let (object, unknown) = convert_known(schema, object)?;
    if unknown.is_empty() {
        return Ok(object);
    }
    Err(format!("strict decoding error: {}", unknown.join(", ")))
}

/// As [`convert`]; unknown fields are left out, and told beside what comes of it.
///
/// # Errors
/// Go's words for the first value that does not fit.
pub(super) fn convert_known(
    schema: &Schema,
    mut object: Value,
) -> Result<(Value, Vec<String>), String> {
    let mut converter = Converter { schema, path: String::new(), unknown: Vec::new() };
    converter.value(&Type::Struct(schema.root()), &mut object)?;
    converter.unknown.sort();
    Ok((object, converter.unknown))
}

struct Converter<'s> {
    schema: &'s Schema,
    path: String,
    unknown: Vec<String>,
}

/// Go's `reflect.Kind` of decoded JSON.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Number(n) if n.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    }
}

/// encoding/json's name for a JSON value.
fn json_kind(value: &Value) -> String {
    match value {
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(n) => format!("number {}", crate::manifest::go::number(n)),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

impl Converter<'_> {
    /// Null stays null: the field is the zero value then.
    fn value(&mut self, kind: &Type, value: &mut Value) -> Result<(), String> {
        if value.is_null() {
            return Ok(());
        }
        match kind {
            Type::Any | Type::Quantity => {}
            Type::Text(name) => match value {
                Value::String(_) => {}
                // Go could make a character of an integer, and says that it may not.
                Value::Number(n) if !n.is_f64() => {
                    return Err(format!("cannot convert int64 to {name}"));
                }
                _ => return Err("unrecognized type: string".to_owned()),
            },
            Type::Bool => {
                if !value.is_boolean() {
                    return Err("unrecognized type: bool".to_owned());
                }
            }
            Type::Int32 => *value = int(value, "int32")?,
            Type::Int64 => *value = int(value, "int64")?,
            Type::Float => {
                if !value.is_number() {
                    return Err("unrecognized type: float64".to_owned());
                }
            }
            Type::Bytes => {
                if !value.is_string() {
                    return Err(format!("cannot restore slice from {}", kind_of(value)));
                }
            }
            Type::IntOrString => int_or_string(value)?,
            Type::Time | Type::MicroTime => match value {
                Value::String(_) => {}
                Value::Number(_) => {
                    return Err(
                        "json: cannot unmarshal number into Go value of type string".to_owned()
                    );
                }
                _ => {
                    return Err(format!(
                        "json: cannot unmarshal {} into Go value of type string",
                        json_kind(value)
                    ));
                }
            },
            Type::Struct(id) => {
                let Value::Object(map) = value else {
                    return Err(format!("cannot restore struct from: {}", kind_of(value)));
                };
                self.structure(self.schema.get(*id), map)?;
            }
            Type::List(of) => {
                let Value::Array(items) = value else {
                    return Err(format!("cannot restore slice from {}", kind_of(value)));
                };
                let length = self.path.len();
                for (idx, item) in items.iter_mut().enumerate() {
                    let _ = write!(self.path, "[{idx}]");
                    self.item(of, item)?;
                    self.path.truncate(length);
                }
            }
            Type::Map(of, _) => {
                let Value::Object(map) = value else {
                    return Err(format!("cannot restore map from {}", kind_of(value)));
                };
                map.values_mut().try_for_each(|item| self.item(of, item))?;
            }
        }
        Ok(())
    }

    /// As [`Self::value`], where the zero value must stand for null.
    fn item(&mut self, kind: &Type, item: &mut Value) -> Result<(), String> {
        self.value(kind, item)?;
        if item.is_null() {
            *item = zero(kind);
        }
        Ok(())
    }

    fn structure(
        &mut self,
        structure: &Struct,
        fields: &mut Map<String, Value>,
    ) -> Result<(), String> {
        in_order(structure, fields);
        let mut wrong = None;
        fields.retain(|key, value| {
            if wrong.is_some() {
                return true;
            }
            let length = self.path.len();
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
            match structure.field(key) {
                None => self.unknown.push(format!("unknown field \"{}\"", self.path)),
                Some(field) => wrong = self.value(&field.kind, value).err(),
            }
            self.path.truncate(length);
            structure.field(key).is_some() && !value.is_null()
        });
        wrong.map_or(Ok(()), Err)
    }
}

/// Puts fields in the order in which Go looks at them.
fn in_order(structure: &Struct, fields: &mut Map<String, Value>) {
    let order = ORDERS.iter().find(|(name, _)| *name == structure.name()).map(|(_, order)| *order);
    let Some(order) = order else {
        if !fields.keys().is_sorted() {
            fields.sort_keys();
        }
        return;
    };
    let rank = |name: &str| order.iter().position(|n| *n == name).unwrap_or(usize::MAX);
    let mut all: Vec<(String, Value)> = std::mem::take(fields).into_iter().collect();
    crate::source::sort::sort_by(&mut all, |(a, _), (b, _)| {
        rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))
    });
    *fields = all.into_iter().collect();
}

fn zero(kind: &Type) -> Value {
    match kind {
        Type::Text(_) | Type::Bytes => Value::from(""),
        Type::Int32 | Type::Int64 | Type::IntOrString => Value::from(0),
        Type::Bool => Value::from(false),
        Type::Struct(_) | Type::Map(..) => Value::Object(Map::new()),
        Type::List(_) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

/// Whole numbers are cut to size, whatever is lost, and so are floats without a fraction.
fn int(value: &Value, name: &str) -> Result<Value, String> {
    let Value::Number(number) = value else {
        return Err(format!("unrecognized type: {name}"));
    };
    let whole = match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole,
        // What no int64 can hold is its least value on amd64.
        (None, Some(float)) if float == float.trunc() && float.abs() >= 9.2e18 => i64::MIN,
        // As Go's conversion does.
        (None, Some(float)) if float == float.trunc() => float as i64,
        _ => return Err(format!("cannot convert float64 to {name}")),
    };
    // As Go's conversion does.
    let whole = if name == "int32" { i64::from(whole as i32) } else { whole };
    Ok(Value::Number(Number::from(whole)))
}

/// `IntOrString.UnmarshalJSON`: a string, or what is no string as an int32.
fn int_or_string(value: &Value) -> Result<(), String> {
    let fits = |n: &Number| n.as_i64().is_some_and(|n| i32::try_from(n).is_ok());
    match value {
        Value::String(_) => Ok(()),
        Value::Number(n) if fits(n) => Ok(()),
        other => {
            Err(format!("json: cannot unmarshal {} into Go value of type int32", json_kind(other)))
        }
    }
}

/// The error of a patch that fits no object (`applyPatchToObject`,
/// apiserver/pkg/endpoints/handlers/patch.go): it shows the whole patch.
pub(super) fn patch_error(patch: &Value, why: &str) -> String {
    let shown = quote(&crate::validate::gotext::plain(patch));
    format!("Invalid value: {shown}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::kinds;
    use serde_json::json;

    fn spec(spec: Value) -> Result<Value, String> {
        let kind = kinds::find("", "v1", "Service").unwrap();
        convert(kind.schema(), json!({"kind": "Service", "spec": spec})).map(|o| o["spec"].clone())
    }

    #[test]
    fn what_go_can_convert_is_converted() {
        let ports = json!([
            {"port": 80.0, "nodePort": 4_294_997_376_i64, "name": null},
            {"port": 99_999_999_999_999_999_999.0},
        ]);
        assert_eq!(
            spec(json!({"ports": ports, "selector": {"a": null}})),
            Ok(json!({
                "ports": [{"port": 80, "nodePort": 30080}, {"port": 0}],
                "selector": {"a": ""},
            }))
        );
    }

    #[test]
    fn what_it_cannot_is_told_in_its_words() {
        for (value, why) in [
            (json!({"clusterIP": true}), "unrecognized type: string"),
            (json!({"clusterIP": 1}), "cannot convert int64 to string"),
            (json!({"type": 1}), "cannot convert int64 to v1.ServiceType"),
            (json!({"ports": {}}), "cannot restore slice from map"),
            (json!({"ports": [80]}), "cannot restore struct from: int64"),
            (json!({"selector": ["a"]}), "cannot restore map from slice"),
            (json!({"ports": [{"port": "80"}]}), "unrecognized type: int32"),
            (json!({"ports": [{"port": 8.5}]}), "cannot convert float64 to int32"),
            (
                json!({"ports": [{"targetPort": true}]}),
                "json: cannot unmarshal bool into Go value of type int32",
            ),
            (
                json!({"b": 1, "ports": [{"a": 1}]}),
                "strict decoding error: unknown field \"spec.b\", unknown field \"spec.ports[0].a\"",
            ),
        ] {
            assert_eq!(spec(value.clone()), Err(why.to_owned()), "{value}");
        }
    }

    #[test]
    fn of_two_wrong_fields_the_first_in_gos_struct_is_told() {
        let both = json!({"clusterIP": true, "ports": {}});
        assert_eq!(spec(both), Err("cannot restore slice from map".to_owned()));
    }
}

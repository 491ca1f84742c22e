//! `--sort-by` (k8s.io/kubectl/pkg/cmd/get/sorter.go, v1.36).

use super::go_sort::sort_unstable;
use super::gofmt;
use super::jsonpath::{JsonPath, relaxed};
use crate::cluster::Fields;
use crate::manifest::amount;
use crate::manifest::go::Quoted;
use serde_json::Value;

/// Why objects can't be sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) enum SortError {
    /// The path can't be read, or no object has the field.
    Path(String),
    /// The field holds what has no order; kubectl gives up at once. Both texts of its message.
    Unsortable(String),
}

/// The order of objects by the field at `path`, as places in `objects`.
///
/// # Errors
/// What kubectl says of a path that finds nothing, or what has no order.
pub(in crate::kubectl) fn order<'v>(
    objects: impl IntoIterator<Item = &'v Value>,
    path: &str,
    what: &'static str,
) -> Result<Vec<usize>, SortError> {
    let mut sorter = Sorter::new(path, what);
    objects.into_iter().for_each(|object| sorter.see(object));
    sorter.order()
}

/// Finds the order of objects that it is shown one by one.
pub(in crate::kubectl) struct Sorter {
    /// The path, and as it is written in full.
    path: Result<(JsonPath, String), SortError>,
    what: &'static str,
    /// The field of each object.
    keys: Vec<Option<Value>>,
}

impl Sorter {
    /// By the field at `path`, for which [`TABLE`] and [`OBJECT`] have different words.
    pub(in crate::kubectl) fn new(path: &str, what: &'static str) -> Self {
        Self { path: read(path, what).map_err(SortError::Path), what, keys: Vec::new() }
    }

    /// What it looks at of each; none where that is all.
    pub(in crate::kubectl) fn fields(&self) -> Option<Fields> {
        let Ok((path, _)) = &self.path else { return Some(Fields::default()) };
        path.of_items()
    }

    /// Takes in the next object.
    pub(in crate::kubectl) fn see(&mut self, object: &Value) {
        let Ok((path, _)) = &self.path else { return };
        match path.find(object, true) {
            Ok(found) => {
                let first = found.into_iter().next().and_then(|part| part.into_iter().next());
                self.keys.push(first.map(|found| found.to_value()));
            }
            Err(why) => self.path = Err(SortError::Path(why)),
        }
    }

    /// Takes in the objects that another has seen, behind its own.
    pub(in crate::kubectl) fn append(&mut self, other: Self) {
        if self.path.is_ok() {
            self.path = other.path;
            self.keys.extend(other.keys);
        }
    }

    /// The order of all objects, as places in the order in which they came.
    ///
    /// # Errors
    /// As [`order`].
    pub(in crate::kubectl) fn order(self) -> Result<Vec<usize>, SortError> {
        let (_, field) = self.path?;
        let keys = self.keys;
        if keys.iter().all(Option::is_none) {
            return Err(SortError::Path(format!(
                "couldn't find any field with path {:?} in the list of objects",
                Quoted(&field)
            )));
        }
        let mut error = None;
        let mut places: Vec<usize> = (0..keys.len()).collect();
        let amount = |key: &Value| key.as_str().and_then(amount);
        let keys: Vec<_> =
            keys.iter().map(|key| key.as_ref().map(|key| (key, amount(key)))).collect();
        let key = |place: usize| keys.get(place).copied().flatten();
        sort_unstable(&mut places, &mut |left: &usize, right: &usize| {
            let (Some(left), right) = (key(*left), key(*right)) else { return true };
            let Some(right) = right else { return false };
            is_less(left, right).unwrap_or_else(|why| {
                error.get_or_insert(why);
                false
            })
        });
        match error {
            None => Ok(places),
            Some(why) => Err(SortError::Unsortable(format!(
                "Field {field} in {} is an unsortable type: interface, err: {why}",
                self.what
            ))),
        }
    }
}

fn read(path: &str, what: &str) -> Result<(JsonPath, String), String> {
    let field = match relaxed(path) {
        Ok(field) => field,
        // A table is sorted by what stands there as it is.
        Err(_) if what == TABLE => path.to_owned(),
        Err(error) => return Err(error),
    };
    match JsonPath::read(&field) {
        Ok(path) => Ok((path, field)),
        Err(error) if what == TABLE => Err(format!("sorting error: {error}")),
        Err(error) => Err(error),
    }
}

/// What kubectl calls a table's rows.
pub(in crate::kubectl) const TABLE: &str = "[][][]reflect.Value";
/// What kubectl calls an object.
pub(in crate::kubectl) const OBJECT: &str = "*unstructured.Unstructured";

/// A field's value, and the quantity that its text is.
type Key<'v> = (&'v Value, Option<f64>);

/// `isLess`: numbers by size, texts as quantities where both are some.
fn is_less((left, amount): Key<'_>, (right, other): Key<'_>) -> Result<bool, String> {
    match (left, right) {
        (Value::Null, right) => return Ok(!right.is_null()),
        (_, Value::Null) => return Ok(false),
        (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => {
            return Ok(match a.is_f64() {
                true => a.as_f64() < b.as_f64(),
                false => a.as_i64() < b.as_i64(),
            });
        }
        (Value::String(a), Value::String(b)) => {
            return Ok(match (amount, other) {
                (Some(a), Some(b)) => a < b,
                _ => a < b,
            });
        }
        _ => {}
    }
    Err(match left {
        Value::Number(_) | Value::String(_) => "unsortable interface: interface".to_owned(),
        other => format!("unsortable type: {}", gofmt::type_name(other)),
    })
}

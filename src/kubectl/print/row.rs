//! Objects in a row as text. Pods that a controller made have nearly all in common: what is
//! the same as in the one before is not made into text again.

use super::Objects;
use crate::cluster::{Pod, Shown};
use serde_json::{Map, Value};
use std::sync::Arc;

/// How a format writes the maps of an object in a List: at depth 0 the object, at depth 1 what
/// its fields hold.
pub(super) trait Style {
    /// A map's entries in the format's order.
    fn entries(map: &Map<String, Value>) -> Vec<(&String, &Value)>;

    /// Begins an entry, up to its value; its key is a field's name.
    fn begin(key: &str, is_first: bool, depth: usize, out: &mut String);

    /// The value of an entry.
    fn value(value: &Value, depth: usize, out: &mut String);

    /// What stands behind each value.
    fn after(_: &mut String) {}

    /// An entry whose key may be anything.
    fn entry(key: &str, value: &Value, is_first: bool, depth: usize, out: &mut String) {
        Self::begin(key, is_first, depth, out);
        Self::value(value, depth, out);
        Self::after(out);
    }

    /// Ends a map that has entries.
    fn end(depth: usize, out: &mut String);
}

const PARTS: [&str; 3] = ["metadata", "spec", "status"];

/// Writes one object after the other.
pub(super) struct Row {
    managed_fields: bool,
    /// The Pod that was written last.
    last: Option<Arc<Pod>>,
    parts: [Known; PARTS.len()],
}

/// The text of a part of the object before.
#[derive(Default)]
struct Known {
    text: String,
    /// Where in the text values stand that differ from object to object, and their fields.
    gaps: Vec<(usize, String)>,
    /// Whether the text around a value is the same whatever the value is.
    is_sure: bool,
}

impl Row {
    /// Writes all objects; `between` writes what stands before each, and is told whether it is
    /// the first.
    pub(super) fn write<S: Style>(
        each: &Objects<'_>,
        managed_fields: bool,
        between: fn(bool, &mut String),
        out: &mut String,
    ) {
        let mut row = Self { managed_fields, last: None, parts: Default::default() };
        let mut is_first = true;
        each(None, &mut |object| {
            between(std::mem::take(&mut is_first), out);
            row.object::<S>(&object, out);
        });
    }

    fn object<S: Style>(&mut self, object: &Shown<'_>, out: &mut String) {
        let last = std::mem::replace(&mut self.last, object.pod().cloned());
        let both = object.pod().zip(last.as_ref());
        let Some(map) = object.as_object().filter(|map| !map.is_empty()) else {
            return S::value(object, 0, out);
        };
        for (idx, (key, value)) in S::entries(map).into_iter().enumerate() {
            let part = PARTS.iter().position(|part| part == key);
            match (part, value.as_object()) {
                (Some(at), Some(fields)) => {
                    S::begin(key, idx == 0, 0, out);
                    let shares = both.is_some_and(|(pod, last)| pod.shares(key, last));
                    self.part::<S>(at, fields, shares, out);
                    S::after(out);
                }
                _ => S::entry(key, value, idx == 0, 0, out),
            }
        }
        S::end(0, out);
    }

    fn part<S: Style>(
        &mut self,
        at: usize,
        fields: &Map<String, Value>,
        shares: bool,
        out: &mut String,
    ) {
        let start = out.len();
        if shares && self.parts[at].again::<S>(fields, out) {
            return;
        }
        out.truncate(start);
        let hidden = (PARTS[at] == "metadata" && !self.managed_fields).then_some("managedFields");
        self.parts[at].anew::<S>(PARTS[at], fields, hidden, out);
    }
}

impl Known {
    /// The text once more, with these values; false where it is not as it would be.
    fn again<S: Style>(&self, fields: &Map<String, Value>, out: &mut String) -> bool {
        if !self.is_sure {
            return false;
        }
        let mut from = 0;
        for (at, field) in &self.gaps {
            out.push_str(self.text.get(from..*at).unwrap_or_default());
            from = *at;
            S::value(fields.get(field).unwrap_or(&Value::Null), 1, out);
            if out.ends_with('\n') {
                return false;
            }
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        true
    }

    fn anew<S: Style>(
        &mut self,
        part: &str,
        fields: &Map<String, Value>,
        hidden: Option<&str>,
        out: &mut String,
    ) {
        self.text.clear();
        self.gaps.clear();
        self.is_sure = true;
        let mut from = out.len();
        let entries = S::entries(fields).into_iter().filter(|(key, _)| Some(&***key) != hidden);
        let mut is_first = true;
        for (key, value) in entries {
            let is_first = std::mem::take(&mut is_first);
            if !Pod::differs(part, key) {
                S::entry(key, value, is_first, 1, out);
                continue;
            }
            S::begin(key, is_first, 1, out);
            self.text.push_str(out.get(from..).unwrap_or_default());
            self.gaps.push((self.text.len(), key.clone()));
            S::value(value, 1, out);
            // YAML's block of lines ends the line itself.
            self.is_sure &= !out.ends_with('\n');
            from = out.len();
            S::after(out);
        }
        if is_first {
            S::value(&Value::Object(Map::new()), 1, out);
        } else {
            S::end(1, out);
        }
        self.text.push_str(out.get(from..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::{Keys, compact, compact_list, list as list_json, to_json};
    use super::super::jsonpath::{Items, JsonPath};
    use super::super::{kyaml, list, yaml};
    use super::*;
    use crate::cluster::{Cluster, Fields, Which};
    use proptest::prelude::*;
    use serde_json::json;

    /// A node, a namespace, an image, a volume, and what else there is.
    type Own = (&'static str, &'static str, &'static str, &'static str, [bool; 6]);

    /// Pods of few kinds, which differ in what is each one's own; some names change how a
    /// format writes what stands around them.
    fn pods() -> impl Strategy<Value = Vec<Value>> {
        let few = |all: &'static [&'static str]| prop::sample::select(all);
        let own = (
            few(&["", "x", "1", "a\nb", "a\n", "- é\u{7}", "null"]),
            few(&["", "default", "shop"]),
            few(&["nginx", "busybox:1.36"]),
            few(&["", "kube-api-access-a", "kube-api-access-b"]),
            any::<[bool; 6]>(),
        );
        prop::collection::vec(own, 0..8)
            .prop_map(|all| all.into_iter().enumerate().map(|(n, own)| pod(n, own)).collect())
    }

    fn pod(n: usize, (node, namespace, image, volume, has): Own) -> Value {
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("p{n}"), "labels": {"app": image}},
            "spec": {"containers": [{"name": "c", "image": image}]},
        });
        if !namespace.is_empty() {
            pod["metadata"]["namespace"] = namespace.into();
        }
        if !volume.is_empty() {
            pod["spec"]["volumes"] = json!([{"name": volume}]);
        }
        let mut put = |is_there: bool, part: &str, field: &str, value: Value| {
            if is_there {
                pod[part][field] = value;
            }
        };
        put(has[0], "metadata", "uid", node.into());
        put(has[1], "metadata", "managedFields", json!([{"manager": "kubectl"}]));
        put(has[2], "spec", "nodeName", node.into());
        put(has[3], "status", "phase", "Running".into());
        put(has[3], "status", "startTime", node.into());
        put(has[4], "status", "hostIPs", json!([{"ip": node}, {}]));
        put(has[5], "status", "odd key: ", node.into());
        pod
    }

    proptest! {
        #[test]
        fn objects_in_a_row_are_written_as_each_alone(
            pods in pods(),
            hidden in "p[0-7]",
            managed_fields: bool,
        ) {
            let mut cluster = Cluster::default();
            let _ = cluster.put_all(pods);
            let each = |fields: Option<&Fields>, see: &mut dyn FnMut(Shown<'_>)| {
                for kind in ["Pod", "Namespace"] {
                    let which = Which { fields, ..Which::default() };
                    cluster.each(kind, which, &mut |object| {
                        if object["metadata"]["name"] != hidden {
                            see(object);
                        }
                    });
                }
            };
            let mut all = Vec::new();
            each(None, &mut |object| all.push(object.into_owned()));
            let alone: Vec<String> = all.iter().map(compact).collect();
            prop_assert_eq!(compact_list(&each, Items::Each), alone.join(" "));
            prop_assert_eq!(compact_list(&each, Items::List), format!("[{}]", alone.join(",")));
            for path in ["{..name}", "{..image}", "{..manager}", "{..spec.volumes}"] {
                let path = JsonPath::read(path).unwrap();
                let of_list = path.show(&list(all.clone()), true, false).ok();
                prop_assert_eq!(path.show_each(&each), of_list);
            }
            for object in all.iter_mut().filter(|_| !managed_fields) {
                object["metadata"].as_object_mut().unwrap().shift_remove("managedFields");
            }
            let all = list(all);
            prop_assert_eq!(list_json(&each, managed_fields), to_json(&all, Keys::Sorted));
            prop_assert_eq!(yaml::list(&each, managed_fields), yaml::to_yaml(&all));
            let kyaml = kyaml::to_kyaml(&all, Keys::Sorted);
            prop_assert_eq!(kyaml::list(&each, managed_fields), kyaml);
        }
    }
}

//! Objects in a row as text. Pods that a controller made have nearly all in common: what they
//! share is made into text once, and with each Pod's own values in its gaps it is written again.

use super::{Objects, yaml};
use crate::cluster::{Own, Pod, Shown};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;
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
/// The places of two of them in what [`Pod::shared`] gives.
const METADATA: usize = 1;
const SPEC: usize = 2;

/// Writes one object after the other.
pub(super) struct Row {
    managed_fields: bool,
    /// By what Pods share: which part it is, where it lies, and whether a token is named in it.
    known: HashMap<(usize, usize, bool), Rc<Known>>,
    own: Own,
}

/// A part that Pods share, as text.
struct Known {
    text: Gapped,
    /// As long as it is held, no other part lies where it lies.
    _part: Arc<Value>,
}

/// A text with gaps where something differs from Pod to Pod.
#[derive(Default)]
struct Gapped {
    text: String,
    /// Where in the text they are, in order.
    gaps: Vec<(usize, Gap)>,
    /// Whether the text around a gap is the same whatever stands in it.
    is_sure: bool,
}

/// What stands in a gap.
#[derive(Clone, Copy)]
enum Gap {
    /// One of what [`Pod::shared`] gives.
    Part(usize),
    /// A value at this index of [`Pod::own_at`].
    Own(usize),
    /// The name of the volume with the account's token.
    Token,
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
        let mut row = Self { managed_fields, known: HashMap::new(), own: Own::default() };
        let mut is_first = true;
        each(None, &mut |object| {
            between(std::mem::take(&mut is_first), out);
            row.object::<S>(&object, out);
        });
    }

    fn object<S: Style>(&mut self, object: &Shown<'_>, out: &mut String) {
        let mut room = std::mem::take(&mut self.own);
        match object.own(&mut room) {
            Some(own) => self.shared::<S>(0, (object, own), out),
            None => self.alone::<S>(object, out),
        }
        self.own = room;
    }

    /// Something that Pods share, with what is this Pod's own: all of it, or a part.
    fn shared<S: Style>(&mut self, at: usize, pod: (&Shown<'_>, &[Value]), out: &mut String) {
        let Some(shown) = pod.0.pod() else { return };
        let start = out.len();
        let known = self.known.get(&key_of(at, shown)).cloned();
        if known.is_some_and(|known| self.again::<S>(&known.text, pod, out)) {
            return;
        }
        out.truncate(start);
        let mut text = self.anew::<S>(at, pod, out);
        if at == SPEC && shown.token().is_some() {
            let n = shown.n_token_names();
            text.is_sure &= token_of(shown).is_some_and(|name| text.make_gaps(name, n, Gap::Token));
        }
        if text.is_sure {
            let _part = shown.shared()[at].clone();
            self.known.insert(key_of(at, shown), Rc::new(Known { text, _part }));
        }
    }

    /// A text once more, with this Pod's values in its gaps; false where it is not as it would
    /// be.
    fn again<S: Style>(
        &mut self,
        text: &Gapped,
        (shown, own): (&Shown<'_>, &[Value]),
        out: &mut String,
    ) -> bool {
        let mut from = 0;
        for (to, gap) in &text.gaps {
            out.push_str(text.text.get(from..*to).unwrap_or_default());
            from = *to;
            match gap {
                Gap::Part(part) => self.shared::<S>(*part, (shown, own), out),
                Gap::Own(idx) => S::value(own.get(*idx).unwrap_or(&Value::Null), 1, out),
                Gap::Token => match shown.pod().and_then(|pod| token_of(pod)) {
                    Some(token) => out.push_str(token),
                    None => return false,
                },
            }
            if yaml::ends_line(out) {
                return false;
            }
        }
        out.push_str(text.text.get(from..).unwrap_or_default());
        true
    }

    /// The same where it is not known yet.
    fn anew<S: Style>(
        &mut self,
        at: usize,
        (shown, own): (&Shown<'_>, &[Value]),
        out: &mut String,
    ) -> Gapped {
        let mut text = Recorder::new(out);
        let shared = shown.pod().map_or(&Value::Null, |pod| pod.shared()[at]);
        let Some(part) = at.checked_sub(1) else {
            let top = shared.as_object().map(S::entries).unwrap_or_default();
            for (idx, (key, value)) in top.into_iter().enumerate() {
                let Some(part) = PARTS.iter().position(|part| part == key) else {
                    S::entry(key, value, idx == 0, 0, out);
                    continue;
                };
                S::begin(key, idx == 0, 0, out);
                text.begin_gap(Gap::Part(part + 1), out);
                self.shared::<S>(part + 1, (shown, own), out);
                text.end_gap(out);
                S::after(out);
            }
            S::end(0, out);
            return text.end(out);
        };
        // Their own values stand in no part; names of tokens stand in the whole alone.
        let has_token = at == SPEC && shown.pod().is_some_and(|pod| pod.token().is_some());
        let with_given = shown.pod().filter(|_| at == METADATA).map(|pod| pod.shared_metadata());
        let value = match &with_given {
            _ if has_token => &shown[PARTS[part]],
            Some(metadata) => &**metadata,
            None => shared,
        };
        self.part::<S>(
            part,
            value,
            &mut |key, value, out: &mut String| {
                let Some(idx) = Pod::own_at(PARTS[part], key) else {
                    return S::value(value, 1, out);
                };
                text.begin_gap(Gap::Own(idx), out);
                S::value(own.get(idx).unwrap_or(&Value::Null), 1, out);
                text.end_gap(out);
            },
            out,
        );
        text.end(out)
    }

    /// An object that is no Pod.
    fn alone<S: Style>(&self, object: &Value, out: &mut String) {
        let Some(map) = object.as_object().filter(|map| !map.is_empty()) else {
            return S::value(object, 0, out);
        };
        for (idx, (key, value)) in S::entries(map).into_iter().enumerate() {
            let Some(part) = PARTS.iter().position(|part| part == key) else {
                S::entry(key, value, idx == 0, 0, out);
                continue;
            };
            S::begin(key, idx == 0, 0, out);
            let plain = &mut |_: &str, value: &Value, out: &mut String| S::value(value, 1, out);
            self.part::<S>(part, value, plain, out);
            S::after(out);
        }
        S::end(0, out);
    }

    /// A part of an object; `write` writes a field that may be a Pod's own.
    fn part<S: Style>(
        &self,
        at: usize,
        part: &Value,
        write: &mut dyn FnMut(&str, &Value, &mut String),
        out: &mut String,
    ) {
        let hidden = (PARTS[at] == "metadata" && !self.managed_fields).then_some("managedFields");
        let mut is_first = true;
        let fields = part.as_object().map(S::entries).unwrap_or_default();
        for (key, value) in fields.into_iter().filter(|(key, _)| Some(&***key) != hidden) {
            let is_first = std::mem::take(&mut is_first);
            if Pod::own_at(PARTS[at], key).is_none() {
                S::entry(key, value, is_first, 1, out);
                continue;
            }
            S::begin(key, is_first, 1, out);
            write(key, value, out);
            S::after(out);
        }
        match (is_first, part) {
            (false, _) => S::end(1, out),
            (true, Value::Object(_)) => S::value(&Value::Object(Map::new()), 1, out),
            (true, part) => S::value(part, 0, out),
        }
    }
}

fn key_of(at: usize, pod: &Pod) -> (usize, usize, bool) {
    (at, Arc::as_ptr(pod.shared()[at]).addr(), pod.token().is_some())
}

/// The name of the volume with the token, where every format writes it as it stands.
fn token_of(pod: &Pod) -> Option<&str> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    pod.token().filter(|token| token.bytes().all(is_plain))
}

/// A text with gaps, while it is written behind others.
struct Recorder {
    gapped: Gapped,
    /// Where what follows the last gap begins.
    from: usize,
}

impl Recorder {
    fn new(out: &str) -> Self {
        Self { gapped: Gapped { is_sure: true, ..Gapped::default() }, from: out.len() }
    }

    fn begin_gap(&mut self, gap: Gap, out: &str) {
        self.gapped.text.push_str(out.get(self.from..).unwrap_or_default());
        self.gapped.gaps.push((self.gapped.text.len(), gap));
    }

    fn end_gap(&mut self, out: &str) {
        // YAML's block of lines ends the line itself.
        self.gapped.is_sure &= !yaml::ends_line(out);
        self.from = out.len();
    }

    fn end(mut self, out: &str) -> Gapped {
        self.gapped.text.push_str(out.get(self.from..).unwrap_or_default());
        self.gapped
    }
}

impl Gapped {
    /// Makes gaps of a word that stands so often in the text; false where it stands there more
    /// or less often.
    fn make_gaps(&mut self, word: &str, n: usize, gap: Gap) -> bool {
        let empty = Self { is_sure: self.is_sure, ..Self::default() };
        let old = std::mem::replace(self, empty);
        let words = old.text.match_indices(word).map(|(at, _)| (at, word.len(), gap));
        let mut all: Vec<_> = words.collect();
        if all.len() != n {
            return false;
        }
        all.extend(old.gaps.into_iter().map(|(at, gap)| (at, 0, gap)));
        all.sort_by_key(|(at, ..)| *at);
        let mut from = 0;
        for (at, len, gap) in all {
            self.text.push_str(old.text.get(from..at).unwrap_or_default());
            self.gaps.push((self.text.len(), gap));
            from = at + len;
        }
        self.text.push_str(old.text.get(from..).unwrap_or_default());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::{Keys, compact, compact_list, list as list_json, to_json};
    use super::super::jsonpath::{Items, JsonPath};
    use super::super::{kyaml, list};
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
            few(&["nginx", "busybox:1.36", "kube-api-access-a"]),
            few(&[
                "",
                "kube-api-access-a",
                "kube-api-access-b",
                "kube-api-access-b ",
                "x-kube-api-access-a",
            ]),
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
            pod["spec"]["containers"][0]["volumeMounts"] = json!([{"name": volume}]);
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

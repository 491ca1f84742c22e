//! Objects in a row as text. Pods that a controller made have nearly all in common: what they
//! share is made into text once, and with each Pod's own values in its gaps it is written again.

use super::{Objects, yaml};
use crate::cluster::{Own, Pod, Shown};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How a format writes the maps of an object in a List: the object, of which `of` is empty, and
/// what its fields of the name `of` hold.
pub(super) trait Style: Sync {
    /// A map's entries in the format's order; it may leave some out.
    fn entries<'m>(&self, of: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)>;

    /// Begins an object in a List.
    fn start(&self, _: &mut String) {}

    /// Begins an entry, up to its value; its key is a field's name.
    fn begin(&self, of: &str, key: &str, is_first: bool, out: &mut String);

    /// The value of an entry.
    fn value(&self, of: &str, key: &str, value: &Value, out: &mut String);

    /// What stands behind each value.
    fn after(&self, _: &mut String) {}

    /// An entry whose key may be anything.
    fn entry(&self, of: &str, (key, value): (&str, &Value), is_first: bool, out: &mut String) {
        self.begin(of, key, is_first, out);
        self.value(of, key, value, out);
        self.after(out);
    }

    /// Ends a map that has entries.
    fn end(&self, of: &str, out: &mut String);
}

/// How deep in an object the maps stand that `of` names.
pub(super) fn depth(of: &str) -> usize {
    usize::from(!of.is_empty())
}

const PARTS: [&str; 3] = ["metadata", "spec", "status"];
/// The places of two of them in what [`Pod::shared`] gives.
const METADATA: usize = 1;
const SPEC: usize = 2;

/// Writes one object after the other.
pub(super) struct Row<'s, S> {
    style: &'s S,
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

impl<'s, S: Style> Row<'s, S> {
    /// Writes all objects behind `head`, as one text in pieces; `between` ends what stands
    /// before each, and is told whether it is the first. Then comes `tail`; where there is no
    /// object, all is `empty`.
    pub(super) fn write(
        style: &'s S,
        objects: &Objects<'_>,
        managed_fields: bool,
        (head, between, tail): (&str, fn(bool, &mut String), &str),
        empty: &str,
    ) -> Vec<String> {
        let parts = objects.in_parts(|shows| {
            let mut row =
                Self { style, managed_fields, known: HashMap::new(), own: Own::default() };
            let mut out = String::new();
            shows(None, &mut |object| {
                if !out.is_empty() {
                    between(false, &mut out);
                }
                style.start(&mut out);
                row.object(&object, &mut out);
            });
            out
        });
        let mut pieces = vec![head.to_owned()];
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let is_first = pieces.len() == 1;
            pieces.last_mut().into_iter().for_each(|last| between(is_first, last));
            pieces.push(part);
        }
        if pieces.len() == 1 {
            return vec![empty.to_owned()];
        }
        pieces.last_mut().into_iter().for_each(|last| last.push_str(tail));
        pieces
    }

    fn object(&mut self, object: &Shown<'_>, out: &mut String) {
        let mut room = std::mem::take(&mut self.own);
        match object.own(&mut room) {
            Some(own) => self.shared(0, (object, own), out),
            None => self.alone(object, out),
        }
        self.own = room;
    }

    /// Something that Pods share, with what is this Pod's own: all of it, or a part.
    fn shared(&mut self, at: usize, pod: (&Shown<'_>, &[Value]), out: &mut String) {
        let Some(shown) = pod.0.pod() else { return };
        let start = out.len();
        let known = self.known.get(&key_of(at, shown)).cloned();
        if known.is_some_and(|known| self.again(&known.text, pod, out)) {
            return;
        }
        out.truncate(start);
        let mut text = self.anew(at, pod, out);
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
    fn again(
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
                Gap::Part(part) => self.shared(*part, (shown, own), out),
                Gap::Own(idx) => {
                    let (of, key) = Pod::own_name(*idx);
                    self.style.value(of, key, own.get(*idx).unwrap_or(&Value::Null), out);
                }
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
    fn anew(
        &mut self,
        at: usize,
        (shown, own): (&Shown<'_>, &[Value]),
        out: &mut String,
    ) -> Gapped {
        let mut text = Recorder::new(out);
        let shared = shown.pod().map_or(&Value::Null, |pod| pod.shared()[at]);
        let style = self.style;
        let Some(part) = at.checked_sub(1) else {
            let top = shared.as_object().map(|map| style.entries("", map)).unwrap_or_default();
            for (idx, (key, value)) in top.into_iter().enumerate() {
                let Some(part) = PARTS.iter().position(|part| part == key) else {
                    style.entry("", (key, value), idx == 0, out);
                    continue;
                };
                style.begin("", key, idx == 0, out);
                text.begin_gap(Gap::Part(part + 1), out);
                self.shared(part + 1, (shown, own), out);
                text.end_gap(out);
                style.after(out);
            }
            style.end("", out);
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
        self.part(
            part,
            value,
            &mut |key, value, out: &mut String| {
                let Some(idx) = Pod::own_at(PARTS[part], key) else {
                    return style.value(PARTS[part], key, value, out);
                };
                text.begin_gap(Gap::Own(idx), out);
                style.value(PARTS[part], key, own.get(idx).unwrap_or(&Value::Null), out);
                text.end_gap(out);
            },
            out,
        );
        text.end(out)
    }

    /// An object that is no Pod.
    fn alone(&self, object: &Value, out: &mut String) {
        let style = self.style;
        let Some(map) = object.as_object().filter(|map| !map.is_empty()) else {
            return style.value("", "", object, out);
        };
        for (idx, (key, value)) in style.entries("", map).into_iter().enumerate() {
            let Some(part) = PARTS.iter().position(|part| part == key) else {
                style.entry("", (key, value), idx == 0, out);
                continue;
            };
            style.begin("", key, idx == 0, out);
            let plain = &mut |field: &str, value: &Value, out: &mut String| {
                style.value(key, field, value, out);
            };
            self.part(part, value, plain, out);
            style.after(out);
        }
        style.end("", out);
    }

    /// A part of an object; `write` writes a field that may be a Pod's own.
    fn part(
        &self,
        at: usize,
        part: &Value,
        write: &mut dyn FnMut(&str, &Value, &mut String),
        out: &mut String,
    ) {
        let (of, style) = (PARTS[at], self.style);
        let hidden = (of == "metadata" && !self.managed_fields).then_some("managedFields");
        let mut is_first = true;
        let fields = part.as_object().map(|map| style.entries(of, map)).unwrap_or_default();
        for (key, value) in fields.into_iter().filter(|(key, _)| Some(&***key) != hidden) {
            let is_first = std::mem::take(&mut is_first);
            if Pod::own_at(of, key).is_none() {
                style.entry(of, (key, value), is_first, out);
                continue;
            }
            style.begin(of, key, is_first, out);
            write(key, value, out);
            style.after(out);
        }
        match (is_first, part) {
            (false, _) => style.end(of, out),
            (true, Value::Object(_)) => style.value("", of, &Value::Object(Map::new()), out),
            (true, part) => style.value("", of, part, out),
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
    use super::super::json::{
        Keys, compact, compact_list, documents as json_documents, items_list, list as list_json,
        to_json,
    };
    use super::super::jsonpath::{Items, JsonPath};
    use super::super::{kyaml, list, typed};
    use super::*;
    use crate::cluster::{Cluster, Fields, Which};
    use crate::manifest::kinds;
    use proptest::prelude::*;
    use serde_json::json;
    use std::ops::Range;

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
            room in 1..99_usize,
        ) {
            let mut cluster = Cluster::default();
            let _ = cluster.put_all(pods);
            // At few places they are one part, at many several.
            let show = |at: &Range<usize>, fields: Option<&Fields>, see: &mut dyn FnMut(Shown<'_>)| {
                let mut place = 0;
                for kind in ["Pod", "Namespace"] {
                    let which = Which { fields, ..Which::default() };
                    cluster.each(kind, which, &mut |object| {
                        if at.contains(&place) && object["metadata"]["name"] != hidden {
                            see(object);
                        }
                        place += room;
                    });
                }
            };
            let sizes = [16 * room];
            let each = Objects::new(&sizes, &show);
            let mut all = each.each(None, |object| object.into_owned());
            let mut again = Vec::new();
            show(&(0..16 * room), None, &mut |object| again.push(object.into_owned()));
            prop_assert_eq!(&all, &again);
            let alone: Vec<String> = all.iter().map(compact).collect();
            prop_assert_eq!(compact_list(&each, Items::Each).concat(), alone.join(" "));
            prop_assert_eq!(compact_list(&each, Items::List).concat(), format!("[{}]", alone.join(",")));
            for (path, items) in [("{.items}", Items::List), ("{.items[*]}", Items::Each)] {
                let of_list = JsonPath::read(path).unwrap().show(&list(all.clone()), true, true);
                prop_assert_eq!(items_list(&each, items).concat(), of_list.unwrap());
            }
            let kind = kinds::find("", "v1", "Pod");
            let bare = |object: &Value| {
                let mut object = object.clone();
                let map = object.as_object_mut().unwrap();
                map.retain(|key, _| key != "kind" && key != "apiVersion");
                typed::object(kind, &object)
            };
            let bare: Vec<String> = all.iter().map(bare).collect();
            let sent = typed::list(kind, &each, ("<", ">")).concat();
            prop_assert_eq!(sent, format!("<{}>", bare.join(",")));
            for path in ["{..name}", "{..image}", "{..manager}", "{..spec.volumes}"] {
                let path = JsonPath::read(path).unwrap();
                let of_list = path.show(&list(all.clone()), true, false).ok();
                prop_assert_eq!(path.show_each(&each), of_list);
            }
            for object in all.iter_mut().filter(|_| !managed_fields) {
                object["metadata"].as_object_mut().unwrap().shift_remove("managedFields");
            }
            let alone: Vec<String> = all.iter().map(yaml::to_yaml).collect();
            prop_assert_eq!(yaml::documents(&each, managed_fields).concat(), alone.join("---\n"));
            let alone: String = all.iter().map(|one| to_json(one, Keys::Sorted)).collect();
            prop_assert_eq!(json_documents(&each, managed_fields).concat(), alone);
            let alone: String = all.iter().map(|one| kyaml::to_kyaml(one, Keys::Sorted)).collect();
            prop_assert_eq!(kyaml::documents(&each, managed_fields).concat(), alone);
            let all = list(all);
            prop_assert_eq!(list_json(&each, managed_fields).concat(), to_json(&all, Keys::Sorted));
            prop_assert_eq!(yaml::list(&each, managed_fields).concat(), yaml::to_yaml(&all));
            let kyaml = kyaml::to_kyaml(&all, Keys::Sorted);
            prop_assert_eq!(kyaml::list(&each, managed_fields).concat(), kyaml);
        }
    }
}

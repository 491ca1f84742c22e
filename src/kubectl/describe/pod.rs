//! Pods and their templates.

use super::World;
use super::containers::{containers, resources};
use super::page::{Page, Shared};
use super::time::date;
use super::value::{controller, int, items, selector_or_none, text};
use super::volumes::volumes;
use crate::cluster::{Own, Pod, Shown};
use crate::kubectl::print::age::since;
use crate::manifest::Quantity;
use crate::source::sort;
use serde_json::{Value, json};
use std::sync::Arc;

/// Describes one Pod after the other. What those of one template have in common is written once.
#[derive(Default)]
pub(super) struct Pods {
    /// The Pod that was described last, and the end of its page.
    last: Option<(Arc<Pod>, Shared)>,
    /// The head of the page of a Pod with the same end.
    head: Option<Head>,
    texts: Texts,
    own: Own,
}

impl Pods {
    /// `describePod` of a Pod that the cluster shows; whether something follows is said.
    pub(super) fn pod(
        &mut self,
        world: World<'_>,
        (object, pod): (&Shown<'_>, &Arc<Pod>),
        follows: bool,
        page: &mut Page,
    ) {
        let token = pod.token().unwrap_or_default();
        let known = self.last.as_ref().filter(|(other, _)| has_same_end(pod, other));
        if let Some((_, shared)) = known
            && self.texts.read(pod)
        {
            if !self.head.as_ref().is_some_and(|head| head.is_of(pod, &self.texts)) {
                self.head = Head::of(world, pod, &self.texts, shared);
            }
            if let Some(head) = &self.head {
                head.write(&self.texts, page);
                return page.add_rest(shared, token, follows);
            }
        }
        let own = object.own(&mut self.own).unwrap_or_default();
        head(world, &|part, field| pod.field(own, part, field), &date, page);
        if let Some((_, shared)) = known {
            return page.add(shared, token);
        }
        let name = pod.token().map(|token| (token, pod.n_token_names()));
        let shared = page.shared(name, |page| end(object, page));
        self.last = shared.map(|shared| (pod.clone(), shared));
        self.head = None;
    }
}

/// What [`head`] shows of a Pod's own, in the order in which it does.
const OWN: [(&str, &str); 7] = [
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("spec", "nodeName"),
    ("status", "hostIP"),
    ("status", "startTime"),
    ("status", "podIP"),
    ("status", "podIPs"),
];
/// The place of the time among them.
const TIME: usize = 4;

/// That of one Pod after the other, as texts.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    /// How many of them are of each of [`OWN`].
    counts: [usize; OWN.len()],
    /// A time, and how it is shown.
    time: (String, String),
}

impl Texts {
    /// Those of a Pod; false where something else than plain texts is its own.
    fn read(&mut self, pod: &Pod) -> bool {
        let (mut n, mut is_plain) = (0, true);
        for (at, (part, field)) in OWN.iter().enumerate() {
            let before = n;
            let is_text =
                pod.own_texts(Pod::own_at(part, field).unwrap_or(usize::MAX), &mut |text| {
                    if n == self.all.len() {
                        self.all.push(String::new());
                    }
                    let mut shown = text;
                    if at == TIME {
                        if self.time.0 != text {
                            self.time = (text.to_owned(), date(&text.into()));
                        }
                        shown = &self.time.1;
                    }
                    if let Some(slot) = self.all.get_mut(n) {
                        slot.clear();
                        slot.push_str(shown);
                    }
                    is_plain &= !shown.is_empty() && shown.bytes().all(|b| b >= b' ');
                    n += 1;
                });
            self.counts[at] = n - before;
            is_plain &= is_text;
        }
        self.all.truncate(n);
        is_plain
    }
}

/// The head of a page, up to the first line without columns: Pods that share all but what is
/// their own have the same.
struct Head {
    of: Arc<Pod>,
    counts: [usize; OWN.len()],
    /// What stands before each text, and behind the last.
    pieces: Vec<String>,
}

impl Head {
    /// The head of a Pod's page; none where its texts do not stand in it one after the other.
    fn of(world: World<'_>, pod: &Arc<Pod>, texts: &Texts, shared: &Shared) -> Option<Self> {
        // A character that stands around what stands for a text.
        const MARK: char = '\u{1}';
        let mut marks = (0..texts.all.len()).map(|n| format!("{MARK}{n}{MARK}"));
        let mut marked = Vec::new();
        for ((part, field), n) in OWN.iter().zip(texts.counts) {
            let place = Pod::own_at(part, field)?;
            if marked.len() <= place {
                marked.resize(place + 1, Value::Null);
            }
            let mut marks = marks.by_ref().take(n);
            marked[place] = match *field {
                "podIPs" => marks.map(|mark| json!({"ip": mark})).collect(),
                _ => marks.next().into(),
            };
        }
        let mut page = Page::default();
        let as_it_stands = |mark: &Value| text(mark).to_owned();
        head(world, &|part, field| pod.field(&marked, part, field), &as_it_stands, &mut page);
        page.write(0, shared.first()?);
        let (mut pieces, mut n) = (Vec::new(), 0);
        for (at, part) in page.finish().split(MARK).enumerate() {
            match at % 2 {
                0 => pieces.push(part.to_owned()),
                _ if *part == n.to_string() => n += 1,
                _ => return None,
            }
        }
        let is_whole = n == texts.all.len() && pieces.len() == n + 1;
        is_whole.then(|| Self { of: pod.clone(), counts: texts.counts, pieces })
    }

    /// Whether the Pod with these texts has the same.
    fn is_of(&self, pod: &Arc<Pod>, texts: &Texts) -> bool {
        let [_, own @ ..] = pod.shared();
        let [_, others @ ..] = self.of.shared();
        self.counts == texts.counts && own.iter().zip(others).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    fn write(&self, texts: &Texts, page: &mut Page) {
        for (n, piece) in self.pieces.iter().enumerate() {
            page.add_set(piece);
            texts.all.get(n).into_iter().for_each(|text| page.add_set(text));
        }
    }
}

/// Whether [`end`] is known to write the same of both but for the name of the volume with the
/// token.
fn has_same_end(pod: &Arc<Pod>, other: &Arc<Pod>) -> bool {
    let tokens = [pod, other].map(|pod| pod.token().unwrap_or_default());
    let [.., spec, status] = pod.shared();
    let [.., other_spec, other_status] = other.shared();
    Arc::ptr_eq(spec, other_spec)
        && Arc::ptr_eq(status, other_status)
        && pod.token().is_some() == other.token().is_some()
        && tokens[0].len() == tokens[1].len()
        && tokens.iter().all(|token| token.is_ascii())
}

/// `describePod`.
pub(super) fn pod(world: World<'_>, pod: &Value, page: &mut Page) {
    head(world, &|part, field| &pod[part][field], &date, page);
    end(pod, page);
}

/// A field of a part of a Pod.
type Get<'p> = dyn Fn(&str, &str) -> &'p Value + 'p;

/// What is each Pod's own.
fn head<'p>(world: World<'_>, get: &Get<'p>, date: &dyn Fn(&Value) -> String, page: &mut Page) {
    page.field(0, "Name", text(get("metadata", "name")));
    page.field(0, "Namespace", text(get("metadata", "namespace")));
    if let Some(priority) = get("spec", "priority").as_i64() {
        page.field(0, "Priority", priority);
    }
    for (title, field) in [
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ] {
        says(page, title, get("spec", field));
    }
    match text(get("spec", "nodeName")) {
        "" => page.field(0, "Node", "<none>"),
        node => page.field(0, "Node", format_args!("{node}/{}", text(get("status", "hostIP")))),
    }
    let started = get("status", "startTime");
    if !started.is_null() {
        page.field(0, "Start Time", date(started));
    }
    page.labels("Labels", get("metadata", "labels"));
    page.annotations("Annotations", get("metadata", "annotations"));
    let phase = text(get("status", "phase"));
    let deleted = get("metadata", "deletionTimestamp");
    if !deleted.is_null() && !matches!(phase, "Failed" | "Succeeded") {
        let lasts = since(deleted, world.now);
        page.field(0, "Status", format_args!("Terminating (lasts {lasts})"));
        let grace = int(get("metadata", "deletionGracePeriodSeconds"));
        page.field(0, "Termination Grace Period", format_args!("{grace}s"));
    } else {
        page.field(0, "Status", phase);
    }
    says(page, "Reason", get("status", "reason"));
    says(page, "Message", get("status", "message"));
    let profile = &get("spec", "securityContext")["seccompProfile"];
    if profile.is_object() {
        page.field(0, "SeccompProfile", text(&profile["type"]));
        if text(&profile["type"]) == "Localhost" {
            page.field(0, "LocalhostProfile", text(&profile["localhostProfile"]));
        }
    }
    page.field(0, "IP", text(get("status", "podIP")));
    let ips = items(get("status", "podIPs"));
    page.line(0, if ips.is_empty() { "IPs:\t<none>" } else { "IPs:" });
    for ip in ips {
        page.field(1, "IP", text(&ip["ip"]));
    }
    if let Some(controller) = controller(get("metadata", "ownerReferences")) {
        page.field(0, "Controlled By", controller);
    }
}

/// What follows from what Pods share of `spec` and `status`, unless a page is told that it is a
/// Pod's own.
fn end(pod: &Value, page: &mut Page) {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    says(page, "NominatedNodeName", &status["nominatedNodeName"]);
    if spec["resources"].is_object() {
        page.line(0, "Resources:");
        resources(page, 1, &spec["resources"]);
    }
    for (label, field, statuses, always) in [
        ("Init Containers", "initContainers", "initContainerStatuses", false),
        ("Containers", "containers", "containerStatuses", true),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses", false),
    ] {
        if always || !items(&spec[field]).is_empty() {
            containers(page, label, &spec[field], &status[statuses], Some(pod), "");
        }
    }
    conditions(page, spec, status);
    volumes(page, &spec["volumes"], "");
    page.field(0, "QoS Class", quality(pod));
    page.labels("Node-Selectors", &spec["nodeSelector"]);
    page.list("", "Tolerations", &tolerations(&spec["tolerations"]));
    spread(page, &spec["topologySpreadConstraints"], "");
    scheduling_group(page, spec, "");
}

fn says(page: &mut Page, title: &str, value: &Value) {
    if !text(value).is_empty() {
        page.field(0, title, text(value));
    }
}

fn conditions(page: &mut Page, spec: &Value, status: &Value) {
    let conditions = items(&status["conditions"]);
    let gates = items(&spec["readinessGates"]);
    if !gates.is_empty() {
        page.line(0, "Readiness Gates:\n  Type\tStatus");
    }
    for gate in gates {
        let kind = text(&gate["conditionType"]);
        let found = conditions.iter().find(|c| text(&c["type"]) == kind);
        let status = found.map_or("<none>", |c| text(&c["status"]));
        page.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:\n  Type\tStatus");
    }
    for condition in conditions {
        let (kind, status) = (text(&condition["type"]), text(&condition["status"]));
        page.line(1, format_args!("{kind} \t{status} "));
    }
}

/// `DescribePodTemplate`.
pub(super) fn template(page: &mut Page, template: &Value) {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    page.line(0, "Pod Template:");
    page.labels("  Labels", &metadata["labels"]);
    if metadata["annotations"].as_object().is_some_and(|all| !all.is_empty()) {
        page.annotations("  Annotations", &metadata["annotations"]);
    }
    says(page, "  Service Account", &spec["serviceAccountName"]);
    if !items(&spec["initContainers"]).is_empty() {
        let init = &spec["initContainers"];
        containers(page, "Init Containers", init, &Value::Null, None, "  ");
    }
    containers(page, "Containers", &spec["containers"], &Value::Null, None, "  ");
    volumes(page, &spec["volumes"], "  ");
    spread(page, &spec["topologySpreadConstraints"], "  ");
    says(page, "  Priority Class Name", &spec["priorityClassName"]);
    page.labels("  Node-Selectors", &spec["nodeSelector"]);
    page.list("", "  Tolerations", &tolerations(&spec["tolerations"]));
    scheduling_group(page, spec, "  ");
}

fn scheduling_group(page: &mut Page, spec: &Value, indent: &str) {
    let group = &spec["schedulingGroup"];
    if group.is_object() {
        page.line(0, format_args!("{indent}SchedulingGroup:"));
        page.field(1, "PodGroupName", text(&group["podGroupName"]));
    }
}

fn spread(page: &mut Page, constraints: &Value, indent: &str) {
    let mut constraints: Vec<&Value> = items(constraints).iter().collect();
    sort::sort_by_key(&mut constraints, |constraint| text(&constraint["topologyKey"]));
    let lines: Vec<String> = constraints
        .into_iter()
        .map(|constraint| {
            let [key, when] = ["topologyKey", "whenUnsatisfiable"].map(|f| text(&constraint[f]));
            let mut line =
                format!("{key}:{when} when max skew {} is exceeded", int(&constraint["maxSkew"]));
            if constraint["labelSelector"].is_object() {
                line += " for selector ";
                line += &selector_or_none(&constraint["labelSelector"]);
            }
            line
        })
        .collect();
    if !lines.is_empty() {
        page.list(indent, "Topology Spread Constraints", &lines);
    }
}

/// `printTolerationsMultilineWithIndent`.
fn tolerations(list: &Value) -> Vec<String> {
    let mut list: Vec<&Value> = items(list).iter().collect();
    sort::sort_by_key(&mut list, |toleration| text(&toleration["key"]));
    let write = |toleration: &Value| {
        let [key, value, effect, operator] =
            ["key", "value", "effect", "operator"].map(|field| text(&toleration[field]));
        let mut line = key.to_owned();
        for (before, part) in [("=", value), (":", effect)] {
            if !part.is_empty() {
                line += before;
                line += part;
            }
        }
        if operator == "Exists" && value.is_empty() {
            line += if line.is_empty() { "op=Exists" } else { " op=Exists" };
        }
        if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
            line += &format!(" for {seconds}s");
        }
        line
    };
    list.into_iter().map(write).collect()
}

/// `GetPodQOS`, k8s.io/kubectl/pkg/util/qos.
fn quality(pod: &Value) -> &str {
    let known = text(&pod["status"]["qosClass"]);
    if !known.is_empty() {
        return known;
    }
    let spec = &pod["spec"];
    let all = [&spec["containers"], &spec["initContainers"]].into_iter().flat_map(items);
    let (mut any, mut guaranteed) = (false, true);
    for container in all {
        for name in ["cpu", "memory"] {
            let [request, limit] =
                ["requests", "limits"].map(|of| Quantity::of(&container["resources"][of][name]));
            any |= request.is_positive() || limit.is_positive();
            guaranteed &= limit.is_positive()
                && (request.equals(limit)
                    || container["resources"]["requests"][name] == json!(null));
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

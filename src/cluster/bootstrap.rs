//! What an API server makes by itself as it starts: the ClusterRoles and ClusterRoleBindings of
//! plugin/pkg/auth/authorizer/rbac/bootstrappolicy (v1.36), and an IPAddress for each address
//! that a Service has. They are not stored: what is changed of them is.

use super::place::has_kubelet;
use super::{Cluster, Key};
use crate::source::sort;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// `= NAME <LABEL >SELECTED`, and its rules: verbs, API groups (`-` is the core's), resources,
/// names; or verbs and paths.
static ROLES: &str = include_str!("bootstrap/roles.txt");
/// `NAME SUBJECT…`: a role of that name for a user (`U:`), group (`G:`) or account (`S:`), for
/// the controller's own account where nobody stands there, for nobody where `-` does.
static BINDINGS: &str = include_str!("bootstrap/bindings.txt");

const RBAC: &str = "rbac.authorization.k8s.io";

/// Whether the server makes objects of this kind by itself.
pub(super) fn makes(kind: &str) -> bool {
    matches!(kind, "ClusterRole" | "ClusterRoleBinding" | "ComponentStatus" | "IPAddress")
}

impl Cluster {
    /// An object that the server has made by itself.
    pub(super) fn bootstrapped(&self, key: &Key) -> Option<Value> {
        let mut found = None;
        self.each_bootstrapped(&key.kind, &|name| *name == *key.name.name, &mut |object| {
            found = Some(object);
        });
        found
    }

    /// All of a kind of which nothing else is stored, and those that are, by name.
    pub(super) fn with_bootstrapped(&self, kind: &str, see: &mut dyn FnMut(Cow<'_, Value>)) {
        let mut all: Vec<(String, Cow<'_, Value>)> = self
            .others_of(kind, None)
            .map(|(key, object)| (key.name.name.to_string(), Cow::Borrowed(&**object)))
            .collect();
        let is_stored = |name: &str| !self.others.contains_key(&Key::new(kind, "", name));
        let mut made = Vec::new();
        self.each_bootstrapped(kind, &is_stored, &mut |object| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            made.push((name, Cow::Owned(object)));
        });
        all.append(&mut made);
        sort::sort_by(&mut all, |(a, _), (b, _)| a.cmp(b));
        all.into_iter().for_each(|(_, object)| see(object));
    }

    fn each_bootstrapped(
        &self,
        kind: &str,
        wanted: &dyn Fn(&str) -> bool,
        see: &mut dyn FnMut(Value),
    ) {
        match kind {
            "ClusterRole" => {
                roles().filter(|role| wanted(role.name)).for_each(|role| see(role.object()));
            }
            "ClusterRoleBinding" => {
                for line in BINDINGS.lines() {
                    let mut words = line.split(' ');
                    let name = words.next().unwrap_or_default();
                    if wanted(name) {
                        see(binding(name, words));
                    }
                }
            }
            // Where kubelets run, so does what the server asks for its health.
            "ComponentStatus"
                if self.nodes.values().any(|node| has_kubelet(self, Some(&node.name))) =>
            {
                for name in ["controller-manager", "etcd-0", "scheduler"] {
                    if wanted(name) {
                        see(json!({
                            "apiVersion": "v1",
                            "conditions": [{"message": "ok", "status": "True", "type": "Healthy"}],
                            "kind": "ComponentStatus",
                            "metadata": {"name": name},
                        }));
                    }
                }
            }
            "IPAddress" => {
                for service in self.services() {
                    let addresses = service.value["spec"]["clusterIPs"].as_array();
                    let addresses = addresses.into_iter().flatten().filter_map(Value::as_str);
                    for ip in addresses.filter(|ip| *ip != "None" && wanted(ip)) {
                        let created = &service.value["metadata"]["creationTimestamp"];
                        see(address(ip, (&service.name.namespace, &service.name.name), created));
                    }
                }
            }
            _ => {}
        }
    }
}

/// A role as the table has it.
#[derive(Clone, Copy)]
struct Role {
    name: &'static str,
    /// The labels by which others take up its rules, and by which it takes up others'.
    marks: &'static str,
    rules: &'static str,
}

fn roles() -> impl Iterator<Item = Role> {
    ROLES.split("= ").filter(|text| !text.is_empty()).map(|text| {
        let (head, rules) = text.split_once('\n').unwrap_or((text, ""));
        let (name, marks) = head.split_once(' ').unwrap_or((head, ""));
        Role { name, marks, rules }
    })
}

impl Role {
    fn marks(self, sign: char) -> impl Iterator<Item = &'static str> {
        self.marks.split(' ').filter_map(move |mark| mark.strip_prefix(sign))
    }

    /// Its rules; of an aggregated one those of all that have its label
    /// (pkg/controller/clusterroleaggregation, v1.36).
    fn rules(self) -> Vec<Value> {
        let Some(label) = self.marks('>').next() else {
            return self.rules.lines().map(rule).collect();
        };
        let mut rules: Vec<Value> = Vec::new();
        for role in roles().filter(|role| role.marks('<').any(|mark| mark == label)) {
            for rule in role.rules() {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
        rules
    }

    fn object(self) -> Value {
        let mut object = Map::new();
        if let Some(label) = self.marks('>').next() {
            let labels = json!({format!("{RBAC}/{label}"): "true"});
            let rule = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
            object.insert("aggregationRule".to_owned(), rule);
        }
        let mut metadata = metadata(self.name);
        for label in self.marks('<') {
            metadata["labels"][format!("{RBAC}/{label}")] = "true".into();
        }
        object.insert("apiVersion".to_owned(), format!("{RBAC}/v1").into());
        object.insert("kind".to_owned(), "ClusterRole".into());
        object.insert("metadata".to_owned(), metadata);
        object.insert("rules".to_owned(), self.rules().into());
        Value::Object(object)
    }
}

fn metadata(name: &str) -> Value {
    json!({
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
        "name": name,
    })
}

fn rule(line: &str) -> Value {
    let mut words = line.split(' ');
    let mut list = || -> Option<Value> {
        let items = words.next()?.split(',').map(|item| if item == "-" { "" } else { item });
        Some(items.collect::<Vec<_>>().into())
    };
    let (verbs, second) = (list(), list());
    match list() {
        None => json!({"nonResourceURLs": second, "verbs": verbs}),
        Some(resources) => match list() {
            None => json!({"apiGroups": second, "resources": resources, "verbs": verbs}),
            Some(names) => json!({
                "apiGroups": second, "resourceNames": names, "resources": resources,
                "verbs": verbs,
            }),
        },
    }
}

fn binding<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> Value {
    let account = |namespace: &str, name: &str| json!({"kind": "ServiceAccount", "name": name, "namespace": namespace});
    let mut subjects: Vec<Value> = Vec::new();
    let mut is_told = false;
    for word in words {
        is_told = true;
        match word.split_once(':') {
            Some(("U", name)) => {
                subjects.push(json!({"apiGroup": RBAC, "kind": "User", "name": name}));
            }
            Some(("G", name)) => {
                subjects.push(json!({"apiGroup": RBAC, "kind": "Group", "name": name}));
            }
            Some(("S", place)) => {
                let (namespace, name) = place.split_once('/').unwrap_or(("", place));
                subjects.push(account(namespace, name));
            }
            _ => {}
        }
    }
    if let (false, Some(own)) = (is_told, name.strip_prefix("system:controller:")) {
        subjects.push(account("kube-system", own));
    }
    let mut object = json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": "ClusterRoleBinding",
        "metadata": metadata(name),
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
    });
    if !subjects.is_empty() {
        object["subjects"] = subjects.into();
    }
    object
}

/// What stands for an address that a Service has (pkg/registry/core/service/ipallocator).
fn address(ip: &str, (namespace, name): (&str, &str), created: &Value) -> Value {
    let family = if ip.contains(':') { "IPv6" } else { "IPv4" };
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IPAddress",
        "metadata": {
            "creationTimestamp": created,
            "labels": {
                "ipaddress.kubernetes.io/ip-family": family,
                "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            },
            "name": ip,
        },
        "spec": {"parentRef": {
            "group": "", "name": name, "namespace": namespace, "resource": "services",
        }},
    })
}

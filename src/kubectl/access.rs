//! Who may do what: the world's RBAC, asked of whom a command acts as (`--as`).

use super::command::Call;
use super::console::Console;
use super::resources::{Resource, with_group};
use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

/// Whom a command acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    /// Their name.
    pub(super) name: String,
    /// Their groups.
    pub(super) groups: Vec<String>,
}

impl User {
    /// As `--as` and `--as-group` say; none where the command acts for who called it.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let name = call.flags.text("as").filter(|name| !name.is_empty())?;
        let mut groups: Vec<String> = call.flags.all("as-group").to_vec();
        if let Some(account) = name.strip_prefix("system:serviceaccount:") {
            groups.push("system:serviceaccounts".to_owned());
            let namespace = account.split(':').next();
            groups.extend(namespace.map(|ns| format!("system:serviceaccounts:{ns}")));
        }
        if name != "system:anonymous" {
            groups.push("system:authenticated".to_owned());
        }
        Some(Self { name: name.to_owned(), groups })
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What is to be done: `get`.
    pub(super) verb: &'a str,
    /// The API group; empty for the core.
    pub(super) group: &'a str,
    /// In which resource: `services`.
    pub(super) resource: &'a str,
    /// With which object; empty for any.
    pub(super) name: &'a str,
    /// With which path, where it is no resource.
    pub(super) url: Option<&'a str>,
    /// Where; none for everywhere.
    pub(super) namespace: Option<&'a str>,
}

/// Whether whom the call acts as may do it.
pub(super) fn may(console: &Console, call: &Call, asked: Asked<'_>) -> bool {
    let user = User::of(call);
    rules(console, user.as_ref(), asked.namespace).iter().any(|rule| allows(rule, asked))
}

/// A request for `resource`, of one object where `name` is not empty.
///
/// # Errors
/// The server's answer to who may not ask it.
pub(super) fn check(
    console: &Console,
    user: Option<&User>,
    (verb, resource): (&str, &Resource),
    (namespace, name): (Option<&str>, &str),
) -> Result<(), Box<ApiError>> {
    check_part(console, user, (verb, resource, ""), (namespace, name))
}

/// As [`check`], of a part of the objects: `log`.
///
/// # Errors
/// The server's answer to who may not ask it.
pub(super) fn check_part(
    console: &Console,
    user: Option<&User>,
    (verb, resource, part): (&str, &Resource, &str),
    (namespace, name): (Option<&str>, &str),
) -> Result<(), Box<ApiError>> {
    let Some(who) = user else { return Ok(()) };
    let namespace = namespace.filter(|namespace| !namespace.is_empty());
    let group = resource.group();
    let plural = match part {
        "" => resource.plural.to_owned(),
        part => format!("{}/{part}", resource.plural),
    };
    let plural = &*plural;
    let asked = Asked { verb, group, resource: plural, name, url: None, namespace };
    if rules(console, user, namespace).iter().any(|rule| allows(rule, asked)) {
        return Ok(());
    }
    let what = with_group(resource.plural, group);
    let object = if name.is_empty() { String::new() } else { format!(" {:?}", Quoted(name)) };
    let place = match namespace {
        Some(namespace) => format!("in the namespace {:?}", Quoted(namespace)),
        None => "at the cluster scope".to_owned(),
    };
    let user = Quoted(&who.name);
    let says = format!(
        "{what}{object} is forbidden: User {user:?} cannot {verb} resource {plural:?} in API group {group:?} {place}"
    );
    Err(ApiError::new(Reason::Forbidden, says))
}

/// The rules that hold for `user`; whoever acts as nobody else may do everything.
fn rules(console: &Console, user: Option<&User>, namespace: Option<&str>) -> Vec<Value> {
    let is_master = |user: &User| user.groups.iter().any(|group| group == "system:masters");
    let Some(user) = user.filter(|user| !is_master(user)) else {
        return vec![
            json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}),
            json!({"verbs": ["*"], "nonResourceURLs": ["*"]}),
        ];
    };
    bound(console, user, namespace)
}

/// The rules of the roles that are bound to whom the call acts as, or to the administrator.
pub(super) fn told(console: &Console, call: &Call, namespace: &str) -> Vec<Value> {
    let groups = || vec!["system:masters".to_owned(), "system:authenticated".to_owned()];
    let admin = || User { name: "admin".to_owned(), groups: groups() };
    bound(console, &User::of(call).unwrap_or_else(admin), Some(namespace))
}

fn bound(console: &Console, user: &User, namespace: Option<&str>) -> Vec<Value> {
    let User { name: user, groups } = user;
    let mut bindings = console.cluster.list("ClusterRoleBinding", None);
    if let Some(namespace) = namespace {
        bindings.extend(console.cluster.list("RoleBinding", Some(namespace)));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut rules = Vec::new();
    for binding in bindings {
        let own_namespace = text(&binding["metadata"]["namespace"]);
        let is_meant = items(&binding["subjects"]).iter().any(|subject| {
            let name = text(&subject["name"]);
            match subject["kind"].as_str() {
                Some("User") => name == *user,
                Some("Group") => groups.contains(&name),
                Some("ServiceAccount") => {
                    *user == format!("system:serviceaccount:{}:{name}", text(&subject["namespace"]))
                }
                _ => false,
            }
        });
        if is_meant {
            let (kind, name) =
                (text(&binding["roleRef"]["kind"]), text(&binding["roleRef"]["name"]));
            let role = console.cluster.get(&kind, &own_namespace, &name);
            rules.extend(role.map(|role| items(&role["rules"])).unwrap_or_default());
        }
    }
    rules
}

/// `RuleAllows`, k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac.
fn allows(rule: &Value, asked: Asked<'_>) -> bool {
    let has = |field: &str, wanted: &str| {
        let mut values = rule[field].as_array().into_iter().flatten().filter_map(Value::as_str);
        values.any(|value| value == "*" || value == wanted)
    };
    if !has("verbs", asked.verb) {
        return false;
    }
    if let Some(url) = asked.url {
        let mut urls =
            rule["nonResourceURLs"].as_array().into_iter().flatten().filter_map(Value::as_str);
        return urls.any(|known| match known.strip_suffix('*') {
            Some(start) => url.starts_with(start),
            None => url == known,
        });
    }
    let names = rule["resourceNames"].as_array().map_or(0, Vec::len);
    has("apiGroups", asked.group)
        && has("resources", asked.resource)
        && (names == 0 || has("resourceNames", asked.name))
}

//! Roles, bindings and ServiceAccounts.

use super::World;
use super::page::Page;
use super::value::{items, text, texts};
use serde_json::Value;
use std::collections::BTreeMap;

/// `describeServiceAccount`.
pub(super) fn service_account(_: World<'_>, account: &Value, page: &mut Page) {
    page.head(account);
    let title = "Image pull secrets:";
    let secrets = items(&account["imagePullSecrets"]);
    if secrets.is_empty() {
        page.line(0, format_args!("{title}\t<none>"));
    }
    for (n, secret) in secrets.iter().enumerate() {
        let title = if n == 0 { title } else { "                   " };
        page.line(0, format_args!("{title}\t{}", text(&secret["name"])));
    }
}

/// Rules of one resource, and of its one name where it has any: their verbs.
type Key<'r> = (&'r str, &'r str, Option<&'r str>);

/// `RoleDescriber` and `ClusterRoleDescriber`: rules are taken apart and put together by
/// resource (`BreakdownRule`, `CompactRules`).
pub(super) fn role(_: World<'_>, role: &Value, page: &mut Page) {
    page.field(0, "Name", text(&role["metadata"]["name"]));
    page.tags(role);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    let mut by_resource: BTreeMap<Key<'_>, Vec<&str>> = BTreeMap::new();
    // Each line with what kubectl sorts it by: the rule as Go writes it.
    let mut lines: Vec<(String, String)> = Vec::new();
    for rule in items(&role["rules"]) {
        let [groups, resources, names, urls, verbs] =
            ["apiGroups", "resources", "resourceNames", "nonResourceURLs", "verbs"]
                .map(|field| texts(&rule[field]));
        let names: Vec<Option<&str>> =
            if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for (group, resource) in pairs(&groups, &resources) {
            for (verb, name) in pairs(&verbs, &names) {
                let of = by_resource.entry((group, resource, name)).or_default();
                if !of.contains(&verb) {
                    of.push(verb);
                }
            }
        }
        for (url, verb) in pairs(&urls, &verbs) {
            let order = format!(
                "&PolicyRule{{Verbs:[{verb}],APIGroups:[],Resources:[],ResourceNames:[],NonResourceURLs:[{url}],}}"
            );
            lines.push((order, format!("\t[{url}]\t[]\t[{verb}]")));
        }
    }
    for ((group, resource, name), verbs) in by_resource {
        let (verbs, name) = (verbs.join(" "), name.unwrap_or_default());
        let order = format!(
            "&PolicyRule{{Verbs:[{verbs}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{name}],NonResourceURLs:[],}}"
        );
        let (plain, sub) = resource.split_once('/').unwrap_or((resource, ""));
        let dot = if group.is_empty() { "" } else { "." };
        let slash = if resource.contains('/') { "/" } else { "" };
        lines.push((order, format!("{plain}{dot}{group}{slash}{sub}\t[]\t[{name}]\t[{verbs}]")));
    }
    crate::source::sort::sort_by(&mut lines, Ord::cmp);
    for (_, line) in lines {
        page.line(1, line);
    }
}

fn pairs<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))).collect()
}

/// `RoleBindingDescriber` and `ClusterRoleBindingDescriber`.
pub(super) fn binding(_: World<'_>, binding: &Value, page: &mut Page) {
    page.field(0, "Name", text(&binding["metadata"]["name"]));
    page.tags(binding);
    page.line(0, "Role:");
    page.field(1, "Kind", text(&binding["roleRef"]["kind"]));
    page.field(1, "Name", text(&binding["roleRef"]["name"]));
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace\n  ----\t----\t---------");
    for subject in items(&binding["subjects"]) {
        let [kind, name, namespace] =
            ["kind", "name", "namespace"].map(|field| text(&subject[field]));
        page.line(1, format_args!("{kind}\t{name}\t{namespace}"));
    }
}

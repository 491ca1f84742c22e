//! `kubectl apply --prune`: what was applied once and stands in no file any more is deleted
//! (k8s.io/kubectl/pkg/cmd/apply/prune.go, v1.36).

use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::print::Printer;
use crate::kubectl::resources::{RESOURCES, Resource};
use crate::kubectl::select::LabelSelector;
use crate::kubectl::verbs::delete::cascade;
use crate::kubectl::write::{DryRun, Server, last_applied};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// The kinds that are looked through unless `--prune-allowlist` names others.
const KINDS: &[(&str, &str)] = &[
    ("", "ConfigMap"),
    ("", "Endpoints"),
    ("", "PersistentVolumeClaim"),
    ("", "Pod"),
    ("", "ReplicationController"),
    ("", "Secret"),
    ("", "Service"),
    ("batch", "Job"),
    ("batch", "CronJob"),
    ("networking.k8s.io", "Ingress"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("", "Namespace"),
    ("", "PersistentVolume"),
];

/// Which resources are looked through.
///
/// # Errors
/// What kubectl says of flags that do not go together, and of kinds that are not there.
pub(super) fn resources(call: &Call) -> Result<Vec<&'static Resource>, Failure> {
    let client = |says: &str| Err(Failure::Client(says.to_owned()));
    if call.flags.bool("force") {
        return client("--force cannot be used with --prune");
    }
    if !call.flags.bool("all") && call.flags.text("selector").unwrap_or("").is_empty() {
        return client(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
        );
    }
    if call.flags.bool("server-side") {
        return client(
            "--prune is in alpha and doesn't currently work on objects created by server-side apply",
        );
    }
    let find =
        |group: &str, kind: &str| RESOURCES.iter().find(|r| r.kind == kind && r.group() == group);
    let allowed = call.flags.all("prune-allowlist");
    if allowed.is_empty() {
        return Ok(KINDS.iter().filter_map(|(group, kind)| find(group, kind)).collect());
    }
    let mut found = Vec::new();
    for text in allowed {
        let [group, version, kind] = *text.split('/').collect::<Vec<_>>() else {
            return client(&format!(
                "invalid GroupVersionKind format: {text}, please follow <group/version/kind>"
            ));
        };
        let group = if group == "core" { "" } else { group };
        let Some(resource) = find(group, kind).filter(|r| r.version() == version) else {
            let full = if group.is_empty() { version } else { &format!("{group}/{version}") };
            return client(&format!("no matches for kind \"{kind}\" in version \"{full}\""));
        };
        found.push(resource);
    }
    Ok(found)
}

/// Deletes what is in none of `applied`, in their namespaces.
///
/// # Errors
/// The server's answer where it refuses.
pub(super) fn prune(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (resources, applied): (&[&'static Resource], &[Value]),
    (dry_run, printer): (DryRun, &mut Printer),
) -> Result<(), Failure> {
    let cascade = cascade(call, io)?;
    let selector = LabelSelector::read(call.flags.text("selector").unwrap_or("").trim())
        .map_err(Failure::Client)?;
    let text =
        |object: &Value, field: &str| object["metadata"][field].as_str().unwrap_or("").to_owned();
    let uids: HashSet<String> = applied.iter().map(|object| text(object, "uid")).collect();
    let mut namespaces: BTreeSet<String> =
        applied.iter().map(|object| text(object, "namespace")).filter(|n| !n.is_empty()).collect();
    namespaces.extend(call.flags.text("namespace").map(str::to_owned));
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    let cluster_wide = BTreeSet::from([String::new()]);
    for is_namespaced in [true, false] {
        for namespace in if is_namespaced { &namespaces } else { &cluster_wide } {
            for resource in resources.iter().filter(|r| r.namespaced == is_namespaced) {
                for object in console.cluster.list(resource.kind, Some(namespace)) {
                    let is_meant = selector.matches(&object["metadata"]["labels"])
                        && last_applied(&object).is_some()
                        && !uids.contains(&text(&object, "uid"));
                    if !is_meant {
                        continue;
                    }
                    if dry_run != DryRun::Client {
                        let name = text(&object, "name");
                        server.delete(console, io, (resource, namespace, &name), cascade)?;
                    }
                    printer.print(&object, &format!("pruned{}", dry_run.suffix()), io)?;
                }
            }
        }
    }
    Ok(())
}

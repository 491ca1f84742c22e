//! What a command looks at that changes nothing: so much of a saved world has to be read for it.

use super::command::{Flags, read_call};
use super::resources;

/// What a command does with a world in which nothing happens by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// It may change something.
    No,
    /// It looks at objects of these kinds alone.
    AtKinds(Vec<&'static str>),
    /// It looks at what it likes.
    AtAll,
}

/// Commands that change nothing, whatever their flags.
const COMMANDS: &[&str] = &["get", "describe", "events", "explain", "top pod", "top node"];

/// Flags with which `get` looks at more than the objects that its words name.
const FLAGS: &[&str] =
    &["as", "as-group", "filename", "help", "kustomize", "raw", "watch", "watch-only"];

/// Kinds of which an object is shown as it is held, without a look at others.
const KINDS: &[&str] = &[
    "ConfigMap",
    "ControllerRevision",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "PersistentVolumeClaim",
    "Pod",
    "ReplicaSet",
    "Secret",
    "Service",
    "StatefulSet",
];

/// What the command of these words does.
pub(super) fn looks(words: &[String]) -> Looks {
    let Some((command, flags, args)) = read_call(words) else { return Looks::No };
    if !COMMANDS.contains(&command) {
        return Looks::No;
    }
    let kinds = (command == "get").then(|| kinds(&flags, &args)).flatten();
    kinds.map_or(Looks::AtAll, Looks::AtKinds)
}

/// The kinds that `get` is asked for; none where it looks at more.
fn kinds(flags: &Flags, args: &[String]) -> Option<Vec<&'static str>> {
    if FLAGS.iter().any(|name| flags.is_set(name)) {
        return None;
    }
    let named: Vec<&str> = match args {
        args if args.iter().any(|arg| arg.contains('/')) => args
            .iter()
            .map(|arg| arg.split_once('/').map(|(kind, _)| kind))
            .collect::<Option<_>>()?,
        [kinds, ..] => kinds.split(',').collect(),
        [] => return None,
    };
    let kind = |name: &str| {
        let found = resources::find_always(name)?.kind;
        KINDS.contains(&found).then_some(found)
    };
    named.into_iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_nothing_reads_less_than_the_world() {
        let looks = |line: &str| looks(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let kinds = |line: &str| match looks(line) {
            Looks::AtKinds(kinds) => kinds.join(" "),
            other => format!("{other:?}"),
        };
        for (line, looks) in [
            ("get svc s5", "Service"),
            ("-n shop get svc,deploy -o wide", "Service Deployment"),
            ("get services.v1. -A", "Service"),
            ("get -l app=a/b pods --show-labels", "Pod"),
            ("get po/a deploy/b", "Pod Deployment"),
            ("get svc s5 -w", "AtAll"),
            ("get svc s5 --watch-only", "AtAll"),
            ("get svc s5 --as=me", "AtAll"),
            ("get -f a.yaml", "AtAll"),
            ("get --raw /api/v1/pods", "AtAll"),
            ("get all", "AtAll"),
            ("get po,ep", "AtAll"),
            ("get po/a b", "AtAll"),
            ("get httproutes", "AtAll"),
            ("get", "AtAll"),
            ("describe svc s5", "AtAll"),
            ("get svc --nonsense", "No"),
            ("label svc s5 a=b", "No"),
            ("config use-context a", "No"),
            ("exec a -- get svc", "No"),
            ("nonsense", "No"),
        ] {
            assert_eq!(kinds(line), looks, "{line}");
        }
    }
}

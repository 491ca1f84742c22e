//! What a learner's machine has and this shell has not: one honest line each.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// Answers a command that is not here; none where it is unknown.
pub(super) fn run(_: &mut Console, name: &str, args: &[String], io: &mut Io) -> Option<Done> {
    let why = match name {
        "curl" | "wget" | "nc" | "telnet" | "ping" | "dig" | "nslookup" | "host" | "traceroute" => {
            let what = if args.is_empty() {
                name.to_owned()
            } else {
                format!("{name} {}", args.join(" "))
            };
            let what: String = what.chars().take(200).collect();
            format!(
                "this shell has no network of its own; run it in a Pod: kubectl run tmp --rm -it --image=busybox -- {what}"
            )
        }
        "ssh" | "scp" => "nodes cannot be entered here: kubectl shows what they do".to_owned(),
        "docker" | "podman" | "crictl" | "ctr" | "nerdctl" => {
            "no containers run here: kubectl describe pod shows what would".to_owned()
        }
        "systemctl" | "journalctl" | "service" | "kubelet" | "kubeadm" | "etcdctl" => {
            "there is no machine behind this world".to_owned()
        }
        "sudo" | "su" => "you are root already, and nothing here needs it".to_owned(),
        "jq" | "yq" => "not here: kubectl -o jsonpath, -o custom-columns and grep are".to_owned(),
        "python" | "python3" | "perl" | "ruby" | "node" | "make" | "git" | "bash" | "sh"
        | "zsh" | "tmux" | "screen" | "helm" | "apt" | "apt-get" | "yum" | "dnf" | "apk" => {
            "no programs are started here; help lists what there is".to_owned()
        }
        "find" => "not here: ls -R lists all files".to_owned(),
        "bg" | "fg" | "jobs" | "wait" | "disown" | "nohup" => {
            "nothing runs in the background here".to_owned()
        }
        "chmod" | "chown" | "ln" | "kill" | "pkill" | "top" | "ps" | "df" | "du" | "free"
        | "emacs" | "trap" | "tar" | "gzip" => "not here; help lists what there is".to_owned(),
        _ => return None,
    };
    io.err(format_args!("{name}: {why}\n"));
    Some(Done::Exit(127))
}

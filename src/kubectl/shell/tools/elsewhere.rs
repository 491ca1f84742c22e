//! Programs of the network, which run as the client outside the cluster, and what a learner's
//! machine has and this shell has not: one honest line each.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::pod::{self, Inside};

/// Answers a command that is not here; none where it is unknown.
pub(super) fn run(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> Option<Done> {
    let why = match name {
        "curl" | "wget" | "nc" | "telnet" | "ping" | "dig" | "nslookup" | "host" => {
            let words: Vec<String> =
                [name.to_owned()].into_iter().chain(args.iter().cloned()).collect();
            return Some(pod::run(console, &Inside::outside(), &words, io));
        }
        "ssh" => return Some(ssh(console, args, io)),
        "scp" | "traceroute" => "not here; ssh NODE, curl and nc are".to_owned(),
        "docker" | "podman" | "crictl" | "ctr" | "nerdctl" => {
            "no containers run here: kubectl describe pod shows what would".to_owned()
        }
        "systemctl" | "journalctl" | "service" | "kubelet" | "kubeadm" | "etcdctl" => {
            "there is no machine behind this world".to_owned()
        }
        "su" => "you are root already, and nothing here needs it".to_owned(),
        "jq" | "yq" => {
            "not here: kubectl get ... -o jsonpath='{.items[*].metadata.name}' reads fields"
                .to_owned()
        }
        "python" | "python3" | "perl" | "ruby" | "node" | "make" | "git" | "zsh" | "tmux"
        | "screen" | "helm" | "apt" | "apt-get" | "yum" | "dnf" | "apk" => {
            "no programs are started here; help lists what there is".to_owned()
        }
        "comm" | "join" | "cmp" => "not here: diff, sort and uniq -d compare".to_owned(),
        "fold" | "fmt" | "expand" | "split" | "csplit" | "shuf" | "strings" | "dir" | "pr" => {
            "not here: cut, head, tail and awk cut texts, ls lists files".to_owned()
        }
        "bc" | "dc" => "not here: echo $((1 + 2)) does sums, awk those with fractions".to_owned(),
        "md5sum" | "sha1sum" | "sha256sum" | "cksum" => {
            "not here: diff -q tells whether files are equal".to_owned()
        }
        "zgrep" | "zcat" | "gunzip" | "unzip" | "zip" | "tree" | "pushd" | "popd" | "dirs"
        | "getopts" | "times" => "not here; help lists what there is".to_owned(),
        "bg" | "disown" => {
            "not here: COMMAND & runs it in the background, kill %1 ends it".to_owned()
        }
        "openssl" | "ssh-keygen" | "gpg" => {
            "no keys are made here: kubectl create secret takes any text".to_owned()
        }
        "kubectx" => "not here: kubectl config use-context is".to_owned(),
        "kubens" => "not here: kubectl config set-context --current --namespace=NAME is".to_owned(),
        "k9s" | "minikube" | "kind" | "k3s" | "kustomize" | "etcdutl" => {
            "no programs are started here; help lists what there is".to_owned()
        }
        "iptables" | "nft" | "ipvsadm" | "ss" | "netstat" | "lsof" | "tcpdump" | "mount"
        | "reboot" | "shutdown" | "uptime" => "there is no machine behind this world".to_owned(),
        "od" | "xxd" | "hexdump" => "not here: cat -A shows what can't be seen".to_owned(),
        "stat" | "file" => "not here: ls -l and head show what a file is".to_owned(),
        "bind" | "ulimit" | "umask" => "nothing to be set here".to_owned(),
        "chown" | "ln" | "pkill" | "top" | "ps" | "df" | "du" | "free" | "emacs" | "tar"
        | "gzip" => "not here; help lists what there is".to_owned(),
        _ => return None,
    };
    io.err(format_args!("{name}: {why}\n"));
    Some(Done::Exit(127))
}

/// `ssh NODE [COMMAND...]`: a shell on a node, whose packets begin there.
fn ssh(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut words = args.iter().filter(|arg| !arg.starts_with('-'));
    let Some(host) = words.next() else {
        io.err("usage: ssh NODE [COMMAND...]\n");
        return Done::Exit(255);
    };
    let name = host.rsplit('@').next().unwrap_or(host);
    let by_ip = || name.parse().ok().and_then(|ip| console.cluster.node_at(ip));
    let Some(node) = console.cluster.node(name).or_else(by_ip) else {
        io.err(format_args!("ssh: Could not resolve hostname {name}: Name or service not known\n"));
        return Done::Exit(255);
    };
    let inside = Inside::node(&node.name);
    let rest: Vec<String> = words.cloned().collect();
    let argv = match rest.as_slice() {
        [] => vec!["bash".to_owned()],
        words => vec!["bash".to_owned(), "-c".to_owned(), words.join(" ")],
    };
    pod::session::start(console, inside, &argv, true, io)
}

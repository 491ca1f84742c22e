//! `--world W`, as several commands have it.

use super::Streams;
use crate::cluster::{Cluster, ProxyMode};
use crate::source::clean_line;
use anyhow::Context;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most that is read of one file: what is longer is no world of ours.
const MAX_BYTES: u64 = 256 << 20;

/// YAML is read at some megabytes a second: more of it would look like a hang.
const MAX_YAML: usize = 4 << 20;

/// So many oddities of a world are told one by one.
const MOST_TOLD: usize = 20;

/// Reads a text file, or standard input where it is called `-`.
pub(super) fn read_text(path: &Path, streams: &mut Streams<'_>) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        streams.input.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    anyhow::ensure!(bytes.len() as u64 <= MAX_BYTES, "{} is too long", path.display());
    String::from_utf8(bytes).with_context(|| format!("{} is not text (UTF-8)", path.display()))
}

/// Where packets are traced and names looked up.
#[derive(Debug, clap::Args)]
pub(super) struct World {
    /// The world: a YAML or JSON file of settings and objects. Without it, the empty cluster
    /// of the Service recordings
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
}

/// What kubectl works on.
#[derive(Debug, clap::Args)]
pub(super) struct Playground {
    /// The world: a YAML or JSON file of settings and objects. Without it, a control plane and
    /// two workers as kubeadm sets them up
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
}

/// The world of [`Playground`] where none is named, on the day on which it was set up.
const PLAYGROUND: &str = include_str!("playground.yaml");

/// That cluster has run for some weeks before anybody looks at it.
const PLAYGROUND_AGE: u32 = 20 * 24 * 60 * 60;

fn playground() -> anyhow::Result<Cluster> {
    let (mut cluster, _) = Cluster::from_world(PLAYGROUND)?;
    cluster.advance(PLAYGROUND_AGE);
    Ok(cluster)
}

impl World {
    /// The cluster; what is odd in its file is told on stderr.
    pub(super) fn load(&self, streams: &mut Streams<'_>) -> anyhow::Result<Cluster> {
        match &self.world {
            Some(path) => load(path, streams),
            None => Ok(Cluster::default()),
        }
    }
}

impl Playground {
    /// Which it is, for people.
    pub(super) fn title(&self) -> String {
        match &self.world {
            Some(path) => format!("Console: {}", path.display()),
            None => "Console: a cluster of three nodes".to_owned(),
        }
    }

    /// The cluster; what is odd in its file is told on stderr.
    pub(super) fn load(&self, streams: &mut Streams<'_>) -> anyhow::Result<Cluster> {
        match &self.world {
            Some(path) => load(path, streams),
            None => playground(),
        }
    }
}

fn load(path: &Path, streams: &mut Streams<'_>) -> anyhow::Result<Cluster> {
    let text = read_text(path, streams)?;
    anyhow::ensure!(
        text.len() <= MAX_YAML || text.trim_start().starts_with('{'),
        "{} is {} MB of YAML: write a world of more than {} MB as JSON, which is read faster",
        path.display(),
        text.len() >> 20,
        MAX_YAML >> 20
    );
    let (cluster, findings) =
        Cluster::from_world(&text).with_context(|| format!("{} is no world", path.display()))?;
    let file = clean_line(&path.to_string_lossy()).into_owned();
    for finding in findings.iter().take(MOST_TOLD) {
        let (object, message) = (clean_line(&finding.object), clean_line(&finding.message));
        writeln!(streams.err, "{file}: {object}: {message}")?;
    }
    if let Some(n) = findings.len().checked_sub(MOST_TOLD).filter(|n| *n > 0) {
        writeln!(streams.err, "{file}: and {n} more")?;
    }
    Ok(cluster)
}

/// kube-proxy's mode on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Mode {
    /// kube-proxy's rules in iptables
    Iptables,
    /// kube-proxy's rules in nftables
    Nftables,
}

impl From<Mode> for ProxyMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Iptables => Self::Iptables,
            Mode::Nftables => Self::Nftables,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PLAYGROUND, playground};
    use crate::cluster::Cluster;
    use crate::kubectl::{Console, Files};

    #[test]
    fn the_playground_has_three_nodes_and_a_dns_that_can_be_broken() {
        assert_eq!(Cluster::from_world(PLAYGROUND).unwrap().1, []);
        let mut console = Console::new(playground().unwrap(), Files::default());
        let mut said = String::new();
        for line in [
            "k get nodes",
            "k config get-contexts",
            "k -n kube-system get ds,deploy,rs,pods,ep",
            "k create deploy web --image=nginx --replicas=3",
            "k expose deploy web --port=80 --type=LoadBalancer",
            "k get pods -o custom-columns=NODE:.spec.nodeName",
            "k get svc",
            "k exec deploy/web -- curl -s web | grep title",
            "k -n kube-system scale deploy coredns --replicas=0",
            "k exec deploy/web -- curl -sS web",
        ] {
            said.push_str(&format!("$ {line}\n"));
            for (_, text) in console.line(line).said {
                said.push_str(&text);
            }
        }
        insta::assert_snapshot!(said);
    }
}

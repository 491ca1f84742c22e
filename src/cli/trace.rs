//! `portolan trace`: a packet's way, hop by hop.

use super::world::{Mode, World, read_text};
use super::{Exit, Streams};
use crate::chart::{self, Size, Stage};
use crate::cluster::Cluster;
use crate::source::clean_line;
use crate::trace::{self, Client, Direction, Outcome, SeenSource, Target, Trace, Way};
use crate::ui::chart::svg::{self, Picture};
use anyhow::Context;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

/// Send a packet, and see every hop of the ways that it can go, and of the reply
///
/// Exit codes: 0 if every way ends well, 1 if one fails, 2 if nothing could be traced. With
/// --probes: 0 if every probe could be traced, whatever became of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan trace --world worlds/three-nodes.yaml --from external --to node3:30080
  portolan trace --world worlds/three-nodes.yaml --from pod:client --to service/web:80 --output json
  portolan trace --world worlds/three-nodes.yaml --from external --to node3:30080 --output svg >way.svg
  portolan trace --world worlds/three-nodes.yaml --from external --to node3:30080 --output svg --hop 2 --theme light >slide.svg

CLIENT is pod:[NS/]NAME, node:NAME or external.
TARGET is service/[NS/]NAME:PORT, lb/[NS/]NAME:PORT, NODE:PORT, node*:PORT (each node in
turn), IP:PORT or NAME:PORT (a Pod resolves it first), with /UDP or /SCTP where it is not TCP.")]
pub(super) struct TraceCommand {
    #[command(flatten)]
    world: World,
    /// Who sends
    #[arg(long, value_name = "CLIENT", required_unless_present = "probes")]
    from: Option<Client>,
    /// Where to
    #[arg(long, value_name = "TARGET", required_unless_present = "probes")]
    to: Option<Target>,
    /// Trace every probe of this flow file, one line of JSON for each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "to", "seed"])]
    probes: Option<PathBuf>,
    /// kube-proxy's mode, in place of the world's
    #[arg(long)]
    mode: Option<Mode>,
    /// Show one way only, picked by this number
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    output: Output,
    #[command(flatten)]
    picture: PictureArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Paper {
    /// Light, or dark where whoever looks at it prefers that
    Auto,
    /// A dark page
    Dark,
    /// A light page
    Light,
}

impl From<Paper> for svg::Paper {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::Auto => Self::Auto,
            Paper::Dark => Self::Dark,
            Paper::Light => Self::Light,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// The packet's story in lines
    Human,
    /// One object a packet
    Json,
    /// The chart of its likeliest way, or of the one that --seed picks, animated
    Svg,
}

#[derive(Serialize)]
struct Ways<'a> {
    ways: &'a [Way],
}

/// What `--probes` tells of a way.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProbedWay<'a> {
    outcome: Outcome,
    pod: &'a Option<String>,
    source: &'a Option<SeenSource>,
    pod_port: Option<u16>,
    p: f64,
}

#[derive(Serialize)]
struct ProbedWays<'a> {
    ways: Vec<ProbedWay<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl TraceCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let mut cluster = self.world.load(streams)?;
        if let Some(mode) = self.mode {
            cluster.settings_mut().proxy_mode = mode.into();
        }
        if let Some(path) = &self.probes {
            let text = read_text(path, streams)?;
            return run_probes(&cluster, &text, streams)
                .with_context(|| format!("{} is no flow file", path.display()));
        }
        let (Some(client), Some(target)) = (&self.from, &self.to) else {
            anyhow::bail!("--from and --to are missing");
        };
        let targets = target.each(&cluster);
        anyhow::ensure!(!targets.is_empty(), "there are no nodes in this world");
        anyhow::ensure!(
            self.output != Output::Svg || targets.len() == 1,
            "a picture shows one packet: name one node in place of node*"
        );
        let mut all_well = true;
        for (idx, target) in targets.iter().enumerate() {
            // A burst takes each of the ways, whichever the seed.
            let found = match self.seed.filter(|_| !self.picture.burst) {
                None => trace::trace(&cluster, client, target)?,
                Some(seed) => Trace {
                    client: client.clone(),
                    target: target.to_string(),
                    protocol: target.protocol,
                    ways: vec![trace::way(&cluster, client, target, seed)?],
                },
            };
            all_well &= found.ways.iter().all(|way| way.outcome == Outcome::Ok);
            match self.output {
                Output::Json => {
                    serde_json::to_writer(&mut streams.out, &Ways { ways: &found.ways })?;
                    writeln!(streams.out)?;
                }
                Output::Svg => picture(&cluster, &found, self.seed, &self.picture, streams)?,
                Output::Human => {
                    if idx > 0 {
                        writeln!(streams.out)?;
                    }
                    tell(&cluster, &found, self.seed.is_some(), streams)?;
                }
            }
        }
        Ok(if all_well { Exit::Yes } else { Exit::No })
    }
}

/// How a trace is pictured.
#[derive(Debug, Clone, Copy, clap::Args)]
struct PictureArgs {
    /// With --output svg: a still of this hop, counted from 1, in place of an animation
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["still", "burst"])]
    hop: Option<usize>,
    /// With --output svg: a still of the end, in place of an animation
    #[arg(long)]
    still: bool,
    /// With --output svg: a dozen connections, which show how they spread, in place of one
    #[arg(long)]
    burst: bool,
    /// With --output svg: what it is drawn for
    #[arg(long, value_name = "THEME", default_value = "auto")]
    theme: Paper,
    /// With --output svg: columns
    #[arg(long, value_name = "COLUMNS", default_value_t = 96, value_parser = clap::value_parser!(u16).range(40..=300))]
    width: u16,
    /// With --output svg: rows
    #[arg(long, value_name = "ROWS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(10..=100))]
    height: u16,
}

/// The chart of a trace's first way, or of many connections, as SVG.
fn picture(
    cluster: &Cluster,
    trace: &Trace,
    seed: Option<u64>,
    args: &PictureArgs,
    streams: &mut Streams<'_>,
) -> anyhow::Result<()> {
    let stage = Stage::from_cluster(cluster, trace);
    let size = Size { width: args.width, height: args.height };
    let paper = args.theme.into();
    let text = if args.burst {
        let seed = seed.unwrap_or(0);
        let scene = chart::burst(&stage, trace, seed, chart::BURST, size);
        let stops = chart::burst_stops(&stage, trace, seed, chart::BURST);
        let n_ticks = stops.last().copied().unwrap_or(0);
        let title = format!("{} → {}", trace.client, trace.target);
        let picture = Picture::of_burst(&scene, n_ticks, &clean_line(&title));
        if args.still { picture.end(paper) } else { picture.animated(paper) }
    } else {
        let scene = chart::scene(&stage, trace, 0, size);
        let story = chart::story(trace, 0);
        let picture = Picture::of(&scene, &story);
        match args.hop {
            None if args.still => picture.end(paper),
            None => picture.animated(paper),
            Some(number) => {
                let n_hops = scene.timeline().beats().len();
                anyhow::ensure!(
                    (1..=n_hops).contains(&number),
                    "this way has the hops 1 to {n_hops}, no hop {number}"
                );
                picture.still(scene.timeline().done_tick(number - 1), paper)
            }
        }
    };
    streams.out.write_all(text.as_bytes())?;
    Ok(())
}

/// The story of a trace in lines.
fn tell(
    cluster: &Cluster,
    trace: &Trace,
    one_of_them: bool,
    streams: &mut Streams<'_>,
) -> std::io::Result<()> {
    let out = &mut streams.out;
    let n_ways = trace.ways.len();
    let ways = match (one_of_them, n_ways) {
        (true, _) => "one of its ways".to_owned(),
        (false, 1) => "1 way".to_owned(),
        (false, n) => format!("{n} ways"),
    };
    writeln!(
        out,
        "{} to {}, {}, kube-proxy in {} mode: {ways}.",
        clean_line(&trace.client.to_string()),
        clean_line(&trace.target),
        trace.protocol,
        cluster.settings().proxy_mode
    )?;
    for (idx, way) in trace.ways.iter().enumerate() {
        writeln!(out)?;
        if n_ways > 1 || one_of_them {
            write!(out, "Way {} of {n_ways}, probability {}. ", idx + 1, percent(way.p))?;
        }
        writeln!(out, "{}: {}", outcome_word(way.outcome), clean_line(&way.reason.say))?;
        if let Some(look_at) = &way.reason.look_at {
            writeln!(
                out,
                "Look at: {} of {}.",
                clean_line(&look_at.field),
                clean_line(&look_at.object)
            )?;
        }
        let mut direction = Direction::Request;
        for (hop_idx, hop) in way.hops.iter().enumerate() {
            if hop.direction != direction {
                direction = hop.direction;
                writeln!(out, "The reply:")?;
            }
            writeln!(out, "{:>4}. {}", hop_idx + 1, clean_line(&hop.say))?;
        }
    }
    Ok(())
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "Answered",
        Outcome::Refused => "Refused",
        Outcome::Timeout => "Timed out",
        Outcome::Unresolved => "Not sent",
    }
}

/// `50 %`, `33.3 %`.
fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if (percent - percent.round()).abs() < 1e-6 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

fn run_probes(cluster: &Cluster, text: &str, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
    let file: Value = serde_json::from_str(text).context("it is not JSON")?;
    let probes = file.get("probes").and_then(Value::as_array).context("it has no probes")?;
    let mut exit = Exit::Yes;
    for (idx, probe) in probes.iter().enumerate() {
        let (client, target) = read_probe(probe).with_context(|| format!("probes[{idx}]"))?;
        let line = match trace::outcomes(cluster, &client, &target) {
            Ok(ways) => {
                let ways = ways.iter().map(|way| ProbedWay {
                    outcome: way.outcome,
                    pod: &way.pod,
                    source: &way.source,
                    pod_port: way.pod_port,
                    p: way.p,
                });
                serde_json::to_string(&ProbedWays { ways: ways.collect(), error: None })?
            }
            Err(error) => {
                exit = Exit::Unknown;
                let error = Some(error.to_string());
                serde_json::to_string(&ProbedWays { ways: Vec::new(), error })?
            }
        };
        writeln!(streams.out, "{line}")?;
    }
    Ok(exit)
}

/// A probe's `from`, and its `to`: a TARGET, or an object of ip, port and protocol.
fn read_probe(probe: &Value) -> anyhow::Result<(Client, Target)> {
    let from = probe.get("from").and_then(Value::as_str).context("from is missing")?;
    let client: Client = from.parse().map_err(anyhow::Error::msg)?;
    let to = probe.get("to").context("to is missing")?;
    let text = match to {
        Value::String(text) => text.clone(),
        to => {
            let ip = to.get("ip").and_then(Value::as_str).context("to.ip is missing")?;
            let port = to.get("port").and_then(Value::as_u64).context("to.port is missing")?;
            let protocol = to.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
            let ip = if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() };
            format!("{ip}:{port}/{protocol}")
        }
    };
    Ok((client, text.parse().map_err(anyhow::Error::msg)?))
}

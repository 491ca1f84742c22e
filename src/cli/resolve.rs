//! `portolan resolve`: a name's answer, as the cluster's DNS gives it.

use super::world::{World, read_text};
use super::{Exit, Streams};
use crate::cluster::Cluster;
use crate::dns::{self, Answer, Query, Record, RecordType, Resolution, Status};
use crate::source::clean_line;
use crate::trace::{self, Client, Reason};
use anyhow::Context;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;

/// Ask the cluster's DNS for a name
///
/// Without --from the name is asked for as it stands. With it, the search list of a Pod is
/// walked, or the outside asked, as that client would.
///
/// Exit codes: 0 if there are records, 1 if there are none, 2 if nothing could be asked.
/// With --queries: 0 if every query could be asked.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan resolve --world worlds/three-nodes.yaml web.default.svc.cluster.local
  portolan resolve --world worlds/three-nodes.yaml --from pod:client web --type SRV")]
pub(super) struct ResolveCommand {
    #[command(flatten)]
    world: World,
    /// The name
    #[arg(required_unless_present = "queries")]
    name: Option<String>,
    /// The type of records: A, AAAA, CNAME, NS, PTR, SOA, SRV, TXT
    #[arg(long = "type", value_name = "TYPE", default_value = "A")]
    record_type: RecordType,
    /// Who asks: pod:[NS/]NAME, node:NAME or external
    #[arg(long, value_name = "CLIENT")]
    from: Option<Client>,
    /// Ask every query of this DNS file, one line of JSON for each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "from"])]
    queries: Option<PathBuf>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// Lines
    Human,
    /// One object
    Json,
}

/// What JSON output tells of a resolver's walk.
#[derive(Serialize)]
struct Told<'a> {
    status: Status,
    answers: &'a [Record],
    queries: Vec<ToldQuery<'a>>,
    /// Why no answer came back, where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a Reason>,
}

#[derive(Serialize)]
struct ToldQuery<'a> {
    query: &'a str,
    #[serde(rename = "type")]
    record_type: RecordType,
    status: Status,
}

impl ResolveCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let cluster = self.world.load(streams)?;
        if let Some(path) = &self.queries {
            let text = read_text(path, streams)?;
            return run_queries(&cluster, &text, streams)
                .with_context(|| format!("{} is no DNS file", path.display()));
        }
        let name = self.name.as_deref().context("NAME is missing")?;
        anyhow::ensure!(is_name(name), "{name:?} is no name");
        let found = match &self.from {
            None => {
                let full = format!("{}.", name.trim_end_matches('.'));
                let answer = dns::query(&cluster, &full, self.record_type);
                Resolution {
                    queries: vec![Query { name: full, record_type: self.record_type, answer }],
                }
            }
            Some(client) => match trace::resolve(&cluster, client, name, self.record_type)? {
                Ok(found) => found,
                Err(reason) => {
                    self.tell_silence(&reason, streams)?;
                    return Ok(Exit::No);
                }
            },
        };
        let answer = found.answer();
        match self.output {
            Output::Json => {
                let queries = found.queries.iter().map(|query| ToldQuery {
                    query: &query.name,
                    record_type: query.record_type,
                    status: query.answer.status,
                });
                let told = Told {
                    status: answer.status,
                    answers: &answer.answers,
                    queries: queries.collect(),
                    reason: None,
                };
                serde_json::to_writer(&mut streams.out, &told)?;
                writeln!(streams.out)?;
            }
            Output::Human => tell(&found, streams)?,
        }
        Ok(if answer.answers.is_empty() { Exit::No } else { Exit::Yes })
    }

    /// No answer came back from the DNS that the client asks.
    fn tell_silence(&self, reason: &Reason, streams: &mut Streams<'_>) -> anyhow::Result<()> {
        match self.output {
            Output::Json => {
                let told = Told {
                    status: Status::ServFail,
                    answers: &[],
                    queries: Vec::new(),
                    reason: Some(reason),
                };
                serde_json::to_writer(&mut streams.out, &told)?;
                writeln!(streams.out)?;
            }
            Output::Human => {
                writeln!(streams.out, "{}", clean_line(&reason.say))?;
                if let Some(at) = &reason.look_at {
                    let (field, object) = (clean_line(&at.field), clean_line(&at.object));
                    writeln!(streams.out, "Look at: {field} of {object}.")?;
                }
            }
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    !name.trim_end_matches('.').is_empty()
        && name.len() <= 255
        && !name.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn tell(found: &Resolution, streams: &mut Streams<'_>) -> std::io::Result<()> {
    for query in &found.queries {
        writeln!(
            streams.out,
            "{} {}: {}",
            clean_line(&query.name),
            query.record_type,
            query.answer.status
        )?;
        for record in &query.answer.answers {
            let (name, data) = (clean_line(&record.name), clean_line(&record.data));
            writeln!(streams.out, "  {name} {} {data}", record.record_type)?;
        }
    }
    Ok(())
}

fn run_queries(cluster: &Cluster, text: &str, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
    let file: Value = serde_json::from_str(text).context("it is not JSON")?;
    let queries = file.get("queries").and_then(Value::as_array).context("it has no queries")?;
    for (idx, query) in queries.iter().enumerate() {
        let at = || format!("queries[{idx}]");
        let name = query.get("query").and_then(Value::as_str).context("query is missing");
        let name = name.with_context(at)?;
        let record_type = query.get("type").and_then(Value::as_str).unwrap_or("A");
        let record_type: RecordType =
            record_type.parse().map_err(anyhow::Error::msg).with_context(at)?;
        let answer: Answer = dns::query(cluster, name, record_type);
        serde_json::to_writer(&mut streams.out, &answer)?;
        writeln!(streams.out)?;
    }
    Ok(Exit::Yes)
}

//! `portolan check`: what kubectl and the API server say about a manifest.

use super::check_human::Drawing;
use super::world::World;
use super::{Exit, Streams};
use crate::advise::advise;
use crate::cluster::Cluster;
use crate::kubectl::{Applied, ApplyOptions, apply};
use crate::manifest;
use crate::source::{Finding, LineIndex, Severity, clean, clean_line};
use serde_json::{Value, json};
use std::io::{self, Read};
use std::path::Path;

/// The most that is read of one file, so that an answer comes within a second; the API
/// server takes 3 MB of one object.
const MAX_BYTES: u64 = 16 << 20;

/// Say what kubectl and the API server say about manifests
///
/// Each file is applied to its own copy of the cluster. What is refused is shown with its
/// place, the server's words, and what to do.
///
/// Exit codes: 0 if all is accepted, 1 if something is refused, 2 if a file could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan check service.yaml
  portolan check --output json --world worlds/three-nodes.yaml *.yaml
  kubectl create service clusterip web --tcp=80 --dry-run=client -o yaml | portolan check -")]
pub(super) struct Check {
    /// Manifests; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// As kubectl's --dry-run=server: nothing is stored
    #[arg(long)]
    dry_run: bool,
    /// Apply this manifest first, silently
    #[arg(long, value_name = "FIRST")]
    after: Option<String>,
    /// kubectl's -n: the namespace, and no other is let through
    #[arg(short, long, value_name = "NS")]
    namespace: Option<String>,
    #[command(flatten)]
    world: World,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// Places, words and advice
    Human,
    /// Exactly what kubectl prints
    Kubectl,
    /// One object a line for each file
    Json,
}

/// Why a file's text is not there, in kubectl's words.
struct Unread(String);

impl Check {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let mut world = self.world.load(streams)?;
        if let Some(first) = &self.after {
            self.apply_first(&mut world, first, streams)?;
        }
        let options = ApplyOptions { dry_run: self.dry_run, namespace: self.namespace.clone() };
        let mut worst = Exit::Yes;
        for file in &self.files {
            let text = read(file, streams.input);
            let exit = match text {
                Ok(text) => {
                    let mut cluster = world.clone();
                    let mut applied = apply(&mut cluster, kubectl_name(file), &text, &options);
                    applied.findings.extend(advise(&cluster, &text));
                    self.tell(file, &text, &applied, streams)?;
                    if applied.is_accepted() { Exit::Yes } else { Exit::No }
                }
                Err(unread) => self.tell_unread(file, &unread, streams)?,
            };
            worst = worst.max(exit);
        }
        Ok(worst)
    }

    fn apply_first(
        &self,
        world: &mut Cluster,
        first: &str,
        streams: &mut Streams<'_>,
    ) -> anyhow::Result<()> {
        let text = read(first, streams.input)
            .map_err(|Unread(why)| anyhow::anyhow!("--after: {}", clean_line(&why)))?;
        let options = ApplyOptions { dry_run: false, namespace: self.namespace.clone() };
        let applied = apply(world, kubectl_name(first), &text, &options);
        anyhow::ensure!(
            applied.is_accepted(),
            "--after: {} is refused: {}",
            clean_line(first),
            clean(applied.stderr.trim_end())
        );
        Ok(())
    }

    fn tell(
        &self,
        file: &str,
        text: &str,
        applied: &Applied,
        streams: &mut Streams<'_>,
    ) -> anyhow::Result<()> {
        match self.output {
            Output::Human => {
                let drawing = Drawing::new(file, text);
                write!(streams.out, "{}", drawing.draw(applied))?;
            }
            Output::Kubectl => {
                // Two streams in one terminal: what was printed comes first.
                write!(streams.out, "{}", applied.stdout)?;
                streams.out.flush()?;
                write!(streams.err, "{}", applied.stderr)?;
            }
            Output::Json => writeln!(streams.out, "{}", as_json(file, text, applied))?,
        }
        Ok(())
    }

    fn tell_unread(
        &self,
        file: &str,
        Unread(why): &Unread,
        streams: &mut Streams<'_>,
    ) -> anyhow::Result<Exit> {
        let stderr = format!("error: {why}\n");
        match self.output {
            // kubectl answers a missing file as it answers a bad one.
            Output::Kubectl => {
                write!(streams.err, "{stderr}")?;
                return Ok(Exit::No);
            }
            Output::Json => {
                let applied = Applied { exit: 1, stderr, ..Applied::default() };
                writeln!(streams.out, "{}", as_json(file, "", &applied))?;
            }
            Output::Human => write!(streams.err, "{}", clean(&stderr))?,
        }
        Ok(Exit::Unknown)
    }
}

/// What kubectl calls the file in its messages.
fn kubectl_name(file: &str) -> &str {
    if file == "-" { "STDIN" } else { file }
}

fn read(file: &str, input: &mut dyn Read) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    let read = if file == "-" {
        input.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else if Path::new(file).is_dir() {
        return Err(Unread(format!("{file:?} is a directory; name the files in it")));
    } else {
        std::fs::File::open(file).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Unread(format!("the path {file:?} does not exist")))
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Unread(format!("open {file}: permission denied")))
        }
        Err(error) => Err(Unread(format!("open {file}: {error}"))),
        Ok(_) if bytes.len() as u64 > MAX_BYTES => Err(Unread(format!(
            "{file:?} is longer than {} MB, more than the API server takes; split it",
            MAX_BYTES >> 20
        ))),
        Ok(_) => Ok(manifest::decode_bytes(&bytes)),
    }
}

fn as_json(file: &str, text: &str, applied: &Applied) -> Value {
    let index = LineIndex::new(text);
    let diagnostics: Vec<Value> =
        applied.findings.iter().map(|finding| diagnostic(finding, text, &index)).collect();
    json!({
        "file": file,
        "exit": applied.exit,
        "stdout": applied.stdout,
        "stderr": applied.stderr,
        "objects": applied.objects,
        "diagnostics": diagnostics,
    })
}

pub(super) fn diagnostic(finding: &Finding, text: &str, index: &LineIndex) -> Value {
    let (from, to) =
        (index.position(text, finding.span.start), index.position(text, finding.span.end));
    let mut out = json!({
        "severity": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        },
        "code": finding.code,
        "path": finding.path,
        "message": finding.message,
        "line": from.line,
        "column": from.column,
        "end_line": to.line,
        "end_column": to.column,
        "explanation": finding.explanation,
    });
    if let Some(fix) = &finding.fix {
        let edits: Vec<Value> = fix
            .edits
            .iter()
            .map(|edit| {
                let (from, to) =
                    (index.position(text, edit.span.start), index.position(text, edit.span.end));
                json!({
                    "line": from.line,
                    "column": from.column,
                    "end_line": to.line,
                    "end_column": to.column,
                    "text": edit.text,
                })
            })
            .collect();
        out["fix"] = json!({ "title": fix.title, "edits": edits });
    }
    out
}

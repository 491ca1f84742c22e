//! `portolan explain`: what a finding's code means.

use super::{Exit, Streams};
use crate::advise;
use crate::validate::{self, Rule};
use anyhow::Result;

/// Explain a finding's code, with a wrong and a right example
///
/// Exit codes: 0 if the code is known, 2 if it is not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan explain node-port-on-cluster-ip
  portolan explain --list")]
pub(super) struct ExplainCommand {
    /// The code, as `portolan check` prints it
    #[arg(value_name = "CODE", required_unless_present = "list")]
    code: Option<String>,
    /// Print every code with its title
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

impl ExplainCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> Result<Exit> {
        let Some(code) = self.code else {
            for rule in rules() {
                writeln!(streams.out, "{:<42} {}", rule.code, rule.title)?;
            }
            return Ok(Exit::Yes);
        };
        match rules().find(|rule| rule.code == code) {
            Some(rule) => {
                write!(streams.out, "{}", explained(rule))?;
                Ok(Exit::Yes)
            }
            None => {
                let shown = crate::source::clean_line(&code);
                let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
                let hint = validate::closest(&code, &codes).map_or_else(
                    || "`portolan explain --list` prints all codes".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                writeln!(streams.err, "error: there is no code {shown:?}: {hint}")?;
                Ok(Exit::Unknown)
            }
        }
    }
}

/// What the server says, then what we advise.
fn rules() -> impl Iterator<Item = &'static Rule> {
    validate::rules().chain(advise::rules())
}

fn explained(rule: &Rule) -> String {
    let mut text =
        format!("{}: {}\n\n{}\n\nWhy: {}\n", rule.code, rule.title, rule.explanation, rule.why);
    let mut example = |title: &str, manifest: &str| {
        text.push_str(&format!("\n{title}\n"));
        for line in manifest.lines() {
            text.push_str(&format!("    {line}\n"));
        }
    };
    if let Some(before) = rule.before {
        example("What was applied before:", before);
    }
    example("Wrong:", rule.wrong);
    example("Right:", rule.right);
    if !rule.upstream.is_empty() {
        text.push_str(&format!("\nUpstream: {} (v1.36.2)", rule.upstream));
    }
    text.push_str(&format!("\nRead on: {}\n", rule.page));
    text
}

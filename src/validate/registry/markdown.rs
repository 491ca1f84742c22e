//! docs/rules.md.

use super::{Rule, families};
use std::fmt::Write as _;

/// All rules, and `advice` behind them, as Markdown: the content of docs/rules.md.
pub fn markdown<'a>(advice: impl Iterator<Item = &'a Rule>) -> String {
    let mut text = String::from(
        "# Rules\n\n<!-- Made from src/validate/registry; `UPDATE_DOCS=1 cargo test --test rules` writes it anew. -->\n\n\
         What `portolan check` can say, and what `portolan explain CODE` says of it. The words of an\n\
         error are the API server's (v1.36.2); the codes are Portolan's. Rules stand in the server's order\n\
         within their family.\n",
    );
    for (family, rules) in families() {
        let _ = write!(text, "\n## {family}\n");
        for rule in *rules {
            tell(&mut text, rule);
        }
    }
    text.push_str("\n## Advice\n\nBeyond the server, and never a reason to fail a check.\n");
    for rule in advice {
        tell(&mut text, rule);
    }
    text
}

fn tell(text: &mut String, rule: &Rule) {
    let _ = write!(
        text,
        "\n### {}\n\n{}. {}\n\nWhy: {}\n\n",
        rule.code, rule.title, rule.explanation, rule.why
    );
    if let Some(before) = rule.before {
        let _ = write!(text, "Applied before:\n\n```yaml\n{before}```\n\n");
    }
    let _ = write!(
        text,
        "Wrong:\n\n```yaml\n{}```\n\nRight:\n\n```yaml\n{}```\n\n",
        rule.wrong, rule.right
    );
    if !rule.upstream.is_empty() {
        let _ = write!(text, "Upstream: {}. ", rule.upstream);
    }
    let _ = writeln!(text, "Read on: <{}>", rule.page);
}

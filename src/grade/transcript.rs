//! `console` blocks of a text: commands, and what they say on a cluster.

use super::script::Script;
use crate::cluster::Cluster;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Lines of one command's output that are shown.
const MOST_LINES: usize = 40;
/// Commands of one text.
const MOST_COMMANDS: usize = 100;

/// A text with what its commands say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Markdown: `$ command` lines, each with its output below.
    pub body: String,
    /// For each command in order: nothing, or why it is not as the text has it.
    pub claims: Vec<Result<(), String>>,
}

/// Runs the commands of all `console` blocks of `body` on one console, in order: lines
/// `$ command`, or `$! command` for one that must fail; `> line` goes on with the line above.
#[must_use]
pub fn transcript(cluster: &Cluster, body: &str) -> Transcript {
    let blocks = blocks(body);
    let mut claims = Vec::new();
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    let mut script: Option<Script> = None;
    for block in blocks {
        let script = script.get_or_insert_with(|| Script::new(cluster.clone()));
        out.push_str(body.get(at..block.start).unwrap_or_default());
        at = block.end;
        let text = body.get(block).unwrap_or_default();
        // In a list the block is indented, its output too.
        let line_start = out.rfind('\n').map_or(0, |at| at + 1);
        let indent: String =
            out.get(line_start..).unwrap_or_default().chars().take_while(|c| *c == ' ').collect();
        let said = block_said(script, text, &mut claims);
        for (idx, line) in said.lines().enumerate() {
            if idx > 0 {
                out.push_str(&indent);
            }
            out.push_str(line);
            out.push('\n');
        }
        if text.ends_with(|c| c != '\n') && out.ends_with('\n') {
            out.pop();
        }
    }
    out.push_str(body.get(at..).unwrap_or_default());
    Transcript { body: out, claims }
}

/// Whether there is anything to run in `body`.
#[must_use]
pub fn has_commands(body: &str) -> bool {
    !blocks(body).is_empty()
}

fn block_said(script: &mut Script, text: &str, claims: &mut Vec<Result<(), String>>) -> String {
    let mut out = String::new();
    let mut lines = text.lines().map(str::trim_start).peekable();
    while let Some(line) = lines.next() {
        let (command, fails) = match (line.strip_prefix("$! "), line.strip_prefix("$ ")) {
            (Some(command), _) => (command, true),
            (_, Some(command)) => (command, false),
            _ => {
                out.push_str(line);
                out.push('\n');
                continue;
            }
        };
        out.push_str(&format!("$ {command}\n"));
        if claims.len() >= MOST_COMMANDS {
            continue;
        }
        let ran = script.run(command, || {
            let line = lines.next_if(|line| line.starts_with('>'))?;
            out.push_str(line);
            out.push('\n');
            Some(line.strip_prefix("> ").unwrap_or(&line[1..]).to_owned())
        });
        let n = ran.said.lines().count();
        for line in ran.said.lines().take(MOST_LINES) {
            // No output ends the block.
            out.push_str(line.replace("```", "'''").trim_end());
            out.push('\n');
        }
        if n > MOST_LINES {
            out.push_str(&format!("… {} more lines\n", n - MOST_LINES));
        }
        claims.push(match (ran.exit == 0, fails) {
            (true, false) | (false, true) => Ok(()),
            (true, true) => Err(format!("`{command}` is marked to fail, and does not.")),
            (false, false) => {
                let said = ran.said.trim_end();
                Err(format!("`{command}` exits with {}: {said}", ran.exit))
            }
        });
    }
    out
}

/// Where the insides of `console` blocks stand.
fn blocks(body: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut inside: Option<Option<Range<usize>>> = None;
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(name))) if &*name == "console" => {
                inside = Some(None);
            }
            Event::Text(_) => {
                if let Some(block) = &mut inside {
                    let start = block.as_ref().map_or(range.start, |block| block.start);
                    *block = Some(start..range.end);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                found.extend(inside.take().flatten());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Transcript {
        transcript(&Cluster::default(), body)
    }

    #[test]
    fn commands_get_their_output_and_the_rest_stays() {
        let body = "One.\n\n```console\n$ echo a > f\n$ cat f\n```\n\nTwo.\n\n```yaml\n$ no\n```\n\n\
                    - item\n\n  ```console\n  $ cat f\n  $! nosuch\n  $ cat <<E\n  > x y\n  > E\n  ```\n";
        let expected = "One.\n\n```console\n$ echo a > f\n$ cat f\na\n```\n\nTwo.\n\n```yaml\n$ no\n\
                        ```\n\n- item\n\n  ```console\n  $ cat f\n  a\n  $ nosuch\n  bash: nosuch: \
                        command not found\n  $ cat <<E\n  > x y\n  > E\n  x y\n  ```\n";
        let made = of(body);
        assert_eq!(made.body, expected);
        assert_eq!(made.claims, vec![Ok(()); 5]);
        assert_eq!(of("no block").body, "no block");
    }

    #[test]
    fn what_is_not_as_the_text_has_it_is_told() {
        let made = of("```console\n$ nosuch\n$! echo a\n```");
        assert_eq!(
            made.claims,
            [
                Err("`nosuch` exits with 127: bash: nosuch: command not found".to_owned()),
                Err("`echo a` is marked to fail, and does not.".to_owned()),
            ]
        );
    }

    #[test]
    fn endless_output_is_cut_and_ends_no_block() {
        let made = of("```console\n$ seq 100\n$ echo '```'\n```\nafter");
        assert!(
            made.body.contains("… 60 more lines\n$ echo '```'\n'''\n```\nafter"),
            "{}",
            made.body
        );
    }
}

//! Markdown as plain text: for pipes and screen readers.
//!
//! No characters draw anything: headings stand alone, links are followed by their address,
//! a table's row is a sentence that names its columns.

use crate::source::clean;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

/// Columns of a line.
const WIDTH: usize = 80;

/// `markdown` as lines of at most 80 columns, blocks apart by an empty line; code stays as it
/// is, indented by four.
pub(super) fn plain(markdown: &str) -> String {
    let markdown = clean(markdown);
    let mut plain = Plain::default();
    for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
        plain.take(event);
    }
    plain.flush();
    plain.out
}

/// `text` in lines of at most 80 columns, each after `indent` blanks, the first after `mark`.
pub(super) fn wrapped(text: &str, mark: &str, indent: usize) -> String {
    let mut out = String::new();
    for (idx, paragraph) in text.split('\n').enumerate() {
        let mut line = if idx == 0 { mark.to_owned() } else { " ".repeat(indent) };
        let mut is_blank = true;
        for word in paragraph.split_whitespace() {
            if !is_blank && line.width() + 1 + word.width() > WIDTH {
                out.push_str(line.trim_end());
                out.push('\n');
                line = " ".repeat(indent);
                is_blank = true;
            }
            if !is_blank {
                line.push(' ');
            }
            line.push_str(word);
            is_blank = false;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[derive(Default)]
struct Plain {
    out: String,
    /// Text of the block that is being read.
    text: String,
    /// Open lists: the next number where they are numbered.
    lists: Vec<Option<u64>>,
    /// What the next block of a list's item starts with.
    mark: Option<String>,
    in_code: bool,
    link: Option<String>,
    /// Column names of the open table, and the cells of its open row.
    columns: Vec<String>,
    cells: Option<Vec<String>>,
}

impl Plain {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text.push_str(&text);
            }
            Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::BlockQuote(_) => self.flush(),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.in_code = true;
                if let CodeBlockKind::Fenced(name) = kind
                    && !name.is_empty()
                {
                    self.gap();
                    let name = name.split_whitespace().next().unwrap_or("");
                    self.out.push_str(&match name {
                        "console" => "    Commands:\n".to_owned(),
                        name => format!("    {}:\n", name.to_uppercase()),
                    });
                }
            }
            Tag::List(first) => {
                self.flush();
                // The items of a list stand close together.
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let depth = self.lists.len().saturating_sub(1);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.mark = Some(format!("{}{mark}", "  ".repeat(depth)));
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            Tag::Table(_) => {
                self.flush();
                self.columns.clear();
                self.gap();
            }
            Tag::TableHead | Tag::TableRow => self.cells = Some(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::Item => self.flush(),
            TagEnd::Heading(level) => {
                if level == HeadingLevel::H1 {
                    self.text = self.text.to_uppercase();
                }
                self.flush();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                let text = std::mem::take(&mut self.text);
                if !self.out.ends_with(":\n") {
                    self.gap();
                }
                for line in text.lines() {
                    self.out.push_str(format!("    {line}").trim_end());
                    self.out.push('\n');
                }
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Link => {
                if let Some(url) = self.link.take()
                    && !self.text.ends_with(url.as_str())
                {
                    self.text.push_str(&format!(" ({url})"));
                }
            }
            TagEnd::TableCell => {
                let text = std::mem::take(&mut self.text);
                if let Some(cells) = &mut self.cells {
                    cells.push(text.trim().to_owned());
                }
            }
            TagEnd::TableHead => {
                self.columns = self.cells.take().unwrap_or_default();
            }
            TagEnd::TableRow => {
                let cells = self.cells.take().unwrap_or_default();
                let named: Vec<String> = cells
                    .iter()
                    .enumerate()
                    .map(|(idx, cell)| match self.columns.get(idx) {
                        Some(name) if !name.is_empty() => format!("{name}: {cell}"),
                        _ => cell.clone(),
                    })
                    .collect();
                self.out.push_str(&wrapped(&format!("{}.", named.join("; ")), "- ", 2));
            }
            _ => {}
        }
    }

    /// An empty line between blocks, and none at the start.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn flush(&mut self) {
        if self.in_code || self.text.trim().is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let indent = 2 * self.lists.len();
        match self.mark.take() {
            Some(mark) => self.out.push_str(&wrapped(&text, &mark, indent.max(mark.len()))),
            None => {
                self.gap();
                self.out.push_str(&wrapped(&text, &" ".repeat(indent), indent));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_text_that_can_be_read_aloud() {
        let markdown = "# Title\n\nSome **strong** words and `code`,\ngoing on in the next line, \
                        and on, and on, until it is too long for one line.\n\n- one\n- two\n  \
                        - inside\n\n1. first\n2. second\n\n> quoted\n\n| type | out |\n|---|---|\n\
                        | ClusterIP | no |\n\n```yaml\nkind: Service\n```\n\nSee \
                        [the docs](https://kubernetes.io/).\n";
        let expected = "\
TITLE

Some strong words and code, going on in the next line, and on, and on, until it
is too long for one line.

- one
- two
  - inside

1. first
2. second

quoted

- type: ClusterIP; out: no.

    YAML:
    kind: Service

See the docs (https://kubernetes.io/).
";
        assert_eq!(plain(markdown), expected);
    }

    #[test]
    fn no_control_character_comes_through() {
        let text = plain("a\u{1b}[31mb\u{9b}\n\n```\nc\u{7}\n```\n");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

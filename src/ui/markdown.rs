//! Markdown to lines: headings, lists, tables, code, quotes, emphasis.

use super::text::{self, Piece, wrap};
use super::theme::Theme;
use super::yaml;
use crate::source::clean;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use std::ops::Range;

/// The lines of `markdown`, at most `columns` wide; foreign control characters are
/// replaced. Code and what can't be narrowed is cut at the right edge.
#[must_use]
pub fn lines(markdown: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    marked_lines(markdown, &[], columns, theme)
}

/// As [`lines`], with what stands at `marks` underlined: places in bytes, in the text's order.
/// They are those of a text without control characters; in another one they mean nothing.
#[must_use]
pub fn marked_lines(
    markdown: &str,
    marks: &[Range<usize>],
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let markdown = clean(markdown);
    let mut writer = Writer::new(columns.max(8), theme);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&markdown, options).into_offset_iter() {
        writer.event(event, &range, marks);
    }
    writer.end_block();
    while writer.lines.last().is_some_and(|line| line.width() == 0) {
        writer.lines.pop();
    }
    writer.lines
}

const fn underlined(style: Style) -> Style {
    style.add_modifier(Modifier::UNDERLINED)
}

struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Vec<Piece>>>,
}

struct Writer<'a> {
    columns: usize,
    theme: &'a Theme,
    lines: Vec<Line<'static>>,
    pieces: Vec<Piece>,
    style: Vec<Style>,
    /// For each open list its next number; none for a bullet list.
    lists: Vec<Option<u64>>,
    /// What stands before the item's first line; taken by the first block of the item.
    marker: Option<Piece>,
    quotes: usize,
    code: Option<(String, String)>,
    table: Option<Table>,
    heading: bool,
}

impl<'a> Writer<'a> {
    fn new(columns: usize, theme: &'a Theme) -> Self {
        Self {
            columns,
            theme,
            lines: Vec::new(),
            pieces: Vec::new(),
            style: vec![theme.text],
            lists: Vec::new(),
            marker: None,
            quotes: 0,
            code: None,
            table: None,
            heading: false,
        }
    }

    fn top(&self) -> Style {
        self.style.last().copied().unwrap_or(self.theme.text)
    }

    fn push_style(&mut self, change: impl Fn(Style) -> Style) {
        let style = change(self.top());
        self.style.push(style);
    }

    fn say(&mut self, text: &str, style: Style) {
        self.pieces.push((text.to_owned(), style));
    }

    /// Text that stands at `range`, and what of it is marked.
    fn marked(&mut self, text: &str, range: &Range<usize>, marks: &[Range<usize>]) {
        let style = self.top();
        // Only what stands in the Markdown as it is shown has places.
        let here = marks.iter().filter(|_| text.len() == range.len());
        let mut rest = (text, range.start);
        for mark in here.filter(|mark| mark.start < range.end && mark.end > range.start) {
            let (text, start) = rest;
            let from = mark.start.saturating_sub(start);
            let to = mark.end.saturating_sub(start).min(text.len());
            let (Some(before), Some(word), Some(after)) =
                (text.get(..from), text.get(from..to), text.get(to..))
            else {
                break;
            };
            self.say(before, style);
            self.say(word, underlined(style));
            rest = (after, start + to);
        }
        self.say(rest.0, style);
    }

    /// A blank line, unless there is one or nothing stands above.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    fn leads(&mut self) -> (Vec<Piece>, Vec<Piece>) {
        let quote: Vec<Piece> = (0..self.quotes)
            .map(|_| (format!("{} ", self.theme.glyphs.rule[1]), self.theme.faint))
            .collect();
        let depth = self.lists.len();
        let mut rest = quote.clone();
        let marker = self.marker.take();
        let own = if depth == 0 {
            0
        } else {
            depth * 2 + usize::from(self.lists.last().is_some_and(Option::is_some))
        };
        rest.push((" ".repeat(own), self.theme.text));
        let mut first = quote;
        match marker {
            Some((mark, style)) => {
                first.push((" ".repeat(own.saturating_sub(text::width(&mark))), self.theme.text));
                first.push((mark, style));
            }
            None => first.push((" ".repeat(own), self.theme.text)),
        }
        (first, rest)
    }

    /// Writes what was gathered as a paragraph.
    fn end_block(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        let (first, rest) = self.leads();
        let pieces = std::mem::take(&mut self.pieces);
        self.lines.extend(wrap(&pieces, self.columns, &first, &rest));
    }

    fn event(&mut self, event: Event<'_>, range: &Range<usize>, marks: &[Range<usize>]) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.marked(&text, range, marks),
            },
            Event::Code(code) => {
                let style = self.top().patch(self.theme.code);
                let is_marked = marks.iter().any(|mark| mark.contains(&range.start));
                self.say(&code, if is_marked { underlined(style) } else { style });
            }
            Event::SoftBreak => {
                let style = self.top();
                let is_marked = marks.iter().any(|mark| mark.contains(&range.start));
                self.say(" ", if is_marked { underlined(style) } else { style });
            }
            Event::HardBreak => {
                let style = self.top();
                self.say("\n", style);
            }
            Event::Rule => {
                self.end_block();
                self.gap();
                let rule = self.theme.glyphs.rule[0].repeat(self.columns.min(24));
                self.lines.push(Line::styled(rule, self.theme.faint));
                self.lines.push(Line::default());
            }
            // Raw HTML has no meaning here: shown as it is written.
            Event::Html(html) | Event::InlineHtml(html) => {
                let style = self.theme.dim;
                self.say(html.trim_end(), style);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            // The first paragraph of an item stands on the marker's line.
            Tag::Paragraph if self.marker.is_some() => {}
            Tag::Paragraph => self.gap(),
            Tag::Heading { .. } => {
                self.gap();
                self.heading = true;
                let style = self.theme.title.patch(self.theme.accent);
                self.style.push(style);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.gap();
                self.quotes += 1;
                let dim = self.theme.dim;
                self.push_style(|style| style.patch(dim));
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                self.gap();
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(start) => {
                self.end_block();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(start);
            }
            Tag::Item => {
                self.end_block();
                let mark = match self.lists.last_mut() {
                    Some(Some(n)) => {
                        *n += 1;
                        format!("{}. ", *n - 1)
                    }
                    _ => format!("{} ", self.theme.glyphs.bullet),
                };
                self.marker = Some((mark, self.theme.accent));
            }
            Tag::Emphasis => self.push_style(|style| style.add_modifier(Modifier::ITALIC)),
            Tag::Strong => self.push_style(|style| style.add_modifier(Modifier::BOLD)),
            Tag::Strikethrough => {
                self.push_style(|style| style.add_modifier(Modifier::CROSSED_OUT))
            }
            Tag::Link { .. } | Tag::Image { .. } => {
                self.push_style(|style| style.add_modifier(Modifier::UNDERLINED));
            }
            Tag::Table(alignments) => {
                self.end_block();
                self.gap();
                self.table = Some(Table { alignments, rows: Vec::new() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_block(),
            TagEnd::Heading(_) => {
                self.end_block();
                self.style.pop();
                self.heading = false;
                self.lines.push(Line::default());
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
                self.style.pop();
            }
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.gap();
                }
            }
            TagEnd::Item => {
                self.end_block();
                self.marker = None;
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image => {
                self.style.pop();
            }
            TagEnd::TableCell => {
                let pieces = std::mem::take(&mut self.pieces);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(pieces);
                }
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn code_block(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        let (_, lead) = self.leads();
        let bar = (format!("{} ", self.theme.glyphs.rule[1]), self.theme.faint);
        let room = self
            .columns
            .saturating_sub(2 + lead.iter().map(|(t, _)| text::width(t)).sum::<usize>());
        for line in code.trim_end_matches('\n').split('\n') {
            let shown = text::cut(line, room, self.theme.glyphs.ellipsis);
            let mut spans: Vec<Span<'static>> = lead
                .iter()
                .chain([&bar])
                .map(|(text, style)| Span::styled(text.clone(), *style))
                .collect();
            match language.as_str() {
                "yaml" | "yml" => {
                    let coloured = yaml::colour(&shown, self.theme);
                    spans.extend(coloured.into_iter().map(|(t, s)| Span::styled(t.to_owned(), s)));
                }
                "console" if shown.starts_with("$ ") => {
                    spans.push(Span::styled("$ ", self.theme.accent));
                    spans.push(Span::styled(shown[2..].to_owned(), self.theme.code));
                }
                _ => spans.push(Span::styled(shown, self.theme.code)),
            }
            self.lines.push(Line::from(spans));
        }
        self.lines.push(Line::default());
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let n_columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        if n_columns == 0 {
            return;
        }
        let natural = |i: usize| {
            table
                .rows
                .iter()
                .filter_map(|row| row.get(i))
                .map(|cell| cell.iter().map(|(t, _)| text::width(t)).sum::<usize>())
                .max()
                .unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..n_columns).map(natural).collect();
        let room = self.columns.saturating_sub(3 * (n_columns - 1));
        // Too wide: the widest columns give way, one by one.
        while widths.iter().sum::<usize>() > room {
            match widths.iter_mut().max_by_key(|w| **w) {
                Some(widest) if *widest > 4 => *widest -= 1,
                _ => break,
            }
        }
        for (row_idx, row) in table.rows.iter().enumerate() {
            let cells: Vec<Vec<Line<'static>>> = widths
                .iter()
                .enumerate()
                .map(|(i, w)| {
                    let mut pieces = row.get(i).cloned().unwrap_or_default();
                    if row_idx == 0 {
                        for piece in &mut pieces {
                            piece.1 = piece.1.patch(self.theme.title);
                        }
                    }
                    wrap(&pieces, *w, &[], &[])
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(1);
            for y in 0..height {
                let mut spans = Vec::new();
                for (i, cell) in cells.iter().enumerate() {
                    if i > 0 {
                        let bar = self.theme.glyphs.rule[1];
                        spans.push(Span::styled(format!(" {bar} "), self.theme.faint));
                    }
                    let line = cell.get(y).cloned().unwrap_or_default();
                    let spare = widths[i].saturating_sub(line.width());
                    let left = match table.alignments.get(i) {
                        Some(Alignment::Right) => spare,
                        Some(Alignment::Center) => spare / 2,
                        _ => 0,
                    };
                    spans.push(Span::raw(" ".repeat(left)));
                    spans.extend(line.spans);
                    spans.push(Span::raw(" ".repeat(spare - left)));
                }
                self.lines.push(Line::from(spans));
            }
            if row_idx == 0 {
                let rule = self.theme.glyphs.rule[0];
                let total = widths.iter().sum::<usize>() + 3 * (n_columns - 1);
                self.lines.push(Line::styled(rule.repeat(total), self.theme.faint));
            }
        }
        self.lines.push(Line::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str, columns: usize) -> String {
        lines(markdown, columns, &Theme::default())
            .iter()
            .map(|line| line.to_string().trim_end().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn headings_lists_quotes_code_and_tables_are_laid_out() {
        let markdown = "# Title\nSome *text* that is\nwrapped.\n\n- one\n- two is longer than the line\n  - inner\n\n1. first\n2. second\n\n> quoted words here\n\n```yaml\na: 1\n\nb: 2\n```\n\n| field | who |\n|---|--:|\n| `port` | Pods and more words |\n";
        insta::assert_snapshot!(shown(markdown, 24));
    }

    #[test]
    fn hostile_text_is_made_harmless() {
        let out = shown("a\u{1b}[31mb\n\n```\n\u{7}x\n```\n", 40);
        assert_eq!(out, "a\u{fffd}[31mb\n\n│ \u{fffd}x");
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        let markdown = "word ".repeat(50)
            + "\n\n|a|b|c|\n|-|-|-|\n|"
            + &"long cell ".repeat(9)
            + "|x|y|\n\n```\n"
            + &"x".repeat(99)
            + "\n```\n";
        for columns in 20..60 {
            for line in lines(&markdown, columns, &Theme::default()) {
                assert!(line.width() <= columns, "{columns}: {line}");
            }
        }
    }
}

//! What is looked at in Markdown: console blocks, links, and whether it can be read at 80
//! columns.

use super::schema::To;
use super::walk::{Found, Label, Reference};
use crate::source::Span;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns of a page over the screen (a hint, a debrief), where the terminal has 80.
pub const PAGE_COLUMNS: usize = 69;
/// Columns of a lesson's own text and of a question, where the terminal has 80.
pub const SCREEN_COLUMNS: usize = 73;
/// What stands before a line of code.
const BAR: usize = 2;
/// What stands between two columns of a table.
const BETWEEN: usize = 3;
/// A table's column is not narrowed below this.
const NARROWEST: usize = 4;

/// Tells everything that is wrong in `text`, which is the value at `at`.
/// It is shown in `columns` columns where the terminal has 80.
pub(super) fn check(found: &mut Found<'_>, label: Label<'_>, text: &str, at: Span, columns: usize) {
    let mut look = Look { found, label, text, at, columns, lists: Vec::new(), quotes: 0 };
    let mut code: Option<bool> = None;
    let mut table: Option<Table> = None;
    let mut words = String::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                code = Some(matches!(&kind, CodeBlockKind::Fenced(name) if &**name == "console"));
            }
            Event::End(TagEnd::CodeBlock) => code = None,
            Event::Text(block) if code.is_some() => {
                look.code(&block, code == Some(true), range.start);
            }
            Event::Start(Tag::Link { dest_url, .. }) => look.link(&dest_url, range.start),
            Event::Start(Tag::List(first)) => {
                look.prose(&mut words, range.start);
                look.lists.push(first.is_some());
            }
            Event::End(TagEnd::List(_)) => {
                look.lists.pop();
            }
            Event::Start(Tag::BlockQuote(_)) => look.quotes += 1,
            Event::End(TagEnd::BlockQuote(_)) => look.quotes = look.quotes.saturating_sub(1),
            Event::Start(Tag::Table(_)) => {
                table = Some(Table { rows: Vec::new(), start: range.start });
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some(table) = &mut table {
                    table.rows.push(Vec::new());
                }
            }
            Event::End(TagEnd::TableCell) => {
                let cell = std::mem::take(&mut words);
                if let Some(row) = table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            Event::End(TagEnd::Table) => {
                if let Some(table) = table.take() {
                    look.table(&table);
                }
            }
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                look.prose(&mut words, range.start);
            }
            _ => {}
        }
    }
}

struct Look<'l, 'f> {
    found: &'l mut Found<'f>,
    label: Label<'l>,
    text: &'l str,
    at: Span,
    columns: usize,
    /// Open lists: whether they are numbered.
    lists: Vec<bool>,
    quotes: usize,
}

struct Table {
    rows: Vec<Vec<String>>,
    start: usize,
}

impl Look<'_, '_> {
    /// Columns that are left here.
    fn room(&self) -> usize {
        let numbered = usize::from(self.lists.last().copied().unwrap_or(false));
        self.columns.saturating_sub(2 * self.quotes + 2 * self.lists.len() + numbered)
    }

    /// A place in the file for an offset in the text.
    fn place(&self, offset: usize) -> Span {
        let line_at = self.text.get(..offset).unwrap_or("").rfind('\n').map_or(0, |at| at + 1);
        let line = self.text.get(line_at..).unwrap_or("").lines().next().unwrap_or("");
        self.found.place_of_line(self.text, line_at, line, self.at)
    }

    fn code(&mut self, block: &str, is_console: bool, start: usize) {
        let room = self.room().saturating_sub(BAR);
        let mut offset = start;
        for line in block.split_inclusive('\n') {
            let place_at = offset;
            offset += line.len();
            let line = line.trim_end();
            let command = ["$ ", "$! ", "> "].iter().any(|lead| line.starts_with(lead));
            if is_console && !line.is_empty() && !command && line != ">" {
                let message = format!(
                    "A console block in {} holds {}, which is no command.",
                    self.label,
                    super::walk::shown(line.trim())
                );
                let remedy = "Give only lines that start with `$ `: the output is made when it \
                              is shown. `$! ` marks a command that must fail, `> ` goes on.";
                self.found.add(self.place(place_at), message, remedy);
            }
            let columns = line.width();
            if columns > room {
                let message = format!(
                    "A line of code in {} takes {columns} columns; where the terminal has 80, \
                     {room} are shown.",
                    self.label
                );
                self.found.add(self.place(place_at), message, "Break the line, or shorten it.");
            }
        }
    }

    /// Words can't be broken well: each has to fit.
    fn prose(&mut self, words: &mut String, start: usize) {
        let room = self.room();
        if let Some(word) = words.split_whitespace().find(|word| word.width() > room) {
            let message = format!(
                "A word in {} takes {} columns, {}, and is broken where the terminal has 80.",
                self.label,
                word.width(),
                super::walk::shown(word)
            );
            self.found.add(self.place(start), message, "Shorten it, or put it into a code block.");
        }
        words.clear();
    }

    /// As tables are drawn: the widest columns give way, one by one; then no word may be
    /// broken.
    fn table(&mut self, table: &Table) {
        let n_columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = |idx: usize| table.rows.iter().filter_map(move |row| row.get(idx));
        let mut widths: Vec<usize> = (0..n_columns)
            .map(|idx| cells(idx).map(|cell| cell.width()).max().unwrap_or(0))
            .collect();
        let room = self.columns.saturating_sub(BETWEEN * n_columns.saturating_sub(1));
        let mut total: usize = widths.iter().sum();
        while total > room {
            match widths.iter_mut().max_by_key(|width| **width) {
                Some(widest) if *widest > NARROWEST => {
                    *widest -= 1;
                    total -= 1;
                }
                _ => break,
            }
        }
        let broken = widths.iter().enumerate().find_map(|(idx, width)| {
            let words = cells(idx).flat_map(|cell| cell.split_whitespace());
            words.into_iter().find(|word| word.width() > *width).map(str::to_owned)
        });
        if total > room || broken.is_some() {
            let which = broken.map_or_else(String::new, |word| {
                format!(": it breaks {}", super::walk::shown(&word))
            });
            let message = format!(
                "A table in {} does not fit where the terminal has 80 columns{which}.",
                self.label
            );
            let remedy = "Take a column out, shorten its words, or make it a list.";
            self.found.add(self.place(table.start), message, remedy);
        }
    }

    /// A link leads to a lesson, a step or a term of this pack, or into the web.
    fn link(&mut self, target: &str, start: usize) {
        let span = self.place(start);
        if target.starts_with("https://") || target.starts_with("http://") {
            return;
        }
        let (to, id) = match target.strip_prefix("term:") {
            Some(term) => (To::Term, term),
            None if target.contains('/') => (To::Step, target),
            None => (To::Link, target),
        };
        if target.contains(':') && to != To::Term
            || target.contains(['#', '?', '.'])
            || id.is_empty()
        {
            let where_to = if target.is_empty() {
                "nowhere".to_owned()
            } else {
                format!("to {}", super::walk::shown(target))
            };
            self.found.add(
                span,
                format!("A link in {} leads {where_to}.", self.label),
                "Link to a lesson (`clusterip`), a step (`clusterip/idea`), a word of the glossary \
                 (`term:port`) or an https address.",
            );
            return;
        }
        let id = id.graphemes(true).take(200).collect();
        self.found.references.push(Reference { to, id, span });
    }
}

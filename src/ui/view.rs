//! What drawing keeps from frame to frame. Throwing it away loses nothing but time and
//! the place a pane was scrolled to.

use crate::app::{Pane, Scroll};
use ratatui::text::Line;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// Scroll offsets and what was laid out before.
#[derive(Debug, Default)]
pub struct ViewState {
    scrolls: HashMap<Pane, Offset>,
    /// Charts laid out.
    pub(super) scenes: Vec<super::watch::Laid>,
    /// Bursts laid out.
    pub(super) bursts: Vec<super::watch::LaidBurst>,
    /// First line and column of the editor shown.
    pub(super) editor: (usize, usize),
    markdown: Vec<(MarkdownKey, Rc<Vec<Line<'static>>>)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Offset {
    top: usize,
    /// Lines there were and lines shown, when it was last drawn.
    total: usize,
    page: usize,
}

#[derive(Debug, PartialEq)]
struct MarkdownKey {
    text: String,
    marks: Vec<Range<usize>>,
    columns: usize,
}

/// Texts laid out and kept: a screen shows few at once.
const KEPT: usize = 24;

impl ViewState {
    /// Scrolls a pane as far as it goes.
    pub fn scroll(&mut self, pane: Pane, by: Scroll) {
        let offset = self.scrolls.entry(pane).or_default();
        let page = offset.page.saturating_sub(2).max(1);
        let moved = |top: usize, n: i32, unit: usize| {
            let n_lines =
                usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX).saturating_mul(unit);
            if n < 0 { top.saturating_sub(n_lines) } else { top.saturating_add(n_lines) }
        };
        let most = offset.total.saturating_sub(offset.page);
        offset.top = match by {
            Scroll::Top => 0,
            Scroll::End => most,
            Scroll::Lines(n) => moved(offset.top, n, 1).min(most),
            Scroll::Pages(n) => moved(offset.top, n, page).min(most),
        };
    }

    /// The first line to show of a pane that has `total` lines and shows `page`.
    pub(super) fn top(&mut self, pane: Pane, total: usize, page: usize) -> usize {
        let offset = self.scrolls.entry(pane).or_default();
        offset.total = total;
        offset.page = page;
        offset.top = offset.top.min(total.saturating_sub(page));
        offset.top
    }

    /// As [`Self::top`], moved so that line `line` is shown, with one beside it where there is.
    pub(super) fn top_showing(
        &mut self,
        pane: Pane,
        total: usize,
        page: usize,
        line: usize,
    ) -> usize {
        let top = self.top(pane, total, page);
        let margin = usize::from(page > 4);
        let lowest = (line + 1 + margin).saturating_sub(page);
        let top = top.clamp(lowest, line.saturating_sub(margin).max(lowest));
        let top = top.min(total.saturating_sub(page));
        self.scrolls.entry(pane).or_default().top = top;
        top
    }

    /// `markdown` laid out, from before where it was.
    pub(super) fn markdown(
        &mut self,
        markdown: &str,
        columns: usize,
        theme: &super::Theme,
    ) -> Rc<Vec<Line<'static>>> {
        self.marked(markdown, &[], columns, theme)
    }

    /// `markdown` laid out with what stands at `marks` underlined, from before where it was.
    pub(super) fn marked(
        &mut self,
        markdown: &str,
        marks: &[Range<usize>],
        columns: usize,
        theme: &super::Theme,
    ) -> Rc<Vec<Line<'static>>> {
        let same = |key: &MarkdownKey| {
            key.columns == columns && key.marks == marks && key.text == markdown
        };
        if let Some((_, lines)) = self.markdown.iter().find(|(key, _)| same(key)) {
            return Rc::clone(lines);
        }
        if self.markdown.len() >= KEPT {
            self.markdown.remove(0);
        }
        let lines = Rc::new(super::markdown::marked_lines(markdown, marks, columns, theme));
        let key = MarkdownKey { text: markdown.to_owned(), marks: marks.to_vec(), columns };
        self.markdown.push((key, Rc::clone(&lines)));
        lines
    }
}

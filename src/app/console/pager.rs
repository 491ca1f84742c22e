//! Which part is shown: the end with the prompt, a place scrolled back to, or page by page
//! what was too long for the screen.

use super::{ConsolePane, wrapped};
use std::ops::Range;

/// What is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum View {
    /// The end, with the prompt.
    #[default]
    End,
    /// From this row on, scrolled back.
    At(usize),
    /// A page of what was too long.
    Pages {
        /// The first row shown.
        top: usize,
        /// The first row of all.
        start: usize,
        /// A text that is looked for, as far as it is typed.
        looking: Option<String>,
        /// What was looked for last.
        found: String,
    },
}

impl View {
    pub(super) fn is_paged(&self) -> bool {
        matches!(self, Self::Pages { .. })
    }
}

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrolling {
    /// Rows; down counts up.
    Rows(isize),
    /// Pages; down counts up.
    Pages(isize),
    /// To the start.
    Start,
    /// To the end.
    End,
}

impl ConsolePane {
    /// What is shown.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Shows the end again; lines that waited are run.
    pub fn show_end(&mut self) {
        self.view = View::End;
        self.run_waiting();
    }

    /// Rows that the prompt and what is typed take.
    #[must_use]
    pub fn prompt_rows(&self) -> usize {
        self.typed_rows() + self.choice_rows()
    }

    fn typed_rows(&self) -> usize {
        let typed = format!("{}{} ", self.prompt(), self.input.text());
        wrapped(&typed, self.size.0.into()).len()
    }

    /// Rows that the list of choices takes: all that it needs, or that there are.
    #[must_use]
    fn choice_rows(&self) -> usize {
        let (columns, _) = self.choice_columns();
        let room = usize::from(self.size.1).saturating_sub(self.typed_rows()).max(2);
        self.choices.len().div_ceil(columns).min(room)
    }

    /// The choices in sight, by index; the row below them tells of others.
    #[must_use]
    pub fn choices_shown(&self) -> Range<usize> {
        let (columns, _) = self.choice_columns();
        let n = self.choices.len();
        let rows = self.choice_rows();
        if n.div_ceil(columns) <= rows {
            return 0..n;
        }
        let at_once = (rows - 1).max(1) * columns;
        let start = self.n_tabs.saturating_sub(1) % n.div_ceil(at_once) * at_once;
        start..(start + at_once).min(n)
    }

    /// Columns of the list of choices, and their width.
    #[must_use]
    pub fn choice_columns(&self) -> (usize, usize) {
        let widest =
            self.choices.iter().map(|choice| choice.chars().count()).max().unwrap_or(0) + 2;
        ((usize::from(self.size.0) / widest).max(1), widest)
    }

    /// The first row shown.
    #[must_use]
    pub fn top(&self) -> usize {
        let rows = usize::from(self.size.1);
        match &self.view {
            View::End => {
                let total = self.back.total() + self.prompt_rows();
                total.saturating_sub(rows).max(self.back.cleared())
            }
            View::At(top) | View::Pages { top, .. } => *top,
        }
    }

    /// Rows of what was said that there is room for.
    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(1).max(1)
    }

    /// What was said from row `before` on is shown page by page where it is longer than one.
    pub(super) fn page_from(&mut self, before: usize) {
        // What was dropped at the top is not there to be shown.
        let n_new = self.back.total().saturating_sub(before);
        let waits = matches!(self.wants, crate::kubectl::Wants::Line);
        if n_new > self.page() && waits && self.back.cleared() <= before {
            let start = before.min(self.back.total());
            self.view = View::Pages { top: start, start, looking: None, found: String::new() };
        }
    }

    /// The rows that what is shown begins at, and the first of what is paged.
    pub(super) fn places(&self) -> [usize; 2] {
        match &self.view {
            View::End => [0; 2],
            View::At(top) => [*top; 2],
            View::Pages { top, start, .. } => [*top, *start],
        }
    }

    /// Puts them elsewhere.
    pub(super) fn put_places(&mut self, [new_top, new_start]: [usize; 2]) {
        match &mut self.view {
            View::End => {}
            View::At(top) => *top = new_top,
            View::Pages { top, start, .. } => (*top, *start) = (new_top, new_start),
        }
    }

    pub(super) fn settle_view(&mut self) {
        let last = self.back.total().saturating_sub(1);
        match &mut self.view {
            View::End => {}
            View::At(top) => *top = (*top).min(last),
            View::Pages { top, start, .. } => {
                *start = (*start).min(last);
                *top = (*top).clamp(*start, last);
            }
        }
    }

    /// Moves what is shown. Past the end of pages the prompt comes back.
    pub fn scroll(&mut self, by: Scrolling) {
        let page = self.page();
        let total = self.back.total();
        let (start, end) = match &self.view {
            View::Pages { start, .. } => (*start, total.saturating_sub(page)),
            _ => (0, (total + self.prompt_rows()).saturating_sub(usize::from(self.size.1))),
        };
        let top = self.top();
        let moved = |n: isize| top.saturating_add_signed(n);
        let step = isize::try_from(page).unwrap_or(isize::MAX);
        let to = match by {
            Scrolling::Rows(n) => moved(n),
            Scrolling::Pages(n) => moved(n.saturating_mul(step)),
            Scrolling::Start => start,
            Scrolling::End => end,
        };
        let forward = to > top;
        match &mut self.view {
            View::Pages { top: at, .. } if forward && top >= end => {
                *at = end;
                self.show_end();
            }
            View::Pages { top: at, .. } => *at = to.clamp(start, end.max(start)),
            _ if to >= end => self.view = View::End,
            _ => self.view = View::At(to),
        }
    }

    /// Begins to look for a text in the pages.
    pub fn look_for(&mut self) {
        if let View::Pages { looking, .. } = &mut self.view {
            *looking = Some(String::new());
        }
    }

    /// The text that is looked for, as it is typed.
    pub fn looking(&self) -> Option<&str> {
        match &self.view {
            View::Pages { looking, .. } => looking.as_deref(),
            _ => None,
        }
    }

    /// A letter of what is looked for, or one less.
    pub fn look_typed(&mut self, c: Option<char>) {
        if let View::Pages { looking: Some(text), .. } = &mut self.view {
            match c {
                Some(c) if text.len() < 200 => text.push(c),
                Some(_) => {}
                None => drop(text.pop()),
            }
        }
    }

    /// No longer looks for a text.
    pub fn look_no_more(&mut self) {
        if let View::Pages { looking, .. } = &mut self.view {
            *looking = None;
        }
    }

    /// Goes to the next row that holds what is looked for. False where there is none.
    pub fn look_next(&mut self) -> bool {
        let View::Pages { top, looking, found, .. } = &mut self.view else { return true };
        if let Some(text) = looking.take().filter(|text| !text.is_empty()) {
            *found = text;
        }
        if found.is_empty() {
            return true;
        }
        match self.back.find(found, *top + 1) {
            Some(row) => {
                *top = row;
                self.settle_view();
                true
            }
            None => false,
        }
    }
}

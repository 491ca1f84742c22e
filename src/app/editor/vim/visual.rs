//! vim's visual mode: what is selected, and what commands do to it.

use super::object::Stretch;
use super::operator::Register;
use super::run::Refused;
use super::{Command, Mode, Target};
use crate::app::editor::Editor;

impl Editor {
    /// What is deleted over several lines, from an indentation on and with nothing left
    /// behind it, is whole lines.
    pub(super) fn grown(&self, stretch: Stretch) -> Stretch {
        let Stretch { start, end, lines } = stretch;
        let (first, last) = (self.buffer.line_of(start), self.buffer.line_of(end));
        let rest = &self.text()[end..self.buffer.line_end(last).max(end)];
        if !lines
            && first < last
            && start <= self.buffer.first_word(first)
            && rest.trim().is_empty()
        {
            return self.lines_of(start, end);
        }
        stretch
    }

    /// The selection as a stretch.
    pub(super) fn selected(&self) -> Option<Stretch> {
        let (start, end) = self.selection()?;
        let lines = self.vim_mode() == Some(Mode::VisualLine);
        let end = if lines { end } else { end.min(self.buffer.len()) };
        Some(Stretch { start, end, lines })
    }

    /// How much is selected.
    pub(super) fn extent(&self) -> Option<Target> {
        let (start, end) = self.selection()?;
        let whole = self.vim_mode() == Some(Mode::VisualLine);
        let text = &self.text()[start..end];
        let text = if whole { text.strip_suffix('\n').unwrap_or(text) } else { text };
        let lines = text.matches('\n').count();
        let last = text.rsplit('\n').next().unwrap_or("").chars().count();
        Some(Target::Extent { lines, last, whole })
    }

    pub(super) fn over_extent(&self, lines: usize, last: usize, whole: bool) -> Stretch {
        let line = self.line();
        let to = (line + lines).min(self.n_lines() - 1);
        if whole {
            return self.lines_of(self.buffer.line_start(line), self.buffer.line_start(to));
        }
        let from = if lines == 0 { self.cursor } else { self.buffer.line_start(to) };
        let end = self.text()[from..self.buffer.line_end(to)]
            .char_indices()
            .nth(last)
            .map_or(self.buffer.line_end(to), |(i, _)| from + i);
        Stretch { start: self.cursor, end, lines: false }
    }

    pub(super) fn leave_visual(&mut self) {
        let cursor = self.cursor;
        if let Some(vim) = self.vim_mut()
            && matches!(vim.mode, Mode::Visual | Mode::VisualLine)
        {
            vim.selected = Some((vim.mode, vim.anchor, cursor));
            vim.mode = Mode::Normal;
            vim.want = None;
        }
    }

    pub(super) fn select_object(
        &mut self,
        object: super::Object,
        around: bool,
        n: usize,
    ) -> Result<(), Refused> {
        let fresh = self.vim.as_ref().is_some_and(|vim| vim.anchor == self.cursor);
        let here = self.cursor;
        if !fresh {
            // More of it: from behind the selection.
            self.cursor = self.buffer.after(here).min(self.vim_end());
        }
        let Some(stretch) = self.object(object, around, n) else {
            self.cursor = here;
            return Err(Refused);
        };
        let end = if stretch.lines { stretch.end.max(1) - 1 } else { stretch.end };
        let last = if stretch.lines {
            self.buffer.line_start(self.buffer.line_of(end))
        } else {
            self.buffer.before(end).max(stretch.start)
        };
        self.cursor = last;
        if let Some(vim) = self.vim_mut() {
            if fresh {
                vim.anchor = stretch.start;
            }
            if stretch.lines {
                vim.mode = Mode::VisualLine;
            }
            vim.want = None;
        }
        Ok(())
    }

    /// Changes each character of the selection.
    pub(super) fn change_selected(&mut self, new: impl Fn(char) -> char) -> Result<(), Refused> {
        let stretch = match self.vim.as_ref().and_then(|vim| vim.running.as_ref()) {
            Some(Command { target: Some(Target::Extent { lines, last, whole }), .. })
                if !self.vim_is_visual() =>
            {
                self.over_extent(*lines, *last, *whole)
            }
            _ => self.selected().ok_or(Refused)?,
        };
        let new: String = self.text()[stretch.start..stretch.end].chars().map(new).collect();
        self.leave_visual();
        self.change(stretch.start, stretch.end, &new);
        self.cursor = stretch.start;
        Ok(())
    }

    /// Puts a register in the place of the selection, which it then holds (`p`) or not (`P`).
    pub(super) fn put_over(
        &mut self,
        name: Option<char>,
        n: usize,
        keep: bool,
    ) -> Result<(), Refused> {
        let register = self.vim.as_ref().and_then(|vim| vim.register(name));
        let register = register.unwrap_or_default();
        let stretch = self.selected().ok_or(Refused)?;
        let old = self.text()[stretch.start..stretch.end].to_owned();
        let n = n.min(crate::app::editor::MAX_BYTES / register.text.len().max(1) + 1);
        let text = register.text.repeat(n);
        self.leave_visual();
        let ends = old.ends_with('\n');
        let new = match (register.lines, stretch.lines) {
            (true, false) => format!("\n{text}"),
            (false, true) => format!("{text}\n"),
            _ => text.clone(),
        };
        let new = if stretch.lines && !ends { new.trim_end_matches('\n').to_owned() } else { new };
        self.change(stretch.start, stretch.end, &new);
        self.cursor = if register.lines {
            let line = self.buffer.line_of(stretch.start) + usize::from(!stretch.lines);
            self.buffer.first_word(line)
        } else if text.contains('\n') || stretch.lines {
            stretch.start
        } else {
            self.buffer.before(stretch.start + new.len()).max(stretch.start)
        };
        if !keep && let Some(vim) = self.vim_mut() {
            let old = if stretch.lines && !ends { format!("{old}\n") } else { old };
            vim.store(None, Register { text: old, lines: stretch.lines }, true);
        }
        Ok(())
    }

    pub(super) fn toggle_visual(&mut self, lines: bool) {
        let cursor = self.cursor;
        let Some(vim) = self.vim_mut() else { return };
        let wanted = if lines { Mode::VisualLine } else { Mode::Visual };
        match vim.mode {
            mode if mode == wanted => self.leave_visual(),
            Mode::Visual | Mode::VisualLine => vim.mode = wanted,
            _ => {
                vim.mode = wanted;
                vim.anchor = cursor;
            }
        }
    }

    /// `gv`: what was selected before; what is selected now takes its place.
    pub(super) fn select_again(&mut self) -> Result<(), Refused> {
        let (visual, cursor) = (self.vim_is_visual(), self.cursor);
        let vim = self.vim_mut().ok_or(Refused)?;
        let (mode, anchor, to) = vim.selected.ok_or(Refused)?;
        if visual {
            vim.selected = Some((vim.mode, vim.anchor, cursor));
        }
        (vim.mode, vim.anchor) = (mode, anchor);
        self.cursor = self.buffer.boundary(to);
        Ok(())
    }

    /// `o`: the cursor goes where the selection began.
    pub(super) fn go_to_other_end(&mut self) {
        let cursor = self.cursor;
        if let Some(vim) = self.vim_mut() {
            let anchor = std::mem::replace(&mut vim.anchor, cursor);
            self.cursor = self.buffer.boundary(anchor);
        }
    }
}

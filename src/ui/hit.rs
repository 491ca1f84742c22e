//! What lies where, for the mouse.

use crate::app::{Hit, Pane};
use ratatui::layout::{Position, Rect};

/// What was drawn last and where.
#[derive(Debug, Clone, Default)]
pub struct HitMap {
    places: Vec<(Rect, Hit)>,
    /// The screen is too small for what would be there: nothing of it was drawn.
    pub is_hidden: bool,
    /// Columns and rows of the console, where one was drawn.
    pub console: Option<(u16, u16)>,
}

impl HitMap {
    /// Notes that `hit` lies at `area`, over what lay there before.
    pub fn add(&mut self, area: Rect, hit: Hit) {
        self.places.push((area, hit));
    }

    /// What lies at a cell, panes aside, and how many columns from its left edge.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Option<(Hit, u16)> {
        let position = Position { x: column, y: row };
        self.places
            .iter()
            .rev()
            .find(|(area, hit)| area.contains(position) && !matches!(hit, Hit::Pane(_)))
            .map(|(area, hit)| (*hit, column - area.x))
    }

    /// The pane at a cell.
    #[must_use]
    pub fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        let position = Position { x: column, y: row };
        self.places.iter().rev().find_map(|(area, hit)| match hit {
            Hit::Pane(pane) if area.contains(position) => Some(*pane),
            _ => None,
        })
    }

    /// Covers everything noted so far: a page lies over it.
    pub fn cover(&mut self) {
        self.places.clear();
    }
}

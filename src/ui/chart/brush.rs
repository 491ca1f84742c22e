//! Text and glyphs put inside a clip.

use super::style::ChartStyle;
use crate::chart::{Point, text};
use crate::source::clean_line;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Draws into `clip` only; points count from its first cell.
pub(super) struct Brush<'a> {
    pub(super) buf: &'a mut Buffer,
    pub(super) clip: Rect,
    pub(super) style: &'a ChartStyle,
}

impl<'a> Brush<'a> {
    /// A brush for what of `area` lies in `buf`; none where nothing does.
    pub(super) fn over(area: Rect, style: &'a ChartStyle, buf: &'a mut Buffer) -> Option<Self> {
        let clip = area.intersection(buf.area);
        (!clip.is_empty()).then_some(Self { buf, clip, style })
    }

    /// Greys all that was drawn.
    pub(super) fn grey(&mut self) {
        self.buf.set_style(self.clip, self.style.stale);
    }

    /// Puts `text`, cut to `columns`; gives the columns it took.
    pub(super) fn put(&mut self, p: Point, text: &str, columns: u16, style: Style) -> u16 {
        let (x, y) = (self.clip.x.saturating_add(p.x), self.clip.y.saturating_add(p.y));
        if x >= self.clip.right() || y >= self.clip.bottom() {
            return 0;
        }
        let columns = columns.min(self.clip.right() - x);
        let ascii = self.style.glyphs.ascii.then(|| to_ascii(&clean_line(text)));
        let text =
            text::fit(ascii.as_deref().unwrap_or(text), columns.into(), self.style.glyphs.cut);
        let (end, _) = self.buf.set_stringn(x, y, text, columns.into(), style);
        end - x
    }

    /// Puts a line of drawn letters, of which spaces stay as they are.
    pub(super) fn put_raw(&mut self, p: Point, line: &str, style: Style) {
        for (x, c) in (p.x..).zip(line.chars()) {
            if c != ' ' {
                self.glyph(Point { x, y: p.y }, c, style);
            }
        }
    }

    /// Puts one glyph.
    pub(super) fn glyph(&mut self, p: Point, glyph: char, style: Style) {
        let (x, y) = (self.clip.x.saturating_add(p.x), self.clip.y.saturating_add(p.y));
        if x < self.clip.right() && y < self.clip.bottom() {
            self.buf[(x, y)].set_char(glyph).set_style(style);
        }
    }

    /// Changes the style of a cell and leaves what is drawn there.
    pub(super) fn restyle(&mut self, p: Point, style: Style) {
        let (x, y) = (self.clip.x.saturating_add(p.x), self.clip.y.saturating_add(p.y));
        if x < self.clip.right() && y < self.clip.bottom() {
            self.buf[(x, y)].set_style(style);
        }
    }

    /// Puts several texts in a row; gives the columns they took.
    pub(super) fn row(&mut self, p: Point, columns: u16, parts: &[(&str, Style)]) -> u16 {
        let mut taken = 0;
        for (text, style) in parts {
            if taken >= columns {
                break;
            }
            let p = Point { x: p.x.saturating_add(taken), y: p.y };
            taken += self.put(p, text, columns - taken, *style);
        }
        taken
    }
}

/// The signs that sentences use, in ASCII; what else there is becomes `?`.
fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '→' => out.push_str("->"),
            '·' | '–' | '—' => out.push('-'),
            '…' => out.push_str("..."),
            '’' | '‘' => out.push('\''),
            '“' | '”' => out.push('"'),
            c if c.is_ascii() => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}

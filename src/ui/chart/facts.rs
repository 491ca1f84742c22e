//! The boxes of facts in cells.

use super::brush::Brush;
use super::map::{ending_glyph, ending_style};
use crate::chart::{FactBox, Moment, Point, text};

pub(super) fn draw(boxes: &[FactBox], moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let (rule, pointer) = if style.glyphs.ascii { ("-", '>') } else { ("─", '▸') };
    for one in boxes {
        let area = one.area;
        let p = Point { x: area.x, y: area.y };
        brush.put(p, &rule.repeat(area.width.into()), area.width, style.border);
        let title = format!(" {} ", one.title);
        brush.put(Point { x: area.x + 2, y: area.y }, &title, area.width - 2, style.title);
        let label_columns = one.label_columns().min(usize::from(area.width) / 2);
        for (i, row) in one.rows.iter().enumerate() {
            let y = area.y + 1 + i as u16;
            // What is not so yet is not shown yet, but keeps its place.
            let known = match row.from_hop {
                Some(hop) => hop < moment.hop_idx || hop == moment.hop_idx && moment.rewritten,
                None => true,
            };
            if !known {
                continue;
            }
            let fresh = row.from_hop == Some(moment.hop_idx);
            let mut x = area.x + 2;
            if row.current {
                brush.glyph(Point { x: area.x, y }, pointer, style.packet);
            }
            if let Some(outcome) = row.outcome {
                let look = ending_style(&style, outcome);
                brush.glyph(Point { x, y }, ending_glyph(&style, outcome), look);
                x += 2;
            }
            let label = text::fit(&row.label, label_columns, style.glyphs.cut);
            let right = area.right();
            brush.put(Point { x, y }, &label, right.saturating_sub(x), style.dim);
            x += label_columns as u16 + 2;
            let look = if fresh { style.rewritten } else { style.text };
            brush.put(Point { x, y }, &row.value, right.saturating_sub(x), look);
        }
    }
}

//! The panel in cells: what happens now, and the packet's header.

use super::brush::Brush;
use super::map::{ending_glyph, ending_style};
use crate::chart::{Caption, Moment, Phase, Point, Scene, text};
use ratatui::style::Style;

/// Columns under which a rewritten address takes two rows.
const TWO_ROWS: u16 = 52;

pub(super) fn draw(scene: &Scene, moment: &Moment, stale: bool, brush: &mut Brush<'_>) {
    let area = scene.panel();
    if area.height == 0 || area.width == 0 {
        return;
    }
    let caption = scene.captions().get(moment.hop_idx);
    title(scene, caption, moment, stale, brush);
    let columns = area.width.saturating_sub(2);
    let mut y = area.y + 1;
    let bottom = area.bottom();
    let style = *brush.style;
    let say = if moment.ended {
        scene.ending().say.as_str()
    } else {
        caption.map_or("", |c| c.say.as_str())
    };
    let n_say = scene.say_rows().max(1).min(area.height - 1);
    let lines = text::wrap(say, columns.into(), n_say.into(), style.glyphs.cut);
    for (i, line) in lines.iter().enumerate() {
        brush.put(Point { x: area.x + 1, y: y + i as u16 }, line, columns, style.text);
    }
    // A short sentence keeps its rows, so that what follows never jumps; unless they are
    // wanted. Where to look comes before whom the answer came from.
    let wanted = if moment.ended && !scene.ending().look_at.is_empty() { 3 } else { 2 };
    let tight = y + n_say + wanted > bottom;
    y += if tight { lines.len() as u16 } else { n_say };
    let header_bottom = if wanted == 3 { bottom.saturating_sub(1).max(y) } else { bottom };
    if let Some(caption) = caption {
        y = header(scene, caption, moment, (y, header_bottom), brush);
        why(scene, caption, moment, y, bottom, brush);
    } else if moment.ended && y < bottom {
        look_at(scene, y, brush);
    }
}

fn title(
    scene: &Scene,
    caption: Option<&Caption>,
    moment: &Moment,
    stale: bool,
    brush: &mut Brush<'_>,
) {
    let area = scene.panel();
    let style = *brush.style;
    let rule = if style.glyphs.ascii { "-" } else { "─" };
    brush.put(
        Point { x: area.x, y: area.y },
        &rule.repeat(area.width.into()),
        area.width,
        style.border,
    );
    let outcome = scene.ending().outcome;
    let end;
    let (left, look): (String, Style) = if moment.ended {
        end = ending_style(&style, outcome);
        (format!(" {} {} ", ending_glyph(&style, outcome), scene.ending().word), end)
    } else {
        let place = caption.map_or("", |caption| caption.place.as_str());
        match moment.phase {
            Phase::Moving { .. } => (format!(" on the way to {place} "), style.title),
            _ => (format!(" {place} "), style.text),
        }
    };
    let mut right = match (stale, moment.n_hops) {
        (true, _) => " the last good chart ".to_owned(),
        (false, 0) => String::new(),
        (false, n) => {
            let reply = caption.is_some_and(|caption| caption.reply);
            let what = if reply { "reply, hop" } else { "hop" };
            format!(" {what} {} of {n} ", moment.hop_idx + 1)
        }
    };
    let left = text::fit(&left, usize::from(area.width.saturating_sub(2)), style.glyphs.cut);
    let taken = text::width(&left) as u16 + 3;
    if taken + text::width(&right) as u16 + 2 > area.width {
        right.clear();
    }
    brush.put(Point { x: area.x + 2, y: area.y }, &left, area.width.saturating_sub(2), look);
    let x = area.right().saturating_sub(text::width(&right) as u16 + 2);
    brush.put(Point { x, y: area.y }, &right, area.width, style.dim);
}

/// The addresses; gives the row after.
fn header(
    scene: &Scene,
    caption: &Caption,
    moment: &Moment,
    (mut y, bottom): (u16, u16),
    brush: &mut Brush<'_>,
) -> u16 {
    let area = scene.panel();
    let style = *brush.style;
    let columns = area.width.saturating_sub(2);
    let becomes = format!(" {} ", style.glyphs.becomes);
    // Before and after in one column each, so that both rows line up.
    let before = caption.header.iter().map(|row| text::width(&row.before)).max().unwrap_or(0);
    let after =
        caption.header.iter().filter_map(|row| row.after.as_ref()).map(|a| text::width(a)).max();
    let two_rows = area.width < TWO_ROWS;
    let spare = bottom.saturating_sub(y);
    let n_after = caption.header.iter().filter(|row| row.after.is_some()).count() as u16;
    let stacked = two_rows && spare >= 2 + n_after;
    for row in &caption.header {
        if y >= bottom {
            break;
        }
        let label = format!("{:<5}", row.label);
        let p = Point { x: area.x + 1, y };
        let shown = row.after.as_ref().filter(|_| moment.rewritten);
        match shown {
            None => {
                brush.row(p, columns, &[(&label, style.dim), (&row.before, style.text)]);
            }
            Some(new) if two_rows && !stacked => {
                let verb = format!("  {}", row.verb);
                brush.row(
                    p,
                    columns,
                    &[(&label, style.dim), (new, style.rewritten), (&verb, style.choice)],
                );
            }
            Some(new) if stacked => {
                brush.row(p, columns, &[(&label, style.dim), (&row.before, style.dim)]);
                y += 1;
                let arrow = format!("   {} ", style.glyphs.becomes);
                let verb = format!("  {}", row.verb);
                let parts = [
                    (arrow.as_str(), style.dim),
                    (new.as_str(), style.rewritten),
                    (&verb, style.choice),
                ];
                brush.row(Point { x: area.x + 1, y }, columns, &parts);
            }
            Some(new) => {
                let old = format!("{:<before$}", row.before);
                let new = format!("{new:<width$}", width = after.unwrap_or(0));
                let verb = format!("  {}", row.verb);
                let parts = [
                    (label.as_str(), style.dim),
                    (&old, style.dim),
                    (&becomes, style.dim),
                    (&new, style.rewritten),
                    (&verb, style.choice),
                ];
                brush.row(p, columns, &parts);
            }
        }
        y += 1;
    }
    y
}

/// The choice, the rule and the field; at the end where to look, or who answered.
fn why(
    scene: &Scene,
    caption: &Caption,
    moment: &Moment,
    mut y: u16,
    bottom: u16,
    brush: &mut Brush<'_>,
) {
    let area = scene.panel();
    let style = *brush.style;
    let columns = area.width.saturating_sub(2);
    if moment.ended {
        if y < bottom {
            look_at(scene, y, brush);
        }
        return;
    }
    if matches!(moment.phase, Phase::Moving { .. }) {
        return;
    }
    let deciding = matches!(moment.phase, Phase::Deciding { .. });
    if let Some(choice) = &caption.choice
        && y < bottom
        && (bottom - y > 1 || deciding)
    {
        let lit = scene.lit(moment);
        let x = area.x + 1;
        let mut taken = brush.put(Point { x, y }, "pick ", columns, style.dim);
        // As many as fit beside how many there are; the lit one always.
        let why = format!("  {}", choice.why);
        let room =
            usize::from(columns).saturating_sub(text::width(&why).min(usize::from(columns) / 2));
        let mut left_out = choice.n_of - choice.of.len();
        for (i, name) in choice.of.iter().enumerate() {
            let is_lit = lit == Some(i);
            let glyph = if is_lit { style.glyphs.chosen } else { style.glyphs.candidate };
            let part = format!("{glyph} {name}  ");
            if usize::from(taken) + text::width(&part) + 8 > room && !is_lit {
                left_out += 1;
                continue;
            }
            let look = if is_lit { style.choice } else { style.dim };
            taken +=
                brush.put(Point { x: x + taken, y }, &part, columns.saturating_sub(taken), look);
        }
        if left_out > 0 {
            let more = format!("and {left_out} more  ");
            taken += brush.put(
                Point { x: x + taken, y },
                &more,
                columns.saturating_sub(taken),
                style.dim,
            );
        }
        brush.put(Point { x: x + taken, y }, &choice.why, columns.saturating_sub(taken), style.dim);
        y += 1;
    }
    if y >= bottom {
        return;
    }
    let p = Point { x: area.x + 1, y };
    let one_row = bottom - y == 1;
    if !caption.field.is_empty() && !caption.rule.is_empty() && !one_row {
        brush.row(p, columns, &[("rule ", style.dim), (&caption.rule, style.text)]);
        let p = Point { x: p.x, y: y + 1 };
        brush.row(p, columns, &[("why  ", style.dim), (&caption.field, style.field)]);
    } else if !caption.field.is_empty() {
        let gap = if caption.rule.is_empty() { "" } else { "   " };
        let parts = [
            ("why  ", style.dim),
            (caption.field.as_str(), style.field),
            (gap, style.dim),
            (&caption.rule, style.dim),
        ];
        brush.row(p, columns, &parts);
    } else if !caption.rule.is_empty() {
        brush.row(p, columns, &[("rule ", style.dim), (&caption.rule, style.text)]);
    }
}

fn look_at(scene: &Scene, y: u16, brush: &mut Brush<'_>) {
    let area = scene.panel();
    let style = *brush.style;
    let p = Point { x: area.x + 1, y };
    let columns = area.width.saturating_sub(2);
    let ending = scene.ending();
    if !ending.look_at.is_empty() {
        let parts = [("look at ", style.dim), (ending.look_at.as_str(), style.field)];
        let taken = brush.row(p, columns, &parts);
        let p = Point { x: p.x + taken + 3, y };
        brush.put(p, &ending.share, columns.saturating_sub(taken + 3), style.dim);
    } else if ending.share.is_empty()
        && let Some(answered) = &ending.answered
    {
        brush.put(p, answered, columns, style.ok);
    } else {
        brush.put(p, &ending.share, columns, style.dim);
    }
}

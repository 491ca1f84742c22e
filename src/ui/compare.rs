//! Comparisons: two charts side by side or one above the other, and the ladder of types.

use super::parts::{frame, inset, line_at, styled};
use super::text::{cut, width, wrap};
use super::{Canvas, watch};
use crate::app::Model;
use crate::app::compare::{Climb, CompareScreen, Shown, Sides};
use crate::app::watch::Watch;
use crate::chart::Knock;
use crate::source::clean_line;
use crate::trace::Outcome;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Columns from which two maps have room beside each other.
const BESIDE: u16 = 124;
/// Rows from which two maps have room one above the other.
const ABOVE: u16 = 34;

pub(super) fn draw(model: &Model, screen: &CompareScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let title = match &screen.shown {
        Some(Shown::Sides(sides)) => {
            format!("{}: {} or {}", sides.title, sides.labels[0].0, sides.labels[1].0)
        }
        Some(Shown::Climb(_)) => "the ladder of types".to_owned(),
        None => String::new(),
    };
    let right = styled(format!("{} of {}", screen.chosen + 1, screen.n_choices), theme.dim);
    let title = format!("Compare {} {title}", theme.glyphs.crumb);
    let body = inset(frame(model, canvas, area, &title, right), 1, 0);
    match &screen.shown {
        Some(Shown::Sides(sides)) => draw_sides(screen, sides, canvas, body),
        Some(Shown::Climb(climb)) => draw_climb(climb, canvas, body),
        None => watch::nothing(canvas, inset(body, 2, 1), "This packet can't be compared."),
    }
}

/// Who sends to what, and how it is played.
fn draw_bar(canvas: &mut Canvas<'_, '_>, left: &str, watches: &[&Watch], area: Rect) {
    let theme = canvas.theme;
    let right = watch::playing(canvas, watches);
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    let room = usize::from(area.width.saturating_sub(right_width + 3));
    let left = styled(format!(" {}", cut(left, room, theme.glyphs.ellipsis)), theme.title);
    line_at(canvas, area, 0, &left);
    let x = area.right() - right_width;
    line_at(canvas, Rect { x, width: right_width, ..area }, 0, &right);
}

fn draw_sides(screen: &CompareScreen, sides: &Sides, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let columns = usize::from(area.width).saturating_sub(1);
    let mut said = Vec::new();
    let lead = [(format!("{} ", theme.glyphs.pointer), theme.accent)];
    let rest = [("  ".to_owned(), theme.text)];
    for what in &sides.difference {
        said.extend(wrap(&[(clean_line(what).into_owned(), theme.title)], columns, &lead, &rest));
    }
    if said.is_empty() {
        let what = if sides.watches.iter().all(|watch| watch.burst().is_some()) {
            "One connection shows no difference; a dozen do."
        } else {
            "No difference for this packet: it goes the same ways to the same ends."
        };
        said.extend(wrap(&[(what.to_owned(), theme.title)], columns, &lead, &rest));
    }
    said.truncate(4);
    let n_said = u16::try_from(said.len()).unwrap_or(1);
    let [bar, charts, below] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(n_said + 1),
    ])
    .areas(area);
    let (packet_idx, n_packets) = screen.place();
    let mut left = screen
        .packet()
        .map_or(String::new(), |packet| clean_line(&packet.title(theme.glyphs.arrow)).into_owned());
    if n_packets > 1 {
        left = format!("packet {} of {n_packets}  {left}", packet_idx + 1);
    }
    let [first, second] = &sides.watches;
    draw_bar(canvas, &left, &[first, second], bar);
    let stacked = charts.width < BESIDE && charts.height >= ABOVE - 4;
    let parts = if stacked {
        let half = charts.height / 2;
        let upper = Rect { height: half, ..charts };
        [upper, Rect { y: charts.y + half, height: charts.height - half, ..charts }]
    } else {
        let half = charts.width.saturating_sub(3) / 2;
        let rule = Rect { x: charts.x + half + 1, width: 1, ..charts };
        for row in 0..rule.height {
            line_at(canvas, rule, row, &styled(theme.glyphs.rule[1], theme.faint));
        }
        let left = Rect { width: half, ..charts };
        [left, Rect { x: charts.x + half + 3, width: charts.width - half - 3, ..charts }]
    };
    for ((label, watch), part) in sides.labels.iter().zip(&sides.watches).zip(parts) {
        let (value, is_own) = label;
        let own = if *is_own { "  as it is" } else { "" };
        let line = Line::from(vec![
            Span::styled(format!(" {value} "), theme.chosen.patch(theme.accent)),
            Span::styled(own, theme.dim),
        ]);
        line_at(canvas, part, 0, &line);
        let chart = Rect { y: part.y + 1, height: part.height.saturating_sub(1), ..part };
        watch::draw_chart(canvas, watch, false, chart);
    }
    for (row, line) in said.iter().enumerate() {
        line_at(canvas, below, u16::try_from(row + 1).unwrap_or(u16::MAX), line);
    }
}

/// The table of doors and types, and the chart of the place chosen in it.
fn draw_climb(climb: &Climb, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let ladder = &climb.ladder;
    let n_doors = u16::try_from(ladder.doors.len()).unwrap_or(u16::MAX);
    let roomy = area.height >= 30;
    let table_rows = n_doors + if roomy { 4 } else { 2 };
    let [table, chart] =
        Layout::vertical([Constraint::Length(table_rows + 1), Constraint::Min(0)]).areas(area);
    let n_rungs = ladder.rungs.len().max(1);
    let cell = (usize::from(table.width) / (n_rungs + 2)).clamp(16, 26);
    let first = usize::from(table.width).saturating_sub(cell * n_rungs).min(40);
    let mut head = vec![Span::styled(
        pad(&format!(" {}", clean_line(&ladder.service)), first, canvas),
        theme.second,
    )];
    for (r, rung) in ladder.rungs.iter().enumerate() {
        let own = if rung.is_own { "*" } else { "" };
        let style = if r == climb.rung { theme.accent } else { theme.title };
        head.push(Span::styled(pad(&format!("  {}{own}", rung.kind), cell, canvas), style));
    }
    line_at(canvas, table, 0, &Line::from(head));
    for (d, door) in ladder.doors.iter().enumerate() {
        let row = 1 + u16::try_from(d).unwrap_or(u16::MAX) + u16::from(roomy);
        let style = if d == climb.door { theme.title } else { theme.dim };
        let mut spans =
            vec![Span::styled(pad(&format!(" {}", clean_line(&door.label)), first, canvas), style)];
        for (r, rung) in ladder.rungs.iter().enumerate() {
            let Some(knock) = rung.knocks.get(d) else { continue };
            let here = d == climb.door && r == climb.rung;
            spans.extend(knock_spans(knock, here, cell, canvas));
        }
        line_at(canvas, table, row, &Line::from(spans));
    }
    if let Some(rung) = ladder.rungs.get(climb.rung) {
        let lead = format!(" {} ", theme.glyphs.pointer);
        let own = "  (*) its own type";
        let fits = rung.adds.len() + own.len() + 4 <= usize::from(table.width);
        let own = if rung.is_own && fits { own } else { "" };
        let line = Line::from(vec![
            Span::styled(lead, theme.accent),
            Span::styled(rung.adds, theme.title),
            Span::styled(own, theme.dim),
        ]);
        line_at(canvas, table, table_rows - 1 + u16::from(roomy), &line);
    }
    match climb.watch.packet() {
        Some(packet) => {
            let left = clean_line(&packet.title(theme.glyphs.arrow)).into_owned();
            let bar = Rect { height: 1, ..chart };
            draw_bar(canvas, &left, &[&climb.watch], bar);
            let chart = Rect { y: chart.y + 1, height: chart.height.saturating_sub(1), ..chart };
            watch::draw_chart(canvas, &climb.watch, false, chart);
        }
        None => {
            let say = "A Service of this type has no such door: there is nothing to send to.";
            watch::nothing(canvas, inset(chart, 2, 1), say);
        }
    }
}

fn knock_spans(
    knock: &Knock,
    here: bool,
    columns: usize,
    canvas: &Canvas<'_, '_>,
) -> Vec<Span<'static>> {
    let theme = canvas.theme;
    let (glyph, style) = match knock.outcome {
        Some(Outcome::Ok) => (theme.glyphs.yes, theme.good),
        Some(_) => (theme.glyphs.no, theme.bad),
        None => (theme.glyphs.middot, theme.faint),
    };
    let new = if knock.is_new { " new" } else { "" };
    let say = if knock.say == "lost: no answer" { "lost" } else { &knock.say };
    let text = format!(" {glyph} {say}");
    let room = columns.saturating_sub(1);
    let text = cut(&text, room.saturating_sub(new.len()), theme.glyphs.ellipsis);
    let used = width(&text) + new.len();
    let back = if here { theme.chosen } else { Style::new() };
    let lead = if here { theme.glyphs.pointer } else { " " };
    vec![
        Span::styled(lead.to_owned(), theme.accent),
        Span::styled(text, style.patch(back)),
        Span::styled(new.to_owned(), theme.accent.patch(back)),
        Span::styled(" ".repeat(room.saturating_sub(used)), back),
    ]
}

/// `text` cut or filled to `columns`.
fn pad(text: &str, columns: usize, canvas: &Canvas<'_, '_>) -> String {
    super::text::fit(text, columns, canvas.theme.glyphs.ellipsis)
}

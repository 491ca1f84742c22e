//! An exercise: task, editor, what the server says, goals, and the chart of the learner's
//! own Service. On a small terminal the chart takes the editor's place when asked for.

use super::editor;
use super::parts::{inset, line_at, panel, points, styled};
use super::text::{Piece, cut, width, wrap};
use super::{Canvas, console as ui_console, field, said, watch};
use crate::app::bench::{Bench, FILE_NAME};
use crate::app::console::{ConsolePane, screen as console};
use crate::app::exercise::{self, ExerciseScreen};
use crate::app::watch::Packet;
use crate::app::{Hit, Model};
use crate::content::Exercise;
use crate::progress::ExerciseState;
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

pub(super) fn draw(
    model: &Model,
    screen: &ExerciseScreen,
    of: &Exercise,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let bench = match &screen.bench {
        Ok(bench) => bench,
        Err(say) => return watch::nothing(canvas, inset(area, 3, 1), say),
    };
    let state = exercise::state(model);
    let side = |canvas: &mut Canvas<'_, '_>, area: Rect| match bench.field() {
        Some(field) => field::draw(canvas, field, area),
        None => draw_side(bench, of, &state, canvas, area),
    };
    if let Some(pane) = console::shown(model) {
        return draw_with_console(bench, pane, of, &state, canvas, area);
    }
    if area.width >= 168 && area.height >= 30 {
        // Everything side by side: the text on the left, what it does on the right.
        let [left, right] =
            Layout::horizontal([Constraint::Length(area.width * 2 / 5), Constraint::Min(0)])
                .areas(area);
        let said_height =
            said::height(bench, canvas, left.width).clamp(9, (left.height / 3).max(9));
        let [text, said] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(said_height)]).areas(left);
        let [top, chart] =
            Layout::vertical([Constraint::Length(15), Constraint::Min(0)]).areas(right);
        draw_text(bench, canvas, text);
        said::draw(bench, canvas, said);
        side(canvas, top);
        draw_chart(bench, canvas, chart, true);
    } else if area.width >= 100 && area.height >= 34 {
        // The chart below, across.
        let chart_height = (area.height * 9 / 20).max(15);
        let [top, chart] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(chart_height)]).areas(area);
        let [left, right] =
            Layout::horizontal([Constraint::Percentage(50), Constraint::Min(0)]).areas(top);
        // What kubectl says has the rows that task and goals leave, or half of them.
        let free = match bench.field() {
            Some(_) => 0,
            None => right.height.saturating_sub(side_height(bench, of, &state, canvas, right)),
        };
        let most = free.max(right.height / 2).max(8);
        let said_height = said::height(bench, canvas, right.width).clamp(8, most);
        let [task, said] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(said_height)]).areas(right);
        draw_text(bench, canvas, left);
        side(canvas, task);
        said::draw(bench, canvas, said);
        draw_chart(bench, canvas, chart, true);
    } else if bench.chart_shown {
        draw_chart(bench, canvas, inset(area, 1, 0), false);
    } else {
        draw_small(bench, of, &state, canvas, area);
    }
}

/// The console beside task and goals, and where there is room the text; else with the goals
/// in one line above it.
fn draw_with_console(
    bench: &Bench,
    pane: &ConsolePane,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    if area.width >= 168 && area.height >= 30 {
        let [left, right] =
            Layout::horizontal([Constraint::Length(area.width * 2 / 5), Constraint::Min(0)])
                .areas(area);
        let side = side_height(bench, of, state, canvas, left).clamp(12, left.height / 2);
        let [task, text] =
            Layout::vertical([Constraint::Length(side), Constraint::Min(0)]).areas(left);
        draw_side(bench, of, state, canvas, task);
        draw_text(bench, canvas, text);
        ui_console::draw(canvas, pane, right);
    } else if area.width >= 100 && area.height >= 34 {
        let [top, low] =
            Layout::vertical([Constraint::Length(area.height * 2 / 5), Constraint::Min(0)])
                .areas(area);
        let [text, task] =
            Layout::horizontal([Constraint::Percentage(50), Constraint::Min(0)]).areas(top);
        draw_text(bench, canvas, text);
        draw_side(bench, of, state, canvas, task);
        ui_console::draw(canvas, pane, low);
    } else {
        let [goals, low] =
            Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        draw_goals_in_short(bench, of, state, canvas, inset(goals, 1, 0));
        ui_console::draw(canvas, pane, low);
    }
}

/// A mark for each goal, and the first that is not reached.
fn draw_goals_in_short(
    bench: &Bench,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let theme = canvas.theme;
    let now = bench.grade.as_ref().map_or(0, |grade| grade.points);
    let mut spans = vec![Span::styled(format!("Goals {now}/{} ", of.max_points()), theme.accent)];
    let mut open = None;
    for (idx, goal) in of.goals.iter().enumerate() {
        let met = bench.grade.as_ref().and_then(|g| g.goals.get(idx)).is_some_and(|g| g.met);
        let (glyph, style) =
            if met { (theme.glyphs.yes, theme.good) } else { (theme.glyphs.open, theme.faint) };
        spans.push(Span::styled(glyph, style));
        if !met && open.is_none() {
            open = Some(goal.say.clone());
        }
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let room = usize::from(area.width).saturating_sub(used + 2);
    let (say, style) = match open {
        Some(say) => (say, theme.text),
        None if state.passed => ("done".to_owned(), theme.good),
        None => ("all met: Ctrl-S hands it in".to_owned(), theme.good),
    };
    let say = cut(&clean_line(&say), room, theme.glyphs.ellipsis);
    spans.push(Span::styled(format!("  {say}"), style));
    line_at(canvas, area, 0, &Line::from(spans));
}

/// Where there is little room the text has all of the height. Beside it: the goals, which
/// stay where they are; what kubectl says at the bottom, as high as it must be; the task
/// between them.
fn draw_small(
    bench: &Bench,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let text_width = (area.width * 57 / 100).min(64);
    let [text, right] =
        Layout::horizontal([Constraint::Length(text_width), Constraint::Min(0)]).areas(area);
    draw_text(bench, canvas, text);
    let right = inset(right, 1, 0);
    let columns = usize::from(right.width);
    let said = said::lines(bench, canvas, columns);
    let said_title = said::title(bench, true);
    let rows = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let said_height = (rows(said.len()) + 1).min(right.height * 3 / 5);
    let [top, low] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(said_height)]).areas(right);
    head(canvas, low, &said_title);
    for (row, line) in said.iter().enumerate() {
        line_at(canvas, low, rows(row + 1), line);
    }
    if let Some(help) = bench.field() {
        return field::draw_plain(canvas, help, top);
    }
    let goals = goal_lines(bench, of, state, canvas, columns);
    draw_goals(bench, canvas, top, &goals);
    let task = Rect {
        y: top.y + rows(goals.len()),
        height: top.height.saturating_sub(rows(goals.len())),
        ..top
    };
    if task.height >= 2 {
        head(canvas, task, "Task");
        draw_task(of, canvas, Rect { y: task.y + 1, height: task.height - 1, ..task });
    }
}

/// A heading with a rule behind it.
pub(super) fn head(canvas: &mut Canvas<'_, '_>, area: Rect, title: &str) {
    let theme = canvas.theme;
    let rule = theme.glyphs.rule[0];
    let line = Line::from(vec![
        Span::styled(format!("{title} "), theme.accent),
        Span::styled(
            rule.repeat(usize::from(area.width).saturating_sub(width(title) + 1)),
            theme.faint,
        ),
    ]);
    line_at(canvas, area, 0, &line);
}

fn draw_text(bench: &Bench, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let inner = panel(canvas, area, FILE_NAME, bench.typing);
    // The panel's right padding is the scroll bar's.
    editor::draw(canvas, bench, inner);
    editor::draw_foot(canvas, bench, area);
}

/// The task as far as there is room, and the goals.
fn draw_side(
    bench: &Bench,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let area = inset(area, 1, 0);
    let columns = usize::from(area.width);
    let goals = goal_lines(bench, of, state, canvas, columns);
    let n_goals = u16::try_from(goals.len()).unwrap_or(u16::MAX);
    let room = area.height.saturating_sub(n_goals.saturating_add(1)).max(3);
    let shown = draw_task(of, canvas, Rect { height: room.min(area.height), ..area });
    let goals_area =
        Rect { y: area.y + shown + 1, height: area.height.saturating_sub(shown + 1), ..area };
    draw_goals(bench, canvas, goals_area, &goals);
}

/// The rows that the whole task and the goals take.
fn side_height(
    bench: &Bench,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) -> u16 {
    let columns = usize::from(inset(area, 1, 0).width);
    let n_task = canvas.view.markdown(&of.prompt, columns, canvas.theme).len();
    let n_goals = goal_lines(bench, of, state, canvas, columns).len();
    u16::try_from(n_task + 1 + n_goals).unwrap_or(u16::MAX)
}

/// Goals; a click on one shows its packet.
fn draw_goals(bench: &Bench, canvas: &mut Canvas<'_, '_>, area: Rect, goals: &[GoalLine]) {
    for (row, (line, goal_idx)) in goals.iter().enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        line_at(canvas, area, row, line);
        let packets = bench.watch.packets();
        let of_goal = |idx: &usize| packets.iter().position(|packet| packet.of == *idx);
        if let Some(packet_idx) = goal_idx.as_ref().and_then(of_goal)
            && row < area.height
        {
            let place = Rect { y: area.y + row, height: 1, ..area };
            canvas.hits.add(place, Hit::Probe(packet_idx));
        }
    }
}

/// The task as far as there is room; the rows it takes.
fn draw_task(of: &Exercise, canvas: &mut Canvas<'_, '_>, area: Rect) -> u16 {
    let task = canvas.view.markdown(&of.prompt, usize::from(area.width), canvas.theme);
    let n_task = u16::try_from(task.len()).unwrap_or(u16::MAX);
    let shown = n_task.min(area.height);
    // The last row tells how to see the rest.
    let n_lines = if shown < n_task { shown.saturating_sub(1) } else { shown };
    for (row, line) in task.iter().take(n_lines.into()).enumerate() {
        line_at(canvas, area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
    if shown < n_task {
        let theme = canvas.theme;
        let more = Line::from(vec![
            Span::styled("F4", theme.accent),
            Span::styled(" the whole task", theme.dim),
        ]);
        line_at(canvas, area, shown.saturating_sub(1), &more);
    }
    shown
}

/// A line, and the goal it belongs to, by index.
type GoalLine = (Line<'static>, Option<usize>);

fn goal_lines(
    bench: &Bench,
    of: &Exercise,
    state: &ExerciseState,
    canvas: &Canvas<'_, '_>,
    columns: usize,
) -> Vec<GoalLine> {
    let theme = canvas.theme;
    let max = of.max_points();
    let now = bench.grade.as_ref().map_or(0, |grade| grade.points);
    let all = bench.grade.as_ref().is_some_and(|grade| grade.passed);
    let rule = theme.glyphs.rule[0];
    let head = format!("Goals {now}/{max} ");
    let mut lines = vec![(
        Line::from(vec![
            Span::styled(head.clone(), if all { theme.good } else { theme.accent }),
            Span::styled(rule.repeat(columns.saturating_sub(head.len())), theme.faint),
        ]),
        None,
    )];
    let mut explained = false;
    for (idx, goal) in of.goals.iter().enumerate() {
        let result = bench.grade.as_ref().and_then(|grade| grade.goals.get(idx));
        let met = result.is_some_and(|result| result.met);
        let worth = match result {
            Some(result) if result.earned > 0 && !met => {
                format!(" ({} of {})", result.earned, goal.points)
            }
            _ => format!(" ({})", goal.points),
        };
        let (glyph, style) =
            if met { (theme.glyphs.yes, theme.good) } else { (theme.glyphs.open, theme.faint) };
        let lead = [(format!("{glyph} "), style)];
        let rest = [("  ".to_owned(), theme.text)];
        let text = if met { theme.dim } else { theme.text };
        let pieces: Vec<Piece> =
            vec![(clean_line(&goal.say).into_owned(), text), (worth, theme.dim)];
        let mut said = wrap(&pieces, columns, &lead, &rest);
        // What a packet shows is said below; of the others the first is explained here.
        let evidence = result.and_then(|result| result.evidence.as_ref());
        if let Some(evidence) = evidence.filter(|e| !met && !explained && e.packets.is_none()) {
            explained = true;
            let say = (clean_line(&evidence.say).into_owned(), theme.dim);
            said.extend(wrap(&[say], columns, &rest, &rest));
        }
        lines.extend(said.into_iter().map(|line| (line, Some(idx))));
    }
    if all && !state.passed {
        let line = Line::from(vec![
            Span::styled("All met: ", theme.good),
            Span::styled("Ctrl-S", theme.accent),
            Span::styled(" hands it in", theme.good),
        ]);
        lines.push((line, None));
    } else if state.passed {
        let (star, max) = (theme.glyphs.star, state.max);
        let line =
            styled(format!("{star} done, {} of {max} points", points(state.points)), theme.warn);
        lines.push((line, None));
    }
    lines
}

/// The chart of the learner's own Service.
fn draw_chart(bench: &Bench, canvas: &mut Canvas<'_, '_>, area: Rect, boxed: bool) {
    let area = if boxed {
        let title =
            if bench.stale { "your Service, as it was last accepted" } else { "your Service" };
        panel(canvas, area, title, !bench.typing)
    } else {
        area
    };
    if bench.watch.packet().is_none() {
        let say = match (bench.stale, &bench.grade) {
            (true, _) => "The chart comes as soon as the API server accepts the text.",
            _ => "No goal of this exercise sends a packet: there is nothing to watch.",
        };
        return watch::nothing(canvas, inset(area, 1, 1), say);
    }
    let theme = canvas.theme;
    let goals = bench.grade.as_ref().filter(|_| !bench.stale).map(|grade| &grade.goals);
    let mark = |packet: &Packet| match goals.and_then(|goals| goals.get(packet.of)) {
        Some(goal) if goal.met => (theme.glyphs.yes, theme.good),
        Some(_) => (theme.glyphs.no, theme.bad),
        None => (theme.glyphs.open, theme.faint),
    };
    watch::draw(canvas, &bench.watch, bench.stale, &mark, area);
}

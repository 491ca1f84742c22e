//! The editor: lines with numbers, colours, findings marked at their place, the selection,
//! matches, completions; the mode and what is typed at the foot in the panel's border.

use super::parts::scroll_bar;
use super::text::{cut, width};
use super::{Canvas, Theme};
use crate::app::bench::Bench;
use crate::app::editor::{Editor, Menu, cells};
use crate::app::{Hit, Pane};
use crate::manifest::colours::Colours;
use crate::manifest::tokens::Paint;
use crate::source::{Finding, Severity, clean_line};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;

/// Rows of the list of completions.
const MENU_ROWS: usize = 8;

/// What a line is drawn with.
struct Look<'b> {
    editor: &'b Editor,
    colours: &'b Colours,
    findings: &'b [Finding],
    typing: bool,
    cursor_line: usize,
    /// First column shown, and columns there are.
    left: usize,
    room: usize,
    gutter: u16,
}

/// Draws the text; the terminal's cursor stands in it while `typing`.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, bench: &Bench, area: Rect) {
    if area.width < 12 || area.height == 0 {
        return;
    }
    let editor = &bench.editor;
    let buffer = editor.buffer();
    let n_lines = editor.n_lines();
    let gutter = if editor.looks().number {
        u16::try_from(n_lines.to_string().len().max(2) + 3).unwrap_or(8)
    } else {
        2
    };
    let room = usize::from(area.width - gutter);
    let height = usize::from(area.height);
    let cursor_line = editor.line();
    let start = buffer.line_start(cursor_line);
    let cursor_column: usize =
        editor.text()[start..editor.cursor().max(start)].graphemes(true).map(cells).sum();
    let (top, left) = &mut canvas.view.editor;
    *top = (*top)
        .clamp((cursor_line + 1).saturating_sub(height), cursor_line)
        .min(n_lines.saturating_sub(1));
    if n_lines <= height {
        *top = 0;
    }
    *left = (*left).clamp((cursor_column + 1).saturating_sub(room), cursor_column);
    if cursor_column < room {
        *left = 0;
    }
    let (top, left) = (*top, *left);
    let look = Look {
        editor,
        colours: bench.colours(),
        findings: bench.findings(),
        typing: bench.typing,
        cursor_line,
        left,
        room,
        gutter,
    };
    for (y, line) in (area.y..area.bottom()).zip(top..n_lines) {
        draw_line(canvas, &look, line, Rect { y, height: 1, ..area });
    }
    canvas.hits.add(area, Hit::Pane(Pane::Editor));
    // On the panel's border, beyond its padding.
    scroll_bar(canvas, Rect { width: area.width + 1, ..area }, n_lines, top);
    if bench.typing && cursor_line >= top {
        let x = area.x + gutter + u16::try_from(cursor_column - left).unwrap_or(0);
        let y = area.y + u16::try_from(cursor_line - top).unwrap_or(0);
        if y < area.bottom() {
            canvas.frame.set_cursor_position((x.min(area.right()), y));
        }
        if let Some(menu) = editor.menu() {
            let typed = u16::try_from(menu.typed()).unwrap_or(0);
            draw_menu(canvas, menu, (x.saturating_sub(typed), y), area);
        }
    }
}

fn draw_line(canvas: &mut Canvas<'_, '_>, look: &Look<'_>, line: usize, area: Rect) {
    let theme = canvas.theme;
    let Look { editor, left, room, gutter, .. } = *look;
    let buffer = editor.buffer();
    let (start, end) = (buffer.line_start(line), buffer.line_end(line));
    let marks = marks_of(look.findings, start, end);
    let worst = marks.iter().map(|mark| mark.severity).min();
    draw_gutter(canvas, look, line, worst, area);
    let y = area.y;
    let x0 = area.x + gutter;
    let selection = editor.selection();
    let matches = editor.matches(line);
    let text = &editor.text()[start..end];
    let indent = text.len() - text.trim_start_matches(' ').len();
    let guides = theme.glyphs.rule[1] != "|" && indent < text.len();
    let mut tokens = look.colours.behind(start).peekable();
    let mut column = 0;
    let mut offset = start;
    for grapheme in text.graphemes(true) {
        if column >= left + room {
            break;
        }
        while tokens.peek().is_some_and(|token| token.span.end <= offset) {
            tokens.next();
        }
        let mut style = match tokens.peek() {
            Some(token) if token.span.start <= offset => painted(token.paint, theme),
            _ => theme.text,
        };
        let mut shown = clean_line(grapheme);
        if grapheme == "\t" {
            // A tab is a fault in YAML: it is seen.
            shown = format!("{}   ", theme.glyphs.arrow).into();
            style = theme.warn;
        } else if guides && grapheme == " " && column < indent && column % 2 == 0 && offset > start
        {
            shown = theme.glyphs.rule[1].into();
            style = theme.faint;
        }
        let w = width(&shown);
        for mark in marks.iter().filter(|mark| mark.start <= offset && offset < mark.end) {
            style = style.patch(underline(mark.severity, canvas));
        }
        if matches.iter().any(|range| range.contains(&offset)) {
            style = style.patch(theme.warn).add_modifier(Modifier::REVERSED);
        }
        if selection.is_some_and(|(a, b)| a <= offset && offset < b) {
            style = style.patch(theme.selection);
        }
        if column >= left && column + w <= left + room {
            let x = x0 + u16::try_from(column - left).unwrap_or(0);
            canvas.frame.buffer_mut().set_string(x, y, shown.as_ref(), style);
        }
        column += w;
        offset += grapheme.len();
    }
    // A place past the line's end, or an empty one, gets a cell of its own.
    if offset >= end && column >= left && column < left + room {
        let x = x0 + u16::try_from(column - left).unwrap_or(0);
        for mark in marks.iter().filter(|mark| mark.start >= end) {
            let style = underline(mark.severity, canvas);
            canvas.frame.buffer_mut().set_string(x, y, " ", style);
        }
        if selection.is_some_and(|(a, b)| a <= end && end < b) {
            canvas.frame.buffer_mut().set_string(x, y, " ", theme.selection);
        }
    }
    canvas
        .hits
        .add(Rect { x: x0, y, width: area.width - gutter, height: 1 }, Hit::EditorLine(line));
}

/// What stands before a line: the mark of the worst finding on it, and its number.
fn draw_gutter(
    canvas: &mut Canvas<'_, '_>,
    look: &Look<'_>,
    line: usize,
    worst: Option<Severity>,
    area: Rect,
) {
    let theme = canvas.theme;
    let here = look.typing && line == look.cursor_line;
    let (glyph, glyph_style) = match worst {
        Some(severity) => severity_mark(severity, theme),
        None => (" ", theme.faint),
    };
    let buf = canvas.frame.buffer_mut();
    if here {
        buf.set_style(area, theme.cursor_line);
    }
    buf.set_string(area.x, area.y, glyph, glyph_style);
    if look.editor.looks().number {
        let number_style = match (worst, here) {
            (Some(_), _) => glyph_style,
            (None, true) => theme.accent,
            (None, false) => theme.dim,
        };
        let number = format!("{:>1$} ", line + 1, usize::from(look.gutter) - 3);
        buf.set_string(area.x + 1, area.y, number, number_style);
    }
}

fn painted(paint: Paint, theme: &Theme) -> Style {
    match paint {
        Paint::Key => theme.key,
        Paint::Quoted => theme.string,
        Paint::Plain => theme.text,
        Paint::Number => theme.number,
        Paint::Mark => theme.mark,
        Paint::Anchor => theme.second,
        Paint::Comment => theme.comment,
    }
}

/// The completions, below the cursor or above it.
fn draw_menu(canvas: &mut Canvas<'_, '_>, menu: &Menu, (x, y): (u16, u16), area: Rect) {
    let theme = canvas.theme;
    let n_shown = menu.choices.len().min(MENU_ROWS);
    let rows = u16::try_from(n_shown).unwrap_or(1);
    let screen = canvas.frame.area();
    let widest = menu.choices.iter().map(|c| width(&c.label) + width(&c.help.kind) + 4).max();
    let columns = u16::try_from(widest.unwrap_or(10)).unwrap_or(40).clamp(16, 44).min(screen.width);
    let below = area.bottom().saturating_sub(y + 1);
    let top = if below >= rows || y < area.y + rows { y + 1 } else { y - rows };
    let place = Rect {
        x: x.min(screen.right().saturating_sub(columns)),
        y: top,
        width: columns,
        height: rows,
    }
    .intersection(screen);
    Clear.render(place, canvas.frame.buffer_mut());
    let first = (menu.chosen + 1).saturating_sub(n_shown);
    for (row, (idx, choice)) in
        (place.y..place.bottom()).zip(menu.choices.iter().enumerate().skip(first))
    {
        let chosen = idx == menu.chosen;
        let line = Rect { y: row, height: 1, ..place };
        let base = if chosen { theme.chosen } else { theme.cursor_line };
        let buf = canvas.frame.buffer_mut();
        buf.set_style(line, theme.text.patch(base));
        let pointer = if chosen { theme.glyphs.pointer } else { theme.glyphs.rule[1] };
        let lead = if chosen { theme.accent } else { theme.faint };
        buf.set_string(place.x, row, pointer, lead.patch(base));
        let room = usize::from(place.width).saturating_sub(2);
        let label = cut(&clean_line(&choice.label), room, theme.glyphs.ellipsis);
        buf.set_string(place.x + 2, row, &label, theme.key.patch(base));
        let kind = &choice.help.kind;
        if width(&label) + width(kind) + 1 < room {
            let at = place.right() - u16::try_from(width(kind)).unwrap_or(0) - 1;
            buf.set_string(at, row, kind, theme.dim.patch(base));
        }
    }
}

/// The mode, the line typed at the foot, what was said, pending keys and the cursor's place,
/// in the lower border of the panel at `area`.
pub(super) fn draw_foot(canvas: &mut Canvas<'_, '_>, bench: &Bench, area: Rect) {
    if area.width < 24 || area.height < 3 {
        return;
    }
    let theme = canvas.theme;
    let editor = &bench.editor;
    let y = area.bottom() - 1;
    let x = area.x + 1;
    let room = usize::from(area.width) - 2;
    let at = format!(" {}:{} ", editor.line() + 1, editor.buffer().column(editor.cursor()) + 1);
    let pending = editor.vim_pending();
    let right = if pending.is_empty() { at } else { format!(" {pending} {}", at.trim_start()) };
    let right_room = width(&right);
    let border = if bench.typing { theme.accent } else { theme.dim };
    let buf = canvas.frame.buffer_mut();
    let right_x = area.right() - 1 - u16::try_from(right_room).unwrap_or(0);
    buf.set_string(right_x, y, &right, border);
    let left_room = room.saturating_sub(right_room + 1);
    if let Some(prompt) = editor.prompt() {
        let lead = prompt.kind.lead();
        let text = clean_line(&prompt.text);
        // The end of what is typed is always seen.
        let mut shown = text.as_ref();
        while width(lead) + width(shown) + 3 > left_room && !shown.is_empty() {
            let first = shown.graphemes(true).next().map_or(1, str::len);
            shown = &shown[first..];
        }
        let line = format!(" {lead}{shown}");
        let cursor = x + u16::try_from(width(&line)).unwrap_or(0);
        buf.set_string(x, y, format!("{line}  "), theme.text);
        buf.set_string(x + 1, y, lead, theme.accent);
        if let Some(message) = editor.message().filter(|m| m.error) {
            let said = format!(" {} ", clean_line(&message.text));
            if usize::from(cursor - x) + width(&said) + 2 < left_room {
                buf.set_string(cursor + 2, y, said, theme.bad);
            }
        }
        if bench.typing {
            canvas.frame.set_cursor_position((cursor, y));
        }
        return;
    }
    let (said, style) = match editor.message() {
        Some(message) if message.error => (message.text.clone(), theme.bad),
        Some(message) => (message.text.clone(), theme.text),
        None => (editor.vim_status(), theme.title),
    };
    if !said.is_empty() && bench.typing {
        let said = cut(&clean_line(&said), left_room.saturating_sub(3), theme.glyphs.ellipsis);
        buf.set_string(x, y, format!(" {said} "), style);
    }
}

/// The part of a finding that lies in one line, in bytes; at least one byte long.
struct Mark {
    start: usize,
    end: usize,
    severity: Severity,
}

fn marks_of(findings: &[Finding], start: usize, end: usize) -> Vec<Mark> {
    findings
        .iter()
        .filter(|finding| finding.span.start <= end && finding.span.end >= start)
        // A finding that ends at the line's start belongs to the line before.
        .filter(|finding| finding.span.end > start || finding.span.start >= start)
        .map(|finding| Mark {
            start: finding.span.start.max(start),
            end: finding.span.end.min(end).max(finding.span.start.max(start) + 1),
            severity: finding.severity,
        })
        .collect()
}

fn underline(severity: Severity, canvas: &Canvas<'_, '_>) -> Style {
    let (_, style) = severity_mark(severity, canvas.theme);
    style.add_modifier(Modifier::UNDERLINED)
}

/// The glyph and style of a finding.
pub(super) fn severity_mark(severity: Severity, theme: &super::Theme) -> (&'static str, Style) {
    match severity {
        Severity::Error => (theme.glyphs.no, theme.bad),
        Severity::Warning => (theme.glyphs.warn, theme.warn),
        Severity::Advice => (theme.glyphs.bullet, theme.info),
    }
}

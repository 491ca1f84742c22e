//! The settings: each with its values, what the chosen one means, and a sample of how
//! things look with them.

use super::Canvas;
use super::lesson::column;
use super::parts::{frame, line_at, styled};
use super::text::{fit, wrap_plain};
use super::theme::{Depth, Tone};
use crate::app::settings::{Setting, SettingsScreen};
use crate::app::{Hit, Model};
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of a row; the longest is that of the speeds.
const ROW: usize = 60;

pub(super) fn draw(model: &Model, screen: SettingsScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let body = column(frame(model, canvas, area, "Settings", Line::default()));
    let theme = canvas.theme;
    // With room to spare the rows stand apart.
    let spacing: u16 = if body.height >= 30 { 2 } else { 1 };
    let mut row = 0;
    for (idx, setting) in Setting::ALL.into_iter().enumerate() {
        line_at(canvas, body, row, &values(model, setting, idx == screen.chosen, canvas));
        if row < body.height {
            canvas.hits.add(Rect { y: body.y + row, height: 1, ..body }, Hit::Row(idx));
        }
        row += spacing;
    }
    row += 1;
    let chosen = Setting::ALL.get(screen.chosen).copied().unwrap_or(Setting::Theme);
    let columns = usize::from(body.width);
    let mut lines = wrap_plain(&model.settings.help(chosen), columns, theme.text);
    if let Some(said) = in_force(model, chosen, canvas) {
        lines.extend(wrap_plain(&said, columns, theme.warn));
    }
    for line in &lines {
        line_at(canvas, body, row, line);
        row += 1;
    }
    // Two lines are kept for what is said, so that the sample does not jump.
    row += 4 - u16::try_from(lines.len()).unwrap_or(0).min(3);
    for line in sample(canvas) {
        line_at(canvas, body, row, &line);
        row += 1;
    }
    let kept = if model.settings_path.is_empty() {
        "Settings are not kept: there is no folder to keep them in.".to_owned()
    } else {
        format!("Kept in {}", clean_line(&model.settings_path))
    };
    let last = body.height.saturating_sub(1);
    if last > row {
        let kept = fit(&kept, columns, theme.glyphs.ellipsis);
        line_at(canvas, body, last, &styled(kept, theme.dim));
    }
}

/// A setting's name and values, the one that is set marked by brackets.
fn values(model: &Model, setting: Setting, chosen: bool, canvas: &Canvas<'_, '_>) -> Line<'static> {
    let theme = canvas.theme;
    let pointer = if chosen { theme.glyphs.pointer } else { " " };
    let title = if chosen { theme.title } else { theme.text };
    let mut spans = vec![
        Span::styled(format!("{pointer} "), theme.accent),
        Span::styled(fit(setting.title(), 14, ""), title),
    ];
    let set = model.settings.word(setting);
    for word in setting.words() {
        spans.push(if word == set {
            Span::styled(format!("[{word}]"), theme.accent)
        } else {
            Span::styled(format!(" {word} "), theme.dim)
        });
        spans.push(Span::raw(" "));
    }
    if !chosen {
        return Line::from(spans);
    }
    // The chosen row is as long whatever stands in it.
    let columns: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(ROW.saturating_sub(columns))));
    Line::from(spans).style(theme.chosen)
}

/// What holds now, where the setting alone doesn't say it.
fn in_force(model: &Model, setting: Setting, canvas: &Canvas<'_, '_>) -> Option<String> {
    let theme = canvas.theme;
    if let Some(over) = model.overrides.iter().find(|over| over.setting == setting) {
        return Some(format!("Now it is {}: so says {}.", over.word, over.by));
    }
    if model.settings.word(setting) != "auto" {
        return None;
    }
    let now = match setting {
        Setting::Theme => match theme.tone {
            Tone::Dark => "dark",
            Tone::Light => "light",
        },
        Setting::Colours => match theme.depth {
            Depth::None => "none",
            Depth::Sixteen => "16",
            Depth::Indexed => "256",
            Depth::True => "true",
        },
        Setting::Glyphs if theme.glyphs.arrow.is_ascii() => "ascii",
        Setting::Glyphs => "unicode",
        Setting::Motion | Setting::Speed | Setting::EditorMode => return None,
    };
    Some(format!("Now it is {now}."))
}

/// How things look: marks with their words, a packet on its way, a line of YAML.
fn sample(canvas: &Canvas<'_, '_>) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let glyphs = theme.glyphs;
    let mark = |glyph: &str, word: &str, style| Span::styled(format!("{glyph} {word}   "), style);
    let marks = Line::from(vec![
        mark(glyphs.yes, "delivered", theme.good),
        mark(glyphs.no, "refused", theme.bad),
        mark(glyphs.warn, "warning", theme.warn),
        mark(glyphs.half, "begun", theme.accent),
        mark(glyphs.open, "open", theme.dim),
    ]);
    let wire = |n: usize| glyphs.wire_h.repeat(n);
    let packet = Line::from(vec![
        Span::styled("client ", theme.text),
        Span::styled(wire(8), theme.request),
        Span::styled(glyphs.packet, theme.warn),
        Span::styled(format!("{}{}", wire(6), glyphs.heads[0]), theme.faint),
        Span::styled(" Service web ", theme.second),
        Span::styled(format!("{}{}", wire(6), glyphs.heads[0]), theme.faint),
        Span::styled(" web-a", theme.text),
    ]);
    let yaml = Line::from(vec![
        Span::styled("type", theme.key),
        Span::styled(": ", theme.mark),
        Span::styled("NodePort", theme.string),
        Span::styled("  port", theme.key),
        Span::styled(": ", theme.mark),
        Span::styled("80", theme.number),
        Span::styled("  # a comment", theme.comment),
    ]);
    vec![marks, packet, yaml]
}

//! Draws the model. Drawing decides nothing: [`draw`] takes the model, gives the cells
//! and a [`HitMap`] of what lies where. [`ViewState`] may be thrown away at any time.

pub mod chart;
pub mod environment;
pub mod markdown;
pub mod text;
pub mod theme;

mod compare;
mod console;
mod debrief;
mod editor;
mod exercise;
mod field;
mod flow;
mod guide;
mod hit;
mod home;
mod lesson;
mod look_up;
mod marks;
mod page;
mod parts;
mod present;
mod progress;
mod quiz;
mod said;
mod settings;
mod view;
mod watch;
mod yaml;

pub use hit::HitMap;
pub use theme::{Depth, Glyphs, Theme, Tone};
pub use view::ViewState;

use crate::app::{Model, Screen};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The least that the screens need.
pub const MIN_COLUMNS: u16 = 80;
/// The least that the screens need.
pub const MIN_ROWS: u16 = 24;

/// The least that a console alone needs, columns and rows.
const MIN_CONSOLE: (u16, u16) = (30, 6);

/// Where a screen is drawn: the frame, the theme, and what is filled in on the way.
struct Canvas<'a, 'f> {
    frame: &'a mut Frame<'f>,
    theme: &'a Theme,
    view: &'a mut ViewState,
    hits: HitMap,
}

/// Draws the whole screen and says what lies where.
pub fn draw(model: &Model, theme: &Theme, view: &mut ViewState, frame: &mut Frame<'_>) -> HitMap {
    let area = frame.area();
    let mut canvas = Canvas { frame, theme, view, hits: HitMap::default() };
    // Lines of a console are of use in a corner of the screen, too.
    let is_console = matches!(&model.screen, Screen::Console(screen) if screen.pane.edit.is_none())
        && model.page.is_none();
    let (columns, rows) = if is_console { MIN_CONSOLE } else { (MIN_COLUMNS, MIN_ROWS) };
    if area.width < columns || area.height < rows {
        too_small(&mut canvas, area);
        canvas.hits.is_hidden = true;
        return canvas.hits;
    }
    match &model.screen {
        Screen::Home => home::draw(model, &mut canvas, area),
        Screen::Lesson(screen) if screen.presents().is_some() => {
            if let Some((watch, stale)) = screen.presents() {
                present::draw(watch, stale, &mut canvas, area);
            }
        }
        Screen::Lesson(screen) => lesson::draw(model, screen, &mut canvas, area),
        Screen::Compare(screen) => compare::draw(model, screen, &mut canvas, area),
        Screen::Solution(screen) => debrief::draw(model, screen, &mut canvas, area),
        Screen::Progress => progress::draw(model, &mut canvas, area),
        Screen::Console(screen) => console::draw_screen(model, screen, &mut canvas, area),
        Screen::Settings(screen) => settings::draw(model, *screen, &mut canvas, area),
        Screen::LookUp(screen) => look_up::draw(model, screen, &mut canvas, area),
        Screen::Guide(screen) => guide::draw(model, screen, &mut canvas, area),
    }
    if let Some(page) = &model.page {
        page::draw(model, page, &mut canvas, area);
    }
    if let Some(dialog) = &model.dialog {
        page::draw_dialog(dialog, &mut canvas, area);
    }
    canvas.hits
}

fn too_small(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let text = format!(
        "Portolan needs {MIN_COLUMNS} columns and {MIN_ROWS} rows; this terminal has {} and {}. Make it larger to go on, or leave with q.",
        area.width, area.height
    );
    let lines = text::wrap_plain(&text, usize::from(area.width), canvas.theme.text);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}

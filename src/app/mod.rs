//! Model, messages, update: what the tutor is.
//!
//! [`Model`] is all there is to know, [`update`] the only thing that changes it.
//! It touches nothing outside: what must happen there it gives back as [`Effect`]s.
//! A screen owns its state in its own module.

pub mod attempts;
pub mod bench;
pub mod clock;
pub mod compare;
pub mod console;
pub mod debrief;
pub mod editor;
pub mod exercise;
mod file;
pub mod flow;
pub mod guide;
pub mod home;
pub mod key;
pub mod keys;
pub mod lesson;
pub mod look_up;
mod message;
mod model;
pub mod page;
pub mod player;
mod preview;
pub mod quiz;
pub mod settings;
pub mod watch;
pub mod words;
pub mod workshop;

pub use message::{Effect, Hit, Msg, Pane, Saved, Scroll};
pub use model::{Model, Saving, Screen};

use home::Home;
use key::{Code, Key};
use keys::Action;
use page::Page;

/// Changes the model by what happened.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Key(key) => on_key(model, key, &mut effects),
        Msg::Paste(text) => {
            if model.page.is_none() && model.dialog.is_none() {
                look_up::pasted(model, &text, &mut effects);
                lesson::pasted(model, &text, &mut effects);
            }
        }
        Msg::Click { hit, column, drag } => on_click(model, hit, column, drag, &mut effects),
        Msg::Wheel(pane, lines) => on_wheel(model, pane, lines, &mut effects),
        Msg::Tick(n_frames) => {
            lesson::tick(model, n_frames, &mut effects);
            compare::tick(model, n_frames);
            debrief::tick(model, n_frames);
        }
        Msg::Settle => lesson::settle(model),
        Msg::Second | Msg::Turn => console::screen::second(model, &mut effects),
        Msg::ConsoleSize(columns, rows) => console::screen::sized(model, columns, rows),
        Msg::Saved { path, bytes, saved } => console::screen::saved(model, path, bytes, saved),
        Msg::File { step, text } => file::take(model, &step, text, &mut effects),
        Msg::Save | Msg::Closing => lesson::save(model, &mut effects),
        Msg::Edited(edited) => workshop::edited(model, edited, &mut effects),
        Msg::SavedPack { pack, problems, says } => {
            preview::saved(model, pack, problems, says, &mut effects);
        }
        Msg::Preview(name) => preview::open(model, &name, &mut effects),
        Msg::Packs(packs) => {
            model.packs = packs;
            home::count(model);
            if matches!(model.screen, Screen::Home) {
                let note = model.home.note.take();
                model.home = Home { note, ..Home::at_next(&model.packs, &model.state) };
            }
        }
    }
    effects
}

fn on_key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.notice = None;
    if model.page.is_none() && model.dialog.is_none() && workshop::key(model, key, effects) {
        return;
    }
    if let Some((action, select)) = keys::action(model.contexts(), key) {
        act(model, action, select, effects);
    } else if preview::key(model, key, effects) {
    } else if let Key { code: Code::Char(c), ctrl: false, alt: false, .. } = key
        && model.page.is_none()
        && model.dialog.is_none()
    {
        look_up::typed(model, c, effects);
        lesson::typed(model, c, effects);
    }
}

fn act(model: &mut Model, action: Action, select: bool, effects: &mut Vec<Effect>) {
    match action {
        Action::Quit => {
            lesson::save(model, effects);
            effects.push(Effect::Quit);
        }
        Action::Suspend => {
            lesson::save(model, effects);
            effects.push(Effect::Suspend);
        }
        Action::Yes | Action::No => {
            if let Some(dialog) = model.dialog.take()
                && action == Action::Yes
            {
                lesson::confirmed(model, dialog.ask, effects);
            }
            model.over = None;
        }
        Action::Help => {
            // The same key closes it again.
            let open = matches!(model.page, Some(Page::Help(_)));
            model.page = (!open).then(|| Page::Help(model.contexts()));
            effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
        }
        _ if model.page.is_some() => page::act(model, action, effects),
        Action::LookUp => look_up::open(model),
        Action::Guide => guide::open(model),
        Action::ShowConsole => console::screen::toggle(model, effects),
        _ if console::screen::shown(model).is_some()
            && console::screen::act(model, action, select, effects) => {}
        _ => match &model.screen {
            Screen::Home => home::act(model, action, effects),
            Screen::Progress => match action {
                Action::Back => model.screen = Screen::Home,
                _ => effects.extend(scrolled(Pane::Progress, action)),
            },
            Screen::Settings(_) => settings::act(model, action, effects),
            Screen::LookUp(_) => look_up::act(model, action, effects),
            Screen::Guide(_) => guide::act(model, action, effects),
            Screen::Compare(_) => compare::act(model, action, effects),
            Screen::Solution(_) => debrief::act(model, action, effects),
            Screen::Lesson(_) => lesson::act(model, action, select, effects),
            Screen::Console(_) => {}
        },
    }
}

fn on_click(model: &mut Model, hit: Hit, column: u16, drag: bool, effects: &mut Vec<Effect>) {
    if let Hit::Do(action) = hit {
        if !drag {
            model.notice = None;
            act(model, action, false, effects);
        }
        return;
    }
    if model.page.is_some() || model.dialog.is_some() {
        return;
    }
    match (&model.screen, hit) {
        (Screen::Home, Hit::Lesson(idx)) if !drag => home::click(model, idx, effects),
        (Screen::Settings(_), Hit::Row(row)) if !drag => settings::click(model, row, effects),
        (Screen::LookUp(_), Hit::Row(row)) if !drag => look_up::click(model, row, effects),
        (Screen::Guide(_), Hit::Row(row)) if !drag => guide::click(model, row, effects),
        (Screen::Lesson(_), _) => lesson::click(model, hit, column, drag, effects),
        (Screen::Solution(_), Hit::Probe(idx)) if !drag => debrief::choose(model, idx),
        _ => {}
    }
}

fn on_wheel(model: &mut Model, pane: Option<Pane>, lines: i32, effects: &mut Vec<Effect>) {
    let pane = match pane {
        Some(pane) => pane,
        None if model.page.is_some() => Pane::Page,
        None => return,
    };
    let action = if lines < 0 { Action::Up } else { Action::Down };
    match pane {
        Pane::List => match model.screen {
            Screen::LookUp(_) => look_up::act(model, action, effects),
            _ => home::act(model, action, effects),
        },
        Pane::Console => console::screen::wheel(model, lines),
        Pane::Editor => {
            if let Some(bench) = exercise::bench(model) {
                bench.editor.wheel(lines.clamp(-3, 3));
            }
        }
        pane => effects.push(Effect::Scroll(pane, Scroll::Lines(lines))),
    }
}

/// The scrolling that an action asks of a pane.
fn scrolled(pane: Pane, action: Action) -> Option<Effect> {
    let scroll = match action {
        Action::Up => Scroll::Lines(-1),
        Action::Down => Scroll::Lines(1),
        Action::PageUp => Scroll::Pages(-1),
        Action::PageDown => Scroll::Pages(1),
        Action::First => Scroll::Top,
        Action::Last => Scroll::End,
        _ => return None,
    };
    Some(Effect::Scroll(pane, scroll))
}

//! What comes in: keys, mouse, sizes, signals, each from its own thread into one queue.

use super::background::{Ear, Heard};
use super::preview::{self, SavedPack};
use super::watched::{INTERVAL, Seen, Watched};
use crate::app::key::{Code, Key};
use crate::ui::Tone;
use crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    /// A key.
    Key(Key),
    /// A bracketed paste.
    Paste(String),
    /// The left button at a cell; dragged or pressed.
    Press { column: u16, row: u16, drag: bool },
    /// The wheel over a cell; down counts up.
    Wheel { column: u16, row: u16, lines: i32 },
    /// The terminal has another size, or has the focus again: draw.
    Redraw,
    /// The terminal told its background.
    Background(Tone),
    /// All that had come so far has been told. Nothing more is read before the answer: while
    /// another program has the terminal, its keys are not ours.
    Taken,
    /// A signal.
    Signal(i32),
    /// Something is new about the file that is watched.
    File(Seen),
    /// The pack that is previewed was saved.
    Saved(Box<SavedPack>),
    /// Nothing more will come: the terminal is gone.
    Gone,
}

impl From<SavedPack> for Input {
    fn from(saved: SavedPack) -> Self {
        Self::Saved(Box::new(saved))
    }
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Key(key) => Self::Key(key),
            Heard::Background(tone) => Self::Background(tone),
        }
    }
}

/// Starts listening; also to the saves of `file` where one is watched, and of the pack in
/// `folder` where one is previewed. Each [`Input::Taken`]
/// wants an answer through the sender.
///
/// # Errors
/// When the signals can't be caught.
pub(super) fn listen(
    file: Option<&Path>,
    folder: Option<&Path>,
) -> io::Result<(Receiver<Input>, Sender<()>)> {
    let (go_on, may_go_on) = channel();
    let (sender, receiver) = channel();
    if let Some(folder) = folder {
        preview::listen(folder, sender.clone())?;
    }
    if let Some(file) = file {
        let (to, mut watched) = (sender.clone(), Watched::new(file));
        thread::Builder::new().name("file".into()).spawn(move || {
            loop {
                if let Some(seen) = watched.look()
                    && to.send(Input::File(seen)).is_err()
                {
                    return;
                }
                thread::sleep(INTERVAL);
            }
        })?;
    }
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT])?;
    let to = sender.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if to.send(Input::Signal(signal)).is_err() {
                return;
            }
        }
    })?;
    thread::Builder::new().name("input".into()).spawn(move || read_events(&sender, &may_go_on))?;
    Ok((receiver, go_on))
}

fn read_events(to: &Sender<Input>, may_go_on: &Receiver<()>) {
    let mut ear = Ear::default();
    loop {
        let Ok(event) = event::read() else {
            let _ = to.send(Input::Gone);
            return;
        };
        let heard = match translate(event) {
            Some(Input::Key(key)) => ear.hear(key).into_iter().map(Input::from).collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        };
        for input in heard {
            if to.send(input).is_err() {
                return;
            }
        }
        // A burst is told as one.
        if matches!(event::poll(Duration::ZERO), Ok(true)) {
            continue;
        }
        if to.send(Input::Taken).is_err() || may_go_on.recv().is_err() {
            return;
        }
    }
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => translate_key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(mouse) => translate_mouse(mouse),
        Event::Resize(..) | Event::FocusGained => Some(Input::Redraw),
        Event::FocusLost => None,
    }
}

fn translate_mouse(mouse: MouseEvent) -> Option<Input> {
    let MouseEvent { kind, column, row, .. } = mouse;
    match kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Input::Press { column, row, drag: false }),
        MouseEventKind::Drag(MouseButton::Left) => Some(Input::Press { column, row, drag: true }),
        MouseEventKind::ScrollUp => Some(Input::Wheel { column, row, lines: -3 }),
        MouseEventKind::ScrollDown => Some(Input::Wheel { column, row, lines: 3 }),
        _ => None,
    }
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let mut shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(c) => {
            shift = false;
            // Ctrl-H is what many terminals send for Ctrl-Backspace.
            if ctrl && c == 'h' {
                Code::Backspace
            } else if ctrl {
                Code::Char(c.to_ascii_lowercase())
            } else {
                Code::Char(c)
            }
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = false;
            Code::BackTab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    Some(Key { code, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_as_the_table_knows_them() {
        let key = |code, modifiers| translate_key(KeyEvent::new(code, modifiers));
        assert_eq!(key(KeyCode::Char('A'), KeyModifiers::SHIFT), Some(Key::char('A')));
        assert_eq!(key(KeyCode::Char('s'), KeyModifiers::CONTROL), Some(Key::ctrl('s')));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Key::plain(Code::BackTab)));
        assert_eq!(key(KeyCode::Up, KeyModifiers::SHIFT), Some(Key::shift_key(Code::Up)));
        let release = KeyEvent {
            kind: KeyEventKind::Release,
            ..KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)
        };
        assert_eq!(translate_key(release), None);
    }
}

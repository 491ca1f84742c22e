//! What a playing chart costs: the tutor's own screens, drawn and written as in a terminal,
//! thirty a second. `cargo bench --bench frames`.
//!
//! Budgets at 120×40: 5 % of a core, 30 KB/s to the terminal.

use jiff::Timestamp;
use portolan::app::key::{Code, Key};
use portolan::app::{Model, Msg, Saving, update};
use portolan::content;
use portolan::progress::{Entry, Event, State};
use portolan::runtime::frames::Frames;
use portolan::ui::{self, Depth, Theme, Tone, ViewState};
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

const STEPS: &[&str] = &["nodeport/any-node", "loadbalancer/three-doors", "headless/names"];
/// Rounds of each step; the quickest counts, as the others were disturbed.
const N_ROUNDS: usize = 5;

/// Counts what is written.
#[derive(Clone, Default)]
struct Counter {
    n_bytes: Rc<Cell<usize>>,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.n_bytes.set(self.n_bytes.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn press(model: &mut Model, code: Code) {
    for msg in [Msg::Key(Key::plain(code)), Msg::Settle] {
        let _ = update(model, msg);
    }
}

fn opened(step: &str) -> Model {
    let step = format!("{}/{step}", content::builtin().id);
    let at = Entry::new(Timestamp::UNIX_EPOCH, Event::At { step: step.clone(), part: 0 });
    let packs = vec![Cow::Borrowed(content::builtin())];
    let mut model = Model::new(packs, State::of(&[at]), Saving::On, None);
    press(&mut model, Code::Enter);
    let (_, _, shown) = model.step().expect("a step is open");
    assert!(step.ends_with(&shown.id), "{step} is no step: {}", shown.id);
    model
}

struct Played {
    n_frames: u32,
    took: Duration,
    slowest: Duration,
    n_bytes: usize,
    /// Bytes written by as many frames again while it is paused.
    n_paused: usize,
}

fn play(step: &str, size: Size, depth: Depth) -> Played {
    let mut model = opened(step);
    let theme = Theme::new(depth, Tone::Dark, false);
    let counter = Counter::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    let backend = Frames::new(counter.clone(), Some(size));
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    let mut view = ViewState::default();
    let mut frame = |model: &Model, view: &mut ViewState| {
        terminal.draw(|frame| drop(ui::draw(model, &theme, view, frame))).unwrap();
    };
    frame(&model, &mut view);
    press(&mut model, Code::Char('r'));
    frame(&model, &mut view);
    let before = counter.n_bytes.get();
    let (mut n_frames, mut slowest) = (0, Duration::ZERO);
    let start = Instant::now();
    let mut last = start;
    while model.wants_ticks() {
        for msg in [Msg::Tick(1), Msg::Settle] {
            let _ = update(&mut model, msg);
        }
        frame(&model, &mut view);
        let now = Instant::now();
        slowest = slowest.max(now - last);
        last = now;
        n_frames += 1;
    }
    let took = start.elapsed();
    let n_bytes = counter.n_bytes.get() - before;
    let before = counter.n_bytes.get();
    for _ in 0..n_frames {
        frame(&model, &mut view);
    }
    let n_paused = counter.n_bytes.get() - before;
    Played { n_frames, took, slowest, n_bytes, n_paused }
}

fn main() {
    for step in STEPS {
        for (width, height) in [(80, 24), (120, 40), (200, 60)] {
            for depth in [Depth::Indexed, Depth::True] {
                let size = Size { width, height };
                let rounds = (0..N_ROUNDS).map(|_| play(step, size, depth));
                let Some(best) = rounds.min_by_key(|played| played.took) else { continue };
                let seconds = f64::from(best.n_frames) / 30.0;
                println!(
                    "{step:<20} {width:>3}x{height} {depth:?}: {:>4.1} s at 30 frames/s, {:.2} % of a core, \
                     slowest frame {:.2} ms, {:.1} KB/s; ended: {} bytes",
                    seconds,
                    100.0 * best.took.as_secs_f64() / seconds,
                    best.slowest.as_secs_f64() * 1000.0,
                    best.n_bytes as f64 / 1000.0 / seconds,
                    best.n_paused
                );
            }
        }
    }
}

//! `portolan record`, replayed in a terminal: at each frame it shows what the tutor draws.

use jiff::Timestamp;
use portolan::app::key::{Code, Key};
use portolan::app::{Model, Msg, Saving, update};
use portolan::cli::{self, Exit, Streams};
use portolan::content;
use portolan::progress::{Entry, Event, State};
use portolan::ui::{self, Depth, Theme, Tone, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use serde_json::Value;
use std::borrow::Cow;
use std::num::NonZeroU16;

const LESSON: &str = "nodeport";
const STEP: &str = "any-node";

/// Runs the command: exit code, stdout, stderr.
fn run(args: &[&str]) -> (Exit, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let args = ["portolan", "record"].iter().chain(args);
    let exit = cli::run(args, &mut streams);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A recording's head and its events: frames of a thirtieth of a second, and text.
fn read(cast: &str) -> (Value, Vec<(u64, String)>) {
    let mut lines = cast.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    let events: Vec<(u64, String)> = lines
        .map(|event| {
            assert_eq!(event[1], "o");
            let frames = event[0].as_f64().unwrap() * 30.0;
            assert!((frames - frames.round()).abs() < 0.001, "{event}");
            (frames.round() as u64, event[2].as_str().unwrap().to_owned())
        })
        .collect();
    assert!(events.is_sorted_by_key(|(frame, _)| *frame));
    (head, events)
}

/// The tutor at the step, its first packet loaded.
fn at_step() -> Model {
    // As one who was here last, and has done nothing yet.
    let place = format!("{}/{LESSON}/{STEP}", content::builtin().id);
    let at = Entry::new(Timestamp::UNIX_EPOCH, Event::At { step: place, part: 0 });
    let packs = vec![Cow::Borrowed(content::builtin())];
    let mut model = Model::new(packs, State::of(&[at]), Saving::On, None);
    press(&mut model, Code::Enter);
    assert_eq!(model.step().unwrap().2.id, STEP);
    model
}

fn press(model: &mut Model, code: Code) {
    tell(model, Msg::Key(Key::plain(code)));
}

fn tell(model: &mut Model, msg: Msg) {
    for msg in [msg, Msg::Settle] {
        let _ = update(model, msg);
    }
}

/// What a terminal makes of a cell that was drawn.
fn wanted(cell: &Cell) -> (String, vt100::Color, vt100::Color, [bool; 4]) {
    let colour = |colour| match colour {
        Color::Reset => vt100::Color::Default,
        Color::Indexed(i) => vt100::Color::Idx(i),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        other => panic!("{other:?} is none of 256 colours"),
    };
    let has = |modifier| cell.modifier.contains(modifier);
    // The replaying terminal can't show both at once, and shows one of them.
    let bold = has(Modifier::BOLD) && !has(Modifier::DIM);
    (
        cell.symbol().to_owned(),
        colour(cell.fg),
        colour(cell.bg),
        [bold, has(Modifier::ITALIC), has(Modifier::UNDERLINED), has(Modifier::REVERSED)],
    )
}

fn shown(cell: &vt100::Cell, drawn: &Cell) -> (String, vt100::Color, vt100::Color, [bool; 4]) {
    let text = if cell.contents().is_empty() { " " } else { cell.contents() };
    let both = drawn.modifier.contains(Modifier::BOLD | Modifier::DIM);
    let flags = [cell.bold() && !both, cell.italic(), cell.underline(), cell.inverse()];
    (text.to_owned(), cell.fgcolor(), cell.bgcolor(), flags)
}

#[test]
fn every_frame_replayed_is_the_screen_that_the_tutor_draws() {
    for (columns, rows, flags, theme) in [
        (80, 24, &["--theme", "light"][..], Theme::new(Depth::Indexed, Tone::Light, false)),
        (120, 40, &["--colours", "true"], Theme::new(Depth::True, Tone::Dark, false)),
        (
            100,
            30,
            &["--colours", "none", "--glyphs", "ascii"],
            Theme::new(Depth::None, Tone::Dark, true),
        ),
    ] {
        let (width, height) = (columns.to_string(), rows.to_string());
        let args = [LESSON, "--step", STEP, "--probe", "1", "-o", "-", "--width", &width];
        let args = [&args[..], &["--height", &height], flags].concat();
        let (exit, cast, err) = run(&args);
        assert_eq!((exit, err.as_str()), (Exit::Yes, ""));
        let (head, events) = read(&cast);
        assert_eq!(head["version"], 2);
        assert_eq!(
            (head["width"].as_u64(), head["height"].as_u64()),
            (Some(columns.into()), Some(rows.into()))
        );

        let mut model = at_step();
        press(&mut model, Code::Char('r'));
        let mut view = ViewState::default();
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let cells = |n| NonZeroU16::new(n).unwrap();
        let mut player = vt100::Parser::new(cells(rows), cells(columns), 0);
        let mut events = events.into_iter().peekable();
        let mut frame = 0;
        let mut n_events = 0;
        loop {
            while let Some((_, text)) = events.next_if(|(at, _)| *at == frame) {
                player.process(text.as_bytes());
                n_events += 1;
            }
            terminal.draw(|frame| drop(ui::draw(&model, &theme, &mut view, frame))).unwrap();
            let buffer = terminal.backend().buffer();
            for y in 0..rows {
                for x in 0..columns {
                    let cell = player.screen().cell(y, x).unwrap();
                    assert_eq!(
                        shown(cell, &buffer[(x, y)]),
                        wanted(&buffer[(x, y)]),
                        "frame {frame}, column {x}, row {y}"
                    );
                }
            }
            // The start is shown for a second before anything moves.
            frame += 1;
            if frame > 30 && model.wants_ticks() {
                tell(&mut model, Msg::Tick(1));
            } else if frame > 30 {
                break;
            }
        }
        // The end is shown for two seconds: the last event says nothing and comes then.
        let rest: Vec<(u64, String)> = events.collect();
        assert_eq!(rest, [(frame - 1 + 60, String::new())]);
        assert!(n_events > 50, "{n_events} frames");
        assert!(player.screen().hide_cursor());
        let text = player.screen().contents();
        assert!(text.contains("ended"), "{text}");
    }
}

#[test]
fn all_packets_are_played_one_after_another_and_faster_where_it_is_asked_for() {
    let length = |args: &[&str]| {
        let args = [&[LESSON, "--step", STEP, "-o", "-"], args].concat();
        let (exit, cast, _) = run(&args);
        assert_eq!(exit, Exit::Yes);
        read(&cast).1.last().unwrap().0
    };
    let flow = at_step();
    let content::StepKind::Flow(flow) = &flow.step().unwrap().2.kind else { panic!() };
    let n_probes = flow.probes.len();
    assert!(n_probes > 1);
    let alone: u64 = (1..=n_probes).map(|n| length(&["--probe", &n.to_string()])).sum();
    assert_eq!(length(&[]), alone);
    assert!(length(&["--speed", "2"]) < alone);
}

#[test]
fn a_recording_is_the_same_each_time_and_is_not_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.cast");
    let file = path.to_str().unwrap();
    let args = [LESSON, "--step", STEP, "--probe", "1", "-o", file];
    let (exit, out, err) = run(&args);
    assert_eq!((exit, out.as_str()), (Exit::Yes, ""));
    assert!(err.starts_with(file) && err.contains("seconds"), "{err}");
    let first = std::fs::read(&path).unwrap();
    let (exit, _, err) = run(&args);
    assert_eq!(exit, Exit::Unknown);
    assert_eq!(err, format!("error: {file}: it exists already; --force overwrites it\n"));
    std::fs::write(&path, "mine").unwrap();
    let (exit, ..) = run(&[&args[..], &["--force"]].concat());
    assert_eq!(exit, Exit::Yes);
    assert!(std::fs::read(&path).unwrap() == first);
}

#[test]
fn what_can_not_be_recorded_is_told_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.cast");
    let file = path.to_str().unwrap();
    let mut told = Vec::new();
    for args in [
        &[LESSON, "--step", "idea"][..],
        &[LESSON, "--step", "1"],
        &[LESSON, "--step", "0"],
        &[LESSON, "--step", "\u{1b}[2J"],
        &["no-such-lesson", "--step", STEP],
        &[LESSON, "--step", STEP, "--probe", "99"],
        &[LESSON, "--step", STEP, "--speed", "3"],
    ] {
        let (exit, out, err) = run(&[args, &["-o", file]].concat());
        assert_eq!((exit, out.as_str()), (Exit::Unknown, ""), "{args:?}");
        assert!(!path.exists(), "{args:?}");
        let err = err.split("; ").next().unwrap().trim_end().to_owned();
        told.push(err);
    }
    assert_eq!(
        told,
        [
            "error: the step idea has no chart to play",
            "error: the step idea has no chart to play",
            "error: the lesson nodeport has no step `0`",
            "error: the lesson nodeport has no step `\u{fffd}[2J`",
            "error: there is no lesson `no-such-lesson`",
            "error: step any-node of nodeport: this step has the probes 1 to 7",
            "error: --speed 3: it is one of 0.25, 0.5, 0.75, 1, 1.5, 2, 4",
        ]
    );
}

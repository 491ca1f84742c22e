//! A step with packets to watch.

use super::home::At;
use super::keys::Action;
use super::lesson::StepScreen;
use super::watch::{Packet, Watch};
use super::{Effect, Model, Pane, Screen, Scroll, scrolled};
use crate::content::{Flow, StepKind};
use crate::grade;
use crate::progress::{Event, step_key};

/// A flow on the screen.
#[derive(Debug, Clone)]
pub struct FlowScreen {
    /// The packets, each with the index of its probe.
    pub watch: Watch,
    /// What can't be shown, and why: a mistake in the pack.
    pub problem: Option<String>,
}

pub(super) fn open(model: &Model, at: At, flow: &Flow) -> StepScreen {
    let pack = model.pack(at.pack_idx);
    let lesson = pack.and_then(|pack| pack.lessons.get(at.lesson_idx));
    let (mut packets, mut problem, mut on) = (Vec::new(), None, None);
    let step = lesson.and_then(|lesson| lesson.steps.get(at.step_idx));
    if let Some((pack, step)) = pack.zip(step) {
        match grade::setup(pack, &step.world, &flow.manifest) {
            Ok(cluster) => {
                for (of, probe) in flow.probes.iter().enumerate() {
                    match grade::send(&cluster, probe) {
                        Ok(traces) => packets
                            .extend(traces.into_iter().map(|t| Packet::new(of, t, 0, &cluster))),
                        Err(error) => problem = Some(error),
                    }
                }
                on = Some(cluster);
            }
            Err(error) => problem = Some(format!("{error}.")),
        }
    }
    let mut watch = Watch::new(packets);
    if let Some(cluster) = on {
        watch = watch.on(cluster);
    }
    // What was not watched yet comes first.
    let seen = pack.zip(lesson).and_then(|(pack, lesson)| {
        let step = lesson.steps.get(at.step_idx)?;
        Some(&model.state.step(&step_key(pack, lesson, step))?.watched)
    });
    let is_new = |packet: &Packet| seen.is_none_or(|seen| !seen.contains(&packet.of));
    watch.open_at(watch.packets().iter().position(is_new).unwrap_or(0));
    StepScreen::Flow(Box::new(FlowScreen { watch, problem }))
}

fn screen(model: &mut Model) -> Option<&mut FlowScreen> {
    let Screen::Lesson(lesson) = &mut model.screen else { return None };
    let StepScreen::Flow(flow) = &mut lesson.step else { return None };
    Some(flow)
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Some(screen) = screen(model) else { return };
    if screen.watch.act(action) {
        match action {
            // Another packet: what there is to see is its movement.
            Action::NextProbe | Action::PreviousProbe => screen.watch.act(Action::Replay),
            _ => false,
        };
        if matches!(action, Action::AsText | Action::NextProbe | Action::PreviousProbe) {
            effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
        }
        note_watched(model, effects);
    } else {
        effects.extend(scrolled(Pane::Body, action));
    }
}

pub(super) fn choose(model: &mut Model, idx: usize, effects: &mut Vec<Effect>) {
    if let Some(screen) = screen(model) {
        screen.watch.choose(idx);
        screen.watch.act(Action::Replay);
        effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    }
}

pub(super) fn tick(model: &mut Model, n_frames: u32, effects: &mut Vec<Effect>) {
    if let Some(screen) = screen(model) {
        screen.watch.tick(n_frames);
        note_watched(model, effects);
    }
}

/// Records that a probe was watched to its end, once.
fn note_watched(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(screen) = screen(model) else { return };
    if !screen.watch.is_seen() {
        return;
    }
    let Some(probe) = screen.watch.packet().map(|packet| packet.of) else { return };
    let Some((pack, lesson, step)) = model.step() else { return };
    let StepKind::Flow(flow) = &step.kind else { return };
    let (key, of) = (step_key(pack, lesson, step), flow.probes.len());
    if !model.state.step(&key).is_some_and(|state| state.watched.contains(&probe)) {
        model.record(Event::Watched { step: key, probe, of }, effects);
    }
}

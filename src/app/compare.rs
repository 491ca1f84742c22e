//! The same packets where one thing is otherwise, side by side; and the ladder of types.

use super::home::At;
use super::keys::Action;
use super::settings::Settings;
use super::watch::{Packet, Watch};
use super::{Effect, Model, Pane, Screen, Scroll, flow, scrolled};
use crate::chart::{self, Comparison, Ladder, difference, like};
use crate::cluster::Cluster;
use crate::content::StepKind;
use crate::trace::{Target, Trace, trace};

/// Two worlds with the same packet.
#[derive(Debug, Clone)]
pub struct Sides {
    /// What differs.
    pub title: String,
    /// Its value on each side, and whether it is the learner's own.
    pub labels: [(String, bool); 2],
    /// The packet on each side, played together.
    pub watches: [Watch; 2],
    /// What differs for the packet, a sentence each.
    pub difference: Vec<String>,
}

/// The ladder, and the packet of the place chosen on it.
#[derive(Debug, Clone)]
pub struct Climb {
    /// The ladder.
    pub ladder: Ladder,
    /// The door chosen, by index.
    pub door: usize,
    /// The rung chosen, by index.
    pub rung: usize,
    /// Its packet.
    pub watch: Watch,
}

/// What is shown.
#[derive(Debug, Clone)]
pub enum Shown {
    /// Two sides.
    Sides(Box<Sides>),
    /// The ladder.
    Climb(Box<Climb>),
}

/// The screen.
#[derive(Debug, Clone)]
pub struct CompareScreen {
    back: Box<Screen>,
    cluster: Cluster,
    packets: Vec<Packet>,
    packet_idx: usize,
    /// Which comparison, by index.
    pub chosen: usize,
    /// How many there are for this packet.
    pub n_choices: usize,
    /// What is shown; none where the packet can't be sent at all.
    pub shown: Option<Shown>,
    settings: Settings,
}

impl CompareScreen {
    fn new(
        back: Screen,
        (cluster, packets, packet_idx): (Cluster, Vec<Packet>, usize),
        settings: Settings,
        ladder_first: bool,
    ) -> Self {
        let mut screen = Self {
            back: Box::new(back),
            cluster,
            packets,
            packet_idx,
            chosen: 0,
            n_choices: 0,
            shown: None,
            settings,
        };
        screen.show();
        if ladder_first && screen.n_choices > 0 {
            screen.chosen = screen.n_choices - 1;
            screen.show();
        }
        screen
    }

    /// The packet compared.
    #[must_use]
    pub fn packet(&self) -> Option<&Packet> {
        self.packets.get(self.packet_idx)
    }

    /// Which packet it is, by index, and of how many.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.packet_idx, self.packets.len())
    }

    /// Something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        match &self.shown {
            Some(Shown::Sides(sides)) => sides.watches.iter().any(Watch::wants_ticks),
            Some(Shown::Climb(climb)) => climb.watch.wants_ticks(),
            None => false,
        }
    }

    fn show(&mut self) {
        self.shown = None;
        let Some(packet) = self.packets.get(self.packet_idx) else { return };
        let comparisons = chart::comparisons(&self.cluster, &packet.trace);
        let ladder = chart::ladder(&self.cluster, &packet.trace);
        self.n_choices = comparisons.len() + usize::from(ladder.is_some());
        self.chosen = self.chosen.min(self.n_choices.saturating_sub(1));
        self.shown = match (comparisons.into_iter().nth(self.chosen), ladder) {
            (Some(comparison), _) => {
                sides(comparison, packet, &self.settings).map(|s| Shown::Sides(Box::new(s)))
            }
            (None, Some(ladder)) => Some(Shown::Climb(Box::new(climb(ladder, &self.settings)))),
            (None, None) => None,
        };
    }

    fn act(&mut self, action: Action) -> bool {
        match (action, &mut self.shown) {
            (Action::Compare, _) => {
                self.chosen = (self.chosen + 1) % self.n_choices.max(1);
                self.show();
            }
            (Action::NextProbe, Some(Shown::Climb(climb))) => climb.go(1, 0, &self.settings),
            (Action::PreviousProbe, Some(Shown::Climb(climb))) => climb.go(-1, 0, &self.settings),
            (Action::HopForward, Some(Shown::Climb(climb))) => climb.go(0, 1, &self.settings),
            (Action::HopBack, Some(Shown::Climb(climb))) => climb.go(0, -1, &self.settings),
            (action, Some(Shown::Climb(climb))) => return climb.watch.act(action),
            (Action::NextProbe | Action::PreviousProbe, _) => {
                let n = self.packets.len().max(1);
                let step = if action == Action::NextProbe { 1 } else { n - 1 };
                self.packet_idx = (self.packet_idx + step) % n;
                self.show();
            }
            (action, Some(Shown::Sides(sides))) => return sides.act(action),
            (_, None) => return false,
        }
        true
    }

    fn leave(&mut self) -> bool {
        match &mut self.shown {
            Some(Shown::Sides(sides)) => {
                let [first, second] = &mut sides.watches;
                // Both are left together.
                first.leave() | second.leave()
            }
            Some(Shown::Climb(climb)) => climb.watch.leave(),
            None => false,
        }
    }
}

impl Sides {
    fn act(&mut self, action: Action) -> bool {
        if action == Action::Play {
            // Both start, stop and start again together, though one may end before the other.
            let ended = self.watches.iter().all(|watch| watch.clock().ended());
            let playing = self.watches.iter().any(Watch::wants_ticks);
            for watch in &mut self.watches {
                match (ended, playing) {
                    (true, _) => {
                        watch.act(Action::Replay);
                    }
                    (false, playing) => watch.set_playing(!playing),
                }
            }
            return true;
        }
        let [first, second] = &mut self.watches;
        let did = first.act(action);
        if action == Action::OtherWay {
            // The same choice on both sides, as far as there is one.
            if let Some(way) = first.way() {
                let other = second.packet().map_or(0, |packet| like(way, &packet.trace));
                second.show_way(other);
                second.act(Action::Replay);
            }
            return did;
        }
        second.act(action) || did
    }
}

impl Climb {
    fn go(&mut self, down: isize, right: isize, settings: &Settings) {
        let (n_doors, n_rungs) = (self.ladder.doors.len(), self.ladder.rungs.len());
        self.door = self.door.saturating_add_signed(down).min(n_doors.saturating_sub(1));
        self.rung = self.rung.saturating_add_signed(right).min(n_rungs.saturating_sub(1));
        self.load(settings);
    }

    fn load(&mut self, settings: &Settings) {
        let rung = self.ladder.rungs.get(self.rung);
        let sent = rung.and_then(|rung| Some((rung, rung.knocks.get(self.door)?.trace.clone()?)));
        let packets = sent.map(|(rung, trace)| vec![Packet::new(0, trace, 0, &rung.cluster)]);
        self.watch = Watch::new(packets.unwrap_or_default());
        self.watch.set(settings);
        self.watch.act(Action::Replay);
    }
}

/// Opens where something new is answered on the Service's own rung, or at the first door.
fn climb(ladder: Ladder, settings: &Settings) -> Climb {
    let rung = ladder.rungs.iter().position(|rung| rung.is_own).unwrap_or(0);
    let new = ladder.rungs.get(rung).and_then(|rung| rung.knocks.iter().position(|k| k.is_new));
    let mut climb = Climb { door: new.unwrap_or(0), rung, ladder, watch: Watch::default() };
    climb.load(settings);
    climb
}

fn sides(comparison: Comparison, packet: &Packet, settings: &Settings) -> Option<Sides> {
    let send = |cluster: &Cluster| -> Option<Trace> {
        let target: Target = packet.trace.target.parse().ok()?;
        trace(cluster, &packet.trace.client, &target).ok()
    };
    let [a, b] = &comparison.sides;
    let (first, second) = (send(&a.cluster)?, send(&b.cluster)?);
    let said = difference(&first, &second, [&a.label, &b.label]);
    let own = packet.trace.ways.get(packet.way_idx).or(packet.trace.ways.first())?;
    let way = first.ways.get(like(own, &first))?;
    let ways = [like(own, &first), like(way, &second)];
    let watch = |trace: Trace, way_idx: usize, cluster: &Cluster| {
        let mut watch = Watch::new(vec![Packet::new(packet.of, trace, way_idx, cluster)]);
        watch.set(settings);
        // What shows itself only by many is shown by many.
        watch.act(if comparison.many { Action::Many } else { Action::Replay });
        watch
    };
    let watches = [watch(first, ways[0], &a.cluster), watch(second, ways[1], &b.cluster)];
    let labels = [(a.label.clone(), a.is_own), (b.label.clone(), b.is_own)];
    Some(Sides { title: comparison.title, labels, watches, difference: said })
}

/// Opens the screen on the packets of a lesson's step.
pub(super) fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    super::lesson::save(model, effects);
    let settings = model.settings_in_force();
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let Some(watch) = lesson.step.watch() else { return };
    let Some(cluster) = watch.cluster().cloned() else { return };
    watch.pause();
    let what = (cluster, watch.packets().to_vec(), watch.chosen());
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    let back = std::mem::replace(&mut model.screen, Screen::Home);
    let screen = CompareScreen::new(back, what, settings, false);
    model.screen = Screen::Compare(Box::new(screen));
}

/// Opens the screen on the packets of the chosen lesson's first step that has any.
pub(super) fn open_from_home(model: &mut Model) {
    let (pack_idx, lesson_idx) = (model.home.pack_idx, model.home.lesson_idx);
    let steps = model.pack(pack_idx).and_then(|pack| pack.lessons.get(lesson_idx));
    let flows: Vec<(usize, crate::content::Flow)> = steps
        .map(|lesson| {
            lesson.steps.iter().enumerate().filter_map(|(idx, step)| match &step.kind {
                StepKind::Flow(flow) => Some((idx, flow.clone())),
                _ => None,
            })
        })
        .into_iter()
        .flatten()
        .collect();
    for (step_idx, flow) in flows {
        let at = At { pack_idx, lesson_idx, step_idx };
        let mut step = flow::open(model, at, &flow);
        let Some(watch) = step.watch() else { continue };
        let Some(cluster) = watch.cluster().cloned() else { continue };
        if watch.packets().is_empty() {
            continue;
        }
        let what = (cluster, watch.packets().to_vec(), 0);
        let settings = model.settings_in_force();
        let screen = CompareScreen::new(Screen::Home, what, settings, true);
        model.screen = Screen::Compare(Box::new(screen));
        return;
    }
    model.notice = Some("This lesson sends no packets: there is nothing to compare.".to_owned());
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Screen::Compare(screen) = &mut model.screen else { return };
    if action == Action::Back {
        if !screen.leave() {
            let back = std::mem::replace(&mut *screen.back, Screen::Home);
            model.screen = back;
        }
    } else if action == Action::Present {
        model.notice = Some("In large there is one chart at a time: Esc, then p.".to_owned());
    } else if !screen.act(action) {
        effects.extend(scrolled(Pane::Body, action));
    }
}

pub(super) fn tick(model: &mut Model, n_frames: u32) {
    let Screen::Compare(screen) = &mut model.screen else { return };
    match &mut screen.shown {
        Some(Shown::Sides(sides)) => {
            for watch in &mut sides.watches {
                watch.tick(n_frames);
            }
        }
        Some(Shown::Climb(climb)) => climb.watch.tick(n_frames),
        None => {}
    }
}

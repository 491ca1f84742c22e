//! Packets to watch: which is chosen, and the player that plays it. A flow step and an
//! exercise both have one.

use super::clock::Clock;
use super::keys::Action;
use super::player::Player;
use super::settings::{Motion, Settings};
use crate::chart::{BURST, Stage, burst_stops};
use crate::cluster::Cluster;
use crate::trace::{Trace, Way};
use std::rc::Rc;

/// A packet that can be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// Which probe or goal it belongs to, by index.
    pub of: usize,
    /// All ways it can go.
    pub trace: Rc<Trace>,
    /// What the chart shows of the cluster.
    pub stage: Rc<Stage>,
    /// The way that shows best what there is to see.
    pub way_idx: usize,
}

impl Packet {
    /// A packet traced on `cluster`.
    #[must_use]
    pub fn new(of: usize, trace: Trace, way_idx: usize, cluster: &Cluster) -> Self {
        let stage = Rc::new(Stage::from_cluster(cluster, &trace));
        Self { of, trace: Rc::new(trace), stage, way_idx }
    }

    /// `external → node1:30080`, with the glyph given.
    #[must_use]
    pub fn title(&self, arrow: &str) -> String {
        format!("{} {arrow} {}", self.trace.client, self.trace.target)
    }
}

/// Many connections at once, as they are played.
#[derive(Debug, Clone, PartialEq)]
pub struct Burst {
    /// From here on their ways are picked.
    pub seed: u64,
    clock: Clock,
}

impl Burst {
    /// Where it stands.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Packets and the player.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    packets: Vec<Packet>,
    /// Where they were traced.
    cluster: Option<Cluster>,
    chosen: usize,
    player: Player,
    /// Many connections in place of one.
    burst: Option<Burst>,
    /// The chart as text.
    pub as_text: bool,
    /// The chart alone, in large, for a class.
    pub present: bool,
    /// The learner chose the packet: it stays while the text changes.
    by_hand: bool,
}

impl Watch {
    /// Packets to watch; the first is loaded, paused.
    #[must_use]
    pub fn new(packets: Vec<Packet>) -> Self {
        let mut watch = Self { packets, ..Self::default() };
        watch.load(0);
        watch
    }

    /// Plays as the learner set it.
    pub fn set(&mut self, settings: &Settings) {
        self.player.set_reduced_motion(settings.motion == Motion::Reduced);
        self.player.set_speed(settings.speed.idx());
    }

    /// The same, traced on `cluster`.
    #[must_use]
    pub fn on(self, cluster: Cluster) -> Self {
        Self { cluster: Some(cluster), ..self }
    }

    /// The cluster that the packets were traced on.
    #[must_use]
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The way shown.
    #[must_use]
    pub fn way(&self) -> Option<&Way> {
        self.packet()?.trace.ways.get(self.player.way_idx())
    }

    /// Shows that way of the packet, from its start, paused.
    pub fn show_way(&mut self, way_idx: usize) {
        if let Some(packet) = self.packets.get(self.chosen) {
            self.player.load(&packet.trace, way_idx);
        }
    }

    /// Pauses.
    pub fn pause(&mut self) {
        self.set_playing(false);
    }

    /// Plays on from where it is, or pauses.
    pub fn set_playing(&mut self, playing: bool) {
        self.clock_mut().set_playing(playing);
    }

    /// The packets.
    #[must_use]
    pub fn packets(&self) -> &[Packet] {
        &self.packets
    }

    /// The packet chosen.
    #[must_use]
    pub fn packet(&self) -> Option<&Packet> {
        self.packets.get(self.chosen)
    }

    /// Its index.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The player.
    #[must_use]
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Many connections, where they are shown.
    #[must_use]
    pub fn burst(&self) -> Option<&Burst> {
        self.burst.as_ref()
    }

    /// What is played: the burst or the packet.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.burst.as_ref().map_or_else(|| self.player.clock(), |burst| &burst.clock)
    }

    fn clock_mut(&mut self) -> &mut Clock {
        match &mut self.burst {
            Some(burst) => &mut burst.clock,
            None => self.player.clock_mut(),
        }
    }

    /// Chooses a packet and shows it from its start.
    pub fn choose(&mut self, idx: usize) {
        if idx < self.packets.len() {
            self.by_hand = true;
            self.load(idx);
        }
    }

    /// Opens at a packet that the learner did not choose.
    pub fn open_at(&mut self, idx: usize) {
        if idx < self.packets.len() {
            self.load(idx);
        }
    }

    fn load(&mut self, idx: usize) {
        self.chosen = idx;
        self.burst = None;
        match self.packets.get(idx) {
            Some(packet) => self.player.load(&packet.trace, packet.way_idx),
            None => self.player.clear(),
        }
    }

    /// A dozen connections, or a dozen others, or back to the one.
    fn send_many(&mut self) {
        let Some(packet) = self.packets.get(self.chosen) else { return };
        let seed = self.burst.as_ref().map_or(0, |burst| burst.seed + BURST as u64);
        let stops = burst_stops(&packet.stage, &packet.trace, seed, BURST);
        let mut clock = Clock::default();
        clock.set_speed(self.clock().speed_idx());
        let end = stops.last().copied().unwrap_or(0);
        clock.set(stops, end);
        clock.replay();
        if self.player.reduced_motion() {
            clock.to_end();
        }
        self.burst = Some(Burst { seed, clock });
    }

    /// Leaves what stands in the chart's place; false where nothing does.
    pub fn leave(&mut self) -> bool {
        if self.burst.take().is_some() {
            return true;
        }
        std::mem::take(&mut self.present)
    }

    /// The packets have changed: the text did. `best` is the one to show unless the learner
    /// chose one. What is shown stays where it is as long as the packet goes the same way;
    /// else its end is shown, for that is what changed.
    pub fn update(&mut self, packets: Vec<Packet>, best: usize, cluster: &Cluster) {
        self.cluster = Some(cluster.clone());
        let same_way = |a: &Packet, b: &Packet| a.trace == b.trace;
        let chosen = if self.by_hand && self.chosen < packets.len() { self.chosen } else { best };
        let unchanged = chosen == self.chosen
            && self.packet().zip(packets.get(chosen)).is_some_and(|(a, b)| same_way(a, b));
        self.packets = packets;
        if unchanged {
            return;
        }
        self.load(chosen);
        self.player.clock_mut().to_end();
    }

    /// Does what an action asks of the chart. False where it is none of its actions.
    pub fn act(&mut self, action: Action) -> bool {
        let n_packets = self.packets.len().max(1);
        match action {
            Action::Play => self.clock_mut().toggle(),
            Action::Replay => self.clock_mut().replay(),
            Action::HopForward => self.clock_mut().step_forward(),
            Action::HopBack => self.clock_mut().step_back(),
            Action::Faster => self.clock_mut().faster(),
            Action::Slower => self.clock_mut().slower(),
            Action::NextProbe => self.choose((self.chosen + 1) % n_packets),
            Action::PreviousProbe => self.choose((self.chosen + n_packets - 1) % n_packets),
            Action::OtherWay => {
                self.burst = None;
                if let Some(packet) = self.packets.get(self.chosen) {
                    self.player.next_way(&packet.trace);
                    self.player.clock_mut().replay();
                }
            }
            Action::FollowReply => {
                self.burst = None;
                self.player.set_follow_reply(!self.player.follow_reply());
            }
            Action::Many => self.send_many(),
            Action::Present => {
                self.as_text = false;
                self.present = !self.present;
            }
            Action::AsText => {
                self.present = false;
                self.as_text = !self.as_text;
            }
            _ => return false,
        }
        true
    }

    /// Frames have passed.
    pub fn tick(&mut self, n_frames: u32) {
        self.clock_mut().tick(n_frames);
    }

    /// Something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        !self.as_text && self.clock().wants_ticks()
    }

    /// The packet chosen has been watched to its end, or read as text.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.packet().is_some() && (self.burst.is_none() && self.player.ended() || self.as_text)
    }
}

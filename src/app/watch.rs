//! Packets to watch: which is chosen, and the player that plays it. A flow step and an
//! exercise both have one.

use super::keys::Action;
use super::player::Player;
use super::settings::{Motion, Settings};
use crate::chart::Stage;
use crate::cluster::Cluster;
use crate::trace::Trace;
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

/// Packets and the player.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    packets: Vec<Packet>,
    chosen: usize,
    player: Player,
    /// The chart as text.
    pub as_text: bool,
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

    /// Chooses a packet and shows it from its start.
    pub fn choose(&mut self, idx: usize) {
        if idx < self.packets.len() {
            self.by_hand = true;
            self.load(idx);
        }
    }

    fn load(&mut self, idx: usize) {
        self.chosen = idx;
        let Some(packet) = self.packets.get(idx) else {
            self.player.clear();
            return;
        };
        self.player.load(idx, &packet.trace);
        self.show_best_way();
    }

    fn show_best_way(&mut self) {
        let Some(packet) = self.packets.get(self.chosen) else { return };
        for _ in 0..packet.trace.ways.len() {
            if self.player.way_idx() == packet.way_idx {
                break;
            }
            self.player.next_way(&packet.trace);
        }
        self.player.to_start();
    }

    /// The packets have changed: the text did. `best` is the one to show unless the learner
    /// chose one. What is shown stays where it is as long as the packet goes the same way;
    /// else its end is shown, for that is what changed.
    pub fn update(&mut self, packets: Vec<Packet>, best: usize) {
        let same_way = |a: &Packet, b: &Packet| a.trace == b.trace;
        let chosen = if self.by_hand && self.chosen < packets.len() { self.chosen } else { best };
        let unchanged = chosen == self.chosen
            && self.packet().zip(packets.get(chosen)).is_some_and(|(a, b)| same_way(a, b));
        self.packets = packets;
        if unchanged {
            return;
        }
        self.load(chosen);
        self.player.to_end();
    }

    /// Does what an action asks of the chart. False where it is none of its actions.
    pub fn act(&mut self, action: Action) -> bool {
        let n_packets = self.packets.len().max(1);
        match action {
            Action::Play => self.player.toggle(),
            Action::Replay => self.player.replay(),
            Action::HopForward => self.player.step_forward(),
            Action::HopBack => self.player.step_back(),
            Action::Faster => self.player.faster(),
            Action::Slower => self.player.slower(),
            Action::NextProbe => self.choose((self.chosen + 1) % n_packets),
            Action::PreviousProbe => self.choose((self.chosen + n_packets - 1) % n_packets),
            Action::OtherWay => {
                if let Some(packet) = self.packets.get(self.chosen) {
                    self.player.next_way(&packet.trace);
                    self.player.replay();
                }
            }
            Action::AsText => self.as_text = !self.as_text,
            _ => return false,
        }
        true
    }

    /// Frames have passed.
    pub fn tick(&mut self, n_frames: u32) {
        self.player.tick(n_frames);
    }

    /// The packet chosen has been watched to its end, or read as text.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.packet().is_some() && (self.player.ended() || self.as_text)
    }
}

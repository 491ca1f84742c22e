//! Playing a chart: which probe, which way, which tick. A function of its
//! inputs; it knows no clock.

use super::clock::Clock;
pub(super) use super::clock::{NORMAL, SPEEDS};
use crate::chart::Timeline;
use crate::trace::Trace;

/// Plays one way of one trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Player {
    timeline: Option<Timeline>,
    way_idx: usize,
    n_ways: usize,
    clock: Clock,
    follow_reply: bool,
    reduced_motion: bool,
}

impl Default for Player {
    fn default() -> Self {
        Self::new()
    }
}

impl Player {
    /// A player with nothing loaded, at normal speed, following the reply.
    #[must_use]
    pub fn new() -> Self {
        Self {
            timeline: None,
            way_idx: 0,
            n_ways: 0,
            clock: Clock::default(),
            follow_reply: true,
            reduced_motion: false,
        }
    }

    /// Loads a trace at the start of way `way_idx` (its last where it has fewer), paused.
    /// Speed and settings stay.
    pub fn load(&mut self, trace: &Trace, way_idx: usize) {
        self.n_ways = trace.ways.len();
        self.way_idx = way_idx.min(self.n_ways.saturating_sub(1));
        self.timeline = trace.ways.get(self.way_idx).map(Timeline::of);
        let stops = self.timeline.as_ref().map_or(Vec::new(), Timeline::stops);
        self.clock.set(stops, self.end());
    }

    /// Unloads: nothing to show.
    pub fn clear(&mut self) {
        self.timeline = None;
        self.n_ways = 0;
        self.way_idx = 0;
        self.clock.set(Vec::new(), 0);
    }

    /// Shows the next way (after the last the first) from its start, playing
    /// where it was playing or had ended.
    pub fn next_way(&mut self, trace: &Trace) {
        let play = self.playing() || self.ended();
        let next = if self.n_ways == 0 { 0 } else { (self.way_idx + 1) % self.n_ways };
        self.load(trace, next);
        self.clock.set_playing(play);
    }

    /// The position, to be played and stepped.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The position, to be changed.
    pub fn clock_mut(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// `n_frames` frames (a thirtieth of a second each) have passed.
    pub fn tick(&mut self, n_frames: u32) {
        self.clock.tick(n_frames);
    }

    /// A frame timer is wanted: something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.clock.wants_ticks()
    }

    /// The speed of that index among the speeds there are, slowest first.
    pub fn set_speed(&mut self, speed_idx: usize) {
        self.clock.set_speed(speed_idx);
    }

    /// Follows the reply too, or stops where the packet is delivered. A reply
    /// that is lost is followed always.
    pub fn set_follow_reply(&mut self, follow: bool) {
        self.follow_reply = follow;
        self.clock.set_end(self.end());
    }

    /// Shows steps instead of movement.
    pub fn set_reduced_motion(&mut self, reduced: bool) {
        self.reduced_motion = reduced;
    }

    /// Steps are shown instead of movement.
    #[must_use]
    pub fn reduced_motion(&self) -> bool {
        self.reduced_motion
    }

    /// The tick to show.
    #[must_use]
    pub fn shown_tick(&self) -> u32 {
        match &self.timeline {
            Some(timeline) if self.reduced_motion => timeline.without_motion(self.clock.now()),
            _ => self.clock.now(),
        }
    }

    /// Nothing is left to play.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.clock.ended()
    }

    /// It plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.clock.playing()
    }

    /// The reply is followed.
    #[must_use]
    pub fn follow_reply(&self) -> bool {
        self.follow_reply
    }

    /// Index of the way shown.
    #[must_use]
    pub fn way_idx(&self) -> usize {
        self.way_idx
    }

    /// The ways there are.
    #[must_use]
    pub fn n_ways(&self) -> usize {
        self.n_ways
    }

    /// Index of the hop shown.
    #[must_use]
    pub fn hop_idx(&self) -> usize {
        self.timeline.as_ref().map_or(0, |timeline| timeline.hop_at(self.shown_tick()))
    }

    /// The hops there are.
    #[must_use]
    pub fn n_hops(&self) -> usize {
        self.timeline.as_ref().map_or(0, |timeline| timeline.beats().len())
    }

    fn end(&self) -> u32 {
        self.timeline.as_ref().map_or(0, |t| t.n_ticks_following(self.follow_reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{
        Action, Client, Direction, Hop, Outcome, Place, Protocol, Reason, ReasonCode, Socket, Way,
    };

    fn socket(last: u8) -> Socket {
        Socket { ip: [10, 0, 0, last].into(), port: 80 }
    }

    fn hop(at: &str, direction: Direction) -> Hop {
        Hop {
            at: Place::Node { name: at.into() },
            direction,
            action: Action::Forward,
            from: socket(1),
            to: socket(2),
            from_after: socket(1),
            to_after: socket(2),
            rule: String::new(),
            because: None,
            choice: None,
            say: String::new(),
        }
    }

    fn trace() -> Trace {
        let way = |p| Way {
            outcome: Outcome::Ok,
            pod: None,
            source: None,
            pod_port: None,
            p,
            reason: Reason { code: ReasonCode::Delivered, say: String::new(), look_at: None },
            hops: vec![
                hop("a", Direction::Request),
                hop("b", Direction::Request),
                hop("b", Direction::Reply),
                hop("a", Direction::Reply),
            ],
        };
        Trace {
            client: Client::External,
            target: "a:80".into(),
            protocol: Protocol::Tcp,
            ways: vec![way(0.75), way(0.25)],
        }
    }

    fn loaded() -> Player {
        let mut player = Player::new();
        player.load(&trace(), 0);
        player
    }

    #[test]
    fn ticks_are_wanted_only_while_something_moves() {
        let mut player = loaded();
        assert!(!player.wants_ticks());
        player.clock_mut().toggle();
        assert!(player.wants_ticks());
        player.clock_mut().toggle();
        assert!(!player.wants_ticks());
        player.clock_mut().toggle();
        player.tick(u32::MAX);
        assert!(player.ended() && !player.playing() && !player.wants_ticks());
        assert!(!Player::new().wants_ticks());
    }

    #[test]
    fn a_quarter_of_the_speed_takes_four_times_as_many_frames() {
        let mut player = loaded();
        player.clock_mut().replay();
        for _ in 0..9 {
            player.clock_mut().slower();
        }
        assert!((player.clock().speed() - 0.25).abs() < f32::EPSILON);
        player.tick(7);
        assert_eq!(player.shown_tick(), 1);
        for _ in 0..9 {
            player.clock_mut().faster();
        }
        player.tick(1);
        assert_eq!(player.shown_tick(), 5);
    }

    #[test]
    fn steps_go_hop_by_hop_in_both_directions() {
        let mut player = loaded();
        let mut seen = vec![player.hop_idx()];
        for _ in 0..5 {
            player.clock_mut().step_forward();
            seen.push(player.hop_idx());
        }
        assert_eq!(seen, [0, 0, 1, 2, 3, 3]);
        assert!(player.ended());
        for _ in 0..4 {
            player.clock_mut().step_back();
            seen.push(player.hop_idx());
        }
        assert_eq!(seen[6..], [2, 1, 0, 0]);
        assert_eq!(player.shown_tick(), 0);
    }

    #[test]
    fn without_the_reply_it_ends_where_the_packet_is_delivered() {
        let mut player = loaded();
        player.set_follow_reply(false);
        player.clock_mut().to_end();
        assert_eq!((player.hop_idx(), player.ended()), (1, true));
        player.set_follow_reply(true);
        assert!(!player.ended());
        player.clock_mut().step_forward();
        assert_eq!(player.hop_idx(), 2);
    }

    #[test]
    fn reduced_motion_shows_nothing_between_two_places() {
        let mut player = loaded();
        player.set_reduced_motion(true);
        player.clock_mut().replay();
        let mut shown = std::collections::BTreeSet::new();
        while player.wants_ticks() {
            shown.insert(player.shown_tick());
            player.tick(1);
        }
        // One state a hop, and the start.
        assert!(shown.len() <= 8, "{shown:?}");
    }
}

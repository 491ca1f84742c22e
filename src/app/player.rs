//! Playing a chart: which probe, which way, which tick. A function of its
//! inputs; it knows no clock.

use crate::chart::Timeline;
use crate::trace::Trace;

/// Speeds in quarters of the normal one, slowest first: 0.25 to 4 times.
pub(super) const SPEEDS: [u32; 7] = [1, 2, 3, 4, 6, 8, 16];
pub(super) const NORMAL: usize = 3;

/// Plays one way of one trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Player {
    timeline: Option<Timeline>,
    probe_idx: usize,
    way_idx: usize,
    n_ways: usize,
    /// Position in quarters of a tick, so that slow speeds lose nothing.
    quarters: u32,
    speed_idx: usize,
    playing: bool,
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
            probe_idx: 0,
            way_idx: 0,
            n_ways: 0,
            quarters: 0,
            speed_idx: NORMAL,
            playing: false,
            follow_reply: true,
            reduced_motion: false,
        }
    }

    /// Loads probe `probe_idx`, whose trace this is, at its first way's start,
    /// paused. Speed and settings stay.
    pub fn load(&mut self, probe_idx: usize, trace: &Trace) {
        self.probe_idx = probe_idx;
        self.show_way(trace, 0);
        self.playing = false;
    }

    /// The trace has changed under the player (the learner typed): where the
    /// beats are the same the position stays, else the end is shown, paused,
    /// since what became of the packet is what the learner wants to see.
    pub fn update(&mut self, trace: &Trace) {
        let before = self.timeline.take();
        let (quarters, playing) = (self.quarters, self.playing);
        self.show_way(trace, self.way_idx);
        if before == self.timeline {
            self.quarters = quarters;
            self.playing = playing;
        } else {
            self.playing = false;
            self.to_end();
        }
    }

    fn show_way(&mut self, trace: &Trace, way_idx: usize) {
        self.n_ways = trace.ways.len();
        self.way_idx = way_idx.min(self.n_ways.saturating_sub(1));
        self.timeline = trace.ways.get(self.way_idx).map(Timeline::of);
        self.quarters = 0;
    }

    /// Unloads: nothing to show.
    pub fn clear(&mut self) {
        self.timeline = None;
        self.n_ways = 0;
        self.way_idx = 0;
        self.quarters = 0;
        self.playing = false;
    }

    /// Shows the next way (after the last the first) from its start, playing
    /// where it was playing or had ended.
    pub fn next_way(&mut self, trace: &Trace) {
        let play = self.playing || self.ended();
        let next = if self.n_ways == 0 { 0 } else { (self.way_idx + 1) % self.n_ways };
        self.show_way(trace, next);
        self.playing = play;
    }

    /// Shows the way that a connection with `seed` takes, each as likely as its
    /// probability, from the start and playing.
    pub fn seeded_way(&mut self, trace: &Trace, seed: u64) {
        // SplitMix64's finisher: neighbouring seeds give unrelated shares.
        let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let mut share = (z >> 11) as f64 / (1u64 << 53) as f64;
        let mut picked = trace.ways.len().saturating_sub(1);
        for (i, way) in trace.ways.iter().enumerate() {
            if share < way.p {
                picked = i;
                break;
            }
            share -= way.p;
        }
        self.show_way(trace, picked);
        self.playing = true;
    }

    /// `n_frames` frames (a thirtieth of a second each) have passed.
    pub fn tick(&mut self, n_frames: u32) {
        if !self.wants_ticks() {
            return;
        }
        let step = n_frames.saturating_mul(SPEEDS[self.speed_idx]);
        self.quarters = self.quarters.saturating_add(step).min(self.end_quarters());
        if self.ended() {
            self.playing = false;
        }
    }

    /// A frame timer is wanted: something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.playing && !self.ended()
    }

    /// Plays, or pauses; at the end, plays again from the start.
    pub fn toggle(&mut self) {
        if self.ended() {
            self.replay();
        } else {
            self.playing = !self.playing && self.timeline.is_some();
        }
    }

    /// Plays from the start.
    pub fn replay(&mut self) {
        self.quarters = 0;
        self.playing = self.timeline.is_some();
    }

    /// Pauses.
    pub fn pause(&mut self) {
        self.playing = false;
    }

    /// To the next hop, done; paused. From within a hop: to where it is done.
    pub fn step_forward(&mut self) {
        self.playing = false;
        let Some(timeline) = &self.timeline else { return };
        let (tick, hop) = (self.raw_tick(), timeline.hop_at(self.raw_tick()));
        let done = timeline.done_tick(hop);
        let to = if tick < done { done } else { timeline.done_tick(hop + 1) };
        self.quarters = (to * 4).min(self.end_quarters());
    }

    /// To the hop before, done; paused. From the first: to its start.
    pub fn step_back(&mut self) {
        self.playing = false;
        let Some(timeline) = &self.timeline else { return };
        let hop = timeline.hop_at(self.raw_tick());
        self.quarters = if hop == 0 { 0 } else { timeline.done_tick(hop - 1) * 4 };
    }

    /// To the end; paused.
    pub fn to_end(&mut self) {
        self.playing = false;
        self.quarters = self.end_quarters();
    }

    /// To the start; paused.
    pub fn to_start(&mut self) {
        self.playing = false;
        self.quarters = 0;
    }

    /// Faster by one step, up to 4 times.
    pub fn faster(&mut self) {
        self.speed_idx = (self.speed_idx + 1).min(SPEEDS.len() - 1);
    }

    /// Slower by one step, down to a quarter.
    pub fn slower(&mut self) {
        self.speed_idx = self.speed_idx.saturating_sub(1);
    }

    /// The speed of that index among the speeds there are, slowest first.
    pub fn set_speed(&mut self, speed_idx: usize) {
        self.speed_idx = speed_idx.min(SPEEDS.len() - 1);
    }

    /// Follows the reply too, or stops where the packet is delivered. A reply
    /// that is lost is followed always.
    pub fn set_follow_reply(&mut self, follow: bool) {
        self.follow_reply = follow;
        self.quarters = self.quarters.min(self.end_quarters());
    }

    /// Shows steps instead of movement.
    pub fn set_reduced_motion(&mut self, reduced: bool) {
        self.reduced_motion = reduced;
    }

    /// The tick to show.
    #[must_use]
    pub fn shown_tick(&self) -> u32 {
        match &self.timeline {
            Some(timeline) if self.reduced_motion => timeline.without_motion(self.raw_tick()),
            _ => self.raw_tick(),
        }
    }

    /// Nothing is left to play.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.quarters >= self.end_quarters()
    }

    /// It plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// The reply is followed.
    #[must_use]
    pub fn follow_reply(&self) -> bool {
        self.follow_reply
    }

    /// Speed as a multiple of the normal one.
    #[must_use]
    pub fn speed(&self) -> f32 {
        SPEEDS[self.speed_idx] as f32 / 4.0
    }

    /// Index of the probe loaded.
    #[must_use]
    pub fn probe_idx(&self) -> usize {
        self.probe_idx
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

    fn raw_tick(&self) -> u32 {
        self.quarters / 4
    }

    fn end_quarters(&self) -> u32 {
        self.timeline.as_ref().map_or(0, |t| t.n_ticks_following(self.follow_reply)) * 4
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
        player.load(0, &trace());
        player
    }

    #[test]
    fn ticks_are_wanted_only_while_something_moves() {
        let mut player = loaded();
        assert!(!player.wants_ticks());
        player.toggle();
        assert!(player.wants_ticks());
        player.toggle();
        assert!(!player.wants_ticks());
        player.toggle();
        player.tick(u32::MAX);
        assert!(player.ended() && !player.playing() && !player.wants_ticks());
        assert!(!Player::new().wants_ticks());
    }

    #[test]
    fn a_quarter_of_the_speed_takes_four_times_as_many_frames() {
        let mut player = loaded();
        player.replay();
        for _ in 0..9 {
            player.slower();
        }
        assert!((player.speed() - 0.25).abs() < f32::EPSILON);
        player.tick(7);
        assert_eq!(player.shown_tick(), 1);
        for _ in 0..9 {
            player.faster();
        }
        player.tick(1);
        assert_eq!(player.shown_tick(), 5);
    }

    #[test]
    fn steps_go_hop_by_hop_in_both_directions() {
        let mut player = loaded();
        let mut seen = vec![player.hop_idx()];
        for _ in 0..5 {
            player.step_forward();
            seen.push(player.hop_idx());
        }
        assert_eq!(seen, [0, 0, 1, 2, 3, 3]);
        assert!(player.ended());
        for _ in 0..4 {
            player.step_back();
            seen.push(player.hop_idx());
        }
        assert_eq!(seen[6..], [2, 1, 0, 0]);
        assert_eq!(player.shown_tick(), 0);
    }

    #[test]
    fn without_the_reply_it_ends_where_the_packet_is_delivered() {
        let mut player = loaded();
        player.set_follow_reply(false);
        player.to_end();
        assert_eq!((player.hop_idx(), player.ended()), (1, true));
        player.set_follow_reply(true);
        assert!(!player.ended());
        player.step_forward();
        assert_eq!(player.hop_idx(), 2);
    }

    #[test]
    fn a_change_of_the_trace_keeps_the_place_only_where_the_beats_are_the_same() {
        let mut player = loaded();
        player.step_forward();
        player.step_forward();
        player.update(&trace());
        assert_eq!((player.hop_idx(), player.ended()), (1, false));
        let mut other = trace();
        other.ways.iter_mut().for_each(|way| way.hops.truncate(2));
        player.update(&other);
        assert!(player.ended() && !player.wants_ticks());
    }

    #[test]
    fn seeds_spread_over_the_ways_as_their_probabilities_say() {
        let (mut player, trace) = (loaded(), trace());
        let mut n = [0, 0];
        for seed in 0..1000 {
            player.seeded_way(&trace, seed);
            n[player.way_idx()] += 1;
        }
        assert!((700..800).contains(&n[0]), "{n:?}");
        player.next_way(&trace);
        assert!(player.way_idx() < 2);
    }

    #[test]
    fn reduced_motion_shows_nothing_between_two_places() {
        let mut player = loaded();
        player.set_reduced_motion(true);
        player.replay();
        let mut shown = std::collections::BTreeSet::new();
        while player.wants_ticks() {
            shown.insert(player.shown_tick());
            player.tick(1);
        }
        // One state a hop, and the start.
        assert!(shown.len() <= 8, "{shown:?}");
    }
}

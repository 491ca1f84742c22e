//! When what happens: a way's beats in ticks, and what is shown at a tick.
//!
//! A timeline depends on the way alone, not on the size of the chart, so a
//! resize never moves the packet in time.

use crate::trace::{Action, Direction, Outcome, Place, Way};

/// Ticks a second at speed 1.
pub const TICKS_PER_SECOND: u32 = 30;

const MOVE: u32 = 24;
const REST: u32 = 10;
const REWRITE: u32 = 36;
const DECIDE: u32 = 54;
const END: u32 = 45;

/// The ticks of one hop: the packet moves to its place, may wait while an
/// endpoint is chosen, and is rewritten; then it rests until `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// First tick: it leaves the place before.
    pub start: u32,
    /// It has come to the hop's place.
    pub arrive: u32,
    /// The choice is made (equal to `arrive` where there is none).
    pub decide: u32,
    /// From here on the addresses after the hop are shown.
    pub rewrite: u32,
    /// First tick of the next beat.
    pub end: u32,
}

/// The beats of one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    beats: Vec<Beat>,
    n_requests: usize,
    outcome: Outcome,
}

impl Timeline {
    /// The beats of `way`, one a hop.
    #[must_use]
    pub fn of(way: &Way) -> Self {
        let mut at = 0;
        let mut beats = Vec::with_capacity(way.hops.len());
        for (i, hop) in way.hops.iter().enumerate() {
            let start = at;
            // A question to the DNS comes from the client, whose hop comes after it.
            let moves = match i {
                0 => hop.at == Place::Dns,
                i => way.hops[i - 1].at != hop.at,
            };
            let arrive = start + if moves { MOVE } else { 0 };
            let decide = arrive + if hop.choice.is_some() { DECIDE } else { 0 };
            let rewrites = hop.from != hop.from_after || hop.to != hop.to_after;
            let (wait, rest) = match hop.action {
                _ if rewrites => (REWRITE / 2, REWRITE),
                Action::Resolve => (REWRITE / 2, REWRITE),
                _ => (0, REST),
            };
            let last = i + 1 == way.hops.len();
            let turns = way.hops.get(i + 1).is_some_and(|next| next.direction != hop.direction);
            let rewrite = decide + wait;
            at = rewrite + if last || turns { END } else { rest };
            beats.push(Beat { start, arrive, decide, rewrite, end: at });
        }
        let n_requests = way
            .hops
            .iter()
            .position(|hop| hop.direction == Direction::Reply)
            .unwrap_or(way.hops.len());
        Self { beats, n_requests, outcome: way.outcome }
    }

    /// The beats, one a hop, in order.
    #[must_use]
    pub fn beats(&self) -> &[Beat] {
        &self.beats
    }

    /// The tick at which nothing moves any more.
    #[must_use]
    pub fn n_ticks(&self) -> u32 {
        self.beats.last().map_or(0, |beat| beat.end)
    }

    /// As [`Timeline::n_ticks`], without the reply's way where it was answered
    /// and the reply is not to be followed. A lost reply is always followed.
    #[must_use]
    pub fn n_ticks_following(&self, reply: bool) -> u32 {
        if reply || self.outcome != Outcome::Ok || self.n_requests == 0 {
            return self.n_ticks();
        }
        self.beats[self.n_requests - 1].end - 1
    }

    /// Index of the hop shown at `tick`; 0 where there are no hops.
    #[must_use]
    pub fn hop_at(&self, tick: u32) -> usize {
        self.beats.partition_point(|beat| beat.end <= tick).min(self.beats.len().saturating_sub(1))
    }

    /// The tick that shows hop `hop_idx` done: arrived, chosen, rewritten.
    #[must_use]
    pub fn done_tick(&self, hop_idx: usize) -> u32 {
        match self.beats.get(hop_idx) {
            Some(beat) if hop_idx + 1 == self.beats.len() => beat.end,
            Some(beat) => beat.end - 1,
            None => self.n_ticks(),
        }
    }

    /// The ticks that show each hop done, in order.
    #[must_use]
    pub fn stops(&self) -> Vec<u32> {
        (0..self.beats.len()).map(|hop_idx| self.done_tick(hop_idx)).collect()
    }

    /// `tick`, moved on to where its beat rests: before the rewriting (arrived, and
    /// chosen) or after it. For reduced motion, which shows steps instead of movement.
    #[must_use]
    pub fn without_motion(&self, tick: u32) -> u32 {
        let Some(beat) = self.beats.get(self.hop_at(tick)) else { return tick };
        if tick < beat.rewrite { beat.decide } else { self.done_tick(self.hop_at(tick)) }
    }
}

/// What the packet does at a tick. `done` runs from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Phase {
    /// On the way from the hop before.
    Moving {
        /// Share of the way.
        done: f32,
    },
    /// Waits while an endpoint is chosen.
    Deciding {
        /// Share of the wait.
        done: f32,
    },
    /// At its place.
    Resting {
        /// Share of the rest.
        done: f32,
    },
    /// The way has ended.
    Ended {
        /// Share of the ending's flourish.
        done: f32,
    },
}

/// What is shown at a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The tick asked for, no later than the end.
    pub tick: u32,
    /// Index of the current hop.
    pub hop_idx: usize,
    /// Hops of the way.
    pub n_hops: usize,
    /// What the packet does.
    pub phase: Phase,
    /// The addresses after the hop are shown.
    pub rewritten: bool,
    /// It is (at) the last hop, and its ending is shown.
    pub ended: bool,
}

/// What is shown of a way at `tick`.
#[must_use]
fn moment_of(timeline: &Timeline, tick: u32) -> Moment {
    let tick = tick.min(timeline.n_ticks());
    let n_hops = timeline.beats.len();
    let hop_idx = timeline.hop_at(tick);
    let Some(beat) = timeline.beats.get(hop_idx) else {
        let phase = Phase::Ended { done: 1.0 };
        return Moment { tick, hop_idx, n_hops, phase, rewritten: true, ended: true };
    };
    let share = |from: u32, to: u32| {
        if to <= from { 1.0 } else { ((tick - from) as f32 / (to - from) as f32).min(1.0) }
    };
    let last = hop_idx + 1 == n_hops;
    let rewritten = tick >= beat.rewrite;
    let phase = if tick < beat.arrive {
        Phase::Moving { done: share(beat.start, beat.arrive) }
    } else if tick < beat.decide {
        Phase::Deciding { done: share(beat.arrive, beat.decide) }
    } else if last && rewritten {
        Phase::Ended { done: share(beat.rewrite, beat.end) }
    } else {
        Phase::Resting { done: share(beat.decide, beat.end) }
    };
    let ended = matches!(phase, Phase::Ended { .. });
    Moment { tick, hop_idx, n_hops, phase, rewritten, ended }
}

/// What is shown of `scene` at `tick`; ticks past the end show the end.
#[must_use]
pub fn moment(scene: &super::Scene, tick: u32) -> Moment {
    moment_of(scene.timeline(), tick)
}

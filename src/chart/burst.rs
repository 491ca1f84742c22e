//! A burst: several connections of one client to one target, one after the other. It
//! shows how kube-proxy spreads them; under ClientIP affinity, that it does not.

use super::caption::{ending_label, percent};
use super::map::{self, Leg, Map};
use super::{Area, Heading, Point, Size, Spot, Stage};
use crate::trace::{Action, Direction, Outcome, Place, Trace, Way};
use std::collections::BTreeMap;

/// Connections of a burst.
pub const BURST: usize = 12;
/// Ticks between two of them.
const APART: u32 = 10;
/// Ticks that one takes from place to place.
const MOVE: u32 = 18;
/// Ticks after the last has come to its end.
const AFTER: u32 = 12;
/// Ticks before the first leaves.
const BEFORE: u32 = 6;

/// The way that a connection with `seed` takes, each as likely as its probability; 0 where
/// there is none.
#[must_use]
pub fn pick(trace: &Trace, seed: u64) -> usize {
    // SplitMix64's finisher: neighbouring seeds give unrelated shares.
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let mut share = (z >> 11) as f64 / (1u64 << 53) as f64;
    for (i, way) in trace.ways.iter().enumerate() {
        if share < way.p {
            return i;
        }
        share -= way.p;
    }
    trace.ways.len().saturating_sub(1)
}

/// Why the connections of a burst end where they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// There is but one way.
    OneWay,
    /// kube-proxy chooses anew for each.
    EachAnew,
    /// The client chooses among the addresses that the DNS gave.
    ByName,
    /// ClientIP affinity: the first choice stays.
    Sticky,
}

impl Spread {
    /// The sentence about it.
    #[must_use]
    pub fn say(self) -> &'static str {
        match self {
            Self::OneWay => "There is but one way, and every connection takes it.",
            Self::EachAnew => {
                "Every connection is a new choice at random: few are uneven, many even out."
            }
            Self::ByName => {
                "No kube-proxy chooses here: every connection takes one of the addresses that the DNS gave."
            }
            Self::Sticky => {
                "sessionAffinity is ClientIP: the first choice stays for this client, so nothing spreads."
            }
        }
    }
}

/// How many came to an end: a Pod, or a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The Pod's name, or what became of them.
    pub label: String,
    /// How they end.
    pub outcome: Outcome,
    /// How many there are so far.
    pub n: usize,
    /// What share of all connections comes to this end: `50 %`.
    pub share: String,
    /// The Pod of the map, where it is shown.
    pub pod: Option<(usize, usize)>,
}

/// One packet of a burst at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flier {
    /// Its cell.
    pub at: Point,
    /// Where it is heading; none where it rests.
    pub heading: Option<Heading>,
    /// How it will end, once it has come there.
    pub ended: Option<Outcome>,
}

/// The ends and times of one way.
#[derive(Debug, Clone, PartialEq)]
struct Course {
    legs: Vec<Leg>,
    /// Ticks from its start at which each leg begins, and the end.
    starts: Vec<u32>,
    end_idx: usize,
    outcome: Outcome,
}

/// A burst laid out for one size.
#[derive(Debug, Clone, PartialEq)]
pub struct BurstScene {
    size: Size,
    map: Option<Map>,
    panel: Area,
    /// The way of each connection, in order.
    picks: Vec<usize>,
    courses: BTreeMap<usize, Course>,
    ends: Vec<Tally>,
    spread: Spread,
}

/// The ways that `n` connections take, from `seed` on. With affinity all take the first's.
#[must_use]
pub fn picks(trace: &Trace, sticky: bool, seed: u64, n: usize) -> Vec<usize> {
    if trace.ways.is_empty() {
        return Vec::new();
    }
    let first = pick(trace, seed);
    (0..n as u64).map(|i| if sticky { first } else { pick(trace, seed.wrapping_add(i)) }).collect()
}

/// Is a first choice kept? Only kube-proxy keeps one.
fn sticky(stage: &Stage, trace: &Trace) -> bool {
    stage.service.as_ref().is_some_and(|service| service.sticky) && chosen_by_proxy(trace)
}

fn chosen_by_proxy(trace: &Trace) -> bool {
    let hops = trace.ways.iter().take(1).flat_map(|way| &way.hops);
    hops.into_iter().any(|hop| hop.choice.is_some() && matches!(hop.action, Action::Dnat { .. }))
}

/// Ticks of a burst of `n` connections from `seed`: it depends on the trace alone, not on
/// the size of the chart.
#[must_use]
pub fn burst_stops(stage: &Stage, trace: &Trace, seed: u64, n: usize) -> Vec<u32> {
    let picks = picks(trace, sticky(stage, trace), seed, n);
    let mut stops: Vec<u32> = Vec::new();
    for (i, way) in picks.iter().enumerate() {
        let Some(way) = trace.ways.get(*way) else { continue };
        let (_, length) = starts(way);
        stops.push(BEFORE + i as u32 * APART + length);
    }
    stops.sort_unstable();
    if let Some(last) = stops.last_mut() {
        *last += AFTER;
    }
    stops
}

/// The tick at which each leg of a way starts, and the way's length.
fn starts(way: &Way) -> (Vec<u32>, u32) {
    let mut at = 0;
    let mut starts = Vec::new();
    let mut before: Option<&Place> = None;
    for hop in way.hops.iter().take_while(|hop| hop.direction == Direction::Request) {
        starts.push(at);
        // A question to the DNS comes from the client, whose hop comes after it.
        let moves = before.map_or(hop.at == Place::Dns, |place| *place != hop.at);
        at += if moves { MOVE } else { 0 };
        before = Some(&hop.at);
    }
    (starts, at)
}

/// Lays out a burst of `n` connections from `seed` for `size`, its panel included.
#[must_use]
pub fn burst(stage: &Stage, trace: &Trace, seed: u64, n: usize, size: Size) -> BurstScene {
    let is_sticky = sticky(stage, trace);
    let picks = picks(trace, is_sticky, seed, n);
    let (mut ends, end_of) = ends(trace);
    let wide = size.width >= super::scene::MAP_WIDTH && size.height >= super::scene::MAP_HEIGHT + 5;
    let wanted = 3 + (ends.len() as u16).min(4);
    let rows = if wide {
        wanted.min(size.height.saturating_sub(super::scene::MAP_HEIGHT)).max(4)
    } else {
        size.height
    };
    let panel = Area::new(0, size.height - rows, size.width, rows);
    let mut taken: Vec<usize> = picks.clone();
    taken.sort_unstable();
    taken.dedup();
    let ways: Vec<&Way> = taken.iter().filter_map(|&i| trace.ways.get(i)).collect();
    let map = wide.then(|| {
        let area = Area::new(0, 0, size.width, size.height - rows);
        map::map(stage, trace, &ways, &[], area)
    });
    let mut courses = BTreeMap::new();
    for &i in &taken {
        let Some(way) = trace.ways.get(i) else { continue };
        let legs = map.as_ref().map_or(Vec::new(), |map| super::route::legs(map, trace, way));
        let (mut at, length) = starts(way);
        at.push(length);
        let end_idx = end_of.get(i).copied().unwrap_or(0);
        if let (Some(leg), Some(end)) =
            (at.len().checked_sub(2).and_then(|last| legs.get(last)), ends.get_mut(end_idx))
            && let Spot::Pod(node, pod) = leg.spot
        {
            end.pod = Some((node, pod));
        }
        courses.insert(i, Course { legs, starts: at, end_idx, outcome: way.outcome });
    }
    let spread = if trace.ways.len() < 2 {
        Spread::OneWay
    } else if is_sticky {
        Spread::Sticky
    } else if chosen_by_proxy(trace) {
        Spread::EachAnew
    } else {
        Spread::ByName
    };
    BurstScene { size, map, panel, picks, courses, ends, spread }
}

/// The ends that a trace's ways come to, and the end of each way.
fn ends(trace: &Trace) -> (Vec<Tally>, Vec<usize>) {
    let mut ends: Vec<Tally> = Vec::new();
    let mut shares: Vec<f64> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut end_of = Vec::with_capacity(trace.ways.len());
    for way in &trace.ways {
        let label = ending_label(way);
        let i = *index.entry(label.clone()).or_insert_with(|| {
            ends.push(Tally { label, outcome: way.outcome, n: 0, share: String::new(), pod: None });
            shares.push(0.0);
            ends.len() - 1
        });
        shares[i] += way.p;
        end_of.push(i);
    }
    for (end, share) in ends.iter_mut().zip(shares) {
        end.share = percent(share);
    }
    (ends, end_of)
}

impl BurstScene {
    /// The size it was laid out for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The map, where there is room for one.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        self.map.as_ref()
    }

    /// Where the tally is.
    #[must_use]
    pub fn panel(&self) -> Area {
        self.panel
    }

    /// Connections sent in all.
    #[must_use]
    pub fn n(&self) -> usize {
        self.picks.len()
    }

    /// Why they end where they do.
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.spread
    }

    /// How many have come where by `tick`, in the order of the trace's ways.
    #[must_use]
    pub fn tally(&self, tick: u32) -> Vec<Tally> {
        let mut ends = self.ends.clone();
        for (i, way) in self.picks.iter().enumerate() {
            if let Some(course) = self.courses.get(way)
                && let (Some(&length), Some(end)) =
                    (course.starts.last(), ends.get_mut(course.end_idx))
                && tick >= BEFORE + i as u32 * APART + length
            {
                end.n += 1;
            }
        }
        ends
    }

    /// The packets on the map at `tick`.
    #[must_use]
    pub fn fliers(&self, tick: u32) -> Vec<Flier> {
        let mut fliers = Vec::new();
        for (i, way) in self.picks.iter().enumerate() {
            let Some(age) = tick.checked_sub(BEFORE + i as u32 * APART) else { continue };
            if let Some(flier) = self.courses.get(way).and_then(|course| course.flier(age)) {
                fliers.push(flier);
            }
        }
        fliers
    }

    /// The legs that any packet has entered by `tick`, and how far the first has come on
    /// each, in cells.
    #[must_use]
    pub fn gone(&self, tick: u32) -> Vec<(&Leg, usize)> {
        let mut gone = Vec::new();
        for (way, course) in &self.courses {
            let Some(first) = self.picks.iter().position(|pick| pick == way) else { continue };
            let Some(age) = tick.checked_sub(BEFORE + first as u32 * APART) else { continue };
            for (i, leg) in course.legs.iter().enumerate().take(course.starts.len() - 1) {
                let (start, end) = (course.starts[i], course.starts[i + 1]);
                if age >= start {
                    gone.push((leg, along(leg, age, start, end)));
                }
            }
        }
        gone
    }
}

fn along(leg: &Leg, age: u32, start: u32, end: u32) -> usize {
    let n_steps = leg.path.n_steps();
    if age >= end || end == start {
        return n_steps;
    }
    let done = (age - start) as f32 / (end - start) as f32;
    ((done * n_steps as f32).round() as usize).min(n_steps)
}

impl Course {
    fn flier(&self, age: u32) -> Option<Flier> {
        let n_legs = self.starts.len().checked_sub(1)?;
        let length = *self.starts.last()?;
        if age >= length {
            // It stays lit for a moment; the tally keeps it.
            let leg = self.legs.get(n_legs.checked_sub(1)?)?;
            let ended = Some(self.outcome);
            return (age < length + APART).then(|| Flier {
                at: leg.path.last(),
                heading: None,
                ended,
            });
        }
        let i = self.starts.partition_point(|&start| start <= age).checked_sub(1)?;
        let leg = self.legs.get(i)?;
        let cells = leg.path.cells();
        let at = along(leg, age, self.starts[i], *self.starts.get(i + 1)?);
        let heading = cells.get(at + 1).and_then(|next| Heading::between(cells[at], *next));
        Some(Flier { at: cells[at], heading, ended: None })
    }
}

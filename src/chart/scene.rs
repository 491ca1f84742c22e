//! Where everything lies: which parts a size has room for.

use super::caption::{Caption, Ending};
use super::facts::{self, FactBox};
use super::geometry::{Area, Heading};
use super::line::{self, Line};
use super::map::{self, Map, Spot};
use super::{Moment, Phase, Stage, Timeline};
use crate::trace::{Outcome, Reason, ReasonCode, Trace, Way};

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Least columns of a map.
pub(super) const MAP_WIDTH: u16 = 60;
/// Least rows of a map.
pub(super) const MAP_HEIGHT: u16 = 7;
/// Columns of a map that has room for everything.
const MAP_ENOUGH: u16 = 132;
/// Columns of the facts beside it, with room for everything.
const SIDE_ENOUGH: u16 = 92;
/// Columns from which the line stands beside the map.
const BOTH_WIDTH: u16 = 112;

/// A chart laid out for one size: the map of the world, the packet's way over
/// it, the panel with its header.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    size: Size,
    timeline: Timeline,
    captions: Vec<Caption>,
    ending: Ending,
    map: Option<Map>,
    line: Option<Line>,
    facts: Vec<FactBox>,
    panel: Area,
    say_rows: u16,
    n_requests: usize,
    title: String,
}

/// Where the packet is on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    /// Index of the leg it is on.
    pub leg: usize,
    /// How far on the leg's path, in cells from its start.
    pub along: f32,
    /// Where it is heading; none while it rests.
    pub heading: Option<Heading>,
}

/// As [`scene()`], without panel and with the map or the line only: for those who say
/// themselves what happens.
#[must_use]
pub fn bare_scene(stage: &Stage, trace: &Trace, way_idx: usize, size: Size) -> Scene {
    let mut scene = scene(stage, trace, way_idx, Size { height: size.height + 4, ..size });
    let way = trace.ways.get(way_idx).or(trace.ways.last());
    let n_notes: Vec<usize> = scene.captions.iter().map(|caption| caption.notes.len()).collect();
    let area = Area::new(0, 0, size.width, size.height);
    scene.size = size;
    scene.panel = Area::new(0, size.height, size.width, 0);
    scene.map = None;
    scene.line = None;
    scene.facts = Vec::new();
    if let Some(way) = way {
        if size.width >= MAP_WIDTH && size.height >= MAP_HEIGHT {
            scene.map = Some(map::map(stage, trace, &[way], &n_notes, area));
        } else {
            scene.line = Some(line::line(trace, way, &scene.captions, area));
        }
    }
    scene
}

/// Lays out way `way_idx` of `trace` (the last one if there are fewer) on
/// `stage` for `size`, the panel included.
#[must_use]
pub fn scene(stage: &Stage, trace: &Trace, way_idx: usize, size: Size) -> Scene {
    let empty = Way {
        outcome: Outcome::Timeout,
        pod: None,
        source: None,
        pod_port: None,
        p: 1.0,
        reason: Reason { code: ReasonCode::NoSuchObject, say: String::new(), look_at: None },
        hops: Vec::new(),
    };
    let way = trace.ways.get(way_idx).or(trace.ways.last()).unwrap_or(&empty);
    let n_ways = trace.ways.len();
    let captions: Vec<Caption> =
        way.hops.iter().map(|hop| Caption::of(hop, way, &stage.proxy_mode)).collect();
    let n_notes: Vec<usize> = captions.iter().map(|caption| caption.notes.len()).collect();
    let wide = size.width >= MAP_WIDTH && size.height >= MAP_HEIGHT + 4;
    let ending = Ending::of(way, way_idx.min(n_ways.saturating_sub(1)), n_ways);
    let (panel_rows, say_rows) = if wide {
        panel_rows(size, &captions, &ending, stage.nodes.len())
    } else {
        narrow_panel_rows(size, &captions, &ending, n_places(way))
    };
    let body = Area::new(0, 0, size.width, size.height.saturating_sub(panel_rows));
    let panel = Area::new(0, body.height, size.width, size.height - body.height);
    let (mut map_area, mut line_area) = (None, None);
    if !wide {
        line_area = Some(body);
    } else if size.width >= BOTH_WIDTH && body.height >= 12 {
        // A wider terminal gets more facts, not longer boxes.
        let map = (size.width - (size.width / 4).clamp(32, 72) - 2).min(MAP_ENOUGH);
        let side = (size.width - map - 2).min(SIDE_ENOUGH);
        map_area = Some(Area::new(0, 0, map, body.height));
        line_area = Some(Area::new(map + 2, 0, side, body.height));
    } else {
        map_area = Some(body);
    }
    let mut facts = Vec::new();
    let line = line_area.map(|area| {
        let line = line::line(trace, way, &captions, area);
        if !wide {
            return line;
        }
        // The facts stand under the line, which draws together for them.
        let boxes = facts::facts(stage, trace, way_idx, area.width);
        let room = area.height.saturating_sub(facts::n_rows(&boxes));
        let height = line.n_rows.min(room.max(area.height / 3)).min(area.height);
        let line = line::line(trace, way, &captions, Area { height, ..area });
        let below = height + 1;
        let rest = Area::new(area.x, below, area.width, area.height.saturating_sub(below));
        facts = facts::place(boxes, rest);
        line
    });
    let n_requests = way
        .hops
        .iter()
        .position(|hop| hop.direction == crate::trace::Direction::Reply)
        .unwrap_or(way.hops.len());
    Scene {
        size,
        timeline: Timeline::of(way),
        ending,
        map: map_area.map(|area| map::map(stage, trace, &[way], &n_notes, area)),
        line,
        facts,
        panel,
        say_rows,
        n_requests,
        title: format!("{} → {}", trace.client, trace.target),
        captions,
    }
}

/// Rows of the panel under a map, and those of its sentence: as many as its longest
/// sentence and its richest hop want, as far as the map's nodes leave them.
fn panel_rows(size: Size, captions: &[Caption], ending: &Ending, n_nodes: usize) -> (u16, u16) {
    let columns = usize::from(size.width.saturating_sub(2));
    let sentences = captions.iter().map(|caption| &caption.say).chain([&ending.say]);
    let lines = sentences.map(|say| super::text::wrap(say, columns, 3, '…').len()).max();
    let say = lines.map_or(1, |n| n.clamp(1, 3)) as u16;
    let facts = captions.iter().map(facts).max().unwrap_or(0).max(1);
    let (header, title) = (2, 1);
    // Two rows a node, what is rewritten at one of them, the last border, and one to spare.
    let notes = captions.iter().map(|caption| caption.notes.len().min(2)).max().unwrap_or(0);
    let map = (2 * n_nodes.min(6) as u16 + 2 + notes as u16).max(MAP_HEIGHT);
    // The sentence comes before the sixth node.
    let room = size.height.saturating_sub(map).max(size.height.saturating_sub(MAP_HEIGHT).min(6));
    let wanted = title + say + header + facts;
    let rows = wanted.min(room);
    (rows, say.min(rows.saturating_sub(title + header).max(1)))
}

/// Rows that a hop's choice, rule and field take.
fn facts(caption: &Caption) -> u16 {
    u16::from(caption.choice.is_some())
        + u16::from(!caption.rule.is_empty())
        + u16::from(!caption.field.is_empty())
}

/// Places on the way there, one after the other.
fn n_places(way: &Way) -> usize {
    let there =
        || way.hops.iter().take_while(|hop| hop.direction == crate::trace::Direction::Request);
    let moves = there().zip(there().skip(1)).filter(|(a, b)| a.at != b.at).count();
    moves + 1
}

/// Rows of the panel under a line, and those of its sentence: what it wants, as far as the
/// line's places leave it.
fn narrow_panel_rows(
    size: Size,
    captions: &[Caption],
    ending: &Ending,
    n_places: usize,
) -> (u16, u16) {
    if size.height < 12 {
        let rows: u16 = match size.height {
            ..4 => 1,
            4..8 => 2,
            _ => 4,
        };
        return (rows, 2u16.min(rows.saturating_sub(3)).max(1));
    }
    let columns = usize::from(size.width.saturating_sub(2));
    let sentences = captions.iter().map(|caption| &caption.say).chain([&ending.say]);
    let lines = sentences.map(|say| super::text::wrap(say, columns, 5, '…').len()).max();
    let say = lines.map_or(1, |n| n.clamp(1, 5)) as u16;
    let facts = captions.iter().map(facts).max().unwrap_or(0).max(1);
    let rewritten = captions.iter().flat_map(|caption| &caption.header);
    let header = if rewritten.into_iter().any(|row| row.after.is_some()) { 4 } else { 2 };
    let title = 1;
    // The line folds its notes and wires before it scrolls.
    let line = (n_places.min(12) as u16 + 3).clamp(size.height * 2 / 5, size.height * 3 / 5);
    let wanted = title + say + header + facts;
    let rows = wanted.min(size.height - line);
    (rows, say.min(rows.saturating_sub(title + header.min(3) + 1).max(1)))
}

impl Scene {
    /// The size it was laid out for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// When what happens.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The tick at which nothing moves any more.
    #[must_use]
    pub fn n_ticks(&self) -> u32 {
        self.timeline.n_ticks()
    }

    /// What is said of each hop, in order.
    #[must_use]
    pub fn captions(&self) -> &[Caption] {
        &self.captions
    }

    /// What is said at the end.
    #[must_use]
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// The map, where there is room for one.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        self.map.as_ref()
    }

    /// The line, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<&Line> {
        self.line.as_ref()
    }

    /// What there is room to tell besides.
    #[must_use]
    pub fn facts(&self) -> &[FactBox] {
        &self.facts
    }

    /// Where the panel is.
    #[must_use]
    pub fn panel(&self) -> Area {
        self.panel
    }

    /// Rows that the panel keeps for its sentence.
    #[must_use]
    pub fn say_rows(&self) -> u16 {
        self.say_rows
    }

    /// Hops on the way there; those after are the reply's.
    #[must_use]
    pub fn n_requests(&self) -> usize {
        self.n_requests
    }

    /// Who sends to what.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where the packet is on the map; none without a map or hops.
    #[must_use]
    pub fn packet(&self, moment: &Moment) -> Option<Packet> {
        let leg = self.map.as_ref()?.legs.get(moment.hop_idx)?;
        let n_steps = leg.path.n_steps();
        let Phase::Moving { done } = moment.phase else {
            return Some(Packet { leg: moment.hop_idx, along: n_steps as f32, heading: None });
        };
        // Slow at both ends: leaving and coming in are what the eye should catch.
        let eased = done * done * (3.0 - 2.0 * done);
        let along = eased * n_steps as f32;
        let i = (along as usize).min(n_steps.saturating_sub(1));
        let cells = leg.path.cells();
        let heading = (n_steps > 0).then(|| Heading::between(cells[i], cells[i + 1])).flatten();
        Some(Packet { leg: moment.hop_idx, along, heading })
    }

    /// The station of the map where the packet is, when it rests.
    #[must_use]
    pub fn here(&self, moment: &Moment) -> Option<Spot> {
        match moment.phase {
            Phase::Moving { .. } => None,
            _ => self.map.as_ref()?.legs.get(moment.hop_idx).map(|leg| leg.spot),
        }
    }

    /// Which of a choice's candidates is lit while the choice is made: it goes
    /// from one to the next, slower and slower, and stays on the one chosen.
    #[must_use]
    pub fn lit(&self, moment: &Moment) -> Option<usize> {
        let choice = self.captions.get(moment.hop_idx)?.choice.as_ref()?;
        let n = choice.of.len();
        match moment.phase {
            Phase::Moving { .. } => None,
            Phase::Deciding { done } if n > 1 && done < 0.75 => {
                // As many steps as end on the one chosen, ten or so.
                let n_steps = n * (10 / n.min(10)) + choice.picked % n;
                let left = 1.0 - done / 0.75;
                let step = ((1.0 - left * left) * n_steps as f32) as usize;
                Some(step.min(n_steps) % n)
            }
            _ => Some(choice.picked),
        }
    }
}

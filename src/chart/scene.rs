//! Where everything lies.

use super::{Stage, Timeline, story::story};
use crate::trace::Trace;

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// A chart laid out for one size: the map of the world, the packet's way over
/// it, the panel with its header.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    size: Size,
    timeline: Timeline,
    story: Vec<String>,
}

/// Lays out way `way_idx` of `trace` (the last one if there are fewer) on
/// `stage` for `size`, the panel included.
#[must_use]
pub fn scene(_stage: &Stage, trace: &Trace, way_idx: usize, size: Size) -> Scene {
    let empty = crate::trace::Way {
        outcome: crate::trace::Outcome::Timeout,
        pod: None,
        source: None,
        pod_port: None,
        p: 1.0,
        reason: crate::trace::Reason {
            code: crate::trace::ReasonCode::NoSuchObject,
            say: String::new(),
            look_at: None,
        },
        hops: Vec::new(),
    };
    let way = trace.ways.get(way_idx).or(trace.ways.last()).unwrap_or(&empty);
    Scene { size, timeline: Timeline::of(way), story: story(trace, way_idx) }
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

    /// The way as text.
    #[must_use]
    pub fn story(&self) -> &[String] {
        &self.story
    }
}

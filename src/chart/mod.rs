//! World and trace in, scene out: where everything on the chart lies and what
//! is shown at a tick. Pure: no terminal, no clock; drawing decides nothing.
//!
//! [`Stage`] is what the chart takes from the world. [`scene()`] lays it out for
//! a size in cells, [`Timeline`] says when what happens, [`moment`] what is
//! shown at a tick, [`story()`] tells the same as text.
//!
//! A scene has a map (zones at the left, nodes at the right, the network
//! between), or the line (the way's places one under the other) where there is
//! no room for a map, or both where there is room for both; and the panel
//! with the packet's header and the sentence that says what happens.

mod burst;
mod caption;
mod cast;
mod compare;
mod facts;
mod from_cluster;
mod geometry;
mod ladder;
mod line;
mod map;
mod motion;
mod route;
mod scene;
mod stage;
mod story;
pub mod text;
mod zones;

pub use burst::{BURST, BurstScene, Flier, Spread, Tally, burst, burst_stops, pick, picks};
pub use caption::{Caption, ChoiceCaption, Ending, HeaderRow};
pub use cast::{CastNode, CastPod, Role};
pub use compare::{Comparison, Side, comparisons, difference, like};
pub use facts::{FactBox, FactRow};
pub use geometry::{Area, Heading, Path, Point};
pub use ladder::{Door, Knock, Ladder, Rung, ladder};
pub use line::{Line, Station};
pub use map::{Leg, Map, NodeBox, PodBox, ProxyBox, Spot, Zone};
pub use motion::{Beat, Moment, Phase, TICKS_PER_SECOND, Timeline, moment};
pub use scene::{Packet, Scene, Size, bare_scene, scene};
pub use stage::{Stage, StageBalancer, StageNode, StagePod, StageService};
pub use story::{action_word, ending_word, field_ref, place_name, story};

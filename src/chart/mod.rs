//! World and trace in, scene out: where everything on the chart lies and what
//! is shown at a tick. Pure: no terminal, no clock; drawing decides nothing.
//!
//! [`Stage`] is what the chart takes from the world. [`scene`] lays it out for
//! a size in cells, [`Timeline`] says when what happens, [`moment`] what is
//! shown at a tick, [`story`] tells the same as text.

mod motion;
mod scene;
mod stage;
mod story;

pub use motion::{Beat, Moment, Phase, TICKS_PER_SECOND, Timeline, moment};
pub use scene::{Scene, Size, scene};
pub use stage::{Stage, StageBalancer, StageNode, StagePod, StageService};
pub use story::{action_word, ending_word, field_ref, place_name, story};

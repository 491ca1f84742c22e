//! Draws the model.

pub mod chart;
pub mod theme;

pub use theme::{Depth, Glyphs, Theme, Tone};

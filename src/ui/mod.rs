//! Draws the model.

pub mod theme;

pub use theme::{Depth, Glyphs, Theme, Tone};

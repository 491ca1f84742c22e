//! Packs: schema, reading, and the checks that need no cluster. Pure.

mod model;

pub use model::*;

//! Model, messages, update: what the tutor is.

pub mod player;

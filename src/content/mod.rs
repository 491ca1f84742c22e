//! Packs: schema, reading, and the checks that need no cluster. Pure.

mod builtin;
mod forms;
mod load;
mod model;
mod path;
mod pattern;
mod problem;
mod read;
pub mod schema;
mod walk;

pub use builtin::{builtin, builtin_problems};
pub use load::{Files, MAX_FILE, load, place_of_id};
pub use model::*;
pub use path::{FieldPath, PathError};
pub use pattern::matches_pattern;
pub use problem::{PackProblem, Problems};
pub use walk::{Found, Reference};

//! Packs: schema, reading, and the checks that need no cluster. Pure.

mod builtin;
mod changes;
mod forms;
mod link;
mod load;
mod markdown;
mod mention;
mod model;
mod path;
mod pattern;
mod problem;
mod read;
mod reference;
pub mod schema;
mod version;
mod walk;

pub use builtin::{builtin, builtin_problems};
pub use changes::{Changes, Delta};
pub use link::{Link, links, shown};
pub use load::{
    Files, MAX_FILE, ROOT_FILES, Unread, Walked, load, load_by, place_of_key, place_of_part,
};
pub use markdown::{PAGE_COLUMNS, SCREEN_COLUMNS};
pub use mention::{Mention, mentions};
pub use model::*;
pub use path::{FieldPath, PathError};
pub use pattern::matches_pattern;
pub use problem::{PackProblem, Problems};
pub use reference::{Advice, Guide, GuideOption, GuideQuestion, Term};
pub use version::{KUBERNETES, Need, Range, Version, VersionError};
pub use walk::{Found, Reference};

//! Terminal, event loop, clock, files, journal, editor: the only place where effects happen.

pub mod journal;
pub mod packs;
pub mod paths;

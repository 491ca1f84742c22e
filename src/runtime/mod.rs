//! Terminal, event loop, clock, files, journal, editor: the only place where effects happen.

mod background;
pub mod frames;
mod input;
pub mod journal;
mod own_editor;
pub mod packs;
pub mod paths;
pub mod preview;
pub mod recording;
pub mod settings;
mod terminal;
pub mod tutor;
pub mod watched;

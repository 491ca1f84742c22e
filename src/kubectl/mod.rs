//! kubectl's command table, printers and its own texts.

mod apply;
mod apply_error;
mod apply_find;
mod apply_fix;
mod apply_folder;
mod apply_list;
mod apply_read;

pub use apply::{Applied, ApplyOptions, LAST_APPLIED, apply, apply_reading};
pub use apply_find::placed;
pub use apply_folder::{AppliedFolder, FolderFile, apply_folder};

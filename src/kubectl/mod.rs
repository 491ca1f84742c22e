//! kubectl's command table, printers and its own texts.

mod apply;
mod apply_error;
mod apply_find;
mod apply_fix;
mod apply_list;
mod apply_read;

pub use apply::{Applied, ApplyOptions, LAST_APPLIED, apply};
pub use apply_find::placed;

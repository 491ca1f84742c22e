//! Text, spans, line index and findings: what every stage says about a place
//! in a text. Pure.

mod aside;
mod clean;
mod finding;
pub mod halves;
mod line_index;
pub mod sort;
mod span;

pub use aside::Aside;
pub use clean::{clean, clean_line};
pub use finding::{Edit, Finding, Fix, Severity};
#[cfg(test)]
pub(crate) use halves::undivided;
pub use halves::{both, in_parts, in_parts_of};
pub use line_index::{LineIndex, Position};
pub use span::Span;

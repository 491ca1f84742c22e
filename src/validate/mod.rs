//! The API server's rules: one small function a rule, in the server's order,
//! with the server's words. Pure: what the cluster holds is asked through
//! [`Surroundings`].

mod error;
mod issue;
mod surroundings;

pub use error::{ApiError, Cause, Reason};
pub use issue::{Issue, Mark, Remedy};
pub use surroundings::{NamespaceState, Owner, RecordedCluster, Surroundings};

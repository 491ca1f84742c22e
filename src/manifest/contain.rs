//! Panics of the YAML scanner kept inside.
//!
//! libyaml-safer panics on some malformed input (`[!, x]`). A learner types such text on
//! the way to something sensible, so a panic there is one more way to say "no".

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Puts a panic hook on top of the present one which stays silent while the YAML scanner
/// runs on the panicking thread. The first reading of a manifest does this by itself;
/// call it again after something else has set a panic hook (a terminal's, which would
/// leave the screen), so that this one is asked first.
pub fn quiet_panics() {
    let previous = take_hook();
    set_hook(Box::new(move |info| {
        if !GUARDED.with(Cell::get) {
            previous(info);
        }
    }));
}

/// Runs `work`; `None` when it panicked. Nothing is printed then.
pub(super) fn contain<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(quiet_panics);
    let before = GUARDED.with(|guarded| guarded.replace(true));
    // What `work` touches is dropped with it: nothing half-changed is seen afterwards.
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.with(|guarded| guarded.set(before));
    result.ok()
}

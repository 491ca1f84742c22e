//! Work in two halves at once (docs/decisions/0018-two-threads.md).

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread::{Builder, available_parallelism, scope};

/// Runs both, at once where the machine has two cores, and gives what each gave: the same as
/// one after the other. To start costs as much as printing some tens of objects. Where one
/// panics, so does this.
pub fn both<A: Send, B>(a: impl Fn() -> A + Sync, b: impl FnOnce() -> B) -> (A, B) {
    static HAS_TWO: OnceLock<bool> = OnceLock::new();
    let has_two = *HAS_TWO.get_or_init(|| available_parallelism().map_or(1, NonZero::get) > 1);
    scope(|scope| {
        let started = has_two.then(|| Builder::new().spawn_scoped(scope, &a));
        let b = b();
        // Where no thread could be started it is done here.
        let a = match started.and_then(Result::ok).map(|thread| thread.join()) {
            Some(Ok(a)) => a,
            Some(Err(panic)) => resume_unwind(panic),
            None => a(),
        };
        (a, b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn both_halves_are_given_and_a_panic_of_either_is_passed_on() {
        let text = "a b c".to_owned();
        assert_eq!(both(|| &text[..1], || text[2..].to_owned()), ("a", "b c".to_owned()));
        let told = |panicked: Result<((), ()), Box<dyn std::any::Any + Send>>| {
            panicked.unwrap_err().downcast_ref::<&str>().map(|what| (*what).to_owned())
        };
        assert_eq!(told(catch_unwind(|| both(|| panic!("first"), || ()))), Some("first".into()));
        assert_eq!(told(catch_unwind(|| both(|| (), || panic!("second")))), Some("second".into()));
    }
}

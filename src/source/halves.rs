//! Work in two halves at once (docs/decisions/0018-two-threads.md).

use std::hint::black_box;
use std::mem::take;
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism, scope};

/// Runs both, at once where the machine has two cores, and gives what each gave: the same as
/// one after the other. To start costs as much as printing some tens of objects. Where one
/// panics, so does this.
pub fn both<A: Send, B>(a: impl Fn() -> A + Sync, b: impl FnOnce() -> B) -> (A, B) {
    let a: &(dyn Fn() -> A + Sync) = &a;
    let given = Mutex::new(None);
    let run = || {
        let a = a();
        *given.lock().unwrap_or_else(PoisonError::into_inner) = Some(a);
    };
    let b = scope(|scope| {
        let thread = start(scope, &run);
        let b = b();
        if let Some(Err(panic)) = thread.map(ScopedJoinHandle::join) {
            resume_unwind(panic);
        }
        b
    });
    // Where no thread could be started it is done here.
    (given.into_inner().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(a), b)
}

/// Starts a thread where the machine has two cores. It is there once, whatever is run.
fn start<'s>(
    scope: &'s Scope<'s, '_>,
    run: &'s (dyn Fn() + Sync),
) -> Option<ScopedJoinHandle<'s, ()>> {
    static HAS_TWO: OnceLock<bool> = OnceLock::new();
    let has_two = *HAS_TWO.get_or_init(|| available_parallelism().map_or(1, NonZero::get) > 1);
    has_two.then(|| Builder::new().spawn_scoped(scope, run).ok()).flatten()
}

/// Has the thread's allocator take so much memory of the system at once, before very many small
/// pieces are asked for. Else glibc's asks for each page of a second thread by itself.
pub fn make_room(n_bytes: usize) {
    // The first, once given back, tells glibc not to treat pieces of this size in a way of their
    // own; it keeps the second.
    for _ in 0..2 {
        drop(black_box(Vec::<u8>::with_capacity(n_bytes)));
    }
}

/// From so many on a list is made in parts.
const MANY: usize = 400;
/// How many parts those are: more than two, since one may hold more work than another.
const PARTS: usize = 8;

/// What `make` makes of the places of a list of `n`, part by part in order: two parts at once
/// where the list is long. What comes of it depends on `n` alone.
pub fn in_parts<T: Send>(n: usize, make: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    in_parts_of(&[n], make)
}

/// The same of lists of so many places each, one behind the other: each long one has its own
/// parts, since what stands in it may be more work than what stands in another.
pub fn in_parts_of<T: Send>(sizes: &[usize], make: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let parts = parts_of(sizes);
    let make: &(dyn Fn(Range<usize>) -> T + Sync) = &make;
    each(parts.len(), &|n| make(parts.get(n).cloned().unwrap_or_default()))
}

fn parts_of(sizes: &[usize]) -> Vec<Range<usize>> {
    let n = sizes.iter().sum();
    if n < MANY || is_undivided() {
        return std::iter::once(0..n).collect();
    }
    let mut parts = Vec::new();
    let (mut begun, mut end) = (0, 0);
    for size in sizes {
        if *size >= MANY {
            parts.push(begun..end);
            let place = |part: usize| end + size * part / PARTS;
            parts.extend((0..PARTS).map(|part| place(part)..place(part + 1)));
            begun = end + size;
        }
        end += size;
        // Short ones share a part.
        if end - begun >= MANY {
            parts.push(std::mem::replace(&mut begun, end)..end);
        }
    }
    parts.push(begun..end);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a test wants nothing to be made in parts.
#[cfg(not(test))]
pub(crate) const fn is_undivided() -> bool {
    false
}

/// The same in tests.
#[cfg(test)]
pub(crate) fn is_undivided() -> bool {
    undivided::IS.get()
}

/// What `make` makes of each number up to `n`, in order: of two at once, where there are two.
/// It is for what is so much work that there are few of it.
pub fn each<T: Send>(n: usize, make: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let slots: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
    run_all(n, &|at| {
        let made = make(at);
        if let Some(slot) = slots.get(at) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    });
    let made = |slot: Mutex<_>| slot.into_inner().unwrap_or_else(PoisonError::into_inner);
    slots.into_iter().filter_map(made).collect()
}

/// Runs `run` with each number up to `n`: one piece of code, whatever comes of it.
fn run_all(n: usize, run: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let some = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= n {
                return;
            }
            run(at);
        }
    };
    if n < 2 { some() } else { both(some, some).1 }
}

/// From so many items on two halves are worth a second thread.
const HALVED: usize = 200;

/// Whether so many items are worth two halves.
#[must_use]
pub fn are_many(n: usize) -> bool {
    n >= HALVED
}

/// What `does` gives for each item, in order: many in two halves at once.
pub fn map<T: Send, R: Send>(mut items: Vec<T>, does: impl Fn(T) -> R + Sync) -> Vec<R> {
    let half: &(dyn Fn(Vec<T>) -> Vec<R> + Sync) = &|items| items.into_iter().map(&does).collect();
    if !are_many(items.len()) {
        return half(items);
    }
    let second = items.split_off(items.len() / 2);
    let halves = [items, second].map(Mutex::new);
    let taken =
        |half: &Mutex<Vec<T>>| take(&mut *half.lock().unwrap_or_else(PoisonError::into_inner));
    let made = each(halves.len(), &|n| half(halves.get(n).map(taken).unwrap_or_default()));
    made.into_iter().flatten().collect()
}

/// For tests of what is made in parts.
#[cfg(test)]
pub(crate) mod undivided {
    use std::cell::Cell;

    std::thread_local! {
        pub(super) static IS: Cell<bool> = const { Cell::new(false) };
    }

    /// What `does` gives while nothing is made in parts.
    pub(crate) fn all<T>(does: impl FnOnce() -> T) -> T {
        IS.set(true);
        let given = does();
        IS.set(false);
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn each_item_has_its_place() {
        for n in [0, 1, HALVED - 1, HALVED, HALVED + 1, 3 * HALVED] {
            let items: Vec<usize> = (0..n).collect();
            let doubled: Vec<usize> = items.iter().map(|n| n * 2).collect();
            assert_eq!(map(items, |n| n * 2), doubled);
        }
    }

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

    #[test]
    fn what_is_made_of_few_numbers_comes_in_their_order() {
        for n in 0..20 {
            assert!(each(n, &|n| 3 * n).into_iter().eq((0..n).map(|n| 3 * n)), "{n}");
        }
    }

    #[test]
    fn parts_come_in_order_and_hold_each_place_once() {
        for n in (0..2 * MANY).chain([9_999]) {
            let parts = in_parts(n, |places| places);
            assert_eq!(parts.len(), if n < MANY { 1 } else { PARTS });
            assert!(parts.into_iter().flatten().eq(0..n), "{n}");
        }
        for (sizes, n_parts) in [
            (vec![], 1),
            (vec![0, MANY - 1, 0], 1),
            (vec![MANY, 1, MANY], 2 * PARTS + 1),
            (vec![1, 2, 5 * MANY, 3, 4], PARTS + 2),
            (vec![MANY - 1; 9], 5),
        ] {
            let parts = in_parts_of(&sizes, |places| places);
            assert_eq!(parts.len(), n_parts, "{sizes:?}");
            assert!(parts.into_iter().flatten().eq(0..sizes.iter().sum()), "{sizes:?}");
        }
    }
}

//! Work that goes on beside who waits for it (docs/decisions/0018-two-threads.md).

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

/// What there is to do, and what is set where it shall stop.
type Waiting = (Box<dyn FnOnce(Arc<AtomicBool>) + Send>, Arc<AtomicBool>);

/// Work under way. Where this is dropped, it is asked to stop.
#[derive(Debug)]
pub struct Aside {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Aside {
    /// Starts `does`, which is to look now and then at whether it shall stop. Where no thread can
    /// be started it is done here and now.
    pub fn start(does: Box<dyn FnOnce(Arc<AtomicBool>) + Send>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let waiting = Arc::new(Mutex::new(Some((does, stop.clone()))));
        let run = |waiting: &Mutex<Option<Waiting>>| {
            let taken = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((does, stop)) = taken {
                does(stop);
            }
        };
        let there = waiting.clone();
        let thread = Builder::new().spawn(move || run(&there)).ok();
        if thread.is_none() {
            run(&waiting);
        }
        Self { stop, thread }
    }

    /// Waits for its end. Where it panicked, so does this.
    pub fn join(mut self) {
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            resume_unwind(panic);
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::channel;

    #[test]
    fn it_ends_by_itself_or_is_stopped_and_a_panic_is_passed_on() {
        let (say, hear) = channel();
        let told = say.clone();
        Aside::start(Box::new(move |_| told.send("done").unwrap())).join();
        assert_eq!(hear.recv(), Ok("done"));

        let aside = Aside::start(Box::new(move |stop| {
            while !stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            say.send("stopped").unwrap();
        }));
        drop(aside);
        assert_eq!(hear.recv(), Ok("stopped"));

        let aside = Aside::start(Box::new(|_| panic!("why")));
        let panic = catch_unwind(AssertUnwindSafe(|| aside.join())).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"why"));
    }
}

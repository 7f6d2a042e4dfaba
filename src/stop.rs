//! Ends a call early: after Ctrl-C, or when memory is short.
//!
//! Some loops over one long text take minutes. They call [`poll`] every few milliseconds. If the call is to end, `poll`
//! unwinds the stack, on every thread that works for the call, up to [`call`], which returns the reason. So algorithms
//! need no result type for an event that is rare, and every buffer on the way is freed. Allocations whose size follows
//! from the input go through [`filled`], [`resize`] and [`reserve`], which unwind in the same way instead of aborting
//! the process.
//!
//! The hook asks the outside world whether to end, for example Python whether a signal handler raised an exception. It
//! is called on the thread that began the call, at most once in [`INTERVAL`].

use crate::memory;
use std::cell::{Cell, RefCell};
use std::collections::TryReserveError;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Why a call ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The hook returned true.
    Interrupted = 1,
    /// Memory could not be allocated.
    OutOfMemory = 2,
}

/// The time between two calls of the hook.
pub const INTERVAL: Duration = Duration::from_millis(50);

static HOOK: OnceLock<fn() -> bool> = OnceLock::new();

/// The threads of one call: 0 while it goes on, or the reason why it ends.
#[derive(Clone, Default)]
pub struct Shared(Arc<AtomicU8>);

/// When the hook was last called.
#[derive(Clone, Copy)]
enum Asked {
    /// Only the thread that began the call calls the hook.
    ByAnotherThread,
    /// The clock is read at a poll, because many calls end before the first.
    NotYet,
    At(Instant),
}

thread_local! {
    /// The call that this thread works for. `None` while no other thread works for it.
    static CALL: RefCell<Option<Shared>> = const { RefCell::new(None) };
    static ASKED: Cell<Asked> = const { Cell::new(Asked::ByAnotherThread) };
}

/// Sets the hook, once for the process.
pub fn set_hook(hook: fn() -> bool) {
    // A second call has the same hook.
    let _ = HOOK.set(hook);
}

/// Runs work that can be ended early.
///
/// # Errors
/// The reason, if it was.
///
/// # Panics
/// If the work does.
pub fn call<R>(work: impl FnOnce() -> R) -> Result<R, Reason> {
    struct Restore(Option<Shared>, Asked);
    impl Drop for Restore {
        fn drop(&mut self) {
            CALL.set(self.0.take());
            ASKED.set(self.1);
        }
    }
    memory::fill();
    let _restore = Restore(CALL.take(), ASKED.replace(Asked::NotYet));
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<Reason>() {
        Ok(reason) => *reason,
        Err(panic) => resume_unwind(panic),
    })
}

/// The call that this thread works for, to be passed to [`join`] on another thread.
#[must_use]
pub fn current() -> Option<Shared> {
    CALL.with_borrow_mut(|call| match ASKED.get() {
        Asked::ByAnotherThread => call.clone(),
        Asked::NotYet | Asked::At(_) => Some(call.get_or_insert_default().clone()),
    })
}

/// Makes this thread, which is new, work for a call.
pub fn join(call: Option<Shared>) {
    CALL.set(call);
}

/// Unwinds if the call is to end. Reading the clock takes some 30 ns, so this is not called for each short text.
pub fn poll() {
    if let Some(reason) = CALL.with_borrow(|call| call.as_ref().and_then(reason)) {
        resume_unwind(Box::new(reason));
    }
    if memory::was_short() {
        end(Reason::OutOfMemory);
    }
    match ASKED.get() {
        Asked::ByAnotherThread => {}
        Asked::NotYet => ASKED.set(Asked::At(Instant::now())),
        Asked::At(asked) if asked.elapsed() <= INTERVAL => {}
        Asked::At(_) => {
            let ends = HOOK.get().is_some_and(|hook| hook());
            // The hook may have waited for another thread.
            ASKED.set(Asked::At(Instant::now()));
            if ends {
                end(Reason::Interrupted);
            }
        }
    }
}

/// Calls [`poll`] at every `interval`-th step, for loops of short steps.
#[inline]
pub fn poll_every(step: usize, interval: usize) {
    if step % interval == interval - 1 {
        poll();
    }
}

/// Calls [`poll`] at times, for loops whose steps have no number.
#[derive(Debug, Default)]
pub struct Countdown(u32);

impl Countdown {
    /// The number of steps between two polls.
    const STEPS: u32 = 1 << 16;

    #[inline]
    pub fn step(&mut self) {
        self.0 += 1;
        if self.0 == Self::STEPS {
            self.0 = 0;
            poll();
        }
    }
}

/// Ends the call, on all its threads.
fn end(reason: Reason) -> ! {
    CALL.with_borrow(|call| {
        if let Some(Shared(state)) = call {
            state.store(reason as u8, Relaxed);
        }
    });
    // Unlike panic!(), this prints no message.
    resume_unwind(Box::new(reason))
}

fn reason(Shared(state): &Shared) -> Option<Reason> {
    match state.load(Relaxed) {
        0 => None,
        1 => Some(Reason::Interrupted),
        _ => Some(Reason::OutOfMemory),
    }
}

/// Makes room for `additional` elements, or ends the call.
pub fn reserve<T>(vector: &mut Vec<T>, additional: usize) {
    check_reserved(vector.try_reserve(additional));
}

/// Ends the call if a collection could not make room.
#[expect(clippy::needless_pass_by_value, reason = "an outcome that is made for this call")]
pub fn check_reserved<E>(outcome: Result<(), E>) {
    if outcome.is_err() {
        end(Reason::OutOfMemory);
    }
}

/// Sorts, in pieces of some milliseconds.
pub fn sort<T: Ord>(items: &mut [T]) {
    const PIECE: usize = 1 << 20;
    poll();
    if items.len() <= PIECE {
        return items.sort_unstable();
    }
    let middle = items.len() / 2;
    items.select_nth_unstable(middle);
    let (low, high) = items.split_at_mut(middle);
    sort(low);
    sort(high);
}

/// Appends an element to a vector, as [`Vec::push`] does.
#[inline]
pub fn push<T>(vector: &mut Vec<T>, value: T) {
    reserve(vector, 1);
    vector.push(value);
}

/// Appends a slice to a vector, as [`Vec::extend_from_slice`] does.
pub fn extend<T: Clone>(vector: &mut Vec<T>, slice: &[T]) {
    reserve(vector, slice.len());
    vector.extend_from_slice(slice);
}

/// A copy of a slice that cannot grow.
pub fn boxed<T: Clone>(slice: &[T]) -> Box<[T]> {
    let mut vector = with_capacity(slice.len());
    vector.extend_from_slice(slice);
    vector.into()
}

/// Ends the call if so much memory cannot be allocated now: for functions of libraries that allocate it.
pub fn probe(bytes: usize) {
    drop(black_box(with_capacity::<u8>(bytes)));
}

/// An empty vector with room for `capacity` elements.
#[must_use]
pub fn with_capacity<T>(capacity: usize) -> Vec<T> {
    let mut vector = Vec::new();
    check_reserved(vector.try_reserve_exact(capacity));
    vector
}

/// A vector of `length` copies of a value.
pub fn filled<T: Clone>(value: T, length: usize) -> Vec<T> {
    try_filled(value, length).unwrap_or_else(|_| end(Reason::OutOfMemory))
}

/// A vector of `length` copies of a value.
///
/// # Errors
/// If memory cannot be allocated.
pub fn try_filled<T: Clone>(value: T, length: usize) -> Result<Vec<T>, TryReserveError> {
    /// The size, in bytes, from which the system gives zeros without writing them.
    const LARGE: usize = 1 << 17;
    let mut vector = Vec::new();
    vector.try_reserve_exact(length)?;
    if length < LARGE / size_of::<T>().max(1) {
        vector.resize(length, value);
        return Ok(vector);
    }
    // `vec!` gets zeros from the system, but aborts the process if there is no memory: there is, because so much is
    // freed here. Seen through a black box, because the compiler removes allocations that are not used.
    drop(black_box(vector));
    Ok(vec![value; length])
}

/// Changes the length of a vector, as [`Vec::resize`] does.
pub fn resize<T: Clone>(vector: &mut Vec<T>, length: usize, value: T) {
    reserve(vector, length.saturating_sub(vector.len()));
    vector.resize(length, value);
}

#[cfg(test)]
mod tests {
    use super::{Reason, call, current, filled, join, poll, set_hook};
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    static INTERRUPT: AtomicBool = AtomicBool::new(false);

    #[test]
    fn a_call_ends_on_all_its_threads() {
        set_hook(|| INTERRUPT.swap(false, Relaxed));
        assert_eq!(call(|| 1), Ok(1));
        INTERRUPT.store(true, Relaxed);
        let ended = call(|| {
            let shared = current();
            let work = || -> () {
                loop {
                    poll();
                }
            };
            std::thread::scope(|scope| {
                let other = scope.spawn(|| {
                    join(shared);
                    std::panic::catch_unwind(work).unwrap_err().downcast_ref::<Reason>().copied()
                });
                let own = std::panic::catch_unwind(work).unwrap_err();
                assert_eq!(other.join().unwrap(), Some(Reason::Interrupted));
                std::panic::resume_unwind(own)
            });
        });
        assert_eq!(ended, Err::<(), _>(Reason::Interrupted));
        // The next call, and a thread that works for none, go on.
        assert_eq!(call(poll), Ok(()));
        poll();
    }

    #[test]
    fn memory_that_is_short_ends_the_call() {
        let ended = call(|| filled(0_u64, usize::MAX / 16).len());
        assert_eq!(ended, Err(Reason::OutOfMemory));
    }
}

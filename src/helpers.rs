//! The threads that help the calling thread, for one call.
//!
//! They borrow from the caller, who therefore waits for them, however the call ends.
//!
//! During the call, the calling thread may fork the process, in a function of the user or in a signal handler. The child
//! has a copy of that thread alone, and of the memory as the other threads left it. So the helpers rest while the process
//! forks: [`pause`] waits until each has put its worker back and holds no lock. The parent then calls [`resume`]. The
//! child calls [`leave`], after which the calling thread goes on alone, with all that the helpers have done. What other
//! threads fork needs none of this: the child does not go on with our call.

use crate::memory;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

static FORKS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The gates of the calls of this thread, the innermost call last.
    static GATES: RefCell<Vec<Arc<Gate>>> = const { RefCell::new(Vec::new()) };
}

/// Lets the helpers of this thread's calls rest. To be called before the process forks.
pub fn pause() {
    for gate in gates() {
        let mut state = locked(&gate.state);
        state.is_paused = true;
        while state.working > 0 {
            state = gate.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Lets the helpers go on. To be called in the parent, after it has forked.
pub fn resume() {
    for gate in gates() {
        locked(&gate.state).is_paused = false;
        gate.changed.notify_all();
    }
}

/// Notes that there are no helpers. To be called in the child, after the fork.
pub fn leave() {
    FORKS.fetch_add(1, Relaxed);
    gates().iter().for_each(|gate| gate.is_left.store(true, Relaxed));
}

/// A number that is another one in a forked child.
#[must_use]
pub fn forks() -> usize {
    FORKS.load(Relaxed)
}

fn gates() -> Vec<Arc<Gate>> {
    GATES.with_borrow(Clone::clone)
}

/// What the helpers of a call pass before they touch anything that is shared.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
    /// Whether this is a child process without helpers. Then nothing else here is used: a helper may have held the lock.
    is_left: AtomicBool,
}

#[derive(Default)]
struct State {
    is_paused: bool,
    is_closed: bool,
    /// The number of helpers that work on a batch, and of threads that have not ended.
    working: usize,
    running: usize,
}

/// The batches of a call, and the workers of its helpers. Helpers use it only while they are working, or hold the lock
/// of the gate while it is not paused.
struct Shared<B, W> {
    waiting: VecDeque<B>,
    used: Vec<B>,
    workers: Vec<Option<W>>,
}

/// The threads that help with a call.
pub struct Helpers<'a, B, W> {
    gate: Arc<Gate>,
    shared: Arc<Mutex<Shared<B, W>>>,
    threads: Vec<JoinHandle<()>>,
    borrowed: PhantomData<&'a ()>,
}

impl<'a, B: Default + Send, W: Send> Helpers<'a, B, W> {
    /// Starts `count` threads, which work on batches with workers that `make` returns.
    pub fn new(count: usize, make: &'a (impl Fn() -> W + Sync), work: &'a (impl Fn(&mut B, &mut W) + Sync)) -> Self {
        let (gate, threads) = (Arc::<Gate>::default(), Vec::new());
        let workers = (0..count).map(|_| None).collect();
        let shared = Arc::new(Mutex::new(Shared { waiting: VecDeque::new(), used: Vec::new(), workers }));
        GATES.with_borrow_mut(|gates| gates.push(gate.clone()));
        let mut helpers = Self { gate, shared, threads, borrowed: PhantomData };
        // If the system cannot start more threads, the ones that were started do the work.
        let _ = (0..count).all(|number| memory::suffices_for_thread() && helpers.start(number, make, work));
        helpers
    }

    fn start(
        &mut self,
        number: usize,
        make: &'a (impl Fn() -> W + Sync),
        work: &'a (impl Fn(&mut B, &mut W) + Sync),
    ) -> bool {
        let (gate, shared) = (self.gate.clone(), self.shared.clone());
        locked(&self.gate.state).running += 1;
        let running = Running(self.gate.clone());
        let help = move || {
            let _running = running;
            while let Some((mut batch, worker)) = next(&gate, &shared, number) {
                let _working = Working(&gate);
                let mut worker = worker.unwrap_or_else(make);
                work(&mut batch, &mut worker);
                let mut shared = locked(&shared);
                shared.workers[number] = Some(worker);
                shared.used.push(batch);
            }
        };
        // SAFETY: the thread borrows for no longer than 'a, which outlives `self`. `self` is never forgotten, and waits
        // for the thread when it is dropped; in a forked child there is no thread.
        let thread = unsafe { Builder::new().spawn_unchecked(help) };
        thread.map(|thread| self.threads.push(thread)).is_ok()
    }

    /// Gives a batch to the helpers, and replaces it by one to be filled. Returns false if enough batches are waiting.
    pub fn take(&self, batch: &mut B) -> bool {
        if self.are_gone() {
            return false;
        }
        {
            let _state = locked(&self.gate.state);
            let mut shared = locked(&self.shared);
            if shared.waiting.len() >= 2 * shared.workers.len() {
                return false;
            }
            let next = shared.used.pop().unwrap_or_default();
            shared.waiting.push_back(std::mem::replace(batch, next));
        }
        self.gate.changed.notify_one();
        true
    }

    /// Tells the helpers that no batch follows, and returns one that still waits.
    pub fn give_back(&self) -> Option<B> {
        self.close();
        let _state = (!self.are_gone()).then(|| locked(&self.gate.state));
        locked(&self.shared).waiting.pop_front()
    }

    /// Waits for the helpers to end, for some time. Returns whether they have.
    pub fn wait(&self, time: Duration) -> bool {
        self.close();
        if self.are_gone() {
            return true;
        }
        let state = locked(&self.gate.state);
        let waited = self.gate.changed.wait_timeout_while(state, time, |state| state.running > 0);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Waits for the helpers, and returns their workers.
    ///
    /// # Panics
    /// If a helper has panicked, with its panic.
    pub fn finish(mut self) -> Vec<W> {
        let ends = self.join();
        ends.into_iter().for_each(|end| end.unwrap_or_else(|panic| resume_unwind(panic)));
        let workers = std::mem::take(&mut locked(&self.shared).workers);
        workers.into_iter().flatten().collect()
    }
}

impl<B, W> Helpers<'_, B, W> {
    /// Whether this is a child process that was forked during the call.
    fn are_gone(&self) -> bool {
        self.gate.is_left.load(Relaxed)
    }

    fn close(&self) {
        if !self.are_gone() {
            locked(&self.gate.state).is_closed = true;
            self.gate.changed.notify_all();
        }
    }

    fn join(&mut self) -> Vec<std::thread::Result<()>> {
        self.close();
        let threads = std::mem::take(&mut self.threads);
        if self.are_gone() {
            std::mem::forget(threads);
            return Vec::new();
        }
        threads.into_iter().map(JoinHandle::join).collect()
    }
}

impl<B, W> Drop for Helpers<'_, B, W> {
    fn drop(&mut self) {
        drop(self.join());
        GATES.with_borrow_mut(|gates| gates.retain(|gate| !Arc::ptr_eq(gate, &self.gate)));
    }
}

/// A helper that works on a batch, until it is dropped, even by a panic.
struct Working<'a>(&'a Gate);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.0.state);
        state.working -= 1;
        if state.is_paused && state.working == 0 {
            self.0.changed.notify_all();
        }
    }
}

/// A thread, until it ends.
struct Running(Arc<Gate>);

impl Drop for Running {
    fn drop(&mut self) {
        locked(&self.0.state).running -= 1;
        self.0.changed.notify_all();
    }
}

/// The next batch of a helper, which is working from now on, and its worker, if it has one. `None` if no batch follows.
fn next<B, W>(gate: &Gate, shared: &Mutex<Shared<B, W>>, number: usize) -> Option<(B, Option<W>)> {
    let mut state = locked(&gate.state);
    loop {
        if !state.is_paused {
            let mut shared = locked(shared);
            if let Some(batch) = shared.waiting.pop_front() {
                state.working += 1;
                return Some((batch, shared.workers[number].take()));
            }
            if state.is_closed {
                return None;
            }
        }
        state = gate.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Memory that is kept for when the system has none left.
//!
//! Buffers whose size follows from the input are requested in a way that can fail. All other allocations are small, but
//! there are many, and Rust ends the process if one fails. So when one does, the reserve is freed, which the allocation
//! and those that follow can use, and the call ends at its next check: `stop::poll` asks [`was_short`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};

/// The size of a part of the reserve. Nothing is written to it, so it takes addresses, of which processors of 64 bits have
/// plenty, but no memory of the machine.
const SIZE: usize = if usize::BITS < 64 { 1 << 20 } else { 1 << 24 };
const LAYOUT: Layout = Layout::new::<[u8; SIZE]>();

/// The largest allocation that may use the reserve, so that something is left for others.
#[cfg(any(feature = "python", test))]
const LARGEST: usize = SIZE / 2;

/// The parts of the reserve, freed one at a time: the system's allocator would give all of it to one thread.
static RESERVE: [AtomicPtr<u8>; 4] = [const { AtomicPtr::new(null_mut()) }; 4];

thread_local! {
    static WAS_SHORT: Cell<bool> = const { Cell::new(false) };
}

/// Fills what is empty of the reserve. Called when the module is imported, and when a call begins.
pub fn fill() {
    WAS_SHORT.set(false);
    for part in RESERVE.iter().filter(|part| part.load(Relaxed).is_null()) {
        // SAFETY: the size is not zero. What another thread has filled meanwhile is freed.
        unsafe {
            let before = part.swap(System.alloc(LAYOUT), AcqRel);
            free(before);
        }
    }
}

/// Whether this thread has used the reserve since this was last asked.
pub fn was_short() -> bool {
    WAS_SHORT.replace(false)
}

/// Whether there are addresses for a thread: for its data, without which the system ends the process, and for the range
/// that glibc gives to each thread; without that, the smallest allocation takes a page.
#[cfg(unix)]
#[must_use]
pub fn suffices_for_thread() -> bool {
    const RANGE: usize = if usize::BITS < 64 { 1 << 22 } else { 1 << 27 };
    // SAFETY: the range is new, nothing is written to it, and it is given back here.
    unsafe {
        let range = libc::mmap(null_mut(), RANGE, libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANON, -1, 0);
        range != libc::MAP_FAILED && libc::munmap(range, RANGE) == 0
    }
}

/// Other systems raise errors when a thread cannot be started.
#[cfg(not(unix))]
#[must_use]
pub fn suffices_for_thread() -> bool {
    true
}

/// Frees a part of the reserve. Returns false if it was empty.
///
/// # Safety
/// The pointer was taken out of [`RESERVE`], which owned it.
unsafe fn free(reserve: *mut u8) -> bool {
    if reserve.is_null() {
        return false;
    }
    // SAFETY: it was allocated in `fill`, with this layout, and nobody else has it.
    unsafe { System.dealloc(reserve, LAYOUT) };
    true
}

/// The system's allocator, with a reserve.
#[cfg(any(feature = "python", test))]
pub struct Allocator;

#[cfg(any(feature = "python", test))]
impl Allocator {
    #[inline]
    fn allocate(size: usize, attempt: impl Fn() -> *mut u8) -> *mut u8 {
        let found = attempt();
        if found.is_null() && size <= LARGEST { Self::from_reserve(attempt) } else { found }
    }

    #[cold]
    fn from_reserve(attempt: impl Fn() -> *mut u8) -> *mut u8 {
        for part in &RESERVE {
            // SAFETY: it is taken out here.
            if unsafe { free(part.swap(null_mut(), AcqRel)) } {
                WAS_SHORT.set(true);
                let found = attempt();
                if !found.is_null() {
                    return found;
                }
            }
        }
        null_mut()
    }
}

// SAFETY: all memory is the system allocator's. An attempt that failed has changed nothing, so it may be repeated. Nothing
// here panics.
#[cfg(any(feature = "python", test))]
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the arguments are the caller's.
        Self::allocate(layout.size(), || unsafe { System.alloc(layout) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the arguments are the caller's.
        Self::allocate(layout.size(), || unsafe { System.alloc_zeroed(layout) })
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the arguments are the caller's.
        Self::allocate(size, || unsafe { System.realloc(memory, layout, size) })
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the arguments are the caller's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allocator, LARGEST, RESERVE, fill, was_short};
    use std::cell::Cell;
    use std::ptr::{NonNull, null_mut};

    #[test]
    fn small_allocations_use_the_reserve() {
        let attempts = Cell::new(0);
        let after = |failures: usize| {
            let attempts = &attempts;
            move || {
                attempts.set(attempts.get() + 1);
                if attempts.get() > failures { NonNull::dangling().as_ptr() } else { null_mut() }
            }
        };
        let parts = RESERVE.len();
        for (size, failures, expected) in [(LARGEST + 1, 1, 1), (LARGEST, 0, 1), (LARGEST, 1, 2), (1, parts, parts + 1)]
        {
            fill();
            assert!(!was_short());
            attempts.set(0);
            let found = Allocator::allocate(size, after(failures));
            assert_eq!((found.is_null(), attempts.get()), (size > LARGEST, expected));
            assert_eq!(was_short(), failures > 0 && size <= LARGEST);
        }
        // Nothing is left.
        attempts.set(0);
        assert!(Allocator::allocate(1, after(1)).is_null());
        assert!(!was_short());
        fill();
    }
}

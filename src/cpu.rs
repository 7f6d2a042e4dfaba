//! What depends on the processor.

/// Asks the processor to bring the beginning of a text into its cache.
#[inline]
pub fn prefetch(text: &[u8]) {
    text.chunks(64).take(8).for_each(|line| prefetch_line(line.as_ptr()));
}

/// Asks the processor to bring the 64 bytes around an address into its cache. Any address will do.
#[inline]
pub fn prefetch_line(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, which reads nothing, never faults, and is part of SSE, and so of every x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

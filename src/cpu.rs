//! What depends on the processor: which of several versions of a function runs, and hints to the cache.
//!
//! The crate is compiled for every processor of its architecture, and some functions a second and third time, for
//! wider vectors. [`level`] detects once which of them this processor runs, and [`dispatch`] calls that version.
//! Whatever chooses code by processor at run time goes through here.

#[cfg(target_arch = "x86_64")]
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Whether every processor that the crate is compiled for computes `a · b + c` with a single rounding.
pub const ALWAYS_FUSES: bool = cfg!(target_feature = "neon");

/// The instructions that a processor has. Each level includes the ones before it.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every x86-64 processor.
    Baseline,
    /// AVX2, and FMA and F16C, which came with it.
    Avx2,
    /// The foundation of AVX-512.
    Avx512,
}

/// The level of this processor plus one, or 0 until it is detected.
#[cfg(target_arch = "x86_64")]
static LEVEL: AtomicU8 = AtomicU8::new(0);

/// The level of this processor.
#[cfg(target_arch = "x86_64")]
#[inline]
pub fn level() -> Level {
    match LEVEL.load(Relaxed) {
        0 => detect(),
        1 => Level::Baseline,
        2 => Level::Avx2,
        _ => Level::Avx512,
    }
}

#[cfg(target_arch = "x86_64")]
#[cold]
fn detect() -> Level {
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c");
    let level = match (avx2, is_x86_feature_detected!("avx512f")) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        (false, _) => Level::Baseline,
    };
    LEVEL.store(level as u8 + 1, Relaxed);
    level
}

/// Calls the version of a function that was compiled for this processor.
///
/// `avx512` may be left out. The versions for AVX2 and AVX-512 have the attribute `#[target_feature]`, and enable no
/// feature that [`Level`] does not list.
macro_rules! dispatch {
    (avx512: $avx512:expr, avx2: $avx2:expr, baseline: $baseline:expr $(,)?) => {{
        #[cfg(target_arch = "x86_64")]
        {
            match $crate::cpu::level() {
                // SAFETY: the processor has AVX-512F, and with it AVX2.
                $crate::cpu::Level::Avx512 => unsafe { $avx512 },
                // SAFETY: the processor has AVX2, FMA and F16C.
                $crate::cpu::Level::Avx2 => unsafe { $avx2 },
                $crate::cpu::Level::Baseline => $baseline,
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            $baseline
        }
    }};
    (avx2: $avx2:expr, baseline: $baseline:expr $(,)?) => {
        $crate::cpu::dispatch!(avx512: $avx2, avx2: $avx2, baseline: $baseline)
    };
}
pub(crate) use dispatch;

/// Asks the processor to bring the beginning of a text into its cache.
#[inline]
pub fn prefetch(text: &[u8]) {
    text.chunks(64).take(8).for_each(|line| prefetch_line(line.as_ptr()));
}

/// Asks the processor to bring the 64 bytes around an address into its cache. The address need not be valid.
#[inline]
pub fn prefetch_line(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, which reads nothing and never faults. It is part of SSE, and so of every x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

//! What the fuzz targets share: how bytes become arguments, the metrics, and slow and obvious implementations.
//!
//! A target is a function from bytes to nothing that panics when two ways to the same result differ. libFuzzer changes
//! bytes so that they reach new code, and `AddressSanitizer` ends the run at an invalid access to memory.

pub mod input;
pub mod metrics;
pub mod naive;

//! Calls of the core that can be ended early: by Ctrl-C, or when memory is short.

use crate::memory;
use crate::stop::{self, Reason};
use pyo3::exceptions::{PyKeyboardInterrupt, PyMemoryError};
use pyo3::prelude::*;
use std::cell::Cell;

thread_local! {
    /// The exception that a signal handler raised during the call of this thread.
    static RAISED: Cell<Option<PyErr>> = const { Cell::new(None) };
}

/// Lets long loops of the core run Python's signal handlers.
pub fn set_hook() {
    stop::set_hook(|| {
        Python::attach(|py| match py.check_signals() {
            Ok(()) => false,
            Err(error) => {
                RAISED.set(Some(error));
                true
            }
        })
    });
}

/// Runs work without the GIL. Raises what a signal handler raised, or `MemoryError`.
pub fn detached<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    py.detach(|| stop::call(work)).map_err(raised)
}

/// Runs work that keeps the GIL, as [`detached`] does.
pub fn attached<R>(work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    stop::call(work).unwrap_or_else(|reason| Err(raised(reason)))
}

/// The number of items that are read between two checks.
const CHECKED_ITEMS: usize = 1 << 12;

/// Raises what a signal handler raised, or `MemoryError`, at times, in a loop over the items of a Python object.
#[inline]
pub fn check_at(py: Python<'_>, item: usize) -> PyResult<()> {
    if item % CHECKED_ITEMS < CHECKED_ITEMS - 1 {
        return Ok(());
    }
    if memory::was_short() {
        return Err(out_of_memory());
    }
    py.check_signals()
}

/// The exception for a call that ended early.
pub fn raised(reason: Reason) -> PyErr {
    match reason {
        Reason::Interrupted => RAISED.take().unwrap_or_else(|| PyKeyboardInterrupt::new_err(())),
        Reason::OutOfMemory => out_of_memory(),
    }
}

fn out_of_memory() -> PyErr {
    PyMemoryError::new_err("not enough memory for this input: score parts of it, and add their totals")
}

/// An empty vector with room for `capacity` elements. Raises `MemoryError`.
pub fn with_capacity<T>(capacity: usize) -> PyResult<Vec<T>> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(capacity).map_err(|_| out_of_memory())?;
    Ok(vector)
}

/// Makes room for `additional` elements. Raises `MemoryError`.
pub fn reserve<T>(vector: &mut Vec<T>, additional: usize) -> PyResult<()> {
    vector.try_reserve(additional).map_err(|_| out_of_memory())
}

/// A vector of `length` copies of a value. Raises `MemoryError`.
pub fn filled<T: Clone>(value: T, length: usize) -> PyResult<Vec<T>> {
    stop::try_filled(value, length).map_err(|_| out_of_memory())
}

/// Vectors of zeros. Raises `MemoryError`.
pub fn zeros(vectors: usize, length: usize) -> PyResult<Vec<Vec<f64>>> {
    // `collect` would not know the number of vectors.
    let mut zeros = with_capacity(vectors)?;
    for _ in 0..vectors {
        zeros.push(filled(0.0, length)?);
    }
    Ok(zeros)
}

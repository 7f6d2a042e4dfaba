//! `NumPy` arrays as slices.

use numpy::{Element, PyReadonlyArray1};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does the same with one-dimensional integer arrays of any type, which is that of all of them.
macro_rules! with_integers {
    ($arrays:expr, $kind:ident => $body:expr) => {{
        let arrays: &[&Bound<'_, PyUntypedArray>] = $arrays;
        with_integers!(@try arrays, $kind, $body, i64 i32 u8 i8 i16 u16 u32 u64)
    }};
    (@try $arrays:ident, $kind:ident, $body:expr, $($type:ident)*) => {
        $(if $arrays.iter().all(|array| array.cast::<numpy::PyArray1<$type>>().is_ok()) {
            type $kind = $type;
            $body
        } else)* {
            Err(pyo3::exceptions::PyTypeError::new_err("labels must be one-dimensional integer arrays of one type"))
        }
    };
}
pub(super) use with_integers;

/// The content of an array that lies one behind the other.
pub fn contiguous<T: Element>(array: PyReadonlyArray1<'_, T>) -> PyResult<PyReadonlyArray1<'_, T>> {
    if array.as_slice().is_ok() { Ok(array) } else { Err(PyValueError::new_err("arrays must be contiguous")) }
}

/// Does without the GIL what looks at arrays twice, and so depends on their staying what they are.
pub fn unchanged<R: Send>(py: Python<'_>, count: impl FnOnce() -> R + Send) -> PyResult<R> {
    py.detach(|| catch_unwind(AssertUnwindSafe(count))).map_err(|_| {
        PyRuntimeError::new_err("arrays changed while they were read: let no other thread write into them")
    })
}

//! Arguments and results as `NumPy` arrays.

use super::calls::raised;
use crate::scoring::Fold;
use crate::stop;
use numpy::{Element, PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Evaluates an expression for one-dimensional integer arrays of the same type; `$kind` is that type.
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

/// The array, which must be contiguous.
pub fn contiguous<T: Element>(array: PyReadonlyArray1<'_, T>) -> PyResult<PyReadonlyArray1<'_, T>> {
    if array.as_slice().is_ok() { Ok(array) } else { Err(PyValueError::new_err("arrays must be contiguous")) }
}

/// Runs, without the GIL, code that reads arrays twice and panics if they change in between.
pub fn unchanged<R: Send>(py: Python<'_>, count: impl FnOnce() -> R + Send) -> PyResult<R> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(|| stop::call(count)))) {
        Ok(counted) => counted.map_err(raised),
        Err(_) => {
            Err(PyRuntimeError::new_err("arrays changed while they were read: let no other thread write into them"))
        }
    }
}

/// The rows (n, k) of a metric as a slice.
pub fn rows_of<'a>(rows: &'a PyReadonlyArray2<'_, f64>, metric: &dyn Fold) -> PyResult<&'a [f64]> {
    let columns = metric.columns().len();
    match rows.as_slice() {
        Ok(slice) if rows.as_array().ncols() == columns => Ok(slice),
        _ => Err(PyValueError::new_err(format!("rows must be a C-contiguous float64 array of shape (n, {columns})"))),
    }
}

/// Arrays of scores by name.
pub fn named<'py>(py: Python<'py>, names: &[String], scores: Vec<Vec<f64>>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, scores) in names.iter().zip(scores) {
        dict.set_item(name, PyArray1::from_vec(py, scores))?;
    }
    Ok(dict)
}

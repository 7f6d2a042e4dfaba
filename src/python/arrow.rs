//! Tables of results as streams of Arrow, which other libraries read (the `PyCapsule` interface).

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray};
use arrow_schema::{ArrowError, Field, Schema};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;

/// A stream of one batch with columns of these names, in which None is a missing value.
///
/// A column has a kind, "text", "bool", "int" or "float", and its values.
#[pyfunction]
pub fn arrow_stream<'py>(
    py: Python<'py>,
    columns: Vec<(String, String, Bound<'py, PyAny>)>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (name, kind, values) in columns {
        let array: ArrayRef = match &*kind {
            "text" => Arc::new(StringArray::from(values.extract::<Vec<Option<String>>>()?)),
            "bool" => Arc::new(BooleanArray::from(values.extract::<Vec<Option<bool>>>()?)),
            "int" => Arc::new(Int64Array::from(values.extract::<Vec<Option<i64>>>()?)),
            "float" => Arc::new(Float64Array::from(values.extract::<Vec<Option<f64>>>()?)),
            _ => return Err(PyTypeError::new_err(format!("there is no kind {kind:?} of columns"))),
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let failed = |error: ArrowError| PyValueError::new_err(error.to_string());
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(failed)?;
    let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
    // A stream that nobody has taken is released with its capsule.
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

//! The methods of `Perplexity` as functions, for Python code that does not use the class yet.

use super::perplexity::{Known, Measured, Perplexity, Summed};
use super::total::Total;
use numpy::{PyArray2, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArray};
use pyo3::prelude::*;
use pyo3::types::PyList;

fn any() -> PyResult<Perplexity> {
    Perplexity::new(None, false, "tokens", 1)
}

#[pyfunction]
pub fn measure_logits<'py>(
    logits: &Bound<'py, PyUntypedArray>,
    number_format: &str,
    labels: PyReadonlyArray1<'py, i64>,
    mask: Option<PyReadonlyArray1<'py, bool>>,
    ignored: Option<i64>,
    shift: bool,
    top_k: usize,
) -> PyResult<Measured<'py>> {
    Perplexity::new(ignored, shift, "tokens", top_k)?.measure_logits(logits, number_format, labels, mask)
}

#[pyfunction]
pub fn sum_log_probs<'py>(
    py: Python<'py>,
    log_probs: PyReadonlyArray1<'py, f64>,
    offsets: PyReadonlyArray1<'py, i64>,
    unit: f64,
) -> PyResult<Summed<Bound<'py, PyArray2<f64>>>> {
    Perplexity::sum_log_probs(py, log_probs, offsets, unit)
}

#[pyfunction]
pub fn total_log_probs(
    log_probs: PyReadonlyArray1<'_, f64>,
    offsets: PyReadonlyArray1<'_, i64>,
    unit: f64,
) -> PyResult<Summed<Total>> {
    Perplexity::total_log_probs(log_probs, offsets, unit)
}

#[pyfunction]
pub fn sum_log_prob_lists<'py>(sequences: &Bound<'py, PyList>, unit: f64) -> PyResult<Bound<'py, PyArray2<f64>>> {
    Perplexity::sum_log_prob_lists(sequences, unit)
}

#[pyfunction]
pub fn perplexity_rows<'py>(
    py: Python<'py>,
    sums: PyReadonlyArray2<'py, f64>,
    hits: Option<PyReadonlyArray2<'py, f64>>,
    sizes: [Known<'py>; 3],
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    Perplexity::rows(py, sums, hits, sizes)
}

#[pyfunction]
pub fn perplexity_total<'py>(
    py: Python<'py>,
    sums: PyReadonlyArray2<'py, f64>,
    hits: Option<PyReadonlyArray2<'py, f64>>,
    sizes: [Known<'py>; 3],
) -> PyResult<Total> {
    Perplexity::total(py, sums, hits, sizes)
}

#[pyfunction]
pub fn perplexity_fold(py: Python<'_>, rows: PyReadonlyArray2<'_, f64>) -> PyResult<Total> {
    any()?.fold(py, rows)
}

#[pyfunction]
pub fn perplexity_columns() -> PyResult<Vec<String>> {
    Ok(any()?.columns())
}

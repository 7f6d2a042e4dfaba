//! Totals.

use super::calls::{attached, detached};
use crate::classification::multilabel;
use crate::scoring::{self, Column, Misfits};
use crate::text::Misfit;
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// An exact total: the sum of rows.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct Total(pub scoring::Total);

#[pymethods]
impl Total {
    /// Return the exact sum of rows (n, k) that were measured elsewhere.
    #[staticmethod]
    #[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
    fn of_rows(py: Python<'_>, rows: PyReadonlyArray2<'_, f64>) -> PyResult<Self> {
        let column = Column { name: String::new(), whole: false };
        let mut total = scoring::Total::new(&vec![column; rows.as_array().ncols()]);
        let (count, rows) = (rows.as_array().nrows() as u64, rows.as_slice()?);
        detached(py, || total.fold(rows))??;
        total.segments = count;
        Ok(Self(total))
    }

    /// Return the exact sum of rows of indicators (n, 2C), true labels before predicted ones, with or without weights.
    /// See `src/classification/multilabel.rs` for its columns.
    #[staticmethod]
    #[pyo3(signature = (rows, weights=None))]
    #[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
    fn of_indicators(
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, u8>,
        weights: Option<PyReadonlyArray1<'_, f64>>,
    ) -> PyResult<Self> {
        let (count, width) = rows.as_array().dim();
        let rows = rows.as_slice()?;
        let weights = weights.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        if weights.is_some_and(|weights| weights.len() != count) || width % 2 > 0 {
            return Err(PyValueError::new_err("weights or columns do not fit the rows"));
        }
        Ok(Self(detached(py, || multilabel::fold(rows, width / 2, count, weights))?))
    }

    /// Number of segments.
    #[getter]
    fn segments(&self) -> u64 {
        self.0.segments
    }

    /// The lowest and the highest number of references of a segment, or None if no segment has references.
    #[getter]
    fn references(&self) -> Option<(u64, u64)> {
        (self.0.references.1 > 0).then_some(self.0.references)
    }

    /// Number of hypotheses that look as if they were tokenized already.
    #[getter]
    fn tokenized(&self) -> u64 {
        self.0.tokenized
    }

    /// Number of columns.
    #[getter]
    fn columns(&self) -> usize {
        self.0.columns()
    }

    /// Why the metric does not suit the texts, if it does not: the name of their script, or `"letters"`.
    #[getter]
    fn misfit(&self) -> Option<&'static str> {
        misfit(&self.0.misfits)
    }

    /// Return the summed row, each value rounded once.
    fn row(&self) -> Vec<f64> {
        self.0.row()
    }

    /// Return the summed row as an array (k,).
    fn row_array<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_vec(py, self.0.row())
    }

    /// Return a new total with the segments of both.
    fn merged(&self, other: &Self) -> PyResult<Self> {
        let mut total = self.0.clone();
        total.merge(&other.0)?;
        Ok(Self(total))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    /// Read the bytes from `start` on.
    #[staticmethod]
    #[pyo3(signature = (data, start=0))]
    fn from_bytes(data: &[u8], start: usize) -> PyResult<Self> {
        attached(|| Ok(Self(scoring::Total::from_bytes(data.get(start..).unwrap_or_default())?)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The name of the main reason why a metric does not suit texts, if it does not.
pub fn misfit(misfits: &Misfits) -> Option<&'static str> {
    misfits.main().map(|reason| match reason {
        Misfit::Chinese => "Chinese",
        Misfit::Japanese => "Japanese",
        Misfit::Thai => "Thai",
        Misfit::Lao => "Lao",
        Misfit::Tibetan => "Tibetan",
        Misfit::Burmese => "Burmese",
        Misfit::Khmer => "Khmer",
        Misfit::Letters => "letters",
    })
}

//! Totals of groups of rows.

use super::calls::detached;
use super::total::Total;
use crate::classification::multilabel;
use crate::scoring::{self, Column, References};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;

/// The totals of groups of rows. Each total is made when it is asked for.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct GroupTotals(scoring::GroupTotals);

/// The numbers of references of segments: the lowest and the highest one, or one for each segment.
#[derive(FromPyObject)]
pub enum ReferenceCounts<'py> {
    All(u64, u64),
    Each(PyReadonlyArray1<'py, i64>),
}

impl GroupTotals {
    /// Folds rows (n, k), whose groups are the codes (n,).
    pub fn fold(
        py: Python<'_>,
        columns: &[Column],
        rows: &PyReadonlyArray2<'_, f64>,
        codes: &PyReadonlyArray1<'_, i32>,
        groups: usize,
        references: Option<&ReferenceCounts<'_>>,
    ) -> PyResult<Self> {
        let (count, width) = rows.as_array().dim();
        let codes = checked(codes, count, groups)?;
        let references = match references {
            None => References::Unknown,
            Some(&ReferenceCounts::All(fewest, most)) => References::All(fewest, most),
            Some(ReferenceCounts::Each(counts)) => References::Each(counts.as_slice()?),
        };
        if width != columns.len() || matches!(references, References::Each(counts) if counts.len() != count) {
            return Err(PyValueError::new_err("columns or references do not fit the rows"));
        }
        let rows = rows.as_slice()?;
        Ok(Self(detached(py, || scoring::GroupTotals::fold(columns, rows, codes, groups, references))?))
    }
}

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
impl GroupTotals {
    /// Fold rows (n, k) that were measured elsewhere, whose groups are `codes` (n,).
    #[staticmethod]
    fn of_rows(
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, f64>,
        codes: PyReadonlyArray1<'_, i32>,
        groups: usize,
    ) -> PyResult<Self> {
        let column = Column { name: String::new(), whole: false };
        Self::fold(py, &vec![column; rows.as_array().ncols()], &rows, &codes, groups, None)
    }

    /// Fold rows of indicators (n, 2C), as `Total.of_indicators` does, whose groups are `codes` (n,).
    #[staticmethod]
    fn of_indicators(
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, u8>,
        weights: Option<PyReadonlyArray1<'_, f64>>,
        codes: PyReadonlyArray1<'_, i32>,
        groups: usize,
    ) -> PyResult<Self> {
        let (count, width) = rows.as_array().dim();
        let codes = checked(&codes, count, groups)?;
        let weights = weights.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        if weights.is_some_and(|weights| weights.len() != count) || width % 2 > 0 {
            return Err(PyValueError::new_err("weights or columns do not fit the rows"));
        }
        let rows = rows.as_slice()?;
        Ok(Self(detached(py, || multilabel::fold_groups(rows, width / 2, weights, codes, groups))?))
    }

    fn __len__(&self) -> usize {
        self.0.groups()
    }

    /// Return the number of segments of each group.
    fn segments<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        PyArray1::from_iter(py, self.0.segments().iter().map(|segments| segments.cast_signed()))
    }

    /// Return the summed row of each group (groups, k), each value rounded once.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let rows = detached(py, || self.0.rows())?;
        PyArray1::from_vec(py, rows).reshape([self.0.groups(), self.0.columns()])
    }

    /// Return the total of a group.
    fn total(&self, group: usize) -> PyResult<Total> {
        if group >= self.0.groups() {
            return Err(PyIndexError::new_err(format!("group {group} is not below {}", self.0.groups())));
        }
        Ok(Total(self.0.total(group)?))
    }

    /// Return the total of all rows.
    fn overall(&self) -> PyResult<Total> {
        Ok(Total(self.0.overall()?))
    }
}

/// The codes of the groups of `count` rows.
fn checked<'a>(codes: &'a PyReadonlyArray1<'_, i32>, count: usize, groups: usize) -> PyResult<&'a [i32]> {
    let codes = codes.as_slice()?;
    if codes.len() != count || !codes.iter().all(|&code| usize::try_from(code).is_ok_and(|code| code < groups)) {
        return Err(PyValueError::new_err("group codes do not fit the rows"));
    }
    Ok(codes)
}

//! Samples of rows of labels.

use super::calls::detached;
use super::confusion::class_rows;
use super::resampling::check;
use crate::classification::samples::{self, Tally};
use crate::classification::{ClassRows, ClassTally, Groups, IndicatorSums, IndicatorTally};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::ops::Range;

/// Distinct rows of labels, of which samples are drawn and counted at once.
///
/// Counts of rows of one label are arrays (ends, classes, counts): where the classes of each set of rows end, the
/// classes that occur in it, and their true positives, predicted rows and true rows (3, classes). Counts of rows of
/// several labels are arrays (sums, copies): the summed rows (sets, k), and the number of rows of each set. With groups,
/// a sample has a set for each group, and then one of all rows.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct SampleCounter(Box<dyn Sampler>);

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
impl SampleCounter {
    /// Take rows of a true and a predicted code below `classes`; a row whose true code is negative is not counted. A
    /// sample has at most `copies` copies of rows.
    #[staticmethod]
    #[pyo3(signature = (y_true, y_pred, classes, weights, groups, copies))]
    fn of_labels(
        py: Python<'_>,
        y_true: PyReadonlyArray1<'_, i32>,
        y_pred: PyReadonlyArray1<'_, i32>,
        classes: u32,
        weights: Option<PyReadonlyArray1<'_, f64>>,
        groups: Option<GroupCodes<'_>>,
        copies: u64,
    ) -> PyResult<Self> {
        let (truth, prediction) = (y_true.as_slice()?, y_pred.as_slice()?);
        let below = |code: i32| i64::from(code) < i64::from(classes);
        let known =
            |(&truth, &prediction): (&i32, &i32)| truth < 0 || below(truth) && prediction >= 0 && below(prediction);
        if truth.len() != prediction.len() || !truth.iter().zip(prediction).all(known) {
            return Err(PyValueError::new_err("codes do not fit the classes"));
        }
        let (weights, groups) = checked(truth.len(), weights.as_ref(), groups.as_ref())?;
        Ok(Self(Box::new(detached(py, || ClassTally::new(groups, truth, prediction, classes, weights, copies))?)))
    }

    /// Take rows of indicators (n, 2C), true labels before predicted ones. A sample has at most `copies` copies of rows.
    #[staticmethod]
    #[pyo3(signature = (rows, weights, groups, copies))]
    fn of_indicators(
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, u8>,
        weights: Option<PyReadonlyArray1<'_, f64>>,
        groups: Option<GroupCodes<'_>>,
        copies: u64,
    ) -> PyResult<Self> {
        let (count, width) = rows.as_array().dim();
        if width % 2 > 0 {
            return Err(PyValueError::new_err("columns do not fit the rows"));
        }
        let (weights, groups) = checked(count, weights.as_ref(), groups.as_ref())?;
        let rows = rows.as_slice()?;
        Ok(Self(Box::new(detached(py, || IndicatorTally::new(rows, width / 2, count, weights, groups, copies))?)))
    }

    /// Number of values in the counts of a sample, at most.
    #[getter]
    fn width(&self) -> usize {
        self.0.width()
    }

    /// Count samples drawn with replacement, beginning with sample number `first`; `sizes` (n,) is the number of copies
    /// of each row. The draws are those of `draw_multiplicities`.
    fn bootstrap<'py>(
        &self,
        py: Python<'py>,
        sizes: PyReadonlyArray1<'py, u64>,
        seed: u64,
        first: usize,
        samples: usize,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let sizes = self.sizes(&sizes, 1)?;
        self.0.count(py, Request::Bootstrap { sizes, seed, samples: first..first + samples })
    }

    /// Count trials in which rows of two systems are exchanged, beginning with trial number `first`. Rows are those of
    /// one system and then as many of the other; `sizes` (n / 2,) is the number of copies of each pair. The exchanges
    /// are those of `draw_exchanged`. Return the counts of either system.
    fn exchanges<'py>(
        &self,
        py: Python<'py>,
        sizes: PyReadonlyArray1<'py, u64>,
        seed: u64,
        first: usize,
        trials: usize,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let sizes = self.sizes(&sizes, 2)?;
        self.0.count(py, Request::Exchanges { sizes, seed, trials: first..first + trials })
    }

    /// Count samples with given numbers of copies of each row (samples, n).
    fn copies<'py>(&self, py: Python<'py>, copies: PyReadonlyArray2<'py, u64>) -> PyResult<Bound<'py, PyTuple>> {
        if copies.as_array().ncols() != self.0.rows() {
            return Err(PyValueError::new_err("copies do not fit the rows"));
        }
        self.0.count(py, Request::Copies(copies.as_slice()?))
    }

    /// Count samples of the rows at given positions (samples, m), any number of times each.
    fn positions<'py>(
        &self,
        py: Python<'py>,
        positions: PyReadonlyArray2<'py, usize>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let (slice, length) = (positions.as_slice()?, positions.as_array().ncols());
        if slice.iter().any(|&position| position >= self.0.rows()) {
            return Err(PyValueError::new_err("positions do not fit the rows"));
        }
        self.0.count(py, Request::Positions { positions: slice, length })
    }

    /// Count all rows without one copy of each of `count` rows from `first` on. For each such row there is a set of the
    /// rows of its group, if there are groups, and then one of all rows.
    fn left_out<'py>(
        &self,
        py: Python<'py>,
        sizes: PyReadonlyArray1<'py, u64>,
        first: usize,
        count: usize,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let sizes = self.sizes(&sizes, 1)?;
        if first.checked_add(count).is_none_or(|end| end > sizes.len()) || sizes.contains(&0) {
            return Err(PyValueError::new_err("the rows to leave out do not exist"));
        }
        self.0.count(py, Request::LeftOut { sizes, rows: first..first + count })
    }
}

impl SampleCounter {
    /// The numbers of copies of rows, or of tuples of them.
    fn sizes<'a>(&self, sizes: &'a PyReadonlyArray1<'_, u64>, tuple: usize) -> PyResult<&'a [u64]> {
        let sizes = sizes.as_slice()?;
        if sizes.len() * tuple != self.0.rows() {
            return Err(PyValueError::new_err("sizes do not fit the rows"));
        }
        Ok(sizes)
    }
}

/// The code of each row's group, and the number of groups.
type GroupCodes<'py> = (PyReadonlyArray1<'py, i32>, u32);

/// The weights and groups of `count` rows.
fn checked<'a>(
    count: usize,
    weights: Option<&'a PyReadonlyArray1<'_, f64>>,
    groups: Option<&'a GroupCodes<'_>>,
) -> PyResult<(Option<&'a [f64]>, Option<Groups<'a>>)> {
    let weights = weights.map(PyReadonlyArray1::as_slice).transpose()?;
    let groups = groups.map(|(codes, groups)| PyResult::Ok((codes.as_slice()?, *groups))).transpose()?;
    let fit = weights.is_none_or(|weights| weights.len() == count)
        && groups.is_none_or(|(codes, groups)| {
            codes.len() == count && codes.iter().all(|&code| code >= 0 && code.cast_unsigned() < groups)
        });
    if !fit {
        return Err(PyValueError::new_err("weights or groups do not fit the rows"));
    }
    Ok((weights, groups))
}

/// Counts that become arrays.
trait Arrays {
    fn arrays(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>>;
}

impl Arrays for ClassRows {
    fn arrays(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        class_rows(py, self)?.into_pyobject(py)
    }
}

impl Arrays for IndicatorSums {
    fn arrays(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        let sets = self.copies.len();
        let columns = self.sums.len() / sets.max(1);
        let sums = PyArray1::from_vec(py, self.sums).reshape([sets, columns])?;
        (sums, PyArray1::from_vec(py, self.copies)).into_pyobject(py)
    }
}

/// Which samples are to be counted.
enum Request<'a> {
    Bootstrap { sizes: &'a [u64], seed: u64, samples: Range<usize> },
    Exchanges { sizes: &'a [u64], seed: u64, trials: Range<usize> },
    Copies(&'a [u64]),
    Positions { positions: &'a [usize], length: usize },
    LeftOut { sizes: &'a [u64], rows: Range<usize> },
}

/// Any tally, whose counts become arrays.
trait Sampler: Send + Sync {
    fn rows(&self) -> usize;
    fn width(&self) -> usize;
    fn count<'py>(&self, py: Python<'py>, request: Request<'_>) -> PyResult<Bound<'py, PyTuple>>;
}

impl<T: Tally + Send> Sampler for T
where
    T::Counts: Arrays,
{
    fn rows(&self) -> usize {
        Tally::rows(self)
    }

    fn width(&self) -> usize {
        Tally::width(self)
    }

    fn count<'py>(&self, py: Python<'py>, request: Request<'_>) -> PyResult<Bound<'py, PyTuple>> {
        detached(py, || match request {
            Request::Exchanges { sizes, seed, trials } => {
                samples::exchanges(self, sizes, seed, trials, check).map(|(one, other)| (one, Some(other)))
            }
            Request::Bootstrap { sizes, seed, samples } => {
                samples::bootstrap(self, sizes, seed, samples, check).map(|counts| (counts, None))
            }
            Request::Copies(copies) => samples::copies(self, copies, check).map(|counts| (counts, None)),
            Request::Positions { positions, length } => {
                samples::positions(self, positions, length, check).map(|counts| (counts, None))
            }
            Request::LeftOut { sizes, rows } => {
                samples::left_out(self, sizes, rows, check).map(|counts| (counts, None))
            }
        })?
        .and_then(|(counts, other)| match other {
            None => counts.arrays(py),
            Some(other) => (counts.arrays(py)?, other.arrays(py)?).into_pyobject(py),
        })
    }
}

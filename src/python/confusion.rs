//! Confusion counts in Python.

use super::arrays::{contiguous, unchanged, with_integers};
use super::calls::{attached, detached, filled, with_capacity};
use crate::classification::{self, Cells, ClassCounts, IntegerLabel};
use crate::exact::CompactSum;
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyUntypedArray};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The maximum number of classes of a dense matrix, which then takes 8 GiB.
const MATRIX_CLASSES: u32 = 1 << 15;

/// Counts of pairs of classes, or exact sums of their weights.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct Confusion(classification::Confusion);

/// True positives, predicted and support of each class.
type Counts<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

#[pymethods]
impl Confusion {
    /// Create the counts of no rows.
    #[new]
    fn new() -> Self {
        Self(classification::Confusion::default())
    }

    /// Number of rows.
    #[getter]
    fn segments(&self) -> u64 {
        self.0.segments
    }

    /// Number of classes.
    #[getter]
    fn classes(&self) -> u32 {
        self.0.classes
    }

    /// Return the matrix: rows are true classes, columns predicted ones; int64, or float64 if rows are weighted.
    fn matrix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let classes = self.0.classes as usize;
        if self.0.classes > MATRIX_CLASSES {
            return Err(PyValueError::new_err(format!(
                "a matrix of {classes} × {classes} does not fit into memory: use the counts of each class"
            )));
        }
        Ok(match &self.0.cells {
            Cells::Counts(cells) => matrix(py, classes, cells, |&count| signed(count))?.into_any(),
            Cells::Weights(cells) => matrix(py, classes, cells, CompactSum::value)?.into_any(),
        })
    }

    /// Return true positives, predicted and true rows of each class: int64, or float64 if rows are weighted.
    fn class_counts<'py>(&self, py: Python<'py>) -> Counts<'py> {
        match (self.0.class_counts(), self.0.class_weights()) {
            (Some(counts), _) => arrays(py, counts, signed),
            (None, weights) => arrays(py, weights.unwrap_or_default(), |weight| weight),
        }
    }

    /// Return the sum of both, which must have the same classes.
    fn merged(&self, other: &Self) -> PyResult<Self> {
        attached(|| Ok(Self(self.0.merged(&other.0)?)))
    }

    /// Return the same counts where class n has the code `codes[n]`, of `classes` in all.
    #[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
    fn relabelled(&self, codes: PyReadonlyArray1<'_, u32>, classes: u32) -> PyResult<Self> {
        Ok(Self(self.0.relabelled(codes.as_slice()?, classes)?))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    /// Read the bytes from `start` on.
    #[staticmethod]
    #[pyo3(signature = (data, start=0))]
    fn from_bytes(data: &[u8], start: usize) -> PyResult<Self> {
        attached(|| Ok(Self(classification::Confusion::from_bytes(data.get(start..).unwrap_or_default())?)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The confusion counts of groups of rows. Those of a group are made when they are asked for.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct GroupConfusions(classification::GroupConfusions);

#[pymethods]
impl GroupConfusions {
    fn __len__(&self) -> usize {
        self.0.groups()
    }

    /// Return the number of rows of each group.
    fn segments<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        PyArray1::from_iter(py, self.0.segments().iter().map(|&count| signed(count)))
    }

    /// Return the classes that occur in a group, and the counts of these classes.
    fn confusion<'py>(&self, py: Python<'py>, group: usize) -> PyResult<(Bound<'py, PyArray1<u32>>, Confusion)> {
        if group >= self.0.groups() {
            return Err(PyIndexError::new_err(format!("group {group} is not below {}", self.0.groups())));
        }
        let (kept, confusion) = self.0.confusion(group).compressed();
        Ok((PyArray1::from_vec(py, kept), Confusion(confusion)))
    }

    /// Return the counts of the classes that occur in each group: see `class_rows`.
    fn class_rows<'py>(&self, py: Python<'py>) -> PyResult<ClassRows<'py>> {
        class_rows(py, detached(py, || self.0.class_rows())?)
    }
}

/// Where the classes of each set of rows end, the classes, and their counts (3, classes).
pub type ClassRows<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray2<f64>>);

/// The counts of the classes that occur in each of many sets of rows, as arrays.
pub fn class_rows(py: Python<'_>, rows: classification::ClassRows) -> PyResult<ClassRows<'_>> {
    let classification::ClassRows { ends, classes, counts } = rows;
    let mut joined = with_capacity(3 * classes.len())?;
    counts.into_iter().for_each(|column| joined.extend(column));
    let counts = PyArray1::from_vec(py, joined).reshape([3, classes.len()])?;
    let ends = PyArray1::from_iter(py, ends.into_iter().map(|end| signed(end as u64)));
    let classes = PyArray1::from_iter(py, classes.into_iter().map(i64::from));
    Ok((ends, classes, counts))
}

#[expect(clippy::cast_possible_wrap, reason = "no count is above MOST_SEGMENTS, which is below 2^63")]
fn signed(count: u64) -> i64 {
    count as i64
}

fn arrays<N, T: Element>(py: Python<'_>, counts: ClassCounts<N>, value: impl Fn(N) -> T) -> Counts<'_> {
    let array = |counts: Vec<N>| PyArray1::from_vec(py, counts.into_iter().map(&value).collect()).into_any();
    (array(counts.true_positives), array(counts.predicted), array(counts.support))
}

fn matrix<'py, V, T: Element + Copy + Default>(
    py: Python<'py>,
    classes: usize,
    cells: &[(classification::Cell, V)],
    value: impl Fn(&V) -> T,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let mut matrix = filled(T::default(), classes.saturating_mul(classes))?;
    for ((truth, prediction), content) in cells {
        matrix[*truth as usize * classes + *prediction as usize] = value(content);
    }
    PyArray1::from_vec(py, matrix).reshape([classes, classes])
}

/// Counts two columns of integers of the same type and length.
macro_rules! over_pairs {
    ($y_true:expr, $y_pred:expr, $count:expr) => {
        with_integers!(&[$y_true, $y_pred], Kind => {
            let (truth, prediction): (PyReadonlyArray1<'_, Kind>, PyReadonlyArray1<'_, Kind>) =
                (contiguous($y_true.extract()?)?, contiguous($y_pred.extract()?)?);
            check_rows(truth.len()?, prediction.len()?)?;
            $count(truth.as_slice()?, prediction.as_slice()?)
        })
    };
}

fn check_rows(truth: usize, prediction: usize) -> PyResult<()> {
    if truth != prediction {
        return Err(PyValueError::new_err(format!(
            "{prediction} predictions but {truth} references: pass one reference for each prediction"
        )));
    }
    if truth > classification::MOST_ROWS {
        return Err(PyValueError::new_err(format!("{truth} rows are too many for one call: add the totals of parts")));
    }
    Ok(())
}

/// Count pairs of integer labels. Return the labels that occur, sorted, and the counts of their codes.
#[pyfunction]
pub fn count_pairs<'py>(
    py: Python<'py>,
    y_true: &Bound<'py, PyUntypedArray>,
    y_pred: &Bound<'py, PyUntypedArray>,
) -> PyResult<(Bound<'py, PyAny>, Confusion)> {
    fn counted<'py, T: IntegerLabel + Element>(
        py: Python<'py>,
        truth: &[T],
        prediction: &[T],
    ) -> PyResult<(Bound<'py, PyAny>, Confusion)> {
        let (labels, confusion) = unchanged(py, || classification::count_pairs(truth, prediction))?;
        Ok((PyArray1::from_vec(py, labels).into_any(), Confusion(confusion)))
    }
    over_pairs!(y_true, y_pred, |truth, prediction| counted(py, truth, prediction))
}

/// Count integer labels. Return the labels that occur, sorted, and the true positives, predicted and true rows of each.
#[pyfunction]
pub fn class_counts<'py>(
    py: Python<'py>,
    y_true: &Bound<'py, PyUntypedArray>,
    y_pred: &Bound<'py, PyUntypedArray>,
) -> PyResult<(Bound<'py, PyAny>, Counts<'py>)> {
    fn counted<'py, T: IntegerLabel + Element>(
        py: Python<'py>,
        truth: &[T],
        prediction: &[T],
    ) -> PyResult<(Bound<'py, PyAny>, Counts<'py>)> {
        let (labels, counts) = unchanged(py, || classification::class_counts(truth, prediction))?;
        Ok((PyArray1::from_vec(py, labels).into_any(), arrays(py, counts, signed)))
    }
    over_pairs!(y_true, y_pred, |truth, prediction| counted(py, truth, prediction))
}

/// Count the rows whose integer labels are equal.
#[pyfunction]
pub fn count_equal<'py>(
    py: Python<'py>,
    y_true: &Bound<'py, PyUntypedArray>,
    y_pred: &Bound<'py, PyUntypedArray>,
) -> PyResult<u64> {
    over_pairs!(y_true, y_pred, |truth, prediction| unchanged(py, || classification::count_equal(truth, prediction)))
}

/// Count pairs of codes below `classes`, for each of `group_count` groups. Return the classes that occur, and the
/// counts of these, for each group. Rows whose true code is negative are left out.
#[pyfunction]
#[pyo3(signature = (y_true, y_pred, classes, weights=None, groups=None, group_count=1))]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn count_codes(
    py: Python<'_>,
    y_true: PyReadonlyArray1<'_, i32>,
    y_pred: PyReadonlyArray1<'_, i32>,
    classes: u32,
    weights: Option<PyReadonlyArray1<'_, f64>>,
    groups: Option<PyReadonlyArray1<'_, i32>>,
    group_count: u32,
) -> PyResult<GroupConfusions> {
    let (truth, prediction) = (y_true.as_slice()?, y_pred.as_slice()?);
    let weights = weights.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
    let groups = groups.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
    check_rows(truth.len(), prediction.len())?;
    let below =
        |codes: &[i32], least, most: u32| codes.iter().all(|&code| code >= least && i64::from(code) < most.into());
    let fit = below(truth, i32::MIN, classes)
        && truth.iter().zip(prediction).all(|(&truth, &prediction)| truth < 0 || below(&[prediction], 0, classes))
        && weights.is_none_or(|weights| weights.len() == truth.len())
        && groups.is_none_or(|groups| groups.len() == truth.len() && below(groups, 0, group_count));
    if !fit {
        return Err(PyValueError::new_err("codes, weights or groups do not fit the rows"));
    }
    let groups = groups.map(|groups| (groups, group_count));
    unchanged(py, || classification::count_codes(groups, truth, prediction, classes, weights)).map(GroupConfusions)
}

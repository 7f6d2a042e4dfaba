//! Rows drawn or exchanged at random.

use super::calls::{detached, filled};
use crate::resampling::bootstrap::Grouped;
use crate::resampling::numpy::{self as samples, Mt19937, ValueTable, WORDS};
use crate::resampling::{bootstrap, permutation, randomization};
use numpy::{
    Element, PyArray1, PyArray2, PyArray3, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Raises `KeyboardInterrupt` after Ctrl-C.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method is not general enough in its lifetime")]
pub fn check() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

/// Fold samples of n rows drawn with replacement from rows (n, k), beginning with sample number `first`.
///
/// With `order`, the indices of the rows group by group, and `group_ends`, the rows of each group are folded
/// separately, and then all rows. Return the sums (samples, groups + 1, k) and the numbers of rows drawn (samples,
/// groups + 1); without groups (samples, 1, k) and (samples, 1).
#[pyfunction]
#[pyo3(signature = (rows, seed, first, samples, order=None, group_ends=None))]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
#[expect(clippy::type_complexity, reason = "two arrays")]
pub fn fold_draws<'py>(
    py: Python<'py>,
    rows: PyReadonlyArray2<'py, f64>,
    seed: u64,
    first: usize,
    samples: usize,
    order: Option<PyReadonlyArray1<'py, usize>>,
    group_ends: Option<Vec<usize>>,
) -> PyResult<(Bound<'py, PyArray3<f64>>, Bound<'py, PyArray2<u64>>)> {
    let (count, columns) = rows.as_array().dim();
    let group_ends = group_ends.unwrap_or_else(|| vec![count]);
    let order = order.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
    let fits =
        group_ends.is_sorted() && group_ends.last() == Some(&count) && (order.is_some() || group_ends.len() == 1);
    if !fits || columns == 0 || order.is_some_and(|order| order.len() != count || order.iter().any(|&at| at >= count)) {
        return Err(PyValueError::new_err("groups do not fit the rows"));
    }
    let grouped = Grouped { rows: rows.as_slice()?, columns, order, group_ends: &group_ends };
    let groups = grouped.folded();
    let (mut sums, mut counts) = (filled(0.0, samples * groups * columns)?, filled(0, samples * groups)?);
    detached(py, || {
        let sums = bootstrap::Sums { rows: &mut sums, counts: &mut counts };
        bootstrap::fold(grouped, seed, first, sums, check)
    })??;
    let sums = PyArray1::from_vec(py, sums).reshape([samples, groups, columns])?;
    Ok((sums, PyArray1::from_vec(py, counts).reshape([samples, groups])?))
}

/// Fold the rows (n, k) of two systems after exchanging about half of the segments at random, beginning with trial
/// number `first`. Return the sums (trials, k) of each system.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
#[expect(clippy::type_complexity, reason = "two arrays")]
pub fn fold_exchanges<'py>(
    py: Python<'py>,
    one: PyReadonlyArray2<'py, f64>,
    other: PyReadonlyArray2<'py, f64>,
    seed: u64,
    first: usize,
    trials: usize,
) -> PyResult<(Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>)> {
    let (count, columns) = one.as_array().dim();
    if other.as_array().dim() != (count, columns) || columns == 0 {
        return Err(PyValueError::new_err("the rows of both systems must have the same shape"));
    }
    let (mut sums_one, mut sums_other) = (filled(0.0, trials * columns)?, filled(0.0, trials * columns)?);
    let (one, other) = (one.as_slice()?, other.as_slice()?);
    detached(py, || {
        let sums = randomization::Sums { one: &mut sums_one, other: &mut sums_other };
        randomization::fold(one, other, columns, (seed, first), sums, check)
    })??;
    let array = |sums| PyArray1::from_vec(py, sums).reshape([trials, columns]);
    Ok((array(sums_one)?, array(sums_other)?))
}

/// Sum values (groups, columns, n) at indices that `NumPy`'s legacy generator draws, n for each sample. All columns of
/// a group share the draws, and groups are drawn one after another.
///
/// `words` and `position` are the state of the generator. Return the sums (groups, columns, samples) and the new state.
/// Sums that decide the order statistics `ranks` are added in order; others may be rounded.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
#[expect(clippy::type_complexity, reason = "sums and a state")]
pub fn sum_numpy_draws<'py>(
    py: Python<'py>,
    values: PyReadonlyArray3<'py, f64>,
    words: PyReadonlyArray1<'py, u32>,
    position: usize,
    samples: usize,
    ranks: Vec<usize>,
) -> PyResult<(Bound<'py, PyArray3<f64>>, Bound<'py, PyArray1<u32>>, usize)> {
    let (groups, columns, count) = values.as_array().dim();
    let words = <[u32; WORDS]>::try_from(words.as_slice()?)
        .map_err(|_| PyValueError::new_err("the state of the generator must have 624 words"))?;
    if groups * columns * samples == 0 || count == 0 || u32::try_from(count - 1).is_err() {
        return Err(PyValueError::new_err("values must be (groups, columns, n), none of them 0, with n up to 2^32"));
    }
    let table = ValueTable { values: values.as_slice()?, count, columns };
    if let Some(value) = table.values.iter().find(|value| !value.is_finite()) {
        return Err(PyValueError::new_err(format!("values must be finite, got {value}")));
    }
    let mut generator = Mt19937::new(words, position);
    let sums = detached(py, || samples::sums(table, &mut generator, samples, &ranks, check))??;
    let (words, position) = generator.state();
    let sums = PyArray1::from_vec(py, sums).reshape([groups, columns, samples])?;
    Ok((sums, PyArray1::from_slice(py, words), position))
}

/// Return the rows (samples, n) that `fold_draws` draws.
#[pyfunction]
pub fn draw_positions(py: Python<'_>, count: usize, seed: u64, samples: usize) -> PyResult<Bound<'_, PyArray2<usize>>> {
    let positions = (0..samples).flat_map(|sample| bootstrap::positions(count, seed, sample)).collect();
    PyArray1::from_vec(py, positions).reshape([samples, count])
}

/// Return which segments (trials, n) `fold_exchanges` exchanges.
#[pyfunction]
pub fn draw_exchanges(py: Python<'_>, count: usize, seed: u64, trials: usize) -> PyResult<Bound<'_, PyArray2<bool>>> {
    let exchanged = (0..trials).flat_map(|trial| randomization::exchanged(count, seed, trial)).collect();
    PyArray1::from_vec(py, exchanged).reshape([trials, count])
}

/// Draw how often each distinct row, of which there are `sizes` copies, is in a sample: (samples, distinct rows),
/// beginning with sample number `first`.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn draw_multiplicities<'py>(
    py: Python<'py>,
    sizes: PyReadonlyArray1<'py, u64>,
    seed: u64,
    first: usize,
    samples: usize,
) -> PyResult<Bound<'py, PyArray2<u64>>> {
    let sizes = sizes.as_slice()?;
    drawn(py, samples, sizes.len(), |counts| bootstrap::multiplicities(sizes, seed, first, counts))
}

/// Draw how many copies of each distinct row are exchanged, of `sizes` copies: (trials, distinct rows), beginning with
/// trial number `first`.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn draw_exchanged<'py>(
    py: Python<'py>,
    sizes: PyReadonlyArray1<'py, u64>,
    seed: u64,
    first: usize,
    trials: usize,
) -> PyResult<Bound<'py, PyArray2<u64>>> {
    let sizes = sizes.as_slice()?;
    drawn(py, trials, sizes.len(), |counts| randomization::exchanged_counts(sizes, seed, first, counts))
}

/// Permute the groups of rows, whose codes have the shape (n,): return codes (permutations, n), beginning with
/// permutation number `first`.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn draw_permutations<'py>(
    py: Python<'py>,
    codes: PyReadonlyArray1<'py, i32>,
    seed: u64,
    first: usize,
    permutations: usize,
) -> PyResult<Bound<'py, PyArray2<i32>>> {
    let codes = codes.as_slice()?;
    drawn(py, permutations, codes.len(), |permuted| permutation::permute(codes, seed, first, permuted))
}

/// An array of shape (rows, width) that `draw` fills.
fn drawn<T: Element + Clone + Default + Send>(
    py: Python<'_>,
    rows: usize,
    width: usize,
    draw: impl FnOnce(&mut [T]) + Send,
) -> PyResult<Bound<'_, PyArray2<T>>> {
    let mut values = filled(T::default(), rows * width)?;
    detached(py, || draw(&mut values))?;
    PyArray1::from_vec(py, values).reshape([rows, width])
}

//! Perplexity, from logits or log-probabilities.

use super::arrays::{named, rows_of, unchanged};
use super::calls::{attached, check_at, detached, filled, with_capacity, zeros};
use super::group_totals::GroupTotals;
use super::total::Total;
use crate::perplexity::{
    self, BFloat16, Exponentials, Float16, Float32, Float64, Format, LogProbSequences, LogProbSum, LogitError, Logits,
    ROW, SequenceRows, TokenLabels, is_log_probability, sum_tokens,
};
use crate::scoring::{self, Fold};
use numpy::ndarray::{ArrayView3, s};
use numpy::{
    Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3, PyUntypedArray,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi::PyList_GetItem;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyIterator, PyList, PyString, PyTuple};
use std::ops::Range;

/// An array (batch, time, vocabulary) of any strides, whose rows are numbered over the batch.
struct Batch<'a, F: Format>(ArrayView3<'a, F::Stored>);

impl<F: Format<Number: Exponentials>> Logits for Batch<'_, F> {
    type Format = F;

    fn width(&self) -> usize {
        self.0.dim().2
    }

    fn part<'a>(&'a self, row: usize, columns: Range<usize>, buffer: &'a mut Vec<F::Stored>) -> &'a [F::Stored] {
        let time = self.0.dim().1;
        let part = self.0.slice(s![row / time, row % time, columns]);
        if let Some(part) = part.to_slice() {
            return part;
        }
        buffer.clear();
        buffer.extend(&part);
        buffer
    }
}

/// The result for logits.
#[derive(IntoPyObject)]
pub enum Measured<'py> {
    /// Losses, NaN where nothing is scored; negative log-likelihood and tokens (n, 2); hits (n, 2).
    Good(Bound<'py, PyArray1<f64>>, Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>),
    /// A row of logits without probabilities, and the first invalid column.
    Row(usize, Option<usize>),
    /// The position of a label that is not in the vocabulary.
    Label(usize),
}

fn measured<'py, F: Format<Stored: Element, Number: Exponentials>>(
    logits: &Bound<'py, PyUntypedArray>,
    labels: TokenLabels<'_>,
    top_k: usize,
) -> PyResult<Measured<'py>> {
    let py = logits.py();
    let array: PyReadonlyArray3<'_, F::Stored> = logits.extract()?;
    let batch = Batch::<F>(array.as_array());
    let (sequences, time, width) = batch.0.dim();
    let labels = TokenLabels { time: time.max(1), ..labels };
    let count = labels.labels.len();
    if count != sequences * time || labels.mask.is_some_and(|mask| mask.len() != count) {
        return Err(PyValueError::new_err("labels or mask do not fit the logits"));
    }
    let mut tokens = match attached(|| Ok(labels.tokens(width)))? {
        Ok(tokens) => tokens,
        Err(position) => return Ok(Measured::Label(position)),
    };
    if let Err(LogitError { row, column }) = unchanged(py, || perplexity::measure_logits(&batch, &mut tokens))? {
        return Ok(Measured::Row(row, column));
    }
    let mut losses = filled(f64::NAN, count)?;
    tokens.iter().for_each(|token| losses[token.position] = token.loss);
    let (sums, hits) = sum_tokens(&tokens, sequences, labels.time, top_k);
    Ok(Measured::Good(PyArray1::from_vec(py, losses), pairs(py, sums)?, pairs(py, hits)?))
}

/// Perplexity with its options.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct Perplexity(perplexity::Perplexity);

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
impl Perplexity {
    /// `ignored` is the label that is not scored; `shift` is whether logits predict the next label.
    #[new]
    fn new(ignored: Option<i64>, shift: bool, aggregate: &str, top_k: usize) -> PyResult<Self> {
        Ok(Self(perplexity::Perplexity::new(ignored, shift, aggregate.parse()?, top_k)))
    }

    /// Return the names of a row's columns.
    fn columns(&self) -> Vec<String> {
        self.0.columns().iter().map(|column| column.name.clone()).collect()
    }

    /// Measure labels (batch · time,) with logits (batch, time, vocabulary). `number_format` names the format of the
    /// numbers, because `NumPy` has no bfloat16; labels whose `mask` is not 0 are scored.
    fn measure_logits<'py>(
        &self,
        logits: &Bound<'py, PyUntypedArray>,
        number_format: &str,
        labels: PyReadonlyArray1<'py, i64>,
        mask: Option<PyReadonlyArray1<'py, u8>>,
    ) -> PyResult<Measured<'py>> {
        let mask = mask.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        let perplexity::Perplexity { ignored, shift, top_k, .. } = self.0;
        let labels = TokenLabels { labels: labels.as_slice()?, time: 1, mask, ignored, shift };
        match number_format {
            "float32" => measured::<Float32>(logits, labels, top_k),
            "float64" => measured::<Float64>(logits, labels, top_k),
            "float16" => measured::<Float16>(logits, labels, top_k),
            "bfloat16" => measured::<BFloat16>(logits, labels, top_k),
            _ => Err(PyValueError::new_err(format!(
                "unknown format {number_format:?}: choose one of 'float16', 'bfloat16', 'float32', 'float64'"
            ))),
        }
    }

    /// Return the negative log-likelihood and the number of tokens (n, 2) of sequences, or the position of a value that
    /// is not a log-probability. `unit` is the size of a unit of log-probability in nats.
    #[staticmethod]
    fn sum_log_probs<'py>(
        py: Python<'py>,
        log_probs: PyReadonlyArray1<'py, f64>,
        offsets: PyReadonlyArray1<'py, i64>,
        unit: f64,
    ) -> PyResult<Summed<Bound<'py, PyArray2<f64>>>> {
        Ok(match with_sequences(&log_probs, &offsets, unit, |sequences| sequences.sums())? {
            Ok(sums) => Summed::Good(pairs(py, sums)?),
            Err(at) => Summed::Wrong(at),
        })
    }

    /// Return the total of the same sequences, without their sizes.
    #[staticmethod]
    fn total_log_probs(
        log_probs: PyReadonlyArray1<'_, f64>,
        offsets: PyReadonlyArray1<'_, i64>,
        unit: f64,
    ) -> PyResult<Summed<Total>> {
        Ok(match with_sequences(&log_probs, &offsets, unit, |sequences| sequences.total())? {
            Ok(total) => Summed::Good(Total(total)),
            Err(at) => Summed::Wrong(at),
        })
    }

    /// Return the negative log-likelihood and the number of tokens (n, 2) of lists, tuples, arrays or other iterables.
    /// The first value of each may be None, and is then left out.
    #[staticmethod]
    fn sum_log_prob_lists<'py>(sequences: &Bound<'py, PyList>, unit: f64) -> PyResult<Bound<'py, PyArray2<f64>>> {
        sum_lists(sequences, unit)
    }

    /// Return the rows (n, 9) of sequences: `sums` and `hits` are (n, 2), each size (n,) or None.
    #[staticmethod]
    fn rows<'py>(
        py: Python<'py>,
        sums: PyReadonlyArray2<'py, f64>,
        hits: Option<PyReadonlyArray2<'py, f64>>,
        sizes: [Known<'py>; 3],
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let rows = with_segments(&sums, hits.as_ref(), &sizes, |segments| detached(py, || segments.rows()))??;
        let count = rows.len();
        PyArray1::from_vec(py, rows.into_flattened()).reshape([count, ROW])
    }

    /// Return the total of sequences, without making their rows. Arguments are those of `rows`.
    #[staticmethod]
    fn total<'py>(
        py: Python<'py>,
        sums: PyReadonlyArray2<'py, f64>,
        hits: Option<PyReadonlyArray2<'py, f64>>,
        sizes: [Known<'py>; 3],
    ) -> PyResult<Total> {
        with_segments(&sums, hits.as_ref(), &sizes, |segments| detached(py, || segments.total()))?.map(Total)
    }

    /// Return the total of rows (n, 9).
    fn fold(&self, py: Python<'_>, rows: PyReadonlyArray2<'_, f64>) -> PyResult<Total> {
        let slice = rows_of(&rows, &self.0)?;
        let mut total = scoring::Total::new(self.0.columns());
        detached(py, || total.fold(slice))??;
        total.segments = rows.as_array().nrows() as u64;
        Ok(Total(total))
    }

    /// Fold rows (n, 9) of the groups of `codes` (n,).
    fn fold_groups(
        &self,
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, f64>,
        codes: PyReadonlyArray1<'_, i32>,
        groups: usize,
    ) -> PyResult<GroupTotals> {
        GroupTotals::fold(py, self.0.columns(), &rows, &codes, groups, None)
    }

    /// Return the scores of each row (n, 9) by name. A score that is not known is NaN.
    fn finalise_rows<'py>(&self, py: Python<'py>, rows: PyReadonlyArray2<'py, f64>) -> PyResult<Bound<'py, PyDict>> {
        let slice = rows_of(&rows, &self.0)?;
        let mut scores = zeros(self.0.scores().len(), slice.len() / ROW)?;
        let mut output: Vec<_> = scores.iter_mut().map(Vec::as_mut_slice).collect();
        detached(py, || scoring::finalise_rows(&self.0, slice, &mut output))?;
        named(py, self.0.scores(), scores)
    }
}

/// The result for sequences, or the position of a value that is not a log-probability.
#[derive(IntoPyObject)]
pub enum Summed<T> {
    Good(T),
    Wrong(usize),
}

/// Calls `work` with consecutive sequences of log-probabilities, without the GIL.
fn with_sequences<R: Send>(
    log_probs: &PyReadonlyArray1<'_, f64>,
    offsets: &PyReadonlyArray1<'_, i64>,
    unit: f64,
    work: impl FnOnce(LogProbSequences<'_>) -> R + Send,
) -> PyResult<R> {
    let (log_probabilities, offsets) = (log_probs.as_slice()?, offsets.as_slice()?);
    let end = offsets.last().map_or(0, |&end| usize::try_from(end).unwrap_or_default());
    if offsets.first().is_some_and(|&first| first < 0) || !offsets.is_sorted() || end > log_probabilities.len() {
        return Err(PyValueError::new_err("the offsets do not fit the log-probabilities"));
    }
    unchanged(log_probs.py(), || work(LogProbSequences { log_probabilities, offsets, unit }))
}

fn pairs(py: Python<'_>, pairs: Vec<[f64; 2]>) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let count = pairs.len();
    PyArray1::from_vec(py, pairs.into_flattened()).reshape([count, 2])
}

/// Sums log-probabilities of lists, tuples, arrays or other iterables.
fn sum_lists<'py>(sequences: &Bound<'py, PyList>, unit: f64) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let py = sequences.py();
    let mut sums = with_capacity(sequences.len())?;
    for (number, values) in sequences.iter().enumerate() {
        let mut sequence = LogProbSum::default();
        let add = |(at, value): (usize, Bound<'_, PyAny>)| add(&mut sequence, &value, number, at);
        if let Ok(list) = values.cast::<PyList>() {
            add_list(&mut sequence, list, number)?;
        } else if let Ok(tuple) = values.cast::<PyTuple>() {
            tuple.iter().enumerate().try_for_each(add)?;
        } else {
            let values = ordered(&values, number)?;
            values.enumerate().try_for_each(|(at, value)| {
                check_at(py, at)?;
                self::add(&mut sequence, &value?, number, at)
            })?;
        }
        sums.push(sequence.finish(unit));
        check_at(py, number)?;
    }
    pairs(py, sums)
}

/// An iterator over an array or another sequence. Texts, sets and mappings are rejected.
fn ordered<'py>(values: &Bound<'py, PyAny>, number: usize) -> PyResult<Bound<'py, PyIterator>> {
    let has_order = values.hasattr("__getitem__")? && !values.hasattr("keys")?;
    let is_text = values.is_instance_of::<PyString>() || values.is_instance_of::<PyBytes>();
    if has_order && !is_text && !values.is_instance_of::<PyByteArray>() {
        return values.try_iter();
    }
    Err(PyTypeError::new_err(format!(
        "log_probs[{number}] is {}: pass a sequence of log-probabilities for each sequence, or one flat array with \
         offsets",
        shown(values)
    )))
}

/// Adds a list, the most frequent type, by borrowed items, whose references need not be counted.
fn add_list(sequence: &mut LogProbSum, list: &Bound<'_, PyList>, number: usize) -> PyResult<()> {
    for at in 0..list.len() {
        check_at(list.py(), at)?;
        // SAFETY: the list keeps its item alive until other code runs, and no other code runs before the item is read.
        let item = unsafe { Borrowed::from_ptr_or_err(list.py(), PyList_GetItem(list.as_ptr(), at.cast_signed())) }?;
        match item.cast_exact::<PyFloat>() {
            Ok(float) if is_log_probability(float.value()) => sequence.add(float.value()),
            // The conversion of other types may run code that replaces the item, so the item is owned from here on.
            _ => add(sequence, &item.to_owned(), number, at)?,
        }
    }
    Ok(())
}

#[inline]
fn add(sequence: &mut LogProbSum, value: &Bound<'_, PyAny>, number: usize, at: usize) -> PyResult<()> {
    let log_probability = match value.cast_exact::<PyFloat>() {
        Ok(float) => float.value(),
        Err(_) if value.is_none() && at == 0 => return Ok(()),
        Err(_) if is_bool(value)? => return Err(no_log_probability(value, number, at)),
        Err(_) => value.extract().map_err(|_| no_log_probability(value, number, at))?,
    };
    if is_log_probability(log_probability) {
        sequence.add(log_probability);
        return Ok(());
    }
    Err(PyValueError::new_err(format!(
        "log_probs[{number}][{at}] is {}: a log-probability is a number up to 0",
        shown(value)
    )))
}

fn is_bool(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_instance_of::<PyBool>() || value.get_type().name()?.to_str()?.starts_with("bool"))
}

fn no_log_probability(value: &Bound<'_, PyAny>, number: usize, at: usize) -> PyErr {
    PyTypeError::new_err(format!(
        "log_probs[{number}][{at}] is {}: log-probabilities are floats, and only the first token may have None",
        shown(value)
    ))
}

fn shown(value: &Bound<'_, PyAny>) -> String {
    value.repr().map_or_else(|_| "something else".to_owned(), |repr| repr.to_string())
}

/// A column that is None if it is not known.
type Known<'py> = Option<PyReadonlyArray1<'py, f64>>;

/// Calls `work` with sequences: sums and hits are (n, 2), each size (n,).
fn with_segments<R>(
    sums: &PyReadonlyArray2<'_, f64>,
    hits: Option<&PyReadonlyArray2<'_, f64>>,
    sizes: &[Known<'_>; 3],
    work: impl FnOnce(SequenceRows<'_>) -> R,
) -> PyResult<R> {
    let sums = sums.as_slice()?.as_chunks().0;
    let hits = hits.map(PyReadonlyArray2::as_slice).transpose()?.map(|hits| hits.as_chunks().0);
    let mut slices = [None; 3];
    for (slice, size) in slices.iter_mut().zip(sizes) {
        *slice = size.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
    }
    if hits.is_some_and(|hits| hits.len() != sums.len()) || slices.iter().flatten().any(|size| size.len() != sums.len())
    {
        return Err(PyValueError::new_err("hits or sizes do not fit the sequences"));
    }
    Ok(work(SequenceRows { sums, hits, sizes: slices }))
}

/// Return e to the power of each value.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn powers_of_e<'py>(py: Python<'py>, values: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let values = values.as_slice()?;
    Ok(PyArray1::from_vec(py, detached(py, || values.iter().map(|value| value.exp()).collect())?))
}

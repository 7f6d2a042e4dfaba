//! The scores of all pairs of texts.

use super::calls::detached;
use super::prepared::{Prepared, read};
use super::text_metric::TextMetric;
use super::texts::{Text, as_list};
use super::total::misfit;
use crate::pairwise;
use crate::parallel;
use crate::scoring::{Basis, PreparedTexts, Role};
use numpy::{PyArray2, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Ctrl-C is handled within this time. More frequent checks would wait for the GIL more often.
const PATIENCE: Duration = Duration::from_millis(50);

/// Predictions and references whose pairs are scored by one segment score.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct PairwiseScores {
    text_metric: Py<TextMetric>,
    pairs: pairwise::PairwiseScores,
}

#[pymethods]
impl PairwiseScores {
    /// Read predictions and references. Without references, predictions are compared with each other.
    #[new]
    fn new(
        py: Python<'_>,
        text_metric: Py<TextMetric>,
        predictions: &Bound<'_, PyAny>,
        references: Option<&Bound<'_, PyAny>>,
        score: usize,
    ) -> PyResult<Self> {
        let metric = &*text_metric.get().metric;
        if score >= metric.segment_scores() {
            return Err(PyValueError::new_err(format!("the metric has no segment score {score}")));
        }
        // A score that is not symmetric may depend on how references are read.
        let alike = metric.basis(score) != Basis::Texts;
        let (hypotheses, references) = match references {
            None if alike => (read_predictions(py, text_metric.get(), predictions, [Role::Hypothesis])?.0, None),
            None => {
                let roles = [Role::Hypothesis, Role::Reference];
                let ([hypotheses, references], _) = read_predictions(py, text_metric.get(), predictions, roles)?;
                ([hypotheses], Some(Arc::new(references)))
            }
            Some(references) => {
                let (hypotheses, tokens) = read_predictions(py, text_metric.get(), predictions, [Role::Hypothesis])?;
                let prepared = match references.cast::<Prepared>() {
                    Ok(prepared) => prepared.get().0.clone(),
                    Err(_) => Prepared::read(metric, text_metric.get().reader(py), references, tokens)?.0,
                };
                if tokens != prepared.first().any(|reading| reading.pretokenized) && !hypotheses[0].is_empty() {
                    return Err(PyTypeError::new_err(
                        "of predictions and references, one is tokens and the other texts: pass both as str, or both as tokens",
                    ));
                }
                (hypotheses, Some(prepared))
            }
        };
        let [hypotheses] = hypotheses;
        let pairs = detached(py, || pairwise::PairwiseScores::new(metric, score, Arc::new(hypotheses), references))?;
        Ok(Self { text_metric, pairs })
    }

    /// Shows the garbage collector the metric, which may hold a function that refers to this object.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.text_metric)
    }

    /// Numbers of predictions and references.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        self.pairs.shape()
    }

    /// Why the metric does not suit the texts, if it does not.
    #[getter]
    fn misfit(&self) -> Option<&'static str> {
        misfit(&self.pairs.misfits())
    }

    /// Fill an array with the scores of consecutive predictions, the first of which is `first`, a row for each.
    fn fill(&self, py: Python<'_>, first: usize, output: &Bound<'_, PyArray2<f64>>) -> PyResult<()> {
        let (rows, columns) = self.pairs.shape();
        let [wanted, width] = [output.shape()[0], output.shape()[1]];
        if width != columns || wanted > rows.saturating_sub(first) {
            return Err(PyValueError::new_err(format!(
                "{wanted} rows of {width} scores from row {first} on do not fit the shape ({rows}, {columns})"
            )));
        }
        if !output.getattr("flags")?.getattr("writeable")?.is_truthy()? {
            return Err(PyValueError::new_err("the array is read-only"));
        }
        // SAFETY: the claim below keeps other calls from filling this memory, and the array is alive until the end. As
        // with every function of NumPy, the result is undefined if other threads read or write it meanwhile.
        let scores = unsafe { output.as_slice_mut() }?;
        let _claim = Claim::new(scores.as_ptr_range()).ok_or_else(|| {
            PyValueError::new_err(
                "another call is filling this array: pass each call its own, or parts without overlap",
            )
        })?;
        let metric = &*self.text_metric.get().metric;
        detached(py, || {
            let mut last_check = Instant::now();
            self.pairs.rows(metric, first, scores, || {
                if last_check.elapsed() < PATIENCE {
                    return Ok(());
                }
                last_check = Instant::now();
                let check = |py: Python<'_>| py.check_signals();
                Python::attach(check)
            })
        })?
    }
}

/// The memory that calls of this process are filling. The first number tells a forked child that the calls are those of
/// its parent.
static CLAIMED: Mutex<Vec<(usize, Range<usize>)>> = Mutex::new(Vec::new());

/// The right of a call to fill memory, until it is dropped.
///
/// The crate `numpy` has such rights too, but in a process that is forked during the call they would never end.
struct Claim((usize, Range<usize>));

impl Claim {
    /// Claims memory, unless another call fills a part of it.
    fn new(memory: Range<*const f64>) -> Option<Self> {
        let claim = (parallel::forks(), memory.start.addr()..memory.end.addr());
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.retain(|(forks, _)| *forks == claim.0);
        let overlaps = |(_, other): &(usize, Range<usize>)| other.start < claim.1.end && claim.1.start < other.end;
        (!claimed.iter().any(overlaps)).then(|| {
            claimed.push(claim.clone());
            Self(claim)
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        CLAIMED.lock().unwrap_or_else(PoisonError::into_inner).retain(|claim| *claim != self.0);
    }
}

/// Reads predictions in each role, and returns whether they are tokens.
fn read_predictions<const ROLES: usize>(
    py: Python<'_>,
    text_metric: &TextMetric,
    predictions: &Bound<'_, PyAny>,
    roles: [Role; ROLES],
) -> PyResult<([PreparedTexts; ROLES], bool)> {
    let list = as_list(predictions, "predictions", "a sequence of str")?;
    let mut reader = text_metric.reader(py);
    let mut tokens = None;
    let mut take = |item: &Bound<'_, PyAny>, at: usize, texts: &mut Vec<Text>| {
        reader.push(item, texts, || format!("predictions[{at}]"))?;
        let given = texts.last().is_some_and(Text::is_tokens);
        if *tokens.get_or_insert(given) != given {
            return Err(PyTypeError::new_err(format!(
                "predictions[{at}] is {}, unlike the ones before: pass all as str, or all as tokens",
                if given { "a list of tokens" } else { "a str" },
            )));
        }
        Ok(())
    };
    let collections = read(&*text_metric.metric, &list, roles, &mut take)?;
    Ok((collections, tokens.unwrap_or_default()))
}

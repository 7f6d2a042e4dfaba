//! The scores of all pairs of texts.

use super::prepared::{Prepared, read};
use super::text_metric::TextMetric;
use super::texts::{Text, as_list};
use super::total::misfit;
use crate::pairwise;
use crate::scoring::{Basis, PreparedTexts, Role};
use numpy::{PyArray2, PyArrayMethods, PyReadwriteArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::sync::Arc;
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
                    Err(_) => Prepared::read(py, metric, text_metric.get().reader(py), references, tokens)?.0,
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
        let pairs = py.detach(|| pairwise::PairwiseScores::new(metric, score, Arc::new(hypotheses), references));
        Ok(Self { text_metric, pairs })
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
        let mut output: PyReadwriteArray2<'_, f64> = output.try_readwrite()?;
        let (rows, columns) = self.pairs.shape();
        let [wanted, width] = [output.as_array().nrows(), output.as_array().ncols()];
        if width != columns || wanted > rows.saturating_sub(first) {
            return Err(PyValueError::new_err(format!(
                "{wanted} rows of {width} scores from row {first} on do not fit the shape ({rows}, {columns})"
            )));
        }
        let scores = output.as_slice_mut()?;
        let metric = &*self.text_metric.get().metric;
        py.detach(|| {
            let mut last_check = Instant::now();
            self.pairs.rows(metric, first, scores, || {
                if last_check.elapsed() < PATIENCE {
                    return Ok(());
                }
                last_check = Instant::now();
                let check = |py: Python<'_>| py.check_signals();
                Python::attach(check)
            })
        })
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
    let collections = read(py, &*text_metric.metric, &list, roles, &mut take)?;
    Ok((collections, tokens.unwrap_or_default()))
}

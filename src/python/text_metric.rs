//! Metrics of texts: one class for all, with a constructor for each.

use super::arrays::{named, rows_of};
use super::calls::{attached, detached, filled, zeros};
use super::files::LineWindow;
use super::group_totals::{GroupTotals, ReferenceCounts};
use super::lists::ListSource;
use super::options;
use super::prepared::Prepared;
use super::texts::{TextReader, TokenLists};
use super::total::{Total, misfit};
use crate::matching::Edit;
use crate::scoring;
use crate::scoring::{TextInput, Workspace};
use crate::text::tokenize::{TerWords, pretokenized};
use crate::text_metrics::bleu::{Smoothing, Tokenizer};
use crate::text_metrics::error_rate::Unit;
use crate::text_metrics::ngram_order;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

/// Up to this number of bytes, the GIL is kept while one segment is measured: releasing it would hardly help other
/// threads.
const SHORT: usize = 1 << 12;

/// A metric of texts with its options.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct TextMetric {
    pub metric: Box<dyn scoring::TextMetric>,
    convert: Option<Py<PyAny>>,
    /// The token that is left out of lists of tokens. If there is one, every metric takes such lists.
    ignored: Option<i64>,
}

/// The source of segments: a window of files, or lists.
enum Input {
    LineWindow(Py<LineWindow>),
    ListSource(ListSource),
}

impl Input {
    fn len(&self) -> usize {
        match self {
            Self::LineWindow(window) => window.get().0.len(),
            Self::ListSource(lists) => lists.len(),
        }
    }
}

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
impl TextMetric {
    /// Create BLEU. `convert` turns a str into bytes in the format of `text/tokenize/pretokenized.rs`, for a custom
    /// tokenizer.
    #[staticmethod]
    #[pyo3(signature = (tokenize, lowercase, smooth_method, smooth_value, max_ngram_order, effective_order, convert=None, ignored=None))]
    #[expect(clippy::too_many_arguments, reason = "one for each option")]
    fn bleu(
        py: Python<'_>,
        tokenize: &str,
        lowercase: bool,
        smooth_method: &str,
        smooth_value: Option<f64>,
        max_ngram_order: i128,
        effective_order: bool,
        convert: Option<Py<PyAny>>,
        ignored: Option<i64>,
    ) -> PyResult<Self> {
        let order = ngram_order("max_ngram_order", max_ngram_order, 1)?;
        let tokenizer = if convert.is_some() { Tokenizer::Pretokenized } else { tokenize.parse()? };
        let smoothing = Smoothing::new(smooth_method, smooth_value)?;
        let metric = options::bleu(py, tokenizer, lowercase, smoothing, order, effective_order)?;
        Ok(Self { metric, convert, ignored })
    }

    /// Create BLEU's counts over tokens, str or int, that are passed in place of texts.
    #[staticmethod]
    fn bleu_of_tokens(max_ngram_order: i128) -> PyResult<Self> {
        Ok(Self { metric: options::bleu_of_tokens(max_ngram_order)?, convert: None, ignored: None })
    }

    /// Create chrF.
    #[staticmethod]
    fn chrf(
        py: Python<'_>,
        char_order: i128,
        word_order: i128,
        beta_squared: f64,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
    ) -> PyResult<Self> {
        let orders = (char_order, word_order);
        let metric = options::chrf(py, orders, beta_squared, lowercase, whitespace, eps_smoothing)?;
        Ok(Self { metric, convert: None, ignored: None })
    }

    /// Create ROUGE. `convert` turns a str into tokens (`tokenizer="given"`), or into sentences with end marks.
    #[staticmethod]
    #[pyo3(signature = (rouge_types, use_stemmer, tokenizer, convert=None, ignored=None))]
    fn rouge(
        py: Python<'_>,
        rouge_types: Vec<String>,
        use_stemmer: bool,
        tokenizer: &str,
        convert: Option<Py<PyAny>>,
        ignored: Option<i64>,
    ) -> PyResult<Self> {
        let metric = options::rouge(py, rouge_types, use_stemmer, tokenizer, convert.is_some())?;
        Ok(Self { metric, convert, ignored })
    }

    /// Create TER.
    #[staticmethod]
    #[expect(clippy::fn_params_excessive_bools, reason = "one for each option")]
    fn ter(
        py: Python<'_>,
        normalized: bool,
        no_punct: bool,
        asian_support: bool,
        case_sensitive: bool,
    ) -> PyResult<Self> {
        let words = TerWords { normalized, no_punct, asian_support };
        Ok(Self { metric: options::ter(py, words, case_sensitive)?, convert: None, ignored: None })
    }

    /// Create the word error rate, or the character error rate with `characters=True`. `convert` turns a str into the
    /// bytes to compare, for a custom transformation.
    #[staticmethod]
    #[pyo3(signature = (characters, lowercase, remove_punctuation, collapse_whitespace, convert=None, ignored=None))]
    #[expect(clippy::fn_params_excessive_bools, reason = "one for each option")]
    fn error_rate(
        py: Python<'_>,
        characters: bool,
        lowercase: bool,
        remove_punctuation: bool,
        collapse_whitespace: bool,
        convert: Option<Py<PyAny>>,
        ignored: Option<i64>,
    ) -> PyResult<Self> {
        let unit = if characters { Unit::Characters } else { Unit::Words };
        let metric = options::error_rate(py, unit, lowercase, remove_punctuation, collapse_whitespace)?;
        Ok(Self { metric, convert, ignored })
    }

    /// Shows the garbage collector the function, which may refer to the metric that owns this object.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.convert)
    }

    /// Whether texts pass through a function of the user.
    #[getter]
    fn converts(&self) -> bool {
        self.convert.is_some()
    }

    /// Return the names of a row's columns.
    fn columns(&self) -> Vec<String> {
        self.metric.columns().iter().map(|column| column.name.clone()).collect()
    }

    /// Return for each column of a row whether it holds counts.
    fn whole_columns(&self) -> Vec<bool> {
        self.metric.columns().iter().map(|column| column.whole).collect()
    }

    /// Return the names of a segment's scores.
    fn segment_score_names(&self) -> &[String] {
        &self.metric.scores()[..self.metric.segment_scores()]
    }

    /// Fold all segments.
    #[pyo3(signature = (predictions, references=None))]
    fn total(
        &self,
        py: Python<'_>,
        predictions: &Bound<'_, PyAny>,
        references: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Total> {
        let metric = &*self.metric;
        let total = match self.input(py, predictions, references)? {
            Input::ListSource(mut lists) => detached(py, || scoring::total(metric, &mut lists))?,
            Input::LineWindow(window) => {
                detached(py, || scoring::total(metric, &mut window.get().0.segments()))?.map_err(PyErr::from)
            }
        };
        Ok(Total(total?))
    }

    /// Return the rows of all segments (n, k), and their total without sums.
    #[pyo3(signature = (predictions, references=None))]
    fn rows<'py>(
        &self,
        py: Python<'py>,
        predictions: &Bound<'py, PyAny>,
        references: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyArray2<f64>>, Total)> {
        let metric = &*self.metric;
        let input = self.input(py, predictions, references)?;
        let shape = [input.len(), metric.columns().len()];
        let mut rows = filled(0.0, shape[0] * shape[1])?;
        let total = match input {
            Input::ListSource(mut lists) => detached(py, || scoring::rows(metric, &mut lists, &mut rows))?,
            Input::LineWindow(window) => {
                detached(py, || scoring::rows(metric, &mut window.get().0.segments(), &mut rows))?.map_err(PyErr::from)
            }
        };
        Ok((PyArray1::from_vec(py, rows).reshape(shape)?, Total(total?)))
    }

    /// Return the scores of each segment by name, and why the metric does not suit the texts, if it does not.
    fn segment_scores<'py>(
        &self,
        py: Python<'py>,
        predictions: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyDict>, Option<&'static str>)> {
        let metric = &*self.metric;
        let mut lists = self.lists(py, predictions, references)?;
        let mut scores = zeros(metric.segment_scores(), lists.len())?;
        let output = scores.iter_mut().map(Vec::as_mut_slice).collect();
        let total = detached(py, || scoring::segment_scores(metric, &mut lists, output))??;
        Ok((named(py, self.metric.scores(), scores)?, misfit(&total.misfits)))
    }

    /// Return the first score of one segment, then its row; `None` unless the arguments are a str and a list of one or
    /// more str.
    ///
    /// For calls in a loop: a list of one segment takes half a microsecond longer.
    fn segment<'py>(
        &self,
        py: Python<'py>,
        hypothesis: &Bound<'py, PyAny>,
        references: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let metric = &*self.metric;
        let Some(texts) = super::texts::one_segment(hypothesis, references, self.convert.as_ref())? else {
            return Ok(None);
        };
        let is_short = texts[0].as_ref().len() <= SHORT;
        let texts: Vec<_> = texts.iter().map(|text| TextInput::Raw(text.as_ref())).collect();
        let columns = metric.columns();
        let (mut row, mut score) = (vec![0.0; columns.len()], [0.0]);
        let mut measure = || {
            let mut workspace = Workspace::take();
            metric.measure(texts[0], &texts[1..], &mut workspace, &mut row);
            workspace.put_back();
            metric.finalise(&row, &mut score);
        };
        if is_short {
            measure();
        } else {
            detached(py, measure)?;
        }
        let mut found = Vec::with_capacity(1 + row.len());
        found.push(score[0].into_pyobject(py)?.into_any());
        for (column, value) in columns.iter().zip(row) {
            found.push(if column.whole {
                #[expect(clippy::cast_possible_truncation, reason = "counts stay below 2^53")]
                let count = value as i64;
                count.into_pyobject(py)?.into_any()
            } else {
                value.into_pyobject(py)?.into_any()
            });
        }
        Ok(Some(PyTuple::new(py, found)?))
    }

    /// Fold rows (n, k) of segments whose lowest and highest numbers of references are `references`. `measured` is what
    /// `rows` returned together with these rows.
    #[pyo3(signature = (rows, references, measured=None))]
    fn fold(
        &self,
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, f64>,
        references: (u64, u64),
        measured: Option<&Total>,
    ) -> PyResult<Total> {
        let columns = self.metric.columns();
        let rows = rows_of(&rows, &*self.metric)?;
        let mut total = scoring::Total::new(columns);
        detached(py, || total.fold(rows))??;
        let segments = (rows.len() / columns.len()) as u64;
        if segments > 0 {
            total.note_segments(segments, references.0, references.1);
        }
        if let Some(Total(measured)) = measured {
            total.tokenized = measured.tokenized;
            total.misfits = measured.misfits.clone();
        }
        Ok(Total(total))
    }

    /// Fold rows (n, k) of the groups of `codes` (n,). `references` is the lowest and the highest number of references
    /// of the segments, or an array (n,) with the number of each.
    fn fold_groups(
        &self,
        py: Python<'_>,
        rows: PyReadonlyArray2<'_, f64>,
        codes: PyReadonlyArray1<'_, i32>,
        groups: usize,
        references: ReferenceCounts<'_>,
    ) -> PyResult<GroupTotals> {
        GroupTotals::fold(py, self.metric.columns(), &rows, &codes, groups, Some(&references))
    }

    /// Return the scores of each row (n, k) by name; with `every`, also the scores that only a corpus has.
    #[pyo3(signature = (rows, every=false))]
    fn finalise_rows<'py>(
        &self,
        py: Python<'py>,
        rows: PyReadonlyArray2<'py, f64>,
        every: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        let metric = &*self.metric;
        let rows = rows_of(&rows, &*self.metric)?;
        let names = if every { metric.scores().len() } else { metric.segment_scores() };
        let mut scores = zeros(names, rows.len() / metric.columns().len())?;
        let mut output: Vec<_> = scores.iter_mut().map(Vec::as_mut_slice).collect();
        detached(py, || scoring::finalise_rows(metric, rows, &mut output))?;
        named(py, self.metric.scores(), scores)
    }

    /// Return all scores of a total, those of a segment first, and the summed row.
    fn finalise(&self, total: &Total) -> PyResult<(Vec<f64>, Vec<f64>)> {
        Ok(total.0.finalise(&*self.metric)?)
    }

    /// Read references, to be used many times. `tokens` is whether each is given as tokens.
    fn prepare(&self, py: Python<'_>, references: &Bound<'_, PyAny>, tokens: bool) -> PyResult<Prepared> {
        Prepared::read(&*self.metric, self.reader(py), references, tokens)
    }

    /// Return the tokens of a text as bytes, in which a lone surrogate is encoded as its three bytes.
    fn tokens<'py>(&self, py: Python<'py>, text: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let text = self.text(text)?;
        let tokens = attached(|| Ok(self.metric.tokens(text.as_ref())))?;
        Ok(tokens.into_iter().map(|token| PyBytes::new(py, &token)).collect())
    }

    /// Return the edits from a prediction to a reference: (kind, prediction token, reference token).
    fn align(
        &self,
        prediction: &Bound<'_, PyAny>,
        reference: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<(&'static str, usize, usize)>> {
        let (prediction, reference) = (self.text(prediction)?, self.text(reference)?);
        let is_tokens = |text: &[u8]| text.first() == Some(&pretokenized::TOKENS);
        if is_tokens(prediction.as_ref()) != is_tokens(reference.as_ref()) {
            return Err(PyTypeError::new_err(
                "one text is a str, the other a list of tokens: pass both as str, or both as tokens",
            ));
        }
        let edits = attached(|| {
            let mut workspace = Workspace::take();
            let edits = self.metric.align(prediction.as_ref(), reference.as_ref(), &mut workspace);
            workspace.put_back();
            Ok(edits)
        })?;
        let edits = edits.ok_or_else(|| PyValueError::new_err("this metric aligns no tokens"))?;
        let name = |edit| match edit {
            Edit::Substitution => "substitute",
            Edit::Deletion => "delete",
            Edit::Insertion => "insert",
        };
        Ok(edits.into_iter().map(|(edit, hypothesis, reference)| (name(edit), hypothesis, reference)).collect())
    }
}

impl TextMetric {
    fn text(&self, text: &Bound<'_, PyAny>) -> PyResult<impl AsRef<[u8]>> {
        super::texts::text(text, self.convert.as_ref(), self.token_lists())
    }

    fn lists(
        &self,
        py: Python<'_>,
        predictions: &Bound<'_, PyAny>,
        references: &Bound<'_, PyAny>,
    ) -> PyResult<ListSource> {
        ListSource::new(predictions, references, self.reader(py))
    }

    /// A reader of texts for this metric.
    pub fn reader(&self, py: Python<'_>) -> TextReader {
        TextReader::new(self.convert.as_ref().map(|convert| convert.clone_ref(py)), self.token_lists())
    }

    fn token_lists(&self) -> TokenLists {
        TokenLists { accepted: self.metric.takes_tokens() || self.ignored.is_some(), ignored: self.ignored }
    }

    fn input(
        &self,
        py: Python<'_>,
        predictions: &Bound<'_, PyAny>,
        references: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Input> {
        match (predictions.cast::<LineWindow>(), references) {
            (Ok(window), None) => Ok(Input::LineWindow(window.clone().unbind())),
            (_, references) => {
                let none = py.None().into_bound(py);
                Ok(Input::ListSource(self.lists(py, predictions, references.unwrap_or(&none))?))
            }
        }
    }
}

//! Python sequences of `str` as batches of borrowed bytes.

use super::prepared::Prepared;
use super::texts::{Text, TextReader, as_list};
use crate::cpu::prefetch;
use crate::scoring::{BATCH_BYTES, BATCH_SEGMENTS, PreparedTexts, SegmentBatch, SegmentSource, TextInput};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A longer wait for the GIL means that another thread is busy with it.
const PATIENCE: Duration = Duration::from_millis(1);

/// The maximum number of batches that are filled at a time: about 4 MB of text.
const MAX_GROUP: usize = 64;

/// A reference, or a list of references, for each prediction.
enum References {
    List(Py<PyList>),
    Prepared(Arc<PreparedTexts>),
}

/// Predictions and their references.
pub struct ListSource {
    predictions: Py<PyList>,
    references: References,
    reader: TextReader,
    next: usize,
    length: usize,
    /// The number of batches that are filled at a time, the batches that are filled, and batches to reuse.
    group: usize,
    ready: VecDeque<Batch>,
    spent: Vec<Batch>,
    unused: UnusedTexts,
}

/// The texts of batches that were dropped, to be freed while the GIL is held.
///
/// If they were freed without the GIL, `PyO3` would add them to a list with a lock. A process that another thread forks
/// at that moment would find it locked, and wait for ever.
type UnusedTexts = Arc<Mutex<Vec<Vec<Text>>>>;

impl ListSource {
    pub fn new(predictions: &Bound<'_, PyAny>, references: &Bound<'_, PyAny>, reader: TextReader) -> PyResult<Self> {
        let predictions = as_list(predictions, "predictions", "a sequence of str")?;
        let length = predictions.len();
        let references = if let Ok(prepared) = references.cast::<Prepared>() {
            let prepared = &prepared.get().0;
            if length != prepared.len() {
                let found = prepared.len();
                return Err(PyValueError::new_err(format!(
                    "{length} predictions but {found} prepared references: select those of the predictions"
                )));
            }
            References::Prepared(prepared.clone())
        } else {
            let references =
                as_list(references, "references", "a sequence with a str, or a list of str, for each prediction")?;
            if length != references.len() {
                return Err(unequal(length, &references));
            }
            References::List(references.unbind())
        };
        Ok(Self {
            predictions: predictions.unbind(),
            references,
            reader,
            next: 0,
            length,
            group: 1,
            ready: VecDeque::new(),
            spent: Vec::new(),
            unused: UnusedTexts::default(),
        })
    }

    pub fn len(&self) -> usize {
        self.length
    }
}

/// Consecutive segments of the lists.
#[derive(Default)]
pub struct Batch {
    hypotheses: Vec<Text>,
    references: Vec<Text>,
    /// Where the references of each segment end.
    ends: Vec<usize>,
    /// References that were prepared, instead of `references`, and the index of the first segment.
    prepared: Option<(Arc<PreparedTexts>, usize)>,
    /// Where the texts go when the batch is dropped.
    unused: Option<UnusedTexts>,
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(unused) = &self.unused {
            let mut unused = unused.lock().unwrap_or_else(PoisonError::into_inner);
            unused.extend([&mut self.hypotheses, &mut self.references].map(std::mem::take));
        }
    }
}

impl SegmentSource for ListSource {
    type Batch = Batch;
    type Error = PyErr;

    fn fill(&mut self, batch: &mut Batch) -> PyResult<()> {
        if let Some(next) = self.ready.pop_front() {
            self.spent.push(std::mem::replace(batch, next));
            return Ok(());
        }
        if self.next == self.length && batch.is_empty() && self.spent.is_empty() {
            // Nothing to read or to free, so the GIL, which short lists would wait for twice, is not needed.
            return Ok(());
        }
        let started = Instant::now();
        Python::attach(|py| {
            // A busy Python thread releases the GIL only every few milliseconds. If there is one, more is read at a
            // time.
            if started.elapsed() > PATIENCE {
                self.group = MAX_GROUP.min(4 * self.group);
            }
            // Raises KeyboardInterrupt after Ctrl-C.
            py.check_signals()?;
            self.collect(py, batch)?;
            while self.ready.len() + 1 < self.group && self.next < self.length {
                let mut next = self.spent.pop().unwrap_or_default();
                self.collect(py, &mut next)?;
                self.ready.push_back(next);
            }
            self.spent.clear();
            let unused = std::mem::take(&mut *self.unused.lock().unwrap_or_else(PoisonError::into_inner));
            drop(unused);
            Ok(())
        })
    }
}

impl ListSource {
    /// Replaces the content of `batch` with the next segments.
    fn collect(&mut self, py: Python<'_>, batch: &mut Batch) -> PyResult<()> {
        batch.hypotheses.clear();
        batch.references.clear();
        batch.ends.clear();
        batch.prepared = None;
        batch.unused = Some(self.unused.clone());
        let predictions = self.predictions.clone_ref(py).into_bound(py);
        let references = match &self.references {
            References::List(list) => Some(list.clone_ref(py).into_bound(py)),
            References::Prepared(collection) => {
                batch.prepared = Some((collection.clone(), self.next));
                None
            }
        };
        let last = self.length.min(self.next + BATCH_SEGMENTS);
        let items = (self.next..last)
            .map(|at| Ok((predictions.get_item(at)?, references.as_ref().map(|list| list.get_item(at)).transpose()?)))
            .collect::<PyResult<Vec<_>>>()?;
        // The first access to an object is a cache miss, so the objects of the next batch are prefetched.
        for at in last..self.length.min(last + BATCH_SEGMENTS) {
            fetch_item(&predictions, at);
            references.iter().for_each(|references| fetch_item(references, at));
        }
        let mut bytes = 0;
        for (hypothesis, references) in items {
            let at = self.next;
            let name = || format!("predictions[{at}]");
            bytes += self.reader.push(&hypothesis, &mut batch.hypotheses, name)?;
            let tokens = batch.hypotheses.last().is_some_and(Text::is_tokens);
            if let Some(references) = references {
                bytes += self.reader.push_references(&references, at, tokens, &mut batch.references)?;
                batch.ends.push(batch.references.len());
            } else if let References::Prepared(collection) = &self.references {
                check_kind(at, tokens, collection.get(at)[0].pretokenized)?;
            }
            self.next += 1;
            if bytes >= BATCH_BYTES {
                break;
            }
        }
        Ok(())
    }
}

impl SegmentBatch for Batch {
    fn len(&self) -> usize {
        self.hypotheses.len()
    }

    fn hypothesis(&self, segment: usize) -> &[u8] {
        self.hypotheses[segment].as_ref()
    }

    fn fetch(&self, segment: usize) {
        prefetch(self.hypothesis(segment));
        if let Some((collection, first)) = &self.prepared {
            collection.fetch(first + segment);
        } else {
            self.segment_references(segment).iter().for_each(|text| prefetch(text.as_ref()));
        }
    }

    fn references<'a>(&'a self, segment: usize, references: &mut Vec<TextInput<'a>>) {
        if let Some((collection, first)) = &self.prepared {
            references.extend(collection.get(first + segment).iter().map(TextInput::Prepared));
        } else {
            let texts = self.segment_references(segment).iter();
            references.extend(texts.map(|text| TextInput::Raw(text.as_ref())));
        }
    }
}

impl Batch {
    fn segment_references(&self, segment: usize) -> &[Text] {
        let start = segment.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.references[start..self.ends[segment]]
    }
}

/// Asks the processor to bring an item of a list into its cache.
fn fetch_item(list: &Bound<'_, PyList>, at: usize) {
    #[expect(clippy::cast_possible_wrap, reason = "lists are shorter than isize::MAX")]
    // SAFETY: the arguments are a list and an index. The borrowed item may be freed at any time, but only its address
    // is used. If the list has shrunk, the result is null and an exception is set.
    let item = unsafe { pyo3::ffi::PyList_GetItem(list.as_ptr(), at as isize) };
    if item.is_null() {
        drop(PyErr::take(list.py()));
    } else {
        crate::cpu::prefetch_line(item.cast());
    }
}

/// Checks that a prediction and a prepared reference are both texts, or both tokens.
fn check_kind(at: usize, tokens: bool, given: bool) -> PyResult<()> {
    let (one, other) = match (tokens, given) {
        (true, false) => ("a list of tokens", "texts"),
        (false, true) => ("a str", "tokens"),
        _ => return Ok(()),
    };
    Err(PyTypeError::new_err(format!(
        "predictions[{at}] is {one}, but the references were prepared as {other}: pass both as str, or both as tokens"
    )))
}

fn unequal(predictions: usize, references: &Bound<'_, PyList>) -> PyErr {
    let found = references.len();
    let streams = references
        .iter()
        .all(|stream| stream.len().is_ok_and(|n| n == predictions) && !stream.is_instance_of::<PyString>());
    let remedy = if streams && found > 0 {
        "these look like sacrebleu's streams, one list for each reference; pass list(zip(*references))"
    } else {
        "pass one reference (or list of references) for each prediction"
    };
    PyValueError::new_err(format!("{predictions} predictions but {found} references: {remedy}"))
}

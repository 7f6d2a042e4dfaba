//! Python sequences of `str` as batches of borrowed bytes.

use crate::text::{BATCH_BYTES, BATCH_SEGMENTS, MAX_TEXT, Segments, Source, prefetch};
use crate::tokenize::given;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMapping, PyString, PyTuple};
use std::collections::VecDeque;
use std::io::Write;
use std::time::{Duration, Instant};

/// The bytes of one text, kept alive by the Python object they belong to.
pub enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
    /// Tokens, written as `tokenize/given.rs` has them.
    Tokens(Vec<u8>),
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Str(text) => text.as_bytes(),
            Self::Bytes(text) => text,
            Self::Tokens(text) => text,
        }
    }
}

/// To wait longer than this for the GIL means that another thread is busy with it.
const PATIENCE: Duration = Duration::from_millis(1);

/// The most batches that are filled at a time: some 4 MB of text.
const MAX_GROUP: usize = 64;

/// Predictions, and for each a reference or a list of references.
pub struct Lists {
    predictions: Py<PyList>,
    references: Py<PyList>,
    /// Turns a `str` into the `bytes` to be measured, when a tokenizer or sentence splitter of the user's is needed.
    convert: Option<Py<PyAny>>,
    /// Whether a text may be given as a list of tokens.
    tokens: bool,
    next: usize,
    length: usize,
    /// How many batches are filled at a time, those that wait to be handed out, and those to be used again.
    group: usize,
    ready: VecDeque<Batch>,
    spent: Vec<Batch>,
    /// Texts taken so far, and those of them whose UTF-8 form Python made for us and keeps.
    taken: usize,
    kept: usize,
}

impl Lists {
    pub fn new(
        predictions: &Bound<'_, PyAny>,
        references: &Bound<'_, PyAny>,
        convert: Option<Py<PyAny>>,
        tokens: bool,
    ) -> PyResult<Self> {
        let predictions = as_list(predictions, "predictions", "a sequence of str")?;
        let references =
            as_list(references, "references", "a sequence with a str, or a list of str, for each prediction")?;
        let length = predictions.len();
        if length != references.len() {
            return Err(unequal(length, &references));
        }
        Ok(Self {
            predictions: predictions.unbind(),
            references: references.unbind(),
            convert,
            tokens,
            next: 0,
            length,
            group: 1,
            ready: VecDeque::new(),
            spent: Vec::new(),
            taken: 0,
            kept: 0,
        })
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// Appends a text, and returns its length; `name` says which it is.
    fn push(&mut self, item: &Bound<'_, PyAny>, texts: &mut Vec<Text>, name: impl Fn() -> String) -> PyResult<usize> {
        let text = match (string(item), &self.convert) {
            (Some(string), Some(convert)) => converted(string, convert)?,
            (Some(string), None) => self.borrow(string)?,
            (None, _) if self.tokens => given_tokens(item, &name, |token| self.borrow(token))?,
            _ => return Err(no_string(item, name)),
        };
        let length = text.as_ref().len();
        texts.push(text);
        if length > MAX_TEXT {
            return Err(PyValueError::new_err(format!(
                "{} has {length} bytes, too many for one segment: split it",
                name()
            )));
        }
        Ok(length)
    }

    /// Borrows a string's UTF-8 form.
    ///
    /// An ASCII string is its own. For others Python makes one and keeps it as long as the string lives; when that
    /// has happened to one string in eight, copies are made that go with the batch.
    fn borrow(&mut self, string: &Bound<'_, PyString>) -> PyResult<Text> {
        self.taken += 1;
        if 8 * self.kept <= self.taken + 256 {
            let object = string.as_ptr() as usize;
            if let Ok(text) = PyBackedStr::try_from(string.clone()) {
                // An ASCII string's bytes lie within the object, right behind its header.
                self.kept += usize::from((text.as_ptr() as usize).wrapping_sub(object) > 128);
                return Ok(Text::Str(text));
            }
        }
        copied(string)
    }

    /// Appends a segment's references, and returns their length.
    fn push_references(&mut self, item: &Bound<'_, PyAny>, batch: &mut Batch) -> PyResult<usize> {
        let at = self.next;
        let mut length = 0;
        let tokens = matches!(batch.hypotheses.last(), Some(Text::Tokens(_)));
        let mixed = |name: &str| {
            PyTypeError::new_err(format!(
                "predictions[{at}] is a list of tokens, not str as {name} is: pass both as str, or both as tokens"
            ))
        };
        if tokens && string(item).is_some() {
            return Err(mixed(&format!("references[{at}]")));
        }
        if string(item).is_some() || tokens && !has_lists(item, || format!("references[{at}]"))? {
            length = self.push(item, &mut batch.references, || format!("references[{at}]"))?;
        } else {
            let texts = as_list(item, &format!("references[{at}]"), "a str or a list of str")?;
            if texts.is_empty() {
                return Err(PyValueError::new_err(format!(
                    "references[{at}] is empty: give each prediction at least one reference"
                )));
            }
            for (number, text) in texts.iter().enumerate() {
                let name = || format!("references[{at}][{number}]");
                match string(&text) {
                    Some(_) if tokens => return Err(mixed(&name())),
                    None if !tokens => return Err(no_string(&text, name)),
                    _ => {}
                }
                length += self.push(&text, &mut batch.references, name)?;
            }
        }
        batch.ends.push(batch.references.len());
        Ok(length)
    }
}

/// Whether an item is a list of lists of tokens, and so of several references.
fn has_lists(item: &Bound<'_, PyAny>, name: impl Fn() -> String) -> PyResult<bool> {
    let texts = tokens_of(item, name)?;
    // Any text or list among tokens makes it one of references, in which that text then is found.
    Ok(texts.iter().any(|text| string(&text).is_none() && text.len().is_ok()))
}

/// The tokens of a list; what is none is refused.
fn tokens_of<'py>(item: &Bound<'py, PyAny>, name: impl Fn() -> String) -> PyResult<Bound<'py, PyList>> {
    let refused = || {
        let found = type_name(item);
        PyTypeError::new_err(format!(
            "{} is {found}, not str and no list of tokens: convert it, or leave the segment out",
            name()
        ))
    };
    // Bytes as a list of numbers are not meant.
    if item.cast::<PyByteArray>().is_ok() {
        return Err(refused());
    }
    as_list(item, "", "").map_err(|_| refused())
}

/// Tokens, str or int, as `tokenize/given.rs` has them.
fn given_tokens(
    item: &Bound<'_, PyAny>,
    name: impl Fn() -> String,
    mut bytes: impl FnMut(&Bound<'_, PyString>) -> PyResult<Text>,
) -> PyResult<Text> {
    let tokens = tokens_of(item, &name)?;
    // Most words are shorter than this.
    let mut marked = Vec::with_capacity(8 * tokens.len() + 1);
    marked.push(given::TOKENS);
    for (at, token) in tokens.iter().enumerate() {
        if let Some(string) = string(&token) {
            marked.extend_from_slice(bytes(string)?.as_ref());
        } else if let Ok(number) = token.extract::<i64>() {
            marked.push(given::NUMBER);
            // Writing to memory does not fail.
            let _ = write!(marked, "{}{:x}", if number < 0 { "-" } else { "" }, number.unsigned_abs());
        } else {
            let number = token.call_method0("__index__").map_err(|_| {
                PyTypeError::new_err(format!("{}[{at}] is {}: a token is a str or an int", name(), type_name(&token)))
            })?;
            marked.push(given::NUMBER);
            // In hexadecimal, which has no limit of digits.
            marked.extend_from_slice(
                number.call_method1("__format__", ("x",))?.cast_into::<PyString>()?.to_str()?.as_bytes(),
            );
        }
        marked.push(given::END_OF_TOKEN);
    }
    Ok(Text::Tokens(marked))
}

/// Some segments of the lists.
#[derive(Default)]
pub struct Batch {
    hypotheses: Vec<Text>,
    references: Vec<Text>,
    /// Where each segment's references end.
    ends: Vec<usize>,
}

impl Source for Lists {
    type Batch = Batch;
    type Error = PyErr;

    fn fill(&mut self, batch: &mut Batch) -> PyResult<()> {
        if let Some(next) = self.ready.pop_front() {
            self.spent.push(std::mem::replace(batch, next));
            return Ok(());
        }
        let asked = Instant::now();
        Python::attach(|py| {
            // A busy Python thread gives the GIL up only every few milliseconds. Where there is one, more is taken
            // at a time.
            if asked.elapsed() > PATIENCE {
                self.group = MAX_GROUP.min(4 * self.group);
            }
            // Here Ctrl-C is answered.
            py.check_signals()?;
            self.collect(py, batch)?;
            while self.ready.len() + 1 < self.group && self.next < self.length {
                let mut next = self.spent.pop().unwrap_or_default();
                self.collect(py, &mut next)?;
                self.ready.push_back(next);
            }
            // Texts are let go while the GIL is held.
            self.spent.clear();
            Ok(())
        })
    }
}

impl Lists {
    /// Replaces the content of `batch` by the next segments.
    fn collect(&mut self, py: Python<'_>, batch: &mut Batch) -> PyResult<()> {
        batch.hypotheses.clear();
        batch.references.clear();
        batch.ends.clear();
        let (predictions, references) = (self.predictions.clone_ref(py), self.references.clone_ref(py));
        let (predictions, references) = (predictions.bind(py), references.bind(py));
        let last = self.length.min(self.next + BATCH_SEGMENTS);
        let items = (self.next..last)
            .map(|at| Ok((predictions.get_item(at)?, references.get_item(at)?)))
            .collect::<PyResult<Vec<_>>>()?;
        // Looking at an object for the first time is a cache miss; those of the next batch begin here.
        for at in last..self.length.min(last + BATCH_SEGMENTS) {
            fetch_item(predictions, at);
            fetch_item(references, at);
        }
        let mut bytes = 0;
        for (hypothesis, references) in items {
            let at = self.next;
            let name = || format!("predictions[{at}]");
            bytes += self.push(&hypothesis, &mut batch.hypotheses, name)?;
            bytes += self.push_references(&references, batch)?;
            self.next += 1;
            if bytes >= BATCH_BYTES {
                break;
            }
        }
        Ok(())
    }
}

impl Segments for Batch {
    fn len(&self) -> usize {
        self.hypotheses.len()
    }

    fn hypothesis(&self, segment: usize) -> &[u8] {
        self.hypotheses[segment].as_ref()
    }

    fn fetch(&self, segment: usize) {
        prefetch(self.hypothesis(segment));
        self.segment_references(segment).iter().for_each(|text| prefetch(text.as_ref()));
    }

    fn references<'a>(&'a self, segment: usize, references: &mut Vec<&'a [u8]>) {
        references.extend(self.segment_references(segment).iter().map(AsRef::as_ref));
    }
}

impl Batch {
    fn segment_references(&self, segment: usize) -> &[Text] {
        let start = segment.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.references[start..self.ends[segment]]
    }
}

/// Asks the processor to bring a list's item into its cache.
fn fetch_item(list: &Bound<'_, PyList>, at: usize) {
    #[expect(clippy::cast_possible_wrap, reason = "lists are shorter than isize::MAX")]
    // SAFETY: a list and an index. The borrowed item may be gone at once, but only its address is used. Where a list
    // has shrunk meanwhile, it is null and an error is set.
    let item = unsafe { pyo3::ffi::PyList_GetItem(list.as_ptr(), at as isize) };
    if item.is_null() {
        drop(PyErr::take(list.py()));
    } else {
        crate::text::prefetch_line(item.cast());
    }
}

/// A text, or where they are taken tokens, as the metric with this `convert` sees it.
pub fn text(item: &Bound<'_, PyAny>, convert: Option<&Py<PyAny>>, tokens: bool) -> PyResult<impl AsRef<[u8]>> {
    let name = || "the text".to_owned();
    match (string(item), convert) {
        (Some(string), Some(convert)) => converted(string, convert),
        (Some(string), None) => copied(string),
        (None, _) if tokens => given_tokens(item, name, copied),
        _ => Err(no_string(item, name)),
    }
}

/// A hypothesis and its references, if they are a str and a list of one or more str.
pub fn one_segment(
    hypothesis: &Bound<'_, PyAny>,
    references: &Bound<'_, PyAny>,
    convert: Option<&Py<PyAny>>,
) -> PyResult<Option<(Text, Vec<Text>)>> {
    let (Some(hypothesis), Ok(references)) = (string(hypothesis), references.cast::<PyList>()) else {
        return Ok(None);
    };
    let text = |string: &Bound<'_, PyString>| {
        let text = convert.map_or_else(|| copied(string), |convert| converted(string, convert))?;
        if text.as_ref().len() > MAX_TEXT {
            return Err(PyValueError::new_err("the text has too many bytes for one segment: split it"));
        }
        Ok(text)
    };
    let mut texts = Vec::with_capacity(references.len());
    for reference in references.iter() {
        let Some(reference) = string(&reference) else {
            return Ok(None);
        };
        texts.push(text(reference)?);
    }
    if texts.is_empty() { Ok(None) } else { Ok(Some((text(hypothesis)?, texts))) }
}

/// The item as a string, if it is one.
#[inline]
fn string<'a, 'py>(item: &'a Bound<'py, PyAny>) -> Option<&'a Bound<'py, PyString>> {
    // Nearly all are no subclass's, and that is told without a call.
    item.cast_exact().ok().or_else(|| item.cast().ok())
}

fn no_string(item: &Bound<'_, PyAny>, name: impl Fn() -> String) -> PyErr {
    let found = type_name(item);
    PyTypeError::new_err(format!("{} is {found}, not str: convert it, or leave the segment out", name()))
}

fn type_name(item: &Bound<'_, PyAny>) -> String {
    item.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string())
}

fn converted(string: &Bound<'_, PyString>, convert: &Py<PyAny>) -> PyResult<Text> {
    Ok(Text::Bytes(convert.bind(string.py()).call1((string,))?.extract()?))
}

/// A copy of a string's UTF-8 form, in which a lone surrogate stands as its three bytes.
pub fn copied(string: &Bound<'_, PyString>) -> PyResult<Text> {
    let bytes = match string.encode_utf8() {
        Ok(bytes) => bytes,
        Err(_) => string.call_method1("encode", ("utf-8", "surrogatepass"))?.cast_into::<PyBytes>()?,
    };
    Ok(Text::Bytes(bytes.into()))
}

/// A sequence as a list; a list as it is. What is no sequence, or only looks like one, is refused.
fn as_list<'py>(object: &Bound<'py, PyAny>, name: &str, wanted: &str) -> PyResult<Bound<'py, PyList>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(list.clone());
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return Ok(tuple.to_list());
    }
    let sequence = object.hasattr("__len__")? && object.hasattr("__getitem__")?;
    if !sequence
        || object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.cast::<PyMapping>().is_ok()
    {
        let found = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be {wanted}, not {found}: pass a list")));
    }
    object.try_iter()?.collect::<PyResult<Vec<_>>>().and_then(|items| PyList::new(object.py(), items))
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

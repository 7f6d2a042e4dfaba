//! Texts, or tokens in place of texts, from Python objects as borrowed bytes.

use super::calls::{check_at, reserve, with_capacity};
use crate::text::MAX_TEXT;
use crate::text::tokenize::pretokenized;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyFloat, PyInt, PyList, PyMapping, PySlice, PyString, PyTuple};
use std::cell::Cell;
use std::io::Write;

/// The bytes of one text, kept alive by their Python object.
pub enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
    /// Tokens, in the format of `text/tokenize/pretokenized.rs`.
    Tokens(Vec<u8>),
}

impl Text {
    /// Whether it is a list of tokens.
    pub fn is_tokens(&self) -> bool {
        matches!(self, Self::Tokens(_))
    }
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

/// Borrows the UTF-8 form of strings, or copies it.
#[derive(Clone, Copy, Default)]
struct Borrower {
    /// The number of strings so far, and of those for which Python created and keeps a UTF-8 form.
    read: usize,
    kept: usize,
}

impl Borrower {
    /// Borrows the UTF-8 form of a string.
    ///
    /// An ASCII string is its own UTF-8 form. For other strings, Python creates one and keeps it as long as the string
    /// lives. Once this has happened for one string in eight, strings are copied instead, and the copies are freed with
    /// the batch.
    fn borrow(&mut self, string: &Bound<'_, PyString>) -> PyResult<Text> {
        self.read += 1;
        if 8 * self.kept <= self.read + 256 {
            let object = string.as_ptr() as usize;
            if let Ok(text) = PyBackedStr::try_from(string.clone()) {
                // The bytes of an ASCII string are within the object, right after its header.
                self.kept += usize::from((text.as_ptr() as usize).wrapping_sub(object) > 128);
                return Ok(Text::Str(text));
            }
        }
        copied(string)
    }
}

thread_local! {
    /// The state for calls of a single segment on this thread.
    static LOOSE: Cell<Borrower> = const { Cell::new(Borrower { read: 0, kept: 0 }) };
}

/// Reads texts for a metric.
pub struct TextReader {
    /// Converts a `str` into the `bytes` to measure, for a custom tokenizer or sentence splitter.
    convert: Option<Py<PyAny>>,
    tokens: TokenLists,
    borrower: Borrower,
}

/// Whether a text may be a list of tokens, and the number that stands for no token in it.
#[derive(Clone, Copy)]
pub struct TokenLists {
    pub accepted: bool,
    pub ignored: Option<i64>,
}

impl TextReader {
    pub fn new(convert: Option<Py<PyAny>>, tokens: TokenLists) -> Self {
        Self { convert, tokens, borrower: Borrower::default() }
    }

    /// Appends a text, and returns its length. `name` returns its name for error messages.
    pub fn push(
        &mut self,
        item: &Bound<'_, PyAny>,
        texts: &mut Vec<Text>,
        name: impl Fn() -> String,
    ) -> PyResult<usize> {
        let text = match (string(item), &self.convert) {
            (Some(string), Some(convert)) => converted(string, convert)?,
            (Some(string), None) => self.borrower.borrow(string)?,
            (None, _) if self.tokens.accepted => {
                given_tokens(item, &name, self.tokens.ignored, |token| self.borrower.borrow(token))?
            }
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

    /// Appends the references of segment `at`, and returns their total length. `tokens` is whether the prediction is a
    /// list of tokens.
    pub fn push_references(
        &mut self,
        item: &Bound<'_, PyAny>,
        at: usize,
        tokens: bool,
        texts: &mut Vec<Text>,
    ) -> PyResult<usize> {
        let mut length = 0;
        let mixed = |name: &str| {
            PyTypeError::new_err(format!(
                "predictions[{at}] is a list of tokens, not str as {name} is: pass both as str, or both as tokens"
            ))
        };
        if tokens && string(item).is_some() {
            return Err(mixed(&format!("references[{at}]")));
        }
        if string(item).is_some() || tokens && !has_lists(item, || format!("references[{at}]"))? {
            length = self.push(item, texts, || format!("references[{at}]"))?;
        } else {
            let several = as_list(item, &format!("references[{at}]"), "a str or a list of str")?;
            if several.is_empty() {
                return Err(PyValueError::new_err(format!(
                    "references[{at}] is empty: give each prediction at least one reference"
                )));
            }
            for (number, text) in several.iter().enumerate() {
                let name = || format!("references[{at}][{number}]");
                match string(&text) {
                    Some(_) if tokens => return Err(mixed(&name())),
                    None if !tokens => return Err(no_string(&text, name)),
                    _ => {}
                }
                length += self.push(&text, texts, name)?;
            }
        }
        Ok(length)
    }
}

/// Whether an item is a list of lists of tokens, for several references.
fn has_lists(item: &Bound<'_, PyAny>, name: impl Fn() -> String) -> PyResult<bool> {
    let texts = tokens_of(item, name)?;
    // Any text or list among the tokens makes it a list of references, in which that text is then reported.
    Ok(texts.iter().any(|text| string(&text).is_none() && text.len().is_ok()))
}

/// The tokens of a list. Other types are rejected.
fn tokens_of<'py>(item: &Bound<'py, PyAny>, name: impl Fn() -> String) -> PyResult<Bound<'py, PyList>> {
    let refused = || {
        let found = type_name(item);
        PyTypeError::new_err(format!(
            "{} is {found}, not str or a list of tokens: convert it, or leave the segment out",
            name()
        ))
    };
    // Bytes are not a list of numbers here.
    if item.cast::<PyByteArray>().is_ok() {
        return Err(refused());
    }
    as_list(item, "", "")
        .map_err(|error| if error.is_instance_of::<PyTypeError>(item.py()) { refused() } else { error })
}

/// Encodes tokens, str or int, in the format of `text/tokenize/pretokenized.rs`. Leaves out the number `ignored`.
fn given_tokens(
    item: &Bound<'_, PyAny>,
    name: impl Fn() -> String,
    ignored: Option<i64>,
    mut bytes: impl FnMut(&Bound<'_, PyString>) -> PyResult<Text>,
) -> PyResult<Text> {
    let tokens = tokens_of(item, &name)?;
    // Most words are shorter than this.
    let mut marked = with_capacity(8 * tokens.len() + 1)?;
    marked.push(pretokenized::TOKENS);
    for (at, token) in tokens.iter().enumerate() {
        check_at(item.py(), at)?;
        if let Some(string) = string(&token) {
            let bytes = bytes(string)?;
            reserve(&mut marked, bytes.as_ref().len())?;
            marked.extend_from_slice(bytes.as_ref());
        } else if let Ok(number) = token.extract::<i64>() {
            if Some(number) == ignored {
                continue;
            }
            marked.push(pretokenized::NUMBER);
            // Writing to memory does not fail.
            let _ = write!(marked, "{}{:x}", if number < 0 { "-" } else { "" }, number.unsigned_abs());
        } else {
            let number = token.call_method0("__index__").map_err(|_| {
                PyTypeError::new_err(format!("{}[{at}] is {}: a token is a str or an int", name(), type_name(&token)))
            })?;
            marked.push(pretokenized::NUMBER);
            // In hexadecimal, which has no limit on the number of digits.
            marked.extend_from_slice(
                number.call_method1("__format__", ("x",))?.cast_into::<PyString>()?.to_str()?.as_bytes(),
            );
        }
        marked.push(pretokenized::END_OF_TOKEN);
    }
    Ok(Text::Tokens(marked))
}

/// A text, or tokens if they are accepted, converted for the metric.
pub fn text(item: &Bound<'_, PyAny>, convert: Option<&Py<PyAny>>, tokens: TokenLists) -> PyResult<impl AsRef<[u8]>> {
    let name = || "the text".to_owned();
    match (string(item), convert) {
        (Some(string), Some(convert)) => converted(string, convert),
        (Some(string), None) => copied(string),
        (None, _) if tokens.accepted => given_tokens(item, name, tokens.ignored, copied),
        _ => Err(no_string(item, name)),
    }
}

/// A hypothesis and its references, if they are a str and a list of one or more str.
pub fn one_segment(
    hypothesis: &Bound<'_, PyAny>,
    references: &Bound<'_, PyAny>,
    convert: Option<&Py<PyAny>>,
) -> PyResult<Option<Vec<Text>>> {
    let (Some(hypothesis), Ok(references)) = (string(hypothesis), references.cast::<PyList>()) else {
        return Ok(None);
    };
    let mut borrower = LOOSE.get();
    let mut text = |string: &Bound<'_, PyString>| {
        let text = convert.map_or_else(|| borrower.borrow(string), |convert| converted(string, convert))?;
        if text.as_ref().len() > MAX_TEXT {
            return Err(PyValueError::new_err("the text has too many bytes for one segment: split it"));
        }
        Ok(text)
    };
    let mut texts = Vec::with_capacity(1 + references.len());
    texts.push(text(hypothesis)?);
    for reference in references.iter() {
        let Some(reference) = string(&reference) else {
            return Ok(None);
        };
        texts.push(text(reference)?);
    }
    LOOSE.set(borrower);
    Ok((texts.len() > 1).then_some(texts))
}

/// The item as a string, if it is one.
#[inline]
fn string<'a, 'py>(item: &'a Bound<'py, PyAny>) -> Option<&'a Bound<'py, PyString>> {
    // Few strings are instances of a subclass, and checking for the exact type needs no call.
    item.cast_exact().ok().or_else(|| item.cast().ok())
}

fn no_string(item: &Bound<'_, PyAny>, name: impl Fn() -> String) -> PyErr {
    let found = type_name(item);
    let remedy = if item.is_instance_of::<PyList>() || item.is_instance_of::<PyTuple>() {
        "join its tokens to a text, or pass tokens to WER or CER, token ids also to BLEU or ROUGE with ignore_index"
    } else {
        "convert it, or leave the segment out"
    };
    PyTypeError::new_err(format!("{} is {found}, not str: {remedy}", name()))
}

fn type_name(item: &Bound<'_, PyAny>) -> String {
    item.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string())
}

fn converted(string: &Bound<'_, PyString>, convert: &Py<PyAny>) -> PyResult<Text> {
    Ok(Text::Bytes(convert.bind(string.py()).call1((string,))?.extract()?))
}

/// A copy of the UTF-8 form of a string, in which a lone surrogate is encoded as its three bytes.
pub fn copied(string: &Bound<'_, PyString>) -> PyResult<Text> {
    let bytes = match string.encode_utf8() {
        Ok(bytes) => bytes,
        Err(_) => string.call_method1("encode", ("utf-8", "surrogatepass"))?.cast_into::<PyBytes>()?,
    };
    Ok(Text::Bytes(bytes.into()))
}

/// A sequence as a list. Objects that are not sequences, or that only look like one, are rejected.
pub fn as_list<'py>(object: &Bound<'py, PyAny>, name: &str, wanted: &str) -> PyResult<Bound<'py, PyList>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(list.clone());
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return Ok(tuple.to_list());
    }
    if object.hasattr("columns")? {
        // Its items would be the names of its columns, or whole columns.
        let found = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be {wanted}, not a {found}: pass one of its columns")));
    }
    // A column of pyarrow, whose items are scalars of its own.
    if object.hasattr("to_pylist")? {
        return Ok(object.call_method0("to_pylist")?.cast_into::<PyList>()?);
    }
    let sequence = object.hasattr("__len__")? && object.hasattr("__getitem__")?;
    let is_array = sequence && object.hasattr("ndim")? && object.hasattr("tolist")?;
    if !sequence
        || is_array && object.getattr("ndim")?.eq(0)?
        || object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.cast::<PyMapping>().is_ok()
    {
        let found = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be {wanted}, not {found}: pass a list")));
    }
    let check = |first: &Bound<'py, PyAny>| {
        // A text is a str or a sequence. A number would be found only after all items, perhaps a billion, are listed.
        let is_number = first.is_instance_of::<PyInt>() || first.is_instance_of::<PyFloat>();
        if name.is_empty() || !is_number { Ok(()) } else { Err(no_string(first, || format!("{name}[0]"))) }
    };
    if is_array {
        // An array or a tensor converts all its items at once, those of its rows too.
        let first =
            object.get_item(PySlice::new(object.py(), 0, 1, 1))?.call_method0("tolist")?.cast_into::<PyList>()?;
        first.iter().next().map_or(Ok(()), |first| check(&first))?;
        return Ok(object.call_method0("tolist")?.cast_into()?);
    }
    listed(object, check)
}

/// The items of an iterable as a list. `check` is called with the first one.
pub fn listed<'py>(
    object: &Bound<'py, PyAny>,
    check: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(object.py());
    let mut check = Some(check);
    for (at, item) in object.try_iter()?.enumerate() {
        let item = item?;
        if let Some(check) = check.take() {
            check(&item)?;
        }
        check_at(object.py(), at)?;
        list.append(item)?;
    }
    Ok(list)
}

/// Return the items of an iterable as a list, as `list()` does, but answer signals.
#[pyfunction]
pub fn list_of<'py>(values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    listed(values, |_| Ok(()))
}

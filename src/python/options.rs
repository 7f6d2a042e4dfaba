//! The metrics of texts, constructed from options as Python passes them.

use crate::scoring;
use crate::text::Lowercase;
use crate::text::tokenize::TerWords;
use crate::text_metrics::bleu::{Bleu, Smoothing};
use crate::text_metrics::chrf::Chrf;
use crate::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
use crate::text_metrics::ngram_order;
use crate::text_metrics::rouge::Rouge;
use crate::text_metrics::ter::Ter;
use crate::text_metrics::{bleu, chrf, rouge};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A metric with its options, or the error of an option.
pub type Boxed = PyResult<Box<dyn scoring::TextMetric>>;

pub fn bleu(
    py: Python<'_>,
    tokenizer: bleu::Tokenizer,
    lowercase: bool,
    smoothing: Smoothing,
    max_ngram_order: usize,
    effective_order: bool,
) -> Boxed {
    let options = bleu::Options {
        lowercase: lowercase_if(py, lowercase)?,
        tokenizer,
        smoothing,
        max_ngram_order,
        effective_order,
        // CPython's sum() uses compensated summation since 3.12.
        compensated: py.version_info() >= (3, 12),
    };
    Ok(Box::new(Bleu::new(options)?))
}

pub fn bleu_of_tokens(max_ngram_order: i128) -> Boxed {
    let options = bleu::Options {
        lowercase: None,
        tokenizer: bleu::Tokenizer::Tokens,
        smoothing: Smoothing::None,
        max_ngram_order: ngram_order("max_ngram_order", max_ngram_order, 1)?,
        effective_order: false,
        compensated: false,
    };
    Ok(Box::new(Bleu::new(options)?))
}

pub fn chrf(
    py: Python<'_>,
    (char_order, word_order): (i128, i128),
    beta_squared: f64,
    lowercase: bool,
    whitespace: bool,
    eps_smoothing: bool,
) -> Boxed {
    let options = chrf::Options {
        char_order: ngram_order("char_order", char_order, 0)?,
        word_order: ngram_order("word_order", word_order, 0)?,
        beta_squared,
        lowercase: lowercase_if(py, lowercase)?,
        whitespace,
        eps_smoothing,
    };
    Ok(Box::new(Chrf::new(options)?))
}

pub fn rouge(
    py: Python<'_>,
    rouge_types: Vec<String>,
    use_stemmer: bool,
    tokenizer: &str,
    sentences_marked: bool,
) -> Boxed {
    let tokenizer = match tokenizer {
        "default" => rouge::Tokenizer::Default,
        "unicode" => rouge::Tokenizer::Unicode(lowercase_of(py)?),
        "given" => rouge::Tokenizer::Pretokenized,
        _ => {
            return Err(PyValueError::new_err(format!(
                "unknown tokenizer {tokenizer:?}: choose one of 'default', 'unicode', 'given'"
            )));
        }
    };
    Ok(Box::new(Rouge::new(rouge_types, use_stemmer, tokenizer, sentences_marked)?))
}

pub fn ter(py: Python<'_>, words: TerWords, case_sensitive: bool) -> Boxed {
    Ok(Box::new(Ter::new(words, lowercase_if(py, !case_sensitive)?)))
}

pub fn error_rate(
    py: Python<'_>,
    unit: Unit,
    lowercase: bool,
    remove_punctuation: bool,
    collapse_whitespace: bool,
) -> Boxed {
    let lowercase = lowercase_if(py, lowercase)?;
    Ok(Box::new(ErrorRate::new(unit, Normalize { lowercase, remove_punctuation, collapse_whitespace })))
}

/// The lower case of this Python's version of Unicode, if `wanted`.
fn lowercase_if(py: Python<'_>, wanted: bool) -> PyResult<Option<Lowercase>> {
    wanted.then(|| lowercase_of(py)).transpose()
}

/// The lower case of this Python's version of Unicode.
fn lowercase_of(py: Python<'_>) -> PyResult<Lowercase> {
    let version: String = py.import("unicodedata")?.getattr("unidata_version")?.extract()?;
    let major = version.split('.').next().and_then(|major| major.parse().ok());
    Ok(Lowercase { unicode: major.unwrap_or(u8::MAX) })
}

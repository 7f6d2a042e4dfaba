//! The Python bindings: they take arguments, release the GIL, convert results and map errors. They hold no algorithm.

mod arrays;
mod arrow;
mod calls;
mod confusion;
mod files;
mod forks;
mod group_totals;
mod labels;
mod lists;
mod options;
mod pairwise;
mod perplexity;
mod prepared;
mod resampling;
mod samples;
mod text_metric;
mod texts;
mod total;

use crate::error::Error;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        match error {
            Error::File { path, source } => match source.downcast() {
                // What a handler of a signal has raised while a file was read.
                Ok(raised) => raised,
                Err(source) => {
                    let number = source.raw_os_error();
                    let message = Error::File { path, source }.to_string();
                    match number {
                        // From the error number, Python chooses FileNotFoundError, PermissionError and so on.
                        Some(number) => PyOSError::new_err((number, message)),
                        None => PyOSError::new_err(message),
                    }
                }
            },
            _ => PyValueError::new_err(error.to_string()),
        }
    }
}

#[pymodule(gil_used = false)]
mod _core {
    use super::{PyResult, forks};
    use pyo3::exceptions::{PyTypeError, PyValueError};
    use pyo3::types::{PyAnyMethods, PyModule};
    use pyo3::{Bound, PyAny, pyfunction};

    #[pymodule_export]
    use super::arrow::arrow_stream;
    #[pymodule_export]
    use super::confusion::{Confusion, GroupConfusions, class_counts, count_codes, count_equal, count_pairs};
    #[pymodule_export]
    use super::files::{LineWindow, ParallelFiles};
    #[pymodule_export]
    use super::group_totals::GroupTotals;
    #[pymodule_export]
    use super::labels::{encode_integers, encode_strings, integers_of, measure_indicators, ranks, read_labels};
    #[pymodule_export]
    use super::pairwise::PairwiseScores;
    #[pymodule_export]
    use super::perplexity::{Perplexity, powers_of_e};
    #[pymodule_export]
    use super::prepared::Prepared;
    #[pymodule_export]
    use super::resampling::{
        draw_exchanged, draw_exchanges, draw_multiplicities, draw_permutations, draw_positions, fold_draws,
        fold_exchanges, sum_numpy_draws,
    };
    #[pymodule_export]
    use super::samples::SampleCounter;
    #[pymodule_export]
    use super::text_metric::TextMetric;
    #[pymodule_export]
    use super::texts::list_of;
    #[pymodule_export]
    use super::total::Total;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::memory::fill();
        super::calls::set_hook();
        forks::register(module)
    }

    /// Set the number of threads that each call uses, for the whole process.
    ///
    /// `threads` is an integer; 0 means one for each core that this process may use, which is the default. Raises
    /// `ValueError` if it is not from 0 to 1024. Results do not depend on it.
    ///
    /// >>> import rapidscore
    /// >>> rapidscore.set_num_threads(1)
    /// >>> rapidscore.get_num_threads()
    /// 1
    /// >>> rapidscore.set_num_threads(0)
    #[pyfunction]
    fn set_num_threads(threads: &Bound<'_, PyAny>) -> PyResult<()> {
        let number = threads.call_method0("__index__").map_err(|_| {
            PyTypeError::new_err(format!("threads must be a whole number from 0 to 1024, not {threads:?}"))
        })?;
        let too_many = |_| PyValueError::new_err(format!("threads must be from 0 to 1024, got {number}"));
        Ok(crate::parallel::set_threads(number.extract().map_err(too_many)?)?)
    }

    /// Return the number of threads that each call uses, from 1.
    #[pyfunction]
    fn get_num_threads() -> usize {
        crate::parallel::threads()
    }

    /// Return the stem of a word of a-z and 0-9.
    #[pyfunction]
    fn stem(word: &str) -> PyResult<String> {
        if !word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Err(PyValueError::new_err(format!(
                "{word:?} has characters other than a-z and 0-9: lower-case the word and remove them"
            )));
        }
        let mut letters = word.as_bytes().to_vec();
        let length = crate::text::stem(&mut letters);
        Ok(String::from_utf8_lossy(&letters[..length]).into_owned())
    }
}

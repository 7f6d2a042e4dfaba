//! Parallel files, read a window at a time.

use super::calls::detached;
use crate::scoring;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Parallel text files: a file of hypotheses, and files with a reference for each hypothesis.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct ParallelFiles(Mutex<scoring::ParallelFiles>);

#[pymethods]
impl ParallelFiles {
    #[new]
    fn new(hypotheses: PathBuf, references: Vec<PathBuf>) -> PyResult<Self> {
        Ok(Self(Mutex::new(scoring::ParallelFiles::open(hypotheses, references)?)))
    }

    /// Read the next lines, up to `segments` lines or `size` bytes. The window is empty at the end of the files.
    fn read(&self, py: Python<'_>, segments: usize, size: usize) -> PyResult<LineWindow> {
        let window = detached(py, || self.0.lock().unwrap_or_else(PoisonError::into_inner).read(segments, size))?;
        py.check_signals()?;
        Ok(LineWindow(window?))
    }

    /// Number of bytes read so far, over all files.
    #[getter]
    fn position(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).position()
    }
}

/// Consecutive lines of parallel files, which can be passed in place of predictions and references.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct LineWindow(pub scoring::LineWindow);

#[pymethods]
impl LineWindow {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Return the lines of each file as strings; hypotheses come first.
    fn lines<'py>(&self, py: Python<'py>) -> Vec<Vec<Bound<'py, PyString>>> {
        self.0
            .columns()
            .map(|lines| lines.map(|line| PyString::new(py, &String::from_utf8_lossy(line))).collect())
            .collect()
    }
}

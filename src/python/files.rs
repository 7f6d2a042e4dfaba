//! Parallel files in Python, read a window at a time.

use crate::scoring;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Parallel text files: hypotheses, and for each of them a line of every reference file.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct ParallelFiles(Mutex<scoring::ParallelFiles>);

#[pymethods]
impl ParallelFiles {
    #[new]
    fn new(hypotheses: PathBuf, references: Vec<PathBuf>) -> PyResult<Self> {
        Ok(Self(Mutex::new(scoring::ParallelFiles::open(hypotheses, references)?)))
    }

    /// The next lines: as many segments or bytes (`size`) as asked for, none at the end.
    fn read(&self, py: Python<'_>, segments: usize, size: usize) -> PyResult<LineWindow> {
        let window = py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).read(segments, size));
        py.check_signals()?;
        Ok(LineWindow(window?))
    }

    /// Bytes read so far, of all files.
    #[getter]
    fn position(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).position()
    }
}

/// Some lines of parallel files. Where predictions and references are asked for, it stands for both.
#[pyclass(frozen, module = "rapidscore._core", name = "Window")]
pub struct LineWindow(pub scoring::LineWindow);

#[pymethods]
impl LineWindow {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The lines of each file as strings, hypotheses first.
    fn lines<'py>(&self, py: Python<'py>) -> Vec<Vec<Bound<'py, PyString>>> {
        self.0
            .columns()
            .map(|lines| lines.map(|line| PyString::new(py, &String::from_utf8_lossy(line))).collect())
            .collect()
    }
}

//! Parallel files, read a window at a time.

use super::calls::detached;
use crate::scoring;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Parallel text files: a file of hypotheses, and files with a reference for each hypothesis.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct ParallelFiles(Mutex<scoring::ParallelFiles>);

#[pymethods]
impl ParallelFiles {
    /// Open the files. A line of more than `max_line_bytes` bytes is an error.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
    fn new(hypotheses: Bound<'_, PyAny>, references: Vec<Bound<'_, PyAny>>, max_line_bytes: i128) -> PyResult<Self> {
        let limit = scoring::line_limit(max_line_bytes)?;
        let open = |name: &Bound<'_, PyAny>| {
            let path = name.extract::<PathBuf>()?;
            let file = InterruptibleFile::open(name, &path)?;
            Ok(scoring::Source { path, size: file.size, bytes: Box::new(file) })
        };
        let files = [&hypotheses].into_iter().chain(&references).map(open).collect::<PyResult<Vec<_>>>()?;
        Ok(Self(Mutex::new(scoring::ParallelFiles::new(files, limit))))
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

    /// Whether each file began with a byte order mark, which is not part of its first line.
    #[getter]
    fn marked(&self) -> Vec<bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).marked().collect()
    }
}

/// The number of bytes of a regular file that are read between two checks for signals.
const CHECKED_BYTES: usize = 1 << 26;

/// A file that is read without the GIL. Signals are answered while it is opened and read.
struct InterruptibleFile {
    file: File,
    /// The size of a regular file. A read of another file may wait for another program, as of a pipe.
    size: Option<u64>,
    /// The number of bytes read since the last check for signals.
    unchecked: usize,
}

impl InterruptibleFile {
    fn open(name: &Bound<'_, PyAny>, path: &Path) -> PyResult<Self> {
        let file = opened(name, path)?;
        let size = scoring::regular_size(&file);
        Ok(Self { file, size, unchecked: 0 })
    }
}

/// Opens a file without the GIL. Only a regular file opens at once: a pipe waits for its writer, so Python opens it, which
/// answers signals meanwhile.
#[cfg(unix)]
fn opened(name: &Bound<'_, PyAny>, path: &Path) -> PyResult<File> {
    use pyo3::exceptions::PyOSError;
    use std::os::fd::FromRawFd;

    let py = name.py();
    let regular = py.detach(|| std::fs::metadata(path).is_ok_and(|found| found.is_file()).then(|| File::open(path)));
    if let Some(Ok(file)) = regular {
        return Ok(file);
    }
    let os = py.import("os")?;
    let mut descriptor = os.call_method1("open", (name, os.getattr("O_RDONLY")?));
    // Linux does not open a socket by its name in /dev, but its descriptor can be read.
    if let (Err(error), Some(own)) = (&descriptor, own_descriptor(path))
        && error.is_instance_of::<PyOSError>(py)
        && error.value(py).getattr("errno")?.eq(py.import("errno")?.getattr("ENXIO")?)?
    {
        descriptor = os.call_method1("dup", (own,));
    }
    let descriptor = descriptor?.extract()?;
    // SAFETY: the descriptor was just opened, and nothing else owns it.
    Ok(unsafe { File::from_raw_fd(descriptor) })
}

/// The descriptor of this process that a path names, such as 0 for `/dev/stdin`.
#[cfg(unix)]
fn own_descriptor(path: &Path) -> Option<i32> {
    match path.to_str()? {
        "/dev/stdin" => Some(0),
        path => path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/"))?.parse().ok(),
    }
}

#[cfg(not(unix))]
fn opened(name: &Bound<'_, PyAny>, path: &Path) -> PyResult<File> {
    let file = name.py().detach(|| File::open(path));
    Ok(file.map_err(|source| crate::error::Error::File { path: path.into(), source })?)
}

/// Runs the handlers of signals that have arrived. What they raise becomes the error.
fn run_signal_handlers(py: Python<'_>) -> io::Result<()> {
    py.check_signals().map_err(io::Error::other)
}

impl Read for InterruptibleFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.size.is_none() || self.unchecked >= CHECKED_BYTES {
                Python::attach(run_signal_handlers)?;
                self.unchecked = 0;
            }
            match self.file.read(buffer) {
                // A signal has arrived, whose handler is to run.
                Err(error) if error.kind() == ErrorKind::Interrupted => self.unchecked = CHECKED_BYTES,
                read => {
                    self.unchecked += read.as_ref().map_or(0, |&bytes| bytes);
                    return read;
                }
            }
        }
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

//! Lets helper threads rest while Python forks.

use crate::parallel;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};

#[pyfunction]
fn before(py: Python<'_>) {
    // A helper may need minutes for a long text; other Python threads go on meanwhile.
    py.detach(parallel::pause);
}

#[pyfunction]
fn after_in_parent() {
    parallel::resume();
}

#[pyfunction]
fn after_in_child() {
    parallel::leave();
}

/// Registers these functions with Python.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let os = module.py().import("os")?;
    // Windows cannot fork.
    if os.hasattr("register_at_fork")? {
        let functions = PyDict::new(module.py());
        functions.set_item("before", wrap_pyfunction!(before, module)?)?;
        functions.set_item("after_in_parent", wrap_pyfunction!(after_in_parent, module)?)?;
        functions.set_item("after_in_child", wrap_pyfunction!(after_in_child, module)?)?;
        os.call_method("register_at_fork", (), Some(&functions))?;
    }
    Ok(())
}

//! References that are read once and used many times.

use super::calls::attached;
use super::texts::{Text, TextReader, as_list};
use super::total::misfit;
use crate::scoring::{LOOK_EVERY, PreparedTexts, Role, TextMetric, Workspace};
use crate::stop;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Arc;

/// References that a metric has read, which can be passed in place of references.
#[pyclass(frozen, module = "rapidscore._core")]
pub struct Prepared(pub Arc<PreparedTexts>);

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
impl Prepared {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Return the number of references of each segment.
    fn counts(&self) -> Vec<usize> {
        self.0.iter().map(<[_]>::len).collect()
    }

    /// Why the metric does not suit the references, if it does not.
    #[getter]
    fn misfit(&self) -> Option<&'static str> {
        misfit(&self.0.misfits)
    }

    /// Return the references of these segments.
    fn select(&self, positions: Vec<usize>) -> Self {
        Self(Arc::new(self.0.select(&positions)))
    }
}

impl Prepared {
    /// Reads references for `metric`. `tokens` is whether each is given as tokens.
    pub fn read(
        metric: &dyn TextMetric,
        mut reader: TextReader,
        references: &Bound<'_, PyAny>,
        tokens: bool,
    ) -> PyResult<Self> {
        let list = as_list(references, "references", "a sequence with a str, or a list of str, for each prediction")?;
        let mut take = |item: &Bound<'_, PyAny>, at, texts: &mut Vec<Text>| {
            reader.push_references(item, at, tokens, texts).map(drop)
        };
        let [collection] = read(metric, &list, [Role::Reference], &mut take)?;
        Ok(Self(Arc::new(collection)))
    }
}

/// Reads the items of a list in each of these roles. `take` appends the texts of an item.
pub fn read<'py, const ROLES: usize>(
    metric: &dyn TextMetric,
    list: &Bound<'py, PyList>,
    roles: [Role; ROLES],
    take: &mut impl FnMut(&Bound<'py, PyAny>, usize, &mut Vec<Text>) -> PyResult<()>,
) -> PyResult<[PreparedTexts; ROLES]> {
    let mut collections = [(); ROLES].map(|()| PreparedTexts::default());
    let mut workspace = Workspace::take();
    let mut texts = Vec::new();
    attached(|| {
        for (at, item) in list.iter().enumerate() {
            stop::poll();
            texts.clear();
            take(&item, at, &mut texts)?;
            if let (0, [text, ..], [collection, ..]) = (at % LOOK_EVERY, texts.as_slice(), collections.as_mut_slice()) {
                collection.misfits.look(metric, text.as_ref());
            }
            for (collection, &role) in collections.iter_mut().zip(&roles) {
                collection.push(texts.iter().map(|text| metric.prepare(text.as_ref(), role, &mut workspace)).collect());
            }
        }
        Ok(())
    })?;
    workspace.put_back();
    Ok(collections)
}

//! Labels of Python as integers and codes.

use super::arrays::{contiguous, unchanged, with_integers};
use super::calls::{attached, check_at, detached, with_capacity};
use super::texts;
use crate::classification::{self, DistinctStrings, IntegerLabel, LabelTable, multilabel};
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArray};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyList, PyString};
use std::iter;

/// The codes of columns, and the sorted table of labels.
type Encoded<'py, L> = PyResult<(Vec<Bound<'py, PyArray1<i32>>>, L)>;

/// The integers of a list and whether all are bools, or the position of the first item that is neither.
#[derive(IntoPyObject)]
pub enum Integers<'py> {
    All(Bound<'py, PyArray1<i64>>, bool),
    Not(usize),
}

/// Return the integers of a list.
#[pyfunction]
pub fn integers_of<'py>(values: &Bound<'py, PyList>) -> PyResult<Integers<'py>> {
    let mut integers = with_capacity(values.len())?;
    let mut bools = 0;
    for (at, item) in values.iter().enumerate() {
        check_at(values.py(), at)?;
        bools += usize::from(item.is_exact_instance_of::<PyBool>());
        let Ok(integer) = item.extract() else { return Ok(Integers::Not(at)) };
        integers.push(integer);
    }
    let bools = bools == integers.len();
    Ok(Integers::All(PyArray1::from_vec(values.py(), integers), bools))
}

/// Encode columns of integers with one sorted table. Return the codes and the table.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn encode_integers<'py>(
    py: Python<'py>,
    columns: Vec<Bound<'py, PyUntypedArray>>,
) -> Encoded<'py, Bound<'py, PyAny>> {
    fn encoded<'py, T: IntegerLabel + Element>(
        py: Python<'py>,
        columns: &[Bound<'py, PyUntypedArray>],
    ) -> Encoded<'py, Bound<'py, PyAny>> {
        let columns =
            columns.iter().map(|column| column.extract()).collect::<Result<Vec<PyReadonlyArray1<'_, T>>, _>>()?;
        let columns = columns.into_iter().map(contiguous).collect::<PyResult<Vec<_>>>()?;
        let slices = columns.iter().map(PyReadonlyArray1::as_slice).collect::<Result<Vec<_>, _>>()?;
        let (codes, labels) = unchanged(py, || classification::encode(&slices))?;
        let codes = codes.into_iter().map(|codes| PyArray1::from_vec(py, codes)).collect();
        Ok((codes, PyArray1::from_vec(py, labels).into_any()))
    }
    let all: Vec<_> = columns.iter().collect();
    with_integers!(&all, Kind => encoded::<Kind>(py, &columns))
}

/// Encode columns of strings with one sorted table. Return the codes and the table. A column is a list of str, or an
/// array of characters (rows, longest string), in which shorter strings are padded with zeros. `names` are the names of
/// the columns in error messages.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn encode_strings<'py>(
    py: Python<'py>,
    columns: Vec<Bound<'py, PyAny>>,
    names: Vec<String>,
) -> Encoded<'py, Bound<'py, PyList>> {
    attached(|| encoded_strings(py, &columns, &names))
}

fn encoded_strings<'py>(
    py: Python<'py>,
    columns: &[Bound<'py, PyAny>],
    names: &[String],
) -> Encoded<'py, Bound<'py, PyList>> {
    let mut numbers = DistinctStrings::default();
    let mut encoded: Vec<Vec<u32>> = Vec::new();
    for (column, name) in columns.iter().zip(names) {
        if let Ok(list) = column.cast::<PyList>() {
            encoded.push(numbers_of_list(list, name, &mut numbers)?);
            continue;
        }
        let rows: PyReadonlyArray2<'_, u32> = column.extract()?;
        let (width, characters) = (rows.as_array().ncols(), rows.as_slice()?);
        encoded.push(detached(py, || {
            let (mut codes, own) = classification::number_rows(characters, width);
            let (sorted, positions) = own.sorted();
            let common: Vec<u32> = sorted.into_iter().map(|name| numbers.number(name)).collect();
            codes.iter_mut().for_each(|code| *code = common[positions[*code as usize].cast_unsigned() as usize]);
            codes
        })?);
    }
    let (labels, positions) = numbers.sorted();
    let codes = encoded
        .into_iter()
        .map(|codes| PyArray1::from_vec(py, codes.into_iter().map(|code| positions[code as usize]).collect()))
        .collect();
    Ok((codes, decoded(py, labels)?))
}

/// A list of str from UTF-8, in which a lone surrogate is stored as its three bytes.
fn decoded<'py, 'a>(py: Python<'py>, names: impl IntoIterator<Item = &'a [u8]>) -> PyResult<Bound<'py, PyList>> {
    // Other ways to make strings and lists panic if there is no memory for them.
    let list = PyList::empty(py);
    for name in names {
        list.append(match std::str::from_utf8(name) {
            Ok(_) => PyString::from_bytes(py, name)?,
            Err(_) => PyBytes::new(py, name).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?,
        })?;
    }
    Ok(list)
}

/// Read a sorted table of labels at the start of bytes. Return the labels and the length of their line: an array, where
/// bools are uint8; for strings an array of characters (labels, longest string), in which shorter strings are padded with
/// zeros, or a list of str.
#[pyfunction]
pub fn read_labels<'py>(py: Python<'py>, data: &[u8]) -> PyResult<(Bound<'py, PyAny>, usize)> {
    let (table, length) = detached(py, || classification::read_table(data))??;
    let labels = match table {
        LabelTable::Bools(labels) => PyArray1::from_vec(py, labels).into_any(),
        LabelTable::Integers(labels) => PyArray1::from_vec(py, labels).into_any(),
        LabelTable::Unsigned(labels) => PyArray1::from_vec(py, labels).into_any(),
        LabelTable::Floats(labels) => PyArray1::from_vec(py, labels).into_any(),
        LabelTable::Padded { points, width } => {
            let count = points.len() / width.max(1);
            PyArray1::from_vec(py, points).reshape([count, width])?.into_any()
        }
        LabelTable::Strings { bytes, ends } => {
            let starts = iter::once(&0).chain(&ends);
            decoded(py, starts.zip(&ends).map(|(&start, &end)| &bytes[start..end]))?.into_any()
        }
    };
    Ok((labels, length))
}

/// Recent strings and their numbers, by address. They are kept alive, so that no other string gets the same address.
struct RecentStrings(Vec<Option<(Py<PyAny>, u32)>>);

impl RecentStrings {
    const SLOTS: usize = 256;

    fn slot(&mut self, item: &Bound<'_, PyAny>) -> &mut Option<(Py<PyAny>, u32)> {
        let address = item.as_ptr() as u64;
        let hash = address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - Self::SLOTS.ilog2());
        #[expect(clippy::cast_possible_truncation, reason = "eight bits")]
        &mut self.0[hash as usize]
    }
}

fn numbers_of_list(list: &Bound<'_, PyList>, name: &str, numbers: &mut DistinctStrings) -> PyResult<Vec<u32>> {
    let mut met = RecentStrings((0..RecentStrings::SLOTS).map(|_| None).collect());
    let mut codes = with_capacity(list.len())?;
    for (at, item) in list.iter().enumerate() {
        check_at(list.py(), at)?;
        let slot = met.slot(&item);
        if let Some((same, code)) = slot
            && same.is(&item)
        {
            codes.push(*code);
            continue;
        }
        let string = item.cast::<PyString>().map_err(|_| not_a_string(&item, &format!("{name}[{at}]")))?;
        let code = match string.to_str() {
            Ok(text) => numbers.number(text.as_bytes()),
            Err(_) => numbers.number(texts::copied(string)?.as_ref()),
        };
        codes.push(code);
        *slot = Some((item.unbind(), code));
    }
    Ok(codes)
}

fn not_a_string(item: &Bound<'_, PyAny>, position: &str) -> PyErr {
    let found = item.repr().map_or_else(|_| "something else".to_owned(), |repr| repr.to_string());
    if item.is_none() || item.extract().is_ok_and(f64::is_nan) {
        return PyValueError::new_err(format!(
            "{position} is {found}: a label is missing; leave the row out, or give missing values a label"
        ));
    }
    PyTypeError::new_err(format!("{position} is {found} among labels of str: make all labels of one kind"))
}

/// Return the values of each row of indicators (n, 2C), true labels before predicted ones: an array (n, 9), see
/// `src/classification/multilabel.rs`.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn measure_indicators<'py>(
    py: Python<'py>,
    rows: PyReadonlyArray2<'py, u8>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (count, width) = rows.as_array().dim();
    let slice = rows.as_slice()?;
    let values = detached(py, || multilabel::measure(slice, width / 2, count))?;
    PyArray1::from_vec(py, values).reshape([count, multilabel::ROW])
}

/// Return the rank of the true class, from 0, among the scores (n, C) of each row.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]
pub fn ranks<'py>(
    py: Python<'py>,
    scores: Bound<'py, PyUntypedArray>,
    classes: PyReadonlyArray1<'py, u32>,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    fn ranked<T: Element + Copy + PartialOrd>(
        py: Python<'_>,
        scores: &PyReadonlyArray2<'_, T>,
        classes: &[u32],
    ) -> PyResult<Vec<i64>> {
        let (rows, width) = scores.as_array().dim();
        if rows != classes.len() || classes.iter().any(|&class| class as usize >= width) {
            return Err(PyValueError::new_err("the classes do not fit the scores"));
        }
        let values = scores.as_slice()?;
        detached(py, || classification::ranks(values, classes))?.map_err(|at| {
            let (row, column) = (at / width, at % width);
            PyValueError::new_err(format!("predictions[{row}, {column}] is NaN: every class needs a score"))
        })
    }
    let classes = classes.as_slice()?;
    let ranks = match scores.extract::<PyReadonlyArray2<'_, f32>>() {
        Ok(scores) => ranked(py, &scores, classes),
        Err(_) => ranked(py, &scores.extract::<PyReadonlyArray2<'_, f64>>()?, classes),
    };
    Ok(PyArray1::from_vec(py, ranks?))
}

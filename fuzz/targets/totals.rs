//! Bytes as totals and as tables of labels: what is read can be written, merged and scored, or raises an error.
//!
//! Input: the number of a kind and the length of the first total (2 bytes), and two totals, or a table, as bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::classification::{Confusion, LabelTable, read_table};
use rapidscore::scoring::Total;
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::{bits, cases};

/// Scores of a total of more classes take long. The bindings read a table of labels of the same length first.
const CLASSES: u32 = 1 << 8;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let kind = input.byte();
    let split = input.array().map_or(0, u16::from_le_bytes).into();
    let bytes = input.0;
    let (one, other) = bytes.split_at(bytes.len().min(split));
    if kind % 3 == 2 {
        table(bytes);
    } else if kind % 3 == 0 {
        let [one, other] = [one, other].map(total);
        if let (Some(one), Some(other)) = (one, other) {
            merge_totals(&one, &other);
        }
    } else {
        let [one, other] = [one, other].map(confusion);
        if let (Some(one), Some(other)) = (one, other) {
            merge_confusions(&one, &other);
        }
    }
});

/// Reads a total and scores it.
fn total(bytes: &[u8]) -> Option<Total> {
    let total = Total::from_bytes(bytes).ok()?;
    let written = total.to_bytes();
    assert!(written.len() <= bytes.len(), "a total is written in its shortest form");
    let read = Total::from_bytes(&written).unwrap();
    assert_eq!(read, total);
    assert_eq!(read.to_bytes(), written);
    assert_eq!(bits(&read.row()), bits(&total.row()));
    for case in cases() {
        if let Ok((scores, row)) = total.finalise(&*case.metric) {
            assert_eq!(scores.len(), case.metric.scores().len());
            assert_eq!(bits(&row), bits(&total.row()));
        }
    }
    Some(total)
}

fn merge_totals(one: &Total, other: &Total) {
    let [mut sum, mut reversed] = [one, other].map(Clone::clone);
    let outcome = sum.merge(other);
    assert_eq!(outcome.is_ok(), reversed.merge(one).is_ok());
    if outcome.is_err() {
        return;
    }
    assert_eq!(sum.to_bytes(), reversed.to_bytes(), "the order of merging");
    assert_eq!(Some(sum.segments), one.segments.checked_add(other.segments), "segments");
    assert_eq!(Some(sum.tokenized), one.tokenized.checked_add(other.tokenized), "tokenized hypotheses");
    assert!(sum.references.0 <= one.references.0 && sum.references.1 >= one.references.1);
    assert_eq!(Total::from_bytes(&sum.to_bytes()).unwrap(), sum);
    let mut twice = sum.clone();
    if twice.merge(&sum).is_ok() {
        let mut by_parts = sum.clone();
        if by_parts.merge(one).and_then(|()| by_parts.merge(other)).is_ok() {
            assert_eq!(by_parts.to_bytes(), twice.to_bytes(), "the grouping of merging");
        }
    }
}

/// Reads confusion counts and sums them by class.
fn confusion(bytes: &[u8]) -> Option<Confusion> {
    let confusion = Confusion::from_bytes(bytes).ok()?;
    let written = confusion.to_bytes();
    assert_eq!(Confusion::from_bytes(&written).unwrap(), confusion);
    if confusion.classes > CLASSES {
        return None;
    }
    let (kept, small) = confusion.clone().compressed();
    assert_eq!(small.relabelled(&kept, confusion.classes).unwrap().to_bytes(), written);
    if let Some(counts) = confusion.class_counts() {
        for column in [&counts.support, &counts.predicted] {
            assert_eq!(column.iter().map(|&count| u128::from(count)).sum::<u128>(), confusion.segments.into());
        }
    }
    if let Some(weights) = confusion.class_weights() {
        for column in [&weights.true_positives, &weights.support, &weights.predicted] {
            assert!(column.iter().all(|&weight| weight >= 0.0), "weights of classes");
        }
    }
    Some(confusion)
}

/// Reads a table of labels.
fn table(bytes: &[u8]) {
    let Ok((table, length)) = read_table(bytes) else { return };
    assert!(bytes[..length].ends_with(b"\n"));
    assert_eq!(read_table(&bytes[..length]).unwrap(), (table.clone(), length));
    match table {
        LabelTable::Bools(labels) => assert!(labels.len() <= 2),
        LabelTable::Integers(labels) => assert!(labels.is_sorted_by(|one, other| one < other)),
        LabelTable::Unsigned(labels) => assert!(labels.is_sorted_by(|one, other| one < other)),
        LabelTable::Floats(labels) => assert!(labels.is_sorted_by(|one, other| one < other)),
        LabelTable::Padded { points, width } => {
            let labels: Vec<_> = points.chunks(width).collect();
            assert_eq!(points.len() % width, 0);
            assert!(labels.is_sorted_by(|one, other| one < other));
        }
        LabelTable::Strings { bytes, ends } => {
            let starts = std::iter::once(&0).chain(&ends);
            let labels: Vec<_> = starts.zip(&ends).map(|(&start, &end)| &bytes[start..end]).collect();
            assert!(labels.is_sorted_by(|one, other| one < other));
        }
    }
}

fn merge_confusions(one: &Confusion, other: &Confusion) {
    let (sum, reversed) = (one.merged(other), other.merged(one));
    assert_eq!(sum.is_ok(), reversed.is_ok());
    let (Ok(sum), Ok(reversed)) = (sum, reversed) else { return };
    assert_eq!(sum.to_bytes(), reversed.to_bytes(), "the order of merging");
    assert_eq!(Some(sum.segments), one.segments.checked_add(other.segments), "rows");
    assert_eq!(Confusion::from_bytes(&sum.to_bytes()).unwrap(), sum);
}

//! Bytes as totals: what is read can be written, merged and scored, or raises an error.
//!
//! Input: the number of a kind of totals and the length of the first total (2 bytes), and two totals as bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::classification::Confusion;
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
    if kind % 2 == 0 {
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
    Some(confusion)
}

fn merge_confusions(one: &Confusion, other: &Confusion) {
    let (sum, reversed) = (one.merged(other), other.merged(one));
    assert_eq!(sum.is_ok(), reversed.is_ok());
    let (Ok(sum), Ok(reversed)) = (sum, reversed) else { return };
    assert_eq!(sum.to_bytes(), reversed.to_bytes(), "the order of merging");
    assert_eq!(Some(sum.segments), one.segments.checked_add(other.segments), "rows");
    assert_eq!(Confusion::from_bytes(&sum.to_bytes()).unwrap(), sum);
}

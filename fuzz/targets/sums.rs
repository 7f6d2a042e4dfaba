//! Exact sums of any doubles, against a sum of numbers that do not overlap; totals of groups against totals.
//!
//! Input: whether values are given by their bits or by a mantissa and an exponent, the number of groups, and values.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::exact::{CompactSum, ExactSum};
use rapidscore::scoring::{Column, GroupTotals, References, Total};
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::bits;
use rapidscore_fuzz::naive::sums::rounded;

const VALUES: usize = 1200;

/// The number of groups, up to.
const GROUPS: usize = 5;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (by_bits, groups) = (input.byte() % 2 == 0, 1 + input.below(GROUPS));
    let values: Vec<f64> = if by_bits {
        input.arrays().take(VALUES).map(f64::from_le_bytes).collect()
    } else {
        input.arrays().take(VALUES).map(scaled).collect()
    };
    compare_sums(&values, &exact(&values));
    // The sum of a part of a column is a double, so a sum of magnitudes beyond the largest double is infinite in the
    // total of a group. Opposite infinities have no sum.
    let magnitudes: f64 = values.iter().filter(|value| value.is_finite()).map(|value| value.abs()).sum();
    let is_opposite = values.contains(&f64::INFINITY) && values.contains(&f64::NEG_INFINITY);
    if magnitudes.is_finite() && !is_opposite {
        compare_groups(&values, groups);
    }
});

/// A mantissa of 16 bits and an exponent.
fn scaled([low, high, exponent, repeat]: [u8; 4]) -> f64 {
    let mantissa = f64::from(i16::from_le_bytes([low, high]));
    let exponent = i32::from(exponent.cast_signed()) * i32::from(1 + repeat % 8);
    // In two steps, because a power of two of this size may be no double.
    mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
}

fn exact(values: &[f64]) -> ExactSum {
    let mut sum = ExactSum::default();
    values.iter().for_each(|&value| sum.add(value));
    sum
}

fn bytes(sum: &ExactSum) -> Vec<u8> {
    let mut bytes = Vec::new();
    sum.write(&mut bytes);
    bytes
}

fn compare_sums(values: &[f64], sum: &ExactSum) {
    if let Some(expected) = rounded(values) {
        assert_eq!(bits(&[sum.value()]), bits(&[expected]));
    }
    let mut unread = &*bytes(sum);
    let read = ExactSum::read(&mut unread).unwrap();
    assert!(unread.is_empty() && read == *sum && bits(&[read.value()]) == bits(&[sum.value()]));

    let reversed: Vec<f64> = values.iter().rev().copied().collect();
    let mut compact = CompactSum::default();
    reversed.iter().for_each(|&value| compact.add(value));
    let mut written = Vec::new();
    compact.write(&mut written);
    assert_eq!(bits(&[compact.value()]), bits(&[sum.value()]));
    for (one, other) in [(sum, exact(&reversed)), (sum, read)] {
        assert_eq!(bytes(&other), bytes(one));
    }
    assert_eq!(written, bytes(sum));
    for split in [values.len() / 2, values.len() / 3] {
        let (head, tail) = values.split_at(split);
        let mut merged = exact(tail);
        merged.merge(&exact(head));
        assert_eq!(bytes(&merged), bytes(sum), "the order of merging");
    }
}

fn compare_groups(values: &[f64], groups: usize) {
    let columns = ["one", "other"].map(|name| Column { name: name.to_owned(), whole: false });
    let rows = values.as_chunks::<2>().0;
    let codes: Vec<i32> = (0..groups).cycle().take(rows.len()).map(|group| i32::try_from(group).unwrap()).collect();
    let found = GroupTotals::fold(&columns, rows.as_flattened(), &codes, groups, References::All(1, 2));
    let mut all = Total::new(&columns);
    for group in 0..groups {
        let mut total = Total::new(&columns);
        for row in rows.iter().skip(group).step_by(groups) {
            total.fold(row).unwrap();
            total.note_segments(1, 1, 2);
        }
        assert_eq!(found.total(group).unwrap().to_bytes(), total.to_bytes(), "group {group}");
        assert_eq!(bits(&found.rows()[2 * group..][..2]), bits(&total.row()));
        all.merge(&total).unwrap();
    }
    assert_eq!(found.overall().unwrap().to_bytes(), all.to_bytes());
}

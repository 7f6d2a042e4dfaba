//! Labels: codes, numbers of strings, counts and ranks, against maps.
//!
//! Input: what is tested, options, and rows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::classification::{
    Cell, Cells, ClassRows, ClassTally, Confusion, IntegerLabel, class_counts, count_codes, count_equal, count_pairs,
    encode, multilabel, number_rows, ranks, samples,
};
use rapidscore::exact::ExactSum;
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::bits;
use rapidscore_fuzz::naive::tokenize::encode as encode_text;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt::Debug;

const ROWS: usize = 600;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    match input.byte() % 10 {
        0 => integers(input, i8::from_le_bytes),
        1 => integers(input, i16::from_le_bytes),
        2 => integers(input, i32::from_le_bytes),
        3 => integers(input, i64::from_le_bytes),
        4 => integers(input, u8::from_le_bytes),
        5 => integers(input, u64::from_le_bytes),
        6 => strings(input),
        7 => codes(input),
        8 => scores(input),
        _ => indicators(input),
    }
});

fn integers<T: IntegerLabel + Ord + Debug, const N: usize>(input: Input<'_>, label: impl Fn([u8; N]) -> T) {
    let labels: Vec<T> = input.arrays().take(2 * ROWS).map(label).collect();
    let (truth, prediction) = labels.split_at(labels.len() / 2);
    let prediction = &prediction[..truth.len()];
    let table: Vec<T> = truth.iter().chain(prediction).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let code = |label: &T| i32::try_from(table.binary_search(label).unwrap()).unwrap();
    let expected: Vec<Vec<i32>> = [truth, prediction].map(|column| column.iter().map(code).collect()).into();
    assert_eq!(encode(&[truth, prediction]), (expected.clone(), table.clone()));

    let mut cells = BTreeMap::<Cell, u64>::new();
    for (&truth, &prediction) in expected[0].iter().zip(&expected[1]) {
        *cells.entry((truth.cast_unsigned(), prediction.cast_unsigned())).or_default() += 1;
    }
    let classes = u32::try_from(table.len()).unwrap();
    let cells = Cells::Counts(cells.into_iter().collect());
    let confusion = Confusion { classes, segments: truth.len() as u64, cells };
    assert_eq!(count_pairs(truth, prediction), (table.clone(), confusion.clone()));
    assert_eq!(class_counts(truth, prediction), (table, confusion.class_counts().unwrap()));
    let equal = truth.iter().zip(prediction).filter(|(truth, prediction)| truth == prediction).count();
    assert_eq!(count_equal(truth, prediction), equal as u64);
}

/// Rows of characters, most of them from a few, padded with zeros.
fn strings(mut input: Input<'_>) {
    let width = 1 + input.below(20);
    let character = |byte| match byte {
        0x00..=0x7F => u32::from(byte),
        // Surrogates, and the last character.
        0x80..=0xBF => 0xD7F0 + (u32::from(byte) << 5),
        0xC0.. => 0x10_FFFF - (u32::from(byte) << 8),
    };
    let characters: Vec<u32> = input.0.iter().take(width * ROWS).map(|&byte| character(byte)).collect();
    let characters = &characters[..characters.len() / width * width];
    let names: Vec<Vec<u8>> = characters
        .chunks(width)
        .map(|row| {
            let end = row.iter().rposition(|&character| character != 0).map_or(0, |last| last + 1);
            encode_text(&row[..end])
        })
        .collect();
    let (numbers, distinct) = number_rows(characters, width);
    let (sorted, positions) = distinct.sorted();
    assert!(sorted.iter().copied().eq(names.iter().collect::<BTreeSet<_>>()));
    for (number, name) in numbers.into_iter().zip(&names) {
        assert_eq!(sorted[usize::try_from(positions[number as usize]).unwrap()], name);
    }
}

/// Rows of a group, a true code, a predicted code and a weight.
fn codes(mut input: Input<'_>) {
    let (classes, groups, is_weighted) = (1 + input.byte() % 60, 1 + input.byte() % 5, input.byte() % 2 == 1);
    let rows: Vec<[u8; 4]> = input.arrays().take(ROWS).collect();
    let group: Vec<i32> = rows.iter().map(|row| i32::from(row[0] % groups)).collect();
    // Rows whose true code is negative are left out.
    let truth: Vec<i32> = rows.iter().map(|row| i32::from(row[1] % (classes + 1)) - 1).collect();
    let prediction: Vec<i32> = rows.iter().map(|row| i32::from(row[2] % classes)).collect();
    let weight = |row: &[u8; 4]| match row[3] {
        0xFF => -1e17,
        0xFE => 1e300,
        weight => 0.1 * f64::from(weight),
    };
    let weights: Option<Vec<f64>> = is_weighted.then(|| rows.iter().map(weight).collect());
    let (classes, groups) = (u32::from(classes), u32::from(groups));

    let counted = count_codes(Some((&group, groups)), &truth, &prediction, classes, weights.as_deref());
    let mut merged = Confusion { classes, ..Confusion::default() };
    for number in 0..groups {
        let chosen = |row: &usize| group[*row].cast_unsigned() == number && truth[*row] >= 0;
        let expected = confusion_of(&truth, &prediction, classes, weights.as_deref(), (0..rows.len()).filter(chosen));
        let found = counted.confusion(number as usize);
        assert_eq!(found.to_bytes(), expected.to_bytes(), "group {number}");
        merged = merged.merged(&expected).unwrap();
    }
    let all = count_codes(None, &truth, &prediction, classes, weights.as_deref());
    let kept = (0..rows.len()).filter(|&row| truth[row] >= 0);
    let expected = confusion_of(&truth, &prediction, classes, weights.as_deref(), kept);
    assert_eq!(all.confusion(0).to_bytes(), expected.to_bytes());
    if !rows.is_empty() {
        assert_eq!(merged.to_bytes(), expected.to_bytes());
        draws(&truth, &prediction, classes, (&group, groups), weights.as_deref());
    }
}

/// The counts of these rows.
fn confusion_of(
    truth: &[i32],
    prediction: &[i32],
    classes: u32,
    weights: Option<&[f64]>,
    rows: impl Iterator<Item = usize> + Clone,
) -> Confusion {
    let cell = |row: usize| (truth[row].cast_unsigned(), prediction[row].cast_unsigned());
    let segments = rows.clone().count() as u64;
    let mut cells = BTreeMap::<Cell, (u64, ExactSum)>::new();
    for row in rows {
        let (count, sum) = cells.entry(cell(row)).or_default();
        *count += 1;
        sum.add(weights.map_or(1.0, |weights| weights[row]));
    }
    if weights.is_none() {
        let cells = cells.into_iter().map(|(cell, (count, _))| (cell, count)).collect();
        return Confusion { classes, segments, cells: Cells::Counts(cells) };
    }
    let weights = cells.into_iter().map(|(cell, (_, sum))| {
        let mut bytes = Vec::new();
        sum.write(&mut bytes);
        (cell, rapidscore::exact::CompactSum::read(&mut &*bytes).unwrap())
    });
    Confusion { classes, segments, cells: Cells::Weights(weights.collect()) }
}

/// Counts of copies of rows, and of rows at positions, are those of the repeated rows.
fn draws(truth: &[i32], prediction: &[i32], classes: u32, groups: (&[i32], u32), weights: Option<&[f64]>) {
    let sizes: Vec<u64> = (0..truth.len() as u64).map(|row| 1 + row % 3).collect();
    let tally = ClassTally::new(Some(groups), truth, prediction, classes, weights, sizes.iter().sum());
    let repeated: Vec<usize> = (0..truth.len()).flat_map(|row| vec![row; 1 + row % 3]).collect();
    let at = |column: &[i32]| repeated.iter().map(|&row| column[row]).collect::<Vec<_>>();
    let (group, truth, prediction) = (at(groups.0), at(truth), at(prediction));
    // A product of a weight and a number of copies rounds once, a sum of copies does not round.
    let weights: Option<Vec<f64>> = weights.map(|weights| repeated.iter().map(|&row| weights[row]).collect());
    let count = |groups| count_codes(groups, &truth, &prediction, classes, weights.as_deref()).class_rows();
    let expected = [count(Some((&group, groups.1))), count(None)];
    let check = || Ok::<_, Infallible>(());
    let Ok(by_position) = samples::positions(&tally, &repeated, repeated.len(), check);
    compare(&by_position, &expected);
    if weights.is_none() {
        let Ok(by_copies) = samples::copies(&tally, &sizes, check);
        compare(&by_copies, &expected);
    }
}

/// Compares the counts of groups, then of all rows, with these.
fn compare(found: &ClassRows, [groups, all]: &[ClassRows; 2]) {
    let start = groups.classes.len();
    assert_eq!(found.classes, [&groups.classes[..], &all.classes].concat());
    let ends = groups.ends.iter().copied().chain(all.ends.iter().map(|end| start + end));
    assert!(found.ends.iter().copied().eq(ends));
    for ((found, groups), all) in found.counts.iter().zip(&groups.counts).zip(&all.counts) {
        assert_eq!(bits(found), bits(&[&groups[..], all].concat()));
    }
}

/// The rank of the true class, of equal scores the later class first.
fn scores(mut input: Input<'_>) {
    let width = 1 + input.below(20);
    let by_bits = input.byte() % 2 == 1;
    let scores: Vec<f32> = if by_bits {
        input.arrays().take(ROWS).map(f32::from_le_bytes).collect()
    } else {
        input.0.iter().take(ROWS).map(|&byte| f32::from(byte % 8)).collect()
    };
    let scores = &scores[..scores.len() / width * width];
    let rows = scores.len() / width;
    let classes: Vec<u32> = (0..rows).map(|row| u32::try_from(row * 7 % width).unwrap()).collect();
    let expected: Vec<i64> = (0..rows)
        .map(|row| {
            let scores = &scores[row * width..][..width];
            let mut order: Vec<usize> = (0..width).rev().collect();
            order.sort_by(|&one, &other| scores[other].total_cmp(&scores[one]));
            let own = scores[classes[row] as usize];
            // `total_cmp` separates the zeros.
            let tied = order.iter().filter(|&&class| scores[class] == own && class > classes[row] as usize).count();
            i64::try_from(order.iter().filter(|&&class| scores[class] > own).count() + tied).unwrap()
        })
        .collect();
    let expected = scores.iter().position(|score| score.is_nan()).map_or(Ok(expected), Err);
    assert_eq!(ranks(scores, &classes), expected);
}

/// Rows of indicators sum up to the same total in any parts.
fn indicators(mut input: Input<'_>) {
    let (labels, is_weighted) = (1 + input.below(9), input.byte() % 2 == 1);
    let rows: Vec<u8> = input.0.iter().take(2 * labels * ROWS).map(|byte| byte & 1).collect();
    let count = rows.len() / (2 * labels);
    let rows = &rows[..2 * labels * count];
    let weights: Option<Vec<f64>> =
        is_weighted.then(|| rows.chunks(2 * labels).map(|row| 0.1 * f64::from(row.iter().sum::<u8>())).collect());
    let whole = multilabel::fold(rows, labels, count, weights.as_deref());
    assert_eq!(whole.segments, count as u64);
    let split = count / 3;
    let part = |from: usize, to: usize| {
        let weights = weights.as_ref().map(|weights| &weights[from..to]);
        multilabel::fold(&rows[2 * labels * from..2 * labels * to], labels, to - from, weights)
    };
    let mut parts = part(split, count);
    parts.merge(&part(0, split)).unwrap();
    assert_eq!(parts.to_bytes(), whole.to_bytes());
    for label in 0..labels {
        let of = |row: &[u8]| [row[label] & row[labels + label], row[labels + label], row[label]];
        for kind in 0..3 {
            let mut sum = ExactSum::default();
            for (at, row) in rows.chunks(2 * labels).enumerate().filter(|(_, row)| of(row)[kind] > 0) {
                let _ = row;
                sum.add(weights.as_ref().map_or(1.0, |weights| weights[at]));
            }
            assert_eq!(bits(&[whole.row()[kind * labels + label]]), bits(&[sum.value()]));
        }
    }
}

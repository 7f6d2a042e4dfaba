//! Every metric of texts: the row does not depend on what a workspace measured before or on whether texts were prepared,
//! and follows from the tokens.
//!
//! Input: the number of a metric, the number of another one, and texts separated by 0xFF.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::matching::Edit;
use rapidscore::scoring::{Role, TextInput, Total, Workspace};
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::{bits, cases, prepared, raw, row_of, scores_of};
use rapidscore_fuzz::naive;

const REFERENCES: usize = 4;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let [case, other] = [0; 2].map(|_| &cases()[input.below(cases().len())]);
    let texts = input.texts(1 + REFERENCES, case.longest.min(other.longest));
    let [hypothesis, references @ ..] = &texts[..] else { return };
    if references.is_empty() {
        return;
    }
    let metric = &*case.metric;
    let (hypothesis_input, reference_inputs) = (TextInput::Raw(hypothesis), raw(references));
    let row = row_of(metric, hypothesis_input, &reference_inputs, &mut Workspace::default());

    // A workspace that measured the same texts in other roles, with this metric and another one.
    let mut used = Workspace::default();
    for metric in [&*other.metric, metric] {
        let _ = row_of(metric, reference_inputs[0], &[hypothesis_input, reference_inputs[0]], &mut used);
    }
    assert_eq!(bits(&row_of(metric, hypothesis_input, &reference_inputs, &mut used)), bits(&row), "a used workspace");

    let of_hypothesis = prepared(metric, &texts[..1], Role::Hypothesis);
    let of_references = prepared(metric, references, Role::Reference);
    let prepared_references: Vec<_> = of_references.iter().map(TextInput::Prepared).collect();
    for (hypothesis, references) in [
        (hypothesis_input, &prepared_references),
        (TextInput::Prepared(&of_hypothesis[0]), &prepared_references),
        (TextInput::Prepared(&of_hypothesis[0]), &reference_inputs),
    ] {
        assert_eq!(bits(&row_of(metric, hypothesis, references, &mut used)), bits(&row), "prepared texts");
    }

    let alone: Vec<_> =
        reference_inputs.iter().map(|&reference| row_of(metric, hypothesis_input, &[reference], &mut used)).collect();
    for (reference, found) in references.iter().zip(&alone) {
        if let Some(expected) = naive::row(case, hypothesis, reference, found) {
            assert_eq!(*found, expected, "{:?}", metric.scores());
        }
    }
    if let Some(edits) = metric.align(hypothesis, &references[0], &mut used) {
        for (kind, count) in [Edit::Substitution, Edit::Deletion, Edit::Insertion].into_iter().zip(&alone[0][1..]) {
            assert_eq!(edits.iter().filter(|(edit, ..)| *edit == kind).count() as f64, *count, "{kind:?} of {edits:?}");
        }
    }

    // The total of rows is that of any parts, and a row that is added to nothing stays the same.
    let mut total = Total::new(metric.columns());
    total.fold(&row).unwrap();
    total.note_segments(1, references.len() as u64, references.len() as u64);
    assert_eq!(bits(&total.row()), bits(&row));
    let (scores, _) = total.finalise(metric).unwrap();
    assert_eq!(bits(&scores), bits(&scores_of(metric, &row)));
    let (mut whole, mut parts) = (Total::new(metric.columns()), total);
    whole.fold(&[row, alone.concat()].concat()).unwrap();
    whole.note_segments(1, references.len() as u64, references.len() as u64);
    for row in alone.iter().rev() {
        let mut part = Total::new(metric.columns());
        part.fold(row).unwrap();
        part.merge(&parts).unwrap();
        parts = part;
    }
    assert_eq!(parts.to_bytes(), whole.to_bytes());
});

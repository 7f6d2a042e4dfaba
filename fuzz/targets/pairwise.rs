//! The scores of all pairs of texts equal the scores of single pairs.
//!
//! Input: the number of a metric, the number of a score, the number of hypotheses, and texts separated by 0xFF.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::pairwise::PairwiseScores;
use rapidscore::scoring::{PreparedTexts, Role, TextInput, TextMetric, Workspace};
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::{bits, cases, prepared, row_of, scores_of};
use std::convert::Infallible;
use std::sync::Arc;

/// More than twice the number of texts that are compared side by side.
const TEXTS: usize = 20;

/// Longer than 64 characters, the width of a bitmap.
const LONGEST: usize = 300;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let metric = &*cases()[input.below(cases().len())].metric;
    let score = input.below(metric.segment_scores());
    let split = input.below(TEXTS);
    let texts = input.texts(TEXTS, LONGEST);
    let (hypotheses, references) = texts.split_at(split.min(texts.len()));
    let one = by_role(metric, hypotheses, Role::Hypothesis);
    let other = by_role(metric, references, Role::Reference);
    compare(metric, score, &one, Some(other), (hypotheses, references));
    compare(metric, score, &one, None, (hypotheses, hypotheses));
});

fn by_role(metric: &dyn TextMetric, texts: &[Vec<u8>], role: Role) -> Arc<PreparedTexts> {
    let mut collection = PreparedTexts::default();
    prepared(metric, texts, role).into_iter().for_each(|text| collection.push(vec![text]));
    Arc::new(collection)
}

fn compare(
    metric: &dyn TextMetric,
    score: usize,
    one: &Arc<PreparedTexts>,
    other: Option<Arc<PreparedTexts>>,
    (hypotheses, references): (&[Vec<u8>], &[Vec<u8>]),
) {
    let is_alone = other.is_none();
    let pairs = PairwiseScores::new(metric, score, one.clone(), other);
    let columns = references.len();
    assert_eq!(pairs.shape(), (hypotheses.len(), columns));
    let mut found = vec![f64::NAN; hypotheses.len() * columns];
    let Ok(()) = pairs.rows(metric, 0, &mut found, || Ok::<_, Infallible>(()));

    let mut workspace = Workspace::default();
    let mut expected = Vec::new();
    for hypothesis in one.first() {
        for (at, reference) in references.iter().enumerate() {
            // A text that is compared with others of its kind was read as a hypothesis.
            let reference = if is_alone { TextInput::Prepared(&one.get(at)[0]) } else { TextInput::Raw(reference) };
            let row = row_of(metric, TextInput::Prepared(hypothesis), &[reference], &mut workspace);
            expected.push(scores_of(metric, &row)[score]);
        }
    }
    assert_eq!(bits(&found), bits(&expected), "{:?}", metric.scores());

    // The rows from the middle on.
    let first = hypotheses.len() / 2;
    let part = &mut found[first * columns..];
    part.fill(f64::NAN);
    let Ok(()) = pairs.rows(metric, first, part, || Ok::<_, Infallible>(()));
    assert_eq!(bits(&found), bits(&expected), "from row {first} on");
}

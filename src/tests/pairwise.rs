//! The scores of all pairs equal the scores of single pairs, for several metrics.

use crate::pairwise::PairwiseScores;
use crate::scoring::{PreparedTexts, Role, TextInput, TextMetric, Workspace};
use crate::text_metrics::chrf::{Chrf, Options};
use crate::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
use crate::text_metrics::rouge::{Rouge, Tokenizer};
use std::convert::Infallible;
use std::sync::Arc;

fn texts() -> Vec<String> {
    let word = |number: usize| ["a", "b", "the cat", "sat", "on"][number % 5];
    (0..40usize).map(|i| (0..i % 23).map(|j| word(i * j + j / 3)).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn both_directions_score_as_single_pairs_do() {
    let texts = texts();
    let rouge = |name: &str| Rouge::new(vec![name.to_owned()], false, Tokenizer::Default, false).unwrap();
    let chrf = Options { char_order: 6, word_order: 2, beta_squared: 4.0, ..Options::default() };
    let metrics: [&dyn TextMetric; 6] = [
        &Chrf::new(chrf).unwrap(),
        &rouge("rouge2"),
        &rouge("rougeL"),
        &rouge("rougeLsum"),
        &ErrorRate::new(Unit::Words, Normalize::default()),
        &ErrorRate::new(Unit::Characters, Normalize::default()),
    ];
    let mut workspace = Workspace::default();
    for metric in metrics {
        let mut expected = Vec::new();
        let mut row = vec![0.0; metric.columns().len()];
        for (hypothesis, reference) in texts.iter().flat_map(|one| texts.iter().map(move |other| (one, other))) {
            let [hypothesis, reference] = [hypothesis, reference].map(|text| TextInput::Raw(text.as_bytes()));
            metric.measure(hypothesis, &[reference], &mut workspace, &mut row);
            let mut score = [0.0];
            metric.finalise(&row, &mut score);
            expected.push(score[0]);
        }
        let mut collection = PreparedTexts::default();
        for text in &texts {
            collection.push(vec![metric.prepare(text.as_bytes(), Role::Hypothesis, &mut workspace)]);
        }
        let collection = Arc::new(collection);
        for references in [None, Some(collection.clone())] {
            let pairs = PairwiseScores::new(metric, 0, collection.clone(), references);
            let mut scores = vec![f64::NAN; texts.len() * texts.len()];
            let Ok(()) = pairs.rows(metric, 0, &mut scores, || Ok::<_, Infallible>(()));
            assert_eq!(scores, expected, "{:?}", metric.scores());
            let part = &mut scores[..3 * texts.len()];
            let Ok(()) = pairs.rows(metric, 7, part, || Ok::<_, Infallible>(()));
            assert_eq!(*part, expected[7 * texts.len()..10 * texts.len()]);
        }
    }
}

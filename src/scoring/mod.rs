//! From segments to rows, totals and scores.
//!
//! A [`TextMetric`] measures each segment into a row; a [`Total`] folds rows, exactly; and [`Fold`] computes scores
//! from rows and totals. [`total`], [`rows`] and [`segment_scores`] do this for all segments of a [`SegmentSource`], on
//! all cores.
//!
//! ```
//! use rapidscore::scoring::{Fold, TextInput, TextMetric, Total, Workspace};
//! use rapidscore::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
//!
//! let metric = ErrorRate::new(Unit::Words, Normalize::default());
//! let (mut workspace, mut row) = (Workspace::default(), [0.0; 4]);
//! let mut total = Total::new(metric.columns());
//! for (hypothesis, reference) in [("the cat", "the cat"), ("a dog", "the dog")] {
//!     let [hypothesis, reference] = [hypothesis, reference].map(|text| TextInput::Raw(text.as_bytes()));
//!     metric.measure(hypothesis, &[reference], &mut workspace, &mut row);
//!     total.fold(&row).unwrap();
//!     total.note_segments(1, 1, 1);
//! }
//! assert_eq!(total.finalise(&metric).unwrap().0[0], 0.25);
//! ```

mod files;
mod group_totals;
mod metric;
mod misfits;
mod prepared;
mod segments;
mod total;
mod workspace;

pub use files::{LineWindow, ParallelFiles, Source, line_limit, regular_size};
pub use group_totals::{GroupTotals, References, RowSource};
pub use metric::{Basis, Column, Fold, Length, Shape, TextMetric};
pub use misfits::{LOOK_EVERY, Misfits};
pub use prepared::{PreparedText, PreparedTexts, Role, TextInput, any_large};
pub use segments::{BATCH_BYTES, BATCH_SEGMENTS, SegmentBatch, SegmentSource};
pub use total::{MOST_SEGMENTS, Total, joined_segments};
pub use workspace::Workspace;

use crate::parallel;

/// While a segment is measured, the texts of the segment this many positions ahead are fetched into the cache.
const AHEAD: usize = 2;

/// What is computed besides the total.
enum Wanted {
    /// The rows.
    Rows,
    /// The scores of each row.
    SegmentScores,
    /// The sums of the total.
    Total,
}

/// A batch, and its part of the output.
struct Job<'a, B> {
    batch: B,
    output: Vec<&'a mut [f64]>,
}

impl<B: Default> Default for Job<'_, B> {
    fn default() -> Self {
        Self { batch: B::default(), output: Vec::new() }
    }
}

struct Worker {
    workspace: Box<Workspace>,
    total: Total,
    rows: Vec<f64>,
}

/// Folds the rows of all segments.
///
/// # Errors
/// The error of the source.
pub fn total<S: SegmentSource>(metric: &dyn TextMetric, source: &mut S) -> Result<Total, S::Error> {
    measure(metric, source, &Wanted::Total, Vec::new())
}

/// Writes the rows of all segments to `rows`, which must have that length. Returns a total without sums.
///
/// # Errors
/// The error of the source.
pub fn rows<S: SegmentSource>(metric: &dyn TextMetric, source: &mut S, rows: &mut [f64]) -> Result<Total, S::Error> {
    measure(metric, source, &Wanted::Rows, vec![rows])
}

/// Writes the scores of all segments: `scores` has a slice for each score, with an element for each segment. Returns a
/// total without sums.
///
/// # Errors
/// The error of the source.
pub fn segment_scores<S: SegmentSource>(
    metric: &dyn TextMetric,
    source: &mut S,
    scores: Vec<&mut [f64]>,
) -> Result<Total, S::Error> {
    measure(metric, source, &Wanted::SegmentScores, scores)
}

/// Computes the scores of rows: `output` has a slice for each score, with an element for each row.
pub fn finalise_rows(metric: &dyn Fold, rows: &[f64], output: &mut [&mut [f64]]) {
    let mut scores = vec![0.0; output.len()];
    for (segment, row) in rows.chunks_exact(metric.columns().len()).enumerate() {
        metric.finalise(row, &mut scores);
        output.iter_mut().zip(&scores).for_each(|(output, &score)| output[segment] = score);
    }
}

fn measure<'a, S: SegmentSource>(
    metric: &dyn TextMetric,
    source: &mut S,
    wanted: &Wanted,
    mut output: Vec<&'a mut [f64]>,
) -> Result<Total, S::Error> {
    let columns = metric.columns();
    let width = if matches!(wanted, Wanted::Rows) { columns.len() } else { 1 };
    let columns = if matches!(wanted, Wanted::Total) { columns } else { &[] };
    let worker = |workspace| Worker { workspace, total: Total::new(columns), rows: Vec::new() };
    let mut own = worker(Workspace::take());
    let others = parallel::run(
        &mut own,
        || worker(Box::default()),
        |job: &mut Job<'a, S::Batch>| {
            source.fill(&mut job.batch)?;
            let length = width * job.batch.len();
            job.output.clear();
            job.output.extend(output.iter_mut().map(|output| {
                let (head, tail) = std::mem::take(output).split_at_mut(length);
                *output = tail;
                head
            }));
            Ok(!job.batch.is_empty())
        },
        |job, worker| worker.measure(metric, wanted, &job.batch, &mut job.output),
    );
    let Worker { workspace, mut total, .. } = own;
    workspace.put_back();
    // All totals have the same columns, so merging does not fail.
    others?.iter().for_each(|other| total.merge(&other.total).unwrap_or_default());
    Ok(total)
}

impl Worker {
    fn measure(
        &mut self,
        metric: &dyn TextMetric,
        wanted: &Wanted,
        segments: &impl SegmentBatch,
        output: &mut [&mut [f64]],
    ) {
        if let (Wanted::Rows, [rows]) = (wanted, &mut *output) {
            return self.measure_rows(metric, segments, rows);
        }
        let width = metric.columns().len();
        let mut rows = std::mem::take(&mut self.rows);
        rows.resize(segments.len() * width, 0.0);
        self.measure_rows(metric, segments, &mut rows);
        if let Wanted::SegmentScores = wanted {
            finalise_rows(metric, &rows, output);
        } else {
            // Counts of texts in memory do not add up to more than a total holds.
            self.total.fold(&rows).unwrap_or_default();
        }
        self.rows = rows;
    }

    fn measure_rows(&mut self, metric: &dyn TextMetric, segments: &impl SegmentBatch, rows: &mut [f64]) {
        let Self { workspace, total, .. } = self;
        let (mut fewest, mut most) = (usize::MAX, 0);
        let mut references = Vec::new();
        for (segment, row) in rows.chunks_exact_mut(rows.len() / segments.len()).enumerate() {
            if segment + AHEAD < segments.len() {
                segments.fetch(segment + AHEAD);
            }
            let hypothesis = segments.hypothesis(segment);
            references.clear();
            segments.references(segment, &mut references);
            fewest = fewest.min(references.len());
            most = most.max(references.len());
            metric.measure(TextInput::Raw(hypothesis), &references, workspace, row);
            total.tokenized += u64::from(metric.looks_tokenized(hypothesis));
            if segment.is_multiple_of(LOOK_EVERY) {
                total.misfits.look(metric, hypothesis);
                if let Some(TextInput::Raw(reference)) = references.first() {
                    total.misfits.look(metric, reference);
                }
            }
        }
        total.note_segments(segments.len() as u64, fewest as u64, most as u64);
    }
}

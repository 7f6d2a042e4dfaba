//! rapidscore: the numbers language models are judged by.
//!
//! # One idea
//!
//! A metric turns each segment into a **row of statistics**; everything else is a **fold** over rows.
//!
//! ```text
//! text ──tokenize──▶ tokens ──measure──▶ row (k numbers) ──fold──▶ total ──finalise──▶ scores
//! ```
//!
//! One row finalised alone is a segment's score; all rows folded are the corpus' score. Totals merge exactly,
//! whatever the number of threads, chunks or machines, because every sum is exact until it is read.
//!
//! # Where things live
//!
//! - [`scoring`]: from segments to totals, rows or segment scores
//! - [`text`]: the one door for text; [`segments`]: batches of texts; [`lines`]: files, read a window at a time
//! - [`tokenize`]: one file for each tokenizer, named after the reference it follows; [`stem`]: Porter's stemmer
//! - [`reading`]: what a metric has read of texts, kept to be measured again
//! - [`vocabulary`]: which tokens of a pair are equal; [`characters`]: texts as numbers, character by character
//! - [`overlap`], [`lanes`], [`lcs`] and [`summary`]: what hypothesis and reference share; [`edit`]: how they differ
//! - [`workspace`]: the buffers of a thread; [`cpu`]: what depends on the processor
//! - [`bleu`], [`chrf`], [`rouge`], [`ter`], [`wer`]: one metric a file, each an implementation of [`metric::Metric`]
//! - [`pairwise`]: all texts with all others, from the [`sequences`] of their tokens: [`grams`] and who has them, or
//!   [`places`] of one text's tokens, with others [`abreast`] in a [`group`]
//! - [`labels`]: labels as codes; [`confusion`]: how often each class was taken for each
//! - [`multilabel`]: any number of labels a row; [`ranks`]: where the true class stands among scores
//! - [`perplexity`]: likelihoods of sequences; [`logits`]: what a row of logits says of its label, over the sums of
//!   [`exponentials`] of all formats of [`numbers`]
//! - [`statistics`]: totals and folds, over the exact sums of [`sum`]; [`parallel`]: work over batches on all cores
//! - [`bootstrap`] and [`randomization`]: rows drawn or exchanged at random and folded, over the streams of [`random`] and
//!   the exact sums of [`pieces`]
//! - [`sample_sums`]: what rouge-score draws and sums, with the draws of `NumPy`'s legacy generator, [`twister`]
//! - `python`: the bindings (feature `python`)
//!
//! # How to add a metric
//!
//! Write one file with a type that implements [`metric::Metric`]: name the columns of its row, fill a row from a
//! hypothesis and its references, say what is kept of a text that is read once, finalise a total. Threads, folds,
//! exact merging, files, all pairs and the Python surface then come from the modules above; what remains is one
//! constructor in `python/metric.rs`, one dataclass in `python/rapidscore`, and one test file. The laws cover it once it
//! is listed in `tests/metrics.py`. Where a segment score follows from numbers that two texts share
//! ([`metric::Basis`]), saying so makes all pairs fast.

pub mod abreast;
pub mod bleu;
pub mod bootstrap;
pub mod bytes64;
pub mod characters;
pub mod chrf;
pub mod confusion;
pub mod cpu;
pub mod edit;
pub mod error;
pub mod exponentials;
pub mod grams;
pub mod group;
pub mod labels;
pub mod lanes;
pub mod lcs;
pub mod lines;
pub mod logits;
pub mod metric;
pub mod multilabel;
pub mod numbers;
pub mod overlap;
pub mod pairwise;
pub mod parallel;
pub mod perplexity;
pub mod pieces;
pub mod places;
#[cfg(feature = "python")]
mod python;
pub mod random;
pub mod randomization;
pub mod ranks;
pub mod reading;
pub mod rouge;
pub mod sample_sums;
pub mod scoring;
pub mod segments;
pub mod sequences;
pub mod statistics;
pub mod stem;
pub mod sum;
pub mod summary;
pub mod ter;
pub mod text;
pub mod tokenize;
pub mod twister;
pub mod vocabulary;
pub mod wer;
pub mod workspace;

//! The metrics, with options that choose different code.

use rapidscore::scoring::{PreparedText, Role, TextInput, TextMetric, Workspace};
use rapidscore::text::Lowercase;
use rapidscore::text::tokenize::TerWords;
use rapidscore::text_metrics::bleu::{self, Bleu, Smoothing, Tokenizer};
use rapidscore::text_metrics::chrf::{self, Chrf};
use rapidscore::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
use rapidscore::text_metrics::rouge::{self, Rouge};
use rapidscore::text_metrics::ter::Ter;
use std::sync::LazyLock;

/// What a row must be, from the tokens of the texts.
#[derive(Clone, Debug)]
pub enum Definition {
    Bleu {
        orders: usize,
    },
    /// Character n-grams only.
    Chrf {
        orders: usize,
    },
    /// n-grams of these orders, 0 for the longest common subsequence.
    Rouge(Vec<usize>),
    ErrorRate,
    /// Not defined by tokens alone.
    Other,
}

/// A metric, and what its rows must be.
pub struct Case {
    pub metric: Box<dyn TextMetric>,
    pub definition: Definition,
    /// The number of bytes that a text may have without taking long.
    pub longest: usize,
}

/// All cases. An input chooses one by its number.
#[must_use]
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> =
        LazyLock::new(|| [bleus(), chrfs(), rouges(), ters(), error_rates()].into_iter().flatten().collect());
    &CASES
}

/// Longer than 512 tokens, above which n-grams are counted in another way.
const LONGEST: usize = 4096;

fn case(metric: impl TextMetric + 'static, definition: Definition) -> Case {
    let longest = if matches!(definition, Definition::Other) { LONGEST / 8 } else { LONGEST };
    Case { metric: Box::new(metric), definition, longest }
}

fn bleus() -> Vec<Case> {
    let lower = Some(Lowercase::default());
    [
        (Tokenizer::ThirteenA, None, Smoothing::Exp, 4, false),
        (Tokenizer::Intl, lower, Smoothing::AddK(1.0), 4, true),
        (Tokenizer::Zh, None, Smoothing::Floor(0.3), 2, false),
        (Tokenizer::Characters, lower, Smoothing::None, 12, true),
        (Tokenizer::None, None, Smoothing::Exp, 9, false),
    ]
    .map(|(tokenizer, lowercase, smoothing, orders, effective_order)| {
        let options = bleu::Options {
            lowercase,
            tokenizer,
            smoothing,
            max_ngram_order: orders,
            effective_order,
            compensated: effective_order,
        };
        case(Bleu::new(options).unwrap(), Definition::Bleu { orders })
    })
    .into()
}

fn chrfs() -> Vec<Case> {
    let lower = Some(Lowercase::default());
    [(6, 0, None, false), (6, 2, None, false), (3, 1, lower, true), (9, 0, lower, true), (2, 9, None, false)]
        .map(|(char_order, word_order, lowercase, whitespace)| {
            let options = chrf::Options {
                char_order,
                word_order,
                beta_squared: 4.0,
                lowercase,
                whitespace,
                eps_smoothing: whitespace,
            };
            let definition = if word_order == 0 { Definition::Chrf { orders: char_order } } else { Definition::Other };
            Case { longest: LONGEST, ..case(Chrf::new(options).unwrap(), definition) }
        })
        .into()
}

fn rouges() -> Vec<Case> {
    let unicode = rouge::Tokenizer::Unicode(Lowercase::default());
    let several: [(&[&str], bool, rouge::Tokenizer, Definition); 4] = [
        (&["rouge1", "rouge2", "rougeL"], false, rouge::Tokenizer::Default, Definition::Rouge(vec![1, 2, 0])),
        (&["rougeLsum", "rouge9", "rouge1"], true, rouge::Tokenizer::Default, Definition::Other),
        (&["rouge2", "rougeL"], true, unicode, Definition::Rouge(vec![2, 0])),
        (&["rougeL"], false, unicode, Definition::Rouge(vec![0])),
    ];
    several
        .map(|(names, use_stemmer, tokenizer, definition)| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            case(Rouge::new(names, use_stemmer, tokenizer, false).unwrap(), definition)
        })
        .into()
}

fn ters() -> Vec<Case> {
    let plain = TerWords::default();
    let all = TerWords { normalized: true, no_punct: true, asian_support: true };
    [(plain, Some(Lowercase::default())), (all, None)]
        .map(|(words, lowercase)| case(Ter::new(words, lowercase), Definition::Other))
        .into()
}

fn error_rates() -> Vec<Case> {
    let all = Normalize { lowercase: Some(Lowercase::default()), remove_punctuation: true, collapse_whitespace: true };
    [Unit::Words, Unit::Characters]
        .into_iter()
        .flat_map(|unit| [Normalize::default(), all].map(|normalize| ErrorRate::new(unit, normalize)))
        .map(|metric| case(metric, Definition::ErrorRate))
        .collect()
}

/// The row of a hypothesis and its references.
#[must_use]
pub fn row_of(
    metric: &dyn TextMetric,
    hypothesis: TextInput<'_>,
    references: &[TextInput<'_>],
    workspace: &mut Workspace,
) -> Vec<f64> {
    let mut row = vec![f64::NAN; metric.columns().len()];
    metric.measure(hypothesis, references, workspace, &mut row);
    row
}

/// The scores of a row.
#[must_use]
pub fn scores_of(metric: &dyn TextMetric, row: &[f64]) -> Vec<f64> {
    let mut scores = vec![f64::NAN; metric.scores().len()];
    metric.finalise(row, &mut scores);
    scores
}

/// The texts as they are.
#[must_use]
pub fn raw(texts: &[Vec<u8>]) -> Vec<TextInput<'_>> {
    texts.iter().map(|text| TextInput::Raw(text)).collect()
}

/// The texts, read in a role.
#[must_use]
pub fn prepared(metric: &dyn TextMetric, texts: &[Vec<u8>], role: Role) -> Vec<PreparedText> {
    texts.iter().map(|text| metric.prepare(text, role, &mut Workspace::default())).collect()
}

/// Numbers in a form to compare to the bit.
#[must_use]
pub fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() }).collect()
}

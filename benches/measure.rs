//! The cost of one segment pair on one thread, step by step: `cargo bench [-- HYPOTHESES REFERENCES]`.
//!
//! Without files, sentences are generated from words whose frequencies follow Zipf's law. `ONLY=rouge` runs only the
//! lines with this in their name, for a profiler.

#![expect(clippy::cast_precision_loss, reason = "times and random draws need no more")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a draw is small and positive")]

use rapidscore::scoring::{TextInput, TextMetric, Workspace};
use rapidscore::text::tokenize::{Tokenize, Tokens};
use rapidscore::text::{Lowercase, tokenize};
use rapidscore::text_metrics::bleu::{Bleu, Options, Smoothing, Tokenizer};
use rapidscore::text_metrics::chrf::Chrf;
use rapidscore::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
use rapidscore::text_metrics::rouge::Rouge;
use rapidscore::text_metrics::ter::Ter;
use rapidscore::text_metrics::{chrf, rouge};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let pairs = match files.as_slice() {
        [hypotheses, references] => read(hypotheses).into_iter().zip(read(references)).collect(),
        _ => generate(20_000),
    };
    let bytes: usize = pairs.iter().map(|(hypothesis, reference)| hypothesis.len() + reference.len()).sum();
    println!("{} pairs, {} bytes a pair", pairs.len(), bytes / pairs.len());

    let mut tokens = Tokens::default();
    let mut tokenizer = |name: &str, tokenizer: &dyn Tokenize| {
        report(name, &pairs, |hypothesis, reference| {
            tokenizer.tokenize(hypothesis, &mut tokens);
            tokenizer.tokenize(reference, &mut tokens);
            black_box(tokens.whole_text().len());
        });
    };
    tokenizer("tokenize 13a", &tokenize::ThirteenA);
    tokenizer("tokenize intl", &tokenize::Intl);
    tokenizer("tokenize zh", &tokenize::Zh);
    tokenizer("tokenize char", &tokenize::Characters);
    tokenizer("tokenize none", &tokenize::Whitespace);
    tokenizer("tokenize rouge", &tokenize::RougeWords);

    let bleu = Bleu::new(Options {
        lowercase: None,
        tokenizer: Tokenizer::ThirteenA,
        smoothing: Smoothing::Exp,
        max_ngram_order: 4,
        effective_order: false,
        compensated: false,
    });
    match bleu {
        Ok(bleu) => measure("BLEU", &bleu, &pairs),
        Err(error) => println!("BLEU: {error}"),
    }
    for (name, types, stem) in [
        ("ROUGE-1/2/L", &["rouge1", "rouge2", "rougeL"][..], false),
        ("stemmed ROUGE-1/2/L", &["rouge1", "rouge2", "rougeL"], true),
        ("ROUGE-Lsum", &["rougeLsum"], false),
    ] {
        let types = types.iter().map(|&name| name.to_owned()).collect();
        match Rouge::new(types, stem, rouge::Tokenizer::Default, false) {
            Ok(rouge) => measure(name, &rouge, &pairs),
            Err(error) => println!("{name}: {error}"),
        }
    }
    for (name, word_order) in [("chrF", 0), ("chrF++", 2)] {
        match Chrf::new(chrf::Options { char_order: 6, word_order, beta_squared: 4.0, ..chrf::Options::default() }) {
            Ok(chrf) => measure(name, &chrf, &pairs),
            Err(error) => println!("{name}: {error}"),
        }
    }
    measure("TER", &Ter::new(tokenize::TerWords::default(), Some(Lowercase::default())), &pairs);
    measure("WER", &ErrorRate::new(Unit::Words, Normalize::default()), &pairs);
    measure("CER", &ErrorRate::new(Unit::Characters, Normalize::default()), &pairs);
}

type TextPairs = [(Vec<u8>, Vec<u8>)];

fn measure(name: &str, metric: &dyn TextMetric, pairs: &TextPairs) {
    let mut workspace = Workspace::default();
    let mut row = vec![0.0; metric.columns().len()];
    report(name, pairs, |hypothesis, reference| {
        metric.measure(TextInput::Raw(hypothesis), &[TextInput::Raw(reference)], &mut workspace, &mut row);
        black_box(&row);
    });
}

/// Prints the median of five runs.
fn report(name: &str, pairs: &TextPairs, mut work: impl FnMut(&[u8], &[u8])) {
    if std::env::var("ONLY").is_ok_and(|only| !name.contains(&only)) {
        return;
    }
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            pairs.iter().for_each(|(hypothesis, reference)| work(hypothesis, reference));
            start.elapsed().as_secs_f64() * 1e9 / pairs.len() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:24} {:8.1} ns a pair", times[2]);
}

fn read(path: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn generate(count: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut state = 1u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let word = |number: u64| -> String {
        let letters = b"etaoinshrdlu";
        let (mut rest, mut word) = (number + 1, String::new());
        while rest > 0 {
            word.push(char::from(letters[(rest % 12) as usize]));
            rest /= 12;
        }
        word + if number.is_multiple_of(3) { "ing" } else { "" }
    };
    (0..count)
        .map(|_| {
            // A uniform exponent makes frequencies decrease with the rank according to Zipf's law.
            let mut draw = || 20_000f64.powf(random(1000) as f64 / 1000.0) as u64;
            let reference: Vec<u64> = (0..22).map(|_| draw()).collect();
            let hypothesis: Vec<u64> = reference.iter().map(|&w| if draw() % 3 == 0 { draw() } else { w }).collect();
            let text =
                |words: &[u64]| (words.iter().map(|&w| word(w)).collect::<Vec<_>>().join(" ") + ".").into_bytes();
            (text(&hypothesis), text(&reference))
        })
        .collect()
}

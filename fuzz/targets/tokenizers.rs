//! Tokenizers against the substitutions by which their reference implementations define them.
//!
//! Input: a byte that is not used, and a text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::text::tokenize::{
    Characters, ChrfWords, Intl, JiwerWords, Pretokenized, RougeWords, TerWords, ThirteenA, Tokenize, Tokens,
    UnicodeWords, Whitespace, Zh, pretokenized,
};
use rapidscore::text::{Lowercase, Stems, characters, decode, lowercase, stem, strip_end, strip_start};
use rapidscore_fuzz::input;
use rapidscore_fuzz::naive::tokenize as naive;

/// The length of a text, above which the same blocks of 64 bytes follow each other.
const LONGEST: usize = 1024;

fuzz_target!(|data: &[u8]| {
    of_marks(data);
    let bytes = input::text(data, LONGEST);
    let text = naive::decode(&bytes);
    assert_eq!(naive::encode(&text), bytes);
    assert!(characters(&bytes).map(|character| decode(character).0).eq(text.iter().copied()), "characters");
    assert_eq!(strip_start(strip_end(&bytes)), naive::encode(&naive::strip(&text)), "white space at the ends");

    let stripped = strip_end(&bytes);
    for (tokenizer, text, expected) in [
        (&Whitespace as &dyn Tokenize, &*bytes, naive::words(&text)),
        (&Characters, &bytes, naive::characters(&text)),
        (&ThirteenA, &bytes, naive::thirteen_a(&text)),
        (&ThirteenA, stripped, naive::thirteen_a(&naive::decode(stripped))),
        (&Intl, &bytes, naive::intl(&text)),
        // The reference implementation strips the text first.
        (&Zh, stripped, naive::zh(&text)),
        (&JiwerWords, &bytes, naive::jiwer(&text)),
        (&RougeWords, &bytes, naive::rouge(&text)),
        (&ChrfWords, &bytes, naive::chrf(&text)),
    ] {
        compare(tokenizer, text, &expected);
    }
    for options in 0..8 {
        let [normalized, no_punct, asian_support] = [1, 2, 4].map(|bit| options & bit > 0);
        let words = TerWords { normalized, no_punct, asian_support };
        let expected = naive::ter(&text, normalized, no_punct, asian_support);
        compare(&words, &bytes, &expected);
        // The reference implementation prepares references twice.
        let joined = expected.join(&u32::from(' '));
        let again = naive::ter(&joined, normalized, no_punct, asian_support);
        let mut tokens = Tokens::default();
        words.tokenize_reference(&bytes, &mut tokens);
        let expected = if normalized { again } else { expected };
        assert_eq!(tokens.to_bytes(), encoded(&expected), "a reference of TER");
    }
    sentences(&bytes);
    unicode(&bytes);
});

fn encoded(words: &[naive::Text]) -> Vec<Vec<u8>> {
    words.iter().map(|word| naive::encode(word)).collect()
}

/// Compares tokens, also after they were saved and restored, in buffers that held another text.
fn compare(tokenizer: &dyn Tokenize, text: &[u8], expected: &[naive::Text]) {
    let expected = encoded(expected);
    let mut tokens = Tokens::default();
    tokenizer.tokenize(text, &mut tokens);
    assert_eq!(tokens.to_bytes(), expected);
    assert_eq!(tokens.any_long(), expected.iter().any(|token| token.len() > 16));
    let saved = tokens.save();
    tokenizer.tokenize("another text, of 9 words: слово слово\u{a0}слово".as_bytes(), &mut tokens);
    tokens.restore(&saved);
    assert_eq!(tokens.to_bytes(), expected);
    tokenizer.tokenize(text, &mut tokens);
    assert_eq!(tokens.to_bytes(), expected);
}

/// The length of words that are not stemmed.
const UNSTEMMED: usize = 3;

/// Sentences of ROUGE end at newlines, and stems do not depend on each other.
fn sentences(text: &[u8]) {
    let mut tokens = Tokens::default();
    RougeWords.tokenize(text, &mut tokens);
    let words = tokens.to_bytes();
    tokens.end_sentences_at(b'\n');
    let mut ends = Vec::new();
    let mut end = 0;
    for line in text.split(|&byte| byte == b'\n') {
        let words = naive::rouge(&naive::decode(line)).len();
        end += words;
        if words > 0 {
            ends.push(end);
        }
    }
    if ends.is_empty() {
        ends.push(0);
    }
    assert_eq!(tokens.sentence_ends(), ends, "sentences");

    if words.iter().all(|word| word.len() <= UNSTEMMED) {
        return;
    }
    Stems::default().stem(&mut tokens);
    for (mut word, found) in words.into_iter().zip(tokens.to_bytes()) {
        if word.len() > UNSTEMMED {
            let length = stem(&mut word);
            word.truncate(length);
        }
        assert_eq!(found, word, "stems from the cache");
    }
}

/// Words of any script are parts of the lower-cased text, in order.
fn unicode(text: &[u8]) {
    let mut lowered = Vec::new();
    let lower = Some(Lowercase::default());
    let mut rest = lowercase(lower, text, &mut lowered);
    if let Ok(text) = std::str::from_utf8(text) {
        assert_eq!(rest, text.to_lowercase().as_bytes());
    }
    let mut tokens = Tokens::default();
    UnicodeWords { lowercase: Lowercase::default() }.tokenize(text, &mut tokens);
    for word in tokens.to_bytes() {
        let at = rest.windows(word.len()).position(|part| part == word);
        rest = &rest[at.expect("a word of the text") + word.len()..];
    }
}

/// Tokens that were found elsewhere, in any bytes.
fn of_marks(data: &[u8]) {
    let mut tokens = Tokens::default();
    Pretokenized.tokenize(data, &mut tokens);
    let whole = data.iter().rposition(|&byte| byte == pretokenized::BEGIN_SENTENCES);
    let is_mark = |byte: &u8| *byte >= pretokenized::BEGIN_SENTENCES;
    let mut expected: Vec<Vec<u8>> = Vec::new();
    let mut start = 0;
    for at in (0..whole.unwrap_or(data.len())).filter(|&at| is_mark(&data[at])) {
        if data[at] == pretokenized::END_OF_TOKEN {
            expected.push(data[start..at].to_vec());
        }
        start = at + 1;
    }
    assert_eq!(tokens.to_bytes(), expected, "given tokens");
}

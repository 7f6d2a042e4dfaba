//! Tokenizers as their reference implementations define them: one substitution after another, then a split.
//!
//! A text is a list of code points, since a lone surrogate is no `char`.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

pub type Text = Vec<u32>;

/// The code points of UTF-8 in which a lone surrogate is three bytes.
#[must_use]
pub fn decode(mut bytes: &[u8]) -> Text {
    let mut text = Text::new();
    while let Some(chunk) = bytes.utf8_chunks().next() {
        text.extend(chunk.valid().chars().map(u32::from));
        bytes = &bytes[chunk.valid().len()..];
        if let [0xED, high, low, rest @ ..] = bytes {
            text.push(0xD000 | u32::from(high & 0x3F) << 6 | u32::from(low & 0x3F));
            bytes = rest;
        }
    }
    text
}

/// The inverse of [`decode`].
#[must_use]
pub fn encode(text: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &code_point in text {
        match char::from_u32(code_point) {
            Some(character) => bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend([
                0xED,
                0x80 | u8::try_from(code_point >> 6 & 0x3F).unwrap(),
                0x80 | u8::try_from(code_point & 0x3F).unwrap(),
            ]),
        }
    }
    bytes
}

fn is_in(code_point: u32, characters: &str) -> bool {
    characters.chars().any(|character| u32::from(character) == code_point)
}

fn is_digit(code_point: u32) -> bool {
    is_in(code_point, "0123456789")
}

fn is_stop(code_point: u32) -> bool {
    is_in(code_point, ".,")
}

/// `str.isspace()`.
#[must_use]
pub fn is_space(code_point: u32) -> bool {
    (0x1C..=0x1F).contains(&code_point) || char::from_u32(code_point).is_some_and(char::is_whitespace)
}

/// `str.split()`.
#[must_use]
pub fn words(text: &[u32]) -> Vec<Text> {
    text.split(|&code_point| is_space(code_point)).filter(|word| !word.is_empty()).map(<[u32]>::to_vec).collect()
}

/// `str.strip()`.
#[must_use]
pub fn strip(text: &[u32]) -> Text {
    let Some(start) = text.iter().position(|&code_point| !is_space(code_point)) else { return Text::new() };
    let end = text.iter().rposition(|&code_point| !is_space(code_point)).unwrap_or(start);
    text[start..=end].to_vec()
}

/// `str.replace()`.
fn replace(text: &[u32], from: &str, to: &str) -> Text {
    let from: Text = from.chars().map(u32::from).collect();
    let (mut replaced, mut rest) = (Text::new(), text);
    while let [first, after @ ..] = rest {
        if let Some(after) = rest.strip_prefix(&*from) {
            replaced.extend(to.chars().map(u32::from));
            rest = after;
        } else {
            replaced.push(*first);
            rest = after;
        }
    }
    replaced
}

/// Puts spaces around some characters.
fn isolate(text: &[u32], is_alone: impl Fn(u32) -> bool) -> Text {
    let space = u32::from(' ');
    let isolated = |&code_point: &u32| {
        if is_alone(code_point) { vec![space, code_point, space] } else { vec![code_point] }
    };
    text.iter().flat_map(isolated).collect()
}

/// Puts spaces before, between and after two adjacent characters, from left to right; a character is part of one pair.
fn pairs(
    text: &[u32],
    first: impl Fn(u32) -> bool,
    second: impl Fn(u32) -> bool,
    [before, between, after]: [bool; 3],
) -> Text {
    let space = |is_wanted: bool| is_wanted.then_some(u32::from(' '));
    let (mut spaced, mut rest) = (Text::new(), text);
    while let [one, tail @ ..] = rest {
        if let [other, tail @ ..] = tail
            && first(*one)
            && second(*other)
        {
            spaced.extend(space(before));
            spaced.push(*one);
            spaced.extend(space(between));
            spaced.push(*other);
            spaced.extend(space(after));
            rest = tail;
        } else {
            spaced.push(*one);
            rest = tail;
        }
    }
    spaced
}

const BETWEEN_AND_AFTER: [bool; 3] = [false, true, true];
const BEFORE_AND_BETWEEN: [bool; 3] = [true, true, false];

/// The substitutions that `13a`, `zh` and TER share.
fn separate_punctuation(text: &[u32]) -> Text {
    isolate(text, |code_point| is_in(code_point, " !\"#$%&()*+/:;<=>?@[\\]^_`{|}~"))
}

fn separate_stops_and_hyphens(text: &[u32]) -> Text {
    let text = pairs(text, |one| !is_digit(one), is_stop, BETWEEN_AND_AFTER);
    let text = pairs(&text, is_stop, |other| !is_digit(other), BEFORE_AND_BETWEEN);
    pairs(&text, is_digit, |other| is_in(other, "-"), BETWEEN_AND_AFTER)
}

fn padded(text: &[u32]) -> Text {
    [&[u32::from(' ')], text, &[u32::from(' ')]].concat()
}

/// `tokenizer_13a` of sacrebleu.
#[must_use]
pub fn thirteen_a(text: &[u32]) -> Vec<Text> {
    let mut text = text.to_vec();
    for (from, to) in
        [("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")]
    {
        text = replace(&text, from, to);
    }
    words(&separate_stops_and_hyphens(&separate_punctuation(&padded(&text))))
}

/// `tokenizer_zh` of sacrebleu.
#[must_use]
pub fn zh(text: &[u32]) -> Vec<Text> {
    words(&separate_stops_and_hyphens(&separate_punctuation(&isolate(&strip(text), is_chinese))))
}

/// The ranges that the reference implementation's comparisons of strings amount to.
fn is_chinese(code_point: u32) -> bool {
    const RANGES: [(u32, u32); 17] = [
        (0x3400, 0x4DB5),
        (0x4E00, 0x9FA5),
        (0x9FA6, 0x9FBB),
        (0xF900, 0xFA2D),
        (0xFA30, 0xFA6A),
        (0xFA70, 0xFAD9),
        // "\u20000" to "\u2a6d6" and "\u2f800" to "\u2fa1d": a character, followed by a digit.
        (0x2001, 0x2A6D),
        (0x2F81, 0x2FA1),
        (0xFF00, 0xFFEF),
        (0x2E80, 0x2EFF),
        (0x3000, 0x303F),
        (0x31C0, 0x31EF),
        (0x2F00, 0x2FDF),
        (0x2FF0, 0x2FFF),
        (0x3100, 0x312F),
        (0x31A0, 0x31BF),
        (0xFE10, 0xFE1F),
    ];
    let others = [(0xFE30, 0xFE4F), (0x3200, 0x32FF), (0x3300, 0x33FF)];
    RANGES.iter().chain(&others).any(|&(first, last)| (first..=last).contains(&code_point))
}

fn group(code_point: u32) -> Option<GeneralCategoryGroup> {
    char::from_u32(code_point).map(UnicodeGeneralCategory::general_category_group)
}

/// `tokenizer_intl` of sacrebleu.
#[must_use]
pub fn intl(text: &[u32]) -> Vec<Text> {
    let is_number = |code_point| group(code_point) == Some(GeneralCategoryGroup::Number);
    let is_punctuation = |code_point| group(code_point) == Some(GeneralCategoryGroup::Punctuation);
    let text = pairs(text, |one| !is_number(one), is_punctuation, BETWEEN_AND_AFTER);
    let text = pairs(&text, is_punctuation, |other| !is_number(other), BEFORE_AND_BETWEEN);
    words(&isolate(&text, |code_point| group(code_point) == Some(GeneralCategoryGroup::Symbol)))
}

/// `tokenizer_char` of sacrebleu.
#[must_use]
pub fn characters(text: &[u32]) -> Vec<Text> {
    text.iter().filter(|&&code_point| !is_space(code_point)).map(|&code_point| vec![code_point]).collect()
}

/// `CHRF._remove_punctuation` of sacrebleu, applied to words.
#[must_use]
pub fn chrf(text: &[u32]) -> Vec<Text> {
    let is_mark = |code_point: u32| is_in(code_point, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
    let split = |word: Text| {
        let (first, last) = (word[0], word[word.len() - 1]);
        let at = match word.len() {
            1 => return vec![word],
            length if is_mark(last) => length - 1,
            _ if is_mark(first) => 1,
            _ => return vec![word],
        };
        vec![word[..at].to_vec(), word[at..].to_vec()]
    };
    words(text).into_iter().flat_map(split).collect()
}

/// The default transformation of jiwer.
#[must_use]
pub fn jiwer(text: &[u32]) -> Vec<Text> {
    let space = u32::from(' ');
    let mut joined = Text::new();
    for run in strip(text).chunk_by(|&one, &next| is_space(one) == is_space(next)) {
        if is_space(run[0]) && run.len() > 1 { joined.push(space) } else { joined.extend(run) }
    }
    joined.split(|&code_point| code_point == space).filter(|word| !word.is_empty()).map(<[u32]>::to_vec).collect()
}

/// `tokenize` of rouge-score, without stemming.
#[must_use]
pub fn rouge(text: &[u32]) -> Vec<Text> {
    let lower = |&code_point: &u32| {
        let character = char::from_u32(code_point).unwrap_or(' ');
        character.to_lowercase().map(u32::from).collect::<Text>()
    };
    let lowered: Text = text.iter().flat_map(lower).collect();
    let is_kept = |code_point| is_in(code_point, "abcdefghijklmnopqrstuvwxyz0123456789");
    lowered.split(|&code_point| !is_kept(code_point)).filter(|word| !word.is_empty()).map(<[u32]>::to_vec).collect()
}

/// `TercomTokenizer` of sacrebleu, on a text in the right case.
#[must_use]
pub fn ter(text: &[u32], normalized: bool, no_punct: bool, asian_support: bool) -> Vec<Text> {
    let mut text = text.to_vec();
    if normalized && !text.is_empty() {
        for (from, to) in [("\n-", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            text = replace(&text, from, to);
        }
        text = replace(&separate_punctuation(&padded(&text)), "'s ", " 's ");
        text = separate_stops_and_hyphens(&text);
        if asian_support {
            text = isolate(&text, |code_point| is_asian(code_point) || is_asian_punctuation(code_point));
        }
    }
    if no_punct {
        text.retain(|&code_point| {
            !(is_in(code_point, ".,?:;!\"()") || asian_support && is_asian_punctuation(code_point))
        });
    }
    words(&text)
}

fn is_asian(code_point: u32) -> bool {
    const RANGES: [(u32, u32); 8] = [
        (0x4E00, 0x9FFF),
        (0x3400, 0x4DBF),
        (0x31C0, 0x31EF),
        (0x2E80, 0x2EFF),
        (0x3300, 0x33FF),
        (0xF900, 0xFAFF),
        (0xFE30, 0xFE4F),
        (0x3200, 0x3F22),
    ];
    RANGES.iter().any(|&(first, last)| (first..=last).contains(&code_point))
}

fn is_asian_punctuation(code_point: u32) -> bool {
    is_in(code_point, "、。〈〉《》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟｡｢｣､･・．，？：；！＂（）")
}

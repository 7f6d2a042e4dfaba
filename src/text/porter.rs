//! Porter's stemmer with NLTK's extensions, for words of a–z and 0–9. Follows NLTK 3.10 `PorterStemmer` in its default
//! mode, which rouge-score uses.
//!
//! M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), 130–137. A stem is never longer than its word,
//! so words are stemmed in place. [`Stems`] caches the stems of recent words.

use crate::text::tokenize::{SHORT, Tokens, Word};

/// Stems a word in place and returns the length of the stem.
#[must_use]
pub fn stem(word: &mut [u8]) -> usize {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(form, _)| *form == &*word) {
        word[..stem.len()].copy_from_slice(stem);
        return stem.len();
    }
    if word.len() <= 2 {
        return word.len();
    }
    let mut stem = Stem { length: word.len(), letters: word };
    stem.plurals();
    stem.past_and_gerund();
    stem.final_y();
    stem.double_suffixes();
    stem.apply(&STEP_3);
    stem.apply(&STEP_4);
    stem.final_e();
    stem.final_ll();
    stem.length
}

const IRREGULAR: [(&[u8], &[u8]); 16] = [
    (b"sky", b"sky"),
    (b"skies", b"sky"),
    (b"dying", b"die"),
    (b"lying", b"lie"),
    (b"tying", b"tie"),
    (b"news", b"news"),
    (b"innings", b"inning"),
    (b"inning", b"inning"),
    (b"outings", b"outing"),
    (b"outing", b"outing"),
    (b"cannings", b"canning"),
    (b"canning", b"canning"),
    (b"howe", b"howe"),
    (b"proceed", b"proceed"),
    (b"exceed", b"exceed"),
    (b"succeed", b"succeed"),
];

/// The suffix, its replacement, and the condition on the stem before the suffix.
type Rule = (&'static [u8], &'static [u8], fn(&[u8]) -> bool);

const STEP_2: [Rule; 21] = [
    (b"ational", b"ate", positive),
    (b"tional", b"tion", positive),
    (b"enci", b"ence", positive),
    (b"anci", b"ance", positive),
    (b"izer", b"ize", positive),
    (b"bli", b"ble", positive),
    (b"alli", b"al", positive),
    (b"entli", b"ent", positive),
    (b"eli", b"e", positive),
    (b"ousli", b"ous", positive),
    (b"ization", b"ize", positive),
    (b"ation", b"ate", positive),
    (b"ator", b"ate", positive),
    (b"alism", b"al", positive),
    (b"iveness", b"ive", positive),
    (b"fulness", b"ful", positive),
    (b"ousness", b"ous", positive),
    (b"aliti", b"al", positive),
    (b"iviti", b"ive", positive),
    (b"biliti", b"ble", positive),
    (b"fulli", b"ful", positive),
];

const STEP_3: [Rule; 7] = [
    (b"icate", b"ic", positive),
    (b"ative", b"", positive),
    (b"alize", b"al", positive),
    (b"iciti", b"ic", positive),
    (b"ical", b"ic", positive),
    (b"ful", b"", positive),
    (b"ness", b"", positive),
];

const STEP_4: [Rule; 19] = [
    (b"al", b"", above_one),
    (b"ance", b"", above_one),
    (b"ence", b"", above_one),
    (b"er", b"", above_one),
    (b"ic", b"", above_one),
    (b"able", b"", above_one),
    (b"ible", b"", above_one),
    (b"ant", b"", above_one),
    (b"ement", b"", above_one),
    (b"ment", b"", above_one),
    (b"ent", b"", above_one),
    (b"ion", b"", |stem| above_one(stem) && matches!(stem.last(), Some(b's' | b't'))),
    (b"ou", b"", above_one),
    (b"ism", b"", above_one),
    (b"ate", b"", above_one),
    (b"iti", b"", above_one),
    (b"ous", b"", above_one),
    (b"ive", b"", above_one),
    (b"ize", b"", above_one),
];

fn positive(stem: &[u8]) -> bool {
    measure(stem) > 0
}

fn above_one(stem: &[u8]) -> bool {
    measure(stem) > 1
}

/// For each letter, whether it is a consonant: not one of a, e, i, o, u, and not a y after a consonant.
fn consonants(stem: &[u8]) -> impl Iterator<Item = bool> {
    stem.iter().scan(false, |before, &letter| {
        *before = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => !*before,
            _ => true,
        };
        Some(*before)
    })
}

/// Porter's m: the number of consonants that follow a vowel directly.
fn measure(stem: &[u8]) -> usize {
    let mut vowel = false;
    consonants(stem)
        .filter(|&consonant| {
            let counts = vowel && consonant;
            vowel = !consonant;
            counts
        })
        .count()
}

fn has_vowel(stem: &[u8]) -> bool {
    consonants(stem).any(|consonant| !consonant)
}

fn ends_in_consonant(stem: &[u8]) -> bool {
    consonants(stem).last() == Some(true)
}

fn ends_in_double_consonant(stem: &[u8]) -> bool {
    matches!(stem, [.., a, b] if a == b) && ends_in_consonant(stem)
}

/// Whether the stem ends in consonant, vowel, and a consonant other than w, x, y. In NLTK also if it is a vowel and a
/// consonant.
fn ends_in_cvc(stem: &[u8]) -> bool {
    let Some(start) = stem.len().checked_sub(3) else {
        return stem.len() == 2 && consonants(stem).eq([false, true]);
    };
    consonants(stem).skip(start).eq([true, false, true]) && !matches!(stem.last(), Some(b'w' | b'x' | b'y'))
}

/// A word that is being stemmed.
struct Stem<'a> {
    letters: &'a mut [u8],
    length: usize,
}

impl Stem<'_> {
    fn word(&self) -> &[u8] {
        &self.letters[..self.length]
    }

    fn replace(&mut self, suffix: usize, replacement: &[u8]) {
        let start = self.length - suffix;
        self.letters[start..start + replacement.len()].copy_from_slice(replacement);
        self.length = start + replacement.len();
    }

    /// Applies the first rule whose suffix matches, if its condition holds. Later rules are not tried.
    fn apply(&mut self, rules: &[Rule]) {
        let word = self.word();
        let rule = rules.iter().find(|(suffix, ..)| word.ends_with(suffix));
        if let Some((suffix, replacement, condition)) = rule
            && condition(&word[..word.len() - suffix.len()])
        {
            self.replace(suffix.len(), replacement);
        }
    }

    /// Step 1a.
    fn plurals(&mut self) {
        match self.word() {
            // NLTK: dies → die, but flies → fli
            [_, b'i', b'e', b's'] => self.replace(3, b"ie"),
            [.., b's', b's', b'e', b's'] => self.replace(4, b"ss"),
            [.., b'i', b'e', b's'] => self.replace(3, b"i"),
            [.., b's', b's'] => {}
            [.., b's'] => self.replace(1, b""),
            _ => {}
        }
    }

    /// Step 1b.
    fn past_and_gerund(&mut self) {
        let suffix = match self.word() {
            // NLTK: died → die, but spied → spi
            [_, b'i', b'e', b'd'] => return self.replace(3, b"ie"),
            [.., b'i', b'e', b'd'] => return self.replace(3, b"i"),
            [stem @ .., b'e', b'e', b'd'] => {
                if positive(stem) {
                    self.replace(3, b"ee");
                }
                return;
            }
            [stem @ .., b'e', b'd'] if has_vowel(stem) => 2,
            [stem @ .., b'i', b'n', b'g'] if has_vowel(stem) => 3,
            _ => return,
        };
        self.replace(suffix, b"");
        let word = self.word();
        if word.ends_with(b"at") || word.ends_with(b"bl") || word.ends_with(b"iz") {
            self.replace(0, b"e");
        } else if ends_in_double_consonant(word) {
            if !matches!(word.last(), Some(b'l' | b's' | b'z')) {
                self.replace(1, b"");
            }
        } else if measure(word) == 1 && ends_in_cvc(word) {
            self.replace(0, b"e");
        }
    }

    /// Step 1c of NLTK: a y after a consonant that is not the first letter of the word.
    fn final_y(&mut self) {
        if let [stem @ .., b'y'] = self.word()
            && stem.len() > 1
            && ends_in_consonant(stem)
        {
            self.replace(1, b"i");
        }
    }

    /// Step 2.
    fn double_suffixes(&mut self) {
        // NLTK replaces `alli` first, and repeats with the result.
        while let [stem @ .., b'a', b'l', b'l', b'i'] = self.word()
            && positive(stem)
        {
            self.replace(4, b"al");
        }
        // NLTK: `logi` → `log`, where the l counts as part of the stem, so that `geologi` is long enough.
        if let [stem @ .., b'o', b'g', b'i'] = self.word()
            && stem.last() == Some(&b'l')
        {
            if positive(stem) {
                self.replace(1, b"");
            }
        } else {
            self.apply(&STEP_2);
        }
    }

    /// Step 5a.
    fn final_e(&mut self) {
        if let [stem @ .., b'e'] = self.word() {
            let measure = measure(stem);
            if measure > 1 || measure == 1 && !ends_in_cvc(stem) {
                self.replace(1, b"");
            }
        }
    }

    /// Step 5b.
    fn final_ll(&mut self) {
        if let [stem @ .., b'l'] = self.word()
            && stem.last() == Some(&b'l')
            && above_one(stem)
        {
            self.replace(1, b"");
        }
    }
}

/// A cache of stems: words repeat, and a lookup is about ten times faster than stemming.
///
/// Each word has one slot. A word that hashes to the same slot later replaces it.
#[derive(Debug, Default)]
pub struct Stems {
    known: Vec<Known>,
}

/// A word of up to 16 bytes and its stem.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    word: Word,
    stem: Word,
}

/// At 48 bytes each, the slots take 768 KiB, which fits the second-level cache.
const KNOWN: usize = 16384;

impl Stems {
    /// Replaces words of more than three letters with their stems, as rouge-score does.
    #[inline]
    pub fn stem(&mut self, tokens: &mut Tokens) {
        if self.known.is_empty() {
            self.known.resize(KNOWN, Known::default());
        }
        let known = &mut self.known;
        tokens.change(|word, bytes| {
            // Words with other letters, which tokenizers of all scripts return, are not stemmed.
            if word.length <= 3 || (word.low | word.high) & 0x8080_8080_8080_8080 != 0 || !bytes.is_ascii() {
                return word;
            }
            if word.is_long() {
                let length = stem(bytes);
                let stem = if length <= SHORT { short(bytes, length) } else { word };
                #[expect(clippy::cast_possible_truncation, reason = "shorter than the word")]
                return Word { start: word.start, length: length as u32, ..stem };
            }
            let hash = (word.low ^ word.high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            #[expect(clippy::cast_possible_truncation, reason = "the upper 14 bits")]
            let known = &mut known[(hash >> (64 - KNOWN.trailing_zeros())) as usize];
            if (known.word.low, known.word.high, known.word.length) != (word.low, word.high, word.length) {
                let mut letters = word.short_bytes();
                let length = stem(&mut letters[..word.length as usize]);
                *known = Known { word, stem: short(&letters, length) };
            }
            Word { start: word.start, ..known.stem }
        });
    }
}

/// The word in the first `length` bytes. `bytes` must have at least 16.
fn short(bytes: &[u8], length: usize) -> Word {
    Word::read(bytes, 0, length, 0)
}

#[cfg(test)]
mod tests {
    use super::{Stems, stem};
    use crate::text::tokenize::{Tokenize, Tokens, Whitespace};

    #[test]
    fn known_stems() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("dies", "die"),
            ("flies", "fli"),
            ("agreed", "agre"),
            ("hopping", "hop"),
            ("filing", "file"),
            ("enjoyment", "enjoy"),
            ("rationalli", "ration"),
            ("geology", "geolog"),
            ("sensibility", "sensibl"),
            ("controll", "control"),
            ("lying", "lie"),
            ("yyyy", "yyyi"),
            ("2024s", "2024"),
        ] {
            let mut letters = word.as_bytes().to_vec();
            let length = stem(&mut letters);
            assert_eq!(std::str::from_utf8(&letters[..length]), Ok(expected), "{word}");
        }
    }

    #[test]
    fn remembering_changes_nothing() {
        let text = "vietnamization generalizations incomprehensibilities cat flies vietnamization flies";
        let mut tokens = Tokens::default();
        let mut stems = Stems::default();
        for _ in 0..2 {
            Whitespace.tokenize(text.as_bytes(), &mut tokens);
            stems.stem(&mut tokens);
            for (stemmed, original) in tokens.to_bytes().iter().zip(text.split(' ')) {
                let mut letters = original.as_bytes().to_vec();
                let length = if letters.len() > 3 { stem(&mut letters) } else { letters.len() };
                assert_eq!(stemmed, &letters[..length], "{original}");
            }
        }
    }
}

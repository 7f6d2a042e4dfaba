//! Texts that a tokenizer does not suit, so that a score of them means little: texts without spaces between words, if
//! words are found by spaces, and texts in letters other than a–z, if other letters are dropped.
//!
//! ```
//! use rapidscore::text::{Misfit, without_spaces};
//!
//! assert_eq!(without_spaces("我们明天去北京。".as_bytes(), |_| false), Some(Misfit::Chinese));
//! assert_eq!(without_spaces("我们 明天 去 北京 。".as_bytes(), |_| false), None);
//! ```

use super::{decode, whitespace_length};

/// Why a tokenizer does not suit a text: its script, if that has no spaces between words, or its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    Chinese,
    Japanese,
    Thai,
    Lao,
    Tibetan,
    Burmese,
    Khmer,
    /// Most letters are not a–z.
    Letters,
}

impl Misfit {
    pub const ALL: [Self; 8] = [
        Self::Chinese,
        Self::Japanese,
        Self::Thai,
        Self::Lao,
        Self::Tibetan,
        Self::Burmese,
        Self::Khmer,
        Self::Letters,
    ];
}

/// The number of bytes of a text that are read to find its script.
const READ: usize = 512;

/// A text is taken to have no spaces between its words if a word has this number of letters on average. A Chinese or
/// Japanese letter counts twice. With spaces, words of Chinese and Japanese have about two letters, and words of the
/// other scripts about four.
const LETTERS_PER_WORD: usize = 6;

/// The script of a text, if it has no spaces between words and the text is not written with spaces all the same.
/// `is_split` is whether the tokenizer makes each letter of a script a token; Japanese stands for kana here.
#[must_use]
pub fn without_spaces(text: &[u8], is_split: impl Fn(Misfit) -> bool) -> Option<Misfit> {
    let text = beginning(text)?;
    let (mut words, mut in_word, mut letters) = (0, false, [0; Misfit::ALL.len()]);
    for (character, bytes) in characters(text) {
        let script = script_without_spaces(character);
        if whitespace_length(bytes) > 0 || script.is_some_and(&is_split) {
            in_word = false;
            continue;
        }
        words += usize::from(!in_word);
        in_word = true;
        if let Some(script) = script {
            letters[script as usize] += 1;
        }
    }
    let [chinese, japanese, others @ ..] = letters;
    let other: usize = others.iter().sum();
    if 2 * (chinese + japanese) + other < LETTERS_PER_WORD * words.max(1) {
        return None;
    }
    if other > chinese + japanese {
        return Misfit::ALL.into_iter().skip(2).max_by_key(|&script| letters[script as usize]);
    }
    // Chinese may quote some kana, but no sentence of Japanese has so few.
    Some(if 8 * japanese >= chinese { Misfit::Japanese } else { Misfit::Chinese })
}

/// Whether most letters of a text are not a–z.
#[must_use]
pub fn other_letters(text: &[u8]) -> Option<Misfit> {
    let text = beginning(text)?;
    let (mut latin, mut other) = (0, 0);
    for (character, _) in characters(text) {
        match char::from_u32(character) {
            Some(letter) if letter.is_ascii_alphabetic() => latin += 1,
            Some(letter) if letter.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    (other > latin).then_some(Misfit::Letters)
}

/// The beginning of a text, unless it is ASCII: such a text suits every tokenizer.
#[inline]
#[must_use]
pub fn beginning(text: &[u8]) -> Option<&[u8]> {
    let text = &text[..text.len().min(READ)];
    (!text.is_ascii()).then_some(text)
}

/// The code points of a text, each with the bytes from there on. The last may be cut off.
fn characters(mut text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let bytes = text;
        let (character, length) = if text.is_empty() { return None } else { decode(text) };
        text = text.get(length..).unwrap_or_default();
        Some((character, bytes))
    })
}

/// The script of a letter, if the script has no spaces between words. Marks above and below letters do not count.
fn script_without_spaces(character: u32) -> Option<Misfit> {
    match character {
        0x0E01..=0x0E30 | 0x0E32..=0x0E33 | 0x0E40..=0x0E46 => Some(Misfit::Thai),
        0x0E81..=0x0EB0 | 0x0EB2..=0x0EB3 | 0x0EBD..=0x0EC6 | 0x0EDC..=0x0EDF => Some(Misfit::Lao),
        0x0F40..=0x0F6C => Some(Misfit::Tibetan),
        0x1000..=0x102A | 0x103F | 0x1050..=0x1055 => Some(Misfit::Burmese),
        0x1780..=0x17B3 => Some(Misfit::Khmer),
        0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9D => {
            Some(Misfit::Japanese)
        }
        0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => {
            Some(Misfit::Chinese)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Misfit, other_letters, without_spaces};

    #[test]
    fn scripts_without_spaces() {
        for (text, expected) in [
            ("", None),
            ("the cat sat on the mat", None),
            ("Wir übersetzen Sätze über Züge", None),
            ("한국어 문장은 띄어 쓴다", None),
            ("我们明天去北京。", Some(Misfit::Chinese)),
            ("我们 明天 去 北京 。", None),
            ("我爱你", Some(Misfit::Chinese)),
            ("The city 北京 is large", None),
            ("请打开 Python 文件，然后运行下面的命令。", Some(Misfit::Chinese)),
            ("猫がマットの上に座っています。", Some(Misfit::Japanese)),
            ("猫 が マット の 上 に 座っ て い ます 。", None),
            ("ﾈｺｶﾞｲﾙ", Some(Misfit::Japanese)),
            ("แมวนั่งอยู่บนเสื่อ", Some(Misfit::Thai)),
            ("แมว นั่ง อยู่ บน เสื่อ", None),
            ("ແມວນັ່ງຢູ່ເທິງເສື່ອ", Some(Misfit::Lao)),
            ("ឆ្មាអង្គុយលើកន្ទេល", Some(Misfit::Khmer)),
            ("ကြောင်သည်ဖျာပေါ်တွင်ထိုင်နေသည်", Some(Misfit::Burmese)),
            ("ཞི་མི་གདན་གྱི་སྟེང་དུ་བསྡད་འདུག", Some(Misfit::Tibetan)),
        ] {
            assert_eq!(without_spaces(text.as_bytes(), |_| false), expected, "{text}");
        }
        let chinese = |script| script == Misfit::Chinese;
        assert_eq!(without_spaces("我们明天去北京".as_bytes(), chinese), None);
        assert_eq!(without_spaces("แมวนั่งอยู่บนเสื่อ".as_bytes(), chinese), Some(Misfit::Thai));
    }

    #[test]
    fn letters_other_than_a_to_z() {
        for (text, expected) in [
            ("", false),
            ("2024 — 100 %", false),
            ("déjà vu", false),
            ("Tôi yêu tiếng Việt", false),
            ("Свежий хлеб", true),
            ("שלום", true),
            ("Γειά", true),
            ("नमस्ते", true),
            ("我们", true),
            ("PyTorch и TensorFlow", false),
        ] {
            assert_eq!(other_letters(text.as_bytes()).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn any_bytes_and_cuts() {
        for byte in 0x80..=0xFF {
            assert_eq!(without_spaces(&[byte], |_| false), None);
            assert_eq!(other_letters(&[b'a', byte]), None);
        }
        // A text is cut within a character.
        for start in ["", "a", "ab"] {
            let text = format!("{start}{}", "我".repeat(400));
            assert_eq!(without_spaces(text.as_bytes(), |_| false), Some(Misfit::Chinese));
        }
    }
}

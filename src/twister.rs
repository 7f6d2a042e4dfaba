//! Draws of `NumPy`'s legacy generator, `numpy.random.RandomState`: places from 0 to n - 1.
//!
//! The generator is MT19937 (M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998). As `randint` and
//! `choice` of `NumPy` 2 draw places for n up to 2^32, the lower bits of a random number are a place, as many bits as
//! n - 1 has; where it is too large, the next number is taken.
//!
//! # Cost
//!
//! State, tempering and choice each are loops without branches, which the compiler, or by hand AVX-512, takes many
//! numbers at a time through: `NumPy`, number by number, waits for a mispredicted branch wherever one is too large.

/// Words of the state.
pub const WORDS: usize = 624;

/// From a word to the one it is mixed with.
const SHIFT: usize = 397;

/// The generator's state.
#[derive(Clone, Debug)]
pub struct Twister {
    words: [u32; WORDS],
    /// How many words were used up.
    position: usize,
}

impl Twister {
    /// A generator in this state, as `RandomState.get_state()` names it; a position out of range counts as the end.
    #[must_use]
    pub fn new(words: [u32; WORDS], position: usize) -> Self {
        Self { words, position: position.min(WORDS) }
    }

    /// The words, and how many of them were used up.
    #[must_use]
    pub fn state(&self) -> (&[u32; WORDS], usize) {
        (&self.words, self.position)
    }

    /// Draws so many places from 0 to `last`, behind those that are there.
    pub fn draw(&mut self, last: u32, count: usize, places: &mut Vec<u32>) {
        if last == 0 {
            // With one place there is nothing to be drawn.
            places.resize(places.len() + count, 0);
            return;
        }
        let mask = u32::MAX >> last.leading_zeros();
        let (mut used, end) = (places.len(), places.len() + count);
        places.resize(end + SPARE, 0);
        while used < end {
            if self.position == WORDS {
                twist_widely(&mut self.words);
                self.position = 0;
            }
            // No more words are looked at than places are wanted, so that none is drawn too many.
            let words = &self.words[self.position..][..(WORDS - self.position).min(end - used)];
            self.position += words.len();
            used += choose_widely(words, mask, last, &mut places[used..]);
        }
        places.truncate(end);
    }
}

/// So much room there must be behind the places: whole registers are written.
const SPARE: usize = 16;

/// Makes the next state.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn twist(words: &mut [u32; WORDS]) {
    let old = *words;
    let (first, rest) = words.split_at_mut(WORDS - SHIFT);
    let (second, third) = rest.split_at_mut(WORDS - SHIFT);
    for (at, word) in first.iter_mut().enumerate() {
        *word = old[at + SHIFT] ^ mixed(old[at], old[at + 1]);
    }
    // From here on words are mixed with new ones.
    for (at, word) in second.iter_mut().enumerate() {
        *word = first[at] ^ mixed(old[at + WORDS - SHIFT], old[at + WORDS - SHIFT + 1]);
    }
    let begin = 2 * (WORDS - SHIFT);
    let last = third.len() - 1;
    for (at, word) in third[..last].iter_mut().enumerate() {
        *word = second[at] ^ mixed(old[at + begin], old[at + begin + 1]);
    }
    third[last] = second[last] ^ mixed(old[WORDS - 1], first[0]);
}

#[inline]
fn mixed(word: u32, next: u32) -> u32 {
    let both = (word & 0x8000_0000) | (next & 0x7fff_ffff);
    (both >> 1) ^ ((next & 1).wrapping_neg() & 0x9908_b0df)
}

#[inline]
fn tempered(mut word: u32) -> u32 {
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    word ^ (word >> 18)
}

/// Writes the places that words stand for, without those that are too large; returns how many there are.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn choose(words: &[u32], mask: u32, last: u32, places: &mut [u32]) -> usize {
    let mut numbers = [0; WORDS];
    for (number, &word) in numbers.iter_mut().zip(words) {
        *number = tempered(word) & mask;
    }
    let mut used = 0;
    for &number in &numbers[..words.len()] {
        places[used] = number;
        used += usize::from(number <= last);
    }
    used
}

fn twist_widely(words: &mut [u32; WORDS]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has what the function was compiled for.
            return unsafe { x86::twist_avx512(words) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the same.
            return unsafe { x86::twist_avx2(words) };
        }
    }
    twist(words);
}

fn choose_widely(words: &[u32], mask: u32, last: u32, places: &mut [u32]) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && places.len() >= words.len() + SPARE {
            // SAFETY: the processor has what the function was compiled for, and there is room for all words.
            return unsafe { x86::choose_avx512(words, mask, last, places) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function was compiled for.
            return unsafe { x86::choose_avx2(words, mask, last, places) };
        }
    }
    choose(words, mask, last, places)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{SPARE, WORDS, choose, twist};
    use std::arch::x86_64::{
        __m512i, _mm512_and_si512, _mm512_mask_cmple_epu32_mask, _mm512_maskz_compress_epi32, _mm512_maskz_loadu_epi32,
        _mm512_set1_epi32, _mm512_slli_epi32, _mm512_srli_epi32, _mm512_storeu_si512, _mm512_xor_si512,
    };

    #[target_feature(enable = "avx512f")]
    pub fn twist_avx512(words: &mut [u32; WORDS]) {
        twist(words);
    }

    #[target_feature(enable = "avx2")]
    pub fn twist_avx2(words: &mut [u32; WORDS]) {
        twist(words);
    }

    #[target_feature(enable = "avx2")]
    pub fn choose_avx2(words: &[u32], mask: u32, last: u32, places: &mut [u32]) -> usize {
        choose(words, mask, last, places)
    }

    /// What [`choose`] does, whole registers at a time: the compiler knows no instruction that closes gaps.
    #[target_feature(enable = "avx512f")]
    pub fn choose_avx512(words: &[u32], mask: u32, last: u32, places: &mut [u32]) -> usize {
        assert!(places.len() >= words.len() + SPARE);
        let [mask, last, second, third] =
            [mask, last, 0x9d2c_5680, 0xefc6_0000].map(|number: u32| _mm512_set1_epi32(number.cast_signed()));
        let mut used = 0;
        for part in words.chunks(SPARE) {
            let lanes = u16::MAX >> (SPARE - part.len());
            // SAFETY: only as many words are read as there are.
            let mut word: __m512i = unsafe { _mm512_maskz_loadu_epi32(lanes, part.as_ptr().cast()) };
            word = _mm512_xor_si512(word, _mm512_srli_epi32::<11>(word));
            word = _mm512_xor_si512(word, _mm512_and_si512(_mm512_slli_epi32::<7>(word), second));
            word = _mm512_xor_si512(word, _mm512_and_si512(_mm512_slli_epi32::<15>(word), third));
            word = _mm512_xor_si512(word, _mm512_srli_epi32::<18>(word));
            word = _mm512_and_si512(word, mask);
            let kept = _mm512_mask_cmple_epu32_mask(lanes, word, last);
            // SAFETY: at most as many places were written as words were read, and behind these a register fits.
            unsafe {
                _mm512_storeu_si512(places.as_mut_ptr().add(used).cast(), _mm512_maskz_compress_epi32(kept, word));
            }
            used += kept.count_ones() as usize;
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::{SHIFT, Twister, WORDS, choose, mixed, tempered, twist};

    /// The state that the number 5489 makes, by the authors' own `init_genrand`.
    fn seeded() -> Twister {
        let mut words = [5489; WORDS];
        for at in 1..WORDS {
            let before: u32 = words[at - 1];
            words[at] = (before ^ (before >> 30)).wrapping_mul(1_812_433_253).wrapping_add(u32::try_from(at).unwrap());
        }
        Twister::new(words, WORDS)
    }

    #[test]
    fn ten_thousandth_number() {
        // The C++ standard names it, for `std::mt19937`.
        let mut words = *seeded().state().0;
        for _ in 0..10_000_usize.div_ceil(WORDS) {
            twist(&mut words);
        }
        assert_eq!(tempered(words[(10_000 - 1) % WORDS]), 4_123_659_995);
    }

    #[test]
    fn as_word_by_word() {
        let (mut words, mut plain) = (*seeded().state().0, *seeded().state().0);
        for _ in 0..3 {
            for at in 0..WORDS {
                plain[at] = plain[(at + SHIFT) % WORDS] ^ mixed(plain[at], plain[(at + 1) % WORDS]);
            }
            twist(&mut words);
            assert_eq!(words, plain);
        }
    }

    #[test]
    fn in_parts_as_at_once() {
        for last in [0, 1, 2, 39, 63, 64, 99_999, u32::MAX - 1, u32::MAX] {
            let (mut once, mut parts) = (Vec::new(), Vec::new());
            let (mut whole, mut cut) = (seeded(), seeded());
            whole.draw(last, 5_000, &mut once);
            for count in [0, 1, 15, 16, 17, 623, 624, 625, 3_079] {
                cut.draw(last, count, &mut parts);
            }
            assert!(once == parts && whole.state() == cut.state(), "{last}");
            let mut plain = seeded();
            let mut found: Vec<u32> = Vec::new();
            while found.len() < 5_000 && last > 0 {
                if plain.position == WORDS {
                    twist(&mut plain.words);
                    plain.position = 0;
                }
                let mut place = [0];
                let word = [plain.words[plain.position]];
                let used = choose(&word, u32::MAX >> last.leading_zeros(), last, &mut place);
                found.extend(&place[..used]);
                plain.position += 1;
            }
            assert!(last == 0 || found == once, "{last}");
        }
    }
}

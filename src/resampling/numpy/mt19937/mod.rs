//! Draws of `NumPy`'s legacy generator, `numpy.random.RandomState`: integers from 0 to n - 1.
//!
//! The generator is MT19937 (M. Matsumoto and T. Nishimura, "Mersenne twister", ACM TOMACS 8, 1998). As in `randint`
//! and `choice` of `NumPy` 2 for n up to 2^32, an integer is the lowest bits of a random number, as many as n - 1 has.
//! If it is too large, the next random number is used.
//!
//! # Cost
//!
//! Generation, tempering and rejection are loops without branches, which the compiler vectorizes, or which use AVX-512
//! explicitly (`simd.rs`). `NumPy` handles one number at a time and waits for a mispredicted branch at each rejection.
//! Sums of values at drawn positions need not wait for the positions to be written.

mod simd;

/// The number of words of the state.
pub const WORDS: usize = 624;

/// The distance from a word to the word that it is combined with.
const SHIFT: usize = 397;

/// The state of the generator.
#[derive(Clone, Debug)]
pub struct Mt19937 {
    words: [u32; WORDS],
    /// The number of words used.
    position: usize,
}

impl Mt19937 {
    /// A generator in the state that `RandomState.get_state()` returns. A position out of range means the end.
    #[must_use]
    pub fn new(words: [u32; WORDS], position: usize) -> Self {
        Self { words, position: position.min(WORDS) }
    }

    /// The words, and the number of words used.
    #[must_use]
    pub fn state(&self) -> (&[u32; WORDS], usize) {
        (&self.words, self.position)
    }

    /// Draws `count` integers from 0 to `last` into `room`, which grows if it is too small.
    pub fn draw<'a>(&mut self, last: u32, count: usize, room: &'a mut Vec<u32>) -> &'a [u32] {
        if room.len() < count + SPARE {
            room.resize(count + SPARE, 0);
        }
        if last == 0 {
            // With one possible integer nothing is drawn.
            room[..count].fill(0);
        } else {
            self.take(last, count, |words, mask, used| simd::choose(words, mask, last, &mut room[used..]));
        }
        &room[..count]
    }

    /// Skips `count` integers from 0 to `last`, as if they were drawn.
    pub fn skip(&mut self, last: u32, count: usize) {
        if last > 0 {
            self.take(last, count, |words, mask, _| simd::count(words, mask, last));
        }
    }

    /// Draws `count` indices of tables, which have equal lengths and numbers of `BITS` bits, and adds the numbers at
    /// these indices to the sum of each table.
    pub fn add_drawn(&mut self, tables: &[Vec<u32>], count: usize, sums: &mut [u64]) {
        #[expect(clippy::cast_possible_truncation, reason = "positions are 32 bits")]
        let last = (tables[0].len() - 1) as u32;
        if last == 0 {
            sums.iter_mut().zip(tables).for_each(|(sum, table)| *sum += count as u64 * u64::from(table[0]));
        } else {
            self.take(last, count, |words, mask, _| simd::add(words, mask, last, tables, sums));
        }
    }

    /// Uses words until `count` are accepted. `accept` receives words, a mask, and the number accepted before, and
    /// returns the number of these words that are accepted.
    fn take(&mut self, last: u32, count: usize, mut accept: impl FnMut(&[u32], u32, usize) -> usize) {
        let mask = u32::MAX >> last.leading_zeros();
        let mut used = 0;
        while used < count {
            if self.position == WORDS {
                simd::twist(&mut self.words);
                self.position = 0;
            }
            // Never more words than integers are missing, so that no word too many is used.
            let words = &self.words[self.position..][..(WORDS - self.position).min(count - used)];
            self.position += words.len();
            used += accept(words, mask, used);
        }
    }
}

/// The number of bits of numbers in tables: their sum over one state fits 32 bits.
pub const BITS: u32 = 22;

/// The room that must follow the integers, because whole registers are written.
const SPARE: usize = 16;

/// Computes the next state.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn twist(words: &mut [u32; WORDS]) {
    let old = *words;
    let (first, rest) = words.split_at_mut(WORDS - SHIFT);
    let (second, third) = rest.split_at_mut(WORDS - SHIFT);
    for (at, word) in first.iter_mut().enumerate() {
        *word = old[at + SHIFT] ^ mixed(old[at], old[at + 1]);
    }
    // From here on, words are combined with new ones.
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

/// Writes the integers of the words, without those that are too large, and returns their number.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn choose(words: &[u32], mask: u32, last: u32, positions: &mut [u32]) -> usize {
    let mut numbers = [0; WORDS];
    for (number, &word) in numbers.iter_mut().zip(words) {
        *number = tempered(word) & mask;
    }
    let mut used = 0;
    for &number in &numbers[..words.len()] {
        positions[used] = number;
        used += usize::from(number <= last);
    }
    used
}

/// Adds the numbers of each table at the words' integers, and returns the number of integers.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn add(words: &[u32], mask: u32, last: u32, tables: &[Vec<u32>], sums: &mut [u64]) -> usize {
    let mut positions = [0; WORDS];
    let count = choose(words, mask, last, &mut positions);
    for (table, sum) in tables.iter().zip(sums) {
        *sum += u64::from(positions[..count].iter().map(|&position| table[position as usize]).sum::<u32>());
    }
    count
}

/// The number of words whose integers are not too large.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn count(words: &[u32], mask: u32, last: u32) -> usize {
    let good: u32 = words.iter().map(|&word| u32::from(tempered(word) & mask <= last)).sum();
    good as usize
}

#[cfg(test)]
mod tests {
    use super::{BITS, Mt19937, SHIFT, WORDS, choose, mixed, tempered, twist};

    /// The state for the seed 5489, from the authors' `init_genrand`.
    fn seeded() -> Mt19937 {
        let mut words = [5489; WORDS];
        for at in 1..WORDS {
            let before: u32 = words[at - 1];
            words[at] = (before ^ (before >> 30)).wrapping_mul(1_812_433_253).wrapping_add(u32::try_from(at).unwrap());
        }
        Mt19937::new(words, WORDS)
    }

    #[test]
    fn ten_thousandth_number() {
        // The value in the C++ standard, for `std::mt19937`.
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
            let (mut room, mut parts) = (Vec::new(), Vec::new());
            let [mut whole, mut cut, mut passed] = [seeded(), seeded(), seeded()];
            let once = whole.draw(last, 5_000, &mut room);
            let mut room = Vec::new();
            for count in [0, 1, 15, 16, 17, 623, 624, 625, 3_079] {
                parts.extend_from_slice(cut.draw(last, count, &mut room));
                passed.skip(last, count);
                assert_eq!(passed.state(), cut.state());
            }
            assert!(once == parts && whole.state() == cut.state(), "{last}");
            let mut plain = seeded();
            let mut found: Vec<u32> = Vec::new();
            while found.len() < 5_000 && last > 0 {
                if plain.position == WORDS {
                    twist(&mut plain.words);
                    plain.position = 0;
                }
                let mut position = [0];
                let word = [plain.words[plain.position]];
                let used = choose(&word, u32::MAX >> last.leading_zeros(), last, &mut position);
                found.extend(&position[..used]);
                plain.position += 1;
            }
            assert!(last == 0 || found == once, "{last}");
        }
    }

    #[test]
    fn sums_are_those_of_drawn_positions() {
        for length in [1_u32, 2, 40, 64, 1_000] {
            let number = |table: u32, at: u32| (at * 2_654_435 + table * 977) % (1 << BITS);
            let tables: Vec<Vec<u32>> = (0..3).map(|table| (0..length).map(|at| number(table, at)).collect()).collect();
            let (mut one, mut other, mut room) = (seeded(), seeded(), Vec::new());
            for count in [0, 1, 17, 700, 3_000] {
                let mut sums = [5; 3];
                one.add_drawn(&tables, count, &mut sums);
                let positions = other.draw(length - 1, count, &mut room);
                for (table, sum) in tables.iter().zip(sums) {
                    assert_eq!(
                        sum,
                        5 + positions.iter().map(|&position| u64::from(table[position as usize])).sum::<u64>()
                    );
                }
                assert_eq!(one.state(), other.state());
            }
        }
        // The largest possible numbers do not overflow.
        let mut sums = [0];
        seeded().add_drawn(&[vec![(1 << BITS) - 1; 64]], 10_000, &mut sums);
        assert_eq!(sums, [10_000 * ((1 << BITS) - 1)]);
    }
}

//! Labels as codes: positions in the sorted table of the labels that occur.

use crate::parallel;
use crate::stop;
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;
use std::sync::{Mutex, PoisonError};

/// An integer label.
pub trait IntegerLabel: Copy + PartialEq + Send + Sync {
    /// Its bits, sign-extended, so that differences of these are distances between labels.
    fn bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
    /// A number that is in the same order as the label.
    fn ordered(self) -> u64;
    fn from_ordered(ordered: u64) -> Self;
}

/// XOR with this bit maps the order of signed numbers to the order of unsigned ones.
const SIGN: u64 = 1 << 63;

macro_rules! labels {
    ($($kind:ty, $sign:expr;)*) => {$(
        impl IntegerLabel for $kind {
            #[inline]
            fn bits(self) -> u64 {
                self as u64
            }
            #[inline]
            fn from_bits(bits: u64) -> Self {
                bits as $kind
            }
            #[inline]
            fn ordered(self) -> u64 {
                self.bits() ^ $sign
            }
            #[inline]
            fn from_ordered(ordered: u64) -> Self {
                Self::from_bits(ordered ^ $sign)
            }
        }
    )*};
}
#[expect(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the bits are intended"
)]
mod integers {
    use super::{IntegerLabel, SIGN};
    labels! { i8, SIGN; i16, SIGN; i32, SIGN; i64, SIGN; u8, 0; u16, 0; u32, 0; u64, 0; }
}

/// The widest range with a table of all possible labels.
const DENSE: u64 = 1 << 20;

/// The codes of columns of labels in a common table, and the table.
///
/// # Panics
/// If there are 2³¹ distinct labels.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a distance below DENSE")]
pub fn encode<T: IntegerLabel>(columns: &[&[T]]) -> (Vec<Vec<i32>>, Vec<T>) {
    let all = || columns.iter().flat_map(|column| column.iter());
    let (low, high) =
        all().fold((u64::MAX, 0), |(low, high), label| (low.min(label.ordered()), high.max(label.ordered())));
    let code = |at: usize| i32::try_from(at).expect("fewer than 2^31 distinct labels");
    if low > high {
        return (columns.iter().map(|_| Vec::new()).collect(), Vec::new());
    }
    // The lowest and highest label are found at the speed of memory, and so are the codes of labels in a small range.
    stop::poll();
    if high - low < DENSE {
        let position = |label: &T| (label.ordered() - low) as usize;
        let mut codes = vec![-1; (high - low) as usize + 1];
        all().for_each(|label| codes[position(label)] = 0);
        let used: Vec<usize> = (0..codes.len()).filter(|&at| codes[at] == 0).collect();
        used.iter().enumerate().for_each(|(number, &at)| codes[at] = code(number));
        let labels = used.iter().map(|&at| T::from_ordered(low + at as u64)).collect();
        return (columns.iter().map(|column| mapped(column, |label| codes[position(&label)])).collect(), labels);
    }
    let mut distinct = FxHashSet::default();
    for labels in columns.iter().flat_map(|column| column.chunks(POLL_LABELS)) {
        stop::poll();
        stop::check_reserved(distinct.try_reserve(labels.len()));
        distinct.extend(labels.iter().map(|label| label.ordered()));
    }
    let mut used = stop::with_capacity(distinct.len());
    used.extend(distinct.drain());
    stop::sort(&mut used);
    // The memory of the set is used again.
    let mut codes: FxHashMap<u64, i32> = FxHashMap::default();
    drop(distinct);
    stop::check_reserved(codes.try_reserve(used.len()));
    for (first, labels) in (0..).step_by(POLL_LABELS).zip(used.chunks(POLL_LABELS)) {
        stop::poll();
        codes.extend((first..).zip(labels).map(|(number, &label)| (label, code(number))));
    }
    let encoded = columns.iter().map(|column| mapped(column, |label| codes[&label.ordered()])).collect();
    (encoded, used.into_iter().map(T::from_ordered).collect())
}

/// The number of labels between two checks for the end of the call.
const POLL_LABELS: usize = 1 << 16;

/// The code of each label of a column.
fn mapped<T: IntegerLabel>(column: &[T], code: impl Fn(T) -> i32) -> Vec<i32> {
    let mut codes = stop::with_capacity(column.len());
    for labels in column.chunks(POLL_LABELS) {
        stop::poll();
        codes.extend(labels.iter().map(|&label| code(label)));
    }
    codes
}

/// Numbers distinct strings in the order in which they occur.
#[derive(Debug)]
pub struct DistinctStrings {
    /// A cache of recent short strings, by hash.
    recent: Box<[Recent; Self::RECENT]>,
    /// All strings, one after another, and where each ends: an allocation for each would take more time and memory.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
}

/// A string of up to 16 bytes and its number.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    low: u64,
    high: u64,
    /// Its length plus one, or 0 for an empty slot.
    length: u32,
    number: u32,
}

impl Default for DistinctStrings {
    fn default() -> Self {
        let recent = Box::new([Recent::default(); Self::RECENT]);
        Self { recent, bytes: Vec::new(), ends: Vec::new(), numbers: HashTable::new() }
    }
}

impl DistinctStrings {
    const RECENT: usize = 256;

    /// The number of a string in UTF-8. A new string gets the next number.
    ///
    /// # Panics
    /// If there are 2³² distinct strings.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "eight bits of a hash, and a length of at most 16")]
    pub fn number(&mut self, name: &[u8]) -> u32 {
        let Some((low, high)) = short(name) else { return self.look_up(name) };
        let hash = low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let at = (hash >> (u64::BITS - Self::RECENT.ilog2())) as usize % Self::RECENT;
        let found = self.recent[at];
        let length = name.len() as u32 + 1;
        if found.low == low && found.high == high && found.length == length {
            return found.number;
        }
        let number = self.look_up(name);
        self.recent[at] = Recent { low, high, length, number };
        number
    }

    fn look_up(&mut self, name: &[u8]) -> u32 {
        let Self { bytes, ends, numbers, .. } = self;
        let hash = |name: &[u8]| {
            let mut hasher = FxHasher::default();
            hasher.write(name);
            hasher.finish()
        };
        if let Some(&number) = numbers.find(hash(name), |&number| nth(bytes, ends, number) == name) {
            return number;
        }
        let number = u32::try_from(ends.len()).expect("fewer than 2^32 distinct labels");
        stop::extend(bytes, name);
        stop::push(ends, bytes.len());
        let of = |number: &u32| hash(nth(bytes, ends, *number));
        stop::check_reserved(numbers.try_reserve(1, of));
        numbers.insert_unique(hash(name), number, of);
        number
    }

    /// All strings in the order of their bytes, which is the order of their characters, and the position of each number
    /// there.
    #[must_use]
    pub fn sorted(&self) -> (Vec<&[u8]>, Vec<i32>) {
        let mut names: Vec<(&[u8], u32)> = stop::with_capacity(self.ends.len());
        names.extend((0..).zip(&self.ends).map(|(number, _)| (nth(&self.bytes, &self.ends, number), number)));
        stop::sort(&mut names);
        let mut positions = stop::filled(0, names.len());
        for (position, (_, number)) in (0..).zip(&names) {
            positions[*number as usize] = position;
        }
        (names.into_iter().map(|(name, _)| name).collect(), positions)
    }
}

/// The string with this number.
#[inline]
fn nth<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
    let number = number as usize;
    &bytes[number.checked_sub(1).map_or(0, |before| ends[before])..ends[number]]
}

/// The number of rows, of `width` characters each, that a thread takes at a time.
const BATCH: usize = 1 << 14;

/// Numbers strings that are stored as rows of `width` characters, padded with zeros.
///
/// Most rows equal a recent row. They are compared as rows, and only new ones are converted to UTF-8.
#[must_use]
pub fn number_rows(characters: &[u32], width: usize) -> (Vec<u32>, DistinctStrings) {
    let names = Mutex::new(DistinctStrings::default());
    let mut numbers = stop::filled(0, characters.len() / width);
    let row = |at: usize| &characters[at * width..][..width];
    let factors: Vec<u64> = (1..=width as u64).map(scattered).collect();
    parallel::fill(&mut numbers, BATCH, |first, numbers| {
        // For each hash, the index of the last such row plus one, and the index of its name in this batch.
        let mut recent = [(0_usize, 0_u32); 1 << RECENT_ROWS];
        // The names of the batch, one after another, and where each ends.
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (at, number) in (first..).zip(&mut *numbers) {
            // Each character has a factor of its own, so that no product waits for another.
            let hash = row(at).iter().zip(&factors).fold(0_u64, |hash, (&character, factor)| {
                hash.wrapping_add(u64::from(character).wrapping_mul(*factor))
            });
            let slot = &mut recent[(hash >> (u64::BITS - RECENT_ROWS)) as usize];
            if slot.0 == 0 || row(slot.0 - 1) != row(at) {
                #[expect(clippy::cast_possible_truncation, reason = "a batch is small")]
                let index = ends.len() as u32;
                *slot = (at + 1, index);
                push_name(row(at), &mut bytes);
                ends.push(bytes.len());
            }
            *number = slot.1;
        }
        // One lock for a batch: threads with many names would otherwise wait for each other at every row.
        let numbered: Vec<u32> = {
            let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
            (0..).zip(&ends).map(|(index, _)| names.number(nth(&bytes, &ends, index))).collect()
        };
        numbers.iter_mut().for_each(|number| *number = numbered[*number as usize]);
    });
    (numbers, names.into_inner().unwrap_or_else(PoisonError::into_inner))
}

const RECENT_ROWS: u32 = 8;

/// A well-mixed odd number, as in splitmix64 (G. Steele et al., "Fast splittable pseudorandom number generators",
/// OOPSLA 2014). Factors that are multiples of one another would give many short strings the same hash.
fn scattered(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB) | 1
}

/// Appends the characters of a row in UTF-8, in which a lone surrogate is three bytes.
fn push_name(row: &[u32], name: &mut Vec<u8>) {
    let end = row.iter().rposition(|&character| character != 0).map_or(0, |last| last + 1);
    for &character in &row[..end] {
        match char::from_u32(character) {
            Some(character) => name.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => name.extend([12, 6, 0].map(|shift| {
                let bits = (character >> shift & 63) as u8;
                if shift == 12 { 0xE0 | bits } else { 0x80 | bits }
            })),
        }
    }
}

/// A string of up to 16 bytes as two numbers, which identify it together with its length.
#[inline]
fn short(name: &[u8]) -> Option<(u64, u64)> {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    match name.len() {
        0 => Some((0, 0)),
        1..=3 => Some((u64::from(name[0]) | u64::from(name[name.len() / 2]) << 8, u64::from(name[name.len() - 1]))),
        4..=7 => Some((half(name.first_chunk()), half(name.last_chunk()))),
        8..=16 => Some((word(name.first_chunk()), word(name.last_chunk()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{DistinctStrings, encode, number_rows};

    #[test]
    fn codes_are_positions_in_the_sorted_labels() {
        let (codes, labels) = encode(&[&[3_i64, -1, 3][..], &[7][..], &[]]);
        assert_eq!((codes, labels), (vec![vec![1, 0, 1], vec![2], vec![]], vec![-1, 3, 7]));
        let far = [i64::MIN, i64::MAX, 0];
        assert_eq!(encode(&[&far[..]]), (vec![vec![0, 2, 1]], vec![i64::MIN, 0, i64::MAX]));
        let far = [u64::MAX, 1 << 63, 0];
        assert_eq!(encode(&[&far[..]]), (vec![vec![2, 1, 0]], vec![0, 1 << 63, u64::MAX]));
        assert_eq!(encode::<u8>(&[&[]]), (vec![vec![]], vec![]));
    }

    #[test]
    fn rows_of_characters_are_names() {
        let words = ["no", "", "yes", "é€😀", "no\0o"];
        let at = |row: usize| (row * row + row / 7) % words.len();
        let rows: Vec<u32> = (0..100_000)
            .flat_map(|row| {
                let mut characters: Vec<u32> = words[at(row)].chars().map(u32::from).collect();
                characters.resize(5, 0);
                characters
            })
            .collect();
        let (numbers, names) = number_rows(&rows, 5);
        let (sorted, positions) = names.sorted();
        for (row, number) in numbers.into_iter().enumerate() {
            assert_eq!(sorted[positions[number as usize].cast_unsigned() as usize], words[at(row)].as_bytes());
        }
        assert_eq!(number_rows(&[0xD800], 1).1.sorted().0, [b"\xED\xA0\x80"]);
    }

    #[test]
    fn every_name_has_its_number() {
        // Lengths around those at which names are stored differently, and names that differ in one byte.
        let mut names: Vec<Vec<u8>> = Vec::new();
        for length in 0..40 {
            names.push(vec![b'a'; length]);
            for at in 0..length {
                let mut name = vec![b'a'; length];
                name[at] = b'b';
                names.push(name.clone());
                name[at] = 0;
                names.push(name);
            }
        }
        let mut numbers = DistinctStrings::default();
        for _ in 0..2 {
            for (number, name) in (0..).zip(&names) {
                assert_eq!(numbers.number(name), number);
            }
        }
        let (sorted, positions) = numbers.sorted();
        assert!(sorted.is_sorted());
        for (name, position) in names.iter().zip(positions) {
            assert_eq!(sorted[usize::try_from(position).unwrap()], name);
        }
    }
}

//! Rows split into parts whose sums are exact in plain `f64`, in any order.
//!
//! # Idea
//!
//! A sum of doubles is exact as long as all terms are multiples of one power of two, and no partial sum exceeds 2⁵³
//! times that power. Counts satisfy this already. A column of other numbers, such as means or likelihoods, is split by
//! its bits: each part keeps the bits of a range of powers of two, narrow enough that the sum of all draws stays below
//! the bound. For most columns two parts are enough. The parts are summed with plain additions, vectorized and in any
//! order. The sum of the parts' sums, rounded once, equals the exact sum of [`ExactSum`].

use crate::exact::sum::ExactSum;

/// The number of parts that are summed side by side.
pub const LANES: usize = 8;

/// [`LANES`] parts of a row.
pub type Vector = [f64; LANES];

/// The number of bits of a double's mantissa, without the implicit bit.
const MANTISSA: u32 = 52;

/// The exponent of the unit of doubles whose exponent field is 1 or 0.
const LOWEST: i32 = -1074;

/// What a part keeps of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// What is left: the bits from the lowest bit of the column.
    Rest,
    /// The bits from this power of two up that no earlier part keeps.
    From(i32),
    /// 1 if the value is NaN, else 0; and so for the infinities.
    Nan,
    Infinity,
    NegativeInfinity,
}

/// How the columns of rows are split into parts.
#[derive(Debug)]
pub struct SplitSums {
    /// The parts of all columns, consecutively.
    parts: Vec<Part>,
    /// Where the parts of each column end.
    ends: Vec<usize>,
}

/// The range of the values of a column.
#[derive(Clone, Copy, Debug)]
struct Range {
    /// The bits of the largest magnitude; magnitudes are ordered as their bits are.
    largest: u64,
    /// The lowest power of two in any value.
    lowest: i32,
    finite: bool,
}

impl Range {
    const NONE: Self = Self { largest: 0, lowest: i32::MAX, finite: true };

    #[inline]
    fn with(self, value: f64) -> Self {
        let magnitude = value.abs().to_bits();
        if magnitude == 0 {
            return self;
        }
        if magnitude >= f64::INFINITY.to_bits() {
            return Self { finite: false, ..self };
        }
        let (mantissa, unit) = parts(value);
        let lowest = unit + mantissa.trailing_zeros().cast_signed();
        Self { largest: self.largest.max(magnitude), lowest: self.lowest.min(lowest), ..self }
    }

    /// The highest power of two in any value.
    fn highest(self) -> i32 {
        match parts(f64::from_bits(self.largest)) {
            (0, _) => i32::MIN,
            (mantissa, unit) => unit + mantissa.ilog2().cast_signed(),
        }
    }
}

/// The mantissa of a finite number, and the exponent of its unit.
#[inline]
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << MANTISSA) - 1);
    let field = (bits >> MANTISSA & 0x7FF) as i32;
    (fraction | u64::from(field > 0) << MANTISSA, field.max(1) - 1 + LOWEST)
}

/// The bits of a finite number from the bit of `power` up.
#[inline]
fn from_power(value: f64, power: i32) -> f64 {
    // Without branches, and in 64 bits throughout, for vector instructions.
    let bits = value.to_bits();
    let unit = (bits >> MANTISSA & 0x7FF).max(1).cast_signed() - 1 + i64::from(LOWEST);
    let cut = (i64::from(power) - unit).clamp(0, 63).cast_unsigned();
    let kept = if cut > u64::from(MANTISSA) { 0 } else { u64::MAX << cut };
    f64::from_bits(bits & kept)
}

/// The ranges of the values of columns, from which their split follows.
#[derive(Clone, Debug)]
pub struct Ranges {
    ranges: Vec<Range>,
    /// The columns that may need more than one part.
    split: Vec<usize>,
}

impl Ranges {
    /// The ranges of no rows. `whole` says for each column whether it holds whole numbers whose sums are below 2⁵³,
    /// which need no split.
    #[must_use]
    pub fn new(whole: impl Iterator<Item = bool>) -> Self {
        let whole: Vec<bool> = whole.collect();
        let ranges = vec![Range::NONE; whole.len()];
        Self { ranges, split: (0..whole.len()).filter(|&column| !whole[column]).collect() }
    }

    /// Widens the ranges by consecutive rows.
    pub fn note(&mut self, rows: &[f64]) {
        if self.split.is_empty() {
            return;
        }
        for row in rows.chunks_exact(self.ranges.len()) {
            for &column in &self.split {
                self.ranges[column] = self.ranges[column].with(row[column]);
            }
        }
    }

    /// Widens the range of a column by the products of a value with `weight` times a whole number from 1 to `most`,
    /// both of which may round. A sum of products then counts as many draws as the numbers add up to.
    #[expect(clippy::cast_precision_loss, reason = "only whether the product is finite matters")]
    pub fn note_products(&mut self, column: usize, value: f64, weight: f64, most: u64) {
        let (product, range) = (value * weight, &mut self.ranges[column]);
        *range = range.with(product);
        if product != 0.0 && value != 1.0 {
            // The lowest bit that rounding leaves; a value of 1 has none below those of the weight.
            range.lowest = range.lowest.min(parts(product).1);
        }
        range.finite &= (product * most as f64).is_finite();
    }

    /// Widens the ranges by others of as many columns.
    pub fn merge(&mut self, other: &Self) {
        for (range, other) in self.ranges.iter_mut().zip(&other.ranges) {
            range.largest = range.largest.max(other.largest);
            range.lowest = range.lowest.min(other.lowest);
            range.finite &= other.finite;
        }
    }
}

impl SplitSums {
    /// Chooses the split of each column so that a sum of up to `draws` rows stays exact.
    #[must_use]
    pub fn of(tables: &[&[f64]], columns: usize, draws: u64) -> Self {
        let mut ranges = Ranges::new(std::iter::repeat_n(false, columns));
        tables.iter().for_each(|rows| ranges.note(rows));
        Self::new(&ranges, draws)
    }

    /// Chooses the split of columns of these ranges so that a sum of up to `draws` rows stays exact.
    #[must_use]
    pub fn new(ranges: &Ranges, draws: u64) -> Self {
        // The number of bits that a part may have.
        let bits = (MANTISSA + 1).saturating_sub(u64::BITS - draws.leading_zeros()).max(1).cast_signed();
        let (mut parts, mut ends) = (Vec::new(), Vec::new());
        for range in &ranges.ranges {
            let (highest, lowest) = (range.highest(), range.lowest);
            if !range.finite {
                parts.extend([Part::Nan, Part::Infinity, Part::NegativeInfinity]);
            }
            let mut from = highest.saturating_add(1).saturating_sub(bits);
            while from > lowest {
                parts.push(Part::From(from));
                from -= bits;
            }
            parts.push(Part::Rest);
            ends.push(parts.len());
        }
        Self { parts, ends }
    }

    /// The number of parts of a row.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The number of groups of [`LANES`] parts that hold a row.
    #[must_use]
    pub fn panels(&self) -> usize {
        self.parts.len().div_ceil(LANES)
    }

    /// Adds a row to the sums of the parts.
    #[inline]
    pub fn add(&self, row: &[f64], sums: &mut [Vector]) {
        let sums = sums.as_flattened_mut();
        if self.parts.len() == row.len() {
            // Each column is one part.
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        } else {
            self.cut(row, |part, value| sums[part] += value);
        }
    }

    /// Splits a row. `put` receives the index and the value of each part.
    #[inline]
    pub fn cut(&self, row: &[f64], mut put: impl FnMut(usize, f64)) {
        let mut first = 0;
        for (&value, &end) in row.iter().zip(&self.ends) {
            if end - first == 1 {
                put(first, value);
            } else if let &[Part::From(power), Part::Rest] = &self.parts[first..end] {
                let part = from_power(value, power);
                put(first, part);
                put(first + 1, value - part);
            } else {
                let mut rest = if value.is_finite() { value } else { 0.0 };
                for at in first..end {
                    let part = match self.parts[at] {
                        Part::Rest => rest,
                        Part::From(power) => from_power(rest, power),
                        Part::Nan => f64::from(u8::from(value.is_nan())),
                        Part::Infinity => f64::from(u8::from(value == f64::INFINITY)),
                        Part::NegativeInfinity => f64::from(u8::from(value == f64::NEG_INFINITY)),
                    };
                    put(at, part);
                    if let Part::From(_) = self.parts[at] {
                        rest -= part;
                    }
                }
            }
            first = end;
        }
    }

    /// Splits numbers of the only column. `put` receives the index of each part, and its value for each number.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    pub fn cut_lanes<const N: usize>(&self, values: &[f64; N], mut put: impl FnMut(usize, &[f64; N])) {
        match self.parts[..] {
            [_] => put(0, values),
            [Part::From(power), Part::Rest] => {
                let (mut parts, mut rest) = ([0.0; N], [0.0; N]);
                for lane in 0..N {
                    parts[lane] = from_power(values[lane], power);
                    rest[lane] = values[lane] - parts[lane];
                }
                put(0, &parts);
                put(1, &rest);
            }
            _ => self.cut_many(values).iter().enumerate().for_each(|(part, values)| put(part, values)),
        }
    }

    #[cold]
    fn cut_many<const N: usize>(&self, values: &[f64; N]) -> Vec<[f64; N]> {
        let mut parts = vec![[0.0; N]; self.parts.len()];
        for (lane, &value) in values.iter().enumerate() {
            self.cut(&[value], |part, value| parts[part][lane] = value);
        }
        parts
    }

    /// Joins the sums of the parts to the sums of the columns, each rounded once.
    pub fn join(&self, sums: &[Vector], row: &mut [f64]) {
        let sums = sums.as_flattened();
        let mut first = 0;
        for (value, &end) in row.iter_mut().zip(&self.ends) {
            *value = match &sums[first..end] {
                [sum] => *sum,
                // An addition rounds once.
                [one, other] => one + other,
                _ => self.join_many(first..end, sums),
            };
            first = end;
        }
    }

    /// The sum of the only column from the sums of its parts, rounded once.
    pub fn join_column(&self, sums: impl Iterator<Item = f64>) -> f64 {
        let mut exact = ExactSum::default();
        sums.enumerate().for_each(|(part, sum)| exact.add(self.term(part, sum)));
        exact.value()
    }

    fn join_many(&self, positions: std::ops::Range<usize>, sums: &[f64]) -> f64 {
        let mut exact = ExactSum::default();
        positions.for_each(|at| exact.add(self.term(at, sums[at])));
        exact.value()
    }

    /// The numbers whose exact sum is the sum of a column, from the sums of the parts.
    pub fn terms<'a>(&'a self, column: usize, sums: &'a [Vector]) -> impl Iterator<Item = f64> + Clone + 'a {
        let first = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        (first..self.ends[column]).map(|at| self.term(at, sums.as_flattened()[at]))
    }

    /// What the sum of a part adds to the sum of its column.
    fn term(&self, part: usize, sum: f64) -> f64 {
        let special = match self.parts[part] {
            Part::Rest | Part::From(_) => return sum,
            Part::Nan => f64::NAN,
            Part::Infinity => f64::INFINITY,
            Part::NegativeInfinity => f64::NEG_INFINITY,
        };
        if sum > 0.0 { special } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, SplitSums};
    use crate::exact::sum::ExactSum;
    use crate::testing::Random;

    /// The sums of the columns over the rows at `positions`, from the sums of parts and exactly.
    fn both(rows: &[f64], columns: usize, positions: &[usize]) -> (Vec<u64>, Vec<u64>) {
        let parts = SplitSums::of(&[rows], columns, positions.len() as u64);
        let mut sums = vec![[0.0; LANES]; parts.panels()];
        let mut exact = vec![ExactSum::default(); columns];
        for &position in positions {
            let row = &rows[columns * position..columns * (position + 1)];
            parts.cut(row, |at, part| sums.as_flattened_mut()[at] += part);
            exact.iter_mut().zip(row).for_each(|(sum, &value)| sum.add(value));
        }
        let mut joined = vec![0.0; columns];
        parts.join(&sums, &mut joined);
        let bits = |value: f64| if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() };
        (joined.into_iter().map(bits).collect(), exact.iter().map(|sum| bits(sum.value())).collect())
    }

    #[test]
    fn sums_of_pieces_are_exact() {
        let mut numbers = Random::new(5);
        let mut random = || numbers.bits() >> 11;
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits")]
        let fraction = |bits: u64| bits as f64 / 2f64.powi(53);
        for spread in [0i32, 3, 40, 300, 1000] {
            let rows: Vec<f64> = (0..400)
                .flat_map(|at| {
                    let scale = 2f64.powi(i32::try_from(random() % 2048).unwrap() % (2 * spread + 1) - spread);
                    let value = fraction(random()) * scale;
                    [f64::from(at), value, if at % 3 == 0 { -value } else { value }, 1.0 / f64::from(at + 1)]
                })
                .collect();
            let positions: Vec<usize> = (0..5000).map(|_| (random() % 400) as usize).collect();
            let (found, expected) = both(&rows, 4, &positions);
            assert_eq!(found, expected, "spread {spread}");
        }
    }

    #[test]
    fn odd_numbers() {
        let tiny = f64::from_bits(1);
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        for rows in [
            vec![0.0, -0.0, 0.0],
            vec![tiny, -tiny, 3.0 * tiny],
            vec![f64::MAX, 1.0, tiny],
            vec![1e308, -1e308, 1e-308],
            vec![infinity, 1.0, 0.1],
            vec![infinity, f64::NEG_INFINITY, 1.0],
            vec![f64::NEG_INFINITY, 0.1, 0.3],
            vec![nan, 1.0, 2.0],
        ] {
            for positions in [vec![], vec![0], vec![1, 2], vec![0, 1, 2, 2, 1], vec![1; 100]] {
                let (found, expected) = both(&rows, 1, &positions);
                assert_eq!(found, expected, "{rows:?} at {positions:?}");
            }
        }
    }

    #[test]
    fn counts_are_one_piece_and_means_are_two() {
        let rows: Vec<f64> = (1..1000).flat_map(|at| [f64::from(at), f64::from(at) / 1000.0]).collect();
        let parts = SplitSums::of(&[&rows], 2, 1000);
        assert_eq!(parts.ends, [1, 3]);
    }
}

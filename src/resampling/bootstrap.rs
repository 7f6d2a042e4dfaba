//! The bootstrap: samples of n rows, drawn with replacement from n rows, and folded. Confidence intervals follow from
//! them.
//!
//! B. Efron and R. Tibshirani, "An introduction to the bootstrap", 1993.
//!
//! # Idea
//!
//! Rows are divided into blocks of [`BLOCK`]. For a sample, the number of draws from each block is drawn first
//! ([`Multinomial`]), then the positions within each block, one byte each. Block by block, and for many samples at a
//! time, rows are split into parts whose sums are exact ([`SplitSums`]). The drawn rows are thus in the cache and are
//! added as whole vectors, in any order.
//!
//! # Cost
//!
//! About a nanosecond for each draw of ten counts. Memory does not depend on the number of rows.

use crate::cpu::dispatch;
use crate::exact::{LANES, SplitSums, Vector};
use crate::parallel;
use crate::random::{Multinomial, Stream, streams};
use rand_xoshiro::rand_core::Rng;
use std::ops::Range;

/// The number of rows in a block: the number of values of a byte. The draws for a seed depend on it.
pub const BLOCK: usize = 256;

/// The number of draws that are worth a thread.
const DRAWS: usize = 1 << 17;

/// The number of samples that are computed at a time, for which a block is split once.
const SAMPLES: usize = 128;

/// Rows and their groups.
#[derive(Clone, Copy, Debug)]
pub struct Grouped<'a> {
    /// Consecutive rows.
    pub rows: &'a [f64],
    pub columns: usize,
    /// The indices of the rows, group by group. `None` if all rows, in their order, are one group.
    pub order: Option<&'a [usize]>,
    /// Where each group ends in `order`.
    pub group_ends: &'a [usize],
}

impl Grouped<'_> {
    /// The number of folded rows for each sample: one for each group, and one for all rows if there are groups.
    #[must_use]
    pub fn folded(self) -> usize {
        self.group_ends.len() + usize::from(self.order.is_some())
    }
}

/// The output: for each sample, the folded row of each group and then of all rows, and the numbers of rows drawn.
#[derive(Debug, Default)]
pub struct Sums<'a> {
    pub rows: &'a mut [f64],
    pub counts: &'a mut [u64],
}

/// Consecutive samples.
#[derive(Debug, Default)]
struct Job<'a> {
    streams: Vec<Stream>,
    sums: Sums<'a>,
}

/// At most [`BLOCK`] rows that are adjacent and in one group.
struct Block {
    positions: Range<usize>,
    group: usize,
}

struct Blocks {
    blocks: Vec<Block>,
    /// How draws are shared out among blocks.
    shared: Multinomial,
}

impl Blocks {
    fn of(group_ends: &[usize]) -> Self {
        let (mut blocks, mut start) = (Vec::new(), 0);
        for (group, &end) in group_ends.iter().enumerate() {
            blocks.extend((start..end).step_by(BLOCK).map(|at| Block { positions: at..end.min(at + BLOCK), group }));
            start = end;
        }
        let shared = Multinomial::new(blocks.iter().map(|block| block.positions.len() as u64));
        Self { blocks, shared }
    }
}

/// The buffers of a thread.
#[derive(Default)]
struct Worker {
    /// For each sample and block, the number of draws.
    shares: Vec<u32>,
    positions: Vec<u8>,
    /// The split rows of a block, for each vector of parts.
    cut: Vec<[Vector; BLOCK]>,
    /// For each sample and group, the sums of the parts.
    sums: Vec<Vector>,
}

/// Folds as many samples as `sums` has room for, beginning with sample number `first`. A sample does not depend on the
/// others.
///
/// `check` is called regularly, on the calling thread.
///
/// # Errors
/// The error of `check`, which ends the work.
pub fn fold<E>(
    grouped: Grouped<'_>,
    seed: u64,
    first: usize,
    Sums { rows: sums, counts }: Sums<'_>,
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let groups = grouped.folded();
    let rows = grouped.group_ends.last().copied().unwrap_or_default();
    let blocks = Blocks::of(grouped.group_ends);
    let parts = SplitSums::of(&[grouped.rows], grouped.columns, rows as u64);
    let mut waiting = streams(seed, first, counts.len() / groups).into_iter();
    // A small amount of work stays on the calling thread.
    let batch = if rows * waiting.len() <= DRAWS { waiting.len() } else { SAMPLES.max(DRAWS / rows) }.max(1);
    let mut sums = sums.chunks_mut(batch * groups * grouped.columns);
    let mut counts = counts.chunks_mut(batch * groups);
    let mut own = Worker::default();
    parallel::run(
        &mut own,
        Worker::default,
        |job: &mut Job<'_>| {
            check()?;
            job.streams.clear();
            job.streams.extend(waiting.by_ref().take(batch));
            job.sums = Sums { rows: sums.next().unwrap_or_default(), counts: counts.next().unwrap_or_default() };
            Ok(!job.streams.is_empty())
        },
        |job, worker| {
            for (streams, at) in job.streams.chunks_mut(SAMPLES).zip((0..).step_by(SAMPLES)) {
                let samples = at * groups..(at + streams.len()) * groups;
                let rows = &mut job.sums.rows[grouped.columns * samples.start..grouped.columns * samples.end];
                let sums = Sums { rows, counts: &mut job.sums.counts[samples] };
                worker.fold(grouped, &blocks, &parts, streams, sums);
            }
        },
    )?;
    Ok(())
}

impl Worker {
    fn fold(
        &mut self,
        grouped: Grouped<'_>,
        Blocks { blocks, shared }: &Blocks,
        parts: &SplitSums,
        streams: &mut [Stream],
        Sums { rows, counts }: Sums<'_>,
    ) {
        let (panels, groups) = (parts.panels(), grouped.folded());
        self.shares.clear();
        self.shares.resize(streams.len() * blocks.len(), 0);
        for (stream, shares) in streams.iter_mut().zip(self.shares.chunks_mut(blocks.len().max(1))) {
            #[expect(clippy::cast_possible_truncation, reason = "fewer rows than 2^32 fit into memory")]
            shared.draw(stream, |block, share| shares[block] = share as u32);
        }
        counts.fill(0);
        self.sums.clear();
        self.sums.resize(streams.len() * groups * panels, [0.0; LANES]);
        self.cut.resize(panels, [[0.0; LANES]; BLOCK]);
        for (number, block) in blocks.iter().enumerate() {
            cut(grouped, block, parts, &mut self.cut);
            for (sample, stream) in streams.iter_mut().enumerate() {
                let share = self.shares[sample * blocks.len() + number];
                draw(block.positions.len(), share as usize, stream, &mut self.positions);
                let group = sample * groups + block.group;
                counts[group] += u64::from(share);
                for (sum, panel) in self.sums[panels * group..panels * (group + 1)].iter_mut().zip(&self.cut) {
                    add(&self.positions, panel, sum);
                }
            }
        }
        if grouped.order.is_some() {
            for (sums, counts) in self.sums.chunks_mut(groups * panels).zip(counts.chunks_mut(groups)) {
                let (of_groups, of_all) = sums.split_at_mut((groups - 1) * panels);
                for sums in of_groups.chunks(panels) {
                    let lanes = of_all.as_flattened_mut().iter_mut().zip(sums.as_flattened());
                    lanes.for_each(|(all, sum)| *all += sum);
                }
                counts[groups - 1] = counts[..groups - 1].iter().sum();
            }
        }
        for (row, sums) in rows.chunks_exact_mut(grouped.columns).zip(self.sums.chunks_exact(panels)) {
            parts.join(sums, row);
        }
    }
}

/// Splits the rows of a block.
fn cut(grouped: Grouped<'_>, block: &Block, parts: &SplitSums, cut: &mut [[Vector; BLOCK]]) {
    for (at, position) in block.positions.clone().enumerate() {
        let position = grouped.order.map_or(position, |order| order[position]);
        let row = &grouped.rows[grouped.columns * position..grouped.columns * (position + 1)];
        parts.cut(row, |part, value| cut[part / LANES][at][part % LANES] = value);
    }
}

/// Draws positions below `size`, which is at most [`BLOCK`].
#[inline]
fn draw(size: usize, count: usize, stream: &mut Stream, positions: &mut Vec<u8>) {
    positions.clear();
    if size == BLOCK {
        positions.resize(count.next_multiple_of(8), 0);
        positions.as_chunks_mut().0.iter_mut().for_each(|bytes| *bytes = stream.next_u64().to_le_bytes());
    } else {
        // D. Lemire, "Fast random integer generation in an interval", 2019: some bytes are rejected, so that all
        // positions are equally likely.
        let refused = BLOCK % size;
        while positions.len() < count {
            for byte in stream.next_u64().to_le_bytes() {
                let product = usize::from(byte) * size;
                if product % BLOCK >= refused {
                    #[expect(clippy::cast_possible_truncation, reason = "below the size")]
                    positions.push((product / BLOCK) as u8);
                }
            }
        }
    }
    positions.truncate(count);
}

/// Adds the rows at these positions to a sum.
fn add(positions: &[u8], panel: &[Vector; BLOCK], sum: &mut Vector) {
    dispatch!(
        avx512: x86::add_avx512(positions, panel, sum),
        avx2: x86::add_avx2(positions, panel, sum),
        baseline: add_lanes(positions, panel, sum),
    );
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BLOCK, Vector, add_lanes};

    #[target_feature(enable = "avx512f")]
    pub fn add_avx512(positions: &[u8], panel: &[Vector; BLOCK], sum: &mut Vector) {
        add_lanes(positions, panel, sum);
    }

    #[target_feature(enable = "avx2")]
    pub fn add_avx2(positions: &[u8], panel: &[Vector; BLOCK], sum: &mut Vector) {
        add_lanes(positions, panel, sum);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn add_lanes(positions: &[u8], panel: &[Vector; BLOCK], sum: &mut Vector) {
    // Four sums in turn, so that an addition does not wait for the previous one.
    let mut sums = [[0.0; LANES]; 4];
    let (quads, rest) = positions.as_chunks::<4>();
    for quad in quads {
        for (sum, &position) in sums.iter_mut().zip(quad) {
            let row = &panel[position as usize];
            for lane in 0..LANES {
                sum[lane] += row[lane];
            }
        }
    }
    for &position in rest {
        for lane in 0..LANES {
            sums[0][lane] += panel[position as usize][lane];
        }
    }
    for lane in 0..LANES {
        sum[lane] += sums.iter().map(|sum| sum[lane]).sum::<f64>();
    }
}

/// The rows that sample number `sample` of `rows` rows draws, as in [`fold`] without groups.
#[must_use]
pub fn positions(rows: usize, seed: u64, sample: usize) -> Vec<usize> {
    let Blocks { blocks, shared } = Blocks::of(&[rows]);
    let mut stream = streams(seed, sample, 1).remove(0);
    let (mut shares, mut drawn, mut positions) = (Vec::new(), Vec::new(), Vec::with_capacity(rows));
    shared.draw(&mut stream, |block, share| shares.push((block, share)));
    for (block, share) in shares {
        let block = &blocks[block].positions;
        draw(block.len(), usize::try_from(share).unwrap_or_default(), &mut stream, &mut drawn);
        positions.extend(drawn.iter().map(|&position| block.start + usize::from(position)));
    }
    positions
}

/// Draws how often each distinct row occurs in a sample, for each sample, on all cores. `sizes` holds the number of
/// copies of each distinct row.
pub fn multiplicities(sizes: &[u64], seed: u64, first: usize, counts: &mut [u64]) {
    let shared = Multinomial::new(sizes.iter().copied());
    by_stream(sizes.len(), shared.draws(), seed, first, counts, |stream, counts| {
        counts.fill(0);
        shared.draw(stream, |part, share| counts[part] = share);
    });
}

/// Fills `counts`, which has `width` elements for each sample, from the stream of each sample. `draws` is the number of
/// draws of a sample.
pub fn by_stream(
    width: usize,
    draws: u64,
    seed: u64,
    first: usize,
    counts: &mut [u64],
    fill: impl Fn(&mut Stream, &mut [u64]) + Sync,
) {
    let samples = DRAWS / usize::try_from(draws).unwrap_or(DRAWS).clamp(1, DRAWS);
    parallel::fill(counts, width * samples, |position, counts| {
        let mut streams = streams(seed, first + position / width.max(1), counts.len() / width.max(1));
        streams.iter_mut().zip(counts.chunks_exact_mut(width)).for_each(|(stream, counts)| fill(stream, counts));
    });
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Grouped, Sums, add, add_lanes, draw, fold, multiplicities, positions};
    use crate::exact::{ExactSum, LANES, Vector};
    use crate::random::streams;
    use std::convert::Infallible;

    fn folded(grouped: Grouped<'_>, samples: usize, first: usize) -> (Vec<f64>, Vec<u64>) {
        let groups = grouped.folded();
        let (mut rows, mut counts) = (vec![0.0; samples * groups * grouped.columns], vec![0; samples * groups]);
        let Ok(()) =
            fold(grouped, 11, first, Sums { rows: &mut rows, counts: &mut counts }, || Ok::<_, Infallible>(()));
        (rows, counts)
    }

    fn table(rows: usize) -> Vec<f64> {
        let row = |at: u32| [f64::from(at % 7), 1.0 / f64::from(at + 1), 1.0, f64::from(at).sqrt()];
        (0..u32::try_from(rows).unwrap()).flat_map(row).collect()
    }

    #[test]
    fn sums_are_those_of_the_positions() {
        for count in [1, 2, 255, 256, 257, 1000, 5000] {
            let rows = table(count);
            let grouped = Grouped { rows: &rows, columns: 4, order: None, group_ends: &[count] };
            let (sums, counts) = folded(grouped, 70, 0);
            assert!(counts.iter().all(|&drawn| drawn == count as u64));
            for (sample, sums) in sums.chunks(4).enumerate() {
                let drawn = positions(count, 11, sample);
                assert_eq!(drawn.len(), count);
                let mut exact = vec![ExactSum::default(); 4];
                for position in drawn {
                    exact.iter_mut().zip(&rows[4 * position..]).for_each(|(sum, &value)| sum.add(value));
                }
                assert_eq!(sums, exact.iter().map(ExactSum::value).collect::<Vec<_>>());
            }
            // A sample does not depend on the number of the first sample.
            assert_eq!(folded(grouped, 3, 67).0, sums[4 * 67..]);
        }
    }

    #[test]
    fn groups_share_the_draws() {
        let rows = table(600);
        let order: Vec<usize> = (0..600).rev().collect();
        let group_ends = [1, 1, 300, 600];
        let (sums, counts) =
            folded(Grouped { rows: &rows, columns: 4, order: Some(&order), group_ends: &group_ends }, 40, 0);
        for (sums, counts) in sums.chunks(20).zip(counts.chunks(5)) {
            assert_eq!((counts[..4].iter().sum::<u64>(), counts[1], counts[4]), (600, 0, 600));
            #[expect(clippy::cast_precision_loss, reason = "small")]
            for (group, &count) in counts.iter().enumerate() {
                assert_eq!(sums[4 * group + 2], count as f64);
            }
            // The first group is the last row alone.
            assert_eq!(sums[0], sums[2] * f64::from(599u32 % 7));
        }
    }

    #[test]
    fn every_position_is_as_likely() {
        let mut stream = streams(2, 0, 1).remove(0);
        let mut drawn = Vec::new();
        for size in [1, 3, 100, 200, BLOCK] {
            let mut counts = vec![0.0; size];
            draw(size, 1000 * size, &mut stream, &mut drawn);
            drawn.iter().for_each(|&position| counts[usize::from(position)] += 1.0);
            // A chi-squared test of uniformity, within five standard deviations.
            let squares: f64 = counts.iter().map(|count| (count - 1000.0) * (count - 1000.0) / 1000.0).sum();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let freedom = size as f64 - 1.0;
            assert!((squares - freedom).abs() <= 5.0 * (2.0 * freedom).sqrt(), "{squares} of {size}");
        }
    }

    #[test]
    fn distinct_rows_are_drawn_as_often_as_they_occur() {
        let mut counts = vec![0; 3 * 2000];
        multiplicities(&[1, 0, 9], 4, 0, &mut counts);
        let mut sum = 0;
        for counts in counts.chunks(3) {
            assert_eq!((counts.iter().sum::<u64>(), counts[1]), (10, 0));
            sum += counts[0];
        }
        assert!((1800..2200).contains(&sum), "{sum}");
    }

    #[test]
    fn all_instructions_compute_the_same() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let panel: Box<[Vector; BLOCK]> =
            Box::new(std::array::from_fn(|at| std::array::from_fn(|lane| (at * LANES + lane) as f64)));
        let positions: Vec<u8> = (0..1001u32).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
        let (mut one, mut other) = ([1.0; LANES], [1.0; LANES]);
        add(&positions, &panel, &mut one);
        add_lanes(&positions, &panel, &mut other);
        assert_eq!(one, other);
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::level() >= crate::cpu::Level::Avx2 {
            let mut third = [1.0; LANES];
            // SAFETY: the processor has AVX2.
            unsafe { super::x86::add_avx2(&positions, &panel, &mut third) };
            assert_eq!(third, other);
        }
    }
}

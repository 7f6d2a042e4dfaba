//! Work over batches, on all cores.
//!
//! The calling thread fills batches and hands them to the other threads. While enough batches are waiting, it works on
//! one itself. Filling (which needs the GIL for Python lists) and working thus overlap, and batches are reused.
//!
//! A call that is to end early (see `stop.rs`) ends between batches, on all threads.
//!
//! Threads live for one call only: a pool would hang in a forked child process, and starting a thread takes about 20
//! µs. Work that fits one batch, about 100 µs, stays on the calling thread.
//!
//! ```
//! let mut squares = vec![0; 10_000];
//! rapidscore::parallel::fill(&mut squares, 1000, |first, output| {
//!     (first..).zip(output).for_each(|(n, square)| *square = n * n);
//! });
//! assert_eq!(squares[9_999], 9_999 * 9_999);
//! ```

use crate::error::Error;
use crate::helpers::Helpers;
use crate::stop;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub use crate::helpers::{forks, leave, pause, resume};

static THREADS: AtomicUsize = AtomicUsize::new(0);
/// The number of cores, or 0 until it is detected.
static CORES: AtomicUsize = AtomicUsize::new(0);

/// The highest number of threads that can be set.
const MAX_THREADS: usize = 1024;

/// The number of rows that a thread takes at a time where a row is little work.
const ROWS: usize = 1 << 16;

/// Sets the number of threads that a call uses. 0 means one thread for each core that this process may use.
///
/// # Errors
/// If the number is above 1024.
pub fn set_threads(threads: i128) -> Result<(), Error> {
    match usize::try_from(threads) {
        Ok(number @ 0..=MAX_THREADS) => {
            THREADS.store(number, Relaxed);
            Ok(())
        }
        _ => Err(Error::OutOfRange { option: "threads", value: threads.to_string(), allowed: "from 0 to 1024" }),
    }
}

/// The number of threads that a call uses.
#[must_use]
pub fn threads() -> usize {
    match THREADS.load(Relaxed) {
        0 => match CORES.load(Relaxed) {
            0 => detect_cores(),
            cores => cores,
        },
        threads => threads,
    }
}

/// Detects the number of cores once, because that takes longer than scoring a sentence. Without a lock: a forked child
/// would wait for it for ever if another thread held it.
#[cold]
fn detect_cores() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    CORES.store(cores, Relaxed);
    cores
}

/// Fills batches until one stays empty and works on each: with `own` on the calling thread, elsewhere with workers that
/// `make` returns. Returns these workers.
///
/// `fill` replaces the content of a batch, which may have been used before, and returns whether the batch has any
/// content.
///
/// # Errors
/// The error of `fill`. Batches that were filled before the error are still worked on.
pub fn run<B, W, E>(
    own: &mut W,
    make: impl Fn() -> W + Sync,
    mut fill: impl FnMut(&mut B) -> Result<bool, E>,
    work: impl Fn(&mut B, &mut W) + Sync,
) -> Result<Vec<W>, E>
where
    B: Default + Send,
    W: Send,
{
    let count = threads() - 1;
    let mut first = B::default();
    if !fill(&mut first)? {
        return Ok(Vec::new());
    }
    let mut second = B::default();
    if count == 0 || !fill(&mut second)? {
        work(&mut first, own);
        while count == 0 && fill(&mut first)? {
            stop::poll();
            work(&mut first, own);
        }
        return Ok(Vec::new());
    }

    let call = stop::current();
    let make = || {
        stop::join(call.clone());
        make()
    };
    let work = |batch: &mut B, worker: &mut W| {
        stop::poll();
        work(batch, worker);
        // After the last batch too, since memory may have been short.
        stop::poll();
    };
    let helpers = Helpers::new(count, &make, &work);
    // Two batches are not enough for any number of helpers.
    helpers.take(&mut first);
    helpers.take(&mut second);
    while fill(&mut first)? {
        if !helpers.take(&mut first) {
            work(&mut first, own);
        }
    }
    while let Some(mut batch) = helpers.give_back() {
        work(&mut batch, own);
    }
    while !helpers.wait(stop::INTERVAL) {
        stop::poll();
    }
    Ok(helpers.finish())
}

/// Splits the rows into batches.
fn batches(rows: usize) -> impl FnMut(&mut Range<usize>) -> Result<bool, Infallible> {
    let mut next = 0;
    move |batch| {
        *batch = next..rows.min(next + ROWS);
        next = batch.end;
        Ok(batch.start < rows)
    }
}

/// Works on batches of rows, on all cores, and merges the workers.
pub fn over_rows<W: Send>(
    rows: usize,
    make: impl Fn() -> W + Sync,
    work: impl Fn(Range<usize>, &mut W) + Sync,
    merge: impl Fn(&mut W, W),
) -> W {
    let mut own = make();
    let Ok(others) = run(&mut own, make, batches(rows), |batch, worker| work(batch.clone(), worker));
    others.into_iter().for_each(|other| merge(&mut own, other));
    own
}

/// Fills `output` on all cores, `batch` elements at a time. `work` receives the index of the first element, and the
/// elements.
pub fn fill<T: Send>(output: &mut [T], batch: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let (mut next, mut rest) = (0, output);
    let filled = run(
        &mut (),
        || (),
        |(first, positions): &mut (usize, &mut [T])| {
            let length = batch.max(1).min(rest.len());
            let (head, tail) = std::mem::take(&mut rest).split_at_mut(length);
            (*first, *positions, rest) = (next, head, tail);
            next += positions.len();
            Ok::<_, Infallible>(!positions.is_empty())
        },
        |(first, positions), ()| work(*first, positions),
    );
    let Ok(_) = filled;
}

#[cfg(test)]
mod tests {
    use super::{fill, leave, pause, resume, run, set_threads};
    use std::convert::Infallible;

    fn squares(count: u64, fail_at: Option<u64>) -> Result<u64, String> {
        let mut next = 0;
        let mut own = 0;
        let others = run(
            &mut own,
            || 0,
            |batch: &mut u64| {
                if Some(next) == fail_at {
                    return Err(format!("no {next}"));
                }
                next += 1;
                *batch = next;
                Ok(next <= count)
            },
            |batch, total| *total += *batch * *batch,
        )?;
        Ok(own + others.iter().sum::<u64>())
    }

    #[test]
    fn every_batch_is_worked_on_once_and_an_error_ends_the_run() {
        for threads in [1, 2, 3, 8] {
            set_threads(threads).unwrap();
            for count in [0, 1, 2, 3, 10, 1000] {
                let expected = count * (count + 1) * (2 * count + 1) / 6;
                assert_eq!(squares(count, None), Ok(expected), "{count} batches, {threads} threads");
            }
            for fail_at in [0, 1, 2, 100] {
                assert_eq!(squares(1000, Some(fail_at)), Err(format!("no {fail_at}")));
            }
        }
        for length in [0, 1, 99, 100, 101, 12_345] {
            let mut output = vec![0; length];
            fill(&mut output, 100, |first, positions| {
                (first + 1..).zip(positions).for_each(|(number, position)| *position += number);
            });
            assert!(output.into_iter().eq(1..=length));
        }
        assert!(set_threads(1025).is_err());
        set_threads(0).unwrap();
    }

    #[test]
    fn a_call_goes_on_after_a_fork() {
        set_threads(3).unwrap();
        for is_child in [false, true] {
            let (mut next, mut own) = (0_u64, 0);
            let fill = |batch: &mut u64| {
                next += 1;
                if next % 20 == 0 {
                    pause();
                    // The helpers of a child rest for ever, as these do.
                    if is_child { leave() } else { resume() }
                }
                *batch = next;
                Ok::<_, Infallible>(next <= 100)
            };
            let Ok(others) = run(&mut own, || 0, fill, |batch, total| *total += *batch);
            assert_eq!(own + others.iter().sum::<u64>(), 5050);
        }
        set_threads(0).unwrap();
    }
}

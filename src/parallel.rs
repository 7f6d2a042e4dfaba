//! Work over batches, on all cores.
//!
//! One thread, the caller's, fills batches and hands them out; whenever enough of them wait, it works on one itself.
//! So filling (which for Python lists needs the GIL) and working overlap, and batches are reused.
//!
//! Threads live for one call only: a pool would hang in a forked child, and starting a thread costs some 20 µs.
//! Work that fits one batch, which is about 100 µs, stays on the caller's thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;

static THREADS: AtomicUsize = AtomicUsize::new(0);

/// Sets how many threads a call uses; 0 for one for each core that this process may use.
pub fn set_threads(threads: usize) {
    THREADS.store(threads, Relaxed);
}

/// How many threads a call uses.
#[must_use]
pub fn threads() -> usize {
    match THREADS.load(Relaxed) {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

/// Fills batches until one stays empty, and has each worked on by one of `workers`.
///
/// `fill` replaces the content of a batch that may have been used before, and tells whether there was any.
///
/// # Errors
/// What `fill` says; batches filled before are still worked on.
pub fn run<B, W, E>(
    workers: &mut [W],
    mut fill: impl FnMut(&mut B) -> Result<bool, E>,
    work: impl Fn(&mut B, &mut W) + Sync,
) -> Result<(), E>
where
    B: Default + Send,
    W: Send,
{
    let Some((own, others)) = workers.split_first_mut() else { return Ok(()) };
    let (mut first, mut second) = (B::default(), B::default());
    if !fill(&mut first)? {
        return Ok(());
    }
    if others.is_empty() || !fill(&mut second)? {
        work(&mut first, own);
        while others.is_empty() && fill(&mut first)? {
            work(&mut first, own);
        }
        return Ok(());
    }

    let waiting = AtomicUsize::new(2);
    let enough = 2 * others.len();
    let (jobs, queue) = mpsc::channel();
    let (used, reusable) = mpsc::channel();
    // Sending fails only when the other end is gone: `queue` outlives all jobs, and when `reusable` is gone, nobody
    // needs a used batch.
    let _ = jobs.send(first);
    let _ = jobs.send(second);
    let queue = Mutex::new(queue);
    let next = || {
        let batch: Option<B> = queue.lock().ok().and_then(|queue| queue.recv().ok());
        batch.inspect(|_| {
            waiting.fetch_sub(1, Relaxed);
        })
    };

    std::thread::scope(|scope| {
        for worker in others {
            let (used, next, work) = (used.clone(), &next, &work);
            scope.spawn(move || {
                while let Some(mut batch) = next() {
                    work(&mut batch, worker);
                    let _ = used.send(batch);
                }
            });
        }
        let mut feed = || {
            let mut batch = B::default();
            while fill(&mut batch)? {
                if waiting.load(Relaxed) < enough {
                    waiting.fetch_add(1, Relaxed);
                    let _ = jobs.send(batch);
                    batch = reusable.try_recv().unwrap_or_default();
                } else {
                    work(&mut batch, own);
                }
            }
            Ok(())
        };
        let outcome = feed();
        drop(jobs); // tells the workers that no more will come
        while let Some(mut batch) = next() {
            work(&mut batch, own);
        }
        outcome
    })
}

#[cfg(test)]
mod tests {
    use super::run;

    fn squares(count: u64, workers: usize, fail_at: Option<u64>) -> (Result<(), String>, u64) {
        let mut totals = vec![0u64; workers];
        let mut next = 0;
        let outcome = run(
            &mut totals,
            |batch: &mut u64| {
                if Some(next) == fail_at {
                    return Err(format!("no {next}"));
                }
                next += 1;
                *batch = next;
                Ok(next <= count)
            },
            |batch, total| *total += *batch * *batch,
        );
        (outcome, totals.iter().sum())
    }

    #[test]
    fn every_batch_is_worked_on_once() {
        for workers in [1, 2, 3, 8] {
            for count in [0, 1, 2, 3, 10, 1000] {
                let expected = count * (count + 1) * (2 * count + 1) / 6;
                assert_eq!(squares(count, workers, None), (Ok(()), expected), "{count} batches, {workers} workers");
            }
        }
    }

    #[test]
    fn an_error_ends_the_run() {
        for workers in [1, 2, 8] {
            for fail_at in [0, 1, 2, 100] {
                assert_eq!(squares(1000, workers, Some(fail_at)).0, Err(format!("no {fail_at}")));
            }
        }
    }
}

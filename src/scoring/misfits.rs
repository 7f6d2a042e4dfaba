//! How many of the texts that were looked at do not suit the metric.

use crate::scoring::metric::TextMetric;
use crate::text::Misfit;

/// One text in this number is looked at, which takes no measurable time.
pub const LOOK_EVERY: usize = 64;

/// A metric does not suit texts if it does not suit this share of them.
const SHARE: u64 = 4;

/// Numbers of texts that were looked at, and of those that do not suit the metric, by reason.
#[derive(Clone, Debug, Default)]
pub struct Misfits {
    seen: u64,
    counts: [u64; Misfit::ALL.len()],
}

impl Misfits {
    /// Looks at a text.
    pub fn look(&mut self, metric: &dyn TextMetric, text: &[u8]) {
        self.seen += u64::from(!text.is_empty());
        if let Some(reason) = metric.misfit(text) {
            self.counts[reason as usize] += 1;
        }
    }

    /// Adds the texts of another.
    pub fn merge(&mut self, other: &Self) {
        self.seen += other.seen;
        self.counts.iter_mut().zip(other.counts).for_each(|(count, other)| *count += other);
    }

    /// The most frequent reason, if the metric does not suit the texts.
    #[must_use]
    pub fn main(&self) -> Option<Misfit> {
        let found: u64 = self.counts.iter().sum();
        let is_misfit = found > 0 && SHARE * found >= self.seen;
        is_misfit.then(|| Misfit::ALL.into_iter().max_by_key(|&reason| self.counts[reason as usize])).flatten()
    }
}

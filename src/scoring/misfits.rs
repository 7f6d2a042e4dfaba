//! How many of the texts that were looked at do not suit the metric.

use crate::scoring::metric::TextMetric;
use crate::text::tokenize::pretokenized::TOKENS;
use crate::text::{Misfit, beginning};

/// One text in this number is looked at, which takes no measurable time.
pub const LOOK_EVERY: usize = 64;

/// A metric does not suit texts if it does not suit this share of them.
const SHARE: u32 = 4;

/// Numbers of texts that were looked at, and of those that do not suit the metric, by reason.
#[derive(Clone, Debug, Default)]
pub struct Misfits {
    // One text in 64 is counted, and only shares matter, so 32 bits are enough.
    seen: u32,
    counts: [u32; Misfit::ALL.len()],
}

impl Misfits {
    /// Looks at a text. Tokens that were given in place of a text suit every metric.
    pub fn look(&mut self, metric: &dyn TextMetric, text: &[u8]) {
        if text.first() == Some(&TOKENS) {
            return;
        }
        self.seen = self.seen.saturating_add(u32::from(!text.is_empty()));
        // Checked here too, because most texts are ASCII.
        if beginning(text).is_none() {
            return;
        }
        if let Some(reason) = metric.misfit(text) {
            let count = &mut self.counts[reason as usize];
            *count = count.saturating_add(1);
        }
    }

    /// Adds the texts of another.
    pub fn merge(&mut self, other: &Self) {
        self.seen = self.seen.saturating_add(other.seen);
        let counts = self.counts.iter_mut().zip(other.counts);
        counts.for_each(|(count, other)| *count = count.saturating_add(other));
    }

    /// The most frequent reason, if the metric does not suit the texts.
    #[must_use]
    pub fn main(&self) -> Option<Misfit> {
        let found = self.counts.iter().fold(0, |sum: u32, &count| sum.saturating_add(count));
        let is_misfit = found > 0 && found >= self.seen.div_ceil(SHARE);
        is_misfit.then(|| Misfit::ALL.into_iter().max_by_key(|&reason| self.counts[reason as usize])).flatten()
    }
}

//! Batches of segments, each a hypothesis with its references.

use crate::scoring::prepared::TextInput;

/// A batch of segments, each with a hypothesis and one or more references.
pub trait SegmentBatch {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn hypothesis(&self, segment: usize) -> &[u8];

    /// Asks the processor to bring the texts of a segment into its cache.
    fn fetch(&self, _segment: usize) {}

    /// Appends the references of a segment.
    fn references<'a>(&'a self, segment: usize, references: &mut Vec<TextInput<'a>>);
}

/// A source of batches.
pub trait SegmentSource {
    type Batch: SegmentBatch + Default + Send;
    type Error;

    /// Replaces the content of `batch` with the next segments. At the end, the batch is empty.
    ///
    /// # Errors
    /// If an item is not a segment.
    fn fill(&mut self, batch: &mut Self::Batch) -> Result<(), Self::Error>;
}

/// A batch ends after this number of segments or bytes: about 100 µs of work, so that batches balance the load, fit the
/// second-level cache, and cost little to hand over.
pub const BATCH_SEGMENTS: usize = 256;
pub const BATCH_BYTES: usize = 1 << 16;

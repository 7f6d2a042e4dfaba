//! Batches of segments: hypotheses with their references, wherever their texts come from.

use crate::scoring::prepared::TextInput;

/// Some segments: hypotheses, and one or more references for each.
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

/// Where batches of segments come from, one after the other.
pub trait SegmentSource {
    type Batch: SegmentBatch + Default + Send;
    type Error;

    /// Replaces the content of `batch` by the next segments; by none when there are no more.
    ///
    /// # Errors
    /// When what should be a segment is none.
    fn fill(&mut self, batch: &mut Self::Batch) -> Result<(), Self::Error>;
}

/// A batch ends at this many segments or bytes: some 100 µs of work, so that it can be shared out evenly, stays in
/// the second-level cache, and costs next to nothing to hand over.
pub const BATCH_SEGMENTS: usize = 256;
pub const BATCH_BYTES: usize = 1 << 16;

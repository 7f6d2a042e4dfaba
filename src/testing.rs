//! Shared by tests.

/// Random numbers for tests, the same in every run: D. Knuth's linear congruential generator for MMIX.
#[derive(Clone, Copy, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits, of which the lower ones repeat early.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        (self.bits() >> 33) % bound
    }

    /// An index below `bound`.
    pub fn index(&mut self, bound: usize) -> usize {
        (self.bits() >> 33) as usize % bound
    }

    /// A token of a vocabulary of `bound` words.
    pub fn token(&mut self, bound: usize) -> u32 {
        u32::try_from(self.index(bound)).unwrap()
    }
}

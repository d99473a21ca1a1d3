//! Ranges of numbers: sorted, apart from each other, and found in a few steps however many there are.

/// What addresses are counted in.
pub(super) trait Number: Copy + Ord {
    /// The number after this one.
    fn next(self) -> Option<Self>;
}

impl Number for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Number for u64 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Number for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

/// Ranges that are searched together: of a million, the beginnings of these blocks fit into a core's own
/// cache, and a block is a few of its lines.
const BLOCK: usize = 32;

/// Ranges, first and last number of each.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ranges<N> {
    ranges: Box<[(N, N)]>,
    /// The first number of every block of ranges.
    blocks: Box<[N]>,
}

impl<N> Default for Ranges<N> {
    fn default() -> Self {
        Self { ranges: Box::default(), blocks: Box::default() }
    }
}

impl<N: Number> Ranges<N> {
    /// What these ranges cover together, and how many of them lie wholly in others. They are such as
    /// prefixes make: of two, one holds the other, or they have nothing in common.
    pub(super) fn new(mut given: Vec<(N, N)>) -> (Self, usize) {
        given.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut covered = 0;
        given.dedup_by(|(first, last), (_, end)| {
            if *first > *end && end.next() != Some(*first) {
                return false;
            }
            if *last <= *end {
                covered += 1;
            }
            *end = (*end).max(*last);
            true
        });
        let blocks = given.chunks(BLOCK).filter_map(<[_]>::first).map(|(first, _)| *first);
        let blocks = blocks.collect();
        (Self { ranges: given.into_boxed_slice(), blocks }, covered)
    }

    /// The range that a number is in.
    pub(super) fn around(&self, number: N) -> Option<(N, N)> {
        let block = self.blocks.partition_point(|first| *first <= number).checked_sub(1)?;
        let block = self.ranges.chunks(BLOCK).nth(block)?;
        let before = block.partition_point(|(first, _)| *first <= number).checked_sub(1)?;
        block.get(before).copied().filter(|(_, last)| number <= *last)
    }

    /// Whether a number is in one of them.
    pub(super) fn holds(&self, number: N) -> bool {
        self.around(number).is_some()
    }

    /// Whether all of a range is in one of them.
    pub(super) fn span(&self, (first, last): (N, N)) -> bool {
        self.around(first).is_some_and(|(_, end)| last <= end)
    }

    /// Every range, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (N, N)> {
        self.ranges.iter().copied()
    }
}

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

/// Numbers of a node of the tree: looked through without a branch, on one or two lines of a core's cache.
const NODE: usize = 16;

/// Ranges of a leaf.
const LEAF: usize = 8;

/// Ranges in order, with a tree over them: its lowest level has the first number of every leaf, each further
/// one the first number of every node below, and the topmost is one node. Of a million ranges everything
/// above the leaves stays in a core's own cache, so that an answer costs about one look into memory.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ranges<N> {
    /// First and last number of every range.
    ranges: Box<[(N, N)]>,
    levels: Vec<Box<[N]>>,
}

impl<N> Default for Ranges<N> {
    fn default() -> Self {
        Self { ranges: Box::default(), levels: Vec::new() }
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
        let ranges = given.into_boxed_slice();
        let firsts = ranges.chunks(LEAF).filter_map(<[_]>::first).map(|(first, _)| *first);
        let mut levels: Vec<Box<[N]>> = vec![firsts.collect()];
        while let Some(level) = levels.last().filter(|level| level.len() > NODE) {
            levels.push(level.chunks(NODE).filter_map(<[_]>::first).copied().collect());
        }
        (Self { ranges, levels }, covered)
    }

    /// The range that a number is in.
    pub(super) fn around(&self, number: N) -> Option<(N, N)> {
        let mut node = 0;
        for level in self.levels.iter().rev() {
            let firsts = level.chunks(NODE).nth(node)?;
            let before = firsts.iter().filter(|first| **first <= number).count();
            node = node * NODE + before.checked_sub(1)?;
        }
        let leaf = self.ranges.chunks(LEAF).nth(node)?;
        let before = leaf.iter().filter(|(first, _)| *first <= number).count();
        leaf.get(before.checked_sub(1)?).copied().filter(|(_, last)| number <= *last)
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

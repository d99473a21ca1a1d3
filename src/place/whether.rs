//! Three-valued truth: what nobody knows is neither yes nor no (Kleene's strong logic).

/// The answer to a question that may have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whether {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody can say; no rule may permit anything because of it.
    #[default]
    Unknown,
}

impl Whether {
    /// Both: no if one is no, yes only if both are.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
        }
    }

    /// One of them at least: yes if one is yes, no only if both are.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
        }
    }

    /// Every one; yes of none.
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::Yes, Self::and)
    }

    /// One at least; no of none.
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::No, Self::or)
    }

    /// Whether it is known to be so: what is not known permits nothing.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Whether it is known not to be so.
    #[must_use]
    pub const fn is_no(self) -> bool {
        matches!(self, Self::No)
    }
}

impl std::ops::Not for Whether {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Whether {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Whether;

    const ALL: [Whether; 3] = [Whether::Yes, Whether::No, Whether::Unknown];

    #[test]
    fn what_is_unknown_decides_only_what_it_cannot_change() {
        for a in ALL {
            assert_eq!(a.and(Whether::No), Whether::No);
            assert_eq!(a.or(Whether::Yes), Whether::Yes);
            assert_eq!(a.and(Whether::Yes), a);
            assert_eq!(a.or(Whether::No), a);
            for b in ALL {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(!a.and(b), (!a).or(!b), "De Morgan");
            }
        }
        assert_eq!(Whether::Unknown.and(Whether::Yes), Whether::Unknown);
        assert_eq!(Whether::Unknown.or(Whether::No), Whether::Unknown);
        assert_eq!(!Whether::Unknown, Whether::Unknown);
        assert_eq!((Whether::all([]), Whether::any([])), (Whether::Yes, Whether::No));
        assert!(!Whether::default().is_yes() && !Whether::default().is_no());
    }
}

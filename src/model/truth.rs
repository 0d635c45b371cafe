//! Kleene's three-valued logic: what cannot be known stays unknown unless the rest settles it.

/// The value of a condition. The order makes "and" the least and "or" the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// The word in explanations.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::True => "true",
        }
    }

    /// Whether each holds; of none, true.
    #[must_use]
    pub fn all(values: impl Iterator<Item = Self>) -> Self {
        values.min().unwrap_or(Self::True)
    }

    /// Whether one holds; of none, false.
    #[must_use]
    pub fn any(values: impl Iterator<Item = Self>) -> Self {
        values.max().unwrap_or(Self::False)
    }

    /// The fact, where it is known.
    #[must_use]
    pub fn known(self) -> Option<bool> {
        match self {
            Self::False => Some(false),
            Self::Unknown => None,
            Self::True => Some(true),
        }
    }

    /// Whether a fact is the wanted one.
    #[must_use]
    pub fn is(self, wanted: bool) -> Self {
        if wanted { self } else { !self }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<Option<bool>> for Truth {
    fn from(fact: Option<bool>) -> Self {
        fact.map_or(Self::Unknown, Self::from)
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn the_tables_are_kleenes() {
        // a, b, a and b, a or b
        let table = [
            (False, False, False, False),
            (False, Unknown, False, Unknown),
            (False, True, False, True),
            (Unknown, False, False, Unknown),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, True, Unknown, True),
            (True, False, False, True),
            (True, Unknown, Unknown, True),
            (True, True, True, True),
        ];
        for (a, b, and, or) in table {
            assert_eq!((Truth::all([a, b].into_iter()), Truth::any([a, b].into_iter())), (and, or), "{a:?} {b:?}");
            assert_eq!(!Truth::all([a, b].into_iter()), Truth::any([!a, !b].into_iter()), "De Morgan: {a:?} {b:?}");
        }
        assert_eq!((Truth::all([].into_iter()), Truth::any([].into_iter())), (True, False));
        assert_eq!([False.is(false), Unknown.is(false), True.is(false), True.is(true)], [True, Unknown, False, True]);
    }
}

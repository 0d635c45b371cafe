//! Numbers that findings may have: scores, probabilities.

use crate::decide::truth::Truth;

/// A number that a finding may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Amount {
    /// Nothing could have it.
    None,
    /// Nobody tells.
    Unknown,
    /// This.
    Is(u32),
    /// This, or more.
    AtLeast(u32),
}

impl Amount {
    /// Whether it is one from `from` to `to`.
    pub(super) fn within(self, from: u32, to: u32) -> Truth {
        match self {
            Self::None => Truth::False,
            Self::Is(number) => (from..=to).contains(&number).into(),
            Self::AtLeast(least) if least >= from && to == u32::MAX => Truth::True,
            Self::Unknown | Self::AtLeast(_) => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;

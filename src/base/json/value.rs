//! The values of JSON, as a reader meets them.

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `"…"`.
    Text,
    /// `12.5`.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// `[…]`.
    Array,
    /// `{…}`.
    Object,
}

impl ValueKind {
    /// The kind of value that begins with a byte.
    #[inline]
    pub(super) const fn of(byte: u8) -> Option<Self> {
        match byte {
            b'"' => Some(Self::Text),
            b'{' => Some(Self::Object),
            b'[' => Some(Self::Array),
            b't' | b'f' => Some(Self::Bool),
            b'n' => Some(Self::Null),
            b'-' | b'0'..=b'9' => Some(Self::Number),
            _ => None,
        }
    }

    /// The word in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::Null => "null",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A value that was read whole, or skipped if it is an array or object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// The string, unescaped.
    Text(&'a str),
    /// The number as it is written.
    Number(&'a str),
    /// The boolean.
    Bool(bool),
    /// `null`.
    Null,
    /// An array, skipped.
    Array,
    /// An object, skipped.
    Object,
}

impl<'a> Scalar<'a> {
    /// The string, if it is one.
    #[must_use]
    pub const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Bool(_) | Self::Null | Self::Array | Self::Object => None,
        }
    }

    /// The number as it is written, if it is one.
    #[must_use]
    pub const fn number(self) -> Option<&'a str> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(_) | Self::Bool(_) | Self::Null | Self::Array | Self::Object => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// What kind of value it was.
    #[must_use]
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::Text,
            Self::Number(_) => ValueKind::Number,
            Self::Bool(_) => ValueKind::Bool,
            Self::Null => ValueKind::Null,
            Self::Array => ValueKind::Array,
            Self::Object => ValueKind::Object,
        }
    }
}

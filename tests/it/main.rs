//! Everything that is tested from outside: the shape of the source, and the binary on whole inputs.
#![expect(clippy::disallowed_methods, reason = "tests read fixtures and the source, write to temporary folders and run the binary")]

#[cfg(test)]
mod architecture;

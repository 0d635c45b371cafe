//! Workflow commands of GitHub: `::error file=FILE::MESSAGE`.

use super::terminal;
use crate::base::text::Untrusted;

/// Encodes the message of a command in at most `max_chars` characters: what [`terminal()`] shows, with the sign by which the runner
/// decodes others.
#[must_use]
pub fn command_message(text: Untrusted<'_>, max_chars: usize) -> String {
    terminal(text, max_chars).replace('%', "%25")
}

/// Encodes the value of a property, such as the file: neither another property nor the message begins in it.
#[must_use]
pub fn command_property(text: Untrusted<'_>, max_chars: usize) -> String {
    command_message(text, max_chars).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_place_it_stands_in() {
        let text = Untrusted::new("a,line=1::x\n::error::%0A%");
        assert_eq!(command_message(text, 100), "a,line=1::x⏎: :error::%250A%25");
        assert_eq!(command_property(text, 100), "a%2Cline=1%3A%3Ax⏎%3A %3Aerror%3A%3A%250A%25");
    }
}

//! GitHub's hash of a line, the `primaryLocationLineHash` of SARIF's `partialFingerprints`: the line and what follows it, 100 UTF-16
//! units in all, without spaces and tabs, so that neither a line above nor an indent changes it.
//!
//! A window of 100 units rolls over the text, and its hash is that of a polynomial of base 37 modulo 2^64. A line's hash is that of
//! the window at the moment at which the line's first unit leaves it. The text ends with a mark, behind which zeros are rolled in. Of
//! equal hashes in a text the n-th has the number n. The algorithm is that of GitHub's code scanning action, told by its tests.

use std::fmt;

use hashbrown::HashMap;

/// How many units a window holds.
const WINDOW: usize = 100;

/// The base of the polynomial.
const BASE: u64 = 37;

/// What stands behind the text: no character.
const END: u16 = 0xffff;

/// The hash of a line, shown as `c129715d7a2bc9a3:1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineHash {
    hash: u64,
    nth: u32,
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.hash, self.nth)
    }
}

/// The hash of each line. `\n`, `\r` and `\r\n` end one, and behind the last end there is one more, which may be empty.
#[must_use]
pub fn line_hashes(text: &str) -> Vec<LineHash> {
    let mut window = Window::default();
    let mut is_start = true;
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END]) {
        let rest_of_end = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        if rest_of_end || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        let unit = if after_return { u16::from(b'\n') } else { unit };
        window.roll(unit, is_start);
        is_start = unit == u16::from(b'\n');
    }
    (0..WINDOW).for_each(|_| window.roll(0, false));
    window.told
}

struct Window {
    /// The units, and whether each is the first of a line.
    units: [(u16, bool); WINDOW],
    /// The place of the one that leaves next.
    oldest: usize,
    hash: u64,
    /// `BASE` to the power of `WINDOW`.
    leaving: u64,
    counts: HashMap<u64, u32>,
    told: Vec<LineHash>,
}

impl Default for Window {
    fn default() -> Self {
        let leaving = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        Self { units: [(0, false); WINDOW], oldest: 0, hash: 0, leaving, counts: HashMap::new(), told: Vec::new() }
    }
}

impl Window {
    fn roll(&mut self, unit: u16, is_start: bool) {
        let Some(place) = self.units.get_mut(self.oldest) else { return };
        let (left, was_start) = std::mem::replace(place, (unit, is_start));
        if was_start {
            let nth = self.counts.entry(self.hash).or_default();
            *nth += 1;
            self.told.push(LineHash { hash: self.hash, nth: *nth });
        }
        let without = self.leaving.wrapping_mul(u64::from(left));
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)).wrapping_sub(without);
        self.oldest = if self.oldest + 1 == WINDOW { 0 } else { self.oldest + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        line_hashes(text).iter().map(LineHash::to_string).collect()
    }

    #[test]
    fn each_line_of_the_table_has_its_hash() {
        let table = include_str!("../../fixtures/line-hash.jsonl");
        let mut lines = 0;
        for line in table.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            let text = row.get("text").and_then(|text| text.as_str()).unwrap_or("no text");
            let wanted = row.get("hashes").and_then(|hashes| hashes.as_array()).map(Vec::as_slice).unwrap_or_default();
            let wanted: Vec<&str> = wanted.iter().filter_map(|hash| hash.as_str()).collect();
            assert_eq!(told(text), wanted, "{text:?}");
            lines += wanted.len();
        }
        assert!(lines > 50, "{lines}");
    }

    #[test]
    fn there_is_one_for_each_line() {
        for (text, lines) in [("", 1), ("a", 1), ("a\n", 2), ("a\r\nb", 2), ("\r\r", 3), ("a\n\n", 3), ("  \t", 1)] {
            assert_eq!(line_hashes(text).len(), lines, "{text:?}");
        }
    }

    #[test]
    fn neither_indent_nor_what_stands_above_changes_one() {
        let rest = "x = 1\n".repeat(30);
        let below = |above: &str| told(&format!("{above}first = 1\n{rest}"));
        let (plain, moved) = (below(""), below("import a\n"));
        assert_eq!(plain.first(), moved.get(1));
        assert_eq!(plain.first(), below("\t  ").first());
        assert_ne!(plain.first(), told(&format!("first = 2\n{rest}")).first());
    }
}

//! Which of the findings of one check in one file are those that were known there, by their lines alone.
//!
//! Entries and findings are taken in the order of their lines, and so are the pairs: code that moves keeps its order. Of all ways to
//! pair them up, at most a number of lines apart, the best has the most pairs, and of those the least distance. A finding that is in a
//! pair in *every* best way is known. One that is not could as well be the new one, and is new.
//!
//! The best ways are found by two tables over the pairs that are near enough, from the front and from the back; a finding is in every
//! best way when the way around it is worse. Where that would be too many pairs, only those on the same line are tried.

/// A pair is worth this, less its distance: more pairs are always better.
const PAIR: i64 = 1 << 40;

/// The most pairs that are looked at for one check in one file.
const MOST: usize = 4_000_000;

/// For each finding the entry that it is, both by their places in the lists, which are sorted by line; they are at most `near` lines
/// apart.
pub(super) fn paired(entries: &[u32], findings: &[u32], near: u32) -> Vec<Option<usize>> {
    let windows: Vec<(usize, usize)> = findings.iter().map(|line| window(entries, *line, near)).collect();
    let pairs: usize = windows.iter().map(|(from, to)| to - from + 1).sum();
    if pairs > MOST {
        return on_one_line(entries, findings);
    }
    let tables = Tables { entries, findings, windows };
    let (front, back) = (tables.front(), tables.back());
    let way = tables.way(&front);
    let best = tables.at(&front, findings.len(), entries.len());
    let is_known = |place: usize| tables.around(&front, &back, place) < best;
    way.into_iter().enumerate().map(|(place, entry)| entry.filter(|_| is_known(place))).collect()
}

/// The entries that are near enough to a line.
fn window(entries: &[u32], line: u32, near: u32) -> (usize, usize) {
    let from = entries.partition_point(|entry| entry.saturating_add(near) < line);
    let to = entries.partition_point(|entry| *entry <= line.saturating_add(near));
    (from, to.max(from))
}

/// The pairs on lines that have no more findings than entries.
fn on_one_line(entries: &[u32], findings: &[u32]) -> Vec<Option<usize>> {
    let mut known = Vec::with_capacity(findings.len());
    for same in findings.chunk_by(|a, b| a == b) {
        let line = same.first().copied().unwrap_or_default();
        let from = entries.partition_point(|entry| *entry < line);
        let to = entries.partition_point(|entry| *entry <= line);
        let is_enough = same.len() <= to - from;
        known.extend((0..same.len()).map(|nth| is_enough.then_some(from + nth)));
    }
    known
}

/// What is compared.
struct Tables<'a> {
    entries: &'a [u32],
    findings: &'a [u32],
    /// Of each finding, the entries near enough: the first, and the one behind the last. Both only grow.
    windows: Vec<(usize, usize)>,
}

/// The row of each finding, over the places between the entries of its window. Elsewhere nothing changes.
type Rows = Vec<Vec<i64>>;

impl Tables<'_> {
    fn window(&self, finding: usize) -> (usize, usize) {
        self.windows.get(finding).copied().unwrap_or_default()
    }

    fn worth(&self, finding: usize, entry: usize) -> i64 {
        let line = |lines: &[u32], at: usize| lines.get(at).copied().map_or(0, i64::from);
        PAIR - (line(self.findings, finding) - line(self.entries, entry)).abs()
    }

    /// What the first findings and the first entries are worth, where these are no fewer than stand before the window of the last of
    /// the findings; `rows` are those of [`Tables::front`].
    fn at(&self, rows: &Rows, findings: usize, entries: usize) -> i64 {
        let Some(last) = findings.checked_sub(1) else { return 0 };
        let (from, to) = self.window(last);
        rows.get(last).and_then(|row| row.get(entries.clamp(from, to) - from)).copied().unwrap_or_default()
    }

    /// What the findings and entries from these on are worth, where that entry stands no further than the window of the finding;
    /// `rows` are those of [`Tables::back`].
    fn behind(&self, rows: &Rows, finding: usize, entry: usize) -> i64 {
        let (from, to) = self.window(finding);
        rows.get(finding).and_then(|row| row.get(entry.clamp(from, to) - from)).copied().unwrap_or_default()
    }

    fn front(&self) -> Rows {
        let mut rows: Rows = Vec::with_capacity(self.findings.len());
        for finding in 0..self.findings.len() {
            let (from, to) = self.window(finding);
            let mut row: Vec<i64> = Vec::with_capacity(to - from + 1);
            for entries in from..=to {
                let without = self.at(&rows, finding, entries);
                let before =
                    row.last().copied().map(|before| before.max(self.at(&rows, finding, entries - 1) + self.worth(finding, entries - 1)));
                row.push(without.max(before.unwrap_or(without)));
            }
            rows.push(row);
        }
        rows
    }

    fn back(&self) -> Rows {
        let mut rows: Rows = vec![Vec::new(); self.findings.len()];
        for finding in (0..self.findings.len()).rev() {
            let (from, to) = self.window(finding);
            let mut row: Vec<i64> = Vec::with_capacity(to - from + 1);
            for entry in (from..=to).rev() {
                let without = self.behind(&rows, finding + 1, entry);
                let after =
                    row.last().copied().map(|after| after.max(self.behind(&rows, finding + 1, entry + 1) + self.worth(finding, entry)));
                row.push(without.max(after.unwrap_or(without)));
            }
            row.reverse();
            if let Some(slot) = rows.get_mut(finding) {
                *slot = row;
            }
        }
        rows
    }

    /// One of the best ways: of each finding its entry.
    fn way(&self, front: &Rows) -> Vec<Option<usize>> {
        let mut way = vec![None; self.findings.len()];
        let mut entries = self.entries.len();
        for finding in (0..self.findings.len()).rev() {
            let (from, to) = self.window(finding);
            let here = self.at(front, finding + 1, entries);
            if here == self.at(front, finding, entries) {
                continue;
            }
            // It is in a pair, and of its entries the first will do.
            let fits = |entry: &usize| self.at(front, finding, *entry) + self.worth(finding, *entry) == here;
            let entry = (from..to.min(entries)).find(fits);
            way.get_mut(finding).into_iter().for_each(|slot| *slot = entry);
            entries = entry.unwrap_or(entries);
        }
        way
    }

    /// What the best way is worth that leaves a finding out.
    fn around(&self, front: &Rows, back: &Rows, finding: usize) -> i64 {
        let (from, to) = self.window(finding);
        let ways = (from..=to).map(|entry| self.at(front, finding, entry) + self.behind(back, finding + 1, entry));
        ways.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEAR: u32 = 30;

    #[test]
    fn lines_that_move_keep_their_order() {
        type Row = (&'static [u32], &'static [u32], &'static [Option<usize>]);
        let table: [Row; 12] = [
            (&[10], &[10], &[Some(0)]),
            (&[10], &[40], &[Some(0)]),
            (&[10], &[41], &[None]),
            (&[], &[10], &[None]),
            (&[10], &[], &[]),
            // Everything by five lines.
            (&[10, 15, 20], &[15, 20, 25], &[Some(0), Some(1), Some(2)]),
            // One as near as the other: either could be the new one.
            (&[10], &[8, 12], &[None, None]),
            (&[10], &[9, 12], &[Some(0), None]),
            // Whichever entry it is, it was known.
            (&[8, 12], &[10], &[Some(0)]),
            (&[10, 10], &[10], &[Some(0)]),
            (&[10], &[10, 10], &[None, None]),
            (&[10, 10], &[10, 10], &[Some(0), Some(1)]),
        ];
        for (entries, findings, expected) in table {
            assert_eq!(paired(entries, findings, NEAR), expected, "{entries:?} {findings:?}");
        }
    }

    /// The worth of the best way by trying all, with each finding left out in turn and with none.
    fn best(entries: &[u32], findings: &[u32], out: Option<usize>) -> (u32, u32) {
        fn go(entries: &[u32], findings: &[(usize, u32)], out: Option<usize>) -> (u32, i64) {
            let Some(((place, line), rest)) = findings.split_first() else { return (0, 0) };
            let mut best = go(entries, rest, out);
            if Some(*place) == out {
                return best;
            }
            for (nth, entry) in entries.iter().enumerate() {
                if entry.abs_diff(*line) <= NEAR {
                    let (pairs, cost) = go(entries.get(nth + 1..).unwrap_or_default(), rest, out);
                    best = best.max((pairs + 1, cost - i64::from(entry.abs_diff(*line))));
                }
            }
            best
        }
        let numbered: Vec<(usize, u32)> = findings.iter().copied().enumerate().collect();
        let (pairs, cost) = go(entries, &numbered, out);
        (pairs, u32::try_from(-cost).unwrap_or_default())
    }

    fn lines() -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(0_u32..90, 0..6).prop_map(|mut lines| {
            lines.sort_unstable();
            lines
        })
    }

    proptest! {
        #[test]
        fn exactly_what_every_best_way_pairs_is_known((entries, findings) in (lines(), lines())) {
            let known = paired(&entries, &findings, NEAR);
            let (pairs, cost) = best(&entries, &findings, None);
            for (place, entry) in known.iter().enumerate() {
                let (without, least) = best(&entries, &findings, Some(place));
                let is_worse = without < pairs || (without == pairs && least > cost);
                prop_assert_eq!(entry.is_some(), is_worse, "{:?}", known);
            }
            let used: Vec<usize> = known.iter().copied().flatten().collect();
            prop_assert!(used.array_windows().all(|[one, other]| one < other));
        }

        #[test]
        fn an_entry_less_makes_nothing_known((entries, findings, out) in (lines(), lines(), any::<prop::sample::Index>())) {
            if entries.is_empty() {
                return Ok(());
            }
            let mut fewer = entries.clone();
            fewer.remove(out.index(entries.len()));
            for (before, after) in paired(&entries, &findings, NEAR).iter().zip(paired(&fewer, &findings, NEAR)) {
                prop_assert!(before.is_some() || after.is_none());
            }
        }

        #[test]
        fn a_finding_more_makes_nothing_known((entries, findings, more) in (lines(), lines(), 0_u32..90)) {
            let at = findings.partition_point(|line| *line <= more);
            let mut many = findings.clone();
            many.insert(at, more);
            let mut after = paired(&entries, &many, NEAR);
            after.remove(at);
            for (before, after) in paired(&entries, &findings, NEAR).iter().zip(after) {
                prop_assert!(before.is_some() || after.is_none());
            }
        }

        #[test]
        fn where_there_is_too_much_only_one_line_counts((entries, findings) in (lines(), lines())) {
            for (place, entry) in on_one_line(&entries, &findings).into_iter().enumerate() {
                let line = findings.get(place);
                let on = |lines: &[u32]| lines.iter().filter(|other| Some(*other) == line).count();
                prop_assert_eq!(entry.is_some(), on(&findings) <= on(&entries));
                prop_assert!(entry.is_none_or(|entry| entries.get(entry) == line));
            }
        }
    }
}

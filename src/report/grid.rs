//! Rows with aligned columns.

use comfy_table::{ContentArrangement, Table, presets};

/// The rows as lines, columns aligned, without borders. Cells are encoded already; the first one is ours, so that no line
/// begins with a scanner's words.
pub(super) fn lines<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(rows);
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 2));
    });
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_nothing_trails() {
        let rows = [["ok", "a", "1"], ["failed", "long", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(lines(rows.into_iter()), ["ok      a     1", "failed  long"]);
        assert!(lines::<1>(std::iter::empty()).is_empty());
    }
}

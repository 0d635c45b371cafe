//! Who owns a finding.

use serde_json::Value;

use super::facts::Facts;
use super::pattern::glob;
use super::{About, Run, list, text, truth};

impl Run<'_> {
    /// The owners: that of the first row which matches, else those of the last line of CODEOWNERS that does. `None` where neither is
    /// asked.
    pub(super) fn owners(&self, finding: &Facts<'_>) -> Option<Vec<String>> {
        let asks_files = self.policy.says("/use_codeowners").is_some_and(|asks| *asks == true);
        let mut rows = self.policy.each("/ownership").flat_map(|(_, rows)| list(rows)).peekable();
        if rows.peek().is_none() && !asks_files {
            return None;
        }
        // No row asks for its severity, or for its day.
        let about = About { finding, severity: 0, grace: None, run: self };
        if let Some(row) = rows.find(|row| truth::holds(&row["match"], &about, false) == Some(true)) {
            return Some(vec![text(&row["owner"])]);
        }
        let Some(path) = finding.path.filter(|_| asks_files) else { return Some(Vec::new()) };
        let mut lines = self.codeowners.iter().rev().filter_map(Value::as_str).map(|line| line.split_whitespace().collect::<Vec<_>>());
        let last = lines.find(|words| is_in(words[0], path));
        Some(last.map_or_else(Vec::new, |words| words[1..].iter().map(|owner| (*owner).to_owned()).collect()))
    }
}

/// Whether a path is what a pattern of CODEOWNERS names, or lies in it.
fn is_in(pattern: &str, path: &str) -> bool {
    let (bare, is_folder) = pattern.strip_suffix('/').map_or((pattern, false), |bare| (bare, true));
    // One with a slash before its end is of the root, any other of every folder.
    let bare = if bare.contains('/') { bare.trim_start_matches('/').to_owned() } else { format!("**/{bare}") };
    // What a star at the end names is only what it names.
    let names_all_below = !pattern.ends_with("/*");
    (!is_folder && glob(&bare, path)) || (names_all_below && glob(&format!("{bare}/**"), path))
}

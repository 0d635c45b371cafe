//! `.trivyignore`: an id on each line, maybe with `exp:2026-12-31`, and comments (Trivy, "Filtering", and `pkg/result/ignore.go`).
//!
//! An id may be anything that Trivy finds: an advisory, a check or a secret's rule. A comment behind it on its line, else those above it
//! and the ids that it stands with, are its reason; a blank line ends that.

use super::{Entry, end_of, is_advisory, of_trivy};
use crate::base::fault::Fault;
use crate::model::identity::Category;

#[expect(clippy::unnecessary_wraps, reason = "other formats refuse texts")]
pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let (mut entries, mut comment, mut is_told) = (Vec::new(), String::new(), false);
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(said) = line.strip_prefix('#') {
            // One behind an id is about what follows.
            if std::mem::take(&mut is_told) {
                comment.clear();
            }
            comment.push(' ');
            comment.push_str(said.trim());
            continue;
        }
        let (told, behind) = line.split_once(" #").unwrap_or((line, ""));
        let mut fields = told.split_whitespace();
        let Some(id) = fields.next() else {
            comment.clear();
            continue;
        };
        is_told = true;
        let mut entry = Entry::of(number, id, matches(id));
        end_of(&mut entry, Ok(fields.find_map(|field| field.strip_prefix("exp:"))));
        let said = [behind.trim(), comment.trim()].into_iter().find(|said| !said.is_empty());
        entry.reason = said.map(str::to_owned);
        entries.push(entry);
    }
    Ok(entries)
}

fn matches(id: &str) -> Result<super::DraftMatch, String> {
    if id.contains(['*', '?']) {
        return Err("a wildcard stands for more than one finding".to_owned());
    }
    let number = id.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '-');
    let is_check = id.starts_with("AVD-") || number != id && number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit());
    let is_secret = id.contains('-') && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_advisory(id) {
        Ok(of_trivy(id, Category::Sca))
    } else if is_check || is_secret {
        Ok(of_trivy(id, Category::Iac))
    } else {
        Err("it may be an advisory, a check or a license; say which in a .trivyignore.yaml".to_owned())
    }
}

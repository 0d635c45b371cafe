//! Rows of `ownership` that never count, because an earlier one matches whatever they do.

use super::cover::Prover;
use crate::model::policy::Policy;
use crate::model::problem::Problem;

/// The rows that earlier ones cover.
pub(super) fn covered(policy: &Policy) -> Vec<Problem> {
    let mut prover = Prover::new();
    let rows = policy.ownership.iter().enumerate();
    let told = rows.filter_map(|(nth, row)| {
        let earlier = policy.ownership.iter().take(nth).find(|earlier| prover.implies(&row.matches, &earlier.matches))?;
        let file = policy.file(earlier.place).map_or("", |file| file.name.as_str());
        let by = format!("the row of `{}` ({file}:{})", earlier.owner, earlier.place.line);
        let message = format!("the row of `{}` never counts: {by} stands before it and matches whatever it does", row.owner);
        Some(super::told(policy, row.place, "lint-covered-owner", message, "put it first, or remove it"))
    });
    told.collect()
}

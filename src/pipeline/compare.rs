//! The same evidence, judged by two policies.

use super::{Collected, Question, judge};
use crate::decide;
use crate::model::comparison::Comparison;

/// What the second question answers differently. The evidence is read once; each policy has its own, as it may add to it.
pub fn compare(collected: Collected, before: Question<'_>, after: Question<'_>) -> anyhow::Result<Comparison> {
    let before = judge(collected.clone(), before)?;
    let after = judge(collected, after)?;
    let groups = decide::changes(&before, &after);
    Ok(Comparison { before, after, groups })
}

//! The same evidence, judged by two policies.

use super::{Collected, Question, judge};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;
use crate::model::comparison::Comparison;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::{decide, report};

/// What the second question answers differently. The evidence is read once; each policy has its own, as it may add to it.
pub fn compare(collected: Collected, before: Question<'_>, after: Question<'_>) -> anyhow::Result<Comparison> {
    let before = judge(collected.clone(), before)?;
    against(before, collected, after)
}

fn against(before: Report, collected: Collected, after: Question<'_>) -> anyhow::Result<Comparison> {
    let after = judge(collected, after)?;
    let groups = decide::changes(&before, &after);
    Ok(Comparison { before, after, groups })
}

/// A report, with what the configuration that the change brings would make of the same, and what of it loosens, rule by rule.
pub fn preview(before: Report, collected: Collected, after: Question<'_>) -> anyhow::Result<Report> {
    let comparison = against(before, collected, after)?;
    let told = report::comparison::preview(&comparison);
    let mut report = comparison.before;
    report.problems.extend(told.into_iter().map(|message| {
        let help = "review the edits of the configuration as what they are".to_owned();
        Problem::of_fault(Weight::Warning, None, Fault { code: "config-preview", position: Position::Whole, message, help })
    }));
    report.problems.order_by(Ord::cmp);
    Ok(report)
}

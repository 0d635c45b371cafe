//! What must happen for the next run to pass the gate.

use std::collections::BTreeMap;

use crate::base::order::Order as _;
use crate::model::decision::Outcome;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::lists;
use crate::report::pen::Pen;
use crate::report::words::and;

/// More blockers than this are not numbered one by one.
const NUMBERED: u64 = 9;

/// So many components are named in one sentence.
const UPGRADES: usize = 3;

/// One sentence: what must happen for the next run to pass the gate. Blockers are meant by the numbers that the report gives
/// them, where it also says what to upgrade; of many, what mends several at once is named.
pub(super) fn through(report: &Report, pen: Pen) -> String {
    let fix = match report.counts.block {
        block @ ..=NUMBERED => and(&(1..=block).map(|number| number.to_string()).collect::<Vec<_>>()),
        block => format!("all {block}{}", upgrades(report, pen)),
    };
    let todo = [
        (report.counts.block > 0).then(|| format!("fix {fix}")),
        lists::exceeded(report, Action::Block).next().map(|(budget, _)| format!("bring the budget {} down to {}", budget.id, budget.max)),
        lists::blocking(report).next().map(|_| "have the emergency reviewed".to_owned()),
        lists::gaps(report).next().map(|_| "provide the evidence that is missing".to_owned()),
    ];
    match report.verdict.outcome {
        Outcome::Block => format!("To get through: {}", todo.into_iter().flatten().collect::<Vec<_>>().join(", and ")),
        Outcome::Undecided => "To get through: do what these lines say and check again; `relgate inspect REPORT` shows what is read".into(),
        Outcome::Ticket if report.verdict.configuration_only => {
            "The change may be merged, as it ships no code; what blocks goes on blocking everything else".into()
        }
        Outcome::Ticket => "The release goes on; the findings below want a ticket each".into(),
        Outcome::Pass => "Nothing to do".into(),
    }
}

/// `: an upgrade of handlebars mends 9`: the components of which most findings block, each with how many an upgrade mends.
fn upgrades(report: &Report, pen: Pen) -> String {
    let mut of: BTreeMap<String, u64> = BTreeMap::new();
    for (finding, _) in lists::with(report, Action::Block) {
        let has_fix = report.evidence.detail(finding).is_some_and(|detail| detail.fix_available == Some(true));
        if let Some(name) = pen.component_name(&report.evidence, finding).filter(|_| has_fix) {
            *of.entry(name).or_default() += 1;
        }
    }
    let mut several: Vec<(String, u64)> = of.into_iter().filter(|(_, count)| *count > 1).collect();
    several.order_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> =
        several.into_iter().take(UPGRADES).map(|(name, count)| format!("an upgrade of {name} mends {count}")).collect();
    if named.is_empty() { String::new() } else { format!(": {}", and(&named)) }
}

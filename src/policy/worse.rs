//! What a layer makes worse of a finding must not let more of it pass: a graver severity, an earlier day, a wider exposure.
//!
//! A policy may say `severity: [high]` and mean it; a layer over it that raises a severity would then take findings out of a rule. Such
//! a layer is refused, and told what under it does not hold for what is worse.

use crate::model::condition::Exposure;
use crate::model::exception::ExceptionType;
use crate::model::policy::{Action, Condition, Counted, Limit, Place};
use crate::model::severity::Severity;
use crate::policy::draft::{Draft, DueDraft};
use crate::policy::layers::admits_all;

/// What a layer makes worse, where it says so.
struct Worse {
    severity: Option<Raised>,
    /// The service is internal no more.
    is_opened: bool,
}

/// Severities between these may go up.
#[derive(Clone, Copy)]
struct Raised {
    place: Place,
    from: Severity,
    to: Severity,
}

/// Which way a condition may turn when findings get worse.
#[derive(Clone, Copy, Default)]
struct Turn {
    /// It may begin to hold.
    on: bool,
    /// It may hold no more.
    off: bool,
}

impl Turn {
    fn or(self, other: Self) -> Self {
        Self { on: self.on || other.on, off: self.off || other.off }
    }
}

/// What of the base holds no more for findings that a layer makes worse: where the layer does so, what it is about, and where it stands.
pub(super) fn let_go(base: &Draft, layer: &Draft) -> Vec<(Place, String, Place)> {
    let severity = raised(base, layer);
    let was_internal = base.exposure.as_ref().is_some_and(|told| told.value == Exposure::Internal);
    let exposure = layer.exposure.as_ref().filter(|told| was_internal && told.value != Exposure::Internal).map(|told| told.place);
    let due = layer.due.as_ref().filter(|_| base.due.is_some()).map(|told| told.place);
    let Some(at) = severity.map(|raised| raised.place).or(due).or(exposure) else { return Vec::new() };
    let worse = Worse { severity, is_opened: exposure.is_some() };
    let mut found = Vec::new();
    let default = base.default_action.as_ref().map_or(Action::Pass, |told| told.value);
    for (place, rule) in base.rules.iter().enumerate() {
        let turn = worse.turn(&rule.when, base);
        // A rule that is milder than the default takes its place.
        let is_milder = rule.action < default && place < base.default_over;
        if turn.off || (turn.on && is_milder) {
            found.push((at, format!("the rule `{}`", rule.id), rule.place));
        }
    }
    for budget in &base.budgets {
        if let Counted::Findings(when) = &budget.counts
            && worse.turn(when, base).off
        {
            found.push((at, format!("the budget `{}`", budget.id), budget.place));
        }
    }
    if let Some(raised) = severity {
        let rows = base.limits.iter().filter_map(|rows| raised.more_for_graver(rows));
        found.extend(rows.map(|row| (raised.place, "the limits row".to_owned(), row.place)));
    }
    found
}

impl Worse {
    fn turn(&self, condition: &Condition, base: &Draft) -> Turn {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().map(|part| self.turn(part, base)).fold(Turn::default(), Turn::or),
            Condition::Not(part) => {
                let Turn { on, off } = self.turn(part, base);
                Turn { on: off, off: on }
            }
            Condition::Severity(told) => self.severity.map_or_else(Turn::default, |raised| raised.turn(told)),
            // Each of them makes findings due earlier.
            Condition::Overdue(wanted) => {
                let of_graver = self.severity.zip(base.due.as_ref());
                let is_sooner = of_graver.is_none_or(|(raised, due)| raised.is_sooner_for_graver(&due.value));
                Turn { on: *wanted || !is_sooner, off: !wanted || !is_sooner }
            }
            Condition::Exposure(told) if self.is_opened => {
                let (before, after) = (told.contains(&Exposure::Internal), told.contains(&Exposure::Public));
                Turn { on: after && !before, off: before && !after }
            }
            Condition::Exposure(_)
            | Condition::Category(_)
            | Condition::Suppressed(_)
            | Condition::State(_)
            | Condition::Tool(_)
            | Condition::RuleId(_)
            | Condition::Message(_)
            | Condition::Cwe(_)
            | Condition::Vulnerability(_)
            | Condition::Cvss(..)
            | Condition::Epss(_)
            | Condition::Ssvc(_)
            | Condition::Package(_)
            | Condition::Ecosystem(_)
            | Condition::Path(_)
            | Condition::License(_)
            | Condition::Stage(_)
            | Condition::Branch(_)
            | Condition::InChange(_)
            | Condition::Kev(_)
            | Condition::FixAvailable(_)
            | Condition::Direct(_)
            | Condition::DevDependency(_)
            | Condition::Reachable(_)
            | Condition::Verified(_)
            | Condition::Age(_)
            | Condition::Owner(_)
            | Condition::Tag(_) => Turn::default(),
        }
    }
}

/// What the overrides of a layer and what it says of the unrated may raise.
fn raised(base: &Draft, layer: &Draft) -> Option<Raised> {
    // One that says less is refused anyway.
    let overrides = layer.overrides.iter().filter(|entry| entry.severity >= Severity::High);
    let by_overrides = overrides.map(|entry| Raised { place: entry.place, from: Severity::Info, to: entry.severity });
    let unrated = base.unrated_as.as_ref().map_or(Severity::High, |told| told.value);
    let by_unrated = layer.unrated_as.as_ref().filter(|told| told.value > unrated);
    let all = by_overrides.chain(by_unrated.map(|told| Raised { place: told.place, from: unrated, to: told.value }));
    // An override comes first, if there is one, and raises from the least.
    all.reduce(|first, other| Raised { to: first.to.max(other.to), ..first })
}

impl Raised {
    /// The severities that may go up, each with the next graver one.
    fn steps(self) -> impl Iterator<Item = (Severity, Severity)> {
        let all = Severity::ALL.into_iter().skip(1).zip(Severity::ALL);
        all.filter(move |(lesser, graver)| self.from <= *lesser && *graver <= self.to)
    }

    fn turn(self, told: &[Severity]) -> Turn {
        let turns = self.steps().map(|(lesser, graver)| (told.contains(&lesser), told.contains(&graver)));
        turns.fold(Turn::default(), |turn, (before, after)| turn.or(Turn { on: !before && after, off: before && !after }))
    }

    /// Whether no schedule gives a graver finding more days.
    fn is_sooner_for_graver(self, due: &DueDraft) -> bool {
        let own = |severity: Severity| due.hours.get(severity.word()).map(|told| told.value);
        let is_sooner = |hours: &dyn Fn(Severity) -> Option<u32>| {
            self.steps().all(|(lesser, graver)| hours(lesser).is_none_or(|most| hours(graver).is_some_and(|told| told <= most)))
        };
        is_sooner(&own) && due.presets.iter().all(|adopted| is_sooner(&|severity| adopted.preset.days.of(severity)))
    }

    /// A row that lets more of graver findings pass than any does of lesser ones.
    fn more_for_graver(self, rows: &[Limit]) -> Option<&Limit> {
        let admits_more = |row: &&Limit| {
            let mut of_graver = self.steps().filter(|(_, graver)| row.severities.contains(graver));
            of_graver.any(|(lesser, _)| !admits_all(rows, &Limit { severities: vec![lesser], ..(*row).clone() }))
        };
        // Where no row is for emergencies, one goes down to a ticket.
        let stops_emergencies = |row: &&Limit| {
            let is_for = |row: &Limit, severity| row.is_for(ExceptionType::Emergency, severity);
            let lets_go = |(lesser, graver)| is_for(row, lesser) && !rows.iter().any(|row| is_for(row, graver));
            row.floor == Action::Block && self.steps().any(lets_go)
        };
        rows.iter().find(admits_more).or_else(|| rows.iter().find(stops_emergencies))
    }
}

//! Until when a finding may stay.
//!
//! Each schedule of the policy (its own days, and each preset's) names a day for a finding: that of its clock and so many days more.
//! A clock that is not known gives way to the earliest date that is. The earliest of all days is the finding's; it is overdue when
//! that day is past. While a valid exception matches the finding, the day is no earlier than the exception's last one.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::base::date::date_of;
use crate::decide::Run;
use crate::decide::truth::Truth;
use crate::model::due::{Clock, Deadline, Due, DueBy, DueRow, DueWhy, Risk};
use crate::model::finding::{Detail, Evidence, Finding};
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::policy::{Exposure, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;

/// An exception that puts a day off: its place, and its last day, which is not past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Grace {
    pub(super) exception: u32,
    pub(super) until: Date,
}

/// What is known of a finding that its day depends on, beside its severity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Known {
    /// In the order of [`Clock::ALL`].
    dates: [Option<Date>; 3],
    kev: Truth,
    /// What a table asks; `None` of what is no vulnerability.
    risk: Option<Risk>,
    grace: Option<Grace>,
}

impl Known {
    /// What is known of a finding; `kev` tells whether it is listed as exploited.
    pub(super) fn of(evidence: &Evidence, policy: &Policy, finding: &Finding, kev: Truth, grace: Option<Grace>) -> Self {
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let ids = evidence.words.get(finding.ids);
        let is_vulnerability = matches!(finding.category, Category::Sca | Category::Malware) || !ids.is_empty();
        let has_cve = ids.iter().any(|&id| evidence.text(id).as_data().starts_with("CVE-"));
        let risk = is_vulnerability.then(|| risk(&detail, policy, kev, has_cve));
        Self { dates: Clock::ALL.map(|clock| evidence.date(finding, clock)), kev, risk, grace }
    }

    /// The day from which it is known, or of which it is, in the time of a clock.
    fn from(&self, clock: Clock) -> Option<(Clock, Date)> {
        let told = || Clock::ALL.into_iter().zip(self.dates).filter_map(|(clock, date)| Some((clock, date?)));
        told().find(|(known, _)| *known == clock).or_else(|| told().min_by_key(|(_, date)| *date))
    }

    /// The day from which its age counts.
    pub(super) fn since(&self) -> Option<Date> {
        self.from(Clock::FirstSeen).map(|(_, date)| date)
    }
}

/// What a table asks. What is not known takes the worse value.
fn risk(detail: &Detail, policy: &Policy, kev: Truth, has_cve: bool) -> Risk {
    let ssvc = detail.ssvc.unwrap_or_default();
    let exploited = match ssvc.exploitation {
        Some(exploitation) => (exploitation == Exploitation::Active).into(),
        None if has_cve => Truth::Unknown,
        None => Truth::False,
    };
    Risk {
        kev: Truth::any([kev, exploited].into_iter()) != Truth::False,
        exposed: policy.context.exposure != Some(Exposure::Internal),
        automatable: ssvc.automatable.unwrap_or(true),
        technical_impact: ssvc.technical_impact.unwrap_or(TechnicalImpact::Total),
    }
}

/// A day that a schedule names.
struct Candidate {
    by: DueBy,
    day: Option<Date>,
    /// Whether it is the finding's.
    counts: Truth,
}

/// Until when a finding of a severity may stay.
pub(super) fn deadline(due: &Due, known: &Known, severity: Severity, today: Date) -> Deadline {
    let (candidates, forensics) = candidates(due, known, severity);
    let is_past = |day: Option<Date>| day.map_or(Truth::Unknown, |day| Truth::from(today > day));
    let overdue = Truth::any(candidates.iter().map(|one| Truth::all([one.counts, is_past(one.day)].into_iter())));
    let sure = || candidates.iter().filter(|one| one.counts == Truth::True);
    let earliest = sure().filter(|one| one.day.is_some()).min_by_key(|one| one.day);
    let told = earliest.or_else(|| sure().next()).or_else(|| candidates.first());
    let day = earliest.and_then(|one| one.day);
    let by = told.map(|one| one.by).or_else(|| next_upgrade(due, known));
    let own = Deadline { due: day, overdue: overdue.known(), by, put_off_by: None, forensics };
    match known.grace {
        // The exception's last day is not past, and the finding's is no earlier.
        Some(grace) if sure().next().is_some() && day.is_none_or(|day| day < grace.until) => {
            Deadline { due: Some(grace.until), overdue: Some(false), put_off_by: Some(grace.exception), ..own }
        }
        Some(_) => Deadline { overdue: Some(false), ..own },
        None => own,
    }
}

/// The days that schedules name for a finding, and whether a table asks to look for traces of an attack.
fn candidates(due: &Due, known: &Known, severity: Severity) -> (Vec<Candidate>, bool) {
    let (mut found, mut forensics) = (Vec::new(), false);
    for (number, (days, preset)) in (0..=u8::MAX).map_while(|number| Some((number, due.schedule(number)?))) {
        let mut add = |why: DueWhy, hours: Option<u32>, counts: Truth| {
            if let Some(hours) = hours.filter(|_| counts != Truth::False) {
                let from = known.from(days.clock);
                let by = DueBy { schedule: number, why, from: from.map(|(clock, _)| clock) };
                found.push(Candidate { by, day: from.map(|(_, date)| later(date, hours)), counts });
            }
        };
        add(DueWhy::Severity(severity), days.of(severity), Truth::True);
        add(DueWhy::Kev, days.kev_hours, known.kev);
        let table = preset.map_or(&[][..], |preset| &preset.table);
        if let Some(row) = row(table, known) {
            add(DueWhy::Risk(row.risk), row.hours, Truth::True);
            forensics |= row.forensics;
        }
    }
    (found, forensics)
}

/// The row of a table that says to wait for the next upgrade, where nothing sets a day.
fn next_upgrade(due: &Due, known: &Known) -> Option<DueBy> {
    let tables = (1..).zip(&due.presets).filter_map(|(number, adopted)| Some((number, row(&adopted.preset.table, known)?)));
    tables.map(|(schedule, row)| DueBy { schedule, why: DueWhy::Risk(row.risk), from: None }).next()
}

fn row<'t>(table: &'t [DueRow], known: &Known) -> Option<&'t DueRow> {
    table.iter().find(|row| Some(row.risk) == known.risk)
}

/// The day on which so many hours from the first moment of a date are over.
fn later(date: Date, hours: u32) -> Date {
    date.saturating_add(i64::from(hours / 24).days())
}

/// Takes back what lies in the future: it cannot have happened, and what is not known is told. The problems name the first of each
/// report.
pub fn without_future(evidence: &mut Evidence, run: &Run) -> Vec<Problem> {
    let today = date_of(run.now);
    let mut problems: Vec<Problem> = Vec::new();
    let finders: Vec<_> = evidence.findings.iter().filter_map(|finding| Some((finding.detail?, finding.sightings, finding.id))).collect();
    for (detail, sightings, id) in finders {
        let Some(detail) = evidence.details.get_mut(detail.index()) else { continue };
        let dates = [&mut detail.first_seen, &mut detail.fix_released, &mut detail.published];
        let mut told = Clock::ALL.into_iter().zip(dates).filter_map(|(clock, date)| date.take_if(|date| *date > today).map(|d| (clock, d)));
        let Some((clock, date)) = told.next() else { continue };
        told.for_each(drop);
        let first = evidence.sightings.get(sightings).first();
        let file = first.and_then(|sighting| evidence.input(evidence.scan(sighting)?)).map(|input| input.path.clone());
        if let Some(known) = problems.iter_mut().find(|problem| problem.file == file) {
            known.more += 1;
            continue;
        }
        problems.push(Problem {
            weight: Weight::Note,
            code: "future-date",
            file,
            position: crate::base::fault::Position::Whole,
            message: format!("`{}` of {id} is {date}, which is yet to come: it is not known then", clock.word()),
            help: "correct the clock of what writes the report, or of the run".to_owned(),
            more: 0,
        });
    }
    problems
}

#[cfg(test)]
mod laws;

#[cfg(test)]
mod tests;

//! Laws of due dates, over random schedules and findings, against a recomputation that counts days as numbers.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::model::due::{Adopted, Days, Preset};
use crate::model::policy::sample::place;

/// The day of a number.
fn day(number: i64) -> Date {
    Date::constant(2026, 1, 1).saturating_add(number.days())
}

fn hours() -> impl Strategy<Value = Option<u32>> {
    proptest::option::of(1_u32..24 * 200)
}

fn days() -> impl Strategy<Value = Days> {
    let of_severities = proptest::collection::vec(hours(), 5);
    (select(&Clock::ALL[..]), hours(), of_severities).prop_map(|(clock, kev_hours, told)| {
        let mut hours = [None; 5];
        hours.iter_mut().zip(told).for_each(|(to, told)| *to = told);
        Days { clock, kev_hours, hours }
    })
}

/// Every combination of what a table asks.
fn risks() -> Vec<Risk> {
    let all = (0_u8..16).map(|n| Risk {
        kev: n & 1 != 0,
        exposed: n & 2 != 0,
        automatable: n & 4 != 0,
        technical_impact: if n & 8 == 0 { TechnicalImpact::Partial } else { TechnicalImpact::Total },
    });
    all.collect()
}

fn preset() -> impl Strategy<Value = Adopted> {
    let table = prop_oneof![Just(Vec::new()), proptest::collection::vec((hours(), any::<bool>()), 16)];
    (days(), table).prop_map(|(days, told)| {
        let table = risks().into_iter().zip(told).map(|(risk, (hours, forensics))| DueRow { risk, hours, forensics }).collect();
        Adopted { place: place(1), preset: Preset { id: "p".to_owned(), title: String::new(), source: String::new(), days, table } }
    })
}

fn due() -> impl Strategy<Value = Due> {
    (days(), proptest::collection::vec(preset(), 0..3)).prop_map(|(own, presets)| Due { place: place(1), own, presets })
}

/// What is known of a finding, its dates as numbers, on a day that is none of the future's.
#[derive(Clone, Copy, Debug)]
struct Told {
    dates: [Option<i64>; 3],
    kev: Truth,
    risk: Option<Risk>,
    grace: Option<i64>,
    today: i64,
}

impl Told {
    fn known(self) -> Known {
        let grace = self.grace.map(|until| Grace { exception: 7, until: day(until) });
        Known { dates: self.dates.map(|date| date.map(day)), kev: self.kev, risk: self.risk, grace }
    }

    fn deadline(self, due: &Due, severity: Severity) -> Deadline {
        deadline(due, &self.known(), severity, day(self.today))
    }
}

fn told() -> impl Strategy<Value = Told> {
    let date = || proptest::option::weighted(0.7, 0_i64..200);
    let risk = proptest::option::of(select(risks()));
    let kev = select(vec![Truth::False, Truth::Unknown, Truth::True]);
    (date(), date(), date(), kev, risk, 200_i64..400, proptest::option::weighted(0.2, 0_i64..100)).prop_map(
        |(first, fix, published, kev, risk, today, grace)| Told {
            dates: [first, fix, published],
            kev,
            risk,
            grace: grace.map(|days| today + days),
            today,
        },
    )
}

/// The last day and whether it is past, day by day: the sentences of the documentation, one after the other.
fn naive(due: &Due, told: Told, severity: Severity) -> (Option<i64>, Option<bool>) {
    let place = Severity::ALL.iter().position(|known| *known == severity).unwrap_or_default();
    let schedules = std::iter::once((due.own, &[][..])).chain(due.presets.iter().map(|a| (a.preset.days, &a.preset.table[..])));
    // Of each that may count: whether it does, and its day.
    let (mut sure, mut perhaps) = (Vec::new(), Vec::new());
    for (days, table) in schedules {
        let clock = Clock::ALL.iter().position(|known| *known == days.clock).unwrap_or_default();
        let from = told.dates.get(clock).copied().flatten().or_else(|| told.dates.into_iter().flatten().min());
        let last = |hours: u32| from.map(|from| from + i64::from(hours) / 24);
        sure.extend(days.hours.get(place).copied().flatten().map(last));
        match told.kev {
            Truth::True => sure.extend(days.kev_hours.map(last)),
            Truth::Unknown => perhaps.extend(days.kev_hours.map(last)),
            Truth::False => {}
        }
        let row = table.iter().find(|row| Some(row.risk) == told.risk);
        sure.extend(row.and_then(|row| row.hours).map(last));
    }
    let day = sure.iter().copied().flatten().min();
    if let Some(until) = told.grace {
        return (if sure.is_empty() { None } else { Some(day.map_or(until, |day| day.max(until))) }, Some(false));
    }
    let is_past = |day: &Option<i64>| day.is_some_and(|day| told.today > day);
    let overdue = if sure.iter().any(is_past) {
        Some(true)
    } else if sure.contains(&None) || perhaps.iter().any(|day| day.is_none() || is_past(day)) {
        None
    } else {
        Some(false)
    };
    (day, overdue)
}

/// Whether a day is no later than another, as far as both are known.
fn no_later(one: Deadline, other: Deadline) -> bool {
    one.due.zip(other.due).is_none_or(|(one, other)| one <= other)
}

/// Whether what is late stays late, and what may be may be.
fn no_less(one: Deadline, other: Deadline) -> bool {
    Truth::from(one.overdue) >= Truth::from(other.overdue)
}

proptest! {
    #[test]
    fn the_day_is_what_the_sentences_say(due in due(), told in told(), severity in select(&Severity::ALL[..])) {
        let deadline = told.deadline(&due, severity);
        let (last, overdue) = naive(&due, told, severity);
        prop_assert_eq!((deadline.due, deadline.overdue), (last.map(day), overdue));
    }

    #[test]
    fn a_graver_severity_has_no_later_day(due in due(), told in told(), two in (0_usize..5, 0_usize..5)) {
        // Days that grow from the gravest severity on, in each schedule.
        let mut due = due;
        for days in std::iter::once(&mut due.own).chain(due.presets.iter_mut().map(|adopted| &mut adopted.preset.days)) {
            let mut least = u32::MAX;
            for hours in days.hours.iter_mut().rev() {
                least = least.min(hours.unwrap_or(u32::MAX));
                *hours = Some(least).filter(|least| *least < u32::MAX);
            }
        }
        let [graver, lesser] = [two.0.min(two.1), two.0.max(two.1)].map(|place| told.deadline(&due, Severity::ALL[place]));
        prop_assert!(no_later(graver, lesser) && no_less(graver, lesser), "{:?} {:?}", graver, lesser);
    }

    #[test]
    fn what_is_exploited_has_no_later_day(due in due(), told in told(), severity in select(&Severity::ALL[..])) {
        let of = |kev| Told { kev, ..told }.deadline(&due, severity);
        let (no, unknown, yes) = (of(Truth::False), of(Truth::Unknown), of(Truth::True));
        prop_assert!(no_later(yes, unknown) && no_later(unknown, no) && no_less(yes, unknown) && no_less(unknown, no));
    }

    #[test]
    fn what_is_late_stays_late(due in due(), told in told(), severity in select(&Severity::ALL[..]), more in 0_i64..300) {
        let told = Told { grace: None, ..told };
        let later = Told { today: told.today + more, ..told };
        prop_assert!(no_less(later.deadline(&due, severity), told.deadline(&due, severity)));
        prop_assert_eq!(later.deadline(&due, severity).due, told.deadline(&due, severity).due);
    }

    #[test]
    fn a_layer_makes_no_day_later(due in due(), told in told(), severity in select(&Severity::ALL[..]), less in proptest::collection::vec(hours(), 6), more in preset()) {
        let mut layered = due.clone();
        let own = std::iter::once(&mut layered.own.kev_hours).chain(&mut layered.own.hours);
        for (hours, told) in own.zip(less) {
            *hours = (*hours).into_iter().chain(told).min();
        }
        layered.presets.push(more);
        let (base, layer) = (told.deadline(&due, severity), told.deadline(&layered, severity));
        prop_assert!(no_later(layer, base) && no_less(layer, base), "{:?} {:?}", layer, base);
    }

    #[test]
    fn an_exception_makes_no_day_sooner(due in due(), told in told(), severity in select(&Severity::ALL[..])) {
        let (with, without) = (told.deadline(&due, severity), Told { grace: None, ..told }.deadline(&due, severity));
        prop_assert!(no_later(without, with) && no_less(without, with));
        prop_assert!(told.grace.is_none() || with.overdue == Some(false));
    }
}

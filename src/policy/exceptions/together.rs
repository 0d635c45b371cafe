//! What only all records together can get wrong: ids that are taken, two live records about the same, an emergency after another.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::base::date::days_between;
use crate::base::fault::Fault;
use crate::base::order::Order as _;
use crate::model::exception::{Exception, ExceptionType, Exceptions};
use crate::model::problem::{Problem, Weight};

/// An emergency within so many days of the end of another one about the same renews it.
const APART_DAYS: i64 = 30;

/// Tells everything that is wrong between records.
pub(super) fn check(exceptions: &Exceptions, today: Date, problems: &mut Vec<Problem>) {
    let mut wrong = |record: &Exception, code: &'static str, message: String, help: &str| {
        let fault = Fault { code, position: record.place.position(), message, help: help.to_owned() };
        problems.push(Problem::of_fault(Weight::Undecided, exceptions.file(record).map(|file| file.path.clone()), fault));
    };
    let file = |record: &Exception| exceptions.file(record).map_or("", |file| file.path.as_str());
    // By their ids, so that neither the order of the files nor that of the records matters.
    let mut records: Vec<&Exception> = exceptions.records.iter().collect();
    records.order_by(|a, b| a.id.cmp(&b.id));
    let mut ids: BTreeMap<String, &Exception> = BTreeMap::new();
    for record in records.iter().copied() {
        match ids.get(&record.id.to_ascii_lowercase()) {
            Some(first) => {
                let message = format!("the id `{}` is taken by one of {}:{}", record.id, file(first), first.place.line);
                wrong(record, "config-duplicate-id", message, "rename one of them");
            }
            None => drop(ids.insert(record.id.to_ascii_lowercase(), record)),
        }
    }
    let mut live: HashMap<_, &Exception> = HashMap::new();
    for record in records.iter().copied().filter(|record| record.is_live(today)) {
        match live.get(&record.matches.key()) {
            Some(first) => {
                let message = format!("`{}` is about the same as `{}` in {}, and both are in force", record.id, first.id, file(first));
                wrong(record, "exception-duplicate", message, "keep one of them, or let the first end before the second begins");
            }
            None => drop(live.insert(record.matches.key(), record)),
        }
    }
    let mut emergencies: Vec<&Exception> =
        records.into_iter().filter(|record| record.kind == ExceptionType::Emergency && record.approved.is_some()).collect();
    emergencies.order_by_key(|record| (record.approved, record.expires, &record.id));
    let mut latest: HashMap<_, &Exception> = HashMap::new();
    for record in emergencies {
        if let Some(before) = latest.insert(record.matches.key(), record)
            && record.approved.is_some_and(|approved| days_between(before.expires, approved) <= APART_DAYS)
        {
            let message = format!("the emergency `{}` follows `{}`, which ended on {}", record.id, before.id, before.expires);
            wrong(record, "exception-emergency", message, "an emergency is not renewed: ask for an exception of another type");
        }
    }
}

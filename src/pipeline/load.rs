//! Reports, from their names to what their readers made of them, several at a time.

use super::Sources;
use crate::base::fault::Fault;
use crate::base::order::Order as _;
use crate::base::parallel;
use crate::base::source::{self, Named};
use crate::ingest::{self, Form, Refusal};
use crate::model::problem::{Problem, Weight};
use crate::model::raw::RawReport;
use crate::model::scan::Input;

/// One report, read or refused.
pub(super) struct Loaded {
    pub(super) input: Input,
    pub(super) report: Option<RawReport>,
}

/// Reads the reports, several at a time, and returns them in their order.
pub(super) fn load(named: &[Named], sources: &Sources<'_>) -> Vec<Loaded> {
    let mut done: Vec<(&Named, Loaded)> = named.iter().zip(parallel::map(named, sources.threads, |one| load_one(one, sources))).collect();
    done.order_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    done.into_iter().map(|(_, loaded)| loaded).collect()
}

fn load_one(named: &Named, sources: &Sources<'_>) -> Loaded {
    let wanted = named.format.as_deref().and_then(|id| Form::named(id, &sources.tools.mappings));
    load_as(wanted, named, sources)
}

/// Reads a report as what it was named, or as what an earlier look at it told.
fn load_as(wanted: Option<Form>, named: &Named, sources: &Sources<'_>) -> Loaded {
    let none = |input| Loaded { input, report: None };
    let mut opened = match source::open(named, sources.max_input_bytes, sources.hashed) {
        Ok(opened) => opened,
        Err(fault) => {
            let input = refused(named.path.clone(), wanted.map(|form| form.id().to_owned()), fault);
            return none(Input { named: named.format.clone(), ..input });
        }
    };
    let read = ingest::read_with(&mut opened, wanted.as_ref(), sources.tools.profiles.properties(), &sources.tools.mappings);
    let stored = opened.finish();
    let (form, report, fault) = match read {
        Ok((form, report)) => (Some(form), Some(report), None),
        // Recognized by what it ends with: read again from its beginning, now that the format is known.
        Err(Refusal::ReadAgain(form, _)) if named.path != "-" => return load_as(Some(form), named, sources),
        Err(Refusal::ReadAgain(form, fault)) => (Some(form), None, Some((Weight::Undecided, fault))),
        Err(Refusal::Broken(form, fault)) => (form, None, Some((Weight::Undecided, fault))),
        // What lies in a folder of reports need not be one, unless its name says that it is.
        Err(Refusal::Unclaimed(fault)) => {
            let weight = if named.explicit || ingest::is_report_name(&named.path) { Weight::Undecided } else { Weight::Note };
            (None, None, Some((weight, fault)))
        }
    };
    let (stored, changed) = match stored {
        Ok(stored) => (Some(stored), None),
        Err(fault) => (None, Some(fault)),
    };
    // A file that changed under the reader is refused whole, whatever was read of it.
    let report = report.filter(|_| changed.is_none());
    Loaded {
        input: Input {
            sha256: stored.as_ref().and_then(|stored| stored.sha256.clone()),
            bytes: stored.map_or(0, |stored| stored.bytes),
            format: form.map(|form| form.id().to_owned()),
            named: named.format.clone(),
            problems: faults(&named.path, fault, changed),
            ..Input::unread(named.path.clone())
        },
        report,
    }
}

/// What is wrong with a report: with what it says, and that it changed meanwhile. The one never hides the other: what was skipped
/// as no report may have been one that was not written to its end.
fn faults(path: &str, said: Option<(Weight, Fault)>, changed: Option<Fault>) -> Vec<Problem> {
    let changed = changed.map(|fault| (Weight::Undecided, fault));
    said.into_iter().chain(changed).map(|(weight, fault)| Problem::of_fault(weight, Some(path.to_owned()), fault)).collect()
}

/// A report that gave nothing.
pub(super) fn refused(path: String, format: Option<String>, fault: Fault) -> Input {
    let problem = Problem::of_fault(Weight::Undecided, Some(path.clone()), fault);
    Input { format, problems: vec![problem], ..Input::unread(path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault::Position;

    #[test]
    fn a_skipped_file_that_changed_is_no_pass() {
        let fault = |code| Fault { code, position: Position::Whole, message: String::new(), help: String::new() };
        let told = faults("a.json", Some((Weight::Note, fault("unknown-format"))), Some(fault("changed")));
        let told: Vec<_> = told.iter().map(|problem| (problem.weight, problem.code)).collect();
        assert_eq!(told, [(Weight::Note, "unknown-format"), (Weight::Undecided, "changed")]);
    }
}

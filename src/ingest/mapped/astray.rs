//! What a mapping names and the report does not have: a pointer that is mistyped leads nowhere, as does one to what the tool left out.

use crate::base::json::{Halt, Reader, ValueKind};
use crate::ingest::Sink;
use crate::model::mapping::{Field, From, Mapping, Part, Source};
use crate::model::problem::Weight;

/// What says how bad a result is.
const RATING: [Field; 3] = [Field::Severity, Field::Score, Field::Vector];

const HELP: &str = "hold the pointers of the mapping against the report, or let the tool write it again";

/// A report refused because something in it has no member that the mapping goes through, or reads.
pub(super) fn lacks(r: &Reader<'_>, mapping: &Mapping, what: &str, member: &str) -> Halt {
    let message = format!("{what} has no `{member}`, which the mapping `{}` needs", mapping.label.id);
    r.refuse("missing-member", &message, HELP)
}

/// A report refused because something on the way to its results is of another type than the mapping goes through.
pub(super) fn no_way(r: &Reader<'_>, mapping: &Mapping, wanted: &str, found: ValueKind) -> Halt {
    let message = format!("the mapping `{}` looks for results in {wanted} here, and this is {}", mapping.label.id, found.word());
    r.refuse("wrong-type", &message, HELP)
}

/// Which sources of a mapping led to a value, in any of the results.
pub(super) struct Reached(Vec<bool>);

impl Reached {
    pub(super) fn none(mapping: &Mapping) -> Self {
        Self(vec![false; mapping.sources.len()])
    }

    pub(super) fn add(&mut self, source: usize) {
        self.0.iter_mut().skip(source).take(1).for_each(|reached| *reached = true);
    }

    /// Tells the fields of which no result has anything. That all results are unrated for it is a warning.
    pub(super) fn tell(&self, sink: &mut Sink, mapping: &Mapping) {
        let sources = || mapping.sources.iter().zip(&self.0);
        let is_reached = |of: &[Field]| sources().any(|(source, reached)| of.contains(&source.field) && *reached);
        let of_pointer = |source: &Source| matches!(source.from, From::Told { part: Part::Value(_), .. });
        let astray = sources().map(|(source, _)| source).filter(|source| of_pointer(source) && !is_reached(&[source.field]));
        let is_rated = is_reached(&RATING) || sources().any(|(source, _)| RATING.contains(&source.field) && !of_pointer(source));
        let (grave, other): (Vec<&Source>, Vec<&Source>) = astray.partition(|source| !is_rated && RATING.contains(&source.field));
        for (weight, sources) in [(Weight::Warning, grave), (Weight::Note, other)] {
            if !sources.is_empty() {
                let named: Vec<String> = sources.iter().map(|source| format!("`{}` at `{}`", source.field.word(), source.from)).collect();
                let message = format!("no result has what the mapping `{}` reads as {}", mapping.label.id, named.join(", "));
                sink.problem(
                    weight,
                    "nothing-there",
                    || mapping.results.first().map(ToString::to_string).unwrap_or_default(),
                    message,
                    "hold the pointers of the mapping against the report",
                );
            }
        }
    }
}

//! Who is responsible, accountable, consulted and informed (RACI), as the policy says it: nothing is declared twice.
//!
//! A row for the policy, for exceptions at each severity, for emergencies, and for each owner. Each has exactly one who is accountable: a
//! person, or a role, whose one holder each exception names. Where several roles may approve at a severity it is the one that may approve
//! the gravest findings, and the others are consulted; where none may, only who owns the policy can change that.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::base::address::Address;
use crate::base::escape;
use crate::base::order::Order as _;
use crate::base::text::Untrusted;
use crate::model::exception::ExceptionType;
use crate::model::policy::{Action, Limit, Place, Policy};
use crate::model::severity::Severity;
use crate::report::grants::people;
use crate::report::grid;

/// What stands in a cell that names nobody.
const NOBODY: &str = "-";

const HEAD: [&str; 6] = ["what", "responsible", "accountable", "consulted", "informed", "from"];

/// A row of the matrix.
struct Row {
    what: String,
    responsible: Vec<String>,
    accountable: String,
    consulted: Vec<String>,
    informed: Vec<String>,
    place: Option<Place>,
}

/// Writes the matrix as aligned columns.
pub fn text(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    let shown = |cell: &str| escape::terminal(Untrusted::new(cell), 200);
    let rows = cells(policy).into_iter().map(|row| row.map(|cell| shown(&cell)));
    for line in grid::lines([HEAD.map(str::to_owned)].into_iter().chain(rows)) {
        writeln!(out, "{line}")?;
    }
    note(policy, out)
}

/// Writes the matrix as a table of Markdown.
pub fn markdown(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |\n|{}", HEAD.join(" | "), "---|".repeat(HEAD.len()))?;
    for row in cells(policy) {
        writeln!(out, "| {} |", row.map(|cell| escape::markdown(Untrusted::new(&cell), 200)).join(" | "))?;
    }
    writeln!(out)?;
    note(policy, out)
}

fn note(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    match policy.codeowners {
        Some(_) => writeln!(out, "Files that only CODEOWNERS names have owners there, and nobody who is accountable for them here."),
        None => Ok(()),
    }
}

fn cells(policy: &Policy) -> Vec<[String; 6]> {
    let list = |all: Vec<String>| if all.is_empty() { NOBODY.to_owned() } else { all.join(", ") };
    let from = |place: Place| policy.file(place).map_or_else(String::new, |file| format!("{}:{}", file.name, place.line));
    let cells = |row: Row| {
        let place = row.place.map_or_else(|| NOBODY.to_owned(), from);
        [row.what, list(row.responsible), row.accountable, list(row.consulted), list(row.informed), place]
    };
    rows(policy).into_iter().map(cells).collect()
}

fn rows(policy: &Policy) -> Vec<Row> {
    let informed: Vec<String> = policy.escalation.iter().map(Address::to_string).collect();
    let of_policy = Row {
        what: format!("policy {}", policy.name),
        responsible: vec![policy.owner.clone()],
        accountable: policy.owner.clone(),
        consulted: Vec::new(),
        informed: informed.clone(),
        place: Some(policy.place),
    };
    let exceptions = Severity::ALL.into_iter().map(|severity| exceptions(policy, severity));
    let emergency = policy.exceptions.emergency.as_ref().map(|emergency| {
        let mut roles: Vec<&str> = emergency.roles.iter().map(String::as_str).collect();
        roles.order_by_key(|role| Reverse(reach(policy, role)));
        of_roles(policy, format!("emergency, up to {}", emergency.severity_at_most.word()), &roles, &informed)
    });
    [of_policy].into_iter().chain(exceptions).chain(emergency).chain(services(policy)).collect()
}

/// Exceptions for findings of a severity.
fn exceptions(policy: &Policy, severity: Severity) -> Row {
    let admits = |row: &&Limit| row.severities.contains(&severity) && row.floor < Action::Block;
    let place = policy.exceptions.limits.iter().flatten().find(admits).map(|row| row.place);
    let mut roles: Vec<&str> = Vec::new();
    for kind in ExceptionType::ALL.into_iter().filter(|kind| *kind != ExceptionType::Emergency) {
        for role in policy.exceptions.grant(kind, severity).into_keys() {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    roles.order_by_key(|role| Reverse(reach(policy, role)));
    Row { place, ..of_roles(policy, format!("exceptions, {}", severity.word()), &roles, &[]) }
}

/// A row about what roles approve, the one that reaches farthest first.
fn of_roles(policy: &Policy, what: String, roles: &[&str], informed: &[String]) -> Row {
    let named = |role: &&str| format!("{role} ({})", people(policy, role));
    let (accountable, responsible) = match roles.first() {
        Some(first) => (named(first), vec!["requester".to_owned()]),
        None => (format!("{} (none can be granted)", policy.owner), Vec::new()),
    };
    let consulted = roles.iter().skip(1).map(named).collect();
    Row { what, responsible, accountable, consulted, informed: informed.to_vec(), place: None }
}

/// How far the approval of a role reaches: for each severity, gravest first, for how many types and how many days. Two that reach as far
/// keep the order of their names.
fn reach(policy: &Policy, role: &str) -> Vec<(usize, i64)> {
    let at = |severity: Severity| {
        let days = ExceptionType::ALL.into_iter().filter_map(|kind| policy.exceptions.grant(kind, severity).remove(role));
        days.fold((0, 0), |(types, most), days| (types + 1, most.max(days)))
    };
    Severity::ALL.into_iter().map(at).collect()
}

/// A row for each owner, with all that the rows of `ownership` say of them.
fn services(policy: &Policy) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for told in &policy.ownership {
        let what = format!("findings of {}", told.owner);
        let known = rows.iter_mut().position(|row| row.what == what);
        let at = known.unwrap_or(rows.len());
        if known.is_none() {
            let responsible = vec![told.owner.clone()];
            let (accountable, place) = (told.accountable.to_string(), Some(told.place));
            rows.push(Row { what, responsible, accountable, consulted: Vec::new(), informed: Vec::new(), place });
        }
        let Some(row) = rows.get_mut(at) else { continue };
        let join = |list: &mut Vec<String>, one: String| {
            if !list.contains(&one) {
                list.push(one);
            }
        };
        told.contact.iter().for_each(|contact| join(&mut row.consulted, contact.clone()));
        told.escalate_to.iter().for_each(|person| join(&mut row.informed, person.to_string()));
    }
    rows
}

#[cfg(test)]
mod tests;

//! The ticket plan, `relgate.tickets/v1`: one ticket for each thing to do, for whatever files them. Nothing is sent.
//!
//! The same findings give the same bytes whenever they are judged on the same day: no instant stands in it, and every list is sorted.

mod body;
mod plan;
mod versions;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use hashbrown::HashMap;
use serde::Serialize;

use super::json::layout;
use super::json::value::{List, Shown};
use crate::base::address::Address;
use crate::model::identity::{FindingId, TicketKey};
use crate::model::policy::Ownership;
use crate::model::report::Report;
use plan::{Kind, Ticket};

/// The first key's value.
const SCHEMA: &str = "relgate.tickets/v1";

/// The ticket that each finding wants, by the ids of the findings.
#[must_use]
pub fn keys(report: &Report) -> HashMap<FindingId, TicketKey> {
    let tickets = plan::plan(report);
    tickets.iter().flat_map(|ticket| ticket.findings.iter().map(|(finding, _)| (finding.id, ticket.key))).collect()
}

/// Writes the plan.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let fact = |fact: &Option<crate::model::report::Fact>| fact.as_ref().map(|fact| fact.value.clone());
    let subject = &report.subject;
    let tickets = plan::plan(report);
    let complete = super::lists::gaps(report).next().is_none();
    let no_longer_needed = if complete { plan::no_longer_needed(report, &tickets) } else { BTreeMap::new() };
    let plan = PlanView {
        schema: SCHEMA,
        repository: fact(&subject.repository),
        service: fact(&subject.service),
        complete,
        tickets: List(|| tickets.iter().map(|ticket| TicketView::of(report, ticket))),
        no_longer_needed: List(|| {
            no_longer_needed.iter().map(|(key, ids)| Unneeded { key: Shown(*key), findings: List(|| ids.iter().map(Shown)) })
        }),
    };
    layout::document(&mut out, &plan)?;
    out.flush()
}

#[derive(Serialize)]
struct PlanView<T, N> {
    schema: &'static str,
    repository: Option<String>,
    service: Option<String>,
    complete: bool,
    tickets: T,
    no_longer_needed: N,
}

/// A ticket that was planned once.
#[derive(Serialize)]
struct Unneeded<F> {
    key: Shown<TicketKey>,
    findings: F,
}

#[derive(Serialize)]
struct TicketView<'a, F, E> {
    key: Shown<TicketKey>,
    title: String,
    body: String,
    labels: Vec<String>,
    action: &'static str,
    severity: &'static str,
    category: &'static str,
    owner: Option<&'a str>,
    accountable: Option<&'a str>,
    contact: Option<&'a str>,
    escalate_to: E,
    route: Option<&'a str>,
    due: Option<String>,
    overdue: bool,
    fix: FixView<'a>,
    findings: F,
    acceptance: String,
}

impl<'a> TicketView<'a, (), ()> {
    fn of(report: &'a Report, ticket: &'a Ticket<'a>) -> impl Serialize + 'a {
        let owner = ticket.owner(report);
        let row: Option<&Ownership> = owner.and_then(|(_, row)| row);
        TicketView {
            key: Shown(ticket.key),
            title: body::title(report, ticket),
            body: body::body(report, ticket),
            labels: labels(ticket),
            action: ticket.action().word(),
            severity: ticket.severity().word(),
            category: ticket.category().word(),
            owner: owner.map(|(owner, _)| owner.name.as_str()),
            accountable: row.map(|row| row.accountable.as_str()),
            contact: row.and_then(|row| row.contact.as_deref()),
            escalate_to: List(move || row.into_iter().flat_map(|row| &row.escalate_to).map(Address::as_str)),
            route: row.and_then(|row| row.route.as_deref()),
            due: ticket.due().map(|due| due.to_string()),
            overdue: ticket.is_overdue(),
            fix: FixView::of(ticket),
            findings: List(|| ticket.findings.iter().map(|(finding, _)| Shown(finding.id))),
            acceptance: body::acceptance(ticket),
        }
    }
}

/// What is to be done, and to what.
#[derive(Serialize)]
struct FixView<'a> {
    kind: &'static str,
    tool: Option<&'a str>,
    rule_id: Option<&'a str>,
    package: Option<&'a str>,
    path: Option<&'a str>,
    target: Option<&'a str>,
    versions: &'a [String],
}

impl<'a> FixView<'a> {
    fn of(ticket: &'a Ticket<'a>) -> Self {
        let told = |text: &'a str| (!text.is_empty()).then_some(text);
        let fix = &ticket.fix;
        Self {
            kind: fix.kind.word(),
            tool: told(fix.tool),
            rule_id: told(fix.rule_id),
            package: told(fix.package),
            path: told(fix.path),
            target: told(fix.target),
            versions: if fix.kind == Kind::Upgrade { &ticket.versions } else { &[] },
        }
    }
}

fn labels(ticket: &Ticket<'_>) -> Vec<String> {
    let action = format!("action:{}", ticket.action().word());
    let severity = format!("severity:{}", ticket.severity().word());
    let category = format!("category:{}", ticket.category().word());
    let overdue = ticket.is_overdue().then(|| "overdue".to_owned());
    ["relgate".to_owned(), action, severity, category].into_iter().chain(overdue).collect()
}

#[cfg(test)]
mod tests;

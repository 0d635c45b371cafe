//! `OpenVEX` 0.2.0: what the exceptions say that call findings of components false positives, for whoever reads VEX.
//!
//! The author is the owner of the policy, who answers for the exceptions that count. The document is named by what it states, so that
//! the same statements have the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::json::layout;
use super::json::value::{List, text};
use crate::base::digest::{Fields, hex};
use crate::model::exception::{Exception, ExceptionType, Scope};
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::model::vex::{Justification, VexStatus};

/// Writes the document.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let statements = statements(report);
    let author = report.policy.as_ref().map_or("", |policy| policy.owner.as_str());
    let mut fields = Fields::of("openvex/1");
    fields.field(author.as_bytes());
    for (said, products) in &statements {
        let Said { vulnerability, aliases, justification, notes, timestamp } = said;
        let texts = [*vulnerability, justification.word(), notes, timestamp.as_str()].into_iter();
        for text in texts.chain(aliases.iter().copied()).chain(products.iter().copied()) {
            fields.field(text.as_bytes());
        }
        fields.field(b"");
    }
    let document = DocumentView {
        context: "https://openvex.dev/ns/v0.2.0",
        id: format!("urn:relgate:vex:{}", hex(&fields.first16())),
        author,
        role: "Policy Owner",
        timestamp: crate::base::date::format_instant(report.now),
        version: 1,
        tooling: concat!("relgate ", env!("CARGO_PKG_VERSION")),
        statements: List(|| statements.iter().map(|(said, products)| StatementView::of(said, products))),
    };
    layout::document(&mut out, &document)?;
    out.flush()
}

#[derive(Serialize)]
struct DocumentView<'a, S> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    role: &'static str,
    timestamp: String,
    version: u32,
    tooling: &'static str,
    statements: S,
}

#[derive(Serialize)]
struct StatementView<'a, P> {
    vulnerability: VulnerabilityView<'a>,
    timestamp: &'a str,
    products: P,
    status: &'static str,
    justification: &'static str,
    /// The schema lets no impact statement stand beside a justification.
    status_notes: &'a str,
}

#[derive(Serialize)]
struct VulnerabilityView<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [&'a str],
}

#[derive(Serialize)]
struct ProductView<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    identifiers: Identifiers<'a>,
}

#[derive(Serialize)]
struct Identifiers<'a> {
    purl: &'a str,
}

impl<'a> StatementView<'a, ()> {
    fn of(said: &'a Said<'a>, products: &'a BTreeSet<&'a str>) -> impl Serialize + 'a {
        let product = |purl: &&'a str| ProductView { id: purl, identifiers: Identifiers { purl } };
        StatementView {
            vulnerability: VulnerabilityView { name: said.vulnerability, aliases: &said.aliases },
            timestamp: &said.timestamp,
            products: List(move || products.iter().map(product)),
            status: VexStatus::NotAffected.word(),
            justification: said.justification.word(),
            status_notes: said.notes,
        }
    }
}

/// What is stated of some products.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said<'a> {
    vulnerability: &'a str,
    aliases: Vec<&'a str>,
    justification: Justification,
    notes: &'a str,
    timestamp: String,
}

/// The statements with their products, sorted.
fn statements(report: &Report) -> BTreeMap<Said<'_>, BTreeSet<&str>> {
    let mut all: BTreeMap<Said<'_>, BTreeSet<&str>> = BTreeMap::new();
    for (finding, decision) in report.findings() {
        let applied = report.noted(decision).map_or(&[][..], |noted| noted.applied.as_slice());
        for (record, _) in applied.iter().filter_map(|&place| report.exception(place)) {
            let products = products(&report.evidence, finding);
            if let Some(said) = said(report, finding, record).filter(|_| !products.is_empty()) {
                all.entry(said).or_default().extend(products);
            }
        }
    }
    all
}

/// What a record states of a finding: one that holds without any condition, since VEX could not say it.
fn said<'a>(report: &'a Report, finding: &Finding, record: &'a Exception) -> Option<Said<'a>> {
    let evidence = &report.evidence;
    let is_unconditional = record.matches.paths.is_empty() && record.scope == Scope::default() && record.until.is_empty();
    let is_false = record.kind == ExceptionType::FalsePositive && record.effect == Action::Pass && is_unconditional;
    let justification = record.justification.filter(|_| is_false)?;
    let ids: Vec<&str> = evidence.words.get(finding.ids).iter().filter_map(|&id| text(evidence, Some(id))).collect();
    let is_cve = |id: &&&str| crate::model::intel::is_cve(id);
    // Of several vulnerabilities that one which the record names.
    let one = if ids.iter().filter(is_cve).count() > 1 { record.matches.vulnerability.as_deref() } else { ids.first().copied() };
    let vulnerability = ids.iter().copied().find(|id| Some(*id) == one)?;
    let aliases =
        if ids.iter().filter(is_cve).count() > 1 { Vec::new() } else { ids.into_iter().filter(|id| *id != vulnerability).collect() };
    let timestamp = format!("{}T00:00:00Z", record.last_approved()?);
    Some(Said { vulnerability, aliases, justification, notes: &record.reason, timestamp })
}

/// The component with each version in which it was seen.
fn products<'a>(evidence: &'a Evidence, finding: &Finding) -> Vec<&'a str> {
    let Some(detail) = evidence.detail(finding).filter(|detail| !evidence.words.get(detail.versions).is_empty()) else { return Vec::new() };
    let several = evidence.words.get(detail.purls);
    let one = detail.package.and_then(|package| package.purl);
    let purls = if several.is_empty() { one.as_slice() } else { several };
    purls.iter().filter_map(|&purl| text(evidence, Some(purl))).collect()
}

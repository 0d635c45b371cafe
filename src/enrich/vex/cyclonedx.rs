//! The analysis of vulnerabilities in a `CycloneDX` bill of materials, 1.4 to 1.7.

use std::collections::BTreeMap;

use super::{Document, Namer, Stated, instant, text, version, word, wrong};
use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::model::vex::{Justification, Named, Product, VexStatus};

const VERSIONS: [&str; 4] = ["1.4", "1.5", "1.6", "1.7"];

/// What the states mean (`CycloneDX` 1.6, `vulnerabilities[].analysis.state`).
const STATES: [(&str, VexStatus); 6] = [
    ("resolved", VexStatus::Fixed),
    ("resolved_with_pedigree", VexStatus::Fixed),
    ("exploitable", VexStatus::Affected),
    ("in_triage", VexStatus::UnderInvestigation),
    ("false_positive", VexStatus::NotAffected),
    ("not_affected", VexStatus::NotAffected),
];

/// What the justifications mean in the words of `OpenVEX`.
const JUSTIFICATIONS: [(&str, Justification); 9] = [
    ("code_not_present", Justification::VulnerableCodeNotPresent),
    ("code_not_reachable", Justification::VulnerableCodeNotInExecutePath),
    ("requires_configuration", Justification::VulnerableCodeCannotBeControlledByAdversary),
    ("requires_dependency", Justification::VulnerableCodeCannotBeControlledByAdversary),
    ("requires_environment", Justification::VulnerableCodeCannotBeControlledByAdversary),
    ("protected_by_compiler", Justification::InlineMitigationsAlreadyExist),
    ("protected_at_runtime", Justification::InlineMitigationsAlreadyExist),
    ("protected_at_perimeter", Justification::InlineMitigationsAlreadyExist),
    ("protected_by_mitigating_control", Justification::InlineMitigationsAlreadyExist),
];

/// A vulnerability, whose components are not resolved yet.
#[derive(Default)]
struct Vulnerability {
    id: Option<String>,
    status: Option<VexStatus>,
    justification: Option<Justification>,
    of: Option<jiff::Timestamp>,
    affects: Vec<Affected>,
}

/// A component that a statement is about, and versions of it, where they are listed.
struct Affected {
    reference: String,
    versions: Option<Vec<Listed>>,
}

/// A version of a component, or a range of them.
struct Listed {
    version: Option<String>,
    /// Whether the document says that just this one is not affected.
    is_unaffected: bool,
}

/// Who supplied, made or wrote it.
#[derive(Default)]
struct Head {
    supplier: Option<String>,
    manufacturer: Option<String>,
    author: Option<String>,
    of: Option<jiff::Timestamp>,
}

pub(super) fn read(r: &mut Reader<'_>, named: Namer<'_>) -> Result<Document> {
    let (mut head, mut purls, mut vulnerabilities) = (Head::default(), BTreeMap::new(), Vec::new());
    let (mut id, mut number, mut known) = (None, Vec::new(), false);
    members!(r, {
        "bomFormat" => if text(r)?.as_deref() != Some("CycloneDX") {
            return Err(wrong("this is no bill of materials of CycloneDX"));
        },
        "specVersion" => known = text(r)?.is_some_and(|told| VERSIONS.contains(&told.as_str())),
        "serialNumber" => id = text(r)?,
        "version" => number = match r.scalar()? {
            Scalar::Number(told) => version(told),
            Scalar::Text(_) | Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => Vec::new(),
        },
        "metadata" => head = metadata(r, &mut purls)?,
        "components" => r.array(|r, _| component(r, &mut purls))?,
        "vulnerabilities" => r.array(|r, _| {
            vulnerabilities.push(vulnerability(r)?);
            Ok(())
        })?,
    });
    r.end()?;
    if !known {
        return Err(wrong("this is no version of CycloneDX that has an analysis and is known").inside("specVersion"));
    }
    let Head { supplier, manufacturer, author, of } = head;
    let author_at = match (&supplier, &manufacturer) {
        (Some(_), _) => "/metadata/supplier/name",
        (None, Some(_)) => "/metadata/manufacturer/name",
        (None, None) => "/metadata/authors/0",
    };
    let (mut statements, mut remarks) = (Vec::new(), Vec::new());
    for (index, told) in vulnerabilities.into_iter().enumerate() {
        let Some(status) = told.status else { continue };
        let pointer = format!("/vulnerabilities/{index}/analysis");
        let mut products = Vec::new();
        for affected in told.affects {
            let purl = purls.get(&affected.reference).unwrap_or(&affected.reference);
            let versions: Vec<Option<&str>> = match &affected.versions {
                // Of a component with a list of versions, those are excused that it says are not affected.
                Some(versions) if status.may_excuse() => {
                    versions.iter().filter(|version| version.is_unaffected).map(|version| version.version.as_deref()).collect()
                }
                Some(versions) if !versions.is_empty() => versions.iter().map(|version| version.version.as_deref()).collect(),
                Some(_) | None => vec![None],
            };
            if named(purl, None).is_none() {
                remarks.push((pointer.clone(), "a component has no package URL: the statement is not about it".to_owned()));
            }
            let is_listed = affected.versions.as_ref().is_some_and(|versions| !versions.is_empty());
            let one = |version: Option<&str>| {
                let told = named(purl, version)?;
                // A range may be any version.
                let named = if is_listed && version.is_none() { Named { version: None, ..told } } else { told };
                Some(Product { purl: purl.clone(), named, subcomponents: None })
            };
            products.extend(versions.into_iter().filter_map(one));
        }
        let ids = told.id.into_iter().collect();
        statements.push(Stated { pointer, ids, products, status, justification: told.justification, timestamp: told.of.or(of) });
    }
    let author = supplier.or(manufacturer).or(author);
    Ok(Document { format: "cyclonedx", author, author_at, id, version: number, ignored: None, is_outdated: false, statements, remarks })
}

fn metadata(r: &mut Reader<'_>, purls: &mut BTreeMap<String, String>) -> Result<Head> {
    let mut head = Head::default();
    let name = |r: &mut Reader<'_>| -> Result<Option<String>> {
        let mut name = None;
        members!(r, { "name" => name = text(r)? });
        Ok(name)
    };
    members!(r, {
        "timestamp" => head.of = instant(r)?,
        "supplier" => head.supplier = name(r)?,
        // Its name up to 1.5.
        "manufacture" => head.manufacturer = name(r)?,
        "manufacturer" => head.manufacturer = name(r)?,
        "authors" => r.array(|r, index| {
            let (mut name, mut email) = (None, None);
            members!(r, { "name" => name = text(r)?, "email" => email = text(r)? });
            if index == 0 {
                head.author = name.or(email);
            }
            Ok(())
        })?,
        "component" => component(r, purls)?,
    });
    Ok(head)
}

/// Keeps the purl of a component and of those in it.
fn component(r: &mut Reader<'_>, purls: &mut BTreeMap<String, String>) -> Result<()> {
    let (mut reference, mut purl) = (None, None);
    members!(r, {
        "bom-ref" => reference = text(r)?,
        "purl" => purl = text(r)?,
        "components" => r.array(|r, _| component(r, purls))?,
    });
    if let Some((reference, purl)) = reference.zip(purl)
        && purls.insert(reference, purl).is_some()
    {
        return Err(wrong("two components have one `bom-ref`"));
    }
    Ok(())
}

fn vulnerability(r: &mut Reader<'_>) -> Result<Vulnerability> {
    let mut told = Vulnerability::default();
    let states = STATES.map(|(word, _)| word);
    let justifications = JUSTIFICATIONS.map(|(word, _)| word);
    members!(r, {
        "id" => told.id = text(r)?,
        "analysis" => members!(r, {
            "state" => {
                let state = word(r, "state of an analysis", &states, |word| word)?;
                told.status = STATES.into_iter().find(|(word, _)| Some(*word) == state).map(|(_, status)| status);
            },
            "justification" => {
                let why = word(r, "justification of an analysis", &justifications, |word| word)?;
                told.justification = JUSTIFICATIONS.into_iter().find(|(word, _)| Some(*word) == why).map(|(_, justification)| justification);
            },
            "lastUpdated" => told.of = instant(r)?,
        }),
        "affects" => if r.kind()? == ValueKind::Null {
            r.skip()?;
        } else {
            r.array(|r, _| {
                told.affects.extend(affected(r)?);
                Ok(())
            })?;
        },
    });
    Ok(told)
}

/// A component, and its versions where they are listed. A range is told as no version: it may be any.
fn affected(r: &mut Reader<'_>) -> Result<Option<Affected>> {
    let (mut reference, mut versions) = (None, None);
    members!(r, {
        "ref" => reference = text(r)?,
        "versions" => {
            let mut all = Vec::new();
            r.array(|r, _| {
                let (mut version, mut range, mut status) = (None, None, None);
                members!(r, { "version" => version = text(r)?, "range" => range = text(r)?, "status" => status = text(r)? });
                let version = version.filter(|_| range.is_none());
                let is_unaffected = version.is_some() && status.as_deref() == Some("unaffected");
                all.push(Listed { version, is_unaffected });
                Ok(())
            })?;
            versions = Some(all);
        },
    });
    Ok(reference.map(|reference| Affected { reference, versions }))
}

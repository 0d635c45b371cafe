//! Findings of AWS Security Hub in the AWS Security Finding Format (its user guide, "ASFF syntax", and the API reference,
//! `AwsSecurityFinding`), of whichever product wrote them.
//!
//! What a finding is about shows in its types. One about a package tells it under `Vulnerabilities`; Trivy's template tells it in the
//! details of the resource.

mod resource;
mod vulnerability;

use jiff::civil::Date;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Part;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, RawScan, Suppression};
use crate::model::severity::Source;
use resource::Resource;
use vulnerability::Vulnerability;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "asff",
    title: "AWS Security Hub findings (ASFF)",
    recognized: "findings with `ProductArn` and `SchemaVersion`: one alone, a list, or under `Findings` or `findings`",
    reads: "Each finding, under its `GeneratorId`, or under the ids in `Vulnerabilities`, once for each of these and each of their packages. `Compliance.Status` of PASSED has passed; a record that is ARCHIVED and a workflow of SUPPRESSED are suppressed, one of RESOLVED is fixed. The types tell the category. The first resource is the target. What Trivy's template writes of packages and files is read",
    severity: "`Severity.Label`, else `Severity.Normalized` by AWS' bands, and each CVSS score and vector",
    incomplete: "`NextToken` is set: there are more pages",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let places = ["", "/0", "/Findings/0", "/findings/0"];
    places.iter().any(|at| ["ProductArn", "SchemaVersion"].iter().all(|key| probe.has(&format!("{at}/{key}"))))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("aws-security-hub"), Reasons::default());
    if r.kind()? == ValueKind::Array {
        list(r, sink, &mut scan, "")?;
        sink.finish(scan, reasons);
        return Ok(());
    }
    let (mut is_listed, mut alone) = (false, Finding::default());
    r.entries(|r, key| match key {
        "Findings" | "findings" => {
            is_listed = true;
            list(r, sink, &mut scan, &format!("/{key}"))
        }
        "NextToken" | "nextToken" => reasons.next_page(r, || format!("/{key}")),
        _ => alone.member(r, sink, key, &String::new),
    })?;
    match (is_listed, alone.generator) {
        (true, None) => {}
        (false, Some(_)) => {
            let place = sink.intern("");
            alone.keep(r, sink, &mut scan, place, 0)?;
        }
        (..) => return Err(lacks(r, "the report", "Findings")),
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn list(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
    let list = sink.intern(at);
    r.array(|r, index| {
        let mut finding = Finding::default();
        r.entries(|r, key| finding.member(r, sink, key, &|| format!("{at}/{index}")))?;
        finding.keep(r, sink, scan, list, index)
    })
}

/// One finding while it is read.
#[derive(Default)]
struct Finding {
    generator: Option<Text>,
    types: Vec<Text>,
    title: Option<Text>,
    description: Option<Text>,
    severity: Option<Text>,
    compliance: Option<Text>,
    suppressed: Suppression,
    claim: Claimed,
    first_seen: Option<Date>,
    resource: Resource,
    vulnerabilities: Vec<Vulnerability>,
}

impl Finding {
    fn member(&mut self, r: &mut Reader<'_>, sink: &mut Sink, key: &str, inside: &dyn Fn() -> String) -> Result<()> {
        let at = &|| format!("{}/{key}", inside());
        match key {
            "GeneratorId" => self.generator = sink.name(r, at)?,
            "Types" => sink.texts(r, &mut self.types, at)?,
            "FirstObservedAt" => self.first_seen = sink.day(r, at)?,
            "Title" => self.title = sink.prose(r, at)?,
            "Description" => self.description = sink.prose(r, at)?,
            "Severity" => {
                if sink.object(r, at)? {
                    let mut normalized = None;
                    members!(r, {
                        "Label" => self.severity = Some(sink.told(r)?),
                        "Normalized" => normalized = band(r.scalar()?.number()),
                    });
                    self.severity = self.severity.or_else(|| normalized.map(|label| sink.intern(label)));
                }
            }
            "Compliance" => {
                if sink.object(r, at)? {
                    members!(r, { "Status" => self.compliance = sink.name(r, at)? });
                }
            }
            "RecordState" => {
                if r.scalar()?.text() == Some("ARCHIVED") {
                    self.suppressed = Suppression::External;
                }
            }
            "Workflow" => {
                if sink.object(r, at)? {
                    members!(r, { "Status" => match r.scalar()?.text() {
                        Some("SUPPRESSED") => self.suppressed = Suppression::External,
                        Some("RESOLVED") => self.claim = Claimed::Fixed,
                        Some(_) | None => {}
                    }});
                }
            }
            "Resources" => {
                if sink.expect(r, ValueKind::Array, at)? {
                    r.array(|r, index| if index == 0 { self.resource.read(r, sink, &|| format!("{}/0", at())) } else { r.skip() })?;
                }
            }
            "Vulnerabilities" => {
                if sink.expect(r, ValueKind::Array, at)? {
                    r.array(|r, index| {
                        self.vulnerabilities.push(Vulnerability::read(r, sink, &|| format!("{}/{index}", at()))?);
                        Ok(())
                    })?;
                }
            }
            "RelatedFindings" | "Malware" | "ThreatIntelIndicators" | "NetworkPath" => r.skip()?,
            _ => sink.unknown(r, key, inside)?,
        }
        Ok(())
    }

    fn keep(mut self, r: &Reader<'_>, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) -> Result<()> {
        if self.generator.is_none() {
            return Err(lacks(r, "a finding", "GeneratorId"));
        }
        if self.severity.is_none() {
            return Err(lacks(r, "a finding", "Severity"));
        }
        let mut vulnerabilities = std::mem::take(&mut self.vulnerabilities);
        if vulnerabilities.is_empty() {
            let told = self.resource.vulnerability.take().or_else(|| self.titled(sink));
            vulnerabilities.extend(told.map(|(id, part)| Vulnerability { id, claims: Vec::new(), epss: None, parts: vec![part] }));
        }
        if vulnerabilities.is_empty() {
            self.item(sink).keep(sink, scan, list, index);
        }
        for vulnerability in vulnerabilities {
            let mut item = self.item(sink);
            item.is_of(Category::Sca);
            item.rule_id = None;
            item.ids.push(vulnerability.id);
            item.claims.extend(vulnerability.claims);
            item.detail.epss = vulnerability.epss;
            item.keep_for(vulnerability.parts, sink, scan, list, index);
        }
        Ok(())
    }

    /// What all results of the finding have.
    fn item(&self, sink: &mut Sink) -> Item {
        let mut item = sink.item();
        item.is_of(self.category(sink));
        (item.rule_id, item.detail.title, item.message) = (self.generator, self.title, self.description);
        item.detail.first_seen = self.first_seen;
        (item.suppressed, item.detail.claim, item.detail.target) = (self.suppressed, self.claim, self.resource.target());
        // One control finds many resources; what Trivy writes of a secret is made of its file and the title of its rule.
        let is_trivys = |title: Text| sink.report.texts.get(title).as_data().starts_with("Trivy found a secret in ");
        item.detail.mark = self.title.filter(|&title| is_trivys(title)).or(self.resource.id);
        item.locations.extend(self.resource.place);
        item.label(Source::Tool, self.severity);
        if self.compliance.is_some_and(|status| sink.report.texts.get(status).as_data() == "PASSED") {
            item.passes(sink);
        }
        item
    }

    /// The category by the types of the finding (user guide, "Types taxonomy for ASFF").
    fn category(&self, sink: &Sink) -> Category {
        let is = |start: &str| self.types.iter().any(|&told| sink.report.texts.get(told).as_data().starts_with(start));
        if is("Sensitive Data Identifications") {
            Category::Secret
        } else if is("Software and Configuration Checks/Vulnerabilities/CVE") {
            Category::Sca
        } else if is("Software and Configuration Checks") || self.compliance.is_some() {
            Category::Iac
        } else {
            Category::Other
        }
    }

    /// The vulnerability and the package that Inspector's title names, where it tells nothing else: `CVE-2022-3643 - kernel`.
    fn titled(&self, sink: &mut Sink) -> Option<(Text, Part)> {
        let (id, name) = sink.report.texts.get(self.title?).as_data().split_once(" - ").filter(|(id, _)| id.starts_with("CVE-"))?;
        let (id, name) = (id.to_owned(), name.to_owned());
        let mut part = Part::default();
        part.package.name = Some(sink.intern(&name));
        Some((sink.intern(&id), part))
    }
}

/// The label of a normalized severity (API reference, `Severity`).
fn band(normalized: Option<&str>) -> Option<&'static str> {
    Some(match normalized?.parse().ok()? {
        0_u8 => "INFORMATIONAL",
        1..=39 => "LOW",
        40..=69 => "MEDIUM",
        70..=89 => "HIGH",
        90..=100 => "CRITICAL",
        101.. => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_label_by_its_band() {
        for (number, label) in [("0", Some("INFORMATIONAL")), ("39", Some("LOW")), ("40", Some("MEDIUM")), ("90", Some("CRITICAL"))] {
            assert_eq!(band(Some(number)), label);
        }
        for number in [None, Some("101"), Some("-1"), Some("4.5"), Some("300")] {
            assert_eq!(band(number), None);
        }
    }
}

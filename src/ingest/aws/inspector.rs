//! The findings of Amazon Inspector: `aws inspector2 list-findings` (the API reference of Inspector, `ListFindings` and `Finding`).
//!
//! A finding is about a vulnerable package, of which it may list several, about code, or about an open port.

use super::{cvss, fix_available, image_name, of_system, packages};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Part;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, RawScan, Suppression};
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "aws-inspector",
    title: "Amazon Inspector findings (JSON)",
    recognized: "`findings` with `findingArn`",
    reads: "Each finding: a vulnerability for each of its `vulnerablePackages`, code under its `detectorId`, an open port under `NETWORK_REACHABILITY`. A `status` of SUPPRESSED is suppressed and one of CLOSED is fixed. The resource is the target, of an image its repository and tag",
    severity: "`severity`, where UNTRIAGED is unrated, the score of Inspector, and each CVSS score and vector",
    incomplete: "`nextToken` is set: there are more pages",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/findings/0/findingArn")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons, mut is_listed) = (sink.scan("aws-inspector"), Reasons::default(), false);
    r.entries(|r, key| match key {
        "findings" => {
            is_listed = true;
            findings(r, sink, &mut scan, "/findings").map(drop)
        }
        // The second is that of the command line.
        "nextToken" | "NextToken" => reasons.next_page(r, || format!("/{key}")),
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !is_listed {
        return Err(lacks(r, "the report", "findings"));
    }
    sink.finish(scan, reasons);
    Ok(())
}

/// Reads a list of findings and keeps them in a scan; how many there are.
pub(super) fn findings(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<u64> {
    let (list, mut listed) = (sink.intern(at), 0);
    r.array(|r, index| {
        listed += 1;
        let (item, parts) = finding(r, sink, &|| format!("{at}/{index}"))?;
        item.keep_for(parts, sink, scan, list, index);
        Ok(())
    })?;
    Ok(listed)
}

fn finding(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Item, Vec<Part>)> {
    let (mut item, mut parts, mut kind, mut has_severity) = (sink.item(), Vec::new(), None, false);
    let (mut resource, mut fix, mut is_told) = (Resource::default(), None, false);
    item.is_of(Category::Other);
    members!(r, {
        "type" => kind = sink.name(r, at)?,
        "title" => item.detail.title = sink.prose(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => {
            has_severity = true;
            let told = sink.told(r)?;
            item.label(Source::Tool, Some(told));
        },
        "status" => match r.scalar()?.text() {
            Some("SUPPRESSED") => item.suppressed = Suppression::External,
            Some("CLOSED") => item.detail.claim = Claimed::Fixed,
            Some(_) | None => {}
        },
        "inspectorScoreDetails" => if sink.object(r, || format!("{}/inspectorScoreDetails", at()))? {
            adjusted(r, sink, &mut item, at)?;
        },
        "epss" => if sink.object(r, || format!("{}/epss", at()))? {
            members!(r, { "score" => item.detail.epss = sink.number(r, || format!("{}/epss/score", at()))? });
        },
        "firstObservedAt" => item.detail.first_seen = sink.day(r, || format!("{}/firstObservedAt", at()))?,
        "fixAvailable" => fix = sink.name(r, at)?,
        "resources" => if sink.expect(r, ValueKind::Array, || format!("{}/resources", at()))? {
            r.array(|r, index| if index == 0 { resource.read(r, sink, &|| format!("{}/resources/0", at())) } else { r.skip() })?;
        },
        "packageVulnerabilityDetails" => if sink.object(r, || format!("{}/packageVulnerabilityDetails", at()))? {
            is_told = true;
            parts = vulnerability(r, sink, &mut item, &|| format!("{}/packageVulnerabilityDetails", at()))?;
        },
        "codeVulnerabilityDetails" => if sink.object(r, || format!("{}/codeVulnerabilityDetails", at()))? {
            is_told = true;
            code(r, sink, &mut item, at)?;
        },
    });
    if !has_severity {
        return Err(lacks(r, "a finding", "severity"));
    }
    if !is_told {
        let word = kind.map_or("", |kind| sink.report.texts.get(kind).as_data());
        let category = match word {
            "" => return Err(lacks(r, "a finding", "type")),
            "PACKAGE_VULNERABILITY" => return Err(lacks(r, "a finding", "packageVulnerabilityDetails")),
            "CODE_VULNERABILITY" => return Err(lacks(r, "a finding", "codeVulnerabilityDetails")),
            "NETWORK_REACHABILITY" => Category::Iac,
            _ => Category::Other,
        };
        item.is_of(category);
        // Two ports of one host are told apart by their title.
        (item.rule_id, item.detail.mark) = (kind, item.detail.title);
    }
    item.detail.target = resource.name;
    of_system(sink, &mut parts, resource.system);
    fix_available(&mut parts, fix.map(|fix| sink.report.texts.get(fix).as_data()));
    Ok((item, parts))
}

/// The score that Inspector gives.
fn adjusted(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut score, mut vector) = (None, None);
    members!(r, { "adjustedCvss" => if sink.object(r, || format!("{}/inspectorScoreDetails/adjustedCvss", at()))? {
        members!(r, {
            "score" => score = sink.score(r, || format!("{}/inspectorScoreDetails/adjustedCvss/score", at()))?,
            "scoringVector" => vector = sink.name(r, at)?,
        });
    }});
    item.vector(sink, Source::Tool, score, vector);
    Ok(())
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Vec<Part>> {
    item.is_of(Category::Sca);
    let mut parts = Vec::new();
    // Vulnerabilities that are related are other ones.
    r.entries(|r, key| {
        match key {
            "vulnerabilityId" => item.ids.extend(sink.name(r, at)?),
            "vulnerablePackages" => parts = packages(r, sink, &|| format!("{}/vulnerablePackages", at()))?,
            "cvss" => cvss(r, sink, item, &|| format!("{}/cvss", at()))?,
            "relatedVulnerabilities" | "referenceUrls" => r.skip()?,
            _ => sink.unknown(r, key, at)?,
        }
        Ok(())
    })?;
    if item.ids.is_empty() {
        return Err(lacks(r, "a vulnerability", "vulnerabilityId"));
    }
    Ok(parts)
}

fn code(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sast);
    let (mut detector, mut rule, mut file, mut lines) = (None, None, None, (None, None));
    let (start, end) = (&mut lines.0, &mut lines.1);
    members!(r, {
        "detectorId" => detector = sink.name(r, at)?,
        "ruleId" => rule = sink.name(r, at)?,
        "cwes" => sink.texts(r, &mut item.tags, &|| format!("{}/codeVulnerabilityDetails/cwes", at()))?,
        "filePath" => if sink.object(r, || format!("{}/codeVulnerabilityDetails/filePath", at()))? {
            members!(r, {
                "filePath" => file = sink.name(r, at)?,
                "startLine" => *start = sink.line_or_zero(r, at)?,
                "endLine" => *end = sink.line_or_zero(r, at)?,
            });
        },
    });
    item.rule_id = detector.or(rule);
    if item.rule_id.is_none() {
        return Err(lacks(r, "a vulnerability of code", "detectorId"));
    }
    item.lines(file, lines);
    Ok(())
}

/// What was scanned.
#[derive(Default)]
struct Resource {
    name: Option<Text>,
    /// The operating system, as packages tell their ecosystem: `debian:10`.
    system: Option<Text>,
}

impl Resource {
    fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        let (mut platform, mut image) = (None, None);
        members!(r, {
            "id" => self.name = sink.name(r, at)?,
            "details" => if sink.object(r, || format!("{}/details", at()))? {
                r.entries(|r, key| {
                    if r.kind()? != ValueKind::Object {
                        return r.skip();
                    }
                    let (mut repository, mut tags) = (None, Vec::new());
                    members!(r, {
                        "platform" => platform = sink.name(r, at)?,
                        "repositoryName" => repository = sink.name(r, at)?,
                        "imageTags" => sink.texts(r, &mut tags, at)?,
                    });
                    let tag = tags.first().copied().filter(|_| key == "awsEcrContainerImage");
                    image = repository.zip(tag).map(|(repository, tag)| image_name(sink, repository, ":", tag)).or(image);
                    Ok(())
                })?;
            },
        });
        self.name = image.or(self.name);
        let system = platform.map(|platform| system(sink.report.texts.get(platform).as_data()));
        self.system = system.map(|system| sink.intern(&system));
        Ok(())
    }
}

/// The ecosystem of a platform: `debian:10` of `DEBIAN_10`, `amazon linux:2` of `AMAZON_LINUX_2`.
fn system(platform: &str) -> String {
    let words: Vec<String> = platform.split('_').map(str::to_ascii_lowercase).collect();
    let (release, name): (Vec<String>, Vec<String>) = words.into_iter().partition(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    if release.is_empty() { name.join(" ") } else { format!("{}:{}", name.join(" "), release.join(".")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_a_system_and_its_release() {
        for (platform, told) in
            [("DEBIAN_10", "debian:10"), ("AMAZON_LINUX_2", "amazon linux:2"), ("UBUNTU_22_04", "ubuntu:22.04"), ("WINDOWS", "windows")]
        {
            assert_eq!(system(platform), told);
        }
    }
}

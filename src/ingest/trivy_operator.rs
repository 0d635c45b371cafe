//! Trivy Operator: its custom resources, one alone, a list of them, or a list of Kubernetes
//! (`pkg/apis/aquasecurity/v1alpha1` of its source).
//!
//! Each resource is a report on one object of a cluster, of vulnerabilities, exposed secrets or failed checks: a document has a scan
//! for each of these three.

mod counts;
mod scans;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::advisory::versions;
use crate::ingest::health::lacks;
use crate::ingest::trivy::row;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::severity::Source;
use counts::Counts;
use scans::{Document, List, Resource};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trivy-operator",
    title: "Trivy Operator resources (JSON)",
    recognized: "`apiVersion` of `aquasecurity.github.io`, of the document, of the first item of a list, or of the first of `items`",
    reads: "The vulnerabilities, secrets and checks of each report, each kind as a scan of its own; a check with `success` has passed. The object that a report is about is the target. Compliance reports and SBOMs are no scans and are passed over",
    severity: "`severity`, each score and vector in `cvss`, and `score`",
    incomplete: "`summary` and the list of a report disagree; a list is paged; there is no report, or one of an unknown kind",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let places = ["/apiVersion", "/0/apiVersion", "/items/0/apiVersion"];
    places.iter().any(|place| probe.text(place).is_some_and(|version| version.starts_with("aquasecurity.github.io/")))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut document = Document::default();
    if r.kind()? == ValueKind::Array {
        r.array(|r, index| document.resource(r, sink, &format!("/{index}")))?;
    } else {
        document.resource(r, sink, "")?;
    }
    document.finish(r, sink)
}

type ReadRow = fn(&mut Reader<'_>, &mut Sink, &mut Item, &dyn Fn() -> String) -> Result<()>;

/// The data of a report: its lists, what they are held against, and what was scanned.
fn report(r: &mut Reader<'_>, sink: &mut Sink, at: &str, resource: &mut Resource) -> Result<()> {
    let (mut family, mut counts, mut has_summary) = (None, Counts::default(), false);
    let list = |list: &str| format!("{at}/report/{list}");
    r.entries(|r, key| {
        let (category, member, read): (_, _, ReadRow) = match key {
            "vulnerabilities" => (Category::Sca, "vulnerabilities", vulnerability),
            "secrets" => (Category::Secret, "secrets", secret),
            "checks" => (Category::Iac, "checks", check),
            "summary" => {
                has_summary = true;
                return counts.read(r, &mut resource.reasons, &list(key));
            }
            "updateTimestamp" => {
                resource.ended = sink.instant(r)?;
                return Ok(());
            }
            "scanner" => {
                if sink.object(r, || list(key))? {
                    members!(r, { "version" => resource.version = sink.name(r, || format!("{}/version", list(key)))? });
                }
                return Ok(());
            }
            "os" => {
                if sink.object(r, || list(key))? {
                    members!(r, { "family" => family = sink.name(r, || format!("{}/family", list(key)))? });
                }
                return Ok(());
            }
            _ => return sink.unknown(r, key, &|| format!("{at}/report")),
        };
        let items = sink.items(r, &|| list(member), read)?;
        resource.lists.push(List { category, member, items });
        Ok(())
    })?;
    if !has_summary && !resource.lists.is_empty() {
        return Err(lacks(r, "a report", "summary"));
    }
    for list in &mut resource.lists {
        for item in &mut list.items {
            counts.note(sink, item);
            let is_system = item.detail.package.name.is_some() && item.locations.is_empty();
            item.detail.package.ecosystem = item.detail.package.ecosystem.or(family.filter(|_| is_system));
        }
    }
    counts.hold(&mut resource.reasons, &list("summary"));
    Ok(())
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    let (mut class, mut target, mut path, mut fixed, mut score) = (None, None, None, None, None);
    members!(r, {
        "vulnerabilityID" => item.ids.extend(sink.name(r, at)?),
        "resource" => item.detail.package.name = sink.name(r, at)?,
        "installedVersion" => item.detail.package.version = sink.name(r, at)?,
        "fixedVersion" => fixed = sink.name(r, at)?,
        "packageType" => item.detail.package.ecosystem = sink.name(r, at)?,
        "packagePURL" => item.detail.package.purl = sink.name(r, at)?,
        "packagePath" => path = sink.name(r, at)?,
        "class" => class = sink.name(r, at)?,
        "target" => target = sink.name(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "score" => score = sink.score(r, || format!("{}/score", at()))?,
        "cvss" => if sink.object(r, || format!("{}/cvss", at()))? {
            row::scores(r, sink, &mut item.claims, at)?;
        },
        "title" => item.detail.title = sink.prose(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
    });
    if item.ids.is_empty() {
        return Err(lacks(r, "a vulnerability", "vulnerabilityID"));
    }
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "a vulnerability", "resource"));
    }
    if let Some(fixed) = fixed {
        versions(sink, fixed, &mut item.fixed_versions);
    }
    item.vector(sink, Source::Tool, score, None);
    let is_library = class.is_some_and(|class| sink.report.texts.get(class).as_data() == "lang-pkgs");
    item.place(path.or(target.filter(|_| is_library)));
    Ok(())
}

fn secret(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Secret);
    let mut path = None;
    members!(r, {
        "ruleID" => item.rule_id = sink.name(r, at)?,
        "target" => path = sink.name(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a secret", "ruleID"));
    }
    item.place(path);
    Ok(())
}

fn check(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Iac);
    let (mut messages, mut description, mut passed) = (Vec::new(), None, None);
    members!(r, {
        "checkID" => item.rule_id = sink.name(r, at)?,
        "title" => item.detail.title = sink.prose(r, at)?,
        "description" => description = sink.prose(r, at)?,
        "messages" => sink.texts(r, &mut messages, &|| format!("{}/messages", at()))?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "success" => passed = sink.flag(r, || format!("{}/success", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a check", "checkID"));
    }
    item.message = messages.first().copied().or(description);
    if passed == Some(true) {
        item.passes(sink);
    }
    Ok(())
}

//! OWASP Dependency-Track: its Finding Packaging Format (its documentation, "File Formats"; `FindingPackagingFormat.java` and
//! `model/Finding.java` of its source).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink, advisory};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, Suppression};
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "dependency-track",
    title: "Dependency-Track findings (FPF)",
    recognized: "`meta.application` that is `Dependency-Track`, beside `project`",
    reads: "Each finding. `isSuppressed` is suppressed; the states `NOT_AFFECTED` and `FALSE_POSITIVE` say that it does not affect, `RESOLVED` that it is fixed",
    severity: "`severity`, where `UNASSIGNED` is unrated, and the CVSS scores of its `source`; the gravest counts",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.text("/meta/application") == Some("Dependency-Track") && probe.has("/project")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("dependency-track");
    let (mut listed, mut dated) = (false, false);
    r.entries(|r, key| {
        match key {
            "meta" => {
                if sink.object(r, || "/meta".to_owned())? {
                    members!(r, {
                        "version" => scan.tool_version = sink.name(r, || "/meta/version".to_owned())?,
                        "timestamp" => {
                            dated = true;
                            scan.ended = sink.instant(r)?;
                        },
                    });
                }
            }
            "findings" => {
                listed = true;
                sink.rows(r, &mut scan, "/findings", finding)?;
            }
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    for (member, told) in [("findings", listed), ("meta/timestamp", dated)] {
        if !told {
            return Err(lacks(r, "the report", member));
        }
    }
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn finding(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut has_component, mut has_vulnerability) = (false, false);
    item.is_of(Category::Sca);
    members!(r, {
        "component" => {
            has_component = true;
            component(r, sink, item, &|| format!("{}/component", at()))?;
        },
        "vulnerability" => {
            has_vulnerability = true;
            vulnerability(r, sink, item, &|| format!("{}/vulnerability", at()))?;
        },
        "attribution" => if sink.object(r, || format!("{}/attribution", at()))? {
            members!(r, { "attributedOn" => item.detail.first_seen = sink.day(r, || format!("{}/attribution/attributedOn", at()))? });
        },
        "analysis" => if sink.object(r, || format!("{}/analysis", at()))? {
            analysis(r, sink, item, &|| format!("{}/analysis", at()))?;
        },
    });
    match (has_component, has_vulnerability) {
        (true, true) => Ok(()),
        (false, _) => Err(lacks(r, "a finding", "component")),
        (true, false) => Err(lacks(r, "a finding", "vulnerability")),
    }
}

fn component(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let package = &mut item.detail.package;
    members!(r, {
        "name" => package.name = sink.name(r, || format!("{}/name", at()))?,
        "version" => package.version = sink.name(r, || format!("{}/version", at()))?,
        "purl" => package.purl = sink.name(r, || format!("{}/purl", at()))?,
    });
    if package.name.is_none() {
        return Err(lacks(r, "a component", "name"));
    }
    Ok(())
}

/// What one version of CVSS says: score and vector.
type Rating = (Option<Text>, Option<Text>);

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut id, mut source, mut aliases, mut cwe) = (None, None, Vec::new(), None);
    let [mut v2, mut v3, mut v4]: [Rating; 3] = [(None, None); 3];
    members!(r, {
        "vulnId" => id = sink.name(r, || format!("{}/vulnId", at()))?,
        "source" => source = sink.name(r, || format!("{}/source", at()))?,
        "aliases" => read_aliases(r, sink, &mut aliases, at)?,
        "title" => item.detail.title = sink.prose(r, || format!("{}/title", at()))?,
        "description" => item.message = sink.prose(r, || format!("{}/description", at()))?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "cvssV2BaseScore" => v2.0 = sink.score(r, || format!("{}/cvssV2BaseScore", at()))?,
        "cvssV2Vector" => v2.1 = sink.name(r, || format!("{}/cvssV2Vector", at()))?,
        "cvssV3BaseScore" => v3.0 = sink.score(r, || format!("{}/cvssV3BaseScore", at()))?,
        "cvssV3Vector" => v3.1 = sink.name(r, || format!("{}/cvssV3Vector", at()))?,
        "cvssV4Score" => v4.0 = sink.score(r, || format!("{}/cvssV4Score", at()))?,
        "cvssV4Vector" => v4.1 = sink.name(r, || format!("{}/cvssV4Vector", at()))?,
        "epssScore" => item.detail.epss = sink.number(r, || format!("{}/epssScore", at()))?,
        "cweId" => cwe = sink.number(r, || format!("{}/cweId", at()))?,
        "cwes" => if sink.expect(r, ValueKind::Array, || format!("{}/cwes", at()))? {
            r.array(|r, index| {
                let at = || format!("{}/cwes/{index}", at());
                if sink.object(r, at)? {
                    members!(r, { "cweId" => item.cwe(r, sink, &at)? });
                }
                Ok(())
            })?;
        },
    });
    let Some(id) = id else { return Err(lacks(r, "a vulnerability", "vulnId")) };
    item.ids = vec![id];
    item.ids.extend(aliases);
    // Old versions told one weakness, and its number alone.
    if let Some(number) = cwe.filter(|_| item.tags.is_empty()) {
        let tag = format!("CWE-{}", sink.report.texts.get(number).as_data());
        item.tags.push(sink.intern(&tag));
    }
    let source = source.map(|source| sink.report.texts.get(source).as_data().to_owned());
    let database = source.map_or(Source::Tool, |source| advisory::database(sink, &source));
    for (version, (score, vector)) in [(CvssVersion::V2, v2), (CvssVersion::V3, v3), (CvssVersion::V4, v4)] {
        item.cvss(database, version, score, vector);
    }
    Ok(())
}

/// Aliases: objects with the id of each database under a name of its own, that of the vulnerability itself among them.
fn read_aliases(r: &mut Reader<'_>, sink: &mut Sink, aliases: &mut Vec<Text>, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, || format!("{}/aliases", at()))? {
        return Ok(());
    }
    r.array(|r, index| {
        let at = || format!("{}/aliases/{index}", at());
        if sink.object(r, at)? {
            r.entries(|r, key| {
                match key {
                    "cveId" | "ghsaId" | "gsdId" | "osvId" | "snykId" | "sonatypeId" | "vulnDbId" => aliases.extend(sink.name(r, at)?),
                    _ => r.skip()?,
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn analysis(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    members!(r, {
        "state" => item.detail.claim = match r.scalar()?.text() {
            Some("NOT_AFFECTED" | "FALSE_POSITIVE") => Claimed::NotAffected,
            Some("RESOLVED") => Claimed::Fixed,
            Some(_) | None => Claimed::Open,
        },
        "isSuppressed" => if sink.flag(r, || format!("{}/isSuppressed", at()))? == Some(true) {
            item.suppressed = Suppression::External;
        },
    });
    Ok(())
}

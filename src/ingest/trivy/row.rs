//! The rows of Trivy's lists. What kind a modified finding is may stand behind it: so the members of all kinds are read as one.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::versions;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claim, Claimed, RawLocation, RawScan, Suppression};
use crate::model::severity::{self, CvssVersion, Source};

/// What a list holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Vulnerability,
    Misconfiguration,
    Secret,
    License,
}

/// What a row's status says, of whichever kind it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    NotAffected,
    Unfixed,
    Pass,
    Exception,
    Other,
}

impl Status {
    fn of(word: &str) -> Self {
        match word {
            "not_affected" => Self::NotAffected,
            "affected" | "will_not_fix" | "fix_deferred" | "end_of_life" => Self::Unfixed,
            "PASS" => Self::Pass,
            "EXCEPTION" => Self::Exception,
            _ => Self::Other,
        }
    }
}

/// What a row is called by each kind, and what is told apart by it.
#[derive(Default)]
struct Names {
    vulnerability: Option<Text>,
    check: Option<Text>,
    rule: Option<Text>,
    license: Option<Text>,
    description: Option<Text>,
    message: Option<Text>,
    status: Option<Text>,
    file: Option<Text>,
}

pub(super) fn read_all(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, kind: Kind, at: &str) -> Result<()> {
    if r.kind()? == ValueKind::Null {
        return r.skip();
    }
    let list = sink.intern(at);
    r.array(|r, index| {
        let (mut item, names) = read(r, sink, &|| format!("{at}/{index}"))?;
        settle(&mut item, &names, kind, sink);
        item.keep(sink, scan, list, index);
        Ok(())
    })
}

/// What a filter or a VEX document took out of the report (`--show-suppressed`).
pub(super) fn read_modified(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
    if r.kind()? == ValueKind::Null {
        return r.skip();
    }
    let list = sink.intern(at);
    r.array(|r, index| {
        let (mut kind, mut claim, mut read_item) = (Kind::Vulnerability, Claimed::Open, None);
        members!(r, {
            "Type" => kind = match r.scalar()?.text() {
                Some("misconfiguration") => Kind::Misconfiguration,
                Some("secret") => Kind::Secret,
                Some("license") => Kind::License,
                Some(_) | None => Kind::Vulnerability,
            },
            "Status" => claim = match r.scalar()?.text() {
                Some("not_affected") => Claimed::NotAffected,
                Some("fixed") => Claimed::Fixed,
                Some(_) | None => Claimed::Open,
            },
            "Finding" => read_item = Some(read(r, sink, &|| format!("{at}/{index}/Finding"))?),
        });
        let (mut item, names) = read_item.unwrap_or_default();
        settle(&mut item, &names, kind, sink);
        item.suppressed = Suppression::External;
        item.detail.claim = claim;
        item.keep(sink, scan, list, index);
        Ok(())
    })
}

fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Item, Names)> {
    let (mut item, mut names) = (sink.item(), Names::default());
    let (mut severity, mut severity_source, mut fixed) = (None, None, None);
    let (mut location, mut avd) = (RawLocation::default(), None);
    let mut old_purl = None;
    members!(r, {
        "VulnerabilityID" => names.vulnerability = sink.name(r, at)?,
        "VendorIDs" => sink.texts(r, &mut item.ids, at)?,
        "PkgName" => item.detail.package.name = sink.name(r, at)?,
        "InstalledVersion" => item.detail.package.version = sink.name(r, at)?,
        "PkgIdentifier" => if sink.expect(r, ValueKind::Object, || format!("{}/PkgIdentifier", at()))? {
            members!(r, { "PURL" => item.detail.package.purl = sink.name(r, at)? });
        },
        "PkgRef" => old_purl = sink.name(r, at)?,
        "PkgPath" => names.file = sink.name(r, at)?,
        "FixedVersion" => fixed = sink.name(r, at)?,
        "Status" => names.status = sink.name(r, at)?,
        "SeveritySource" => severity_source = sink.name(r, at)?,
        "Severity" => severity = Some(sink.told(r)?),
        "VendorSeverity" => if sink.expect(r, ValueKind::Object, || format!("{}/VendorSeverity", at()))? {
            vendor_severities(r, sink, &mut item.claims)?;
        },
        "CVSS" => if sink.expect(r, ValueKind::Object, || format!("{}/CVSS", at()))? {
            scores(r, sink, &mut item.claims, at)?;
        },
        "CweIDs" => sink.texts(r, &mut item.tags, at)?,
        "PublishedDate" => item.detail.published = sink.day(r, || format!("{}/PublishedDate", at()))?,
        "Title" => item.detail.title = sink.prose(r, at)?,
        "Description" => names.description = sink.prose(r, at)?,
        "Message" => names.message = sink.prose(r, at)?,
        "ID" => names.check = sink.name(r, at)?,
        "AVDID" => avd = sink.name(r, at)?,
        "RuleID" => names.rule = sink.name(r, at)?,
        "Name" => names.license = sink.name(r, at)?,
        "FilePath" => names.file = sink.name(r, at)?,
        "StartLine" => location.start_line = sink.line_or_zero(r, at)?,
        "EndLine" => location.end_line = sink.line_or_zero(r, at)?,
        "CauseMetadata" => if sink.expect(r, ValueKind::Object, || format!("{}/CauseMetadata", at()))? {
            members!(r, {
                "Resource" => item.detail.mark = sink.name(r, at)?,
                "StartLine" => location.start_line = sink.line_or_zero(r, at)?,
                "EndLine" => location.end_line = sink.line_or_zero(r, at)?,
            });
        },
    });
    names.check = names.check.or(avd);
    item.detail.package.purl = item.detail.package.purl.or(old_purl);
    let quoted = item.claims.len();
    item.label(Source::Tool, severity);
    // What Trivy says is what this one says.
    let of_source = severity_source.map(|source| sink.lower(source));
    item.label(of_source.map_or(Source::Tool, Source::By), severity.filter(|_| of_source.is_some()));
    item.claims.rotate_left(quoted);
    if let Some(fixed) = fixed {
        versions(sink, fixed, &mut item.fixed_versions);
    }
    location.uri = names.file;
    item.locations.extend((location != RawLocation::default()).then_some(location));
    Ok((item, names))
}

/// What a row means as one of its kind.
fn settle(item: &mut Item, names: &Names, kind: Kind, sink: &mut Sink) {
    let status = names.status.map_or(Status::Other, |status| Status::of(sink.report.texts.get(status).as_data()));
    let is_ghsa = |sink: &Sink, id: Text| sink.report.texts.get(id).as_data().starts_with("GHSA-");
    match kind {
        Kind::Vulnerability => {
            item.detail.category = Some(Category::Sca);
            // Of what vendors number only GitHub's ids name the vulnerability itself.
            item.ids.retain(|&id| is_ghsa(sink, id));
            item.ids.splice(0..0, names.vulnerability);
            item.message = names.description;
            // `fixed` means here that there is a version to go to.
            if status == Status::NotAffected {
                (item.detail.claim, item.suppressed) = (Claimed::NotAffected, Suppression::External);
            }
            item.detail.fix_available = (item.fixed_versions.is_empty() && status == Status::Unfixed).then_some(false);
        }
        Kind::Misconfiguration => {
            item.detail.category = Some(Category::Iac);
            item.rule_id = names.check;
            item.message = names.message.or(names.description);
            match status {
                Status::Pass => item.claims = vec![Claim::new(Source::Result, severity::Kind::ResultKind, sink.intern("pass"))],
                Status::Exception => item.suppressed = Suppression::External,
                Status::NotAffected | Status::Unfixed | Status::Other => {}
            }
        }
        Kind::Secret => {
            item.detail.category = Some(Category::Secret);
            item.rule_id = names.rule;
            item.detail.title = None;
        }
        Kind::License => {
            item.detail.category = Some(Category::License);
            item.rule_id = names.license;
        }
    }
}

/// The name of a source in lower case, as sources are compared.
fn source(name: &str, sink: &mut Sink) -> Source {
    let name = sink.intern(name);
    Source::By(sink.lower(name))
}

/// Severities by number (`pkg/dbtypes/severity.go` of trivy-db).
fn vendor_severities(r: &mut Reader<'_>, sink: &mut Sink, quoted: &mut Vec<Claim>) -> Result<()> {
    r.entries(|r, name| {
        let word = match r.scalar()? {
            Scalar::Number("0") => "unknown",
            Scalar::Number("1") => "low",
            Scalar::Number("2") => "medium",
            Scalar::Number("3") => "high",
            Scalar::Number("4") => "critical",
            Scalar::Text(_) | Scalar::Number(_) | Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => "(odd)",
        };
        quoted.push(Claim::new(source(name, sink), severity::Kind::Label, sink.intern(word)));
        Ok(())
    })
}

pub(in crate::ingest) fn scores(r: &mut Reader<'_>, sink: &mut Sink, quoted: &mut Vec<Claim>, at: &dyn Fn() -> String) -> Result<()> {
    r.entries(|r, name| {
        let source = source(name, sink);
        if !sink.expect(r, ValueKind::Object, || format!("{}/CVSS", at()))? {
            return Ok(());
        }
        let (mut vectors, mut scores) = ([None; 3], [None; 3]);
        let [v2, v3, v4] = &mut vectors;
        let [s2, s3, s4] = &mut scores;
        members!(r, {
            "V2Vector" => *v2 = sink.name(r, at)?,
            "V3Vector" => *v3 = sink.name(r, at)?,
            "V40Vector" => *v4 = sink.name(r, at)?,
            "V2Score" => *s2 = sink.score(r, at)?,
            "V3Score" => *s3 = sink.score(r, at)?,
            "V40Score" => *s4 = sink.score(r, at)?,
        });
        for ((vector, score), version) in vectors.into_iter().zip(scores).zip([CvssVersion::V2, CvssVersion::V3, CvssVersion::V4]) {
            quoted.extend(Claim::cvss(source, version, score, vector));
        }
        Ok(())
    })
}

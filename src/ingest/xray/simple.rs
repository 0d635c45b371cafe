//! The results of `jf audit` and `jf scan` with `--format=simple-json` (`utils/formats/simplejsonapi.go` of `jfrog-cli-security`).
//!
//! Xray and three scanners of source code write into one document, each of which is a scan here. Which of the three ran shows by
//! their lists or their status: the list of one that found nothing is `null`, as is that of one that did not run.

use super::{component_of, cves, fixed, name, reachable};
use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::RawScan;
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "jfrog-cli-simple",
    title: "JFrog CLI simple-json",
    recognized: "`vulnerabilities` beside `securityViolations` and `licensesViolations`",
    reads: "Vulnerabilities and violations of Xray, and what was found in source code: secrets, infrastructure, SAST, each with its violations and each as a scan of its own, if its list or its status tells that it ran. An operational risk is category quality under `end-of-life` or `operational-risk`. `applicable` tells whether the code can be reached. Of a secret neither the snippet nor what was found is read; `licenses` is an inventory and not read",
    severity: "`severity`, and each CVSS score",
    incomplete: "`errors` is not empty; a status in `scansStatus` is not 0",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/vulnerabilities", "/securityViolations", "/licensesViolations"].iter().all(|key| probe.has(key))
}

type ReadRow = fn(&mut Reader<'_>, &mut Sink, &mut Item, &dyn Fn() -> String) -> Result<()>;

/// The tools, as profiles name them: Xray first, which always runs.
const TOOLS: [&str; 4] = ["jfrog-xray", "jfrog-secrets", "jfrog-terraform", "jfrog-sast"];

/// The lists of each tool, the place of the tool, and how their items are read.
const LISTS: [(&str, usize, ReadRow); 10] = [
    ("vulnerabilities", 0, vulnerability),
    ("securityViolations", 0, vulnerability),
    ("licensesViolations", 0, license),
    ("operationalRiskViolations", 0, risk),
    ("secrets", 1, secret),
    ("secretsViolations", 1, secret),
    ("iac", 2, infrastructure),
    ("iacViolations", 2, infrastructure),
    ("sast", 3, code),
    ("sastViolations", 3, code),
];

/// The members of `scansStatus`, and the tool that each is about.
const STATUSES: [(&str, usize); 5] = [
    ("scaScanStatusCode", 0),
    ("ContextualAnalysisScanStatusCode", 0),
    ("secretsScanStatusCode", 1),
    ("iacScanStatusCode", 2),
    ("sastScanStatusCode", 3),
];

/// The scan of a tool, if it ran.
struct OfTool {
    scan: RawScan,
    ran: bool,
    reasons: Reasons,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scans = TOOLS.map(|tool| OfTool { scan: sink.scan(tool), ran: tool == "jfrog-xray", reasons: Reasons::default() });
    let (mut has_list, mut told_errors) = (false, false);
    r.entries(|r, key| {
        if let Some((list, tool, read)) = LISTS.into_iter().find(|(list, ..)| *list == key) {
            has_list |= list == "vulnerabilities";
            return match scans.get_mut(tool) {
                Some(of) if r.kind()? != ValueKind::Null => {
                    of.ran = true;
                    sink.rows(r, &mut of.scan, &format!("/{list}"), read).map(drop)
                }
                _ => r.skip(),
            };
        }
        match key {
            "errors" => {
                told_errors = true;
                // Whose they are is not told.
                let [xray, ..] = &mut scans;
                xray.reasons.errors(r, "/errors", &["errorMessage"])
            }
            "scansStatus" => statuses(r, &mut scans),
            // An inventory, and no result.
            "licenses" => r.skip(),
            _ if r.kind()? == ValueKind::Object => {
                // It may tell how the scans ended.
                let what = "a member that is not known here was not read";
                sink.problem(Weight::Note, "unknown-member", String::new, what, "look for a newer relgate");
                r.skip()
            }
            _ => sink.unknown(r, key, &String::new),
        }
    })?;
    if !has_list {
        return Err(lacks(r, "the report", "vulnerabilities"));
    }
    if !told_errors {
        return Err(lacks(r, "the report", "errors"));
    }
    for OfTool { scan, reasons, .. } in scans.into_iter().filter(|of| of.ran) {
        sink.finish(scan, reasons);
    }
    Ok(())
}

/// How the scans ended: 0 is well, and what is missing or `null` did not run.
fn statuses(r: &mut Reader<'_>, scans: &mut [OfTool; 4]) -> Result<()> {
    let [xray, ..] = scans;
    if !xray.reasons.expect(r, ValueKind::Object, || "/scansStatus".to_owned())? {
        return Ok(());
    }
    r.entries(|r, key| {
        let status = r.scalar()?;
        let (is_told, is_well) = (!status.is_null(), matches!(status, Scalar::Null | Scalar::Number("0")));
        let tool = STATUSES.iter().find(|(member, _)| *member == key).map_or(0, |(_, tool)| *tool);
        if let Some(of) = scans.get_mut(tool) {
            of.ran |= is_told;
            if !is_well {
                of.reasons.add("status", || format!("/scansStatus/{key}"), "the scan did not end well: its status is not 0");
            }
        }
        Ok(())
    })
}

/// What rows about a component have in common.
#[derive(Default)]
struct Impacted {
    name: Option<Text>,
    version: Option<Text>,
    kind: Option<Text>,
}

impl Impacted {
    fn tell(self, r: &Reader<'_>, sink: &mut Sink, item: &mut Item) -> Result<()> {
        let Some(name) = self.name else { return Err(lacks(r, "a row", "impactedPackageName")) };
        item.detail.package = component_of(sink, self.kind, name, self.version);
        Ok(())
    }
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    let (mut of, mut issue, mut ids, mut summary, mut versions) = (Impacted::default(), None, Vec::new(), None, Vec::new());
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "impactedPackageName" => of.name = sink.name(r, at)?,
        "impactedPackageVersion" => of.version = sink.name(r, at)?,
        "impactedPackageType" => of.kind = sink.name(r, at)?,
        "summary" => summary = sink.prose(r, at)?,
        "applicable" => item.detail.reachable = reachable(r.scalar()?.text()),
        "fixedVersions" => sink.texts(r, &mut versions, &|| format!("{}/fixedVersions", at()))?,
        "cves" => if sink.expect(r, ValueKind::Array, || format!("{}/cves", at()))? {
            ids = cves(r, sink, item, &|| format!("{}/cves", at()))?;
        },
        "issueId" => issue = sink.name(r, at)?,
    });
    fixed(sink, &versions, &mut item.fixed_versions);
    name(item, issue, ids, summary);
    of.tell(r, sink, item)
}

fn license(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::License);
    let mut of = Impacted::default();
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "impactedPackageName" => of.name = sink.name(r, at)?,
        "impactedPackageVersion" => of.version = sink.name(r, at)?,
        "impactedPackageType" => of.kind = sink.name(r, at)?,
        "licenseKey" => item.rule_id = sink.name(r, at)?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a violation of a license", "licenseKey"));
    }
    of.tell(r, sink, item)
}

fn risk(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Quality);
    let (mut of, mut is_ended) = (Impacted::default(), false);
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "impactedPackageName" => of.name = sink.name(r, at)?,
        "impactedPackageVersion" => of.version = sink.name(r, at)?,
        "impactedPackageType" => of.kind = sink.name(r, at)?,
        "riskReason" => item.message = sink.prose(r, at)?,
        "isEndOfLife" => is_ended = matches!(r.scalar()?, Scalar::Bool(true) | Scalar::Text("true" | "True")),
    });
    item.rule_id = Some(sink.intern(if is_ended { "end-of-life" } else { "operational-risk" }));
    of.tell(r, sink, item)
}

/// What was found in a file. Only the words about what is no secret are read.
fn finding(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String, category: Category) -> Result<()> {
    item.is_of(category);
    let (mut file, mut lines) = (None, (None, None));
    let (start, end) = (&mut lines.0, &mut lines.1);
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "ruleId" => item.rule_id = sink.name(r, at)?,
        "cwe" => sink.texts(r, &mut item.tags, &|| format!("{}/cwe", at()))?,
        "scannerShortDescription" => item.detail.title = sink.prose(r, at)?,
        "file" => file = sink.name(r, at)?,
        "startLine" => *start = sink.line_or_zero(r, || format!("{}/startLine", at()))?,
        "endLine" => *end = sink.line_or_zero(r, || format!("{}/endLine", at()))?,
        "finding" => if category == Category::Secret { r.skip()? } else { item.message = sink.prose(r, at)? },
    });
    item.lines(file, lines);
    // Older releases tell no rule.
    item.rule_id = item.rule_id.or(item.message).or_else(|| Some(sink.intern(category.word())));
    Ok(())
}

fn secret(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    finding(r, sink, item, at, Category::Secret)
}

fn infrastructure(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    finding(r, sink, item, at, Category::Iac)
}

fn code(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    finding(r, sink, item, at, Category::Sast)
}

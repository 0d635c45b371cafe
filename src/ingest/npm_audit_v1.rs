//! `npm audit --json` of npm 6, which `pnpm audit --json` and `yarn npm audit --json` (Yarn 2 and 3) write too (npm's documentation
//! of version 6, and pnpm's `types.ts` of `audit`).
//!
//! `advisories` are listed by number, each with a finding for each version in use: such a version is a result. An advisory without
//! findings is one result whose version is not known.

use crate::base::json::{Reader, Result, ValueKind, members, pointer};
use crate::base::text::Text;
use crate::ingest::advisory::ghsa_in;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::npm::{LEVELS, Rating, Totals};
use crate::ingest::npm_audit_v2::numbered;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::{RawDetail, RawPackage, RawScan};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "npm-audit-v1",
    title: "npm audit JSON, npm 6, pnpm, Yarn 2 and 3",
    recognized: "`advisories` beside `metadata`",
    reads: "Each version in `findings` is a sighting; an advisory without findings is one. `patched_versions` of `<0.0.0` says that there is no fix. pnpm and Yarn are not told apart from npm: the tool is `npm-audit`",
    severity: "the advisory's word, and the CVSS score and vector that it quotes",
    incomplete: "`muted` is not empty; a severity is counted and none of it is listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.kind("/advisories") == Some(ValueKind::Object) && probe.has("/metadata")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit =
        Audit { scan: sink.scan("npm-audit"), reasons: Reasons::default(), ecosystem: sink.intern("npm"), severities: Vec::new() };
    let (mut listed, mut counted, mut totals) = (false, false, None);
    r.entries(|r, key| match key {
        "advisories" => {
            listed = true;
            r.entries(|r, key| audit.advisory(r, sink, key))
        }
        "metadata" => {
            counted = true;
            totals = Totals::read(r, &mut audit.reasons)?;
            Ok(())
        }
        "muted" => audit.muted(r),
        _ => {
            // It might hold what is not among the advisories.
            if r.kind()? == ValueKind::Array && key != "actions" {
                sink.problem(Weight::Note, "unknown-list", String::new, "the report has a list that is not known and not read", "");
            }
            r.skip()
        }
    })?;
    if !listed {
        return Err(lacks(r, "the report", "advisories"));
    }
    if !counted {
        return Err(lacks(r, "the report", "metadata"));
    }
    if let Some((level, count)) = totals.and_then(|totals| totals.unlisted(&audit.severities)) {
        let what = format!("the report counts {count} of severity {level} and lists none");
        audit.reasons.add("count-mismatch", || "/metadata/vulnerabilities".to_owned(), what);
    }
    let Audit { scan, reasons, .. } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
    ecosystem: Text,
    /// Those of the advisories, each once.
    severities: Vec<&'static str>,
}

/// One version in use.
#[derive(Clone, Copy, Default)]
struct Finding {
    version: Option<Text>,
    dev: Option<bool>,
}

impl Audit {
    fn muted(&mut self, r: &mut Reader<'_>) -> Result<()> {
        if !self.reasons.expect(r, ValueKind::Array, || "/muted".to_owned())? {
            return Ok(());
        }
        let mut muted = 0_u64;
        r.array(|r, _| {
            muted += 1;
            r.skip()
        })?;
        if muted > 0 {
            self.reasons.add("muted", || "/muted".to_owned(), format!("{muted} advisories are muted and not in the report"));
        }
        Ok(())
    }

    fn advisory(&mut self, r: &mut Reader<'_>, sink: &mut Sink, key: &str) -> Result<()> {
        let place = pointer(["advisories", key].into_iter());
        let at = &|| place.clone();
        let (mut title, mut name, mut named, mut findings) = (None, None, false, None);
        let (mut number, mut ghsa, mut url, mut cves) = (None, None, None, Vec::new());
        let (mut fix_available, mut fixed) = (None, None);
        let mut rating = Rating::default();
        members!(r, {
            "id" => number = sink.number(r, || format!("{place}/id"))?,
            "github_advisory_id" => ghsa = sink.name(r, || format!("{place}/github_advisory_id"))?,
            "url" => url = sink.name(r, || format!("{place}/url"))?,
            "cves" => sink.texts(r, &mut cves, &|| format!("{place}/cves"))?,
            "title" => title = sink.prose(r, || format!("{place}/title"))?,
            // pnpm writes null where the database lost the name.
            "module_name" => {
                name = sink.name(r, || format!("{place}/module_name"))?;
                named = true;
            },
            "severity" => rating.severity = sink.name(r, || format!("{place}/severity"))?,
            "cwe" => rating.cwes(r, sink, at)?,
            "cvss" => rating.cvss(r, sink, at)?,
            "patched_versions" => (fix_available, fixed) = patched(r, sink, at)?,
            "findings" => findings = Some(read_findings(r, sink, &place)?),
        });
        if !named {
            return Err(lacks(r, "an advisory", "module_name"));
        }
        self.note_severity(sink, rating.severity);
        let mut ids: Vec<Text> = ghsa.into_iter().chain(ghsa_in(sink, url)).chain(cves).collect();
        let key_number = || key.bytes().all(|byte| byte.is_ascii_digit()).then_some(key);
        let number = number.or_else(|| key_number().map(|key| sink.intern(key)));
        ids.extend(numbered(sink, number));
        let Some(mut findings) = findings else { return Err(lacks(r, "an advisory", "findings")) };
        // One that names no version in use is listed all the same.
        findings.extend(findings.is_empty().then(Finding::default));
        let list = sink.intern(&format!("{place}/findings"));
        let detail = RawDetail { category: Some(Category::Sca), title, fix_available, ..RawDetail::default() };
        let mut item = Item { ids, fixed_versions: fixed.into_iter().collect(), detail, ..Item::default() };
        rating.rate(sink, &mut item);
        let mut row = item.into_row(sink);
        for (index, finding) in (0..).zip(findings) {
            row.detail.package = RawPackage { ecosystem: Some(self.ecosystem), name, version: finding.version, purl: None };
            row.detail.dev = finding.dev;
            row.keep(sink, &mut self.scan, list, index);
        }
        Ok(())
    }

    fn note_severity(&mut self, sink: &Sink, severity: Option<Text>) {
        let word = severity.map_or("", |severity| sink.report.texts.get(severity).as_data());
        let level = LEVELS.into_iter().find(|level| *level == word);
        self.severities.extend(level.filter(|level| !self.severities.contains(level)));
    }
}

/// Whether there is a fix, where npm says so without a version, and the range that has it. `<0.0.0` holds no version: there is none.
fn patched(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Option<bool>, Option<Text>)> {
    let told = sink.name(r, || format!("{}/patched_versions", at()))?;
    let none = told.is_some_and(|told| sink.report.texts.get(told).as_data().trim() == "<0.0.0");
    Ok(if none { (Some(false), None) } else { (None, told) })
}

fn read_findings(r: &mut Reader<'_>, sink: &mut Sink, place: &str) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    r.array(|r, index| {
        let mut finding = Finding::default();
        members!(r, {
            "version" => finding.version = sink.name(r, || format!("{place}/findings/{index}/version"))?,
            "dev" => finding.dev = sink.flag(r, || format!("{place}/findings/{index}/dev"))?,
        });
        findings.push(finding);
        Ok(())
    })?;
    Ok(findings)
}

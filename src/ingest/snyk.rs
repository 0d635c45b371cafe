//! Snyk: `snyk test --json` and `snyk container test --json` (`src/lib/snyk-test` and `src/lib/formatters/test` of its command line).
//!
//! One project is an object, several are a list. An image has the projects inside it in `applications`. There is a row for each way
//! in which a component comes in, so one vulnerability is listed many times.

mod issue;
mod rating;

use crate::base::json::{Reader, Result, ValueKind};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use crate::model::raw::{RawScan, Suppression};
use issue::Issues;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "snyk",
    title: "Snyk Open Source and Container JSON",
    recognized: "`ok` beside `dependencyCount`, or beside `error` and `path`, or `vulnerabilities` with `from` and `upgradePath`; of one project, or of the first in a list",
    reads: "Each project is a scan, and each application in an image. Each row of `vulnerabilities`, and those of `filtered.ignore` and `filtered.patch` as suppressed. License issues are category license, malicious packages malware. The path is `displayTargetFile`, of an image `path` is the target",
    severity: "`severity`, and `originalSeverity` where a policy changed it, each CVSS score and `nvdSeverity`; the gravest counts. Of what an operating system brings, `severity` is that of its distribution",
    incomplete: "a project is an `error`; `uniqueCount` is not what is listed; `ok` is false and nothing is listed; `filtered` cannot be read",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// What `--severity-threshold` leaves out is not in the report.
const BELOW: &str = "what a scanner leaves out cannot be judged: report it, and let the policy say what it does about it";

/// The results of `snyk iac test`.
const IAC: &str = "infrastructureAsCodeIssues";

/// Objects of a project that hold no results of their own: `remediation` says what to do about those in `vulnerabilities`.
const BESIDE: [&str; 4] = ["ignoreSettings", "licensesPolicy", "remediation", "scanResult"];

fn sniff(probe: &Probe) -> bool {
    is_project(probe, "") || is_project(probe, "/0")
}

fn is_project(probe: &Probe, at: &str) -> bool {
    let has = |key: &str| probe.has(&format!("{at}/{key}"));
    // `snyk iac test` writes the same around other results, and a number with its errors.
    let is_iac = has(IAC) || has("code") || probe.text(&format!("{at}/packageManager")).is_some_and(|manager| manager.ends_with("config"));
    let is_project = has("ok") && (has("dependencyCount") || has("error") && has("path"));
    // Where many rows stand before the rest, the first of them tells.
    !is_iac && (is_project || has("vulnerabilities/0/from") && has("vulnerabilities/0/upgradePath"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    if r.kind()? != ValueKind::Array {
        return project(r, sink, "", false);
    }
    let mut projects = 0_u64;
    r.array(|r, index| {
        projects += 1;
        project(r, sink, &format!("/{index}"), false)
    })?;
    if projects == 0 {
        return Err(r.refuse("no-project", "the list has no project in it", "let Snyk write the report again"));
    }
    Ok(())
}

/// What a project says beside its results.
#[derive(Default)]
struct Project {
    ok: Option<bool>,
    has_error: bool,
    unique: Option<u64>,
    dependencies: Option<u64>,
    /// The manifest, and the same as it is shown.
    manifest: Option<Text>,
    shown_manifest: Option<Text>,
    /// The folder that was scanned, or the image.
    path: Option<Text>,
    name: Option<Text>,
    ecosystem: Option<Text>,
    is_image: bool,
}

fn project(r: &mut Reader<'_>, sink: &mut Sink, at: &str, in_image: bool) -> Result<()> {
    let tool = sink.intern("snyk");
    let (mut scan, mut reasons) = (RawScan::new(at.to_owned(), tool), Reasons::default());
    let mut project = Project { is_image: in_image, ..Project::default() };
    let (mut found, mut filtered, mut told_ok) = (None, Vec::new(), false);
    let first = sink.report.scans.len();
    r.entries(|r, key| {
        let place = || format!("{at}/{key}");
        match key {
            "vulnerabilities" => found = Some(Issues::read(r, sink, &place())?),
            "filtered" if reasons.expect(r, ValueKind::Object, place)? => r.entries(|r, key| match key {
                "ignore" | "patch" => {
                    filtered.push(Issues::read(r, sink, &format!("{}/{key}", place()))?);
                    Ok(())
                }
                _ => sink.unknown(r, key, &place),
            })?,
            "applications" => r.array(|r, index| self::project(r, sink, &format!("{at}/applications/{index}"), true))?,
            "ok" => {
                told_ok = true;
                project.ok = reasons.flag(r, place)?;
            }
            "error" => {
                project.has_error = true;
                let text = r.scalar()?.text().map(str::to_owned);
                reasons.error(place, text.as_deref());
            }
            "uniqueCount" => project.unique = reasons.count(r, place)?,
            "dependencyCount" => project.dependencies = reasons.count(r, place)?,
            "severityThreshold" => threshold(r, sink, place)?,
            "displayTargetFile" => project.shown_manifest = sink.name(r, place)?,
            "targetFile" => project.manifest = sink.name(r, place)?,
            "path" => project.path = sink.name(r, place)?,
            "projectName" => project.name = sink.name(r, place)?,
            "packageManager" => project.ecosystem = sink.name(r, place)?,
            "docker" => {
                project.is_image |= r.kind()? == ValueKind::Object;
                r.skip()?;
            }
            // One of another type was passed over, with a reason.
            "filtered" => {}
            IAC => {
                let what = "this is what `snyk iac test` writes, and no test of dependencies";
                return Err(r.refuse("another-test", what, "name the format that reads it, or write SARIF: `snyk iac test --sarif`"));
            }
            _ if BESIDE.contains(&key) => r.skip()?,
            _ => unknown(r, sink, key, at)?,
        }
        Ok(())
    })?;
    for (member, told) in [("ok", told_ok), ("vulnerabilities", found.is_some())] {
        if !told && !project.has_error {
            return Err(lacks(r, "a project", member));
        }
    }
    project.check(found.as_ref(), sink, &mut reasons, at);
    if let Some(found) = found {
        project.keep(found, Suppression::None, sink, &mut scan);
    }
    for list in filtered {
        project.keep(list, Suppression::External, sink, &mut scan);
    }
    sink.finish(scan, reasons);
    // An image comes before what is in it.
    if let Some(scans) = sink.report.scans.get_mut(first..) {
        scans.rotate_right(1);
    }
    Ok(())
}

/// Passes over a member that is not known. Results may stand in a list, and in an object, as those that were filtered out do.
fn unknown(r: &mut Reader<'_>, sink: &mut Sink, key: &str, at: &str) -> Result<()> {
    if r.kind()? == ValueKind::Object {
        let what = "an object that is not known here was not read: it may hold what was filtered out";
        sink.problem(Weight::Note, "unknown-object", || at.to_owned(), what, "look for a newer relgate");
    }
    sink.unknown(r, key, &|| at.to_owned())
}

/// `low` leaves nothing out.
fn threshold(r: &mut Reader<'_>, sink: &mut Sink, at: impl FnOnce() -> String) -> Result<()> {
    let told = r.scalar()?.text().filter(|&word| word != "low").map(str::to_owned);
    if let Some(word) = told {
        let what = format!("Snyk was told to leave out what is below {}", word.chars().take(20).collect::<String>());
        sink.problem(Weight::Warning, "scanner-ignores", at, what, BELOW);
    }
    Ok(())
}

impl Project {
    /// Holds what the project says of itself against its results.
    fn check(&self, found: Option<&Issues>, sink: &mut Sink, reasons: &mut Reasons, at: &str) {
        let unique = found.map_or(0, Issues::unique);
        reasons.counted("different vulnerabilities", self.unique, unique, || format!("{at}/uniqueCount"));
        if self.ok == Some(false) && !self.has_error && unique == 0 {
            reasons.add("count-mismatch", || format!("{at}/ok"), "`ok` is false, and the report lists nothing");
        }
        if self.dependencies == Some(0) && unique == 0 {
            let what = "Snyk found no dependency at all";
            sink.problem(Weight::Warning, "nothing-audited", || format!("{at}/dependencyCount"), what, "check what it was pointed at");
        }
    }

    fn keep(&self, issues: Issues, suppressed: Suppression, sink: &mut Sink, scan: &mut RawScan) {
        let target = if self.is_image { self.image(sink) } else { None };
        for (index, mut item) in issues.items {
            item.suppressed = suppressed;
            let detail = &mut item.detail;
            detail.target = target;
            detail.package.ecosystem = detail.package.ecosystem.or(self.ecosystem);
            // What an image brings, nobody asked for.
            detail.direct = detail.direct.filter(|_| !self.is_image);
            item.place(self.shown_manifest.or(self.manifest));
            item.keep(sink, scan, issues.list, index);
        }
    }

    /// The image that was scanned. Behind it Snyk writes the last part of its name once more: `org/shop:1.2/shop`.
    fn image(&self, sink: &mut Sink) -> Option<Text> {
        let path = self.path?;
        let word = |text: Text| sink.report.texts.get(text).as_data();
        let name = self.name.map_or("", word);
        let last = name.strip_prefix("docker-image|").and_then(|name| name.rsplit('/').next());
        let image = last.and_then(|last| word(path).strip_suffix(last)?.strip_suffix('/')).filter(|image| image.contains(':'));
        let Some(image) = image.map(str::to_owned) else { return Some(path) };
        Some(sink.intern(&image))
    }
}

//! GitLab's security reports: SAST, dependency, container and cluster image scanning, secrets, DAST and fuzzing
//! (`dist/*-report-format.json` of GitLab's `security-report-schemas`, versions 2 to 15).
//!
//! What the scan is stands mostly behind what it found, so rows are settled at the end. Before version 3 there was no `scan`, and one
//! report held what several scanners found: it is read as a scan of each.

mod vulnerability;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::RawScan;
use crate::model::scan::Ended;
use vulnerability::Own;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "gitlab",
    title: "GitLab security report",
    recognized: "`vulnerabilities` with `scan.type`, with `remediations` and `version`, or with `identifiers` and `location` in the first one",
    reads: "Each vulnerability, as of the scanner. Its `category`, else the type of the scan, tells what it is. Identifiers of a component are its ids; elsewhere CVE and GHSA are ids, and the first other identifier is the rule. What is flagged as a likely false positive is judged all the same. Code that is quoted is not read",
    severity: "the word of the report, and each vector in `cvss_vectors`; `Unknown` is unrated",
    incomplete: "`scan.status` is not `success`, `scan.messages` has one of a level other than `info` and `warn`, the scan was partial, or a report of version 15 or later, or of none that can be read, has no `scan`",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_list = probe.kind("/vulnerabilities") == Some(ValueKind::Array);
    let has = |keys: &[&str]| keys.iter().all(|key| probe.has(key));
    let of_first = ["/vulnerabilities/0/identifiers", "/vulnerabilities/0/location"];
    is_list && (probe.has("/scan/type") || has(&["/remediations", "/version"]) || has(&of_first))
}

/// What is told around the vulnerabilities.
#[derive(Default)]
struct Report {
    version: Option<Text>,
    has_scan: bool,
    kind: Option<Text>,
    scanner: Option<Text>,
    analyzer: Option<Text>,
    scanner_version: Option<Text>,
    ended: Ended,
    /// Files of dependencies, and the package manager of each.
    managers: Vec<(Option<Text>, Option<Text>)>,
    /// What each vulnerability tells of itself that must wait.
    own: Vec<Own>,
    reasons: Reasons,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut report = Report::default();
    let mut all = sink.scan("gitlab");
    let mut is_listed = false;
    r.entries(|r, key| match key {
        "version" => {
            report.version = sink.name(r, || "/version".to_owned())?;
            Ok(())
        }
        "scan" => {
            report.has_scan = report.reasons.expect(r, ValueKind::Object, || "/scan".to_owned())?;
            if report.has_scan { report.scan(r, sink) } else { Ok(()) }
        }
        "vulnerabilities" => {
            is_listed = true;
            let own = &mut report.own;
            sink.rows(r, &mut all, "/vulnerabilities", |r, sink, item, at| {
                own.push(vulnerability::read(r, sink, item, at)?);
                Ok(())
            })?;
            Ok(())
        }
        "dependency_files" => report.dependency_files(r, sink),
        // Patches, and what ZAP itself says of what stands in `vulnerabilities`.
        "remediations" | "site" => r.skip(),
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !is_listed {
        return Err(lacks(r, "the report", "vulnerabilities"));
    }
    report.settle(sink, &mut all);
    report.divide(sink, all);
    Ok(())
}

impl Report {
    fn scan(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        let (mut status, mut started) = (None, Ended::NotTold);
        r.entries(|r, key| {
            match key {
                "type" => self.kind = sink.name(r, || "/scan/type".to_owned())?,
                "status" => status = Some(sink.told(r)?),
                "start_time" => started = sink.instant_in_utc(r)?,
                "end_time" => self.ended = sink.instant_in_utc(r)?,
                "scanner" => (self.scanner, self.scanner_version) = scanner(r, sink, "/scan/scanner")?,
                "analyzer" => self.analyzer = scanner(r, sink, "/scan/analyzer")?.0,
                "messages" => self.messages(r)?,
                "partial_scan" => {
                    if self.reasons.expect(r, ValueKind::Object, || "/scan/partial_scan".to_owned())? {
                        r.skip()?;
                        self.reasons.add(
                            "partial-scan",
                            || "/scan/partial_scan".to_owned(),
                            "only a part was scanned, such as what changed",
                        );
                    }
                }
                "version" | "options" | "primary_identifiers" | "scanned_resources" | "observability" => r.skip()?,
                _ => {
                    r.skip()?;
                    let what = "a member that is not known here was not read: it may limit what was scanned";
                    sink.problem(Weight::Note, "unknown-member", || "/scan".to_owned(), what, "look for a newer relgate");
                }
            }
            Ok(())
        })?;
        if self.ended == Ended::NotTold {
            self.ended = started;
        }
        let status = status.map_or("(not told)", |status| sink.report.texts.get(status).as_data());
        if status != "success" {
            self.reasons.add(
                "scan-failed",
                || "/scan/status".to_owned(),
                format!("the status of the scan is not `success` but `{status}`"),
            );
        }
        Ok(())
    }

    fn messages(&mut self, r: &mut Reader<'_>) -> Result<()> {
        if !self.reasons.expect(r, ValueKind::Array, || "/scan/messages".to_owned())? {
            return Ok(());
        }
        r.array(|r, index| {
            let at = || format!("/scan/messages/{index}");
            let (mut is_error, mut text) = (true, None);
            if self.reasons.item(r, ValueKind::Object, at)? {
                members!(r, {
                    "level" => is_error = !matches!(r.scalar()?.text(), Some("info" | "warn")),
                    "value" => text = r.scalar()?.text().map(str::to_owned),
                });
            }
            if is_error {
                self.reasons.error(at, text.as_deref());
            }
            Ok(())
        })
    }

    /// Which package manager each file of dependencies belongs to: nothing else tells the ecosystem.
    fn dependency_files(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        if !sink.expect(r, ValueKind::Array, || "/dependency_files".to_owned())? {
            return Ok(());
        }
        r.array(|r, index| {
            let at = || format!("/dependency_files/{index}");
            let (mut path, mut manager) = (None, None);
            if sink.object(r, at)? {
                members!(r, {
                    "path" => path = sink.name(r, at)?,
                    "package_manager" => manager = sink.name(r, at)?,
                });
            }
            self.managers.push((path, manager));
            Ok(())
        })
    }

    fn category(&self, sink: &Sink) -> Option<Category> {
        let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
        // GitLab has no type for infrastructure: what scans it there is KICS.
        let is_kics = word(self.scanner.or(self.analyzer)) == "kics";
        vulnerability::category(word(self.kind))
            .map(|category| if is_kics && category == Category::Sast { Category::Iac } else { category })
    }

    /// Tells the rows what only the report tells. Each detail is that of the row with its number.
    fn settle(&mut self, sink: &mut Sink, all: &mut RawScan) {
        let category = self.category(sink);
        all.category = category;
        all.tool_version = self.scanner_version;
        all.ended = self.ended;
        let report = &mut sink.report;
        for (number, own) in self.own.iter().enumerate() {
            let Some(detail) = report.details.get_mut(number) else { continue };
            let told = own.category.filter(|&told| category != Some(Category::Iac) || told != Category::Sast);
            let settled = told.or(category).or(own.guess);
            detail.category = settled;
            // What marks code may be made of the secret in it.
            if settled.is_none_or(|settled| settled == Category::Secret) {
                detail.mark = None;
            }
            let place = all.results.get_mut(number).and_then(|row| report.locations.get(row.locations).first());
            if let Some(file) = place.and_then(|place| place.uri).filter(|_| settled == Some(Category::Sca)) {
                let manager = self.managers.iter().find(|(path, _)| *path == Some(file)).and_then(|&(_, manager)| manager);
                detail.package.ecosystem = detail.package.ecosystem.or(manager);
            }
        }
        let major = self.version.and_then(|version| report.texts.get(version).as_data().split('.').next()?.parse::<u32>().ok());
        if !self.has_scan {
            let what = "the report does not tell what was scanned and how that ended";
            if major.is_none_or(|major| major >= 15) {
                self.reasons.add("no-scan", || "/scan".to_owned(), what);
            } else {
                report.problems.add(Weight::Warning, "no-scan", || "/scan".to_owned(), what, "let a newer version of the scanner write it");
            }
        }
    }

    /// Keeps what was read as a scan of its scanner, or of each that found something where the report names none.
    fn divide(self, sink: &mut Sink, all: RawScan) {
        let of_all = self.scanner.or(self.analyzer);
        let tools: Vec<Text> = self.own.iter().map(|own| of_all.or(own.scanner).unwrap_or(all.tool)).collect();
        let all = RawScan { tool: of_all.unwrap_or(all.tool), ..all };
        sink.finish_each(all, &tools, self.reasons);
    }
}

/// The id of a scanner, else its name, and its version.
fn scanner(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<(Option<Text>, Option<Text>)> {
    let (mut id, mut name, mut version) = (None, None, None);
    if sink.object(r, || at.to_owned())? {
        members!(r, {
            "id" => id = sink.name(r, || format!("{at}/id"))?,
            "name" => name = sink.name(r, || format!("{at}/name"))?,
            "version" => version = sink.name(r, || format!("{at}/version"))?,
        });
    }
    Ok((id.or(name), version))
}

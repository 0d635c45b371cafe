//! `npm audit --json` of npm 7 and later: `auditReportVersion` 2 (npm's documentation of `audit`, and `audit-report.js` of its
//! Arborist), and the object that npm writes in place of a report when the audit failed.
//!
//! `vulnerabilities` lists packages. Advisories stand in `via` of the package they are about; a package that only depends on it names
//! it there with a string. So what is counted is packages, and what becomes a result is each advisory. No version is told.

use hashbrown::{HashMap, HashSet};

use crate::base::json::{Reader, Result, ValueKind, members, pointer};
use crate::base::text::Text;
use crate::ingest::advisory::ghsa_in;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::npm::{Rating, Totals, numbered};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::{RawPackage, RawScan};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "npm-audit-v2",
    title: "npm audit JSON, npm 7 and later",
    recognized: "`auditReportVersion`, or npm's error object",
    reads: "Each advisory in `via` is a sighting of the package it stands in; no version is told. The GHSA comes from its address, `NPM-` and the number stand beside it",
    severity: "the advisory's word, and the CVSS score and vector that it quotes; a score of 0 without a vector is none",
    incomplete: "npm wrote an error object; more packages are counted than listed; a package is vulnerable through one whose advisory is not there",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// How much of what npm says about a failure is repeated.
const WORDS: usize = 200;

fn sniff(probe: &Probe) -> bool {
    let failed = probe.has("/error/summary") || ["/message", "/method", "/uri", "/statusCode"].iter().all(|key| probe.has(key));
    probe.has("/auditReportVersion") || failed
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit =
        Audit { scan: sink.scan("npm-audit"), reasons: Reasons::default(), ecosystem: sink.intern("npm"), packages: Vec::new() };
    let (mut version, mut listed, mut totals, mut failure) = (None, false, None, Failure::default());
    let mut counted = false;
    members!(r, {
        "auditReportVersion" => {
            let value = r.scalar()?;
            version = Some(value.number().unwrap_or(value.kind().word()).to_owned());
        },
        "vulnerabilities" => {
            listed = true;
            r.entries(|r, name| audit.package(r, sink, name))?;
        },
        "metadata" => {
            counted = true;
            totals = Totals::of_metadata(r, &mut audit.reasons)?;
        },
        "message" => failure.message = r.scalar()?.text().map(str::to_owned),
        "error" => failure.error(r)?,
    });
    let failed = failure.tell(&mut audit.reasons);
    match version.as_deref() {
        Some("2") => {}
        Some(other) => {
            let message = format!("`auditReportVersion` is {}, not 2", cut(other));
            return Err(r.refuse("version", &message, "this version is not known: update relgate, or use an npm that it knows"));
        }
        None if failed => {}
        None => return Err(lacks(r, "the report", "auditReportVersion")),
    }
    if !listed && !failed {
        return Err(lacks(r, "the report", "vulnerabilities"));
    }
    if !counted && !failed {
        return Err(lacks(r, "the report", "metadata"));
    }
    audit.follow(sink);
    audit.compare(sink, totals.filter(|_| listed));
    let Audit { scan, reasons, .. } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

/// What npm says in place of a report.
#[derive(Default)]
struct Failure {
    message: Option<String>,
    /// Code, summary and detail of the error, as far as it has them.
    error: Option<Vec<String>>,
}

impl Failure {
    fn error(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let said = self.error.insert(Vec::new());
        match r.kind()? {
            ValueKind::Object => r.entries(|r, key| {
                let value = r.scalar()?;
                said.extend(
                    value.text().filter(|text| matches!(key, "code" | "summary" | "detail") && !text.is_empty()).map(str::to_owned),
                );
                Ok(())
            }),
            ValueKind::Null => {
                self.error = None;
                r.skip()
            }
            ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Array => {
                said.extend(r.scalar()?.text().map(str::to_owned));
                Ok(())
            }
        }
    }

    /// Tells it; whether there was one.
    fn tell(self, reasons: &mut Reasons) -> bool {
        let at = if self.error.is_some() { "/error" } else { "/message" };
        let failed = self.error.is_some() || self.message.is_some();
        let said: Vec<String> = self.message.into_iter().chain(self.error.into_iter().flatten()).collect();
        if failed {
            let said = if said.is_empty() { "it does not say why".to_owned() } else { cut(&said.join(": ")) };
            reasons.add("tool-error", || at.to_owned(), format!("npm audit failed: {said}"));
        }
        failed
    }
}

fn cut(text: &str) -> String {
    text.chars().take(WORDS).collect()
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
    ecosystem: Text,
    packages: Vec<Package>,
}

/// Why a package is listed.
struct Package {
    name: Text,
    /// For advisories of its own.
    own: bool,
    /// For what it depends on.
    through: Vec<Text>,
}

impl Audit {
    fn package(&mut self, r: &mut Reader<'_>, sink: &mut Sink, name: &str) -> Result<()> {
        let list = format!("{}/via", pointer(["vulnerabilities", name].into_iter()));
        let at = list.trim_end_matches("/via");
        let name = sink.intern(name);
        let (mut severity, mut direct, mut fix_available) = (None, None, None);
        let mut found = None;
        let mut through = Vec::new();
        members!(r, {
            "severity" => severity = sink.name(r, || format!("{at}/severity"))?,
            "isDirect" => direct = sink.flag(r, || format!("{at}/isDirect"))?,
            // An object names the upgrade of the project's own dependency that brings the fix.
            "fixAvailable" => fix_available = if r.kind()? == ValueKind::Object {
                r.skip()?;
                Some(true)
            } else {
                sink.flag(r, || format!("{at}/fixAvailable"))?
            },
            "via" => {
                let mut advisories = Vec::new();
                r.array(|r, index| {
                    if r.kind()? == ValueKind::Text {
                        through.extend(sink.text(r, String::new)?);
                    } else {
                        advisories.push((index, Advisory::read(r, sink, &|| format!("{list}/{index}"))?));
                    }
                    Ok(())
                })?;
                found = Some(advisories);
            },
        });
        let Some(found) = found else { return Err(lacks(r, "a package", "via")) };
        self.packages.push(Package { name, own: !found.is_empty(), through });
        let list = sink.intern(&list);
        for (index, mut advisory) in found {
            // That of the package is the gravest of its advisories.
            advisory.rating.severity = advisory.rating.severity.or(severity);
            let mut item = advisory.item;
            advisory.rating.rate(sink, &mut item);
            item.detail.package = RawPackage { ecosystem: Some(self.ecosystem), name: Some(name), ..RawPackage::default() };
            item.detail.category = Some(Category::Sca);
            item.detail.direct = direct;
            item.detail.fix_available = fix_available;
            item.keep(sink, &mut self.scan, list, index);
        }
        Ok(())
    }

    /// Makes sure that behind every package there is an advisory.
    fn follow(&mut self, sink: &Sink) {
        let mut dependents: HashMap<Text, Vec<Text>> = HashMap::new();
        for package in &self.packages {
            package.through.iter().for_each(|&target| dependents.entry(target).or_default().push(package.name));
        }
        let mut explained: HashSet<Text> = HashSet::new();
        let mut next: Vec<Text> = self.packages.iter().filter(|package| package.own).map(|package| package.name).collect();
        while let Some(name) = next.pop() {
            if explained.insert(name) {
                next.extend(dependents.get(&name).into_iter().flatten());
            }
        }
        let word = |name: Text| sink.report.texts.get(name).as_data();
        for package in &self.packages {
            let lost = package.through.iter().find(|target| !explained.contains(*target));
            let what = match lost {
                Some(&target) => {
                    format!("{} is vulnerable through {}, whose advisory is not in the report", word(package.name), word(target))
                }
                None if !explained.contains(&package.name) => format!("no advisory says why {} is listed", word(package.name)),
                None => continue,
            };
            self.reasons.add("missing-advisory", || pointer(["vulnerabilities", word(package.name), "via"].into_iter()), what);
        }
    }

    /// Holds what is listed against what is counted.
    fn compare(&mut self, sink: &mut Sink, totals: Option<Totals>) {
        let Some(counted) = totals.map(|totals| totals.all()) else { return };
        let listed = self.packages.len() as u64;
        let what = format!("the report counts {counted} vulnerable packages and lists {listed}");
        let at = || "/metadata/vulnerabilities".to_owned();
        if counted > listed {
            self.reasons.add("count-mismatch", at, what);
        } else if counted < listed {
            sink.problem(Weight::Warning, "count-mismatch", at, what, "the report was changed after npm wrote it: audit again");
        }
    }
}

struct Advisory {
    item: Item,
    rating: Rating,
}

impl Advisory {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Self> {
        let (mut item, mut rating) = (Item::default(), Rating::default());
        let (mut url, mut number, mut first_number) = (None, None, None);
        members!(r, {
            "source" => number = sink.number(r, || format!("{}/source", at()))?,
            // What the first releases of npm 7 called it.
            "id" => first_number = sink.number(r, || format!("{}/id", at()))?,
            "url" => url = sink.name(r, || format!("{}/url", at()))?,
            "title" => item.detail.title = sink.prose(r, || format!("{}/title", at()))?,
            "severity" => rating.severity = sink.name(r, || format!("{}/severity", at()))?,
            "cwe" => rating.cwes(r, sink, at)?,
            "cvss" => rating.cvss(r, sink, at)?,
        });
        item.ids.extend(ghsa_in(sink, url));
        item.ids.extend(numbered(sink, number.or(first_number)));
        Ok(Self { item, rating })
    }
}

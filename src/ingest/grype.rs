//! Grype's own JSON (`grype -o json`; `grype/presenter/models` of its source).

use jiff::civil::Date;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::{Ends, Format, Item, Probe, Sink, advisory};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::{Claim, Claimed, RawPackage, RawScan, Suppression};
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "grype",
    title: "Grype (JSON)",
    recognized: "`descriptor.name` that is `grype`, or `matches` with `vulnerability` and `artifact`",
    reads: "Each match is a sighting, and each ignored match a suppressed one. Related vulnerabilities are its aliases. An image is the target",
    severity: "the word of its database, and each CVSS score",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_another = probe.text("/descriptor/name").is_some_and(|name| name != "grype");
    let has_match = probe.has("/matches/0/vulnerability") && probe.has("/matches/0/artifact");
    probe.text("/descriptor/name") == Some("grype") || probe.has("/matches") && has_match && !is_another
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("grype");
    let mut image = None;
    let mut has_matches = false;
    r.entries(|r, key| match key {
        "matches" => {
            has_matches = true;
            read_all(r, sink, &mut scan, "/matches", Suppression::None)
        }
        "ignoredMatches" if r.kind()? == ValueKind::Null => r.skip(),
        "ignoredMatches" => read_all(r, sink, &mut scan, "/ignoredMatches", Suppression::External),
        "alertsByPackage" => alerts(r, sink),
        "source" => {
            image = source(r, sink)?;
            Ok(())
        }
        "descriptor" => descriptor(r, sink, &mut scan),
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !has_matches {
        let help = "the report is not whole: let Grype write it again";
        return Err(r.refuse("no-matches", "`matches` is missing", help).inside("matches"));
    }
    sink.report.details.iter_mut().for_each(|detail| detail.target = image);
    sink.report.scans.push(scan);
    Ok(())
}

pub(super) fn descriptor(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<()> {
    if sink.expect(r, ValueKind::Object, || "/descriptor".to_owned())? {
        members!(r, {
            "version" => scan.tool_version = sink.name(r, || "/descriptor/version".to_owned())?,
            "timestamp" => scan.ended = sink.instant(r)?,
        });
    }
    Ok(())
}

/// Packages of a distribution that is past its end of life.
fn alerts(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut alerts = 0_u32;
    if sink.expect(r, ValueKind::Array, || "/alertsByPackage".to_owned())? {
        r.array(|r, _| {
            alerts += 1;
            r.skip()
        })?;
    }
    if alerts > 0 {
        let what = "packages are of a distribution that nobody reports vulnerabilities of any more";
        sink.problem(Weight::Warning, "end-of-life", || "/alertsByPackage".to_owned(), what, "upgrade the base image");
    }
    Ok(())
}

/// The name of the image that was scanned; `None` of a folder or file.
pub(super) fn source(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    let (mut is_image, mut name) = (false, None);
    if !sink.object(r, || "/source".to_owned())? {
        return Ok(None);
    }
    members!(r, {
        "type" => is_image = r.scalar()?.text() == Some("image"),
        "target" => if r.kind()? == ValueKind::Object {
            members!(r, { "userInput" => name = sink.name(r, || "/source/target/userInput".to_owned())? });
        } else {
            r.skip()?;
        },
    });
    Ok(name.filter(|_| is_image))
}

fn read_all(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, list: &str, suppressed: Suppression) -> Result<()> {
    let name = sink.intern(list);
    r.array(|r, index| {
        let at = || format!("{list}/{index}");
        let mut item = Item { suppressed, ..sink.item() };
        item.detail.category = Some(Category::Sca);
        let (mut vulnerability, mut related) = (Vulnerability::default(), Vec::new());
        members!(r, {
            "vulnerability" => vulnerability = Vulnerability::read(r, sink, &|| format!("{}/vulnerability", at()))?,
            "relatedVulnerabilities" => if sink.expect(r, ValueKind::Array, || format!("{}/relatedVulnerabilities", at()))? {
                r.array(|r, _| {
                    related.push(Vulnerability::read(r, sink, &at)?);
                    Ok(())
                })?;
            },
            "artifact" => artifact(r, sink, &mut item, &at)?,
            "appliedIgnoreRules" => if sink.expect(r, ValueKind::Array, || format!("{}/appliedIgnoreRules", at()))? {
                r.array(|r, _| {
                    let status = ignore_rule(r, sink, &at)?;
                    item.detail.claim = item.detail.claim.max(status);
                    Ok(())
                })?;
            },
        });
        vulnerability.tell(&mut item, sink, true);
        for related in related {
            related.tell(&mut item, sink, false);
        }
        item.keep(sink, scan, name, index);
        Ok(())
    })
}

/// What a VEX document behind an ignore rule says.
fn ignore_rule(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Claimed> {
    let mut claim = Claimed::Open;
    if sink.expect(r, ValueKind::Object, at)? {
        members!(r, { "vex-status" => claim = match r.scalar()?.text() {
            Some("not_affected") => Claimed::NotAffected,
            Some("fixed") => Claimed::Fixed,
            Some(_) | None => Claimed::Open,
        }});
    }
    Ok(claim)
}

/// A vulnerability, or one of those that it is related to by another database: its aliases.
#[derive(Default)]
struct Vulnerability {
    id: Option<Text>,
    namespace: Option<Text>,
    severity: Option<Text>,
    description: Option<Text>,
    /// CVSS, whose source is told elsewhere.
    cvss: Vec<Claim>,
    fixed: Vec<Text>,
    fix_available: Option<bool>,
    fix_released: Option<Date>,
    cwes: Vec<Text>,
    epss: Option<Text>,
    kev: Option<bool>,
}

impl Vulnerability {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Self> {
        let mut read = Self::default();
        members!(r, {
            "id" => read.id = sink.name(r, at)?,
            "namespace" => read.namespace = sink.name(r, at)?,
            "severity" => read.severity = Some(sink.told(r)?),
            "description" => read.description = sink.prose(r, at)?,
            "cvss" => if sink.expect(r, ValueKind::Array, || format!("{}/cvss", at()))? {
                r.array(|r, index| {
                    read.cvss.extend(cvss(r, sink, &|| format!("{}/cvss/{index}", at()))?);
                    Ok(())
                })?;
            },
            "fix" => if sink.expect(r, ValueKind::Object, || format!("{}/fix", at()))? {
                members!(r, {
                    "versions" => sink.texts(r, &mut read.fixed, at)?,
                    "state" => read.fix_available = match r.scalar()?.text() {
                        Some("fixed") => Some(true),
                        Some("not-fixed" | "wont-fix") => Some(false),
                        Some(_) | None => None,
                    },
                    "available" => if sink.expect(r, ValueKind::Array, || format!("{}/fix/available", at()))? {
                        r.array(|r, index| {
                            let here = || format!("{}/fix/available/{index}", at());
                            if sink.object(r, here)? {
                                members!(r, { "date" => read.fix_released = sink.earlier_day(read.fix_released, r, || format!("{}/date", here()))? });
                            }
                            Ok(())
                        })?;
                    },
                });
            },
            "cwes" => if sink.expect(r, ValueKind::Array, || format!("{}/cwes", at()))? {
                r.array(|r, index| {
                    if sink.expect(r, ValueKind::Object, || format!("{}/cwes/{index}", at()))? {
                        members!(r, { "cwe" => read.cwes.extend(sink.name(r, at)?) });
                    }
                    Ok(())
                })?;
            },
            "epss" => if sink.expect(r, ValueKind::Array, || format!("{}/epss", at()))? {
                r.array(|r, index| {
                    let mut told = None;
                    if sink.expect(r, ValueKind::Object, || format!("{}/epss/{index}", at()))? {
                        members!(r, { "epss" => told = sink.number(r, at)? });
                    }
                    read.epss = read.epss.or(told);
                    Ok(())
                })?;
            },
            "knownExploited" => if sink.expect(r, ValueKind::Array, || format!("{}/knownExploited", at()))? {
                r.array(|r, _| {
                    read.kev = Some(true);
                    r.skip()
                })?;
            },
        });
        Ok(read)
    }

    /// Adds what it says to a row, of which it may be the own vulnerability.
    fn tell(self, item: &mut Item, sink: &mut Sink, is_own: bool) {
        // `nvd:cpe`, `github:language:go`, `debian:distro:debian:12`: the database comes first.
        let database = self.namespace.map(|namespace| {
            let told = sink.report.texts.get(namespace).as_data();
            let first = told.split_once(':').map_or(told, |(first, _)| first).to_owned();
            advisory::database(sink, &first)
        });
        let source = database.unwrap_or(Source::Tool);
        if is_own {
            item.label(Source::Tool, self.severity);
            item.message = self.description;
            item.detail.fix_available = self.fix_available;
            item.detail.fix_released = self.fix_released;
        }
        item.label(source, self.severity.filter(|_| database.is_some()));
        item.claims.extend(self.cvss.into_iter().map(|claim| Claim { source, ..claim }));
        item.ids.extend(self.id);
        item.fixed_versions.extend(self.fixed);
        item.tags.extend(self.cwes);
        item.detail.epss = item.detail.epss.or(self.epss);
        item.detail.kev = item.detail.kev.max(self.kev);
    }
}

fn cvss(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<Claim>> {
    if !sink.expect(r, ValueKind::Object, at)? {
        return Ok(None);
    }
    let (mut version, mut score, mut vector) = (CvssVersion::Unknown, None, None);
    members!(r, {
        "version" => version = match r.scalar()?.text().and_then(|version| version.split('.').next()) {
            Some("2") => CvssVersion::V2,
            Some("3") => CvssVersion::V3,
            Some("4") => CvssVersion::V4,
            Some(_) | None => CvssVersion::Unknown,
        },
        "vector" => vector = sink.name(r, at)?,
        "metrics" => if sink.expect(r, ValueKind::Object, || format!("{}/metrics", at()))? {
            members!(r, { "baseScore" => score = sink.score(r, at)? });
        },
    });
    Ok(Claim::cvss(Source::Tool, version, score, vector))
}

pub(super) fn artifact(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut package = RawPackage::default();
    let mut path = None;
    members!(r, {
        "name" => package.name = sink.name(r, at)?,
        "version" => package.version = sink.name(r, at)?,
        "type" => package.ecosystem = sink.name(r, at)?,
        "purl" => package.purl = sink.name(r, at)?,
        "locations" => if sink.expect(r, ValueKind::Array, || format!("{}/artifact/locations", at()))? {
            r.array(|r, index| {
                let mut told = None;
                if sink.expect(r, ValueKind::Object, || format!("{}/artifact/locations/{index}", at()))? {
                    members!(r, { "path" => told = sink.name(r, at)? });
                }
                path = path.or(told);
                Ok(())
            })?;
        },
    });
    // `/package-lock.json`: the root is what was scanned, a folder or an image.
    let inside = path.map(|path| sink.report.texts.get(path).as_data().trim_start_matches('/').to_owned());
    path = inside.filter(|inside| !inside.is_empty()).map(|inside| sink.intern(&inside));
    item.detail.package = package;
    item.place(path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::ingest::read;

    /// How many rows and problems there are; `None` of what is refused.
    fn rows(members: &str) -> Option<(usize, usize)> {
        let (_, report) = read(&mut format!("{{{members}}}").as_bytes(), Some(&super::FORMAT), &[]).ok()?;
        Some((report.scans.first()?.results.len(), report.problems.into_list().len()))
    }

    #[test]
    fn lists_of_another_type_are_refused_and_empty_rows_are_rows() {
        for list in ["matches", "ignoredMatches"] {
            let of = |value: &str| {
                if list == "matches" { format!(r#""matches": {value}"#) } else { format!(r#""matches": [], "{list}": {value}"#) }
            };
            for value in ["{}", r#""x""#, "[null]", r#"["x"]"#, r#"[{"vulnerability": null}]"#, r#"[{"artifact": "a"}]"#] {
                assert_eq!(rows(&of(value)), None, "{list}: {value}");
            }
            assert_eq!(rows(&of("[{}, {}]")), Some((2, 0)), "{list}");
        }
        assert_eq!(rows(r#""matches": [], "ignoredMatches": null"#), Some((0, 0)));
        assert_eq!(rows(r#""matches": null"#), None);
        assert_eq!(rows(r#""ignoredMatches": [{}]"#), None);
        assert_eq!(rows(r#""matches": [], "matches": []"#), None);
        assert_eq!(rows(r#""matches": [], "ignoredmatches": [{}]"#), Some((0, 1)));
        assert_eq!(rows(r#""matches": [], "ignoredmatches": []"#), Some((0, 0)));
    }

    #[test]
    fn a_bad_detail_is_told_and_costs_no_row() {
        for (key, value) in [
            ("vulnerability", r#"{"cwes": ["CWE-1"]}"#),
            ("vulnerability", r#"{"epss": [0.5]}"#),
            ("vulnerability", r#"{"cvss": "9.8"}"#),
            ("vulnerability", r#"{"fix": []}"#),
            ("artifact", r#"{"locations": ["a"]}"#),
        ] {
            assert_eq!(rows(&format!(r#""matches": [{{"{key}": {value}}}]"#)), Some((1, 1)), "{value}");
        }
    }
}

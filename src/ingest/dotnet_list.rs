//! .NET: `dotnet list package --vulnerable --format json` (`ListPackageJsonRenderer.cs` of `NuGet.Client`, and the specification
//! "Machine readable JSON output for dotnet list package" of `NuGet`).
//!
//! Other lists of packages have the same shape; only `parameters` tells what was looked for.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::{ghsa_in, nothing_audited};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "dotnet-list",
    title: "dotnet list package --vulnerable (JSON)",
    recognized: "`version` 1, `parameters` and `projects`",
    reads: "Each vulnerability of a package in a framework of a project. The GHSA comes from its address. The project is the path. A list that was not made with `--vulnerable` is refused",
    severity: "`severity`",
    incomplete: "a problem of level `error`",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has = |key: &str, kind: ValueKind| probe.kind(key) == Some(kind);
    has("/version", ValueKind::Number) && has("/parameters", ValueKind::Text) && has("/projects", ValueKind::Array)
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut list = List { scan: sink.scan("dotnet-list"), reasons: Reasons::default(), ecosystem: sink.intern("NuGet") };
    let (mut version, mut has_parameters, mut projects) = (None, false, None);
    r.entries(|r, key| {
        match key {
            "version" => version = Some(matches!(r.scalar()?, Scalar::Number("1"))),
            "parameters" => {
                has_parameters = true;
                looked(r)?;
            }
            "projects" => projects = Some(list.projects(r, sink)?),
            "problems" => list.problems(r)?,
            "sources" => r.skip()?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    match version {
        Some(true) => {}
        Some(false) => return Err(r.refuse("version", "`version` is not 1", "this version is not known: update relgate")),
        None => return Err(lacks(r, "the report", "version")),
    }
    if !has_parameters {
        return Err(lacks(r, "the report", "parameters"));
    }
    let Some(projects) = projects else { return Err(lacks(r, "the report", "projects")) };
    if projects == 0 {
        nothing_audited(sink, "dotnet list package");
    }
    let List { scan, reasons, .. } = list;
    sink.finish(scan, reasons);
    Ok(())
}

/// Makes sure that the list was made to look for vulnerabilities.
fn looked(r: &mut Reader<'_>) -> Result<()> {
    let parameters = r.scalar()?;
    if parameters.text().is_some_and(|parameters| parameters.split_whitespace().any(|parameter| parameter == "--vulnerable")) {
        return Ok(());
    }
    let help = "list with `dotnet list package --vulnerable --include-transitive --format json`";
    Err(r.refuse("no-scan", "the list was not made with `--vulnerable`: nobody looked for vulnerabilities", help))
}

struct List {
    scan: RawScan,
    reasons: Reasons,
    ecosystem: Text,
}

impl List {
    /// Reads what went wrong.
    fn problems(&mut self, r: &mut Reader<'_>) -> Result<()> {
        if !self.reasons.expect(r, ValueKind::Array, || "/problems".to_owned())? {
            return Ok(());
        }
        r.array(|r, index| {
            let (mut is_warning, mut text) = (false, None);
            members!(r, {
                "level" => is_warning = r.scalar()?.text() == Some("warning"),
                "text" => text = r.scalar()?.text().map(str::to_owned),
            });
            if !is_warning {
                self.reasons.error(|| format!("/problems/{index}"), text.as_deref());
            }
            Ok(())
        })
    }

    /// Reads the projects; how many there are.
    fn projects(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<u64> {
        let mut projects = 0;
        r.array(|r, index| {
            projects += 1;
            let at = &format!("/projects/{index}");
            let (mut path, mut has_path) = (None, false);
            r.entries(|r, key| {
                match key {
                    "path" => {
                        has_path = true;
                        path = sink.name(r, || format!("{at}/path"))?;
                    }
                    "frameworks" => r.array(|r, index| self.framework(r, sink, path, &format!("{at}/frameworks/{index}")))?,
                    _ => sink.unknown(r, key, &|| at.clone())?,
                }
                Ok(())
            })?;
            if has_path { Ok(()) } else { Err(lacks(r, "a project", "path")) }
        })?;
        Ok(projects)
    }

    fn framework(&mut self, r: &mut Reader<'_>, sink: &mut Sink, path: Option<Text>, at: &str) -> Result<()> {
        r.entries(|r, key| {
            let is_direct = key == "topLevelPackages";
            if !is_direct && key != "transitivePackages" {
                return sink.unknown(r, key, &|| at.to_owned());
            }
            let at = format!("{at}/{key}");
            r.array(|r, index| self.package(r, sink, path, is_direct, &format!("{at}/{index}")))
        })
    }

    fn package(&mut self, r: &mut Reader<'_>, sink: &mut Sink, path: Option<Text>, is_direct: bool, at: &str) -> Result<()> {
        let mut package = RawPackage { ecosystem: Some(self.ecosystem), ..RawPackage::default() };
        let place = format!("{at}/vulnerabilities");
        let mut found = None;
        members!(r, {
            "id" => package.name = sink.name(r, || format!("{at}/id"))?,
            "resolvedVersion" => package.version = sink.name(r, || format!("{at}/resolvedVersion"))?,
            "vulnerabilities" => found = Some(sink.items(r, &|| place.clone(), vulnerability)?),
        });
        // With `--vulnerable` no other package is listed.
        let Some(mut found) = found else { return Err(lacks(r, "a package", "vulnerabilities")) };
        if package.name.is_none() {
            return Err(lacks(r, "a package", "id"));
        }
        for item in &mut found {
            item.detail.package = package;
            item.detail.direct = Some(is_direct);
            item.place(path);
        }
        keep_all(found, sink, &mut self.scan, &place);
        Ok(())
    }
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut address = None;
    item.is_of(Category::Sca);
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "advisoryurl" => address = sink.name(r, || format!("{}/advisoryurl", at()))?,
    });
    let Some(address) = address else { return Err(lacks(r, "a vulnerability", "advisoryurl")) };
    // A source of packages may name an advisory of another database by its address only.
    item.ids = vec![ghsa_in(sink, Some(address)).unwrap_or(address)];
    Ok(())
}

//! What the security services of AWS have in common: Inspector, ECR, which shows what Inspector found, and Security Hub, which
//! writes the same members with a capital letter.

pub(super) mod asff;
pub(super) mod ecr;
pub(super) mod inspector;

use crate::base::json::{Reader, Result, ValueKind};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::item::Part;
use crate::ingest::{Item, Sink};
use crate::model::severity::Source;

/// What AWS writes for a component of an operating system, in place of its package manager.
const SYSTEM: &str = "OS";

/// Reads the components of a vulnerability (`VulnerablePackage` of the API reference of Inspector, `SoftwarePackage` of that of
/// Security Hub).
fn packages(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    if sink.expect(r, ValueKind::Array, at)? {
        r.array(|r, index| {
            parts.push(package(r, sink, &|| format!("{}/{index}", at()))?);
            Ok(())
        })?;
    }
    Ok(parts)
}

fn package(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Part> {
    let mut part = Part::default();
    let (mut version, mut epoch, mut release, mut fixed) = (None, None, None, None);
    r.entries(|r, key| {
        match key {
            "name" | "Name" => part.package.name = sink.name(r, at)?,
            "version" | "Version" => version = sink.name(r, at)?,
            "epoch" | "Epoch" => epoch = sink.number(r, || format!("{}/{key}", at()))?,
            "release" | "Release" => release = sink.name(r, at)?,
            "packageManager" | "PackageManager" => part.package.ecosystem = sink.name(r, at)?,
            "filePath" | "FilePath" => part.path = sink.name(r, at)?,
            "fixedInVersion" | "FixedInVersion" => fixed = sink.name(r, at)?,
            _ => r.skip()?,
        }
        Ok(())
    })?;
    if part.package.name.is_none() {
        return Err(lacks(r, "a vulnerable package", "name"));
    }
    let word = |text: Option<Text>| text.map(|text| sink.report.texts.get(text).as_data());
    let epoch = word(epoch).filter(|epoch| *epoch != "0").map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let release = word(release).map(|release| format!("-{release}")).unwrap_or_default();
    let whole = word(version).map(|version| format!("{epoch}{version}{release}"));
    part.package.version = whole.map(|whole| sink.intern(&whole));
    let none = fixed.is_some_and(|fixed| sink.report.texts.get(fixed).as_data() == "NotAvailable");
    part.fix_available = none.then_some(false);
    part.fixed_versions.extend(fixed.filter(|_| !none));
    Ok(part)
}

/// Says of which system the components of an operating system are; it is not told where nobody knows.
fn of_system(sink: &Sink, parts: &mut [Part], system: Option<Text>) {
    for part in parts {
        let is_system = part.package.ecosystem.is_some_and(|word| sink.report.texts.get(word).as_data() == SYSTEM);
        if is_system {
            part.package.ecosystem = system;
        }
    }
}

/// Whether there is a fix, for the components of which nothing else is told: `YES`, `NO`, or `PARTIAL`, which is either.
fn fix_available(parts: &mut [Part], word: Option<&str>) {
    let told = match word {
        Some("YES") => Some(true),
        Some("NO") => Some(false),
        Some(_) | None => None,
    };
    for part in parts.iter_mut().filter(|part| part.fixed_versions.is_empty() && part.fix_available.is_none()) {
        part.fix_available = told;
    }
}

/// Reads scores and vectors of CVSS, each of which names its source.
fn cvss(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(());
    }
    r.array(|r, index| {
        let (mut source, mut score, mut vector) = (None, None, None);
        r.entries(|r, key| {
            match key {
                "source" | "Source" => source = sink.name(r, at)?,
                "baseScore" | "BaseScore" => score = sink.score(r, || format!("{}/{index}/{key}", at()))?,
                "scoringVector" | "BaseVector" => vector = sink.name(r, at)?,
                _ => r.skip()?,
            }
            Ok(())
        })?;
        let source = source.map(|source| sink.lower(source));
        item.vector(sink, source.map_or(Source::Tool, Source::By), score, vector);
        Ok(())
    })
}

/// An image by its repository and its tag or digest.
fn image_name(sink: &mut Sink, repository: Text, sign: &str, tag: Text) -> Text {
    let word = |text: Text| sink.report.texts.get(text).as_data();
    let name = format!("{}{sign}{}", word(repository), word(tag));
    sink.intern(&name)
}

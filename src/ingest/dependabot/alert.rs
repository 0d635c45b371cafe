//! One alert, in the spelling of either API.

use super::advisory;
use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::github::{Repository, settle};
use crate::ingest::health::lacks;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawPackage;
use crate::model::severity::Source;

/// How an alert ended, where its state is not told.
#[derive(Default)]
struct Ended {
    dismissed: bool,
    fixed: bool,
}

/// Reads an alert into a result.
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Repository> {
    let (mut repository, mut state, mut ended) = (Repository::default(), None, Ended::default());
    let (mut path, mut version) = (None, None);
    item.is_of(Category::Sca);
    r.entries(|r, key| {
        let place = || format!("{}/{key}", at());
        match key {
            "state" => state = sink.name(r, place)?,
            "dependency" if sink.object(r, place)? => dependency(r, sink, item, &mut path, &place)?,
            "security_vulnerability" | "securityVulnerability" if sink.object(r, place)? => vulnerability(r, sink, item, &place)?,
            "security_advisory" | "securityAdvisory" => advisory::read(r, sink, item, &place)?,
            "created_at" | "createdAt" => item.detail.first_seen = sink.day(r, place)?,
            "repository" => repository = Repository::read(r, sink, at)?,
            "vulnerableManifestPath" => path = sink.name(r, place)?,
            "vulnerableRequirements" => version = sink.name(r, place)?,
            "dependencyScope" => item.detail.dev = scope(r)?,
            "dependencyRelationship" => item.detail.direct = relationship(r)?,
            "dismissedAt" => ended.dismissed = r.scalar()?.text().is_some(),
            "fixedAt" => ended.fixed = r.scalar()?.text().is_some(),
            // A member of another type was passed over with a problem.
            "dependency" | "security_vulnerability" | "securityVulnerability" => {}
            _ => r.skip()?,
        }
        Ok(())
    })?;
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "an alert", "package/name"));
    }
    if item.ids.is_empty() {
        return Err(lacks(r, "an alert", "advisory id"));
    }
    let state = state.or_else(|| match ended {
        Ended { fixed: true, .. } => Some(sink.intern("fixed")),
        Ended { dismissed: true, .. } => Some(sink.intern("dismissed")),
        Ended { .. } => None,
    });
    settle(item, state, sink);
    item.detail.package.version = version.and_then(|told| exact(sink, told));
    item.place(path);
    Ok(repository)
}

/// The version of a requirement that allows one alone: `= 5.3.29`.
fn exact(sink: &mut Sink, told: Text) -> Option<Text> {
    let version = sink.report.texts.get(told).as_data().strip_prefix("= ")?.to_owned();
    (!version.contains([',', ' ', '|'])).then(|| sink.intern(&version))
}

/// What the alert of the REST API says of the use of the component.
fn dependency(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, path: &mut Option<Text>, at: &dyn Fn() -> String) -> Result<()> {
    members!(r, {
        "package" => package(r, sink, item, at)?,
        "manifest_path" => *path = sink.name(r, || format!("{}/manifest_path", at()))?,
        "scope" => item.detail.dev = scope(r)?,
        "relationship" => item.detail.direct = relationship(r)?,
    });
    Ok(())
}

fn scope(r: &mut Reader<'_>) -> Result<Option<bool>> {
    Ok(match r.scalar()?.text() {
        Some("development" | "DEVELOPMENT") => Some(true),
        Some("runtime" | "RUNTIME") => Some(false),
        Some(_) | None => None,
    })
}

fn relationship(r: &mut Reader<'_>) -> Result<Option<bool>> {
    Ok(match r.scalar()?.text() {
        Some("direct" | "DIRECT") => Some(true),
        Some("transitive" | "TRANSITIVE") => Some(false),
        Some(_) | None => None,
    })
}

fn package(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut package = RawPackage::default();
    if sink.object(r, || format!("{}/package", at()))? {
        members!(r, {
            "ecosystem" => package.ecosystem = sink.name(r, || format!("{}/package/ecosystem", at()))?,
            "name" => package.name = sink.name(r, || format!("{}/package/name", at()))?,
        });
    }
    // It stands in two places: the fuller one counts.
    let known = item.detail.package;
    item.detail.package.name = known.name.or(package.name);
    item.detail.package.ecosystem = known.ecosystem.or(package.ecosystem);
    Ok(())
}

/// The part of an advisory that is about this component.
fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    r.entries(|r, key| {
        let place = || format!("{}/{key}", at());
        match key {
            "package" => package(r, sink, item, at)?,
            "severity" => {
                let told = sink.told(r)?;
                item.label(Source::Tool, Some(told));
            }
            "first_patched_version" | "firstPatchedVersion" => {
                let version = patched(r, sink, &place)?;
                item.detail.fix_available = Some(version.is_some());
                item.fixed_versions.extend(version);
            }
            "advisory" => advisory::read(r, sink, item, &place)?,
            _ => r.skip()?,
        }
        Ok(())
    })
}

/// The first version without the vulnerability; `null` says that there is none.
fn patched(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<Text>> {
    let mut version = None;
    if sink.object(r, at)? {
        members!(r, { "identifier" => version = sink.name(r, || format!("{}/identifier", at()))? });
    }
    Ok(version)
}

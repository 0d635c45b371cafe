//! The advisory behind an alert, in the spelling of either API.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::severity::Source;

/// Reads an advisory into the result of its alert.
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.object(r, at)? {
        return Ok(());
    }
    let database = Source::By(sink.intern("ghsa"));
    let (mut own, mut others) = (None, Vec::new());
    r.entries(|r, key| {
        let place = || format!("{}/{key}", at());
        match key {
            "ghsa_id" | "ghsaId" => own = sink.name(r, place)?,
            "cve_id" => others.extend(sink.name(r, place)?),
            "identifiers" => identifiers(r, sink, &mut others, &place)?,
            "published_at" | "publishedAt" => item.detail.published = sink.day(r, place)?,
            "summary" => item.detail.title = sink.prose(r, place)?,
            "description" => item.message = sink.prose(r, place)?,
            "severity" => {
                let told = sink.told(r)?;
                item.label(database, Some(told));
            }
            "classification" => {
                if r.scalar()?.text().is_some_and(|word| word.eq_ignore_ascii_case("malware")) {
                    item.is_of(Category::Malware);
                }
            }
            "cvss" => cvss(r, sink, item, database, &place)?,
            "cvss_severities" | "cvssSeverities" => {
                if sink.object(r, place)? {
                    r.entries(|r, version| cvss(r, sink, item, database, &|| format!("{}/{version}", place())))?;
                }
            }
            "epss" => epss(r, sink, item, &place)?,
            "cwes" => cwes(r, sink, item, &place)?,
            _ => r.skip()?,
        }
        Ok(())
    })?;
    // In GraphQL an alert may name its advisory twice, and any member is told only if it was asked for.
    for id in own.into_iter().chain(others) {
        if !item.ids.contains(&id) {
            item.ids.push(id);
        }
    }
    Ok(())
}

fn identifiers(r: &mut Reader<'_>, sink: &mut Sink, ids: &mut Vec<Text>, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(());
    }
    r.array(|r, index| {
        let at = || format!("{}/{index}", at());
        if sink.object(r, at)? {
            members!(r, { "value" => ids.extend(sink.name(r, at)?) });
        }
        Ok(())
    })
}

/// A score and its vector, under the names of either API.
fn cvss(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, database: Source, at: &dyn Fn() -> String) -> Result<()> {
    let (mut score, mut vector) = (None, None);
    if sink.object(r, at)? {
        members!(r, {
            "score" => score = sink.score(r, || format!("{}/score", at()))?,
            "vector_string" => vector = sink.name(r, || format!("{}/vector_string", at()))?,
            "vectorString" => vector = sink.name(r, || format!("{}/vectorString", at()))?,
        });
    }
    item.vector(sink, database, score, vector);
    Ok(())
}

fn epss(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    if sink.object(r, at)? {
        members!(r, { "percentage" => item.detail.epss = sink.number(r, || format!("{}/percentage", at()))? });
    }
    Ok(())
}

/// Weaknesses: a list, or in GraphQL the nodes of a connection.
fn cwes(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    if r.kind()? == ValueKind::Object {
        members!(r, { "nodes" => cwes(r, sink, item, &|| format!("{}/nodes", at()))? });
        return Ok(());
    }
    if sink.expect(r, ValueKind::Array, at)? {
        r.array(|r, index| {
            let at = || format!("{}/{index}", at());
            if sink.object(r, at)? {
                members!(r, {
                    "cwe_id" => item.cwe(r, sink, &at)?,
                    "cweId" => item.cwe(r, sink, &at)?,
                });
            }
            Ok(())
        })?;
    }
    Ok(())
}

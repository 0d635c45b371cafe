//! Xray: what its exports and those of the command line `jf` have in common. Each of them is a format of its own.

pub(super) mod on_demand;
pub(super) mod simple;
pub(super) mod summary;
pub(super) mod unified;
pub(super) mod violations;

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawPackage;
use crate::model::severity::{CvssVersion, Source};

/// The component of an identifier (the documentation of Xray, "Component Identifiers"): `npm://lodash:4.17.5`,
/// `deb://debian:buster:libc-bin:2.28-10`, `rpm://8:libX11:0:1.6.8-3.el8`. One that is not of the form of its type is a name as told.
fn component(sink: &mut Sink, told: Text) -> RawPackage {
    let id = sink.report.texts.get(told).as_data().to_owned();
    let Some((ecosystem, name, version)) = id.split_once("://").and_then(|(kind, rest)| parts(kind, rest)) else {
        return RawPackage { name: Some(told), ..RawPackage::default() };
    };
    let [ecosystem, name, version] = [&ecosystem, name, &version].map(|part| Some(sink.intern(part)));
    RawPackage { purl: None, ecosystem, name, version }
}

/// The same of a component whose type is told as a word, and its name and version apart: `Debian`, `debian:buster:libc-bin`.
fn component_of(sink: &mut Sink, kind: Option<Text>, name: Text, version: Option<Text>) -> RawPackage {
    let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
    let scheme = match word(kind).to_ascii_lowercase().as_str() {
        "maven" => "gav".to_owned(),
        "debian" => "deb".to_owned(),
        other => other.to_owned(),
    };
    let id = format!("{}:{}", word(Some(name)), word(version));
    let Some((ecosystem, name, version)) = parts(&scheme, &id) else {
        return RawPackage { ecosystem: kind, name: Some(name), version, ..RawPackage::default() };
    };
    let [ecosystem, name, version] = [&ecosystem, name, &version].map(|part| Some(sink.intern(part)));
    RawPackage { purl: None, ecosystem, name, version }
}

/// Ecosystem, name and version. The version of an OS package may have an epoch and a colon in it.
fn parts<'i>(kind: &str, id: &'i str) -> Option<(String, &'i str, String)> {
    let parts: Vec<&str> = id.split(':').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    match (kind, parts.as_slice()) {
        ("deb", [vendor, release, name, version @ ..]) if !version.is_empty() => {
            Some((format!("{vendor}:{release}"), name, version.join(":")))
        }
        // No epoch is epoch 0.
        ("rpm", [_, name, "0", version]) => Some(("rpm".to_owned(), name, (*version).to_owned())),
        ("rpm", [_, name, epoch, version]) => Some(("rpm".to_owned(), name, format!("{epoch}:{version}"))),
        ("alpine", [release, name, version]) => Some((format!("alpine:{release}"), name, (*version).to_owned())),
        ("gav", [_, _, version]) => Some(("maven".to_owned(), id.rsplit_once(':')?.0, (*version).to_owned())),
        ("deb" | "rpm" | "alpine" | "gav" | "generic", _) => None,
        (_, [_, .., version]) => Some((kind.to_owned(), id.rsplit_once(':')?.0, (*version).to_owned())),
        _ => None,
    }
}

/// A version in which an issue is fixed. Brackets around one version, as Maven writes it, say nothing; ranges stay as told.
fn fixed(sink: &mut Sink, told: &[Text], versions: &mut Vec<Text>) {
    for &range in told {
        let version = sink.report.texts.get(range).as_data().trim().strip_prefix('[').and_then(|version| version.strip_suffix(']'));
        let version = version.filter(|version| !version.contains(['[', ']', ',', '|'])).map(str::to_owned);
        versions.push(version.map_or(range, |version| sink.intern(&version)));
    }
}

/// What an issue is about, by its type.
fn category(kind: Option<&str>) -> Category {
    match kind {
        Some("license" | "License") => Category::License,
        Some("operational_risk" | "Operational Risk") => Category::Quality,
        Some(_) | None => Category::Sca,
    }
}

/// What Xray says of how far the vulnerable code is in use.
fn reachable(word: Option<&str>) -> Option<bool> {
    match word {
        Some("applicable" | "Applicable") => Some(true),
        Some("not_applicable" | "Not Applicable") => Some(false),
        Some(_) | None => None,
    }
}

/// Names a result: by the number of the issue, then its CVEs; one that has neither by its summary, which is all there is.
fn name(item: &mut Item, issue: Option<Text>, cves: Vec<Text>, summary: Option<Text>) {
    item.ids.extend(issue);
    item.ids.extend(cves);
    if item.ids.is_empty() {
        item.rule_id = summary;
    }
    item.message = summary;
}

/// Reads the CVEs of an issue: their ids, and what they say of severity and weaknesses.
fn cves(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Vec<Text>> {
    let mut ids = Vec::new();
    r.array(|r, index| {
        let at = &|| format!("{}/{index}", at());
        let (mut scores, mut vectors) = ([None; 2], [None; 2]);
        let ([s2, s3], [v2, v3]) = (&mut scores, &mut vectors);
        members!(r, {
            "cve" => ids.extend(sink.name(r, at)?),
            "id" => ids.extend(sink.name(r, at)?),
            "cwe" => sink.texts(r, &mut item.tags, at)?,
            "cvss_v2_score" => *s2 = sink.score(r, at)?,
            "cvss_v2_vector" => *v2 = sink.name(r, at)?,
            "cvss_v3_score" => *s3 = sink.score(r, at)?,
            "cvss_v3_vector" => *v3 = sink.name(r, at)?,
            "cvss_v2" => (*s2, *v2) = joined(r, sink, at)?,
            "cvss_v3" => (*s3, *v3) = joined(r, sink, at)?,
            "cvssV2" => *s2 = sink.score(r, at)?,
            "cvssV3" => *s3 = sink.score(r, at)?,
        });
        for ((score, vector), version) in scores.into_iter().zip(vectors).zip([CvssVersion::V2, CvssVersion::V3]) {
            // Version 2 has no such beginning.
            let bare = vector.and_then(|vector| sink.report.texts.get(vector).as_data().strip_prefix("CVSS:2.0/").map(str::to_owned));
            let vector = bare.map(|bare| sink.intern(&bare)).or(vector);
            item.cvss(Source::Tool, version, score, vector);
        }
        Ok(())
    })?;
    Ok(ids)
}

/// A score with its vector behind it, or alone: `9.8/CVSS:3.0/AV:N/…`, `5.9`.
fn joined(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Option<Text>, Option<Text>)> {
    let Some(told) = sink.score(r, at)? else { return Ok((None, None)) };
    let both = sink.report.texts.get(told).as_data().split_once('/').map(|(score, vector)| (score.to_owned(), vector.to_owned()));
    Ok(both.map_or((Some(told), None), |(score, vector)| (Some(sink.intern(&score)), Some(sink.intern(&vector)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_cut_where_its_type_says() {
        for (id, ecosystem, name, version) in [
            ("deb://debian:buster:libc-bin:2.28-10", "debian:buster", "libc-bin", "2.28-10"),
            ("deb://debian:stretch:login:1:4.4-4.1", "debian:stretch", "login", "1:4.4-4.1"),
            ("rpm://8:libX11:0:1.6.8-3.el8", "rpm", "libX11", "1.6.8-3.el8"),
            ("rpm://7:bind:32:9.11.4-26.el7", "rpm", "bind", "32:9.11.4-26.el7"),
            ("alpine://3.18:libssl3:3.1.1-r1", "alpine:3.18", "libssl3", "3.1.1-r1"),
            ("gav://org.yaml:snakeyaml:1.16", "maven", "org.yaml:snakeyaml", "1.16"),
            ("go://github.com/gogo/protobuf:1.3.1", "go", "github.com/gogo/protobuf", "1.3.1"),
            ("npm://@babel/core:7.1.0", "npm", "@babel/core", "7.1.0"),
            ("gav://test", "", "gav://test", ""),
            ("rpm://libX11:1.6.8", "", "rpm://libX11:1.6.8", ""),
            ("npm://lodash:", "", "npm://lodash:", ""),
            ("generic://sha256:0a1b/a.tar", "", "generic://sha256:0a1b/a.tar", ""),
            ("test_item", "", "test_item", ""),
        ] {
            let mut sink = Sink::default();
            let told = sink.intern(id);
            let package = component(&mut sink, told);
            let words = [package.ecosystem, package.name, package.version]
                .map(|word| word.map_or("", |word| sink.report.texts.get(word).as_data()));
            assert_eq!(words, [ecosystem, name, version], "{id}");
        }
    }

    #[test]
    fn one_version_in_brackets_is_that_version() {
        for (told, version) in [("[1.9.4]", "1.9.4"), ("[1.0,)", "[1.0,)"), ("1.2", "1.2"), ("≥ 1:2.0", "≥ 1:2.0"), ("[1]|[2]", "[1]|[2]")]
        {
            let (mut sink, mut versions) = (Sink::default(), Vec::new());
            let told = sink.intern(told);
            fixed(&mut sink, &[told], &mut versions);
            assert_eq!(versions.first().map(|&fixed| sink.report.texts.get(fixed).as_data()), Some(version));
        }
    }
}

//! bundler-audit: `--format json` (`results/*.rb` and `advisory.rb` of its source).
//!
//! Ids of the databases stand without the name of the database in front. A source of gems that is not encrypted is a result too, and
//! no vulnerability.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "bundler-audit",
    title: "bundler-audit JSON",
    recognized: "`version`, `created_at` and `results`, whose items have a `type`",
    reads: "Each result. `cve`, `ghsa` and `osvdb` are aliases. `insecure_source` is category other under the rule of that name; its address is the target, without user and query",
    severity: "`criticality`, where it is told, and the CVSS scores",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has = |key: &str, kind: ValueKind| probe.kind(key) == Some(kind);
    let is_result = !probe.has("/results/0") || has("/results/0/type", ValueKind::Text);
    has("/version", ValueKind::Text) && has("/created_at", ValueKind::Text) && has("/results", ValueKind::Array) && is_result
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("bundler-audit");
    let (mut listed, mut told_version) = (false, false);
    members!(r, {
        "version" => {
            told_version = true;
            scan.tool_version = sink.name(r, || "/version".to_owned())?;
        },
        "created_at" => scan.ended = sink.instant_of_ruby(r)?,
        "results" => {
            listed = true;
            sink.rows(r, &mut scan, "/results", result)?;
        },
    });
    if let Some((member, _)) = [("results", listed), ("version", told_version)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "the report", member));
    }
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn result(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut is_source, mut address, mut has_advisory) = (false, None, false);
    members!(r, {
        "type" => is_source = r.scalar()?.text() == Some("insecure_source"),
        "source" => address = r.text()?.map(without_user),
        "gem" => gem(r, sink, item, at)?,
        "advisory" => {
            has_advisory = true;
            advisory(r, sink, item, at)?;
        },
    });
    if is_source && !has_advisory {
        item.is_of(Category::Other);
        item.rule_id = Some(sink.intern("insecure_source"));
        item.detail.target = address.map(|address| sink.intern(&address));
        return Ok(());
    }
    item.is_of(Category::Sca);
    if !has_advisory {
        return Err(lacks(r, "a result", "advisory"));
    }
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "a result", "gem/name"));
    }
    Ok(())
}

fn gem(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let package = &mut item.detail.package;
    package.ecosystem = Some(sink.intern("RubyGems"));
    members!(r, {
        "name" => package.name = sink.name(r, || format!("{}/gem/name", at()))?,
        "version" => package.version = sink.name(r, || format!("{}/gem/version", at()))?,
    });
    Ok(())
}

fn advisory(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut id, mut aliases) = (None, Vec::new());
    let at = |key: &str| format!("{}/advisory/{key}", at());
    members!(r, {
        "id" => id = sink.name(r, || at("id"))?,
        "cve" => aliases.extend(of_database(sink.number(r, || at("cve"))?, "CVE-", sink)),
        "ghsa" => aliases.extend(of_database(sink.number(r, || at("ghsa"))?, "GHSA-", sink)),
        "osvdb" => aliases.extend(of_database(sink.number(r, || at("osvdb"))?, "OSVDB-", sink)),
        "title" => item.detail.title = sink.prose(r, || at("title"))?,
        "description" => item.message = sink.prose(r, || at("description"))?,
        "criticality" => { let told = sink.name(r, || at("criticality"))?; item.label(Source::Tool, told); },
        "cvss_v2" => { let score = sink.score(r, || at("cvss_v2"))?; item.cvss(Source::Tool, CvssVersion::V2, score, None); },
        "cvss_v3" => { let score = sink.score(r, || at("cvss_v3"))?; item.cvss(Source::Tool, CvssVersion::V3, score, None); },
        "cvss_v4" => { let score = sink.score(r, || at("cvss_v4"))?; item.cvss(Source::Tool, CvssVersion::V4, score, None); },
        "patched_versions" => sink.texts(r, &mut item.fixed_versions, &|| at("patched_versions"))?,
    });
    let Some(id) = id else { return Err(lacks(r, "an advisory", "id")) };
    item.ids = vec![id];
    item.ids.extend(aliases);
    Ok(())
}

/// An id with the name of its database in front, where it has none.
fn of_database(told: Option<Text>, prefix: &str, sink: &mut Sink) -> Option<Text> {
    let told = told?;
    let id = sink.report.texts.get(told).as_data();
    if id.starts_with(prefix) {
        return Some(told);
    }
    let id = format!("{prefix}{id}");
    Some(sink.intern(&id))
}

/// An address without what may be a secret in it: the user in front of the host, and the query.
fn without_user(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_and_no_query_is_left_of_an_address() {
        for (told, left) in [
            ("http://rubygems.org/", "http://rubygems.org/"),
            ("http://user:p@ss@gems.example/private?key=1#a", "http://gems.example/private"),
            ("git://user@git.example:9418/demo/gem.git", "git://git.example:9418/demo/gem.git"),
            ("user@git.example", "git.example"),
            ("", ""),
        ] {
            assert_eq!(without_user(told), left, "{told}");
        }
    }
}

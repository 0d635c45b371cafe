//! Anchore Engine and Enterprise: the vulnerabilities of an image (`GET /images/{digest}/vuln/{type}` of its API, and
//! `anchore-cli --json image vuln`).

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::versions;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "anchore",
    title: "Anchore Engine vulnerabilities (JSON)",
    recognized: "`vulnerabilities` with `vuln` and `package_name`, or beside `vulnerability_type`",
    reads: "Each vulnerability, under `vuln`; the CVEs behind an id of GitHub are its aliases. A `fix` of None says that there is no fix. The digest of the image is not read, as it is another for each build. That only some kinds of packages were asked for is a note",
    severity: "`severity`, and each CVSS score of NVD and of the vendor; -1 is none",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has_row = ["/vulnerabilities/0/vuln", "/vulnerabilities/0/package_name"].iter().all(|key| probe.has(key));
    has_row || probe.kind("/vulnerabilities") == Some(ValueKind::Array) && probe.has("/vulnerability_type")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut is_listed) = (sink.scan("anchore"), false);
    r.entries(|r, key| match key {
        "vulnerabilities" => {
            is_listed = true;
            sink.rows(r, &mut scan, "/vulnerabilities", vulnerability).map(drop)
        }
        "vulnerability_type" => {
            if let Scalar::Text(kind) = r.scalar()?
                && kind != "all"
            {
                let what = "only some kinds of packages were asked for, and not `all`";
                sink.problem(Weight::Note, "some-packages", || "/vulnerability_type".to_owned(), what, "");
            }
            Ok(())
        }
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !is_listed {
        return Err(lacks(r, "the report", "vulnerabilities"));
    }
    sink.finish(scan, Reasons::default());
    Ok(())
}

/// Reads a vulnerability, in the spelling of the engine or of `anchorectl`.
pub(super) fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    let (mut id, mut aliases, mut feed, mut group, mut kind) = (None, Vec::new(), None, None, None);
    let (mut fix, mut path) = (None, None);
    r.entries(|r, key| {
        match key {
            "vuln" => id = sink.name(r, at)?,
            "severity" => {
                let told = sink.told(r)?;
                item.label(Source::Tool, Some(told));
            }
            "feed" => feed = sink.name(r, at)?,
            "feed_group" | "feedGroup" => group = sink.name(r, at)?,
            "fix" => fix = sink.name(r, at)?,
            "package_name" | "packageName" => item.detail.package.name = sink.name(r, at)?,
            "package_version" | "packageVersion" => item.detail.package.version = sink.name(r, at)?,
            "package_type" | "packageType" => kind = sink.name(r, at)?,
            "package_path" | "packagePath" => path = sink.name(r, at)?,
            "description" => item.message = sink.prose(r, at)?,
            "nvd_data" | "nvdData" => scores(r, sink, item, &mut aliases, "nvd", &|| format!("{}/{key}", at()))?,
            "vendor_data" | "vendorData" => scores(r, sink, item, &mut Vec::new(), "vendor", &|| format!("{}/{key}", at()))?,
            _ => r.skip()?,
        }
        Ok(())
    })?;
    let Some(id) = id else { return Err(lacks(r, "a vulnerability", "vuln")) };
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "a vulnerability", "package_name"));
    }
    let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
    let is_system = matches!(word(kind).to_ascii_lowercase().as_str(), "dpkg" | "rpm" | "apkg" | "apk");
    let is_of_distribution = is_system && word(feed) == "vulnerabilities";
    // What Python writes for nothing; packages of a system lie in its database.
    let (no_fix, no_path) = (word(fix) == "None", is_system || word(path) == "None");
    item.ids.push(id);
    if word(Some(id)).starts_with("GHSA-") {
        item.ids.extend(aliases);
    }
    item.detail.package.ecosystem = group.filter(|_| is_of_distribution).or(kind);
    item.detail.fix_available = no_fix.then_some(false);
    if let Some(fix) = fix.filter(|_| !no_fix) {
        versions(sink, fix, &mut item.fixed_versions);
    }
    item.place(path.filter(|_| !no_path));
    Ok(())
}

/// Reads what a source says of CVEs: their ids, and their scores.
fn scores(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, ids: &mut Vec<Text>, source: &str, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(());
    }
    let source = Source::By(sink.intern(source));
    r.array(|r, index| {
        let at = &|| format!("{}/{index}", at());
        let (mut v2, mut v3) = (None, None);
        members!(r, {
            "id" => ids.extend(sink.name(r, at)?),
            "cvss_v2" => v2 = base_score(r, sink, &|| format!("{}/cvss_v2", at()))?,
            "cvss_v3" => v3 = base_score(r, sink, &|| format!("{}/cvss_v3", at()))?,
        });
        item.cvss(source, CvssVersion::V2, v2, None);
        item.cvss(source, CvssVersion::V3, v3, None);
        Ok(())
    })
}

fn base_score(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<Text>> {
    let mut score = None;
    if sink.object(r, at)? {
        members!(r, { "base_score" => score = sink.score(r, || format!("{}/base_score", at()))? });
    }
    Ok(score.filter(|&score| !sink.report.texts.get(score).as_data().starts_with('-')))
}

#![expect(clippy::disallowed_methods, reason = "tests write feeds to be read")]

use std::fs;
use std::path::Path;

use super::*;
use crate::model::finding::sample::finding;
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, OnStale, TechnicalImpact};
use crate::model::policy::{ConfigFile, sample};

const LISTED: &str = "CVE-2021-44228";
const OTHER: &str = "CVE-2024-0001";

const KEV: &str = r#"{"dateReleased": "2026-11-22T15:00:00.000Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24"}]}"#;
const EPSS: &str = "#model_version:v2025.03.14,score_date:2026-11-22T00:00:00+0000\ncve,epss,percentile\nCVE-2021-44228,0.97,0.99999\n";

/// A record, with what somebody of this id decided.
fn record(id: &str, org: &str, points: &str) -> String {
    format!(
        r#"{{"cveMetadata": {{"cveId": "{id}"}}, "containers": {{"cna": {{}}, "adp": [{{"metrics": [{{"other": {{"type": "kev", "content": {{"dateAdded": "2021-12-10"}}}}}}, {{"other": {{"type": "ssvc", "content": {{"role": "CISA Coordinator", "options": [{points}]}}}}}}], "providerMetadata": {{"orgId": "{org}", "dateUpdated": "2026-11-20T00:00:00Z"}}}}]}}}}"#
    )
}

const CISA: &str = "134c704f-9b21-4f2e-91b3-4a467353bcc0";
const GRAVE: &str = r#"{"Exploitation": "active"}, {"Automatable": "yes"}, {"Technical Impact": "total"}"#;
const MILD: &str = r#"{"Exploitation": "none"}, {"Automatable": "no"}, {"Technical Impact": "partial"}"#;

/// A finding with these ids, of which a report tells this.
fn evidence(ids: &[&str], told: Option<Detail>) -> Evidence {
    let mut evidence = Evidence::default();
    let ids: Vec<Text> = ids.iter().map(|id| evidence.texts.intern(id)).collect();
    let detail = told.map(|detail| {
        evidence.details.push(detail);
        DetailId::at(0)
    });
    let finding = Finding { ids: evidence.words.add(ids), detail, ..finding(Category::Sca, 1) };
    evidence.findings.push(finding);
    evidence
}

/// A folder with a policy that names a feed.
struct Room(tempfile::TempDir);

impl Room {
    fn new(files: &[(&str, &str)]) -> anyhow::Result<Self> {
        let room = Self(tempfile::tempdir()?);
        for (name, text) in files {
            let path = room.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
            fs::write(path, text)?;
        }
        Ok(room)
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0.path().display())
    }

    /// Enriches by a feed of one kind.
    fn enrich(&self, evidence: &mut Evidence, named: &[(FeedKind, &str)]) -> anyhow::Result<()> {
        let mut policy = sample::policy(Vec::new());
        policy.files = vec![ConfigFile { path: self.path("p.yaml"), name: "p.yaml".to_owned(), sha256: String::new(), commit: None }];
        let source =
            |name: &str| FeedSource { place: sample::place(9), path: self.path(name), max_age_hours: 24, on_stale: OnStale::Undecided };
        policy.feeds = named.iter().map(|(kind, name)| (*kind, source(name))).collect();
        feeds(evidence, &policy, "2026-11-23T00:00:00Z".parse()?, None);
        Ok(())
    }

    /// What is wrong with a feed, without the folder.
    fn told(&self, kind: FeedKind, name: &str) -> anyhow::Result<String> {
        let mut evidence = evidence(&[LISTED], None);
        self.enrich(&mut evidence, &[(kind, name)])?;
        let problem = evidence.feeds.first().and_then(|feed| feed.content.as_ref().err()).map(ToString::to_string);
        assert_eq!(evidence.details.is_empty(), problem.is_some(), "a feed that is refused tells nothing");
        Ok(problem.unwrap_or_default().replace(&self.path(""), ""))
    }
}

#[test]
fn a_finding_is_told_what_each_feed_says() -> anyhow::Result<()> {
    let room = Room::new(&[
        ("kev.json", KEV),
        ("epss.csv", EPSS),
        ("ssvc/2021/44xxx/CVE-2021-44228.json", &record(LISTED, CISA, GRAVE)),
        ("ssvc/2024/0xxx/CVE-2024-0001.json", &record(OTHER, CISA, MILD)),
    ])?;
    let feeds = [(FeedKind::Kev, "kev.json"), (FeedKind::Epss, "epss.csv"), (FeedKind::Ssvc, "ssvc")];
    let known = |ids: &[&str], told: Option<Detail>| -> anyhow::Result<_> {
        let mut evidence = evidence(ids, told);
        room.enrich(&mut evidence, &feeds)?;
        assert!(evidence.feeds.iter().all(|feed| feed.content.is_ok()), "{:?}", evidence.feeds);
        let finding = evidence.findings.get(0).copied();
        let detail = finding.and_then(|finding| evidence.detail(&finding).copied());
        let added = finding.and_then(|finding| evidence.listed(&finding)).map(|listed| listed.added.to_string());
        Ok(detail.map(|detail| (detail.kev, detail.epss.map(|epss| epss.0), detail.epss_is_least, detail.ssvc, added)))
    };
    let points = |exploitation, automatable, impact| {
        Some(Ssvc { exploitation: Some(exploitation), automatable: Some(automatable), technical_impact: Some(impact) })
    };
    let grave = points(Exploitation::Active, true, TechnicalImpact::Total);
    let mild = points(Exploitation::None, false, TechnicalImpact::Partial);
    let added = Some("2021-12-10".to_owned());
    assert_eq!(known(&[LISTED, "GHSA-jfh8-c2jp-5v3q"], None)?, Some((Some(true), Some(970_000), false, grave, added.clone())));
    assert_eq!(known(&[OTHER], None)?, Some((Some(false), None, true, mild, None)));
    assert_eq!(known(&[LISTED, OTHER], None)?, Some((Some(true), Some(970_000), true, grave, added)));
    assert_eq!(known(&["CVE-2024-9999"], None)?, Some((Some(false), None, true, None, None)));
    assert_eq!(known(&["GHSA-jfh8-c2jp-5v3q"], None)?, None, "without a CVE nothing can be looked up");
    // Reports that say that it is exploited are believed, and those that say how probable that is only where the feed does not.
    let told = Detail { kev: Some(true), epss: Some(Epss(10)), ..Detail::default() };
    assert_eq!(known(&[OTHER], Some(told))?, Some((Some(true), Some(10), true, mild, None)));
    let told = Detail { kev: Some(false), epss: Some(Epss(990_000)), ..Detail::default() };
    assert_eq!(known(&[LISTED], Some(told))?.map(|known| (known.0, known.1)), Some((Some(true), Some(970_000))));
    Ok(())
}

#[test]
fn a_catalog_that_cannot_be_right_is_refused() -> anyhow::Result<()> {
    let told = |from: &str, to: &str| Room::new(&[("kev.json", &KEV.replacen(from, to, 1))])?.told(FeedKind::Kev, "kev.json");
    let help = "mirror the feed again, or correct `kev` at p.yaml:9";
    assert_eq!(told("", "")?, "");
    for (from, to, wrong) in [
        ("\"count\": 1", "\"count\": 2", "/count: the catalog says that it has 2, and lists 1"),
        ("\"count\": 1", "\"count\": \"1\"", "/count: the catalog does not say how many entries it has, and lists 1"),
        ("CVE-2021-44228", "cve-2021-44228", "/vulnerabilities/0/cveID: the entry has no id of a CVE"),
        ("2021-12-10", "2021-13-10", "/vulnerabilities/0/dateAdded: the entry does not say when it was added"),
        ("2021-12-24", "soon", "/vulnerabilities/0/dueDate: this is no date"),
        ("2026-11-22T15:00:00.000Z", "2026-11-22", "/dateReleased: the catalog does not say when it was released"),
        ("vulnerabilities", "vulnerability", "/vulnerabilities: the catalog lists no vulnerability"),
    ] {
        assert_eq!(told(from, to)?, format!("kev.json: {wrong}; {help}"));
    }
    assert_eq!(
        told("2026-11-22T15", "2026-11-24T15")?,
        "kev.json: /dateReleased: the feed is of 2026-11-24T15:00:00Z, more than 24 hours after the run's time 2026-11-23T00:00:00Z; correct the clock or `--now`, or correct `kev` at p.yaml:9"
    );
    assert_eq!(
        told("2021-12-24\"}]}", "2021")?,
        format!("kev.json:1:149: the document ends too early, at byte 148, at /vulnerabilities/0/dueDate; {help}")
    );
    assert_eq!(told(KEV, " <html>")?.split(':').next(), Some("kev.json"));
    assert!(told(KEV, "{\"vulnerabilities\": [], \"vulnerabilities\": []}")?.contains("stands twice"));
    Ok(())
}

#[test]
fn a_feed_that_is_not_there_is_told_where_it_is_named() -> anyhow::Result<()> {
    let room = Room::new(&[("kev/a.txt", "")])?;
    let help = "mirror it there before the run, or correct the path";
    assert_eq!(room.told(FeedKind::Kev, "no.json")?, format!("p.yaml:9:1: the feed `no.json`: there is no such file; {help}"));
    assert_eq!(room.told(FeedKind::Epss, "kev")?, format!("p.yaml:9:1: the feed `kev`: this is a folder, not a file; {help}"));
    assert_eq!(room.told(FeedKind::Ssvc, "kev")?, format!("p.yaml:9:1: the feed `kev`: no record of a CVE lies in this folder; {help}"));
    Ok(())
}

#[test]
fn scores_that_cannot_be_right_are_refused() -> anyhow::Result<()> {
    let told = |text: &str| Room::new(&[("epss.csv", text)])?.told(FeedKind::Epss, "epss.csv");
    assert_eq!(told(EPSS)?, "");
    let row = "this is no line of a CVE, its probability and its percentile, both from 0 to 1";
    for (text, wrong) in [
        (EPSS.replace("0.97,", "0,97,"), format!("3:1: {row}")),
        (EPSS.replace("0.99999", "99"), format!("3:1: {row}")),
        (format!("{EPSS}CVE-2021-44228,0.0,0.0\n"), "4:1: the feed has this CVE twice".to_owned()),
        (EPSS.trim_end().to_owned(), "3:1: the line has no end: the file was cut off, or is none of lines".to_owned()),
        (EPSS.split_inclusive('\n').take(2).collect(), "3:1: the feed has no score".to_owned()),
        (EPSS.replace("percentile", "rank"), "2:1: the columns are not `cve,epss,percentile`".to_owned()),
        (
            "CVE-2021-44228,0.97,0.9\n".to_owned(),
            "1:1: this is no line `#model_version:…,score_date:…`, with which an EPSS feed begins".to_owned(),
        ),
        (String::new(), "1:1: this is no line `#model_version:…,score_date:…`, with which an EPSS feed begins".to_owned()),
        (format!("#{}", "x".repeat(2000)), "1:1: the line has no end: the file was cut off, or is none of lines".to_owned()),
    ] {
        assert_eq!(told(&text)?, format!("epss.csv:{wrong}; mirror the feed again, or correct `epss` at p.yaml:9"));
    }
    Ok(())
}

#[test]
fn only_what_cisa_says_in_the_record_of_the_cve_counts() -> anyhow::Result<()> {
    let points = |files: &[(&str, &str)]| -> anyhow::Result<Option<Exploitation>> {
        let mut evidence = evidence(&[LISTED], None);
        Room::new(files)?.enrich(&mut evidence, &[(FeedKind::Ssvc, "ssvc")])?;
        let finding = evidence.findings.get(0).copied();
        Ok(finding.and_then(|finding| evidence.detail(&finding)?.ssvc).and_then(|points| points.exploitation))
    };
    let good = record(LISTED, CISA, GRAVE);
    let active = Some(Exploitation::Active);
    for place in [
        "ssvc/2021/44xxx/CVE-2021-44228.json",
        "ssvc/cves/2021/44xxx/CVE-2021-44228.json",
        "ssvc/a/b/CVE-2021-44228.json",
        "ssvc/CVE-2021-44228.json",
    ] {
        assert_eq!(points(&[(place, &good)])?, active, "{place}");
    }
    let place = "ssvc/2021/44xxx/CVE-2021-44228.json";
    let stamp = ("ssvc/updated", "2026-11-22T00:00:00Z\n");
    let other = record(LISTED, "00000000-0000-4000-8000-000000000001", MILD);
    assert_eq!(points(&[(place, &other), stamp])?, None);
    assert_eq!(points(&[(place, &good.replace("CISA Coordinator", "Supplier")), stamp])?, None);
    assert_eq!(points(&[(place, &good.replace("active", "PoC")), stamp])?, Some(Exploitation::Poc));
    let told = |files: &[(&str, &str)]| Room::new(files)?.told(FeedKind::Ssvc, "ssvc");
    let help = "mirror the feed again, or correct `ssvc` at p.yaml:9";
    assert_eq!(
        told(&[(place, &good.replace("active", "activ"))])?,
        format!("{place}: /containers/adp/0: `Exploitation` of SSVC cannot be `activ`; {help}")
    );
    assert_eq!(
        told(&[(place, &record(OTHER, CISA, GRAVE))])?,
        format!("{place}: /cveMetadata/cveId: this is not the record of {LISTED}; {help}")
    );
    assert_eq!(
        told(&[(place, &other)])?,
        "p.yaml:9:1: the feed `ssvc`: no record here has a date of CISA's, and there is no file `updated`; mirror it there before the run, or correct the path"
    );
    assert_eq!(
        told(&[(place, &good), ("ssvc/updated", "yesterday")])?,
        format!("ssvc/updated:1:1: this is no instant such as 2026-11-23T00:00:00Z; {help}")
    );
    let twice = told(&[("ssvc/a/CVE-2021-44228.json", &good), ("ssvc/b/CVE-2021-44228.json", &good)])?;
    assert!(twice.contains("the record of CVE-2021-44228 is there twice"), "{twice}");
    Ok(())
}

#[test]
fn a_folder_is_of_the_newest_date_in_what_was_read() -> anyhow::Result<()> {
    let newer = record("CVE-2026-1234", CISA, MILD).replace("2026-11-20", "2026-11-21");
    let files = [
        ("ssvc/2021/44xxx/CVE-2021-44228.json", record(LISTED, CISA, GRAVE)),
        ("ssvc/2026/1xxx/CVE-2026-1234.json", newer),
        ("ssvc/2026/1xxx/CVE-2026-1235.json", "odd".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut evidence = evidence(&[LISTED], None);
    Room::new(&files)?.enrich(&mut evidence, &[(FeedKind::Ssvc, "ssvc")])?;
    let content = evidence.feeds.first().and_then(|feed| feed.content.as_ref().ok());
    let told = content.map(|content| (content.date.to_string(), content.entries, content.used, content.sha256.len()));
    assert_eq!(told, Some(("2026-11-21T00:00:00Z".to_owned(), 1, 1, 64)));
    Ok(())
}

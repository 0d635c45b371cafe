use super::*;
use crate::model::finding::sample;
use crate::model::identity::{Scheme, by_component};

/// One sighting: where it is, and what its detail says where it has one.
#[derive(Clone, Copy)]
struct Row<'a> {
    id: &'a str,
    category: Category,
    severity: Severity,
    paths: &'a [&'a str],
    tags: &'a [&'a str],
    title: Option<&'a str>,
    purl: &'a str,
    version: &'a str,
    target: Option<&'a str>,
}

const COMPONENT: Row<'static> = Row {
    id: "CVE-1",
    category: Category::Sca,
    severity: Severity::High,
    paths: &["go.mod"],
    tags: &[],
    title: None,
    purl: "pkg:npm/a@1",
    version: "1",
    target: None,
};

/// The finding of some sightings of a component, or of code, and the evidence that it is in.
fn joined(rows: &[Row<'_>], is_component: bool) -> (Evidence, Finding) {
    let mut evidence = Evidence::default();
    for row in rows {
        let Evidence { texts, words, locations, fingerprints, details, findings, .. } = &mut evidence;
        let paths: Vec<_> = row.paths.iter().map(|path| Location { path: Some(texts.intern(path)), ..Location::default() }).collect();
        let tags: Vec<Text> = row.tags.iter().map(|tag| texts.intern(tag)).collect();
        let component = texts.intern("pkg:npm/a");
        let package = Package { purl: Some(texts.intern(row.purl)), component, ecosystem: None, name: component, is_os: false };
        details.push(Detail {
            title: row.title.map(|title| texts.intern(title)),
            package: Some(package),
            versions: words.add([texts.intern(row.version)]),
            target: row.target.map(|target| texts.intern(target)),
            ..Detail::default()
        });
        let code = Fingerprint { scheme: Scheme::Loc, digest: [1; 16] };
        findings.push(Finding {
            severity: Some(row.severity),
            tags: words.add(tags),
            locations: locations.add(paths),
            fingerprints: fingerprints.add([if is_component { by_component(row.id, "pkg:npm/a", "", "") } else { code }]),
            detail: Some(DetailId::at(details.len() - 1)),
            ..sample::finding(row.category, 1)
        });
    }
    let others: Vec<u32> = (1..).take(rows.len().saturating_sub(1)).collect();
    join(&mut evidence, 0, &others, 0);
    let finding = *evidence.findings.get(0).unwrap();
    (evidence, finding)
}

fn words(evidence: &Evidence, list: Span<Text>) -> Vec<&str> {
    evidence.words.get(list).iter().map(|&word| evidence.text(word).as_data()).collect()
}

fn paths<'e>(evidence: &'e Evidence, finding: &Finding) -> Vec<&'e str> {
    let places = evidence.locations.get(finding.locations).iter();
    places.map(|at| at.path.map_or("", |path| evidence.text(path).as_data())).collect()
}

#[test]
fn a_component_is_as_grave_as_the_gravest_kind_that_anybody_takes_it_for() {
    use Category::{Malware, Quality, Sast, Sca};
    let category = |of: &[(Category, Severity)], is_component| {
        let rows: Vec<Row> = of.iter().map(|&(category, severity)| Row { category, severity, ..COMPONENT }).collect();
        joined(&rows, is_component).1.category
    };
    assert_eq!(category(&[(Sca, Severity::High), (Malware, Severity::Low)], true), Malware);
    assert_eq!(category(&[(Quality, Severity::High), (Sca, Severity::Low)], true), Sca, "a vulnerability is no remark");
    assert_eq!(category(&[(Quality, Severity::High), (Sast, Severity::Low)], true), Quality);
    // Of code the gravest finding tells what it is.
    assert_eq!(category(&[(Sast, Severity::High), (Quality, Severity::Low)], false), Sast);
    assert_eq!(category(&[(Quality, Severity::High), (Sca, Severity::Low)], false), Quality);
}

#[test]
fn the_tags_of_all_are_kept() {
    let (evidence, finding) = joined(&[Row { tags: &["b", "a"], ..COMPONENT }, Row { tags: &["c", "a"], ..COMPONENT }], true);
    assert_eq!(words(&evidence, finding.tags), ["a", "b", "c"]);
}

#[test]
fn the_place_in_the_project_comes_before_that_on_a_machine() {
    let at = |paths, severity| Row { severity, paths, ..COMPONENT };
    let rows = [at(&["/home/me/go.mod"], Severity::High), at(&["go.mod", "a/go.mod"], Severity::Low)];
    let (evidence, finding) = joined(&rows, true);
    assert_eq!(paths(&evidence, &finding), ["a/go.mod", "go.mod", "/home/me/go.mod"]);
    // Of code the place of the gravest is the first, and the others are sorted.
    let rows = [at(&["z"], Severity::High), at(&["a", "/b"], Severity::Low)];
    let (evidence, finding) = joined(&rows, false);
    assert_eq!(paths(&evidence, &finding), ["z", "/b", "a"]);
}

#[test]
fn what_all_tell_alike_stays_as_they_tell_it() {
    let row = Row { tags: &["b", "a"], ..COMPONENT };
    let (evidence, finding) = joined(&[row, row], true);
    assert_eq!(words(&evidence, finding.tags), ["b", "a"]);
}

#[test]
fn a_component_is_called_by_the_first_of_all_its_keys() {
    let of = |ids: [&'static str; 2]| {
        let (evidence, finding) = joined(&ids.map(|id| Row { id, ..COMPONENT }), true);
        let keys = evidence.fingerprints.get(finding.fingerprints).to_vec();
        assert!(keys.len() == 2 && keys.is_sorted(), "{keys:?}");
        assert_eq!(keys.first().copied().map(FindingId::from), Some(finding.id));
        finding.id
    };
    assert_eq!(of(["CVE-1", "GHSA-1"]), of(["GHSA-1", "CVE-1"]));
}

#[test]
fn a_purl_with_a_version_names_one_of_several() {
    let told = |rows: &[Row<'_>]| {
        let (evidence, finding) = joined(rows, true);
        let detail = *evidence.detail(&finding).unwrap();
        let purl = detail.package.and_then(|package| package.purl).map(|purl| evidence.text(purl).as_data().to_owned());
        let owned = |list| words(&evidence, list).into_iter().map(str::to_owned).collect::<Vec<_>>();
        (purl.unwrap_or_default(), owned(detail.versions), owned(detail.purls))
    };
    let two = Row { purl: "pkg:npm/a@2", version: "2", ..COMPONENT };
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(told(&[COMPONENT, COMPONENT]), ("pkg:npm/a@1".to_owned(), texts(&["1"]), texts(&[])));
    assert_eq!(told(&[COMPONENT, two]), ("pkg:npm/a".to_owned(), texts(&["1", "2"]), texts(&["pkg:npm/a@1", "pkg:npm/a@2"])));
    let without = Row { purl: "pkg:npm/a", version: "3", ..COMPONENT };
    assert_eq!(told(&[COMPONENT, without]).2, ["pkg:npm/a@1"], "one without a version names none");
}

#[test]
fn of_two_that_differ_in_what_their_details_say_either_may_come_first() {
    let told = |rows: &[Row<'_>]| {
        let (evidence, finding) = joined(rows, true);
        let detail = *evidence.detail(&finding).unwrap();
        let text = |text: Option<Text>| text.map(|text| evidence.text(text).as_data().to_owned());
        (text(detail.title), text(detail.target), text(detail.package.and_then(|package| package.purl)))
    };
    let changes: [fn(&mut Row<'_>); 3] =
        [|row| row.title = Some("title"), |row| row.target = Some("image"), |row| row.purl = "pkg:npm/a@1.0"];
    for change in changes {
        let mut other = COMPONENT;
        change(&mut other);
        assert_eq!(told(&[COMPONENT, other]), told(&[other, COMPONENT]));
    }
}

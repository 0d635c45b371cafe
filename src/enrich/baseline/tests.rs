use super::sample::{Thing, adopted, code, component, place, recalled};
use super::*;
use crate::model::baseline::{Proof, Standing};
use crate::model::identity::{FindingId, Scheme};
use crate::model::policy::Newness;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// What was known, what is there, and what shows that it is the same.
type Row<'a> = (&'a [Thing], &'a [Thing], &'a [Option<(Proof, bool)>]);

/// What is known of each thing, and by what.
fn told(things: &[Thing], known: &[(Standing, Thing)]) -> Vec<Option<(Proof, bool)>> {
    let evidence = recalled(things, known);
    let recalled = |finding| evidence.entry(finding).and_then(|entry| entry.recalled).map(|recalled| (recalled.by, recalled.moved));
    evidence.findings.iter().map(recalled).collect()
}

#[test]
fn a_finding_is_known_when_its_line_moves_its_code_changes_or_its_file_is_renamed() {
    let line = |moved| Some((Proof::Key(Scheme::Line), moved));
    let table: [Row<'_>; 16] = [
        (&[code(1, 1, 10, 1)], &[code(1, 1, 10, 1)], &[line(false)]),
        (&[code(1, 1, 10, 1)], &[code(1, 1, 500, 1)], &[line(true)]),
        (&[code(1, 1, 10, 1)], &[code(1, 1, 12, 2)], &[Some((Proof::Nearby, true))]),
        (&[code(1, 1, 10, 1)], &[code(1, 1, 20, 2)], &[Some((Proof::Nearby, true))]),
        (&[code(1, 1, 10, 1)], &[code(1, 1, 21, 2)], &[None]),
        // Its code is told no more, or only now.
        (&[code(1, 1, 10, 1)], &[place(1, 1, 40)], &[Some((Proof::Nearby, true))]),
        (&[place(1, 1, 10)], &[code(1, 1, 41, 1)], &[None]),
        // Another check, another file that has nothing to do with it.
        (&[code(1, 1, 10, 1)], &[code(2, 1, 10, 1)], &[None]),
        (&[code(1, 1, 10, 1)], &[code(1, 2, 10, 2)], &[None]),
        // The file has another name.
        (&[code(1, 1, 10, 1)], &[code(1, 2, 10, 1)], &[Some((Proof::Renamed, true))]),
        // A copy, while the file is still there.
        (&[code(1, 1, 10, 1)], &[code(1, 1, 10, 1), code(1, 2, 10, 1)], &[line(false), None]),
        (&[code(1, 1, 10, 1), code(2, 1, 5, 5)], &[code(2, 1, 5, 5), code(1, 2, 10, 1)], &[line(false), None]),
        // Two copies in two files: either could be the one that moved.
        (&[code(1, 1, 10, 1)], &[code(1, 2, 10, 1), code(1, 3, 10, 1)], &[None, None]),
        // Of what only its place is known, a line is enough.
        (&[place(1, 1, 10)], &[place(1, 1, 13)], &[Some((Proof::Nearby, true))]),
        (&[place(1, 1, 0)], &[place(1, 1, 0)], &[Some((Proof::Nearby, false))]),
        (&[place(1, 1, 0)], &[place(1, 1, 3)], &[None]),
    ];
    for (known, things, expected) in table {
        assert_eq!(told(things, &adopted(known)), expected, "{known:?} {things:?}");
    }
}

#[test]
fn a_vulnerability_is_known_by_any_of_its_ids_and_where_its_manifest_moves() {
    let sca = Some((Proof::Key(Scheme::Sca), false));
    let table: [Row<'_>; 8] = [
        (&[component(1, 1, &[1])], &[component(1, 1, &[1])], &[sca]),
        (&[component(1, 1, &[1])], &[Thing { line: 7, ..component(1, 1, &[1]) }], &[sca]),
        (&[component(1, 1, &[2])], &[component(1, 1, &[1, 2])], &[sca]),
        (&[component(1, 1, &[1, 2])], &[component(1, 1, &[2])], &[sca]),
        (&[component(1, 1, &[1])], &[component(2, 1, &[1])], &[None]),
        (&[component(1, 1, &[1])], &[component(1, 1, &[2])], &[None]),
        (&[component(1, 1, &[1])], &[component(1, 2, &[1])], &[Some((Proof::Renamed, true))]),
        (&[component(1, 1, &[1]), component(2, 1, &[1])], &[component(2, 1, &[1]), component(1, 2, &[1])], &[sca, None]),
    ];
    for (known, things, expected) in table {
        assert_eq!(told(things, &adopted(known)), expected, "{known:?} {things:?}");
    }
}

#[test]
fn what_was_adopted_counts_before_what_was_only_seen() {
    let both = [(Standing::Seen, component(1, 1, &[1])), (Standing::Adopted, component(1, 1, &[2]))];
    let evidence = recalled(&[component(1, 1, &[1, 2])], &both);
    assert!(evidence.findings.iter().all(|finding| evidence.newness(finding) == Newness::Existing));
    let proofs: Vec<Proof> =
        evidence.baseline.iter().flat_map(|known| &known.entries).filter_map(|entry| Some(entry.recalled?.by)).collect();
    assert_eq!(proofs, [Proof::Key(Scheme::Sca), Proof::Joined]);
    let evidence = recalled(&[code(1, 1, 10, 1)], &[(Standing::Seen, code(1, 1, 10, 1))]);
    assert!(evidence.findings.iter().all(|finding| evidence.newness(finding) == Newness::New && finding.entry.is_some()));
}

#[test]
fn an_id_is_carried_on_and_stays_that_of_one_finding() {
    let known = code(1, 1, 10, 1);
    let id = known.keys().first().copied().map(FindingId::from);
    let ids = |things: &[Thing], known: &[(Standing, Thing)]| -> Vec<FindingId> {
        recalled(things, known).findings.iter().map(|finding| finding.id).collect()
    };
    assert_eq!(ids(&[code(1, 1, 12, 2)], &adopted(std::slice::from_ref(&known))).first(), id.as_ref());
    // The old code comes back, when what became of it has its id.
    let mut evidence = sample::evidence(&[code(1, 1, 12, 2), code(1, 1, 90, 1)]);
    let mut baseline = sample::baseline(&mut evidence, &adopted(&[code(1, 1, 12, 2)]));
    baseline.entries.iter_mut().zip(id).for_each(|(entry, id)| entry.id = id);
    recall::recall(&mut evidence, &mut baseline);
    let ids: Vec<FindingId> = evidence.findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids.first(), id.as_ref());
    assert!(ids.first() != ids.last());
}

/// What is wrong with a file at noon of 2026-11-23.
fn wrong(text: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut texts = crate::base::text::Texts::default();
    let read = read::read(&mut text.as_bytes(), &mut texts, "2026-11-23T12:00:00Z".parse()?);
    Ok(read.err().map_or_else(Vec::new, |problems| problems.of_file("b.json").map(|problem| problem.to_string()).collect()))
}

const HEAD: &str = "{\"schema\":\"relgate.baseline/v1\",\"created\":\"2026-11-23T00:00:00Z\"";
const SIGNED: &str = ",\"accountable\":\"dana@acme.example\",\"approved\":\"2026-11-01\",\"reason\":\"known before the gate\"";
const ENTRY: &str =
    "{\"id\":\"F-0123456789ab\",\"keys\":[\"line/1:0123456789abcdef0123456789abcdef\"],\"tool\":\"t\",\"first_seen\":\"2026-06-01\"}";

#[test]
fn a_file_is_read_strictly_and_all_mistakes_are_told_at_once() -> Tested {
    let good = format!("{HEAD}{SIGNED},\"adopted\":[{ENTRY}],\"seen\":[]}}");
    assert_eq!(wrong(&good)?, [""; 0]);
    assert_eq!(wrong(&format!("{HEAD},\"adopted\":[],\"seen\":[{ENTRY}]}}"))?, [""; 0]);
    let several = good.replace("\"tool\":\"t\"", "\"tol\":\"t\"").replace("2026-06-01", "2026-06-31").replace("2026-11-01", "2027-01-01");
    let told = wrong(&several)?;
    let found = [
        "`approved` is in the future, at /approved",
        "no key \"tol\" here, at /adopted/0/tol; did you mean `tool`?",
        "at /adopted/0/first_seen",
        "lacks `tool`",
    ];
    assert!(found.iter().all(|words| told.iter().any(|line| line.contains(words) && line.starts_with("b.json:1:"))), "{told:#?}");
    for (from, to, words) in [
        ("baseline/v1", "baseline/v9", "at /schema"),
        ("2026-11-23T00", "2026-11-25T00", "written more than 24 hours after"),
        ("dana@acme.example", "Dana", "at /accountable"),
        ("known before the gate", "x", "at /reason"),
        ("\"reason\":\"known before the gate\",", "", "lacks `reason`, and it adopts findings"),
        ("\"adopted\":[", "\"adopted\":{\"x\":[", "at /adopted; write a list"),
        ("\"seen\":[]", "\"seen\":null", "at /seen"),
        ("\"seen\":[]", "\"seen\":[7]", "at /seen/0"),
        ("\"seen\":[]", "\"seen\":[],\"seen\":[]", "twice"),
        ("\"tool\":\"t\"", "\"tool\":\"t\",\"tool\":\"u\"", "twice"),
        ("F-0123", "F-012", "at /adopted/0/id"),
        ("line/1:", "line/2:", "at /adopted/0/keys"),
        ("line/1:", "loc/1:", "no key but `loc/1`"),
        ("line/1:", "text/1:", "no key but `loc/1` or `text/1`"),
        ("abcdef\"]", "abcdeF\"]", "at /adopted/0/keys"),
        ("\"t\",", "\"t\",\"start_line\":0,", "at /adopted/0/start_line"),
        ("2026-06-01", "2026-12-01", "is in the future"),
    ] {
        let told = wrong(&good.replacen(from, to, 1))?;
        assert!(told.iter().any(|line| line.contains(words)), "{to}: {told:#?}");
    }
    let twice = good.replace("\"seen\":[]", &format!("\"seen\":[{ENTRY}]"));
    assert!(wrong(&twice)?.iter().any(|line| line.contains("an earlier entry has these keys, at /seen/0")));
    // Every prefix is cut off, and nothing of it is used.
    assert!((0..good.len()).all(|end| good.get(..end).is_none_or(|cut| wrong(cut).is_ok_and(|told| !told.is_empty()))));
    Ok(())
}

#[test]
fn a_million_mistakes_are_a_few_lines() -> Tested {
    let seen = vec!["{\"id\":1}"; 5000].join(",");
    let told = wrong(&format!("{HEAD},\"adopted\":[],\"seen\":[{seen}]}}"))?;
    assert!(told.len() < 20 && told.iter().any(|line| line.contains("more like it")), "{told:#?}");
    Ok(())
}

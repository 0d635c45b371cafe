//! Files of other tools: what each entry comes to, and what is no record.

use super::*;
use crate::policy::exceptions::{IMPORTS, Imported, Terms, draft_file, import};

/// What a file comes to.
fn taken(format: &str, text: &str, policy: &Policy) -> Result<Imported, Vec<Problem>> {
    let today = parse_date("2026-11-23").unwrap_or_default();
    let terms = Terms { requester: "ola@acme.example", policy, today, first: 7 };
    let format = IMPORTS.iter().find(|known| known.id == format).unwrap();
    import(&[("sub/ignored".to_owned(), text.to_owned(), format)], &terms)
}

/// The id of each record, its end and its reason.
fn drafts(imported: &Imported) -> Vec<(&str, String, &str)> {
    imported.drafts.iter().map(|draft| (draft.id.as_str(), draft.expires.to_string(), draft.reason.as_str())).collect()
}

fn skipped(imported: &Imported) -> Vec<String> {
    imported.skipped.iter().map(ToString::to_string).collect()
}

#[test]
fn an_entry_ends_as_it_says_where_the_limits_admit_that() {
    let ends = |policy: &Policy, told: &str| {
        let imported = taken("trivyignore", &format!("CVE-1 exp:{told}\n"), policy).unwrap();
        let expires = imported.drafts.first().map(|draft| draft.expires.to_string());
        expires.ok_or_else(|| skipped(&imported).concat().split("; ").next().unwrap_or_default().to_owned())
    };
    let year = policy();
    for (told, wanted) in
        [("2026-11-24", "2026-11-23"), ("2026-12-02", "2026-12-01"), ("2027-11-24", "2027-11-23"), ("2027-11-25", "2026-12-23")]
    {
        assert_eq!(ends(&year, told), Ok(wanted.to_owned()), "{told}");
    }
    let ended = "sub/ignored:1:1: `CVE-1` is not imported: it ended on 2026-11-22".to_owned();
    assert_eq!(ends(&year, "2026-11-23"), Err(ended));
    let mut short = policy();
    short.exceptions.limits.iter_mut().flatten().for_each(|row| row.max_lifetime_hours = 10 * 24);
    assert_eq!(ends(&short, "2027-01-01"), Ok("2026-12-03".to_owned()), "no row admits more");
}

#[test]
fn each_entry_becomes_a_record_that_can_be_read() -> anyhow::Result<()> {
    let text = "# The image is rebuilt   in spring\nCVE-1\n\n# todo\nCVE-2\n\naws-access-key-id\n";
    let imported = taken("trivyignore", text, &policy()).unwrap();
    let none = |line: u32| format!("Imported from sub/ignored:{line}, which gives no reason; say why.");
    assert_eq!(
        drafts(&imported),
        [
            ("EXC-2026-0007", "2026-12-23".to_owned(), "The image is rebuilt in spring"),
            ("EXC-2026-0008", "2026-12-23".to_owned(), none(5).as_str()),
            // It is about a whole tree, which is dangerous and no mistake.
            ("EXC-2026-0009", "2026-12-23".to_owned(), none(7).as_str()),
        ]
    );
    assert_eq!(skipped(&imported), [""; 0]);
    let lines: Vec<Vec<String>> = imported.drafts.iter().map(Draft::lines).collect();
    let (exceptions, _) = load_all(&[draft_file(&lines)], &policy())?;
    let read: Vec<_> = exceptions.records.iter().map(|record| (record.status, record.effect, record.requester.to_string())).collect();
    assert_eq!(read, vec![(Status::Proposed, Action::Ticket, "ola@acme.example".to_owned()); 3]);
    Ok(())
}

#[test]
fn what_is_no_record_is_told_with_its_line() {
    let text = "vulnerabilities:\n  - {id: CVE-1, paths: [\"**\"]}\n  - {id: CVE-2, paths: [a]}\nlicenses:\n  - {id: GPL-3.0}\n";
    let imported = taken("trivyignore-yaml", text, &policy()).unwrap();
    assert_eq!(drafts(&imported).iter().map(|(id, ..)| *id).collect::<Vec<_>>(), ["EXC-2026-0007"]);
    assert_eq!(
        skipped(&imported),
        [
            "sub/ignored:2:1: `CVE-1` is not imported: `path` matches every file; look whether it is still needed",
            "sub/ignored:5:1: `GPL-3.0` is not imported: it ignores a license, wherever that is; look whether it is still needed",
        ]
    );
    let broken = taken("grype", "ignore: [", &policy()).map(|imported| imported.drafts.len()).map_err(|told| told.len());
    assert_eq!(broken, Err(1));
    // Entries of osv-scanner are about the files beside them.
    let beside = taken("osv-scanner", "[[IgnoredVulns]]\nid = \"CVE-1\"\n", &policy()).unwrap();
    assert_eq!(beside.drafts.first().map(|draft| draft.matches.paths.clone()), Some(vec!["sub/*".to_owned()]));
}

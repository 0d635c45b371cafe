//! What single keys of a record may say, and whether its limits let it be renewed.

use super::*;
use crate::model::exception::{Renewal, Review};

/// The one record of a file with these changes, which must be in order.
fn one(changes: &[(&str, &str)]) -> anyhow::Result<Exception> {
    let (exceptions, told) = load_all(&[file(&[record(changes)])], &policy())?;
    exceptions.records.into_iter().next().ok_or_else(|| anyhow::anyhow!("{told:?}"))
}

#[test]
fn what_a_record_does_not_say_has_its_default() -> anyhow::Result<()> {
    let record = one(&[])?;
    assert_eq!((record.max_findings, record.until.len(), record.compensating_controls.len(), record.informed.len()), (20, 0, 0, 0));
    assert_eq!((record.title, record.fix_by, record.created, record.review), (None, None, None, None));
    assert_eq!((record.matches.versions, record.scope), (Versions::NotTold, crate::model::exception::Scope::default()));
    assert_eq!(one(&[("renewals", "[]")])?.renewals.len(), 0, "none of them yet is no mistake");
    Ok(())
}

#[test]
fn what_a_record_says_of_people_and_days_is_read_whole() -> anyhow::Result<()> {
    let day = |text: &str| parse_date(text).unwrap_or_default();
    let by = |text: &str| Address::parse(text).ok_or_else(|| anyhow::anyhow!("{text}"));
    let record = one(&[
        ("type", "emergency"),
        ("reason", "'security-fix: the login outage is being repaired'"),
        ("accountable", "{email: ivan@acme.example, role: commander}"),
        ("created", "2026-11-21"),
        ("approved", "2026-11-22"),
        ("expires", "2026-11-24"),
        ("fix_by", "2026-11-23"),
        ("informed", "[a@acme.example, b@acme.example]"),
        ("review", "{by: dana@acme.example, date: 2026-11-23, outcome: fixed}"),
    ])?;
    let review = Review { by: by("dana@acme.example")?, date: day("2026-11-23"), outcome: "fixed".to_owned() };
    assert_eq!(record.review, Some(review));
    assert_eq!((record.created, record.fix_by), (Some(day("2026-11-21")), Some(day("2026-11-23"))));
    assert_eq!(record.informed, [by("a@acme.example")?, by("b@acme.example")?]);
    let told = record.accountable.map(|accountable| (accountable.email.to_string(), accountable.role));
    assert_eq!(told, Some(("ivan@acme.example".to_owned(), "commander".to_owned())));
    Ok(())
}

#[test]
fn a_ticket_is_a_url_or_a_key() -> anyhow::Result<()> {
    for good in ["https://x.example/1", "http://[::1]/a", "PAY-881", "AB_2-1", "A1-10"] {
        assert_eq!(one(&[("ticket", &format!("\"{good}\""))])?.ticket.as_deref(), Some(good));
    }
    for wrong in [
        "https://",
        "https:///a",
        "http://-",
        "ftp://x.example",
        "https://x.example/a b",
        "https://x.example/ä",
        "x https://x.example",
        "881",
        "-1",
        "PAY",
        "PAY-",
        "PAY-0",
        "PAY-081",
        "PAY-1a",
        "PAY_1",
        "P-1",
        "pay-1",
        "Pay-1",
        "1AB-1",
        "_AB-1",
        "PA Y-1",
    ] {
        let told = told(&[("ticket", &format!("\"{wrong}\""))])?;
        assert!(told.iter().any(|told| told.contains("`ticket` cannot be")), "{wrong}: {told:?}");
    }
    assert_eq!(told(&[("ticket", "881")])?.len(), 1, "a number");
    Ok(())
}

#[test]
fn only_what_is_approved_names_who_approved_it() -> anyhow::Result<()> {
    for key in ["accountable", "ticket", "approved"] {
        let lacks = format!("0.yaml:3:5: an approved exception lacks `{key}`; add it, or say `status: proposed`");
        assert_eq!(told(&[(key, "")])?, [lacks]);
        assert_eq!(told(&[(key, ""), ("status", "proposed")])?, [""; 0]);
    }
    Ok(())
}

#[test]
fn a_renewal_is_admitted_by_a_row_of_each_layer() -> anyhow::Result<()> {
    let rules = policy().exceptions;
    let by = |text: &str| Address::parse(text).ok_or_else(|| anyhow::anyhow!("{text}"));
    let day = |text: &str| parse_date(text).unwrap_or_default();
    let renewed = |name: &str, expires: &str, times: usize| -> anyhow::Result<Exception> {
        let renewal =
            Renewal { approved: day("2026-11-20"), expires: day(expires), by: by(name)?, reason: "the driver is late".to_owned() };
        Ok(Exception { expires: day(expires), renewals: vec![renewal; times], ..one(&[])? })
    };
    let (dana, soon) = ("dana@acme.example", "2026-12-20");
    let told = |rules: &ExceptionRules, record: &Exception| not_admitted(rules, record);
    assert_eq!(told(&rules, &renewed(dana, soon, 0)?), None, "it was not renewed");
    assert_eq!(told(&rules, &renewed(dana, soon, 1)?), None);
    let often = "it would be renewed 2 times, 1 at most; what still holds is asked for anew".to_owned();
    assert_eq!(told(&rules, &renewed(dana, soon, 2)?), Some(often));
    // The longest of the rows counts: a harmless finding may have it.
    assert_eq!(told(&rules, &renewed(dana, "2027-11-20", 1)?), None);
    assert_eq!(told(&rules, &renewed(dana, "2027-11-21", 1)?), Some("it would last 366 days, 365 at most".to_owned()));
    let nobody = "ivan@acme.example holds no role that may approve it: lead".to_owned();
    assert_eq!(told(&rules, &renewed("ivan@acme.example", soon, 1)?), Some(nobody));
    let mut record = renewed(dana, soon, 1)?;
    record.accountable = record.accountable.map(|told| crate::model::exception::Accountable { role: "commander".to_owned(), ..told });
    let no_row = "no limits row lets the role commander approve risk_acceptance".to_owned();
    assert_eq!(told(&rules, &record), Some(no_row));
    // A row for another type admits nothing of this one.
    let mut other = policy().exceptions;
    other.limits.iter_mut().flatten().for_each(|row| row.types = vec![ExceptionType::Rotated]);
    let no_row = "no limits row lets the role lead approve risk_acceptance".to_owned();
    assert_eq!(told(&other, &renewed(dana, soon, 1)?), Some(no_row));
    // What one layer admits, the other does not.
    let mut layered = policy().exceptions;
    let narrow: Vec<Limit> = layered.limits.iter().flatten().map(|row| Limit { max_lifetime_hours: 29 * 24, ..row.clone() }).collect();
    layered.limits.push(narrow);
    assert_eq!(told(&layered, &renewed(dana, soon, 1)?), Some("it would last 30 days, 29 at most".to_owned()));
    Ok(())
}

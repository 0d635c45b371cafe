//! `relgate exception renew|revoke`: a record, edited where it stands.

use anyhow::{Result, anyhow, bail, ensure};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::new::day;
use super::{Known, is_wrong, lines_out, refused};
use crate::base::address::Address;
use crate::base::date::date_of;
use crate::base::suggest;
use crate::cli::args::{Editing, RenewArgs, RevokeArgs};
use crate::cli::{UNDECIDED, clock, stderr};
use crate::model::baseline::Adoption;
use crate::model::exception::{Exception, Exceptions, Status};
use crate::model::policy::Policy;
use crate::model::severity::Severity;
use crate::pipeline::{self, Edit, Edition, NextRenewal, Places};

pub(super) fn renew(args: &RenewArgs) -> Result<u8> {
    let by = Address::parse(&args.by);
    let by = by.ok_or_else(|| anyhow!("--by {}: expected one plain mail address, such as dana@acme.example", args.by))?;
    let reason = args.reason.trim();
    ensure!(Adoption::is_reason(reason), "--reason {reason}: this says nothing; say in a sentence why it is needed for longer");
    edit(&args.editing, &args.id, |record, today| {
        let expires = day(&args.expires, today)?;
        renewable(record, today, expires)?;
        Ok(Change {
            told: format!("renewed {} until {expires}, by {by}", record.id),
            renewal: Some((today, expires, by.to_string(), reason)),
        })
    })
}

pub(super) fn revoke(args: &RevokeArgs) -> Result<u8> {
    edit(&args.editing, &args.id, |record, _| {
        ensure!(record.status != Status::Revoked, "{} is revoked already", record.id);
        Ok(Change { told: format!("revoked {}", record.id), renewal: None })
    })
}

/// What is to become of a record.
struct Change<'a> {
    /// What is said of it afterwards.
    told: String,
    /// When, until when, by whom and why it is renewed; else it is revoked.
    renewal: Option<(Date, Date, String, &'a str)>,
}

/// Refuses what no renewal can mend.
fn renewable(record: &Exception, today: Date, expires: Date) -> Result<()> {
    let (id, ended) = (&record.id, record.expires);
    ensure!(record.status == Status::Approved, "{id} is {}: only what is approved is renewed", record.status.word());
    ensure!(today <= ended.saturating_add(1.day()), "{id} ended on {ended}; ask for it anew, under another id: relgate exception new");
    ensure!(expires > ended, "--expires {expires}: {id} lasts until {ended}; name a day that is later than that");
    Ok(())
}

/// Edits a record, if it would count then.
fn edit<'a>(args: &Editing, id: &str, change: impl FnOnce(&Exception, Date) -> Result<Change<'a>>) -> Result<u8> {
    let now = clock::now(args.now.as_deref(), args.dry_run)?;
    let Known { governed, exceptions, problems } = Known::read(&args.judging, now)?;
    stderr::problems(problems.iter());
    let (Ok(policy), false) = (&governed.policy, is_wrong(&problems)) else { return Ok(UNDECIDED) };
    let record = find(&exceptions, id)?;
    let Some(file) = exceptions.file(record) else { bail!("internal error: {id} stands in no file") };
    let Change { told, renewal } = change(record, date_of(now))?;
    let days = renewal.as_ref().map(|(approved, expires, ..)| (approved.to_string(), expires.to_string()));
    let edition = match (&renewal, &days) {
        (Some((_, _, by, reason)), Some((approved, expires))) => Edition::Renew(&record.id, NextRenewal { approved, expires, by, reason }),
        (None, _) | (_, None) => Edition::Status(&record.id, Status::Revoked.word()),
    };
    let edit = Edit::of(&file.path, &edition)?;
    let places = Places { named: &args.judging.exceptions, beside: governed.exceptions.as_deref(), commit: None };
    let mut lines = vec![format!("{told}; wrote {}", file.path)];
    match pipeline::hold(&edit, &places, policy, now) {
        Err(wrong) => return Ok(refused(&wrong)),
        Ok((edited, _)) if renewal.is_some() => {
            let renewed = find(&edited, &record.id)?;
            pipeline::admitted(policy, renewed)?;
            lines.extend(too_grave(policy, renewed));
        }
        Ok(_) => {}
    }
    if args.dry_run {
        return lines_out(edit.text().lines().map(str::to_owned));
    }
    edit.write()?;
    lines_out(lines.into_iter())
}

/// Of which findings a record does not hold, because it lasts too long for them.
fn too_grave(policy: &Policy, record: &Exception) -> Option<String> {
    let (days, accountable) = (record.lifetime_days()?, record.accountable.as_ref()?);
    let most = |severity: Severity| policy.exceptions.grant(record.kind, severity).get(accountable.role.as_str()).copied();
    let short = |severity: &Severity| most(*severity).is_none_or(|most| most < days);
    let grave: Vec<&str> = Severity::ALL.into_iter().filter(short).map(Severity::word).collect();
    (!grave.is_empty()).then(|| format!("it does not hold for {} findings, for which {days} days are too many", grave.join(" and ")))
}

/// The record of a name.
fn find<'e>(exceptions: &'e Exceptions, id: &str) -> Result<&'e Exception> {
    let known = || exceptions.records.iter();
    known()
        .find(|record| record.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| anyhow!("no exception is called `{id}`: {}", suggest::help(id, known().map(|record| record.id.as_str()))))
}

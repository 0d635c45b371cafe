//! `relgate exception new`: a record for a finding, as narrow as the finding lets it be.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::fill::fill;
use super::pick::Asked;
use super::{Known, is_wrong, lines_out, refused};
use crate::base::address::Address;
use crate::base::date::{date_of, days_between, parse_date, parse_days};
use crate::base::pattern::Glob;
use crate::cli::args::{Effect, NewArgs};
use crate::cli::{UNDECIDED, clock, stderr};
use crate::model::exception::{ExceptionType, Exceptions};
use crate::model::identity::{Fingerprint, Scheme};
use crate::model::policy::{Action, Policy};
use crate::model::saved::SavedFinding;
use crate::model::severity::Severity;
use crate::pipeline::{self, Draft, DraftMatch, Edit, Edition, Places};

/// No more days than this unless somebody says so.
const MOST_DAYS: i64 = 90;

pub(super) fn run(args: &NewArgs) -> Result<u8> {
    let (kind, told) = fill(&args.told, args.approve.is_some())?;
    let approval = args.approve.as_deref().map(approval).transpose()?;
    let now = clock::now(args.now.as_deref(), args.dry_run)?;
    let Known { governed, exceptions, problems } = Known::read(&args.judging, now)?;
    stderr::problems(problems.iter());
    let (Ok(policy), false) = (&governed.policy, is_wrong(&problems)) else { return Ok(UNDECIDED) };
    let asked = Asked { reports: &args.reports, reading: &args.reading, judging: &args.judging };
    let finding = match &args.report {
        Some(path) => asked.saved(&args.finding, path)?,
        None => asked.finding(&args.finding, &governed, now)?,
    };
    let Some(finding) = finding else { return Ok(UNDECIDED) };
    let severity = Severity::from_word(&finding.severity.effective).context("the finding has no severity that is known here")?;
    let grant = granted(policy, kind, severity, &finding)?;
    if let Some((role, email)) = &approval {
        may_approve(policy, &grant, role, email)?;
    }
    let today = date_of(now);
    let id = args.id.clone().unwrap_or_else(|| next_id(&exceptions, today));
    let (matches, notes) = narrowest(&finding, args)?;
    let control = told.control.clone().zip(told.evidence.clone()).map(|(control, evidence)| (control, evidence, today));
    let of_type = [
        ("residual_severity", told.residual_severity.clone()),
        ("justification", told.justification.clone()),
        ("evidence", told.evidence.clone().filter(|_| control.is_none())),
    ];
    let draft = Draft {
        title: title(&finding, &matches),
        kind,
        matches,
        effect: match args.effect {
            Effect::Ticket => Action::Ticket,
            Effect::Pass => Action::Pass,
        },
        until: Vec::new(),
        of_type: of_type.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
        control,
        reason: told.reason.unwrap_or_default(),
        requester: told.requester.unwrap_or_default(),
        ticket: told.ticket,
        created: today,
        approval,
        expires: expires(args.expires.as_deref(), today, grant.days)?,
        id: id.clone(),
    };
    let file = args.file.clone().unwrap_or_else(|| default_file(governed.exceptions.as_deref(), &id));
    let edit = Edit::of(&file, &Edition::Add(std::slice::from_ref(&draft)))?;
    let places = Places { named: &args.judging.exceptions, beside: governed.exceptions.as_deref(), commit: None };
    let is_read = match pipeline::hold(&edit, &places, policy, now) {
        Ok((_, is_read)) => is_read,
        Err(wrong) => return Ok(refused(&wrong)),
    };
    if args.dry_run {
        return lines_out(edit.text().lines().map(str::to_owned));
    }
    edit.write()?;
    let status = if draft.approval.is_some() { "approved" } else { "proposed" };
    let mut lines = vec![format!("wrote {id}, {status}, to {file}: it ends on {}", draft.expires)];
    lines.extend(notes);
    lines.push(format!("who may approve it: {}", grant.told));
    if draft.approval.is_none() {
        lines.push("it has no effect until it says `status: approved`, with `accountable`, `ticket` and `approved`".to_owned());
    }
    if !is_read {
        lines.push(format!("no run reads {file} yet: name it under `exceptions.files` of the policy, or with --exceptions"));
    }
    lines_out(lines.into_iter())
}

/// `ROLE:ADDRESS`.
fn approval(told: &str) -> Result<(String, String)> {
    let parts = told.split_once(':').filter(|(role, email)| !role.is_empty() && !email.is_empty());
    let (role, email) = parts.ok_or_else(|| anyhow!("--approve {told}: expected ROLE:ADDRESS, such as approver:dana@acme.example"))?;
    Ok((role.to_owned(), email.to_owned()))
}

/// Who may approve, and for how long at most.
struct Grant {
    days: i64,
    told: String,
    roles: Vec<String>,
}

/// Refuses an approval that would not count: by a role that may not, or by somebody who does not hold it. A role that there is not is
/// told where the record is read.
fn may_approve(policy: &Policy, grant: &Grant, role: &str, email: &str) -> Result<()> {
    let Some(people) = policy.exceptions.roles.get(role) else { return Ok(()) };
    let by = |what: String| format!("--approve {role}:{email}: {what}; who may: {}; nothing was written", grant.told);
    ensure!(grant.roles.iter().any(|known| known == role), by(format!("the role {role} may not approve it")));
    let is_held = Address::parse(email).is_none_or(|email| people.contains(&email));
    ensure!(is_held, by(format!("{email} does not hold the role")));
    Ok(())
}

/// Who may approve; an error where nobody may, or no rule lets the type lower it: such a record would never hold.
fn granted(policy: &Policy, kind: ExceptionType, severity: Severity, finding: &SavedFinding) -> Result<Grant> {
    let fired = |id: &str| finding.decision.rules.iter().any(|rule| rule.id == id);
    let decisive = |action: Action| action.word() == finding.decision.without_exceptions;
    let refusing = policy.rules.iter().find(|rule| decisive(rule.action) && fired(&rule.id) && !rule.waivable.admits(kind));
    if let Some(rule) = refusing {
        let admitted: Vec<&str> =
            ExceptionType::ALL.into_iter().filter(|kind| rule.waivable.admits(*kind)).map(ExceptionType::word).collect();
        let admitted = if admitted.is_empty() { "nothing does".to_owned() } else { format!("{} may", admitted.join(", ")) };
        bail!("no exception of type {} lowers what the rule {} says: {admitted}; nothing was written", kind.word(), rule.id);
    }
    let rules = &policy.exceptions;
    let people = |role: &str| {
        let people: Vec<&str> = rules.roles.get(role).into_iter().flatten().map(Address::as_str).collect();
        if people.is_empty() { format!("{role} (nobody yet)") } else { format!("{role} ({})", people.join(", ")) }
    };
    if kind == ExceptionType::Emergency {
        let emergency = rules.emergency.as_ref().context("the policy lets nobody declare an emergency; choose another type")?;
        ensure!(
            severity <= emergency.severity_at_most,
            "an emergency covers nothing graver than {}, and this is {}; nothing was written",
            emergency.severity_at_most.word(),
            severity.word()
        );
        let named: Vec<String> = emergency.roles.iter().map(|role| people(role)).collect();
        let told = format!("{}, {} days at most", named.join(" or "), emergency.max_days);
        return Ok(Grant { days: i64::from(emergency.max_days), told, roles: emergency.roles.clone() });
    }
    let grant = rules.grant(kind, severity);
    let days = grant.values().copied().max();
    let days =
        days.with_context(|| format!("no limits row admits {} of {} findings; nothing was written", kind.word(), severity.word()))?;
    let told: Vec<String> = grant.iter().map(|(role, days)| format!("{}, {days} days at most", people(role))).collect();
    Ok(Grant { days, told: told.join("; "), roles: grant.into_keys().map(str::to_owned).collect() })
}

/// The last day: as told, else as long as it may be.
fn expires(told: Option<&str>, today: Date, most: i64) -> Result<Date> {
    let day = match told {
        None => today.saturating_add(most.min(MOST_DAYS).days()),
        Some(told) => day(told, today)?,
    };
    let days = days_between(today, day);
    ensure!(days >= 0, "--expires {day}: this day is past; name one that is to come");
    ensure!(days <= most, "--expires {day}: that is in {days} days, and {most} at most are admitted; nothing was written");
    Ok(day)
}

/// A day, or so many days from today.
pub(super) fn day(told: &str, today: Date) -> Result<Date> {
    let in_days = parse_days(told).map(|days| today.saturating_add(days.days()));
    let day = in_days.or_else(|| parse_date(told));
    day.ok_or_else(|| anyhow!("--expires {told}: expected a day, such as 2026-12-31, or a number of days, such as 30d"))
}

/// `EXC-2026-0043`, where 0042 is the last one of the year.
fn next_id(exceptions: &Exceptions, today: Date) -> String {
    format!("EXC-{}-{:04}", today.year(), next_number(exceptions, today))
}

/// The first number of the year behind all that are taken.
pub(super) fn next_number(exceptions: &Exceptions, today: Date) -> u32 {
    let prefix = format!("EXC-{}-", today.year());
    let numbers = exceptions.records.iter().filter_map(|record| record.id.to_ascii_uppercase().strip_prefix(&prefix)?.parse::<u32>().ok());
    numbers.max().unwrap_or(0).saturating_add(1)
}

/// A file of its own beside the policy.
fn default_file(beside: Option<&str>, id: &str) -> String {
    let folder = beside.and_then(|glob| glob.strip_suffix("*.yaml")).unwrap_or(".relgate/exceptions/");
    format!("{folder}{}.yaml", id.to_ascii_lowercase())
}

/// What is the same in all reports of the finding and in no other one's; and what had to be left open.
fn narrowest(finding: &SavedFinding, args: &NewArgs) -> Result<(DraftMatch, Vec<String>)> {
    let mut notes = Vec::new();
    let mut matches = DraftMatch::default();
    let paths: BTreeSet<&str> = finding.locations.iter().filter_map(|place| place.path.as_deref()).collect();
    if !args.no_path {
        matches.paths = paths.iter().map(|path| literal(path)).collect::<Result<_>>()?;
    }
    let is_component = finding.package.is_some() && !finding.ids.is_empty();
    if is_component || args.vulnerability.is_some() {
        matches.vulnerability = Some(vulnerability(finding, args)?);
        let package = finding.package.as_ref();
        matches.package = package.and_then(|package| package.purl.as_deref()).map(without_version);
        let versions = package.map(|package| package.versions.clone()).unwrap_or_default();
        if args.any_version || versions.is_empty() {
            matches.any_version = true;
            if !args.any_version {
                notes.push("no report tells the version: it is about any".to_owned());
            }
        } else {
            matches.versions = versions;
        }
        return Ok((matches, notes));
    }
    let rule = finding.rule_id.as_ref().context("the finding has neither a check nor an advisory that a record could name")?;
    let tools: BTreeSet<&str> = finding.sightings.iter().filter_map(|sighting| sighting.tool.as_deref()).collect();
    let tool = tools.first().copied().filter(|_| tools.len() == 1);
    matches.rule_id = Some(tool.map_or_else(|| rule.clone(), |tool| format!("{tool}:{rule}")));
    let keys = Scheme::ALL.into_iter().filter(|scheme| scheme.identifies());
    let key = |scheme: Scheme| finding.fingerprints.get(scheme.word()).map(|digits| format!("{}:{digits}", scheme.word()));
    matches.fingerprint = keys.filter_map(key).find(|key| Fingerprint::parse(key).is_some());
    if matches.fingerprint.is_none() {
        notes.push("no key tells it from others of its check: it is about all that this check finds there".to_owned());
    }
    Ok((matches, notes))
}

/// The vulnerability that is meant: of several the one that was named.
fn vulnerability(finding: &SavedFinding, args: &NewArgs) -> Result<String> {
    let known = |name: &str| finding.ids.iter().find(|id| id.eq_ignore_ascii_case(name)).cloned();
    if let Some(told) = &args.vulnerability {
        return known(told).with_context(|| format!("--vulnerability {told}: the finding is about {}", finding.ids.join(", ")));
    }
    let cves: Vec<&String> = finding.ids.iter().filter(|id| id.starts_with("CVE-")).collect();
    match cves.as_slice() {
        [] => known(&args.finding).or_else(|| finding.ids.first().cloned()).context("the finding names no vulnerability"),
        [only] => Ok((*only).clone()),
        [_, _, ..] => known(&args.finding).filter(|id| id.starts_with("CVE-")).with_context(|| {
            let told: Vec<&str> = cves.iter().map(|id| id.as_str()).collect();
            format!("the finding is about {}, each of which needs a record: name one with --vulnerability", told.join(", "))
        }),
    }
}

/// `pkg:npm/lodash`, of `pkg:npm/lodash@4.17.15`: an `@` in a name is written as `%40`.
fn without_version(purl: &str) -> String {
    purl.split_once('@').map_or(purl, |(package, _)| package).to_owned()
}

/// A glob for exactly one path.
fn literal(path: &str) -> Result<String> {
    let escaped: String =
        path.chars().map(|c| if matches!(c, '*' | '?' | '[' | ']' | '{' | '}') { format!("[{c}]") } else { c.to_string() }).collect();
    let is_exact = Glob::parse(&escaped).is_ok_and(|glob| glob.as_str() == path || glob.matches(path));
    ensure!(is_exact, "no glob means the path {path} alone; name it with --no-path, and narrow the record by hand");
    Ok(escaped)
}

/// `CVE-2020-8203 in pkg:npm/lodash`.
fn title(finding: &SavedFinding, matches: &DraftMatch) -> String {
    let what = matches.vulnerability.as_ref().or(matches.rule_id.as_ref()).unwrap_or(&finding.id);
    let place = matches.package.as_deref().or_else(|| finding.locations.first().and_then(|place| place.path.as_deref()));
    place.map_or_else(|| what.clone(), |place| format!("{what} in {place}"))
}

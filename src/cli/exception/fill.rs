//! What only a person can say of an exception: from the flags, else asked for at a terminal, else told as missing, all at once.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result, bail};

use crate::base::escape;
use crate::cli::args::ToldArgs;
use crate::model::exception::ExceptionType;

/// A flag, what it asks for, and its value.
type Field = (&'static str, &'static str, fn(&mut ToldArgs) -> &mut Option<String>);

const KIND: Field = ("type", "why there may be an exception", |told| &mut told.kind);

/// What every record needs.
const ALWAYS: [Field; 2] = [
    ("reason", "why it does no harm, in a sentence", |told| &mut told.reason),
    ("requester", "who asks: a mail address", |told| &mut told.requester),
];

const JUSTIFICATION: Field =
    ("justification", "a justification of VEX, such as vulnerable_code_not_present", |told| &mut told.justification);
const RESIDUAL: Field = ("residual-severity", "how grave it is here", |told| &mut told.residual_severity);
const CONTROL: Field = ("control", "what is done instead", |told| &mut told.control);
const EVIDENCE: Field = ("evidence", "where that can be seen: a URL or a key", |told| &mut told.evidence);
const TICKET: Field = ("ticket", "where the work is tracked: a URL, or a key such as PAY-881", |told| &mut told.ticket);

/// What a type needs beside.
const fn of_type(kind: ExceptionType) -> &'static [Field] {
    match kind {
        ExceptionType::FalsePositive => &[JUSTIFICATION],
        ExceptionType::Rotated => &[EVIDENCE],
        ExceptionType::CompensatingControl => &[CONTROL, EVIDENCE],
        ExceptionType::RiskAdjustment => &[RESIDUAL],
        ExceptionType::RiskAcceptance
        | ExceptionType::OperationalRequirement
        | ExceptionType::VendorDependency
        | ExceptionType::Emergency => &[],
    }
}

/// The type, and everything that a record of it must say.
pub(super) fn fill(told: &ToldArgs, is_approved: bool) -> Result<(ExceptionType, ToldArgs)> {
    let mut told = told.clone();
    let is_asked = io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut missing = Vec::new();
    if is_asked && told.kind.is_none() {
        told.kind = Some(ask(&KIND, Some(&ExceptionType::ALL.map(ExceptionType::word).join(", ")))?);
    }
    let kind = told.kind.as_deref().map(|word| (word, ExceptionType::ALL.into_iter().find(|kind| kind.word() == word)));
    let kind = match kind {
        None => None,
        Some((_, Some(kind))) => Some(kind),
        Some((word, None)) => {
            bail!("--type {word}: there is no such type; name one of {}", ExceptionType::ALL.map(ExceptionType::word).join(", "))
        }
    };
    if kind.is_none() {
        missing.push("--type");
    }
    let of_type = kind.map(of_type).unwrap_or_default();
    let approval = is_approved.then_some(TICKET);
    let mut names: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    for field in ALWAYS.iter().chain(of_type).chain(approval.as_ref()) {
        let (flag, _, value) = field;
        if value(&mut told).as_ref().is_some_and(|told| !told.trim().is_empty()) {
            continue;
        }
        if is_asked {
            *value(&mut told) = Some(ask(field, None)?);
        } else {
            names.push(format!("--{flag}"));
        }
    }
    if !names.is_empty() {
        bail!("a record needs {}; nothing was written", names.join(", "));
    }
    kind.map(|kind| (kind, told)).context("internal error: no type")
}

/// Asks at the terminal.
fn ask((flag, what, _): &Field, choices: Option<&str>) -> Result<String> {
    let choices = choices.map_or_else(String::new, |choices| format!(" ({choices})"));
    let mut err = io::stderr().lock();
    write!(err, "{flag}, {what}{choices}: ").and_then(|()| err.flush()).context("the terminal cannot be written")?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the terminal cannot be read")?;
    let said = line.trim();
    if said.is_empty() {
        bail!("--{flag} is missing; nothing was written");
    }
    Ok(escape::terminal_line(said))
}

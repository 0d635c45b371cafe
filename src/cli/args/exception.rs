//! The command line of `relgate exception`.

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand};

use super::{Judging, Reading};
use crate::model::exception::ExceptionType;
use crate::pipeline;
use crate::report::register;

#[derive(Subcommand)]
#[command(defer = true)]
pub(in crate::cli) enum ExceptionCommand {
    /// Say everything that is wrong with the exceptions, or dangerous in them
    #[command(after_help = "Exit codes: 0 they can count, 2 they cannot.")]
    Check(Judging),
    /// Print the register: each exception with who answers for it and until when
    #[command(after_help = "Exit codes: 0 it is printed, 2 an exception is wrong, or what is asked for cannot be known.")]
    List(Box<ListArgs>),
    /// Write a record for a finding, as narrow as can be: proposed, or with --approve approved
    #[command(after_help = "Exit codes: 0 it is written, 2 it is not: a flag is missing, or the record would not count.")]
    New(Box<NewArgs>),
    /// Prolong a record in force: adds to its renewals, and changes nothing else
    #[command(after_help = "Exit codes: 0 it is written, 2 it is not: the limits, the people or the days do not allow it.")]
    Renew(Box<RenewArgs>),
    /// Take a record back: it says `status: revoked`, and nothing else changes
    #[command(after_help = "Exit codes: 0 it is written, 2 it is not.")]
    Revoke(Box<RevokeArgs>),
    /// Propose records for what other tools are told to ignore
    #[command(after_help = "Exit codes: 0 what can be said as exactly is written, and the rest told; 2 nothing is written.")]
    Import(Box<ImportArgs>),
}

#[derive(ClapArgs)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    pub(in crate::cli) judging: Judging,
    /// Only those in force that end within so many days, such as 30d
    #[arg(long, value_name = "DAYS")]
    pub(in crate::cli) expiring: Option<String>,
    /// Only those whose last day is past
    #[arg(long)]
    pub(in crate::cli) expired: bool,
    /// Only those in force that match nothing in the reports
    #[arg(long)]
    pub(in crate::cli) unused: bool,
    /// The reports that --unused looks into [default: the policy's `inputs.reports`]
    #[arg(long, value_name = "REPORT", num_args = 1.., requires = "unused")]
    pub(in crate::cli) reports: Vec<String>,
    /// Only those that this person answers for: a mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) owner: Option<String>,
    /// How it is written; csv is for auditors, with all columns
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    pub(in crate::cli) format: String,
    /// The instant whose day counts as today, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
}

/// How registers are written.
fn formats() -> PossibleValuesParser {
    register::FORMATS.iter().map(|format| format.id).into()
}

#[derive(ClapArgs)]
pub(in crate::cli) struct NewArgs {
    /// A finding: its id or the beginning of it (`F-` and 6 digits at least), a CVE or another advisory, a scanner's check, or `path:line`
    #[arg(value_name = "FINDING")]
    pub(in crate::cli) finding: String,
    /// Files, folders, globs, `-` for the standard input, or FORMAT:PATH [default: the policy's `inputs.reports`]
    #[arg(value_name = "REPORT")]
    pub(in crate::cli) reports: Vec<String>,
    /// Take the finding from a saved JSON report
    #[arg(long, value_name = "FILE", conflicts_with = "reports")]
    pub(in crate::cli) report: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
    #[command(flatten)]
    pub(in crate::cli) judging: Judging,
    #[command(flatten)]
    pub(in crate::cli) told: ToldArgs,
    /// Any version of the component, not those that were seen
    #[arg(long)]
    pub(in crate::cli) any_version: bool,
    /// Wherever it is, not only in the files where it was seen
    #[arg(long)]
    pub(in crate::cli) no_path: bool,
    /// Which vulnerability, of a finding that has several
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) vulnerability: Option<String>,
    /// The record's name [default: the next free `EXC-YEAR-NNNN`]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    /// What is left to do
    #[arg(long, value_enum, default_value_t = Effect::Ticket)]
    pub(in crate::cli) effect: Effect,
    /// The last day, or a number of days such as 30d [default: as long as the limits admit, at most 90d]
    #[arg(long, value_name = "DATE|DAYS")]
    pub(in crate::cli) expires: Option<String>,
    /// Who approved it today, and in which role; needs --ticket
    #[arg(long, value_name = "ROLE:ADDRESS")]
    pub(in crate::cli) approve: Option<String>,
    /// The file, to which it is added [default: one of its own in `.relgate/exceptions/`]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) file: Option<String>,
    /// Print the file as it would be, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// The instant, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]; far from the clock only with --dry-run
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct RenewArgs {
    /// The record
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// The new last day, or a number of days from today such as 30d
    #[arg(long, value_name = "DATE|DAYS")]
    pub(in crate::cli) expires: String,
    /// Who approves it today: a mail address, not that of who asked
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) by: String,
    /// Why it is needed for longer
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: String,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct RevokeArgs {
    /// The record
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct ImportArgs {
    /// Files such as .trivyignore, .trivyignore.yaml, .grype.yaml, osv-scanner.toml, .snyk or deny.toml
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<String>,
    /// Who asks: a mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) requester: String,
    /// What the files are, where their names do not say it
    #[arg(long, value_name = "FORMAT", value_parser = imports())]
    pub(in crate::cli) from: Option<String>,
    /// The file that is written; there must be none [default: `.relgate/exceptions/imported.yaml`]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

// How a record is edited.
#[derive(ClapArgs)]
pub(in crate::cli) struct Editing {
    #[command(flatten)]
    pub(in crate::cli) judging: Judging,
    /// Print the file as it would be, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// The instant, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]; far from the clock only with --dry-run
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
}

// What only a person can say of an exception. Where somebody sits at a terminal, what is missing is asked for.
#[derive(Clone, ClapArgs)]
pub(in crate::cli) struct ToldArgs {
    /// Why there may be an exception: `false_positive`, `risk_acceptance`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = types())]
    pub(in crate::cli) kind: Option<String>,
    /// Why it does no harm, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,
    /// Who asks: a mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) requester: Option<String>,
    /// Of a false positive: a justification of VEX, such as `vulnerable_code_not_present`
    #[arg(long, value_name = "WORD")]
    pub(in crate::cli) justification: Option<String>,
    /// Of a risk adjustment: how grave it is here
    #[arg(long, value_name = "SEVERITY")]
    pub(in crate::cli) residual_severity: Option<String>,
    /// Of a compensating control: what is done instead, as looked at today
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) control: Option<String>,
    /// Where that can be seen; of a rotated secret, that it was rotated: a URL or a key
    #[arg(long, value_name = "LINK")]
    pub(in crate::cli) evidence: Option<String>,
    /// Where the work is tracked: a URL, or a key such as PAY-881
    #[arg(long, value_name = "LINK")]
    pub(in crate::cli) ticket: Option<String>,
}

/// What an exception leaves to do.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(in crate::cli) enum Effect {
    /// A ticket
    Ticket,
    /// Nothing
    Pass,
}

/// The files of other tools.
fn imports() -> PossibleValuesParser {
    pipeline::IMPORTS.iter().map(|format| format.id).into()
}

/// The types of exceptions.
fn types() -> PossibleValuesParser {
    ExceptionType::ALL.map(ExceptionType::word).into()
}

//! The command line of `relgate exception`.

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand};

use super::{Judging, Reading};
use crate::report::register;

#[derive(Subcommand)]
pub(in crate::cli) enum ExceptionCommand {
    /// Say everything that is wrong with the exceptions, or dangerous in them
    #[command(after_help = "Exit codes: 0 they can count, 2 they cannot.")]
    Check(Judging),
    /// Print the register: each exception with who answers for it and until when
    #[command(after_help = "Exit codes: 0 it is printed, 2 an exception is wrong, or what is asked for cannot be known.")]
    List(Box<ListArgs>),
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
    /// The instant whose day it is taken for, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
}

/// How registers are written.
fn formats() -> PossibleValuesParser {
    register::FORMATS.iter().map(|format| format.id).into()
}

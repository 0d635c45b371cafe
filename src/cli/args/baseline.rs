//! The command line of `relgate baseline`.

use clap::{Args as ClapArgs, Subcommand};

use super::{FactArgs, Governing, Reading};

#[derive(Subcommand)]
#[command(defer = true)]
pub(in crate::cli) enum BaselineCommand {
    /// Adopt everything that the reports have: once, by one who answers for it; afterwards it only shrinks
    #[command(after_help = "Exit codes: 0 it is written, 2 it is not: the evidence is not complete, or something is adopted already.")]
    Adopt(Box<AdoptArgs>),
    /// Bring the baseline up to date; adopts nothing
    #[command(after_help = "Exit codes: 0 it is written, 2 it is not: the evidence is not complete.")]
    Write(Box<BaselineWriteArgs>),
    /// Tell what is new, known, moved and gone
    #[command(after_help = "Exit codes: 0 the evidence is complete, whatever is new; 2 it is not.")]
    Diff(Box<BaselineDiffArgs>),
}

#[derive(ClapArgs)]
pub(in crate::cli) struct AdoptArgs {
    #[command(flatten)]
    pub(in crate::cli) shared: BaselineArgs,
    /// Who answers for it: a mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) accountable: String,
    /// Why what is there may stay
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: String,
    /// The day on which it was approved [default: today]
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) approved: Option<String>,
    /// Print the file, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct BaselineWriteArgs {
    #[command(flatten)]
    pub(in crate::cli) shared: BaselineArgs,
    /// Take out what was only seen and is gone, too
    #[arg(long)]
    pub(in crate::cli) prune: bool,
    /// Print the file, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct BaselineDiffArgs {
    #[command(flatten)]
    pub(in crate::cli) shared: BaselineArgs,
    /// JSON: all findings and entries
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

// What a baseline is held against.
#[derive(ClapArgs)]
pub(in crate::cli) struct BaselineArgs {
    /// Files, folders, globs, `-` for the standard input, or FORMAT:PATH [default: the policy's `inputs.reports`]
    #[arg(value_name = "REPORT")]
    pub(in crate::cli) reports: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
    #[command(flatten)]
    pub(in crate::cli) governing: Governing,
    /// The file, where the policy names none [default: `.relgate/baseline.json`]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<String>,
    /// The instant, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]; far from the clock only where nothing is written
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) facts: FactArgs,
}

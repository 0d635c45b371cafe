//! The command line of `relgate policy`.

use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{Governing, Reading};
use crate::report::comparison;

#[derive(Subcommand)]
#[command(defer = true)]
pub(in crate::cli) enum PolicyCommand {
    /// Say everything that is wrong with a policy, or dangerous in it
    #[command(after_help = "Exit codes: 0 it can be judged by, 2 it cannot.")]
    Check(Box<PolicyCheckArgs>),
    /// Print what a policy comes to, each value with its line; or who answers for what
    Show(ShowArgs),
    /// Show what another policy would do about the findings of some reports
    #[command(
        after_help = "Exit codes: 0 the policies were compared, whatever they say; 2 one cannot be judged by, or nothing could be read."
    )]
    Diff(Box<PolicyDiffArgs>),
    /// Try whether a policy does what its tests say
    #[command(after_help = "Exit codes: 0 every test passes, 1 one fails, 2 one cannot be tried.")]
    Test(PolicyTestArgs),
}

#[derive(ClapArgs)]
pub(in crate::cli) struct PolicyTestArgs {
    /// Files of tests, or `builtin:NAME` for those of an embedded policy [default: `.relgate/*.test.yaml`]
    #[arg(value_name = "FILE")]
    pub(in crate::cli) files: Vec<String>,
    /// Write what came of them as `JUnit` XML
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) junit: Option<String>,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct PolicyCheckArgs {
    #[command(flatten)]
    pub(in crate::cli) governing: Governing,
    /// Reports: also tell which overrides and rules match none of their findings
    #[arg(long, value_name = "REPORT", num_args = 1..)]
    pub(in crate::cli) reports: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
}

#[derive(ClapArgs)]
pub(in crate::cli) struct PolicyDiffArgs {
    /// The policy that judges now: a file or `builtin:NAME`
    #[arg(value_name = "BEFORE")]
    pub(in crate::cli) before: String,
    /// The policy that would
    #[arg(value_name = "AFTER")]
    pub(in crate::cli) after: String,
    /// A policy that lies under both, such as an organization's
    #[arg(long, value_name = "POLICY")]
    pub(in crate::cli) base_policy: Option<String>,
    /// The reports: files, folders, globs, or FORMAT:PATH
    #[arg(long, value_name = "REPORT", num_args = 1.., required = true)]
    pub(in crate::cli) reports: Vec<String>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = comparisons())]
    pub(in crate::cli) format: String,
    #[command(flatten)]
    pub(in crate::cli) reading: Reading,
    /// A file or glob of exceptions, beside those that each policy names; repeatable
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) exceptions: Vec<String>,
    /// The instant that both judge at, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "INSTANT")]
    pub(in crate::cli) now: Option<String>,
    /// The branch
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) branch: Option<String>,
    /// The stage: `pull_request`, `release`, …
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stage: Option<String>,
}

/// How comparisons are written.
fn comparisons() -> PossibleValuesParser {
    comparison::FORMATS.iter().map(|format| format.id).into()
}

#[derive(ClapArgs)]
pub(in crate::cli) struct ShowArgs {
    #[command(flatten)]
    pub(in crate::cli) governing: Governing,
    /// Who is responsible, accountable, consulted and informed (RACI), instead of the policy
    #[arg(long)]
    pub(in crate::cli) raci: bool,
    /// How the matrix is written
    #[arg(long, value_enum, requires = "raci", default_value_t = MatrixFormat::Text)]
    pub(in crate::cli) format: MatrixFormat,
}

/// How a matrix is written.
#[derive(Clone, Copy, ValueEnum)]
pub(in crate::cli) enum MatrixFormat {
    /// Aligned columns
    Text,
    /// A table of Markdown
    Markdown,
}

//! The command line. What is said above a group of arguments is a plain comment: clap would take it for what the command does.

mod baseline;
mod exception;
mod policy;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::ci;
pub(super) use baseline::{AdoptArgs, BaselineArgs, BaselineCommand};
pub(super) use exception::{Editing, Effect, ExceptionCommand, ImportArgs, ListArgs, NewArgs, RenewArgs, RevokeArgs, ToldArgs};
pub(super) use policy::{MatrixFormat, PolicyCheckArgs, PolicyCommand, PolicyDiffArgs, PolicyTestArgs, ShowArgs};

/// What `check` and its siblings exit with.
const EXIT_CODES: &str = "Exit codes: 0 pass (or ticket), 1 block, 2 undecided.";

/// A release gate: reads what security scanners wrote, and answers pass, ticket or block.
#[derive(Parser)]
#[command(name = "relgate", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
#[command(defer = true)]
pub(super) enum Command {
    /// Judge reports; the exit code is the verdict
    #[command(after_help = EXIT_CODES)]
    Check(Box<CheckArgs>),
    /// Show why a finding is decided as it is: each rule, each fact, each exception
    #[command(after_help = "Exit codes: 0 it is explained, 2 there is no such finding, several, or nothing could be judged.")]
    Explain(Box<ExplainArgs>),
    /// Render a saved JSON report again, in other formats
    #[command(
        after_help = "Exit codes: 0 it is rendered, 2 it is not: what it came from is not there any more, or comes to something else."
    )]
    Report(Box<ReportArgs>),
    /// Show what the gate reads in reports; judges nothing
    #[command(after_help = "Exit codes: 0 every scan is complete, 2 something could not be read.")]
    Inspect(InspectArgs),
    /// Check, show, compare and test policies
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Show the feeds of the policy: what is there, and how old
    #[command(after_help = "Exit codes: 0 they can be judged by, 2 one is missing, cannot be right or is too old.")]
    Feeds(FeedsArgs),
    /// Write a first policy, `.relgate/policy.yaml`; overwrites nothing
    #[command(after_help = "Exit codes: 0 it is written, 2 something is there already, or could not be written.")]
    Init(InitArgs),
    /// Print a JSON Schema, for editors and for programs that read reports
    Schema(SchemaArgs),
    /// Check, list, write and edit exceptions
    #[command(subcommand)]
    Exception(ExceptionCommand),
    /// Keep what was known before, and tell what became of it
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// List the formats that are read and written
    Formats(Formats),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Print the manual page of relgate, or of a command
    Man(ManArgs),
}

#[derive(ClapArgs)]
pub(super) struct CompletionsArgs {
    /// For which shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(ClapArgs)]
pub(super) struct ManArgs {
    /// The words of the command, such as `policy check`
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,
}

// By what is judged, and what lowers that.
#[derive(ClapArgs)]
pub(super) struct Judging {
    #[command(flatten)]
    pub(super) governing: Governing,
    /// A file or glob of exceptions, beside those that the policy names; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) exceptions: Vec<String>,
    /// A file or glob of VEX documents, beside those that the policy names; only authors that the policy names count; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) vex: Vec<String>,
}

#[derive(ClapArgs)]
pub(super) struct FeedsArgs {
    #[command(flatten)]
    pub(super) governing: Governing,
    /// JSON: a list, as it stands in the report
    #[arg(long)]
    pub(super) json: bool,
}

// By what is judged.
#[derive(ClapArgs)]
pub(super) struct Governing {
    /// A policy: a file or `builtin:NAME`; each further one is a layer over it [default: `.relgate/policy.yaml`, else builtin:standard]
    #[arg(long, value_name = "POLICY")]
    pub(super) policy: Vec<String>,
    /// A policy that lies under all others, such as an organization's
    #[arg(long, value_name = "POLICY")]
    pub(super) base_policy: Option<String>,
    /// The digest of the base policy's file, or without one of the first policy's: sha256:HEX; with any other nothing is judged
    #[arg(long, value_name = "DIGEST")]
    pub(super) policy_digest: Option<String>,
}

// How reports are read.
#[derive(ClapArgs)]
pub(super) struct Reading {
    /// The folder that absolute paths in reports are relative to
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<String>,
    /// The folder of the sources that were scanned: a finding is then known again by its line, wherever that moves
    #[arg(long, value_name = "DIR")]
    pub(super) source_root: Option<PathBuf>,
    /// How many reports to read at a time [default: one for each CPU]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// The most bytes that one report may have, packed or not
    #[arg(long, value_name = "N", default_value_t = 4 << 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_input_bytes: u64,
}

#[derive(ClapArgs)]
pub(super) struct CheckArgs {
    /// Files, folders, globs, `-` for the standard input, or FORMAT:PATH [default: the policy's `inputs.reports`]
    #[arg(value_name = "REPORT")]
    pub(super) reports: Vec<String>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) judging: Judging,
    /// The baseline (what was known before), where the policy names none [default: `.relgate/baseline.json`, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<String>,
    /// Write the report in a format of `relgate formats`; `-` is the standard output; repeatable [default: text=-]
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    /// Write the usual files into a folder, which is made if there is none: all formats but `openvex` and `github-annotations`
    #[arg(long, value_name = "DIR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) out_dir: Option<String>,
    /// The CI system whose variables tell the commit, branch, repository and stage where no flag does: `auto`, `github`, `gitlab`,
    /// `azure`, `jenkins`, `buildkite`, `circle`, `bitbucket` or `none`
    #[arg(long, value_name = "KIND", default_value = "auto", hide_possible_values = true)]
    pub(super) ci: ci::Kind,
    /// The exit code when there are tickets and nothing worse, 3 to 125 [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(3..=125))]
    pub(super) ticket_exit_code: Option<u8>,
    /// Judge and exit the same, but say that nothing is enforced
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The run's instant, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]; far from the clock only with --dry-run
    #[arg(long, value_name = "INSTANT")]
    pub(super) now: Option<String>,
    #[command(flatten)]
    pub(super) facts: FactArgs,
}

// What is judged.
#[derive(ClapArgs, Default)]
pub(super) struct FactArgs {
    /// The commit that is judged: its full hash
    #[arg(long, value_name = "HASH")]
    pub(super) commit: Option<String>,
    /// The commit that the configuration is read from, and that the change is compared with: the full hash of the protected branch's
    /// tip; outside of CI also a branch
    #[arg(long, value_name = "COMMIT")]
    pub(super) config_ref: Option<String>,
    /// The repository's URL
    #[arg(long, value_name = "URL")]
    pub(super) repository: Option<String>,
    /// The branch
    #[arg(long, value_name = "NAME")]
    pub(super) branch: Option<String>,
    /// The stage: `pull_request`, `release`, …
    #[arg(long, value_name = "NAME")]
    pub(super) stage: Option<String>,
    /// The release, such as its version
    #[arg(long, value_name = "NAME")]
    pub(super) release: Option<String>,
    /// The service
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// The image or archive
    #[arg(long, value_name = "NAME")]
    pub(super) artifact: Option<String>,
}

#[derive(ClapArgs)]
pub(super) struct ExplainArgs {
    /// A finding: its id or the beginning of it (`F-` and 6 digits at least), a CVE or another advisory, a scanner's check, or `path:line`
    #[arg(value_name = "FINDING")]
    pub(super) finding: String,
    /// Files, folders, globs, `-` for the standard input, or FORMAT:PATH [default: the policy's `inputs.reports`]
    #[arg(value_name = "REPORT")]
    pub(super) reports: Vec<String>,
    /// Explain what a saved JSON report says, judging its inputs once more if they are there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reports", "now", "commit", "config_ref", "repository", "branch", "stage", "release", "service", "artifact"])]
    pub(super) report: Option<String>,
    /// Write it as JSON, for programs
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) judging: Judging,
    /// The baseline (what was known before), where the policy names none [default: `.relgate/baseline.json`, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<String>,
    /// The instant that it is judged at, RFC 3339 [default: `SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "INSTANT")]
    pub(super) now: Option<String>,
    #[command(flatten)]
    pub(super) facts: FactArgs,
}

#[derive(ClapArgs)]
pub(super) struct ReportArgs {
    /// What `check --output json=FILE` wrote
    #[arg(value_name = "FILE")]
    pub(super) report: String,
    /// Write the report in a format of `relgate formats`; `-` is the standard output; repeatable [default: text=-]
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    /// Write the usual files into a folder, as `check` does
    #[arg(long, value_name = "DIR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) out_dir: Option<String>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) judging: Judging,
    /// The baseline that it was judged by, where the policy names none
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<String>,
}

#[derive(ClapArgs)]
pub(super) struct InspectArgs {
    /// Files, folders, globs, `-` for the standard input, or FORMAT:PATH
    #[arg(value_name = "REPORT", required = true)]
    pub(super) reports: Vec<String>,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// JSON Lines: each scan, then its sightings, in the order of the document
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(ClapArgs)]
pub(super) struct InitArgs {
    /// Who is accountable for the policy: a mail address; else it is to be filled in
    #[arg(long, value_name = "ADDRESS")]
    pub(super) owner: Option<String>,
    /// Who may approve exceptions: a mail address, repeatable; else it is to be filled in
    #[arg(long, value_name = "ADDRESS")]
    pub(super) approver: Vec<String>,
}

#[derive(ClapArgs)]
pub(super) struct Formats {
    /// An input format: tell everything about it
    #[arg(value_name = "FORMAT")]
    pub(super) format: Option<String>,
    /// Write everything about all of them as JSON
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
}

#[derive(ClapArgs)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_name = "OF")]
    pub(super) of: SchemaOf,
}

/// What there is a schema of.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum SchemaOf {
    /// `.relgate/policy.yaml`
    Policy,
    /// `.relgate/exceptions/*.yaml`
    Exceptions,
    /// `.relgate/mappings/*.yaml`
    Mappings,
    /// `.relgate/*.test.yaml`
    PolicyTest,
    /// What `relgate policy diff --format json` writes
    PolicyDiff,
    /// `.relgate/baseline.json`
    Baseline,
    /// What `--output json=PATH` writes
    Report,
    /// What `--output tickets=PATH` writes
    Tickets,
}

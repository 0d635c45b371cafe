//! The door: arguments in, lines and exit code out. Only here is the environment read, the clock, and anything printed.
//!
//! Exit codes, for every command: 0 pass (or ticket), 1 block, 2 undecided, which is also bad usage and any internal error.
#![expect(clippy::disallowed_methods, reason = "this is where the command line is read and the terminal written")]

mod args;
mod baseline;
mod check;
mod ci;
mod clock;
mod clone;
mod discovered;
mod exception;
mod explain;
mod feeds;
mod formats;
mod governing;
mod init;
mod inspect;
mod manual;
mod named;
mod policy;
mod proposed;
mod report;
mod schema;
mod stderr;
mod stdout;
mod subject;

use std::ffi::OsString;
use std::panic;
use std::process::{ExitCode, exit};

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::base::escape;
use args::{Args, Command};

/// Undecided: bad usage, missing evidence, an output that could not be written, an error of our own.
const UNDECIDED: u8 = 2;

/// Runs the command that the command line names.
#[must_use]
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        stderr::fatal("internal error; this is a bug in relgate: report it with RUST_BACKTRACE=1 and the command line");
        // The line above says what a user needs; the place in our source helps only us, and is there for who asks for it.
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            stderr::warning(&panic.to_string());
        }
        exit(i32::from(UNDECIDED));
    }));
    ExitCode::from(run())
}

fn run() -> u8 {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return if error.print().is_ok() { 0 } else { UNDECIDED };
        }
        // Nothing was asked, or not all of it: that is no mistake to tell.
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            drop(error.print());
            return UNDECIDED;
        }
        Err(error) => {
            match usage(std::env::args_os()) {
                Some(text) => stderr::usage(&text),
                None => stderr::fatal(words(&error).lines().next().unwrap_or_default()),
            }
            return UNDECIDED;
        }
    };
    let done = match args.command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Report(args) => report::run(args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Policy(command) => policy::run(&command),
        Command::Exception(command) => exception::run(&command),
        Command::Baseline(command) => baseline::run(&command),
        Command::Feeds(args) => feeds::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Formats(args) => formats::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::page(&args),
    };
    done.unwrap_or_else(|error| {
        stderr::fatal(&format!("{error:#}"));
        UNDECIDED
    })
}

/// What the parser says of a command line that it refuses, on several lines, none of which an argument can begin or end: it
/// is asked again, each argument being encoded. `None` if the encoded ones are not refused.
fn usage(args: impl Iterator<Item = OsString>) -> Option<String> {
    let error = Args::try_parse_from(args.map(|arg| escape::terminal_line(&arg.to_string_lossy()))).err()?;
    Some(words(&error))
}

/// What the parser says, without the word in front that it has for every error.
fn words(error: &clap::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(args: &[&str]) -> Option<String> {
        usage(["relgate"].iter().chain(args).map(OsString::from))
    }

    #[test]
    fn no_argument_makes_a_line_of_its_own() {
        for args in [["check", "--x\nPASS all"], ["check\nPASS all", "a"], ["check", "--threads=x\r\nPASS all"]] {
            let text = told(&args).unwrap_or_default();
            assert!(text.contains("⏎PASS all"), "{text}");
            assert!(!text.lines().any(|line| line.starts_with("PASS")), "{text}");
        }
    }

    #[test]
    fn what_encoding_mends_is_told_by_the_caller() {
        assert_eq!(told(&["check", "a.sarif"]), None);
    }
}

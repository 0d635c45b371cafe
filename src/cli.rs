//! The door: arguments in, lines and exit code out. Only here is the environment read, the clock, and anything printed.
//!
//! Exit codes, for every command: 0 pass (or ticket), 1 block, 2 undecided, which is also bad usage and any internal error.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "this is where the command line is read and the terminal written")]

mod args;
mod check;
mod clock;
mod formats;
mod inspect;
mod stderr;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use args::{Args, Command};

/// Undecided: bad usage, missing evidence, an output that could not be written, an error of our own.
const UNDECIDED: u8 = 2;

/// Runs the command that the command line names.
#[must_use]
pub fn main() -> ExitCode {
    // The line below says what a user needs; the place in our source helps only us, and is there for who asks for it.
    let verbose = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    if !verbose {
        panic::set_hook(Box::new(|_| {}));
    }
    let code = panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_panic| {
        eprintln!("undecided: internal error; this is a bug in relgate: report it with RUST_BACKTRACE=1 and the command line");
        UNDECIDED
    });
    ExitCode::from(code)
}

fn run() -> u8 {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return if error.print().is_ok() { 0 } else { UNDECIDED };
        }
        Err(error) => {
            let text = error.render().to_string();
            stderr::fatal(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
            return UNDECIDED;
        }
    };
    let done = match args.command {
        Command::Check(args) => check::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Formats => formats::run(),
    };
    done.unwrap_or_else(|error| {
        stderr::fatal(&format!("{error:#}"));
        UNDECIDED
    })
}

//! The binary: see [`relgate`].

use std::process::ExitCode;

fn main() -> ExitCode {
    relgate::cli::main()
}

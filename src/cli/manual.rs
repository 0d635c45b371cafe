//! `relgate completions` and `relgate man`, made from the command line itself.

use anyhow::{Context as _, Result, anyhow};
use clap::{Command, CommandFactory as _};

use crate::cli::args::{Args, CompletionsArgs, ManArgs};
use crate::cli::stdout;

/// Whose page it is, at its foot.
const SOURCE: &str = concat!("relgate ", env!("CARGO_PKG_VERSION"));

pub(super) fn completions(args: &CompletionsArgs) -> Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "relgate", &mut text);
    print(&text)
}

pub(super) fn page(args: &ManArgs) -> Result<u8> {
    let mut command = Args::command();
    command.build();
    let mut name = "relgate".to_owned();
    for word in &args.command {
        command = subcommand(&command, word)?;
        name = format!("{name}-{word}");
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(command.display_name(name)).source(SOURCE).render(&mut text).context("the page cannot be written")?;
    print(&text)
}

fn subcommand(command: &Command, word: &str) -> Result<Command> {
    let known = || command.get_subcommands().map(Command::get_name).collect::<Vec<_>>().join(", ");
    command.find_subcommand(word).cloned().ok_or_else(|| anyhow!("there is no command `{word}`; commands: {}", known()))
}

fn print(text: &[u8]) -> Result<u8> {
    let mut out = stdout::open(true);
    out.write_all(text).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

//! `relgate schema`: the JSON Schemas of what is read and written, for editors and for programs that read reports.

use anyhow::{Context as _, Result};

use crate::cli::args::{SchemaArgs, SchemaOf};
use crate::cli::stdout;

pub(super) fn run(args: &SchemaArgs) -> Result<u8> {
    let text = match args.of {
        SchemaOf::Policy => include_str!("../../schemas/policy.v1.json"),
        SchemaOf::Exceptions => include_str!("../../schemas/exceptions.v1.json"),
        SchemaOf::Mappings => include_str!("../../schemas/mappings.v1.json"),
        SchemaOf::PolicyTest => include_str!("../../schemas/policy-test.v1.json"),
        SchemaOf::PolicyDiff => include_str!("../../schemas/policy-diff.v1.json"),
        SchemaOf::Baseline => include_str!("../../schemas/baseline.v1.json"),
        SchemaOf::Report => include_str!("../../schemas/report.v1.json"),
        SchemaOf::Tickets => include_str!("../../schemas/tickets.v1.json"),
    };
    let mut out = stdout::open(true);
    write!(out, "{text}").and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

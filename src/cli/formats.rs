//! `relgate formats`: what is read and written, from the registries.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use comfy_table::Table;
use comfy_table::presets::NOTHING;

use crate::ingest::FORMATS as INPUTS;
use crate::report::FORMATS as OUTPUTS;

pub(super) fn run() -> Result<u8> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["", "format", "", "what of it"]);
    for format in INPUTS {
        table.add_row(["in", format.id, format.title, format.reads]);
    }
    for format in OUTPUTS {
        table.add_row(["out", format.id, format.title, ""]);
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{table}").and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

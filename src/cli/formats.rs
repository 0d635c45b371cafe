//! `relgate formats`: what is read and written, from the registries.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result, bail};
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::json;

use super::args::Formats;
use crate::base::suggest::help;
use crate::ingest::FORMATS as INPUTS;
use crate::report::FORMATS as OUTPUTS;

pub(super) fn run(args: &Formats) -> Result<u8> {
    let text = match &args.format {
        Some(id) => one(id)?,
        None if args.json => all()?,
        None => list(),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

fn list() -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["", "format", "written by, or for", "recognized by"]);
    for format in INPUTS {
        table.add_row(["in", format.id, format.title, format.recognized]);
    }
    for format in OUTPUTS {
        table.add_row(["out", format.id, format.title, ""]);
    }
    table.to_string()
}

/// Everything about an input format, in a few lines.
fn one(id: &str) -> Result<String> {
    let Some(format) = INPUTS.iter().find(|format| format.id == id) else {
        bail!("no input format is called `{id}`; {}", help(id, INPUTS.iter().map(|format| format.id)));
    };
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.add_row([format.id, format.title]);
    table.add_row(["recognized by", format.recognized]);
    table.add_row(["what is read", format.reads]);
    table.add_row(["severity", format.severity]);
    table.add_row(["incomplete, when", format.incomplete]);
    Ok(table.to_string())
}

fn all() -> Result<String> {
    let inputs = INPUTS.iter().map(|format| {
        json!({
            "direction": "in",
            "id": format.id,
            "title": format.title,
            "recognized": format.recognized,
            "reads": format.reads,
            "severity": format.severity,
            "incomplete": format.incomplete,
        })
    });
    let outputs = OUTPUTS.iter().map(|format| json!({"direction": "out", "id": format.id, "title": format.title}));
    Ok(serde_json::to_string_pretty(&inputs.chain(outputs).collect::<Vec<_>>())?)
}

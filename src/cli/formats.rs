//! `relgate formats`: what is read and written, from the registries.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result, bail};
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::json;

use super::args::Formats;
use super::inspect;
use crate::base::suggest::help;
use crate::ingest::FORMATS as INPUTS;
use crate::model::mapping::{Mappings, Way};
use crate::report::FORMATS as OUTPUTS;

pub(super) fn run(args: &Formats) -> Result<u8> {
    let mappings = inspect::tools(None)?.mappings;
    let text = match &args.format {
        Some(id) => one(id, &mappings)?,
        None if args.json => all(&mappings)?,
        None => list(&mappings),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

fn list(mappings: &Mappings) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["", "format", "written by, or for"]);
    for format in INPUTS {
        table.add_row(["in", format.id, format.title]);
    }
    for mapping in mappings.iter() {
        table.add_row(["in", &mapping.label.id, &mapping.title]);
    }
    for format in OUTPUTS {
        table.add_row(["out", format.id, format.title]);
    }
    format!("{}\n\n`relgate formats FORMAT` tells by what one that is read is recognized, and what is read of it.", table.trim_fmt())
}

/// Everything about a format, in a few lines.
fn one(id: &str, mappings: &Mappings) -> Result<String> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    if let Some(mapping) = mappings.find(id) {
        table.add_row([&mapping.label.id, &mapping.title]);
        table.add_row(["recognized by", &ways(mapping.label.recognize.iter().map(|sign| &sign.at))]);
        table.add_row(["what is read", &format!("the results at {}, as a mapping tells", ways(mapping.results.iter()))]);
        return Ok(table.to_string());
    }
    let Some(format) = INPUTS.iter().find(|format| format.id == id) else {
        if let Some(format) = OUTPUTS.iter().find(|format| format.id == id) {
            table.add_row([format.id, format.title]);
            return Ok(table.to_string());
        }
        let mapped = mappings.iter().map(|mapping| mapping.label.id.as_str());
        let known: Vec<&str> = INPUTS.iter().map(|format| format.id).chain(mapped).collect();
        bail!("no input format is called `{id}`; {}", help(id, known.iter().copied()));
    };
    table.add_row([format.id, format.title]);
    table.add_row(["recognized by", format.recognized]);
    table.add_row(["what is read", format.reads]);
    table.add_row(["severity", format.severity]);
    table.add_row(["incomplete, when", format.incomplete]);
    Ok(table.to_string())
}

/// Pointers, for people.
fn ways<'m>(ways: impl Iterator<Item = &'m Way>) -> String {
    ways.map(|way| format!("`{way}`")).collect::<Vec<_>>().join(", ")
}

fn all(mappings: &Mappings) -> Result<String> {
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
    let mapped = mappings.iter().map(|mapping| json!({"direction": "mapped", "id": mapping.label.id, "title": mapping.title}));
    Ok(serde_json::to_string_pretty(&inputs.chain(mapped).chain(outputs).collect::<Vec<_>>())?)
}

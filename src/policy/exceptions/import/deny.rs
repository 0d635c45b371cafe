//! `deny.toml`: `ignore` under `[advisories]`, each an id, a crate that was yanked, or a table with `id` or `crate` and `reason`
//! (cargo-deny, "The `[advisories]` section").

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{Entry, advisory, line_of, toml_fault};
use crate::base::fault::Fault;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    advisories: Advisories,
}

#[derive(Default, Deserialize)]
struct Advisories {
    #[serde(default)]
    ignore: Vec<Spanned<Value>>,
}

pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let file: File = toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
    let entry = |ignored: &Spanned<Value>| {
        let line = line_of(text, ignored.span().start);
        let of = |key: &str| ignored.get_ref().get(key).and_then(Value::as_str);
        let known = ["id", "crate", "reason"];
        let stranger = ignored.get_ref().as_table().and_then(|table| table.keys().find(|key| !known.contains(&key.as_str())));
        if let Some(key) = stranger {
            let what = of("id").or(of("crate")).unwrap_or("an entry");
            return Entry::of(line, what, Err(format!("it depends on `{key}`, which is not known here")));
        }
        let yanked = || Err("a crate that was yanked is no vulnerability".to_owned());
        match (ignored.get_ref().as_str().or_else(|| of("id")), of("crate")) {
            (Some(id), _) if !id.contains('@') => Entry { reason: of("reason").map(str::to_owned), ..Entry::of(line, id, advisory(id)) },
            (Some(name), _) | (None, Some(name)) => Entry::of(line, name, yanked()),
            (None, None) => Entry::of(line, "an entry", Err("it names no advisory".to_owned())),
        }
    };
    Ok(file.advisories.ignore.iter().map(entry).collect())
}

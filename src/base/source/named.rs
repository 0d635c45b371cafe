//! Files of the configuration, by their names and globs.

use std::fs;
use std::path::Path;

use super::find;
use crate::base::fault::{Fault, Position};

/// The files that names and globs name, sorted, each once; and what is wrong with names. A glob may match nothing; a file that is
/// named must be there. Nothing is opened.
#[must_use]
pub fn find_config(names: &[String]) -> (Vec<String>, Vec<(String, Fault)>) {
    let (folders, names): (Vec<_>, Vec<_>) =
        names.iter().cloned().partition(|name| fs::metadata(Path::new(name)).is_ok_and(|m| m.is_dir()));
    let found = find(&names, &|_| false);
    let faults = found.faults.into_iter().filter(|(_, fault)| fault.code != "no-match");
    let folders = folders.into_iter().map(|name| {
        let help = format!("name its files: `{}/*.yaml`", name.trim_end_matches('/'));
        (name, Fault { code: "config-folder", position: Position::Whole, message: "this is a folder".to_owned(), help })
    });
    let faults = faults.chain(folders).map(|(name, fault)| (name, Fault { position: Position::Byte(0), ..fault })).collect();
    (found.reports.into_iter().map(|named| named.path).collect(), faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_may_find_nothing_and_names_may_not() -> anyhow::Result<()> {
        let room = tempfile::tempdir()?;
        let at = |name: &str| room.path().join(name).to_string_lossy().into_owned();
        fs::create_dir(room.path().join("exceptions"))?;
        for name in ["b.yaml", "a.yaml", "notes.txt"] {
            fs::write(room.path().join("exceptions").join(name), "")?;
        }
        let (a, b) = (at("exceptions/a.yaml"), at("exceptions/b.yaml"));
        let (files, faults) = find_config(&[b.clone(), at("exceptions/*.yaml"), at("none/*.yaml"), b.clone()]);
        assert_eq!((files, faults.len()), (vec![a, b], 0));
        let (files, faults) = find_config(&[at("c.yaml"), at("exceptions")]);
        let mut codes: Vec<_> = faults.iter().map(|(_, fault)| (fault.code, fault.position.clone())).collect();
        codes.sort_by_key(|(code, _)| *code);
        assert_eq!((files.len(), codes), (0, vec![("config-folder", Position::Byte(0)), ("missing", Position::Byte(0))]));
        Ok(())
    }
}

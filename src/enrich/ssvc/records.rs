//! Where the records of CVEs lie in a folder: `2021/44xxx/CVE-2021-44228.json`, as CISA and the CVE program lay them, at the top or
//! below `cves`; else anywhere, found by a walk.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::fault::Fault;
use crate::enrich::feeds::{self, Misread, Within, has, implausible};
use crate::model::intel::is_cve;

/// So many of the newest records are looked at.
const NEWEST: usize = 64;

/// How deep a folder is walked, and how many names in it are looked at.
const WALK: (usize, usize) = (6, 2_000_000);

/// Where records lie.
#[derive(Default)]
pub(super) struct Records<'i> {
    /// Those that are wanted and there, by their ids.
    pub(super) found: Vec<(&'i str, String)>,
    /// The newest, by their ids.
    pub(super) newest: Vec<String>,
}

/// The records of ids, which are sorted, and the newest. A folder without any record is no feed.
pub(super) fn find<'i>(folder: &str, root: Within<'_>, ids: &[&'i str]) -> Result<Records<'i>, Misread> {
    let top = list(folder, root)?;
    let below = format!("{folder}/cves");
    let records = if has_years(&top) {
        by_layout(folder, root, &top, ids)?
    } else if top.iter().any(|(name, is_folder)| name == "cves" && *is_folder) {
        by_layout(&below, root, &list(&below, root)?, ids)?
    } else {
        by_walk(folder, root, ids)?
    };
    if records.newest.is_empty() {
        return Err(nowhere(implausible("no record of a CVE lies in this folder")));
    }
    Ok(records)
}

fn list(folder: &str, root: Within<'_>) -> Result<Vec<(String, bool)>, Misread> {
    feeds::list(folder, root).map_err(nowhere)
}

fn nowhere(fault: Fault) -> Misread {
    Misread { file: None, fault }
}

fn is_year(name: &str) -> bool {
    name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_years(names: &[(String, bool)]) -> bool {
    names.iter().any(|(name, is_folder)| *is_folder && is_year(name))
}

fn by_layout<'i>(folder: &str, root: Within<'_>, top: &[(String, bool)], ids: &[&'i str]) -> Result<Records<'i>, Misread> {
    let place = |id: &'i str| {
        let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
        let thousands = number.get(..number.len().checked_sub(3)?)?;
        Some((id, format!("{folder}/{year}/{thousands}xxx/{id}.json")))
    };
    let found = ids.iter().filter_map(|id| place(id)).filter(|(_, path)| has(path, root)).collect();
    let mut newest = Vec::new();
    for (year, _) in top.iter().rev().filter(|(name, is_folder)| *is_folder && is_year(name)) {
        let year = format!("{folder}/{year}");
        let mut thousands = list(&year, root)?;
        thousands.retain(|(name, is_folder)| *is_folder && name.ends_with("xxx"));
        thousands.sort_by_key(|(name, _)| (name.len(), name.clone()));
        for (thousand, _) in thousands.iter().rev() {
            let folder = format!("{year}/{thousand}");
            let names = list(&folder, root)?;
            let mut records: Vec<_> = names.iter().filter_map(|(name, _)| Some((order(id_of(name)?), name))).collect();
            records.sort_unstable();
            newest.extend(records.iter().rev().map(|(_, name)| format!("{folder}/{name}")).take(NEWEST - newest.len()));
            if newest.len() == NEWEST {
                return Ok(Records { found, newest });
            }
        }
    }
    Ok(Records { found, newest })
}

fn by_walk<'i>(folder: &str, root: Within<'_>, ids: &[&'i str]) -> Result<Records<'i>, Misread> {
    let mut found: BTreeMap<&'i str, String> = BTreeMap::new();
    let mut newest: BTreeSet<((u64, u64), String)> = BTreeSet::new();
    let (depth, mut names) = WALK;
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, at)) = open.pop() {
        for (name, is_folder) in list(&folder, root)? {
            let Some(rest) = names.checked_sub(1) else {
                return Err(nowhere(implausible("the folder holds more than two million files")));
            };
            names = rest;
            let path = format!("{folder}/{name}");
            if is_folder {
                open.extend((at < depth).then_some((path, at + 1)));
                continue;
            }
            let Some(id) = id_of(&name) else { continue };
            if let Some(wanted) = ids.binary_search(&id).ok().and_then(|place| ids.get(place))
                && let Some(other) = found.insert(wanted, path.clone())
            {
                return Err(nowhere(implausible(&format!("the record of {id} is there twice: {other} and {path}"))));
            }
            newest.insert((order(id), path));
            if newest.len() > NEWEST {
                newest.pop_first();
            }
        }
    }
    Ok(Records { found: found.into_iter().collect(), newest: newest.into_iter().rev().map(|(_, path)| path).collect() })
}

/// The id that the name of a record tells.
fn id_of(name: &str) -> Option<&str> {
    name.strip_suffix(".json").filter(|id| is_cve(id))
}

/// Later ids are greater.
fn order(id: &str) -> (u64, u64) {
    let mut numbers = id.split('-').skip(1).map(|part| part.parse().unwrap_or(u64::MAX));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

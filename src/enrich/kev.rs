//! CISA's catalog of known exploited vulnerabilities: `known_exploited_vulnerabilities.json`, by its schema.
//!
//! The catalog says how many entries it has. One that has another number is not whole: what is missing would read as not exploited.

use crate::base::date::{parse_date, parse_instant};
use crate::base::fault::Position;
use crate::base::json::{Halt, Reader, Result, members};
use crate::base::text::Text;
use crate::enrich::feeds::{Loaded, Told, Wanted, Within, digest, implausible, misread, open};
use crate::model::intel::{FeedContent, FeedSource, Listed, is_cve};

/// Reads the catalog: of the CVEs that are wanted, when those in it were added.
pub(super) fn read(source: &FeedSource, root: Within<'_>, wanted: &Wanted<'_>) -> Loaded<Listed> {
    let mut opened = open(&source.path, root)?;
    let (date, entries, told) = catalog(&mut Reader::new(&mut opened), wanted).map_err(|halt| misread(&source.path, halt.into_fault()))?;
    let dated_at = (source.path.clone(), Position::Pointer("/dateReleased".to_owned()));
    let sha256 = digest(&source.path, opened)?;
    Ok((FeedContent { sha256, date, dated_at, entries, used: told.len() as u64 }, told))
}

fn catalog(r: &mut Reader<'_>, wanted: &Wanted<'_>) -> Result<(jiff::Timestamp, u64, Told<Listed>)> {
    let (mut date, mut count, mut listed, mut told) = (None, None, None, Told::new());
    members!(r, {
        "dateReleased" => date = r.scalar()?.text().and_then(parse_instant),
        "count" => count = r.scalar()?.number().and_then(|number| number.parse::<u64>().ok()),
        "vulnerabilities" => {
            let mut entries = 0_u64;
            r.array(|r, _| {
                entries += 1;
                told.extend(entry(r, wanted)?);
                Ok(())
            })?;
            listed = Some(entries);
        },
    });
    r.end()?;
    let listed = listed.filter(|listed| *listed > 0).ok_or_else(|| wrong("vulnerabilities", "the catalog lists no vulnerability"))?;
    if count != Some(listed) {
        let said = count.map_or_else(|| "does not say how many entries it has".to_owned(), |count| format!("says that it has {count}"));
        return Err(wrong("count", &format!("the catalog {said}, and lists {listed}")));
    }
    let date = date.ok_or_else(|| wrong("dateReleased", "the catalog does not say when it was released"))?;
    Ok((date, listed, told))
}

/// One entry, if it is wanted.
fn entry(r: &mut Reader<'_>, wanted: &Wanted<'_>) -> Result<Option<(Text, Listed)>> {
    let (mut id, mut added, mut due) = (None, None, Ok(None));
    members!(r, {
        "cveID" => id = r.scalar()?.text().filter(|told| is_cve(told)).map(|told| wanted.get(told).copied()),
        "dateAdded" => added = r.scalar()?.text().and_then(parse_date),
        "dueDate" => due = r.scalar()?.text().and_then(parse_date).map(Some).ok_or(()),
    });
    let id = id.ok_or_else(|| wrong("cveID", "the entry has no id of a CVE"))?;
    let added = added.ok_or_else(|| wrong("dateAdded", "the entry does not say when it was added"))?;
    let due = due.map_err(|()| wrong("dueDate", "this is no date"))?;
    Ok(id.map(|id| (id, Listed { added, due })))
}

fn wrong(key: &str, message: &str) -> Halt {
    Halt::of(implausible(message)).inside(key)
}

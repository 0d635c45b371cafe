//! A report of relgate's own as a baseline: what it found is adopted by who the policy says answers for that.

use std::io;
use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::civil::Date;

use super::read::{CLOCK_SLACK, Read, sort};
use crate::base::date::{date_of, parse_date, parse_instant};
use crate::base::fault::{Fault, Position};
use crate::base::json::{Halt, Reader, Result, members};
use crate::base::pool::Pool;
use crate::base::text::{Text, Texts};
use crate::model::baseline::{Adoption, Entry, Standing};
use crate::model::identity::{FindingId, Fingerprint, Scheme};

/// What the file must be.
const SCHEMA: &str = "relgate.report/v1";

/// What to do about a file that is none.
const NAME_ONE: &str = "name what `relgate check --output json=FILE` wrote, or leave `adopt` out where the file is a baseline";

/// Reads a report whose findings are adopted. It may be no younger than the day on which somebody approved that: a report that is
/// written anew every night must not adopt what came in.
pub(super) fn read(source: &mut dyn io::Read, texts: &mut Texts, adoption: &Adoption, now: Timestamp) -> std::result::Result<Read, Fault> {
    let mut reader = Reader::new(source);
    let mut found = Found { texts, keys: Pool::default(), rows: Vec::new(), is_whole: true };
    let (is_report, of) = found.document(&mut reader).map_err(Halt::into_fault)?;
    let of = of.filter(|_| is_report).ok_or_else(|| wrong("schema", "this is no JSON report of relgate", NAME_ONE))?;
    if of.duration_since(now) > CLOCK_SLACK {
        return Err(wrong("now", "the report is of more than 24 hours after the run's time", "correct the clock or `--now`"));
    }
    if date_of(of) > adoption.approved {
        let message = format!("the report is of {}, and was approved on {}", date_of(of), adoption.approved);
        return Err(wrong("now", &message, "name the day on which somebody looked at this report, or the report that was looked at"));
    }
    if !found.is_whole {
        return Err(wrong("inputs", "the report rests on evidence that is not complete", "name one of a run that had all of it"));
    }
    let Found { keys, rows, .. } = found;
    let mut entries: Vec<Entry> =
        rows.into_iter().map(|row| Entry { first_seen: row.first_seen.unwrap_or_else(|| date_of(of)), ..row.entry }).collect();
    sort(&mut entries, &keys);
    Ok(Read { created: of, adoption: Some(adoption.clone()), entries, keys, tickets: hashbrown::HashMap::new() })
}

fn wrong(key: &str, message: &str, help: &str) -> Fault {
    Fault { code: "baseline-report", position: Position::Pointer(format!("/{key}")), message: message.to_owned(), help: help.to_owned() }
}

/// What a report found.
struct Found<'t> {
    texts: &'t mut Texts,
    keys: Pool<Fingerprint>,
    rows: Vec<Row>,
    /// Whether every input was read whole.
    is_whole: bool,
}

/// A finding, and since when it is known, where the report says so.
struct Row {
    entry: Entry,
    first_seen: Option<Date>,
}

impl Found<'_> {
    /// Whether it is a report, and of when.
    fn document(&mut self, r: &mut Reader<'_>) -> Result<(bool, Option<Timestamp>)> {
        let (mut is_report, mut of) = (false, None);
        members!(r, {
            "schema" => is_report = r.scalar()?.text() == Some(SCHEMA),
            "now" => of = r.scalar()?.text().and_then(parse_instant),
            "inputs" => r.array(|r, _| self.input(r))?,
            "findings" => r.array(|r, _| self.finding(r))?,
        });
        r.end()?;
        Ok((is_report, of))
    }

    fn input(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let mut complete = false;
        members!(r, {
            "complete" => complete = r.scalar()? == crate::base::json::Scalar::Bool(true),
        });
        self.is_whole &= complete;
        Ok(())
    }

    fn text(&mut self, r: &mut Reader<'_>) -> Result<Option<Text>> {
        let texts = &mut *self.texts;
        Ok(r.scalar()?.text().filter(|text| !text.is_empty()).map(|text| texts.intern(text)))
    }

    fn finding(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let (mut id, mut keys, mut rule_id, mut ids, mut package, mut at) = (None, Vec::new(), None, Vec::new(), None, None);
        let (mut is_open, mut first_seen, mut tool) = (true, None, None);
        members!(r, {
            "id" => id = r.scalar()?.text().and_then(FindingId::parse),
            "fingerprints" => r.entries(|r, scheme| {
                let hex = r.scalar()?.text().map(|hex| format!("{scheme}:{hex}"));
                keys.push(hex.as_deref().and_then(Fingerprint::parse));
                Ok(())
            })?,
            "rule_id" => rule_id = self.text(r)?,
            "ids" => r.array(|r, _| {
                ids.extend(self.text(r)?);
                Ok(())
            })?,
            "package" => package = self.package(r)?,
            "locations" => r.array(|r, index| {
                let place = self.place(r)?;
                if index == 0 {
                    at = Some(place);
                }
                Ok(())
            })?,
            "state" => is_open = r.scalar()?.text() != Some("pass"),
            "first_seen" => first_seen = r.scalar()?.text().and_then(parse_date),
            "sightings" => r.array(|r, _| {
                let told = self.tool(r)?;
                tool = tool.or(told);
                Ok(())
            })?,
        });
        if !is_open {
            return Ok(());
        }
        let mut keys: Vec<Fingerprint> = keys.into_iter().collect::<Option<_>>().unwrap_or_default();
        keys.sort_by_key(|key| key.scheme);
        let (Some(id), Some(tool), Some(first)) = (id, tool, keys.first()) else {
            let fault = Fault {
                code: "baseline-report",
                position: Position::Whole,
                message: "the finding has no id, tool or keys".to_owned(),
                help: NAME_ONE.to_owned(),
            };
            return Err(Halt::of(fault));
        };
        let is_component = first.scheme == Scheme::Sca;
        // Any other finding on its line would pass for one of which only the line is known.
        let standing = if keys.iter().any(|key| key.scheme.identifies()) { Standing::Adopted } else { Standing::Seen };
        let (path, start_line) = at.unwrap_or_default();
        let entry = Entry {
            standing,
            id,
            keys: self.keys.add(keys),
            tool,
            rule_id: rule_id.filter(|_| !is_component),
            path,
            start_line: start_line.filter(|_| !is_component),
            vulnerability: ids.first().copied().filter(|_| is_component),
            package: package.filter(|_| is_component),
            first_seen: Date::MAX,
            recalled: None,
        };
        self.rows.push(Row { entry, first_seen });
        Ok(())
    }

    /// The component without its version.
    fn package(&mut self, r: &mut Reader<'_>) -> Result<Option<Text>> {
        let mut component = None;
        if r.kind()? != crate::base::json::ValueKind::Object {
            r.skip()?;
            return Ok(None);
        }
        members!(r, {
            "purl" => {
                let texts = &mut *self.texts;
                component = r.scalar()?.text().map(|purl| texts.intern(purl.split('@').next().unwrap_or(purl)));
            },
        });
        Ok(component)
    }

    fn place(&mut self, r: &mut Reader<'_>) -> Result<(Option<Text>, Option<NonZeroU32>)> {
        let (mut path, mut line) = (None, None);
        members!(r, {
            "path" => path = self.text(r)?,
            "start_line" => line = r.scalar()?.number().and_then(|number| number.parse().ok()),
        });
        Ok((path, line))
    }

    fn tool(&mut self, r: &mut Reader<'_>) -> Result<Option<Text>> {
        let mut tool = None;
        members!(r, {
            "tool" => tool = self.text(r)?,
        });
        Ok(tool)
    }
}

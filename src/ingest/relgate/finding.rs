//! The findings of the document.

use jiff::civil::Date;

use crate::base::date::parse_date;
use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::relgate::{category, flag, list, one_of, required, some, text, unknown, wrong};
use crate::ingest::{Item, Sink};
use crate::model::raw::{Claim, Claimed, RawLocation, RawPackage, RawScan, Suppression};
use crate::model::severity::{Kind, Severity, Source};

const KEYS: [&str; 29] = [
    "tool",
    "category",
    "rule_id",
    "ids",
    "cwes",
    "severity",
    "severity_because",
    "severity_as_told",
    "score",
    "vectors",
    "package",
    "fixed_versions",
    "path",
    "start_line",
    "target",
    "message",
    "state",
    "suppressed",
    "reachable",
    "dev",
    "direct",
    "verified",
    "fix_available",
    "kev",
    "epss",
    "first_seen",
    "published",
    "fix_released",
    "fingerprints",
];

/// Reads the list; the tool that findings name, where any does. One document is of one tool.
pub(super) fn read_all(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<Option<Text>> {
    let pointer = sink.intern("/findings");
    let mut tool = None;
    r.array(|r, index| {
        let (item, named) = Finding::read(r, sink)?;
        if let (Some(known), Some(named)) = (tool, named)
            && known != named
        {
            return Err(r.refuse("other-tool", "the findings are of several tools", "write one document for each tool"));
        }
        tool = tool.or(named);
        item.keep(sink, scan, pointer, index);
        Ok(())
    })?;
    Ok(tool)
}

#[derive(Default)]
struct Finding {
    item: Item,
    tool: Option<Text>,
    place: RawLocation,
    severity: Option<Text>,
    score: Option<Text>,
    vectors: Vec<Text>,
    state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Suppressed,
    NotAffected,
    Fixed,
    Pass,
}

impl State {
    const ALL: [(&'static str, Self); 5] = [
        ("open", Self::Open),
        ("suppressed", Self::Suppressed),
        ("not_affected", Self::NotAffected),
        ("fixed", Self::Fixed),
        ("pass", Self::Pass),
    ];
}

impl Finding {
    fn read(r: &mut Reader<'_>, sink: &mut Sink) -> Result<(Item, Option<Text>)> {
        let mut finding = Self::default();
        r.entries(|r, key| finding.member(r, sink, key))?;
        finding.finish(r, sink)
    }

    fn member(&mut self, r: &mut Reader<'_>, sink: &mut Sink, key: &str) -> Result<()> {
        let item = &mut self.item;
        match key {
            "tool" => self.tool = text(r, sink)?,
            "category" => item.detail.category = category(r)?,
            "rule_id" => item.rule_id = text(r, sink)?.filter(|&id| !sink.report.texts.get(id).as_data().is_empty()),
            "ids" => words(r, sink, &mut item.ids, "an id")?,
            "cwes" => list(r, |r, _| {
                let number = r.scalar()?.number().and_then(|number| number.parse::<u32>().ok());
                let Some(number) = number else { return Err(r.refuse("bad-cwe", "not the number of a CWE", "write `79` for CWE-79")) };
                item.tags.push(sink.intern(&format!("CWE-{number}")));
                Ok(())
            })?,
            "severity" => {
                if some(r)? {
                    let severity = one_of(r, Severity::ALL.into_iter().map(Severity::word), Severity::from_word)?;
                    self.severity = Some(sink.intern(severity.word()));
                }
            }
            "score" => self.score = number(r, sink, 10.0, ("bad-score", "not a score", "scores are from 0.0 to 10.0"))?,
            "vectors" => words(r, sink, &mut self.vectors, "a vector")?,
            "package" => item.detail.package = package(r, sink)?,
            "fixed_versions" => words(r, sink, &mut item.fixed_versions, "a version")?,
            "path" => self.place.uri = text(r, sink)?.filter(|&path| !sink.report.texts.get(path).as_data().is_empty()),
            "start_line" => {
                if some(r)? {
                    let line = r.scalar()?.number().and_then(|number| number.parse().ok());
                    self.place.start_line =
                        Some(line.ok_or_else(|| r.refuse("bad-line", "not a line number", "lines are counted from 1"))?);
                }
            }
            "target" => item.detail.target = text(r, sink)?,
            "first_seen" => item.detail.first_seen = day(r)?,
            "published" => item.detail.published = day(r)?,
            "fix_released" => item.detail.fix_released = day(r)?,
            "message" => {
                if some(r)? {
                    item.message = match r.text()? {
                        Some(message) => Some(sink.intern_prose(message)),
                        None => return Err(wrong(r, "a string")),
                    };
                }
            }
            "state" => {
                if some(r)? {
                    let meant = |word: &str| State::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, state)| state);
                    self.state = one_of(r, State::ALL.into_iter().map(|(word, _)| word), meant)?;
                }
            }
            "suppressed" => {
                if some(r)? {
                    let all = [Suppression::None, Suppression::InSource, Suppression::External];
                    let meant = |word: &str| all.into_iter().find(|known| known.word() == word);
                    item.suppressed = one_of(r, all.into_iter().map(Suppression::word), meant)?;
                }
            }
            "reachable" => item.detail.reachable = flag(r)?,
            "dev" => item.detail.dev = flag(r)?,
            "direct" => item.detail.direct = flag(r)?,
            "verified" => item.detail.verified = flag(r)?,
            "fix_available" => item.detail.fix_available = flag(r)?,
            "kev" => item.detail.kev = flag(r)?,
            "epss" => {
                item.detail.epss = number(r, sink, 1.0, ("bad-probability", "not a probability", "probabilities are from 0.0 to 1.0"))?;
            }
            // relgate's own words about what it read: it finds them again.
            "severity_because" | "severity_as_told" | "fingerprints" => r.skip()?,
            _ => return Err(unknown(r, "a finding", key, &KEYS)),
        }
        Ok(())
    }

    /// The result, if the finding says what it is and does not contradict itself.
    fn finish(self, r: &Reader<'_>, sink: &mut Sink) -> Result<(Item, Option<Text>)> {
        let Self { mut item, tool, place, severity, score, vectors, state } = self;
        if item.rule_id.is_none() && item.ids.is_empty() && item.message.is_none() {
            let help = "give it a `rule_id`, `ids` or at least a `message`";
            return Err(r.refuse("no-finding", "the finding does not say what it is", help));
        }
        if state == State::Open && item.suppressed != Suppression::None {
            let help = "write `\"state\": \"suppressed\"`";
            return Err(r.refuse("contradiction", "the finding is open and suppressed", help));
        }
        if state == State::Suppressed && item.suppressed == Suppression::None {
            item.suppressed = Suppression::External;
        }
        item.detail.claim = match state {
            State::NotAffected => Claimed::NotAffected,
            State::Fixed => Claimed::Fixed,
            State::Open | State::Suppressed | State::Pass => Claimed::Open,
        };
        if state == State::Pass {
            let pass = sink.intern("pass");
            item.claims.push(Claim::new(Source::Result, Kind::ResultKind, pass));
        } else {
            // Of equal statements the first counts: a score says more than a word.
            let mut vectors = vectors.into_iter();
            item.vector(sink, Source::Tool, score, vectors.next());
            vectors.for_each(|vector| item.vector(sink, Source::Tool, None, Some(vector)));
            item.label(Source::Tool, severity);
        }
        item.locations.extend((place.uri.is_some() || place.start_line.is_some()).then_some(place));
        Ok((item, tool))
    }
}

fn words(r: &mut Reader<'_>, sink: &mut Sink, into: &mut Vec<Text>, what: &str) -> Result<()> {
    list(r, |r, _| {
        let word = required(r, what)?;
        into.push(sink.intern(&word));
        Ok(())
    })
}

fn day(r: &mut Reader<'_>) -> Result<Option<Date>> {
    if !some(r)? {
        return Ok(None);
    }
    let day = r.scalar()?.text().and_then(parse_date);
    day.map(Some).ok_or_else(|| r.refuse("bad-date", "not a date", "write `2026-11-23`"))
}

/// An optional number from 0 to `most`; of what is none, the code, what it is not, and what it may be.
fn number(r: &mut Reader<'_>, sink: &mut Sink, most: f64, (code, not, help): (&'static str, &str, &str)) -> Result<Option<Text>> {
    if !some(r)? {
        return Ok(None);
    }
    if r.kind()? != ValueKind::Number {
        return Err(wrong(r, "a number"));
    }
    let told = if let Scalar::Number(told) = r.scalar()? { told.to_owned() } else { String::new() };
    match told.parse::<f64>() {
        Ok(number) if (0.0..=most).contains(&number) => Ok(Some(sink.intern(&told))),
        Ok(_) | Err(_) => Err(r.refuse(code, not, help)),
    }
}

fn package(r: &mut Reader<'_>, sink: &mut Sink) -> Result<RawPackage> {
    let mut package = RawPackage::default();
    if some(r)? {
        r.entries(|r, key| {
            let word = match key {
                "purl" => &mut package.purl,
                "ecosystem" => &mut package.ecosystem,
                "name" => &mut package.name,
                "version" => &mut package.version,
                _ => return Err(unknown(r, "a package", key, &["purl", "ecosystem", "name", "version"])),
            };
            *word = text(r, sink)?;
            Ok(())
        })?;
        if package.purl.is_none() && package.name.is_none() {
            return Err(r.refuse("no-package", "the package has neither a `purl` nor a `name`", "give it one, or leave the package out"));
        }
    }
    Ok(package)
}

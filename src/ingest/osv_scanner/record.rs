//! Records of the OSV schema, as far as they say something about a package.

use jiff::civil::Date;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::osv_scanner::Known;
use crate::ingest::osv_scanner::versions::{Range, fixed};
use crate::ingest::{Item, Sink};
use crate::model::raw::RawPackage;
use crate::model::severity::Source;

/// One record, and its place in the package's list.
pub(super) struct Record {
    pub(super) index: u32,
    pub(super) id: Text,
    aliases: Vec<Text>,
    title: Option<Text>,
    details: Option<Text>,
    cwes: Vec<Text>,
    /// The word of the database.
    label: Option<Text>,
    /// When it was published.
    published: Option<Date>,
    scores: Vec<Score>,
    affected: Vec<Affected>,
}

/// An entry of `severity`: a vector, or a distribution's word.
struct Score {
    kind: Option<Text>,
    told: Option<Text>,
}

/// What a record says of one package.
#[derive(Default)]
struct Affected {
    ecosystem: Option<Text>,
    name: Option<Text>,
    scores: Vec<Score>,
    ranges: Vec<Range>,
}

impl Record {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String, index: u32) -> Result<Self> {
        let (mut id, mut published) = (None, None);
        let (mut title, mut details, mut label) = (None, None, None);
        let (mut aliases, mut cwes, mut scores, mut affected) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        members!(r, {
            "id" => id = sink.name(r, || format!("{}/id", at()))?,
            "published" => published = sink.day(r, || format!("{}/published", at()))?,
            "aliases" => sink.texts(r, &mut aliases, &|| format!("{}/aliases", at()))?,
            "summary" => title = sink.prose(r, || format!("{}/summary", at()))?.filter(|&text| !is_empty(sink, text)),
            // Long, and of use only where there is no summary.
            "details" => if title.is_some() { r.skip()? } else { details = sink.prose(r, || format!("{}/details", at()))? },
            "severity" => read_scores(r, sink, &mut scores, &|| format!("{}/severity", at()))?,
            "affected" => if sink.expect(r, ValueKind::Array, || format!("{}/affected", at()))? {
                r.array(|r, index| {
                    affected.push(Affected::read(r, sink, &|| format!("{}/affected/{index}", at()))?);
                    Ok(())
                })?;
            },
            "database_specific" => if sink.expect(r, ValueKind::Object, || format!("{}/database_specific", at()))? {
                members!(r, {
                    "severity" => label = r.scalar()?.text().map(|text| sink.report.texts.intern(text)),
                    "cwe_ids" => sink.texts(r, &mut cwes, &|| format!("{}/database_specific/cwe_ids", at()))?,
                });
            },
        });
        let Some(id) = id else { return Err(lacks(r, "a record", "id")) };
        Ok(Self { index, id, aliases, title, details: details.filter(|_| title.is_none()), cwes, label, published, scores, affected })
    }

    /// The result that it is for a package.
    pub(super) fn into_item(mut self, sink: &mut Sink, known: &Known, package: &RawPackage) -> Item {
        let is_ghsa = sink.report.texts.get(self.id).as_data().starts_with("GHSA-");
        let database = Source::By(if is_ghsa { known.ghsa } else { known.osv });
        let mut item = Item { message: self.details, ..sink.item() };
        item.tags.extend(self.cwes);
        item.ids.push(self.id);
        item.ids.extend(self.aliases);
        item.label(database, self.label.filter(|&label| !is_empty(sink, label)));
        self.affected.retain(|affected| affected.is_about(package, sink));
        let scores = self.affected.iter().flat_map(|affected| &affected.scores).chain(&self.scores);
        scores.for_each(|score| score.claim(&mut item, sink, known, database));
        let mut all = self.affected.into_iter().map(|affected| affected.ranges);
        let mut ranges = all.next().unwrap_or_default();
        ranges.extend(all.flatten());
        item.fixed_versions.extend(fixed(&ranges, package.version, sink));
        item.detail.title = self.title;
        item.detail.published = self.published;
        item
    }
}

impl Score {
    fn claim(&self, item: &mut Item, sink: &Sink, known: &Known, database: Source) {
        let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
        match (word(self.kind), word(self.told)) {
            (_, "") => {}
            ("Ubuntu", _) => item.label(Source::By(known.ubuntu), self.told),
            (kind, told) if kind.starts_with("CVSS") || told.contains('/') => item.vector(sink, database, None, self.told),
            _ => item.label(database, self.told),
        }
    }
}

impl Affected {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Self> {
        let mut affected = Self::default();
        if !sink.expect(r, ValueKind::Object, at)? {
            return Ok(affected);
        }
        members!(r, {
            "package" => if sink.expect(r, ValueKind::Object, || format!("{}/package", at()))? {
                members!(r, {
                    "ecosystem" => affected.ecosystem = sink.text(r, || format!("{}/package/ecosystem", at()))?,
                    "name" => affected.name = sink.text(r, || format!("{}/package/name", at()))?,
                });
            },
            "severity" => read_scores(r, sink, &mut affected.scores, &|| format!("{}/severity", at()))?,
            "ranges" => if sink.expect(r, ValueKind::Array, || format!("{}/ranges", at()))? {
                r.array(|r, index| read_range(r, sink, &mut affected.ranges, &|| format!("{}/ranges/{index}", at())))?;
            },
        });
        Ok(affected)
    }

    /// Whether it is about a package. `Debian:12` belongs to `Debian`.
    fn is_about(&self, package: &RawPackage, sink: &Sink) -> bool {
        if self.name.is_some() && (self.name, self.ecosystem) == (package.name, package.ecosystem) {
            return true;
        }
        let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
        let family = |text| word(text).split(':').next().unwrap_or_default();
        let same_name =
            self.name == package.name || word(self.name).replace('_', "-").eq_ignore_ascii_case(&word(package.name).replace('_', "-"));
        let same_ecosystem = self.ecosystem == package.ecosystem
            || family(self.ecosystem) == family(package.ecosystem)
                && !(word(self.ecosystem).contains(':') && word(package.ecosystem).contains(':'));
        self.name.is_some() && same_name && same_ecosystem
    }
}

fn read_scores(r: &mut Reader<'_>, sink: &mut Sink, scores: &mut Vec<Score>, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(());
    }
    r.array(|r, index| {
        let mut score = Score { kind: None, told: None };
        if sink.expect(r, ValueKind::Object, || format!("{}/{index}", at()))? {
            members!(r, {
                "type" => score.kind = sink.text(r, || format!("{}/{index}/type", at()))?,
                "score" => score.told = sink.text(r, || format!("{}/{index}/score", at()))?,
            });
        }
        scores.push(score);
        Ok(())
    })
}

/// Commits are no versions.
fn read_range(r: &mut Reader<'_>, sink: &mut Sink, ranges: &mut Vec<Range>, at: &dyn Fn() -> String) -> Result<()> {
    let mut is_commits = false;
    let first = ranges.len();
    if !sink.expect(r, ValueKind::Object, at)? {
        return Ok(());
    }
    members!(r, {
        "type" => is_commits = r.scalar()?.text() == Some("GIT"),
        "events" => if sink.expect(r, ValueKind::Array, || format!("{}/events", at()))? {
            r.array(|r, index| {
                let (mut introduced, mut fixed) = (None, None);
                if sink.expect(r, ValueKind::Object, || format!("{}/events/{index}", at()))? {
                    members!(r, {
                        "introduced" => introduced = sink.name(r, || format!("{}/events/{index}/introduced", at()))?,
                        "fixed" => fixed = sink.name(r, || format!("{}/events/{index}/fixed", at()))?,
                    });
                }
                match (introduced, ranges.get_mut(first..).and_then(<[Range]>::last_mut)) {
                    (Some(_), _) => ranges.push(Range { introduced, fixed }),
                    (None, Some(last)) if last.fixed.is_none() => last.fixed = fixed,
                    (None, _) => ranges.extend(fixed.map(|fixed| Range { introduced: None, fixed: Some(fixed) })),
                }
                Ok(())
            })?;
        },
    });
    if is_commits {
        ranges.truncate(first);
    }
    Ok(())
}

fn is_empty(sink: &Sink, text: Text) -> bool {
    sink.report.texts.get(text).as_data().is_empty()
}

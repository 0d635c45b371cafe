//! Property bags (§3.8): `security-severity`, tags, and what profiles of tools look at.

use std::iter;

use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::tool::tags;
use crate::model::raw::{MESSAGE_LIMIT, Property};

/// The key of the score.
const SCORE: &str = "security-severity";

/// How many words of a list are kept.
const LIST_LIMIT: u32 = 16;

/// Reads the bag that comes next, which must be an object; the score. Of tags, those under `tags` and under the other `tag_keys`
/// are kept.
pub(super) fn read(
    r: &mut Reader<'_>,
    sink: &mut Sink,
    tag_keys: &[&str],
    tagged: &mut Vec<Text>,
    kept: &mut Vec<Property>,
    at: &dyn Fn(&str) -> String,
) -> Result<Option<Text>> {
    let properties = sink.properties.clone();
    let which = |key: &[u8]| {
        let own = iter::once(&SCORE).chain(tag_keys).position(|known| known.as_bytes() == key);
        own.or_else(|| properties.binary_search_by(|known| known.as_bytes().cmp(key)).ok().map(|place| place + 1 + tag_keys.len()))
    };
    let (mut score, mut seen) = (None, 0);
    r.open_object()?;
    while let Some(member) = r.next_member(which, &mut seen)? {
        let tag_key = member.checked_sub(1).and_then(|place| tag_keys.get(place));
        let property = member.checked_sub(1 + tag_keys.len()).and_then(|place| properties.get(place));
        let key = tag_key.copied().or(property.map(String::as_str)).unwrap_or(SCORE);
        let read = match (tag_key, property) {
            (Some(_), _) => tags(r, sink, || at(key), tagged),
            (None, Some(_)) => property_values(r, sink, key, kept),
            (None, None) => sink.told(r).map(|told| score = Some(told)),
        };
        read.map_err(|halt| halt.inside(key))?;
    }
    Ok(score)
}

/// The value of a property, or the values of a list.
fn property_values(r: &mut Reader<'_>, sink: &mut Sink, key: &str, kept: &mut Vec<Property>) -> Result<()> {
    let key = sink.intern(key);
    if r.kind()? != ValueKind::Array {
        kept.extend(value(r, sink)?.map(|told| Property { key, told }));
        return Ok(());
    }
    r.array(|r, index| {
        if index < LIST_LIMIT {
            kept.extend(value(r, sink)?.map(|told| Property { key, told }));
            return Ok(());
        }
        r.skip()
    })
}

/// A value as words; `null` says nothing.
fn value(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    let texts = &mut sink.report.texts;
    Ok(match r.scalar()? {
        Scalar::Null => None,
        Scalar::Text(told) | Scalar::Number(told) if told.len() <= MESSAGE_LIMIT => Some(texts.intern(told)),
        Scalar::Text(_) | Scalar::Number(_) => Some(texts.intern("(too long)")),
        Scalar::Bool(_) => Some(texts.intern("(boolean)")),
        Scalar::Array => Some(texts.intern("(array)")),
        Scalar::Object => Some(texts.intern("(object)")),
    })
}

//! The fingerprints of results (§3.27.16 and §3.27.17).

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::pool::{Pool, Span};
use crate::ingest::Sink;
use crate::ingest::sarif::Place;

/// Semgrep writes this in place of a fingerprint when nobody is logged in.
const PLACEHOLDER: &str = "=requires login";

/// Room for the pairs of one result.
#[derive(Default)]
pub(super) struct Pairs(String);

impl Pairs {
    /// The pairs of `fingerprints`, sorted, each with its length in front: ready to be hashed. A placeholder is none.
    pub(super) fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink, prints: &mut Pool<u8>, at: Place<'_>) -> Result<Span<u8>> {
        let Self(pairs) = self;
        pairs.clear();
        let mut ends = Vec::new();
        let mut single = 0;
        if sink.expect(r, ValueKind::Object, || format!("{at}/fingerprints"))? {
            r.entries(|r, key| {
                if let Scalar::Text(value) = r.scalar()? {
                    pairs.extend([key, "=", value]);
                    // One pair, as most tools write it, needs no list.
                    if single == 0 {
                        single = pairs.len();
                    } else {
                        ends.push(pairs.len());
                    }
                }
                Ok(())
            })?;
        }
        let mut start = 0;
        let mut sorted: Vec<&str> = Vec::new();
        let with_length = |pair: &str| (pair.len() as u64).to_be_bytes();
        if ends.is_empty() {
            let is_print = single > 0 && !pairs.ends_with(PLACEHOLDER);
            let parts: &[&[u8]] = if is_print { &[&with_length(pairs), pairs.as_bytes()] } else { &[] };
            return Ok(prints.add_slices(parts));
        }
        for end in std::iter::once(single).chain(ends) {
            sorted.push(pairs.get(start..end).unwrap_or_default());
            start = end;
        }
        sorted.sort_unstable();
        if sorted.last().is_some_and(|last| last.ends_with(PLACEHOLDER)) {
            return Ok(Span::default());
        }
        Ok(prints.add(sorted.iter().flat_map(|pair| with_length(pair).into_iter().chain(pair.bytes()))))
    }
}

/// `primaryLocationLineHash`, the partial fingerprint that tools agree on.
pub(super) fn line(r: &mut Reader<'_>, sink: &mut Sink, prints: &mut Pool<u8>, at: Place<'_>) -> Result<Span<u8>> {
    let mut print = Span::default();
    if sink.expect(r, ValueKind::Object, || format!("{at}/partialFingerprints"))? {
        members!(r, {
            "primaryLocationLineHash" => if let Scalar::Text(hash) = r.scalar()? {
                print = prints.add_slices(&[hash.as_bytes()]);
            },
        });
    }
    Ok(print)
}

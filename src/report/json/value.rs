//! The pieces that every JSON output is made of. Nothing is collected: lists are walked while they are written.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::base::text::Text;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Fingerprint;
use crate::model::location::Pointer;
use crate::model::raw::Suppression;

/// A list, made anew whenever it is written.
pub(in crate::report) struct List<F>(pub(in crate::report) F);

impl<F, I> Serialize for List<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// An object, made anew whenever it is written, its keys in the order given.
pub(in crate::report) struct Object<F>(pub(in crate::report) F);

impl<F, I, K, V> Serialize for Object<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item = (K, V)>,
    K: Serialize,
    V: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

/// A value as the string that it displays.
pub(in crate::report) struct Shown<T>(pub(in crate::report) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A text of a scanner: the layout escapes it as it is written.
pub(in crate::report) fn text(evidence: &Evidence, text: Option<Text>) -> Option<&str> {
    text.map(|text| evidence.text(text).as_data())
}

/// Several of them.
pub(in crate::report) fn texts<'a>(evidence: &'a Evidence, texts: &'a [Text]) -> impl Serialize + 'a {
    List(move || texts.iter().map(|&word| evidence.text(word).as_data()))
}

/// Where a result stands in its report.
pub(in crate::report) struct PointerView<'a> {
    pub(in crate::report) evidence: &'a Evidence,
    pub(in crate::report) pointer: Pointer,
}

impl Serialize for PointerView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = self.evidence.text(self.pointer.list).as_data();
        serializer.collect_str(&format_args!("{list}/{}", self.pointer.index))
    }
}

/// How the scan suppressed a result; `None` when it did not.
pub(in crate::report) fn suppressed(by: Suppression) -> Option<&'static str> {
    (by != Suppression::None).then(|| by.word())
}

/// The strongest fingerprint of each scheme.
pub(in crate::report) fn fingerprints<'a>(evidence: &'a Evidence, finding: &Finding) -> impl Serialize + 'a {
    let all = evidence.fingerprints.get(finding.fingerprints);
    Object(move || all.chunk_by(|a, b| a.scheme == b.scheme).filter_map(<[Fingerprint]>::first).map(|key| (key.scheme.word(), key.hex())))
}

//! `baseline`: where what was known before is taken from.

use crate::base::yaml::Node;
use crate::model::baseline::{BaselineSource, OnMissing};
use crate::model::policy::Place;
use crate::policy::draft::{At, BaselineDraft};
use crate::policy::reader::{Keys, Reader, at};

const BASELINE: Keys = Keys { of: "`baseline`", required: &[], optional: &["path", "on_missing"], later: &[] };

/// Reads `baseline`. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str) -> Option<BaselineDraft> {
    let fields = reader.map(node, &BASELINE)?;
    let path = at(reader, fields, "path", |reader, n| reader.file(n, "path", folder));
    let on_missing = at(reader, fields, "on_missing", |reader, n| reader.word(n, "on_missing", &OnMissing::ALL, OnMissing::word));
    Some(BaselineDraft { place: reader.place(node), path, on_missing })
}

/// The baseline, with the defaults; `wrong` is told what it lacks.
pub(super) fn settled(told: Option<BaselineDraft>, wrong: &mut impl FnMut(Place, &'static str, String, &str)) -> Option<BaselineSource> {
    let told = told?;
    let Some(At { value: path, .. }) = told.path else {
        wrong(told.place, "config-missing-key", "the baseline has no `path`".to_owned(), "name its file, `path: baseline.json`");
        return None;
    };
    Some(BaselineSource { place: told.place, path, on_missing: told.on_missing.map_or(OnMissing::AllNew, |word| word.value) })
}

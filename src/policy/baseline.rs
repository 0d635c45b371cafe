//! `baseline`: where what was known before is taken from.

use crate::base::yaml::Node;
use crate::model::baseline::{Adoption, BaselineSource, OnMissing};
use crate::model::policy::Place;
use crate::policy::draft::{At, BaselineDraft};
use crate::policy::reader::{Keys, Reader, at};

const BASELINE: Keys = Keys { of: "`baseline`", required: &[], optional: &["path", "on_missing", "adopt"], later: &[] };

const ADOPT: Keys = Keys { of: "`adopt`", required: &["accountable", "approved", "reason"], optional: &[], later: &[] };

/// Reads `baseline`. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str) -> Option<BaselineDraft> {
    let fields = reader.map(node, &BASELINE)?;
    let path = at(reader, fields, "path", |reader, n| reader.file(n, "path", folder));
    let on_missing = at(reader, fields, "on_missing", |reader, n| reader.word(n, "on_missing", &OnMissing::ALL, OnMissing::word));
    let adopt = at(reader, fields, "adopt", adoption);
    Some(BaselineDraft { place: reader.place(node), path, on_missing, adopt })
}

/// Who answers for a report whose findings are adopted.
fn adoption(reader: &mut Reader, node: &Node) -> Option<Adoption> {
    let fields = reader.map(node, &ADOPT)?;
    let accountable = fields.read("accountable", |n| reader.address(n, "accountable"));
    let approved = fields.read("approved", |n| reader.date(n, "approved"));
    let reason = fields.read("reason", |n| reader.reason(n, "reason"));
    Some(Adoption { accountable: accountable?, approved: approved?, reason: reason? })
}

/// The baseline, with the defaults; `wrong` is told what it lacks.
pub(super) fn settled(told: Option<BaselineDraft>, wrong: &mut impl FnMut(Place, &'static str, String, &str)) -> Option<BaselineSource> {
    let told = told?;
    let Some(At { value: path, .. }) = told.path else {
        wrong(told.place, "config-missing-key", "the baseline has no `path`".to_owned(), "name its file, `path: baseline.json`");
        return None;
    };
    Some(BaselineSource {
        place: told.place,
        path,
        on_missing: told.on_missing.map_or(OnMissing::AllNew, |word| word.value),
        adopt: told.adopt.map(|adopt| adopt.value),
    })
}

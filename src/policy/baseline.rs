//! `baseline`: where what was known before is taken from.

use crate::base::order::Order as _;
use crate::base::yaml::Node;
use crate::model::baseline::{Adoption, BaselineSource, OnMissing, Origin};
use crate::model::policy::Place;
use crate::policy::draft::BaselineDraft;
use crate::policy::reader::{Keys, Reader, at};

const BASELINE: Keys = Keys { of: "`baseline`", required: &[], optional: &["path", "reported_by", "on_missing", "adopt"] };

const ADOPT: Keys = Keys { of: "`adopt`", required: &["accountable", "approved", "reason"], optional: &[] };

/// Reads `baseline`. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str) -> Option<BaselineDraft> {
    let fields = reader.map(node, &BASELINE)?;
    let path = at(reader, fields, "path", |reader, n| reader.file(n, "path", folder));
    let reported_by = at(reader, fields, "reported_by", |reader, n| {
        let mut tools = reader.each(n, "reported_by", |reader, item| reader.tool(item, "reported_by"))?;
        tools.order_by(Ord::cmp);
        Some(tools)
    });
    let on_missing = at(reader, fields, "on_missing", |reader, n| reader.word(n, "on_missing", &OnMissing::ALL, OnMissing::word));
    let adopt = at(reader, fields, "adopt", adoption);
    Some(BaselineDraft { place: reader.place(node), path, reported_by, on_missing, adopt })
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
    let origin = match (told.path, told.reported_by) {
        (Some(path), None) => Origin::File(path.value),
        (None, Some(tools)) if told.adopt.is_none() => {
            let message = "nobody answers for what these tools say was there before".to_owned();
            wrong(tools.place, "config-missing-key", message, "add `adopt: {accountable: …, approved: …, reason: …}`");
            return None;
        }
        (None, Some(tools)) if told.on_missing.is_some() => {
            let message = "`on_missing` is of a file, and this baseline is none".to_owned();
            wrong(tools.place, "config-contradiction", message, "leave `on_missing` out: what these tools do not know is new");
            return None;
        }
        (None, Some(tools)) => Origin::Tools(tools.value),
        (Some(_), Some(tools)) => {
            let message = "a baseline is a file or what tools report, and not both".to_owned();
            wrong(tools.place, "config-contradiction", message, "leave out `path` or `reported_by`");
            return None;
        }
        (None, None) => {
            let help = "name its file, `path: baseline.json`, or the tools that know, `reported_by: [codeql]`";
            wrong(told.place, "config-missing-key", "the baseline has no `path`".to_owned(), help);
            return None;
        }
    };
    Some(BaselineSource {
        place: told.place,
        origin,
        on_missing: told.on_missing.map_or(OnMissing::AllNew, |word| word.value),
        adopt: told.adopt.map(|adopt| adopt.value),
    })
}

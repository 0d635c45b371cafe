//! An answer of the GraphQL API, of whatever shape the question had: every `vulnerabilityAlerts` in it is a list of alerts.

use super::alert;
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Item, Sink};
use crate::model::problem::Weight;
use crate::model::raw::RawScan;

/// Reads an answer.
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut answer = Answer { scan: sink.scan("dependabot"), reasons: Reasons::default(), lists: 0 };
    let mut told = false;
    members!(r, {
        "data" => {
            told = true;
            answer.walk(r, sink, "/data")?;
        },
        "errors" => answer.reasons.errors(r, "/errors", &["message"])?,
    });
    if !told {
        return Err(lacks(r, "the answer", "data"));
    }
    if answer.lists == 0 {
        return Err(lacks(r, "`data`", "vulnerabilityAlerts"));
    }
    sink.finish(answer.scan, answer.reasons);
    Ok(())
}

struct Answer {
    scan: RawScan,
    reasons: Reasons,
    /// How many lists of alerts there are.
    lists: u64,
}

impl Answer {
    /// Looks for lists of alerts, and for pages that were left out: of repositories as of alerts.
    fn walk(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        match r.kind()? {
            ValueKind::Object => r.entries(|r, key| {
                let place = format!("{at}/{key}");
                match key {
                    "vulnerabilityAlerts" => self.alerts(r, sink, &place),
                    "pageInfo" => self.page(r, &place).map(drop),
                    _ => self.walk(r, sink, &place),
                }
            }),
            ValueKind::Array => r.array(|r, index| self.walk(r, sink, &format!("{at}/{index}"))),
            ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Null => r.skip(),
        }
    }

    fn alerts(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        self.lists += 1;
        // `null` stands for a list that one may not see.
        if !self.reasons.item(r, ValueKind::Object, || at.to_owned())? {
            return Ok(());
        }
        let (mut listed, mut total, mut tells_pages) = (None, None, false);
        r.entries(|r, key| {
            let place = format!("{at}/{key}");
            match key {
                "nodes" => listed = Some(sink.rows(r, &mut self.scan, &place, node)?),
                "edges" => listed = Some(sink.rows(r, &mut self.scan, &place, edge)?),
                "pageInfo" => tells_pages = self.page(r, &place)?,
                "totalCount" => total = self.reasons.count(r, || place)?,
                _ => sink.unknown(r, key, &|| at.to_owned())?,
            }
            Ok(())
        })?;
        let Some(listed) = listed else { return Err(lacks(r, "`vulnerabilityAlerts`", "nodes")) };
        self.reasons.counted("alerts", total, listed, || format!("{at}/totalCount"));
        if !tells_pages {
            let what = "the answer does not tell whether there are further pages of alerts";
            sink.problem(Weight::Warning, "pages-not-told", || at.to_owned(), what, "ask for `pageInfo { hasNextPage }`");
        }
        Ok(())
    }

    /// Reads whether there are further pages; false where that was not asked for.
    fn page(&mut self, r: &mut Reader<'_>, at: &str) -> Result<bool> {
        let mut is_told = false;
        if self.reasons.item(r, ValueKind::Object, || at.to_owned())? {
            members!(r, { "hasNextPage" => {
                is_told = true;
                let place = || format!("{at}/hasNextPage");
                if self.reasons.flag(r, place)? == Some(true) {
                    self.reasons.add("not-all-pages", place, "there are further pages, which are not in the answer");
                }
            }});
        }
        Ok(is_told)
    }
}

fn node(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    alert::read(r, sink, item, at).map(drop)
}

fn edge(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut is_told = false;
    members!(r, { "node" => {
        is_told = true;
        node(r, sink, item, at)?;
    }});
    if is_told { Ok(()) } else { Err(lacks(r, "an edge", "node")) }
}

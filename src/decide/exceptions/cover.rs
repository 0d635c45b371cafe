//! Which of the records that hold for a finding decide, and whether they suffice.
//!
//! Of several the most permissive decides, then the one that ends first, then the smallest id. A finding of several vulnerabilities
//! is as strict as the strictest of them, each judged by the records that name it: who excused one of them did not see the other.

use std::cmp::Reverse;

use crate::base::order::Order as _;
use crate::model::decision::NearMiss;
use crate::model::exception::{Exception, Exceptions};
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Action;

/// A record that holds for a finding, and the action that it would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) exception: u32,
    pub(super) action: Action,
}

/// What the records come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cover {
    /// The action that is left; `None` where the finding is not covered.
    pub(super) action: Option<Action>,
    /// The records, the one that decided first.
    pub(super) applied: Vec<u32>,
    /// Those that would have held, had the others sufficed.
    pub(super) missed: Vec<NearMiss>,
}

/// Puts the records of a finding together.
pub(super) fn cover(evidence: &Evidence, exceptions: &Exceptions, finding: &Finding, mut offers: Vec<Offer>) -> Cover {
    let record = |offer: &Offer| exceptions.records.get(offer.exception as usize);
    offers.order_by_key(|offer| (offer.action, record(offer).map(|record| (record.expires, &record.id))));
    let several = cves(evidence, finding);
    if several.len() < 2 {
        let action = offers.first().map(|offer| offer.action);
        return Cover { action, applied: offers.iter().map(|offer| offer.exception).collect(), missed: Vec::new() };
    }
    let best = |id: &str| offers.iter().find(|offer| record(offer).is_some_and(|record| names(record, id)));
    let open: Vec<&str> = several.iter().copied().filter(|id| best(id).is_none()).collect();
    let miss = |offer: &Offer, why: String| NearMiss { exception: offer.exception, why };
    if !open.is_empty() {
        let missed = offers.iter().map(|offer| miss(offer, format!("no exception covers {}", open.join(", "))));
        return Cover { missed: missed.collect(), ..Cover::default() };
    }
    let action = several.iter().filter_map(|id| best(id)).map(|offer| offer.action).max();
    let (mut naming, others): (Vec<Offer>, Vec<Offer>) =
        offers.iter().partition(|offer| record(offer).is_some_and(|record| several.iter().any(|id| names(record, id))));
    naming.order_by_key(|offer| {
        (Some(offer.action) != action, Reverse(offer.action), record(offer).map(|record| (record.expires, &record.id)))
    });
    let missed = others.iter().map(|offer| miss(offer, format!("it does not name which of {}", several.join(", "))));
    Cover { action, applied: naming.iter().map(|offer| offer.exception).collect(), missed: missed.collect() }
}

/// The CVEs of a finding.
pub(in crate::decide) fn cves<'e>(evidence: &'e Evidence, finding: &Finding) -> Vec<&'e str> {
    let ids = evidence.words.get(finding.ids).iter().map(|&id| evidence.text(id).as_data());
    ids.filter(|id| id.starts_with("CVE-")).collect()
}

/// Whether a record is about a vulnerability by its own id.
pub(super) fn names(record: &Exception, id: &str) -> bool {
    let rule = record.matches.rule_id.as_deref();
    let of_rule = |rule: &str| rule == id || rule.rsplit_once(':').is_some_and(|(_, rule)| rule == id);
    record.matches.vulnerability.as_deref() == Some(id) || rule.is_some_and(of_rule)
}

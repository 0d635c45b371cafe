//! The keys by which a result is known again that is no more than a rule and a place.

use std::borrow::Cow;
use std::mem;
use std::num::NonZero;

use super::Normalizer;
use super::alike::OfRule;
use crate::base::pool::{Pool, Span};
use crate::model::identity::{Fingerprint, Keys};
use crate::model::location::Location;
use crate::model::profile::Profile;
use crate::model::raw::RawFinding;

impl Normalizer<'_> {
    /// The keys of a result, strongest first. A key by its code or place alone is made only where there is no stronger one, and none
    /// is made of a secret.
    pub(super) fn fingerprints(
        &mut self,
        rule: usize,
        row: &RawFinding,
        locations: Span<Location>,
        prints: &Pool<u8>,
        is_secret: bool,
    ) -> Span<Fingerprint> {
        let Some(OfRule { begun, .. }) = self.rules.get_mut(rule) else { return Span::default() };
        let texts = &self.evidence.texts;
        let rule_id = row.rule_id.map_or("", |id| texts.get(self.shared.map.apply(id)).as_data());
        let mut keys = Keys { tool: texts.get(self.tool).as_data(), rule_id, begun: mem::take(begun) };
        let place = self.evidence.locations.get(locations).first().copied().unwrap_or_default();
        let path = || place.path.map_or("", |text| texts.get(text).as_data());
        let pairs = trusted(prints.get(row.tool_print), self.profile);
        let by_tool = Some(&*pairs).filter(|pairs| !pairs.is_empty());
        let ignores_line = self.profile.is_some_and(|profile| profile.ignores_line_hash);
        let by_line = Some(prints.get(row.line_print)).filter(|hash| !hash.is_empty() && !ignores_line);
        let is_weak = by_tool.is_none() && by_line.is_none();
        let by_code = Some(prints.get(row.code_print)).filter(|code| is_weak && !is_secret && !code.is_empty());
        let found = [
            by_tool.map(|pairs| keys.by_tool(pairs)),
            by_line.map(|hash| keys.by_line(path(), hash)),
            by_code.map(|code| keys.by_code(path(), code)),
            (is_weak && by_code.is_none()).then(|| keys.by_location(path(), place.start_line.map_or(0, NonZero::get))),
        ];
        *begun = keys.begun;
        self.evidence.fingerprints.add(found.into_iter().flatten())
    }
}

/// The pairs of a result's `fingerprints` but for those that say nothing to its tool. Each has its length in front.
fn trusted<'p>(pairs: &'p [u8], profile: Option<&Profile>) -> Cow<'p, [u8]> {
    let ignored = profile.map_or(&[][..], |profile| &profile.ignored_prints);
    if ignored.is_empty() {
        return Cow::Borrowed(pairs);
    }
    let (mut kept, mut rest) = (Vec::new(), pairs);
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = usize::try_from(u64::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some((pair, behind)) = behind.split_at_checked(length) else { break };
        let is_ignored = |key: &String| pair.strip_prefix(key.as_bytes()).is_some_and(|value| value.starts_with(b"="));
        if !ignored.iter().any(is_ignored) {
            kept.extend_from_slice(&(pair.len() as u64).to_be_bytes());
            kept.extend_from_slice(pair);
        }
        rest = behind;
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_say_nothing_to_their_tool_are_left_out() {
        let pairs = |list: &[&str]| {
            list.iter().flat_map(|pair| [&(pair.len() as u64).to_be_bytes(), pair.as_bytes()].concat()).collect::<Vec<u8>>()
        };
        let all = pairs(&["acme/v0=1", "acme/v01=2", "b=acme/v0=3"]);
        let profile = Profile { ignored_prints: vec!["acme/v0".to_owned()], ..Profile::default() };
        assert_eq!(*trusted(&all, Some(&profile)), pairs(&["acme/v01=2", "b=acme/v0=3"]));
        assert_eq!((&*trusted(&all, None), &*trusted(&all, Some(&Profile::default()))), (&*all, &*all));
        assert!(trusted(&pairs(&["acme/v0=1"]), Some(&profile)).is_empty());
    }
}

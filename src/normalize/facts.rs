//! What a tool tells in its own way, taken from where its profile says.

use std::mem;
use std::ops::Range;

use crate::base::text::{Text, Texts};
use crate::model::identity::Category;
use crate::model::profile::{Fact, From, Group, Reach, Scale};
use crate::model::raw::{Claim, RawPackage};
use crate::model::severity::{Kind, Meaning, Place, Source};

/// What the rows of a profile found. All texts are those of the evidence.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Severity words and scores.
    pub(super) words: Vec<Claim>,
    /// Advisory ids, as told.
    pub(super) ids: Vec<Text>,
    /// The component; the first that is told counts, but of several purls none.
    pub(super) package: RawPackage,
    several_purls: bool,
    /// Versions that have it no more.
    pub(super) fixed: Vec<Text>,
    /// What the result is.
    pub(super) category: Option<Category>,
    /// Whether the vulnerable code can be reached.
    pub(super) reachable: Option<Reach>,
}

/// Room for what is found in a text, and what is likely to be found.
#[derive(Default)]
pub(super) struct Room {
    /// The rule's id: most tools tell no other in their results.
    pub(super) rule_id: Option<Text>,
    parts: Vec<(Group, Range<usize>)>,
    copy: String,
}

/// Nothing told.
pub(super) static NONE: Facts = Facts {
    words: Vec::new(),
    ids: Vec::new(),
    package: RawPackage { purl: None, ecosystem: None, name: None, version: None },
    several_purls: false,
    fixed: Vec::new(),
    category: None,
    reachable: None,
};

impl Facts {
    /// Whether they tell more than a rule and a place.
    pub(super) fn has_detail(&self) -> bool {
        let RawPackage { purl, name, .. } = self.package;
        purl.or(name).is_some() || !self.ids.is_empty() || !self.fixed.is_empty() || self.reachable.is_some()
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        let Self { mut words, mut ids, mut fixed, .. } = mem::take(self);
        words.clear();
        ids.clear();
        fixed.clear();
        *self = Self { words, ids, fixed, ..Self::default() };
    }

    /// Takes what one row of the profile finds in a text.
    pub(super) fn take(&mut self, fact: &Fact, told: Text, scale: &Scale, texts: &mut Texts, room: &mut Room) {
        let text = texts.get(told).as_data();
        let Room { parts, copy, rule_id } = room;
        parts.clear();
        let is_met = match &fact.pattern {
            None => {
                parts.push((Group::Severity, 0..text.len()));
                true
            }
            Some(pattern) => pattern.find(text, parts),
        };
        // The texts grow while parts of this one are kept.
        let end = parts.iter().map(|(_, range)| range.end).max().unwrap_or(0);
        copy.clear();
        copy.push_str(text.get(..end).unwrap_or_default());
        for (group, range) in parts.drain(..) {
            let part = copy.get(range).unwrap_or_default().trim();
            match rule_id.filter(|&id| group == Group::Id && texts.get(id).as_data() == part) {
                Some(id) => self.ids.push(id),
                None => self.take_group(group, part, fact, scale, texts),
            }
        }
        if !is_met {
            return;
        }
        self.category = self.category.or(fact.category);
        self.reachable = self.reachable.or(fact.reachable);
        if let Some(ecosystem) = &fact.ecosystem {
            self.package.ecosystem.get_or_insert_with(|| texts.intern(ecosystem));
        }
    }

    fn take_group(&mut self, group: Group, told: &str, fact: &Fact, scale: &Scale, texts: &mut Texts) {
        if told.is_empty() {
            return;
        }
        let set = |place: &mut Option<Text>, texts: &mut Texts| {
            place.get_or_insert_with(|| texts.intern(told));
        };
        match group {
            Group::Severity | Group::Score => {
                let word = scale.words.iter().find(|(word, _)| word.eq_ignore_ascii_case(told));
                let meaning = word.map_or(Meaning::Unknown, |&(_, meaning)| meaning);
                let kind = if group == Group::Score { Kind::Number } else { Kind::Word(meaning) };
                let source = Source::Profile(place(fact, texts));
                self.words.push(Claim::new(source, kind, texts.intern(told)));
            }
            Group::Id => self.ids.extend(list(told, b", ';").map(|id| texts.intern(id))),
            Group::Fixed => self.fixed.extend(list(told, b",;").map(|version| texts.intern(version))),
            Group::Package => set(&mut self.package.name, texts),
            Group::Version => set(&mut self.package.version, texts),
            Group::Ecosystem => set(&mut self.package.ecosystem, texts),
            Group::Purl => {
                let purl = texts.intern(told);
                self.several_purls |= self.package.purl.is_some_and(|known| known != purl);
                self.package.purl = Some(purl).filter(|_| !self.several_purls);
            }
        }
    }

    /// The component of a result: its own, else that of the rule. A rule's only purl is that of all its results.
    pub(super) fn package_or(&self, rule: &Self) -> RawPackage {
        let own = self.package;
        let base = if own.name.or(own.purl).is_some() {
            own
        } else {
            RawPackage { version: own.version.or(rule.package.version), ..rule.package }
        };
        RawPackage { purl: own.purl.or(rule.package.purl), ..base }
    }
}

/// Where a severity was found.
fn place(fact: &Fact, texts: &mut Texts) -> Place {
    match fact.from {
        From::RuleId | From::RuleName | From::RuleTitle => Place::Rule,
        From::RuleTag => Place::RuleTag,
        From::RuleProperty => Place::RuleProperty(texts.intern(&fact.key)),
        From::ResultTag => Place::ResultTag,
        From::ResultProperty => Place::ResultProperty(texts.intern(&fact.key)),
        From::ResultLevel | From::ResultMessage => Place::Message,
    }
}

fn list<'t>(told: &'t str, signs: &'t [u8]) -> impl Iterator<Item = &'t str> {
    told.split(|sign| u8::try_from(sign).is_ok_and(|sign| signs.contains(&sign))).map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::captures::{BadPattern, Pattern};
    use crate::model::severity::Severity;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    fn fact(from: From, pattern: &str) -> Result<Fact, BadPattern> {
        let pattern = Some(Pattern::new(pattern, |name| Group::ALL.into_iter().find(|group| group.word() == name))?);
        Ok(Fact {
            from,
            key: String::new(),
            pattern,
            category: Some(Category::Sca),
            ecosystem: Some("npm".to_owned()),
            reachable: Some(Reach::No),
        })
    }

    #[test]
    fn a_fact_takes_what_its_groups_name_and_nothing_where_it_does_not_match() -> Tested {
        let mut texts = Texts::default();
        let scale = Scale {
            words: vec![("high".to_owned(), Meaning::Is(Severity::High)), ("unset".to_owned(), Meaning::Unrated)],
            ..Scale::default()
        };
        let message = fact(
            From::ResultMessage,
            "^(?<id>[A-Z0-9, -]+): (?<package>[^ ]+) (?<version>[^ ]*) (?<severity>[A-Z]+), fixed in (?<fixed>.*)$",
        )?;
        let take = |facts: &mut Facts, fact: &Fact, told: &str, texts: &mut Texts| {
            let told = texts.intern(told);
            facts.take(fact, told, &scale, texts, &mut Room::default());
        };
        let mut facts = Facts::default();
        take(&mut facts, &message, "nothing of it", &mut texts);
        assert!(!facts.has_detail() && facts.category.is_none() && facts.reachable.is_none() && facts.package.ecosystem.is_none());
        take(&mut facts, &message, "CVE-2024-1, CVE-2024-2: a 1.0 HIGH, fixed in 1.1, 2.0", &mut texts);
        take(&mut facts, &message, "CVE-2024-3: b 2.0 UNSET, fixed in ", &mut texts);
        take(&mut facts, &message, "CVE-2024-4: b 2.0 GRAVE, fixed in ", &mut texts);
        let told = |list: &[Text]| list.iter().map(|&text| texts.get(text).as_data().to_owned()).collect::<Vec<_>>();
        assert_eq!(told(&facts.ids), ["CVE-2024-1", "CVE-2024-2", "CVE-2024-3", "CVE-2024-4"]);
        assert_eq!(told(&facts.fixed), ["1.1", "2.0"]);
        // Of the component the first counts.
        let package = [facts.package.name, facts.package.version, facts.package.ecosystem].into_iter().flatten();
        assert_eq!(told(&package.collect::<Vec<_>>()), ["a", "1.0", "npm"]);
        let meanings: Vec<_> = facts.words.iter().map(|word| word.kind).collect();
        assert_eq!(meanings, [Meaning::Is(Severity::High), Meaning::Unrated, Meaning::Unknown].map(Kind::Word));
        assert!(facts.words.iter().all(|word| word.source == Source::Profile(Place::Message)));
        assert_eq!((facts.category, facts.reachable), (Some(Category::Sca), Some(Reach::No)));
        Ok(())
    }

    #[test]
    fn the_result_names_its_component_and_the_rule_only_what_all_share() -> Tested {
        let mut texts = Texts::default();
        let purls = fact(From::RuleProperty, "^(?<purl>pkg:.+)$")?;
        let named = fact(From::ResultMessage, "^(?<package>[^ ]+) (?<version>.+)$")?;
        let mut package = |purls_told: &[&str], rule_told: &str, told: &str| {
            let (mut own, mut rule) = (Facts::default(), Facts::default());
            let mut take = |facts: &mut Facts, fact: &Fact, told: &str| {
                let told = texts.intern(told);
                facts.take(fact, told, &Scale::default(), &mut texts, &mut Room::default());
            };
            for purl in purls_told {
                take(&mut rule, &purls, purl);
            }
            take(&mut rule, &named, rule_told);
            take(&mut own, &named, told);
            let RawPackage { purl, name, version, .. } = own.package_or(&rule);
            [purl, name, version].map(|text| text.map_or("-", |text| texts.get(text).as_data()).to_owned())
        };
        assert_eq!(package(&["pkg:npm/a@1"], "r 9", "a 1"), ["pkg:npm/a@1", "a", "1"]);
        assert_eq!(package(&["pkg:npm/a@1", "pkg:npm/a@2", "pkg:npm/a@1"], "r 9", "a 2"), ["-", "a", "2"]);
        assert_eq!(package(&[], "r 9", "-"), ["-", "r", "9"]);
        Ok(())
    }
}

//! What the texts of a finding answer to what rules ask about them.

use super::{Facted, Facts};
use crate::base::text::Text;
use crate::decide::asked::{Class, SUBJECTS, Subject};
use crate::model::finding::Finding;
use crate::model::identity::Category;

impl Facted<'_> {
    /// The class of a path.
    pub(in crate::decide) fn path(&mut self, path: Text) -> Class {
        self.class(Subject::Path, std::iter::once(path), Class::UNKNOWN).0
    }

    /// The classes of owners: what one of them meets, and what each does.
    pub(in crate::decide) fn owners<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> (Class, Class) {
        let Some(asked) = self.asked.get(Subject::Owner as usize) else { return (Class::UNKNOWN, Class::UNKNOWN) };
        let answers: Vec<Vec<u32>> = names.map(|name| asked.answer(name)).collect();
        let each = answers.first().map(|first| first.iter().copied().filter(|number| answers.iter().all(|other| other.contains(number))));
        let each = each.into_iter().flatten().collect();
        (self.classes.of(answers.concat()), self.classes.of(each))
    }

    /// The classes of its texts by subject: what one of them meets, and what each does. Owners are told later.
    pub(super) fn classes_of(&mut self, finding: &Finding) -> ([Class; SUBJECTS], [Class; SUBJECTS]) {
        let evidence = self.evidence;
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let is_component = matches!(finding.category, Category::Sca | Category::Malware);
        let rule_id = evidence.rule(finding).and_then(|rule| rule.rule_id);
        let ids = evidence.words.get(finding.ids);
        let unless = |applies: bool| if applies { Class::UNKNOWN } else { Class::NOTHING };
        let scans = evidence.sightings.get(finding.sightings).iter().filter_map(|sighting| evidence.scan(sighting));
        let paths = evidence.locations.get(finding.locations).iter().filter_map(|place| place.path);
        let purls = evidence.words.get(detail.purls).iter().copied().chain(detail.package.and_then(|package| package.purl));
        let component = detail.package.map(|package| package.component);
        let ecosystem = detail.package.and_then(|package| package.ecosystem);
        let is_license = finding.category == Category::License;
        // The names of one vulnerability are one; its CVEs may be several.
        let is_cve = |id: &&Text| evidence.text(**id).as_data().starts_with("CVE-");
        let cves = ids.iter().filter(is_cve).count();
        let mut both = ([Class::NOTHING; SUBJECTS], [Class::NOTHING; SUBJECTS]);
        let mut set = |subject: Subject, (one, each): (Class, Class)| {
            both.0.get_mut(subject as usize).into_iter().for_each(|slot| *slot = one);
            both.1.get_mut(subject as usize).into_iter().for_each(|slot| *slot = each);
        };
        set(Subject::Tool, self.class(Subject::Tool, scans.map(|scan| scan.tool), Class::UNKNOWN));
        // An advisory is no check: its finding has no rule, and is known to have none.
        set(Subject::RuleId, self.class(Subject::RuleId, rule_id.into_iter(), unless(ids.is_empty())));
        set(Subject::Message, self.class(Subject::Message, finding.message.into_iter(), Class::UNKNOWN));
        let weakness = self.cwe_class(evidence.cwes.get(finding.cwes));
        set(Subject::Cwe, (weakness, weakness));
        let (named, _) = self.class(Subject::Vulnerability, ids.iter().copied(), unless(is_component));
        let each = if cves > 1 { self.class(Subject::Vulnerability, ids.iter().filter(is_cve).copied(), Class::UNKNOWN).1 } else { named };
        set(Subject::Vulnerability, (named, each));
        // Where there are several versions each has a name of its own, and all have that of the component.
        let versions = purls.filter(|purl| Some(*purl) != component || detail.purls.is_empty());
        set(Subject::Package, self.class_with(Subject::Package, versions, component, unless(is_component)));
        set(Subject::Ecosystem, self.class(Subject::Ecosystem, ecosystem.into_iter(), unless(is_component)));
        set(Subject::Tag, self.class(Subject::Tag, evidence.words.get(finding.tags).iter().copied(), Class::UNKNOWN));
        set(Subject::Path, self.class(Subject::Path, paths, Class::UNKNOWN));
        // Who owns it is told later, where anything tells.
        set(Subject::Owner, (Class::UNKNOWN, Class::UNKNOWN));
        set(Subject::License, self.class(Subject::License, rule_id.into_iter().filter(|_| is_license), unless(is_license)));
        both
    }

    /// The classes of some texts, what one of them meets and what each does; or what they are without any.
    fn class(&mut self, subject: Subject, texts: impl Iterator<Item = Text>, without: Class) -> (Class, Class) {
        self.class_with(subject, texts, None, without)
    }

    /// The same where all of them have another name in common.
    fn class_with(&mut self, subject: Subject, texts: impl Iterator<Item = Text>, common: Option<Text>, without: Class) -> (Class, Class) {
        let (Some(asked), Some(answers)) = (self.asked.get(subject as usize), self.answers.get_mut(subject as usize)) else {
            return (Class::UNKNOWN, Class::UNKNOWN);
        };
        if asked.is_empty() {
            return (Class::NOTHING, Class::NOTHING);
        }
        let mut texts = texts.map(|text| (text, false)).chain(common.map(|common| (common, true))).peekable();
        let Some((first, _)) = texts.next() else { return (without, without) };
        let (answer, class) = answers.of(first, asked, &mut self.classes, self.evidence);
        // Most have one.
        if texts.peek().is_none() {
            return (class, class);
        }
        let (mut one, mut each) = (answer.to_vec(), answer.to_vec());
        for (text, is_common) in texts {
            let (answer, _) = answers.of(text, asked, &mut self.classes, self.evidence);
            one.extend_from_slice(answer);
            if is_common {
                each.extend_from_slice(answer);
            } else {
                each.retain(|number| answer.contains(number));
            }
        }
        (self.classes.of(one), self.classes.of(each))
    }

    fn cwe_class(&mut self, cwes: &[u32]) -> Class {
        let Some(asked) = self.asked.get(Subject::Cwe as usize).filter(|asked| !asked.is_empty()) else { return Class::NOTHING };
        if cwes.is_empty() {
            return Class::UNKNOWN;
        }
        let met = cwes.iter().flat_map(|cwe| asked.answer(&cwe.to_string())).collect();
        self.classes.of(met)
    }
}

impl Facts {
    /// The same finding, were it in one file only, of this class.
    pub(in crate::decide) fn at(self, path: Class) -> Self {
        self.with(Subject::Path, (path, path))
    }

    /// The same finding with its owners.
    pub(in crate::decide) fn owned(self, owners: (Class, Class)) -> Self {
        self.with(Subject::Owner, owners)
    }

    fn with(mut self, subject: Subject, (one, each): (Class, Class)) -> Self {
        self.classes.get_mut(subject as usize).into_iter().for_each(|slot| *slot = one);
        self.every.get_mut(subject as usize).into_iter().for_each(|slot| *slot = each);
        self
    }
}

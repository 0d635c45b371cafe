//! What the rules look at in one finding, and which of their conditions hold.
//!
//! A finding is judged on a handful of facts, and a million findings have only a few hundred different combinations of them: each
//! combination is judged once. What is asked about texts is in the [`Class`] of each subject.

mod amount;
mod dated;
mod points;
mod told;

use amount::Amount;
use points::within;
pub(super) use told::Known;

use hashbrown::HashMap;
use jiff::civil::Date;

use crate::base::date::date_of;
use crate::base::text::Text;
use crate::decide::Run;
use crate::decide::asked::{Answers, Asked, Class, Classes, SUBJECTS, Subject};
use crate::decide::due::Grace;
use crate::decide::truth::Truth;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Category;
use crate::model::intel::Ssvc;
use crate::model::policy::{Condition, Exposure, Newness, Policy};
use crate::model::raw::Suppression;
use crate::model::severity::{Kind, Severity};

/// What the rules look at in one finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    pub(super) category: Category,
    /// As it is rated; unrated, as the policy says.
    pub(super) severity: Severity,
    suppressed: Suppression,
    newness: Newness,
    /// Whether it is exploited, as far as reports tell.
    pub(super) kev: Truth,
    fix_available: Truth,
    direct: Truth,
    dev_dependency: Truth,
    reachable: Truth,
    verified: Truth,
    /// Whether the change touches one of its files.
    in_change: Truth,
    /// Whether it is overdue, were it of each severity, in the order of [`Severity::ALL`].
    overdue: [Truth; 5],
    /// Over how many of the ages that rules ask for it is; `None` where nobody knows how old it is.
    older_than: Option<u32>,
    /// In tenths.
    cvss: Amount,
    /// In millionths.
    epss: Amount,
    /// CISA's decision points; `None` where nothing could have them.
    ssvc: Option<Ssvc>,
    /// What one of the texts meets.
    classes: [Class; SUBJECTS],
    /// What each of the texts meets: of a finding in two files, the questions that both answer.
    every: [Class; SUBJECTS],
}

/// How much of a finding must meet a question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    /// One of its texts: a rule that asks for a path is about the finding in that file.
    One,
    /// One of them, and all where the question is turned: a finding in two files is not simply outside one of them.
    Turned,
    /// Each of them: what lowers a severity is about all of the finding.
    Each,
}

impl Meets {
    /// The same for what stands in a `not`.
    const fn turned(self) -> Self {
        match self {
            Self::One => Self::Turned,
            Self::Turned => Self::One,
            Self::Each => Self::Each,
        }
    }
}

/// A condition, its texts replaced by the numbers of their questions.
pub(super) enum Test<'p> {
    All(Vec<Test<'p>>),
    Any(Vec<Test<'p>>),
    Not(Box<Test<'p>>),
    /// The same for every finding of the run.
    Known(Truth),
    /// The list of this number is met.
    Asked(Subject, u32),
    /// It is older than so many hours.
    Older(u32),
    /// A condition on the facts themselves.
    Plain(&'p Condition),
}

/// Makes tests of conditions, and facts of findings.
pub(super) struct Facted<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    run: &'a Run<'a>,
    today: Date,
    asked: [Asked; SUBJECTS],
    /// What texts that were met before answered.
    answers: [Answers; SUBJECTS],
    classes: Classes,
    /// Whether a rule asks for scores, which nobody looks for otherwise.
    asks_cvss: bool,
    /// Whether a rule asks what is overdue.
    asks_overdue: bool,
    /// The ages that rules ask for, in hours, sorted.
    ages: Vec<u32>,
    /// What due dates exceptions put off, by the place of the finding.
    graces: Option<&'a HashMap<u32, Grace>>,
    deadlines: dated::Deadlines,
}

impl<'a> Facted<'a> {
    pub(super) fn new(evidence: &'a Evidence, policy: &'a Policy, run: &'a Run<'a>) -> Self {
        Self {
            evidence,
            policy,
            run,
            today: date_of(run.now),
            asked: Default::default(),
            answers: Default::default(),
            classes: Classes::default(),
            asks_cvss: false,
            asks_overdue: false,
            ages: Vec::new(),
            graces: None,
            deadlines: dated::Deadlines::new(),
        }
    }

    /// The same with due dates that exceptions put off.
    pub(super) fn with(self, graces: &'a HashMap<u32, Grace>) -> Self {
        Self { graces: Some(graces), ..self }
    }

    /// A condition as a test. All are made before any fact is.
    pub(super) fn test(&mut self, condition: &'a Condition) -> Test<'a> {
        self.asks_cvss |= matches!(condition, Condition::Cvss(..));
        self.asks_overdue |= matches!(condition, Condition::Overdue(_));
        match condition {
            Condition::All(parts) => Test::All(parts.iter().map(|part| self.test(part)).collect()),
            Condition::Any(parts) => Test::Any(parts.iter().map(|part| self.test(part)).collect()),
            Condition::Not(part) => Test::Not(Box::new(self.test(part))),
            Condition::Tool(words) => self.ask(Subject::Tool, words, |asked, word| asked.word(word)),
            Condition::RuleId(globs) => self.ask(Subject::RuleId, globs, Asked::glob),
            Condition::Message(pattern) => self.ask(Subject::Message, std::slice::from_ref(pattern), Asked::pattern),
            Condition::Cwe(numbers) => self.ask(Subject::Cwe, numbers, |asked, number| asked.word(&number.to_string())),
            Condition::Vulnerability(words) => self.ask(Subject::Vulnerability, words, |asked, word| asked.word(word)),
            Condition::Package(globs) => self.ask(Subject::Package, globs, Asked::glob),
            Condition::Ecosystem(words) => self.ask(Subject::Ecosystem, words, |asked, word| asked.word(word)),
            Condition::Path(globs) => self.ask(Subject::Path, globs, Asked::glob),
            Condition::License(words) => self.ask(Subject::License, words, |asked, word| asked.word(word)),
            Condition::Exposure(list) => {
                // What is not known is judged as public.
                let exposure = match self.policy.context.exposure {
                    Some(Exposure::Internal) => Exposure::Internal,
                    Some(Exposure::Public | Exposure::Unknown) | None => Exposure::Public,
                };
                Test::Known(list.contains(&exposure).into())
            }
            Condition::Stage(list) => {
                let stage = self.run.subject.stage.as_ref();
                Test::Known(stage.map_or(Truth::Unknown, |stage| list.contains(&stage.value).into()))
            }
            Condition::Branch(globs) => {
                let branch = self.run.subject.branch.as_ref();
                Test::Known(branch.map_or(Truth::Unknown, |branch| globs.iter().any(|glob| glob.matches(&branch.value)).into()))
            }
            Condition::Owner(globs) => self.ask(Subject::Owner, globs, Asked::glob),
            Condition::Tag(words) => self.ask(Subject::Tag, words, |asked, word| asked.word(word)),
            Condition::Age(hours) => {
                self.ages.push(*hours);
                Test::Older(*hours)
            }
            Condition::Category(_)
            | Condition::Severity(_)
            | Condition::Suppressed(_)
            | Condition::State(_)
            | Condition::Cvss(..)
            | Condition::Epss(_)
            | Condition::Kev(_)
            | Condition::FixAvailable(_)
            | Condition::Direct(_)
            | Condition::DevDependency(_)
            | Condition::Reachable(_)
            | Condition::Verified(_)
            | Condition::InChange(_)
            | Condition::Ssvc(_)
            | Condition::Overdue(_) => Test::Plain(condition),
        }
    }

    fn ask<T>(&mut self, subject: Subject, list: &[T], ask: impl Fn(&mut Asked, &T)) -> Test<'a> {
        let Some(asked) = self.asked.get_mut(subject as usize) else { return Test::Known(Truth::Unknown) };
        for item in list {
            ask(asked, item);
        }
        Test::Asked(subject, asked.end_list())
    }

    /// What facts are made of.
    pub(super) const fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    /// The class of a path.
    pub(super) fn path(&mut self, path: Text) -> Class {
        self.class(Subject::Path, std::iter::once(path), Class::UNKNOWN).0
    }

    /// The classes of owners: what one of them meets, and what each does.
    pub(super) fn owners<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> (Class, Class) {
        let Some(asked) = self.asked.get(Subject::Owner as usize) else { return (Class::UNKNOWN, Class::UNKNOWN) };
        let answers: Vec<Vec<u32>> = names.map(|name| asked.answer(name)).collect();
        let each = answers.first().map(|first| first.iter().copied().filter(|number| answers.iter().all(|other| other.contains(number))));
        let each = each.into_iter().flatten().collect();
        (self.classes.of(answers.concat()), self.classes.of(each))
    }

    /// All tests are made.
    pub(super) fn finish(&mut self) {
        self.asked.iter_mut().for_each(Asked::finish);
        self.ages.sort_unstable();
        self.ages.dedup();
    }

    /// Whether a test holds, with another severity than the facts have.
    pub(super) fn holds(&self, test: &Test<'_>, facts: &Facts, severity: Severity, meets: Meets) -> Truth {
        let again = |part: &Test<'_>| self.holds(part, facts, severity, meets);
        match test {
            Test::All(parts) => Truth::all(parts.iter().map(again)),
            Test::Any(parts) => Truth::any(parts.iter().map(again)),
            Test::Not(part) => !self.holds(part, facts, severity, meets.turned()),
            Test::Known(truth) => *truth,
            Test::Asked(subject, number) => {
                let told = |classes: &[Class; SUBJECTS]| {
                    let class = classes.get(*subject as usize).copied().unwrap_or(Class::UNKNOWN);
                    self.classes.meets(class, *number).map_or(Truth::Unknown, Truth::from)
                };
                match (meets, told(&facts.classes), told(&facts.every)) {
                    (Meets::Turned, Truth::True, Truth::False) => Truth::Unknown,
                    (Meets::One | Meets::Turned, one, _) => one,
                    (Meets::Each, _, each) => each,
                }
            }
            Test::Older(hours) => {
                let below = self.ages.partition_point(|age| age < hours);
                facts.older_than.map_or(Truth::Unknown, |ages| (ages as usize > below).into())
            }
            Test::Plain(condition) => facts.hold(condition, severity),
        }
    }

    /// The facts of a finding, which stands at this place of the evidence.
    pub(super) fn of(&mut self, place: u32, finding: &Finding) -> Facts {
        let evidence = self.evidence;
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let is_component = matches!(finding.category, Category::Sca | Category::Malware);
        // How the project came to a component is asked whatever is said of that: its license, that nobody maintains it.
        let brings_one = is_component || detail.package.is_some();
        let is_cve = |id: &_| evidence.text(*id).as_data().starts_with("CVE-");
        // What has no CVE cannot be listed.
        let could_be_listed = is_component && evidence.words.get(finding.ids).iter().any(is_cve);
        let told = |fact: Option<bool>, applies: bool| match fact {
            Some(fact) => fact.into(),
            None if applies => Truth::Unknown,
            None => Truth::False,
        };
        let assessments = if self.asks_cvss { evidence.assessments.get(finding.assessments) } else { &[] };
        let scores = assessments.iter();
        let cvss = scores.filter(|a| matches!(a.kind, Kind::Cvss(_))).filter_map(|a| a.score).map(|score| u32::from(score.tenths())).max();
        let amount = |number: Option<u32>, applies: bool| match number {
            Some(number) => Amount::Is(number),
            None if applies => Amount::Unknown,
            None => Amount::None,
        };
        let kev = if could_be_listed || detail.kev == Some(true) { told(detail.kev, true) } else { Truth::False };
        let known = (self.asks_overdue || !self.ages.is_empty()).then(|| self.known(place, finding, kev));
        let (classes, every) = self.classes_of(finding);
        Facts {
            category: finding.category,
            severity: finding.severity.unwrap_or(self.policy.unrated_as),
            suppressed: finding.suppressed,
            newness: evidence.newness(finding),
            kev,
            overdue: known.filter(|_| self.asks_overdue).map_or([Truth::Unknown; 5], |known| self.overdue(known)),
            older_than: known.filter(|_| !self.ages.is_empty()).and_then(|known| self.older_than(&known)),
            fix_available: told(detail.fix_available.filter(|_| is_component), is_component),
            direct: told(detail.direct, brings_one),
            dev_dependency: told(detail.dev, brings_one),
            reachable: told(detail.reachable, is_component),
            verified: told(detail.verified, finding.category == Category::Secret),
            in_change: evidence.in_change(finding),
            cvss: amount(cvss, is_component),
            epss: match detail.epss.filter(|_| detail.epss_is_least) {
                Some(least) => Amount::AtLeast(least.0),
                None => amount(detail.epss.map(|epss| epss.0), could_be_listed),
            },
            ssvc: detail.ssvc.or_else(|| could_be_listed.then(Ssvc::default)),
            classes,
            every,
        }
    }

    fn classes_of(&mut self, finding: &Finding) -> ([Class; SUBJECTS], [Class; SUBJECTS]) {
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
    /// A finding of which nothing is known but what it is.
    pub(super) fn unknown(category: Category, severity: Severity) -> Self {
        let is_component = matches!(category, Category::Sca | Category::Malware);
        let unless = |applies: bool| if applies { Truth::Unknown } else { Truth::False };
        let amount = if is_component { Amount::Unknown } else { Amount::None };
        Self {
            category,
            severity,
            suppressed: Suppression::None,
            newness: Newness::New,
            kev: unless(is_component),
            fix_available: unless(is_component),
            direct: unless(is_component),
            dev_dependency: unless(is_component),
            reachable: unless(is_component),
            verified: unless(category == Category::Secret),
            in_change: Truth::Unknown,
            overdue: [Truth::Unknown; 5],
            older_than: None,
            cvss: amount,
            epss: amount,
            ssvc: is_component.then(Ssvc::default),
            classes: [Class::UNKNOWN; SUBJECTS],
            every: [Class::UNKNOWN; SUBJECTS],
        }
    }

    /// The same finding, were it in one file only, of this class.
    pub(super) fn at(self, path: Class) -> Self {
        self.with(Subject::Path, (path, path))
    }

    /// The same finding, were it new; `None` where it is.
    pub(super) fn as_new(self) -> Option<Self> {
        (self.newness != Newness::New).then_some(Self { newness: Newness::New, ..self })
    }

    /// The same finding with its owners.
    pub(super) fn owned(self, owners: (Class, Class)) -> Self {
        self.with(Subject::Owner, owners)
    }

    fn with(mut self, subject: Subject, (one, each): (Class, Class)) -> Self {
        self.classes.get_mut(subject as usize).into_iter().for_each(|slot| *slot = one);
        self.every.get_mut(subject as usize).into_iter().for_each(|slot| *slot = each);
        self
    }

    /// Whether a condition on the facts themselves holds, were the finding of this severity.
    fn hold(&self, condition: &Condition, severity: Severity) -> Truth {
        match condition {
            Condition::Category(list) => list.contains(&self.category).into(),
            Condition::Severity(list) => list.contains(&severity).into(),
            Condition::Suppressed(list) => list.contains(&self.suppressed).into(),
            Condition::State(list) => list.contains(&self.newness).into(),
            Condition::Cvss(from, to) => self.cvss.within(u32::from(*from), u32::from(*to)),
            Condition::Epss(least) => self.epss.within(*least, u32::MAX),
            Condition::Kev(wanted) => self.kev.is(*wanted),
            Condition::FixAvailable(wanted) => self.fix_available.is(*wanted),
            Condition::Direct(wanted) => self.direct.is(*wanted),
            Condition::DevDependency(wanted) => self.dev_dependency.is(*wanted),
            Condition::Reachable(wanted) => self.reachable.is(*wanted),
            Condition::Verified(wanted) => self.verified.is(*wanted),
            Condition::InChange(wanted) => self.in_change.is(*wanted),
            Condition::Overdue(wanted) => self.overdue(severity).is(*wanted),
            Condition::Ssvc(range) => self.ssvc.map_or(Truth::False, |points| within(points, range)),
            // The others are other tests.
            Condition::All(_)
            | Condition::Any(_)
            | Condition::Not(_)
            | Condition::Tool(_)
            | Condition::RuleId(_)
            | Condition::Message(_)
            | Condition::Cwe(_)
            | Condition::Vulnerability(_)
            | Condition::Package(_)
            | Condition::Ecosystem(_)
            | Condition::Path(_)
            | Condition::License(_)
            | Condition::Exposure(_)
            | Condition::Stage(_)
            | Condition::Branch(_)
            | Condition::Age(_)
            | Condition::Owner(_)
            | Condition::Tag(_) => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;

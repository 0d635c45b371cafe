//! The conditions of rules as tests on facts.

use super::points::within;
use super::{Facted, Facts};
use crate::decide::asked::{Asked, Class, SUBJECTS, Subject};
use crate::decide::truth::Truth;
use crate::model::policy::{Condition, Exposure};
use crate::model::severity::Severity;

/// How much of a finding must meet a question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::decide) enum Meets {
    /// One of its texts: a rule that asks for a path is about the finding in that file.
    One,
    /// One of them, and all where the question is turned: a finding in two files is not simply outside one of them.
    Turned,
    /// Each of them: what lowers a severity is about all of the finding.
    Each,
}

impl Meets {
    /// The same for what stands in a `not`.
    pub(super) const fn turned(self) -> Self {
        match self {
            Self::One => Self::Turned,
            Self::Turned => Self::One,
            Self::Each => Self::Each,
        }
    }
}

/// A condition, its texts replaced by the numbers of their questions.
pub(in crate::decide) enum Test<'p> {
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

impl<'a> Facted<'a> {
    /// A condition as a test. All are made before any fact is.
    pub(in crate::decide) fn test(&mut self, condition: &'a Condition) -> Test<'a> {
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

    /// All tests are made.
    pub(in crate::decide) fn finish(&mut self) {
        self.asked.iter_mut().for_each(Asked::finish);
        self.ages.sort_unstable();
        self.ages.dedup();
    }

    /// Whether a test holds, with another severity than the facts have.
    pub(in crate::decide) fn holds(&self, test: &Test<'_>, facts: &Facts, severity: Severity, meets: Meets) -> Truth {
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
}

impl Facts {
    /// Whether a condition on the facts themselves holds, were the finding of this severity.
    pub(super) fn hold(&self, condition: &Condition, severity: Severity) -> Truth {
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

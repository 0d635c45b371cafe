//! Owners of findings made by hand.

use super::*;
use crate::base::address::Address;
use crate::base::pattern::Glob;
use crate::decide::matching::{Judge, Judged, judge};
use crate::decide::sample;
use crate::model::finding::{Detail, Package, Rule as Check, RuleId};
use crate::model::identity::Category;
use crate::model::location::Location;
use crate::model::policy::sample::place;
use crate::model::policy::{Condition, Ownership};
use crate::model::raw::DetailId;
use crate::model::report::Subject;
use crate::model::severity::Severity;

/// A finding, and what CODEOWNERS says of every file.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) category: Category,
    pub(super) check: &'static str,
    pub(super) paths: Vec<&'static str>,
    pub(super) package: Option<&'static str>,
    pub(super) of_files: Vec<(&'static str, Vec<&'static str>)>,
}

impl Told {
    fn code(paths: &[&'static str]) -> Self {
        Self { category: Category::Sast, check: "xss", paths: paths.to_vec(), package: None, of_files: Vec::new() }
    }
}

/// A row of `ownership`.
pub(super) fn row(owner: &str, matches: Condition) -> Ownership {
    let accountable = Address::parse("maria@acme.example").unwrap();
    Ownership { place: place(5), matches, owner: owner.to_owned(), accountable, contact: None, escalate_to: Vec::new(), route: None }
}

fn of_paths(owner: &str, globs: &[&str]) -> Ownership {
    row(owner, Condition::Path(globs.iter().map(|glob| Glob::parse(glob).unwrap()).collect()))
}

/// The findings as evidence; the first says what CODEOWNERS does.
pub(super) fn evidence(all: &[Told]) -> Evidence {
    let mut evidence = Evidence::default();
    sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast);
    for (path, owners) in all.first().map_or(&[][..], |told| told.of_files.as_slice()) {
        let path = evidence.texts.intern(path);
        let number = u32::try_from(evidence.file_owners.lists.len()).unwrap();
        let mut list: Vec<String> = Vec::new();
        for owner in owners {
            if !list.iter().any(|known| known == owner) {
                list.push((*owner).to_owned());
            }
        }
        evidence.file_owners.lists.push(list);
        evidence.file_owners.of.set(path, number);
    }
    for (n, told) in all.iter().enumerate() {
        sample::finding(&mut evidence, told.category, Some(Severity::High), u8::try_from(n).unwrap());
        let (tool, rule_id) = (evidence.texts.intern("semgrep"), Some(evidence.texts.intern(told.check)));
        evidence.rules.push(Check { tool, rule_id, title: None });
        let package = told.package.map(|purl| {
            let component = evidence.texts.intern(purl);
            Package { purl: None, component, ecosystem: None, name: component, is_os: false }
        });
        evidence.details.push(Detail { package, ..Detail::default() });
        let paths: Vec<Location> =
            told.paths.iter().map(|path| Location { path: Some(evidence.texts.intern(path)), ..Location::default() }).collect();
        let finding = evidence.findings.get_mut(n).unwrap();
        finding.rule = RuleId(u32::try_from(n).unwrap());
        finding.locations = evidence.locations.add(paths);
        finding.detail = Some(DetailId::at(n));
    }
    evidence
}

fn policy(rows: Vec<Ownership>, codeowners: bool, rules: Vec<crate::model::policy::Rule>) -> Policy {
    Policy { ownership: rows, codeowners: codeowners.then(|| place(4)), ..sample::policy(rules, Vec::new()) }
}

/// The owners of each finding; `None` where nothing says who owns what.
pub(super) fn owned(evidence: &Evidence, rows: Vec<Ownership>, codeowners: bool) -> Option<Vec<Vec<String>>> {
    let Judged { decisions, owners, .. } =
        judge(evidence, &policy(rows, codeowners, Vec::new()), &sample::run(&Subject::default()), &crate::decide::Matched::default());
    let names = |group| owners.group(group).map(|owner| owner.name.clone()).collect();
    decisions.iter().map(|decision| decision.owners.map(names)).collect()
}

/// Of each finding whether a rule fires that asks for an owner, and one that asks for another.
pub(super) fn named(evidence: &Evidence, rows: Vec<Ownership>, codeowners: bool, glob: &Glob) -> Vec<(bool, bool)> {
    let asks = Condition::Owner(vec![glob.clone()]);
    let rules =
        vec![sample::rule("own", asks.clone(), Action::Block), sample::rule("other", Condition::Not(Box::new(asks)), Action::Block)];
    let Judged { decisions, fired, .. } =
        judge(evidence, &policy(rows, codeowners, rules), &sample::run(&Subject::default()), &crate::decide::Matched::default());
    let fires = |decision: &Decision, rule| fired.get(decision.fired).contains(&rule);
    decisions.iter().map(|decision| (fires(decision, 0), fires(decision, 1))).collect()
}

#[test]
fn a_finding_in_several_files_has_the_owners_of_all_and_the_first_of_them_first() {
    let told =
        Told { of_files: vec![("lib/x", vec!["@lib"]), ("src/a", vec!["@src"])], ..Told::code(&["docs/a", "src/a", "lib/x", "src/b"]) };
    let evidence = evidence(&[told, Told::code(&[])]);
    let rows = || vec![of_paths("pay", &["src/**"]), of_paths("late", &["src/a", "docs/x"])];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(owned(&evidence, rows(), true), Some(vec![names(&["pay", "@lib"]), names(&[])]));
    assert_eq!(owned(&evidence, rows(), false), Some(vec![names(&["pay"]), names(&[])]));
    assert_eq!(owned(&evidence, Vec::new(), true), Some(vec![names(&["@src", "@lib"]), names(&[])]));
    assert_eq!(owned(&evidence, Vec::new(), false), None);
}

#[test]
fn all_owners_of_a_finding_are_told_to_who_asks_why_a_rule_fires() {
    let evidence = evidence(&[Told::code(&["src/a", "lib/x"]), Told::code(&["docs/a"])]);
    let rules = vec![sample::rule("own", Condition::Owner(Vec::new()), Action::Block)];
    let policy = policy(vec![of_paths("pay", &["src/**"]), of_paths("web", &["lib/**"])], false, rules);
    let subject = Subject::default();
    let run = sample::run(&subject);
    let mut judge = Judge::new(&evidence, &policy, &run);
    let mut told = |place: u32| {
        let tried = judge.tried(&policy, place, evidence.findings.get(place as usize).unwrap());
        tried.rules.into_iter().filter_map(|tried| tried.when.fact).collect::<Vec<_>>()
    };
    assert_eq!((told(0), told(1)), (vec!["pay, web".to_owned()], vec!["nobody owns it".to_owned()]));
}

#[test]
fn places_that_nobody_owns_are_told_by_folder() {
    let told = |paths: &[&'static str]| {
        let all: Vec<Told> = paths.iter().map(|path| Told::code(&[path])).collect();
        let evidence = evidence(&all);
        let mut policy =
            policy(vec![of_paths("pay", &["src/pay/**"])], false, vec![sample::rule("all", Condition::All(Vec::new()), Action::Ticket)]);
        let judged = judge(&evidence, &policy, &sample::run(&Subject::default()), &crate::decide::Matched::default());
        let problems = unowned(&evidence, &policy, &judged.decisions);
        policy.rules.clear();
        let passing = judge(&evidence, &policy, &sample::run(&Subject::default()), &crate::decide::Matched::default());
        assert_eq!(unowned(&evidence, &policy, &passing.decisions).len(), 0);
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let line = |what: &str| format!("p.yaml:5:1: nobody owns {what}; add a row to `ownership`, or a line to CODEOWNERS");
    assert_eq!(told(&["src/pay/a"]), [""; 0]);
    assert_eq!(told(&["a", "src/x/a", "src/x/b", "src/pay/a"]), [line("1 blocker or ticket"), line("2 blockers and tickets in `src/x/`")]);
    let many: Vec<&'static str> = (0..30).map(|n| &*Box::leak(format!("src/{n}/a").into_boxed_str())).collect();
    assert_eq!(told(&many), [line("30 blockers and tickets in `src/`")]);
    let roots: Vec<&'static str> = (0..30).map(|n| &*Box::leak(format!("{n}/a").into_boxed_str())).collect();
    assert_eq!(told(&roots), [line("30 blockers and tickets")]);
}

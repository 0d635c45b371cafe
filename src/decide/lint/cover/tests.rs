//! What is proved of conditions and rules made by hand.

use Condition::{All, Any};
use jiff::civil::date;

use super::*;
use crate::decide::exceptions::sample::globs;
use crate::decide::sample;
use crate::model::exception::ExceptionType::{FalsePositive, Rotated};
use crate::model::policy::{Action, Exposure};

fn category(list: &[Category]) -> Condition {
    Condition::Category(list.to_vec())
}

fn severity(list: &[Severity]) -> Condition {
    Condition::Severity(list.to_vec())
}

fn path(list: &[&str]) -> Condition {
    Condition::Path(globs(list))
}

fn not(part: Condition) -> Condition {
    Condition::Not(Box::new(part))
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_condition_implies_what_asks_for_no_less() {
    let (a, b, c) = (|| path(&["a"]), || path(&["b"]), || path(&["c"]));
    let sast = || category(&[Category::Sast]);
    let but = |list: &[Category]| not(category(list));
    let others: Vec<Category> = Category::ALL.into_iter().filter(|one| *one != Category::Sast).collect();
    let (upper, lower) = (&Severity::ALL[..3], &Severity::ALL[1..]);
    for (one, other, forth, back) in [
        // Lists.
        (Condition::Tool(words(&["x"])), Condition::Tool(words(&["x", "y"])), true, false),
        (Condition::Tag(words(&["x"])), Condition::Tool(words(&["x"])), false, false),
        (Condition::Cwe(vec![79]), Condition::Cwe(vec![79, 89]), true, false),
        (Condition::Exposure(vec![Exposure::Public]), Condition::Exposure(Exposure::ALL.to_vec()), true, false),
        (path(&["a/b"]), path(&["a/*", "c"]), true, false),
        (path(&["a/*"]), path(&["c", "a/*"]), true, false),
        (path(&["a/*"]), path(&["a/**"]), false, false),
        (Condition::Cvss(70, 89), Condition::Cvss(40, 100), true, false),
        (Condition::Cvss(70, 100), Condition::Cvss(40, 89), false, false),
        (Condition::Epss(500_000), Condition::Epss(100_000), true, false),
        (Condition::Age(48), Condition::Age(24), true, false),
        // What a finding has one of.
        (sast(), category(&[Category::Sca, Category::Sast]), true, false),
        (sast(), severity(&[Severity::High]), false, false),
        (sast(), but(&[Category::Sca]), true, false),
        (sast(), but(&[Category::Sast]), false, false),
        (but(&others), sast(), true, true),
        (but(&[Category::Sca, Category::Sast]), but(&[Category::Sca]), true, false),
        (All(vec![severity(upper), severity(lower)]), severity(&[Severity::High, Severity::Medium]), true, true),
        (All(vec![severity(upper), a()]), severity(upper), true, false),
        // What holds of every finding.
        (a(), All(Vec::new()), true, false),
        (a(), severity(&Severity::ALL), true, false),
        (a(), Any(vec![b(), severity(&Severity::ALL)]), true, false),
        (a(), All(vec![severity(&Severity::ALL), not(category(&[]))]), true, false),
        // Parts.
        (All(vec![a(), b()]), a(), true, false),
        (All(vec![a(), b(), c()]), All(vec![c(), a()]), true, false),
        (a(), Any(vec![b(), a()]), true, false),
        (Any(vec![a(), b()]), Any(vec![c(), b(), a()]), true, false),
        (not(Any(vec![a(), b()])), not(a()), true, false),
        (not(a()), not(All(vec![a(), b()])), true, false),
        (not(a()), a(), false, false),
        (a(), b(), false, false),
    ] {
        let proved = (Prover::new().implies(&one, &other), Prover::new().implies(&other, &one));
        assert_eq!(proved, (forth, back), "{one:?} {other:?}");
    }
}

#[test]
fn without_fuel_nothing_is_proved() {
    let mut prover = Prover { fuel: 2 };
    let all = || All(Vec::new());
    assert_eq!([prover.implies(&all(), &all()), prover.implies(&all(), &all()), prover.implies(&all(), &all())], [true, true, false]);
}

#[test]
fn a_rule_is_no_more_waivable_if_all_that_may_lower_it_may_lower_the_other() {
    let only = |types: &[_], vex| Waivable::Only { types: types.to_vec(), vex };
    for (rule, other, is_no_more) in [
        (Waivable::Never, Waivable::Never, true),
        (Waivable::Never, only(&[], false), true),
        (Waivable::Any, Waivable::Any, true),
        (only(&[Rotated], true), Waivable::Any, true),
        (only(&[Rotated], false), only(&[FalsePositive, Rotated], false), true),
        (only(&[Rotated], false), only(&[Rotated], true), true),
        (only(&[Rotated], true), only(&[Rotated], true), true),
        (only(&[Rotated], true), only(&[Rotated], false), false),
        (only(&[FalsePositive, Rotated], false), only(&[Rotated], false), false),
        (only(&[Rotated], false), Waivable::Never, false),
        (Waivable::Any, only(&[Rotated], true), false),
        (Waivable::Any, Waivable::Never, false),
    ] {
        assert_eq!(no_more_waivable(&rule, &other), is_no_more, "{rule:?} {other:?}");
    }
}

/// The rules that are told to be covered.
fn told(rules: Vec<Rule>) -> Vec<String> {
    let problems = covered(&sample::policy(rules, Vec::new()), &[]);
    problems.iter().map(|problem| problem.message.split('`').nth(1).unwrap_or_default().to_owned()).collect()
}

/// One rule of high severity in a file, and one of any grave severity.
fn two() -> [Rule; 2] {
    let narrow = All(vec![severity(&[Severity::High]), path(&["a"])]);
    let wide = severity(&[Severity::Critical, Severity::High]);
    [sample::rule("narrow", narrow, Action::Block), sample::rule("wide", wide, Action::Block)]
}

#[test]
fn a_rule_covers_another_one_only_from_its_own_day_on() {
    let days = [date(2026, 8, 1), date(2026, 8, 2)];
    let of = |of_narrow, of_wide| {
        let [narrow, wide] = two();
        told(vec![Rule { effective_on: of_narrow, ..narrow }, Rule { effective_on: of_wide, ..wide }])
    };
    assert_eq!(of(Some(days[0]), Some(days[0])), ["narrow"]);
    assert_eq!(of(Some(days[1]), Some(days[0])), ["narrow"]);
    assert_eq!(of(Some(days[0]), None), ["narrow"]);
    assert_eq!(of(Some(days[0]), Some(days[1])), [""; 0]);
}

#[test]
fn what_is_skipped_where_unknown_covers_what_is_too_or_what_is_never_unknown() {
    let of = |when: Condition, fires_on_unknown| {
        let [narrow, wide] = two();
        told(vec![Rule { when, fires_on_unknown, ..narrow }, Rule { fires_on_unknown: false, ..wide }])
    };
    let with = |part| All(vec![severity(&[Severity::High]), part]);
    assert_eq!(of(with(path(&["a"])), true), [""; 0]);
    assert_eq!(of(with(path(&["a"])), false), ["narrow"]);
    let known = Any(vec![not(category(&[Category::Sca])), Condition::Exposure(vec![Exposure::Public])]);
    assert_eq!(of(with(known), true), ["narrow"]);
}

#[test]
fn of_rules_that_fire_together_the_milder_is_told_and_of_the_same_the_later() {
    let same = |id: &str| sample::rule(id, severity(&[Severity::High]), Action::Block);
    let firm = || Rule { waivable: Waivable::Never, ..same("firm") };
    assert_eq!(told(vec![same("first"), same("second")]), ["second"]);
    assert_eq!(told(vec![Rule { action: Action::Ticket, ..same("mild") }, same("strict")]), ["mild"]);
    assert_eq!(told(vec![same("waivable"), firm()]), ["waivable"]);
    assert_eq!(told(vec![firm(), same("waivable")]), ["waivable"]);
}

#[test]
fn what_a_layer_stands_on_may_be_covered_by_it() {
    let in_layer = |rule: Rule| Rule { place: crate::model::policy::Place { file: 1, ..rule.place }, ..rule };
    let [narrow, wide] = two();
    assert_eq!(told(vec![narrow.clone(), in_layer(wide.clone())]), [""; 0]);
    assert_eq!(told(vec![wide, in_layer(narrow)]), ["narrow"], "the layer adds nothing");
}

#[test]
fn a_mild_rule_of_a_layer_covers_none_that_takes_the_place_of_the_default() {
    let covers = |(wide_at, narrow_at), default_over, default_action| {
        let policy = Policy { default_action, default_over, ..sample::policy(Vec::new(), Vec::new()) };
        let [narrow, wide] = two().map(|rule| Rule { action: Action::Ticket, ..rule });
        Prover::new().covers(&policy, (wide_at, &wide), (narrow_at, &narrow))
    };
    assert!(!covers((1, 0), 1, Action::Block), "without the narrow one the default would count");
    assert!(covers((0, 1), 1, Action::Block));
    assert!(covers((0, 1), 2, Action::Block), "neither is of a layer");
    assert!(covers((2, 1), 1, Action::Block), "both are");
    assert!(covers((1, 0), 1, Action::Ticket), "the default is no stricter");
}

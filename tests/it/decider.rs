//! A second decider, written from the semantics alone, agrees with relgate on worlds made by chance.
//!
//! A world is a few documents: layers of a policy, exceptions, VEX, reports, and what is known of the run. [`real`] writes them as files and
//! runs the whole pipeline; [`naive`] reads the same documents and looks at everything for everything. What they differ in is shrunk
//! and shown. `PROPTEST_CASES` is how many findings are judged.

#[cfg(test)]
mod layers;
mod naive;
mod real;
mod shrink;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use real::Relgate;
use serde_json::Value;
pub(crate) use world::{ground, world};

#[cfg(test)]
use crate::dice::Dice;

/// Where something was seen: a document, and a place in its list.
type Place = (usize, usize);

/// What relgate calls a finding. How it comes to that is not asked here.
struct Identity {
    id: String,
    keys: Vec<String>,
}

/// What relgate says of a world.
struct Said {
    answer: Answer,
    identities: BTreeMap<Place, Identity>,
    /// Why exceptions do not hold.
    missed: Vec<String>,
}

/// What is decided about a world.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    verdict: &'static str,
    exit_code: u8,
    findings: BTreeMap<BTreeSet<Place>, Told>,
    /// How much each budget counts, and whether that is too much.
    budgets: BTreeMap<String, (usize, bool)>,
    /// What each exception came to.
    fates: BTreeMap<String, &'static str>,
}

/// What is decided about a finding.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    action: &'static str,
    without_exceptions: &'static str,
    severity: &'static str,
    fired: BTreeSet<String>,
    later: BTreeSet<String>,
    applied: BTreeSet<String>,
    /// Whether VEX says that it does no harm.
    is_excused: bool,
    /// `None` where nothing says who owns what.
    owners: Option<Vec<String>>,
    due: Option<String>,
    overdue: Option<bool>,
}

/// The cases that are wanted, or a few.
#[cfg(test)]
fn wanted(few: usize) -> usize {
    std::env::var("PROPTEST_CASES").map_or(few, |cases| cases.parse().unwrap())
}

/// Both answers where they differ.
fn difference(relgate: &Relgate, world: &Value) -> Option<String> {
    match relgate.answer(world) {
        Err(refused) => Some(format!("relgate refuses it: {refused}")),
        Ok(said) => {
            let naive = naive::answer(world, &said);
            (naive != said.answer).then(|| format!("{}\nnear misses by relgate: {:#?}", told(&naive, &said.answer), said.missed))
        }
    }
}

/// Holds that both answers to a world are the same; false where relgate refuses it, and rightly.
pub(crate) fn agree(relgate: &Relgate, world: Value) -> bool {
    let Some(first) = difference(relgate, &world) else { return true };
    let is_refused = |told: &str| told.starts_with("relgate refuses");
    // A layer that makes findings worse over what would let the worse go is rightly refused.
    if is_refused(&first) && first.contains("may let go") {
        return false;
    }
    let still = |world: &Value| difference(relgate, world).filter(|told| is_refused(told) == is_refused(&first));
    let (world, told) = shrink::shrink(world, first.clone(), still);
    panic!("{world:#}\n{told}");
}

/// The lines in which two answers differ.
fn told(naive: &Answer, real: &Answer) -> String {
    let lines = |answer: &Answer| {
        let findings = answer.findings.iter().map(|(places, told)| format!("{places:?}: {told:?}"));
        let fates = answer.fates.iter().map(|(id, fate)| format!("{id}: {fate}"));
        let budgets = answer.budgets.iter().map(|(id, spent)| format!("{id}: {spent:?}"));
        findings.chain(fates).chain(budgets).chain([format!("{} {}", answer.verdict, answer.exit_code)]).collect::<BTreeSet<_>>()
    };
    let (naive, real) = (lines(naive), lines(real));
    let only = |of: &BTreeSet<String>, not: &BTreeSet<String>| {
        let lines: Vec<String> = of.difference(not).map(|line| format!("  {line}")).collect();
        lines.join(
            "
",
        )
    };
    format!("by the semantics:\n{}\nby relgate:\n{}", only(&naive, &real), only(&real, &naive))
}

#[test]
fn a_brute_force_decider_agrees() {
    let (wanted, relgate) = (wanted(2_000), Relgate::new());
    let (mut judged, mut refused, mut seed) = (0, 0, 0);
    while judged < wanted {
        let dice = &mut Dice::new(seed);
        if agree(&relgate, world(&relgate, ground(dice), dice, 40)) {
            judged += 40;
        } else {
            refused += 1;
        }
        seed += 1;
    }
    assert!(refused < seed / 2, "{refused} of {seed} worlds are refused");
}

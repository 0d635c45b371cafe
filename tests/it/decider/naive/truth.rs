//! What a condition comes to: true, false, or `None` where it cannot be known.

use serde_json::Value;

use super::pattern::{expression, glob};
use super::{About, hours, list, rank};
use crate::decider::world::SEVERITIES;

/// A `when`, all of whose keys must hold. Under `not` (`negated`) it is unknown whether what only some of a finding meets holds.
pub(super) fn holds(when: &Value, about: &About<'_>, negated: bool) -> Option<bool> {
    let each = |parts: &Value| list(parts).iter().map(|part| holds(part, about, negated)).collect::<Vec<_>>();
    let keys = when.as_object().unwrap().iter().map(|(key, wanted)| match key.as_str() {
        "all" => and(&each(wanted)),
        "any" => or(&each(wanted)),
        "not" => holds(wanted, about, !negated).map(|holds| !holds),
        key => predicate(key, wanted, about, negated),
    });
    and(&keys.collect::<Vec<_>>())
}

fn and(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(false)) { Some(false) } else { parts.iter().all(|part| *part == Some(true)).then_some(true) }
}

fn or(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(true)) { Some(true) } else { parts.iter().all(|part| *part == Some(false)).then_some(false) }
}

/// Whether a severity lies in a range.
pub(super) fn is_within(wanted: &Value, severity: usize) -> bool {
    let word = |key: &str| wanted.get(key).map(|word| rank(&SEVERITIES, word));
    word("at_least").is_none_or(|least| severity >= least)
        && word("at_most").is_none_or(|most| severity <= most)
        && wanted.get("in").is_none_or(|words| list(words).iter().any(|word| rank(&SEVERITIES, word) == severity))
}

fn predicate(key: &str, wanted: &Value, about: &About<'_>, negated: bool) -> Option<bool> {
    let (finding, run) = (about.finding, about.run);
    let one_of = |value: &str| list(wanted).iter().any(|word| word == value);
    let globbed = |value: &str| list(wanted).iter().any(|pattern| glob(pattern.as_str().unwrap(), value));
    // What does not apply is not so: of code it is known that no upgrade mends it.
    let is = |applies: bool, fact: Option<bool>| if applies { fact } else { Some(false) }.map(|fact| *wanted == fact);
    let fact = |key: &str| run.facts[key].as_str();
    match key {
        "severity" => Some(is_within(wanted, about.severity)),
        "overdue" => run.due(finding, about.severity, about.grace).1.map(|overdue| *wanted == overdue),
        "age" => run.is_older(finding, hours(&wanted["older_than"])),
        "category" => Some(one_of(finding.category)),
        "tool" => some_of(finding.tools.iter().map(|tool| one_of(tool)), negated),
        "rule_id" => finding.rule_id.map(globbed).or((!finding.ids.is_empty()).then_some(false)),
        "message" => finding.message.map(|message| expression(wanted.as_str().unwrap(), message)),
        "cwe" if finding.cwes.is_empty() => None,
        "cwe" => Some(finding.cwes.iter().any(|cwe| list(wanted).iter().any(|w| *w == *cwe || *w == format!("CWE-{cwe}")))),
        "vulnerability" if finding.ids.is_empty() => (!finding.is_vulnerable()).then_some(false),
        "vulnerability" => {
            let met = finding.ids.iter().any(|id| one_of(id));
            let all = finding.cves().len() < 2 || finding.cves().iter().all(|cve| one_of(cve));
            if met && negated && !all { None } else { Some(met) }
        }
        "cvss" => match finding.score {
            Some(score) => Some(
                wanted["at_least"].as_f64().is_none_or(|least| score >= least)
                    && wanted["at_most"].as_f64().is_none_or(|most| score <= most),
            ),
            None => (!finding.is_vulnerable()).then_some(false),
        },
        "kev" => run.kev(finding).map(|exploited| *wanted == exploited),
        "epss" => run.epss(finding, wanted["at_least"].as_f64().unwrap()),
        "ssvc" => run.ssvc(finding, wanted),
        "fix_available" => is(finding.is_vulnerable(), finding.is_fixed.then_some(true)),
        "direct" => is(finding.is_component(), None),
        "dev_dependency" => is(finding.is_component(), finding.dev),
        "reachable" => is(finding.is_vulnerable() || finding.reachable.is_some(), finding.reachable),
        "verified" => is(finding.category == "secret", None),
        "package" | "ecosystem" if finding.package.is_none() => (!finding.is_component()).then_some(false),
        "package" => {
            let (bare, versioned) = finding.purls();
            if globbed(&bare) { Some(true) } else { some_of(versioned.iter().map(|purl| globbed(purl)), negated) }
        }
        "ecosystem" => finding.package.map(|(ecosystem, _)| one_of(ecosystem)),
        "path" => finding.path.map(globbed),
        "state" => Some(one_of(if finding.is_adopted { "existing" } else { "new" })),
        "suppressed" => Some(one_of(finding.suppressed)),
        "license" => Some(finding.category == "license" && finding.rule_id.is_some_and(one_of)),
        "exposure" => {
            let told = run.policy.says("/context/exposure").and_then(Value::as_str);
            Some(one_of(if told == Some("internal") { "internal" } else { "public" }))
        }
        "stage" => fact("stage").map(one_of),
        "branch" => fact("branch").map(globbed),
        "owner" => match run.owners(finding)?.as_slice() {
            [] => Some(false),
            owners => some_of(owners.iter().map(|owner| globbed(owner)), negated),
        },
        "in_change" => run.touches(finding.path?).map(|touches| *wanted == touches),
        _ => panic!("no predicate {key}"),
    }
}

/// Whether some of several meet it.
fn some_of(meets: impl Iterator<Item = bool> + Clone, negated: bool) -> Option<bool> {
    let some = meets.clone().any(|meets| meets);
    if some && negated && !meets.into_iter().all(|meets| meets) { None } else { Some(some) }
}

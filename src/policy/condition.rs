//! `when`: predicates over the facts of a finding and of the run.

use crate::base::pattern::Glob;
use crate::base::yaml::{Key, Kind, Node};
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::policy::{Condition, Exposure, Newness, SsvcRange};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;
use crate::policy::reader::{Keys, Reader};

const PREDICATES: Keys = Keys {
    of: "a condition",
    required: &[],
    optional: &[
        "category",
        "severity",
        "suppressed",
        "state",
        "tool",
        "rule_id",
        "message",
        "cwe",
        "vulnerability",
        "cvss",
        "kev",
        "epss",
        "fix_available",
        "direct",
        "dev_dependency",
        "reachable",
        "verified",
        "package",
        "ecosystem",
        "path",
        "license",
        "exposure",
        "stage",
        "branch",
        "in_change",
        "overdue",
        "age",
        "ssvc",
        "owner",
        "tag",
        "any",
        "all",
        "not",
    ],
};

/// What says who must fix a finding may ask what it is and where, and nothing about the run, the day, or what was decided.
const OWNERSHIP: Keys = Keys {
    of: "the match of a row of `ownership`",
    required: &[],
    optional: &["path", "package", "ecosystem", "category", "tool", "rule_id", "tag", "any", "all", "not"],
};

const SEVERITIES: Keys = Keys { of: "a severity range", required: &[], optional: &["at_least", "at_most", "in"] };

const SCORES: Keys = Keys { of: "a range of scores", required: &[], optional: &["at_least", "at_most"] };

const SSVC: Keys =
    Keys { of: "a range of SSVC decision points", required: &[], optional: &["exploitation", "automatable", "technical_impact"] };

const AGES: Keys = Keys { of: "a range of ages", required: &["older_than"], optional: &[] };

const PROBABILITIES: Keys = Keys { of: "a range of probabilities", required: &["at_least"], optional: &[] };

/// How deep conditions may nest, the outermost counted.
const MAX_DEPTH: u32 = 8;

/// The condition of a rule.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Condition> {
    all_of(reader, node, &PREDICATES, 1)
}

/// The condition of a row of `ownership`.
pub(super) fn of_row(reader: &mut Reader, node: &Node) -> Option<Condition> {
    all_of(reader, node, &OWNERSHIP, 1)
}

/// A map of predicates, every one of which must hold.
fn all_of(reader: &mut Reader, node: &Node, keys: &'static Keys, depth: u32) -> Option<Condition> {
    if depth > MAX_DEPTH {
        let message = format!("conditions nest deeper than {MAX_DEPTH}");
        reader.wrong("config-value", node.position(), message, "split the rule");
        return None;
    }
    let fields = reader.map(node, keys)?;
    let all: Vec<Option<Condition>> = fields.iter().map(|(key, value)| predicate(reader, key, value, keys, depth)).collect();
    let mut all = all.into_iter().collect::<Option<Vec<_>>>()?;
    if all.len() == 1 { all.pop() } else { Some(Condition::All(all)) }
}

fn predicate(reader: &mut Reader, key: &Key, node: &Node, keys: &'static Keys, depth: u32) -> Option<Condition> {
    let name = key.text.as_str();
    match name {
        "category" => reader.words(node, name, &Category::ALL, Category::word).map(Condition::Category),
        "severity" => severities(reader, node).map(Condition::Severity),
        "suppressed" => {
            let all = [Suppression::None, Suppression::InSource, Suppression::External];
            reader.words(node, name, &all, Suppression::word).map(Condition::Suppressed)
        }
        "state" => reader.words(node, name, &Newness::ALL, Newness::word).map(Condition::State),
        "tool" => reader.each(node, name, |reader, item| reader.tool(item, name)).map(Condition::Tool),
        "rule_id" => reader.globs(node, name).map(Condition::RuleId),
        "message" => reader.pattern(node, name).map(Condition::Message),
        "cwe" => reader.each(node, name, cwe).map(Condition::Cwe),
        "vulnerability" => reader.texts(node, name).map(Condition::Vulnerability),
        "cvss" => cvss(reader, node),
        "kev" => reader.flag(node, name).map(Condition::Kev),
        "epss" => epss(reader, node),
        "fix_available" => reader.flag(node, name).map(Condition::FixAvailable),
        "direct" => reader.flag(node, name).map(Condition::Direct),
        "dev_dependency" => reader.flag(node, name).map(Condition::DevDependency),
        "reachable" => reader.flag(node, name).map(Condition::Reachable),
        "verified" => reader.flag(node, name).map(Condition::Verified),
        "package" => reader.each(node, name, package).map(Condition::Package),
        "ecosystem" => reader.texts(node, name).map(Condition::Ecosystem),
        "path" => reader.each(node, name, |reader, item| reader.path_glob(item, name)).map(Condition::Path),
        "license" => reader.each(node, name, license).map(Condition::License),
        "exposure" => reader.words(node, name, &Exposure::ALL, Exposure::word).map(Condition::Exposure),
        "stage" => reader.each(node, name, |reader, stage| reader.id(stage, name)).map(Condition::Stage),
        "branch" => reader.globs(node, name).map(Condition::Branch),
        "in_change" => reader.flag(node, name).map(Condition::InChange),
        "overdue" => reader.flag(node, name).map(Condition::Overdue),
        "age" => age(reader, node),
        "ssvc" => ssvc(reader, node),
        "owner" => reader.globs(node, name).map(Condition::Owner),
        "tag" => reader.texts(node, name).map(Condition::Tag),
        "any" => reader.each(node, name, |reader, n| all_of(reader, n, keys, depth + 1)).map(Condition::Any),
        "all" => reader.each(node, name, |reader, n| all_of(reader, n, keys, depth + 1)).map(Condition::All),
        "not" => all_of(reader, node, keys, depth + 1).map(|c| Condition::Not(Box::new(c))),
        // Told with the keys of the map.
        _ => None,
    }
}

/// The severities of a range `{at_least, at_most, in}`, gravest first.
pub(super) fn severities(reader: &mut Reader, node: &Node) -> Option<Vec<Severity>> {
    let fields = reader.map(node, &SEVERITIES)?;
    let at_least = fields.read("at_least", |n| reader.word(n, "at_least", &Severity::ALL, Severity::word));
    let at_most = fields.read("at_most", |n| reader.word(n, "at_most", &Severity::ALL, Severity::word));
    let within = fields.read("in", |n| reader.words(n, "in", &Severity::ALL, Severity::word));
    let holds = |s: &Severity| {
        at_least.is_none_or(|least| *s >= least)
            && at_most.is_none_or(|most| *s <= most)
            && within.as_ref().is_none_or(|list| list.contains(s))
    };
    let range: Vec<Severity> = Severity::ALL.into_iter().filter(holds).collect();
    if range.is_empty() {
        reader.wrong("config-value", node.position(), "no severity is in this range", "widen it");
        return None;
    }
    Some(range)
}

fn cvss(reader: &mut Reader, node: &Node) -> Option<Condition> {
    let fields = reader.map(node, &SCORES)?;
    let tenths = |reader: &mut Reader, key: &str| match fields.get(key) {
        None => Some(None),
        Some(n) => reader.decimal(n, key, 10.0, "a CVSS score from 0.0 to 10.0 with one digit behind the point", 10.0).map(Some),
    };
    let (at_least, at_most) = (tenths(reader, "at_least"), tenths(reader, "at_most"));
    let (from, to) = (at_least?.unwrap_or(0), at_most?.unwrap_or(100));
    if from > to {
        reader.wrong("config-value", node.position(), "no score is in this range", "widen it");
        return None;
    }
    Some(Condition::Cvss(u16::try_from(from).ok()?, u16::try_from(to).ok()?))
}

fn epss(reader: &mut Reader, node: &Node) -> Option<Condition> {
    let fields = reader.map(node, &PROBABILITIES)?;
    fields.read("at_least", |n| reader.decimal(n, "at_least", 1.0, "a probability from 0.0 to 1.0", 1e6)).map(Condition::Epss)
}

fn ssvc(reader: &mut Reader, node: &Node) -> Option<Condition> {
    let fields = reader.map(node, &SSVC)?;
    let exploitation = fields.read("exploitation", |n| one_or_more(reader, n, "exploitation", &Exploitation::ALL, Exploitation::word));
    let automatable = fields.read("automatable", |n| automatable(reader, n));
    let impact =
        fields.read("technical_impact", |n| one_or_more(reader, n, "technical_impact", &TechnicalImpact::ALL, TechnicalImpact::word));
    Some(Condition::Ssvc(SsvcRange {
        exploitation: exploitation.unwrap_or_default(),
        automatable,
        technical_impact: impact.unwrap_or_default(),
    }))
}

/// `true` or `false`, or the word that CISA has for it.
fn automatable(reader: &mut Reader, node: &Node) -> Option<bool> {
    match &node.kind {
        Kind::Text(word) if word == "yes" => Some(true),
        Kind::Text(word) if word == "no" => Some(false),
        Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => reader.flag(node, "automatable"),
    }
}

/// A word, or a list of them.
fn one_or_more<T: Copy>(reader: &mut Reader, node: &Node, what: &str, all: &[T], word: fn(T) -> &'static str) -> Option<Vec<T>> {
    if matches!(node.kind, Kind::List(_)) {
        reader.words(node, what, all, word)
    } else {
        reader.word(node, what, all, word).map(|one| vec![one])
    }
}

fn age(reader: &mut Reader, node: &Node) -> Option<Condition> {
    let fields = reader.map(node, &AGES)?;
    fields.read("older_than", |n| reader.duration(n, "older_than")).map(Condition::Age)
}

/// `79` or `CWE-79`.
fn cwe(reader: &mut Reader, node: &Node) -> Option<u32> {
    let number = match &node.kind {
        Kind::Int(number) => u32::try_from(*number).ok(),
        Kind::Text(text) => {
            text.strip_prefix("CWE-").filter(|digits| !digits.starts_with(['0', '+'])).and_then(|digits| digits.parse().ok())
        }
        Kind::Map(_) | Kind::List(_) | Kind::Bool(_) | Kind::Null => None,
    };
    number.filter(|&number| number > 0).or_else(|| reader.not(node, "cwe", "the number of a weakness, `79` or `CWE-79`"))
}

/// A glob of package URLs.
fn package(reader: &mut Reader, node: &Node) -> Option<Glob> {
    let glob = reader.glob(node, "package")?;
    let is_purl = glob.as_str().strip_prefix("pkg:").is_some_and(|rest| rest.contains('/'));
    if is_purl { Some(glob) } else { reader.not(node, "package", "a glob of package URLs, `pkg:npm/lodash*`") }
}

/// A license of the SPDX list, or one that somebody named themselves.
fn license(reader: &mut Reader, node: &Node) -> Option<String> {
    let text = reader.text(node, "license")?;
    if spdx::license_id(&text).is_some_and(|known| known.name == text) || text.starts_with("LicenseRef-") {
        Some(text)
    } else {
        reader.not(node, "license", "an SPDX license id, `GPL-3.0-only`")
    }
}

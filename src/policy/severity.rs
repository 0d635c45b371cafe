//! `severity`: what an unrated finding counts as, and severities that the team knows better.

use crate::base::yaml::{Kind, Node};
use crate::model::policy::{Condition, Override};
use crate::model::severity::Severity;
use crate::policy::draft::{At, Draft};
use crate::policy::reader::{Keys, Reader};

const SEVERITY: Keys = Keys { of: "`severity`", required: &[], optional: &["strategy", "source_order", "unrated_as", "overrides"] };

const STRATEGY: Keys = Keys { of: "`strategy`", required: &[], optional: &["os_packages", "default"] };

const OVERRIDE: Keys = Keys {
    of: "a severity override",
    required: &["severity", "reason", "owner"],
    optional: &["tool", "rule_id", "vulnerability", "package", "path"],
};

/// Whom a rating is believed, first to last: the only order that is built.
const SOURCES: [&str; 5] = ["vendor", "ghsa", "osv", "nvd", "tool"];

/// Reads `severity` into the draft.
pub(super) fn read(reader: &mut Reader, node: &Node, draft: &mut Draft) {
    let Some(fields) = reader.map(node, &SEVERITY) else { return };
    fields.read("strategy", |n| strategy(reader, n));
    fields.read("source_order", |n| source_order(reader, n));
    let unrated = fields.get("unrated_as");
    let severity = unrated.and_then(|n| reader.word(n, "unrated_as", &Severity::ALL, Severity::word));
    draft.unrated_as = severity.zip(unrated).map(|(value, n)| At { value, place: reader.place(n) });
    draft.overrides = fields.read("overrides", |n| reader.each(n, "overrides", one_override)).unwrap_or_default();
}

/// The strategies are those that findings are rated by; another one is refused, not ignored.
fn strategy(reader: &mut Reader, node: &Node) -> Option<()> {
    let fields = reader.map(node, &STRATEGY)?;
    for (key, built) in [("os_packages", "vendor_first"), ("default", "highest")] {
        let told = fields.get(key);
        let word = told.and_then(|n| reader.word(n, key, &["vendor_first", "highest"], |word| word));
        if let Some((word, n)) = word.zip(told).filter(|(word, _)| *word != built) {
            reader.wrong(
                "config-not-supported",
                n.position(),
                format!("`{key}: {word}` is not supported yet"),
                format!("write `{built}`, or remove it"),
            );
        }
    }
    Some(())
}

fn source_order(reader: &mut Reader, node: &Node) -> Option<()> {
    let told = reader.words(node, "source_order", &SOURCES, |word| word)?;
    let twice = SOURCES.iter().find(|source| told.iter().filter(|word| word == source).count() > 1);
    if let Some(source) = twice {
        reader.wrong("config-value", node.position(), format!("`source_order` names `{source}` twice"), "keep one of them");
    } else if told != SOURCES {
        let help = format!("write `[{}]`, or remove it", SOURCES.join(", "));
        reader.wrong("config-not-supported", node.position(), "another `source_order` is not supported yet", help);
    }
    Some(())
}

fn one_override(reader: &mut Reader, node: &Node) -> Option<Override> {
    let fields = reader.map(node, &OVERRIDE)?;
    let severity = fields.read("severity", |n| reader.word(n, "severity", &Severity::ALL, Severity::word));
    let reason = fields.read("reason", |n| reader.reason(n, "reason"));
    let owner = fields.read("owner", |n| reader.address(n, "owner"));
    let tool = fields.read("tool", |n| reader.tool(n, "tool").map(|tool| Condition::Tool(vec![tool])));
    let rule = fields.read("rule_id", |n| reader.glob(n, "rule_id").map(|glob| Condition::RuleId(vec![glob])));
    let vulnerability = fields.read("vulnerability", |n| reader.text(n, "vulnerability").map(|id| Condition::Vulnerability(vec![id])));
    let package = fields.read("package", |n| reader.glob(n, "package").map(|glob| Condition::Package(vec![glob])));
    let path = fields.read("path", |n| paths(reader, n).map(Condition::Path));
    let when: Vec<Condition> = [tool, rule, vulnerability, package, path].into_iter().flatten().collect();
    if when.is_empty() && ["tool", "rule_id", "vulnerability", "package", "path"].iter().all(|key| fields.get(key).is_none()) {
        reader.wrong(
            "config-missing-key",
            node.position(),
            "a severity override names no findings",
            "add `tool`, `rule_id`, `vulnerability`, `package` or `path`",
        );
        return None;
    }
    Some(Override {
        place: reader.place(node),
        when: Condition::All(when),
        severity: severity?,
        reason: reason?,
        owner: owner?,
        only_raises: false,
    })
}

/// One glob, or a list of them.
fn paths(reader: &mut Reader, node: &Node) -> Option<Vec<crate::base::pattern::Glob>> {
    match node.kind {
        Kind::List(_) => reader.each(node, "path", |reader, item| reader.path_glob(item, "path")),
        Kind::Map(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => Some(vec![reader.path_glob(node, "path")?]),
    }
}

//! The effective policy as YAML: what all files together come to, each value with the line that it comes from.

use std::io::{self, Write};

use crate::base::address::Address;
use crate::base::digest::sha256_hex;
use crate::base::order::Order as _;
use crate::base::pattern::Glob;
use crate::base::yaml::quoted;
use crate::model::baseline::{Adoption, Origin};
use crate::model::exception::ExceptionType;
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::policy::{Action, Condition, Counted, Exposure, Limit, Newness, Override, Place, Policy, Rule, SsvcRange, Waivable};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;
use crate::model::vex::{VexRules, VexSource};
use crate::report::words::duration;

/// Writes the policy. What it says can be read again as a policy that stands on no other, but where several layers have limits: all
/// of them must hold, which one file cannot say; the rows of the others are comments.
pub fn render(policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    let files: Vec<&str> = policy.files.iter().map(|file| file.path.as_str()).collect();
    writeln!(out, "# The effective policy, from {}.", files.join(", "))?;
    body(policy, &Origins { policy, are_shown: true }, out)
}

/// The SHA-256 of what a policy comes to, in hex: the same for any files that say the same, in whatever order.
#[must_use]
pub fn digest(policy: &Policy) -> Option<String> {
    let mut sorted = policy.clone();
    sorted.rules.order_by(|a, b| a.id.cmp(&b.id));
    sorted.rules.iter_mut().for_each(|rule| rule.when.sort());
    sorted.require.order_by(|a, b| a.id.cmp(&b.id));
    sorted.overrides.iter_mut().for_each(|entry| entry.when.sort());
    sorted.overrides.order_by_key(override_keys);
    sorted.accept_partial.order_by_key(|entry| (entry.tool.as_str().to_owned(), entry.notification.as_str().to_owned(), entry.expires));
    // The rows of `ownership` keep their order: the first that matches counts.
    sorted.ownership.iter_mut().for_each(|row| row.matches.sort());
    sorted.budgets.order_by(|a, b| a.id.cmp(&b.id));
    for budget in &mut sorted.budgets {
        if let Counted::Findings(when) = &mut budget.counts {
            when.sort();
        }
    }
    if let Some(due) = &mut sorted.due {
        due.presets.order_by(|a, b| a.preset.id.cmp(&b.preset.id));
    }
    sorted.exceptions.limits.iter_mut().for_each(|rows| rows.order_by_key(limit_keys));
    let mut text = Vec::new();
    body(&sorted, &Origins { policy, are_shown: false }, &mut text).ok()?;
    Some(sha256_hex(&text))
}

/// What stands in the comments: the lines that values come from.
#[derive(Clone, Copy)]
struct Origins<'p> {
    policy: &'p Policy,
    are_shown: bool,
}

impl Origins<'_> {
    /// `standard.yaml:12`, of a row.
    fn row(&self, place: Place) -> String {
        let file = self.policy.file(place).filter(|_| self.are_shown);
        file.map_or_else(String::new, |file| format!("{}:{}", file.name, place.line))
    }

    /// The comment behind the value of a key: see [`Policy::places`].
    fn key(&self, key: &str) -> String {
        match self.policy.places.get(key) {
            _ if !self.are_shown => String::new(),
            Some(place) => format!("  # {}", self.row(*place)),
            None => "  # default".to_owned(),
        }
    }

    /// A list with an item a line; `at` is its key with a dot behind, `indent` how far the key stands in.
    fn list(&self, out: &mut dyn Write, indent: &str, at: &str, items: impl Iterator<Item = String>) -> io::Result<()> {
        let mut items = items.enumerate().peekable();
        if items.peek().is_none() {
            return Ok(());
        }
        writeln!(out, "{indent}{}:", at.rsplit('.').next().unwrap_or(at))?;
        items.try_for_each(|(nth, item)| writeln!(out, "{indent}  - {item}{}", self.key(&format!("{at}.{nth}"))))
    }
}

/// The keys.
fn body(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "schema: relgate.policy/v1\nname: {}{}", quoted(&policy.name), from.key("name"))?;
    writeln!(out, "owner: {}{}", quoted(&policy.owner), from.key("owner"))?;
    writeln!(out, "enforcement: {}{}", if policy.enforced { "enforce" } else { "observe" }, from.key("enforcement"))?;
    context(policy, from, out)?;
    from.list(out, "", "escalation", policy.escalation.iter().map(|person| quoted(person.as_str())))?;
    writeln!(out, "inputs:")?;
    from.list(out, "  ", "inputs.reports", policy.reports.iter().map(|report| quoted(report)))?;
    let none = if policy.require.is_empty() { format!(" []{}", from.key("inputs.require")) } else { String::new() };
    writeln!(out, "  require:{none}")?;
    for row in &policy.require {
        let mut keys = vec![format!("id: {}", row.id)];
        keys.extend(row.category.map(|category| format!("category: {}", category.word())));
        keys.extend((!row.tools.is_empty()).then(|| format!("tools: {}", list(&row.tools, |tool| quoted(tool)))));
        keys.push(format!("min: {}", row.min));
        keys.extend(row.max_age_hours.map(|hours| format!("max_age: {}", duration(hours))));
        keys.extend(row.allow_undated.then(|| "allow_undated: true".to_owned()));
        keys.extend(row.same_commit.then(|| "same_commit: true".to_owned()));
        writeln!(out, "    - {{{}}}  # {}", keys.join(", "), from.row(row.place))?;
    }
    if !policy.accept_partial.is_empty() {
        writeln!(out, "  accept_partial:")?;
    }
    for entry in &policy.accept_partial {
        let (tool, said) = (quoted(entry.tool.as_str()), quoted(entry.notification.as_str()));
        let rest =
            format!("reason: {}, accountable: {}, expires: {}", quoted(&entry.reason), quoted(entry.accountable.as_str()), entry.expires);
        writeln!(out, "    - {{tool: {tool}, notification: {said}, {rest}}}  # {}", from.row(entry.place))?;
    }
    writeln!(out, "severity:\n  unrated_as: {}{}", policy.unrated_as.word(), from.key("severity.unrated_as"))?;
    if !policy.overrides.is_empty() {
        writeln!(out, "  overrides:")?;
    }
    for entry in &policy.overrides {
        writeln!(
            out,
            "    - {{{}}}  # {}{}",
            override_keys(entry),
            from.row(entry.place),
            if entry.only_raises { ", only raises" } else { "" }
        )?;
    }
    writeln!(out, "rules:")?;
    policy.rules.iter().try_for_each(|rule| one_rule(rule, &from.row(rule.place), out))?;
    writeln!(out, "default_action: {}{}", policy.default_action.word(), from.key("default_action"))?;
    feeds(policy, from, out)?;
    vex(&policy.vex, from, out)?;
    if let Some(baseline) = &policy.baseline {
        writeln!(out, "baseline:")?;
        match &baseline.origin {
            Origin::File(path) => {
                writeln!(out, "  path: {}{}", quoted(path), from.key("baseline.path"))?;
                writeln!(out, "  on_missing: {}{}", baseline.on_missing.word(), from.key("baseline.on_missing"))?;
            }
            Origin::Tools(tools) => {
                writeln!(out, "  reported_by: {}{}", list(tools, |tool| quoted(tool)), from.key("baseline.reported_by"))?;
            }
        }
        if let Some(Adoption { accountable, approved, reason }) = &baseline.adopt {
            writeln!(out, "  adopt:{}", from.key("baseline.adopt"))?;
            writeln!(out, "    accountable: {}\n    approved: {approved}\n    reason: {}", quoted(accountable.as_str()), quoted(reason))?;
        }
    }
    due(policy, from, out)?;
    budgets(policy, from, out)?;
    exceptions(policy, from, out)?;
    ownership(policy, from, out)
}

fn context(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    let context = &policy.context;
    let keys = [
        ("service", context.service.as_ref().map(|service| quoted(service))),
        ("repository", context.repository.as_ref().map(|repository| quoted(repository))),
        ("exposure", context.exposure.map(|exposure| exposure.word().to_owned())),
    ];
    let mut told = keys.into_iter().filter_map(|(key, value)| Some((key, value?))).peekable();
    if told.peek().is_some() {
        writeln!(out, "context:")?;
    }
    told.try_for_each(|(key, value)| writeln!(out, "  {key}: {value}{}", from.key(&format!("context.{key}"))))
}

fn override_keys(entry: &Override) -> String {
    let parts = if let Condition::All(parts) = &entry.when { parts.as_slice() } else { std::slice::from_ref(&entry.when) };
    let when = parts.iter().map(single).collect::<Vec<_>>().join(", ");
    format!("{when}, severity: {}, reason: {}, owner: {}", entry.severity.word(), quoted(&entry.reason), quoted(entry.owner.as_str()))
}

/// A predicate of an override, which has one value where a rule has a list.
fn single(condition: &Condition) -> String {
    let one = |key: &str, values: Vec<String>| {
        format!("{key}: {}", if values.len() == 1 { values.concat() } else { format!("[{}]", values.join(", ")) })
    };
    let globs = |globs: &[Glob]| globs.iter().map(|glob| quoted(glob.as_str())).collect();
    let words = |words: &[String]| words.iter().map(|word| quoted(word)).collect();
    if let Condition::Tool(list) = condition {
        one("tool", words(list))
    } else if let Condition::Vulnerability(list) = condition {
        one("vulnerability", words(list))
    } else if let Condition::RuleId(list) = condition {
        one("rule_id", globs(list))
    } else if let Condition::Package(list) = condition {
        one("package", globs(list))
    } else if let Condition::Path(list) = condition {
        one("path", globs(list))
    } else {
        predicate(condition)
    }
}

fn one_rule(rule: &Rule, place: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  - id: {}  # {place}", rule.id)?;
    if let Some(description) = &rule.description {
        writeln!(out, "    description: {}", quoted(description))?;
    }
    writeln!(out, "    when: {}", map(&rule.when))?;
    if !rule.fires_on_unknown {
        writeln!(out, "    on_unknown: skip")?;
    }
    writeln!(out, "    action: {}", rule.action.word())?;
    match &rule.waivable {
        Waivable::Any => {}
        Waivable::Never => writeln!(out, "    waivable: false")?,
        Waivable::Only { types, vex } => {
            let words: Vec<&str> = types.iter().map(|kind| kind.word()).chain(vex.then_some("vex")).collect();
            writeln!(out, "    waivable: [{}]", words.join(", "))?;
        }
    }
    if !rule.controls.is_empty() {
        writeln!(out, "    controls: {}", list(&rule.controls, |control| quoted(control)))?;
    }
    rule.effective_on.map_or(Ok(()), |day| writeln!(out, "    effective_on: {day}"))
}

/// A condition as the map that it was.
fn map(condition: &Condition) -> String {
    let parts = if let Condition::All(parts) = condition { parts.as_slice() } else { std::slice::from_ref(condition) };
    // One map cannot hold two of the same predicate: they were in an `all`.
    let is_twice = |(nth, part): (usize, &Condition)| parts.iter().take(nth).any(|earlier| earlier.key() == part.key());
    let parts = if parts.iter().enumerate().any(is_twice) { std::slice::from_ref(condition) } else { parts };
    format!("{{{}}}", parts.iter().map(predicate).collect::<Vec<_>>().join(", "))
}

/// A predicate as it is written, on one line.
pub(super) fn predicate(condition: &Condition) -> String {
    let globs = |globs: &[Glob]| list(globs, |glob| quoted(glob.as_str()));
    let words = |words: &[String]| list(words, |word| quoted(word));
    match condition {
        Condition::All(parts) => format!("all: {}", list(parts, map)),
        Condition::Any(parts) => format!("any: {}", list(parts, map)),
        Condition::Not(part) => format!("not: {}", map(part)),
        Condition::Category(categories) => format!("category: {}", list(categories, |category: &Category| category.word().to_owned())),
        Condition::Severity(severities) => {
            format!("severity: {{in: {}}}", list(severities, |severity: &Severity| severity.word().to_owned()))
        }
        Condition::Suppressed(all) => format!("suppressed: {}", list(all, |one: &Suppression| one.word().to_owned())),
        Condition::State(all) => format!("state: {}", list(all, |one: &Newness| one.word().to_owned())),
        Condition::Tool(list) => format!("tool: {}", words(list)),
        Condition::RuleId(list) => format!("rule_id: {}", globs(list)),
        Condition::Message(pattern) => format!("message: {}", quoted(pattern.as_str())),
        Condition::Cwe(numbers) => format!("cwe: {}", list(numbers, u32::to_string)),
        Condition::Vulnerability(list) => format!("vulnerability: {}", words(list)),
        Condition::Cvss(from, to) => format!("cvss: {{at_least: {}, at_most: {}}}", tenths(*from), tenths(*to)),
        Condition::Epss(least) => format!("epss: {{at_least: {}}}", f64::from(*least) / 1e6),
        Condition::Package(list) => format!("package: {}", globs(list)),
        Condition::Ecosystem(list) => format!("ecosystem: {}", words(list)),
        Condition::Path(list) => format!("path: {}", globs(list)),
        Condition::License(list) => format!("license: {}", words(list)),
        Condition::Exposure(all) => format!("exposure: {}", list(all, |one: &Exposure| one.word().to_owned())),
        Condition::Stage(list) => format!("stage: {}", words(list)),
        Condition::Branch(list) => format!("branch: {}", globs(list)),
        Condition::InChange(wanted) => format!("in_change: {wanted}"),
        Condition::Kev(wanted) => format!("kev: {wanted}"),
        Condition::FixAvailable(wanted) => format!("fix_available: {wanted}"),
        Condition::Direct(wanted) => format!("direct: {wanted}"),
        Condition::DevDependency(wanted) => format!("dev_dependency: {wanted}"),
        Condition::Reachable(wanted) => format!("reachable: {wanted}"),
        Condition::Verified(wanted) => format!("verified: {wanted}"),
        Condition::Overdue(wanted) => format!("overdue: {wanted}"),
        Condition::Age(hours) => format!("age: {{older_than: {}}}", duration(*hours)),
        Condition::Ssvc(range) => format!("ssvc: {{{}}}", ssvc(range)),
        Condition::Owner(list) => format!("owner: {}", globs(list)),
        Condition::Tag(list) => format!("tag: {}", words(list)),
    }
}

/// The decision points that a condition names.
fn ssvc(range: &SsvcRange) -> String {
    let exploitation = list(&range.exploitation, |one: &Exploitation| one.word().to_owned());
    let impact = list(&range.technical_impact, |one: &TechnicalImpact| one.word().to_owned());
    let keys = [
        (!range.exploitation.is_empty()).then(|| format!("exploitation: {exploitation}")),
        range.automatable.map(|wanted| format!("automatable: {wanted}")),
        (!range.technical_impact.is_empty()).then(|| format!("technical_impact: {impact}")),
    ];
    keys.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn feeds(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !policy.feeds.is_empty() {
        writeln!(out, "feeds:")?;
    }
    policy.feeds.iter().try_for_each(|(kind, feed)| {
        let key = |name: &str| from.key(&format!("feeds.{}.{name}", kind.word()));
        writeln!(out, "  {}:\n    path: {}{}", kind.word(), quoted(&feed.path), key("path"))?;
        writeln!(out, "    max_age: {}{}", duration(feed.max_age_hours), key("max_age"))?;
        writeln!(out, "    on_stale: {}{}", feed.on_stale.word(), key("on_stale"))
    })
}

/// The days, and the presets beside them. One map has room for one preset; the others, which count as well, are comments.
fn due(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(due) = &policy.due else { return Ok(()) };
    let (first, own) = (due.presets.first(), &due.own);
    writeln!(out, "due:")?;
    if first.is_none() || !own.is_empty() {
        writeln!(out, "  clock: {}{}", own.clock.word(), from.key("due.clock"))?;
    }
    for (nth, adopted) in due.presets.iter().enumerate() {
        let as_well = if nth == 0 { "" } else { "# as well: " };
        writeln!(out, "  {as_well}preset: {}  # {}", adopted.preset.id, from.row(adopted.place))?;
    }
    let days =
        Severity::ALL.into_iter().map(Severity::word).zip(own.hours.into_iter().zip(first.map_or([None; 5], |a| a.preset.days.hours)));
    let kev = ("kev", (own.kev_hours, first.and_then(|adopted| adopted.preset.days.kev_hours)));
    // Days beside a preset that counts from the same day may not be longer; longer ones say nothing.
    let same = first.is_some_and(|adopted| adopted.preset.days.clock == own.clock);
    let counts = |hours: u32, most: Option<u32>| !same || most.is_none_or(|most| hours <= most);
    let mut told = [kev].into_iter().chain(days).filter_map(|(key, (own, most))| Some((key, own.filter(|hours| counts(*hours, most))?)));
    told.try_for_each(|(key, hours)| writeln!(out, "  {key}: {}{}", duration(hours), from.key(&format!("due.{key}"))))
}

fn budgets(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !policy.budgets.is_empty() {
        writeln!(out, "budgets:")?;
    }
    for budget in &policy.budgets {
        let counts = match &budget.counts {
            Counted::Findings(when) => format!("when: {}", map(when)),
            Counted::ActiveExceptions => "count: active_exceptions".to_owned(),
        };
        let (max, action) = (budget.max, budget.action.word());
        writeln!(out, "  - {{id: {}, {counts}, max: {max}, action: {action}}}  # {}", budget.id, from.row(budget.place))?;
    }
    Ok(())
}

fn exceptions(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules = &policy.exceptions;
    writeln!(out, "exceptions:")?;
    from.list(out, "  ", "exceptions.files", rules.files.iter().map(|file| quoted(file)))?;
    let held: Vec<(&String, &Vec<Address>)> = rules.roles.iter().filter(|(_, people)| !people.is_empty()).collect();
    writeln!(out, "  roles:{}", if held.is_empty() { " {}  # nobody holds a role: no exception counts" } else { "" })?;
    for (role, people) in held {
        let people = list(people, |person: &Address| quoted(person.as_str()));
        writeln!(out, "    {role}: {people}{}", from.key(&format!("exceptions.roles.{role}")))?;
    }
    for (role, _) in rules.roles.iter().filter(|(_, people)| people.is_empty()) {
        writeln!(out, "    # nobody holds {role}")?;
    }
    writeln!(out, "  limits:")?;
    for (layer, rows) in rules.limits.iter().enumerate() {
        for row in rows {
            let comment = if layer == 0 { "" } else { "# as well: " };
            writeln!(out, "    {comment}- {{{}}}  # {}", limit_keys(row), from.row(row.place))?;
        }
    }
    let mut value = |indent: &str, key: &str, value: &str| {
        let last = key.rsplit('.').next().unwrap_or(key);
        writeln!(out, "{indent}{last}: {value}{}", from.key(&format!("exceptions.{key}")))
    };
    value("  ", "separation_of_duties", if rules.separation_of_duties { "true" } else { "false" })?;
    value("  ", "warn_before_expiry", &duration(rules.warn_before_expiry_hours))?;
    value("  ", "unused", rules.unused.word())?;
    let Some(emergency) = &rules.emergency else { return Ok(()) };
    writeln!(out, "  emergency:")?;
    let mut value = |key: &str, value: &str| writeln!(out, "    {key}: {value}{}", from.key(&format!("exceptions.emergency.{key}")));
    value("roles", &format!("[{}]", emergency.roles.join(", ")))?;
    value("max_days", &emergency.max_days.to_string())?;
    value("severity_at_most", emergency.severity_at_most.word())?;
    value("review_within", &duration(emergency.review_within_hours))
}

fn ownership(policy: &Policy, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    if policy.codeowners.is_some() {
        writeln!(out, "use_codeowners: true{}", from.key("use_codeowners"))?;
    }
    if !policy.ownership.is_empty() {
        writeln!(out, "ownership:")?;
    }
    for row in &policy.ownership {
        let people = list(&row.escalate_to, |person: &Address| quoted(person.as_str()));
        let keys = [
            Some(format!("match: {}", map(&row.matches))),
            Some(format!("owner: {}", quoted(&row.owner))),
            Some(format!("accountable: {}", quoted(row.accountable.as_str()))),
            row.contact.as_ref().map(|contact| format!("contact: {}", quoted(contact))),
            (!row.escalate_to.is_empty()).then(|| format!("escalate_to: {people}")),
            row.route.as_ref().map(|route| format!("route: {}", quoted(route))),
        ];
        writeln!(out, "  - {{{}}}  # {}", keys.into_iter().flatten().collect::<Vec<_>>().join(", "), from.row(row.place))?;
    }
    Ok(())
}

fn limit_keys(row: &Limit) -> String {
    let types = list(&row.types, |kind: &ExceptionType| kind.word().to_owned());
    let types = if row.types.is_empty() { String::new() } else { format!("types: {types}, ") };
    let severities = list(&row.severities, |severity: &Severity| severity.word().to_owned());
    let (roles, lifetime) = (row.approver_roles.join(", "), duration(row.max_lifetime_hours));
    let limits = format!("max_lifetime: {lifetime}, max_renewals: {}, approver_roles: [{roles}]", row.max_renewals);
    format!("{types}severity: {{in: {severities}}}, {limits}, floor: {}", row.floor.word())
}

fn vex(vex: &VexRules, from: &Origins<'_>, out: &mut dyn Write) -> io::Result<()> {
    if vex.sources.is_empty() {
        return Ok(());
    }
    writeln!(out, "vex:\n  sources:")?;
    for VexSource { place, path, authors } in &vex.sources {
        writeln!(out, "    - {{path: {}, authors: {}}}  # {}", quoted(path), list(authors, |author| quoted(author)), from.row(*place))?;
    }
    let accepted = list(&vex.accepted, |why| why.word().to_owned());
    writeln!(out, "  accept_justifications: {accepted}{}", from.key("vex.accept_justifications"))?;
    writeln!(out, "  allow_versionless: {}{}", vex.allow_versionless, from.key("vex.allow_versionless"))
}

fn list<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn tenths(tenths: u16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What a policy comes to, in a line: `payments, appsec@acme.example: 9 rules (5 block), 3 required scans; from 2 files`.
#[must_use]
pub fn summary(policy: &Policy) -> String {
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let blocking = policy.rules.iter().filter(|rule| rule.action == Action::Block).count();
    format!(
        "{}, {}: {} ({blocking} block), {}; from {}",
        policy.name,
        policy.owner,
        count(policy.rules.len(), "rule"),
        count(policy.require.len(), "required scan"),
        count(policy.files.len(), "file"),
    )
}

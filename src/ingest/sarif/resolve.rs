//! Resolves what the rows of a run refer to, when all of the run is known.
//!
//! **Rules** (§3.27.5 to §3.27.7): the index counts only when the rule there has the result's id or is a parent of it (`CA5350` of
//! `CA5350/md5`); in practice it often points elsewhere. Else the id decides: in the component that the result names, then in the
//! driver, then in the extensions; exactly, then by its parents. Where the run has no rule of that id, the index is all there is. **Levels** (§3.27.10): the result's own, else an override of its
//! invocation, else the rule's, else `warning`.

use hashbrown::HashMap;

use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::{Text, Texts};
use crate::ingest::Sink;
use crate::ingest::sarif::invocation::{Override, incomplete};
use crate::ingest::sarif::result::{ComponentRef, Results, Row, Template};
use crate::ingest::sarif::run::{Artifact, Run};
use crate::ingest::sarif::tool::{Component, Rule, Tool};
use crate::model::problem::{Problem, Weight};
use crate::model::raw::{Claim, RawFinding, RawScan};
use crate::model::scan::Ended;
use crate::model::severity::{Kind, Source};

/// The run with all references resolved.
pub(super) fn resolve(run: Run, sink: &mut Sink) -> RawScan {
    let incomplete_because = completeness(&run);
    let mut scan = RawScan {
        pointer: run.pointer.clone(),
        tool: run.tool.name,
        tool_version: run.tool.driver.version,
        incomplete_because,
        claimed: None,
        commit: run.commit,
        repository: run.repository,
        ended: ended(&run),
        bases: bases(&run, sink),
        results: Pages::default(),
        prints: Pool::default(),
    };
    let Run { pointer, tool, results, artifacts, invocations, .. } = run;
    let mut rules = Rules::new(&tool, sink);
    for list in results.into_iter().flatten() {
        place_artifacts(&list, &artifacts, &pointer, sink);
        let Results { rows, prints, components, messages, .. } = list;
        let mut messages = messages.into_iter().peekable();
        let before = scan.results.len();
        // Only the inline properties of a run give it a second list.
        scan.prints = if before == 0 { prints } else { scan.prints };
        for row in rows {
            let component = row.component.and_then(|number| components.get(number as usize)).copied();
            let found = rules.find(&row, component, sink);
            let number = u32::try_from(scan.results.len() - before).unwrap_or(u32::MAX);
            let mut finding = row.finding;
            if before > 0 {
                (finding.tool_print, finding.line_print) = (Span::default(), Span::default());
            }
            if let Some(template) = messages.next_if(|template| template.row == number) {
                finding.message =
                    fill(&template, found.and_then(|found| found.rule(&tool)), found.map(|found| found.component), &tool, sink)
                        .or(finding.message);
            }
            finding.rule = found.and_then(|found| found.rule(&tool)).map(|rule| rule.raw);
            finding.rule_id = finding.rule_id.or_else(|| found.and_then(|found| found.rule(&tool)?.id));
            let invocation = row.invocation.map_or_else(|| (invocations.len() == 1).then_some(0), |index| Some(index as usize));
            let overridden = invocation.and_then(|number| invocations.get(number)).and_then(|invocation| {
                let texts = &sink.report.texts;
                let applies = |over: &&Override| match over.rule.zip(finding.rule_id) {
                    Some((rule, id)) => rule == id || is_parent(texts.get(rule).as_data(), texts.get(id).as_data()),
                    None => over.index.is_some() && over.index == found.map(|found| found.index),
                };
                invocation.overrides.iter().find(applies)
            });
            finding.claims = rules.claims(&finding, overridden.map(|over| over.level), sink);
            scan.results.push(finding);
        }
    }
    scan
}

/// Why the scan is not whole.
fn completeness(run: &Run) -> Vec<Problem> {
    let at = &run.pointer;
    let mut because: Vec<_> = run.invocations.iter().flat_map(|invocation| invocation.incomplete_because.iter().cloned()).collect();
    if run.results.is_none() {
        because.push(incomplete(
            "no-results",
            format!("{at}/results"),
            "results are absent: the tool did not start or did not begin to scan",
        ));
    }
    because.extend(run.elsewhere.iter().map(|part| {
        let pointer = format!("{at}/externalPropertyFileReferences/{part}");
        incomplete("external-properties", pointer, format!("the {part} of the run are in another file, which is not read"))
    }));
    because
}

/// When the last invocation ended; not known if one tells it in a way that cannot be read.
fn ended(run: &Run) -> Ended {
    let unreadable = run.invocations.iter().any(|invocation| invocation.ended == Ended::Unreadable);
    let last = run.invocations.iter().filter_map(|invocation| invocation.ended.at()).max();
    if unreadable { Ended::Unreadable } else { last.map_or(Ended::NotTold, Ended::At) }
}

/// The bases of relative URIs, each joined with what it is itself relative to. A cycle defines nothing.
fn bases(run: &Run, sink: &mut Sink) -> Vec<(Text, Option<Text>)> {
    let mut resolved = Vec::new();
    for (name, _) in &run.bases {
        let mut uri = String::new();
        let mut next = Some(*name);
        let mut steps = 0;
        while let Some((_, base)) = next.and_then(|name| run.bases.iter().find(|(known, _)| *known == name)) {
            uri.insert_str(0, base.uri.map_or("", |uri| sink.report.texts.get(uri).as_data()));
            next = base.base;
            steps += 1;
            if steps > run.bases.len() {
                let at = || format!("{}/originalUriBaseIds", run.pointer);
                sink.problem(Weight::Note, "base-cycle", at, "a base of URIs is relative to itself; taken as not defined", "");
                uri.clear();
                break;
            }
        }
        resolved.push((*name, (!uri.is_empty()).then(|| sink.intern(&uri))));
    }
    resolved
}

/// Fills in the places that results name by an index in the run's artifacts.
fn place_artifacts(results: &Results, artifacts: &[Artifact], pointer: &str, sink: &mut Sink) {
    for &(span, nth, index) in &results.artifacts {
        let artifact = artifacts.get(index as usize);
        if let Some((artifact, location)) = artifact.zip(sink.report.locations.get_mut(span).get_mut(nth)) {
            (location.uri, location.base) = (artifact.uri, artifact.base);
        } else {
            let at = || format!("{pointer}/artifacts/{index}");
            sink.problem(Weight::Note, "bad-index", at, "a result names an artifact that the run does not have; its place is unknown", "");
        }
    }
}

/// A rule that a result names.
#[derive(Clone, Copy)]
struct Found {
    /// The driver is 0, the extensions follow.
    component: usize,
    index: u32,
}

impl Found {
    fn rule(self, tool: &Tool) -> Option<&Rule> {
        tool.component(self.component)?.rules.get(self.index as usize)
    }
}

/// What a result says about its rule.
type Named = (Option<Text>, Option<u32>, Option<Text>, Option<ComponentRef>);

/// The same, for a table: the component as its place in the list of references.
type Key = (Option<Text>, Option<u32>, Option<Text>, Option<u32>);

/// The rules of a run, by id, and what was looked up before.
struct Rules<'t> {
    tool: &'t Tool,
    by_id: HashMap<(usize, Text), u32>,
    known: HashMap<Key, Option<Found>>,
    warning: Text,
    by_default: Option<Span<Claim>>,
}

impl<'t> Rules<'t> {
    fn new(tool: &'t Tool, sink: &mut Sink) -> Self {
        let mut by_id = HashMap::new();
        for (component, rules) in tool.components().map(|component| &component.rules).enumerate() {
            for (index, rule) in rules.iter().enumerate() {
                let (Some(id), Ok(index)) = (rule.id, u32::try_from(index)) else { continue };
                let first = *by_id.entry((component, id)).or_insert(index);
                if first != index {
                    // Two rules with one id: what either says counts, so that a second one cannot lower the first.
                    let claims = sink.report.rules.get(rule.raw as usize).map(|raw| raw.claims.clone()).unwrap_or_default();
                    let first = rules.get(first as usize).and_then(|first| sink.report.rules.get_mut(first.raw as usize));
                    if let Some(first) = first {
                        first.claims.extend(claims);
                    }
                }
            }
        }
        let warning = sink.intern("warning");
        Self { tool, by_id, known: HashMap::new(), warning, by_default: None }
    }

    fn find(&mut self, row: &Row, component: Option<ComponentRef>, sink: &mut Sink) -> Option<Found> {
        let key = (row.finding.rule_id, row.rule_index, row.rule_guid, row.component);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let found = self.look_up((row.finding.rule_id, row.rule_index, row.rule_guid, component), &sink.report.texts);
        let by_index = row.rule_index.is_none_or(|index| found.is_some_and(|found| found.index == index));
        if !by_index {
            let at = format!("{}/{}/ruleIndex", sink.report.texts.get(row.finding.pointer.list).as_data(), row.finding.pointer.index);
            sink.problem(Weight::Note, "wrong-rule-index", || at, "the index points to another rule, or to none; the id decides", "");
        }
        self.known.insert(key, found);
        found
    }

    fn look_up(&self, (id, index, guid, component): Named, texts: &Texts) -> Option<Found> {
        let named = component.map_or(Some(0), |component| self.component(component));
        let order = || named.into_iter().chain((0..=self.tool.extensions.len()).filter(move |&number| Some(number) != named));
        let by_index = || Some(Found { component: named?, index: index? }).filter(|found| found.rule(self.tool).is_some());
        if let Some(found) = by_index() {
            let rule = found.rule(self.tool);
            let agrees = rule.is_some_and(|rule| match (id, rule.id) {
                (Some(id), Some(rule)) => id == rule || is_parent(texts.get(rule).as_data(), texts.get(id).as_data()),
                (None, _) => true,
                (Some(_), None) => false,
            });
            if agrees {
                return Some(found);
            }
        }
        if let Some(guid) = guid {
            let by_guid = order().find_map(|component| {
                let rules = &self.tool.component(component)?.rules;
                let index = rules.iter().position(|rule| rule.guid == Some(guid))?;
                Some(Found { component, index: u32::try_from(index).ok()? })
            });
            if by_guid.is_some() {
                return by_guid;
            }
        }
        let exact = |id: Text| order().find_map(|component| self.by_id.get(&(component, id)).map(|&index| Found { component, index }));
        let id = id?;
        exact(id).or_else(|| self.parent(texts.get(id).as_data(), texts, order)).or_else(by_index)
    }

    /// The rule with the longest id that is a parent of `id`.
    fn parent<I: Iterator<Item = usize>>(&self, id: &str, texts: &Texts, order: impl Fn() -> I) -> Option<Found> {
        let mut parent = id;
        while let Some((shorter, _)) = parent.rsplit_once('/') {
            parent = shorter;
            let found = order().find_map(|component| {
                let rules = &self.tool.component(component)?.rules;
                let index = rules.iter().position(|rule| rule.id.is_some_and(|id| texts.get(id).as_data() == parent))?;
                Some(Found { component, index: u32::try_from(index).ok()? })
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The component that a reference means: by guid, else by index among the extensions, else by name.
    fn component(&self, reference: ComponentRef) -> Option<usize> {
        let position = |same: &dyn Fn(&Component) -> bool| self.tool.components().position(same);
        let by_guid = reference.guid.and_then(|guid| position(&|component| component.guid == Some(guid)));
        let by_index = || reference.index.map(|index| index as usize + 1).filter(|&number| number <= self.tool.extensions.len());
        let by_name = || reference.name.and_then(|name| position(&|component| component.name == Some(name)));
        by_guid.or_else(by_index).or_else(by_name)
    }

    /// The result's own statements, with an override's or the default level where it tells none.
    fn claims(&mut self, finding: &RawFinding, overridden: Option<Text>, sink: &mut Sink) -> Span<Claim> {
        let report = &mut sink.report;
        let is_level = |claim: &Claim| claim.kind == Kind::Level;
        let own = report.claims.get(finding.claims);
        if own.iter().any(is_level) {
            return finding.claims;
        }
        let of_rule = finding.rule.and_then(|rule| report.rules.get(rule as usize));
        let added = match overridden {
            Some(told) => Claim { source: Source::Override, kind: Kind::Level, told },
            None if of_rule.is_some_and(|rule| rule.claims.iter().any(is_level)) => return finding.claims,
            None => Claim { source: Source::Default, kind: Kind::Level, told: self.warning },
        };
        if own.is_empty() && overridden.is_none() {
            return *self.by_default.get_or_insert_with(|| report.claims.add([added]));
        }
        let own = own.to_vec();
        report.claims.add(own.into_iter().chain([added]))
    }
}

/// Whether a rule's id is the first components of a hierarchical id (§3.5.4).
fn is_parent(rule: &str, id: &str) -> bool {
    id.strip_prefix(rule).is_some_and(|rest| rest.starts_with('/'))
}

/// The text of a message (§3.11.7): its own or the one its id names, in the rule, then in the rule's component, then in the
/// driver; with the arguments in place of `{0}`, `{1}`, …, and
/// doubled braces single (§3.11.5).
fn fill(template: &Template, rule: Option<&Rule>, component: Option<usize>, tool: &Tool, sink: &mut Sink) -> Option<Text> {
    let named = |id: Text| {
        let among = |messages: &[(Text, Text)]| messages.iter().find(|(known, _)| *known == id).map(|(_, text)| *text);
        rule.and_then(|rule| among(&rule.messages))
            .or_else(|| component.and_then(|number| among(&tool.component(number)?.messages)))
            .or_else(|| among(&tool.driver.messages))
    };
    let text = template.text.or_else(|| template.id.and_then(named))?;
    if template.arguments.is_empty() {
        return Some(text);
    }
    let texts = &sink.report.texts;
    let mut filled = String::new();
    let mut rest = texts.get(text).as_data();
    while let Some((plain, after)) = rest.split_once('{') {
        filled.push_str(&plain.replace("}}", "}"));
        let argument =
            after.split_once('}').and_then(|(number, after)| Some((template.arguments.get(number.parse::<usize>().ok()?)?, after)));
        if let Some((&argument, after)) = argument {
            filled.push_str(texts.get(argument).as_data());
            rest = after;
        } else {
            filled.push('{');
            rest = after.strip_prefix('{').unwrap_or(after);
        }
    }
    filled.push_str(&rest.replace("}}", "}"));
    Some(sink.intern_prose(&filled))
}

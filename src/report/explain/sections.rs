//! Phrases about a finding as a report says it, for a terminal.

use crate::model::saved::{SavedAssessment, SavedFinding};
use crate::model::severity::Severity;
use crate::report::pen::TERMINAL;

/// So many places are told.
const PLACES: usize = 10;

/// A name that may be a scanner's.
pub(super) fn code(text: &str, max_chars: usize) -> String {
    TERMINAL.code(text, max_chars)
}

/// What people call it: its advisory, else its title, else its check.
pub(super) fn name(finding: &SavedFinding) -> String {
    let all = [finding.ids.first(), finding.title.as_ref(), finding.rule_id.as_ref()];
    all.into_iter().flatten().next().map_or_else(|| "check without a name".to_owned(), |name| TERMINAL.prose(name, 80))
}

/// `lodash 4.17.15 -> 4.17.21  package-lock.json:7`.
pub(super) fn place(finding: &SavedFinding) -> String {
    let component = finding.package.as_ref().map(|package| {
        let fixed = finding.fix.as_ref().filter(|fix| !fix.versions.is_empty()).map(|fix| format!(" -> {}", fix.versions.join(" or ")));
        let name = package.name.as_deref().unwrap_or("a component");
        format!("{name} {}{}", package.versions.join(", "), fixed.unwrap_or_default())
    });
    let at = places(finding).next().or_else(|| finding.target.clone());
    let known: Vec<String> = component.into_iter().chain(at).map(|text| code(&text, 120)).collect();
    if known.is_empty() { "no path".to_owned() } else { known.join("  ") }
}

/// `path:line`, each.
fn places(finding: &SavedFinding) -> impl Iterator<Item = String> {
    finding.locations.iter().filter_map(|place| {
        let path = place.path.as_ref()?;
        Some(place.start_line.map_or_else(|| path.clone(), |line| format!("{path}:{line}")))
    })
}

/// What is known of the finding, a fact a line.
pub(super) fn what(finding: &SavedFinding) -> Vec<String> {
    let list = |lead: &str, items: &[String]| (!items.is_empty()).then(|| format!("{lead}: {}", code(&items.join(", "), 300)));
    let cwes: Vec<String> = finding.cwes.iter().map(|number| format!("CWE-{number}")).collect();
    let others: Vec<String> = places(finding).skip(1).take(PLACES).collect();
    let purl = finding.package.as_ref().and_then(|package| package.purl.as_ref());
    let facts = [
        Some(format!("category: {}", code(&finding.category, 40))),
        list("known as", &finding.ids),
        finding.rule_id.as_ref().map(|rule| format!("check: {}", code(rule, 120))),
        list("weakness", &cwes),
        purl.map(|purl| format!("component: {}", code(purl, 200))),
        owner(finding),
        due(finding),
        finding.target.as_ref().map(|target| format!("target: {}", code(target, 200))),
        list("also in", &others),
        finding.group.as_ref().map(|group| format!("group: other tools see it too, {}", code(group, 20))),
        finding.message.as_ref().map(|message| format!("says: {}", TERMINAL.prose(message, 1000))),
    ];
    facts.into_iter().flatten().collect()
}

/// `owner: payments; dana@acme.example is accountable; ask #pay`.
fn owner(finding: &SavedFinding) -> Option<String> {
    let owners = finding.owners.as_ref()?;
    let names = if owners.is_empty() { "nobody owns it".to_owned() } else { owners.join(", ") };
    let accountable = finding.accountable.as_ref().map(|person| format!("; {person} is accountable"));
    let contact = finding.contact.as_ref().map(|contact| format!("; ask {contact}"));
    let told: String = [Some(names), accountable, contact].into_iter().flatten().collect();
    Some(format!("owner: {}", code(&told, 200)))
}

/// `due: 2026-12-23, in time; 30d for critical, from published 2026-11-23`.
fn due(finding: &SavedFinding) -> Option<String> {
    let because = finding.due_because.as_ref()?;
    let state = match finding.overdue {
        Some(true) => ", overdue",
        Some(false) => ", in time",
        None => "",
    };
    let day = finding.due.as_deref().unwrap_or("nobody knows when");
    Some(format!("due: {}", code(&format!("{day}{state}; {because}"), 300)))
}

/// A row about an assessment: whether it was chosen, the severity, who says so, of what kind, the score or word, the vector.
pub(super) fn assessment(said: &SavedAssessment) -> [String; 6] {
    let version = said.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
    let score = said.score.map(|score| format!("{score:.1}"));
    [
        if said.chosen { "chosen".to_owned() } else { "-".to_owned() },
        said.severity.as_ref().map_or_else(|| "unrated".to_owned(), |severity| code(severity, 20)),
        code(&said.source, 60),
        format!("{}{}", code(&said.kind, 20), code(&version, 10)),
        score.or_else(|| said.told.as_ref().map(|told| code(told, 40))).unwrap_or_else(|| "-".to_owned()),
        said.vector.as_ref().map_or_else(String::new, |vector| code(vector, 200)),
    ]
}

/// That the sources differ by two bands or more.
pub(super) fn spread(all: &[SavedAssessment]) -> Option<String> {
    let rated = || all.iter().filter_map(|said| Severity::from_word(said.severity.as_deref()?));
    let (least, most) = (rated().min()?, rated().max()?);
    (most as u8 - least as u8 >= 2).then(|| format!("the sources are far apart: from {} to {}", least.word(), most.word()))
}

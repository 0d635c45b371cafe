//! What a policy says that is legal and dangerous: told in every output, with its line.

use crate::base::pattern::Glob;
use crate::model::intel::FeedKind;
use crate::model::policy::{Action, Condition, ConfigFile, Limit, Override, Place};
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;
use crate::policy::draft::Draft;
use crate::policy::layers::admits_all;

/// Everything loud in a policy. What rules come to is tried when judging.
pub(super) fn of(draft: &Draft, files: &[ConfigFile]) -> Vec<Problem> {
    let mut told: Vec<(Place, &'static str, String, &'static str)> = Vec::new();
    if let Some(enforced) = draft.enforced.as_ref().filter(|enforced| !enforced.value) {
        told.push((
            enforced.place,
            "loud-observe",
            "nothing is enforced: a block exits 0".to_owned(),
            "say `enforcement: enforce` when the policy is ready",
        ));
    }
    if let Some(duties) = draft.separation_of_duties.as_ref().filter(|duties| !duties.value) {
        let message = "who asks for an exception may approve it".to_owned();
        told.push((
            duties.place,
            "loud-separation-of-duties",
            message,
            "remove `separation_of_duties: false` when the team has two people",
        ));
    }
    if let Some(unrated) = draft.unrated_as.as_ref().filter(|unrated| unrated.value == Severity::Info) {
        let message = "what nobody rated counts as nothing".to_owned();
        told.push((unrated.place, "loud-unrated", message, "let it count as `high` until somebody looked"));
    }
    // A layer that requires nothing adds nothing; a policy that requires nothing takes any report for enough.
    if let Some(require) = draft.require.as_ref().filter(|require| require.value.is_empty()) {
        let message = "no scan is required: a scanner that did not run is not missed".to_owned();
        told.push((require.place, "loud-no-input", message, "require the scanners that you expect"));
    }
    for entry in draft.overrides.iter().filter(|entry| lowers_all_of_a_tool(entry)) {
        let message = format!("all that a tool says counts as {}", entry.severity.word());
        told.push((entry.place, "loud-override", message, "name the rules, paths or packages that are meant"));
    }
    for entry in &draft.accept_partial {
        let wide = if matches_everything(&entry.notification) {
            "every error of the tool is accepted"
        } else if matches_everything(&entry.tool) {
            "the error is accepted of every tool"
        } else {
            continue;
        };
        told.push((entry.place, "loud-accept-partial", wide.to_owned(), "name the tool and the error that is meant"));
    }
    let days = |severity: &Severity| draft.due.as_ref().and_then(|due| due.value.hours.get(severity.word()));
    for (nth, graver) in Severity::ALL.iter().enumerate() {
        // The next lesser one that has days: those between have none.
        let next = Severity::ALL.iter().skip(nth + 1).find_map(|lesser| Some((lesser, days(lesser)?)));
        if let (Some(graver_days), Some((lesser, lesser_days))) = (days(graver), next)
            && graver_days.value > lesser_days.value
        {
            let message = format!("{} findings have more days than {} ones", graver.word(), lesser.word());
            told.push((graver_days.place, "loud-due", message, "give graver findings fewer days"));
        }
    }
    let kev = draft.due.as_ref().and_then(|due| due.value.hours.get("kev"));
    if let Some(kev) = kev.filter(|_| !draft.feeds.contains_key(&FeedKind::Kev))
        && !files.get(kev.place.file as usize).is_some_and(ConfigFile::is_builtin)
    {
        let message = "there is no KEV feed: which findings have these days is known only where a report tells it".to_owned();
        told.push((kev.place, "loud-no-feed", message, "name it, `feeds: {kev: {path: …, max_age: 7d}}`"));
    }
    for adopted in draft.due.iter().flat_map(|due| &due.value.presets).filter(|adopted| !adopted.preset.table.is_empty()) {
        let missing: Vec<&str> =
            [FeedKind::Kev, FeedKind::Ssvc].into_iter().filter(|kind| !draft.feeds.contains_key(kind)).map(FeedKind::word).collect();
        if !missing.is_empty() {
            let message =
                format!("`{}` asks for the feeds {}: what nobody tells takes the worse value", adopted.preset.id, missing.join(" and "));
            told.push((adopted.place, "loud-no-feed", message, "name them under `feeds`"));
        }
    }
    for budget in draft.budgets.iter().filter(|budget| budget.action == Action::Pass) {
        let message = format!("the budget `{}` does nothing when it is exceeded", budget.id);
        told.push((budget.place, "loud-budget", message, "let it say `action: ticket` or `action: block`"));
    }
    for rows in &draft.limits {
        for (nth, row) in rows.iter().enumerate() {
            let admits = |other: &Limit, row: &Limit| admits_all(std::slice::from_ref(other), row);
            // Of rows that admit the same, the first is enough.
            let covers = |(other_nth, other): &(usize, &Limit)| admits(other, row) && (*other_nth < nth || !admits(row, other));
            if let Some((_, other)) = rows.iter().enumerate().find(covers) {
                let message = format!("this row admits nothing that the row in line {} does not", other.place.line);
                told.push((row.place, "loud-unreachable-limit", message, "remove it, or make the other one narrower"));
            }
        }
    }
    told.into_iter().map(|(place, code, message, help)| place.problem(files, Weight::Warning, code, message, help)).collect()
}

fn lowers_all_of_a_tool(entry: &Override) -> bool {
    let mut narrows = false;
    entry.when.visit(&mut |condition| {
        narrows |= if let Condition::RuleId(globs) | Condition::Package(globs) | Condition::Path(globs) = condition {
            !globs.iter().any(matches_everything)
        } else {
            matches!(condition, Condition::Vulnerability(_))
        };
    });
    !narrows && !entry.only_raises && entry.severity <= Severity::Medium
}

/// Whether a glob takes anything.
fn matches_everything(glob: &Glob) -> bool {
    ["a", "zq-7.x", "ab.cd"].iter().all(|probe| glob.matches(probe))
}

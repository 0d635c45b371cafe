//! From the draft of all layers to the policy that judges: defaults, and what only the whole can get wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::address::Address;
use crate::model::policy::{Condition, ConfigFile, Context, Counted, Emergency, ExceptionRules, Place, Policy, Unused};
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;
use crate::model::vex::VexRules;
use crate::policy::draft::{At, Draft, EmergencyDraft};
use crate::policy::{baseline, due, feeds, loud, ownership, places, vex};

/// How many days an emergency may last.
pub(super) const MAX_DAYS: u32 = 3;

/// The gravest finding that an emergency may cover.
pub(super) const SEVERITY_AT_MOST: Severity = Severity::High;

/// Within how many hours an emergency must have been reviewed.
pub(super) const REVIEW_WITHIN_HOURS: u32 = 7 * 24;

/// How long before its end an exception is told to end.
const WARN_BEFORE_EXPIRY_HOURS: u32 = 14 * 24;

/// The policy, unless something that it must have is missing, which was told.
pub(super) fn settle(mut draft: Draft, files: Vec<ConfigFile>, problems: &mut Vec<Problem>) -> Option<Policy> {
    let mut wrong = |place: Place, code: &'static str, message: String, help: &str| {
        problems.push(place.problem(&files, Weight::Undecided, code, message, help));
    };
    let is_builtin = |place: Place| files.get(place.file as usize).is_some_and(ConfigFile::is_builtin);
    feeds::check(&draft, &mut wrong);
    if draft.due.is_none() {
        let of_rules = draft.rules.iter().map(|rule| ("rule", &rule.id, rule.place, &rule.when));
        let of_budgets = draft.budgets.iter().filter_map(|budget| match &budget.counts {
            Counted::Findings(when) => Some(("budget", &budget.id, budget.place, when)),
            Counted::ActiveExceptions => None,
        });
        for (what, id, place, when) in of_rules.chain(of_budgets) {
            let mut asks = false;
            when.visit(&mut |condition| asks |= matches!(condition, Condition::Overdue(_)));
            if asks {
                let message = format!("the {what} `{id}` asks for `overdue`, and there is no `due`");
                wrong(place, "policy-no-due", message, "add `due`, or remove it");
            }
        }
    }
    if let Some(due) = &draft.due
        && due.value.clock.is_none()
        && due.value.presets.is_empty()
    {
        wrong(due.place, "config-missing-key", "`due` lacks `clock`".to_owned(), "add `clock: first_seen`");
    }
    // A builtin names roles that nobody holds until somebody's policy fills them.
    let mut roles: BTreeMap<String, Vec<Address>> = draft.roles.iter().map(|(role, people)| (role.clone(), people.value.clone())).collect();
    let of_rows = draft.limits.iter().flatten().flat_map(|row| row.approver_roles.iter().map(|role| (role, row.place)));
    let emergency_roles = draft.emergency.iter().filter_map(|emergency| emergency.value.roles.as_ref());
    let of_emergency = emergency_roles.flat_map(|roles| roles.value.iter().map(|role| (role, roles.place)));
    let mut told = BTreeSet::new();
    for (role, place) in of_rows.chain(of_emergency) {
        if roles.contains_key(role) {
            continue;
        }
        if is_builtin(place) {
            roles.insert(role.clone(), Vec::new());
        } else if told.insert((role, place)) {
            let help = crate::base::suggest::help(role, draft.roles.keys().map(String::as_str));
            let help = if draft.roles.is_empty() { "define it under `exceptions.roles`".to_owned() } else { help };
            wrong(place, "policy-unknown-role", format!("no policy defines the role `{role}`"), &help);
        }
    }
    if let Some(told) = draft.emergency.as_ref().filter(|emergency| emergency.value.roles.is_none()) {
        wrong(told.place, "config-missing-key", "`emergency` lacks `roles`".to_owned(), "name who may approve");
    }
    let places = places::of(&draft);
    let baseline = baseline::settled(draft.baseline.take(), &mut wrong);
    problems.extend(ownership::contradictions(&draft.ownership, &files));
    let emergency = draft.emergency.as_ref().map(|emergency| settled(&emergency.value));
    let loud = loud::of(&draft, &files);
    let name = draft.name?;
    Some(Policy {
        name: name.value,
        place: name.place,
        owner: draft.owner?.value,
        files,
        enforced: draft.enforced.is_none_or(|enforced| enforced.value),
        context: Context {
            service: draft.service.map(|service| service.value),
            repository: draft.repository.map(|repository| repository.value),
            exposure: draft.exposure.map(|exposure| exposure.value),
        },
        escalation: values(draft.escalation),
        reports: values(draft.reports),
        require: draft.require?.value,
        accept_partial: draft.accept_partial,
        unrated_as: draft.unrated_as.map_or(Severity::High, |severity| severity.value),
        overrides: draft.overrides,
        rules: draft.rules,
        default_action: draft.default_action?.value,
        default_over: draft.default_over,
        feeds: feeds::settled(draft.feeds),
        vex: draft.vex.map_or_else(VexRules::default, vex::settled),
        baseline,
        due: draft.due.map(|due| due::settled(due.value, due.place)),
        budgets: draft.budgets,
        exceptions: ExceptionRules {
            files: values(draft.exception_files.unwrap_or_default()),
            roles,
            limits: draft.limits,
            separation_of_duties: draft.separation_of_duties.is_none_or(|told| told.value),
            warn_before_expiry_hours: draft.warn_before_expiry.map_or(WARN_BEFORE_EXPIRY_HOURS, |hours| hours.value),
            unused: draft.unused.map_or(Unused::Warn, |unused| unused.value),
            emergency,
        },
        ownership: draft.ownership,
        codeowners: draft.use_codeowners.filter(|used| used.value).map(|used| used.place),
        loud,
        places,
    })
}

fn values<T>(told: Vec<At<T>>) -> Vec<T> {
    told.into_iter().map(|told| told.value).collect()
}

/// Who may let something through at once, with the defaults.
fn settled(told: &EmergencyDraft) -> Emergency {
    Emergency {
        roles: told.roles.as_ref().map(|roles| roles.value.clone()).unwrap_or_default(),
        max_days: told.max_days.as_ref().map_or(MAX_DAYS, |days| days.value),
        severity_at_most: told.severity_at_most.as_ref().map_or(SEVERITY_AT_MOST, |severity| severity.value),
        review_within_hours: told.review_within.as_ref().map_or(REVIEW_WITHIN_HOURS, |hours| hours.value),
    }
}

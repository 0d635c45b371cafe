//! Where each value of a policy stands that is no row of its own, for who asks where it comes from.

use std::collections::BTreeMap;

use crate::model::policy::Place;
use crate::policy::draft::{At, Draft};

/// The places by keys: see [`crate::model::policy::Policy::places`].
pub(super) fn of(draft: &Draft) -> BTreeMap<String, Place> {
    let mut places = Places::default();
    places.one("name", draft.name.as_ref());
    places.one("owner", draft.owner.as_ref());
    places.one("enforcement", draft.enforced.as_ref());
    places.one("context.service", draft.service.as_ref());
    places.one("context.repository", draft.repository.as_ref());
    places.one("context.exposure", draft.exposure.as_ref());
    places.list("escalation", &draft.escalation);
    places.list("inputs.reports", &draft.reports);
    places.one("inputs.require", draft.require.as_ref());
    places.one("severity.unrated_as", draft.unrated_as.as_ref());
    places.one("default_action", draft.default_action.as_ref());
    for (kind, feed) in &draft.feeds {
        let key = |name: &str| format!("feeds.{}.{name}", kind.word());
        places.one(&key("path"), feed.path.as_ref());
        places.one(&key("max_age"), feed.max_age.as_ref());
        places.one(&key("on_stale"), feed.on_stale.as_ref());
    }
    if let Some(vex) = &draft.vex {
        places.one("vex.sources", vex.sources.as_ref());
        places.one("vex.accept_justifications", vex.accepted.as_ref());
        places.one("vex.allow_versionless", vex.allow_versionless.as_ref());
    }
    if let Some(baseline) = &draft.baseline {
        places.one("baseline.path", baseline.path.as_ref());
        places.one("baseline.reported_by", baseline.reported_by.as_ref());
        places.one("baseline.on_missing", baseline.on_missing.as_ref());
        places.one("baseline.adopt", baseline.adopt.as_ref());
    }
    if let Some(due) = &draft.due {
        places.one("due.clock", due.value.clock.as_ref());
        due.value.hours.iter().for_each(|(key, told)| places.one(&format!("due.{key}"), Some(told)));
    }
    places.list("exceptions.files", draft.exception_files.as_deref().unwrap_or_default());
    draft.roles.iter().for_each(|(role, people)| places.one(&format!("exceptions.roles.{role}"), Some(people)));
    places.one("exceptions.separation_of_duties", draft.separation_of_duties.as_ref());
    places.one("exceptions.warn_before_expiry", draft.warn_before_expiry.as_ref());
    places.one("exceptions.unused", draft.unused.as_ref());
    if let Some(emergency) = &draft.emergency {
        places.one("exceptions.emergency.roles", emergency.value.roles.as_ref());
        places.one("exceptions.emergency.max_days", emergency.value.max_days.as_ref());
        places.one("exceptions.emergency.severity_at_most", emergency.value.severity_at_most.as_ref());
        places.one("exceptions.emergency.review_within", emergency.value.review_within.as_ref());
    }
    places.one("use_codeowners", draft.use_codeowners.as_ref());
    places.0
}

#[derive(Default)]
struct Places(BTreeMap<String, Place>);

impl Places {
    fn one<T>(&mut self, key: &str, told: Option<&At<T>>) {
        self.0.extend(told.map(|told| (key.to_owned(), told.place)));
    }

    fn list<T>(&mut self, key: &str, told: &[At<T>]) {
        self.0.extend(told.iter().enumerate().map(|(nth, told)| (format!("{key}.{nth}"), told.place)));
    }
}

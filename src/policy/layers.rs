//! A layer over a policy: it adds, it sets what is not set, and what is set it may only tighten.
//!
//! Each key is compared on its own, and everything looser is a mistake that names both lines. What nobody set has its default:
//! a layer may not be looser than that either.

use std::collections::{BTreeMap, HashMap};

use crate::base::address::Address;
use crate::model::baseline::OnMissing;
use crate::model::exception::ExceptionType;
use crate::model::intel::{FeedKind, OnStale};
use crate::model::policy::{Action, ConfigFile, Exposure, Limit, Override, Place, Unused};
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;
use crate::policy::draft::{At, BaselineDraft, Draft, DueDraft, EmergencyDraft, FeedDraft, VexDraft};
use crate::policy::{due, settle, vex, worse};

/// Tells what is looser.
pub(super) struct Ratchet<'f> {
    pub(super) files: &'f [ConfigFile],
    pub(super) problems: &'f mut Vec<Problem>,
}

impl Ratchet<'_> {
    /// A layer over a base.
    pub(super) fn put(&mut self, base: Draft, layer: Draft) -> Draft {
        let budgets = |draft: &Draft| -> Vec<(String, Place)> { draft.budgets.iter().map(|b| (b.id.clone(), b.place)).collect() };
        let (base_budgets, layer_budgets) = (budgets(&base), budgets(&layer));
        self.unique("budget", base_budgets.iter().map(|(id, at)| (id, *at)), layer_budgets.iter().map(|(id, at)| (id, *at)));
        self.unique("rule", base.rules.iter().map(|r| (&r.id, r.place)), layer.rules.iter().map(|r| (&r.id, r.place)));
        let ids = |draft: &Draft| -> Vec<(String, Place)> {
            draft.require.iter().flat_map(|rows| rows.value.iter().map(|row| (row.id.clone(), row.place))).collect()
        };
        let (base_ids, layer_ids) = (ids(&base), ids(&layer));
        self.unique("required input", base_ids.iter().map(|(id, at)| (id, *at)), layer_ids.iter().map(|(id, at)| (id, *at)));
        for entry in &layer.accept_partial {
            self.wrong(entry.place, None, "a layer accepts no error of a scanner", "let the policy under it accept the error");
        }
        // An override of a layer only raises, whatever the finding was; one that says low could not.
        for entry in layer.overrides.iter().filter(|entry| entry.severity < Severity::High) {
            let message = format!("an override of a layer may only raise, and `{}` lowers", entry.severity.word());
            self.wrong(entry.place, None, &message, "let the policy under it have the override");
        }
        for (place, what, under) in worse::let_go(&base, &layer) {
            let message = format!("what this makes worse, {what} at {} may let go", self.at(under));
            self.wrong(place, None, &message, "add a rule that blocks instead, or let what lies under it hold for what is worse, too");
        }
        let raising = layer.overrides.into_iter().map(|entry| Override { only_raises: true, ..entry });
        self.limits(&base.limits, &layer.limits);
        Draft {
            name: layer.name.or(base.name),
            owner: layer.owner.or(base.owner),
            enforced: self.tighter("enforcement", base.enforced, layer.enforced, &true, |base, layer| *base && !*layer),
            service: self.same("service", base.service, layer.service),
            repository: self.same("repository", base.repository, layer.repository),
            exposure: self.tighter("exposure", base.exposure, layer.exposure, &Exposure::Internal, |base, layer| {
                *base != Exposure::Internal && *layer == Exposure::Internal
            }),
            escalation: joined(base.escalation, layer.escalation),
            reports: base.reports.into_iter().chain(layer.reports).collect(),
            require: match (base.require, layer.require) {
                (Some(base), Some(layer)) => Some(At { value: base.value.into_iter().chain(layer.value).collect(), ..base }),
                (base, layer) => base.or(layer),
            },
            accept_partial: base.accept_partial,
            unrated_as: self.tighter("unrated_as", base.unrated_as, layer.unrated_as, &Severity::High, |base, layer| layer < base),
            overrides: base.overrides.into_iter().chain(raising).collect(),
            // A rule of a layer takes the place of no default, its own neither: that may only be stricter than what lies under it.
            default_over: base.default_over,
            rules: base.rules.into_iter().chain(layer.rules).collect(),
            default_action: self
                .tighter("default_action", base.default_action, layer.default_action, &Action::Pass, |base, layer| layer < base),
            feeds: self.feeds(base.feeds, layer.feeds),
            vex: self.vex(base.vex, layer.vex),
            baseline: self.baseline(base.baseline, layer.baseline),
            budgets: base.budgets.into_iter().chain(layer.budgets).collect(),
            due: match (base.due, layer.due) {
                (Some(base), Some(layer)) => Some(At { value: self.due(base.value, layer.value), ..base }),
                (base, layer) => base.or(layer),
            },
            exception_files: match (base.exception_files, layer.exception_files) {
                (Some(base), Some(layer)) => Some(base.into_iter().chain(layer).collect()),
                (base, layer) => base.or(layer),
            },
            roles: self.roles(base.roles, layer.roles),
            limits: base.limits.into_iter().chain(layer.limits).collect(),
            separation_of_duties: self.tighter(
                "separation_of_duties",
                base.separation_of_duties,
                layer.separation_of_duties,
                &true,
                |base, layer| *base && !*layer,
            ),
            warn_before_expiry: layer.warn_before_expiry.or(base.warn_before_expiry),
            unused: self.tighter("unused", base.unused, layer.unused, &Unused::Warn, |base, layer| layer < base),
            emergency: self.emergency(base.emergency, layer.emergency),
            // What lies under it comes first: a layer owns what nobody owns yet.
            ownership: base.ownership.into_iter().chain(layer.ownership).collect(),
            use_codeowners: self.same("use_codeowners", base.use_codeowners, layer.use_codeowners),
        }
    }

    fn wrong(&mut self, place: Place, base: Option<Place>, message: &str, help: &str) {
        let under = base.map_or_else(String::new, |base| format!(" than {}", self.at(base)));
        self.problems.push(place.problem(self.files, Weight::Undecided, "policy-looser", format!("{message}{under}"), help));
    }

    /// The file and line of a place.
    fn at(&self, place: Place) -> String {
        format!("{}:{}", self.files.get(place.file as usize).map_or("the default", |file| file.name.as_str()), place.line)
    }

    fn looser(&mut self, key: &str, place: Place, base: Option<Place>) {
        let under = if base.is_some() { "" } else { " than its default" };
        self.wrong(place, base, &format!("`{key}` is looser here{under}"), "a layer may only tighten: remove it, or make it stricter");
    }

    /// The layer's value if there is one, which must not be looser.
    fn tighter<T>(
        &mut self,
        key: &str,
        base: Option<At<T>>,
        layer: Option<At<T>>,
        default: &T,
        is_looser: impl Fn(&T, &T) -> bool,
    ) -> Option<At<T>> {
        let Some(layer) = layer else { return base };
        let set = base.as_ref();
        if is_looser(set.map_or(default, |base| &base.value), &layer.value) {
            self.looser(key, layer.place, set.map(|base| base.place));
            return base;
        }
        Some(layer)
    }

    /// A fact, which a layer may tell where nobody did.
    fn same<T: PartialEq>(&mut self, key: &str, base: Option<At<T>>, layer: Option<At<T>>) -> Option<At<T>> {
        if let (Some(base), Some(layer)) = (&base, &layer)
            && base.value != layer.value
        {
            self.wrong(layer.place, Some(base.place), &format!("`{key}` is another one"), "keep what the policy under it says");
        }
        base.or(layer)
    }

    fn unique<'a>(
        &mut self,
        what: &str,
        base: impl Iterator<Item = (&'a String, Place)>,
        layer: impl Iterator<Item = (&'a String, Place)>,
    ) {
        let known: Vec<(String, Place)> = base.map(|(id, place)| (id.to_ascii_lowercase(), place)).collect();
        let index: HashMap<&str, Place> = known.iter().map(|(id, place)| (id.as_str(), *place)).collect();
        for (id, place) in layer {
            if let Some(first) = index.get(id.to_ascii_lowercase().as_str()) {
                let message = format!("the {what} `{id}` is there already, at {}", self.at(*first));
                self.wrong(place, None, &message, "give it a name of its own: what a policy under it says cannot be redefined");
            }
        }
    }

    fn due(&mut self, base: DueDraft, layer: DueDraft) -> DueDraft {
        // Days without a clock of their own count as those of the first preset do: a layer does not set another one for them.
        let first = base.presets.first().filter(|_| !base.hours.is_empty());
        let of_preset = first.map(|adopted| At { value: adopted.preset.days.clock, place: adopted.place });
        let clock = self.same("clock", base.clock.or(of_preset), layer.clock);
        let mut hours = base.hours;
        for (key, told) in layer.hours {
            let of_preset = base.presets.iter().find(|known| due::days_of(&known.preset, key).is_some_and(|most| told.value > most));
            match (hours.get(key), of_preset) {
                (Some(known), _) if told.value > known.value => self.looser(key, told.place, Some(known.place)),
                (_, Some(preset)) => self.looser(key, told.place, Some(preset.place)),
                (Some(_) | None, None) => {
                    hours.insert(key, told);
                }
            }
        }
        let mut presets = base.presets;
        for told in layer.presets {
            // Each of them counts, so one more makes no day later.
            if !presets.iter().any(|known| known.preset.id == told.preset.id) {
                presets.push(told);
            }
        }
        DueDraft { clock, hours, presets }
    }

    /// A feed may be named where nobody did; of one that is there, only the age and what too old a one does may be tighter.
    fn feeds(&mut self, base: BTreeMap<FeedKind, FeedDraft>, layer: BTreeMap<FeedKind, FeedDraft>) -> BTreeMap<FeedKind, FeedDraft> {
        let mut feeds = base;
        for (kind, told) in layer {
            let Some(known) = feeds.remove(&kind) else {
                feeds.insert(kind, told);
                continue;
            };
            let path = self.same("path", known.path, told.path);
            let max_age = self.tighter("max_age", known.max_age, told.max_age, &u32::MAX, |base, layer| layer > base);
            let on_stale = self.tighter("on_stale", known.on_stale, told.on_stale, &OnStale::Undecided, |base, layer| layer < base);
            feeds.insert(kind, FeedDraft { place: known.place, path, max_age, on_stale });
        }
        feeds
    }

    /// Sources may be named where nobody did, with what they may say; of those that are there, a layer may only listen to fewer. What has
    /// no version stands for every version only where the lowest policy says so.
    fn vex(&mut self, base: Option<VexDraft>, layer: Option<VexDraft>) -> Option<VexDraft> {
        let Some(told) = layer else { return base };
        let (known, is_first) = (base.clone().unwrap_or_default(), base.is_none());
        let wider = known.sources.as_ref().zip(told.sources.as_ref()).and_then(|(known, told)| vex::wider(&known.value, &told.value));
        if let Some(source) = wider {
            let message = format!("`sources` has another one, or another author: {}", source.path);
            let before = known.sources.as_ref().map(|sources| sources.place);
            self.wrong(source.place, before, &message, "a layer may only listen to fewer");
        }
        let milder = told.accepted.as_ref().filter(|_| !is_first).and_then(|told| Some((told.place, vex::milder(&known, &told.value)?)));
        if let Some((place, justification)) = milder {
            let before = known.accepted.as_ref().map(|accepted| accepted.place);
            let message = format!("`accept_justifications` has one more: {}", justification.word());
            self.wrong(place, before, &message, "a layer may only accept fewer");
        }
        let versionless = |base: &bool, layer: &bool| *layer && !*base;
        Some(VexDraft {
            sources: told.sources.or(known.sources),
            accepted: told.accepted.or(known.accepted),
            allow_versionless: self.tighter("allow_versionless", known.allow_versionless, told.allow_versionless, &false, versionless),
        })
    }

    /// A baseline may be named where nobody did; of one that is there, only what it means that it is missing may be stricter.
    fn baseline(&mut self, base: Option<BaselineDraft>, layer: Option<BaselineDraft>) -> Option<BaselineDraft> {
        let (Some(known), Some(told)) = (&base, &layer) else { return base.or(layer) };
        let (known, told) = (known.clone(), told.clone());
        let path = self.same("path", known.path, told.path);
        let reported_by = self.same("reported_by", known.reported_by, told.reported_by);
        let on_missing = self.tighter("on_missing", known.on_missing, told.on_missing, &OnMissing::AllNew, |base, layer| layer < base);
        let adopt = self.same("adopt", known.adopt, told.adopt);
        Some(BaselineDraft { place: known.place, path, reported_by, on_missing, adopt })
    }

    fn roles(
        &mut self,
        base: BTreeMap<String, At<Vec<Address>>>,
        layer: BTreeMap<String, At<Vec<Address>>>,
    ) -> BTreeMap<String, At<Vec<Address>>> {
        let mut roles = base;
        for (role, told) in layer {
            match roles.get(&role) {
                Some(known) if told.value.iter().any(|person| !known.value.contains(person)) => {
                    let message = format!("the role `{role}` has more people");
                    self.wrong(told.place, Some(known.place), &message, "a layer may only take people out of a role");
                }
                Some(_) | None => {
                    roles.insert(role, told);
                }
            }
        }
        roles
    }

    fn emergency(&mut self, base: Option<At<EmergencyDraft>>, layer: Option<At<EmergencyDraft>>) -> Option<At<EmergencyDraft>> {
        let Some(layer) = layer else { return base };
        let Some(base) = base else {
            self.wrong(layer.place, None, "a layer may not bring `emergency`", "let the policy under it have it");
            return None;
        };
        let (under, over) = (base.value, layer.value);
        let more = |base: &Vec<String>, layer: &Vec<String>| layer.iter().any(|role| !base.contains(role));
        let value = EmergencyDraft {
            roles: self.tighter("roles", under.roles, over.roles, &Vec::new(), more),
            max_days: self.tighter("max_days", under.max_days, over.max_days, &settle::MAX_DAYS, |base, layer| layer > base),
            severity_at_most: self.tighter(
                "severity_at_most",
                under.severity_at_most,
                over.severity_at_most,
                &settle::SEVERITY_AT_MOST,
                |base, layer| layer > base,
            ),
            review_within: self.tighter(
                "review_within",
                under.review_within,
                over.review_within,
                &settle::REVIEW_WITHIN_HOURS,
                |base, layer| layer > base,
            ),
        };
        Some(At { value, place: base.place })
    }

    /// Each row of the layer may admit only what some row of each layer under it admits, severity by severity and type by type.
    fn limits(&mut self, base: &[Vec<Limit>], layer: &[Vec<Limit>]) {
        for row in layer.iter().flatten() {
            let wider = base.iter().find(|rows| !admits_all(rows, row));
            if let Some(first) = wider.and_then(|rows| rows.first()) {
                let help = "make it no wider than a row there: severity, types, lifetime, renewals, roles, floor";
                self.wrong(row.place, Some(first.place), "this row admits more", help);
            }
        }
    }
}

/// Whether some rows admit all that a row admits.
pub(super) fn admits_all(rows: &[Limit], row: &Limit) -> bool {
    let types: &[ExceptionType] = if row.types.is_empty() { &ExceptionType::ALL } else { &row.types };
    let cells = types.iter().flat_map(|kind| row.severities.iter().map(move |severity| (kind, severity)));
    cells.into_iter().all(|(kind, severity)| {
        rows.iter().any(|under| {
            (under.types.is_empty() || under.types.contains(kind))
                && under.severities.contains(severity)
                && row.max_lifetime_hours <= under.max_lifetime_hours
                && row.max_renewals <= under.max_renewals
                && row.floor >= under.floor
                && row.approver_roles.iter().all(|role| under.approver_roles.contains(role))
        })
    })
}

fn joined(base: Vec<At<Address>>, layer: Vec<At<Address>>) -> Vec<At<Address>> {
    let is_new = |person: &At<Address>| base.iter().all(|known| known.value != person.value);
    let more: Vec<At<Address>> = layer.into_iter().filter(is_new).collect();
    base.into_iter().chain(more).collect()
}

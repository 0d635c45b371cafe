//! Findings of results that have more than a rule and a place: components, secrets, infrastructure.

use std::num::NonZero;

use super::{Normalizer, advisory, cvss, muted, severity, taxa};
use crate::base::pool::Span;
use crate::base::text::{Text, Texts};
use crate::model::finding::{Detail, Finding, Package, RuleId, Sighting};
use crate::model::identity::{Category, FindingId, Fingerprint, Keys, advisory_order};
use crate::model::location::{Location, Pointer};
use crate::model::problem::{Problems, Weight};
use crate::model::raw::{Claim, Claimed, DetailId, RawDetail, RawFinding, RawPackage, Suppression};
use crate::model::severity::{Assessment, Source};
use crate::normalize::package::{self, BadPurl, Told};
use crate::normalize::severity::Rated;

/// What a vulnerability is called, and its weaknesses.
#[derive(Clone, Copy)]
pub(super) struct Names {
    ids: Span<Text>,
    bundle: Option<Text>,
    cwes: Span<u32>,
    tags: Span<Text>,
    /// Whether what is said of it may quote a credential.
    is_credential: bool,
}

/// The lists of ids and tags of a row, and what they come to.
pub(super) type KnownNames = ((Span<Text>, Span<Text>), Names);

/// What a rating depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Judged {
    /// What is said of the result.
    pub(super) claims: Span<Claim>,
    /// And of its rule.
    pub(super) of_rule: Span<Claim>,
    /// The distribution that knows best, if one does.
    pub(super) os: Option<Text>,
    /// Whether what is said may quote a secret.
    pub(super) is_secret: bool,
}

/// A rating, and what it rests on.
pub(super) type Rating = (Rated, Span<Assessment>);

/// A component as it is known, and the version in use.
#[derive(Clone, Copy)]
pub(super) struct Component {
    pub(super) package: Package,
    pub(super) version: Option<Text>,
    /// The distribution, of what an operating system brings.
    distribution: Option<Text>,
}

impl Normalizer<'_> {
    /// The finding of a row with its details.
    pub(super) fn detailed(&mut self, row: &RawFinding, raw: &RawDetail, problems: &mut Problems) -> Finding {
        let text = |text: Text| self.shared.map.apply(text);
        let pointer = Pointer { list: text(row.pointer.list), index: row.pointer.index };
        let (component, bad_purl) = self.component(self.package(raw));
        let names = self.names(raw.ids, row.tags);
        let category = {
            let ids = self.evidence.words.get(names.ids).iter().map(|&id| self.evidence.texts.get(id).as_data());
            advisory::category(raw.category.unwrap_or(self.category), ids)
        };
        // An advisory about a component quotes no secret of ours.
        let is_secret = self.finds_secrets || category == Category::Secret || component.is_none() && names.is_credential;
        let os = component.and_then(|component| component.distribution);
        let (rated, assessments) = self.rated(Judged { claims: row.claims, of_rule: Span::default(), os, is_secret });
        if let Some(problem) = rated.problem {
            let list = self.evidence.texts.get(pointer.list).as_data();
            problems.add(Weight::Note, problem.code(), || format!("{list}/{}", pointer.index), problem.message(), "");
        }
        if let Some(bad) = bad_purl {
            let list = self.evidence.texts.get(pointer.list).as_data();
            problems.add(Weight::Note, "bad-purl", || format!("{list}/{}", pointer.index), format!("{bad}: the package's name counts"), "");
        }
        let severity_as_told = rated.told.filter(|_| !is_secret || rated.severity.is_some()).map(text);
        let suppressed = match (raw.claim, row.suppressed) {
            (Claimed::Open, told) => told,
            (Claimed::NotAffected | Claimed::Fixed, told) => told.max(Suppression::External),
        };
        let sighting =
            Sighting { scan: self.scan, pointer, severity_as_told, suppressed, baseline_state: row.baseline_state, claim: raw.claim };
        let locations = self.locations(row.locations, pointer, false, problems);
        let rule = self.rule_of(row);
        let detail = self.detail(raw, component, names.bundle, is_secret);
        let fingerprints = self.detailed_keys(row, raw, &detail, names.ids, category, locations);
        self.evidence.details.push(detail);
        Finding {
            id: self.evidence.fingerprints.get(fingerprints).first().copied().map(FindingId::from).unwrap_or_default(),
            category,
            state: rated.state,
            suppressed,
            severity: rated.severity,
            chosen: rated.chosen,
            assessments,
            rule: self.rules.get(rule).map_or(RuleId(0), |of_rule| of_rule.rule),
            ids: names.ids,
            cwes: names.cwes,
            tags: if is_secret { Span::default() } else { names.tags },
            message: row.message.filter(|_| !is_secret).map(text),
            locations,
            fingerprints,
            sightings: self.evidence.sightings.add([sighting]),
            detail: Some(DetailId::at(self.evidence.details.len() - 1)),
            entry: None,
            group: None,
        }
    }

    /// What a vulnerability is called. Rows that follow each other share it, where one is about many components.
    fn names(&mut self, told: Span<Text>, tags: Span<Text>) -> Names {
        let key = (told, tags);
        if let Some((_, names)) = self.last_names.filter(|(known, _)| *known == key) {
            return names;
        }
        let shared = self.shared;
        let (ids, bundle) = self.ids(shared.words.get(told).iter().map(|&id| shared.map.apply(id)));
        let words = self.shared.words.get(tags).iter();
        let mut cwes: Vec<u32> =
            words.filter_map(|&tag| taxa::cwe(self.evidence.texts.get(self.shared.map.apply(tag)).as_data())).collect();
        cwes.sort_unstable();
        cwes.dedup();
        let is_credential = cwes.iter().any(|&cwe| taxa::is_credential(cwe));
        let tags = self.tags([tags, Span::default()]);
        let names = Names { ids: self.evidence.words.add(ids), bundle, cwes: self.evidence.cwes.add(cwes), tags, is_credential };
        self.last_names = Some((key, names));
        names
    }

    /// The ids of a vulnerability, told in texts of the evidence, sorted; and the first one told if it is an advisory for several
    /// vulnerabilities at once. Behind other ids such an advisory is left out.
    pub(super) fn ids(&mut self, told: impl Iterator<Item = Text>) -> (Vec<Text>, Option<Text>) {
        let (mut ids, mut bundle) = (Vec::new(), None);
        for (place, told) in told.enumerate() {
            let (id, is_bundle) = self.id(told);
            if place == 0 && is_bundle {
                bundle = Some(id);
            }
            if place == 0 || !is_bundle {
                ids.push(id);
            }
        }
        ids.sort_by(|&a, &b| {
            let order = |id: Text| advisory_order(self.evidence.texts.get(id).as_data());
            order(a).cmp(&order(b))
        });
        ids.dedup();
        (ids, bundle)
    }

    /// A rating. Most reports say the same few things of all results.
    pub(super) fn rated(&mut self, judged: Judged) -> Rating {
        if let Some(rating) = self.ratings.get(&judged) {
            return *rating;
        }
        let Judged { claims, of_rule, os, is_secret } = judged;
        let claims = [claims, of_rule].map(|claims| self.shared.claims.get(claims)).concat();
        self.score(&claims);
        let (rated, assessments) = {
            let words = |told: Text| self.evidence.texts.get(self.shared.map.apply(told)).as_data();
            let os = os.map(|os| self.evidence.texts.get(os).as_data());
            let scored = |vector| self.vectors.get(vector).copied();
            severity::rate(&claims, self.taken(), os, &words, &scored)
        };
        let assessments: Vec<_> = assessments.into_iter().map(|assessment| muted(self.renamed(assessment), is_secret)).collect();
        let rating = (rated, self.evidence.assessments.add(assessments));
        self.ratings.insert(judged, rating);
        rating
    }

    /// An id as its database writes it, and whether it is an advisory for several vulnerabilities.
    fn id(&mut self, told: Text) -> (Text, bool) {
        let word = self.evidence.texts.get(told).as_data();
        let (id, is_bundle) = advisory::id(word);
        let respelled = (id != word).then(|| id.into_owned());
        (respelled.map_or(told, |id| self.evidence.texts.intern(&id)), is_bundle)
    }

    /// Scores the vectors of some claims, each once for the report.
    fn score(&mut self, claims: &[Claim]) {
        for vector in claims.iter().filter_map(|claim| claim.vector) {
            if self.vectors.get(vector).is_none() {
                let told = self.evidence.texts.get(self.shared.map.apply(vector)).as_data();
                self.vectors.set(vector, cvss::score(told));
            }
        }
    }

    fn detail(&mut self, raw: &RawDetail, component: Option<Component>, bundle: Option<Text>, is_secret: bool) -> Detail {
        let text = |text: Text| self.shared.map.apply(text);
        let fixed: Vec<Text> = self.shared.words.get(raw.fixed_versions).iter().map(|&version| text(version)).collect();
        Detail {
            // What a secret scanner says in words may quote the secret.
            title: raw.title.filter(|_| !is_secret).map(text),
            package: component.map(|component| component.package),
            versions: self.evidence.words.add(component.and_then(|component| component.version)),
            purls: Span::default(),
            // A version that has it is a fix, whatever else is said.
            fix_available: if fixed.is_empty() { raw.fix_available } else { Some(true) },
            fixed_versions: self.evidence.words.add(fixed),
            target: raw.target.map(text),
            reachable: raw.reachable,
            dev: raw.dev,
            direct: raw.direct,
            verified: raw.verified,
            kev: raw.kev,
            epss: raw.epss.and_then(|told| advisory::epss(self.evidence.texts.get(text(told)).as_data())),
            epss_is_least: false,
            ssvc: None,
            published: raw.published,
            fix_released: raw.fix_released,
            first_seen: raw.first_seen,
            bundle,
        }
    }

    /// An assessment in the words of the evidence.
    fn renamed(&self, assessment: Assessment) -> Assessment {
        let apply = |text: Text| self.shared.map.apply(text);
        let source = if let Source::By(who) = assessment.source { Source::By(apply(who)) } else { assessment.source };
        Assessment { source, told: assessment.told.map(apply), vector: assessment.vector.map(apply), ..assessment }
    }

    /// The component of a result, in texts of the evidence.
    fn package(&self, raw: &RawDetail) -> RawPackage {
        let RawPackage { purl, ecosystem, name, version } = raw.package;
        let [purl, ecosystem, name, version] = [purl, ecosystem, name, version].map(|told| told.map(|told| self.shared.map.apply(told)));
        RawPackage { purl, ecosystem, name, version }
    }

    /// The component that a result names in texts of the evidence; reports name the same few over and over.
    pub(super) fn component(&mut self, told: RawPackage) -> (Option<Component>, Option<BadPurl>) {
        let RawPackage { purl, ecosystem, name, version } = told;
        let key = [purl, ecosystem, name, version];
        if let Some(known) = self.components.get(&key) {
            return *known;
        }
        let component = component(key, &mut self.evidence.texts);
        self.components.insert(key, component);
        component
    }

    /// The keys of a result, strongest first; several of one strength by their digests.
    fn detailed_keys(
        &mut self,
        row: &RawFinding,
        raw: &RawDetail,
        detail: &Detail,
        ids: Span<Text>,
        category: Category,
        locations: Span<Location>,
    ) -> Span<Fingerprint> {
        let place = self.evidence.locations.get(locations).first().copied().unwrap_or_default();
        let rule_id = row.rule_id.map(|id| self.shared.map.apply(id));
        if let Some(keys) = self.component_keys(detail, ids, rule_id, place.path) {
            return keys;
        }
        let ids = self.evidence.words.get(ids);
        let word = |text: Option<Text>| text.map_or("", |text| self.evidence.texts.get(text).as_data());
        let rule_id = word(rule_id);
        let mark = word(raw.mark.map(|mark| self.shared.map.apply(mark)));
        let rule_id = if rule_id.is_empty() { word(ids.first().copied()) } else { rule_id };
        let mut keys = Keys::of(word(Some(self.tool)), rule_id);
        let path = word(place.path.or(detail.target));
        let key = match category {
            Category::Secret if !mark.is_empty() => keys.by_secret(path, mark),
            Category::Iac if !mark.is_empty() => keys.by_resource(path, mark),
            Category::Sast | Category::Dast | Category::Quality | Category::Other if !mark.is_empty() => keys.by_print(mark),
            Category::Secret
            | Category::Iac
            | Category::Sast
            | Category::Sca
            | Category::Dast
            | Category::License
            | Category::Malware
            | Category::Quality
            | Category::Other => keys.by_location(path, place.start_line.map_or(0, NonZero::get)),
        };
        self.evidence.fingerprints.add([key])
    }
}

/// The distribution by whose name its ratings go, by that in purls.
fn rater(distribution: &str) -> &str {
    match distribution {
        "centos" => "redhat",
        "opensuse" => "suse",
        other => other,
    }
}

/// The component that a tool names, and what is wrong with its purl.
fn component(told: [Option<Text>; 4], texts: &mut Texts) -> (Option<Component>, Option<BadPurl>) {
    let (package, bad) = {
        let text = |text: Option<Text>| text.map(|text| texts.get(text).as_data()).filter(|text| !text.is_empty());
        let [purl, ecosystem, name, version] = told;
        package::package(&Told { purl: text(purl), ecosystem: text(ecosystem), name: text(name), version: text(version) })
    };
    let component = package.map(|package| {
        // What is told in the one spelling already is told again.
        let mut intern = |text: &str| {
            let same = told.into_iter().flatten().find(|&told| texts.get(told).as_data() == text);
            same.unwrap_or_else(|| texts.intern(text))
        };
        Component {
            package: Package {
                purl: package.purl.as_deref().map(&mut intern),
                component: intern(&package.component),
                ecosystem: package.ecosystem.as_deref().map(&mut intern),
                name: intern(&package.name),
                is_os: package.is_os,
            },
            version: package.comparable_version().map(&mut intern),
            distribution: package.is_os.then(|| intern(rater(package.namespace.as_deref().unwrap_or_default()))),
        }
    });
    (component, bad)
}

//! Rating what a report quotes of several: the tool's own word, vendors, databases, CVSS of several versions.
//!
//! Of one source the newest version of CVSS counts, and CVSS 2 only where nothing newer is there at all; a word counts beside it, the
//! graver of the two. Then the gravest source counts; but of what an operating system brings its distribution knows best how it was
//! built, and where that rates it nobody else is asked.

use hashbrown::HashMap;

use super::{Oddity, Rated, Said, Scored};
use crate::base::text::Text;
use crate::model::finding::State;
use crate::model::raw::Claim;
use crate::model::severity::{CvssVersion, Kind, Severity, Source};

/// The rating. A word that nobody knows, or a score that is none, could mean the worst: it leaves the finding unrated, unless something
/// else says critical.
pub(super) fn rate<'t>(
    claims: &[Claim],
    said: &[Said],
    vectors: &[Option<Scored>],
    os: Option<&str>,
    text: &dyn Fn(Text) -> &'t str,
) -> Rated {
    let counting = counting(claims, said, vectors);
    let gravest = |of: &dyn Fn(&Claim) -> bool| {
        let of = counting.iter().filter(|&&(_, claim, _)| of(claim));
        of.fold(None, |best: Option<(usize, Severity)>, &(index, _, severity)| match best {
            Some((_, known)) if known >= severity => best,
            Some(_) | None => Some((index, severity)),
        })
    };
    let any = gravest(&|_| true);
    let by = |wanted: &str| gravest(&|claim| matches!(claim.source, Source::By(who) if text(who).eq_ignore_ascii_case(wanted)));
    let chosen = match os {
        Some(distribution) => by(distribution).or(any),
        None => any,
    };
    let odd = claims.iter().zip(said).zip(vectors).map(|((claim, said), vector)| match (claim.kind, said, vector) {
        (Kind::Label, Said::Unreadable, _) => Some(Oddity::Label),
        (Kind::Cvss(_), Said::Unreadable, None) => Some(Oddity::CvssScore),
        _ => None,
    });
    let unknown = odd.enumerate().find_map(|(index, odd)| Some((index, odd?)));
    let (chosen, severity) = match (chosen, unknown, any) {
        (_, Some(_), Some((index, Severity::Critical))) => (Some(index), Some(Severity::Critical)),
        (_, Some((index, _)), _) => (Some(index), None),
        (Some((index, severity)), None, _) => (Some(index), Some(severity)),
        (None, None, _) => (said.iter().position(|said| matches!(said, Said::Unreadable | Said::NoScore)), None),
    };
    Rated {
        severity,
        chosen: chosen.map_or(u8::MAX, |index| u8::try_from(index).unwrap_or(u8::MAX)),
        state: State::Open,
        told: chosen.and_then(|index| claims.get(index)).or(claims.first()).map(|claim| claim.told),
        problem: unknown.map(|(_, odd)| odd).or_else(|| oddity(said, vectors, &counting)),
    }
}

type Counting<'c> = Vec<(usize, &'c Claim, Severity)>;

/// The claims that count within their source.
fn counting<'c>(claims: &'c [Claim], said: &[Said], vectors: &[Option<Scored>]) -> Counting<'c> {
    let rated = claims.iter().zip(said).enumerate().filter_map(|(index, (claim, said))| match said {
        Said::Severity(severity, _) => Some((index, claim, *severity)),
        Said::NoScore | Said::Unreadable => None,
    });
    let rated: Counting = rated.collect();
    // A vector knows its own version better than the tool.
    let version = |index: usize, claim: &Claim| match (claim.kind, vectors.get(index)) {
        (Kind::Cvss(_), Some(Some(Ok((version, _))))) => Some(*version),
        (Kind::Cvss(version), _) => Some(version),
        (Kind::Number | Kind::Label | Kind::Word(_) | Kind::Level | Kind::ResultKind, _) => None,
    };
    let mut newest: HashMap<Source, CvssVersion> = HashMap::new();
    for (source, version) in rated.iter().filter_map(|&(index, claim, _)| Some((claim.source, version(index, claim)?))) {
        let known = newest.entry(source).or_insert(version);
        *known = version.max(*known);
    }
    let has_newer = rated.iter().any(|&(index, claim, _)| version(index, claim) > Some(CvssVersion::Unknown));
    let counts = |index: usize, claim: &Claim| match version(index, claim) {
        // A score of which nobody tells the version may be of the newest.
        None | Some(CvssVersion::Unknown) => true,
        Some(CvssVersion::V2) => !has_newer,
        Some(version) => newest.get(&claim.source) == Some(&version),
    };
    rated.iter().filter(|&&(index, claim, _)| counts(index, claim)).copied().collect()
}

/// What is odd about the statements: told with the finding, and no reason to judge it milder.
fn oddity(said: &[Said], vectors: &[Option<Scored>], counting: &Counting) -> Option<Oddity> {
    let vectors = || said.iter().zip(vectors).filter_map(|(said, vector)| Some((said, (*vector)?)));
    if let Some(bad) = vectors().find_map(|(_, vector)| vector.err()) {
        return Some(Oddity::Vector(bad));
    }
    let conflicts = |said: &Said, vector: Scored| match (said, vector) {
        (Said::Severity(stated, _), Ok((_, computed))) => *stated != Severity::of_score(computed),
        (Said::Severity(..) | Said::NoScore | Said::Unreadable, _) => false,
    };
    if vectors().any(|(said, vector)| conflicts(said, vector)) {
        return Some(Oddity::ScoreConflict);
    }
    let bands = || counting.iter().map(|&(_, _, severity)| severity as u8);
    let spread = bands().max().zip(bands().min()).is_some_and(|(max, min)| max - min >= 2);
    spread.then_some(Oddity::Spread)
}

#[cfg(test)]
mod tests {
    use super::super::{Taken, rate};
    use super::*;
    use crate::base::text::Texts;
    use crate::normalize::cvss;

    const V31_CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

    /// Rates claims written as `source:kind:told`, `tool` and `-` for no quoted source.
    fn rated(claims: &[(&str, Kind, &str)], os: Option<&str>) -> (Option<Severity>, Option<&'static str>) {
        let mut texts = Texts::default();
        let claims: Vec<Claim> = claims
            .iter()
            .map(|&(who, kind, told)| {
                let source = if who == "tool" { Source::Tool } else { Source::By(texts.intern(who)) };
                let (score, vector) = told.split_once(' ').map_or((told, None), |(score, vector)| (score, Some(vector)));
                let vector = vector.or(Some(told).filter(|told| told.starts_with("CVSS:")));
                Claim { source, kind, told: texts.intern(score), vector: vector.map(|vector| texts.intern(vector)) }
            })
            .collect();
        let (rated, assessments) = rate(&claims, Taken::default(), os, &|text| texts.get(text).as_data(), &|vector| {
            Some(cvss::score(texts.get(vector).as_data()))
        });
        assert_eq!(assessments.len(), claims.len());
        (rated.severity, rated.problem.map(Oddity::code))
    }

    const V2: Kind = Kind::Cvss(CvssVersion::V2);
    const V3: Kind = Kind::Cvss(CvssVersion::V3);
    const V4: Kind = Kind::Cvss(CvssVersion::V4);

    #[test]
    fn the_gravest_counts_and_the_newest_version_of_each() {
        use Kind::Label;
        for (claims, severity, problem) in [
            (&[("tool", Label, "LOW"), ("nvd", V3, "9.8")][..], Severity::Critical, Some("severity-spread")),
            (&[("nvd", V2, "10.0"), ("ghsa", V3, "5.0")], Severity::Medium, None),
            (&[("nvd", V2, "7.5")], Severity::High, None),
            (&[("nvd", V2, "7.5"), ("tool", Kind::Cvss(CvssVersion::Unknown), "5.0")], Severity::High, None),
            (&[("nvd", V3, "9.8"), ("nvd", V4, "6.9")], Severity::Medium, None),
            (&[("tool", Label, "Negligible")], Severity::Info, None),
            (&[("tool", Label, "moderate"), ("ghsa", Label, "HIGH")], Severity::High, None),
            (&[("nvd", V3, V31_CRITICAL)], Severity::Critical, None),
            (&[("tool", Label, "WILD"), ("nvd", V3, "9.8")], Severity::Critical, Some("bad-severity")),
            (&[("nvd", V3, "9.8e0"), ("tool", Label, "CRITICAL")], Severity::Critical, Some("bad-severity")),
            (&[("tool", Label, "LOW"), ("nvd", V3, "CVSS:3.1/AV:N")], Severity::Low, Some("bad-vector")),
        ] {
            assert_eq!(rated(claims, None), (Some(severity), problem), "{claims:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_unrated_and_never_nothing() {
        use Kind::Label;
        for (claims, problem) in [
            (&[("tool", Label, "WILD")][..], Some("bad-severity")),
            (&[("tool", Label, "WILD"), ("nvd", V3, "2.0")], Some("bad-severity")),
            (&[("tool", Label, "UNKNOWN")], None),
            (&[("nvd", V3, "CVSS:3.1/AV:N")], Some("bad-vector")),
            (&[("nvd", V3, "0.0")], None),
            (&[("nvd", V3, "9,8"), ("tool", Label, "LOW")], Some("bad-severity")),
            (&[("nvd", V3, "98"), ("ghsa", V3, "8.8")], Some("bad-severity")),
        ] {
            assert_eq!(rated(claims, None), (None, problem), "{claims:?}");
        }
    }

    #[test]
    fn what_is_stated_counts_against_its_own_vector() {
        let stated = format!("6.5 {V31_CRITICAL}");
        assert_eq!(rated(&[("nvd", V3, &stated)], None), (Some(Severity::Medium), Some("score-conflict")));
        let missing = format!("0 {V31_CRITICAL}");
        assert_eq!(rated(&[("nvd", V3, &missing)], None), (Some(Severity::Critical), None));
    }

    #[test]
    fn the_distribution_knows_its_own_packages() {
        use Kind::Label;
        let claims = [("tool", Label, "HIGH"), ("debian", Label, "LOW"), ("nvd", V3, "9.8"), ("redhat", Label, "MEDIUM")];
        assert_eq!(rated(&claims, Some("debian")).0, Some(Severity::Low));
        assert_eq!(rated(&claims, Some("alpine")).0, Some(Severity::Critical));
        assert_eq!(rated(&claims, None).0, Some(Severity::Critical));
        assert_eq!(rated(&[("tool", Label, "LOW"), ("redhat", Label, "HIGH")], Some("debian")).0, Some(Severity::High));
    }
}

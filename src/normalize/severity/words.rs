//! Rating what a tool tells in its own way, as its profile explains it.
//!
//! What SARIF makes of the statements is the floor, and the gravest word or score from a place that the profile names counts where
//! it is graver. Where nobody tells one, a level that is no rating to this tool leaves the result unrated. A word that the profile
//! does not know could mean the worst: it leaves the result unrated, unless something says critical. But what SARIF rates, a user's
//! profile never leaves unrated: the policy may judge that as less.

use super::{Oddity, Rated, Said, gravest, sarif};
use crate::base::text::Text;
use crate::model::profile::{Level, Scale};
use crate::model::raw::Claim;
use crate::model::severity::{Kind, Severity, Source};

/// The rating of a result by its own claims, those of its rule, and those from the places of the profile. What the tool's levels
/// and scores mean to it is written back to `said`.
pub(super) fn rate<'t>(claims: &[Claim], said: &mut [Said], scale: &Scale, is_users: bool, text: &dyn Fn(Text) -> &'t str) -> Rated {
    let plain = sarif::rate(claims, said, false, text);
    // Most results say nothing that their tool means in another way.
    let mut is_as_sarif = !scale.zero_is_unrated;
    for (claim, said) in claims.iter().zip(said.iter_mut()) {
        let meant = meant(claim, *said, scale);
        is_as_sarif &= meant == *said;
        *said = meant;
    }
    let rated = if is_as_sarif { plain } else { sarif::rate(claims, said, scale.zero_is_unrated, text) };
    let words = || claims.iter().zip(said.iter()).enumerate().filter(|(_, (claim, _))| matches!(claim.source, Source::Profile(_)));
    let told = |index: usize, severity| Rated {
        severity,
        chosen: u8::try_from(index).unwrap_or(u8::MAX),
        told: claims.get(index).map(|claim| claim.told),
        ..rated
    };
    let best = gravest(words()).and_then(|index| match said.get(index) {
        Some(Said::Severity(severity, _)) => Some((index, *severity)),
        Some(Said::NoScore | Said::Unreadable) | None => None,
    });
    let floor = plain.severity.max(rated.severity);
    // A score or level that cannot be read could mean the worst, whatever else is said.
    let is_unreadable = matches!(plain.problem, Some(Oddity::Score | Oddity::Level));
    let unknown = words().find(|(_, (_, said))| **said == Said::Unreadable).map(|(index, _)| index);
    let rated = match (best, unknown) {
        (Some((index, Severity::Critical)), _) if floor < Some(Severity::Critical) => told(index, Some(Severity::Critical)),
        _ if is_unreadable || rated.severity == Some(Severity::Critical) => rated,
        (_, Some(index)) => Rated { problem: rated.problem.or(Some(Oddity::Label)), ..told(index, None) },
        (Some((index, severity)), None) if floor < Some(severity) => told(index, Some(severity)),
        // A word that says no more than what SARIF makes of it all.
        (Some(_), None) if rated.severity < floor => plain,
        (Some(_) | None, None) => rated,
    };
    if is_users && rated.severity.is_none() && plain.severity.is_some() {
        return Rated { problem: plain.problem.or(rated.problem), ..plain };
    }
    rated
}

/// What a level or score means to the tool.
fn meant(claim: &Claim, said: Said, scale: &Scale) -> Said {
    let no_rating = match (claim.kind, scale.level) {
        (Kind::Level, Level::Unrated) => true,
        (Kind::Level, Level::Stated) => claim.source == Source::Default,
        _ => false,
    };
    match said {
        // What cannot be read stays so: it may hide what the lost rule said.
        Said::Severity(..) if no_rating => Said::NoScore,
        Said::Severity(severity, Some(score)) if claim.kind == Kind::Number => {
            let word = scale.scores.iter().find(|(known, _)| *known == score);
            word.map_or(Said::Severity(severity, Some(score)), |&(_, word)| Said::Severity(word.max(severity), None))
        }
        Said::Severity(..) | Said::NoScore | Said::Unreadable => said,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Taken, rate as rate_all};
    use super::*;
    use crate::base::text::Texts;
    use crate::model::severity::{CvssVersion, Meaning, Place, Score};

    const RESULT: Source = Source::Result;
    const TAG: Source = Source::Profile(Place::RuleTag);
    const HIGH: Kind = Kind::Word(Meaning::Is(Severity::High));
    const LOW: Kind = Kind::Word(Meaning::Is(Severity::Low));
    const CRITICAL: Kind = Kind::Word(Meaning::Is(Severity::Critical));

    type Told = (Option<Severity>, Option<&'static str>, String);

    fn rated(claims: &[(Source, Kind, &str)], scale: &Scale, is_users: bool) -> Told {
        let mut texts = Texts::default();
        let claims: Vec<Claim> = claims.iter().map(|&(source, kind, told)| Claim::new(source, kind, texts.intern(told))).collect();
        let taken = Taken { scale: Some(scale), is_users };
        let (rated, assessments) = rate_all(&claims, taken, None, &|text| texts.get(text).as_data(), &|_| None);
        let chosen = assessments.get(rated.chosen as usize);
        assert_eq!(rated.told, chosen.and_then(|chosen| chosen.told), "the word that decided is that of the place that decided");
        (rated.severity, rated.problem.map(Oddity::code), chosen.map(|chosen| chosen.because(&texts)).unwrap_or_default())
    }

    fn scale(level: Level) -> Scale {
        Scale { level, ..Scale::default() }
    }

    #[test]
    fn the_higher_of_the_word_and_what_sarif_says_counts() {
        let level = |told| (RESULT, Kind::Level, told);
        for (claims, severity, because) in [
            (&[level("warning"), (TAG, HIGH, "HIGH")][..], Severity::High, "severity HIGH in a tag of the rule"),
            (&[level("error"), (TAG, LOW, "LOW")], Severity::High, "level error of the result"),
            (&[level("error"), (TAG, HIGH, "HIGH")], Severity::High, "level error of the result"),
            (&[(RESULT, Kind::Number, "9.1"), (TAG, HIGH, "HIGH")], Severity::Critical, "security-severity 9.1 of the result"),
            (&[(RESULT, Kind::Number, "9.1"), (TAG, CRITICAL, "CRITICAL")], Severity::Critical, "security-severity 9.1 of the result"),
            (&[(RESULT, Kind::Number, "3.0"), (TAG, HIGH, "HIGH")], Severity::High, "severity HIGH in a tag of the rule"),
            (&[(TAG, LOW, "LOW"), (TAG, HIGH, "HIGH")], Severity::High, "severity HIGH in a tag of the rule"),
            (&[level("note"), (TAG, Kind::Number, "9.8")], Severity::Critical, "CVSS score 9.8 in a tag of the rule"),
            (&[level("note"), (TAG, Kind::Word(Meaning::Unrated), "Unset")], Severity::Low, "level note of the result"),
        ] {
            assert_eq!(rated(claims, &Scale::default(), false), (Some(severity), None, because.to_owned()), "{claims:?}");
        }
    }

    #[test]
    fn a_word_that_nobody_knows_could_mean_the_worst() {
        let unknown = (TAG, Kind::Word(Meaning::Unknown), "Wild");
        let told = |claims: &[_]| rated(claims, &Scale::default(), false);
        let because = "severity Wild (not a severity) in a tag of the rule".to_owned();
        assert_eq!(told(&[(RESULT, Kind::Level, "note"), unknown]), (None, Some("bad-severity"), because.clone()));
        assert_eq!(told(&[(RESULT, Kind::Level, "note"), unknown, (TAG, HIGH, "HIGH")]), (None, Some("bad-severity"), because));
        assert_eq!(told(&[(RESULT, Kind::Number, "9.1"), unknown]).0, Some(Severity::Critical));
        let unreadable = [(RESULT, Kind::Number, "NaN"), (TAG, HIGH, "HIGH")];
        assert_eq!((told(&unreadable).0, told(&unreadable).1), (None, Some("bad-severity")));
    }

    #[test]
    fn a_word_that_says_critical_is_the_worst_already() {
        let critical = (TAG, CRITICAL, "CRITICAL");
        for beside in [
            (RESULT, Kind::Number, "NaN"),
            (RESULT, Kind::Level, "ERROR"),
            (TAG, Kind::Word(Meaning::Unknown), "Wild"),
            (RESULT, Kind::Level, "error"),
        ] {
            let (severity, _, because) = rated(&[beside, critical], &Scale::default(), false);
            assert_eq!((severity, because.as_str()), (Some(Severity::Critical), "severity CRITICAL in a tag of the rule"), "{beside:?}");
        }
    }

    #[test]
    fn a_zero_that_is_no_rating_to_the_tool_leaves_the_result_unrated() {
        let scale = Scale { zero_is_unrated: true, ..Scale::default() };
        let zero = (Source::Rule, Kind::Number, "0.0");
        let because = "security-severity 0.0 of the rule".to_owned();
        assert_eq!(rated(&[zero], &scale, false), (None, None, because.clone()));
        assert_eq!(rated(&[zero, (RESULT, Kind::Level, "note")], &scale, false), (None, None, because));
        for beside in [(RESULT, Kind::ResultKind, "fail"), (TAG, Kind::Word(Meaning::Unrated), "Unset"), (TAG, LOW, "LOW")] {
            let told = rated(&[beside, (RESULT, Kind::Level, "error")], &scale, false);
            assert_eq!(told, (Some(Severity::High), None, "level error of the result".to_owned()), "{beside:?} is no zero");
        }
    }

    #[test]
    fn a_level_that_is_no_rating_leaves_the_result_unrated() {
        for (level, source, told, severity) in [
            (Level::Unrated, RESULT, "warning", None),
            (Level::Unrated, Source::Rule, "note", None),
            (Level::Stated, Source::Default, "warning", None),
            (Level::Stated, RESULT, "note", Some(Severity::Low)),
            (Level::Severity, Source::Default, "warning", Some(Severity::Medium)),
        ] {
            assert_eq!(rated(&[(source, Kind::Level, told)], &scale(level), false).0, severity, "{level:?} {source:?}");
        }
        let scored = [(Source::Rule, Kind::Number, "5.0"), (RESULT, Kind::Level, "error")];
        assert_eq!(rated(&scored, &scale(Level::Unrated), false).0, Some(Severity::Medium));
        let because = rated(&[(RESULT, Kind::Level, "warning")], &scale(Level::Unrated), false).2;
        assert_eq!(because, "level warning (no rating by this tool) of the result");
        // A word counts, and for no less than SARIF would have said.
        assert_eq!(rated(&[(RESULT, Kind::Level, "error"), (TAG, LOW, "LOW")], &scale(Level::Unrated), false).0, Some(Severity::High));
        assert_eq!(rated(&[(RESULT, Kind::Level, "note"), (TAG, HIGH, "HIGH")], &scale(Level::Unrated), false).0, Some(Severity::High));
    }

    #[test]
    fn a_users_profile_leaves_nothing_unrated_that_sarif_rates() {
        let unknown = (TAG, Kind::Word(Meaning::Unknown), "Wild");
        for (told, severity) in [("error", Severity::High), ("warning", Severity::Medium), ("note", Severity::Low)] {
            let level = (RESULT, Kind::Level, told);
            assert_eq!(rated(&[level], &scale(Level::Unrated), true).0, Some(severity));
            let (rated, problem, _) = rated(&[level, unknown], &Scale::default(), true);
            assert_eq!((rated, problem), (Some(severity), Some("bad-severity")), "{told}");
        }
        assert_eq!(rated(&[(RESULT, Kind::Level, "note"), (TAG, HIGH, "HIGH")], &Scale::default(), true).0, Some(Severity::High));
    }

    #[test]
    fn a_milder_word_does_not_undo_what_a_score_stands_for() {
        let scores = Score::from_tenths(30).map(|score| (score, Severity::High)).into_iter().collect();
        let scale = Scale { scores, ..Scale::default() };
        let told = rated(&[(Source::Rule, Kind::Number, "3.0"), (TAG, LOW, "LOW")], &scale, false);
        assert_eq!(told, (Some(Severity::High), None, "security-severity 3.0 of the rule".to_owned()));
    }

    #[test]
    fn a_score_that_stands_for_a_word_is_no_score() {
        let scores = Score::from_tenths(95).map(|score| (score, Severity::Critical)).into_iter().collect();
        let scale = Scale { scores, ..Scale::default() };
        let mut texts = Texts::default();
        let claims = [Claim::new(Source::Rule, Kind::Number, texts.intern("9.5"))];
        let taken = Taken { scale: Some(&scale), is_users: false };
        let (rated, assessments) = rate_all(&claims, taken, None, &|text| texts.get(text).as_data(), &|_| None);
        let chosen = assessments.first().copied();
        assert_eq!((rated.severity, chosen.map(|chosen| chosen.score)), (Some(Severity::Critical), Some(None)));
        assert_eq!(chosen.map(|chosen| chosen.because(&texts)), Some("security-severity 9.5 of the rule".to_owned()));
    }

    #[test]
    fn only_a_security_severity_stands_for_a_word() {
        let score = Score::from_tenths(30);
        let scale = Scale { scores: score.map(|score| (score, Severity::High)).into_iter().collect(), ..Scale::default() };
        let mut texts = Texts::default();
        let claims = [Claim::new(Source::Rule, Kind::Cvss(CvssVersion::V3), texts.intern("3.0"))];
        let taken = Taken { scale: Some(&scale), is_users: false };
        let (_, assessments) = rate_all(&claims, taken, None, &|text| texts.get(text).as_data(), &|_| None);
        assert_eq!(assessments.first().map(|told| (told.severity, told.score)), Some((Some(Severity::Low), score)));
    }
}

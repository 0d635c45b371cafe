//! Which severity a result has, out of everything that was said about it: by the rules of SARIF ([`sarif`]), or by weighing who says
//! what ([`weigh`]) where a report quotes several. A tool's profile tells what it means by its words ([`words`]).

mod sarif;
mod weigh;
mod words;

use std::borrow::Cow;

use crate::base::text::Text;
use crate::model::finding::State;
use crate::model::profile::Scale;
use crate::model::raw::Claim;
use crate::model::severity::{Assessment, CvssVersion, Kind, Meaning, Score, Severity, Source};
use crate::normalize::cvss::BadVector;

/// The severity that counts.
#[derive(Clone, Copy)]
pub(super) struct Rated {
    /// `None` is unrated.
    pub(super) severity: Option<Severity>,
    /// The place of the assessment that decided.
    pub(super) chosen: u8,
    pub(super) state: State,
    /// The word or number that decided.
    pub(super) told: Option<Text>,
    pub(super) problem: Option<Oddity>,
}

/// What is wrong with the statements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    Score,
    Level,
    ResultKind,
    Contradiction,
    Label,
    CvssScore,
    Vector(BadVector),
    ScoreConflict,
    Spread,
}

impl Oddity {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Score | Self::Label | Self::CvssScore => "bad-severity",
            Self::Level => "bad-level",
            Self::ResultKind => "bad-kind",
            Self::Contradiction => "kind-level-conflict",
            Self::Vector(_) => "bad-vector",
            Self::ScoreConflict => "score-conflict",
            Self::Spread => "severity-spread",
        }
    }

    pub(super) fn message(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Vector(bad) => return Cow::Owned(format!("{bad}: it counts for nothing")),
            Self::Score => "the security-severity is no score from 0.0 to 10.0 and no severity word: the finding is unrated",
            Self::Level => "the level is none of error, warning, note, none: the finding is unrated",
            Self::ResultKind => "the kind is none that SARIF knows: the finding is judged",
            Self::Contradiction => {
                "the kind says that there is nothing to fix, the level or score says that there is: the finding is judged"
            }
            Self::Label => "the severity is no word that is known: it counts for nothing, and the finding is unrated unless it is critical",
            Self::CvssScore => {
                "the CVSS score is no number from 0.0 to 10.0: it counts for nothing, and the finding is unrated unless it is critical"
            }
            Self::ScoreConflict => "the CVSS score that is stated lies in another band than that of its own vector: what is stated counts",
            Self::Spread => "those who rate it differ by two bands or more",
        })
    }
}

/// What a CVSS vector comes to.
pub(super) type Scored = Result<(CvssVersion, Score), BadVector>;

/// What one statement says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Severity(Severity, Option<Score>),
    /// A score of 0.0, or that nobody rated it.
    NoScore,
    Unreadable,
}

/// How the statements of a tool are to be taken, by its profile.
#[derive(Clone, Copy, Default)]
pub(super) struct Taken<'p> {
    /// What the tool means; `None` is what SARIF means.
    pub(super) scale: Option<&'p Scale>,
    /// Whether a user says so.
    pub(super) is_users: bool,
}

/// Rates a result by what is said of it. `text` gives the words of a claim; `os` tells the distribution of a component that an
/// operating system brings; `scored` what a vector comes to.
pub(super) fn rate<'t>(
    claims: &[Claim],
    taken: Taken<'_>,
    os: Option<&str>,
    text: &dyn Fn(Text) -> &'t str,
    scored: &dyn Fn(Text) -> Option<Scored>,
) -> (Rated, Vec<Assessment>) {
    let vectors: Vec<Option<Scored>> = claims.iter().map(|claim| claim.vector.and_then(scored)).collect();
    let mut said: Vec<Said> = claims.iter().zip(&vectors).map(|(claim, vector)| say(claim.kind, text(claim.told), *vector)).collect();
    let quotes = claims.iter().any(|claim| matches!(claim.source, Source::Tool | Source::By(_)));
    let rated = if quotes {
        weigh::rate(claims, &said, &vectors, os, text)
    } else if let Some(scale) = taken.scale {
        words::rate(claims, &mut said, scale, taken.is_users, text)
    } else {
        sarif::rate(claims, &said, false, text)
    };
    let assessments = claims.iter().zip(said).map(|(claim, said)| {
        let (severity, score) = match said {
            Said::Severity(severity, score) => (Some(severity), score),
            Said::NoScore => (None, (claim.kind == Kind::Number).then(|| Score::from_tenths(0)).flatten()),
            Said::Unreadable => (None, None),
        };
        Assessment { source: claim.source, kind: claim.kind, score, severity, told: Some(claim.told), vector: claim.vector }
    });
    (rated, assessments.collect())
}

/// The place of the gravest of some statements, the first of equals.
fn gravest<'a>(statements: impl Iterator<Item = (usize, (&'a Claim, &'a Said))>) -> Option<usize> {
    let mut best: Option<(usize, Severity)> = None;
    for (index, (_, said)) in statements {
        if let Said::Severity(severity, _) = said
            && best.is_none_or(|(_, known)| *severity > known)
        {
            best = Some((index, *severity));
        }
    }
    best.map(|(index, _)| index)
}

fn say(kind: Kind, told: &str, vector: Option<Scored>) -> Said {
    match kind {
        Kind::Level => match told {
            "error" => Said::Severity(Severity::High, None),
            "warning" => Said::Severity(Severity::Medium, None),
            "note" => Said::Severity(Severity::Low, None),
            "none" => Said::Severity(Severity::Info, None),
            _ => Said::Unreadable,
        },
        Kind::Number => score(told).or_else(|| word(told)).unwrap_or(Said::Unreadable),
        Kind::Label => label(told),
        Kind::Word(Meaning::Is(severity)) => Said::Severity(severity, None),
        Kind::Word(Meaning::Unrated) => Said::NoScore,
        Kind::Cvss(_) => match (score(told), vector) {
            // What is stated counts, and 0 stands for nothing stated.
            (None | Some(Said::NoScore), Some(vector)) => computed(vector),
            (Some(stated), _) => stated,
            (None, None) => Said::Unreadable,
        },
        Kind::Word(Meaning::Unknown) | Kind::ResultKind => Said::Unreadable,
    }
}

/// A number from 0 to 10 in plain decimal notation. Bands begin at whole tenths: what lies between two belongs to the lower, but
/// nothing above 0 becomes 0.
fn score(told: &str) -> Option<Said> {
    let plain = !told.is_empty() && told.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = plain.then(|| told.parse().ok())??;
    if !(0.0..=10.0).contains(&number) {
        return None;
    }
    // Tenths of a decimal such as 8.1 are not exact: 81 comes as 80.99999….
    let tenths = (number * 10.0 + 1e-9).floor().max(if number > 0.0 { 1.0 } else { 0.0 });
    let score = (0..=100).rev().find(|&whole| f64::from(whole) <= tenths).and_then(Score::from_tenths)?;
    Some(if score.tenths() == 0 { Said::NoScore } else { Said::Severity(Severity::of_score(score), Some(score)) })
}

fn word(told: &str) -> Option<Said> {
    let severity = match told.to_ascii_lowercase().as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" | "moderate" => Severity::Medium,
        "low" => Severity::Low,
        "info" | "informational" => Severity::Info,
        _ => return None,
    };
    Some(Said::Severity(severity, None))
}

/// What a CVSS vector says. One that is complete and scores 0.0 does say so.
fn computed(vector: Scored) -> Said {
    vector.map_or(Said::Unreadable, |(_, score)| Said::Severity(Severity::of_score(score), Some(score)))
}

/// A severity word as scanners other than those of SARIF write it. `unknown` and the like are no rating; below low is what a vendor
/// calls negligible. Words of linters mean what SARIF's levels do.
fn label(told: &str) -> Said {
    let severity = match told.to_ascii_lowercase().as_str() {
        "blocker" => Severity::Critical,
        "important" | "severe" | "error" => Severity::High,
        "major" | "warning" | "warn" => Severity::Medium,
        "minor" | "note" => Severity::Low,
        "negligible" | "none" | "style" | "trace" => Severity::Info,
        "unknown" | "unassigned" | "untriaged" | "unspecified" | "undefined" | "inventory" | "experiment" | "" => return Said::NoScore,
        other => return word(other).unwrap_or(Said::Unreadable),
    };
    Said::Severity(severity, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Texts;

    /// Rates claims written as `source:kind:told`.
    fn rated(claims: &[(Source, Kind, &str)], zero_is_unrated: bool) -> (Option<Severity>, State, Option<&'static str>) {
        let mut texts = Texts::default();
        let claims: Vec<Claim> = claims.iter().map(|&(source, kind, told)| Claim::new(source, kind, texts.intern(told))).collect();
        let scale = Scale { zero_is_unrated, ..Scale::default() };
        let taken = Taken { scale: Some(&scale), is_users: false };
        let (rated, assessments) = rate(&claims, taken, None, &|text| texts.get(text).as_data(), &|_| None);
        assert_eq!(assessments.len(), claims.len());
        (rated.severity, rated.state, rated.problem.map(Oddity::code))
    }

    /// The severity, and the statement that decided it.
    fn decided(claims: &[(Source, Kind, &str)]) -> (Option<Severity>, String) {
        let mut texts = Texts::default();
        let claims: Vec<Claim> = claims.iter().map(|&(source, kind, told)| Claim::new(source, kind, texts.intern(told))).collect();
        let (rated, assessments) = rate(&claims, Taken::default(), None, &|text| texts.get(text).as_data(), &|_| None);
        let chosen = assessments.get(rated.chosen as usize);
        assert_eq!(rated.told, chosen.and_then(|chosen| chosen.told), "the word that decided is that of the place that decided");
        (rated.severity, chosen.map(|chosen| chosen.because(&texts)).unwrap_or_default())
    }

    const RESULT: Source = Source::Result;
    const RULE: Source = Source::Rule;

    #[test]
    fn scores_come_before_levels_and_the_result_before_the_rule() {
        use Kind::{Level, Number};
        for (claims, severity) in [
            (&[(RESULT, Level, "note"), (RULE, Number, "9.1")][..], Severity::Critical),
            (&[(RESULT, Number, "5.0"), (RULE, Number, "9.1")], Severity::Medium),
            (&[(RESULT, Number, "0.0"), (RULE, Number, "9.1")], Severity::Critical),
            (&[(RESULT, Level, "error"), (RULE, Level, "note")], Severity::High),
            (&[(Source::Override, Level, "none"), (RULE, Level, "error")], Severity::Info),
            (&[(RULE, Level, "none"), (RULE, Level, "error")], Severity::High),
            (&[(Source::Default, Level, "warning")], Severity::Medium),
            (&[(RULE, Number, "HIGH"), (RULE, Level, "note")], Severity::High),
            (&[(RULE, Number, "0.0"), (RULE, Level, "error")], Severity::High),
        ] {
            assert_eq!(rated(claims, false), (Some(severity), State::Open, None), "{claims:?}");
        }
    }

    #[test]
    fn a_score_that_cannot_be_read_leaves_the_finding_unrated() {
        for told in ["NaN", "-1", "10.1", "1e400", "1e1", "0x9", "9,8", " 9.8", "9.8 ", "", "(null)", "9.8.1", "none", "undefined", "９.８"]
        {
            let claims = [(RULE, Kind::Number, told), (RESULT, Kind::Level, "note")];
            assert_eq!(rated(&claims, false), (None, State::Open, Some("bad-severity")), "{told}");
        }
        assert_eq!(rated(&[(RESULT, Kind::Level, "ERROR"), (RULE, Kind::Level, "note")], false), (None, State::Open, Some("bad-level")));
        let zero = [(RULE, Kind::Number, "0.0"), (RESULT, Kind::Level, "note")];
        assert_eq!(rated(&zero, true), (None, State::Open, None));
    }

    #[test]
    fn tenths_decide_the_band() {
        for (told, severity) in [
            ("9", Severity::Critical),
            ("8.99", Severity::High),
            ("7.0", Severity::High),
            ("6.9", Severity::Medium),
            ("0.01", Severity::Low),
            ("8.1", Severity::High),
            ("10.0", Severity::Critical),
            ("4.0", Severity::Medium),
        ] {
            assert_eq!(rated(&[(RULE, Kind::Number, told)], false).0, Some(severity), "{told}");
        }
    }

    #[test]
    fn a_kind_without_a_signal_of_the_result_itself_is_nothing_to_fix() {
        let pass = (RESULT, Kind::ResultKind, "pass");
        let rule = (RULE, Kind::Number, "9.1");
        assert_eq!(rated(&[pass, rule], false).1, State::Pass);
        assert_eq!(rated(&[pass, (RESULT, Kind::Level, "none"), rule], false).1, State::Pass);
        assert_eq!(rated(&[pass, (RESULT, Kind::Level, "error")], false), (Some(Severity::High), State::Open, Some("kind-level-conflict")));
        assert_eq!(
            rated(&[pass, (RESULT, Kind::Number, "9.1")], false),
            (Some(Severity::Critical), State::Open, Some("kind-level-conflict"))
        );
        let low = [pass, (RESULT, Kind::Number, "1.0"), (RESULT, Kind::Level, "error")];
        assert_eq!(rated(&low, false), (Some(Severity::High), State::Open, Some("kind-level-conflict")));
        let open = (RESULT, Kind::ResultKind, "open");
        assert_eq!(rated(&[open, (RESULT, Kind::Number, "0.0"), (RULE, Kind::Level, "note")], false), (None, State::Open, None));
        assert_eq!(rated(&[open, rule], false), (None, State::Open, None));
        assert_eq!(rated(&[open, (RESULT, Kind::Level, "note")], false), (Some(Severity::Low), State::Open, None));
        assert_eq!(rated(&[(RESULT, Kind::ResultKind, "Pass"), rule], false), (Some(Severity::Critical), State::Open, Some("bad-kind")));
    }

    #[test]
    fn a_result_that_contradicts_itself_is_as_grave_as_the_gravest_that_it_says_itself() {
        let pass = (RESULT, Kind::ResultKind, "pass");
        let note = (RESULT, Kind::Level, "note");
        for (claims, severity, because) in [
            // Its rule may say worse: then that counts.
            (&[pass, note, (RULE, Kind::Number, "9.1")][..], Severity::Critical, "security-severity 9.1 of the rule"),
            // Where its own score counts, its rule is not asked.
            (&[pass, (RESULT, Kind::Number, "1.0"), (RULE, Kind::Number, "9.1")], Severity::Low, "security-severity 1.0 of the result"),
            // Of two that say the same, the one that decides without a contradiction.
            (&[pass, (RESULT, Kind::Level, "error"), (RESULT, Kind::Number, "7.0")], Severity::High, "security-severity 7.0 of the result"),
        ] {
            assert_eq!(decided(claims), (Some(severity), because.to_owned()), "{claims:?}");
        }
    }

    #[test]
    fn what_decides_is_told() {
        for (claims, severity, because) in [
            (
                &[(RULE, Kind::Number, "9.1"), (RULE, Kind::Number, "9.8")][..],
                Some(Severity::Critical),
                "security-severity 9.1 of the rule",
            ),
            (&[(RULE, Kind::Number, "9.1"), (RESULT, Kind::ResultKind, "open")], None, "kind open (not a severity) of the result"),
            (&[(RESULT, Kind::Level, "note"), (RULE, Kind::Number, "NaN")], None, "security-severity NaN (not a severity) of the rule"),
        ] {
            assert_eq!(decided(claims), (severity, because.to_owned()), "{claims:?}");
        }
    }

    #[test]
    fn words_stand_for_severities() {
        for (told, severity) in [
            ("Critical", Severity::Critical),
            ("blocker", Severity::Critical),
            ("HIGH", Severity::High),
            ("important", Severity::High),
            ("severe", Severity::High),
            ("error", Severity::High),
            ("medium", Severity::Medium),
            ("Moderate", Severity::Medium),
            ("major", Severity::Medium),
            ("warning", Severity::Medium),
            ("warn", Severity::Medium),
            ("low", Severity::Low),
            ("minor", Severity::Low),
            ("note", Severity::Low),
            ("info", Severity::Info),
            ("INFORMATIONAL", Severity::Info),
            ("negligible", Severity::Info),
            ("none", Severity::Info),
            ("style", Severity::Info),
            ("trace", Severity::Info),
        ] {
            assert_eq!(rated(&[(Source::Tool, Kind::Label, told)], false), (Some(severity), State::Open, None), "{told}");
        }
        for told in ["unknown", "Unassigned", "untriaged", "unspecified", "undefined", "inventory", "experiment", ""] {
            assert_eq!(rated(&[(Source::Tool, Kind::Label, told)], false), (None, State::Open, None), "{told}");
        }
    }

    #[test]
    fn each_oddity_says_what_it_saw_and_what_counts() {
        for (oddity, seen, counts) in [
            (Oddity::Score, "security-severity", "unrated"),
            (Oddity::Level, "level", "unrated"),
            (Oddity::ResultKind, "kind", "judged"),
            (Oddity::Contradiction, "kind", "judged"),
            (Oddity::Label, "severity", "unrated"),
            (Oddity::ScoreConflict, "CVSS score", "what is stated counts"),
            (Oddity::Spread, "rate", "two bands"),
        ] {
            let message = oddity.message();
            assert!(message.contains(seen) && message.contains(counts), "{}: {message}", oddity.code());
        }
        let bad = crate::normalize::cvss::score("CVSS:3.1/AV:N").map_or_else(Oddity::Vector, |_| Oddity::Spread);
        assert_eq!(bad.code(), "bad-vector");
        assert!(bad.message().ends_with(": it counts for nothing") && bad.message().len() > 30, "{}", bad.message());
    }
}

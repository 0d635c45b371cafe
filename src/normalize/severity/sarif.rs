//! Rating what SARIF says.
//!
//! In this order: `security-severity` of the result, then of the rule (a number or a word); 0.0 is no score, unless the tool means
//! unrated by it; one that cannot be read leaves the result unrated, whatever the level says. Then the level: the result's own, an
//! override's, the rule's, the default. `kind` makes a result that says there is nothing to fix, unless its own level or score
//! contradicts that.

use super::{Oddity, Rated, Said, gravest};
use crate::base::text::Text;
use crate::model::finding::State;
use crate::model::raw::Claim;
use crate::model::severity::{Kind, Source};

/// The rating of a result by its own claims and those of its rule, in that order.
pub(super) fn rate<'t>(claims: &[Claim], said: &[Said], zero_is_unrated: bool, text: &dyn Fn(Text) -> &'t str) -> Rated {
    let each = || claims.iter().zip(said).enumerate();
    // A level or score of the result itself that stands for a severity, or for one that cannot be read.
    let own_signal = each().any(|(_, (claim, said))| {
        claim.source == Source::Result
            && match claim.kind {
                Kind::Level => text(claim.told) != "none",
                Kind::Number | Kind::Label => !matches!(said, Said::NoScore),
                Kind::ResultKind | Kind::Word(_) | Kind::Cvss(_) => false,
            }
    });
    // A level or score of the result itself, `none` included; 0.0 is no score.
    let own_statement =
        each().any(|(_, (claim, said))| claim.source == Source::Result && claim.kind != Kind::ResultKind && !matches!(said, Said::NoScore));
    let kind = claims.iter().find(|claim| claim.kind == Kind::ResultKind);
    let mut problem = None;
    let mut state = State::Open;
    let mut kind_leaves_unrated = false;
    match kind.map(|claim| text(claim.told)) {
        None | Some("fail") => {}
        Some("pass" | "notApplicable" | "informational") if own_signal => problem = Some(Oddity::Contradiction),
        Some("pass" | "notApplicable" | "informational") => state = State::Pass,
        Some("open" | "review") => kind_leaves_unrated = !own_statement,
        Some(_) => problem = Some(Oddity::ResultKind),
    }
    let chosen = choose(claims, said, zero_is_unrated, kind_leaves_unrated);
    // Where the result contradicts itself, the gravest that it says counts.
    let own = || each().filter(|(_, (claim, _))| claim.source == Source::Result && claim.kind != Kind::ResultKind);
    let gravest_own = gravest(own()).filter(|_| problem == Some(Oddity::Contradiction));
    let severity_at = |index: usize| match said.get(index) {
        Some(Said::Severity(severity, _)) => Some(*severity),
        Some(Said::NoScore | Said::Unreadable) | None => None,
    };
    let chosen = match (chosen, gravest_own) {
        (Some((normal, true)), Some(own)) if severity_at(own) > severity_at(normal) => Some((own, true)),
        (normal, _) => normal,
    };
    let severity = chosen.filter(|&(_, counts)| counts).and_then(|(index, _)| severity_at(index));
    let by = chosen.and_then(|(index, _)| Some((claims.get(index)?, said.get(index)?)));
    if let Some((claim, Said::Unreadable)) = by {
        let unreadable = match claim.kind {
            Kind::Level => Some(Oddity::Level),
            Kind::Number | Kind::Label => Some(Oddity::Score),
            Kind::ResultKind | Kind::Word(_) | Kind::Cvss(_) => None,
        };
        problem = problem.or(unreadable);
    }
    let chosen = chosen.map_or(u8::MAX, |(index, _)| u8::try_from(index).unwrap_or(u8::MAX));
    Rated { severity, chosen, state, told: by.map(|(claim, _)| claim.told), problem }
}

/// The place of the claim that decides, and whether what it says counts: one that leaves the result unrated does not.
fn choose(claims: &[Claim], said: &[Said], zero_is_unrated: bool, kind_leaves_unrated: bool) -> Option<(usize, bool)> {
    let each = || claims.iter().zip(said).enumerate();
    if kind_leaves_unrated {
        return each().find(|(_, (claim, _))| claim.kind == Kind::ResultKind).map(|(index, _)| (index, false));
    }
    for source in [Source::Result, Source::Rule] {
        let scores = || each().filter(move |(_, (claim, _))| claim.source == source && matches!(claim.kind, Kind::Number | Kind::Label));
        if let Some((index, _)) = scores().find(|(_, (_, said))| matches!(said, Said::Unreadable)) {
            return Some((index, false));
        }
        if let Some(best) = gravest(scores()) {
            return Some((best, true));
        }
    }
    let zero = |(claim, said): (&Claim, &Said)| claim.kind != Kind::Level && !is_profiles(claim) && *said == Said::NoScore;
    if zero_is_unrated && let Some((index, _)) = each().find(|&(_, said)| zero(said)) {
        return Some((index, false));
    }
    for source in [Source::Result, Source::Override, Source::Rule, Source::Default] {
        let levels = || each().filter(move |(_, (claim, _))| claim.source == source && claim.kind == Kind::Level);
        if let Some((index, _)) = levels().find(|(_, (_, said))| matches!(said, Said::Unreadable)) {
            return Some((index, false));
        }
        if let Some(best) = gravest(levels()) {
            return Some((best, true));
        }
        // One that is no rating to this tool leaves what is behind it as it is: the tool did not rate the result.
        if let Some((index, _)) = levels().next() {
            return Some((index, false));
        }
    }
    None
}

/// Whether the claim was found where the tool's profile says; it is weighed apart.
fn is_profiles(claim: &Claim) -> bool {
    matches!(claim.source, Source::Profile(_))
}

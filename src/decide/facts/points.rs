//! Decision points that findings may have.

use crate::decide::truth::Truth;
use crate::model::intel::Ssvc;
use crate::model::policy::SsvcRange;

/// Whether each decision point that a range names is one of those that it names.
pub(super) fn within(points: Ssvc, range: &SsvcRange) -> Truth {
    let known = |known: Option<bool>| known.map_or(Truth::Unknown, Truth::from);
    let (exploitation, impact) = (&range.exploitation, &range.technical_impact);
    let asked = [
        (!exploitation.is_empty()).then(|| known(points.exploitation.map(|told| exploitation.contains(&told)))),
        range.automatable.map(|wanted| known(points.automatable.map(|told| told == wanted))),
        (!impact.is_empty()).then(|| known(points.technical_impact.map(|told| impact.contains(&told)))),
    ];
    Truth::all(asked.into_iter().flatten())
}

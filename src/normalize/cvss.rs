//! CVSS scores of vectors.
use crate::model::severity::Score;

pub(super) fn score(vector: &str) -> Result<((), Score), ()> {
    let parsed: cvss::Cvss = vector.parse().map_err(|_error| ())?;
    let tenths = (parsed.score() * 10.0).round();
    (0..=100_u8).find(|&whole| f64::from(whole) == tenths).and_then(Score::from_tenths).map(|score| ((), score)).ok_or(())
}

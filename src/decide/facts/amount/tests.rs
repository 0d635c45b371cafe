use crate::decide::facts::tests::truth;
use crate::decide::facts::*;
use crate::decide::sample;
use crate::model::finding::{Detail, Epss};
use crate::model::policy::Condition;
use crate::model::raw::DetailId;
use crate::model::severity::{Assessment, CvssVersion, Score, Source};

#[test]
fn the_gravest_cvss_score_counts_and_only_a_component_may_have_one_that_nobody_tells() {
    let cvss = Kind::Cvss(CvssVersion::V3);
    for (category, scores, wanted) in [
        (Category::Sca, &[(cvss, 40), (cvss, 75)][..], Truth::True),
        (Category::Sca, &[(cvss, 75), (cvss, 95)], Truth::False),
        (Category::Sca, &[(Kind::Number, 75)], Truth::Unknown),
        (Category::Malware, &[], Truth::Unknown),
        (Category::Sast, &[], Truth::False),
        (Category::Sast, &[(cvss, 75)], Truth::True),
    ] {
        let mut evidence = Evidence::default();
        sample::finding(&mut evidence, category, None, 1);
        let told = scores.iter().map(|&(kind, tenths)| {
            let score = Score::from_tenths(tenths);
            Assessment { source: Source::Tool, kind, score, severity: None, told: None, vector: None }
        });
        let assessments = evidence.assessments.add(told);
        evidence.findings.iter_mut().for_each(|finding| finding.assessments = assessments);
        assert_eq!(truth(&evidence, &Condition::Cvss(70, 89), Meets::One), wanted, "{category:?} {scores:?}");
    }
}

#[test]
fn a_probability_that_may_be_greater_is_known_to_reach_only_what_it_does_already() {
    for (epss, epss_is_least, wanted) in
        [(300_000, false, Truth::True), (299_999, false, Truth::False), (300_000, true, Truth::True), (299_999, true, Truth::Unknown)]
    {
        let mut evidence = Evidence::default();
        sample::finding(&mut evidence, Category::Sca, None, 1);
        evidence.details.push(Detail { epss: Some(Epss(epss)), epss_is_least, ..Detail::default() });
        evidence.findings.iter_mut().for_each(|finding| finding.detail = Some(DetailId::at(0)));
        assert_eq!(truth(&evidence, &Condition::Epss(300_000), Meets::One), wanted, "{epss} {epss_is_least}");
    }
}

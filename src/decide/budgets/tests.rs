use super::*;
use crate::decide::sample;
use crate::model::identity::Category;
use crate::model::policy::{Budget, Condition, sample as policies};
use crate::model::report::Subject;

#[test]
fn the_first_five_that_count_are_named_in_the_order_of_reports() {
    let (mut evidence, subject) = (Evidence::default(), Subject::default());
    let severities = [Severity::Low, Severity::High, Severity::High, Severity::High, Severity::High, Severity::High, Severity::High];
    for (number, severity) in (0..).zip(severities) {
        sample::finding(&mut evidence, Category::Sast, Some(severity), number);
    }
    let counts = Counted::Findings(Condition::Severity(vec![Severity::High]));
    let budget = Budget { id: "b".to_owned(), place: policies::place(9), counts, max: 5, action: Action::Block };
    let policy = Policy { budgets: vec![budget], ..policies::policy(Vec::new()) };
    let decided = severities.map(|severity| Decision { severity, ..Decision::default() });
    let spent = |order: &[u32]| {
        let decisions: Decisions = decided.iter().copied().collect();
        let run = sample::run(&subject);
        let spent = budgets(&evidence, &policy, &Exceptions::default(), &run, &Matched::default(), &decisions, order);
        spent.into_iter().map(|spent| (spent.count, spent.exceeded, spent.first)).collect::<Vec<_>>()
    };
    assert_eq!(spent(&[6, 0, 5]), [(2, false, vec![6, 5])]);
    assert_eq!(spent(&[6, 0, 5, 4, 3, 2]), [(5, false, vec![6, 5, 4, 3, 2])]);
    assert_eq!(spent(&[6, 0, 5, 4, 3, 2, 1]), [(6, true, vec![6, 5, 4, 3, 2])]);
}

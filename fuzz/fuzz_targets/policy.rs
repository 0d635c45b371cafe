//! Any text as a policy: it loads the same each time, what is wrong with it stands in it, and with a mistake more it never loads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relgate::model::policy::Policy;
use relgate::model::problem::{Problem, Weight};
use relgate::pipeline::loud;
use relgate::policy::{Wanted, load};
use relgate_fuzz::{NOW, check_problems, file};

fn read(text: &[u8]) -> (String, Result<Policy, Vec<Problem>>) {
    let name = file("policy.yaml", text);
    let read = load(&Wanted { names: std::slice::from_ref(&name), ..Wanted::default() });
    (name, read)
}

fuzz_target!(|bytes: &[u8]| {
    let (name, first) = read(bytes);
    let shown = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let policy = match first {
        Ok(policy) => policy,
        Err(problems) => {
            assert!(problems.iter().any(|problem| problem.weight == Weight::Undecided), "refused, and nothing is told: {problems:?}");
            check_problems(&problems, &name, &shown);
            return assert_eq!(read(bytes).1.err(), Some(problems));
        }
    };
    assert!(policy.loud.iter().all(|problem| problem.weight != Weight::Undecided), "{:?}", policy.loud);
    check_problems(&policy.loud, &name, &shown);
    check_problems(&loud(&policy, *NOW), &name, &shown);
    assert!(!policy.name.is_empty() && !policy.owner.is_empty() && policy.default_over <= policy.rules.len());
    let ids = policy.rules.iter().map(|rule| rule.id.as_str()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(ids.len(), policy.rules.len(), "two rules of one id");
    assert_eq!(read(bytes).1.map(|again| format!("{again:?}")), Ok(format!("{policy:?}")));
    let more = [bytes, b"\nno_key_of_a_policy: 1\n"].concat();
    assert!(read(&more).1.is_err(), "a key that nobody knows is let in");
});

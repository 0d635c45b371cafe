//! The presets of due dates, row by row, as a policy that names one judges findings.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use relgate::decide::{self, Matched, Run};
use relgate::model::due::{Deadline, Due};
use relgate::model::finding::{Detail, Evidence};
use relgate::model::intel::{Exploitation, Ssvc, TechnicalImpact};
use relgate::model::policy::Policy;
use relgate::model::report::Subject;
use relgate::model::severity::Severity;
use relgate::pipeline::{self, Wanted};

use crate::support::Room;

const SEEN: Date = date(2026, 7, 1);

/// The table of the directive: known exploited, exposed, automatable, total impact; the days, and whether traces are looked for.
const BOD: [(bool, bool, bool, bool, Option<i64>, bool); 16] = [
    (false, false, false, false, None, false),
    (false, false, false, true, None, false),
    (false, false, true, false, Some(60), false),
    (false, false, true, true, Some(60), false),
    (false, true, false, false, Some(60), false),
    (false, true, false, true, Some(14), false),
    (false, true, true, false, Some(14), false),
    (false, true, true, true, Some(3), false),
    (true, false, false, false, Some(14), false),
    (true, false, false, true, Some(14), false),
    (true, false, true, false, Some(14), false),
    (true, false, true, true, Some(3), true),
    (true, true, false, false, Some(14), false),
    (true, true, false, true, Some(3), true),
    (true, true, true, false, Some(3), false),
    (true, true, true, true, Some(3), true),
];

/// A policy with this line, as it is read.
fn policy(line: &str) -> Policy {
    let room = Room::new();
    let rest = "schema: relgate.policy/v1\nname: p\nowner: a@a.example\ninputs: {require: []}\ndefault_action: pass\nrules: [{id: r, when: {severity: {at_least: info}}, action: pass}]\nexceptions: {limits: [{severity: {at_least: info}, max_lifetime: 1d, max_renewals: 0, approver_roles: [r], floor: block}], roles: {r: [a@a.example]}}\n";
    let path = room.write("policy.yaml", format!("{rest}{line}\n"));
    let names = [path.to_str().unwrap().to_owned()];
    pipeline::policy(&Wanted { names: &names, ..Wanted::default() }).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The deadline of a vulnerability with these facts, first seen on [`SEEN`].
fn deadline(policy: &Policy, detail: Detail, severity: Severity, now: &str) -> Deadline {
    let room = Room::new();
    let word = severity.word();
    let document = format!(
        r#"{{"schema":"relgate.findings/v1","tool":"t","category":"sca","complete":true,"findings":[{{"ids":["CVE-2026-1"],"severity":"{word}","package":{{"purl":"pkg:npm/a@1"}},"path":"a"}}]}}"#
    );
    let path = room.write("a.json", document).to_str().unwrap().to_owned();
    let tools = pipeline::tools(&pipeline::Folders::default());
    let found = pipeline::find(&[path], &tools.mappings);
    let sources = pipeline::Sources { found, tools, root: None, source_root: None, max_input_bytes: 1 << 20, threads: 1, hashed: false };
    let mut evidence: Evidence = pipeline::gather(&sources);
    let at = evidence.findings.get(0).unwrap().detail.unwrap().index();
    let told = evidence.details.get_mut(at).unwrap();
    *told = Detail {
        kev: detail.kev,
        ssvc: detail.ssvc,
        first_seen: detail.first_seen,
        fix_released: detail.fix_released,
        published: detail.published,
        ..*told
    };
    let subject = Subject::default();
    let now: Timestamp = now.parse().unwrap();
    let run = Run { now, subject: &subject, dry_run: true, observed: false, ticket_exit_code: 0 };
    decide::judge(&evidence, policy, &run, &Matched::default()).decisions.get(0).unwrap().deadline
}

fn after(days: i64) -> Date {
    use jiff::ToSpan;
    SEEN.saturating_add(days.days())
}

#[test]
fn the_directive_26_04_is_its_sixteen_rows() {
    let exposed = policy("due: {preset: cisa-bod-26-04}");
    let internal = policy("due: {preset: cisa-bod-26-04}\ncontext: {exposure: internal}");
    let unknown = policy("due: {preset: cisa-bod-26-04}\ncontext: {exposure: unknown}");
    for (kev, is_exposed, automatable, total, days, forensics) in BOD {
        let technical_impact = Some(if total { TechnicalImpact::Total } else { TechnicalImpact::Partial });
        let ssvc = |exploitation| Some(Ssvc { exploitation: Some(exploitation), automatable: Some(automatable), technical_impact });
        let detail = Detail { kev: Some(kev), ssvc: ssvc(Exploitation::Poc), first_seen: Some(SEEN), ..Detail::default() };
        // What SSVC says is exploited is as if it were listed.
        let active = Detail { kev: Some(false), ssvc: ssvc(Exploitation::Active), ..detail };
        for detail in [detail].into_iter().chain(kev.then_some(active)) {
            for policy in if is_exposed { vec![&exposed, &unknown] } else { vec![&internal] } {
                let told = deadline(policy, detail, Severity::Low, "2026-07-02T00:00:00Z");
                assert_eq!((told.due, told.forensics), (days.map(after), forensics), "{kev} {is_exposed} {automatable} {total}");
                assert_eq!(told.overdue, Some(false));
                let late = deadline(policy, detail, Severity::Low, "2026-12-31T00:00:00Z");
                assert_eq!(late.overdue, Some(days.is_some()), "without a day nothing is late");
            }
        }
    }
}

#[test]
fn what_the_directive_does_not_know_takes_the_worse_value() {
    let (exposed, internal) =
        (policy("due: {preset: cisa-bod-26-04}"), policy("due: {preset: cisa-bod-26-04}\ncontext: {exposure: internal}"));
    let seen = Detail { first_seen: Some(SEEN), ..Detail::default() };
    let days = |policy, detail| {
        let told = deadline(policy, detail, Severity::Low, "2026-07-02T00:00:00Z");
        (told.due, told.forensics)
    };
    assert_eq!(days(&exposed, seen), (Some(after(3)), true), "nothing is known");
    let listed = Detail { kev: Some(true), ..seen };
    assert_eq!(days(&internal, listed), (Some(after(3)), true));
    let ssvc = Ssvc { exploitation: Some(Exploitation::None), automatable: Some(false), technical_impact: None };
    let quiet = Detail { kev: Some(false), ssvc: Some(ssvc), ..seen };
    assert_eq!(days(&exposed, quiet), (Some(after(14)), false), "the impact is not known");
    assert_eq!(days(&internal, quiet), (None, false));
    let undated = Detail { first_seen: None, ..seen };
    let told = deadline(&exposed, undated, Severity::Low, "2026-07-02T00:00:00Z");
    assert_eq!((told.due, told.overdue), (None, None), "no date is known");
}

#[test]
fn presets_by_severity_count_from_their_clocks() {
    let detail =
        Detail { first_seen: Some(SEEN), fix_released: Some(date(2026, 6, 1)), published: Some(date(2026, 5, 1)), ..Detail::default() };
    let due = |line: &str, severity| deadline(&policy(line), detail, severity, "2026-07-02T00:00:00Z").due;
    for (severity, days) in [
        (Severity::Critical, Some(30)),
        (Severity::High, Some(30)),
        (Severity::Medium, Some(90)),
        (Severity::Low, Some(180)),
        (Severity::Info, None),
    ] {
        use jiff::ToSpan;
        let from = |date: Date| days.map(|days: i64| date.saturating_add(days.days()));
        assert_eq!(due("due: {preset: fedramp-rev5}", severity), from(SEEN));
        assert_eq!(due("due: {preset: pci-dss-4.0.1}", severity), from(date(2026, 6, 1)));
    }
    // Shorter days beside a preset count, and those of another clock.
    assert_eq!(due("due: {preset: fedramp-rev5, critical: 7d}", Severity::Critical), Some(after(7)));
    assert_eq!(due("due: {preset: fedramp-rev5, critical: 7d}", Severity::High), Some(after(30)));
    assert_eq!(due("due: {clock: published, preset: fedramp-rev5, high: 40d}", Severity::High), Some(date(2026, 6, 10)));
}

#[test]
fn a_layer_adds_a_preset_and_every_schedule_counts() {
    let names = ["builtin:regulated".to_owned()];
    let policy = pipeline::policy(&Wanted { names: &names, ..Wanted::default() }).unwrap();
    let Due { own, presets, .. } = policy.due.as_ref().unwrap();
    assert_eq!((own.of(Severity::High), presets.len(), presets[0].preset.id.as_str()), (Some(90 * 24), 1, "fedramp-rev5"));
    let detail = Detail { first_seen: Some(SEEN), ..Detail::default() };
    let due = |severity| deadline(&policy, detail, severity, "2026-07-02T00:00:00Z").due;
    assert_eq!(Severity::ALL.map(due), [Some(after(30)), Some(after(30)), Some(after(90)), Some(after(180)), None]);
}

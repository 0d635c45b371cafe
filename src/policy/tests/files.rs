//! Files: what each must say, where it looks for others, and what lies under it.

use super::*;

const RULES: &str = "rules: [{id: r, when: {in_change: true}, action: block}]\n";

fn whole() -> String {
    format!("{HEAD}{LIMITS}{RULES}")
}

/// A policy with this key, too.
fn and(key: &str) -> Result<Policy, Vec<String>> {
    with(&[("p.yaml", &format!("{}{key}\n", whole()))])
}

#[test]
fn a_policy_that_stands_on_none_says_all_that_it_must() {
    for key in ["inputs", "rules", "default_action", "exceptions"] {
        let text: String = whole().split_inclusive('\n').filter(|line| !line.starts_with(key)).collect();
        let lacks =
            format!("p.yaml:1:1: the policy lacks `{key}`; add it, or stand on a policy that has it: `extends: [builtin:standard]`");
        assert_eq!(told(&text), [lacks]);
    }
    for key in ["schema", "name", "owner"] {
        let text: String = whole().split_inclusive('\n').filter(|line| !line.starts_with(key)).collect();
        assert_eq!(told(&text), [format!("p.yaml:1:1: the policy lacks `{key}`; add it")]);
    }
    let other = |from: &str, to: &str| told(&whole().replace(from, to));
    assert_eq!(other("{require: []}", "{reports: [a]}"), ["p.yaml:4:9: `inputs` lacks `require`; add it"]);
    assert_eq!(other(LIMITS, "exceptions: {unused: warn}\n"), ["p.yaml:6:13: `exceptions` lacks `limits`; add it"]);
    // What is there and wrong is told once.
    assert_eq!(other("{require: []}", "{require: a}").len(), 1);
    assert_eq!(other("{require: []}", "[]").len(), 1);
    assert_eq!(other(LIMITS, "exceptions: {limits: []}\n").len(), 1);
    assert_eq!(other("default_action: pass", "default_action: none").len(), 1);
}

#[test]
fn a_layer_says_only_what_it_adds() {
    let over = |text: &str| {
        with(&[
            ("l.yaml", &format!("schema: relgate.policy/v1\nname: l\nowner: l@a.example\nextends: [p.yaml]\n{text}")),
            ("p.yaml", &whole()),
        ])
    };
    assert_eq!(over("").map(|policy| (policy.rules.len(), policy.default_over)), Ok((1, 1)));
    // One that is laid over another by who calls need not name it.
    let read = |path: &Path, _: Option<&Path>| {
        let layer = "schema: relgate.policy/v1\nname: l\nowner: l@a.example\n".to_owned();
        Ok(if path == Path::new("p.yaml") { whole() } else { layer })
    };
    let names = ["p.yaml", "l.yaml"].map(str::to_owned);
    let both = load_with(&Wanted { names: &names, ..Wanted::default() }, &read);
    assert_eq!(both.map(|policy| (policy.name, policy.rules.len())), Ok(("l".to_owned(), 1)));
    assert_eq!(over("rules: []\nbudgets: []\n").map(|policy| (policy.rules.len(), policy.budgets.len())), Ok((1, 0)));
}

#[test]
fn what_a_policy_says_of_itself_is_read() -> Tested {
    let read = |key: &str| and(key).map_err(|told| told.join("\n"));
    assert_eq!([read("enforcement: enforce")?.enforced, read("enforcement: observe")?.enforced, read("")?.enforced], [true, false, true]);
    assert_eq!(read("use_codeowners: true")?.codeowners.map(|place| (place.line, place.column)), Some((8, 17)));
    assert_eq!((read("use_codeowners: false")?.codeowners, read("")?.codeowners), (None, None));
    let context = read("context: {service: pay, repository: \"https://a.example/@b/c\", exposure: internal}")?.context;
    assert_eq!((context.service.as_deref(), context.repository.as_deref()), (Some("pay"), Some("https://a.example/@b/c")));
    assert_eq!(context.exposure, Some(crate::model::policy::Exposure::Internal));
    for secret in ["https://u:p@a.example/c", "ssh://git@a.example"] {
        let holds = "p.yaml:8:23: `repository` holds a user or a password; write the address without it";
        assert_eq!(and(&format!("context: {{repository: \"{secret}\"}}")).err(), Some(vec![holds.to_owned()]));
    }
    Ok(())
}

#[test]
fn only_what_lies_under_all_may_observe() {
    let enforced = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("builtin:{name}")).collect();
        let policy = load(&Wanted { names: &names, ..Wanted::default() });
        policy.map(|policy| policy.enforced).map_err(|told| told.iter().map(|problem| problem.code).collect::<Vec<_>>())
    };
    assert_eq!(enforced(&["observe"]), Ok(false));
    assert_eq!(enforced(&["standard"]), Ok(true));
    assert_eq!(enforced(&["standard", "observe"]), Err(vec!["policy-looser"]));
    // What is named twice lies there already.
    assert_eq!(enforced(&["standard", "standard"]), Ok(true));
}

#[test]
fn reports_are_named_from_the_folder_that_holds_that_of_the_gate() {
    let paths = |name: &str| {
        let text = whole().replace("{require: []}", "{require: [], reports: [a]}").replace("exceptions: {", "exceptions: {files: [b], ");
        let policy = with(&[(name, &text)]);
        policy.map(|policy| [policy.reports, policy.exceptions.files].concat())
    };
    for (name, [report, file]) in [
        ("p.yaml", ["a", "b"]),
        ("x/p.yaml", ["x/a", "x/b"]),
        (".relgate/p.yaml", ["a", ".relgate/b"]),
        ("x/.relgate/p.yaml", ["x/a", "x/.relgate/b"]),
        ("x.relgate/p.yaml", ["x.relgate/a", "x.relgate/b"]),
    ] {
        assert_eq!(paths(name), Ok(vec![report.to_owned(), file.to_owned()]), "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_no_other_judges_for_it() {
    let broken = with(&[("p.yaml", "a: [")]).err().unwrap_or_default();
    assert_eq!(broken.len(), 1, "{broken:?}");
    let layer = "schema: relgate.policy/v1\nname: l\nowner: l@a.example\nextends: [p.yaml]\n";
    let broken = with(&[("l.yaml", layer), ("p.yaml", "a: [")]).err().unwrap_or_default();
    assert!(broken.iter().any(|told| told.starts_with("p.yaml:1:")), "{broken:?}");
    let blank = layer.replace("l@a.example", "nobody");
    let told = with(&[("l.yaml", &blank), ("p.yaml", &whole())]).err();
    assert_eq!(told, Some(vec!["l.yaml:3:8: `owner` cannot be `nobody`; write one plain mail address, `dana@acme.example`".to_owned()]));
}

#[test]
fn the_first_file_has_the_digest_that_was_asked_for() {
    let text = whole();
    let read = |_: &Path, _: Option<&Path>| Ok(text.clone());
    let names = ["p.yaml".to_owned()];
    let with = |digest: &str| {
        let policy = load_with(&Wanted { names: &names, digest: Some(digest), ..Wanted::default() }, &read);
        policy.map(|policy| policy.name).map_err(|told| told.iter().map(|problem| (problem.code, problem.file.clone())).collect::<Vec<_>>())
    };
    let right = format!("sha256:{}", crate::base::digest::sha256_hex(text.as_bytes()));
    assert_eq!(with(&right), Ok("p".to_owned()));
    for wrong in [right.replace("sha256:", ""), right.to_ascii_uppercase(), String::new()] {
        assert_eq!(with(&wrong), Err(vec![("policy-digest", Some("p.yaml".to_owned()))]), "{wrong}");
    }
}

#[test]
fn each_value_has_its_place() -> Tested {
    let text = "schema: relgate.policy/v1
name: p
owner: o@a.example
enforcement: enforce
context: {service: pay,
  repository: r,
  exposure: public}
escalation: [a@a.example,
  b@a.example]
inputs: {reports: [a,
    b],
  require: []}
severity: {unrated_as: high}
rules: [{id: r, when: {kev: true}, action: block}]
default_action: pass
feeds: {kev: {path: k,
    max_age: 1d,
    on_stale: warn}}
vex: {sources: [{path: v, authors: [a]}],
  accept_justifications: [component_not_present],
  allow_versionless: false}
baseline: {path: b,
  on_missing: all_new,
  adopt: {accountable: a@a.example, approved: 2026-11-02, reason: the team has seen them}}
due: {clock: first_seen,
  kev: 1d,
  low: 2d}
use_codeowners: true
exceptions:
  files: [e]
  roles: {r: [a@a.example]}
  limits: [{severity: {at_least: info}, max_lifetime: 1d, max_renewals: 0, approver_roles: [r], floor: block}]
  separation_of_duties: true
  warn_before_expiry: 1d
  unused: warn
  emergency: {roles: [r],
    max_days: 1,
    severity_at_most: low,
    review_within: 1d}
";
    let policy = with(&[("p.yaml", text)]).map_err(|told| told.join("\n"))?;
    let told: Vec<(&str, u64)> = policy.places.iter().map(|(key, place)| (key.as_str(), place.line)).collect();
    let expected = [
        ("baseline.adopt", 24),
        ("baseline.on_missing", 23),
        ("baseline.path", 22),
        ("context.exposure", 7),
        ("context.repository", 6),
        ("context.service", 5),
        ("default_action", 15),
        ("due.clock", 25),
        ("due.kev", 26),
        ("due.low", 27),
        ("enforcement", 4),
        ("escalation.0", 8),
        ("escalation.1", 9),
        ("exceptions.emergency.max_days", 37),
        ("exceptions.emergency.review_within", 39),
        ("exceptions.emergency.roles", 36),
        ("exceptions.emergency.severity_at_most", 38),
        ("exceptions.files.0", 30),
        ("exceptions.roles.r", 31),
        ("exceptions.separation_of_duties", 33),
        ("exceptions.unused", 35),
        ("exceptions.warn_before_expiry", 34),
        ("feeds.kev.max_age", 17),
        ("feeds.kev.on_stale", 18),
        ("feeds.kev.path", 16),
        ("inputs.reports.0", 10),
        ("inputs.reports.1", 11),
        ("inputs.require", 12),
        ("name", 2),
        ("owner", 3),
        ("severity.unrated_as", 13),
        ("use_codeowners", 28),
        ("vex.accept_justifications", 20),
        ("vex.allow_versionless", 21),
        ("vex.sources", 19),
    ];
    assert_eq!(told, expected);
    Ok(())
}

#[test]
fn a_scan_that_nothing_wants_is_a_comment() {
    let line = |because: Option<&str>| {
        let scans = [Scan { id: "deps", category: Category::Sca, because: because.map(str::to_owned) }];
        let starter = Starter { name: "a", owner: None, approvers: &[], scans: &scans, notes: "more\n" };
        assert!(starter.readme().starts_with('#') && starter.readme().ends_with("\nmore\n"), "{}", starter.readme());
        starter.policy().lines().find(|line| line.contains("id: deps")).unwrap_or_default().to_owned()
    };
    assert_eq!(line(Some("package-lock.json")), "    - {id: deps, category: sca}   # package-lock.json");
    assert_eq!(line(Some("a\nb\tc")), "    - {id: deps, category: sca}   # abc");
    assert_eq!(line(Some(&"a".repeat(121))), format!("    - {{id: deps, category: sca}}   # {}", "a".repeat(120)));
    assert_eq!(line(Some("\n")), "    - {id: deps, category: sca}");
    assert_eq!(line(None), "    # - {id: deps, category: sca}   # nothing here wants it");
}

#[test]
fn the_digest_of_the_engine_is_one_over_every_embedded_file() {
    assert!(embedded_digest().len() == 64 && embedded_digest().bytes().all(|byte| byte.is_ascii_hexdigit()));
    let texts: Vec<&str> = due::texts().chain(profiles::texts()).chain(mappings::texts()).collect();
    for folder in ["due", "profiles", "mappings"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (path, text) in crate::base::source::read_configs(&root.join("policies").join(folder)) {
            let name = path.rsplit_once("policies/").map_or("", |(_, name)| name);
            let is_there = texts.contains(&format!("policies/{name}").as_str()) && text.is_ok_and(|text| texts.contains(&text.as_str()));
            assert!(is_there, "{path}");
        }
    }
    assert_eq!(text("builtin:strict").as_deref(), builtin::find("strict").map(|builtin| builtin.text));
    assert_eq!(text("no/such.yaml"), None);
}

//! The keys of a policy that are about what lies outside of it: owners, feeds, due dates, budgets.

use super::*;

/// What is told about a policy with this on line 8.
fn ownership(rows: &str) -> Vec<String> {
    told(&format!("{HEAD}{LIMITS}rules: [{{id: r, when: {{in_change: true}}, action: block}}]\n{rows}"))
}

#[test]
fn each_row_of_ownership_has_exactly_one_who_is_accountable() {
    let row = |rest: &str| ownership(&format!("ownership: [{{match: {{path: [a]}}, {rest}}}]\n"));
    assert_eq!(row("owner: a, accountable: a@a.example, contact: \"#a\", escalate_to: [b@a.example], route: \"jira:A\""), [""; 0]);
    let address = "write one plain mail address, `dana@acme.example`";
    for (rest, problem) in [
        ("owner: a", "8:13: a row of `ownership` lacks `accountable`; add it".to_owned()),
        ("owner: a, accountable: [a@a.example, b@a.example]", format!("8:57: `accountable` cannot be a list; {address}")),
        (
            "owner: \"a\\nb\", accountable: a@a.example",
            "8:41: `owner` is not one line of at most 200 characters that can be seen; write a name, without spaces around it".to_owned(),
        ),
        (
            "owner: a, accountable: a@a.example, route: \"https://a.example\"",
            "8:77: `route` cannot be `https://a.example`; write a tracker and a place in it, `jira:PAY`; nothing is sent to an address"
                .to_owned(),
        ),
    ] {
        assert_eq!(row(rest), [format!("p.yaml:{problem}")], "{rest}");
    }
    assert_eq!(
        ownership("ownership: [{match: {severity: {at_least: high}}, owner: a, accountable: a@a.example}]\n"),
        [
            "p.yaml:8:22: the match of a row of `ownership` has no key `severity`; use `path`, `package`, `ecosystem`, `category`, `tool`, `rule_id`, `tag`, `any`, `all` or `not`"
        ]
    );
    let two = "ownership:\n  - {match: {path: [a]}, owner: a, accountable: a@a.example}\n  - {match: {path: [b]}, owner: a, accountable: b@a.example}\n  - {match: {path: [a]}, owner: b, accountable: b@a.example}\n";
    assert_eq!(
        ownership(two),
        [
            "p.yaml:10:5: `a` has another one who is accountable than at p.yaml:9; name one person, or give the owner another name",
            "p.yaml:11:5: what this row matches is owned already, at p.yaml:9; remove it: the first row that matches counts",
        ]
    );
}

#[test]
fn a_route_is_a_tracker_and_a_place_in_it() {
    let route = |told: &str| {
        let row = format!("match: {{path: [a]}}, owner: a, accountable: a@a.example, route: \"{told}\"");
        ownership(&format!("ownership: [{{{row}}}]\n")).len()
    };
    for good in ["jira:PAY", "jira-2:PAY", "github:acme/pay", "x:a:b"] {
        assert_eq!(route(good), 0, "{good}");
    }
    for wrong in ["jira", ":PAY", "jira:", "Jira:PAY", "ji ra:PAY", "ji_ra:PAY", "é:PAY", "jira://PAY", " jira:PAY"] {
        assert_eq!(route(wrong), 1, "{wrong}");
    }
}

#[test]
fn a_layer_owns_what_nobody_owns_yet() -> Tested {
    let base = format!(
        "{HEAD}{LIMITS}rules: [{{id: r, when: {{in_change: true}}, action: block}}]\nownership: [{{match: {{path: [a]}}, owner: a, accountable: a@a.example}}]\nuse_codeowners: false\n"
    );
    let layer = |rows: &str| format!("schema: relgate.policy/v1\nname: l\nowner: o@a.example\nextends: [b.yaml]\n{rows}\n");
    let owners =
        with(&[("p.yaml", &layer("ownership: [{match: {path: [\"**\"]}, owner: b, accountable: b@a.example}]")), ("b.yaml", &base)])
            .map(|policy| policy.ownership.into_iter().map(|row| row.owner).collect::<Vec<_>>());
    assert_eq!(owners.map_err(|told| told.join("\n"))?, ["a", "b"]);
    let empty = with(&[("p.yaml", &layer("ownership: []")), ("b.yaml", &base)]);
    assert_eq!(empty.map_err(|told| told.join("\n"))?.ownership.len(), 1);
    let told = with(&[
        ("p.yaml", &layer("ownership: [{match: {path: [a]}, owner: b, accountable: b@a.example}]\nuse_codeowners: true")),
        ("b.yaml", &base),
    ]);
    assert_eq!(
        told.err().unwrap_or_default(),
        [
            "p.yaml:6:17: `use_codeowners` is another one than b.yaml:9; keep what the policy under it says",
            "p.yaml:5:13: what this row matches is owned already, at b.yaml:8; remove it: the first row that matches counts",
        ]
    );
    Ok(())
}

#[test]
fn a_feed_is_read_whole_and_what_is_wrong_with_it_is_told() -> Tested {
    let text = |feeds: &str| {
        format!(
            "{HEAD}{LIMITS}feeds: {feeds}\nrules: [{{id: r, when: {{any: [{{kev: true}}, {{ssvc: {{exploitation: active, automatable: yes}}}}]}}, action: block}}]\n"
        )
    };
    let whole = "{kev: {path: feeds/kev.json, max_age: 7d}, ssvc: {path: feeds/ssvc/, max_age: 30d, on_stale: warn}}";
    let policy = with(&[("p.yaml", &text(whole))]).map_err(|told| told.join("\n"))?;
    let feeds: Vec<_> =
        policy.feeds.iter().map(|(kind, feed)| (kind.word(), feed.path.as_str(), feed.max_age_hours, feed.on_stale.word())).collect();
    assert_eq!(feeds, [("kev", "feeds/kev.json", 168, "undecided"), ("ssvc", "feeds/ssvc", 720, "warn")]);
    for (feeds, problem) in [
        ("{}", "7:8: `feeds` is empty; say something, or remove it"),
        ("{kevv: {path: a, max_age: 1d}}", "7:9: `feeds` has no key `kevv`; did you mean `kev`?"),
        ("{epss: {max_age: 1d}}", "7:15: the feed `epss` lacks `path`; name its file, which lies below this folder"),
        ("{epss: {path: a}}", "7:15: the feed `epss` lacks `max_age`; say how old it may be: `max_age: 7d`"),
        ("{epss: {path: a, max_age: 1d, on_stale: ignore}}", "7:48: `on_stale` cannot be `ignore`; use `undecided` or `warn`"),
        ("{epss: {path: /a, max_age: 1d}}", "7:22: `path` leaves the folder: `/a`; name files below it, without `..`"),
        ("{epss: {path: ../a, max_age: 1d}}", "7:22: `path` leaves the folder: `../a`; name files below it, without `..`"),
        (
            "{epss: {path: \"https://a.example/b\", max_age: 1d}}",
            "7:22: `path` cannot be `https://a.example/b`; write a file below this folder: nothing is fetched",
        ),
        ("{epss: {path: \"*.csv\", max_age: 1d}}", "7:22: `path` cannot be `*.csv`; write the name of one file or folder"),
    ] {
        assert!(told(&text(feeds)).contains(&format!("p.yaml:{problem}")), "{feeds}: {:#?}", told(&text(feeds)));
    }
    Ok(())
}

#[test]
fn decision_points_are_words_of_cisa() {
    let points = |points: &str| {
        let feeds = "feeds: {ssvc: {path: ssvc, max_age: 30d}}";
        told(&format!("{HEAD}{LIMITS}{feeds}\nrules: [{{id: r, when: {{ssvc: {points}}}, action: block}}]\n"))
    };
    for good in
        ["{exploitation: active}", "{exploitation: [poc, active]}", "{automatable: no}", "{automatable: true, technical_impact: [total]}"]
    {
        assert_eq!(points(good), [""; 0], "{good}");
    }
    for (wrong, problem) in [
        ("{}", "8:30: a range of SSVC decision points is empty; say something, or remove it"),
        ("{exploitation: [activ]}", "8:46: `exploitation` cannot be `activ`; did you mean `active`?"),
        ("{exploitation: []}", "8:45: `exploitation` is an empty list; name something, or remove it"),
        ("{automatable: maybe}", "8:44: `automatable` cannot be `maybe`; write `true` or `false`"),
    ] {
        assert_eq!(points(wrong), [format!("p.yaml:{problem}")], "{wrong}");
    }
}

#[test]
fn a_layer_may_name_a_feed_and_tighten_one() {
    let under = format!(
        "{HEAD}{LIMITS}feeds: {{kev: {{path: kev.json, max_age: 7d, on_stale: warn}}}}\nrules: [{{id: r, when: {{kev: true}}, action: block}}]\n"
    );
    let layer = |feeds: &str| {
        let text = format!("schema: relgate.policy/v1\nname: l\nowner: a@b.example\nextends: [p.yaml]\nfeeds: {feeds}\n");
        with(&[("l.yaml", &text), ("p.yaml", &under)]).map(|policy| {
            policy
                .feeds
                .iter()
                .map(|(kind, feed)| format!("{} {} {} {}", kind.word(), feed.path, feed.max_age_hours, feed.on_stale.word()))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(layer("{kev: {max_age: 3d, on_stale: undecided}}"), Ok(vec!["kev kev.json 72 undecided".to_owned()]));
    assert_eq!(layer("{kev: {path: kev.json}, epss: {path: e.csv, max_age: 1d}}").map(|feeds| feeds.len()), Ok(2));
    let help = "a layer may only tighten: remove it, or make it stricter";
    for (feeds, problem) in [
        ("{kev: {max_age: 8d}}", format!("l.yaml:5:24: `max_age` is looser here than p.yaml:7; {help}")),
        ("{kev: {path: other.json}}", "l.yaml:5:21: `path` is another one than p.yaml:7; keep what the policy under it says".to_owned()),
    ] {
        assert_eq!(layer(feeds), Err(vec![problem]), "{feeds}");
    }
}

#[test]
fn a_layer_adds_presets_and_budgets_and_redefines_none() {
    let base = BASE.replace(
        "due: {clock: first_seen, high: 30d}",
        "due: {preset: fedramp-rev5}\nbudgets: [{id: debt, count: active_exceptions, max: 9, action: block}]",
    );
    assert_ne!(base, BASE);
    let over = |layer: &str| with(&[("l.yaml", &format!("{LAYER}{layer}\n")), ("base.yaml", &base)]);
    let layered = over("due: {preset: pci-dss-4.0.1}\nbudgets: [{id: more, when: {overdue: true}, max: 0, action: ticket}]");
    let told = layered.map(|policy| {
        let presets = policy.due.into_iter().flat_map(|due| due.presets).map(|adopted| adopted.preset.id);
        (presets.collect::<Vec<_>>(), policy.budgets.into_iter().map(|budget| budget.id).collect::<Vec<_>>())
    });
    let names = |list: [&str; 2]| list.map(str::to_owned).to_vec();
    assert_eq!(told, Ok((names(["fedramp-rev5", "pci-dss-4.0.1"]), names(["debt", "more"]))));
    for (layer, problem) in [
        (
            "budgets: [{id: Debt, count: active_exceptions, max: 10, action: block}]",
            "5:11: the budget `Debt` is there already, at base.yaml:10; give it a name of its own: what a policy under it says cannot be redefined",
        ),
        (
            "due: {clock: first_seen, high: 31d}",
            "5:32: `high` is looser here than base.yaml:9; a layer may only tighten: remove it, or make it stricter",
        ),
        (
            "budgets: [{id: b, when: {kev: true}, max: 1, action: block}]",
            "5:11: the budget `b` asks for `kev`, and there is no such feed: it is known only where a report tells it; name it, `feeds: {kev: {path: …, max_age: 7d}}`",
        ),
    ] {
        assert_eq!(over(layer).err(), Some(vec![format!("l.yaml:{problem}")]), "{layer}");
    }
}

#[test]
fn a_layer_moves_no_clock_from_which_days_count() {
    let clock = |under: &str, layer: &str| {
        let base = BASE.replace("due: {clock: first_seen, high: 30d}", under);
        let policy = with(&[("l.yaml", &format!("{LAYER}{layer}\n")), ("base.yaml", &base)]);
        policy.map(|policy| policy.due.map_or("none", |due| due.own.clock.word()))
    };
    let another = Err(vec!["l.yaml:5:14: `clock` is another one than base.yaml:9; keep what the policy under it says".to_owned()]);
    let told = "due: {clock: published, high: 20d}";
    assert_eq!(clock(told, "due: {clock: fix_released}"), another);
    assert_eq!(clock(told, "due: {clock: published, high: 10d}"), Ok("published"));
    assert_eq!(clock(told, "due: {high: 10d}"), Ok("published"));
    // They count as those of the preset do.
    let beside = "due: {preset: fedramp-rev5, high: 20d}";
    assert_eq!(clock(beside, "due: {clock: fix_released}"), another);
    assert_eq!(clock(beside, "due: {clock: first_seen, high: 10d}"), Ok("first_seen"));
    assert_eq!(clock(beside, "due: {preset: pci-dss-4.0.1}"), Ok("first_seen"));
    // No days but those of the preset, which have its clock.
    assert_eq!(clock("due: {preset: fedramp-rev5}", "due: {clock: published, high: 10d}"), Ok("published"));
}

#[test]
fn days_beside_a_preset_are_shorter_or_of_another_clock() {
    let due = |told: &str| {
        let told = told.to_owned();
        ownership(&format!("due: {{{told}}}\n"))
    };
    for good in [
        "preset: fedramp-rev5, high: 30d",
        "preset: fedramp-rev5, high: 1h, kev: 3650d",
        "preset: fedramp-rev5, clock: published, high: 31d",
        "preset: pci-dss-4.0.1, clock: fix_released",
        "preset: fedramp-rev5, clock: published, kev: 3d",
    ] {
        assert_eq!(due(good), [""; 0], "{good}");
    }
    let longer = "`high` is longer than the 30d of `fedramp-rev5`; days beside a preset may only be shorter";
    assert_eq!(due("preset: fedramp-rev5, high: 31d"), [format!("p.yaml:8:35: {longer}")]);
    assert_eq!(due("preset: fedramp-rev5, clock: first_seen, high: 721h"), [format!("p.yaml:8:54: {longer}")]);
    let nothing =
        "p.yaml:8:36: `fedramp-rev5` counts from `first_seen`, and nothing else has days; remove `clock`, or give days that count from it";
    assert_eq!(due("preset: fedramp-rev5, clock: published"), [nothing]);
    let none = "p.yaml:8:33: `preset` cannot be `fedramp`; use `cisa-bod-26-04`, `fedramp-rev5` or `pci-dss-4.0.1`";
    assert_eq!(due("clock: published, preset: fedramp"), [none]);
    assert_eq!(due("high: 3d"), ["p.yaml:8:6: `due` lacks `clock`; add `clock: first_seen`"]);
}

#[test]
fn days_are_those_of_their_keys_and_clock() -> Tested {
    let due = |told: &str| {
        let policy =
            with(&[("p.yaml", &format!("{HEAD}{LIMITS}rules: [{{id: r, when: {{in_change: true}}, action: block}}]\ndue: {{{told}}}\n"))]);
        policy.map_err(|told| told.join("\n")).and_then(|policy| policy.due.ok_or_else(|| "none".to_owned()))
    };
    let own = due("clock: published, kev: 1d, critical: 2d, high: 3d, medium: 4d, low: 5h")?.own;
    assert_eq!((own.clock.word(), own.kev_hours), ("published", Some(24)));
    assert_eq!(Severity::ALL.map(|severity| own.of(severity)), [Some(48), Some(72), Some(96), Some(5), None]);
    let own = due("preset: pci-dss-4.0.1")?.own;
    assert_eq!((own.clock.word(), own.is_empty()), ("fix_released", true), "as those of the preset");
    Ok(())
}

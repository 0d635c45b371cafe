use super::*;

const BLOCK: &str = "# ours\nschema: relgate.exceptions/v1\nexceptions:\n  # the first\n  - id: A   # one\n    status: approved  # yes\n    expires: 2026-12-01 # soon\n    match: {rule_id: x}\n    # a last word\n  - id: 'B'\n    status: 'approved'\n    renewals:\n      - {approved: 2026-01-01, expires: 2026-02-01}   # first\n    expires: \"2026-02-01\"\n# the end";

fn renewal() -> NextRenewal<'static> {
    NextRenewal { approved: "2026-11-30", expires: "2027-01-01", by: "eve@acme.example", reason: "it is \"late\": # x" }
}

/// The lines that are not in both texts.
fn changed(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let only = |one: &[String], other: &[String]| one.iter().filter(|line| !other.contains(line)).cloned().collect();
    (only(&before, &after), only(&after, &before))
}

#[test]
fn a_status_changes_nothing_else() {
    let one = |text: &str, id: &str| changed(text, &set_status(text, id, "revoked").unwrap());
    let line = |text: &str| vec![text.to_owned()];
    assert_eq!(one(BLOCK, "A"), (line("    status: approved  # yes\n"), line("    status: revoked  # yes\n")));
    assert_eq!(one(BLOCK, "B"), (line("    status: 'approved'\n"), line("    status: 'revoked'\n")));
    let crlf = BLOCK.replace('\n', "\r\n");
    assert_eq!(one(&crlf, "A"), (line("    status: approved  # yes\r\n"), line("    status: revoked  # yes\r\n")));
    let json = r#"{"exceptions": [{"id": "A", "status": "approved"}, {"id": "B", "status": "approved"}]}"#;
    assert_eq!(
        set_status(json, "B", "revoked").unwrap(),
        json.replace("\"B\", \"status\": \"approved\"", "\"B\", \"status\": \"revoked\"")
    );
    assert_eq!(set_status(BLOCK, "C", "revoked"), Err(Unsafe::Absent));
}

#[test]
fn a_renewal_is_added_and_the_end_moves() {
    let told = "{\"approved\": \"2026-11-30\", \"expires\": \"2027-01-01\", \"by\": \"eve@acme.example\", \"reason\": \"it is \\\"late\\\": # x\"}";
    for newline in ["\n", "\r\n"] {
        let text = BLOCK.replace('\n', newline);
        let (gone, new) = changed(&text, &renew(&text, "A", &renewal()).unwrap());
        assert_eq!(gone, [format!("    expires: 2026-12-01 # soon{newline}")]);
        let expected =
            ["    expires: 2027-01-01 # soon", "    renewals:", &format!("      - {told}")].map(|line| format!("{line}{newline}"));
        // `renewals:` stands in the other record already.
        assert_eq!(new, [&expected[0], &expected[2]].map(String::clone), "{newline:?}");
        let (gone, new) = changed(&text, &renew(&text, "B", &renewal()).unwrap());
        assert_eq!(gone, [format!("    expires: \"2026-02-01\"{newline}")]);
        assert_eq!(new, [format!("      - {told}{newline}"), format!("    expires: \"2027-01-01\"{newline}")]);
    }
    for (json, expected) in [
        (
            "{exceptions: [{id: A, expires: 2026-12-01}]}",
            format!("{{exceptions: [{{id: A, expires: 2027-01-01, \"renewals\": [{told}]}}]}}"),
        ),
        (
            "{exceptions: [{id: A, renewals: [], expires: \"2026-12-01\" }]}",
            format!("{{exceptions: [{{id: A, renewals: [{told}], expires: \"2027-01-01\" }}]}}"),
        ),
        (
            "exceptions: [{id: A, renewals: [{a: 1},\n ], expires: x}]",
            format!("exceptions: [{{id: A, renewals: [{{a: 1}}, {told},\n ], expires: 2027-01-01}}]"),
        ),
    ] {
        assert_eq!(renew(json, "A", &renewal()), Ok(expected));
    }
    let last = "exceptions:\n- id: A\n  expires: 2026-12-01";
    assert_eq!(renew(last, "A", &renewal()), Ok(format!("exceptions:\n- id: A\n  expires: 2027-01-01\n  renewals:\n    - {told}")));
}

#[test]
fn records_are_added_at_the_end_of_their_list() {
    let records = [vec!["id: C".to_owned(), "match:".to_owned(), "  rule_id: x".to_owned()]];
    let added = |text: &str| add(text, &records);
    let (gone, new) = changed(BLOCK, &added(BLOCK).unwrap());
    assert_eq!((gone, new.concat()), (Vec::new(), "  - id: C\n    match:\n      rule_id: x\n".to_owned()));
    assert!(added(BLOCK).unwrap().ends_with("rule_id: x\n# the end"));
    let crlf = BLOCK.replace('\n', "\r\n");
    assert!(added(&crlf).unwrap().ends_with("  - id: C\r\n    match:\r\n      rule_id: x\r\n# the end"));
    assert_eq!(added("exceptions: [] # none\na: 1\n").unwrap(), "exceptions: \n  - id: C\n    match:\n      rule_id: x # none\na: 1\n");
    assert_eq!(added("exceptions:\n- id: A").unwrap(), "exceptions:\n- id: A\n- id: C\n  match:\n    rule_id: x\n");
    for bracketed in ["exceptions: [{id: A}]", "{exceptions: []}", "{exceptions: []\n}"] {
        assert_eq!(added(bracketed), Err(Unsafe::Shape("the records stand in brackets")), "{bracketed}");
    }
    for unsafe_text in ["exceptions:\n  -\n    id: A\n", "exceptions: {a: 1}", "a: 1"] {
        assert!(matches!(added(unsafe_text), Err(Unsafe::Shape(_))), "{unsafe_text}");
    }
}

#[test]
fn what_would_be_read_otherwise_is_not_written() {
    // Blank lines at the end of a text that keeps them belong to it.
    let kept = "exceptions:\n  - id: A\n    expires: 2026-12-01\n    reason: |+\n      x\n\n\n";
    assert!(matches!(renew(kept, "A", &renewal()), Err(Unsafe::Shape(_))));
    let listed = "exceptions:\n  - id: A\n    status: [approved]\n";
    assert!(matches!(set_status(listed, "A", "revoked"), Err(Unsafe::Shape(_))));
    let folded = "exceptions:\n  - id: A\n    status: >-\n      approved\n";
    assert_eq!(set_status(folded, "A", "revoked"), Ok(folded.replace("approved", "revoked")));
}

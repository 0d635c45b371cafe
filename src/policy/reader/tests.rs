use super::*;

const MAP: Keys = Keys { of: "a thing", required: &["id"], optional: &["title"] };

/// What is read from a value, or what is told about it, without the file and line; one or the other.
fn read<T>(value: &str, read: impl FnOnce(&mut Reader, &Node) -> Option<T>) -> Result<T, Vec<String>> {
    let mut reader = Reader::new("p.yaml", 0);
    let root = yaml::read(value).map_err(|fault| vec![fault.message])?;
    let made = read(&mut reader, &root);
    let told: Vec<String> = reader.finish().iter().map(|problem| problem.to_string().replace("p.yaml:1:", "")).collect();
    assert_eq!(made.is_none(), !told.is_empty(), "{value}: {told:?}");
    made.ok_or(told)
}

/// What is told about a value that stands first.
fn told<T: fmt::Debug + PartialEq>(problem: &str) -> Result<T, Vec<String>> {
    Err(vec![format!("1: {problem}")])
}

#[test]
fn durations_have_a_unit_and_a_range() {
    assert_eq!((hours("1h"), hours("30d"), hours("3650d"), hours("87600h")), (Some(1), Some(720), Some(87_600), Some(87_600)));
    for wrong in
        ["", "d", "30", "0h", "0d", "01d", "+1d", "-1d", "1.5d", "1 d", "1D", "3651d", "87601h", "99999999999d", "200000000d", "१d"]
    {
        assert_eq!(hours(wrong), None, "{wrong}");
    }
    let duration = |value| read(value, |reader, node| reader.duration(node, "v"));
    assert_eq!(duration("2d"), Ok(48));
    assert_eq!(duration("48"), told("`v` cannot be 48; write a duration such as `24h` or `30d`, from `1h` to `3650d`"));
}

#[test]
fn a_map_has_its_keys_and_no_other() {
    let keys = |value| {
        read(value, |reader, node| reader.map(node, &MAP).map(|fields| fields.iter().count()).filter(|_| reader.problems.is_empty()))
    };
    assert_eq!(keys("{id: a, title: b}"), Ok(2));
    assert_eq!(keys("{id: a}"), Ok(1));
    assert_eq!(keys("{title: b}"), told("a thing lacks `id`; add it"));
    assert_eq!(keys("{id: a, titel: b}"), Err(vec!["9: a thing has no key `titel`; did you mean `title`?".to_owned()]));
    assert_eq!(keys("{}"), told("a thing is empty; say something, or remove it"));
    assert_eq!(keys("[a]"), told("a thing cannot be a list; write a map of keys and values, `{id: …}`"));
    assert_eq!(keys("null"), told("a thing has no value; write a map of keys and values, `{id: …}`"));
}

#[test]
fn a_map_of_ones_own_keys_says_something() {
    let entries = |value| read(value, |reader, node| reader.entries(node, "v").map(<[_]>::len));
    assert_eq!(entries("{a: 1, b: 2}"), Ok(2));
    assert_eq!(entries("{}"), told("`v` is empty; say something, or remove it"));
    assert_eq!(entries("[a]"), told("`v` cannot be a list; write a map that says something"));
}

#[test]
fn a_list_says_something() {
    let list = |value| read(value, |reader, node| reader.list(node, "v").map(<[_]>::len));
    assert_eq!(list("[1, 2]"), Ok(2));
    assert_eq!(list("[]"), told("`v` is an empty list; name something, or remove it"));
    for (value, problem) in [
        ("a_b-c.d/e@f", "`v` cannot be `a_b-c.d/e@f`; write a list, `[a_b-c.d/e@f]`"),
        ("a b", "`v` cannot be `a b`; write a list, `[\"a b\"]`"),
        ("7", "`v` cannot be 7; write a list, `[7]`"),
        ("true", "`v` cannot be true; write a list, `[…]`"),
        ("{a: 1}", "`v` cannot be a map; write a list, `[…]`"),
        ("null", "`v` has no value; write a list, `[…]`"),
    ] {
        assert_eq!(list(value), told(problem), "{value}");
    }
}

#[test]
fn each_wrong_item_of_a_list_is_told() {
    let texts = |value| read(value, |reader, node| reader.texts(node, "v"));
    assert_eq!(texts("[a, b]"), Ok(vec!["a".to_owned(), "b".to_owned()]));
    let wanted = "write text, in quotes if it looks like a number";
    let wrong = vec![
        format!("2: `v` cannot be 1; {wanted}"),
        format!("8: `v` cannot be true; {wanted}"),
        format!("14: `v` cannot be ` `; {wanted}"),
    ];
    assert_eq!(texts("[1, a, true, \" \"]"), Err(wrong));
    assert_eq!(texts("[a, b, a]"), Err(vec!["8: `v` names `a` twice; keep one of them".to_owned()]));
}

#[test]
fn people_are_named_by_one_plain_address_each_once() {
    let address = |value| read(value, |reader, node| reader.address(node, "v")).map(|address| address.to_string());
    assert_eq!(address("a@b.example"), Ok("a@b.example".to_owned()));
    let wanted = "write one plain mail address, `dana@acme.example`";
    assert_eq!(address("7"), told(&format!("`v` cannot be 7; {wanted}")));
    assert_eq!(address("a"), told(&format!("`v` cannot be `a`; {wanted}")));
    assert_eq!(address(BLANK), told(&format!("`v` is not filled in yet; {wanted}")));
    let places = |value| {
        let list = read(value, |reader, node| reader.addresses_at(node, "v"));
        list.map(|list| list.into_iter().map(|at| (at.value.to_string(), at.place.column)).collect::<Vec<_>>())
    };
    assert_eq!(places("[a@b.example, c@b.example]"), Ok(vec![("a@b.example".to_owned(), 2), ("c@b.example".to_owned(), 15)]));
    assert_eq!(places("[a@b.example, c@b.example, A@b.example]"), told("`v` names A@b.example twice; keep one of them"));
}

#[test]
fn names_are_of_plain_characters() {
    let tool = |value: &str| read(&format!("\"{value}\""), |reader, node| reader.tool(node, "v"));
    for good in ["semgrep", "a-b_c.d/e:f"] {
        assert_eq!(tool(good), Ok(good.to_owned()));
    }
    for wrong in ["", "Semgrep", "a b", "a*", "a?", "[a", "a]", "{a", "a}", "ä"] {
        let wanted = "the id of a tool, as `relgate inspect` shows it: lower case, without spaces";
        assert_eq!(tool(wrong), told(&format!("`v` cannot be `{wrong}`; write {wanted}")));
    }
    let id = |value: &str| read(&format!("\"{value}\""), |reader, node| reader.id(node, "v"));
    let longest = "a".repeat(64);
    for good in ["a", "A.z_0-9", &longest] {
        assert_eq!(id(good), Ok(good.to_owned()));
    }
    for wrong in ["", "a b", "a/b", "ä", &format!("{longest}a")] {
        assert_eq!(id(wrong), told(&format!("`v` cannot be `{wrong}`; write 1 to 64 characters of `A-Z a-z 0-9 . _ -`")));
    }
    let lower = |value| read(value, |reader, node| reader.lower_id(node, "v"));
    assert_eq!(lower("a-1"), Ok("a-1".to_owned()));
    assert_eq!(lower("a-B"), told("`v` cannot be `a-B`; write it in lower case"));
}

#[test]
fn files_lie_below_the_folder() {
    let glob = |value: &str| read(&format!("'{value}'"), |reader, node| reader.path_glob(node, "v")).map(|glob| glob.as_str().to_owned());
    for good in ["a", "a/b/**", "a..b/c", "..a", "ab:c", "a~"] {
        assert_eq!(glob(good), Ok(good.to_owned()));
    }
    for wrong in ["/a", "\\a", "~/a", "..", "../a", "a/../b", "a/..", "a\\..\\b", "c:/a"] {
        let leaves = format!("`v` leaves the folder: `{wrong}`; name files below it, without `..`");
        assert_eq!(glob(wrong), told(&leaves), "{wrong}");
    }
    let file = |value: &str| read(&format!("'{value}'"), |reader, node| reader.file(node, "v", "in/"));
    assert_eq!(file("a/b.json"), Ok("in/a/b.json".to_owned()));
    assert_eq!(file("a/b/"), Ok("in/a/b".to_owned()));
    assert_eq!(file("*.json"), told("`v` cannot be `*.json`; write the name of one file or folder"));
    assert_eq!(file("https://a.example"), told("`v` cannot be `https://a.example`; write a file below this folder: nothing is fetched"));
    assert_eq!(file("../a"), told("`v` leaves the folder: `../a`; name files below it, without `..`"));
}

#[test]
fn patterns_are_those_that_can_be_read() {
    let glob = |value| read(value, |reader, node| reader.glob(node, "v")).map(|glob| (glob.matches("a/b"), glob.matches("ab")));
    assert_eq!(glob("\"a*\""), Ok((false, true)), "a star stays within a folder");
    let prose = |value| read(value, |reader, node| reader.prose_glob(node, "v")).map(|glob| (glob.matches("a/b"), glob.matches("ab")));
    assert_eq!(prose("\"a*\""), Ok((true, true)), "prose has none");
    assert_eq!(glob("\"a[\""), told("`v`: not a glob: unclosed character class; missing ']'; correct it"));
    let pattern = |value| read(value, |reader, node| reader.pattern(node, "v")).map(|pattern| pattern.as_str().to_owned());
    assert_eq!(pattern("^a+$"), Ok("^a+$".to_owned()));
    assert_eq!(pattern("(a"), told("`v`: not a regular expression: unclosed group; correct it"));
    let globs = |value| read(value, |reader, node| reader.globs(node, "v")).map(|globs| globs.len());
    assert_eq!(globs("[a, b]"), Ok(2));
}

#[test]
fn a_reason_says_something() {
    let reason = |value: &str| read(&format!("\"{value}\""), |reader, node| reader.reason(node, "v"));
    for good in ["ten chars.", "todo: ask the vendor", "see https://a.example", "  ten chars. "] {
        assert_eq!(reason(good), Ok(good.to_owned()));
    }
    let says = |wrong: &str| told(&format!("`v` {wrong}; say in a sentence why"));
    for link in ["https://a.example/because", " https://a.example/because "] {
        assert_eq!(reason(link), says("is only a link"), "{link}");
    }
    for placeholder in ["todo", "TODO!", "(tbd)", "FixMe", "n/a", "N/A.", "na", "none", "xxx", "----------", "."] {
        assert_eq!(reason(placeholder), says("is a placeholder"), "{placeholder}");
    }
    for short in ["ten chars", " ten chars ", "ääääääääa"] {
        assert_eq!(reason(short), says("says nothing in under 10 characters"), "{short}");
    }
}

#[test]
fn numbers_are_whole_or_in_units_and_in_range() {
    let number = |value| read(value, |reader, node| reader.number(node, "v", 2..=4));
    assert_eq!((number("2"), number("4")), (Ok(2), Ok(4)));
    for (value, shown) in [("1", "1"), ("5", "5"), ("-2", "-2"), ("\"3\"", "`3`"), ("4294967298", "4294967298")] {
        assert_eq!(number(value), told(&format!("`v` cannot be {shown}; write a whole number from 2 to 4")));
    }
    let tenths = |value: &str| read(value, |reader, node| reader.decimal(node, "v", 10.0, "a score", 10.0));
    for (value, wanted) in [("0", 0), ("10", 100), ("\"0.1\"", 1), ("\"9.8\"", 98), ("\"7.\"", 70), ("9.8", 98), ("\"10.0\"", 100)] {
        assert_eq!(tenths(value), Ok(wanted), "{value}");
    }
    for wrong in ["9.85", "9.849", "0.0000001", "10.1", "11.0", "-1.0", "+1.0", "1e1", "1.2.3", ".", "inf", "NaN", ""] {
        assert_eq!(tenths(&format!("\"{wrong}\"")), told(&format!("`v` cannot be `{wrong}`; write a score")));
    }
    assert_eq!(tenths("11"), told("`v` cannot be 11; write a score"));
    assert_eq!(tenths("true"), told("`v` cannot be true; write a score"));
}

#[test]
fn words_dates_and_flags_are_exact() {
    let word = |value| read(value, |reader, node| reader.word(node, "v", &["warn", "stop"], |word| word));
    assert_eq!(word("stop"), Ok("stop"));
    assert_eq!(word("Stop"), told("`v` cannot be `Stop`; did you mean `stop`?"));
    assert_eq!(word("7"), told("`v` cannot be 7; write `warn` or `stop`"));
    let words = |value| read(value, |reader, node| reader.words(node, "v", &["warn", "stop"], |word| word));
    assert_eq!(words("[stop, warn]"), Ok(vec!["stop", "warn"]));
    let date = |value| read(value, |reader, node| reader.date(node, "v"));
    assert_eq!(date("2026-11-23").map(Some), Ok(parse_date("2026-11-23")));
    assert_eq!(date("2026-02-29"), told("`v` cannot be `2026-02-29`; write a date, `2026-11-23`"));
    assert_eq!(date("2026"), told("`v` cannot be 2026; write a date, `2026-11-23`"));
    let flag = |value| read(value, |reader, node| reader.flag(node, "v"));
    assert_eq!((flag("true"), flag("false")), (Ok(true), Ok(false)));
    assert_eq!(flag("1"), told("`v` cannot be 1; write `true` or `false`"));
}

#[test]
fn ids_are_taken_without_regard_to_case() {
    let taken = |value| {
        read(value, |reader, node| {
            reader.unique_ids(node);
            reader.problems.is_empty().then_some(())
        })
    };
    assert_eq!(taken("[{id: a}, {id: b}, {no: a}, a]"), Ok(()));
    assert_eq!(taken("a"), Ok(()), "what is no list is told where it is read");
    assert_eq!(taken("[{id: a}, {id: b}, {id: A}]"), Err(vec!["25: the id `A` is taken; rename one of them".to_owned()]));
}

#[test]
fn what_is_told_has_its_file_and_weight() {
    let mut reader = Reader::new("builtin:x", 3);
    let node = Node { line: 4, column: 5, kind: Kind::Null };
    assert_eq!(reader.place(&node), Place { file: 3, line: 4, column: 5 });
    assert_eq!((reader.is_builtin(), Reader::new("x/builtin:x", 0).is_builtin()), (true, false));
    let fault = || Fault { code: "c", position: node.position(), message: "m".to_owned(), help: "h".to_owned() };
    reader.fault(fault());
    reader.warn(fault());
    let told: Vec<_> = reader.finish().into_iter().map(|problem| (problem.weight, problem.file)).collect();
    let file = Some("builtin:x".to_owned());
    assert_eq!(told, [(Weight::Undecided, file.clone()), (Weight::Warning, file)]);
}

#[test]
fn a_file_with_a_mistake_is_worth_nothing() {
    let read = |text: &str| {
        let made = read_file(text, "f.yaml", |reader, node| {
            let fields = reader.map(node, &MAP)?;
            at(reader, fields, "id", |reader, node| reader.id(node, "id")).map(|at| (at.value, at.place.column))
        });
        made.map_err(|told| told.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(read("{id: a}"), Ok(("a".to_owned(), 6)));
    assert_eq!(read("{id: a, x: 1}"), Err(vec!["f.yaml:1:9: a thing has no key `x`; use `id` or `title`".to_owned()]));
    assert_eq!(read("{id: a").map_err(|told| told.len()), Err(1));
}

//! The reader against `serde_json`, at every window boundary.

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use super::*;
use crate::base::fault::{Fault, Position};

/// The document as a tree, read with nothing but the pull reader.
fn tree(reader: &mut Reader<'_>) -> Result<Value> {
    Ok(match reader.kind()? {
        ValueKind::Array => {
            let mut items = Vec::new();
            reader.array(|reader, _| {
                items.push(tree(reader)?);
                Ok(())
            })?;
            Value::Array(items)
        }
        ValueKind::Object => {
            let mut members = Map::new();
            reader.entries(|reader, key| {
                members.insert(key.to_owned(), tree(reader)?);
                Ok(())
            })?;
            Value::Object(members)
        }
        ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Null => match reader.scalar()? {
            Scalar::Text(text) => json!(text),
            Scalar::Number(number) => number.parse::<Number>().map_or(Value::Null, Value::Number),
            Scalar::Bool(bool) => json!(bool),
            Scalar::Null | Scalar::Array | Scalar::Object => Value::Null,
        },
    })
}

fn read(text: &[u8]) -> std::result::Result<Value, Fault> {
    let mut source = text;
    let mut reader = Reader::in_steps(&mut source, 16);
    tree(&mut reader).and_then(|tree| reader.end().map(|()| tree)).map_err(Halt::into_fault)
}

fn skip(text: &[u8]) -> std::result::Result<(), Fault> {
    let mut source = text;
    let mut reader = Reader::in_steps(&mut source, 16);
    reader.skip().and_then(|()| reader.end()).map_err(Halt::into_fault)
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        ".*".prop_map(Value::from),
        "[a-z\\\\\"/\u{0}-\u{20}é😀]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(".{0,20}", inner, 0..8).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reads_and_skips_what_serde_json_writes(value in values(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap_or_default();
        prop_assert_eq!(read(text.as_bytes()).ok(), Some(value));
        prop_assert_eq!(skip(text.as_bytes()).ok(), Some(()));
    }

    #[test]
    fn accepts_what_serde_json_accepts_after_any_flip(value in values(), at: prop::sample::Index, byte: u8) {
        let mut text = serde_json::to_vec(&value).unwrap_or_default();
        if let Some(slot) = text.get_mut(at.index(value.to_string().len())) {
            *slot = byte;
        }
        let theirs = serde_json::from_slice::<Value>(&text);
        match (read(&text), &theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(&ours, theirs),
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{}", error),
            (Err(fault), Ok(_)) => prop_assert_eq!(fault.code, "repeated-key"),
            (Err(_), Err(_)) => {}
        }
        if theirs.is_ok() {
            prop_assert_eq!(skip(&text).ok(), Some(()));
        }
    }

    #[test]
    fn no_prefix_is_a_document(value in values(), at: prop::sample::Index) {
        let text = json!([value]).to_string();
        let cut = text.as_bytes().get(..at.index(text.len())).unwrap_or_default();
        prop_assert!(read(cut).is_err());
        prop_assert!(skip(cut).is_err());
    }
}

#[test]
fn members_are_picked_and_everything_else_is_checked() -> Result<()> {
    let mut source: &[u8] = br#"{"x": [1, {"a": "no"}], "a": "yes", "\u0062": 7, "y": null}"#;
    let mut reader = Reader::new(&mut source);
    let (mut a, mut b) = (String::new(), String::new());
    let r = &mut reader;
    members!(r, {
        "a" => a = r.scalar()?.text().unwrap_or_default().to_owned(),
        "b" => if let Scalar::Number(n) = r.scalar()? { n.clone_into(&mut b) },
    });
    reader.end()?;
    assert_eq!((a.as_str(), b.as_str()), ("yes", "7"));
    Ok(())
}

fn refusal(text: &str) -> Option<(&'static str, Position, String)> {
    fn run(r: &mut Reader<'_>) -> Result<()> {
        members!(r, {
            "runs" => r.array(|r, _| {
                members!(r, { "id" => { r.scalar()?; } });
                Ok(())
            })?,
        });
        r.end()
    }
    let mut source = text.as_bytes();
    run(&mut Reader::new(&mut source)).err().map(|halt| {
        let fault = halt.into_fault();
        (fault.code, fault.position, fault.message)
    })
}

#[test]
fn mistakes_are_told_with_line_column_and_pointer() {
    let told = |text| refusal(text).map(|(code, position, message)| format!("{code} {position:?} {message}"));
    let expect = |text, expected: &str| assert_eq!(told(text).as_deref(), Some(expected), "{text}");
    assert_eq!(told("{\"runs\": [{\"id\": 1}]}  \n"), None);
    expect("{\"runs\":\n [{\"é\": 1x}]}", "bad-number Line(2, 9) not a number that JSON knows, at /runs/0");
    expect(
        "{\"runs\": [{}, {\"id\": 1, \"i\\u0064\": 2}]}",
        "repeated-key Line(1, 34) the key \"id\" stands twice in one object, at /runs/1",
    );
    expect("{\"runs\": 7}", "wrong-type Line(1, 10) expected an array, found a number, at /runs");
    expect("{\"runs\": []} x", "trailing-bytes Line(1, 14) there is more after the document ends, from byte 13");
    expect("{\"runs\": [{\"id\": \"\u{1}\"}]}", "control-character Line(1, 19) raw control character 0x01 in a string, at /runs/0/id");
    expect(
        "{\"runs\": [{\"id\": \"\\ud800\"}]}",
        "lone-surrogate Line(1, 26) the string has half a character: an unpaired surrogate escape, at /runs/0/id",
    );
    expect("{\"runs\": [{\"id\"", "truncated Line(1, 16) the document ends too early, at byte 15, at /runs/0");
    expect("", "truncated Line(1, 1) the document ends too early, at byte 0");
}

#[test]
fn invalid_utf8_is_refused_wherever_it_stands_and_characters_may_straddle_windows() {
    for padding in 0..40 {
        let good = format!("{{\"x\": \"{}€\"}}", "a".repeat(padding));
        assert_eq!(refusal(&good), None);
        let mut bad = good.clone().into_bytes();
        if let Some(last) = bad.iter_mut().rfind(|b| **b == 0xac) {
            *last = b'"';
        }
        let fault = skip(&bad).err();
        assert_eq!(fault.as_ref().map(|f| f.code), Some("invalid-utf8"));
        assert_eq!(fault.map(|f| f.position), Some(Position::Line(1, padding as u64 + 8)));
    }
}

#[test]
fn nesting_stops_at_the_limit_in_what_is_read_and_in_what_is_skipped() {
    for (depth, refused) in [(128, false), (129, true), (100_000, true)] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(skip(text.as_bytes()).is_err(), refused, "{open} {depth}");
            if depth < 1000 {
                assert_eq!(read(text.as_bytes()).is_err(), refused, "{open} {depth}");
            }
        }
    }
}

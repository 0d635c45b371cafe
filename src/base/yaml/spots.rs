//! Where the values of a text begin and end, in bytes, for who splices it.

use std::ops::Range;

use granit_parser::{Event, Parser, Span, StrInput, options};

/// The bytes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// From its first byte up to behind the last one that is no space.
    pub bytes: Range<usize>,
    /// What is in it.
    pub inside: Inside,
}

/// What is in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Nothing that could be taken apart.
    Scalar,
    /// Items; whether they stand in brackets.
    List(bool, Vec<Spot>),
    /// Keys with their values; whether they stand in braces.
    Map(bool, Vec<(Spot, Spot)>),
}

impl Spot {
    /// The items of a list; of anything else, none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Inside::List(_, items) = &self.inside { items } else { &[] }
    }

    /// The value under a key of a map that is in `text`; keys are told by what stands there, quotes or not.
    #[must_use]
    pub fn get(&self, text: &str, key: &str) -> Option<&Self> {
        let Inside::Map(_, entries) = &self.inside else { return None };
        let is_it = |spot: &Self| text.get(spot.bytes.clone()).is_some_and(|told| told.trim_matches(['"', '\'']) == key);
        entries.iter().find(|(known, _)| is_it(known)).map(|(_, value)| value)
    }
}

/// Where the values of a text are that [`super::read`] has read; `None` where that cannot be told.
#[must_use]
pub fn spots(text: &str) -> Option<Spot> {
    super::read(text).ok()?;
    let mut walk = Walk { text, events: Parser::new_from_str_with_options(text, options! { disallow_directives: true }) };
    loop {
        let (event, span) = walk.next()?;
        if !matches!(event, Event::StreamStart | Event::DocumentStart(..)) {
            return walk.spot(&event, span);
        }
    }
}

struct Walk<'t> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
}

impl<'t> Walk<'t> {
    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        self.events.next()?.ok()
    }

    /// The value that begins with an event. How deep it may nest was looked at when the text was read.
    fn spot(&mut self, event: &Event<'t>, span: Span) -> Option<Spot> {
        let bytes = span.byte_range()?;
        match event {
            Event::Scalar(..) => {
                let told = self.text.get(bytes.clone())?.trim_end().len();
                Some(Spot { bytes: bytes.start..bytes.start + told, inside: Inside::Scalar })
            }
            Event::SequenceStart(..) => {
                let flow = self.opens(bytes.start, '[');
                let (mut items, mut end) = (Vec::new(), bytes.start);
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        let end = if flow { self.closed(span, ']')? } else { end };
                        return Some(Spot { bytes: bytes.start..end, inside: Inside::List(flow, items) });
                    }
                    let item = self.spot(&event, span)?;
                    end = end.max(item.bytes.end);
                    items.push(item);
                }
            }
            Event::MappingStart(..) => {
                let flow = self.opens(bytes.start, '{');
                let (mut entries, mut end) = (Vec::new(), bytes.start);
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::MappingEnd {
                        let end = if flow { self.closed(span, '}')? } else { end };
                        return Some(Spot { bytes: bytes.start..end, inside: Inside::Map(flow, entries) });
                    }
                    let key = self.spot(&event, span)?;
                    let (event, span) = self.next()?;
                    let value = self.spot(&event, span)?;
                    end = end.max(key.bytes.end).max(value.bytes.end);
                    entries.push((key, value));
                }
            }
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::SequenceEnd
            | Event::MappingEnd
            | Event::Alias(_)
            | Event::UnresolvedAlias(_)
            | _ => None,
        }
    }

    fn opens(&self, at: usize, bracket: char) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.starts_with(bracket))
    }

    /// Behind a bracket.
    fn closed(&self, span: Span, bracket: char) -> Option<usize> {
        let end = span.byte_range()?.end;
        self.text.get(..end).is_some_and(|told| told.ends_with(bracket)).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_by_its_bytes() {
        let text =
            "a: 1 # one\r\nü: {b: [x, 'y z' ], c: \"q\"}\r\nlist:\r\n  - d: >\r\n      folded\r\n      text\r\n\r\n    e: é  # end\r\n";
        let root = spots(text).unwrap();
        let at = |spot: &Spot| text.get(spot.bytes.clone()).unwrap().to_owned();
        let of = |key: &str| root.get(text, key).unwrap();
        assert_eq!((at(of("a")), at(of("ü"))), ("1".to_owned(), "{b: [x, 'y z' ], c: \"q\"}".to_owned()));
        let b = of("ü").get(text, "b").unwrap();
        assert_eq!(b.items().iter().map(at).collect::<Vec<_>>(), ["x", "'y z'"]);
        let item = &of("list").items()[0];
        assert_eq!(at(item.get(text, "e").unwrap()), "é");
        assert!(at(item).starts_with("d: >") && at(item).ends_with('é'), "{}", at(item));
        assert!(at(item.get(text, "d").unwrap()).ends_with("text"));
        assert!(matches!((&of("list").inside, &b.inside), (Inside::List(false, _), Inside::List(true, _))));
        assert_eq!(spots("a: [1"), None);
    }
}

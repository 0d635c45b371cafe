//! The parser's events, made into the tree.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag, options};

use super::{Key, Kind, MAX_DEPTH, Node, deceives};
use crate::base::fault::{Fault, Position};

pub(super) struct Builder<'t> {
    events: Parser<'t, StrInput<'t>>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // An alias is refused whether its anchor exists or not.
        let options = options! { disallow_directives: true, emit_unresolved_aliases: true };
        Self { events: Parser::new_from_str_with_options(text, options) }
    }

    /// The one document of the text.
    pub(super) fn document(mut self) -> Result<Node, Fault> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::DocumentStart(..)) && root.is_some() {
                return Err(not_allowed(span, "a second document", "keep one per file"));
            }
            if !matches!(event, Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd) {
                root = Some(self.node(event, span, 0)?);
            }
        }
        root.ok_or_else(|| Fault {
            code: "yaml-empty",
            position: Position::Line(1, 1),
            message: "the file says nothing".to_owned(),
            help: "write it, or remove it".to_owned(),
        })
    }

    /// The node that begins with `event`, inside `depth` lists and maps.
    fn node(&mut self, event: Event<'t>, span: Span, depth: u32) -> Result<Node, Fault> {
        let kind = match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain_node(span, anchor, tag.as_deref())?;
                seen(span, &text)?;
                if style == ScalarStyle::Plain { typed(&text) } else { Kind::Text(text.into_owned()) }
            }
            Event::SequenceStart(_, anchor, tag) => {
                plain_node(span, anchor, tag.as_deref())?;
                self.list(deeper(span, depth)?)?
            }
            Event::MappingStart(_, anchor, tag) => {
                plain_node(span, anchor, tag.as_deref())?;
                self.map(deeper(span, depth)?)?
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => return Err(not_allowed(span, "an alias", "repeat the value instead")),
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::SequenceEnd
            | Event::MappingEnd
            | _ => return Err(syntax(position(span), "a value was expected")),
        };
        let (line, column) = place(span);
        Ok(Node { line, column, kind })
    }

    fn list(&mut self, depth: u32) -> Result<Kind, Fault> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next()? {
            if event == Event::SequenceEnd {
                return Ok(Kind::List(items));
            }
            items.push(self.node(event, span, depth)?);
        }
        Err(syntax(Position::Whole, "a list does not end"))
    }

    fn map(&mut self, depth: u32) -> Result<Kind, Fault> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut lines = HashMap::new();
        while let Some((event, span)) = self.next()? {
            if event == Event::MappingEnd {
                return Ok(Kind::Map(entries));
            }
            let key = key(event, span)?;
            if let Some(first) = lines.insert(key.text.clone(), key.line) {
                return Err(Fault {
                    code: "yaml-duplicate-key",
                    position: key.position(),
                    message: format!("the key `{}` was given on line {first} already", key.text),
                    help: "keep one of them".to_owned(),
                });
            }
            let Some((event, span)) = self.next()? else { break };
            entries.push((key, self.node(event, span, depth)?));
        }
        Err(syntax(Position::Whole, "a map does not end"))
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Fault> {
        self.events.next().transpose().map_err(|e: ScanError| {
            let at = Position::Line(number(e.marker().line()), number(e.marker().col()) + 1);
            syntax(at, &e.kind().to_string())
        })
    }
}

fn key(event: Event<'_>, span: Span) -> Result<Key, Fault> {
    let Event::Scalar(text, style, anchor, tag) = event else {
        return Err(not_allowed(span, "a key that is not text", "write a plain word"));
    };
    plain_node(span, anchor, tag.as_deref())?;
    seen(span, &text)?;
    match (style, text.as_ref()) {
        (ScalarStyle::Plain, "<<") => Err(not_allowed(span, "a merge key", "repeat the keys instead")),
        // The parser gives an absent scalar as `~`.
        (ScalarStyle::Plain, "~") | (_, "") => Err(not_allowed(span, "an empty key", "write a plain word")),
        _ => {
            let (line, column) = place(span);
            Ok(Key { text: text.into_owned(), line, column })
        }
    }
}

fn typed(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Kind::Int(number),
            Ok(_) | Err(_) => Kind::Text(text.to_owned()),
        },
    }
}

/// Refuses anchors and tags.
fn plain_node(span: Span, anchor: usize, tag: Option<&Tag>) -> Result<(), Fault> {
    if tag.is_some() {
        let at = Span::empty(span.tag_start().unwrap_or(span.start));
        return Err(not_allowed(at, "an explicit tag", "write the value without it, in quotes if it is text"));
    }
    if anchor != 0 {
        return Err(not_allowed(span, "an anchor", "repeat the value where it is needed"));
    }
    Ok(())
}

/// Refuses what an escape in quotes makes and nobody sees.
fn seen(span: Span, text: &str) -> Result<(), Fault> {
    let Some(hidden) = text.chars().find(|&c| c == '\r' || deceives(c)) else { return Ok(()) };
    let message = format!("the escape for U+{:04X} stands for what cannot be seen, or changes how the line is shown", u32::from(hidden));
    Err(Fault { code: "yaml-character", position: position(span), message, help: "remove it".to_owned() })
}

fn deeper(span: Span, depth: u32) -> Result<u32, Fault> {
    if depth < MAX_DEPTH {
        return Ok(depth + 1);
    }
    Err(Fault {
        code: "yaml-too-deep",
        position: position(span),
        message: format!("lists and maps nest deeper than {MAX_DEPTH}"),
        help: "flatten them".to_owned(),
    })
}

fn not_allowed(span: Span, what: &str, help: &str) -> Fault {
    Fault { code: "yaml-not-allowed", position: position(span), message: format!("{what} is not allowed here"), help: help.to_owned() }
}

fn syntax(position: Position, what: &str) -> Fault {
    Fault { code: "yaml-syntax", position, message: format!("not YAML: {what}"), help: "correct the line".to_owned() }
}

fn position(span: Span) -> Position {
    let (line, column) = place(span);
    Position::Line(line, column)
}

fn place(span: Span) -> (u64, u64) {
    (number(span.start.line()), number(span.start.col()) + 1)
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

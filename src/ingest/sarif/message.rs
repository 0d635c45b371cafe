//! The messages of results (§3.11).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::Place;
use crate::ingest::sarif::descriptor::{Descriptors, Named};
use crate::model::raw::MESSAGE_LIMIT;

/// A `message` as told.
#[derive(Default)]
pub(super) struct Message {
    text: Option<Text>,
    markdown: Option<Text>,
    id: Option<Text>,
    arguments: Vec<Text>,
}

impl Message {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Self> {
        let mut message = Self::default();
        if sink.expect(r, ValueKind::Object, || format!("{at}/message"))? {
            members!(r, {
                "text" => message.text = sink.prose(r, || format!("{at}/message/text"))?,
                "markdown" => message.markdown = sink.prose(r, || format!("{at}/message/markdown"))?,
                "id" => message.id = sink.text(r, || format!("{at}/message/id"))?,
                "arguments" => if sink.expect(r, ValueKind::Array, || format!("{at}/message/arguments"))? {
                    r.array(|r, index| {
                        let argument = sink.prose(r, || format!("{at}/message/arguments/{index}"))?;
                        message.arguments.push(argument.unwrap_or_else(|| sink.intern("")));
                        Ok(())
                    })?;
                },
            });
        }
        Ok(message)
    }

    /// Whether it says nothing.
    pub(super) fn is_missing(&self) -> bool {
        self.told().or(self.id).is_none()
    }

    /// The text as it stands.
    pub(super) fn told(&self) -> Option<Text> {
        self.text.or(self.markdown)
    }

    /// What is left to do when the run's rules are known: nothing for a plain text.
    pub(super) fn template(&mut self, row: u32) -> Option<Template> {
        let arguments = std::mem::take(&mut self.arguments);
        let plain = self.text.is_some() && arguments.is_empty();
        (!plain && (self.text.is_some() || self.id.is_some())).then_some(Template { row, text: self.text, id: self.id, arguments })
    }
}

/// A message with placeholders, or one that is named by its id (§3.11).
pub(super) struct Template {
    pub(super) row: u32,
    pub(super) text: Option<Text>,
    pub(super) id: Option<Text>,
    pub(super) arguments: Vec<Text>,
}

/// The text of a message (§3.11.7): its own or the one its id names, in the rule, then in the rule's component, then in the
/// driver; with the arguments in their places.
pub(super) fn fill(template: &Template, named: Option<Named>, rules: &Descriptors<'_>, sink: &mut Sink) -> Option<Text> {
    let by_id = |id: Text| {
        let found = named.map(|named| named.found);
        let of_rule = found.and_then(|found| rules.rule(found)).map(|rule| &rule.messages);
        of_rule.into_iter().chain(rules.messages(found)).find_map(|messages| messages.get(&id).copied())
    };
    let text = template.text.or_else(|| template.id.and_then(by_id))?;
    if template.arguments.is_empty() {
        return Some(text);
    }
    let texts = &sink.report.texts;
    let argument = |number: usize| template.arguments.get(number).map(|&argument| texts.get(argument).as_data());
    let filled = place_arguments(texts.get(text).as_data(), &argument);
    Some(sink.intern_prose(&filled))
}

/// Puts arguments in place of `{0}`, `{1}`, …; `{{` and `}}` are braces (§3.11.5). What is no placeholder stays as it is. Ends
/// soon after the limit of messages.
fn place_arguments<'a>(text: &str, argument: &dyn Fn(usize) -> Option<&'a str>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']).filter(|_| filled.len() <= MESSAGE_LIMIT) {
        let (plain, brace) = rest.split_at(at);
        filled.push_str(plain);
        let placed = brace.strip_prefix('{').and_then(|after| {
            let (number, after) = after.split_once('}')?;
            let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            Some((plain.then(|| argument(number.parse().ok()?))??, after))
        });
        let doubled = ["{{", "}}"].into_iter().find_map(|pair| brace.strip_prefix(pair));
        if let Some(after) = doubled {
            filled.extend(brace.chars().next());
            rest = after;
        } else if let Some((argument, after)) = placed {
            filled.push_str(argument);
            rest = after;
        } else {
            filled.extend(brace.chars().next());
            rest = brace.get(1..).unwrap_or_default();
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_the_place_of_numbers_in_single_braces() {
        for (text, filled) in [
            ("{0} calls {1}", "a calls b"),
            ("{{0}} is {0}, }} is one", "{0} is a, } is one"),
            ("{+0} {00} {9} {x} {", "{+0} a {9} {x} {"),
            ("{ {0}", "{ a"),
            ("é{0}é", "éaé"),
        ] {
            assert_eq!(place_arguments(text, &|number| ["a", "b"].get(number).copied()), filled, "{text}");
        }
    }
}

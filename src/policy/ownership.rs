//! `ownership`: who must fix what.

use crate::base::yaml::{Node, deceives};
use crate::model::policy::{ConfigFile, Ownership};
use crate::model::problem::{Problem, Weight};
use crate::policy::condition;
use crate::policy::reader::{Keys, Reader};

const ROW: Keys =
    Keys { of: "a row of `ownership`", required: &["match", "owner", "accountable"], optional: &["contact", "escalate_to", "route"] };

/// The longest name of an owner or contact, in characters.
const MAX_CHARS: usize = 200;

/// The rows, at least one.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Ownership>> {
    reader.each(node, "ownership", row)
}

fn row(reader: &mut Reader, node: &Node) -> Option<Ownership> {
    let fields = reader.map(node, &ROW)?;
    let matches = fields.read("match", |n| condition::of_row(reader, n));
    let owner = fields.read("owner", |n| line(reader, n, "owner"));
    let accountable = fields.read("accountable", |n| reader.address(n, "accountable"));
    let contact = fields.read("contact", |n| line(reader, n, "contact"));
    let escalate_to = fields.read("escalate_to", |n| reader.addresses(n, "escalate_to"));
    let route = fields.read("route", |n| route(reader, n));
    Some(Ownership {
        place: reader.place(node),
        matches: matches?,
        owner: owner?,
        accountable: accountable?,
        contact,
        escalate_to: escalate_to.unwrap_or_default(),
        route,
    })
}

/// A name that every output can show in a line.
fn line(reader: &mut Reader, node: &Node, what: &str) -> Option<String> {
    let text = reader.text(node, what)?;
    let is_plain = text.trim() == text && text.chars().count() <= MAX_CHARS && !text.chars().any(|c| c.is_control() || deceives(c));
    if is_plain {
        return Some(text);
    }
    let message = format!("`{what}` is not one line of at most {MAX_CHARS} characters that can be seen");
    reader.wrong("config-value", node.position(), message, "write a name, without spaces around it");
    None
}

/// Where tickets go, which nothing calls: the name of a tracker, and what that calls the place.
fn route(reader: &mut Reader, node: &Node) -> Option<String> {
    let text = line(reader, node, "route")?;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let is_route = text.split_once(':').is_some_and(|(tracker, place)| is_name(tracker) && !place.is_empty() && !place.starts_with("//"));
    if is_route { Some(text) } else { reader.not(node, "route", "a tracker and a place in it, `jira:PAY`; nothing is sent to an address") }
}

/// Tells what contradicts itself in the rows of all layers: the findings of an earlier row again, and another one who is accountable for
/// the same owner, so that exactly one answers for each service.
pub(super) fn contradictions(rows: &[Ownership], files: &[ConfigFile]) -> Vec<Problem> {
    let at = |row: &Ownership| {
        let file = files.get(row.place.file as usize).map_or("", |file| file.name.as_str());
        format!("{file}:{}", row.place.line)
    };
    let told =
        |row: &Ownership, code: &'static str, message: String, help: &str| row.place.problem(files, Weight::Undecided, code, message, help);
    let mut problems = Vec::new();
    for (nth, row) in rows.iter().enumerate() {
        let earlier = || rows.iter().take(nth);
        if let Some(first) = earlier().find(|other| other.matches == row.matches) {
            let message = format!("what this row matches is owned already, at {}", at(first));
            problems.push(told(row, "policy-owned-twice", message, "remove it: the first row that matches counts"));
        }
        if let Some(first) = earlier().find(|other| other.owner == row.owner && other.accountable != row.accountable) {
            let message = format!("`{}` has another one who is accountable than at {}", row.owner, at(first));
            problems.push(told(row, "policy-two-accountable", message, "name one person, or give the owner another name"));
        }
    }
    problems
}

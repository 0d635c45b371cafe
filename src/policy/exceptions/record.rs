//! One record: every key of it, and what its type and status ask for.

use super::matches::{self, at, list};
use super::{Sight, valid};
use crate::base::fault::{Fault, Position};
use crate::base::yaml::{Kind, Node};
use crate::model::exception::{Accountable, CompensatingControl, Exception, ExceptionType, Renewal, Review, Scope, Status, Until};
use crate::model::policy::Action;
use crate::model::severity::Severity;
use crate::model::vex::Justification;
use crate::policy::reader::{Fields, Keys, Reader};

const RECORD: Keys = Keys {
    of: "an exception",
    required: &["id", "type", "status", "match", "effect", "reason", "requester", "expires"],
    optional: &[
        "title",
        "scope",
        "residual_severity",
        "justification",
        "evidence",
        "until",
        "max_findings",
        "compensating_controls",
        "accountable",
        "informed",
        "ticket",
        "fix_by",
        "created",
        "approved",
        "renewals",
        "review",
    ],
};

const CONTROL: Keys = Keys { of: "a compensating control", required: &["control", "evidence", "validated"], optional: &[] };
const ACCOUNTABLE: Keys = Keys { of: "`accountable`", required: &["email", "role"], optional: &[] };
const RENEWAL: Keys = Keys { of: "a renewal", required: &["approved", "expires", "by", "reason"], optional: &[] };
const REVIEW: Keys = Keys { of: "`review`", required: &["by", "date", "outcome"], optional: &[] };

/// What an approved record must say.
const APPROVED: [&str; 3] = ["accountable", "ticket", "approved"];

/// How many findings a record covers where it says nothing.
const MAX_FINDINGS: u32 = 20;

/// The keys that belong to one type: whether it must have them.
const OF_TYPES: [(&str, ExceptionType); 4] = [
    ("residual_severity", ExceptionType::RiskAdjustment),
    ("evidence", ExceptionType::Rotated),
    ("justification", ExceptionType::FalsePositive),
    ("review", ExceptionType::Emergency),
];

/// A record, if nothing is wrong with it.
pub(super) fn read(reader: &mut Reader, node: &Node, sight: Sight<'_>) -> Option<Exception> {
    let fields = reader.map(node, &RECORD)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    let title = fields.read("title", |n| reader.text(n, "title"));
    let kind = fields.read("type", |n| reader.word(n, "type", &ExceptionType::ALL, ExceptionType::word));
    let status = fields.read("status", |n| reader.word(n, "status", &Status::ALL, Status::word));
    let found = fields.read("match", |n| matches::read(reader, n));
    let scope = fields.get("scope").map_or_else(|| Some(Scope::default()), |n| matches::scope(reader, n));
    let effect = fields.read("effect", |n| reader.word(n, "effect", &[Action::Ticket, Action::Pass], Action::word));
    let residual_severity = fields.read("residual_severity", |n| reader.word(n, "residual_severity", &Severity::ALL, Severity::word));
    let justification = fields.read("justification", |n| reader.word(n, "justification", &Justification::ALL, Justification::word));
    let evidence = fields.read("evidence", |n| link(reader, n, "evidence"));
    let until = list(fields, "until", |n| reader.words(n, "until", &Until::ALL, Until::word));
    let max_findings = fields.read("max_findings", |n| reader.number(n, "max_findings", 1..=100_000));
    let reason = fields.read("reason", |n| reader.reason(n, "reason"));
    let controls = list(fields, "compensating_controls", |n| reader.each(n, "compensating_controls", control));
    let requester = fields.read("requester", |n| reader.address(n, "requester"));
    let accountable = fields.read("accountable", |n| accountable(reader, n));
    let informed = list(fields, "informed", |n| reader.addresses(n, "informed"));
    let ticket = fields.read("ticket", |n| link(reader, n, "ticket"));
    let fix_by = fields.read("fix_by", |n| reader.date(n, "fix_by"));
    let created = fields.read("created", |n| reader.date(n, "created"));
    let approved = fields.read("approved", |n| reader.date(n, "approved"));
    let expires = fields.read("expires", |n| reader.date(n, "expires"));
    let renewals = list(fields, "renewals", |n| renewals(reader, n));
    let review = fields.read("review", |n| review(reader, n));
    if let Some((kind, status)) = kind.zip(status) {
        keys_of_type(reader, fields, node, kind, status);
    }
    let record = Exception {
        id: id?,
        place: reader.place(node),
        title,
        kind: kind?,
        status: status?,
        matches: found?,
        scope: scope?,
        effect: effect?,
        residual_severity,
        justification,
        evidence,
        until: until?,
        max_findings: max_findings.unwrap_or(MAX_FINDINGS),
        reason: reason?,
        compensating_controls: controls?,
        requester: requester?,
        accountable,
        informed: informed?,
        ticket,
        fix_by,
        created,
        approved,
        expires: expires?,
        renewals: renewals?,
        review,
    };
    valid::check(reader, fields, node, &record, sight);
    if let Some(tree) = matches::whole_tree(&record.matches) {
        let fault = Fault {
            code: "exception-whole-tree",
            position: at(fields, "match", node),
            message: format!("the exception `{}` is about {tree}", record.id),
            help: "name the files that it is about".to_owned(),
        };
        reader.warn(fault);
    }
    Some(record)
}

/// Tells the keys that the type or the status asks for and that are not there, and those that belong to another type.
fn keys_of_type(reader: &mut Reader, fields: Fields<'_>, node: &Node, kind: ExceptionType, status: Status) {
    let is_there = |key: &str| fields.get(key).is_some();
    for (key, owner) in OF_TYPES {
        match (owner == kind, is_there(key)) {
            (false, true) => {
                let message = format!("`{key}` belongs to the type {}, not {}", owner.word(), kind.word());
                reader.wrong("exception-key", at(fields, key, node), message, "remove it, or correct `type`");
            }
            // An emergency is reviewed afterwards.
            (true, false) if owner != ExceptionType::Emergency => missing(reader, at(fields, "type", node), kind, key),
            (true | false, _) => {}
        }
    }
    if kind == ExceptionType::CompensatingControl && !is_there("compensating_controls") {
        missing(reader, at(fields, "type", node), kind, "compensating_controls");
    }
    for key in APPROVED.into_iter().filter(|key| status == Status::Approved && !is_there(key)) {
        reader.wrong(
            "config-missing-key",
            node.position(),
            format!("an approved exception lacks `{key}`"),
            "add it, or say `status: proposed`",
        );
    }
}

fn missing(reader: &mut Reader, position: Position, kind: ExceptionType, key: &str) {
    reader.wrong("config-missing-key", position, format!("an exception of type {} lacks `{key}`", kind.word()), "add it");
}

/// An `http` or `https` URL, or the key of a ticket.
fn link(reader: &mut Reader, node: &Node, what: &str) -> Option<String> {
    let wanted = "an http(s) URL, or a key such as `PAY-881`";
    let Kind::Text(text) = &node.kind else { return reader.not(node, what, wanted) };
    let is_url = ["https://", "http://"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')))
        && text.chars().all(|c| c.is_ascii_graphic());
    let is_key = text.split_once('-').is_some_and(|(project, number)| {
        let is_project = project.len() > 1
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && project.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        is_project && !number.is_empty() && !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit())
    });
    if is_url || is_key { Some(text.clone()) } else { reader.not(node, what, wanted) }
}

fn control(reader: &mut Reader, node: &Node) -> Option<CompensatingControl> {
    let fields = reader.map(node, &CONTROL)?;
    let control = fields.read("control", |n| reader.text(n, "control"));
    let evidence = fields.read("evidence", |n| link(reader, n, "evidence"));
    let validated = fields.read("validated", |n| reader.date(n, "validated"));
    Some(CompensatingControl { control: control?, evidence: evidence?, validated: validated? })
}

fn accountable(reader: &mut Reader, node: &Node) -> Option<Accountable> {
    let fields = reader.map(node, &ACCOUNTABLE)?;
    let email = fields.read("email", |n| reader.address(n, "email"));
    let role = fields.read("role", |n| reader.id(n, "role"));
    Some(Accountable { email: email?, role: role? })
}

/// The renewals; none of them yet is no mistake.
fn renewals(reader: &mut Reader, node: &Node) -> Option<Vec<Renewal>> {
    if node.kind == Kind::List(Vec::new()) {
        return Some(Vec::new());
    }
    reader.each(node, "renewals", |reader, item| {
        let fields = reader.map(item, &RENEWAL)?;
        let approved = fields.read("approved", |n| reader.date(n, "approved"));
        let expires = fields.read("expires", |n| reader.date(n, "expires"));
        let by = fields.read("by", |n| reader.address(n, "by"));
        let reason = fields.read("reason", |n| reader.text(n, "reason"));
        Some(Renewal { approved: approved?, expires: expires?, by: by?, reason: reason? })
    })
}

fn review(reader: &mut Reader, node: &Node) -> Option<Review> {
    let fields = reader.map(node, &REVIEW)?;
    let by = fields.read("by", |n| reader.address(n, "by"));
    let date = fields.read("date", |n| reader.date(n, "date"));
    let outcome = fields.read("outcome", |n| reader.text(n, "outcome"));
    Some(Review { by: by?, date: date?, outcome: outcome? })
}

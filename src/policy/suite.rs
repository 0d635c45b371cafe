//! `*.test.yaml`: tests of a policy, `relgate.policy-test/v1`.

use jiff::Timestamp;

use crate::base::date::{parse_date, parse_instant};
use crate::base::source::read_config;
use crate::base::yaml::{Kind, Node};
use crate::model::decision::Outcome;
use crate::model::policy::Action;
use crate::model::problem::{Problem, Weight};
use crate::model::report::{Fact, Subject};
use crate::model::suite::{DueDay, Expect, Given, Suite, Test};
use crate::policy::reader::{Fields, Keys, Reader, read_file};
use crate::policy::{BUILTIN, builtin, load};

mod inline;

const FILE: Keys = Keys { of: "the file", required: &["schema", "policy", "now", "tests"], optional: &["subject"] };

const TEST: Keys =
    Keys { of: "a test", required: &["name", "expect"], optional: &["findings", "reports", "adopted", "exceptions", "subject", "now"] };

const SUBJECT: Keys =
    Keys { of: "`subject`", required: &[], optional: &["repository", "commit", "branch", "release", "stage", "service", "artifact"] };

const EXPECT: Keys = Keys { of: "`expect`", required: &[], optional: &["action", "actions", "causes", "due", "verdict"] };

const VERDICTS: [Outcome; 4] = [Outcome::Block, Outcome::Ticket, Outcome::Pass, Outcome::Undecided];

/// The tests of a file, or of an embedded policy; or everything that is wrong with them.
pub fn load_suite(name: &str) -> Result<Suite, Vec<Problem>> {
    let fault = |fault| vec![Problem::of_fault(Weight::Undecided, Some(name.to_owned()), fault)];
    let text = text(name).map_err(fault)?;
    read_file(&text, name, |reader, root| suite(reader, root, name))
}

/// The text of a file of tests, or of the tests of an embedded policy.
pub(super) fn text(name: &str) -> Result<String, crate::base::fault::Fault> {
    match name.strip_prefix(BUILTIN).and_then(builtin::find) {
        Some(builtin) => Ok(builtin.tests.to_owned()),
        None => load::text(name, None, &read_config),
    }
}

fn suite(reader: &mut Reader, root: &Node, path: &str) -> Option<Suite> {
    let fields = reader.map(root, &FILE)?;
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.policy-test/v1"], |word| word));
    let policy = fields.read("policy", |n| policy(reader, n, path));
    let now = fields.read("now", |n| instant(reader, n));
    let subject = fields.read("subject", |n| subject(reader, n, &Subject::default())).unwrap_or_default();
    // What is wrong with the instant was told; the tests are read all the same.
    let shared = Shared { folder: load::folder_of(path), now: now.unwrap_or(Timestamp::UNIX_EPOCH), subject };
    let tests = fields.read("tests", |n| reader.each(n, "tests", |reader, n| test(reader, n, &shared)));
    let place = fields.get("policy").map_or_else(|| reader.place(root), |n| reader.place(n));
    Some(Suite { path: path.to_owned(), policy: policy?, place, tests: tests? })
}

/// What holds for all tests of a file.
struct Shared<'p> {
    folder: &'p str,
    now: Timestamp,
    subject: Subject,
}

/// The policy, named from the current folder.
fn policy(reader: &mut Reader, node: &Node, path: &str) -> Option<String> {
    let told = reader.text(node, "policy")?;
    Some(if told.starts_with(BUILTIN) { told } else { format!("{}{told}", load::folder_of(path)) })
}

fn instant(reader: &mut Reader, node: &Node) -> Option<Timestamp> {
    let instant = if let Kind::Text(text) = &node.kind { parse_instant(text) } else { None };
    instant.or_else(|| reader.not(node, "now", "an instant, `2026-11-23T12:00:00Z`"))
}

/// What is known of the run; what is not said here is as it is for all.
fn subject(reader: &mut Reader, node: &Node, shared: &Subject) -> Option<Subject> {
    let fields = reader.map(node, &SUBJECT)?;
    let mut fact = |key: &str, shared: &Option<Fact>| {
        let told = fields.read(key, |n| reader.text(n, key));
        told.map(|value| Fact { value, source: "test".into() }).or_else(|| shared.clone())
    };
    Some(Subject {
        repository: fact("repository", &shared.repository),
        commit: fact("commit", &shared.commit),
        // Which files a change touches, no test tells.
        config_ref: None,
        branch: fact("branch", &shared.branch),
        release: fact("release", &shared.release),
        stage: fact("stage", &shared.stage),
        service: fact("service", &shared.service),
        artifact: fact("artifact", &shared.artifact),
    })
}

fn test(reader: &mut Reader, node: &Node, shared: &Shared<'_>) -> Option<Test> {
    let fields = reader.map(node, &TEST)?;
    let name = fields.read("name", |n| reader.text(n, "name"));
    let now = fields.get("now").map_or(Some(shared.now), |n| instant(reader, n));
    let subject = fields.get("subject").map_or_else(|| Some(shared.subject.clone()), |n| subject(reader, n, &shared.subject));
    let given = given(reader, node, fields, shared);
    let exceptions = fields.get("exceptions").map_or(Some(Vec::new()), |n| paths(reader, n, "exceptions", shared.folder));
    let adopted = fields
        .get("adopted")
        .map_or(Some(Vec::new()), |n| reader.each(n, "adopted", |reader, item| Some((reader.text(item, "adopted")?, reader.place(item)))));
    let expect = fields.read("expect", |n| expect(reader, n));
    Some(Test {
        name: name?,
        place: reader.place(node),
        now: now?,
        subject: subject?,
        given: given?,
        exceptions: exceptions?,
        adopted: adopted?,
        expect: expect?,
    })
}

fn given(reader: &mut Reader, node: &Node, fields: Fields<'_>, shared: &Shared<'_>) -> Option<Given> {
    match (fields.get("findings"), fields.get("reports")) {
        (Some(findings), None) if findings.kind == Kind::List(Vec::new()) => Some(Given::Findings(vec![inline::nothing(reader, findings)])),
        (Some(findings), None) => inline::read(reader, findings).map(Given::Findings),
        (None, Some(reports)) => paths(reader, reports, "reports", shared.folder).map(Given::Reports),
        (None, None) => {
            reader.wrong("config-missing-key", node.position(), "a test judges nothing", "add `findings` or `reports`");
            None
        }
        (Some(_), Some(reports)) => {
            let help = "keep one of them, or write two tests";
            reader.wrong("config-value", reports.position(), "a test has either `findings` or `reports`", help);
            None
        }
    }
}

/// Files and globs, named from the current folder.
fn paths(reader: &mut Reader, node: &Node, what: &str, folder: &str) -> Option<Vec<String>> {
    let texts = reader.texts(node, what)?;
    Some(texts.iter().map(|path| format!("{folder}{path}")).collect())
}

fn expect(reader: &mut Reader, node: &Node) -> Option<Expect> {
    let fields = reader.map(node, &EXPECT)?;
    let action = fields.get("action").map(|n| Some((action(reader, n, "action")?, reader.place(n))));
    let actions = fields.get("actions").map(|n| actions(reader, n));
    let causes = fields.get("causes").map(|n| Some((causes(reader, n)?, reader.place(n))));
    let due = fields.get("due").map(|n| Some((due(reader, n)?, reader.place(n))));
    let verdict = fields.get("verdict").map(|n| Some((reader.word(n, "verdict", &VERDICTS, Outcome::word)?, reader.place(n))));
    // What is there and wrong was told.
    Some(Expect {
        action: action.map_or(Some(None), |told| told.map(Some))?,
        actions: actions.map_or(Some(Vec::new()), |told| told)?,
        causes: causes.map_or(Some(None), |told| told.map(Some))?,
        due: due.map_or(Some(None), |told| told.map(Some))?,
        verdict: verdict.map_or(Some(None), |told| told.map(Some))?,
    })
}

fn action(reader: &mut Reader, node: &Node, what: &str) -> Option<Action> {
    reader.word(node, what, &Action::ALL, Action::word)
}

/// What each of the findings that are named must come to.
fn actions(reader: &mut Reader, node: &Node) -> Option<Vec<(String, Action, crate::model::policy::Place)>> {
    let entries = reader.entries(node, "actions")?;
    let all: Vec<_> =
        entries.iter().map(|(key, node)| Some((key.text.clone(), action(reader, node, &key.text)?, reader.place(node)))).collect();
    all.into_iter().collect()
}

/// A day, or why there is none.
fn due(reader: &mut Reader, node: &Node) -> Option<DueDay> {
    let day = match &node.kind {
        Kind::Text(word) if word == "never" => Some(DueDay::Never),
        Kind::Text(word) if word == "unknown" => Some(DueDay::Unknown),
        Kind::Text(day) => parse_date(day).map(DueDay::On),
        Kind::Map(_) | Kind::List(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => None,
    };
    day.or_else(|| reader.not(node, "due", "a date, `2026-11-23`, or `never` or `unknown`"))
}

/// Ids of rules; none where the default action decides.
fn causes(reader: &mut Reader, node: &Node) -> Option<Vec<String>> {
    if node.kind == Kind::List(Vec::new()) {
        return Some(Vec::new());
    }
    reader.each(node, "causes", |reader, item| reader.id(item, "causes"))
}

#[cfg(test)]
mod tests;

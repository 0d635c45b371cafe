//! The documents say what the program does: transcripts, help, tables, links and examples are held against it.
//!
//! In a block of ```` ```sh ```` every line that starts with `relgate` is run; in one of ```` ```sh run ```` every line is. They run
//! below a folder that has what the documents speak of: a repository with one commit, and `reports/` with the demo's reports.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use relgate::ingest::Format;
use relgate::model::mapping::Tool;
use serde_json::Value;

use crate::schema::hold;
use crate::support::{Room, copy, in_repository, names, repository};

/// The documents that users read.
pub(crate) fn documents() -> Vec<String> {
    let docs = names(&in_repository("docs")).into_iter().map(|name| format!("docs/{name}"));
    let root = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "fixtures/demo/README.md"].map(str::to_owned);
    root.into_iter().chain(docs).filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "md")).collect()
}

pub(crate) fn read(file: &str) -> String {
    fs::read_to_string(in_repository(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The fenced blocks of a document: what stands behind the fence, and the lines.
pub(crate) fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, block))) => writeln!(block, "{line}").unwrap(),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block that is not closed");
    blocks
}

/// The block behind a marker such as `<!-- transcript -->`.
pub(crate) fn marked(text: &str, marker: &str) -> String {
    let (_, after) = text.split_once(&format!("<!-- {marker} -->\n")).unwrap_or_else(|| panic!("no marker {marker}"));
    blocks(after).remove(0).1
}

/// Puts a text between two markers.
fn with_section(text: &str, name: &str, section: &str) -> String {
    let (start, end) = (format!("<!-- {name}:start -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = text.split_once(&start).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{start}{section}{end}{after}")
}

/// What a reader sees first of a report: the verdict, the first three blockers, the way through, and what was read; `…` for the rest.
fn excerpt(report: &str) -> String {
    let lines: Vec<&str> = report.lines().collect();
    let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    let evidence = at("Evidence: ");
    let end = lines[evidence..].iter().position(|line| line.is_empty()).unwrap() + evidence;
    let parts = [&lines[..at("4 x ")], &["…"], &lines[at("To get through")..=at("Tickets: ") + 1], &["…", ""], &lines[evidence..end]];
    parts.concat().join("\n") + "\n"
}

#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let text = read("README.md");
    let command = marked(&text, "demo command");
    let (_, args) = command.trim().split_once(" -- ").unwrap();
    let args: Vec<&str> = args.split_whitespace().collect();
    let done = Room::new().relgate(&args).cwd(repository()).run().exits(1);
    assert!(done.stderr.is_empty(), "{done}");
    let shown = format!("<!-- transcript -->\n```text\n{}```\n", marked(&text, "transcript"));
    let real = format!("<!-- transcript -->\n```text\n{}```\n", excerpt(&done.stdout));
    hold("README.md", &text.replace(&shown, &real));
}

#[test]
fn the_profiles_that_are_shown_are_used_and_do_what_is_said() {
    let text = read("docs/profiles.md");
    let room = Room::new();
    fs::create_dir_all(room.path(".relgate/profiles")).unwrap();
    fs::write(room.path(".relgate/profiles/acme.yaml"), marked(&text, "acme.yaml")).unwrap();
    fs::write(room.path("acme.sarif"), marked(&text, "acme.sarif")).unwrap();
    let done = room.relgate(&["inspect", "acme.sarif"]).run().exits(0);
    assert!(done.stdout.contains("critical") && done.stdout.contains("sast secret"), "{done}");
    let file = "policies/profiles/trivy.yaml";
    let mut real = text.clone();
    for (marker, kind, shown) in [("acme inspect", "text", &done.stdout), (file, "yaml", &read(file))] {
        let block = |text: &str| format!("<!-- {marker} -->\n```{kind}\n{text}```\n");
        real = real.replace(&block(&marked(&text, marker)), &block(shown));
    }
    hold("docs/profiles.md", &real);
}

#[test]
fn the_mapping_that_is_shown_is_used_and_does_what_is_said() {
    const FILE: &str = "docs/mappings.md";
    let text = read(FILE);
    let room = Room::new();
    let yaml = marked(&text, "acme.yaml");
    room.write(".relgate/mappings/acme.yaml", &yaml);
    room.write("acme.json", marked(&text, "acme.json"));
    let done = room.relgate(&["inspect", "acme.json"]).run().exits(0);
    assert!(done.stdout.contains("critical") && done.stdout.contains("suppressed") && done.stderr.is_empty(), "{done}");
    // The mistakes that are made most.
    let wrong = yaml.replace("results: /files/*/issues/*", "results: /files/*/issues").replace("rule_id: /check", "rule_id: check");
    room.write(".relgate/mappings/acme.yaml", wrong.replace("claimed:", "claim:"));
    let mistakes = room.relgate(&["inspect", "acme.json"]).run().exits(2).stderr;
    let mut real = text.clone();
    for (marker, shown) in [("acme inspect", &done.stdout), ("acme mistakes", &mistakes)] {
        let block = |text: &str| format!("<!-- {marker} -->\n```text\n{text}```\n");
        real = real.replace(&block(&marked(&text, marker)), &block(shown));
    }
    let mut table = String::from("| id | written by | tool | results |\n|---|---|---|---|\n");
    for mapping in relgate::policy::embedded_mappings().iter() {
        let results: Vec<String> = mapping.results.iter().map(|way| format!("`{way}`")).collect();
        let Some(Tool::Id(tool)) = &mapping.tool else { panic!("{}", mapping.label.id) };
        writeln!(table, "| `{}` | {} | {tool} | {} |", mapping.label.id, mapping.title, results.join(", ")).unwrap();
    }
    hold(FILE, &with_section(&real, "mappings", &table));
}

#[test]
fn the_tables_of_formats_are_the_registries() {
    let text = read("docs/formats.md");
    let mut inputs =
        String::from("| id | written by | recognized by | what is read | severity | incomplete, when |\n|---|---|---|---|---|---|\n");
    for Format { id, title, recognized, reads, severity, incomplete, .. } in relgate::ingest::FORMATS {
        writeln!(inputs, "| `{id}` | {title} | {recognized} | {reads} | {severity} | {incomplete} |").unwrap();
    }
    let mut outputs = String::from("| id | what it is |\n|---|---|\n");
    for format in relgate::report::FORMATS {
        writeln!(outputs, "| `{}` | {} |", format.id, format.title).unwrap();
    }
    hold("docs/formats.md", &with_section(&with_section(&text, "inputs", &inputs), "outputs", &outputs));
}

#[test]
fn what_is_told_of_a_format_is_told_to_programs_too() {
    let told = Room::new().relgate(&["formats", "--json"]).run().exits(0).json();
    let told: Vec<&Value> = told.as_array().unwrap().iter().filter(|format| format["direction"] == "in").collect();
    assert_eq!(told.len(), relgate::ingest::FORMATS.len());
    for (told, format) in told.iter().zip(relgate::ingest::FORMATS) {
        let texts = [
            ("id", format.id),
            ("title", format.title),
            ("recognized", format.recognized),
            ("reads", format.reads),
            ("severity", format.severity),
            ("incomplete", format.incomplete),
        ];
        assert!(texts.iter().all(|(key, text)| told[key] == *text), "{told}");
        assert!(texts.iter().all(|(_, text)| !text.ends_with('.') && !text.contains('|')), "{told}");
        assert!(!format.recognized.is_empty() && !format.reads.is_empty() && !format.severity.is_empty(), "{told}");
    }
    let one = Room::new().relgate(&["formats", "trivy"]).run().exits(0);
    assert!(one.stdout.contains("Results` is absent"), "{one}");
    let written = Room::new().relgate(&["formats", "csv"]).run().exits(0);
    assert!(written.stdout.contains("spreadsheet"), "{written}");
    Room::new().relgate(&["formats", "trivi"]).run().exits(2).says("undecided: ", "`trivy`");
}

#[test]
fn the_help_is_the_committed_one() {
    let room = Room::new();
    let mut help = String::new();
    let main = room.relgate(&["--help"]).run().exits(0).stdout;
    let commands = main.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(commands.contains(&"check"), "{main}");
    // Those of a command that only has commands of its own stand behind it.
    let mut left: Vec<Vec<&str>> = commands.iter().rev().map(|name| vec![*name]).chain([Vec::new()]).collect();
    while let Some(words) = left.pop() {
        let args: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        let text: &str = room.relgate(&args).run().exits(0).stdout.leak();
        writeln!(help, "$ relgate {}\n{}\n", args.join(" "), text.trim_end()).unwrap();
        let inner = text.lines().skip_while(|line| *line != "Commands:" || words.is_empty()).skip(1).take_while(|line| !line.is_empty());
        // What is said of a command may go on below it, further in.
        let inner = inner.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
        let inner: Vec<&str> = inner.filter(|name| *name != "help").collect();
        left.extend(inner.into_iter().rev().map(|name| words.iter().copied().chain([name]).collect()));
    }
    hold("docs/help.txt", &help);
    assert_eq!(room.relgate(&["-h"]).run().exits(0).stdout, main);
}

#[test]
fn usage_speaks_of_every_flag_and_of_no_other() {
    let flags = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.filter(|word| word.starts_with("--") && word.len() > 3).map(str::to_owned).collect()
    };
    let of_clap = ["--help", "--version"].map(str::to_owned).into();
    let real = flags(&read("docs/help.txt"));
    let told = flags(&read("docs/usage.md"));
    assert!(real.is_superset(&of_clap));
    assert_eq!(&(&real - &told) - &of_clap, BTreeSet::new(), "flags that docs/usage.md does not tell");
    assert_eq!(&told - &real, BTreeSet::new(), "flags that do not exist");
}

#[test]
fn every_example_runs_as_it_is_written() {
    let mut ran = 0;
    for document in documents() {
        for (info, block) in blocks(&read(&document)) {
            let all = match info.as_str() {
                "sh" => false,
                "sh run" => true,
                _ => continue,
            };
            for line in block.lines().filter(|line| !line.trim().is_empty() && (all || line.starts_with("relgate "))) {
                run_example(&document, line);
                ran += 1;
            }
        }
    }
    assert!(ran >= 8, "only {ran} examples were run");
}

fn run_example(document: &str, line: &str) {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    fs::remove_dir(room.path(".git")).unwrap();
    let git = "git init -q . && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m a";
    room.command("sh", &["-c", git]).run().exits(0);
    let done = room.command("sh", &["-ec", line]).with_relgate_on_path().run();
    // The demo blocks, and what only shows ends well.
    let code = i32::from(line.contains("relgate check"));
    assert!(done.code() == code && done.stderr.is_empty(), "{document}: `{line}`: expected exit {code}\n{done}");
}

/// The keys of the properties anywhere in a schema.
pub(crate) fn properties(schema: &Value, keys: &mut BTreeSet<String>) {
    if let Some(object) = schema.as_object() {
        keys.extend(object.get("properties").and_then(Value::as_object).into_iter().flat_map(|own| own.keys().cloned()));
        object.values().for_each(|value| properties(value, keys));
    }
}

#[test]
fn every_key_of_the_json_report_is_explained() {
    let mut keys = BTreeSet::new();
    properties(&serde_json::from_str(&read("schemas/report.v1.json")).unwrap(), &mut keys);
    assert!(keys.len() > 80, "{keys:?}");
    let text = read("docs/report.md");
    let told: BTreeSet<&str> = text.split('`').skip(1).step_by(2).flat_map(|code| code.split(['.', '[', ']', ' '])).collect();
    let untold: Vec<&String> = keys.iter().filter(|key| !told.contains(key.as_str())).collect();
    assert_eq!(untold, [""; 0], "keys that docs/report.md does not explain");
}

#[test]
fn the_lines_of_inspect_are_those_that_usage_shows() {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    let done = room.relgate(&["inspect", "--json", "reports/semgrep.sarif"]).run().exits(0);
    let text = marked(&read("docs/usage.md"), "inspect");
    let shown: Vec<&str> = text.lines().collect();
    assert!(shown.len() == 2 && shown.iter().all(|line| done.stdout.lines().any(|real| real == *line)), "{done}");
}

#[test]
fn the_findings_document_is_read_as_it_is_shown() {
    let room = Room::new();
    room.write("reports/acme.json", marked(&read("docs/findings-document.md"), "findings document"));
    let done = room.relgate(&["inspect", "--json", "reports/acme.json"]).run().exits(0);
    let lines: Vec<Value> = done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines.iter().map(|line| (line["category"].as_str().unwrap(), line["severity"].as_str())).collect();
    assert_eq!(told, [("sast", None), ("sast", Some("high")), ("sca", Some("high"))], "{done}");
    assert!(done.stderr.is_empty(), "{done}");
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c)).collect::<String>();
    kept.replace(' ', "-")
}

/// The targets of the links in a text.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let mut faults = Vec::new();
    let mut followed = 0;
    for document in documents() {
        let text = read(&document);
        for link in links(&text).into_iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let path = if file.is_empty() { in_repository(&document) } else { in_repository(&document).with_file_name(file) };
            let path = if file.contains('/') { in_repository(&document).parent().unwrap().join(file) } else { path };
            followed += 1;
            let lands = fragment.is_empty()
                || fs::read_to_string(&path).is_ok_and(|target| {
                    target.lines().filter_map(|line| line.strip_prefix('#')).any(|h| anchor(h.trim_start_matches('#').trim()) == fragment)
                });
            if !path.exists() || !lands {
                faults.push(format!("{document}: {link}"));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
    assert!(followed >= 10, "only {followed} links");
}

#[test]
fn the_tests_that_the_threat_model_names_are_there() {
    let text = read("docs/threat-model.md");
    let named: Vec<(&str, &str)> = text.split('`').filter_map(|word| word.split_once(".rs::")).collect();
    assert!(named.len() >= 25, "only {} tests are named", named.len());
    for (file, test) in named {
        let source = read(&format!("{file}.rs"));
        let is_test = source.split("#[test]").skip(1).any(|rest| rest.lines().take(6).any(|line| line.contains(&format!("fn {test}("))));
        assert!(is_test, "docs/threat-model.md: {file}.rs has no test {test}");
    }
}

#[test]
fn the_demo_is_what_its_readme_counts() {
    let report = Room::new().relgate(&["check", "fixtures/demo", "--output", "json=-"]).cwd(repository()).run().exits(1).json();
    let of = |action: &str| report["counts"]["by_action"][action].as_u64().unwrap();
    let said = format!("the {} block, the {} get\ntickets, the {} others pass", of("block"), of("ticket"), of("pass"));
    let text = read("fixtures/demo/README.md");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&text).contains(&words(&said)), "fixtures/demo/README.md does not say: {said}");
}

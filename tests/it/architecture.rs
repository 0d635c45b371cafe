//! Who may name whom, read from the source.
//!
//! Each file is cut into tokens (comments, literals and `#[cfg(test)]` items fall away), every path that starts at the crate's
//! root is written out in full, groups and `super` included, and held against [`may_name`]. What `clippy.toml` forbids is let
//! through by an `#[expect]`: those may stand in few places, and this looks where they do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What happens between reading and acting; no stage knows another.
const STAGES: [&str; 8] = ["ingest", "normalize", "correlate", "enrich", "policy", "decide", "report", "act"];

/// A file longer than this has a seam that nobody looked for.
const LINES: usize = 500;

/// Longer files, each with its reason.
const LONG: [(&str, &str); 0] = [];

/// Files below `report`, `act` and `cli` that may take scanner text as data, each with the reason why it cannot do harm there.
const RAW_TEXT: [(&str, &str); 1] = [("report/json/value.rs", "hands it to serde_json, the encoder of this sink")];

/// Files that may do what `clippy.toml` forbids: folders end with `/`.
const HANDS: [&str; 7] = ["base/git/process.rs", "base/source.rs", "base/source/", "act.rs", "act/", "cli.rs", "cli/"];

/// Whether a file of module `of` may name `path`, which starts below the crate's root.
fn may_name(of: &str, path: &[&str]) -> bool {
    let Some(&first) = path.first() else { return false };
    let floor = ["base", "model"].contains(&first);
    match of {
        "base" => first == "base",
        "model" => floor,
        "pipeline" => floor || first == "pipeline" || STAGES.contains(&first),
        "cli" => {
            floor
                || ["cli", "pipeline", "report"].contains(&first)
                || (first == "ingest" && matches!(path.get(1), Some(&("FORMATS" | "Format"))))
        }
        stage => STAGES.contains(&stage) && (floor || first == stage),
    }
}

/// A word or a sign of the source, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

/// The tokens of a Rust source without comments and literals; `::` is one token.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let end = chars.len();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut found, mut i, mut line) = (Vec::new(), 0, 1);
    while i < end {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => i = skip(i, end, |j| at(j) == '\n'),
            ('/', '*') => i = block_comment(&at, i, end),
            ('"', _) => i = string(&at, i, end),
            ('\'', next) if next == '\\' || at(i + 2) == '\'' => i = skip(i + if next == '\\' { 3 } else { 2 }, end, |j| at(j) == '\'') + 1,
            ('r', '"' | '#') if !at(i.wrapping_sub(1)).is_alphanumeric() && raw_hashes(&at, i + 1, end).is_some() => {
                i = raw_string(&at, i + 1, end);
            }
            ('b', 'r') if raw_hashes(&at, i + 2, end).is_some() => i = raw_string(&at, i + 2, end),
            (':', ':') => {
                found.push(Token { text: "::".into(), line });
                i += 2;
            }
            (c, _) if c.is_alphanumeric() || c == '_' => {
                i = skip(i, end, |j| !(at(j).is_alphanumeric() || at(j) == '_'));
                found.push(Token { text: chars[start..i].iter().collect(), line });
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(Token { text: c.into(), line });
                }
                i += 1;
            }
        }
        line += chars[start..i.min(end)].iter().filter(|&&c| c == '\n').count();
    }
    found
}

/// The first place from `from` where `stop` holds, else `end`.
fn skip(from: usize, end: usize, stop: impl Fn(usize) -> bool) -> usize {
    (from..end).find(|&j| stop(j)).unwrap_or(end)
}

fn block_comment(at: &impl Fn(usize) -> char, from: usize, end: usize) -> usize {
    let (mut depth, mut i) = (0_usize, from);
    while i < end {
        match (at(i), at(i + 1)) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn string(at: &impl Fn(usize) -> char, from: usize, end: usize) -> usize {
    let mut i = from + 1;
    while i < end && at(i) != '"' {
        i += if at(i) == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// How many `#` stand before the quote of a raw string; `None` where there is no such quote.
fn raw_hashes(at: &impl Fn(usize) -> char, from: usize, end: usize) -> Option<usize> {
    let hashes = (from..end).take_while(|&j| at(j) == '#').count();
    (at(from + hashes) == '"').then_some(hashes)
}

fn raw_string(at: &impl Fn(usize) -> char, from: usize, end: usize) -> usize {
    let hashes = raw_hashes(at, from, end).unwrap_or(0);
    let close = skip(from + hashes + 1, end, |j| at(j) == '"' && (1..=hashes).all(|k| at(j + k) == '#'));
    close + hashes + 1
}

/// The tokens without the items that only tests see.
fn without_tests(all: &[Token]) -> Vec<Token> {
    let marker = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut i) = (Vec::new(), 0);
    while i < all.len() {
        if all[i..].iter().map(|t| t.text.as_str()).take(marker.len()).eq(marker) {
            i = after_item(all, i + marker.len());
        } else {
            kept.push(all[i].clone());
            i += 1;
        }
    }
    kept
}

/// Where the item that starts at `from` (further attributes included) ends.
fn after_item(all: &[Token], from: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in all.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" if depth <= 1 => return i + 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => return i + 1,
            _ => {}
        }
    }
    all.len()
}

/// The module of a file: `report/json.rs` is `[report, json]`.
fn module(file: &str) -> Vec<&str> {
    file.trim_end_matches(".rs").split('/').collect()
}

/// Every path from the crate's root, with its line. `crate` or a `super` that ends there without a name gives an empty path.
fn paths<'a>(file: &'a str, all: &'a [Token]) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    for (i, token) in all.iter().enumerate() {
        let before = i.checked_sub(1).map_or("", |j| all[j].text.as_str());
        let (root, rest): (Vec<&str>, usize) = match token.text.as_str() {
            "crate" if before == "(" && all.get(i + 1).is_some_and(|t| t.text == ")") => continue,
            "crate" => (Vec::new(), i + 1),
            "super" if before != "::" => {
                let ups = all[i..].iter().step_by(2).take_while(|t| t.text == "super").count();
                let own = module(file);
                let kept = own.len().saturating_sub(ups);
                (own.into_iter().take(kept).collect(), i + 2 * ups - 1)
            }
            _ => continue,
        };
        let mut tails = Vec::new();
        tree(all, rest, &root, &mut tails);
        found.extend(tails.into_iter().map(|path| (token.line, path)));
    }
    found
}

/// Writes out the use tree that follows a path at `from` (a `::` or the end of the path); answers where it ends.
fn tree<'a>(all: &'a [Token], from: usize, stem: &[&'a str], out: &mut Vec<Vec<&'a str>>) -> usize {
    let text = |i: usize| all.get(i).map_or("", |t| t.text.as_str());
    let (mut path, mut i) = (stem.to_vec(), from);
    while text(i) == "::" {
        i += 1;
        if text(i) == "{" {
            i += 1;
            while i < all.len() && text(i) != "}" {
                if text(i) == "," {
                    i += 1;
                    continue;
                }
                let mut stem = path.clone();
                stem.push(text(i));
                i = tree(all, i + 1, &stem, out);
                // `as name`
                i = (i..all.len()).find(|&j| [",", "}"].contains(&text(j))).unwrap_or(all.len());
            }
            return i + 1;
        }
        if text(i) == "<" {
            break;
        }
        path.push(text(i));
        i += 1;
    }
    out.push(path);
    i
}

/// Everything wrong with one file, each as `file:line: what; what to do`. `file` is relative to `src`.
fn faults(file: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |line: usize, what: &str| found.push(format!("src/{file}:{line}: {what}"));
    // A file of unit tests stands beside its module and is a part of it.
    let tests = file.ends_with("/tests.rs");
    if !tests && !source.starts_with("//!") {
        say(1, "no module documentation; start the file with `//!` and what it is for");
    }
    let length = source.lines().count();
    if length > LINES && !listed(&LONG, file) {
        say(length, &format!("{length} lines, at most {LINES}; find the seam"));
    }
    if tests {
        return found;
    }
    let all = without_tests(&tokens(source));
    let own = module(file)[0];
    for (line, path) in paths(file, &all) {
        if !["main", "lib"].contains(&own) && !may_name(own, &path) {
            say(line, &format!("`{own}` names `crate::{}`; see `may_name` in tests/it/architecture.rs", path.join("::")));
        }
    }
    for (i, token) in all.iter().enumerate() {
        let next = all.get(i + 1).map_or("", |t| t.text.as_str());
        let before = i.checked_sub(1).map_or("", |j| all[j].text.as_str());
        let (line, word) = (token.line, token.text.as_str());
        match word {
            "println" | "print" | "eprintln" | "eprint" | "dbg" if next == "!" && own != "cli" => {
                say(line, &format!("`{word}!` outside cli; return the text, or write to a writer you were given"));
            }
            // Of a command, `.stdout()` says where it writes.
            "stdout" | "stderr" if next == "(" && own != "cli" && before != "." => {
                say(line, &format!("`{word}()` outside cli; take a writer as an argument"));
            }
            "stdin" if next == "(" && !has_hands(file) => {
                say(line, "`stdin()` outside cli and base::source; take a reader as an argument");
            }
            "relgate" if own == "main" && next == "::" && all.get(i + 2).is_none_or(|t| t.text != "cli") => {
                say(line, "main names more than `relgate::cli`; leave the work to it");
            }
            "as_data" if ["report", "act", "cli"].contains(&own) && !listed(&RAW_TEXT, file) => {
                say(line, "`as_data` where text is put out; give it to an encoder of `base::escape`");
            }
            "disallowed_methods" if !has_hands(file) => {
                say(line, "lets through what clippy.toml forbids; take what you need as an argument");
            }
            _ => {}
        }
    }
    found
}

fn has_hands(file: &str) -> bool {
    HANDS.iter().any(|hand| file == *hand || (hand.ends_with('/') && file.starts_with(hand)))
}

fn listed(list: &[(&str, &str)], file: &str) -> bool {
    list.iter().any(|(name, _)| *name == file)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_source_keeps_to_its_floors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    assert!(files.len() >= 15, "only {} files were found below {}", files.len(), root.display());
    let mut told = String::new();
    for path in files {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let source = std::fs::read_to_string(&path).unwrap();
        for fault in faults(&name, &source) {
            writeln!(told, "{fault}").unwrap();
        }
        let (long, raw) = (source.lines().count() > LINES, tokens(&source).iter().any(|t| t.text == "as_data"));
        for (list, needed) in [(&LONG[..], long), (&RAW_TEXT[..], raw)] {
            if listed(list, &name) && !needed {
                writeln!(told, "src/{name}:1: is excepted in tests/it/architecture.rs and needs it no more; take it off the list").unwrap();
            }
        }
    }
    assert!(told.is_empty(), "\n{told}");
}

/// A source with its module documentation in front, and what is wrong with it, as `line word-of-the-message`.
#[track_caller]
fn check(file: &str, code: &str, expected: &[&str]) {
    let found = faults(file, &format!("//! Planted.\n{code}"));
    assert_eq!(found.len(), expected.len(), "{code}\n{found:#?}");
    for (fault, expected) in found.iter().zip(expected) {
        let (line, word) = expected.split_once(' ').unwrap();
        assert!(fault.starts_with(&format!("src/{file}:{line}: ")) && fault.contains(word), "{code}\n{fault}\n{expected}");
    }
}

#[test]
fn a_planted_name_of_another_floor_is_found() {
    check("base/json.rs", "use crate::model::scan::Scan;", &["2 crate::model::scan::Scan"]);
    check("base/json.rs", "use crate::base::text::Text;", &[]);
    check("model/scan.rs", "\n\nfn f() { crate::decide::verdict(); }", &["4 crate::decide::verdict"]);
    check("ingest/sarif.rs", "use crate::{base::json::{self, Document}, normalize as n};", &["2 crate::normalize"]);
    check("ingest/sarif.rs", "use super::super::report;", &["2 crate::report"]);
    check("ingest/sarif/runs.rs", "use super::super::Format; use super::*;", &[]);
    check("decide.rs", "use crate::policy::file;\nuse crate::decide::matching;", &["2 crate::policy"]);
    check("policy.rs", "use crate::*;", &["2 crate::*"]);
    check("policy.rs", "use crate as all;", &["2 `crate::`"]);
    check("pipeline.rs", "use crate::{ingest, decide};\nuse crate::cli;", &["3 crate::cli"]);
    check("cli/check.rs", "use crate::ingest::{FORMATS, Format, sarif};", &["2 crate::ingest::sarif"]);
    check("cli/check.rs", "use crate::{report::FORMATS, pipeline::run, model, base};", &[]);
    check("cli/check.rs", "use crate::decide;", &["2 crate::decide"]);
    check("extra.rs", "use crate::base::text;", &["2 `extra`"]);
    check("main.rs", "fn main() { relgate::cli::main() }", &[]);
    check("main.rs", "fn main() { relgate::pipeline::run() }", &["2 relgate::cli"]);
}

#[test]
fn a_planted_deed_of_cli_is_found() {
    check("decide.rs", "fn f() { println!(\"{}\", 1) }", &["2 `println!`"]);
    check("report/text.rs", "fn f() { let _ = std::io::stdout(); }", &["2 `stdout()`"]);
    check("model/a.rs", "fn f() { std::io::stdin(); }", &["2 `stdin()`"]);
    check("base/source.rs", "fn f() { std::io::stdin(); }", &[]);
    check("report/json/tests.rs", "fn f() { println!() }", &[]);
    check("cli.rs", "fn f() { eprintln!(); std::io::stdout(); }", &[]);
    check("report/text.rs", "fn f(t: Untrusted) { t.as_data() }", &["2 `as_data`"]);
    check("report/json/value.rs", "fn f(t: Untrusted) { t.as_data() }", &[]);
    check("decide/a.rs", "fn f(t: Untrusted) { t.as_data() }", &[]);
    check("decide.rs", "#[expect(clippy::disallowed_methods, reason = \"\")]\nfn f() {}", &["2 clippy.toml"]);
    check("base/source.rs", "#![expect(clippy::disallowed_methods, reason = \"\")]", &[]);
}

#[test]
fn comments_literals_and_tests_name_nothing() {
    let quiet = [
        "/// [`crate::decide`]\n// crate::decide\n/* crate::decide /* */ println!() */",
        "const A: &str = \"crate::decide \\\" println!()\"; const B: &str = r#\"crate::\" decide\"#; const C: &[u8] = br\"crate::decide\";",
        "const Q: char = '\"'; const E: char = '\\''; fn f<'a>(x: &'a str) {}",
        "#[cfg(test)]\n#[expect(x)]\nmod tests { use crate::decide; fn f() { println!(); } }",
        "#[cfg(test)]\nuse crate::decide::x;",
        "pub(crate) fn f() {}",
    ];
    for code in quiet {
        check("base/a.rs", code, &[]);
        // What follows is still seen, on its own line.
        let line = 2 + code.lines().count();
        check("base/a.rs", &format!("{code}\nuse crate::decide;"), &[&format!("{line} crate::decide")]);
    }
}

#[test]
fn a_silent_or_endless_file_is_found() {
    assert!(faults("base/a.rs", "use std::fmt;\n")[0].contains("no module documentation"));
    assert!(faults("base/a.rs", &format!("//! A.\n{}", "\n".repeat(LINES)))[0].contains("501 lines"));
    assert_eq!(faults("base/a.rs", &format!("//! A.\n{}", "\n".repeat(LINES - 1))), [""; 0]);
}

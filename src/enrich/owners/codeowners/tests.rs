//! CODEOWNERS against one that looks at each line with globs of its own.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn told(text: &str, syntax: Option<Syntax>) -> (CodeOwners, Vec<String>) {
    let (file, problems) = CodeOwners::read(text, syntax);
    (file, problems.of_file("CODEOWNERS").map(|problem| problem.to_string()).collect())
}

#[track_caller]
fn hold(text: &str, paths: &[(&str, &[&str])]) {
    let (file, problems) = told(text, None);
    assert_eq!(problems, [""; 0]);
    for (path, owners) in paths {
        assert_eq!(file.owners(path), *owners, "{path}");
    }
}

#[test]
fn on_github_the_last_line_that_matches_counts() {
    let text = "# owners\n*  @global1 @global2\r\n*.js @js-owner # and not @x\n*.go docs@example.com\n/build/logs/ @acme/logs\n\
                /apps/ @octocat\n/apps/github\na\\ b/ @space\n";
    hold(
        text,
        &[
            ("a", &["@global1", "@global2"]),
            ("x/a.js", &["@js-owner"]),
            ("a.go", &["docs@example.com"]),
            ("build/logs/x.js", &["@acme/logs"]),
            ("apps/a", &["@octocat"]),
            ("apps/github/a", &[]),
            ("a b/c", &["@space"]),
        ],
    );
}

#[test]
fn on_gitlab_sections_add_up() {
    let text = "* @admin\n\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n[README other owners]\nREADME.md @user3\n\
                ^[Docs][2] @docs @@maintainer\ndocs/\ndocs/api/ @api\n!docs/own/\n[DOCS]\n*.txt\n";
    hold(
        text,
        &[
            ("README.md", &["@admin", "@user1", "@user2", "@user3"]),
            ("internal/README.md", &["@admin", "@user4", "@user3"]),
            ("docs/a", &["@admin", "@docs", "@@maintainer"]),
            ("docs/api/a", &["@admin", "@api"]),
            ("docs/own/a", &["@admin"]),
            ("docs/own/a.txt", &["@admin"]),
            ("x/a.txt", &["@admin", "@docs", "@@maintainer"]),
        ],
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_owns_nothing() {
    let (file, problems) = told("* @all\n/a [x] @y\n!/b @y\n/c @y nobody\n", None);
    assert_eq!(
        problems,
        [
            "CODEOWNERS:2:1: `[x]` is no owner: the line says nothing; write `@user`, `@group/team` or a mail address",
            "CODEOWNERS:3:1: the pattern `!/b` cannot be read, and owns nothing: GitHub takes nothing out by `!`; correct it",
            "CODEOWNERS:4:1: `nobody` is no owner: the line says nothing; write `@user`, `@group/team` or a mail address",
        ]
    );
    assert!(["a", "b", "c"].iter().all(|path| file.owners(path) == ["@all"]));
    let (file, problems) = told("[A]\n/a @y nobody # a comment, @z\n/b\n[ ] @y\n[B][x] @y\n", None);
    assert_eq!(
        problems,
        [
            "CODEOWNERS:2:1: `nobody` is no owner: it is left out; write `@user`, `@group/team` or a mail address",
            "CODEOWNERS:3:1: `/b` has no owner; name one in the line, or in the heading of its section",
            "CODEOWNERS:4:1: the pattern `[` cannot be read, and owns nothing: a folder without a name, a range that does not end, or a backslash at the end; correct it",
        ]
    );
    assert_eq!((file.owners("a"), file.owners("b")), (vec!["@y".to_owned(), "@z".to_owned()], Vec::new()));
}

/// Whether a part of a path is as a part of a pattern says.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| wild(rest, &text[at..])),
        Some((b'?', rest)) => !text.is_empty() && wild(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && wild(rest, &text[1..]),
    }
}

/// Whether the parts of a path are as those of a pattern say; `**` at the end is anything below.
fn parts(pattern: &[&str], path: &[&str]) -> bool {
    match pattern.split_first() {
        None => path.is_empty(),
        Some((&"**", [])) => !path.is_empty(),
        Some((&"**", rest)) => (0..=path.len()).any(|at| parts(rest, &path[at..])),
        Some((first, rest)) => {
            path.split_first().is_some_and(|(part, below)| wild(first.as_bytes(), part.as_bytes()) && parts(rest, below))
        }
    }
}

fn naive_github(pattern: &str, path: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    let is_folder = pattern.ends_with('/');
    let inner = pattern.trim_end_matches('/');
    let anywhere = (!inner.contains('/')).then_some("**");
    let names: Vec<&str> = anywhere.into_iter().chain(inner.trim_start_matches('/').split('/')).collect();
    let below: Vec<&str> = names.iter().copied().chain(["**"]).collect();
    let is_of_files = names.last().is_some_and(|last| *last == "*" || *last == "**");
    (!is_folder && parts(&names, &path)) || ((is_folder || !is_of_files) && parts(&below, &path))
}

fn naive_gitlab(pattern: &str, path: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    let anywhere = (!pattern.starts_with('/')).then_some("**");
    let is_folder = pattern.ends_with('/');
    let mut names: Vec<&str> = anywhere.into_iter().chain(pattern.trim_matches('/').split('/')).collect();
    if is_folder {
        names.extend(["**", "*"]);
    } else if let Some(last) = names.last_mut().filter(|last| **last == "**") {
        *last = "*";
    }
    parts(&names, &path)
}

/// A line: its section, whether it takes out, its pattern, its owner if it has one.
type Line = (u8, bool, String, Option<u8>);

fn line() -> impl Strategy<Value = Line> {
    let part = select(vec!["a", "b", "ab", "*", "**", "a*", "*b", "?", "a?b", "."]);
    let pattern = (any::<bool>(), vec(part, 1..4), any::<bool>())
        .prop_map(|(root, parts, folder)| format!("{}{}{}", if root { "/" } else { "" }, parts.join("/"), if folder { "/" } else { "" }));
    (0..3_u8, proptest::bool::weighted(0.1), pattern, proptest::option::weighted(0.8, 0..5_u8))
}

fn path() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "b", "ab", "aab", "."]), 1..5).prop_map(|parts| parts.join("/"))
}

proptest! {
    #[test]
    fn on_github_it_is_what_the_last_line_says(lines in vec(line(), 1..8), paths in vec(path(), 1..6)) {
        let line = |(_, _, pattern, owner): &Line| format!("{pattern}{}\n", owner.map_or_else(String::new, |owner| format!(" @o{owner}")));
        let (file, problems) = told(&lines.iter().map(line).collect::<String>(), Some(Syntax::GitHub));
        prop_assert_eq!(problems, [""; 0]);
        for path in &paths {
            let last = lines.iter().rev().find(|(_, _, pattern, _)| naive_github(pattern, path));
            let expected: Vec<String> = last.and_then(|(.., owner)| *owner).map(|owner| format!("@o{owner}")).into_iter().collect();
            prop_assert_eq!(file.owners(path), expected, "{} in {:?}", path, lines);
        }
    }

    #[test]
    fn on_gitlab_it_is_what_the_last_line_of_each_section_says(lines in vec(line(), 1..10), paths in vec(path(), 1..6)) {
        let mut text = String::new();
        let mut order: Vec<u8> = Vec::new();
        for (section, out, pattern, owner) in &lines {
            // The second section has an owner of its own.
            writeln!(text, "[S{section}]{}", if *section == 1 { " @default" } else { "" }).unwrap();
            let owner = owner.map_or_else(String::new, |owner| format!(" @o{owner}"));
            writeln!(text, "{}{pattern}{owner}", if *out { "!" } else { "" }).unwrap();
            if !order.contains(section) {
                order.push(*section);
            }
        }
        let (file, _) = told(&text, Some(Syntax::GitLab));
        for path in &paths {
            let mut expected: Vec<String> = Vec::new();
            for of in &order {
                let matching: Vec<&Line> = lines.iter().filter(|(section, _, pattern, _)| section == of && naive_gitlab(pattern, path)).collect();
                if matching.iter().any(|(_, out, ..)| *out) {
                    continue;
                }
                let owner = matching.last().and_then(|(section, _, _, owner)| match owner {
                    Some(owner) => Some(format!("@o{owner}")),
                    None => (*section == 1).then(|| "@default".to_owned()),
                });
                expected.extend(owner.filter(|owner| !expected.contains(owner)));
            }
            prop_assert_eq!(file.owners(path), expected, "{} in {}", path, text);
        }
    }

    #[test]
    fn no_text_makes_it_stop(text in ".{0,200}", lines in vec("[!\\\\#a*/\\[\\]^@ ]{0,12}", 0..8), path in path()) {
        for text in [text, lines.join("\n")] {
            for syntax in [None, Some(Syntax::GitHub), Some(Syntax::GitLab)] {
                told(&text, syntax).0.owners(&path);
            }
        }
    }
}

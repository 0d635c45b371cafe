//! The patterns of CODEOWNERS as globs of paths from the root of the repository.

use crate::base::pattern::Glob;

/// GitHub's: those of gitignore (<https://git-scm.com/docs/gitignore#_pattern_format>) without `!`, `[ ]` and an escaped `#`. One that
/// names a folder owns all below it, but for `folder/*`, which is about the folder's own files.
pub(super) fn of_github(pattern: &str) -> Result<Vec<Glob>, String> {
    if pattern.starts_with('!') {
        return Err("GitHub takes nothing out by `!`".to_owned());
    }
    if pattern.starts_with("\\#") {
        return Err("on GitHub no pattern begins with `#`".to_owned());
    }
    if pattern.contains(['[', ']']) {
        return Err("GitHub has no ranges `[ ]`".to_owned());
    }
    let trimmed = pattern.strip_suffix('/').unwrap_or(pattern);
    let is_anchored = trimmed.contains('/');
    let mut parts = parts(trimmed.strip_prefix('/').unwrap_or(trimmed), false)?;
    if !is_anchored {
        parts.insert(0, "**".to_owned());
    }
    let below = format!("{}/**", parts.join("/"));
    let names_files = parts.last().is_some_and(|last| last == "*" || last == "**");
    match (pattern.ends_with('/'), names_files) {
        (true, _) => globs(&[below]),
        (false, true) => globs(&[parts.join("/")]),
        (false, false) => globs(&[parts.join("/"), below]),
    }
}

/// GitLab's: `File::fnmatch` of Ruby with `FNM_PATHNAME` and `FNM_DOTMATCH`, at any depth without a `/` in front, of everything below
/// with one at the end.
pub(super) fn of_gitlab(pattern: &str) -> Result<Vec<Glob>, String> {
    let is_rooted = pattern.starts_with('/');
    let is_folder = pattern.ends_with('/') && pattern != "/";
    let inner = pattern.trim_start_matches('/').trim_end_matches('/');
    // An escaped `#` in front is the character itself.
    let inner = if is_rooted { inner } else { inner.strip_prefix("\\#").map_or(inner, |_| inner.get(1..).unwrap_or(inner)) };
    let mut parts = parts(inner, true)?;
    // Only in front of a `/` does `**` go into folders.
    if let Some(last) = parts.last_mut()
        && last == "**"
        && !is_folder
    {
        "*".clone_into(last);
    }
    if !is_rooted {
        parts.insert(0, "**".to_owned());
    }
    if is_folder {
        parts.extend(["**".to_owned(), "*".to_owned()]);
    }
    globs(&[parts.join("/")])
}

/// The parts between the slashes, each as a glob takes it.
fn parts(pattern: &str, ranges: bool) -> Result<Vec<String>, String> {
    if pattern.is_empty() {
        return Err("it names no files".to_owned());
    }
    let parts: Option<Vec<String>> = pattern.split('/').map(|part| one_part(part, ranges)).collect();
    parts.ok_or_else(|| "a folder without a name, a range that does not end, or a backslash at the end".to_owned())
}

/// `*`, `?` and ranges stay what they are, the rest means itself.
fn one_part(part: &str, ranges: bool) -> Option<String> {
    if part == "**" {
        return Some(part.to_owned());
    }
    let mut glob = String::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' if glob.ends_with('*') && !glob.ends_with("\\*") => {}
            '*' | '?' => glob.push(c),
            '[' if ranges => {
                let rest = chars.as_str();
                let (range, after) = range(rest)?;
                glob.push_str(&range);
                chars = after.chars();
            }
            '\\' => push_literal(&mut glob, chars.next()?),
            c => push_literal(&mut glob, c),
        }
    }
    (!glob.is_empty()).then_some(glob)
}

/// What stands behind a `[` as a range that meets no `/`, and the rest.
fn range(rest: &str) -> Option<(String, &str)> {
    let (negated, inner) = rest.strip_prefix(['!', '^']).map_or((false, rest), |inner| (true, inner));
    // A bracket in front is one of the characters.
    let end = inner.char_indices().skip(1).find(|(_, c)| *c == ']').map(|(at, _)| at)?;
    let (within, after) = (inner.get(..end)?, inner.get(end + 1..)?);
    let sign = if negated { "!" } else { "" };
    let slash = if negated { "/" } else { "" };
    Some((format!("[{sign}{within}{slash}]"), after))
}

fn push_literal(glob: &mut String, c: char) {
    if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | ',') {
        glob.push('\\');
    }
    glob.push(c);
}

fn globs(texts: &[String]) -> Result<Vec<Glob>, String> {
    texts.iter().map(|text| Glob::parse(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn hold(read: fn(&str) -> Result<Vec<Glob>, String>, pattern: &str, inside: &[&str], outside: &[&str]) {
        let globs = read(pattern);
        let matches = |path: &&str| globs.as_ref().is_ok_and(|globs| globs.iter().any(|glob| glob.matches(path)));
        assert!(inside.iter().all(matches), "{pattern} should match all of {inside:?}: {globs:?}");
        assert!(!outside.iter().any(matches), "{pattern} should match none of {outside:?}: {globs:?}");
    }

    /// The examples of GitHub's documentation, and its exceptions from gitignore.
    #[test]
    fn patterns_of_github() {
        hold(of_github, "*", &["a", "a/b", ".x/y"], &[]);
        hold(of_github, "*.js", &["a.js", "x/y/a.js", "a.js/b"], &["a.jsx", "js"]);
        hold(of_github, "/build/logs/", &["build/logs/a", "build/logs/x/a"], &["build/logs", "x/build/logs/a"]);
        hold(of_github, "docs/*", &["docs/a.md"], &["docs/x/a.md", "x/docs/a.md"]);
        hold(of_github, "apps/", &["apps/a", "x/apps/y/a"], &["apps", "xapps/a"]);
        hold(of_github, "/apps/github", &["apps/github", "apps/github/a"], &["x/apps/github/a", "apps/githubs"]);
        hold(of_github, "**/logs", &["logs", "a/logs", "a/b/logs/c"], &["a/blogs"]);
        hold(of_github, "/a/**/b.c", &["a/b.c", "a/x/y/b.c"], &["b.c", "x/a/b.c"]);
        hold(of_github, "/scripts/**", &["scripts/a", "scripts/a/b"], &["scripts", "x/scripts/a"]);
        hold(of_github, "a b/{x,y}", &["a b/{x,y}", "a b/{x,y}/z"], &["a b/x"]);
        hold(of_github, "a**b?", &["axxbc", "x/abc"], &["a/bc", "ab"]);
        hold(of_github, "\\*x", &["*x", "a/*x/b"], &["ax"]);
        for wrong in ["!a", "\\#a", "[ab]", "a[0-9]", "/", "a//b", "a\\"] {
            assert!(of_github(wrong).is_err(), "{wrong}");
        }
    }

    /// The examples of GitLab's documentation.
    #[test]
    fn patterns_of_gitlab() {
        hold(of_gitlab, "*", &["a", "a/b", ".x/y"], &[]);
        hold(of_gitlab, "/README.md", &["README.md"], &["a/README.md", "README.md/a"]);
        hold(of_gitlab, "README.md", &["README.md", "internal/README.md", "app/lib/README.md"], &["README.mdx"]);
        hold(of_gitlab, "internal/README.md", &["internal/README.md", "docs/api/internal/README.md"], &["README.md"]);
        hold(of_gitlab, "/docs/", &["docs/a", "docs/x/y"], &["docs", "x/docs/a"]);
        hold(of_gitlab, "lib/", &["lib/a", "x/lib/y/a"], &["lib"]);
        hold(of_gitlab, "/docs/*.md", &["docs/a.md"], &["docs/x/a.md"]);
        hold(of_gitlab, "/docs/*/README.md", &["docs/api/README.md"], &["docs/README.md", "docs/a/b/README.md"]);
        hold(of_gitlab, "/docs/**/index.md", &["docs/index.md", "docs/api/graphql/index.md"], &["index.md"]);
        hold(of_gitlab, "/docs/**", &["docs/a"], &["docs/a/b"]);
        hold(of_gitlab, "docs", &["docs", "a/docs"], &["docs/a"]);
        hold(of_gitlab, "\\#x.rb", &["#x.rb", "a/#x.rb"], &["x.rb"]);
        hold(of_gitlab, "/a[!b]c[0-9]", &["axc1"], &["abc1", "a/c1", "axcx"]);
        for wrong in ["/", "a//b", "[ab", "a\\"] {
            assert!(of_gitlab(wrong).is_err(), "{wrong}");
        }
    }
}

//! What came of the tests of policies: as a test runner tells it, and as `JUnit` XML for CI.

use std::io::{self, Write};

use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::suite::{Outcomes, Tried};
use crate::report::words::count;

/// Characters of a name, and of what is told of a failure.
const WIDTH: (usize, usize) = (200, 1000);

/// Writes each test with what is not as it must be, and how many there were.
pub fn render(suites: &[Tried], out: &mut dyn Write) -> io::Result<()> {
    for suite in suites {
        let policy = if suite.path == suite.policy { String::new() } else { format!(": {}", line(&suite.policy)) };
        writeln!(out, "{}{policy}", line(&suite.path))?;
        for test in &suite.tests {
            let name = escape::terminal(Untrusted::new(&test.name), WIDTH.0);
            writeln!(out, "  {}  {name}", if test.failures.is_empty() { "ok    " } else { "FAILED" })?;
            for failure in &test.failures {
                let told = escape::terminal(Untrusted::new(&failure.message), WIDTH.1);
                writeln!(out, "          {}:{}: {told}", line(&suite.path), failure.place.line)?;
            }
        }
    }
    let tests: Vec<&Outcomes> = suites.iter().flat_map(|suite| &suite.tests).collect();
    let failed = tests.iter().filter(|test| !test.failures.is_empty()).count();
    writeln!(out, "{}: {} passed, {failed} failed", count(tests.len() as u64, "test"), tests.len() - failed)
}

/// Whether every test passes.
#[must_use]
pub fn all_pass(suites: &[Tried]) -> bool {
    suites.iter().flat_map(|suite| &suite.tests).all(|test| test.failures.is_empty())
}

/// Writes the same as `JUnit` XML: a suite for each file.
pub fn junit(suites: &[Tried], out: &mut dyn Write) -> io::Result<()> {
    let failed = |suite: &Tried| suite.tests.iter().filter(|test| !test.failures.is_empty()).count();
    let (tests, failures) = (suites.iter().map(|suite| suite.tests.len()).sum::<usize>(), suites.iter().map(failed).sum::<usize>());
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="relgate policy test" tests="{tests}" failures="{failures}" errors="0">"#)?;
    for suite in suites {
        let path = xml(&suite.path, usize::MAX);
        let (tests, failures) = (suite.tests.len(), failed(suite));
        writeln!(out, r#"  <testsuite name="{path}" tests="{tests}" failures="{failures}" errors="0" skipped="0">"#)?;
        for test in &suite.tests {
            let case =
                format!(r#"<testcase name="{}" classname="{path}" file="{path}" line="{}""#, xml(&test.name, WIDTH.0), test.place.line);
            if test.failures.is_empty() {
                writeln!(out, "    {case}/>")?;
                continue;
            }
            writeln!(out, "    {case}>")?;
            for failure in &test.failures {
                let message = xml(&failure.message, WIDTH.1);
                writeln!(out, r#"      <failure message="{message}">{path}:{}: {message}</failure>"#, failure.place.line)?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn line(text: &str) -> String {
    escape::terminal_line(text)
}

fn xml(text: &str, max_chars: usize) -> String {
    escape::xml(Untrusted::new(text), max_chars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Place;
    use crate::model::suite::Failure;

    fn tried() -> Vec<Tried> {
        let place = |line| Place { file: 0, line, column: 1 };
        let failure = Failure { place: place(9), message: "a <b>: expected block, got \"pass\"".to_owned() };
        let test = |name: &str, line, failures| Outcomes { name: name.to_owned(), place: place(line), failures };
        let tests = vec![test("one & all", 3, Vec::new()), test("two\nlines", 7, vec![failure])];
        vec![Tried { path: "a.test.yaml".to_owned(), policy: "a.yaml".to_owned(), tests }]
    }

    fn text(render: fn(&[Tried], &mut dyn Write) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        render(&tried(), &mut bytes).map_or_else(|_| String::new(), |()| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn each_test_is_a_line_and_what_fails_says_why() {
        let expected = "a.test.yaml: a.yaml\n  ok      one & all\n  FAILED  two⏎lines\n          a.test.yaml:9: a <b>: expected block, got \"pass\"\n2 tests: 1 passed, 1 failed\n";
        assert_eq!(text(render), expected);
        assert!(!all_pass(&tried()) && all_pass(&[]));
    }

    #[test]
    fn junit_says_the_same() {
        let xml = text(junit);
        assert!(xml.contains(r#"<testsuites name="relgate policy test" tests="2" failures="1" errors="0">"#), "{xml}");
        assert!(xml.contains(r#"<testcase name="one &amp; all" classname="a.test.yaml" file="a.test.yaml" line="3"/>"#), "{xml}");
        assert!(xml.contains("a.test.yaml:9: a &lt;b&gt;: expected block, got &quot;pass&quot;</failure>"), "{xml}");
    }
}

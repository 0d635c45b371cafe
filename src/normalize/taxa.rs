//! CWE numbers and advisory ids, picked out of the many ways in which tools write them.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// Weaknesses whose findings quote a credential: hard-coded passwords, keys and credentials.
const CREDENTIALS: [u32; 3] = [259, 321, 798];

/// The ids and CWE numbers of one rule or result.
#[derive(Default)]
pub(super) struct Taxa {
    ids: BTreeSet<String>,
    cwes: BTreeSet<u32>,
    tagged_secret: bool,
}

/// Whether findings of a weakness quote a credential.
pub(super) fn is_credential(cwe: u32) -> bool {
    CREDENTIALS.contains(&cwe)
}

impl Taxa {
    /// The advisory id that a rule's name is or begins with: `CVE-2021-44228_log4j` names `CVE-2021-44228`.
    pub(super) fn add_rule_id(&mut self, rule_id: &str) {
        self.ids.extend(advisory(rule_id).map(Cow::into_owned));
    }

    /// `CWE-79: …`, `external/cwe/cwe-079`, `CWE79`; `CVE-2021-44228`, `GHSA-…`. Other tags say nothing here.
    pub(super) fn add_tag(&mut self, tag: &str) {
        self.cwes.extend(cwe(tag));
        self.ids.extend(advisory(tag).map(Cow::into_owned));
        self.tagged_secret |= ["secret", "secrets"].iter().any(|word| tag.eq_ignore_ascii_case(word));
    }

    /// Whether what the tool says about it may quote a secret.
    pub(super) fn is_secret(&self) -> bool {
        self.tagged_secret || CREDENTIALS.iter().any(|cwe| self.cwes.contains(cwe))
    }

    /// Both, sorted.
    pub(super) fn sorted(self) -> (Vec<String>, Vec<u32>) {
        (self.ids.into_iter().collect(), self.cwes.into_iter().collect())
    }
}

/// The number behind the first `cwe` of a tag that begins with it, alone or as the last step of a path.
pub(super) fn cwe(tag: &str) -> Option<u32> {
    let last = tag.rsplit('/').next()?;
    let start = last.get(..3)?;
    let rest = start.eq_ignore_ascii_case("cwe").then(|| last.get(3..))??;
    let digits = rest.strip_prefix(['-', '_', ' ', ':']).unwrap_or(rest);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok().filter(|&number| number > 0)
}

/// The advisory id that a text begins with, in canonical case: `CVE-` year `-` four or more digits, `GHSA-` three groups of four.
pub(super) fn advisory(text: &str) -> Option<Cow<'_, str>> {
    let after =
        |start: &str| text.split_at_checked(start.len()).filter(|(begin, _)| begin.eq_ignore_ascii_case(start)).map(|(_, rest)| rest);
    if let Some(rest) = after("CVE-") {
        let length = "CVE-".len() + numbers(rest)?;
        let id = text.get(..length)?;
        return Some(if id.starts_with("CVE-") { id.into() } else { id.to_ascii_uppercase().into() });
    }
    let groups = after("GHSA-")?.get(..14)?;
    let well_formed = groups.split('-').count() == 3
        && groups.split('-').all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    let is_canonical = text.starts_with("GHSA-") && !groups.bytes().any(|b| b.is_ascii_uppercase());
    let id = || if is_canonical { text.get(..19).map(Cow::Borrowed) } else { Some(format!("GHSA-{}", groups.to_ascii_lowercase()).into()) };
    well_formed.then(id)?
}

/// The length of a CVE's year and number, of which those in use have far fewer than 32 digits.
fn numbers(text: &str) -> Option<usize> {
    let digits = |from: usize, most: usize| text.bytes().skip(from).take(most).take_while(u8::is_ascii_digit).count();
    let (year, number) = (digits(0, 5), digits(5, 31));
    (year == 4 && text.as_bytes().get(4) == Some(&b'-') && number >= 4).then_some(5 + number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaknesses_are_read_in_every_spelling() {
        for (tag, number) in
            [("external/cwe/cwe-089", 89), ("CWE-95: Improper", 95), ("CWE79", 79), ("cwe_22", 22), ("CWE:400", 400), ("CWE-1004", 1004)]
        {
            assert_eq!(cwe(tag), Some(number), "{tag}");
        }
        for tag in ["", "cw", "external/cwe/cwe--1", "cwe-0", "security", "OWASP-A03", "CWE-", "не"] {
            assert_eq!(cwe(tag), None, "{tag}");
        }
    }

    #[test]
    fn findings_that_may_quote_a_secret_are_known_by_tag_and_weakness() {
        for (tag, secret) in [
            ("Secret", true),
            ("secrets", true),
            ("CWE-798: Hard-coded", true),
            ("external/cwe/cwe-259", true),
            ("secretary", false),
            ("CWE-79", false),
        ] {
            let mut taxa = Taxa::default();
            taxa.add_tag(tag);
            assert_eq!(taxa.is_secret(), secret, "{tag}");
        }
    }

    #[test]
    fn advisories_are_read_at_the_start_of_a_name() {
        for (text, id) in [
            ("CVE-2021-44228", "CVE-2021-44228"),
            ("cve-2021-44228_async_3.2.4", "CVE-2021-44228"),
            ("GHSA-Xvch-5gv4-984h", "GHSA-xvch-5gv4-984h"),
            ("GHSA-xvch-5gv4-984h-minimist", "GHSA-xvch-5gv4-984h"),
            ("GHSA-xvch-5gv4-984h: xxxxxxxxxxxxxxxxxxé", "GHSA-xvch-5gv4-984h"),
        ] {
            assert_eq!(advisory(text).as_deref(), Some(id), "{text}");
        }
        for text in ["CVE-21-44228", "CVE-2021-1", "CVE-2021", "GHSA-xvch", "GHSA-xvch-5gv4-9", "applic_CVE-2021-44228", "", "é"] {
            assert_eq!(advisory(text), None, "{text}");
        }
    }
}

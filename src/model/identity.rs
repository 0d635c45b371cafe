//! What a finding is and how it is known again.

use std::fmt;

use crate::base::digest::Fields;

/// What kind of thing a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// A weakness in code.
    Sast,
    /// A vulnerable component.
    Sca,
    /// A secret in the tree.
    Secret,
    /// A misconfiguration of infrastructure.
    Iac,
    /// A weakness seen from outside.
    Dast,
    /// A licence that is not allowed.
    License,
    /// A malicious component.
    Malware,
    /// A linter's remark.
    Quality,
    /// Not known to be any of these.
    Other,
}

impl Category {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 9] =
        [Self::Sast, Self::Sca, Self::Secret, Self::Iac, Self::Dast, Self::License, Self::Malware, Self::Quality, Self::Other];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sast => "sast",
            Self::Sca => "sca",
            Self::Secret => "secret",
            Self::Iac => "iac",
            Self::Dast => "dast",
            Self::License => "license",
            Self::Malware => "malware",
            Self::Quality => "quality",
            Self::Other => "other",
        }
    }

    /// The category that [`Category::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.word() == word)
    }
}

/// The way a [`Fingerprint`] was made, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `tool/1`: the tool's own SARIF `fingerprints`.
    Tool,
    /// `line/1`: GitHub's `primaryLocationLineHash`.
    Line,
    /// `ctx/1`: the code at the place, and how many equal pieces stand before it in the file.
    Ctx,
    /// `sca/1`: vulnerability, component and location.
    Sca,
    /// `secret/1`: path and the tool's own fingerprint.
    Secret,
    /// `iac/1`: path and resource.
    Iac,
    /// `loc/1`: path and line.
    Loc,
    /// `text/1`: the line's hash, in whatever file. It tells where the findings of a renamed file went, and nothing else: no finding goes
    /// by it.
    Text,
}

impl Scheme {
    /// All of them, strongest first.
    pub const ALL: [Self; 8] = [Self::Tool, Self::Line, Self::Ctx, Self::Sca, Self::Secret, Self::Iac, Self::Loc, Self::Text];

    /// Whether a finding may be excused by such a key: not by its place alone, on which another may come to stand, nor by what tells
    /// only where its file went.
    #[must_use]
    pub const fn identifies(self) -> bool {
        !matches!(self, Self::Loc | Self::Text)
    }

    /// The name in front of a fingerprint.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tool => "tool/1",
            Self::Line => "line/1",
            Self::Ctx => "ctx/1",
            Self::Sca => "sca/1",
            Self::Secret => "secret/1",
            Self::Iac => "iac/1",
            Self::Loc => "loc/1",
            Self::Text => "text/1",
        }
    }
}

/// A key by which a finding is known again: the first 16 bytes of a SHA-256 over length-prefixed fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// How it was made.
    pub scheme: Scheme,
    /// The digest.
    pub digest: [u8; 16],
}

impl Fingerprint {
    /// The key of the n-th thing that shares a key with others: the same key for the first.
    #[must_use]
    pub fn nth(self, ordinal: u32) -> Self {
        if ordinal == 0 {
            return self;
        }
        let mut fields = Fields::of(self.scheme.word());
        fields.field(&self.digest).field(ordinal.to_string().as_bytes());
        Self { scheme: self.scheme, digest: fields.first16() }
    }

    /// The digest in hex, 32 digits.
    #[must_use]
    pub fn hex(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.digest))
    }
}

/// Makes the fingerprints of one rule of one tool.
pub struct Keys<'a> {
    /// The tool's id.
    pub tool: &'a str,
    /// The rule's id; empty where the results name none.
    pub rule_id: &'a str,
    /// What the keys of the rule have in common.
    pub begun: Begun,
}

/// The hash over what the keys of one rule begin with, kept from the second key on: many rules have one result.
#[derive(Default)]
pub struct Begun {
    used: bool,
    fields: Option<Box<(Scheme, Fields)>>,
}

impl<'a> Keys<'a> {
    /// The keys of a rule.
    #[must_use]
    pub fn of(tool: &'a str, rule_id: &'a str) -> Self {
        Self { tool, rule_id, begun: Begun::default() }
    }

    /// `tool/1`: tool, rule id, and the sorted `key=value` pairs of SARIF's `fingerprints`, which carry their lengths already.
    #[must_use]
    pub fn by_tool(&mut self, pairs: &[u8]) -> Fingerprint {
        let mut fields = self.begin(Scheme::Tool);
        fields.raw(pairs);
        Fingerprint { scheme: Scheme::Tool, digest: fields.first16() }
    }

    /// `tool/1` of a tool that writes one fingerprint beside each result: the pair `fingerprint=…`.
    #[must_use]
    pub fn by_print(&mut self, print: &str) -> Fingerprint {
        let mut fields = self.begin(Scheme::Tool);
        fields.joined(&[b"fingerprint=", print.as_bytes()]);
        Fingerprint { scheme: Scheme::Tool, digest: fields.first16() }
    }

    /// `line/1`: tool, rule id, path, line hash.
    #[must_use]
    pub fn by_line(&mut self, path: &str, hash: &[u8]) -> Fingerprint {
        let mut fields = self.begin(Scheme::Line);
        fields.field(path.as_bytes()).field(hash);
        Fingerprint { scheme: Scheme::Line, digest: fields.first16() }
    }

    /// `text/1`: tool, rule id, line hash.
    #[must_use]
    pub fn by_text(&mut self, hash: &[u8]) -> Fingerprint {
        let mut fields = self.begin(Scheme::Text);
        fields.field(hash);
        Fingerprint { scheme: Scheme::Text, digest: fields.first16() }
    }

    /// `loc/1`: tool, rule id, path, start line in decimal (0 where there is none).
    #[must_use]
    pub fn by_location(&mut self, path: &str, line: u32) -> Fingerprint {
        let mut fields = self.begin(Scheme::Loc);
        fields.field(path.as_bytes()).field(line.to_string().as_bytes());
        Fingerprint { scheme: Scheme::Loc, digest: fields.first16() }
    }

    /// `secret/1`: tool, rule id, path, the tool's own fingerprint of the secret.
    #[must_use]
    pub fn by_secret(&mut self, path: &str, mark: &str) -> Fingerprint {
        self.by_mark(Scheme::Secret, path, mark.as_bytes())
    }

    /// `iac/1`: tool, rule id, path, resource.
    #[must_use]
    pub fn by_resource(&mut self, path: &str, resource: &str) -> Fingerprint {
        self.by_mark(Scheme::Iac, path, resource.as_bytes())
    }

    /// `ctx/1`: tool, rule id, path, the code without its white space. Of equal pieces of code in a file the n-th has the n-th key.
    #[must_use]
    pub fn by_code(&mut self, path: &str, code: &[u8]) -> Fingerprint {
        self.by_mark(Scheme::Ctx, path, code)
    }

    fn by_mark(&mut self, scheme: Scheme, path: &str, mark: &[u8]) -> Fingerprint {
        let mut fields = self.begin(scheme);
        fields.field(path.as_bytes()).field(mark);
        Fingerprint { scheme, digest: fields.first16() }
    }

    fn begin(&mut self, scheme: Scheme) -> Fields {
        if let Some(begun) = self.begun.fields.as_ref().filter(|begun| begun.0 == scheme) {
            return begun.1.clone();
        }
        let mut fields = Fields::of(scheme.word());
        fields.field(self.tool.as_bytes()).field(self.rule_id.as_bytes());
        if self.begun.used {
            self.begun.fields = Some(Box::new((scheme, fields.clone())));
        }
        self.begun.used = true;
        fields
    }
}

/// `sca/1` of one id of a vulnerability: the id; purl type, namespace and name of the component as a purl; the location, which is an
/// artifact, a file, or `artifact!file`.
#[must_use]
pub fn by_component(id: &str, component: &str, artifact: &str, path: &str) -> Fingerprint {
    let mut fields = Fields::of(Scheme::Sca.word());
    let between = if artifact.is_empty() || path.is_empty() { "" } else { "!" };
    fields.field(id.as_bytes()).field(component.as_bytes()).joined(&[artifact.as_bytes(), between.as_bytes(), path.as_bytes()]);
    Fingerprint { scheme: Scheme::Sca, digest: fields.first16() }
}

/// The order of advisory ids: CVE, GHSA, then the others by name.
#[must_use]
pub fn advisory_order(id: &str) -> (u8, &str) {
    let rank = if id.starts_with("CVE-") {
        0
    } else if id.starts_with("GHSA-") {
        1
    } else {
        2
    };
    (rank, id)
}

impl fmt::Display for Fingerprint {
    /// `scheme/n:hex`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme.word(), self.hex())
    }
}

/// The id people see: `F-` and the first 12 hex digits of the strongest fingerprint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(pub [u8; 6]);

impl From<Fingerprint> for FindingId {
    fn from(key: Fingerprint) -> Self {
        Self(key.digest.first_chunk().copied().unwrap_or_default())
    }
}

impl Fingerprint {
    /// The key that its text names: `scheme/n:hex`, as it is shown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (word, hex) = text.split_once(':')?;
        let scheme = Scheme::ALL.into_iter().find(|scheme| scheme.word() == word)?;
        Some(Self { scheme, digest: digits(hex, 32)?.to_be_bytes() })
    }
}

impl FindingId {
    /// The id that its text names: `F-` and 12 digits, as it is shown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = digits(text.strip_prefix("F-")?, 12)?;
        number.to_be_bytes().last_chunk().copied().map(Self)
    }
}

/// By which a tracker knows a ticket again, whatever else of it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketKey(pub [u8; 16]);

impl TicketKey {
    /// The key that its text names: `relgate-` and 32 digits, as it is shown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        digits(text.strip_prefix("relgate-")?, 32).map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "relgate-{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The number that so many lower-case hexadecimal digits stand for.
fn digits(text: &str, count: usize) -> Option<u128> {
    let is_plain = text.len() == count && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u128::from_str_radix(text, 16).ok().filter(|_| is_plain)
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F-")?;
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

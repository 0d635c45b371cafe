//! How bad a finding is: every assessment that was told, and the one that counts.

use std::fmt;

use crate::base::text::{Text, Texts, Untrusted};

/// The five bands. Unrated is not a severity: it is `None` until the policy says what it counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, nothing to fix.
    Info,
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// All of them, gravest first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The band of a score (CVSS 3.1 §5, with 0.0 as info).
    #[must_use]
    pub const fn of_score(score: Score) -> Self {
        match score.0 {
            90.. => Self::Critical,
            70..=89 => Self::High,
            40..=69 => Self::Medium,
            1..=39 => Self::Low,
            0 => Self::Info,
        }
    }

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity that [`Severity::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// A CVSS-like score in tenths, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// `None` above 10.0.
    #[must_use]
    pub const fn from_tenths(tenths: u8) -> Option<Self> {
        if tenths <= 100 { Some(Self(tenths)) } else { None }
    }

    /// The score times ten.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.0
    }

    /// The score as the number it stands for.
    #[must_use]
    pub fn number(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// What a tool said about the severity of a result, at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Where it was said.
    pub source: Source,
    /// What kind of statement it is.
    pub kind: Kind,
    /// The score, where it is one.
    pub score: Option<Score>,
    /// The severity it stands for; `None` is unrated.
    pub severity: Option<Severity>,
    /// The tool's own word or number, as it wrote it.
    pub told: Option<Text>,
    /// The CVSS vector behind it.
    pub vector: Option<Text>,
}

/// Who assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The result itself.
    Result,
    /// The rule that the result names.
    Rule,
    /// A configuration override of the invocation (SARIF 2.1.0 §3.20.5).
    Override,
    /// The format's default where the tool says nothing (SARIF 2.1.0 §3.27.10).
    Default,
    /// The tool, having weighed what others say.
    Tool,
    /// Somebody whom the tool quotes: `nvd`, `ghsa`, `redhat`.
    By(Text),
    /// A place that the tool's profile names.
    Profile(Place),
}

/// A place in a SARIF report where a tool tells a severity in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The rule's id, name or title.
    Rule,
    /// A tag of the rule.
    RuleTag,
    /// The property of the rule with this key.
    RuleProperty(Text),
    /// A tag of the result.
    ResultTag,
    /// The property of the result with this key.
    ResultProperty(Text),
    /// The message.
    Message,
}

impl Source {
    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Rule => "rule",
            Self::Override => "override",
            Self::Default => "default",
            Self::Tool => "tool",
            Self::By(_) => "quoted",
            Self::Profile(Place::Rule) => "rule text",
            Self::Profile(Place::RuleTag) => "rule tag",
            Self::Profile(Place::RuleProperty(_)) => "rule property",
            Self::Profile(Place::ResultTag) => "result tag",
            Self::Profile(Place::ResultProperty(_)) => "result property",
            Self::Profile(Place::Message) => "message",
        }
    }
}

/// The kind of an assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number on the CVSS scale that a tool states (SARIF's `security-severity`).
    Number,
    /// A severity word.
    Label,
    /// A severity word of the tool's own, whose meaning its profile tells.
    Word(Meaning),
    /// SARIF's `level`.
    Level,
    /// SARIF's `kind` where it stands for a severity or against one.
    ResultKind,
    /// A CVSS score, a vector, or both.
    Cvss(CvssVersion),
}

impl CvssVersion {
    /// The number, as far as people tell it apart.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::V2 => "2",
            Self::Unknown => "of no known version",
            Self::V3 => "3",
            Self::V4 => "4",
        }
    }
}

/// What a severity word means to its tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// This severity.
    Is(Severity),
    /// That nobody rated it.
    Unrated,
    /// The profile does not know the word.
    Unknown,
}

/// The version of CVSS, as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CvssVersion {
    /// 2.0.
    V2,
    /// Nobody says.
    Unknown,
    /// 3.0 or 3.1.
    V3,
    /// 4.0.
    V4,
}

impl Kind {
    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Label | Self::Word(_) => "label",
            Self::Level => "level",
            Self::ResultKind => "kind",
            Self::Cvss(_) => "cvss",
        }
    }
}

/// The levels that SARIF knows (2.1.0 §3.27.10).
const LEVELS: [&str; 4] = ["error", "warning", "note", "none"];

impl Assessment {
    /// Why the severity is what it is, as one phrase: `security-severity 8.1 of the rule`.
    #[must_use]
    pub fn because(&self, texts: &Texts) -> String {
        let what = match self.kind {
            Kind::Number if matches!(self.source, Source::Profile(_)) => "CVSS score",
            Kind::Label if matches!(self.source, Source::Tool | Source::By(_)) => "severity",
            Kind::Number | Kind::Label => "security-severity",
            Kind::Word(_) => "severity",
            Kind::Level => "level",
            Kind::ResultKind => "kind",
            Kind::Cvss(CvssVersion::V2) => "CVSS 2 score",
            Kind::Cvss(CvssVersion::V3) => "CVSS 3 score",
            Kind::Cvss(CvssVersion::V4) => "CVSS 4 score",
            Kind::Cvss(CvssVersion::Unknown) => "CVSS score",
        };
        let told = match (self.score, self.told) {
            (Some(score), _) => score.to_string(),
            // A severity word or level is one of a few; anything else is a scanner's text and is not repeated here.
            (None, Some(told)) if self.severity.is_some() => plain_word(texts.get(told)).unwrap_or_default(),
            (None, Some(told)) => match plain_word(texts.get(told)) {
                Some(level) if self.kind == Kind::Level && LEVELS.contains(&level.as_str()) => format!("{level} (no rating by this tool)"),
                Some(word) => format!("{word} (not a severity)"),
                None => "unreadable".to_owned(),
            },
            (None, None) => "absent".to_owned(),
        };
        match self.source {
            Source::Result => format!("{what} {told} of the result"),
            Source::Rule => format!("{what} {told} of the rule"),
            Source::Override => format!("{what} {told} by an override of the invocation"),
            Source::Default => format!("{what} {told} by default"),
            Source::Tool => format!("{what} {told} of the tool"),
            Source::By(who) => format!("{what} {told} by {}", plain_word(texts.get(who)).unwrap_or_else(|| "another".to_owned())),
            Source::Profile(Place::Rule) => format!("{what} {told} in the name of the rule"),
            Source::Profile(Place::RuleTag) => format!("{what} {told} in a tag of the rule"),
            Source::Profile(Place::RuleProperty(key)) => format!("{what} {told} in {} of the rule", property(texts.get(key))),
            Source::Profile(Place::ResultTag) => format!("{what} {told} in a tag of the result"),
            Source::Profile(Place::ResultProperty(key)) => format!("{what} {told} in {} of the result", property(texts.get(key))),
            Source::Profile(Place::Message) => format!("{what} {told} in the message"),
        }
    }
}

/// A property by its key, which a profile names.
fn property(key: Untrusted<'_>) -> String {
    let key = key.as_data();
    let plain = key.len() <= 40 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/:".contains(&b));
    if plain { format!("the property `{key}`") } else { "a property".to_owned() }
}

fn plain_word(text: Untrusted<'_>) -> Option<String> {
    let word = text.as_data();
    let plain = !word.is_empty() && word.len() <= 20 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    plain.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_where_cvss_says() {
        for (tenths, severity) in [
            (0, "info"),
            (1, "low"),
            (39, "low"),
            (40, "medium"),
            (69, "medium"),
            (70, "high"),
            (89, "high"),
            (90, "critical"),
            (100, "critical"),
        ] {
            let score = Score::from_tenths(tenths);
            assert_eq!(score.map(|s| Severity::of_score(s).word()), Some(severity), "{tenths}");
        }
        assert_eq!(Score::from_tenths(101), None);
        assert!(Severity::Info < Severity::Low && Severity::High < Severity::Critical);
    }
}

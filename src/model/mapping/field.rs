//! What can be told of a result, by the keys that mappings have for it.

/// What a tool holds of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is something to fix.
    Open,
    /// The tool looked and found nothing wrong.
    Pass,
    /// It is not to be reported.
    Suppressed,
    /// It was fixed.
    Fixed,
    /// The component is in use, the vulnerability does not affect it.
    NotAffected,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Pass, Self::Suppressed, Self::Fixed, Self::NotAffected];

    /// The word in mappings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pass => "pass",
            Self::Suppressed => "suppressed",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
        }
    }
}

/// What can be told of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The tool's name for the rule.
    RuleId,
    /// The ids of the vulnerability, the tool's own first.
    Ids,
    /// A few words that name it.
    Title,
    /// What the tool says.
    Message,
    /// A severity word.
    Severity,
    /// A CVSS score.
    Score,
    /// A CVSS vector.
    Vector,
    /// The file.
    Path,
    /// The first line.
    StartLine,
    /// The last line.
    EndLine,
    /// The component as a purl.
    Purl,
    /// What the component comes from.
    Ecosystem,
    /// The component's name.
    Name,
    /// The version that is in use.
    Version,
    /// Versions of the component that have it no more.
    FixedVersions,
    /// Weaknesses.
    Cwes,
    /// The tool's own stable fingerprint.
    Fingerprint,
    /// What was scanned, where that is no file.
    Target,
    /// Whether the component is for development only.
    Dev,
    /// Whether the project names the component itself.
    Direct,
    /// Whether the vulnerable code can be reached.
    Reachable,
    /// Whether the secret was tried and works.
    Verified,
    /// What the tool holds of it.
    State,
    /// Whether the tool marks it as not to be reported.
    Suppressed,
    /// What kind of thing it is.
    Category,
}

impl Field {
    /// Those of a mapping's `fields`.
    pub const ALL: [Self; 20] = [
        Self::RuleId,
        Self::Ids,
        Self::Title,
        Self::Message,
        Self::Severity,
        Self::Score,
        Self::Vector,
        Self::Path,
        Self::StartLine,
        Self::EndLine,
        Self::FixedVersions,
        Self::Cwes,
        Self::Fingerprint,
        Self::Target,
        Self::Dev,
        Self::Direct,
        Self::Reachable,
        Self::Verified,
        Self::State,
        Self::Suppressed,
    ];

    /// Those of `package`.
    pub const OF_PACKAGE: [Self; 4] = [Self::Purl, Self::Ecosystem, Self::Name, Self::Version];

    /// The key in mappings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RuleId => "rule_id",
            Self::Ids => "ids",
            Self::Title => "title",
            Self::Message => "message",
            Self::Severity => "severity",
            Self::Score => "score",
            Self::Vector => "vector",
            Self::Path => "path",
            Self::StartLine => "start_line",
            Self::EndLine => "end_line",
            Self::Purl => "purl",
            Self::Ecosystem => "ecosystem",
            Self::Name => "name",
            Self::Version => "version",
            Self::FixedVersions => "fixed_versions",
            Self::Cwes => "cwes",
            Self::Fingerprint => "fingerprint",
            Self::Target => "target",
            Self::Dev => "dev",
            Self::Direct => "direct",
            Self::Reachable => "reachable",
            Self::Verified => "verified",
            Self::State => "state",
            Self::Suppressed => "suppressed",
            Self::Category => "category",
        }
    }

    /// Whether all that its sources tell counts, not only the first.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Ids | Self::FixedVersions | Self::Cwes)
    }

    /// Whether it can be the same for all results: it judges none of them milder.
    #[must_use]
    pub const fn can_be_given(self) -> bool {
        matches!(self, Self::RuleId | Self::Title | Self::Message | Self::Path | Self::Ecosystem | Self::Name | Self::Target)
    }

    /// Whether it is a yes or no.
    #[must_use]
    pub const fn is_flag(self) -> bool {
        matches!(self, Self::Dev | Self::Direct | Self::Reachable | Self::Verified | Self::Suppressed)
    }
}

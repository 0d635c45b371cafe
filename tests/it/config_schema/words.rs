//! Values that several files of the configuration have.
#![expect(dead_code, reason = "only their schema is asked for")]

use schemars::JsonSchema;

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Category {
    Sast,
    Sca,
    Secret,
    Iac,
    Dast,
    License,
    Malware,
    Quality,
    Other,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExceptionType {
    FalsePositive,
    Rotated,
    RiskAcceptance,
    CompensatingControl,
    OperationalRequirement,
    VendorDependency,
    RiskAdjustment,
    Emergency,
}

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"\S"))]
pub(super) struct Text(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("minLength" = 10))]
pub(super) struct Reason(String);

/// 1 to 64 characters of `A-Z a-z 0-9 . _ -`.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline, extend("pattern" = "^[A-Za-z0-9._-]{1,64}$"))]
pub(super) struct Id(String);

/// One plain mail address.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^[^\s@<>]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$"))]
pub(super) struct Address(String);

/// `Nd` or `Nh`: days or hours, from `1h` to `3650d`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^[1-9][0-9]*[dh]$"))]
pub(super) struct Duration(String);

/// A day: `2026-11-23`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
pub(super) struct Date(String);

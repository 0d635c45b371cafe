//! Dependabot's alerts: the list of GitHub's REST API ("Dependabot alerts"), and answers of its GraphQL API that have
//! `vulnerabilityAlerts` (`RepositoryVulnerabilityAlert`) somewhere. Both name the same members, each in its own spelling.

mod advisory;
mod alert;
mod graphql;

use crate::base::json::{Reader, Result, ValueKind};
use crate::ingest::github::Repositories;
use crate::ingest::health::Reasons;
use crate::ingest::{Ends, Format, Probe, Sink};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "dependabot",
    title: "Dependabot alerts (REST and GraphQL)",
    recognized: "items with `number` and `security_advisory`, or `data` with `vulnerabilityAlerts`",
    reads: "Each alert; the path is that of the manifest. `dismissed` and `auto_dismissed` are suppressed, `fixed` is told as fixed; in GraphQL without `state`, `dismissedAt` and `fixedAt` tell it. A version is told only by `vulnerableRequirements`. `[]` is read where the format is named",
    severity: "the words of the vulnerability and of its advisory, and the advisory's CVSS scores; the gravest counts",
    incomplete: "`errors` of GraphQL; `hasNextPage`; `totalCount` is not what `nodes` lists. Nothing in a list of the REST API tells that there are further pages: get all of them",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_list = probe.has("/0/number") && (probe.has("/0/security_advisory") || probe.has("/0/security_vulnerability"));
    is_list || probe.kind("/data") == Some(ValueKind::Object) && probe.has_key("vulnerabilityAlerts")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    if r.kind()? != ValueKind::Array {
        return graphql::read(r, sink);
    }
    let (mut scan, mut repositories) = (sink.scan("dependabot"), Repositories::default());
    sink.rows(r, &mut scan, "", |r, sink, item, at| {
        repositories.add(alert::read(r, sink, item, at)?);
        Ok(())
    })?;
    repositories.tell(&mut scan);
    sink.finish(scan, Reasons::default());
    Ok(())
}

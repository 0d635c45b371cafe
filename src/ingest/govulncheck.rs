//! govulncheck: `-format json`, JSON objects one behind the other, each with one message (`internal/govulncheck/govulncheck.go` of
//! `golang.org/x/vuln`). The list of them that some pipelines make is read too.
//!
//! Advisories are told of all that a module has; only a `finding` says that one is met, once for the module, once for the package
//! and once for the function, as far as it was looked at. Their order is not promised: the names of an advisory may come last.

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "govulncheck",
    title: "govulncheck JSON",
    recognized: "`config`, `progress`, `SBOM`, `osv` or `finding` in the first object, with what govulncheck writes in it",
    reads: "Each `finding` is a sighting of the module it begins with; its aliases come from the `osv` message of that id. It is reachable where the finding names a function, and in a scan of level `symbol` not reachable where it names none",
    severity: "none is told",
    incomplete: "a message is of an unknown kind",
    ends: Ends::Anywhere,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    // What lost its beginning is still its.
    let messages = ["/config/protocol_version", "/progress/message", "/SBOM/go_version", "/osv/schema_version", "/finding/osv"];
    messages.iter().any(|message| probe.has(message)) || probe.has("/0/config/protocol_version")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut check = Check::new(sink);
    r.list_or_stream(|r, index| check.message(r, sink, index))?;
    if !check.is_configured {
        return Err(lacks(r, "the first message", "config"));
    }
    check.finish(sink);
    Ok(())
}

struct Check {
    scan: RawScan,
    reasons: Reasons,
    ecosystem: Text,
    /// Whether the first message was there.
    is_configured: bool,
    /// Whether calls were looked at.
    is_of_symbols: bool,
    advisories: HashMap<Text, Advisory>,
    findings: Vec<Finding>,
}

/// What is known of a vulnerability.
#[derive(Default)]
struct Advisory {
    aliases: Vec<Text>,
    title: Option<Text>,
    details: Option<Text>,
}

/// That one is met.
struct Finding {
    /// The place of its message.
    index: u32,
    id: Text,
    fixed: Option<Text>,
    module: Frame,
}

/// The first step of a trace: what is vulnerable, as far as it was looked at.
#[derive(Clone, Copy, Default)]
struct Frame {
    module: Option<Text>,
    version: Option<Text>,
    is_function: bool,
}

impl Check {
    fn new(sink: &mut Sink) -> Self {
        Self {
            scan: sink.scan("govulncheck"),
            reasons: Reasons::default(),
            ecosystem: sink.intern("Go"),
            is_configured: false,
            is_of_symbols: false,
            advisories: HashMap::new(),
            findings: Vec::new(),
        }
    }

    fn message(&mut self, r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<()> {
        let at = format!("/{index}");
        let mut is_known = false;
        r.entries(|r, key| {
            is_known = true;
            match key {
                "config" => return self.config(r, sink, &at),
                // Without it what follows could be of any kind.
                _ if !self.is_configured => return Err(lacks(r, "the first message", "config")),
                "osv" => return self.advisory(r, sink, &at),
                "finding" => self.findings.push(finding(r, sink, index)?),
                "progress" | "SBOM" => r.skip()?,
                _ => {
                    is_known = false;
                    r.skip()?;
                }
            }
            Ok(())
        })?;
        if !is_known {
            self.reasons.unknown_record(|| at);
        }
        Ok(())
    }

    fn config(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let mut version = None;
        members!(r, {
            "protocol_version" => version = r.scalar()?.text().map(str::to_owned),
            "scanner_version" => self.scan.tool_version = sink.name(r, || format!("{at}/config/scanner_version"))?,
            "scan_level" => self.is_of_symbols = r.scalar()?.text() == Some("symbol"),
        });
        let Some(version) = version else { return Err(lacks(r, "`config`", "protocol_version")) };
        if !["v0.", "v1."].iter().any(|known| version.starts_with(known)) {
            let help = "this version is not known: update relgate, or use a govulncheck that it knows";
            return Err(r.refuse("version", "`protocol_version` is none of v0 and v1", help));
        }
        self.is_configured = true;
        Ok(())
    }

    fn advisory(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let (mut id, mut advisory) = (None, Advisory::default());
        members!(r, {
            "id" => id = sink.name(r, || format!("{at}/osv/id"))?,
            "aliases" => sink.texts(r, &mut advisory.aliases, &|| format!("{at}/osv/aliases"))?,
            "summary" => advisory.title = sink.prose(r, || format!("{at}/osv/summary"))?,
            "details" => advisory.details = sink.prose(r, || format!("{at}/osv/details"))?,
        });
        let Some(id) = id else { return Err(lacks(r, "an advisory", "id")) };
        self.advisories.insert(id, advisory);
        Ok(())
    }

    /// Keeps the findings, of which now all is known.
    fn finish(self, sink: &mut Sink) {
        let Self { mut scan, reasons, ecosystem, is_of_symbols, advisories, findings, .. } = self;
        let list = sink.intern("");
        for Finding { index, id, fixed, module } in findings {
            let mut item = Item { ids: vec![id], ..Item::default() };
            item.is_of(Category::Sca);
            if let Some(advisory) = advisories.get(&id) {
                item.ids.extend(&advisory.aliases);
                item.detail.title = advisory.title;
                item.message = advisory.details;
            }
            item.fixed_versions.extend(fixed);
            item.detail.package = RawPackage { ecosystem: Some(ecosystem), name: module.module, version: module.version, purl: None };
            // A scan of modules or packages has not looked.
            item.detail.reachable = (module.is_function || is_of_symbols).then_some(module.is_function);
            item.keep(sink, &mut scan, list, index);
        }
        sink.finish(scan, reasons);
    }
}

fn finding(r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<Finding> {
    let (mut id, mut fixed, mut module) = (None, None, Frame::default());
    members!(r, {
        "osv" => id = sink.name(r, || format!("/{index}/finding/osv"))?,
        "fixed_version" => fixed = sink.name(r, || format!("/{index}/finding/fixed_version"))?,
        "trace" => r.array(|r, step| {
            if step > 0 {
                return r.skip();
            }
            module = frame(r, sink, index)?;
            Ok(())
        })?,
    });
    if module.module.is_none() {
        return Err(lacks(r, "a finding", "trace/0/module"));
    }
    let Some(id) = id else { return Err(lacks(r, "a finding", "osv")) };
    Ok(Finding { index, id, fixed, module })
}

fn frame(r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<Frame> {
    let mut frame = Frame::default();
    let at = |key: &str| format!("/{index}/finding/trace/0/{key}");
    members!(r, {
        "module" => frame.module = sink.name(r, || at("module"))?,
        "version" => frame.version = sink.name(r, || at("version"))?,
        "function" => frame.is_function = sink.name(r, || at("function"))?.is_some(),
    });
    Ok(frame)
}

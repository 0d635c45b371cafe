//! The scan of an image in Amazon ECR: `aws ecr describe-image-scan-findings` (the API reference of ECR, `DescribeImageScanFindings`).
//!
//! Basic scanning lists `findings`, whose packages are in attributes; enhanced scanning lists the findings of Inspector.

use super::{image_name, inspector};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "aws-ecr",
    title: "Amazon ECR image scan (JSON)",
    recognized: "`imageScanStatus` or `imageScanFindings`",
    reads: "Basic scanning: each of `findings`, with `package_name` and `package_version` of its attributes. Enhanced scanning: each of `enhancedFindings`, as in `aws-inspector`. The image is the target, by its repository and its tag, else its digest",
    severity: "`severity`, where UNDEFINED and UNTRIAGED are unrated, and each CVSS score and vector",
    incomplete: "`imageScanStatus` is neither COMPLETE nor ACTIVE; `findingSeverityCounts` and the list disagree; `nextToken` is set: there are more pages",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/imageScanStatus") || probe.has("/imageScanFindings")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("aws-ecr"), Reasons::default());
    let (mut repository, mut image, mut status, mut is_listed) = (None, Image::default(), None, false);
    r.entries(|r, key| {
        match key {
            "repositoryName" => repository = sink.name(r, || "/repositoryName".to_owned())?,
            "imageId" => image.read(r, sink)?,
            "imageScanStatus" => members!(r, { "status" => status = Some(sink.told(r)?) }),
            "imageScanFindings" => is_listed = found(r, sink, &mut scan, &mut reasons)?,
            // The second is that of the command line.
            "nextToken" | "NextToken" => reasons.next_page(r, || format!("/{key}"))?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    let Some(status) = status else { return Err(lacks(r, "the report", "imageScanStatus")) };
    let word = sink.report.texts.get(status).as_data();
    if !matches!(word, "COMPLETE" | "ACTIVE") {
        reasons.add("status", || "/imageScanStatus/status".to_owned(), format!("the scan is `{word}`, neither COMPLETE nor ACTIVE"));
    } else if !is_listed {
        return Err(lacks(r, "the report", "imageScanFindings"));
    }
    let Some(repository) = repository else { return Err(lacks(r, "the report", "repositoryName")) };
    let target = match image.digest.filter(|_| image.tag.is_none()) {
        Some(digest) => image_name(sink, repository, "@", digest),
        None => image.tag.map_or(repository, |tag| image_name(sink, repository, ":", tag)),
    };
    sink.name_target(0..sink.report.details.len(), Some(target));
    sink.finish(scan, reasons);
    Ok(())
}

/// The image that was scanned.
#[derive(Default)]
struct Image {
    tag: Option<Text>,
    digest: Option<Text>,
}

impl Image {
    fn read(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        if sink.object(r, || "/imageId".to_owned())? {
            members!(r, {
                "imageTag" => self.tag = sink.name(r, || "/imageId/imageTag".to_owned())?,
                "imageDigest" => self.digest = sink.name(r, || "/imageId/imageDigest".to_owned())?,
            });
        }
        Ok(())
    }
}

/// Reads what was found; whether it has a list.
fn found(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons) -> Result<bool> {
    let (mut listed, mut counted) = (None, None);
    r.entries(|r, key| {
        match key {
            "findings" => listed = Some(listed.unwrap_or(0) + sink.rows(r, scan, "/imageScanFindings/findings", finding)?),
            "enhancedFindings" => {
                listed = Some(listed.unwrap_or(0) + inspector::findings(r, sink, scan, "/imageScanFindings/enhancedFindings")?);
            }
            "imageScanCompletedAt" => scan.ended = sink.instant(r)?,
            "findingSeverityCounts" => {
                let at = || "/imageScanFindings/findingSeverityCounts".to_owned();
                if reasons.expect(r, ValueKind::Object, at)? {
                    let mut sum = 0_u64;
                    r.entries(|r, level| {
                        let count = reasons.count(r, || format!("{}/{level}", at()))?;
                        sum = sum.saturating_add(count.unwrap_or(0));
                        Ok(())
                    })?;
                    counted = Some(sum);
                }
            }
            _ => sink.unknown(r, key, &|| "/imageScanFindings".to_owned())?,
        }
        Ok(())
    })?;
    scan.claimed = counted;
    if let Some(listed) = listed {
        reasons.counted("findings", counted, listed, || "/imageScanFindings/findingSeverityCounts".to_owned());
    }
    Ok(listed.is_some())
}

fn finding(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    members!(r, {
        "name" => item.ids.extend(sink.name(r, at)?),
        "description" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "attributes" => if sink.expect(r, ValueKind::Array, || format!("{}/attributes", at()))? {
            let (mut scores, mut vectors) = ([None; 2], [None; 2]);
            r.array(|r, _| {
                let (mut key, mut told) = (None, None);
                members!(r, {
                    "key" => key = sink.name(r, at)?,
                    "value" => told = sink.name(r, at)?,
                });
                let ([s2, s3], [v2, v3]) = (&mut scores, &mut vectors);
                match key.map_or("", |key| sink.report.texts.get(key).as_data()) {
                    "package_name" => item.detail.package.name = told,
                    "package_version" => item.detail.package.version = told,
                    "CVSS2_SCORE" => *s2 = told,
                    "CVSS2_VECTOR" => *v2 = told,
                    "CVSS3_SCORE" => *s3 = told,
                    "CVSS3_VECTOR" => *v3 = told,
                    _ => {}
                }
                Ok(())
            })?;
            for ((score, vector), version) in scores.into_iter().zip(vectors).zip([CvssVersion::V2, CvssVersion::V3]) {
                item.cvss(Source::Tool, version, score, vector);
            }
        },
    });
    if item.ids.is_empty() {
        return Err(lacks(r, "a finding", "name"));
    }
    Ok(())
}

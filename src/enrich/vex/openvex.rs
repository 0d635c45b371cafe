//! `OpenVEX` 0.2.0, and 0.0.1, in which vulnerabilities and products are texts.

use super::{Document, Namer, Stated, instant, text, version, word, wrong};
use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::model::vex::{Justification, Named, Product, VexStatus};

/// What `@context` may be (`OpenVEX` specification, "JSON-LD Context").
const CONTEXTS: [&str; 3] = ["https://openvex.dev/ns", "https://openvex.dev/ns/v0.0.1", "https://openvex.dev/ns/v0.2.0"];

pub(super) fn read(r: &mut Reader<'_>, named: Namer<'_>) -> Result<Document> {
    let (mut id, mut author, mut of, mut updated, mut number, mut statements) = (None, None, None, None, Vec::new(), None);
    let mut remarks = Vec::new();
    members!(r, {
        "@context" => {
            let told = text(r)?;
            if !told.is_some_and(|told| CONTEXTS.contains(&told.as_str())) {
                return Err(wrong("this is no version of OpenVEX that is known"));
            }
        },
        "@id" => id = text(r)?,
        "author" => author = text(r)?,
        "timestamp" => of = instant(r)?,
        "last_updated" => updated = instant(r)?,
        "version" => number = match r.scalar()? {
            Scalar::Number(told) | Scalar::Text(told) => version(told),
            Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => Vec::new(),
        },
        "statements" => {
            let mut all = Vec::new();
            r.array(|r, index| {
                all.push(statement(r, named, format!("/statements/{index}"), &mut remarks)?);
                Ok(())
            })?;
            statements = Some(all);
        },
    });
    r.end()?;
    let mut statements = statements.ok_or_else(|| wrong("the document has no `statements`").inside("statements"))?;
    // A statement without a date has that of its document.
    for stated in &mut statements {
        stated.timestamp = stated.timestamp.or(updated.max(of));
    }
    Ok(Document {
        format: "openvex",
        author,
        author_at: "/author",
        id,
        version: number,
        ignored: None,
        is_outdated: false,
        statements,
        remarks,
    })
}

fn statement(r: &mut Reader<'_>, named: Namer<'_>, pointer: String, remarks: &mut Vec<(String, String)>) -> Result<Stated> {
    let (mut ids, mut products, mut status, mut justification) = (Vec::new(), Vec::new(), None, None);
    let (mut of, mut updated, mut subcomponents) = (None, None, None);
    members!(r, {
        "vulnerability" => ids = vulnerability(r)?,
        "products" => if r.kind()? == ValueKind::Null {
            r.skip()?;
        } else {
            r.array(|r, _| {
                products.push(product(r)?);
                Ok(())
            })?;
        },
        "subcomponents" => subcomponents = Some(components(r)?),
        "status" => status = word(r, "status of OpenVEX", &VexStatus::ALL, VexStatus::word)?,
        "justification" => justification = word(r, "justification of OpenVEX", &Justification::ALL, Justification::word)?,
        "timestamp" => of = instant(r)?,
        "last_updated" => updated = instant(r)?,
    });
    let status = status.ok_or_else(|| wrong("the statement has no `status`"))?;
    if ids.is_empty() {
        remarks.push((pointer.clone(), "the statement names no vulnerability: it is ignored".to_owned()));
    }
    let mut kept = Vec::new();
    for told in products {
        // One that has none is as if it listed none.
        let below = told.subcomponents.or_else(|| subcomponents.clone()).filter(|below| !below.is_empty() || status.may_excuse());
        let name = |ids: &Vec<String>| ids.iter().filter_map(|id| named(id, None)).collect::<Vec<Named>>();
        let subcomponents = below.map(|below| below.iter().flat_map(name).collect::<Vec<Named>>());
        let before = kept.len();
        for (purl, named) in told.ids.iter().filter_map(|id| Some((id, named(id, None)?))) {
            kept.push(Product { purl: purl.clone(), named, subcomponents: subcomponents.clone() });
        }
        if kept.len() == before {
            remarks.push((
                pointer.clone(),
                "the statement names a product by something else than a package URL: it is not about that".to_owned(),
            ));
        }
    }
    Ok(Stated { pointer, ids, products: kept, status, justification, timestamp: updated.max(of) })
}

/// What a vulnerability is called: of an object its `name` and its `@id`. The aliases that it claims do not count.
fn vulnerability(r: &mut Reader<'_>) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    match r.kind()? {
        ValueKind::Object => members!(r, {
            "@id" => ids.extend(text(r)?),
            "name" => ids.extend(text(r)?),
        }),
        ValueKind::Text | ValueKind::Null => ids.extend(text(r)?),
        ValueKind::Number | ValueKind::Bool | ValueKind::Array => return Err(wrong("this is no vulnerability")),
    }
    Ok(ids)
}

/// A product by each of its ids, and its subcomponents by theirs.
struct Told {
    ids: Vec<String>,
    subcomponents: Option<Vec<Vec<String>>>,
}

fn product(r: &mut Reader<'_>) -> Result<Told> {
    let mut told = Told { ids: Vec::new(), subcomponents: None };
    if r.kind()? == ValueKind::Text {
        told.ids.extend(text(r)?);
        return Ok(told);
    }
    members!(r, {
        "@id" => told.ids.extend(text(r)?),
        "identifiers" => members!(r, { "purl" => told.ids.extend(text(r)?) }),
        "subcomponents" => told.subcomponents = Some(components(r)?),
    });
    Ok(told)
}

fn components(r: &mut Reader<'_>) -> Result<Vec<Vec<String>>> {
    let mut all = Vec::new();
    r.array(|r, _| {
        all.push(product(r)?.ids);
        Ok(())
    })?;
    Ok(all)
}

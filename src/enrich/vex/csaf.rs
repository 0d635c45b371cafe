//! CSAF 2.0 and 2.1, profile VEX (§4.5): products by the package URLs that the product tree gives them, and one status for each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Document, Namer, Stated, instant, text, texts, version, word, wrong};
use crate::base::json::{Reader, Result, members};
use crate::model::vex::{Justification, Named, Product, VexStatus};

/// What the lists of `product_status` say (§3.2.3.9).
const LISTS: [(&str, VexStatus); 7] = [
    ("known_not_affected", VexStatus::NotAffected),
    ("fixed", VexStatus::Fixed),
    ("first_fixed", VexStatus::Fixed),
    ("under_investigation", VexStatus::UnderInvestigation),
    ("known_affected", VexStatus::Affected),
    ("first_affected", VexStatus::Affected),
    ("last_affected", VexStatus::Affected),
];

/// The product tree: the purls of each product, and the products of each group.
#[derive(Default)]
struct Tree {
    purls: BTreeMap<String, Vec<String>>,
    groups: BTreeMap<String, Vec<String>>,
    /// A product that is another one as a part of a third: the part, and the whole.
    parts: BTreeMap<String, (String, String)>,
}

/// A vulnerability, whose products are not resolved yet.
#[derive(Default)]
struct Vulnerability {
    ids: Vec<String>,
    statuses: Vec<(VexStatus, Vec<String>)>,
    flags: Vec<Flag>,
}

/// Why some products are not affected.
struct Flag {
    label: Justification,
    products: Vec<String>,
    groups: Vec<String>,
}

#[derive(Default)]
struct Head {
    author: Option<String>,
    id: Option<String>,
    version: Vec<u64>,
    of: Option<jiff::Timestamp>,
    is_draft: bool,
}

pub(super) fn read(r: &mut Reader<'_>, named: Namer<'_>) -> Result<Document> {
    let (mut head, mut tree, mut vulnerabilities) = (Head::default(), Tree::default(), Vec::new());
    members!(r, {
        "document" => head = document(r)?,
        "product_tree" => product_tree(r, &mut tree)?,
        "vulnerabilities" => r.array(|r, _| {
            vulnerabilities.push(vulnerability(r)?);
            Ok(())
        })?,
    });
    r.end()?;
    let Head { author, id, version, of, is_draft } = head;
    let (mut statements, mut remarks) = (Vec::new(), Vec::new());
    for (index, told) in vulnerabilities.into_iter().enumerate() {
        let pointer = format!("/vulnerabilities/{index}");
        for (product, status, why) in statuses(&told, &tree, &pointer, &mut remarks) {
            let products = tree.products(&product, status, named);
            if products.is_empty() {
                remarks.push((pointer.clone(), "a product has no package URL: the statement is not about it".to_owned()));
                continue;
            }
            statements.push(Stated {
                pointer: pointer.clone(),
                ids: told.ids.clone(),
                products,
                status,
                justification: why,
                timestamp: of,
            });
        }
    }
    remarks.dedup();
    let ignored = is_draft.then(|| ("/document/tracking/status", "the document is a draft: nothing in it counts".to_owned()));
    Ok(Document {
        format: "csaf",
        author,
        author_at: "/document/publisher/name",
        id,
        version,
        ignored,
        is_outdated: false,
        statements,
        remarks,
    })
}

fn document(r: &mut Reader<'_>) -> Result<Head> {
    let (mut head, mut category, mut csaf_version, mut status) = (Head::default(), None, None, None);
    members!(r, {
        "category" => category = text(r)?,
        "csaf_version" => csaf_version = text(r)?,
        "publisher" => members!(r, { "name" => head.author = text(r)? }),
        "tracking" => members!(r, {
            "id" => head.id = text(r)?,
            "version" => head.version = text(r)?.map_or_else(Vec::new, |told| version(&told)),
            "status" => status = word(r, "status of a CSAF document", &["draft", "interim", "final"], |word| word)?,
            "current_release_date" => head.of = instant(r)?,
        }),
    });
    if !csaf_version.is_some_and(|told| ["2.0", "2.1"].contains(&told.as_str())) {
        return Err(wrong("this is no version of CSAF that is known").inside("csaf_version"));
    }
    if category.as_deref() != Some("csaf_vex") {
        return Err(wrong("this is no VEX document of CSAF, whose category is `csaf_vex`").inside("category"));
    }
    let status = status.ok_or_else(|| wrong("the document has no status").inside("tracking"))?;
    head.is_draft = status == "draft";
    Ok(head)
}

fn product_tree(r: &mut Reader<'_>, tree: &mut Tree) -> Result<()> {
    members!(r, {
        "full_product_names" => r.array(|r, _| product(r, tree).map(|_| ()))?,
        "branches" => branches(r, tree)?,
        "product_groups" => r.array(|r, _| {
            let (mut id, mut products) = (None, Vec::new());
            members!(r, { "group_id" => id = text(r)?, "product_ids" => products = texts(r)? });
            tree.groups.extend(id.map(|id| (id, products)));
            Ok(())
        })?,
        "relationships" => r.array(|r, _| {
            let (mut part, mut whole, mut own) = (None, None, None);
            members!(r, {
                "product_reference" => part = text(r)?,
                "relates_to_product_reference" => whole = text(r)?,
                "full_product_name" => own = product(r, tree)?,
            });
            tree.parts.extend(own.zip(part.zip(whole)));
            Ok(())
        })?,
    });
    Ok(())
}

fn branches(r: &mut Reader<'_>, tree: &mut Tree) -> Result<()> {
    r.array(|r, _| {
        members!(r, { "branches" => branches(r, tree)?, "product" => product(r, tree).map(|_| ())? });
        Ok(())
    })
}

/// Keeps a product; its id.
fn product(r: &mut Reader<'_>, tree: &mut Tree) -> Result<Option<String>> {
    let (mut id, mut purls) = (None, Vec::new());
    members!(r, {
        "product_id" => id = text(r)?,
        "product_identification_helper" => members!(r, {
            "purl" => purls.extend(text(r)?),
            "purls" => purls.extend(texts(r)?),
        }),
    });
    if let Some(id) = &id
        && tree.purls.insert(id.clone(), purls).is_some()
    {
        return Err(wrong("the id of a product stands there twice"));
    }
    Ok(id)
}

fn vulnerability(r: &mut Reader<'_>) -> Result<Vulnerability> {
    let mut told = Vulnerability::default();
    members!(r, {
        "cve" => told.ids.extend(text(r)?),
        "ids" => r.array(|r, _| {
            members!(r, { "text" => told.ids.extend(text(r)?) });
            Ok(())
        })?,
        "product_status" => r.entries(|r, key| {
            match LISTS.into_iter().find(|(list, _)| *list == key) {
                Some((_, status)) => told.statuses.push((status, texts(r)?)),
                None => r.skip()?,
            }
            Ok(())
        })?,
        "flags" => r.array(|r, _| {
            let (mut label, mut products, mut groups) = (None, Vec::new(), Vec::new());
            members!(r, {
                "label" => label = word(r, "label of a flag", &Justification::ALL, Justification::word)?,
                "product_ids" => products = texts(r)?,
                "group_ids" => groups = texts(r)?,
            });
            told.flags.extend(label.map(|label| Flag { label, products, groups }));
            Ok(())
        })?,
    });
    Ok(told)
}

/// Each product with what is said of it: the worst, where the lists contradict each other, and that is told.
fn statuses(
    told: &Vulnerability,
    tree: &Tree,
    pointer: &str,
    remarks: &mut Vec<(String, String)>,
) -> Vec<(String, VexStatus, Option<Justification>)> {
    let mut of: BTreeMap<&String, BTreeSet<VexStatus>> = BTreeMap::new();
    for (status, products) in &told.statuses {
        for product in products {
            of.entry(product).or_default().insert(*status);
        }
    }
    let mut all = Vec::new();
    for (product, statuses) in of {
        let Some(worst) = statuses.last().copied() else { continue };
        if statuses.len() > 1 {
            remarks.push((format!("{pointer}/product_status"), format!("a product is in several lists: it counts as {}", worst.word())));
        }
        let flagged = |flag: &&Flag| {
            let in_group = |group: &String| tree.groups.get(group).is_some_and(|products| products.contains(product));
            flag.products.contains(product) || flag.groups.iter().any(in_group)
        };
        let mut labels: Vec<Justification> = told.flags.iter().filter(flagged).map(|flag| flag.label).collect();
        labels.sort_unstable();
        // Two reasons that may not both be accepted are none.
        let why = labels.first().copied().filter(|first| labels.iter().all(|label| label == first));
        all.push((product.clone(), worst, why));
    }
    all
}

impl Tree {
    /// A product by each of its purls; one that is a part of another, as that one with the part. What is held against a part counts
    /// wherever it is.
    fn products(&self, id: &str, status: VexStatus, named: Namer<'_>) -> Vec<Product> {
        let own = |id: &str| -> Vec<(String, Named)> {
            let purls = self.purls.get(id).map_or(&[][..], Vec::as_slice);
            purls.iter().filter_map(|purl| Some((purl.clone(), named(purl, None)?))).collect()
        };
        let alone = |(purl, named)| Product { purl, named, subcomponents: None };
        let Some((part, whole)) = self.parts.get(id) else { return own(id).into_iter().map(alone).collect() };
        let parts = own(part).into_iter().chain(own(id));
        if !status.may_excuse() {
            return parts.map(alone).collect();
        }
        let parts: Vec<Named> = parts.map(|(_, named)| named).collect();
        own(whole).into_iter().map(|(purl, named)| Product { purl, named, subcomponents: Some(parts.clone()) }).collect()
    }
}

use super::*;
use crate::report::sample;

fn rendered(report: &Report) -> String {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The tags of a page, with their attributes.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()).collect()
}

#[test]
fn the_style_is_the_one_that_the_page_lets_in() {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(STYLE.as_bytes());
    assert_eq!(STYLE_HASH, format!("sha256-{}", data_encoding::BASE64.encode(&digest)));
}

#[test]
fn a_block_tells_what_blocks_and_why() {
    let page = rendered(&sample::block());
    let places: Vec<_> = [
        "<h1><span class=\"word block\">BLOCK</span> payments-api @4f2c1ab, release</h1>",
        "<strong>To get through: fix 1 and 2.</strong>",
        "aria-label=\"2 block, 1 ticket, 2 pass\"",
        "<h3>1. <span class=\"word critical\">CRITICAL</span> CVE-2021-44228 <code>src/db/user.py:1</code></h3>",
        "<li>rule new-code standard.yaml:11: block</li>",
        "<h2>Tickets: 1</h2>",
        "<h2>Evidence</h2>",
        "<h2>Passes: 2</h2>",
        "<h2>Reproduce</h2>",
    ]
    .map(|words| page.find(words))
    .into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {page}");
}

#[test]
fn an_undecided_run_says_what_is_missing() {
    let page = rendered(&sample::undecided());
    assert!(
        page.contains("<h2>Undecided because</h2>\n<ul>\n<li><code>relgate/missing-scan</code> no report of category sca; give"),
        "{page}"
    );
}

#[test]
fn hostile_words_make_no_tag_and_no_attribute() {
    const ACTIVE: &str = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>' style='x' javascript:alert(1) </style></title>&lt;";
    let known = rendered(&sample::spoken("x", 3));
    let kinds = |page: &str| {
        let mut kinds: Vec<String> =
            tags(page).into_iter().map(|tag| tag.split(['"', ' ']).next().unwrap_or_default().to_owned()).collect();
        kinds.sort();
        kinds
    };
    for words in [ACTIVE, sample::HOSTILE] {
        let page = rendered(&sample::spoken(words, 3));
        assert_eq!(kinds(&page), kinds(&known));
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("::set-env"), "{page}");
        assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
        let names: Vec<&str> = tags(&page).into_iter().flat_map(|tag| tag.split('"').step_by(2)).flat_map(str::split_whitespace).collect();
        assert!(!names.iter().any(|name| name.starts_with("on") || name.starts_with("style=") || name.starts_with("src")), "{names:?}");
    }
}

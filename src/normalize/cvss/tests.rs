//! Scores against another implementation's (`fixtures/cvss/SOURCE`), and vectors that have none.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const VECTORS: &str = include_str!("../../../fixtures/cvss/vectors.tsv");

const V2: &str = "AV:N/AC:L/Au:N/C:P/I:P/A:P";
const V31: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const V4: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H";

fn rows() -> Vec<(&'static str, &'static str)> {
    VECTORS.lines().map(|line| line.split_once('\t').unwrap()).collect()
}

fn told(vector: &str) -> Result<(&'static str, String), BadVector> {
    score(vector).map(|(version, score)| (version.word(), score.to_string()))
}

#[test]
fn scores_are_those_of_another_implementation() {
    let rows = rows();
    let of = |version: &str| rows.iter().filter(|(vector, _)| vector.starts_with(version)).count();
    assert!([of("AV"), of("CVSS:3.0"), of("CVSS:3.1"), of("CVSS:4.0")].iter().all(|&count| count >= 600));
    for (vector, expected) in rows {
        let version = vector.get(5..6).filter(|_| vector.starts_with("CVSS:")).unwrap_or("2");
        assert_eq!(told(vector), Ok((version, expected.to_owned())), "{vector}");
    }
}

#[test]
fn the_ways_in_which_tools_write_a_vector() {
    for (vector, version, expected) in [
        (V2, "2", "7.5"),
        ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "2", "7.5"),
        ("CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P", "2", "7.5"),
        ("CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", "2", "7.5"),
        ("CVSS2#(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "2", "7.5"),
        ("AV:N/AC:L/AU:N/C:P/I:P/A:P", "2", "7.5"),
        ("AV:N/AC:L/Au:N/C:N/I:N/A:N", "2", "0.0"),
        (" CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/\n", "3", "9.8"),
        ("cvss:3.1/av:n/ac:l/pr:n/ui:n/s:u/c:h/i:h/a:h", "3", "9.8"),
        ("CVSS:3.0/S:U/C:H/I:H/A:H/AV:N/AC:L/PR:N/UI:N", "3", "9.8"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "3", "0.0"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U/MC:N/MI:N/MA:N", "3", "9.8"),
        (V4, "4", "10.0"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "4", "0.0"),
        // CVE-2025-47273: 7.7 with its threat metric, 8.7 without.
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N/E:P", "4", "8.7"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/MSI:S/U:Amber", "4", "10.0"),
    ] {
        assert_eq!(told(vector), Ok((version, expected.to_owned())), "{vector}");
    }
    assert!(CvssVersion::V2 < CvssVersion::V3 && CvssVersion::V3 < CvssVersion::V4);
}

#[test]
fn what_is_not_whole_or_not_known_has_no_score() {
    use BadVector::{Metric, Missing, Prefix, Repeated, Shape, Value};
    for (vector, why) in [
        ("", Shape),
        ("()", Shape),
        ("/", Shape),
        ("9.8", Shape),
        ("null", Shape),
        ("AV", Shape),
        ("CVSS:3.1/", Shape),
        ("CVSS:3.1", Prefix),
        ("CVSS:3.1/AV:N", Missing("AC")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", Missing("A")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:", Value("A")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H//", Shape),
        ("CVSS:3.1//AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Shape),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H", Repeated("A")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/a:n", Repeated("A")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/E:U", Repeated("E")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/Z:1", Metric(CvssVersion::V3)),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AT:N", Metric(CvssVersion::V3)),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:POC", Value("E")),
        ("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Value("AV")),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:C", Value("A")),
        ("CVSS:3.1/AV:N:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Value("AV")),
        ("CVSS:3.1/AV: N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Value("AV")),
        ("(CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)", Metric(CvssVersion::V2)),
        ("CVSS:3.1/(AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)", Metric(CvssVersion::V3)),
        ("CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Prefix),
        ("CVSS:3/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Prefix),
        ("CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Prefix),
        ("CVSS3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Prefix),
        ("CVSS:3.1 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Prefix),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Metric(CvssVersion::V2)),
        ("9.8/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Shape),
        ("CVSS:2.0/AV:N/AC:L/C:P/I:P/A:P", Missing("Au")),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:H", Value("A")),
        ("(AV:N/AC:L/Au:N/C:P/I:P/A:P", Metric(CvssVersion::V2)),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P)", Value("A")),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P/E:X", Value("E")),
        ("CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Value("S")),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:S/SA:H", Value("SI")),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H", Missing("SA")),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/RL:O", Metric(CvssVersion::V4)),
        ("CVSS:3.1/ÄV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Metric(CvssVersion::V3)),
        ("CVSÉ:3.1/AV:N", Metric(CvssVersion::V2)),
        ("CVSS:3.1/AV:N\0/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Value("AV")),
    ] {
        assert_eq!(score(vector), Err(why), "{vector}");
        assert!(why.to_string().starts_with("the CVSS vector "));
    }
}

/// A vector cut into its prefix, its base metrics and the rest.
fn cut(vector: &str) -> (String, Vec<String>, Vec<String>) {
    let mut parts: Vec<String> = vector.split('/').map(str::to_owned).collect();
    let prefix = if vector.starts_with("CVSS") { parts.remove(0) + "/" } else { String::new() };
    let base = match prefix.as_str() {
        "" => 6,
        "CVSS:4.0/" => 11,
        _ => 8,
    };
    let more = parts.split_off(base);
    (prefix, parts, more)
}

proptest! {
    #[test]
    fn without_any_of_its_base_metrics_a_vector_is_bad((vector, _) in select(rows()), at in 0..11_usize) {
        let (prefix, mut base, more) = cut(vector);
        let gone = base.remove(at % base.len());
        base.extend(more);
        let rest = format!("{prefix}{}", base.join("/"));
        let name = gone.split(':').next().unwrap();
        prop_assert!(matches!(score(&rest), Err(BadVector::Missing(missing)) if missing == name), "{rest}");
    }

    #[test]
    fn the_order_of_the_metrics_changes_nothing((vector, expected) in select(rows()), by in 0..40_usize) {
        let (prefix, mut parts, more) = cut(vector);
        parts.extend(more);
        let middle = by % parts.len();
        parts.rotate_left(middle);
        prop_assert_eq!(told(&format!("{prefix}{}", parts.join("/"))).map(|(_, score)| score), Ok(expected.to_owned()));
    }

    #[test]
    fn whatever_is_damaged_does_not_score_lower_unseen(vector in select(vec![V2, V31, V4]), at in 0..90_usize, with in "\\PC{0,2}") {
        let whole = score(vector).unwrap();
        let mut damaged = vector.to_owned();
        let at = at % vector.len();
        damaged.replace_range(at..=at, &with);
        if let Ok((version, _)) = score(&damaged) {
            // One value in place of another is all that can be read, of the same version.
            prop_assert_eq!(damaged.trim().trim_end_matches('/').len(), vector.len());
            prop_assert_eq!(version, whole.0);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(CVSS:[234]\\.[01]/)?([AVCSMPRUI]{1,3}:?[A-Za-z]?/?){0,14}\\PC{0,3}") {
        let _either = score(&text);
    }
}

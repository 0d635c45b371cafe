//! "Did you mean": the known word that is nearest to one that is not.

/// What to do about `word`, which is none of `known`.
#[must_use]
pub fn help<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use {}", one_of(known)),
    }
}

/// The known word within a third of the letters (a swap counts as one), the first of several that are equally near.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    known
        .map(|k| (strsim::osa_distance(&word, &k.to_lowercase()), k))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(d, _)| d)
        .map(|(_, k)| k)
}

/// The words as a choice: `a`, `b` or `c`.
#[must_use]
pub fn one_of<'a>(known: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = known.map(|k| format!("`{k}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_offered_and_else_the_choice() {
        let words = || ["block", "ticket", "pass"].into_iter();
        assert_eq!(help("blok", words()), "did you mean `block`?");
        assert_eq!(help("Block", words()), "did you mean `block`?");
        assert_eq!(help("tikcet", words()), "did you mean `ticket`?");
        assert_eq!(help("warn", words()), "use `block`, `ticket` or `pass`");
        assert_eq!(help("", ["a"].into_iter()), "did you mean `a`?");
        assert_eq!(help("cve-2021-2", ["CVE-2021-1"].into_iter()), "did you mean `CVE-2021-1`?");
    }
}

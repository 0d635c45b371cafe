//! Patterns, in the slowest way.

/// Whether a glob matches a text: `*` stands for what has no `/`, `**` for whole segments, none included.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let text: Vec<&str> = text.split('/').collect();
    segments(&pattern, &text)
}

fn segments(pattern: &[&str], text: &[&str]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        // At its end it stands for at least one segment.
        Some((&"**", [])) => !text.is_empty(),
        Some((&"**", rest)) => (0..=text.len()).any(|skipped| segments(rest, &text[skipped..])),
        Some((first, rest)) => {
            text.split_first().is_some_and(|(segment, left)| stars(first.as_bytes(), segment.as_bytes()) && segments(rest, left))
        }
    }
}

fn stars(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| stars(rest, &text[skipped..])),
        Some((byte, rest)) => text.split_first().is_some_and(|(first, left)| first == byte && stars(rest, left)),
    }
}

/// Whether one of the few expressions of these worlds matches in a text.
pub(super) fn expression(pattern: &str, text: &str) -> bool {
    if let Some(word) = pattern.strip_prefix("(?i)") {
        text.to_lowercase().contains(&word.to_lowercase())
    } else if let Some(word) = pattern.strip_prefix('^') {
        text.starts_with(word)
    } else {
        text.contains(pattern)
    }
}

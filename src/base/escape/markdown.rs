//! Markdown of GitHub and GitLab, for one place in a line: shows what a scanner wrote, and does nothing.
//!
//! Both forms are made of what [`terminal()`] shows, so that line ends, hidden characters, limits and the commands of runners are
//! dealt with once. [`markdown_code`] is for what is copied (ids, paths, versions): all of it stands in code spans, in which no
//! renderer looks for markup, links, mentions, references or emoji. [`markdown`] is for what is read (titles, messages): words
//! of letters stay as they are, and every other word becomes code. There is no list of what is active, which no one could keep
//! complete; there is a list of what is not.
//!
//! Two characters cannot stand in a code span. A backtick would end it; a longer fence is no way out, for cmark gives up on
//! fences of more than 80. A `|` ends the cell of a table even there, and on `\\|` parsers disagree. Both are written as character
//! references between spans, so that what comes out means the same within a table and outside.

use super::terminal;
use crate::base::text::Untrusted;

/// From this length on GitHub and GitLab take hexadecimal digits for a commit.
const COMMIT: usize = 7;

/// Encodes text that people read, in at most `max_chars` characters as they are shown; runs of spaces are shown as one.
#[must_use]
pub fn markdown(text: Untrusted<'_>, max_chars: usize) -> String {
    let mut line = String::new();
    let mut pending = String::new();
    for (place, word) in terminal(text, max_chars).split_whitespace().enumerate() {
        let (before, core, behind) = parts(word);
        // `1.` and `1)` in front of a line start a list.
        let starts_list = place == 0 && core.starts_with(|c: char| c.is_ascii_digit()) && behind.starts_with(['.', ')']);
        let plain = is_plain(core) && !starts_list;
        if !plain && before.is_empty() && !pending.is_empty() {
            pending.push(' ');
        } else {
            flush(&mut line, &mut pending);
            line.push_str(if place == 0 { "" } else { " " });
            line.push_str(before);
        }
        let form = if plain { &mut line } else { &mut pending };
        form.push_str(core);
        if plain || !behind.is_empty() {
            flush(&mut line, &mut pending);
            line.push_str(behind);
        }
    }
    flush(&mut line, &mut pending);
    line
}

/// Encodes text that people copy, in at most `max_chars` characters as they are shown.
#[must_use]
pub fn markdown_code(text: Untrusted<'_>, max_chars: usize) -> String {
    let mut line = String::new();
    flush(&mut line, &mut terminal(text, max_chars));
    line
}

/// Appends the text as code, and empties it.
fn flush(line: &mut String, code: &mut String) {
    for piece in code.split_inclusive(['`', '|']) {
        let (span, sign) = match piece.strip_suffix('`') {
            Some(span) => (span, "&#96;"),
            None => piece.strip_suffix('|').map_or((piece, ""), |span| (span, "&#124;")),
        };
        // Of spaces on both sides the renderer takes one each, unless there is nothing else.
        let padding = if span.starts_with(' ') && span.ends_with(' ') && !span.trim_matches(' ').is_empty() { " " } else { "" };
        if !span.is_empty() {
            line.extend(["`", padding, span, padding, "`"]);
        }
        line.push_str(sign);
    }
    code.clear();
}

/// A word without the signs of a sentence around it: `(`, `word`, `),`. A word of signs alone is all word.
fn parts(word: &str) -> (&str, &str, &str) {
    let rest = word.trim_start_matches(['(', '"', '\'']);
    let core = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
    match (word.strip_suffix(rest), rest.strip_prefix(core)) {
        (Some(before), Some(behind)) if !core.is_empty() => (before, core, behind),
        _ => ("", word, ""),
    }
}

/// Whether a word means nothing to any renderer: letters, with `-` or `'` between two of them, or digits. Beyond ASCII, where
/// nothing is active, every sign counts as a letter. No commit, no `GH-1`, and no `www`, which a full stop behind makes a link.
fn is_plain(core: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || !c.is_ascii();
    let letters = || core.split(['-', '\'']).all(|part| !part.is_empty() && part.chars().all(is_letter));
    let digits = || core.chars().all(|c| c.is_ascii_digit() || !c.is_ascii());
    let is_commit = || core.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= COMMIT);
    (letters() || digits()) && !is_commit() && !core.to_ascii_lowercase().ends_with("www")
}

#[cfg(test)]
mod tests;

//! Instants: as scanners write them, as reports show them, and how long ago they were.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// Reads an instant of RFC 3339: date, `T`, time with or without a fraction, and `Z` or an offset.
///
/// A time without an offset is refused: whose noon it was cannot be known.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let (civil, rest) = text.split_at_checked("2026-11-23T10:15:00".len())?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let rfc3339 = has_shape(civil, "0000-00-00T00:00:00") && (has_shape(zone, "Z") || has_shape(zone, "+00:00"));
    // `jiff` accepts more spellings than the shape allows, and refuses days and hours that do not exist.
    if rfc3339 { text.parse().ok() } else { None }
}

/// Reads a civil date, `YYYY-MM-DD`; years begin with 1.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    if has_shape(text, "0000-00-00") && !text.starts_with("0000") { text.parse().ok() } else { None }
}

/// Reads a number of days, `30d`, from 1 to 3650.
#[must_use]
pub fn parse_days(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('d')?;
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|days| canonical && (1..=3650).contains(days))
}

/// The civil date of an instant, in UTC.
#[must_use]
pub fn date_of(instant: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(instant).date()
}

/// The days from one date to a later one; negative when `to` comes before `from`.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// Whether `text` is `shape`, where `0` stands for any digit and `+` for either sign.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, want)| match want {
            b'0' => byte.is_ascii_digit(),
            b'+' => matches!(byte, b'+' | b'-'),
            _ => byte.eq_ignore_ascii_case(&want),
        })
}

/// Writes an instant as `YYYY-MM-DDTHH:MM:SSZ`, without its fraction.
#[must_use]
pub fn format_instant(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The hours from one instant to a later one; one that has begun counts, so that nothing looks fresher than it is.
/// Negative when `to` comes before `from`.
#[must_use]
pub fn hours_between(from: Timestamp, to: Timestamp) -> i64 {
    let elapsed = to.duration_since(from);
    let begun = elapsed.as_secs() % 3600 > 0 || elapsed.subsec_nanos() > 0;
    elapsed.as_hours() + i64::from(begun)
}

/// How long ago `then` was, for a person: `12 min`, `3 h`, `5 days`. An instant that is yet to come is `0 min`.
#[must_use]
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let elapsed = now.duration_since(then);
    match (elapsed.as_mins().max(0), elapsed.as_hours()) {
        (minutes, 0) => format!("{minutes} min"),
        (_, hours @ 1..48) => format!("{hours} h"),
        (minutes, _) => match minutes / (24 * 60) {
            0 => "0 min".to_owned(),
            days => format!("{days} days"),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_have_one_spelling() {
        assert_eq!((parse_days("1d"), parse_days("3650d")), (Some(1), Some(3650)));
        for wrong in ["", "d", "30", "0d", "03d", "+3d", "-3d", "3651d", "1.5d", "3 d", "24h"] {
            assert_eq!(parse_days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn civil_dates_have_one_spelling() {
        for wrong in [
            "",
            "2026-1-02",
            "2026-02-30",
            "2025-02-29",
            "0000-01-01",
            "2026-13-01",
            " 2026-01-01",
            "2026-01-01T00:00:00Z",
            "20260101",
            "-026-01-01",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        let (a, b) = (parse_date("2024-02-28"), parse_date("2024-03-01"));
        assert_eq!(a.zip(b).map(|(a, b)| (days_between(a, b), days_between(b, a))), Some((2, -2)));
        let late = parse_instant("2026-11-23T23:59:59Z").map(date_of);
        assert_eq!((late, parse_instant("2026-11-24T01:00:00+02:00").map(date_of)), (parse_date("2026-11-23"), parse_date("2026-11-23")));
    }

    use super::*;

    fn shown(text: &str) -> Option<String> {
        parse_instant(text).map(format_instant)
    }

    #[test]
    fn rfc_3339_is_read() {
        for text in [
            "2026-11-23T10:15:00Z",
            "2026-11-23T10:15:00.123456789Z",
            "2026-11-23T11:15:00+01:00",
            "2026-11-23T04:45:00.5-05:30",
            "2026-11-23t10:15:00z",
        ] {
            assert_eq!(shown(text).as_deref(), Some("2026-11-23T10:15:00Z"), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T10:15:00",
            "2026-11-23 10:15:00Z",
            "2026-11-23T10:15Z",
            "2026-11-23T10:15:00.Z",
            "2026-11-23T10:15:00+0100",
            "2026-11-23T10:15:00Z[UTC]",
            "2026-02-30T10:15:00Z",
            "2026-11-23T25:15:00Z",
            " 2026-11-23T10:15:00Z",
            "2026-11-23T10:15:0\u{661}Z",
            "1795428900",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn hours_that_began_count() -> Result<(), jiff::Error> {
        let noon: Timestamp = "2026-11-23T12:00:00Z".parse()?;
        for (to, hours) in [
            ("2026-11-23T12:00:00Z", 0),
            ("2026-11-23T12:00:00.1Z", 1),
            ("2026-11-23T13:00:00Z", 1),
            ("2026-11-24T12:00:01Z", 25),
            ("2026-11-23T10:00:00Z", -2),
        ] {
            assert_eq!(hours_between(noon, to.parse()?), hours, "{to}");
        }
        Ok(())
    }

    #[test]
    fn ages_are_for_people() -> Result<(), jiff::Error> {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse()?;
        for (then, text) in [
            ("2026-11-23T11:48:00Z", "12 min"),
            ("2026-11-23T11:00:00Z", "1 h"),
            ("2026-11-21T12:00:01Z", "47 h"),
            ("2026-11-21T12:00:00Z", "2 days"),
            ("2026-11-18T12:00:00Z", "5 days"),
            ("2026-11-23T15:00:00Z", "0 min"),
        ] {
            assert_eq!(age(then.parse()?, now), text, "{then}");
        }
        Ok(())
    }
}

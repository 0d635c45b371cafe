//! On which day something happened, in the ways in which tools write it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::base::date::{date_of, parse_date, parse_instant};
use crate::base::json::{Reader, Result, Scalar};
use crate::ingest::Sink;
use crate::model::problem::Weight;

impl Sink {
    /// The day of a date, an instant, or a number of seconds or milliseconds since 1970. `null`, nothing and the year 1, which tools written in Go put for never, are none; what cannot
    /// be read is none too, and told.
    pub fn day(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Date>> {
        let (told, is_none) = match r.scalar()? {
            Scalar::Null => (None, true),
            Scalar::Text(told) => (day(told), told.is_empty()),
            Scalar::Number(told) => (of_epoch(told), false),
            Scalar::Bool(_) | Scalar::Array | Scalar::Object => (None, false),
        };
        if told.is_none() && !is_none {
            self.problem(Weight::Note, "bad-date", at, "not a date: it is not known then", "");
        }
        Ok(told.filter(|day| day.year() > 1))
    }

    /// The earlier of a day that is known and the next one that is told.
    pub fn earlier_day(&mut self, known: Option<Date>, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Date>> {
        let told = self.day(r, at)?;
        Ok(known.into_iter().chain(told).min())
    }
}

/// The day of so many seconds since 1970, or milliseconds: a number that large is no year of our time in seconds.
fn of_epoch(told: &str) -> Option<Date> {
    const SECONDS_END: i64 = 100_000_000_000;
    let told = told.parse::<i64>().ok().filter(|told| *told > 0)?;
    let instant = if told < SECONDS_END { Timestamp::from_second(told) } else { Timestamp::from_millisecond(told) };
    instant.ok().map(date_of)
}

/// `2026-11-23`, or the day in UTC of an instant: with `T` or a space before the time, with or without a fraction, with `Z`, `+01:00`,
/// `+0100` or nothing behind it; nothing is taken for UTC, and off by a day at most.
fn day(told: &str) -> Option<Date> {
    let Some((date, time)) = told.split_once(['T', 't', ' ']) else { return parse_date(told) };
    let zone = time.find(['Z', 'z', '+', '-']);
    let (clock, zone) = zone.and_then(|zone| time.split_at_checked(zone)).unwrap_or((time, "Z"));
    let zone = match zone.split_at_checked("+01".len()) {
        Some((hours, minutes)) if minutes.len() == 2 => format!("{hours}:{minutes}"),
        Some(_) | None => zone.to_owned(),
    };
    parse_instant(&format!("{date}T{clock}{zone}")).map(date_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_tools_write_them() {
        for (told, expected) in [
            ("2026-11-23", Some("2026-11-23")),
            ("2026-11-23T23:30:00Z", Some("2026-11-23")),
            ("2026-11-23T23:30:00-02:00", Some("2026-11-24")),
            ("2026-11-23T00:30:00+0200", Some("2026-11-22")),
            ("2024-04-04 03:29:40.996", Some("2024-04-04")),
            ("2025-06-10 23:43:07.201000+02:00", Some("2025-06-10")),
            ("2021-04-01T12:00:00", Some("2021-04-01")),
            ("2026-02-30", None),
            ("2026-02-30T00:00:00Z", None),
            ("long ago", None),
            ("2026-11-23T", None),
            ("", None),
        ] {
            assert_eq!(day(told), expected.and_then(parse_date), "{told}");
        }
    }

    #[test]
    fn what_is_no_date_is_told_and_never_is_none() {
        for (text, told, problems) in [
            ("\"2026-11-23\"", Some("2026-11-23"), 0),
            ("\"0001-01-01T00:00:00Z\"", None, 0),
            ("null", None, 0),
            ("\"\"", None, 0),
            ("\"soon\"", None, 1),
            ("1739539650123", Some("2025-02-14"), 0),
            ("-7", None, 1),
            ("true", None, 1),
        ] {
            let mut sink = Sink::default();
            let day = sink.day(&mut Reader::new(&mut text.as_bytes()), || "/x".to_owned()).ok().flatten();
            assert_eq!((day, sink.report.problems.of_file("f").count()), (told.and_then(parse_date), problems), "{text}");
        }
    }
}

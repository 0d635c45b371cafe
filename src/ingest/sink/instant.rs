//! When a scan ended, in the ways in which tools write it.

use jiff::Timestamp;

use crate::base::date::parse_instant;
use crate::base::json::{Reader, Result, Scalar};
use crate::ingest::Sink;
use crate::model::scan::Ended;

impl Sink {
    /// An instant (RFC 3339). One that cannot be read is told apart from none.
    pub fn instant(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        Ok(instant_of(r.scalar()?))
    }

    /// The same of a format that documents its times without an offset to be in UTC.
    pub fn instant_in_utc(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        let told = r.text()?.map(|told| parse_instant(told).or_else(|| parse_instant(&format!("{told}Z"))));
        told.map_or_else(|| self.instant(r), |instant| Ok(instant.map_or(Ended::Unreadable, Ended::At)))
    }

    /// The same as a number of seconds since 1970, or of milliseconds: a number that large is no year of our time in seconds.
    pub fn instant_of_epoch(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        const SECONDS_END: i64 = 100_000_000_000;
        let value = r.scalar()?;
        let told = value.number().and_then(|number| number.parse::<i64>().ok());
        let instant = told.map(|told| if told < SECONDS_END { Timestamp::from_second(told) } else { Timestamp::from_millisecond(told) });
        Ok(match instant {
            None if value.is_null() => Ended::NotTold,
            Some(Ok(instant)) => Ended::At(instant),
            Some(Err(_)) | None => Ended::Unreadable,
        })
    }

    /// The same as Ruby writes it: `2026-11-23 10:15:00 +0100`, or `UTC` at its end.
    pub fn instant_of_ruby(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        let value = r.scalar()?;
        let Some(told) = value.text() else { return Ok(instant_of(value)) };
        Ok(from_ruby(told).and_then(|told| parse_instant(&told)).map_or(Ended::Unreadable, Ended::At))
    }

    /// The same of a tool written in Go, which writes the year 1 for never.
    pub fn instant_of_go(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        Ok(match self.instant(r)? {
            Ended::At(instant) if instant.as_second() < 0 => Ended::NotTold,
            told @ (Ended::At(_) | Ended::NotTold | Ended::Unreadable) => told,
        })
    }
}

/// An instant (RFC 3339), of a value that was read.
pub(in crate::ingest) fn instant_of(value: Scalar<'_>) -> Ended {
    match value {
        Scalar::Null => Ended::NotTold,
        Scalar::Text(told) => parse_instant(told).map_or(Ended::Unreadable, Ended::At),
        Scalar::Number(_) | Scalar::Bool(_) | Scalar::Array | Scalar::Object => Ended::Unreadable,
    }
}

/// A time of Ruby as RFC 3339 writes it.
fn from_ruby(told: &str) -> Option<String> {
    let (civil, zone) = told.rsplit_once(' ')?;
    let (date, time) = civil.split_once(' ')?;
    let zone = match zone.split_at_checked("+01".len())? {
        ("UTC", "") => "Z".to_owned(),
        (hours, minutes) => format!("{hours}:{minutes}"),
    };
    Some(format!("{date}T{time}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_ruby_is_an_instant() {
        for (told, instant) in [
            ("2026-11-23 10:15:00 +0100", Some("2026-11-23T09:15:00Z")),
            ("2026-11-23 10:15:00 UTC", Some("2026-11-23T10:15:00Z")),
            ("2026-11-23 10:15:00", None),
            ("2026-11-23T10:15:00Z", None),
            ("yesterday at noon", None),
            ("", None),
        ] {
            let read = from_ruby(told).and_then(|told| parse_instant(&told));
            assert_eq!(read, instant.and_then(parse_instant), "{told}");
        }
    }

    #[test]
    fn times_without_an_offset_are_read_where_the_format_says_what_they_mean() {
        for (text, in_utc, of_go) in [
            (r#""2026-11-23T08:24:06""#, "2026-11-23T08:24:06Z", "unreadable"),
            (r#""2026-11-23T08:24:06.5Z""#, "2026-11-23T08:24:06.5Z", "2026-11-23T08:24:06.5Z"),
            (r#""2026-11-23T08:24:06+01:00""#, "2026-11-23T07:24:06Z", "2026-11-23T07:24:06Z"),
            (r#""0001-01-01T00:00:00Z""#, "0001-01-01T00:00:00Z", "none"),
            (r#""yesterday""#, "unreadable", "unreadable"),
            ("7", "unreadable", "unreadable"),
            ("null", "none", "none"),
        ] {
            let words = |ended: Result<Ended>| match ended {
                Ok(Ended::At(instant)) => instant.to_string(),
                Ok(Ended::NotTold) => "none".to_owned(),
                Ok(Ended::Unreadable) => "unreadable".to_owned(),
                Err(_) => "refused".to_owned(),
            };
            assert_eq!(words(Sink::default().instant_in_utc(&mut Reader::new(&mut text.as_bytes()))), in_utc, "{text}");
            assert_eq!(words(Sink::default().instant_of_go(&mut Reader::new(&mut text.as_bytes()))), of_go, "{text}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_since_1970_are_told_apart() {
        for (text, instant) in [
            ("1739539650", Some("2025-02-14T13:27:30Z")),
            ("1739539650123", Some("2025-02-14T13:27:30.123Z")),
            (r#""1739539650""#, None),
            ("1e9", None),
            ("null", None),
        ] {
            let ended = Sink::default().instant_of_epoch(&mut Reader::new(&mut text.as_bytes()));
            assert_eq!(ended.ok().and_then(Ended::at).map(|at| at.to_string()).as_deref(), instant, "{text}");
        }
    }
}

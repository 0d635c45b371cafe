//! The file of a baseline, `relgate.baseline/v1`, read strictly: every key is known, every value has its shape, and everything that is
//! wrong is told at once, unless the file is no JSON.

use std::io;
use std::num::NonZeroU32;

use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::hash::BuildHasher as _;

use super::RESTORE;
use crate::base::address::Address;
use crate::base::date::{date_of, parse_date, parse_instant};
use crate::base::fault::{Fault, Position};
use crate::base::json::{Reader, Result, ValueKind};
use crate::base::pool::Pool;
use crate::base::suggest;
use crate::base::text::{Text, Texts};
use crate::model::baseline::{Adoption, Entry, SCHEMA, Standing};
use crate::model::identity::{FindingId, Fingerprint, Scheme, TicketKey};
use crate::model::problem::{Problems, Weight};

/// How far the run's instant may lie before a date of the baseline.
pub(super) const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// The keys of the file.
const KEYS: [&str; 7] = ["schema", "created", "accountable", "approved", "reason", "adopted", "seen"];

/// The keys of an entry.
const ENTRY: [&str; 10] = ["id", "keys", "tool", "rule_id", "path", "start_line", "vulnerability", "package", "first_seen", "ticket"];

/// What a file says in which nothing is wrong.
pub(super) struct Read {
    pub(super) created: Timestamp,
    pub(super) adoption: Option<Adoption>,
    pub(super) entries: Vec<Entry>,
    pub(super) keys: Pool<Fingerprint>,
    pub(super) tickets: HashMap<FindingId, TicketKey>,
}

/// Reads a file; or everything that is wrong with it.
pub(super) fn read(source: &mut dyn io::Read, texts: &mut Texts, now: Timestamp) -> std::result::Result<Read, Problems> {
    let mut file = File::new(texts, now);
    let mut reader = Reader::new(source);
    if let Err(halt) = file.document(&mut reader) {
        // What stops the reader stands behind all that was found.
        let Fault { code, position, message, help: _ } = halt.into_fault();
        file.problems.add_at(Weight::Undecided, code, || position, message, RESTORE);
        return Err(file.problems);
    }
    file.finish()
}

/// A file that is being read.
struct File<'t> {
    texts: &'t mut Texts,
    now: Timestamp,
    /// The last day that is not in the future.
    last_day: Date,
    problems: Problems,
    schema: bool,
    created: Option<Timestamp>,
    accountable: Option<Address>,
    approved: Option<Date>,
    reason: Option<String>,
    /// The keys of the file that were there, right or wrong.
    told: Vec<&'static str>,
    entries: Vec<Entry>,
    keys: Pool<Fingerprint>,
    /// The keys of the entry that is being read.
    own: Vec<Fingerprint>,
    /// The keys of each entry, as one number.
    tickets: HashMap<FindingId, TicketKey>,
    taken: HashSet<u64>,
    hasher: DefaultHashBuilder,
}

/// Where in the file something stands.
#[derive(Clone, Copy)]
struct At<'k> {
    entry: Option<(Standing, u32)>,
    key: &'k str,
}

impl At<'_> {
    fn pointer(self) -> String {
        match self.entry {
            None => format!("/{}", self.key),
            Some((standing, index)) if self.key.is_empty() => format!("/{}/{index}", standing.word()),
            Some((standing, index)) => format!("/{}/{index}/{}", standing.word(), self.key),
        }
    }
}

impl<'t> File<'t> {
    fn new(texts: &'t mut Texts, now: Timestamp) -> Self {
        let last_day = date_of(now.checked_add(CLOCK_SLACK).unwrap_or(now));
        Self {
            texts,
            now,
            last_day,
            problems: Problems::default(),
            schema: false,
            created: None,
            accountable: None,
            approved: None,
            reason: None,
            told: Vec::new(),
            entries: Vec::new(),
            keys: Pool::default(),
            own: Vec::new(),
            tickets: HashMap::new(),
            taken: HashSet::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    fn document(&mut self, r: &mut Reader<'_>) -> Result<()> {
        r.entries(|r, key| {
            self.told.extend(KEYS.into_iter().find(|known| *known == key));
            let at = At { entry: None, key };
            match key {
                "schema" => {
                    self.schema = true;
                    let is_ours = r.scalar()?.text() == Some(SCHEMA);
                    self.check(r, at, is_ours.then_some(()), &format!("`{SCHEMA}`"));
                }
                "created" => {
                    let told = r.scalar()?.text().and_then(parse_instant);
                    self.created = self.check(r, at, told, "an instant, `2026-11-23T12:00:00Z`");
                    if self.created.is_some_and(|created| created.duration_since(self.now) > CLOCK_SLACK) {
                        let message = format!("the baseline was written more than 24 hours after the run's time {}", self.now);
                        self.wrong(r, at, "baseline-future", &message, "correct the clock or `--now`");
                    }
                }
                "accountable" => {
                    let told = r.scalar()?.text().and_then(Address::parse);
                    self.accountable = self.check(r, at, told, "one plain mail address, `dana@acme.example`");
                }
                "approved" => self.approved = self.date(r, at)?,
                "reason" => {
                    let told = r.scalar()?.text().filter(|text| Adoption::is_reason(text)).map(str::to_owned);
                    self.reason = self.check(r, at, told, "a sentence of at least 10 characters that says why");
                }
                "adopted" => self.list(r, Standing::Adopted)?,
                "seen" => self.list(r, Standing::Seen)?,
                unknown => {
                    self.unknown(r, at, unknown, &KEYS);
                    r.skip()?;
                }
            }
            Ok(())
        })?;
        r.end()
    }

    fn list(&mut self, r: &mut Reader<'_>, standing: Standing) -> Result<()> {
        let kind = r.kind()?;
        if kind != ValueKind::Array {
            let at = At { entry: None, key: standing.word() };
            self.check::<()>(r, at, None, "a list of entries, which may be empty");
            return r.skip();
        }
        r.array(|r, index| self.entry(r, standing, index))
    }

    fn entry(&mut self, r: &mut Reader<'_>, standing: Standing, index: u32) -> Result<()> {
        let whole = At { entry: Some((standing, index)), key: "" };
        if r.kind()? != ValueKind::Object {
            self.check::<()>(r, whole, None, "an entry, `{\"id\": …, \"keys\": [\"line/1:…\"], \"tool\": …, \"first_seen\": …}`");
            return r.skip();
        }
        let (mut id, mut tool, mut first_seen) = (None, None, None);
        let (mut rule_id, mut path, mut start_line, mut vulnerability, mut package, mut ticket) = (None, None, None, None, None, None);
        let mut there = [false; 4];
        self.own.clear();
        r.entries(|r, key| {
            let at = At { key, ..whole };
            if let Some(place) = ["id", "keys", "tool", "first_seen"].iter().position(|known| *known == key) {
                there.get_mut(place).into_iter().for_each(|there| *there = true);
            }
            match key {
                "id" => {
                    let told = r.scalar()?.text().and_then(FindingId::parse);
                    id = self.check(r, at, told, "the id of a finding, `F-` and 12 digits from 0 to f");
                }
                "keys" => self.own_keys(r, at)?,
                "tool" => tool = self.text(r, at)?,
                "rule_id" => rule_id = self.text(r, at)?,
                "path" => path = self.text(r, at)?,
                "start_line" => {
                    let told = r.scalar()?.number().and_then(|number| number.parse::<NonZeroU32>().ok());
                    start_line = self.check(r, at, told, "the number of a line, from 1");
                }
                "vulnerability" => vulnerability = self.text(r, at)?,
                "package" => package = self.text(r, at)?,
                "first_seen" => first_seen = self.date(r, at)?,
                "ticket" => {
                    let told = r.scalar()?.text().and_then(TicketKey::parse);
                    ticket = self.check(r, at, told, "the key of a ticket, `relgate-` and 32 digits from 0 to f");
                }
                unknown => {
                    self.unknown(r, at, unknown, &ENTRY);
                    r.skip()?;
                }
            }
            Ok(())
        })?;
        for missing in ["id", "keys", "tool", "first_seen"].into_iter().zip(there).filter_map(|(key, there)| (!there).then_some(key)) {
            self.wrong(r, whole, "baseline-missing-key", &format!("the entry lacks `{missing}`"), RESTORE);
        }
        self.check_keys(r, whole, standing);
        if let (Some(id), Some(tool), Some(first_seen)) = (id, tool, first_seen) {
            let keys = self.keys.add(self.own.iter().copied());
            let entry = Entry { standing, id, keys, tool, rule_id, path, start_line, vulnerability, package, first_seen, recalled: None };
            self.entries.push(entry);
            self.tickets.extend(ticket.map(|ticket| (id, ticket)));
        }
        Ok(())
    }

    fn own_keys(&mut self, r: &mut Reader<'_>, at: At<'_>) -> Result<()> {
        const WANTED: &str = "a list of keys that the gate made, `line/1:` and 32 digits from 0 to f";
        if r.kind()? != ValueKind::Array {
            self.check::<()>(r, at, None, WANTED);
            return r.skip();
        }
        let mut told = 0_u32;
        r.array(|r, _| {
            told += 1;
            let key = r.scalar()?.text().and_then(Fingerprint::parse);
            let key = self.check(r, at, key, WANTED);
            self.own.extend(key);
            Ok(())
        })?;
        if told == 0 {
            self.check::<()>(r, at, None, WANTED);
        }
        Ok(())
    }

    /// What is wrong with the keys of an entry together. They are put in order of strength.
    fn check_keys(&mut self, r: &Reader<'_>, at: At<'_>, standing: Standing) {
        let is_component = |key: &Fingerprint| key.scheme == Scheme::Sca;
        if self.own.iter().any(is_component) && !self.own.iter().all(is_component) {
            self.wrong(r, at, "baseline-key", "the keys are those of a component and of code", RESTORE);
        }
        if standing == Standing::Adopted && !self.own.is_empty() && !self.own.iter().any(|key| key.scheme.identifies()) {
            let message = "the entry has no key but `loc/1` or `text/1`, which another finding may have";
            self.wrong(r, at, "baseline-key", message, "move it to `seen`, or adopt it with keys of its code: relgate baseline adopt");
        }
        self.own.sort_by_key(|key| key.scheme);
        let mut sorted = self.own.clone();
        sorted.sort_unstable();
        if sorted.array_windows().any(|[one, other]| one == other) {
            self.wrong(r, at, "baseline-twice", "a key of the entry stands there twice", RESTORE);
        }
        if !sorted.is_empty() && !self.taken.insert(self.hasher.hash_one(&sorted)) {
            self.wrong(r, at, "baseline-twice", "an earlier entry has these keys", "keep one of them: an entry is one finding");
        }
    }

    fn text(&mut self, r: &mut Reader<'_>, at: At<'_>) -> Result<Option<Text>> {
        let texts = &mut *self.texts;
        let told = r.scalar()?.text().filter(|text| !text.is_empty()).map(|text| texts.intern(text));
        Ok(self.check(r, at, told, "a text that is not empty"))
    }

    fn date(&mut self, r: &mut Reader<'_>, at: At<'_>) -> Result<Option<Date>> {
        let told = r.scalar()?.text().and_then(parse_date);
        let date = self.check(r, at, told, "a date, `2026-11-23`");
        if date.is_some_and(|date| date > self.last_day) {
            let message = format!("`{}` is in the future", at.key);
            self.wrong(r, at, "baseline-future", &message, "correct the date, or the clock");
        }
        Ok(date)
    }

    /// A value, or that it has another shape than it should.
    fn check<T>(&mut self, r: &Reader<'_>, at: At<'_>, value: Option<T>, wanted: &str) -> Option<T> {
        if value.is_none() {
            let what = if at.key.is_empty() { "the entry".to_owned() } else { format!("`{}`", at.key) };
            self.wrong(r, at, "baseline-value", &format!("{what} is not what it should be"), &format!("write {wanted}"));
        }
        value
    }

    fn unknown(&mut self, r: &Reader<'_>, at: At<'_>, key: &str, known: &[&str]) {
        let shown: String = key.chars().take(100).collect();
        let message = format!("there is no key {shown:?} here");
        self.wrong(r, at, "baseline-unknown-key", &message, &suggest::help(&shown, known.iter().copied()));
    }

    fn wrong(&mut self, r: &Reader<'_>, at: At<'_>, code: &'static str, message: &str, help: &str) {
        self.problems.add_at(Weight::Undecided, code, || r.position(), format!("{message}, at {}", at.pointer()), help);
    }

    fn finish(mut self) -> std::result::Result<Read, Problems> {
        let mut lacks = |key: &str, why: &str| {
            let message = format!("the file lacks `{key}`{why}");
            self.problems.add_at(Weight::Undecided, "baseline-missing-key", || Position::Pointer(String::new()), message, RESTORE);
        };
        let told = |key: &str| self.told.contains(&key);
        let has_adopted = self.entries.iter().any(|entry| entry.standing == Standing::Adopted);
        let header = ["accountable", "approved", "reason"];
        ["schema", "created", "adopted", "seen"].into_iter().filter(|key| !told(key)).for_each(|key| lacks(key, ""));
        if has_adopted {
            header
                .into_iter()
                .filter(|key| !told(key))
                .for_each(|key| lacks(key, ", and it adopts findings: somebody must answer for that"));
        }
        match (self.created, self.problems.is_empty()) {
            (Some(created), true) => {
                let adoption = self.accountable.zip(self.approved).zip(self.reason);
                let adoption = adoption.map(|((accountable, approved), reason)| Adoption { accountable, approved, reason });
                let (keys, mut entries, tickets) = (self.keys, self.entries, self.tickets);
                sort(&mut entries, &keys);
                Ok(Read { created, adoption, entries, keys, tickets })
            }
            (_, _) => Err(self.problems),
        }
    }
}

/// Puts entries in their order: what stands where in a file says nothing.
pub(super) fn sort(entries: &mut [Entry], keys: &Pool<Fingerprint>) {
    entries.sort_by(|a, b| a.standing.cmp(&b.standing).then(a.id.cmp(&b.id)).then_with(|| keys.get(a.keys).cmp(keys.get(b.keys))));
}

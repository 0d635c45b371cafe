//! A pattern as steps that are walked once, from its beginning to its end.

use std::ops::Range;

use memchr::memchr;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// This text.
    Text(Box<[u8]>),
    /// One of these.
    OneOf(Vec<Box<[u8]>>),
    /// All that follows of some bytes, at least so many.
    Run(Set, usize),
    /// Here a group begins.
    Open,
    /// Here the group of this number ends.
    Close(usize),
    /// The end of the text.
    End,
}

/// Some ASCII characters, and all others or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    ascii: u128,
    others: bool,
    /// The only byte that is not in it.
    all_but: Option<u8>,
}

impl Set {
    fn of(class: &Class) -> Option<Self> {
        let Class::Unicode(class) = class else { return None };
        let (mut ascii, mut others) = (0_u128, false);
        for range in class.ranges() {
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            (start..=end.min(127)).for_each(|c| ascii |= 1 << c);
            if end > 127 {
                if start > 128 || range.end() != char::MAX {
                    return None;
                }
                others = true;
            }
        }
        let missing = if others && ascii.count_zeros() == 1 { u8::try_from(ascii.trailing_ones()).ok() } else { None };
        Some(Self { ascii, others, all_but: missing })
    }

    fn has(self, byte: u8) -> bool {
        if byte < 128 { self.ascii >> byte & 1 == 1 } else { self.others }
    }

    /// How many of the bytes that a text begins with are in it.
    fn run(self, text: &[u8]) -> usize {
        let end = self.all_but.map_or_else(|| text.iter().position(|&byte| !self.has(byte)), |stop| memchr(stop, text));
        end.unwrap_or(text.len())
    }
}

/// The steps of a pattern, if there is never more than one choice.
pub(super) fn of(pattern: &str) -> Option<Vec<Step>> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let (first, rest) = parts.split_first()?;
    if *first.kind() != HirKind::Look(Look::Start) {
        return None;
    }
    let mut steps = Vec::new();
    rest.iter().try_for_each(|part| add(part, &mut steps))?;
    has_one_choice(&steps).then_some(steps)
}

fn add(part: &Hir, steps: &mut Vec<Step>) -> Option<()> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(text) => steps.push(Step::Text(text.0.clone())),
        HirKind::Look(Look::End) => steps.push(Step::End),
        HirKind::Repetition(repeated) if repeated.greedy && repeated.max.is_none() && repeated.min <= 1 => {
            let HirKind::Class(class) = repeated.sub.kind() else { return None };
            let set = Set::of(class)?;
            steps.push(Step::Run(set, usize::from(repeated.min == 1)));
        }
        HirKind::Capture(group) => {
            let number = usize::try_from(group.index).ok()?;
            steps.push(Step::Open);
            add(&group.sub, steps)?;
            steps.push(Step::Close(number));
        }
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| add(part, steps))?,
        HirKind::Alternation(parts) => {
            let texts = parts.iter().map(|part| if let HirKind::Literal(text) = part.kind() { Some(text.0.clone()) } else { None });
            steps.push(Step::OneOf(texts.collect::<Option<_>>()?));
        }
        HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => return None,
    }
    Some(())
}

/// Whether what repeats always ends where what follows begins, and no alternative begins another.
fn has_one_choice(steps: &[Step]) -> bool {
    let mut before: Option<Set> = None;
    let mut is_open = false;
    for step in steps {
        let is_apart = |text: &[u8]| text.first().is_some_and(|&byte| !before.is_some_and(|set| set.has(byte)));
        let is_clear = match step {
            // A group inside another is nothing that profiles need.
            Step::Open if is_open => return false,
            Step::Open | Step::Close(_) => {
                is_open = matches!(step, Step::Open);
                continue;
            }
            Step::End => true,
            Step::Text(text) => is_apart(text),
            Step::Run(..) => before.is_none(),
            Step::OneOf(texts) => {
                let is_begun =
                    |place: usize, text: &[u8]| texts.iter().enumerate().any(|(other, longer)| other != place && longer.starts_with(text));
                texts.iter().enumerate().all(|(place, text)| is_apart(text) && !is_begun(place, text))
            }
        };
        if !is_clear {
            return false;
        }
        before = if let Step::Run(set, _) = step { Some(*set) } else { None };
    }
    true
}

/// Whether a text matches; `found` is told each group by its number.
pub(super) fn walk(steps: &[Step], text: &str, mut found: impl FnMut(usize, Range<usize>)) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut opened) = (0, 0);
    for step in steps {
        let rest = bytes.get(at..).unwrap_or_default();
        match step {
            Step::Text(text) if rest.starts_with(text) => at += text.len(),
            Step::OneOf(texts) => match texts.iter().find(|text| rest.starts_with(text)) {
                Some(text) => at += text.len(),
                None => return false,
            },
            Step::Run(set, least) => {
                let run = set.run(rest);
                if run < *least {
                    return false;
                }
                at += run;
            }
            Step::Open => opened = at,
            Step::Close(number) => found(*number, opened..at),
            Step::End if rest.is_empty() => {}
            Step::Text(_) | Step::End => return false,
        }
    }
    true
}

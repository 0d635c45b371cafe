//! What makes a record invalid though each of its keys reads well: its dates, its people, its lifetime, an emergency's bounds.

use jiff::civil::Date;

use super::Sight;
use super::matches::at;
use crate::base::address::Address;
use crate::base::date::days_between;
use crate::base::suggest;
use crate::base::yaml::{Kind, Node};
use crate::model::exception::{Exception, ExceptionType, Status};
use crate::model::policy::{Emergency, ExceptionRules, Limit};
use crate::policy::reader::{Fields, Reader};

/// What the reason of an emergency begins with.
const OCCASIONS: [&str; 4] = ["production-down:", "security-fix:", "legal-deadline:", "other:"];

/// The mistakes of one record, told where they stand.
struct Check<'c, 'f, 'n> {
    reader: &'c mut Reader<'f>,
    fields: Fields<'n>,
    node: &'n Node,
    record: &'c Exception,
}

/// Tells everything that is wrong with a record.
pub(super) fn check(reader: &mut Reader, fields: Fields<'_>, node: &Node, record: &Exception, sight: Sight<'_>) {
    let mut check = Check { reader, fields, node, record };
    check.dates(sight.today);
    check.renewals(sight.today);
    if record.kind == ExceptionType::Emergency {
        check.occasion();
    }
    if let Some(policy) = sight.policy {
        check.people(&policy.exceptions);
        check.bounds(&policy.exceptions);
    }
}

impl Check<'_, '_, '_> {
    fn wrong(&mut self, code: &'static str, key: &str, message: impl Into<String>, help: &str) {
        let position = at(self.fields, key, self.node);
        self.reader.wrong(code, position, message, help);
    }

    fn dates(&mut self, today: Date) {
        let record = self.record;
        let future = |date: Option<Date>| date.filter(|date| *date > today);
        for (key, date) in [("created", record.created), ("approved", record.approved)] {
            if let Some(date) = future(date) {
                self.wrong("exception-dates", key, format!("`{key}` {date} is in the future"), "write the day on which it was done");
            }
        }
        if let Some((created, approved)) = record.created.zip(record.approved).filter(|(created, approved)| approved < created) {
            let message = format!("`approved` {approved} comes before `created` {created}");
            self.wrong("exception-dates", "approved", message, "correct one of them");
        }
        for (key, date) in [("created", record.created), ("approved", record.approved)] {
            if let Some(date) = date.filter(|date| *date > record.expires) {
                let message = format!("`{key}` {date} comes after `expires` {}", record.expires);
                self.wrong("exception-dates", key, message, "correct one of them");
            }
        }
        if let Some(fix_by) = record.fix_by.filter(|day| *day > record.expires) {
            let message = format!("`fix_by` {fix_by} comes after `expires` {}", record.expires);
            self.wrong("exception-dates", "fix_by", message, "fix it before the exception ends, or have it approved for longer");
        }
        if let Some(control) = record.compensating_controls.iter().find(|control| control.validated > today) {
            let message = format!("`validated` {} is in the future", control.validated);
            self.wrong("exception-dates", "compensating_controls", message, "write the day on which somebody looked");
        }
        if let Some(review) = &record.review
            && (review.date > today || record.approved.is_some_and(|approved| review.date < approved))
        {
            let message = format!("the review's `date` {} does not lie between `approved` and today", review.date);
            self.wrong("exception-review", "review", message, "write the day on which somebody looked");
        }
    }

    fn renewals(&mut self, today: Date) {
        let record = self.record;
        let Some(last) = record.renewals.last() else { return };
        let mut told = |message: String, help: &str| self.wrong("exception-renewals", "renewals", message, help);
        if let Some(renewal) = record.renewals.iter().find(|renewal| renewal.approved > today) {
            told(format!("the renewal of {} is in the future", renewal.approved), "write the day on which it was approved");
        }
        if let Some(renewal) = record.renewals.iter().find(|renewal| renewal.expires < renewal.approved) {
            told(format!("the renewal of {} ends before it begins", renewal.approved), "correct its dates");
        }
        if let Some(renewal) = record.renewals.first().filter(|first| record.approved.is_some_and(|approved| first.approved < approved)) {
            told(format!("the renewal of {} comes before `approved`", renewal.approved), "correct one of them");
        }
        for (one, next) in record.renewals.iter().zip(record.renewals.iter().skip(1)) {
            if next.approved <= one.approved || next.expires <= one.expires {
                told(format!("the renewal of {} stands behind that of {}", next.approved, one.approved), "add each renewal at the end");
            } else if days_between(one.expires, next.approved) > 1 {
                let message = format!("the exception had ended on {} when it was renewed on {}", one.expires, next.approved);
                told(message, "an exception that has ended is asked for anew, under another id");
            }
        }
        if last.expires != record.expires {
            let message = format!("the last renewal ends on {}, and `expires` says {}", last.expires, record.expires);
            told(message, "let both say the same day");
        }
    }

    /// An emergency says at once what it is about.
    fn occasion(&mut self) {
        let record = self.record;
        let said = OCCASIONS.into_iter().find_map(|occasion| record.reason.strip_prefix(occasion));
        if let Some((rest, node)) = said.zip(self.fields.get("reason")) {
            // Behind it stands a reason like any other.
            self.reader.reason(&Node { kind: Kind::Text(rest.to_owned()), ..node.clone() }, "reason");
        } else {
            let help = format!("begin it with one of `{}`", OCCASIONS.join("`, `"));
            self.wrong("exception-emergency", "reason", "the reason of an emergency does not say which", &help);
        }
    }

    fn people(&mut self, rules: &ExceptionRules) {
        let record = self.record;
        let separate = rules.separation_of_duties || record.kind == ExceptionType::Emergency;
        let Some(accountable) = &record.accountable else { return };
        if !rules.roles.contains_key(&accountable.role) {
            let help = suggest::help(&accountable.role, rules.roles.keys().map(String::as_str));
            self.wrong("exception-role", "accountable", format!("no policy defines the role `{}`", accountable.role), &help);
        }
        if separate && accountable.email == record.requester {
            let message = format!("{} asks for it and approves it", record.requester);
            self.wrong("exception-self-approved", "requester", message, "let somebody else approve");
        }
        let renewed = |by: &Address| *by == record.requester;
        if separate && record.renewals.iter().any(|renewal| renewed(&renewal.by)) {
            let message = format!("{} asked for it and renews it", record.requester);
            self.wrong("exception-self-approved", "renewals", message, "let somebody else renew it");
        }
    }

    /// How long it may last, and what an emergency must be.
    fn bounds(&mut self, rules: &ExceptionRules) {
        let record = self.record;
        if record.kind == ExceptionType::Emergency {
            match &rules.emergency {
                Some(emergency) => self.emergency(emergency),
                None => self.wrong("exception-emergency", "type", "the policy lets nobody declare an emergency", "choose another type"),
            }
        }
        let Some(days) = record.lifetime_days().filter(|_| record.status == Status::Approved) else { return };
        let most = |layer: &Vec<Limit>| layer.iter().map(|row| i64::from(row.max_lifetime_hours)).max();
        let most = rules.limits.iter().filter_map(most).min();
        if let Some(most) = most.filter(|most| days * 24 > *most) {
            let message = format!("the exception lasts {days} days, and no limits row admits more than {}", most / 24);
            self.wrong("exception-lifetime", "expires", message, "let it end earlier");
        }
    }

    fn emergency(&mut self, emergency: &Emergency) {
        const CODE: &str = "exception-emergency";
        let record = self.record;
        if let Some(accountable) = record.accountable.as_ref().filter(|told| !emergency.roles.contains(&told.role)) {
            let message = format!("the role {} may not approve an emergency", accountable.role);
            self.wrong(CODE, "accountable", message, &format!("let one of these: {}", emergency.roles.join(", ")));
        }
        if let Some(approved) = record.approved {
            let days = days_between(approved, record.expires);
            if days > i64::from(emergency.max_days) {
                let message = format!("the emergency lasts {days} days, {} at most", emergency.max_days);
                self.wrong(CODE, "expires", message, "let it end earlier, or ask for an exception of another type");
            }
        }
        if !record.renewals.is_empty() {
            self.wrong(CODE, "renewals", "an emergency is not renewed", "ask for an exception of another type");
        }
    }
}

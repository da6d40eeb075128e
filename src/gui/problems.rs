//! Bounces as delivery problems: which belong together, and in which order they are shown.
//!
//! One bounce may name several recipients, and one recipient may have many bounces: a problem is one
//! recipient of one bounce. Pure: the view paints what comes out of here, and the keys go along it.

use std::collections::HashMap;

use crate::service::command::{Dealt, Mark, MessageId};
use crate::service::event::{Failed, NoticeBrief, Row};

/// Bounces that are read at once, and how many more at each wish.
pub(crate) const BOUNCES_AT_ONCE: usize = 200;

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum GroupBy {
    /// The problems with one person written to.
    #[default]
    Person,
    /// The problems of one mail.
    Mail,
}

/// One recipient of one bounce.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) row: &'a Row,
    pub(crate) brief: &'a NoticeBrief,
    pub(crate) failed: &'a Failed,
}

impl Problem<'_> {
    /// What marks it.
    pub(crate) fn mark(&self) -> Mark {
        Mark { message: self.row.id, recipient: self.failed.recipient.clone().unwrap_or_default() }
    }

    /// The subject of the mail that came back, else that of the bounce.
    pub(crate) fn subject(&self) -> &str {
        self.brief.subject.as_deref().unwrap_or(&self.row.subject)
    }
}

/// Problems that belong together, newest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group<'a> {
    pub(crate) problems: Vec<Problem<'a>>,
}

/// What makes problems belong together.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Person(&'a str),
    Mail(&'a str),
    /// A mail without a Message-ID: its subject, and when it was sent in seconds.
    Looks(&'a str, i64),
    /// A bounce that says nothing of its mail.
    Alone(MessageId),
}

fn key<'a>(problem: &Problem<'a>, by: GroupBy) -> Key<'a> {
    let Problem { row, brief, failed } = *problem;
    match (by, &brief.mail, &brief.subject, brief.sent) {
        (GroupBy::Person, ..) => Key::Person(failed.recipient.as_deref().unwrap_or_default()),
        (GroupBy::Mail, Some(id), ..) => Key::Mail(id),
        (GroupBy::Mail, None, Some(subject), Some(sent)) => Key::Looks(subject, sent.as_second()),
        (GroupBy::Mail, ..) => Key::Alone(row.id),
    }
}

/// The problems of `rows` that `dealt` lets through, in groups, the one with the newest bounce first.
pub(crate) fn groups<'a>(rows: &'a [Row], by: GroupBy, dealt: Dealt) -> Vec<Group<'a>> {
    let mut all: Vec<Problem<'a>> = rows
        .iter()
        .filter_map(|row| Some((row, row.notice.as_ref()?)))
        .flat_map(|(row, brief)| brief.failed.iter().map(move |failed| Problem { row, brief, failed }))
        .filter(|problem| match dealt {
            Dealt::All => true,
            Dealt::Open => !problem.failed.dealt,
            Dealt::Done => problem.failed.dealt,
        })
        .collect();
    all.sort_by_key(|problem| std::cmp::Reverse((problem.row.received, problem.row.id)));
    let mut places: HashMap<Key<'a>, usize> = HashMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for problem in all {
        let place = *places.entry(key(&problem, by)).or_insert_with(|| {
            groups.push(Group::default());
            groups.len() - 1
        });
        groups[place].problems.push(problem);
    }
    groups
}

/// Puts rows into the order in which [`groups`] shows them, so that the keys go down what is seen.
pub(crate) fn arrange(rows: &mut [Row], by: GroupBy, dealt: Dealt) {
    let mut order: HashMap<MessageId, usize> = HashMap::new();
    for problem in groups(rows, by, dealt).iter().flat_map(|group| &group.problems) {
        let next = order.len();
        order.entry(problem.row.id).or_insert(next);
    }
    rows.sort_by_key(|row| order.get(&row.id).copied().unwrap_or(usize::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::notice::{NoticeKind, Reason};
    use crate::engine::{Class, Disposition};
    use crate::service::event::Holding;

    fn bounce(id: MessageId, mail: Option<&str>, to: &[(&str, bool)]) -> Row {
        let failed = |(recipient, dealt): &(&str, bool)| Failed {
            recipient: Some((*recipient).to_owned()),
            reason: Reason::MailboxUnknown,
            status: None,
            says: None,
            dealt: *dealt,
        };
        Row {
            id,
            account: "Work".into(),
            folder: "INBOX".into(),
            from: String::new(),
            from_address: String::new(),
            subject: String::new(),
            received: jiff::Timestamp::from_second(id).unwrap(),
            class: Class::GenuineBounce,
            disposition: Disposition::Keep,
            score: 1.0,
            reason: String::new(),
            attachment: None,
            storm_size: 0,
            storm: String::new(),
            members: 1,
            holding: Holding::InPlace,
            notice: Some(NoticeBrief {
                kind: NoticeKind::Bounce,
                failed: to.iter().map(failed).collect(),
                subject: None,
                sent: None,
                mail: mail.map(str::to_owned),
            }),
        }
    }

    fn shape(groups: &[Group<'_>]) -> Vec<Vec<(MessageId, String)>> {
        let one = |p: &Problem<'_>| (p.row.id, p.mark().recipient);
        groups.iter().map(|g| g.problems.iter().map(one).collect()).collect()
    }

    fn some() -> Vec<Row> {
        vec![
            bounce(1, Some("m1"), &[("a", false), ("b", false)]),
            bounce(2, Some("m1"), &[("c", true)]),
            bounce(3, None, &[("a", false)]),
            bounce(4, None, &[("d", false)]),
        ]
    }

    #[test]
    fn problems_belong_together_by_person_or_by_mail() {
        let rows = some();
        let named = |list: &[(i64, &str)]| -> Vec<(i64, String)> {
            list.iter().map(|(id, to)| (*id, (*to).to_owned())).collect()
        };
        assert_eq!(
            shape(&groups(&rows, GroupBy::Person, Dealt::Open)),
            [named(&[(4, "d")]), named(&[(3, "a"), (1, "a")]), named(&[(1, "b")])]
        );
        assert_eq!(
            shape(&groups(&rows, GroupBy::Mail, Dealt::All)),
            [named(&[(4, "d")]), named(&[(3, "a")]), named(&[(2, "c"), (1, "a"), (1, "b")])]
        );
        assert_eq!(shape(&groups(&rows, GroupBy::Person, Dealt::Done)), [named(&[(2, "c")])]);
    }

    #[test]
    fn the_keys_go_down_what_is_seen() {
        let mut rows = some();
        arrange(&mut rows, GroupBy::Mail, Dealt::Open);
        assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [4, 3, 1, 2]);
    }
}

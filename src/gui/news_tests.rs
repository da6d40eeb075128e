use super::*;
use crate::engine::notice::{NoticeKind, Reason};
use crate::service::event::Failed;

fn bounce_of(message: MessageId, recipients: &[&str], subject: &str) -> Arrival {
    let failed = recipients.iter().map(|who| Failed {
        recipient: Some((*who).to_owned()),
        reason: Reason::MailboxFull,
        status: None,
        says: None,
        dealt: false,
    });
    let brief = NoticeBrief {
        kind: NoticeKind::Bounce,
        failed: failed.collect(),
        subject: Some(subject.to_owned()),
        sent: None,
        mail: None,
    };
    Arrival { account: "Work".into(), message, what: What::Bounce(brief), backlog: false }
}

fn malicious(message: MessageId, held: bool) -> Arrival {
    Arrival { account: "Work".into(), message, what: What::Malicious { held }, backlog: false }
}

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

#[test]
fn one_bounce_is_told_with_whom_and_why() {
    let (mut room, start) = (Room::default(), Instant::now());
    assert_eq!((room.due(), room.say(start)), (None, None));
    room.take(bounce_of(7, &["ada@example.org"], "Minutes of Monday"), false, start);
    assert_eq!(room.due(), Some(start + GATHER));
    assert_eq!(room.say(start), None, "what comes with it is waited for");
    let said = room.say(after(start, 2)).unwrap();
    assert_eq!(said.title, "A mail of yours could not be delivered");
    assert_eq!(said.text, "To ada@example.org: the mailbox is full.\n“Minutes of Monday”");
    assert_eq!(said.target, Target::Bounce(7));
    assert_eq!((room.due(), room.say(after(start, 600))), (None, None), "it is told once");
}

#[test]
fn within_a_minute_nothing_more_is_told_and_then_all_of_it_together() {
    let (mut room, start) = (Room::default(), Instant::now());
    room.take(malicious(1, true), false, start);
    let said = room.say(after(start, 2)).unwrap();
    assert_eq!(said.title, "A malicious attachment was put into quarantine");
    assert_eq!(said.target, Target::Malicious(1));
    for (second, arrival) in [
        (5, bounce_of(2, &["ada@example.org"], "a")),
        (20, bounce_of(3, &["bob@example.org", "eve@example.org"], "b")),
        (30, malicious(4, true)),
        (40, bounce_of(5, &["ada@example.org"], "c")),
    ] {
        room.take(arrival, false, after(start, second));
        assert_eq!(room.say(after(start, second)), None);
    }
    assert_eq!(room.due(), Some(after(start, 62)));
    assert_eq!(room.say(after(start, 61)), None);
    let said = room.say(after(start, 62)).unwrap();
    assert_eq!(said.title, "News of 4 messages");
    assert_eq!(
        said.text,
        "3 messages could not be delivered.\n1 malicious attachment was put into quarantine.\n\
         To ada@example.org, bob@example.org"
    );
    assert_eq!(said.target, Target::Overview);
    // After a quiet while the next one does not wait longer than to be gathered.
    room.take(bounce_of(9, &["ada@example.org"], "d"), false, after(start, 1_000));
    assert_eq!(room.due(), Some(after(start, 1_002)));
}

#[test]
fn an_hour_of_news_makes_sixty_notifications_at_most() {
    let (mut room, start) = (Room::default(), Instant::now());
    let (mut said, mut told) = (Vec::new(), 0);
    for second in 0..3_600 {
        room.take(bounce_of(second as i64, &["ada@example.org"], "x"), false, after(start, second));
        if let Some(notification) = room.say(after(start, second)) {
            said.push(second);
            let count = notification.title.split(' ').next().unwrap();
            told += count.replace(',', "").parse::<u64>().unwrap();
            assert!(notification.text.len() < 1_000);
        }
    }
    assert!(said.len() <= 60 && said.len() >= 59, "{}", said.len());
    assert!(said.windows(2).all(|pair| pair[1] - pair[0] >= 60));
    let rest = room.say(after(start, 4_000)).unwrap();
    let rest = rest.title.split(' ').next().unwrap().parse::<u64>().unwrap_or(1);
    assert_eq!(told + rest, 3_600, "each is counted once");
}

#[test]
fn several_of_a_kind_lead_to_their_list() {
    let start = Instant::now();
    let mut room = Room::default();
    room.take(bounce_of(1, &["ada@example.org"], "x"), false, start);
    room.take(bounce_of(2, &["bob@example.org"], "x"), false, start);
    let said = room.say(after(start, 2)).unwrap();
    assert_eq!((said.title.as_str(), said.target), ("2 messages could not be delivered", Target::Bounces));
    assert_eq!(said.text, "To ada@example.org, bob@example.org");
    let mut room = Room::default();
    room.take(malicious(1, true), false, start);
    room.take(malicious(2, false), false, start);
    let said = room.say(after(start, 2)).unwrap();
    assert_eq!((said.title.as_str(), said.target), ("News of 2 messages", Target::Quarantine));
    assert_eq!(said.text, "1 malicious attachment was put into quarantine.\n1 malicious attachment came.");
}

#[test]
fn a_backlog_a_watched_window_and_a_person_who_wants_none_are_left_alone() {
    let start = Instant::now();
    let mut room = Room::default();
    room.take(Arrival { backlog: true, ..bounce_of(1, &["ada@example.org"], "x") }, false, start);
    room.take(malicious(2, true), true, start);
    assert_eq!(room.due(), None);
    room.take(malicious(3, true), false, start);
    room.set_wanted(false);
    assert_eq!(room.due(), None, "what waited is forgotten");
    room.take(malicious(4, true), false, start);
    assert_eq!(room.due(), None);
    room.set_wanted(true);
    room.take(malicious(5, true), false, start);
    assert!(room.due().is_some());
}

#[test]
fn what_a_mail_says_is_tamed_short_and_leads_nowhere() {
    let (mut room, start) = (Room::default(), Instant::now());
    let long = "ä".repeat(5_000);
    let subject = format!("a\u{202e}b\u{7}\r\nHTTPS://evil.example/x wWw.evil.example mailto:x {long}");
    room.take(bounce_of(1, &["<b>ada</b>@example.org\n\nUrgent: call"], &subject), false, start);
    let said = room.say(after(start, 2)).unwrap();
    let lines: Vec<&str> = said.text.split('\n').collect();
    assert_eq!(lines.len(), 2, "a mail can't begin a line of its own: {:?}", said.text);
    assert_eq!(lines[0], "To <b>ada<∕b>@example.org  Urgent: call: the mailbox is full.");
    assert!(
        lines[1].starts_with("“a·b· HTTPS: ∕∕evil.example∕x wWw. evil.example mailto: x ä"),
        "{}",
        lines[1]
    );
    assert!(lines[1].chars().count() <= QUOTED + 5);
    let tamed = plain("\u{1b}[31mred\u{0}\u{200b}");
    assert!(!tamed.chars().any(char::is_control), "{tamed:?}");
}

//! What is kept over a restart, a damaged database, and what counts as news.

use super::*;

#[test]
fn how_often_mail_is_looked_for_is_kept_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let (sender, events) = sync_channel(1_000);
        let sink = Arc::new(move |event| sender.send(event).is_ok());
        let credentials = Arc::new(Credentials::session_only("a test"));
        let options = Options {
            place: Place::at(folder.path()),
            demo: false,
            automatic: true,
            credentials,
            login: None,
        };
        (Service::start(options, sink).unwrap(), events)
    };
    let told = |events: &Receiver<Event>| loop {
        if let Event::Every(every) = events.recv_timeout(Duration::from_secs(30)).unwrap() {
            break every;
        }
    };
    let (service, events) = start();
    assert_eq!(told(&events), Every::News);
    service.commands().try_send(Command::SetEvery(Every::Minutes(60))).unwrap();
    assert_eq!(told(&events), Every::Minutes(60));
    drop(service);
    let (_service, events) = start();
    assert_eq!(told(&events), Every::Minutes(60));
}

/// A service whose database is damaged while it runs, or before: the events until its problem, and the problem.
fn harmed(desk: &Desk) -> (Problem, PathBuf) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let event = desk.events.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap();
        if let Event::Problem(problem) = event {
            let (_, rest) = problem.says.split_once("It was set aside as ").expect(&problem.says);
            let aside = PathBuf::from(rest.split_once(", and a new one").unwrap().0);
            return (problem, aside);
        }
    }
}

#[test]
fn a_database_that_is_damaged_while_the_window_is_open_is_replaced_and_read_anew() {
    let desk = Desk::new(Mode::Act, |maildir| {
        maildir.deliver("INBOX", &worm(1, "a@example.net"), at(0), &[]).unwrap();
        maildir.deliver("INBOX", &worm(2, "b@example.net"), at(1), &[]).unwrap();
        maildir.deliver("INBOX", &letter(3, "c@example.net"), at(2), &[]).unwrap();
    });
    desk.tell(Command::AddSender {
        rule: SenderRule::Allow,
        scope: SenderScope::Address,
        value: "c@example.net".into(),
        expires: None,
    });
    let page = desk.list(Shelf::Quarantine);
    let fine = page.rows[0].id;
    desk.tell(Command::Restore(vec![fine]));
    desk.settled();
    let path = desk._folder.path().join("data/lazaret.db");
    // All is brought into the file itself, and the list of messages is written over in the middle.
    let other = rusqlite::Connection::open(&path).unwrap();
    let root: i64 = other
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'", [], |row| row.get(0))
        .unwrap();
    other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(other);
    let root = usize::try_from(root).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(root - 1) * 4096..root * 4096].fill(0xa5);
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    drop(file);

    desk.tell(Command::Sync { account: Some("Home".into()) });
    let (problem, aside) = harmed(&desk);
    assert!(aside.exists(), "{problem:?}");
    assert!(
        problem.advice.contains("No mail is lost") && problem.advice.contains("1 account"),
        "{problem:?}"
    );
    // It is read anew at once: the two that are in the INBOX and the one that is held.
    desk.settled();
    let page = desk.list(Shelf::Quarantine);
    assert_eq!(page.total, 1, "{page:?}");
    assert_eq!(desk.list(Shelf::All).total, 3);
    desk.tell(Command::ListSenders);
    let senders = desk.wait(|event| match event {
        Event::Senders(senders) => Some(senders),
        _ => None,
    });
    assert_eq!(senders.len(), 1);
    desk.tell(Command::ListActivity);
    let activity = desk.wait(|event| match event {
        Event::Activity(rows) => Some(rows),
        _ => None,
    });
    assert!(activity.iter().any(|row| row.says.contains("set aside as") && row.finished), "{activity:?}");
}

#[test]
fn what_comes_after_the_first_reading_is_news_and_the_rest_a_backlog() {
    let news = |desk: &Desk| {
        desk.tell(Command::Sync { account: Some("Home".into()) });
        let mut news = Vec::new();
        desk.wait(|event| match event {
            Event::Arrived(arrival) => {
                assert_eq!(arrival.account, "Home");
                news.push((arrival.what, arrival.backlog));
                None
            }
            Event::Changed => Some(()),
            _ => None,
        });
        news
    };
    for (mode, held) in [(Mode::Act, true), (Mode::Observe, false)] {
        let mut first = Vec::new();
        let desk =
            Desk::listening(mode, seeded, |arrival| first.push((arrival.what.clone(), arrival.backlog)));
        assert_eq!(first, vec![(What::Malicious { held }, true); 2]);
        assert_eq!(news(&desk), [], "it is told once");
        let mut maildir = Maildir::open(&desk.mail).unwrap();
        maildir.deliver("INBOX", &letter(9, "Ada <ada@example.net>"), at(9), &[]).unwrap();
        maildir.deliver("INBOX", &worm(9, "Eve <eve@example.com>"), at(10), &[]).unwrap();
        assert_eq!(news(&desk), [(What::Malicious { held }, false)]);
        // What the person wants back is no news when it is back.
        let worms = desk.list(Shelf::Quarantine).rows;
        desk.tell(Command::Restore(worms.iter().map(|row| row.id).collect()));
        desk.settled();
        assert_eq!(news(&desk), []);
    }
}

#[test]
fn what_the_person_wants_of_the_desktop_is_kept() {
    let desk = Desk::new(Mode::Observe, |_| {});
    let choice = DesktopChoice { notify: false, background: true, login: Some(true) };
    desk.tell(Command::SetDesktop(choice));
    desk.wait(|event| matches!(event, Event::Desktop(kept) if kept == choice).then_some(()));
    let kept = Place::at(desk._folder.path().join("data")).open().unwrap().option("desktop").unwrap();
    assert_eq!(kept.as_deref(), Some(r#"{"notify":false,"background":true}"#));
    let autostart = desk._folder.path().join("autostart");
    assert_eq!(std::fs::read_dir(&autostart).unwrap().count(), 1);

    // The session's own settings may have switched it off; what can't be written is said, and stays as it is.
    std::fs::remove_dir_all(&autostart).unwrap();
    std::fs::write(&autostart, "a file where a folder belongs").unwrap();
    desk.tell(Command::SetDesktop(choice));
    let off = DesktopChoice { login: Some(false), ..choice };
    let mut told = None;
    let problem = loop {
        match desk.events.recv_timeout(Duration::from_secs(60)).unwrap() {
            Event::Desktop(kept) => told = Some(kept),
            Event::Problem(problem) => break problem,
            _ => {}
        }
    };
    assert_eq!(told, Some(off));
    assert!(problem.says.contains("lazaret.desktop"), "{problem:?}");
}

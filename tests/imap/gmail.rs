//! Gmail: folders are labels. A message stands once, shows in each folder whose label it has, and always in All Mail
//! until it is trashed. The server here behaves so, and adds its own items to every FETCH.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use lazaret::account::Mode;
use lazaret::service::actions;
use lazaret::store::Holding;

use crate::rig::{Rig, letter, worm};
use crate::scripted::{Client, Left, Scripted};

const ALL: &str = "[Gmail]/All Mail";
const TRASH: &str = "[Gmail]/Trash";

/// One message: its bytes, and its UID under each label.
#[derive(Debug, Default)]
struct Mail {
    bytes: Vec<u8>,
    labels: BTreeMap<String, u32>,
}

#[derive(Debug, Default)]
struct Account {
    mails: Vec<Mail>,
    last: BTreeMap<String, u32>,
    made: Vec<String>,
}

impl Account {
    fn label(&mut self, index: usize, label: &str) -> u32 {
        let last = self.last.entry(label.to_owned()).or_insert(0);
        *last += 1;
        let uid = *last;
        self.mails[index].labels.insert(label.to_owned(), uid);
        uid
    }

    fn deliver(&mut self, bytes: Vec<u8>) {
        self.mails.push(Mail { bytes, ..Mail::default() });
        for label in ["INBOX", ALL] {
            self.label(self.mails.len() - 1, label);
        }
    }

    /// Index and UID of what shows in a folder, by UID.
    fn shows(&self, folder: &str) -> Vec<(usize, u32)> {
        let mut found: Vec<(usize, u32)> = self
            .mails
            .iter()
            .enumerate()
            .filter_map(|(index, mail)| Some((index, *mail.labels.get(folder)?)))
            .collect();
        found.sort_by_key(|(_, uid)| *uid);
        found
    }

    /// As Gmail moves: the label of the source goes, that of the target comes; the trash takes all others away.
    fn moves(&mut self, index: usize, from: &str, to: &str) -> u32 {
        match to {
            TRASH => self.mails[index].labels.clear(),
            _ => drop(self.mails[index].labels.remove(from)),
        }
        self.label(index, to)
    }
}

/// The UIDs of a set.
fn uids(set: &str) -> Vec<u32> {
    let number = |text: &str| if text == "*" { u32::MAX } else { text.parse().unwrap() };
    let range = |part: &str| {
        let (from, to) = part.split_once(':').unwrap_or((part, part));
        number(from)..=number(to).min(10_000)
    };
    set.split(',').flat_map(range).collect()
}

fn quoted(command: &str) -> String {
    command.split('"').nth(1).unwrap_or_default().to_owned()
}

fn serve(client: &mut Client, account: &Mutex<Account>) -> Result<(), Left> {
    client.send("* OK Gimap ready for requests\n")?;
    let mut open = String::new();
    loop {
        let (tag, command) = client.command()?;
        let mut account = account.lock().unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        let found: Vec<(usize, u32)> = match words[..] {
            ["UID", _, set, ..] if set.starts_with(|c: char| c.is_ascii_digit()) => {
                let asked = uids(set);
                account.shows(&open).into_iter().filter(|(_, uid)| asked.contains(uid)).collect()
            }
            _ => Vec::new(),
        };
        match words[..] {
            ["CAPABILITY"] => client
                .send("* CAPABILITY IMAP4rev1 X-GM-EXT-1 MOVE UIDPLUS SPECIAL-USE NAMESPACE UNSELECT\n")?,
            ["NAMESPACE"] => client.send("* NAMESPACE ((\"\" \"/\")) NIL NIL\n")?,
            ["LIST", "\"\"", pattern] => {
                let fixed =
                    [("\\All", ALL), ("\\Trash", TRASH), ("\\Sent", "[Gmail]/Sent Mail"), ("", "INBOX")];
                let made = account.made.iter().map(|name| ("", name.as_str()));
                for (flag, name) in fixed.into_iter().chain(made) {
                    if pattern == "\"*\"" || quoted(pattern) == name {
                        client.send(&format!("* LIST (\\HasNoChildren {flag}) \"/\" \"{name}\"\n"))?;
                    }
                }
            }
            ["CREATE", ..] => account.made.push(quoted(&command)),
            ["EXAMINE" | "SELECT", ..] => {
                open = quoted(&command);
                let next = account.last.get(&open).map_or(1, |last| last + 1);
                let count = account.shows(&open).len();
                client.send(&format!("* {count} EXISTS\n* OK [UIDVALIDITY 3]\n* OK [UIDNEXT {next}]\n"))?;
            }
            ["UID", "SEARCH", "UID", set] => {
                let asked = uids(set);
                let shown = account.shows(&open).into_iter().map(|(_, uid)| uid);
                let hits: Vec<String> =
                    shown.filter(|uid| asked.contains(uid)).map(|u| u.to_string()).collect();
                client.send(&format!("* SEARCH {}\n", hits.join(" ")))?;
            }
            ["UID", "SEARCH", "HEADER", ..] => {
                let id = quoted(&command);
                let has = |index: usize| String::from_utf8_lossy(&account.mails[index].bytes).contains(&id);
                let hits: Vec<String> = account
                    .shows(&open)
                    .iter()
                    .filter(|(i, _)| has(*i))
                    .map(|(_, u)| u.to_string())
                    .collect();
                client.send(&format!("* SEARCH {}\n", hits.join(" ")))?;
            }
            ["UID", "FETCH", ..] => {
                for (index, uid) in found {
                    let bytes = &account.mails[index].bytes;
                    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
                    let body = match command.as_str() {
                        c if c.contains("HEADER.FIELDS") => {
                            Some(("[HEADER.FIELDS (MESSAGE-ID)]", &bytes[..end]))
                        }
                        c if c.contains("BODY.PEEK[HEADER]") => Some(("[HEADER]", &bytes[..end])),
                        c if c.contains("BODY.PEEK[]") => Some(("[]", &bytes[..])),
                        _ => None,
                    };
                    client.send(&format!(
                        "* {uid} FETCH (X-GM-THRID 1278455344230334865 X-GM-LABELS (\"\\\\Inbox\" \"Odd (\\\"label\") \
                         X-GM-MSGID {} UID {uid} RFC822.SIZE {} INTERNALDATE \"02-Mar-2026 10:00:00 +0000\" FLAGS (\\Seen)",
                        u64::MAX - index as u64,
                        bytes.len()
                    ))?;
                    if let Some((section, part)) = body {
                        client.send(&format!(" BODY{section} {{{}}}\n", part.len()))?;
                        client.raw(part)?;
                    }
                    client.send(")\n")?;
                }
            }
            ["UID", "MOVE", ..] => {
                let (to, from) = (quoted(&command), open.clone());
                let pairs: Vec<(u32, u32)> =
                    found.iter().map(|(index, uid)| (*uid, account.moves(*index, &from, &to))).collect();
                let list = |pick: fn(&(u32, u32)) -> u32| {
                    pairs.iter().map(|p| pick(p).to_string()).collect::<Vec<_>>().join(",")
                };
                client.send(&format!("* OK [COPYUID 3 {} {}]\n", list(|p| p.0), list(|p| p.1)))?;
            }
            ["UID", "STORE" | "EXPUNGE", ..] | ["EXPUNGE" | "CLOSE", ..] => {
                client.send(&format!("{tag} BAD this would only take a label off\n"))?;
                continue;
            }
            _ => {}
        }
        client.send(&format!("{tag} OK Success\n"))?;
    }
}

/// The account, and a rig that acts on it.
fn gmail() -> (Arc<Mutex<Account>>, Scripted, Rig) {
    let account = Arc::new(Mutex::new(Account::default()));
    let shared = Arc::clone(&account);
    let server = Scripted::start(move |client, _| serve(client, &shared));
    let mut rig = Rig::new(server.endpoint().port, Mode::Act);
    rig.endpoint = server.endpoint();
    (account, server, rig)
}

/// The labels of a message, without All Mail.
fn labels(account: &Mutex<Account>, index: usize) -> Vec<String> {
    account.lock().unwrap().mails[index].labels.keys().filter(|label| *label != ALL).cloned().collect()
}

#[test]
fn a_label_comes_and_goes_and_the_message_stays() {
    let (account, server, mut rig) = gmail();
    account.lock().unwrap().deliver(letter(1));
    account.lock().unwrap().deliver(worm(1));
    let report = rig.sync().unwrap();
    // What shows in All Mail too is one message, judged and moved once.
    assert_eq!((report.total(), report.quarantined), (2, 1), "{report:?}");
    assert_eq!((labels(&account, 0), labels(&account, 1)), (vec!["INBOX".into()], vec!["Lazaret".into()]));
    let held = rig.with(Holding::Held);
    assert_eq!(rig.restore(&held).unwrap().moved, 1);
    assert_eq!(labels(&account, 1), ["INBOX"]);
    assert_eq!(rig.sync().unwrap().quarantined, 0);
    assert!(account.lock().unwrap().mails.iter().all(|mail| mail.labels.contains_key(ALL)));
    let commands = server.commands();
    assert!(!commands.iter().any(|c| c.contains("[Gmail]/All Mail")), "a view is not read: {commands:?}");
}

#[test]
fn what_is_archived_out_of_the_quarantine_is_a_restore_and_what_is_trashed_is_not() {
    let (account, _server, mut rig) = gmail();
    for number in 1..=3 {
        account.lock().unwrap().deliver(worm(number));
    }
    assert_eq!(rig.sync().unwrap().quarantined, 3);
    {
        // Another program takes the label off one, and trashes another.
        let mut account = account.lock().unwrap();
        account.mails[0].labels.remove("Lazaret");
        account.moves(1, "Lazaret", TRASH);
    }
    let report = rig.sync().unwrap();
    assert_eq!((report.taken_back, report.quarantined), (1, 0), "{report:?}");
    let of = |rig: &Rig, number: usize| {
        let wanted = format!("Invoice {number}");
        rig.rows()
            .into_iter()
            .find(|r| r.headline.subject.as_deref() == Some(wanted.as_str()))
            .unwrap()
            .holding
    };
    assert_eq!([1, 2, 3].map(|n| of(&rig, n)), [Holding::Restored, Holding::Gone, Holding::Held]);
    // It comes back to the INBOX by the person's hand: it stays there.
    account.lock().unwrap().label(0, "INBOX");
    assert_eq!(rig.sync().unwrap().quarantined, 0);
    assert_eq!(labels(&account, 0), ["INBOX"]);
    // Deleting for ever is a move to the trash, which Gmail empties.
    let held = rig.with(Holding::Held);
    let mut mailbox = rig.connect().unwrap();
    let outcome = rig.at(&mut *mailbox, |desk, work| actions::delete(desk, &held, work)).unwrap();
    assert_eq!((outcome.moved, labels(&account, 2)), (1, vec![TRASH.to_owned()]));
    assert_eq!(account.lock().unwrap().mails.len(), 3);
}

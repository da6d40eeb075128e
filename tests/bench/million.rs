//! A large mailbox, judged and indexed: what one person gathers in ten years, with the storms that came between.
//!
//! Every message is written out, judged by the engine with the ledger behind it, and saved by the store, as a
//! sync does it. The mailbox is the same in each run but for its dates, which end at the time it was made. It is kept
//! in the build's folder, as making it takes minutes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use jiff::Timestamp;
use lazaret::account::{Mode, Origin, Security, Settings};
use lazaret::engine::ledger::{SentMail, Span};
use lazaret::engine::{Class, Disposition, Strictness, Verdict};
use lazaret::service::judging::Bench;
use lazaret::service::{Place, desk};
use lazaret::store::{NewMessage, NewSent, Sha256, Spot, sha256};

/// Raise it with every change of what is generated.
const VERSION: u32 = 1;
/// How far back the mail goes.
const SECONDS: i64 = 10 * 365 * 86_400;
/// Words of the language that the letters are written in.
const WORDS: usize = 20_000;
/// People who write.
const WRITERS: u64 = 6_000;
/// Sent mails.
const SENT: u64 = 30_000;
/// Storms over the years.
const STORMS: u64 = 60;
/// Messages of one transaction.
const CHUNK: usize = 2_000;

/// The accounts: a name and an address.
const ACCOUNTS: [(&str, &str); 3] =
    [("Home", "anna@harbour.example"), ("Work", "anna@pier.example"), ("Club", "boats@harbour.example")];

/// The data folder with `count` messages in its database; made where it is not there yet.
pub(crate) fn folder(count: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mailbox-{count}-{VERSION}"));
    let done = folder.join("complete");
    if done.is_file() {
        return folder;
    }
    let start = Instant::now();
    let _ = std::fs::remove_dir_all(&folder);
    fill(&folder, count);
    std::fs::write(&done, "").expect("a file");
    println!("made {count} messages in {:.0} s: {}", start.elapsed().as_secs_f64(), folder.display());
    folder
}

fn fill(folder: &Path, count: u64) {
    let store = Place::at(folder).open().expect("a database");
    let now = Timestamp::now();
    let first = now.as_second() - SECONDS;
    for (name, address) in ACCOUNTS {
        let settings = serde_json::to_string(&settings(name, address)).expect("settings");
        let id = store.add_account(name, &settings, now).expect("an account");
        let span = Span { from: second(first - 86_400), to: now };
        store.extend_coverage(id, address, span).expect("a ledger");
        store.set_last_sync(id, now).expect("an account");
    }
    let language = language();
    let ledger: Vec<NewSent> = (0..SENT).map(|number| sent(number, first)).collect();
    for (place, account) in desk::accounts(&store).expect("accounts").iter().enumerate() {
        let own: Vec<NewSent> = ledger.iter().skip(place).step_by(ACCOUNTS.len()).cloned().collect();
        store.add_sent(account.id, &own).expect("a ledger");
    }
    let (to_writer, written) = sync_channel::<Vec<(i64, u32, Timestamp, Vec<u8>, Sha256, Verdict)>>(2);
    std::thread::scope(|scope| {
        let judging = store.another().expect("a database");
        scope.spawn(move || {
            let accounts = desk::accounts(&judging).expect("accounts");
            let benches: Vec<Bench> =
                accounts.iter().map(|a| Bench::set_up(&judging, a, now).expect("a bench")).collect();
            let mut chunk = Vec::with_capacity(CHUNK);
            for number in 0..count {
                let mut random = Random::new(number);
                // Newest last, as in a mailbox; a storm lasts two days.
                let at = first + ((number as i128 * SECONDS as i128) / i128::from(count)) as i64;
                let turn = random.below(100);
                let place = usize::from(turn >= 60) + usize::from(turn >= 90);
                let (Some(account), Some(bench)) = (accounts.get(place), benches.get(place)) else {
                    continue;
                };
                let bytes = message(number, count, at, place, &language, &mut random);
                let verdict = bench.judge(&judging, &bytes, Some(second(at)));
                let sum = sha256(&bytes);
                chunk.push((account.id, number as u32 + 1, second(at), bytes, sum, verdict));
                if chunk.len() == CHUNK || number + 1 == count {
                    to_writer.send(std::mem::take(&mut chunk)).expect("the writer waits");
                }
            }
        });
        let none: Vec<String> = Vec::new();
        for chunk in written {
            let rows: Vec<(NewMessage<'_>, &Verdict)> = chunk
                .iter()
                .map(|(account, uid, received, bytes, sum, verdict)| {
                    let keeps = verdict.disposition != Disposition::Keep || verdict.class != Class::Ordinary;
                    let message = NewMessage {
                        account: *account,
                        spot: Spot { folder: "INBOX".to_owned(), uid: Some((7, *uid)) },
                        flags: &none,
                        received: *received,
                        size: bytes.len() as u64,
                        sha256: Some(*sum),
                        source: keeps.then_some(bytes.as_slice()),
                        now,
                    };
                    (message, verdict)
                })
                .collect();
            store.save_verdicts(&rows).expect("the database takes them");
        }
    });
}

fn settings(name: &str, address: &str) -> Settings {
    Settings {
        name: name.to_owned(),
        addresses: vec![address.to_owned()],
        origin: Origin::Imap {
            host: "127.0.0.1".to_owned(),
            port: 9,
            security: Security::Plain,
            login: "anna".to_owned(),
            fingerprint: None,
        },
        mode: Mode::Observe,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: Default::default(),
        keep_days: None,
    }
}

fn second(at: i64) -> Timestamp {
    Timestamp::from_second(at).expect("a time of this century")
}

/// A sent mail; its date is known from its number.
fn sent(number: u64, first: i64) -> NewSent {
    let date = first + (number as i64 * (SECONDS / SENT as i64));
    let (_, address) = ACCOUNTS[(number % ACCOUNTS.len() as u64) as usize];
    NewSent {
        folder: "Sent".to_owned(),
        uid_validity: 3,
        uid: number as u32 + 1,
        mail: SentMail {
            message_id: Some(format!("own.{number}@harbour.example")),
            date: second(date),
            from: address.to_owned(),
            recipients: vec![format!("friend{}@far.example", number % 900)],
            subject: format!("news from the quay {number}"),
            mailer: None,
        },
    }
}

/// Words made of syllables, the frequent ones first.
fn language() -> Vec<String> {
    const HEADS: [&str; 20] = [
        "ba", "ke", "lo", "mi", "tu", "ra", "se", "no", "vi", "da", "pel", "gor", "fin", "sta", "tro", "qui",
        "ham", "ler", "jun", "wes",
    ];
    const TAILS: [&str; 10] = ["", "n", "r", "st", "la", "mo", "ting", "der", "ka", "s"];
    let mut words = Vec::with_capacity(WORDS);
    let mut number = 0_usize;
    while words.len() < WORDS {
        let (a, b, c) = (number % 20, number / 20 % 20, number / 400 % 20);
        let tail = number / 8_000 % 10;
        words.push(format!("{}{}{}{}", HEADS[a], HEADS[b], HEADS[c], TAILS[tail]));
        number += 1;
    }
    words
}

/// A sequence that is the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A word: few are frequent, most are rare.
    fn word<'a>(&mut self, language: &'a [String]) -> &'a str {
        let share = self.below(1_000_000) as f64 / 1e6;
        let place = (share * share * share * language.len() as f64) as usize;
        language.get(place).map_or("word", String::as_str)
    }

    fn words(&mut self, language: &[String], count: u64) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word(language)).collect();
        words.join(" ")
    }
}

/// One message: of a thousand, 880 letters, 100 notices of storms, 5 genuine bounces, 8 automatic answers, 5 with
/// a program that calls itself a document, 2 with an unknown one.
fn message(
    number: u64,
    count: u64,
    at: i64,
    place: usize,
    language: &[String],
    random: &mut Random,
) -> Vec<u8> {
    let me = ACCOUNTS[place].1;
    let date = second(at).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let head = |from: &str, subject: &str, id: &str| {
        format!(
            "Received: from mx.far.example (mx.far.example [192.0.2.7]) by mail.harbour.example with ESMTPS id A{number};\r\n\
             \t{date}\r\nFrom: {from}\r\nTo: {me}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\n\
             MIME-Version: 1.0\r\n"
        )
    };
    let text = match random.below(1_000) {
        0..880 => {
            let writer = random.below(WRITERS);
            let name = format!(
                "{} {}",
                capital(&language[writer as usize]),
                capital(&language[(writer * 3) as usize % WORDS])
            );
            let subject_words = 2 + random.below(6);
            let subject = capital(&random.words(language, subject_words));
            let length = 20 + random.below(100);
            let body = random.words(language, length);
            let from = format!(
                "{name} <{}{writer}@{}.example>",
                language[writer as usize],
                language[(writer % 700) as usize]
            );
            format!("{}\r\n{body}\r\n", head(&from, &subject, &format!("l{number}@far.example")))
        }
        880..980 => {
            // The storm of its time: one forged mail, bounced by many servers.
            let storm = number * STORMS / count.max(1);
            let server = random.below(400);
            let subject = format!("Re: your {} account", language[(storm * 31) as usize % WORDS]);
            notice(
                &head(
                    &format!("Mail Delivery System <MAILER-DAEMON@mx{server}.relay.example>"),
                    "Undelivered Mail Returned to Sender",
                    &format!("b{number}@mx{server}.relay.example"),
                ),
                &format!("mx{server}.relay.example"),
                &format!("stranger{}@relay.example", random.below(90_000)),
                me,
                &subject,
                &format!("forged.{storm}.{number}@elsewhere.example"),
                &date,
            )
        }
        980..985 => {
            let share = (number as i128 * i128::from(SENT)) / i128::from(count.max(1));
            // Sent by this account, some hours before.
            let own = (share as u64 / 3).saturating_sub(1) * 3 + place as u64;
            let to = format!("friend{}@far.example", own % 900);
            notice(
                &head(
                    "Mail Delivery System <MAILER-DAEMON@mx.far.example>",
                    "Undelivered Mail Returned to Sender",
                    &format!("g{number}@mx.far.example"),
                ),
                "mx.far.example",
                &to,
                me,
                &format!("News from the quay {own}"),
                &format!("own.{own}@harbour.example"),
                &date,
            )
        }
        985..993 => {
            let from = format!("friend{}@far.example", random.below(900));
            let head = head(&from, "Automatic reply: News from the quay", &format!("a{number}@far.example"));
            format!("{head}Auto-Submitted: auto-replied\r\n\r\nI am away until Monday.\r\n")
        }
        rest => {
            let (name, bytes) =
                if rest < 998 { ("invoice.pdf.exe", program()) } else { ("notes.scr", program()) };
            use base64::Engine as _;
            let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
            let head = head(
                &format!("Accounts <accounts{}@far.example>", random.below(50)),
                &format!("Invoice {number}"),
                &format!("m{number}@far.example"),
            );
            format!(
                "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n\
                 --b\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{coded}\r\n--b--\r\n"
            )
        }
    };
    text.into_bytes()
}

/// A delivery status notification (RFC 3464) that returns a header.
#[allow(clippy::too_many_arguments)]
fn notice(head: &str, mta: &str, recipient: &str, me: &str, subject: &str, id: &str, date: &str) -> String {
    let mut text = head.to_owned();
    let _ = write!(
        text,
        "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
         --x\r\nContent-Type: text/plain\r\n\r\nYour message to {recipient} was not delivered.\r\n\
         --x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {mta}\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: no such mailbox\r\n\r\n\
         --x\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {me}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\
         Date: {date}\r\nMessage-ID: <{id}>\r\n\r\n--x--\r\n"
    );
    text
}

/// The first bytes of a Windows program.
fn program() -> Vec<u8> {
    let mut program = b"MZ\x90\0".to_vec();
    program.resize(64, 0);
    program[60] = 64;
    program.extend(b"PE\0\0\x4c\x01\x01\0");
    program.resize(400, 0);
    program
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! Whose mail is it? The corpora's own bounces, against ledgers made from the mail that they return.
//!
//! `returned-headers.tsv` says what each bounce returns. A random half of the returned mails goes into the
//! Sent ledger of its owner; the other half was sent by nobody: backscatter. Every owner has a filler
//! ledger over the whole span of dates, so that neither an unknown identity nor missing coverage decides.
//! Bounces of one mail (one Message-ID, or the same sender, subject, date and recipient) are never split.
//!
//! Several ways of knowing the person are measured ([`WAYS`]), each with several seeds.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use lazaret::engine::notice::Provenance;
use lazaret::engine::{
    Class, Context, Disposition, Identities, Limits, MemoryLedger, SentMail, Strictness, Verdict, judge,
};
use mail_parser::MessageParser;

use crate::corpus::Corpora;

/// Seeds of the random halves.
const SEEDS: [u64; 3] = [1, 300, 4_000];

/// A way of knowing the person, and the bars for it, in percent.
struct Way {
    name: &'static str,
    /// How many of [`SEEDS`] are tried.
    seeds: usize,
    /// Whether the address that the notice was sent to is an identity.
    notified: bool,
    /// Whether the returned From is an identity.
    author: bool,
    /// Whether the ledger holds Message-IDs as they were returned; without, they were rewritten on the way.
    ids: bool,
    /// Whether all owners are one person with one ledger, as `lazaret scan` is given them.
    together: bool,
    /// Least share of genuine bounces that are called so.
    genuine: f64,
    /// Least share of forged ones that are called backscatter.
    backscatter: f64,
}

const BOTH: Way = Way {
    name: "both addresses",
    seeds: 3,
    notified: true,
    author: true,
    ids: true,
    together: false,
    genuine: 98.0,
    backscatter: 98.0,
};

const WAYS: &[Way] = &[
    BOTH,
    Way { name: "one ledger", together: true, ..BOTH },
    Way { name: "returned From", seeds: 2, notified: false, ..BOTH },
    // Most of what is left open there came to list owners: it is somebody else's, not backscatter.
    Way { name: "notice's To", seeds: 2, author: false, backscatter: 80.0, ..BOTH },
    Way { name: "rewritten IDs", seeds: 2, ids: false, genuine: 90.0, ..BOTH },
];

/// Messages whose row in the table speaks of something else than the mail that came back, and why.
const NOT_COMPARED: &[(&str, &str)] = &[
    ("lhost-x5-01.eml", "a gateway wrapped the bounce; the row names the bounce, not the mail in it"),
    ("dsn_15.txt", "the same"),
    ("lhost-sendmail-14.eml", "a person forwards a bounce"),
];

/// One bounce of the corpora.
struct Bounce {
    path: String,
    raw: Vec<u8>,
    /// The mail that it returns, by the truth file; `None` where nothing came back.
    mail: Option<SentMail>,
    /// Addresses that the notice was sent to.
    notified: Vec<String>,
    /// The returned From.
    author: Option<String>,
    /// Whether the truth file calls it backscatter.
    forged: bool,
    /// What came back.
    returned: Came,
    /// Bounces of one mail share it.
    group: usize,
}

impl Bounce {
    fn identities(&self, way: &Way) -> Vec<String> {
        let notified = self.notified.iter().filter(|_| way.notified || self.author.is_none());
        let author = self.author.iter().filter(|_| way.author || self.notified.is_empty());
        let mut all: Vec<String> = notified.chain(author).cloned().collect();
        all.sort();
        all.dedup();
        all
    }
}

/// What a bounce returns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// A Message-ID, or subject and date.
    Mail,
    /// A mail that a machine wrote by itself (a scheduler, a mail server's own notice): Sent never holds such,
    /// and the verdict is to stay open.
    Automatic,
    /// Less, or nothing.
    Nothing,
}

/// Numerical Recipes' linear congruential generator, the upper bits of it.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// Right, unverified, wrong.
#[derive(Default, Clone, Copy)]
struct Tally {
    genuine: u32,
    unverified: u32,
    backscatter: u32,
    /// Not recognised as a notice.
    missed: u32,
}

impl Tally {
    fn add(&mut self, verdict: &Verdict) {
        match verdict.notice.as_ref().map(|n| n.provenance) {
            None => self.missed += 1,
            Some(Provenance::Genuine) => self.genuine += 1,
            Some(Provenance::Backscatter) => self.backscatter += 1,
            Some(Provenance::Unverified | Provenance::ThirdParty) => self.unverified += 1,
        }
    }

    fn all(&self) -> u32 {
        self.genuine + self.unverified + self.backscatter
    }
}

fn share(part: u32, all: u32) -> f64 {
    if all == 0 { 100.0 } else { f64::from(part) * 100.0 / f64::from(all) }
}

/// Measures, prints, and returns what is below the bar.
pub(crate) fn measure(corpora: &Corpora) -> Vec<String> {
    let bounces = read(corpora);
    let dates = || bounces.iter().filter_map(|b| b.mail.as_ref()).map(|m| m.date);
    let (Some(first), Some(last)) = (dates().min(), dates().max()) else {
        return vec!["the corpora hold no bounce that returns anything".to_owned()];
    };
    let mut failures = unread(&bounces);
    println!(
        "\n{:18}{:>5} | {:>8}{:>8}{:>12}{:>13} | {:>7}{:>13}{:>12}{:>9} | {:>9}{:>6} | {:>8}{:>6}",
        "known by",
        "seed",
        "genuine",
        "called",
        "unverified",
        "quarantined",
        "forged",
        "backscatter",
        "unverified",
        "genuine",
        "machine's",
        "open",
        "nothing",
        "open"
    );
    for way in WAYS {
        for &seed in SEEDS.iter().take(way.seeds) {
            measure_one(&bounces, way, seed, (first, last), &mut failures);
        }
    }
    failures
}

fn measure_one(
    bounces: &[Bounce],
    way: &Way,
    seed: u64,
    (first, last): (Timestamp, Timestamp),
    failures: &mut Vec<String>,
) {
    let mut random = Lcg(seed);
    let groups = bounces.iter().map(|b| b.group).max().unwrap_or(0) + 1;
    let sent: Vec<bool> = (0..groups).map(|_| random.next().is_multiple_of(2)).collect();
    let is_sent = |b: &Bounce| !b.forged && sent[b.group];

    // One ledger per person: filler, and what they sent.
    let mut ledgers: BTreeMap<Vec<String>, MemoryLedger> = BTreeMap::new();
    let mut everybody: Vec<String> = bounces.iter().flat_map(|b| b.identities(way)).collect();
    everybody.sort();
    everybody.dedup();
    let person = |b: &Bounce| if way.together { everybody.clone() } else { b.identities(way) };
    for bounce in bounces {
        let ids = person(bounce);
        let ledger = ledgers.entry(ids.clone()).or_insert_with(|| filler(&ids, first, last));
        if let Some(mail) = bounce.mail.as_ref().filter(|_| is_sent(bounce)) {
            let mut mail = mail.clone();
            if !way.ids {
                mail.message_id = mail.message_id.map(|_| format!("{}@rewritten.example", random.next()));
            }
            ledger.add(mail);
        }
    }
    let (mut genuine, mut forged) = (Tally::default(), Tally::default());
    let (mut automatic, mut nothing) = (Tally::default(), Tally::default());
    let mut quarantined = 0;
    for bounce in bounces {
        let ids = person(bounce);
        let verdict = judged(&bounce.raw, &ids, &ledgers[&ids], last);
        let mine = is_sent(bounce);
        let held = verdict.disposition == Disposition::Quarantine;
        if mine && held {
            quarantined += 1;
            failures.push(format!("{}, seed {seed}: genuine bounce quarantined: {}", way.name, bounce.path));
        }
        let tally = match (bounce.returned, mine) {
            (Came::Nothing, _) => &mut nothing,
            (Came::Automatic, _) => &mut automatic,
            (Came::Mail, true) => &mut genuine,
            (Came::Mail, false) => &mut forged,
        };
        tally.add(&verdict);
        show(bounce, mine, &verdict, way);
    }
    println!(
        "{:18}{seed:>5} | {:>8}{:>7.1}%{:>12}{:>13} | {:>7}{:>12.1}%{:>12}{:>9} | {:>9}{:>6} | {:>8}{:>6}",
        way.name,
        genuine.all(),
        share(genuine.genuine, genuine.all()),
        genuine.unverified,
        quarantined,
        forged.all(),
        share(forged.backscatter, forged.all()),
        forged.unverified,
        forged.genuine,
        automatic.all(),
        automatic.unverified,
        nothing.all(),
        nothing.unverified,
    );
    let mut bar = |what: &str, got: f64, bar: f64| {
        if got < bar {
            failures.push(format!("{}, seed {seed}: {what} in {got:.1} %, the bar is {bar} %", way.name));
        }
    };
    bar("genuine called genuine", share(genuine.genuine, genuine.all()), way.genuine);
    bar("forged called backscatter", share(forged.backscatter, forged.all()), way.backscatter);
    bar("forged not called genuine", 100.0 - share(forged.genuine, forged.all()), 99.5);
}

/// With `LAZARET_SHOW` set to the beginning of a way's name, says what was judged otherwise than the ledgers were made.
fn show(bounce: &Bounce, mine: bool, verdict: &Verdict, way: &Way) {
    let Some(wanted) = std::env::var_os("LAZARET_SHOW") else { return };
    let right = matches!(
        (mine, verdict.notice.as_ref().map(|n| n.provenance)),
        (true, Some(Provenance::Genuine)) | (false, Some(Provenance::Backscatter))
    );
    if right || !way.name.starts_with(&*wanted.to_string_lossy()) {
        return;
    }
    let ids: Vec<&str> =
        verdict.findings.iter().filter(|f| f.id.starts_with("prov")).map(|f| &*f.id).collect();
    println!(
        "  {} {} {} is {:?}: {ids:?} {:?}",
        if mine { "mine  " } else { "forged" },
        if bounce.returned == Came::Mail { "" } else { "(nothing returned, or a machine's)" },
        bounce.path,
        verdict.notice.as_ref().map(|n| n.provenance),
        bounce.identities(way),
    );
}

/// Where our reading of the returned mail misses the Message-ID that the truth file knows.
fn unread(bounces: &[Bounce]) -> Vec<String> {
    let (mut known, mut missed) = (0u32, 0u32);
    for bounce in bounces {
        let Some(id) = bounce.mail.as_ref().and_then(|m| m.message_id.as_deref()) else { continue };
        let verdict = judged(&bounce.raw, &[], &MemoryLedger::default(), Timestamp::UNIX_EPOCH);
        let Some(notice) = &verdict.notice else {
            println!("no notice   {}", bounce.path);
            continue;
        };
        known += 1;
        let ours = notice.returned.as_ref().and_then(|r| r.message_id.as_deref());
        if ours != Some(id) {
            missed += 1;
            println!("Message-ID  {} ours {ours:?}, theirs {id:?}", bounce.path);
        }
        assert_ne!(verdict.class, Class::Backscatter, "{}: without a ledger", bounce.path);
    }
    println!("Message-ID of the returned mail read in {:.1} % of {known}", share(known - missed, known));
    if share(known - missed, known) < 98.0 {
        return vec![format!("the returned Message-ID is not read in {missed} of {known}")];
    }
    Vec::new()
}

fn judged(raw: &[u8], ids: &[String], ledger: &MemoryLedger, now: Timestamp) -> Verdict {
    let senders = Vec::new();
    judge(
        raw,
        &Context {
            knowledge: &lazaret::engine::knowledge::NoKnowledge,
            now,
            received: None,
            identities: &Identities::new(ids),
            ledger,
            senders: &senders,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

/// One mail a week, from each identity in turn, from before the first date to after the last.
fn filler(identities: &[String], first: Timestamp, last: Timestamp) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    // At a minute and second at which no mail of the corpora was sent.
    let (mut at, mut n) = (first - SignedDuration::from_secs(24 * 30 * 3_600 + 443), 0u32);
    while at < last + SignedDuration::from_hours(24 * 30) {
        // As many as a person has; of a crowd each writes in its turn.
        for _ in 0..identities.len().min(3) {
            n += 1;
            let Some(identity) = identities.get(n as usize % identities.len()) else { break };
            ledger.add(SentMail {
                message_id: Some(format!("filler.{n}@{}", identity.rsplit('@').next().unwrap_or_default())),
                date: at,
                from: identity.clone(),
                recipients: vec![format!("friend{}@filler.example", n % 40)],
                subject: format!("filler {n}"),
                mailer: Some("Filler 1.0".to_owned()),
            });
        }
        at += SignedDuration::from_hours(24 * 7);
    }
    ledger
}

/// Whether a From is that of a machine.
fn author_is_a_machine(from: &str) -> bool {
    let from = from.to_lowercase();
    ["mailer-daemon", "cron daemon", "mail delivery subsystem", "mail delivery system"]
        .iter()
        .any(|name| from.contains(name))
}

fn addresses(list: Option<&mail_parser::Address<'_>>) -> Vec<String> {
    list.into_iter()
        .flat_map(|l| l.iter())
        .filter_map(|a| a.address())
        .map(|a| a.trim().to_lowercase())
        .filter(|a| a.contains('@'))
        .collect()
}

/// The bounces of the truth files, each with what it returns.
fn read(corpora: &Corpora) -> Vec<Bounce> {
    let root = match std::env::var_os("LAZARET_CORPORA") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"),
    };
    let text = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
    let truth = text("truth.tsv");
    let genuineness: BTreeMap<&str, &str> = truth
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, cells.nth(1)?))
        })
        .collect();
    let table = text("returned-headers.tsv");
    let rows: BTreeMap<&str, Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter_map(|cells| Some((*cells.get(1)?, cells)))
        .collect();
    let mut bounces = Vec::new();
    for entry in corpora.entries.iter().filter(|e| e.kind.starts_with("bounce") && e.kind != "bounce-body") {
        if NOT_COMPARED.iter().any(|(end, _)| entry.path.ends_with(end)) {
            continue;
        }
        let Some(kind) =
            genuineness.get(entry.path.as_str()).filter(|g| g.contains("genuine") || **g == "backscatter")
        else {
            continue;
        };
        let (Some(row), Some(raw)) = (rows.get(entry.path.as_str()), corpora.read(entry)) else { continue };
        let Some(outer) = MessageParser::default().parse_headers(&raw[..]) else { continue };
        let notified = addresses(outer.to());
        let notice_date =
            outer.date().filter(|d| d.is_valid()).and_then(|d| Timestamp::from_second(d.to_timestamp()).ok());
        let cell = |i: usize| row.get(i).copied().unwrap_or_default();
        // The mail as the owner's Sent folder has it.
        let mut to = cell(5).to_owned();
        if !to.contains('@') {
            to = entry.recipients.join(", ");
        }
        let from = match cell(4).contains('@') {
            true => cell(4).to_owned(),
            false => notified.first().cloned().unwrap_or_default(),
        };
        let header = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: {}\r\n\r\n",
            cell(7),
            cell(6),
            cell(3)
        );
        let mail = SentMail::read(header.as_bytes(), notice_date).map(|mut mail| {
            mail.message_id = mail.message_id.filter(|id| !id.is_empty());
            mail
        });
        let author = MessageParser::default()
            .parse_headers(header.as_bytes())
            .filter(|_| cell(4).contains('@'))
            .and_then(|m| addresses(m.from()).into_iter().next());
        bounces.push(Bounce {
            returned: match author_is_a_machine(cell(4)) {
                true => Came::Automatic,
                false if !cell(3).is_empty() || !cell(6).is_empty() && !cell(7).is_empty() => Came::Mail,
                false => Came::Nothing,
            },
            path: entry.path.clone(),
            raw,
            mail,
            notified,
            author,
            forged: *kind == "backscatter",
            group: 0,
        });
    }
    group(&mut bounces);
    bounces
}

/// Numbers the groups: bounces of one mail, or of mails that their Message-ID alone tells apart, since the
/// corpora's authors replaced names, subjects and dates by the same few.
fn group(bounces: &mut [Bounce]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, bounce) in bounces.iter_mut().enumerate() {
        bounce.group = index;
    }
    for index in 0..bounces.len() {
        let mut keys = Vec::new();
        if let Some(mail) = &bounces[index].mail {
            keys.extend(mail.message_id.iter().map(|id| format!("id {id}")));
            for recipient in &mail.recipients {
                keys.push(format!("{} {recipient} at {}", mail.from, mail.date));
                if !mail.subject.is_empty() {
                    keys.push(format!("{} {recipient} {}", mail.from, mail.subject));
                }
            }
        }
        for key in keys {
            let group = bounces[index].group;
            match seen.get(&key).map(|&i| bounces[i].group) {
                Some(other) => bounces.iter_mut().filter(|b| b.group == group).for_each(|b| b.group = other),
                None => _ = seen.insert(key, index),
            }
        }
    }
}

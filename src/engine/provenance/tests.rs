//! Provenance from end to end: notices built from ledgers, and what is judged of them.

use jiff::Timestamp;

use crate::engine::ledger::{LedgerUnavailable, Span};
use crate::engine::notice::Provenance;
use crate::engine::{
    Class, Context, Disposition, Identities, Limits, MemoryLedger, NoLedger, SentLedger, SentMail,
    Strictness, Verdict, judge,
};

pub(super) const DAY: &str = "Mon, 02 Mar 2026 10:00:00 +0000";
const ID: &str = "Message-ID: <offer@harbour.example>";
const FORGED: &str = "Message-ID: <forged@harbour.example>";

/// A bounce as tests vary it.
#[derive(Clone)]
pub(super) struct Note {
    /// To of the notice.
    pub(super) notified: &'static str,
    /// Further header lines of the notice, each ended.
    pub(super) head: String,
    /// The recipient that failed.
    pub(super) failed: String,
    /// Further lines of its report, each ended.
    pub(super) report: String,
    /// Type of the returned part; empty where nothing is returned.
    pub(super) part: &'static str,
    /// Header lines of the returned mail.
    pub(super) returned: Vec<String>,
}

/// A bounce of the mail `Offer` to x@example.com, with `id` as its Message-ID line (none where empty).
fn offer(id: &str) -> Note {
    note(id, "me@harbour.example", "x@example.com", "Offer", DAY)
}

/// A bounce of some other mail.
fn cheap(id: &str) -> Note {
    note(id, "me@harbour.example", "s@example.org", "Cheap", DAY)
}

pub(super) fn note(id: &str, from: &str, to: &str, subject: &str, date: &str) -> Note {
    let mut returned = vec![
        format!("From: {from}"),
        format!("To: {to}"),
        format!("Subject: {subject}"),
        format!("Date: {date}"),
        id.to_owned(),
    ];
    returned.retain(|line| !line.is_empty());
    Note {
        notified: "me@harbour.example",
        head: String::new(),
        failed: to.to_owned(),
        report: String::new(),
        part: "text/rfc822-headers",
        returned,
    }
}

impl Note {
    fn with(mut self, line: &str) -> Note {
        self.returned.push(line.to_owned());
        self
    }

    fn without(mut self, name: &str) -> Note {
        self.returned.retain(|line| !line.starts_with(name));
        self
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: {}\nDate: {DAY}\n{}\
             Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; {}\nAction: failed\n\
             Status: 5.1.1\n{}\n",
            self.notified, self.head, self.failed, self.report
        );
        if !self.part.is_empty() {
            text.push_str(&format!("--b\nContent-Type: {}\n\n{}\n\n", self.part, self.returned.join("\n")));
        }
        text.push_str("--b--\n");
        text
    }
}

pub(super) fn sent(from: &str, id: &str, to: &str, subject: &str, date: &str) -> SentMail {
    let raw = format!("From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{id}>\n\n");
    SentMail::read(raw.as_bytes(), None).unwrap()
}

pub(super) fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for (id, to, subject, date) in [
        ("old@harbour.example", "ada@example.net", "Old", "Mon, 05 Jan 2026 10:00:00 +0000"),
        ("offer@harbour.example", "x@example.com", "Offer", DAY),
        ("post@harbour.example", "crew@lists.example.org", "Post for all", "Tue, 03 Mar 2026 08:00:00 +0000"),
        ("new@harbour.example", "ada@example.net", "New", "Fri, 01 May 2026 10:00:00 +0000"),
    ] {
        ledger.add(sent("me@harbour.example", id, to, subject, date));
    }
    ledger
}

pub(super) fn judged(raw: &str, identities: &[&str], ledger: &dyn SentLedger) -> Verdict {
    let senders = Vec::new();
    judge(
        raw.as_bytes(),
        &Context {
            now: Timestamp::from_second(1_780_000_000).unwrap(),
            received: None,
            identities: &Identities::new(identities),
            ledger,
            senders: &senders,
            knowledge: &crate::engine::knowledge::NoKnowledge,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

fn verdict(note: &Note) -> Verdict {
    judged(&note.text(), &["me@harbour.example"], &ledger())
}

/// The provenance that is judged, and the evidence for it.
fn says(verdict: &Verdict) -> (Provenance, Vec<&str>) {
    let ids = verdict.findings.iter().map(|f| &*f.id);
    let of = |id: &&str| id.starts_with("provenance.");
    (verdict.notice.as_ref().unwrap().provenance, ids.filter(of).collect())
}

fn is(note: &Note, provenance: Provenance, finding: &str) {
    let verdict = verdict(note);
    let (found, ids) = says(&verdict);
    assert_eq!(found, provenance, "{ids:?}\n{}", note.text());
    assert!(finding.is_empty() || ids.contains(&finding), "{finding} is not among {ids:?}");
}

use Provenance::{Backscatter, Genuine, ThirdParty, Unverified};

#[test]
fn an_id_in_sent_with_an_agreeing_recipient_is_genuine() {
    let verdict = verdict(&offer(ID));
    assert_eq!((verdict.class, verdict.disposition), (Class::GenuineBounce, Disposition::Keep));
    assert!(verdict.score > 0.9 && verdict.storm.is_none());
    // An ID that came back with nothing else is taken at its word.
    is(&Note { returned: vec![ID.to_owned()], ..offer("") }, Genuine, "provenance.sent");
}

#[test]
fn forwards_and_lists_name_recipients_that_the_person_never_wrote_to() {
    is(&Note { failed: "elsewhere@example.org".into(), ..offer(ID) }, Genuine, "provenance.sent");
    let list = note(
        "Message-ID: <post@harbour.example>", "me@harbour.example", "crew@lists.example.org",
        "[crew] Post for all", "Tue, 03 Mar 2026 08:00:00 +0000",
    );
    is(&Note { failed: "member@example.net".into(), ..list.clone() }, Genuine, "provenance.sent");
    // The list gave the post an ID of its own.
    let own = list.without("Message-ID").with("Message-ID: <987@lists.example.org>");
    is(&Note { failed: "member@example.net".into(), ..own }, Genuine, "provenance.sent_by_facts");
    // Forwarded, nothing of the mail came back, and the report names the address written to.
    let report = "Original-Recipient: rfc822; x@example.com\n".to_owned();
    let forwarded = Note { failed: "elsewhere@example.org".into(), report, part: "", ..offer("") };
    is(&forwarded, Unverified, "provenance.sent_near");
}

#[test]
fn ids_that_gateways_rewrote_are_made_up_for_by_the_facts() {
    for id in ["0102018f-1234@email.example.com", "DB7PR01MB1234@db7pr01.prod.example.com"] {
        is(&offer(&format!("Message-ID: <{id}>")), Genuine, "provenance.sent_by_facts");
    }
    is(&offer(""), Genuine, "provenance.sent_by_facts");
    // A zone that was lost, a filter's mark.
    let zone = "Mon, 02 Mar 2026 03:00:00 +0000";
    is(&note("", "me@harbour.example", "x@example.com", "***SPAM*** Offer", zone), Genuine, "");
    // Two of three are not enough, and too much to call it forged.
    let other =
        note(FORGED, "me@harbour.example", "x@example.com", "Offer", "Wed, 04 Mar 2026 16:07:09 +0000");
    is(&other, Unverified, "provenance.sent_alike");
    // The same subject in the same minutes to somebody else is another mail.
    is(&note(FORGED, "me@harbour.example", "s@example.org", "Offer", DAY), Backscatter, "");
}

#[test]
fn what_a_covering_ledger_does_not_hold_is_backscatter() {
    let raw = cheap(FORGED).with("X-Mailer: Bulk 1");
    let verdict = verdict(&raw);
    assert_eq!((verdict.class, verdict.disposition), (Class::Backscatter, Disposition::Quarantine));
    assert!(verdict.score > 0.9 && verdict.storm.is_some());
    is(&raw, Backscatter, "provenance.never_wrote_to");
    is(&raw, Backscatter, "provenance.mailer_never_used");
    // With no Message-ID, but with everything else, and nothing sent at that time.
    is(
        &note("", "me@harbour.example", "s@example.org", "Cheap", "Wed, 04 Mar 2026 16:07:09 +0000"),
        Backscatter,
        "",
    );
}

#[test]
fn too_little_to_be_found_is_not_held() {
    // Neither Message-ID nor Date: the recipients and the subject must both be unknown.
    let bare = cheap("").without("Date:").with("MIME-Version: 1.0");
    is(&bare, Backscatter, "provenance.not_in_window");
    is(&bare.clone().without("To:"), Unverified, "");
    is(&bare.clone().without("Subject:"), Unverified, "");
    is(&bare.clone().without("To:").with("To: ada@example.net").with("X-A: b"), Unverified, "");
    // A subject that somebody's charset broke may be any.
    is(&bare.clone().without("Subject:").with("Subject: Gr\u{fffd}\u{fffd}e").with("X-A: b"), Unverified, "");
    // A Date and no Subject: nothing was sent then.
    is(
        &cheap("").without("Date:").without("Subject:").with("Date: Wed, 04 Mar 2026 16:07:09 +0000"),
        Backscatter,
        "",
    );
    is(&cheap("").without("Subject:"), Unverified, "");
}

#[test]
fn without_a_ledger_or_its_coverage_nothing_is_backscatter() {
    let raw = cheap(FORGED).text();
    assert_eq!(judged(&raw, &["me@harbour.example"], &NoLedger).class, Class::UnverifiedBounce);
    let old = raw.replace("2026 10", "2024 10");
    assert_eq!(judged(&old, &["me@harbour.example"], &ledger()).class, Class::UnverifiedBounce);
    // A client that keeps no copies: the identity was never seen in Sent.
    let desk = raw.replace("me@harbour.example", "desk@harbour.example");
    let verdict = judged(&desk, &["me@harbour.example", "desk@harbour.example"], &ledger());
    assert_eq!(says(&verdict).0, Unverified);
    assert!(says(&verdict).1.contains(&"provenance.not_covered"));
}

#[test]
fn a_ledger_that_fails_leaves_everything_open() {
    struct Broken;
    impl SentLedger for Broken {
        fn by_message_id(&self, _: &str) -> Result<Option<SentMail>, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn to_recipient(&self, _: &str, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn with_subject(&self, _: &str, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn sent_within(&self, _: Span) -> Result<Vec<SentMail>, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn ever_wrote_to(&self, _: &str) -> Result<bool, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn ever_used(&self, _: &str) -> Result<bool, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn ever_submitted_at(&self, _: &str) -> Result<bool, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn coverage(&self, _: &str) -> Result<Vec<Span>, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
        fn len(&self) -> Result<usize, LedgerUnavailable> {
            Err(LedgerUnavailable("disk".to_owned()))
        }
    }
    let verdict = judged(&cheap(FORGED).text(), &["me@harbour.example"], &Broken);
    assert_eq!(says(&verdict), (Unverified, vec!["provenance.ledger_unavailable"]));
}

#[test]
fn a_copied_id_is_unverified() {
    let raw = note(ID, "me@harbour.example", "s@example.org", "Cheap", "Thu, 02 Apr 2026 10:01:07 +0000");
    is(&raw, Unverified, "provenance.contradicted");
}

#[test]
fn aliases_tags_and_hosts_before_the_domain_are_the_person() {
    for from in ["me+news@harbour.example", "me@mail.harbour.example"] {
        is(&note(FORGED, from, "s@example.org", "Cheap", DAY), Backscatter, "provenance.not_in_ledger");
    }
    is(&Note { failed: "x+inbox@example.com".into(), ..offer("") }, Genuine, "provenance.sent_by_facts");
    // A second address of the person's has mails of its own.
    let mut both = ledger();
    both.add(sent(
        "home@isle.example", "isle@isle.example", "bo@example.net", "Boat", "Thu, 05 Mar 2026 09:00:00 +0000",
    ));
    let two = ["me@harbour.example", "home@isle.example"];
    let boat = note("", "home@isle.example", "bo@example.net", "Boat", "Thu, 05 Mar 2026 09:00:00 +0000");
    assert_eq!(says(&judged(&boat.text(), &two, &both)).0, Genuine);
    let other =
        note(FORGED, "me@harbour.example", "bo@example.net", "Boat", "Thu, 05 Mar 2026 09:00:00 +0000");
    assert_eq!(says(&judged(&other.text(), &two, &both)).0, Backscatter);
}

#[test]
fn addresses_that_servers_rewrote_are_read() {
    // VERP names the recipient that failed.
    let verp = Note {
        notified: "me+x=example.com@harbour.example",
        failed: "unknown".into(),
        part: "",
        ..offer("")
    };
    is(&verp, Unverified, "provenance.sent_near");
    // A return address with the signature of the person's server: a forger has none.
    let batv = Note { notified: "prvs=0123abcdef=me@harbour.example", ..cheap(FORGED) };
    is(&batv, Unverified, "provenance.signed_return_path");
    // SRS hides the person in the returned Return-Path.
    let srs = cheap(FORGED)
        .without("From:")
        .with("Return-Path: <SRS0=hhhh=tt=harbour.example=me@forward.example.org>");
    is(&srs, Backscatter, "provenance.not_in_ledger");
}

#[test]
fn notices_that_return_nothing_rest_on_what_they_answer_and_on_the_time() {
    let nothing = |head: &str| Note { part: "", head: head.to_owned(), ..offer("") };
    is(&nothing("In-Reply-To: <offer@harbour.example>\n"), Genuine, "provenance.sent");
    is(&nothing("X-Original-Message-ID: <offer@harbour.example>\n"), Genuine, "provenance.sent");
    is(&nothing("Subject: Undeliverable: Offer\n"), Genuine, "provenance.sent_by_facts");
    is(&nothing(""), Unverified, "provenance.sent_near");
    is(&Note { failed: "s@example.org".into(), ..nothing("") }, Unverified, "provenance.never_wrote_to");
}

#[test]
fn a_returned_mail_that_was_cut_off_still_decides() {
    let cut = |mut note: Note, after: &str| {
        // The ID comes first, as many mailers write it.
        note.returned.rotate_right(1);
        let text = note.text();
        let end = text.rfind(after).unwrap() + after.len();
        judged(&text[..end], &["me@harbour.example"], &ledger())
    };
    assert_eq!(says(&cut(offer(ID), "Subject: Of")).0, Genuine);
    assert_eq!(says(&cut(offer(ID), "From: me@harbour.example")).0, Genuine);
    let forged = cut(cheap(FORGED), "Subject: Cheap");
    assert_ne!(says(&forged).0, Genuine);
    assert_ne!(forged.class, Class::GenuineBounce);
}

#[test]
fn the_report_itself_may_name_the_mail() {
    // Gmail's delays return nothing, and name the mail in the status part.
    let report = "X-Original-Message-ID: <offer@harbour.example>\n".to_owned();
    is(&Note { part: "", report, ..offer("") }, Genuine, "provenance.sent");
}

#[test]
fn automatic_mail_of_the_person_never_stands_in_sent() {
    for line in ["Auto-Submitted: auto-replied", "Resent-From: me@harbour.example", "X-Mailer: KMBT_C220"] {
        is(&cheap(FORGED).with(line), Unverified, "provenance.returned_automatic");
    }
    is(&cheap(FORGED).with("Auto-Submitted: no"), Backscatter, "");
}

#[test]
fn a_stranger_s_from_is_a_list_a_redirect_or_a_forged_envelope() {
    let from = |from: &str| note("Message-ID: <p@list.example>", from, "s@example.org", "Post", DAY);
    let list = from("poster@list.example").with("List-Id: <l.list.example>");
    is(&list, ThirdParty, "provenance.list_owner");
    let class = verdict(&list);
    assert_eq!((class.class, class.disposition), (Class::UnverifiedBounce, Disposition::Flag));
    let owner = Note { notified: "crew-bounces@lists.example.org", ..from("poster@list.example") };
    is(&owner, ThirdParty, "provenance.list_owner");
    let redirect = from("friend@example.net").with("Delivered-To: me@harbour.example");
    is(&redirect, Unverified, "provenance.redirected");
    is(&from("seller@shop.example"), Backscatter, "provenance.not_your_address");
    let elsewhere = Note { notified: "work@office.example", ..from("work@office.example") };
    is(&elsewhere, Unverified, "provenance.not_your_address");
    // An alias that nobody told of may keep no copies; a mail program that the person never used may not.
    is(&from("sales@harbour.example"), Unverified, "provenance.not_your_address");
    is(&from("sales@harbour.example").with("X-Mailer: Bulk 1"), Backscatter, "");
}

#[test]
fn a_copy_that_was_not_kept_is_told_by_recipient_and_way() {
    let hop = "Received: from phone by smtp.relay.example with ESMTPSA id 1; Mon, 02 Mar 2026 10:00:01 +0000";
    let unsaved = note(
        FORGED, "me@harbour.example", "x@example.com", "From the train", "Wed, 04 Mar 2026 16:07:09 +0000",
    )
    .with(hop);
    is(&unsaved, Backscatter, "provenance.wrote_before");
    let mut learned = ledger();
    learned.learn_relay("smtp.relay.example");
    let verdict = judged(&unsaved.text(), &["me@harbour.example"], &learned);
    assert_eq!(says(&verdict).0, Unverified);
    assert!(says(&verdict).1.contains(&"provenance.unsaved_copy"));
    let signed = unsaved.with("DKIM-Signature: v=1; a=rsa-sha256; d=harbour.example; s=k; b=x");
    is(&signed, Unverified, "provenance.own_dkim_signature");
    // The returned mail answers one of the person's.
    is(&cheap(FORGED).with("In-Reply-To: <old@harbour.example>"), Unverified, "provenance.answers_sent_mail");
    // A genuine bounce teaches the server.
    let genuine = self::verdict(&offer(ID).with(hop));
    assert_eq!(genuine.relay.as_deref(), Some("smtp.relay.example"));
}

#[test]
fn a_bounce_that_the_person_passed_on_and_that_came_back_is_theirs() {
    let inner = cheap(FORGED).text();
    let wrapped = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: me@harbour.example\nDate: {DAY}\n\
         Content-Type: multipart/mixed; boundary=w\n\n--w\nContent-Type: message/rfc822\n\n\
         {}{inner}\n--w--\n",
        "Message-ID: <offer@harbour.example>\nSubject: Offer\n"
    );
    let verdict = judged(&wrapped, &["me@harbour.example"], &ledger());
    assert_eq!(says(&verdict).0, Genuine, "{:?}", verdict.findings);
}

fn answer(head: &str) -> Verdict {
    let raw = format!("From: x@example.com\nTo: me@harbour.example\nDate: {DAY}\n{head}\n\nI am away.\n");
    judged(&raw, &["me@harbour.example"], &ledger())
}

#[test]
fn answers_are_decided_by_what_they_answer() {
    let auto = "Auto-Submitted: auto-replied\n";
    let mine = answer(&format!("{auto}Subject: Re: Offer\nIn-Reply-To: <offer@harbour.example>"));
    assert_eq!((says(&mine).0, mine.class), (Genuine, Class::Automatic));
    let quoted = answer(&format!("{auto}Subject: Automatic reply: Offer"));
    assert_eq!(says(&quoted), (Genuine, vec!["provenance.sent_by_facts"]));
    // A stranger answers what nobody sent, under an ID of the person's domain.
    let stranger = |id: &str| {
        let raw = format!(
            "From: s@example.org\nTo: me@harbour.example\nDate: {DAY}\n{auto}Subject: Automatic reply: Cheap\n\
             In-Reply-To: <{id}>\n\nI am away.\n"
        );
        judged(&raw, &["me@harbour.example"], &ledger())
    };
    assert_eq!(stranger("forged@harbour.example").class, Class::Backscatter);
    assert!(says(&stranger("forged@harbour.example")).1.contains(&"provenance.not_in_window"));
    // A help desk answers a web form: the form's server made that ID.
    assert_eq!(stranger("form@desk.example.org").class, Class::Automatic);
}

#[test]
fn feedback_reports_are_never_backscatter() {
    let raw = format!(
        "From: fbl@mx.example.com\nTo: me@harbour.example\nDate: {DAY}\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA report.\n\
         --b\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\nUser-Agent: T/1\n\
         Version: 1\n\n--b\nContent-Type: message/rfc822\n\nFrom: me@harbour.example\n\
         To: s@example.org\nSubject: Cheap\nDate: {DAY}\n{FORGED}\n\nbody\n--b--\n"
    );
    let verdict = judged(&raw, &["me@harbour.example"], &ledger());
    assert_eq!((says(&verdict).0, verdict.class), (Unverified, Class::Automatic));
    assert!(says(&verdict).1.contains(&"provenance.report_asked_for"));
    let mine = raw.replace(FORGED, ID).replace("s@example.org", "x@example.com").replace("Cheap", "Offer");
    assert_eq!(says(&judged(&mine, &["me@harbour.example"], &ledger())).0, Genuine);
}

#[test]
fn a_campaign_shares_its_storm_key_and_others_do_not() {
    let key = |subject: &str, mailer: &str, hop: &str| {
        let raw = note(FORGED, "me@harbour.example", "s@example.org", subject, DAY)
            .with(&format!("X-Mailer: {mailer}"))
            .with(&format!("Received: from a ([{hop}]) by mx.example.com with SMTP; {DAY}"));
        verdict(&raw).storm.unwrap()
    };
    let one = key("Cheap watches 4711", "Bulk 1.0", "203.0.113.5");
    assert_eq!(one, key("Re: Cheap watches 12 xkqzrtw", "Bulk 2.3", "198.51.100.9"));
    assert_ne!(one, key("Cheap pills 4711", "Bulk 1.0", "203.0.113.5"));
    assert_ne!(one, key("Cheap watches 4711", "Other", "203.0.113.5"));
    // Subjects that say nothing: the sending host tells.
    assert_eq!(key("88", "Bulk 1", "203.0.113.5"), key("17 23", "Bulk 1", "203.0.113.5"));
    assert_ne!(key("88", "Bulk 1", "203.0.113.5"), key("17 23", "Bulk 1", "203.0.113.6"));
}

#[test]
fn evidence_is_the_bytes_it_says() {
    for note in [offer(ID), offer(""), cheap(FORGED).with("X-Mailer: Bulk 1"), cheap("").with("List-Id: <l>")]
    {
        let raw = note.text();
        let verdict = verdict(&note);
        let mut seen = 0;
        for evidence in verdict.findings.iter().flat_map(|f| &f.evidence) {
            let bytes = &raw[evidence.range[0]..evidence.range[1]];
            assert!(bytes.contains(evidence.text.lines().next().unwrap()), "{evidence:?}\n{bytes}");
            seen += 1;
        }
        assert!(seen >= 2, "{:?}", verdict.findings);
    }
}

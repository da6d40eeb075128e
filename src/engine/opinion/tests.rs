use super::findings;
use crate::engine::context::Limits;
use crate::engine::message::parse;
use crate::engine::verdict::Finding;

/// What a message with these header lines gives.
fn of(header: &str) -> Vec<Finding> {
    let raw = format!("{header}From: Ada <ada@example.org>\nSubject: x\n\nHello\n").replace('\n', "\r\n");
    let parsed = parse(raw.as_bytes(), &Limits::default());
    let found = findings(&parsed.view());
    for finding in &found {
        for evidence in &finding.evidence {
            let [start, end] = evidence.range;
            assert!(raw[start..end].starts_with(evidence.text.split(':').next().unwrap()), "{evidence:?}");
        }
        assert!(!finding.evidence.is_empty());
    }
    found
}

fn ids(header: &str) -> Vec<String> {
    of(header).into_iter().map(|f| f.id.into_owned()).collect()
}

const BORDER: &str = "Received: from relay.example.net (relay.example.net [192.0.2.1])\n by mx.example.com with ESMTPS id 1; \
                      Thu, 1 Jan 2026 00:00:00 +0000\n";
const INTERNAL: &str = "Received: from mx.example.com ([10.0.0.2]) by store.example.com with LMTP; Thu, 1 Jan 2026 00:00:01 +0000\n";
const SENDER: &str =
    "Received: from desk (198.51.100.4) by relay.example.net with SMTP; Wed, 31 Dec 2025 23:59:59 +0000\n";

#[test]
fn what_stands_above_the_border_counts() {
    assert_eq!(ids(&format!("X-Spam-Flag: YES\n{BORDER}")), ["server.spam"]);
    assert_eq!(ids(&format!("{INTERNAL}X-Spam-Status: Yes, score=9.1\n{BORDER}")), ["server.spam"]);
    assert_eq!(
        ids(&format!("Authentication-Results: any.example;\n dmarc=pass header.from=example.org\n{BORDER}")),
        ["server.authenticated"]
    );
}

#[test]
fn what_stands_below_the_border_may_be_forged() {
    for field in [
        "X-Spam-Flag: YES\n",
        "X-Virus-Status: Infected (Test)\n",
        "Authentication-Results: mx.example.org; dmarc=pass\n",
        "Authentication-Results: com; dmarc=pass\n",
        "Authentication-Results: example.net; dmarc=fail\n",
    ] {
        assert_eq!(ids(&format!("{BORDER}{field}")), [""; 0], "{field}");
        assert_eq!(ids(&format!("{INTERNAL}{BORDER}{SENDER}{field}")), [""; 0], "{field}");
    }
    // The server's own name below the next hop was there before it took the message.
    assert_eq!(
        ids(&format!("{BORDER}{SENDER}Authentication-Results: mx.example.com; dmarc=pass\n")),
        [""; 0]
    );
    // No Received at all: the fields could be anybody's.
    assert_eq!(ids("X-Spam-Flag: YES\nAuthentication-Results: mx.example.com; dmarc=fail\n"), [""; 0]);
}

#[test]
fn results_below_the_border_count_under_the_servers_own_name() {
    for server in ["mx.example.com", "MX.example.com.", "example.com", "mx.example.com 1"] {
        let field = format!(
            "Authentication-Results: {server}; spf=fail; dmarc=fail (p=reject) header.from=example.org\n"
        );
        assert_eq!(ids(&format!("{BORDER}{field}{SENDER}")), ["server.unauthenticated"], "{server}");
    }
}

#[test]
fn a_program_that_fetched_the_mail_is_the_persons_own() {
    let fetched = "Received: from pop.example.com [203.0.113.9]\n by localhost with POP3 (fetchmail-6.4.2)\n for <ada@localhost>; \
                   Thu, 1 Jan 2026 00:01:00 +0000\n";
    assert_eq!(ids(&format!("{fetched}X-Spam-Flag: YES\n{BORDER}")), ["server.spam"]);
}

#[test]
fn results_are_read_as_the_standard_writes_them() {
    for (field, wanted) in [
        ("mx.example.com; none", None),
        ("mx.example.com; dkim=pass header.d=example.org header.s=a", Some("server.authenticated")),
        ("mx.example.com; dkim=pass header.d=elsewhere.example", None),
        ("mx.example.com; spf=fail smtp.mailfrom=example.org", None),
        (
            "mx.example.com; spf=fail smtp.mailfrom=a; dkim=fail (bad signature)",
            Some("server.unauthenticated"),
        ),
        ("mx.example.com; spf=fail; dkim=fail header.d=a; dkim=pass header.d=b", None),
        ("mx.example.com (a (nested; dmarc=pass) comment); dmarc=fail", Some("server.unauthenticated")),
        ("mx.example.com; spf=pass reason=\"good; dmarc=fail\"; dmarc=pass", Some("server.authenticated")),
        ("mx.example.com; dkim/1=pass header.i=@example.org", Some("server.authenticated")),
        ("mx.example.com; dmarc=temperror", None),
        ("spf=pass (no server named); dmarc=pass", None),
        ("", None),
    ] {
        let got = ids(&format!("Authentication-Results: {field}\n{BORDER}"));
        assert_eq!(got.first().map(String::as_str), wanted, "{field}");
    }
}

#[test]
fn filters_say_yes_in_their_own_ways() {
    for (field, wanted) in [
        ("X-Spam-Flag: NO", None),
        ("X-Spam-Status: No, score=-1.0 required=5.0", None),
        ("X-Spam: Yesterday", None),
        ("X-Spam: Yes", Some("server.spam")),
        ("X-Spamd-Result: default: True [17.10 / 15.00]", Some("server.spam")),
        ("X-Spamd-Result: default: False [-1.00 / 15.00]", None),
        ("X-Example-MailScanner-SpamCheck: not spam, SpamAssassin (score=-1)", None),
        ("X-Example-MailScanner-SpamCheck: spam, SpamAssassin (score=11)", Some("server.spam")),
        ("X-MS-Exchange-Organization-SCL: -1", None),
        ("X-MS-Exchange-Organization-SCL: 6", Some("server.spam")),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;CAT:NONE;", None),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;CAT:SPM;", Some("server.spam")),
        ("X-GMX-Antispam: 0 (Mail was not recognized as spam)", None),
        ("X-Virus-Scanned: amavisd-new at example.com", None),
        ("X-Virus-Scanned: clamav-milter 1.4.2 at mx.example.com", None),
        ("X-Virus-Status: Clean", None),
        ("X-Virus-Status: Infected (Win.Test.EICAR_HDB-1)", Some("server.virus")),
        ("X-Virus: ", None),
        ("X-Virus: CLAM_VIRUS", Some("server.virus")),
        ("X-Amavis-Alert: BAD HEADER SECTION, missing header field", None),
        ("X-Amavis-Alert: INFECTED, message contains virus: Eicar-Test-Signature", Some("server.virus")),
        ("X-Example-MailScanner: Found to be clean", None),
        ("X-Example-MailScanner: Found to be infected", Some("server.virus")),
        ("X-GMX-Antivirus: 0 (no virus found)", None),
    ] {
        let got = ids(&format!("{field}\n{BORDER}"));
        assert_eq!(got.first().map(String::as_str), wanted, "{field}");
    }
}

#[test]
fn the_scanners_name_for_the_virus_is_repeated_only_where_it_is_one() {
    let says = |field: &str| of(&format!("{field}\n{BORDER}")).remove(0).says;
    assert!(says("X-Virus-Status: Infected (Win.Test.EICAR_HDB-1)").contains("“Win.Test.EICAR_HDB-1”"));
    assert!(says("X-Amavis-Alert: INFECTED, message contains virus: Eicar-Test").contains("“Eicar-Test”"));
    assert!(says("X-Virus-Status: Infected (\u{202e}gnp)").ends_with("alarm."));
}

#[test]
fn several_fields_make_one_finding_with_all_their_bytes() {
    let found = of(&format!("X-Spam-Flag: YES\nX-Spam-Status: Yes, score=7\n{BORDER}"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].evidence.len(), 2);
}

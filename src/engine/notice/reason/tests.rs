use super::*;

fn said(text: &str) -> Reason {
    derive(Answer { status: None, text })
}

#[test]
fn every_reason_has_a_word_a_sentence_and_a_way_back() {
    for reason in Reason::ALL {
        assert_eq!(Reason::from_word(reason.word()), Some(reason));
        assert!(reason.sentence().ends_with('.'));
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.word());
    }
}

#[test]
fn words_lead_to_reasons() {
    for (text, reason) in [
        (
            "550 5.1.1 <a@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
            Reason::MailboxUnknown,
        ),
        ("452-4.2.2 The email account that you tried to reach is over quota.", Reason::MailboxFull),
        (
            "550-5.7.26 This mail has been blocked because the sender is unauthenticated. DKIM = did not pass",
            Reason::AuthFailure,
        ),
        (
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
            Reason::BlockedSender,
        ),
        ("552 5.3.4 Message size exceeds fixed limit", Reason::TooLarge),
        ("554 5.7.1 <b@example.net>: Relay access denied", Reason::RelayingDenied),
        (
            "Host or domain name not found. Name service error for name=example.invalid type=A: Host not found",
            Reason::HostUnknown,
        ),
        ("connect to mx.example.net[192.0.2.9]:25: Connection timed out", Reason::Network),
        ("550 5.7.1 Message rejected due to virus found in attachment", Reason::Virus),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", Reason::BlockedSender),
        ("550 5.1.10 RESOLVER.ADR.RecipNotFound; not found", Reason::MailboxUnknown),
        ("554 5.2.2 STOREDRV.Deliver; mailbox\r\n quota", Reason::MailboxFull),
        ("550 15.7.606 x", Reason::MailboxUnknown),
        ("556 5.1.10 Recipient address has null MX", Reason::NoMailAccepted),
        ("retry timeout exceeded", Reason::Expired),
        ("Das Postfach ist voll", Reason::MailboxFull),
        ("", Reason::Undefined),
        ("Thank you for your letter of 5.1.2024", Reason::Undefined),
    ] {
        assert_eq!(said(text), reason, "{text}");
    }
}

#[test]
fn words_of_any_language_and_case_lead_to_reasons() {
    for (text, reason) in [
        ("Превышена квота почтового ящика", Reason::MailboxFull),
        ("Überschrittene Quota: Das Postfach hat sein Speicherlimit erreicht", Reason::MailboxFull),
        ("Έτσι: ο παραλήπτης δεν υπάρχει", Reason::MailboxUnknown),
        ("Usuário inexistente", Reason::MailboxUnknown),
        ("Unbekannter Fehler", Reason::System),
        ("Erreur inconnue du serveur", Reason::System),
        ("Hôte inconnu", Reason::HostUnknown),
        ("Remitente desconocido", Reason::BlockedSender),
        ("次の受信者またはグループ", Reason::Undefined),
        ("Meddelandet är för stort", Reason::TooLarge),
        ("Konto zostało zablokowane", Reason::Suspended),
        (
            "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416",
            Reason::MailboxUnknown,
        ),
        ("552 5.1.1 Boite du destinataire pleine. OFR_417", Reason::MailboxFull),
        ("550-Verification failed for <a@example.org>", Reason::BlockedSender),
        (
            "550-Verification failed for <a@example.org> 550-No Such User Here 550 Sender verify failed",
            Reason::BlockedSender,
        ),
        ("550 5.7.30 REQUIRETLS support required", Reason::Tls),
        ("554 refused. Your host name doesn't match with your IP address", Reason::ReverseDns),
        ("450 4.7.320 Certificate validation failed", Reason::Tls),
        ("Podane konto nie istnieje", Reason::MailboxUnknown),
        ("554 5.7.1 The message contains a malware", Reason::Virus),
        ("Bob wurde dort nicht gefunden. Statuscode: 550 5.1.10", Reason::MailboxUnknown),
        ("556 5.1.10 Recipient address has null MX", Reason::NoMailAccepted),
        ("554 4.4.7 Message expired: unable to deliver in 840 minutes.", Reason::Expired),
    ] {
        assert_eq!(said(text), reason, "{text}");
    }
}

#[test]
fn a_status_is_no_part_of_an_address_or_a_version() {
    for text in ["192.5.1.1", "5.1.1.1", "version 5.1.1a", "mx5.1.1", "Exim 14.95.1", "1.5.1.1"] {
        assert_eq!(EnhancedStatus::find(text), None, "{text}");
    }
    for text in ["550-5.7.1 no", "(#5.1.1)", "#5.1.1 smtp;", "<x>: 5.1.1 y", "5.1.1"] {
        assert!(EnhancedStatus::find(text).is_some(), "{text}");
    }
    assert_eq!(EnhancedStatus::find("2.0.0 ok 5.2.2 full").unwrap().to_string(), "5.2.2");
    for text in ["5.7.606", "4.10.0", "2.0.75"] {
        let status = EnhancedStatus::find(text).unwrap();
        assert_eq!((status.text().as_str(), status.to_string().as_str()), (text, text));
    }
}

#[test]
fn a_reply_stands_alone() {
    assert_eq!(ReplyCode::find("said: 550-No such user").map(ReplyCode::number), Some(550));
    assert_eq!(ReplyCode::find("tel 5501234").map(ReplyCode::number), None);
    assert_eq!(ReplyCode::find("x550 y").map(ReplyCode::number), None);
}

//! Codes that one provider documents: their own numbers say more than the reply around them.
//!
//! Sources: Microsoft "Email non-delivery reports in Exchange Online" (5.4.x, 5.7.5xx), Google "SMTP
//! error reference", Yahoo "SMTP error codes", AOL "SMTP error codes", GMX/WEB.DE "Mail delivery failed",
//! Yandex and Mail.ru help pages, Apple iCloud "Postmaster information", Proofpoint and Mimecast
//! "SMTP error codes", Orange and SFR (OFR_, LPN_), docomo.

use std::ops::Range;

use super::Reason;

/// A code as it stands in the answer (upper case), and what it means.
const TABLE: &[(&str, Reason)] = {
    use Reason::*;
    &[
        // Exchange and Exchange Online: words after the status.
        ("RESOLVER.ADR.RECIPNOTFOUND", MailboxUnknown),
        ("RESOLVER.ADR.RECIPIENTNOTFOUND", MailboxUnknown),
        ("RESOLVER.ADR.EXRECIPNOTFOUND", MailboxUnknown),
        ("RESOLVER.ADR.AMBIGUOUS", System),
        ("RESOLVER.ADR.BADPRIMARY", System),
        ("RESOLVER.ADR.INVALIDINSMTP", Syntax),
        ("RESOLVER.RST.AUTHREQUIRED", NotAllowed),
        ("RESOLVER.RST.NOTAUTHORIZED", NotAllowed),
        ("RESOLVER.RST.RECIPSIZELIMIT", TooLarge),
        ("RESOLVER.RST.SENDSIZELIMIT", TooLarge),
        ("RESOLVER.RST.RESTRICTEDTORECIPIENTSPERMISSION", NotAllowed),
        ("RESOLVER.FWD.LOOP", Loop),
        ("RESOLVER.FWD.NOTFOUND", MailboxUnknown),
        ("RESOLVER.GRP.EXPANSION", System),
        ("ROUTING.LOOPDETECTED", Loop),
        ("ROUTING.NOCONNECTORFORADDRESSTYPE", HostUnknown),
        ("STOREDRV.DELIVER; DISABLED MAILBOX", Suspended),
        ("STOREDRV.DELIVER; MAILBOX QUOTA", MailboxFull),
        ("QUOTAEXCEEDEDEXCEPTION", MailboxFull),
        ("MAILBOXINTRANSITEXCEPTION", System),
        ("MAILBOXUNAVAILABLEEXCEPTION", System),
        ("SUBMISSIONQUOTAEXCEEDED", RateLimited),
        ("RECIPIENTADDRESSREJECTED", MailboxUnknown),
        ("SMTPSEND.SUSPICIOUSREMOTESERVERERROR", System),
        ("SENDER REJECTED BY RECIPIENT", BlockedSender),
        ("TRANSPORT.RULES.REJECTMESSAGE", Policy),
        ("5.7.606", BlockedSender),
        ("5.7.607", BlockedSender),
        ("5.7.511", BlockedSender),
        ("5.7.512", RejectedContent),
        ("5.7.513", ReverseDns),
        ("5.7.515", AuthFailure),
        ("5.7.509", AuthFailure),
        ("5.7.23 ", AuthFailure),
        ("5.7.708", BlockedSender),
        ("5.7.705", RateLimited),
        ("5.7.750", BlockedSender),
        ("5.7.501", Spam),
        ("5.7.502", Spam),
        ("5.7.503", Spam),
        ("5.7.504", MailboxUnknown),
        ("5.7.505", BlockedSender),
        ("5.7.506", Policy),
        ("5.7.507", Policy),
        ("5.7.508", RateLimited),
        ("5.7.57 ", Policy),
        ("5.7.64 ", RelayingDenied),
        ("5.7.124", NotAllowed),
        ("5.7.133", NotAllowed),
        ("5.7.134", NotAllowed),
        ("5.7.136", NotAllowed),
        ("5.7.193", NotAllowed),
        ("5.4.310", HostUnknown),
        ("5.4.311", HostUnknown),
        ("5.4.312", HostUnknown),
        ("5.4.316", Network),
        ("5.4.317", Tls),
        ("5.4.318", Tls),
        ("4.7.320", Tls),
        ("5.7.320", Tls),
        ("4.7.321", Tls),
        ("5.7.321", Tls),
        ("4.7.322", Tls),
        ("5.7.322", Tls),
        ("4.7.323", Tls),
        ("5.7.323", Tls),
        ("4.7.324", Tls),
        ("5.7.324", Tls),
        ("4.7.325", Tls),
        ("5.7.325", Tls),
        ("5.4.300", Expired),
        ("5.4.14 ", Loop),
        ("4.7.650", BlockedSender),
        ("4.7.651", BlockedSender),
        ("4.7.652", RateLimited),
        ("4.7.500", RateLimited),
        ("(S3140)", BlockedSender),
        ("(S3150)", BlockedSender),
        ("(S844)", RateLimited),
        ("(S77714)", RateLimited),
        ("(AS345)", BlockedSender),
        ("(AS3140)", BlockedSender),
        // Outlook.com's SNDS codes.
        ("OU-001", BlockedSender),
        ("OU-002", BlockedSender),
        ("BAY004-MC", BlockedSender),
        ("RP-001", RateLimited),
        ("RP-002", RateLimited),
        ("RP-003", RateLimited),
        ("SC-001", BlockedSender),
        ("SC-002", BlockedSender),
        ("SC-003", BlockedSender),
        ("SC-004", BlockedSender),
        ("DY-001", BlockedSender),
        ("DY-002", BlockedSender),
        // Yahoo and AOL.
        ("[TSS04]", BlockedSender),
        // Charter (Spectrum) error codes.
        ("AUP#IN-1310", RateLimited),
        ("[TSS09]", BlockedSender),
        ("[TS01]", RateLimited),
        ("[TS02]", RateLimited),
        ("[TS03]", RateLimited),
        ("[GL01]", RateLimited),
        ("[BL21]", BlockedSender),
        ("[BL23]", BlockedSender),
        ("[PH01]", Policy),
        ("(RTR:BL)", BlockedSender),
        ("(RTR:BG)", Spam),
        ("(RTR:RD)", ReverseDns),
        ("(RTR:DU)", BlockedSender),
        ("(RTR:GE)", BlockedSender),
        ("(RTR:SC)", BlockedSender),
        ("(RTR:CH)", RejectedContent),
        ("(RLY:B1)", BlockedSender),
        ("(RLY:CH)", BlockedSender),
        ("(RLY:BD)", BlockedSender),
        ("(DYN:T1)", RateLimited),
        ("(HVU:B1)", Spam),
        ("(CON:B1)", BlockedSender),
        ("(DNS:NR)", ReverseDns),
        // French providers.
        ("OFR_415", BlockedSender),
        ("OFR_416", MailboxUnknown),
        ("OFR_417", MailboxFull),
        ("OFR_418", MailboxUnknown),
        ("OFR_420", Suspended),
        ("OFR_426", Suspended),
        ("OFR004_104", BlockedSender),
        ("OFR006_102", BlockedSender),
        ("OFR_506", Spam),
        ("OFR_509", AuthFailure),
        ("OFR_999", Spam),
        ("LPN007_405", BlockedSender),
        // iCloud.
        ("[CS01]", Policy),
        ("[HM07]", BlockedSender),
        ("[HM08]", BlockedSender),
        // Japanese mobile carriers name the filter.
        ("X-MMP", Policy),
    ]
};

/// The codes as texts hold them, in the order of the table: of several in a text the first in the table counts.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(code, _)| code.trim_end())
}

/// What the code at this place of the table means.
pub(super) fn reason(place: usize) -> Option<Reason> {
    TABLE.get(place).map(|(_, reason)| *reason)
}

/// Whether what stands at `range` of `text` is a code: a status of a provider's own range must not be found inside a
/// longer number.
pub(super) fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).and_then(|i| bytes.get(i));
    let after = bytes.get(range.end);
    !bytes.get(range.start).is_some_and(u8::is_ascii_digit)
        || (before.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'.')
            && after.is_none_or(|b| !b.is_ascii_alphanumeric()))
}

//! Read receipts (RFC 8098), and the receipts of programs that know no such thing.
//!
//! A part with a Disposition field is a receipt, whatever it is declared as. Without one, the subject of a
//! mail program's receipt counts only beside its words or its TNEF class (Outlook's `IPM` names).
//! A receipt that says *automatic* and *deleted* beside a refusal is what Dovecot and Sieve's `reject`
//! (RFC 5429 §2.1.2) make of a bounce, and is one.

use std::sync::OnceLock;

use super::super::address;
use super::super::reason::{Answer, derive};
use super::super::{Action, Reason, Report};
use super::fields::{Fields, host};
use super::subjects::{Fit, Topic};
use super::words::{Book, Hit, fold};
use super::{Look, Made, NoticeKind};
use crate::engine::message::Part;
use crate::engine::verdict::{FindingKind, Severity, Toward};
use crate::engine::words::clip;

pub(in super::super) const RECEIPT: FindingKind = FindingKind {
    id: "notice.read_receipt",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A mail program reports what became of the mail: displayed, deleted, refused (RFC 8098).",
};

/// Dispositions (RFC 8098 §3.2.6.2, and RFC 2298 before it) and their sentence.
const DISPOSITIONS: &[(&str, &str)] = &[
    ("displayed", "It says that your mail was displayed."),
    ("read", "It says that your mail was displayed."),
    ("deleted", "It says that your mail was deleted, maybe without being read."),
    ("dispatched", "It says that your mail was sent on or printed without being displayed."),
    ("processed", "It says that your mail was dealt with without being displayed."),
    ("denied", "It says that the recipient does not want to say what became of your mail."),
    ("failed", "It says that no proper receipt could be made for your mail."),
];
const UNKNOWN: &str = "It says what became of your mail.";

/// Message classes of Outlook and Exchange in TNEF (MS-OXOMSG §2.2.2), and what they say.
const TNEF_CLASSES: &[(&[u8], &str)] = &[
    (b"IPM.Microsoft Mail.Read Receipt", "displayed"),
    (b"IPM.Microsoft Mail.Non-Read Receipt", "deleted"),
    (b"REPORT.IPM.Note.IPNRN", "displayed"),
    (b"REPORT.IPM.Note.IPNNRN", "deleted"),
    (b"Report.IPM.Note.IPNRN", "displayed"),
    (b"Report.IPM.Note.IPNNRN", "deleted"),
];
/// Where a TNEF stream names its class: in the first attributes.
const TNEF_HEAD: usize = 512;

/// Recognises a read receipt.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    by_part(look).or_else(|| by_tnef(look)).or_else(|| by_words(look))
}

fn sentence(disposition: &str) -> &'static str {
    DISPOSITIONS.iter().find(|(word, _)| disposition.contains(word)).map_or(UNKNOWN, |(_, says)| says)
}

/// A part that is a disposition notification, or holds its fields.
fn by_part(look: &Look<'_, '_>) -> Option<Made> {
    if look.shape.status.is_some() {
        return None;
    }
    if let Some(part) = look.shape.disposition.and_then(|index| look.message.part(index)) {
        return Some(from_fields(look, part, Fields::of(part)));
    }
    // Wrongly built: the fields stand in a part of another type.
    let titled = look.heading(Topic::Receipt).is_some_and(|fit| fit >= Fit::Start);
    if !(look.report_of("disposition") || titled && !look.clues.prefixed) {
        return None;
    }
    look.own_parts().find_map(|part| {
        let fields = Fields::of(part)?;
        let real = fields.value("disposition").is_some_and(|d| d.contains("action") || d.contains(';'))
            && ["final-recipient", "original-message-id", "reporting-ua", "original-recipient"]
                .iter()
                .any(|name| fields.get(name).is_some());
        real.then(|| from_fields(look, part, Some(fields)))
    })
}

fn from_fields(look: &Look<'_, '_>, part: &Part<'_>, fields: Option<Fields<'_>>) -> Made {
    let disposition = fields.as_ref().and_then(|f| f.value("disposition")).unwrap_or_default();
    let lower = disposition.to_ascii_lowercase();
    let mut made = Made::new(NoticeKind::ReadReceipt, "mdn", RECEIPT, sentence(&lower));
    let Some(fields) = &fields else {
        return made.with(look.message.header_evidence(part, "content-type"));
    };
    let place = fields.get("disposition").and_then(|f| fields.evidence(look.message, f));
    made = made.with(place.or_else(|| look.message.header_evidence(part, "content-type")));
    if let Some(field) = fields.get("original-message-id")
        && let Some(place) = fields.place(field)
    {
        made.original = Some((field.value.clone(), place));
    }
    made.reporting_mta = ["reporting-ua", "mdn-gateway"].iter().find_map(|name| host(fields.value(name)?));
    let named = |name: &str| fields.value(name).and_then(address::normal);
    let recipient = named("final-recipient").or_else(|| named("original-recipient"));
    let refused = refusal(look, &lower);
    if recipient.is_some() || refused.is_some() {
        let original = named("original-recipient").filter(|o| Some(o) != recipient.as_ref());
        let failed = refused.is_some() || lower.contains("failed") || lower.contains("/error");
        let words = ["failure", "error", "warning"].iter().find_map(|name| fields.value(name));
        made.reports.push(Report {
            recipient,
            original_recipient: original,
            action: if failed { Action::Failed } else { Action::Delivered },
            status: None,
            reason: match &refused {
                Some(text) => derive(Answer { status: None, text }),
                None if failed => Reason::Undefined,
                None => Reason::Delivered,
            },
            diagnostic: refused.clone().or_else(|| words.map(str::to_owned)),
            remote_mta: None,
        });
    }
    if refused.is_some() {
        made.kind = NoticeKind::Bounce;
        made.format = "sieve_reject";
        made.says = "It is built like a receipt, and says that your mail was refused.".to_owned();
    }
    made
}

/// Words with which Sieve's `reject` refuses a mail, folded.
const REFUSALS: &[&str] = &[
    "was automatically rejected",
    "has been automatically rejected",
    "was refused by the recipient's mail filtering program",
    "was rejected by the recipient",
    "mail filtering program refused",
];

/// The words of a refusal inside a receipt that a program sent about a mail that it deleted.
fn refusal(look: &Look<'_, '_>, disposition: &str) -> Option<String> {
    if !(disposition.contains("automatic-action") && disposition.contains("deleted")) {
        return None;
    }
    static BOOK: OnceLock<Book<()>> = OnceLock::new();
    let book = BOOK.get_or_init(|| Book::new(REFUSALS.iter().map(|row| ((), *row))));
    let hit = look.hits(book, 2_000).into_iter().next()?;
    // The reason follows the sentence.
    let words = &look.words().text;
    let rest = words.get(hit.end..).unwrap_or_default().trim_start_matches([':', '.', ' ']);
    let text = clip(rest, 300).trim();
    Some(if text.is_empty() { "rejected".to_owned() } else { text.to_owned() })
}

/// Outlook's receipt in its own format, where nothing else of it came through.
fn by_tnef(look: &Look<'_, '_>) -> Option<Made> {
    let part = look.message.part(look.shape.tnef?)?;
    let bytes = part.bytes();
    let head = bytes.get(..TNEF_HEAD).unwrap_or(bytes);
    let (class, word) = TNEF_CLASSES.iter().find(|(class, _)| memchr::memmem::find(head, class).is_some())?;
    let at = memchr::memmem::find(head, class)?;
    let evidence = look.message.body_evidence(part, at..at + class.len());
    Some(Made::new(NoticeKind::ReadReceipt, "tnef", RECEIPT, sentence(word)).with([evidence]))
}

/// What receipts without a report part say in their text, folded.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "was read on", "was read at", "has been read on", "was displayed on", "has been displayed on",
    "was deleted without being read", "was opened on", "was opened by",
    "this is a receipt for the mail you sent", "this is a receipt for the message you sent",
    "this is a receipt for the email you sent", "this is a return receipt for", "this is a read receipt",
    "return receipt your document", "return receipt your", "was received by: ",
    "document : was * received by", "empfangsbestatigung ihr", "dokument: wurde", "dokument : wurde",
    "accuse de reception votre", "acuse de recibo su", "ricevuta di ritorno il", "recibo de retorno seu",
    "受信確認 文書",
    "this receipt verifies that", "this return receipt only acknowledges", "this receipt only",
    "read receipt for", "there is no guarantee that the message has been read",
    "no guarantee that the recipient has read", "no guarantee that the message has been read",
    "the message sent on * has been displayed", "your message * has been read by",
    "your message to * has been read", "message was read on", "message has been read",
    "your message * was displayed", "wurde gelesen am", "gelesen am", "wurde am * gelesen",
    "wurde am * geoffnet", "wurde ungelesen geloscht", "ungelesen geloscht",
    "dies ist eine empfangsbestatigung fur", "dies ist eine eingangsbestatigung fur eine nachricht",
    "dies ist eine lesebestatigung", "a ete lu le", "a ete lu a", "a ete affiche",
    "a ete supprime sans avoir ete lu", "ceci est un accuse de reception", "ceci est un accuse de lecture",
    "fue leido", "se ha leido", "ha sido leido", "se elimino sin leer",
    "se ha eliminado sin haber sido leido", "esta es una confirmacion de lectura",
    "esto es un acuse de recibo", "e stato letto", "e stata letta", "e stato eliminato senza",
    "questa e una ricevuta di ritorno", "questa e una conferma di lettura", "foi lida em", "foi lida a",
    "foi excluida sem ser lida", "foi eliminada sem", "este e um recibo de leitura",
    "este e um aviso de recepcao", "is gelezen op", "is verwijderd zonder te zijn gelezen",
    "dit is een leesbevestiging", "dit is een ontvangstbevestiging",
    "lastes den", "har lasts", "lastes ", "togs bort utan att ha lasts", "detta ar ett laskvitto",
    "blev laest", "er blevet laest", "ble lest", "er lest", "ble slettet uten", "blev slettet uden",
    "dette er en kvittering for", "luettiin", "on luettu", "zostala przeczytana", "zostala odczytana",
    "zostala usunieta bez", "byla prectena", "bola precitana", "okundu", "было прочитано", "прочтено ",
    "было прочтено", "прочитано ", "було прочитано", "прочетено ", "διαβάστηκε στις", "olvasva", "elolvasva",
    "a fost citit", "удалено непрочитанным", "は次の日時に読まれました", "に開封されました",
    "開封しました", "が開封され", "已在以下时间读取", "已于以下时间", "已被阅读", "已讀取", "讀取時間",
    "읽었습니다", "다음 시간에 읽",
];

/// Bytes within which a date follows `was read on`.
const DATE: usize = 40;

/// A receipt by subject and text.
fn by_words(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    let titled = look.heading(Topic::Receipt)? == Fit::SetOff && !clues.prefixed && !clues.list();
    if !titled || !clues.single {
        return None;
    }
    static BOOK: OnceLock<Book<()>> = OnceLock::new();
    let book = BOOK.get_or_init(|| Book::new(TEXTS.iter().map(|row| ((), *row))));
    let dated = |hit: &Hit<()>| {
        let words = &look.words().text;
        let open =
            words.get(hit.start..hit.end).is_some_and(|said| said.ends_with(" on") || said.ends_with(" at"));
        let after = clip(words.get(hit.end..).unwrap_or_default(), DATE);
        !open || after.bytes().any(|b| b.is_ascii_digit())
    };
    let hit = look.hits(book, 4_000).into_iter().find(dated)?;
    // A receipt is short, and says so at once.
    if look.words().lines_before(hit.start) > 12 || hit.start > 1_000 {
        return None;
    }
    let says = fold(look.words().text.get(hit.start..hit.end).unwrap_or_default());
    let word = if ["deleted", "geloscht", "supprim", "elimin", "exclu", "verwijderd", "slett", "usunieta"]
        .iter()
        .any(|w| says.contains(w))
    {
        "deleted"
    } else {
        "displayed"
    };
    Some(
        Made::new(NoticeKind::ReadReceipt, "receipt_text", RECEIPT, sentence(word))
            .with(look.message.top_evidence("subject"))
            .with(look.evidence(&hit)),
    )
}

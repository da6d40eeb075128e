//! The cheap first look: could this be a notice at all?
//!
//! Ordinary mail leaves here after one pass over its header fields and one over its subject; nothing of
//! its body is read. What passes is not a notice yet: it is worth reading.

use std::cell::OnceCell;
use std::sync::{LazyLock, OnceLock};

use mail_parser::HeaderName;
use memchr::memmem;

use super::super::anyof::AnyOf;
use super::super::lexicon::{Begins, Lexicon};
use super::super::message::Message;
use super::address;
use crate::engine::words::{begins_with, find_near, in_lower_case, trimmed};

/// What the header alone shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signs {
    /// Display name and address of From, in ASCII lower case, as they stand in the field.
    pub(crate) from: String,
    /// The decoded subject in ASCII lower case.
    pub(crate) subject: String,
    /// From names a mail daemon; or there is no sender address, and another sign.
    pub(crate) daemon: bool,
    /// The envelope sender is empty (`Return-Path: <>`), or names a daemon.
    pub(crate) null_path: bool,
    /// The subject is one that mailers write.
    pub(crate) subject_known: bool,
    /// `Auto-Submitted: auto-replied`, or another field that only programs write.
    pub(crate) automatic: bool,
    /// The message is a multipart/report, or a part of it is a report's part.
    pub(crate) report: bool,
    /// `X-Failed-Recipients` names addresses.
    pub(crate) failed_recipients: bool,
    /// A Received field says that a mailer made it as a bounce (qmail: `invoked for bounce`).
    pub(crate) made_as_bounce: bool,
    /// The subject says that this is an answer or a forwarded mail.
    pub(crate) answer: bool,
}

impl Signs {
    /// Whether a program other than a person's mail client wrote this.
    pub(crate) fn machine(&self) -> bool {
        self.daemon
            || self.null_path
            || self.automatic
            || self.report
            || self.failed_recipients
            || self.made_as_bounce
    }
}

/// Words in From (display name or local part) that only mailers use.
const FROM: &[&str] = &[
    "mailer-daemon", "mailer daemon", "mailer_daemon", "maildaemon", "mail daemon", "mail-daemon", "mdaemon",
    "mail delivery s", "mail deliver s", "mail.delivery.s", "mail_delivery_s", "delivery subsystem",
    "delivery system", "delivery status notif", "delivery notification", "delivery manager",
    "delivery agent", "postmaster", "post_master", "post master", "mail administrator", "mail admin",
    "system administrator", "systemadministrator", "systemadministrat\u{f6}r", "administrateur syst",
    "administrador del sistema", "administrador do sistema", "amministratore di sistema", "systeembeheerder",
    "systemansvarig", "microsoft outlook", "microsoft exchange", "mail system", "mail service",
    "mail_service", "email system", "smtp gateway", "smtp_mail", "smtp service", "mail server", "mailserver",
    "mail gateway", "mailgate", "inetgw", "internet mail", "imss@", "interscan", "scanmail", "symantec",
    "mailmarshal", "groupshield", "webshield", "mailsweeper", "bounce@", "bounces@", "bounce-", "bounce+",
    "non-delivery", "nondelivery", "ndr@", "ndr admin", "no-reply@sns", "mms", "vzwpix", "undeliverable",
    "returned mail", "jetmail", "lsmtp", "daemon@", "prodigy", "listserv", "list server", "majordomo",
    "mailman", "lotus notes", "domino", "groupwise", "amavis", "mailscanner",
];

/// What mailers write into the subject of a notice, in ASCII lower case.
const SUBJECTS: &[&str] = &[
    "\u{30e1}\u{30fc}\u{30eb}\u{30a8}\u{30e9}\u{30fc}",
    "\u{30a8}\u{30e9}\u{30fc}\u{30e1}\u{30fc}\u{30eb}",
    "\u{9001}\u{4fe1}\u{4e0d}",
    "\u{90ae}\u{4ef6}\u{53d1}\u{9001}",
    "failed mail",
    "mail failed",
    "undeliver",
    "undelivred",
    "non-deliver",
    "nondeliver",
    "non deliver",
    "not deliver",
    "not be deliver",
    "n't be delivered",
    "not been delivered",
    "unable to deliver",
    "could not deliver",
    "couldn't deliver",
    "cannot deliver",
    "can not deliver",
    "deliverable",
    "delivery fail",
    "delivery has failed",
    "delivery error",
    "delivery problem",
    "delivery status",
    "delivery notification",
    "delivery report",
    "delivery warning",
    "delivery delay",
    "delivery incomplete",
    "delivery attempt",
    "delivery receipt",
    "delivery confirm",
    "delivery was",
    "delivery to",
    "delivered to",
    "delivery of",
    "delivery agent",
    "failed delivery",
    "failure delivery",
    "failed mail",
    "failed message",
    "failure notice",
    "failure notification",
    "error sending",
    "error during delivery",
    "error delivering",
    "mail fail",
    "mail error",
    "mail system error",
    "mail delivery",
    "mail delayed",
    "mail could not",
    "mail not delivered",
    "mail problem",
    "message delayed",
    "message not sent",
    "message not delivered",
    "message delivery",
    "message could not",
    "message status",
    "message you sent",
    "returned mail",
    "returned message",
    "returned to sender",
    "returning message",
    "returning to sender",
    "return to sender",
    "return mail",
    "bounced",
    "bounce message",
    "bounce notif",
    "rejected mail",
    "rejected message",
    "mail rejected",
    "message rejected",
    "email rejected",
    "was rejected",
    "your message was rejected",
    "blocked message",
    "message blocked",
    "recipient unknown",
    "user unknown",
    "unknown user",
    "unknown recipient",
    "unknown address",
    "not listed in",
    "address unknown",
    "invalid recipient",
    "mailbox full",
    "quota exceeded",
    "processing error",
    "nameserver error",
    "loop alert",
    "warning: message",
    "warning: could not send",
    "warning--could not send",
    "could not send",
    "still being retried",
    "non-member submission",
    "approval required:",
    "aws notification message",
    "amazon ses",
    "non remis",
    "echec de la remise",
    "\u{e9}chec de la remise",
    "\u{e9}chec de remise",
    "chec d'envoi",
    "chec de livraison",
    "non livr",
    "non distribu",
    "message refus",
    "non recens",
    "unzustellbar",
    "nicht zugestellt",
    "nicht zustellbar",
    "zustellung fehl",
    "zustellungsfehl",
    "zustellfehler",
    "unzustellbarkeit",
    "zustellungsbenachrichtigung",
    "zustellverz\u{f6}gerung",
    "fehlgeschlagen",
    "verz\u{f6}gert",
    "no se puede entregar",
    "no se pudo entregar",
    "no se ha podido",
    "no entregado",
    "no enviado",
    "devuelto",
    "error de entrega",
    "error en la entrega",
    "n\u{e3}o entregue",
    "n\u{e3}o p\u{f4}de ser entregue",
    "n\u{e3}o \u{e9} poss\u{ed}vel entregar",
    "falha na entrega",
    "falha de entrega",
    "falha no envio",
    "devolvid",
    "non recapit",
    "impossibile recapitare",
    "mancato recapito",
    "mancata consegna",
    "non consegn",
    "errore di consegna",
    "onbestelbaar",
    "niet afgeleverd",
    "niet bezorgd",
    "niet worden bezorgd",
    "kan inte leverera",
    "kunde inte levereras",
    "olevererat",
    "oleverans",
    "kan ikke leveres",
    "kunne ikke leveres",
    "kan ikke levere",
    "ikke levert",
    "ei voitu toimittaa",
    "toimitus ep",
    "niedostarcz",
    "nie mo\u{17c}na dostarczy",
    "nie dostarczono",
    "non d\u{e9}livr",
    "pu \u{ea}tre d\u{e9}livr",
    "pu \u{ea}tre remis",
    "pas d\u{e9}livr",
    "message rejet",
    "chec de l'envoi",
    "courrier en erreur",
    "fehler beim versand",
    "fehler bei der zustell",
    "nicht ausgeliefert",
    "nachricht abgelehnt",
    "e-mail abgelehnt",
    "no se pudo enviar",
    "no fue entregado",
    "aflevering mislukt",
    "bezorging mislukt",
    "bericht geweigerd",
    "zwrot wiadomo",
    "zwrot poczty",
    "nepoda\u{159}ilo doru\u{10d}",
    "nu a putut fi livrat",
    "\u{9000}\u{56de}",
    "\u{7121}\u{6cd5}\u{905e}\u{9001}",
    "nedoru\u{10d}",
    "nelze doru\u{10d}",
    "k\u{e9}zbes\u{ed}thetetlen",
    "nem k\u{e9}zbes",
    "teslim edilemedi",
    "iletilemedi",
    "\u{43d}\u{435} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}",
    "\u{43d}\u{435}\u{432}\u{43e}\u{437}\u{43c}\u{43e}\u{436}\u{43d}\u{43e} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}",
    "\u{43d}\u{435}\u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}",
    "\u{43d}\u{435} \u{431}\u{44b}\u{43b}\u{43e} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}",
    "\u{43e}\u{448}\u{438}\u{431}\u{43a}\u{430} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}",
    "\u{914}\u{3b5}\u{3bd} \u{3b5}\u{3af}\u{3bd}\u{3b1}\u{3b9}",
    "\u{914}\u{3b5}\u{3bd} \u{3b5}\u{3c0}\u{3b9}\u{3b4}\u{3cc}\u{3b8}",
    "\u{914}\u{3b5}\u{3bd} \u{3ae}\u{3c4}\u{3b1}\u{3bd}",
    "\u{9001}\u{4fe1}\u{3067}\u{304d}",
    "\u{914d}\u{4fe1}\u{3067}\u{304d}",
    "\u{914d}\u{4fe1}\u{4e0d}",
    "\u{914d}\u{9001}\u{3067}\u{304d}",
    "\u{9001}\u{4fe1}\u{30a8}\u{30e9}\u{30fc}",
    "\u{914d}\u{4fe1}\u{30a8}\u{30e9}\u{30fc}",
    "\u{9001}\u{4fe1}\u{5931}\u{6557}",
    "\u{914d}\u{4fe1}\u{5931}\u{6557}",
    "\u{9001}\u{4fe1}\u{6642}\u{306b}\u{30a8}\u{30e9}\u{30fc}",
    "\u{914d}\u{4fe1}\u{72b6}\u{614b}",
    "\u{30bb}\u{30ad}\u{30e5}\u{30ea}\u{30c6}\u{30a3}",
    "\u{672a}\u{914d}\u{4fe1}",
    "\u{672a}\u{9001}\u{9054}",
    "\u{9000}\u{4fe1}",
    "\u{9000}\u{4ef6}",
    "\u{65e0}\u{6cd5}\u{9001}\u{8fbe}",
    "\u{65e0}\u{6cd5}\u{6295}\u{9012}",
    "\u{7121}\u{6cd5}\u{50b3}\u{9001}",
    "\u{7121}\u{6cd5}\u{9001}\u{9054}",
    "\u{672a}\u{9001}\u{8fbe}",
    "\u{53d1}\u{9001}\u{5931}\u{8d25}",
    "\u{6295}\u{9012}\u{5931}\u{8d25}",
    "\u{cd94}\u{c801} \u{ba54}\u{c77c}",
    "\u{bc30}\u{b2ec}\u{d560} \u{c218} \u{c5c6}",
    "\u{bc18}\u{c1a1}",
    "\u{bc1c}\u{c1a1} \u{c2e4}\u{d328}",
];

/// Header fields that only programs write, beside `Auto-Submitted: auto-replied` (RFC 3834 §5); what is
/// `auto-generated` answers nothing, and shops' mail is as well.
const AUTOMATIC: &[&str] = &[
    "x-failed-recipients", "x-ms-exchange-message-is-ndr", "x-notes-bounce", "x-mailer-daemon", "x-bounce",
    "x-aol-ndr", "x-mimecast-bounce", "x-dsn", "x-zohomail-ndr",
];

/// The lengths of these names, a bit for each: most fields have another.
const AUTOMATIC_LENGTHS: u64 = {
    let (mut lengths, mut row) = (0, 0);
    while row < AUTOMATIC.len() {
        lengths |= 1 << AUTOMATIC[row].len();
        row += 1;
    }
    lengths
};

static FROM_WORDS: LazyLock<Lexicon> = LazyLock::new(|| anywhere(FROM));
static SUBJECT_WORDS: LazyLock<Lexicon> = LazyLock::new(|| anywhere(SUBJECTS));

/// The words of a table, in lower case, wherever they begin.
fn anywhere(words: &[&str]) -> Lexicon {
    Lexicon::new(Begins::Anywhere, words.iter().map(|word| word.to_lowercase()))
}

/// Whether a From field, in lower case, names a mail daemon.
pub(super) fn is_daemon(from: &str) -> bool {
    FROM_WORDS.find(from).next().is_some()
}

/// Prefixes of answers and forwarded mail.
const ANSWERS: &[&str] = &[
    "re:", "re[", "fw:", "fwd:", "aw:", "wg:", "sv:", "vs:", "tr:", "rv:", "enc:", "antw:", "[fwd", "rif:",
    "r:", "i:",
];

/// Bytes of the longest of them.
const MAX_ANSWER: usize = 5;

/// The same behind a person's own words.
const FORWARDED: &[&str] = &[" fwd: ", " fw: ", " wg: ", " tr: ", " rv: ", "(fwd)", "[fwd:", "[fw:", "[wg:"];

static FORWARDED_WORDS: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(FORWARDED));

/// Whether a field Received is one of a mailer that made a bounce (qmail).
fn made_as_bounce(field: &[u8]) -> bool {
    static WORDS: OnceLock<memmem::Finder<'static>> = OnceLock::new();
    WORDS.get_or_init(|| memmem::Finder::new("invoked for bounce")).find(field).is_some()
}

/// Whether a field names an address to which a list's bounces go.
fn is_of_bounces(field: &[u8]) -> bool {
    memchr::memchr_iter(b'-', field).any(|at| {
        let rest = field.get(at..).and_then(|rest| rest.strip_prefix(b"-bounces"));
        rest.is_some_and(|rest| matches!(rest.first(), Some(b'@' | b'+')))
    })
}

/// Whether the value of a field begins with `word`, in any case.
fn begins(value: &str, word: &str) -> bool {
    begins_with(value.trim_start(), word)
}

/// Reads the header. `None` where nothing speaks for a notice.
pub(crate) fn look(message: &Message<'_>) -> Option<Signs> {
    let root = message.root()?;
    let mut signs = Signs::default();
    let mut title = None;
    let mut has_from = false;
    let mut persons_path = false;
    let mut no_path = false;
    let mut listed = false;
    let mut to_bounces = false;
    for header in &root.inner().headers {
        match &header.name {
            HeaderName::From => {
                has_from = true;
                let raw = root.raw_text(header);
                signs.from = in_lower_case(trimmed(&raw));
                if find_near(&raw, "=?").is_some() {
                    signs.from.push(' ');
                    signs.from.push_str(&message.headline().from.unwrap_or_default().to_lowercase());
                }
            }
            HeaderName::Subject => title = Some(header),
            HeaderName::Received => {
                signs.made_as_bounce |= made_as_bounce(root.raw_bytes(header));
            }
            HeaderName::ReturnPath => {
                let raw = root.raw_text(header);
                let path = trimmed(&raw).trim_matches(['<', '>']);
                no_path = path.is_empty();
                signs.null_path = no_path || address::is_daemon(path);
                persons_path = !signs.null_path && path.contains('@');
            }
            HeaderName::To => {
                to_bounces = is_of_bounces(root.raw_bytes(header));
            }
            HeaderName::ListId | HeaderName::ListUnsubscribe | HeaderName::ListPost => listed = true,
            HeaderName::AutoSubmitted => signs.automatic |= begins(&root.raw_text(header), "auto-replied"),
            HeaderName::Other(name)
                if AUTOMATIC_LENGTHS.checked_shr(name.len() as u32).unwrap_or_default() & 1 > 0 =>
            {
                let lower = |wanted: &&&str| name.eq_ignore_ascii_case(wanted);
                if let Some(known) = AUTOMATIC.iter().find(lower) {
                    signs.automatic |= !begins(&root.raw_text(header), "no");
                    signs.failed_recipients |= *known == "x-failed-recipients";
                }
            }
            _ => {}
        }
    }
    signs.report = message.parts().iter().filter(|p| p.depth == 0).any(|p| {
        p.content_type_value().is_some_and(|ct| {
            let sub = ct.subtype().unwrap_or_default();
            (ct.ctype().eq_ignore_ascii_case("multipart") && sub.eq_ignore_ascii_case("report"))
                || (ct.ctype().eq_ignore_ascii_case("message")
                    && sub.to_ascii_lowercase().contains("delivery-status"))
        })
    });
    // The subject is read only where it matters: what goes to many is told without it.
    let subject = OnceCell::new();
    let is_known = || {
        let read = || title.map(|header| in_lower_case(&root.header_text(header))).unwrap_or_default();
        SUBJECT_WORDS.find(subject.get_or_init(read)).next().is_some()
    };
    // Spam writes From fields without an address, too, and programs none at all.
    let nobody = !has_from || signs.from.is_empty() || signs.from.ends_with("<>");
    let titled = || signs.report || signs.automatic || !persons_path && is_known();
    signs.daemon = nobody && titled() || is_daemon(&signs.from);
    // What goes to many and only speaks of bounces: talk on a list, a tracker, a service's report. The return path of
    // such mail has a bouncing name as well.
    let only_speaks =
        listed && !signs.daemon && !signs.report && !signs.made_as_bounce && !no_path && !to_bounces;
    if only_speaks && !signs.failed_recipients {
        return None;
    }
    signs.subject_known = is_known();
    if !signs.machine() && !signs.subject_known {
        return None;
    }
    signs.subject = subject.into_inner().unwrap_or_default();
    let bare = signs.subject.trim_start();
    // Each has one of two marks, which most subjects do not have there.
    let marked = bare.bytes().take(MAX_ANSWER).any(|byte| matches!(byte, b':' | b'['));
    signs.answer =
        marked && ANSWERS.iter().any(|prefix| bare.starts_with(prefix)) || FORWARDED_WORDS.is_in(bare);
    Some(signs)
}

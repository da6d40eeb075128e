//! What programs write into the subject of a notice, in any language.
//!
//! Rows are folded (see [`super::words`]) and stand without the colon that follows them: how a phrase fits
//! ([`Fit`]) is read from its place. A new language or program is one line.

use std::sync::OnceLock;

use super::words::{Book, fold};

/// What a subject speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// The words that programs use for an automatic answer; people seldom do.
    Answer,
    /// Words for being away, which people use as well.
    Away,
    /// A post waits for a moderator, or a list program answers.
    ListAnswer,
    /// The wish to be confirmed before mail is delivered.
    Challenge,
    /// A subscription to be confirmed.
    Subscription,
    /// A virus or a forbidden file, told to the one who sent it.
    Virus,
    /// Words on viruses that newsletters use as well.
    VirusWord,
    /// Words of gateways on any mail that they held.
    GatewayWord,
    /// A mail was displayed, deleted or otherwise dealt with.
    Receipt,
    /// A complaint of a recipient.
    Complaint,
}

/// How a phrase stands in the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Somewhere.
    Inside,
    /// At the beginning.
    Start,
    /// At the beginning and set off from what follows, or followed by a colon: as a program does it.
    SetOff,
}

/// A phrase of the tables in a subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heading {
    pub(super) topic: Topic,
    pub(super) fit: Fit,
}

/// Prefixes of answers and forwarded mail, folded.
const PREFIXES: &[&str] = &[
    "re:", "re :", "re[", "fw:", "fwd:", "aw:", "wg:", "sv:", "vs:", "tr:", "rv:", "enc:", "antw:", "rif:",
    "odp:", "ynt:", "vl:", "res:", "doorst:", "答复:", "回复:", "回覆:", "转发:", "轉寄:",
];

/// What may stand before a phrase that opens a subject.
const OPENING_MARKS: [char; 10] = ['[', '(', '"', '\'', ' ', '*', '-', '【', '「', '{'];

/// Words of courtesy before a phrase, folded.
const POLITE: &[&str] = &[
    "please", "bitte", "merci de", "veuillez", "s'il vous plait", "por favor", "per favore", "alstublieft",
    "prosze", "пожалуйста,",
];

/// Bytes of the longest prefix.
const MAX_PREFIX: usize = 8;

/// The prefix with which `text` begins.
fn prefix(text: &str) -> Option<&'static str> {
    // Each ends in one of two marks, which most subjects do not have there.
    let marked = text.bytes().take(MAX_PREFIX).any(|byte| matches!(byte, b':' | b'['));
    PREFIXES.iter().find(|prefix| marked && text.starts_with(**prefix)).copied()
}

/// Takes list tags and prefixes off a folded subject; whether there was a prefix.
pub(super) fn bare(mut subject: String) -> (String, bool) {
    let mut rest = subject.as_str();
    let mut prefixed = false;
    for _ in 0..6 {
        rest = rest.trim_start_matches(['*', ' ', '!', '"', '\'', '<', '#']);
        if let Some(prefix) = prefix(rest) {
            prefixed = true;
            rest = rest.get(prefix.len()..).unwrap_or_default();
            // `re[2]:`
            if prefix.ends_with('[') {
                rest = rest.split_once("]:").map_or(rest, |(_, after)| after);
            }
            continue;
        }
        // A tag of a list or of a spam filter, where something follows it that is no tag.
        let tagged = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
        match tagged {
            Some((tag, after)) if tag.len() <= 40 && !after.trim().is_empty() && !known(tag) => rest = after,
            _ => break,
        }
    }
    let start = subject.len() - rest.trim_start().len();
    subject.truncate(subject.trim_end().len().max(start));
    subject.drain(..start);
    (subject, prefixed)
}

/// Whether a bracket holds a phrase of the tables, so that it is no list's tag.
fn known(tag: &str) -> bool {
    let mut tag = fold(tag);
    tag.push(' ');
    !read(&tag).is_empty()
}

/// What a folded subject says, the best fit first.
pub(super) fn read(subject: &str) -> Vec<Heading> {
    static BOOK: OnceLock<Book<Topic>> = OnceLock::new();
    let book = BOOK.get_or_init(|| {
        Book::new(TABLES.iter().flat_map(|(topic, rows)| rows.iter().map(|phrase| (*topic, *phrase))))
    });
    let mut headings: Vec<Heading> = book
        .hits(subject)
        .take(64)
        .map(|hit| {
            let after = subject.get(hit.end..).unwrap_or_default();
            let closed = after.trim_start().starts_with([']', ')', '】', '」']);
            let after = after.trim_start_matches(['"', '\'', ']', ' ', '!', '.']);
            let set_off = closed
                || subject.get(..hit.end).is_some_and(|phrase| phrase.ends_with(':'))
                || after.is_empty()
                || after.starts_with([':', '-', '(', '[', '<', '/', '|', ',', '>', '=']);
            let opens = subject.get(..hit.start).is_some_and(|before| {
                let before = before.trim_matches(OPENING_MARKS);
                before.is_empty() || POLITE.contains(&before)
            });
            let fit = match (opens, set_off || prefix(after).is_some()) {
                (true, true) => Fit::SetOff,
                (false, true) if after.starts_with(':') => Fit::SetOff,
                (true, false) => Fit::Start,
                (false, _) => Fit::Inside,
            };
            Heading { topic: hit.says, fit }
        })
        .collect();
    headings.sort_by_key(|h| (std::cmp::Reverse(h.fit), h.topic));
    headings
}

const TABLES: &[(Topic, &[&str])] = &[
    (Topic::Answer, ANSWER),
    (Topic::Away, AWAY),
    (Topic::ListAnswer, LIST_ANSWER),
    (Topic::Challenge, CHALLENGE),
    (Topic::Subscription, SUBSCRIPTION),
    (Topic::Virus, VIRUS),
    (Topic::VirusWord, VIRUS_WORD),
    (Topic::GatewayWord, GATEWAY_WORD),
    (Topic::Receipt, RECEIPT),
    (Topic::Complaint, COMPLAINT),
];

/// What Exchange, Outlook.com, Notes, GroupWise, Zimbra, web hosters and providers call an automatic answer.
#[rustfmt::skip]
const ANSWER: &[&str] = &[
    "automatic reply", "automatic response", "automatic answer", "automated reply", "automated response",
    "automated answer", "automatically generated reply", "automatically generated response",
    "auto-reply", "auto reply", "autoreply", "auto-response", "auto response", "autoresponse",
    "auto-answer", "auto answer", "auto-respond", "out of office autoreply", "out-of-office reply",
    "out of office reply", "out of office response",
    "out of office message", "out of office notification", "out-of-office autoreply", "vacation reply",
    "vacation response", "vacation message",
    "vacation autoreply", "away message", "holiday reply", "yahoo! auto response",
    "this is a recorded message", "abwesenheitsnotiz", "abwesenheitsmeldung", "abwesenheitsnachricht",
    "abwesenheitsbenachrichtigung", "abwesenheitsassistent", "abwesenheitsmitteilung", "abwesenheitsinfo",
    "automatische antwort", "automatische rueckantwort",
    "automatische ruckantwort", "automatische abwesenheit", "automatische ruckmeldung", "autom. antwort",
    "autoantwort", "auto-antwort",
    "urlaubsbenachrichtigung", "urlaubsnachricht", "urlaubsmeldung", "reponse automatique",
    "reponse automatique d'absence", "reponse automatique d'absence du bureau",
    "message automatique d'absence", "message d'absence", "avis d'absence", "notification d'absence",
    "repondeur automatique", "reponse auto ", "respuesta automatica", "respuesta de ausencia",
    "mensaje de respuesta automatica", "autorespuesta", "auto respuesta",
    "auto-respuesta", "contestacion automatica", "risposta automatica", "risposta automatico",
    "autorisposta", "avviso di assenza", "messaggio di assenza", "notifica di assenza",
    "resposta automatica", "resposta de ausencia", "auto-resposta", "autoresposta",
    "aviso de ausencia", "mensagem de ausencia", "notificacao de ausencia", "automatisch antwoord",
    "automatische beantwoording",
    "automatische reactie", "afwezigheidsbericht", "afwezigheidsmelding", "afwezigheidsassistent",
    "automatiskt svar", "autosvar", "auto-svar", "automatsvar", "franvaromeddelande", "franvaroavisering",
    "franvarobesked", "automatisk svar", "fravaersmelding",
    "fravaersbesked", "fravaersassistent", "ferieautosvar", "automaattinen vastaus", "automaattivastaus",
    "poissaoloilmoitus", "poissaoloviesti",
    "lomavastaaja", "automatyczna odpowiedz", "odpowiedz automatyczna", "autoodpowiedz",
    "automaticka odpoved", "automatikus valasz", "raspuns automat",
    "otomatik yanit", "otomatik cevap", "automatinis atsakymas", "automatiska atbilde", "automaatvastus",
    "automaatne vastus", "samodejni odgovor", "automatski odgovor", "balasan otomatis",
    "erantzun automatikoa", "sjalfvirkt svar",
    "tra loi tu dong", "tu dong tra loi", "thu tra loi tu dong",
    "автоматический ответ", "автоматическое уведомление об отсутствии", "автоответ",
    "автоматична відповідь", "автовідповідь", "автоматичен отговор", "аутоматски одговор",
    "αυτόματη απάντηση", "αυτοματη απαντηση",
    "自動応答", "自動返信", "自動回答", "自動回覆", "自動答覆", "自動回復", "自动答复", "自动回复",
    "自动应答", "不在通知",
    "不在応答", "不在連絡", "不在メール", "不在のお知らせ", "不在のご連絡", "外出自动回复", "休假自动回复",
    "자동 회신", "자동회신", "자동 응답", "자동응답", "자동 답장", "자동답장", "부재중 자동",
    "부재 중 자동", "부재중 메일", "부재중 알림", "תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي",
    "الرد التلقائي", "الرد الآلي", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "پاسخ خودکار",
    // Exchange 2007 and Outlook put these before the subject that they answer.
    "out of office:", "out of office :", "out-of-office:", "out of the office:", "abwesend:",
    "abwesenheit:", "absent du bureau :", "absence du bureau :", "absent :", "fuera de la oficina:",
    "fuera de oficina:", "fuori sede:", "fuori ufficio:", "ausencia temporaria:", "fora do escritorio:",
    "niet aanwezig:", "afwezig:", "franvaro:", "franvarande:", "afwezigheid:", "ausencia do escritorio:",
    "absence du bureau:", "ej pa kontoret:", "ikke til stede:", "ikke pa kontoret:",
    "poissa:", "nieobecnosc w biurze:", "poza biurem:", "mimo kancelar:", "hazon kivul:", "ofis disinda:",
    "нет на месте:", "вне офиса:", "不在:", "外出:", "부재중:", "부재 중:",
];

/// Words for being away.
#[rustfmt::skip]
const AWAY: &[&str] = &[
    "out of office", "out of the office", "out-of-office", "is out of the office", "away from office",
    "away from the office", "away from my mail",
    "away from my desk", "away from my email", "away from e-mail", "i am away", "i'm away", "i am out",
    "i'm out of", "i am currently away", "currently away", "currently out", "on vacation", "on holiday",
    "on annual leave", "on leave", "on maternity leave",
    "on parental leave", "on sick leave", "vacation", "annual leave", "maternity leave",
    "absence from office", "absence notification", "ooo ", "oof ", "not in the office", "no longer with",
    "no longer works", "no longer work", "has left the company", "change of address", "address change",
    "new email address",
    "your message has been received", "your email has been received", "we have received your",
    "we've received your", "we received your", "thank you for contacting", "thank you for your email",
    "thank you for your e-mail",
    "request received", "ticket received", "support ticket opened", "anfrage erhalten",
    "anfrage eingegangen", "anfrage ist eingegangen", "demande recue", "solicitud recibida",
    "richiesta ricevuta", "solicitacao recebida", "pedido recebido", "verzoek ontvangen",
    "aanvraag ontvangen", "begaran mottagen", "anmodning modtaget", "foresporsel mottatt",
    "zgloszenie przyjete", "zgloszenie otrzymane", "запрос получен", "заявка принята", "обращение принято",
    "リクエストを受け付け", "お問い合わせを受け付け", "请求已收到", "요청 접수", "요청이 접수",
    "thank you for your message", "thanks for contacting", "thanks for your email",
    "thank you for your enquiry", "thank you for your inquiry", "acknowledgement of", "acknowledgment of",
    "abwesend", "abwesenheit", "nicht im buro", "nicht im buero", "ausser haus", "bin im urlaub",
    "im urlaub", "urlaub", "ihre nachricht an", "ihre anfrage", "ihre e-mail an", "eingangsbestatigung",
    "eingangsbestaetigung", "vielen dank fur ihre", "vielen dank fuer ihre",
    "absent", "absence du bureau", "absence", "absente", "en conge", "conges", "en vacances",
    "hors du bureau", "nous avons bien recu votre", "votre message a bien ete recu",
    "fuera de la oficina", "fuera de oficina", "ausente", "ausencia", "de vacaciones", "vacaciones",
    "hemos recibido su", "gracias por su mensaje", "gracias por contactar",
    "fuori sede", "fuori ufficio", "assente", "assenza", "in ferie", "ferie", "abbiamo ricevuto",
    "ausencia temporaria", "fora do escritorio", "fora da empresa", "de ferias", "em ferias", "ferias",
    "ausente do escritorio", "recebemos sua", "recebemos a sua", "recebemos o seu",
    "afwezig", "niet aanwezig", "niet op kantoor", "buiten kantoor", "met vakantie", "op vakantie",
    "uw bericht", "wij hebben uw",
    "franvaro", "franvarande", "inte pa kontoret", "pa semester", "semester", "ikke pa kontoret",
    "ikke til stede", "ikke pa jobb", "pa ferie", "fravaer", "fravaerende", "bortrest", "bortreist",
    "poissa", "poissaolo", "lomalla",
    "nieobecnosc", "nieobecny", "poza biurem", "jestem na urlopie", "urlop", "mimo kancelar",
    "nepritomnost", "dovolena", "dovolenka", "hazon kivul", "irodan kivul", "szabadsag",
    "in afara biroului", "concediu", "ofis disinda", "izinde", "ofis disi", "atvalinajum", "atostog",
    "puhkus", "odsoten", "odsutan", "godisnji odmor", "dopust",
    "нет на месте", "отсутству", "отсутствие", "в отпуске", "отпуск", "вне офиса", "відсут", "у відпустці",
    "отсъств", "εκτός γραφείου", "εκτος γραφειου",
    "不在", "休暇", "出張中", "外出", "休假", "出差", "外出办公", "不在办公室", "不在辦公室", "휴가",
    "부재", "출장", "외근", "מחוץ למשרד", "خارج المكتب", "ไม่อยู่ที่สำนักงาน",
    "auto-responder", "auto responder", "autoresponder", "auto-acknowledg", "this is an auto",
    "automatische mitteilung", "automatische eingangsbestatigung", "automatische eingangsbestaetigung",
    "automatische empfangsbestatigung", "automatische nachricht", "message automatique",
    "accuse de reception automatique", "mensaje automatico", "messaggio automatico", "mensagem automatica",
    "automatisch bericht", "automatiskt meddelande", "automatisk besked", "wiadomosc automatyczna",
    "automatikus uzenet", "mesaj automat", "автоматическое сообщение", "自動送信", "הודעה אוטומטית",
];

/// List programs that answer a post or a command: Mailman, Majordomo, Listserv, Sympa, ezmlm.
#[rustfmt::skip]
const LIST_ANSWER: &[&str] = &[
    "awaits moderator approval", "your message to * awaits moderator", "your posting to * awaits",
    "your message to * is awaiting", "message awaiting approval", "awaiting approval",
    "the results of your email commands", "the results of your e-mail commands", "majordomo results",
    "output of your job", "results of your command", "moderate post", "waiting for approval",
    "held for moderation", "message to * held", "message for * on hold",
    "wartet auf die bestatigung", "wartet auf freigabe", "en attente d'approbation",
    "en attente de validation", "esta pendiente de aprobacion", "in attesa di approvazione",
    "aguarda aprovacao", "wacht op goedkeuring", "vantar pa godkannande", "afventer godkendelse",
    "承認待ち", "ожидает одобрения", "ожидает решения",
];

/// What challenge-response systems call their question.
#[rustfmt::skip]
const CHALLENGE: &[&str] = &[
    "your email requires verification", "your e-mail requires verification",
    "your message requires verification", "email requires verification", "verification required",
    "requires verification", "message requires confirmation",
    "please confirm your message", "please confirm your email", "please confirm your e-mail",
    "please confirm your mail", "please confirm (conf", "please confirm that you", "confirm your message",
    "confirm your email to", "confirm delivery", "confirmation needed", "confirmation required",
    "sender confirmation", "sender verification", "sender validation", "please verify your email",
    "please verify your e-mail", "please verify yourself",
    "verify your identity", "email verification", "e-mail verification", "message verification",
    "message confirmation", "delivery confirmation needed", "unverified email to", "unconfirmed email",
    "unconfirmed message", "unauthorized email", "your message awaits", "your message is awaiting",
    "your email is awaiting", "awaiting approval", "awaiting your confirmation", "awaiting confirmation",
    "waiting for your confirmation", "action required to deliver", "spam challenge", "challenge:",
    "antispam uol", "anti-spam uol",
    "antispam", "spamblocker", "spam blocker", "spam arrest", "spamarrest", "qurb", "confirm#", "verify#",
    "courtesy notice", "not yet delivered", "is not on the approved", "are you human",
    "prove you are human", "human verification", "one-time verification", "one time verification",
    "one-time confirmation", "one time confirmation", "first-time sender", "first time sender",
    "you sent me", "your mail to * requires", "your message to * requires", "your email to * requires",
    "message you sent requires verification", "your message to * has been held",
    "your message to * is being held", "your email to * is being held",
    "bitte bestatigen sie ihre", "bitte bestaetigen sie ihre", "bestatigung erforderlich",
    "bestaetigung erforderlich", "absenderbestatigung", "absenderprufung", "nachricht bestatigen",
    "ihre mail wartet", "ihre e-mail wartet", "bestatigung ihrer",
    "confirmez votre", "merci de confirmer", "veuillez confirmer", "demande d'authentification",
    "demande de confirmation", "demande de validation", "authentification requise", "confirmation requise",
    "authentifiez-vous", "validation de votre",
    "confirme su mensaje", "confirme su correo", "confirmacion requerida", "se requiere confirmacion",
    "verificacion requerida", "por favor confirme", "confirmacion de envio", "conferma il tuo messaggio",
    "conferma richiesta", "richiesta di conferma", "verifica mittente", "conferma il messaggio",
    "confirmacao necessaria", "confirmacao de envio", "confirme sua mensagem", "confirme seu e-mail",
    "confirme o envio", "confirme seu email", "solicitacao de confirmacao",
    "bevestig uw", "bevestiging vereist", "bevestiging nodig", "verificatie vereist", "bekrafta ditt",
    "bekraeft din", "bekreft din", "potwierdz swoja wiadomosc", "prosze potwierdzic",
    "wymagane potwierdzenie", "potwierdzenie nadawcy",
    "подтвердите", "подтверждение отправки", "требуется подтверждение", "送信確認", "認証が必要",
    "请确认您的邮件", "驗證您的郵件", "请验证", "발송 확인", "인증이 필요",
];

/// What list programs call the question whether a subscription is wanted.
#[rustfmt::skip]
const SUBSCRIPTION: &[&str] = &[
    "your confirmation is needed to join", "your confirmation is needed to leave",
    "your confirmation is required to join", "your confirmation is required to leave",
    "confirmation is required", "confirm subscribe to", "confirm unsubscribe from", "confirm subscription",
    "confirm your subscription", "confirm unsubscribe", "confirm your unsubscription",
    "confirmation for subscribe", "confirmation for unsubscribe", "subscription confirmation",
    "subscribe confirmation", "subscription request", "command confirmation request",
    "confirm your membership", "confirm your request to join", "please confirm subscription",
    "please confirm your subscription",
    "please confirm your newsletter", "please confirm your request", "confirm your newsletter",
    "confirm your sign-up", "confirm your signup", "confirm your registration",
    "confirm your email subscription", "confirmation of subscription", "subscription to * confirm", "auth ",
    "confirm ", "request to subscribe", "you have been invited to join", "opt-in confirmation",
    "activate your subscription", "response required",
    "bestatigen sie ihre anmeldung", "bestaetigen sie ihre anmeldung", "anmeldung bestatigen",
    "newsletter bestatigen", "newsletter-anmeldung", "newsletteranmeldung", "bestatigung ihrer anmeldung",
    "bestatigen sie ihr abonnement", "bestatigung der anmeldung", "ihre bestatigung ist notwendig",
    "confirmez votre inscription", "confirmez votre abonnement", "confirmation d'inscription",
    "confirmation de votre inscription", "votre confirmation est requise",
    "confirme su suscripcion", "confirma tu suscripcion", "confirmacion de suscripcion",
    "confirme su inscripcion", "su confirmacion es necesaria", "conferma iscrizione",
    "conferma la tua iscrizione", "conferma l'iscrizione", "conferma della tua iscrizione",
    "confirme sua inscricao", "confirme sua assinatura", "confirme a sua subscricao",
    "confirmacao de inscricao", "bevestig uw aanmelding", "bevestig je aanmelding",
    "bevestig uw inschrijving", "bevestig je inschrijving", "bekrafta din prenumeration",
    "bekraft din tilmelding", "bekraeft din tilmelding",
    "bekreft ditt abonnement", "potwierdz subskrypcje", "potwierdzenie subskrypcji", "potwierdz zapis",
    "подтверждение подписки", "подтвердите подписку", "登録確認", "購読の確認", "登録の確認", "订阅确认",
    "确认订阅", "訂閱確認", "구독 확인",
];

/// What gateways write to the one who is supposed to have sent a virus or a forbidden file.
#[rustfmt::skip]
const VIRUS: &[&str] = &[
    "virus * in mail from you", "banned * in mail from you", "banned * from you", "bad header * from you",
    "in mail from you", "in your mail", "virus in your", "virus in message from you", "virus in mail from",
    "virus in mail to", "virus in mail sent", "virus detected in your", "virus found in your",
    "virus was found in your", "viruses found in your", "virus found in a message",
    "virus found in message", "virus found in email", "virus found in mail", "virus found in sent",
    "virus found in the message", "virus detected in message", "virus detected in a message",
    "virus detected in mail", "virus detected in email",
    "you sent a virus", "you sent an infected", "you sent potentially", "you have sent a virus",
    "you may have sent a virus", "you may be infected", "your computer may be infected",
    "your email contains a virus", "your e-mail contains a virus", "your message contains a virus",
    "your mail contained a virus", "your email contained a virus", "your message contained a virus",
    "your e-mail contained", "your message was infected", "infected message", "infected mail",
    "infected email", "infected e-mail", "infected attachment", "found an infected", "virus to sender",
    "virus-infected message", "virus infected email", "virus infected message", "virus infected mail",
    "warning: e-mail viruses detected", "warning: e-mail virus detected", "warning: virus",
    "e-mail viruses detected", "email viruses detected", "report to sender", "virus notification to sender",
    "sender notification", "virus alert notification", "antivirus notification", "anti-virus notification",
    "virus warning message", "virus notification", "virus incident", "virus quarantine",
    "failed to clean virus", "antigen found", "antigen notification", "antigen forefront",
    "forefront security", "gwava sender notification", "groupshield alert", "groupshield notification", "alert - groupshield",
    "webshield", "scanmail message", "scanmail has", "interscan nt alert", "interscan virus",
    "imss notification", "[mailserver notification]", "mailserver notification", "mms notification",
    "norton antivirus detected", "norton anti-virus detected", "norton antivirus failed",
    "nav detected a virus", "symantec avf detected", "symantec antivirus detected",
    "symantec mail security detected", "symantec mail security", "symantec e-mail-proxy",
    "symantec email-proxy", "rav antivirus scan results", "antivirus scan results",
    "anti-virus scan results", "virus scan results", "bitdefender found", "bitdefender antivirus",
    "f-secure anti-virus", "f-prot antivirus", "f-prot alert", "kaspersky anti-virus",
    "kaspersky antivirus", "dr.web", "drweb", "avast", "avg notification", "panda antivirus", "clamav",
    "clam antivirus", "nod32", "esafe", "sophos", "puremessage", "mailsweeper", "mimesweeper",
    "mailmarshal has", "mdaemon notification", "mdaemon warning", "inflex scan report", "content violation",
    "policy violation", "disallowed attachment", "attachment blocked", "blocked attachment",
    "attachment removed", "attachment rejected", "attachment type not allowed", "attachment not allowed",
    "attachments not allowed", "prohibited attachment", "forbidden attachment", "illegal attachment",
    "unacceptable attachment", "restricted attachment", "dangerous attachment", "banned attachment",
    "banned file", "banned filename", "banned contents", "blocked file", "file blocked",
    "file type forbidden", "filetype forbidden", "message quarantined", "email quarantined",
    "message blocked by virus", "banned or potentially offensive", "trend smex", "message contains a virus",
    "message contained a virus", "mail contains a virus", "email rejected", "your mail was blocked",
    "your message was blocked",
    "virus gefunden", "virus entdeckt", "virus in ihrer", "virus in einer", "viren in ihrer",
    "virus in e-mail", "virusmeldung", "virenmeldung", "virenfund", "virusfund", "verbotener anhang",
    "unerlaubter anhang", "anhang entfernt", "anhang blockiert", "infizierte nachricht", "infizierte mail",
    "infizierte e-mail", "sie haben einen virus",
    "virus detecte", "virus trouve", "virus dans votre", "un virus a ete", "piece jointe interdite",
    "piece jointe bloquee", "piece jointe refusee", "message infecte", "mail infecte", "virus detectado",
    "virus encontrado", "virus en su mensaje", "virus en su correo", "archivo adjunto no permitido",
    "archivo adjunto bloqueado", "mensaje infectado", "correo infectado", "virus rilevato", "virus trovato",
    "virus nel messaggio", "virus nella tua", "allegato non consentito", "allegato bloccato",
    "messaggio infetto", "virus em sua mensagem", "virus em seu e-mail", "virus na sua mensagem",
    "anexo bloqueado", "anexo nao permitido", "mensagem infectada", "mensagem bloqueada",
    "virus gevonden", "virus aangetroffen", "virus in uw", "virusmelding", "bijlage geblokkeerd",
    "bijlage verwijderd", "verboden bijlage", "virus hittat", "virus i ditt", "virus upptackt",
    "virus fundet", "virus i din", "virus funnet", "virus oppdaget", "virus loydetty", "virus loytyi",
    "wykryto wirusa", "wirus w wiadomosci", "wirus w twojej", "wiadomosc zawiera wirusa",
    "zainfekowana wiadomosc", "virus nalezen", "nalezen virus", "virus ve zprave", "virust tartalmaz",
    "virus bulundu", "virus in mesajul",
    "обнаружен вирус", "найден вирус", "вирус в вашем", "вирус в письме", "зараженное письмо",
    "зараженное сообщение", "ウイルスを検出", "ウィルスを検出", "ウイルス検出", "ウィルス検出",
    "ウイルスが検出", "ウィルスが検出", "ウイルスが発見", "ウィルスが発見", "ウイルス感染", "ウィルス感染",
    "ウイルスに感染", "ウィルスに感染", "发现病毒", "發現病毒", "检测到病毒", "偵測到病毒", "病毒通知",
    "含有病毒", "带有病毒", "感染病毒", "바이러스가 발견", "바이러스 발견", "바이러스 검출",
    "바이러스 감염",
];

/// Words on viruses.
#[rustfmt::skip]
const VIRUS_WORD: &[&str] = &[
    "virus alert", "virus warning", "virus detected", "virus found", "virus", "viruses", "antivirus",
    "anti-virus", "infected", "malware", "worm detected", "trojan", "virenwarnung", "viruswarnung",
    "virus-warnung", "virus-alarm", "virusalarm", "alerte virus", "alerta de virus", "alerta virus",
    "avviso virus", "allarme virus", "aviso de virus", "viruswaarschuwing", "virus waarschuwing",
    "virusvarning", "virusadvarsel", "virusvaroitus", "ostrzezenie o wirusie", "wirus",
    "upozorneni na virus", "virusriasztas",
    "вирус", "ウイルス", "ウィルス", "病毒", "바이러스",
];

/// Words of gateways that say nothing of viruses.
#[rustfmt::skip]
const GATEWAY_WORD: &[&str] = &[
    "attachment", "undeliverable", "rejected", "blocked", "quarantine", "content filter", "security alert",
    "security notification", "security warning", "mail filter", "warning", "warnung", "attention", "alert",
];

/// What mail programs call a receipt: Outlook and Exchange, Notes, GroupWise, Mozilla, Pegasus, webmail.
#[rustfmt::skip]
const RECEIPT: &[&str] = &[
    "read", "read receipt", "read-receipt", "receipt (read)", "receipt (displayed)", "not read",
    "return receipt", "returned receipt", "return-receipt", "reading confirmation", "read confirmation",
    "confirmation of reading", "confirm reading", "message read", "your message was read",
    "your mail was read", "has been read", "was read", "message status - opened", "opened", "deleted",
    "message opened", "message displayed", "disposition notification", "message disposition notification",
    "disposition", "displayed", "receipt", "acknowledgement of receipt", "processed", "dispatched",
    "denied",
    "gelesen", "nicht gelesen", "ungelesen geloscht", "lesebestatigung", "lesebestaetigung",
    "empfangsbestatigung", "empfangsbestaetigung", "ruckschein", "wurde gelesen", "lu ", "lu", "non lu",
    "confirmation de lecture", "accuse de lecture", "accuse de reception", "avis de lecture", "leido",
    "no leido", "confirmacion de lectura", "acuse de lectura", "acuse de recibo", "letto", "non letto",
    "conferma di lettura", "ricevuta di lettura", "ricevuta di ritorno", "lida", "lido", "nao lida",
    "confirmacao de leitura", "recibo de leitura", "aviso de leitura",
    "gelezen", "niet gelezen", "leesbevestiging", "ontvangstbevestiging", "last", "olast", "laskvitto",
    "laest", "ikke laest", "lest", "ulest", "lesebekreftelse", "laesekvittering", "luettu", "lukukuittaus",
    "przeczytano", "nie przeczytano", "potwierdzenie przeczytania", "potwierdzenie odczytania", "precteno",
    "potvrzeni o precteni", "precitane", "olvasva", "elolvasva", "olvasasi visszaigazolas", "citit",
    "confirmare de citire", "okundu", "прочтено", "прочитано", "уведомление о прочтении",
    "отчет о прочтении", "прочетено", "διαβάστηκε",
    "開封済み", "開封通知", "開封確認", "既読", "已读", "已讀取", "已讀", "阅读回执", "已读回执",
    "讀取回條", "읽음", "수신 확인", "수신확인",
];

/// What feedback loops call a complaint.
#[rustfmt::skip]
const COMPLAINT: &[&str] = &[
    "complaint about message from", "complaint about a message from", "email feedback report for ip",
    "feedback report", "email feedback report", "abuse report", "spam report", "spam complaint",
    "abuse complaint", "fbl report", "fbl complaint", "dmarc failure report", "dmarc forensic report",
    "dmarc authentication failure", "dmarc failure", "authentication failure report",
    "authentication-failure report", "auth failure report", "dkim failure report", "dkim fail report",
    "spf failure report", "spf fail report", "client tos notification", "aws notification message",
    "amazon ses email event notification", "spam rapport", "[spamcop (", "spamcop",
    "email abuse report", "this is spam", "junk mail report", "complaint notification", "complaint received",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn best(subject: &str) -> Option<(Topic, Fit)> {
        let (bare, _) = bare(fold(subject));
        read(&format!("{bare} ")).first().map(|h| (h.topic, h.fit))
    }

    #[test]
    fn rows_are_folded() {
        for (_, rows) in TABLES {
            for row in *rows {
                let folded = row.split('*').map(fold).collect::<Vec<_>>();
                let wanted = row.split('*').map(|p| p.trim().to_owned()).collect::<Vec<_>>();
                assert_eq!(folded, wanted, "{row}");
            }
        }
    }

    #[test]
    fn a_phrase_fits_as_programs_write_it() {
        for (subject, wanted) in [
            ("Automatic reply: Minutes", Some((Topic::Answer, Fit::SetOff))),
            ("Réponse automatique : Réunion", Some((Topic::Answer, Fit::SetOff))),
            ("[crew] Abwesenheitsnotiz: Anker", Some((Topic::Answer, Fit::SetOff))),
            ("【自動返信】お問い合わせ", Some((Topic::Answer, Fit::SetOff))),
            ("Biroja automātiska atbilde: Enkurs", Some((Topic::Answer, Fit::SetOff))),
            ("How automatic reply works", Some((Topic::Answer, Fit::Inside))),
            ("Out of office until Monday", Some((Topic::Away, Fit::Start))),
            ("Out of Office: Anchor", Some((Topic::Answer, Fit::SetOff))),
            ("Absent du bureau\u{a0}: Ancre", Some((Topic::Answer, Fit::SetOff))),
            ("Tide tables", None),
        ] {
            assert_eq!(best(subject), wanted, "{subject}");
        }
    }

    #[test]
    fn every_prefix_ends_in_a_mark() {
        assert!(PREFIXES.iter().all(|p| p.len() <= MAX_PREFIX && p.ends_with([':', '['])));
    }

    #[test]
    fn prefixes_and_tags_fall_away() {
        for (subject, wanted) in [
            ("Re: [crew] Fwd: Tides", ("tides", true)),
            ("[crew] Tides", ("tides", false)),
            ("RE[2]: Tides", ("tides", true)),
            ("[Auto-Reply] Tides", ("[auto-reply] tides", false)),
            ("[crew]", ("[crew]", false)),
        ] {
            assert_eq!(bare(fold(subject)), (wanted.0.to_owned(), wanted.1), "{subject}");
        }
    }
}

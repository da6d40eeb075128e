//! Virus warnings: a mail gateway tells the supposed sender of a virus, or of a forbidden file, about it.
//!
//! The words must speak of *a mail that was found out* (sent by the reader, or in the reader's name) and
//! something must show a gateway: its name in From, a program's field, or a subject that only gateways
//! write. News about viruses, lists, and answers of people have the one or the other, never both.

use std::sync::OnceLock;

use super::clues::{Mark, Name};
use super::subjects::{Fit, Topic};
use super::words::{Book, Hit};
use super::{Look, Made, NoticeKind};
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(in super::super) const VIRUS: FindingKind = FindingKind {
    id: "notice.virus_warning",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A gateway says that a mail in the person's name carried a virus or a forbidden file.",
};

/// How plainly a phrase speaks of a mail that was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tells {
    /// It speaks of the reader's mail.
    Yours,
    /// It speaks of what the reader sent.
    Sent,
    /// It speaks of viruses or forbidden files.
    Topic,
    /// A mail was found out, whoever sent it.
    Found,
    /// The reader is told that their mail was.
    Sender,
}

/// Names in From that gateways use, ASCII lower case.
#[rustfmt::skip]
pub(super) const GATEWAYS: &[&str] = &[
    "virus", "amavis", "mailscanner", "mail scanner", "scanner", "mailsweeper", "mimesweeper",
    "mail sweeper", "mailmarshal", "interscan", "imss", "scanmail", "officescan", "trend micro",
    "trendmicro", "symantec", "norton", "mcafee", "groupshield", "webshield", "antigen", "forefront",
    "sophos", "puremessage", "nav for ", "kaspersky", "bitdefender", "ravmd", "rav antivirus", "gwava", "guinevere",
    "esafe", "f-secure", "fsecure", "f-prot", "clamav", "clamsmtp", "clamd", "drweb", "dr.web", "avast",
    "avcheck", "panda", "nod32", "etrust", "messagelabs", "ironport", "barracuda", "mailguard",
    "content filter", "contentfilter", "content-filter", "content manager", "security.alert",
    "mail security", "mail-security", "mailsecurity", "mail filter", "mailfilter", "email gateway",
    "mail gateway", "smtp gateway", "qmail-scanner", "declude", "mdaemon", "postmaster", "mailer-daemon",
    "mail system", "mail administrator", "mailadmin", "administrator", "administrador", "administrateur",
    "amministratore", "quarantine", "quarantaine", "firewall", "security", "virenscanner", "viren", "mms@",
];

#[rustfmt::skip]
const SENDER: &[&str] = &[
    // English.
    "virus * in an email you sent", "virus * in a message you sent", "virus * in a mail you sent",
    "virus * in the message you sent", "virus * in mail you sent", "virus * in your message",
    "virus * in your mail", "virus * in your e-mail", "virus * in your email", "viruses * in your email",
    "viruses * in your mail", "virus * in an attachment you sent", "viruses found in * mail from you",
    "virus found in * from you", "virus in mail from you", "virus alert * in mail from you",
    "message you sent * infected", "message you sent * virus", "message sent by you * virus",
    "mail you sent * virus", "mail you sent * infected", "email you sent * virus",
    "e-mail you sent * virus", "email you sent * infected", "e-mail you sent * infected",
    "mail sent by you * virus", "attachment you sent * virus", "attachment you sent * infected",
    "file you sent * virus", "file you sent * infected", "a message you sent * attachment",
    "message that you sent * virus", "email that you sent * virus", "mail that you sent * virus",
    "message that you sent * attachment", "message that you sent * executable",
    "you sent * contained a virus", "you sent * contains a virus", "you sent * infected with",
    "you sent * was infected", "you sent * contained the virus", "you sent * contains the virus",
    "you have sent * virus", "you have sent * infected", "you attempted to send * virus",
    "you tried to send * virus", "you sent * not permitted", "you sent * not allowed",
    "you sent * prohibited", "you sent * blocked attachment", "you sent * banned", "you sent * forbidden",
    "you sent an infected", "you sent a virus", "your message * contained a virus",
    "your message * contains a virus", "your message * was infected", "your message * is infected",
    "your message * infected with", "your message * virus was found", "your message * contains virus",
    "your message * contained virus", "your message * contained the virus",
    "your message * contained an attachment", "your message * contains an attachment",
    "your message * prohibited attachment", "your mail * contained a virus", "your mail * contains a virus",
    "your mail * contains virus", "your mail * was infected", "your mail * is infected",
    "your mail * infected with", "your email * contained a virus", "your email * contains a virus",
    "your email * was infected", "your email * is infected", "your email * infected with",
    "your email * banned", "your e-mail * contained a virus", "your e-mail * contains a virus",
    "your e-mail * was infected", "your e-mail * is infected", "your e-mail * infected with",
    "your e-mail * virus", "from your address * virus", "from your address * infected",
    "with your address * virus",
    "sent from your * virus", "sent from your * infected", "received from you * virus",
    "received from you * infected", "in email presumably from you", "in an email presumably from you",
    "in your email to the following recipient", "presumably from you", "allegedly from you",
    "our content checker found", "our virus checker found", "our virus scanner found",
    "our virus scanner detected", "our virus detector", "our antivirus * detected",
    "our anti-virus * detected", "our email content detector", "our e-mail content detector",
    "our mail server * virus in", "delivery of the email was stopped",
    "please check your system for viruses",     "disinfect your", "please clean the virus",
    "your mail was blocked * virus", "your message was blocked * virus",
    "your email was rejected because it contains", "your message was rejected because it contains",
    "your mail was rejected because it contains", "violated system policy",
    "has violated * policy * attachment", "norton antivirus found a virus in an attachment you",
    "norton antivirus detected a virus in a message you sent", "scanmail * message you sent",
    "malware * in a message * from you", "malware * in a mail * from you", "malware * in an email * from you",
    "virus * in a message * from you", "virus * in an email * from you", "appears to come from you * virus",
    "sender, please be informed", "warning to sender", "to sender * virus",
    "the infected attachment was deleted", "the infected file was", "attachment you sent was",
    // German.
    "in ihrer e-mail * virus", "in ihrer mail * virus", "in ihrer nachricht * virus", "ihre e-mail * virus",
    "ihre mail * virus", "ihre nachricht * virus", "ihre email * virus", "von ihnen gesendete * virus",
    "von ihnen gesendete * infiziert", "von ihnen versandte * virus", "von ihnen verschickte * virus",
    "sie haben * virus", "sie haben * infizierte", "ihre e-mail * infiziert", "ihre nachricht * infiziert",
    "ihre e-mail * anhang * nicht erlaubt", "ihre e-mail * unerlaubten anhang", "ihre e-mail * verbotene",
    "ihre nachricht * verbotene", "mit ihrer absenderadresse", "mit ihrem absender", "unter ihrer adresse",
    // French.
    "votre message * virus", "votre courrier * virus", "votre e-mail * virus", "votre email * virus",
    "votre mail * virus", "vous avez envoye * virus", "vous avez envoye * infect", "que vous avez envoye",
    "message que vous avez * virus", "votre message * piece jointe * interdit",
    "votre message * piece jointe * autoris",
        // Spanish, Italian, Portuguese.
    "su mensaje * virus", "su correo * virus", "su e-mail * virus", "su email * virus", "tu correo * virus",
    "usted ha enviado * virus", "usted envio * virus", "que usted envio * virus", "que ha enviado * virus",
    "mensaje enviado por usted", "su mensaje * archivo adjunto * no permitido", "il suo messaggio * virus",
    "il tuo messaggio * virus",
    "la sua e-mail * virus", "la tua e-mail * virus", "il vostro messaggio * virus",
    "la vostra e-mail * virus", "da lei inviato * virus", "da voi inviato * virus", "hai inviato * virus",
    "ha inviato * virus", "sua mensagem * virus",
    "seu e-mail * virus", "seu email * virus", "a sua mensagem * virus", "voce enviou * virus",
    "que voce enviou * virus", "enviada por voce * virus", "enviado por voce * virus",
    "sua mensagem * anexo * nao permitido", "sua mensagem * anexo * bloquead",
    // Dutch, Scandinavian languages, Finnish, Polish, Czech, Hungarian, Turkish.
    "uw bericht * virus", "uw e-mail * virus", "uw email * virus", "uw mail * virus", "u heeft * virus",
    "door u verzonden * virus", "uw bericht * bijlage * niet toegestaan",
    "ditt meddelande * virus", "ditt mail * virus", "ditt e-brev * virus", "din e-post * virus",
    "du har skickat * virus", "du skickade * virus", "din mail * virus",
    "din e-mail * virus", "din besked * virus", "din meddelelse * virus", "du har sendt * virus",
    "din melding * virus", "lahettamasi * virus", "lahettamassasi * virus",
    "viestisi * virus", "twoja wiadomosc * wirus", "twoim mailu * wirus", "twojej wiadomosci * wirus",
    "panstwa wiadomosc * wirus", "wyslana przez ciebie * wirus", "wyslany przez ciebie * wirus",
    "wyslana przez panstwa * wirus", "vase zprava * vir", "vas e-mail * vir",
    "vami odeslan * vir", "on altal kuldott * virus", "levele * virus", "gonderdiginiz * virus",
    // Russian, Ukrainian, Japanese, Chinese, Korean.
    "ваше письмо * вирус", "вашем письме * вирус", "ваше сообщение * вирус", "вашем сообщении * вирус",
    "отправленное вами * вирус", "отправленном вами * вирус", "посланное вами * вирус",
    "вы отправили * вирус", "ваш лист * вірус",
    "あなたが送信した * ウイルス", "お客様が送信*ウイルス", "お客様が送信*ウィルス",
    "あなたの送信した*ウイルス", "あなたが送信した*ウイルス", "あなたが送信した*ウィルス",
    "あなたの送ったメール*ウイルス", "送信されたメール*ウイルス", "送信されたメール*ウィルス",
    "送信したメール*ウイルス", "送信したメール*ウィルス", "お送りいただいたメール*ウイルス",
    "お送りいただいたメール*ウィルス", "送信されました*ウイルス", "您发送的*病毒", "您的邮件*病毒",
    "您发出的*病毒", "你发送的*病毒", "你的邮件*病毒", "您寄出的*病毒", "您的郵件*病毒", "您所寄*病毒",
    "您的信件*病毒", "보내신*바이러스", "보낸 메일*바이러스", "귀하의 메일*바이러스", "발송하신*바이러스",
];

#[rustfmt::skip]
const FOUND: &[&str] = &[
    "virus name", "virus type", "virus found:", "virus detected:", "virus information", "name of the virus",
    "scanner detected", "scanner results", "virus scanner", "viruses detected", "a virus was found",
    "a virus was detected", "a virus has been found", "a virus has been detected", "virus was detected",
    "virus was found", "virus * was found", "virus has been detected", "virus has been found", "found the virus", "found virus",
    "detected the virus", "detected a virus", "found a virus", "found the following virus",
    "found an infected", "blocked an infected", "has detected a virus", "has found a virus",
    "is infected with", "was infected with", "were infected with", "infected by the", "contained the virus",
    "contained a virus", "contains the virus", "contains a virus", "contaminated with", "infected with",
    "virus=", "infected message", "infected attachment", "infected file", "infected object",
    "attachment was removed",
    "attachment has been removed", "attachment was deleted", "attachment was blocked",
    "attachment was quarantined", "attachment has been blocked", "the attachment was",
    "the file was deleted", "file was quarantined", "was quarantined", "has been quarantined",
    "were quarantined", "file attachments that are not permitted", "potentially executable",
    "executable attachment", "banned file", "banned name", "banned filename", "banned content",
    "banned type", "blocked attachment", "disallowed attachment", "disallowed file", "forbidden attachment",
    "illegal attachment", "prohibited attachment", "restricted attachment", "unauthorized attachment",
    "dangerous attachment", "attachment type", "file type * not allowed", "files of this type",
    "stripped one or more attachments", "file blocking", "content filter", "filter triggered",
    "action taken", "incident information", "violated", "unrepairable virus", "bad header",
    "virus gefunden", "virus entdeckt", "virus festgestellt", "viren gefunden", "mit dem virus",
    "enthielt einen virus", "enthalt einen virus", "virenscanner", "virenpruf", "infizierte datei",
    "infizierter anhang", "anhang wurde entfernt", "anhang wurde geloscht", "in quarantane",
    "nicht erlaubte anhange", "unerlaubter dateityp", "un virus a ete", "contient un virus",
    "contenait un virus", "virus detecte", "fichier infecte", "piece jointe infectee",
    "piece jointe a ete supprimee", "mis en quarantaine", "se ha detectado un virus", "se detecto un virus",
    "se ha encontrado un virus", "contiene un virus", "contenia un virus", "archivo infectado",
    "en cuarentena", "e stato rilevato un virus", "e stato trovato un virus", "contiene il virus",
    "conteneva un virus", "allegato infetto", "file infetto", "in quarantena", "foi detectado um virus",
    "foi encontrado um virus", "virus foi detectado", "contem um virus", "continha um virus",
    "arquivo infectado", "em quarentena", "bevat een virus", "bevatte een virus", "virus aangetroffen",
    "virus gevonden", "besmet met", "bijlage is verwijderd", "innehaller virus", "innehaller ett virus",
    "ett virus har", "inneholder virus", "indeholder en virus", "indeholder virus", "en virus er fundet",
    "inneholder et virus", "sisaltaa viruksen", "sisalsi viruksen", "zawiera wirusa", "zawierala wirusa",
    "wykryto wirusa", "znaleziono wirusa", "obsahuje virus", "obsahovala virus", "byl nalezen virus",
    "virust talalt", "virus bulundu",
    "обнаружен вирус", "обнаружены вирусы", "содержит вирус", "содержало вирус", "заражено вирусом",
    "заражен вирусом", "найден вирус", "вложение удалено", "ウイルスが検出", "ウィルスが検出",
    "ウイルスを検出", "ウィルスを検出", "ウイルスが発見", "ウィルスが発見", "ウイルスに感染",
    "ウィルスに感染", "ウイルス名", "ウィルス名", "添付ファイルを削除", "检测到病毒", "发现病毒",
    "含有病毒", "感染病毒", "病毒名", "發現病毒", "偵測到病毒", "바이러스가 발견", "바이러스가 검출",
    "바이러스에 감염", "바이러스 이름",
    "your computer * infected", "your computer * virus", "your system * infected", "your pc * infected",
    "you may be infected", "you may have a virus", "you are infected",
    "please check your computer for viruses", "scan your computer for viruses", "clean your computer",
    "ihr rechner * infiziert", "ihr computer * infiziert", "ihr system * infiziert",
    "votre ordinateur * infecte", "votre poste * infecte", "su equipo * infectado",
    "su ordenador * infectado", "il suo computer * infett", "il vostro computer * infett",
    "seu computador * infectado", "uw computer * besmet", "din dator * smittad", "din computer * inficeret",
    "twoj komputer * zainfekowan", "ваш компьютер * заражен", "ваш компьютер * вирус",
];

#[rustfmt::skip]
const SENT: &[&str] = &[
    "you sent", "you have sent", "you've sent", "you tried to send", "you attempted to send", "sent by you",
    "sent from your", "sent from you", "mail from you", "message from you", "email from you",
    "e-mail from you", "originating from you", "from your address", "from your account", "in your name",
    "your outgoing",
    "von ihnen", "sie haben", "unter ihrem namen", "mit ihrer adresse", "vous avez envoye",
    "envoye par vous", "de votre part", "votre envoi", "usted ha enviado", "usted envio", "que envio",
    "que ha enviado", "enviado por usted", "enviado por ud", "da lei inviat", "da voi inviat",
    "che hai inviato", "che ha inviato", "avete inviato", "voce enviou", "enviada por voce",
    "enviado por voce", "u heeft", "door u", "du har skickat", "du skickade", "du har sendt", "du sendte",
    "lahettamasi", "lahettamassasi", "wyslana przez", "wyslany przez", "wyslales", "vami odeslan",
    "az on altal", "gonderdiginiz",
    "вами", "вы отправили", "вы послали", "от вас", "вашего адреса", "あなたが送", "あなたから送",
    "あなたの送", "貴方が送", "お客様が送", "送信されたメール", "送信したメール", "送信された電子",
    "お送りいただいた", "您发送", "您发出", "您寄", "你发送", "你发出", "您所寄", "보내신", "보낸 메일",
    "발송하신", "발송한",
];

#[rustfmt::skip]
const YOURS: &[&str] = &[
    "your message", "your mail", "your email", "your e-mail", "your attachment", "your file",
    "ihre nachricht", "ihrer nachricht", "ihre e-mail", "ihrer e-mail", "ihre mail", "ihrer mail",
    "ihre email", "ihrer email", "votre message", "votre mail", "votre courrier", "votre e-mail",
    "votre email", "su mensaje", "su correo", "su e-mail", "su email", "tu mensaje", "tu correo",
    "suo messaggio", "tuo messaggio", "vostro messaggio", "sua e-mail", "tua e-mail", "vostra e-mail",
    "sua mail", "tua mail", "sua mensagem", "seu e-mail", "seu email", "uw bericht", "uw e-mail",
    "uw email", "uw mail", "ditt meddelande", "ditt mail", "ditt e-brev", "din e-post", "din mail",
    "din e-mail", "din besked", "din meddelelse", "din melding", "viestisi", "twoja wiadomosc",
    "twojej wiadomosci", "panstwa wiadomosc", "twoj mail", "vase zprava", "vasi zprave", "vas e-mail",
    "levele", "iletiniz",
    "ваше письмо", "вашем письме", "вашего письма", "ваше сообщение", "вашем сообщении", "ваш лист",
    "あなたのメール", "お客様のメール", "您的邮件", "你的邮件", "您的郵件", "您的信件", "귀하의 메일",
    "귀하의 메시지",
];

#[rustfmt::skip]
const TOPIC: &[&str] = &[
    "virus", "worm", "trojan", "infected", "malware", "quarantine", "attachment", "wirus", "вирус",
    "ウイルス", "ウィルス", "病毒", "바이러스",
];

fn book() -> &'static Book<Tells> {
    static BOOK: OnceLock<Book<Tells>> = OnceLock::new();
    BOOK.get_or_init(|| {
        let tables = [
            (Tells::Sender, SENDER),
            (Tells::Found, FOUND),
            (Tells::Topic, TOPIC),
            (Tells::Sent, SENT),
            (Tells::Yours, YOURS),
        ];
        Book::new(tables.into_iter().flat_map(|(tells, rows)| rows.iter().map(move |row| (tells, *row))))
    })
}

/// How far apart the words on the mail and those on the virus may stand, in bytes.
const NEAR: usize = 220;

/// What the text says at its plainest, and where: a virus beside what the reader sent is told to the sender.
fn told(hits: &[Hit<Tells>]) -> Option<(Tells, Hit<Tells>)> {
    let near = |a: &Hit<Tells>, b: &Hit<Tells>| a.start.abs_diff(b.start) <= NEAR;
    let beside = hits.iter().find(|hit| match hit.says {
        Tells::Sent => hits.iter().any(|other| other.says >= Tells::Topic && near(hit, other)),
        Tells::Yours => hits.iter().any(|other| other.says >= Tells::Found && near(hit, other)),
        _ => false,
    });
    let plainest = hits.iter().max_by_key(|hit| (hit.says, std::cmp::Reverse(hit.start)))?;
    match beside {
        Some(hit) if plainest.says < Tells::Sender => Some((Tells::Sender, *hit)),
        _ => Some((plainest.says, *plainest)),
    }
}

/// Recognises a virus warning.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    if clues.list() || clues.prefixed {
        return None;
    }
    let scanner = clues.mark(Mark::Scanner);
    let gateway = clues.names().contains(&Name::Gateway);
    let plain = look.heading(Topic::Virus);
    let word = look.heading(Topic::VirusWord).max(look.heading(Topic::GatewayWord));
    let program = scanner.is_some() || clues.machine() || gateway;
    if plain.is_none() && !(word.is_some() && program) && scanner.is_none() && !(gateway && clues.machine()) {
        return None;
    }
    let (tells, hit) = told(&look.hits(book(), 6_000))?;
    let titled = plain.is_some_and(|fit| fit >= Fit::Start);
    let enough = match tells {
        Tells::Sender => program || titled || plain.is_some() && clues.bulk,
        Tells::Found => {
            let alarm = gateway && clues.no_path && look.heading(Topic::VirusWord).is_some();
            plain.is_some() && program || scanner.is_some() && word.is_some() || alarm
        }
        Tells::Topic => plain == Some(Fit::SetOff) && program,
        Tells::Sent | Tells::Yours => false,
    };
    if !enough || !speaks_of_virus(look) {
        return None;
    }
    let format = FORMATS
        .iter()
        .find(|(word, _)| {
            clues.from.contains(word) || clues.subject.contains(word) || look.words().text.contains(word)
        })
        .map_or("virus_warning", |(_, format)| format);
    let field = scanner.and_then(|header| look.field(header));
    Some(
        Made::new(
            NoticeKind::VirusWarning,
            format,
            VIRUS,
            "A gateway says that it found a virus or a forbidden file in a mail in your name.",
        )
        .with(field.or_else(|| look.message.top_evidence(if plain.is_some() { "subject" } else { "from" })))
        .with(look.evidence(&hit))
        .with_host_of(look),
    )
}

/// Whether the mail is about viruses or files at all; blocked mail of other kinds is a bounce's matter.
fn speaks_of_virus(look: &Look<'_, '_>) -> bool {
    let text = &look.words().text;
    let words = [
        "virus", "worm", "infect", "trojan", "malware", "attachment", "banned", "executable", "anhang",
        "viren", "piece jointe", "adjunto", "allegato", "anexo", "bijlage", "bilaga", "wirus", "вирус",
        "вложени", "ウイルス", "ウィルス", "添付", "病毒", "附件", "바이러스", "첨부", "vir ", "virу",
        "viru",
    ];
    words.iter().any(|w| text.contains(w) || look.clues.subject.contains(w))
}

/// Gateways by a word (folded) in From, subject or text, and the word in the notice's format.
#[rustfmt::skip]
const FORMATS: &[(&str, &str)] = &[
    ("amavis", "amavis"), ("mailscanner", "mailscanner"), ("clamav", "clamav"),
    ("clam antivirus", "clamav"), ("norton antivirus", "symantec"), ("symantec", "symantec"),
    ("interscan", "interscan"), ("scanmail", "scanmail"), ("imss", "interscan"),
    ("trend micro", "trend_micro"), ("sophos", "sophos"), ("puremessage", "sophos"),
    ("mailsweeper", "mimesweeper"), ("mimesweeper", "mimesweeper"), ("mailmarshal", "mailmarshal"),
    ("groupshield", "groupshield"), ("webshield", "webshield"), ("mcafee", "mcafee"),
    ("antigen", "antigen"), ("rav antivirus", "rav"), ("ravmd", "rav"), ("kaspersky", "kaspersky"),
    ("bitdefender", "bitdefender"), ("gwava", "gwava"), ("guinevere", "guinevere"),
    ("f-secure", "f_secure"), ("f-prot", "f_prot"), ("dr.web", "drweb"), ("drweb", "drweb"),
    ("messagelabs", "messagelabs"), ("mdaemon", "mdaemon"), ("qmail-scanner", "qmail_scanner"),
    ("declude", "declude"),
];

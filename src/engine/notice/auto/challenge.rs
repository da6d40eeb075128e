//! Challenges: a challenge-response system holds a mail until its sender proves to be a person.
//!
//! Either a field or a From that only such a system writes, or words that say both *your mail waits* and
//! *do this*, in company of a sign that a program answered. Sign-up mail ("verify your address") says the
//! second alone and is ordinary.

use std::sync::OnceLock;

use super::clues::Mark;
use super::subjects::{Fit, Topic};
use super::words::{Book, Hit};
use super::{Look, Made, NoticeKind};
use crate::engine::verdict::{FindingKind, Severity, Toward};

pub(in super::super) const CHALLENGE: FindingKind = FindingKind {
    id: "notice.challenge",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "A challenge-response system, or a list, wants the sender to confirm a mail.",
};

const SAYS: &str = "A program holds a mail in your name until its sender confirms it.";

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// Only a challenge says this.
    Sure,
    /// The mail is held back.
    Held,
    /// Why mail waits.
    Waits,
    /// What the sender is to do.
    Do,
}

/// Words in From by which challenge systems are known, ASCII lower case, and the word in the notice's format.
#[rustfmt::skip]
pub(super) const SYSTEMS: &[(&str, &str)] = &[
    ("spamarrest.com", "spamarrest"), ("spam arrest", "spamarrest"), ("antispam uol", "uol"),
    ("anti-spam uol", "uol"), ("antispamuol", "uol"), ("spamguard.vanquish.com", "vanquish"),
    ("@0spam.com", "0spam"), ("@si20.com", "si20"), ("knowspam.net", "knowspam"),
    ("mailblocks.com", "mailblocks"), ("spamblocker-challenge", "earthlink"),
    ("ipermitmail.com", "ipermitmail"), ("spamstomp.com", "spamstomp"), ("spamhippo", "spamhippo"),
    ("boxbe.com", "boxbe"), ("bluebottle.com", "bluebottle"), ("mailinblack", "mailinblack"),
    ("sendio", "sendio"), ("choicemail", "choicemail"), ("digiportal", "choicemail"),
    ("spamlion", "spamlion"), ("cleanmymailbox", "cleanmymailbox"), ("bitbounce", "bitbounce"),
    ("spambush", "spambush"), ("qconfirm", "qconfirm"), ("tmda", "tmda"), ("boxtrapper", "boxtrapper"),
    ("spamcease", "spamcease"), ("whitelist", "whitelist"), ("challenge", "challenge"),
    ("antispam", "challenge"), ("anti-spam", "challenge"), ("spamblocker", "earthlink"),
    ("spam-blocker", "challenge"), ("spamfilter", "challenge"), ("spam filter", "challenge"),
    ("verify@", "challenge"), ("verification@", "challenge"), ("confirm", "challenge"),
];

#[rustfmt::skip]
const SURE: &[&str] = &[
    // TMDA, BoxTrapper, ASK, Spam Arrest, EarthLink, Vanquish, Qurb, Mailblocks, MailInBlack, Boxbe, UOL.
    "real live human", "are a real person and not", "are a human being and not", "are human and not",
    "are a person and not a", "human and not a spam", "human being and not a spam",
    "you are not a spam source", "not a spam source", "not a spammer", "you are not a spam",
    "are not a spambot", "that you are a real person", "that you are a human", "that you are human",
    "prove you are human", "prove that you are human", "prove you are a human", "prove you're human",
    "prove you're a human", "verify you are human", "verify that you are human",
    "confirm that you are a person", "confirm that you are a human", "confirm you are human",
    "confirm you are a human", "confirm that you are human", "confirm that you are a real",
    "confirm you are a real", "sent by a human", "sent by a person", "sent by a real person",
    "sent by a live person", "ensure you are a human", "make sure you are a human",
    "to prove your message was sent by a human", "is being held because the address",
    "is being held because your address", "held because the address",
    "has not been verified. to release your message", "to release your message for delivery",
    "to release your message, ", "to have your message delivered",
    "in order for your message to be delivered", "in order to have your message delivered",
    "your message will be delivered only", "before your message can be delivered",
    "before your message is delivered", "before your email can be delivered",
    "before your e-mail can be delivered", "before your mail can be delivered",
    "before delivering your message", "your message will be delivered as soon as",
    "your message will be delivered once you", "your message will not be delivered until",
    "your email will not be delivered until", "your e-mail will not be delivered until",
    "your mail will not be delivered until", "message has not been delivered yet",
    "has not yet been delivered * confirm", "has not yet been delivered * verif", "to confirm your message",
    "only need to do this once", "only have to do this once", "only need to confirm once",
    "only required once", "this is a one-time", "this one-time verification", "you will only be asked once",
    "complete the verification process", "complete this verification", "to complete the verification",
    "click the link below to complete the verification", "i now allow incoming messages only from senders",
    "apologize for this automatic reply to your email", "my allowed senders list", "my approved senders",
    "my approved sender list", "on my approved", "my allowed list", "not on my approved",
    "not in my approved", "not on my whitelist", "not in my whitelist", "added to my whitelist",
    "add you to my whitelist", "recipient's whitelist", "recipients whitelist", "my guest list",
    "protecting myself from receiving junk", "just this once, click", "just this once, please",
    "won't have to do this again", "will not have to do this again", "so i can receive your email",
    "so i can receive your e-mail", "held in a pending folder", "priority guest list",
    "challenge-response", "challenge/response", "challenge response system", "anti-spam challenge",
    "spam challenge", "uses a spam blocking service", "protected by spam arrest", "uses spam arrest",
    "protected by boxtrapper", "tagged message delivery agent",
    "this message was created automatically by mail delivery software (tmda)",
    "to verify that this message was sent by", "verify the legitimacy of",
    "protected by an anti-spam system that requires", "awaiting your authentication",
    "you will be added to * whitelist", "senders list and future", "future messages * without * confirm",
    "future emails * without", "subsequent messages will be delivered", "future messages will be delivered",
    // German.
    "dass sie kein spammer", "dass sie kein spam-versender", "dass sie ein mensch",
    "dass sie eine reale person", "dass sie eine echte person", "dass sie eine person sind",
    "von einem menschen gesendet", "ihre nachricht wird erst zugestellt",
    "ihre e-mail wird erst zugestellt", "ihre mail wird erst zugestellt", "bevor ihre nachricht zugestellt",
    "bevor ihre e-mail zugestellt", "damit ihre nachricht zugestellt", "damit ihre e-mail zugestellt",
    "damit ihre mail zugestellt", "diese bestatigung ist nur einmal", "diese bestaetigung ist nur einmal",
    "nur einmal erforderlich", "einmalige bestatigung", "einmalige bestaetigung",
    "noch nicht in meiner whitelist",
    // French, Spanish, Italian, Portuguese.
    "que vous etes une personne", "que vous etes un etre humain", "que vous n'etes pas un robot",
    "que vous n'etes pas un spammeur", "pour que votre message soit distribue",
    "pour que votre message soit delivre", "pour que votre message me parvienne", "afin que votre message",
    "votre message sera delivre", "votre message ne sera pas delivre", "authentifier votre adresse",
    "vous authentifier", "cette operation ne vous sera demandee qu'une", "une seule fois",
    "que usted es una persona", "que es una persona real", "que eres una persona", "que no es un robot",
    "que no es un spammer", "para que su mensaje sea entregado", "para que su correo sea entregado",
    "su mensaje no sera entregado hasta", "su mensaje sera entregado", "solo tendra que hacerlo una vez",
    "solo una vez", "che sei una persona", "che lei e una persona", "di essere una persona",
    "di non essere uno spammer", "affinche il suo messaggio", "affinche il tuo messaggio",
    "perche il tuo messaggio venga", "perche il suo messaggio venga", "il messaggio verra recapitato",
    "una sola volta", "solo la prima volta", "que voce e uma pessoa", "que voce e humano",
    "que nao e um robo", "que nao e um spammer", "para que sua mensagem seja entregue",
    "para que seu e-mail seja entregue", "sua mensagem sera entregue", "sua mensagem nao sera entregue ate",
    "confirmar sua mensagem", "confirme o envio", "apenas uma vez", "esta confirmacao e necessaria",
    "protegido pelo antispam", "anti-spam * uol", "antispam uol",
    // Dutch, Scandinavian languages, Polish, Russian, Japanese, Chinese, Korean.
    "dat u een mens bent", "dat u een persoon bent", "dat u geen spammer", "voordat uw bericht",
    "voordat uw e-mail wordt", "uw bericht wordt pas", "uw bericht wordt afgeleverd zodra",
    "slechts eenmalig", "att du ar en manniska", "att du ar en person", "att du inte ar en spam",
    "innan ditt meddelande levereras", "at du er et menneske", "at du er en person",
    "at du ikke er en spammer", "for din mail kan leveres", "for din besked bliver leveret",
    "ze jestes czlowiekiem", "ze nie jestes spamerem", "ze nie jest pan",
    "zanim twoja wiadomosc zostanie dostarczona", "aby twoja wiadomosc zostala dostarczona",
    "aby wiadomosc zostala dostarczona", "tylko jeden raz", "ze jste clovek", "ze nejste spammer",
    "что вы человек", "что вы не робот", "что вы не спамер", "чтобы ваше письмо было доставлено",
    "чтобы ваше сообщение было доставлено", "ваше письмо будет доставлено",
    "ваше сообщение будет доставлено после", "только один раз", "人間であることを確認", "実在の人",
    "送信者の確認が必要", "送信者認証", "メールはまだ配信されて", "メールは保留", "证明您不是",
    "证明您是真人", "确认您不是垃圾", "您的邮件将在您确认后", "驗證您不是", "您的郵件暫時", "사람임을 확인",
    "스팸이 아님을 확인", "발신자 확인",
];

#[rustfmt::skip]
const HELD: &[&str] = &[
    "your message * is being held", "your message * has been held", "your message is held", "your message is being held",
    "your email * is being held", "your e-mail * is being held", "your mail * is being held",
    "your email is being held", "your email has been held", "your e-mail is being held",
    "your e-mail has been held", "your mail is being held", "your mail has been held",
    "has been quarantined until",
    "held in quarantine until",         "not yet been delivered", "could not be delivered until",
    "ihre nachricht * zuruckgehalten", "ihre e-mail * zuruckgehalten", "ihre mail * zuruckgehalten",
    "noch nicht zugestellt", "vorlaufig zuruckgehalten", "votre message * attente",
    "votre e-mail * attente", "n'a pas encore ete delivre", "n'a pas encore ete remis",
    "su mensaje * retenido", "su correo * retenido", "sua mensagem * retida", "ainda nao foi entregue",
    "uw bericht * vastgehouden",
    "nog niet afgeleverd", "ditt meddelande * vantar", "wiadomosc zostala zatrzymana",
    "ваше письмо задержано", "ваше сообщение задержано",
];

#[rustfmt::skip]
const WAITS: &[&str] = &[
                "message you sent * requires", "email you sent * requires", "e-mail you sent * requires",
    "mail you sent * requires",     "is pending",         "has not been delivered",
    "was not delivered", "to control spam", "to reduce spam",
    "to prevent spam", "to stop spam", "to avoid spam", "to eliminate spam", "to fight spam", "unsolicited",
    "junk e-mail", "junk email", "spam protection", "spam filter", "anti-spam", "antispam", "spam blocker",
    "first time you have", "first time that you", "first message from", "first email from",
    "first e-mail from", "sender is unknown", "unknown sender", "unrecognized sender", "unknown to me",
    "do not recognize your", "don't recognize your", "not recognize your", "your address is not",
    "your email address is not", "your e-mail address is not", "not in my address book", "not yet on",
    "not on the list of", "whitelist", "white list", "approved sender", "allowed sender",
    "authorized sender", "trusted sender",
        "zum schutz vor spam", "um spam zu vermeiden",
    "gegen spam", "spamschutz", "spam-schutz", "zum ersten mal", "unbekannter absender",
    "absenderadresse ist nicht",     "lutter contre le spam",
    "anti-spam", "contre les spams", "contre le spam", "courriers indesirables", "liste blanche",
    "expediteur inconnu", "no ha sido entregado",
    "contra el spam", "correo no deseado", "lista blanca", "remitente desconocido", "contro lo spam",
    "mittente sconosciuto", "nao foi entregue", "contra spam", "remetente desconhecido",
    "tegen spam", "ongewenste", "onbekende afzender",
    "skrappost", "okand avsandare", "ukendt afsender", "ukjent avsender",
    "przed spamem", "nieznany nadawca",
    "от спама", "迷惑メール", "スパム", "垃圾邮件",
    "垃圾郵件", "스팸",
    "has been temporarily held", "is being temporarily held", "awaiting your confirmation",
    "awaiting confirmation", "awaiting your verification", "awaiting verification", "awaiting your reply",
    "waiting for your confirmation", "mis en attente", "e stato trattenuto", "in attesa di",
    "non e stato ancora", "wiadomosc oczekuje",
];

#[rustfmt::skip]
const DO: &[&str] = &[
    "simply reply to this", "just reply to this", "reply to this message", "reply to this email",
    "reply to this e-mail", "reply to this mail", "replying to this", "send a reply to", "hit reply",
    "press reply", "leave the subject", "send an empty message", "send a blank message",
    "send an empty email", "click on the link", "click the link", "click the following link",
    "click on the following link", "click here", "click below", "follow the link", "follow this link",
    "go to the following", "visit the following", "please visit", "please confirm", "please verify",
    "please authenticate", "please validate", "confirm your", "verify your", "verify yourself",
    "identify yourself", "requires that you verify", "asks you to verify", "you must verify",
    "you need to verify", "you must confirm", "you need to confirm", "enter the code", "enter the word",
    "type the word", "type the letters", "type the characters", "request to be added", "request permission",
    "add yourself to", "confirmation", "verification",
    "antworten sie auf diese", "antworten sie einfach", "auf diese e-mail antworten",
    "auf diese mail antworten", "klicken sie", "bestatigen sie", "bestaetigen sie", "folgenden link",
    "repondez a ce", "repondre a ce", "repondant a ce", "cliquez", "confirmez", "confirmer", "authentifier",
    "responda a este", "responder a este", "haga clic", "haga click", "confirme", "confirmar", "pulse",
    "risponda a", "rispondi a", "rispondere a", "clicca", "cliccare", "conferma", "responda esta", "clique",
    "confirma", "beantwoord dit", "beantwoord deze", "klik", "bevestig", "svara pa", "klicka", "bekrafta",
    "besvar denne", "klikk", "bekraeft", "bekreft", "odpowiedz na", "kliknij", "potwierdz",
    "ответьте на это", "нажмите", "перейдите по ссылке", "подтвердите", "返信して", "クリック", "点击",
    "點擊", "回复此", "回覆此", "클릭", "회신",
];

fn book() -> &'static Book<Tells> {
    static BOOK: OnceLock<Book<Tells>> = OnceLock::new();
    BOOK.get_or_init(|| {
        let tables = [(Tells::Sure, SURE), (Tells::Held, HELD), (Tells::Waits, WAITS), (Tells::Do, DO)];
        Book::new(tables.into_iter().flat_map(|(tells, rows)| rows.iter().map(move |row| (tells, *row))))
    })
}

/// Recognises a challenge.
pub(super) fn recognise(look: &Look<'_, '_>) -> Option<Made> {
    let clues = &look.clues;
    if clues.list() || look.heading(Topic::ListAnswer) >= Some(Fit::Start) {
        return None;
    }
    let challenge = clues.mark(Mark::Challenge);
    if challenge.is_none() && !clues.single {
        return None;
    }
    let system = clues.systems().find(|format| *format != "challenge").or_else(|| clues.systems().next());
    let format = system.unwrap_or("challenge");
    if let Some(header) = challenge {
        return Some(made(look, format, None).with(look.field(header)));
    }
    // A word such as `verify` in From is no system's name: phishing has it, too.
    let named = system.is_some_and(|format| format != "challenge");
    let titled = look.heading(Topic::Challenge).is_some();
    let answered = clues.machine() || clues.answers || clues.bulk;
    if !(titled
        || named
        || clues.machine()
        || clues.bulk
        || (clues.answers || clues.prefixed) && system.is_some())
    {
        return None;
    }
    let hits = look.hits(book(), 4_000);
    let first = |tells: Tells| hits.iter().find(|h| h.says == tells);
    let asks = first(Tells::Do).is_some();
    let waits = first(Tells::Held).or(first(Tells::Waits));
    let enough = |hit: &&Hit<Tells>| match hit.says {
        Tells::Sure => named || (asks || waits.is_some()) && (answered || clues.prefixed || titled),
        // Held, and wanting something: a challenge where a program answered, or says so above.
        Tells::Held => asks && (clues.machine() || (titled || system.is_some()) && (answered || named)),
        Tells::Waits => asks && (titled || system.is_some()) && (answered || named),
        Tells::Do => false,
    };
    let hit =
        [first(Tells::Sure), first(Tells::Held), first(Tells::Waits)].into_iter().flatten().find(enough)?;
    Some(made(look, format, Some(hit)))
}

fn made(look: &Look<'_, '_>, format: &'static str, hit: Option<&Hit<Tells>>) -> Made {
    let words = hit.and_then(|hit| look.evidence(hit));
    let field = hit.and_then(|_| look.clues.machine_field()).and_then(|header| look.field(header));
    Made::new(NoticeKind::Challenge, format, CHALLENGE, SAYS).with(words).with(field).with_host_of(look)
}

//! Phishing and spam dressed as a notice.
//!
//! Three things must meet: the words of a notice that wants a click, a link to click on, and no status part
//! or server's text (asked before). The words are a table; a new language is a row.

use crate::engine::message::Message;
use crate::engine::verdict::{Finding, FindingKind, Severity, Toward};

pub(super) const CLICK: FindingKind = FindingKind {
    id: "fake.click",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 6.0,
    means: "It speaks of held or lost mail and wants a click on a link; it is no server's notice.",
};
pub(super) const REPORT: FindingKind = FindingKind {
    id: "fake.report",
    severity: Severity::High,
    toward: Toward::Quarantine,
    weight: 5.0,
    means: "It calls itself a report (multipart/report) and holds none.",
};

/// What held or lost mail is called in such mail, in lower case.
const BAIT: &[&str] = &[
    "messages are pending",
    "pending messages",
    "incoming messages",
    "undelivered messages",
    "undelivered mails",
    "undelivered emails",
    "messages could not be delivered",
    "failed to deliver",
    "messages have been held",
    "quarantined messages",
    "blocked messages",
    "mailbox is full",
    "mailbox is almost full",
    "storage is full",
    "mailbox quota",
    "delivery failure",
    "postfach ist voll",
    "nachrichten werden zur\u{fc}ckgehalten",
    "nicht zugestellte nachrichten",
    "bo\u{ee}te de r\u{e9}ception est pleine",
    "messages en attente",
    "messages non remis",
    "buz\u{f3}n est\u{e1} lleno",
    "mensajes pendientes",
    "mensajes no entregados",
    "casella di posta \u{e8} piena",
    "messaggi in sospeso",
    "caixa de correio est\u{e1} cheia",
    "mensagens pendentes",
    "postvak is vol",
    "berichten in behandeling",
    "\u{43f}\u{43e}\u{447}\u{442}\u{43e}\u{432}\u{44b}\u{439} \u{44f}\u{449}\u{438}\u{43a} \u{43f}\u{435}\u{440}\u{435}\u{43f}\u{43e}\u{43b}\u{43d}\u{435}\u{43d}",
    "\u{90ae}\u{7bb1}\u{5df2}\u{6ee1}",
    "\u{5f85}\u{5904}\u{7406}\u{90ae}\u{4ef6}",
    "\u{30e1}\u{30fc}\u{30eb}\u{30dc}\u{30c3}\u{30af}\u{30b9}\u{304c}\u{3044}\u{3063}\u{3071}\u{3044}",
];

/// What such mail wants, in lower case.
const WISH: &[&str] = &[
    "click here",
    "click below",
    "release messages",
    "release pending",
    "retrieve your messages",
    "retrieve messages",
    "recover messages",
    "review messages",
    "view messages",
    "deliver messages",
    "allow messages",
    "verify your account",
    "upgrade your mailbox",
    "increase your storage",
    "re-validate",
    "keep same password",
    "sign in to",
    "hier klicken",
    "klicken sie hier",
    "freizugeben",
    "cliquez ici",
    "haga clic",
    "clic aqu\u{ed}",
    "clicca qui",
    "clique aqui",
    "klik hier",
    "\u{43d}\u{430}\u{436}\u{43c}\u{438}\u{442}\u{435}",
    "\u{70b9}\u{51fb}",
    "\u{3053}\u{3061}\u{3089}\u{3092}\u{30af}\u{30ea}\u{30c3}\u{30af}",
];

/// Bytes of each text part that are searched.
const READ: usize = 32 << 10;

/// What speaks for a fake in a message that is no notice.
pub fn findings(message: &Message<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(root) = message.root()
        && root.content_type() == "multipart/report"
    {
        found.push(
            REPORT
                .says("It calls itself a report, but has neither a status part nor a server's words.")
                .with_any(message.header_evidence(root, "content-type")),
        );
    }
    found.extend(click(message));
    found
}

/// Whether a message speaks of held mail and wants a click.
pub(super) fn wants_click(message: &Message<'_>) -> bool {
    click(message).is_some()
}

fn click(message: &Message<'_>) -> Option<Finding> {
    // Mail to many and answers in a thread talk about such things and ask for no click.
    if message.header("list-id").is_some() || message.header("in-reply-to").is_some() {
        return None;
    }
    message.parts().iter().filter(|p| p.depth == 0).find_map(|part| {
        let lower = super::text::clip(part.text()?, READ).to_lowercase();
        let linked =
            lower.contains("href=\"http") || lower.contains("href='http") || lower.contains("http://");
        let bait = BAIT.iter().find(|b| lower.contains(**b))?;
        let wish = WISH.iter().find(|w| lower.contains(**w))?;
        linked.then(|| {
            CLICK
                .says(format!(
                    "It speaks of mail that is held (\u{201c}{bait}\u{201d}) and wants a click; mail servers don't."
                ))
                .with_any(message.find_evidence(part, bait))
                .with_any(message.find_evidence(part, wish))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn ids(raw: &str) -> Vec<String> {
        findings(&parse(raw.as_bytes(), &Limits::default()).view()).iter().map(|f| f.id.to_string()).collect()
    }

    #[test]
    fn bait_and_wish_and_link_must_meet() {
        let mail =
            |body: &str| format!("From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n{body}");
        let link = "<a href=\"http://x.test/\">";
        assert_eq!(ids(&mail(&format!("5 messages are pending. {link}Click here</a>"))), ["fake.click"]);
        assert_eq!(ids(&mail(&format!("Ihr Postfach ist voll. {link}Hier klicken</a>"))), ["fake.click"]);
        assert!(ids(&mail("5 messages are pending. Click here.")).is_empty());
        assert!(ids(&mail(&format!("Dinner on Friday? {link}Click here</a>"))).is_empty());
    }

    #[test]
    fn a_report_without_a_report_is_a_fake() {
        let raw =
            "From: a@example.org\nContent-Type: multipart/report; boundary=b\n\n--b\n\nBuy now\n--b--\n";
        assert_eq!(ids(raw), ["fake.report"]);
    }
}

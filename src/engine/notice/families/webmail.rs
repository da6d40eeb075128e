//! Webmail providers and sending services.

use super::{Family, delayed, delivered, failed, weak};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "googlegroups",
        openings: &[
            failed("we're writing to let you know that the group you tried to contact"),
            failed("the group you tried to contact * may not exist, or you may not have permission to post"),
            failed("you do not have permission to post messages to the group"),
            // The link under the notice is the same in every language.
            weak("groups.google.com/support"),
            weak("support.google.com/groups"),
        ],
        from: &["mailer-daemon@google"],
        subject: &[],
    },
    Family {
        name: "gmail",
        openings: &[
            failed("delivery to the following recipient failed permanently"),
            failed("delivery to the following recipients failed permanently"),
            failed("technical details of permanent failure"),
            failed("your message wasn't delivered to * because the"),
            failed("address not found your message wasn't delivered"),
            failed("** address not found **"),
            failed("** message not delivered **"),
            failed("** message blocked **"),
            failed("** message rejected **"),
            failed("** delivery failed **"),
            failed("** recipient inbox full **"),
            failed("message blocked your message to * has been blocked"),
            failed("message not delivered there was a problem delivering your message"),
            failed("there was a problem delivering your message to"),
            failed("the recipient server did not accept our requests to connect"),
            failed("the email account that you tried to reach"),
            delayed(
                "this is an automatically generated delivery status notification this is a warning message only",
            ),
            delayed("delivery to the following recipient has been delayed"),
            delayed("technical details of temporary failure"),
            delayed("** delivery incomplete **"),
            delayed("delivery incomplete there was a temporary problem delivering your message"),
            delayed("there was a temporary problem while delivering your message"),
            delayed("there was a temporary problem delivering your message"),
            delayed("gmail will retry for"),
            delayed("gmail will retry your message for"),
            failed("the following message to <*> was undeliverable"),
            failed("dies ist eine automatisch generierte benachrichtigung"),
            failed("adresse nicht gefunden ihre nachricht wurde nicht an"),
            failed("** adresse nicht gefunden **"),
            failed("** adresse introuvable **"),
            failed("** no se ha encontrado la direcci\u{f3}n **"),
            failed("** direcci\u{f3}n no encontrada **"),
            failed("** indirizzo non trovato **"),
            failed("** endere\u{e7}o n\u{e3}o encontrado **"),
            failed("** adres niet gevonden **"),
            failed(
                "** \u{410}\u{434}\u{440}\u{435}\u{441} \u{43d}\u{435} \u{43d}\u{430}\u{439}\u{434}\u{435}\u{43d} **",
            ),
            failed("** \u{30a2}\u{30c9}\u{30ec}\u{30b9}\u{4e0d}\u{660e} **"),
            failed("** \u{627e}\u{4e0d}\u{5230}\u{5730}\u{5740} **"),
            failed("vaya, no se ha podido entregar"),
            failed("hubo un problema al entregar el mensaje a"),
            failed("ihre nachricht an * wurde nicht zugestellt"),
            failed("votre message n'a pas \u{e9}t\u{e9} remis \u{e0} * car"),
            failed("tu mensaje no se ha entregado a * porque"),
            failed("il messaggio non \u{e8} stato consegnato a * perch"),
            failed("sua mensagem n\u{e3}o foi entregue a * porque"),
        ],
        from: &["mailer-daemon@google", "mail delivery subsystem"],
        subject: &["delivery status notification (failure)", "delivery status notification (delay)"],
    },
    Family {
        name: "yahoo",
        openings: &[
            failed("sorry, we were unable to deliver your message to the following address"),
            failed("message from yahoo.com. unable to deliver message to the following address"),
            failed("message from * unable to deliver message to the following address"),
            failed("unable to deliver message to the following address"),
            failed("this user doesn't have a yahoo"),
        ],
        from: &["yahoo", "mailer-daemon@"],
        subject: &["failure notice", "failure delivery"],
    },
    Family {
        name: "aol",
        openings: &[
            failed(
                "your mail to the following recipients could not be delivered because they are not accepting mail",
            ),
            failed("your mail to the following recipients could not be delivered"),
            failed("the user(s) account is disabled"),
            failed("the user(s) account is temporarily over quota"),
            failed("your mail is being returned to you because"),
            failed("your mail could not be delivered to the following"),
        ],
        from: &["aol.com", "aim.com", "cs.com", "netscape.net", "mailer-daemon"],
        subject: &["mail delivery problem", "undeliverable mail"],
    },
    Family {
        name: "outlook",
        openings: &[
            failed(
                "this is an automatically generated delivery status notification. delivery to the following recipients failed. ",
            ),
            failed("this message could not be delivered to the following"),
            failed("hotmail: your message could not be delivered"),
        ],
        from: &["hotmail", "outlook.com", "live.com"],
        subject: &["undeliverable"],
    },
    Family {
        name: "gmx",
        openings: &[
            failed(
                "this message was created automatically by mail delivery software. a message that you sent could not be delivered",
            ),
            failed("diese nachricht wurde automatisch von der mail delivery software erzeugt"),
            failed("die folgende(n) adresse(n) konnte(n) nicht erreicht werden"),
            failed("eine nachricht, die sie verschickt haben, konnte nicht zugestellt werden"),
            failed("ihre nachricht konnte nicht an einen oder mehrere empf\u{e4}nger zugestellt werden"),
            failed("ihre e-mail konnte nicht an einen oder mehrere empf\u{e4}nger zugestellt werden"),
            failed("ihre e-mail konnte nicht zugestellt werden"),
            failed("ihre nachricht konnte nicht zugestellt werden"),
            delayed("ihre nachricht konnte noch nicht zugestellt werden"),
            delayed("die nachricht konnte bisher nicht zugestellt werden"),
            delayed("your message has not been delivered yet"),
        ],
        from: &[
            "gmx.", "web.de", "mail.com", "kundenserver", "1and1", "perfora", "t-online", "freenet",
            "mailer-daemon",
        ],
        subject: &["mail delivery failed"],
    },
    Family {
        name: "yandex",
        openings: &[
            failed("this is the mail system at host yandex"),
            failed("this is the mail system at host * yandex"),
            failed(
                "\u{42d}\u{442}\u{43e} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{43e}\u{442}\u{43f}\u{440}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e} \u{43f}\u{43e}\u{447}\u{442}\u{43e}\u{432}\u{44b}\u{43c} \u{441}\u{435}\u{440}\u{432}\u{435}\u{440}\u{43e}\u{43c}",
            ),
            failed(
                "\u{43a} \u{441}\u{43e}\u{436}\u{430}\u{43b}\u{435}\u{43d}\u{438}\u{44e}, \u{43c}\u{44b} \u{432}\u{44b}\u{43d}\u{443}\u{436}\u{434}\u{435}\u{43d}\u{44b} \u{441}\u{43e}\u{43e}\u{431}\u{449}\u{438}\u{442}\u{44c}",
            ),
            failed(
                "\u{41a} \u{441}\u{43e}\u{436}\u{430}\u{43b}\u{435}\u{43d}\u{438}\u{44e}, \u{43c}\u{44b} \u{432}\u{44b}\u{43d}\u{443}\u{436}\u{434}\u{435}\u{43d}\u{44b} \u{441}\u{43e}\u{43e}\u{431}\u{449}\u{438}\u{442}\u{44c}",
            ),
        ],
        from: &["yandex", "ya.ru"],
        subject: &["\u{43d}\u{435}\u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}", "undelivered mail"],
    },
    Family {
        name: "mail.ru",
        openings: &[
            failed(
                "\u{42d}\u{442}\u{43e} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{441}\u{43e}\u{437}\u{434}\u{430}\u{43d}\u{43e} \u{430}\u{432}\u{442}\u{43e}\u{43c}\u{430}\u{442}\u{438}\u{447}\u{435}\u{441}\u{43a}\u{438}",
            ),
            failed(
                "\u{42d}\u{442}\u{43e} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{441}\u{43e}\u{437}\u{434}\u{430}\u{43d}\u{43e} \u{430}\u{432}\u{442}\u{43e}\u{43c}\u{430}\u{442}\u{438}\u{447}\u{435}\u{441}\u{43a}\u{438} \u{441}\u{435}\u{440}\u{432}\u{435}\u{440}\u{43e}\u{43c}",
            ),
            failed(
                "\u{43d}\u{435} \u{43c}\u{43e}\u{436}\u{435}\u{442} \u{431}\u{44b}\u{442}\u{44c} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e}",
            ),
            failed(
                "\u{43a} \u{441}\u{43e}\u{436}\u{430}\u{43b}\u{435}\u{43d}\u{438}\u{44e}, \u{432}\u{430}\u{448}\u{435} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{43d}\u{435}",
            ),
            failed(
                "\u{41a} \u{441}\u{43e}\u{436}\u{430}\u{43b}\u{435}\u{43d}\u{438}\u{44e}, \u{412}\u{430}\u{448}\u{435} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{43d}\u{435}",
            ),
            failed(
                "\u{412}\u{430}\u{448}\u{435} \u{441}\u{43e}\u{43e}\u{431}\u{449}\u{435}\u{43d}\u{438}\u{435} \u{43d}\u{435} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e}",
            ),
            failed(
                "\u{412}\u{430}\u{448}\u{435} \u{43f}\u{438}\u{441}\u{44c}\u{43c}\u{43e} \u{43d}\u{435} \u{431}\u{44b}\u{43b}\u{43e} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e}",
            ),
        ],
        from: &["mail.ru", "bk.ru", "list.ru", "inbox.ru"],
        subject: &["\u{43d}\u{435} \u{434}\u{43e}\u{441}\u{442}\u{430}\u{432}\u{43b}\u{435}\u{43d}\u{43e}"],
    },
    Family {
        name: "amazonses",
        openings: &[
            failed("an error occurred while trying to deliver the mail to the following recipients"),
            failed("\"notificationtype\":\"bounce\""),
            failed("\"notificationtype\" : \"bounce\""),
            failed("\"eventtype\":\"bounce\""),
            weak("technical report:"),
            delivered("\"notificationtype\":\"delivery\""),
            delivered("\"notificationtype\" : \"delivery\""),
        ],
        from: &["amazonses", "no-reply@sns", "amazonaws"],
        subject: &["delivery status notification (failure)", "aws notification message"],
    },
    Family {
        name: "sendgrid",
        openings: &[failed("this is an automatically generated message from sendgrid")],
        from: &["sendgrid", "mailer-daemon"],
        subject: &["undelivered mail returned to sender"],
    },
    Family {
        name: "zoho",
        openings: &[
            failed(
                "this message was created automatically by mail delivery software. a message that you sent could not be delivered to one or more",
            ),
            failed("this message was created automatically by * zoho"),
            failed("this is an automatically generated delivery status notification from zoho"),
            delayed("zoho mail will keep trying"),
        ],
        from: &["zoho"],
        subject: &["undelivered mail returned to sender"],
    },
    Family {
        name: "icloud",
        openings: &[
            failed("this report relates to a message you sent with the following header fields:"),
            failed("your message cannot be delivered to the following recipients:"),
        ],
        from: &["me.com", "icloud", "mac.com", "apple.com"],
        subject: &["delivery notification: delivery has failed"],
    },
    Family {
        name: "facebook",
        openings: &[failed("this message was undeliverable. * facebook"), failed("550 5.1.1 rcp-")],
        from: &["facebook"],
        subject: &["sorry, your message could not be delivered"],
    },
    Family {
        name: "netease",
        openings: &[
            failed("\u{62b1}\u{6b49}\u{ff0c}\u{60a8}\u{7684}\u{90ae}\u{4ef6}\u{88ab}\u{9000}\u{56de}"),
            failed("\u{62b1}\u{6b49}\u{ff0c}\u{60a8}\u{7684}\u{90ae}\u{4ef6}"),
            failed("\u{5f88}\u{62b1}\u{6b49}\u{ff0c}\u{60a8}\u{7684}\u{90ae}\u{4ef6}"),
            failed("\u{60a8}\u{7684}\u{90ae}\u{4ef6}\u{88ab}\u{9000}\u{56de}"),
            failed("\u{90ae}\u{4ef6}\u{6ca1}\u{6709}\u{6210}\u{529f}\u{53d1}\u{9001}"),
            failed("\u{4ee5}\u{4e0b}\u{662f}\u{8be5}\u{9000}\u{4fe1}"),
            failed("\u{9000}\u{4fe1}\u{539f}\u{56e0}"),
            failed("\u{9000}\u{4fe1}\u{901a}\u{77e5}"),
            failed("\u{7cfb}\u{7edf}\u{9000}\u{4fe1}"),
            failed("\u{65e0}\u{6cd5}\u{6295}\u{9012}\u{5230}\u{4ee5}\u{4e0b}"),
            weak("\u{9000}\u{4fe1}"),
        ],
        from: &["163.com", "126.com", "qq.com", "sina", "sohu", "postmaster"],
        subject: &["\u{9000}\u{4fe1}"],
    },
    Family {
        name: "naver",
        openings: &[
            failed("\u{ba54}\u{c77c}\u{c774} \u{c804}\u{c1a1}\u{b418}\u{c9c0}"),
            failed("\u{bc1c}\u{c1a1}\u{d558}\u{c2e0} \u{ba54}\u{c77c}"),
            failed("\u{c804}\u{c1a1}\u{b418}\u{c9c0} \u{baa8}\u{d588}"),
            failed("\u{ba54}\u{c77c} \u{c804}\u{c1a1}\u{c5d0} \u{c2e4}\u{d328}"),
        ],
        from: &["naver", "daum", "hanmail", "postmaster"],
        subject: &[],
    },
];

//! List managers that pass on or write failures of their own.

use super::{Family, failed, weak};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "fml",
        openings: &[
            failed("duplicated message-id in <"),
            failed("original mail as follows"),
            failed("loop alert: duplicated message-id"),
            failed("you are not a member of this mailing list"),
            failed("mail from not member of this list"),
            failed("you are not member (post from:"),
        ],
        from: &["-admin@"],
        subject: &["loop alert", "not member"],
    },
    Family {
        name: "ezmlm",
        openings: &[
            failed("sorry, i only accept messages from subscribers"),
            failed("sorry, only subscribers may post"),
        ],
        from: &["mailer-daemon"],
        subject: &["failure notice"],
    },
    Family {
        name: "listserv",
        openings: &[
            failed("your message is being returned to you unprocessed because it"),
            failed("your message is being returned to you unprocessed"),
            failed("you are not authorized to send mail to the"),
            failed("an error was detected while processing the enclosed message"),
        ],
        from: &["listserv", "l-soft", "lsmtp"],
        subject: &["rejected posting to"],
    },
    Family {
        name: "sympa",
        openings: &[
            failed("your message for list * was rejected"),
            failed("your message for list * has been rejected"),
            failed("you are not allowed to send this message for the following reason"),
            failed("votre message pour la liste * a été rejeté"),
            failed("vous n'êtes pas autorisé à diffuser ce message"),
            failed("ihre nachricht für die liste * wurde abgelehnt"),
            failed("su mensaje para la lista * ha sido rechazado"),
            failed("il tuo messaggio per la lista * è stato rifiutato"),
        ],
        from: &["sympa"],
        subject: &["rejected", "rejeté"],
    },
    Family {
        name: "mailman",
        openings: &[
            failed("your message has been rejected, probably because you are not subscribed"),
            failed("your message to the * mailing-list was rejected for the following reasons"),
            failed("posting of your message titled * has been rejected"),
            failed("has been rejected by the list moderator"),
            failed("you are not allowed to post to this mailing list"),
            failed("this list is closed to new postings"),
            weak("your message was rejected"),
        ],
        from: &["-bounces@", "-owner@", "mailman"],
        subject: &["rejected"],
    },
];

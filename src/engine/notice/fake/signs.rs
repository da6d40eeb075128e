//! The table of signs: what speaks for a fake, what against, and how much.
//!
//! The weights are those of the published table of findings; `weigh` adds up nothing else. A new sign is one row here and one question there.

use super::super::super::verdict::{FindingKind, Severity, Toward};

macro_rules! signs {
    ($($name:ident $id:literal $severity:ident $toward:ident $weight:literal $means:literal;)*) => {
        $(
            #[doc = $means]
            pub(super) const $name: FindingKind = FindingKind {
                id: concat!("fake.", $id),
                severity: Severity::$severity,
                toward: Toward::$toward,
                weight: $weight,
                means: $means,
            };
        )*
        /// The kinds of finding that a fake can give.
        pub const FINDINGS: &[FindingKind] = &[$($name),*];
    };
}

signs! {
    // What it says.
    PRETENCE "pretence" High Quarantine 2.0 "Subject or sender speak as a mail server does: of held or lost mail, a full mailbox, a password or an account that ends.";
    TEXT "text" High Quarantine 0.75 "Its text alone speaks so.";
    THROUGHOUT "throughout" Low Quarantine 1.5 "Both its header and its text speak so.";
    SEVERAL "several" Low Quarantine 1.0 "It speaks of several such things at once.";
    HELD "held" Low Quarantine 0.75 "It speaks of mail that is held back: filters do, mail servers don't. It poses as who holds mail, deceives, or speaks of more.";
    COUNT "count" Low Quarantine 0.75 "As the row before, and it counts several mails to you; a server reports one, that you sent.";
    DRESS "dress" High Quarantine 3.0 "Its header is a mail server's notice, and its text is about something else.";
    GREETING "greeting" Low Quarantine 0.75 "It greets an address, or a user, and no name.";
    PRESS "press" Low Quarantine 0.75 "It presses: a short time, a loss.";
    NAMES_YOU "names_you" Low Quarantine 0.75 "Its subject names your address or your domain, as mail written by a program for many people does.";

    // What it wants.
    CLICK "click" High Quarantine 2.0 "It speaks of held or lost mail and wants a click on a link; it is no server's notice.";
    WISH "wish" Low Quarantine 1.0 "Its text wants something that no mail server needs: a click, a sign-in, a confirmation.";
    ASKS "asks" High Quarantine 3.5 "It asks for a password to be sent back or filled in.";
    SCAN "scan" High Quarantine 2.5 "It wants a code in a picture to be scanned with a telephone, where no filter sees what it leads to.";
    FILE "file" Medium Quarantine 2.5 "It comes with a page as a file, to be opened.";

    // Where it leads.
    LINK "link" Low Quarantine 1.0 "Its link leads to a host that belongs neither to you nor to the sender.";
    LINK_DECEIT "link_deceit" Medium Quarantine 2.0 "Its link deceives: it shows another host, leads to a bare number or to a host that anybody can use, or takes a password.";
    LINK_YOU "link_you" Low Quarantine 1.25 "Its link carries your address.";

    // Who it says it is from.
    YOURS "claims_yours" Medium Quarantine 2.0 "The sender poses as your own domain, or as yourself, from elsewhere.";
    PROVIDER "claims_provider" Medium Quarantine 1.5 "The sender poses as a known provider, from a domain that isn't that provider's.";
    DAEMON "daemon" Low Quarantine 1.5 "The sender has a mail server's own name, at a domain that isn't yours.";
    ROLE "role" Low Quarantine 1.0 "The sender has the name of those who run mail servers, at a domain that isn't yours.";

    // What is missing.
    MISSING "missing" Low Quarantine 1.0 "What a server's notice has is missing: no status part, no code, no returned mail.";

    // What speaks against it.
    SERVER "server_words" Info Keep 3.0 "It speaks as mail servers do among themselves: of queues, sessions, retries.";
    KNOWN "known_provider" Info Keep 6.0 "Sender and links belong to one known provider of mail or of filters.";
    OWN_LINKS "own_links" Info Keep 5.0 "Its links lead to your own domain or provider.";
    LISTED "listed" Info Keep 5.0 "It came through a mailing list.";
    LISTED_AS_ONE "listed_as_one" Info Keep 1.5 "It came through a mailing list, and speaks to that list as if it were one person.";
    ANSWER "answer" Info Keep 3.0 "It answers another mail.";
    SIGNED "signed" Info Keep 3.0 "It carries a signature of the organisation that it is from, and that its links lead to or you belong to.";
    PLAIN "plain_sender" Info Keep 1.5 "It carries a signature of the organisation that it is from, and poses as no other; its links lead elsewhere.";
    AWAITS "awaits_answer" Info Keep 2.5 "What it speaks of waits for an answer of yours, as messages on a site do.";
    SAME_HOUSE "same_house" Info Keep 1.0 "Its links lead to the organisation that it is from, and it poses as no other.";
    MAILING "mailing" Info Keep 1.5 "It says how to unsubscribe, as newsletters do.";
    LONG "long" Info Keep 1.5 "It says much; such mail is short.";
    VERY_LONG "very_long" Info Keep 3.0 "It says very much; such mail is short.";

    // What decides alone.
    WORM "worm" Critical Quarantine 8.0 "It poses as a mail server's notice and carries a program beside its text, as mail worms do.";
    WORM_WORDS "worm_words" High Quarantine 5.0 "It has the words of a worm that poses as a bounce; what it carried was taken out or can't be read.";
    REPORT "report" High Quarantine 5.0 "It calls itself a report (multipart/report) and holds none.";
}

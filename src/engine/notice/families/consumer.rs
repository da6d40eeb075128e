//! Mail servers for small sites and desktops, and carriers outside Japan.

use super::{Family, delayed, failed, weak};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "mdaemon",
        openings: &[
            failed("the following data may contain sections which represent bits of a mail message"),
            failed("the attached message had permanent fatal delivery errors"),
            failed("the following addresses had permanent fatal delivery errors"),
            failed("the attached mail has been returned"),
            failed("the attached message had permanent non-fatal delivery errors"),
            weak("failed address:"),
            failed("--- session transcript ---"),
            failed("this message was * not be delivered * mdaemon"),
            delayed("the attached message has been deferred"),
        ],
        from: &["mdaemon"],
        subject: &["permanent delivery failure", "user unknown", "warning:"],
    },
    Family {
        name: "imail",
        openings: &[
            failed("body of message generated response"),
            weak("unknown user: "),
            weak("undeliverable to "),
            weak("unknown host: "),
            failed("delivery failed * attempts"),
            failed("delivery userid: invalid final delivery userid"),
            failed("user mailbox exceeds allowed size"),
        ],
        from: &["postmaster"],
        subject: &["undeliverable mail"],
    },
    Family {
        name: "mailenable",
        openings: &[
            failed("message could not be delivered to some recipients"),
            failed("this message has been returned to you from mailenable"),
            failed("mailenable: message could not be delivered to"),
        ],
        from: &["postmaster", "mailenable"],
        subject: &["message delivery failure"],
    },
    Family {
        name: "hmailserver",
        openings: &[failed("your message did not reach some or all of the intended recipients. sent:")],
        from: &["mailer-daemon"],
        subject: &["message undeliverable"],
    },
    Family {
        name: "smartermail",
        openings: &[
            failed("could not deliver message to the following recipient(s)"),
            delayed("smartermail is still trying"),
        ],
        from: &["system administrator", "postmaster"],
        subject: &["delivery failure", "delivery delay"],
    },
    Family {
        name: "communigate",
        openings: &[
            failed("failed to deliver to '"),
            failed("message delivery to '* delayed"),
            delayed("delayed delivery to '"),
        ],
        from: &["mailer-daemon"],
        subject: &["undeliverable mail"],
    },
    Family {
        name: "kerio",
        openings: &[
            failed("your message could not be delivered to some of its recipients"),
            failed("this message was created automatically by kerio"),
        ],
        from: &["kerio", "mail delivery subsystem", "postmaster"],
        subject: &[],
    },
    Family {
        name: "xmail",
        openings: &[failed("[<00>] xmail bounce"), failed("[<01>] error sending message")],
        from: &["postmaster"],
        subject: &["error sending message"],
    },
    Family {
        name: "mercury",
        openings: &[
            failed("your message could not be delivered to one or more of its intended recipients"),
            failed("the local mail transport system has reported the following problems"),
            failed("your message was not delivered, and has been returned to you"),
        ],
        from: &["electronic postmaster", "mail delivery subsystem"],
        subject: &["postmaster notify: delivery failure"],
    },
    Family {
        name: "argosoft",
        openings: &[
            failed("message undeliverable to"),
            failed("your message was not delivered to the following recipients"),
            failed("could not be delivered. * argosoft"),
        ],
        from: &["postmaster"],
        subject: &[],
    },
    Family {
        name: "qpsmtpd",
        openings: &[
            failed("your mail message to the following address(es) could not be delivered"),
            failed("the following message could not be delivered to"),
            failed("we were unable to deliver your message to the following"),
            failed("we are sorry but we were unable to deliver your message"),
            weak("message delivery has failed"),
        ],
        from: &["mailer-daemon", "postmaster"],
        subject: &[],
    },
    Family {
        name: "verizon",
        openings: &[
            failed("message could not be delivered to mobile"),
            failed("error: no valid recipients for this mm"),
            failed("your message could not be delivered to the mobile"),
        ],
        from: &["vtext", "vzwpix", "vzw", "mms", "post_master"],
        subject: &["undeliverable message"],
    },
    Family {
        name: "compuserve",
        openings: &[
            failed("?%  emdnun"),
            failed("your message could not be delivered as addressed"),
            failed("your message is undeliverable to"),
        ],
        from: &["compuserve", "electronic postmaster"],
        subject: &["undeliverable message"],
    },
    Family {
        name: "earthlink",
        openings: &[
            failed("a message you sent could not be delivered. the"),
            failed("sorry, unable to deliver your message to"),
            failed("the following mail message could not be delivered"),
        ],
        from: &["earthlink", "mindspring", "juno", "netzero", "prodigy", "sbcglobal"],
        subject: &[],
    },
    Family {
        name: "lsmtp",
        openings: &[
            failed("the enclosed message could not be delivered"),
            failed("the message you sent could not be delivered"),
            weak("your message cannot be delivered"),
        ],
        from: &["lsmtp", "listserv"],
        subject: &["undelivered mail", "undelivered file"],
    },
];

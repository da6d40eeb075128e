//! Filters, relays and security gateways that refuse mail and say so themselves.

use super::{Family, delayed, failed, opens, weak};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "messagelabs",
        openings: &[
            failed("for further assistance, please send mail to <postmaster> * messagelabs"),
            failed("this is an automatically generated * messagelabs"),
            failed("your message could not be delivered * symantec.cloud"),
            failed("a message from * could not be delivered * messagelabs"),
        ],
        from: &["messagelabs"],
        subject: &["mail delivery failure"],
    },
    Family {
        name: "mimecast",
        openings: &[
            failed("the email account you tried to contact * mimecast"),
            failed("your email to * was rejected * mimecast"),
            weak("the following message was rejected"),
        ],
        from: &["mimecast"],
        subject: &[],
    },
    Family {
        name: "barracuda",
        openings: &[
            failed("your message to: * was blocked by our spam firewall"),
            failed(
                "was blocked by our spam firewall. the email you sent with the following subject has not been delivered",
            ),
            failed("the email you sent with the following subject has not been delivered"),
            failed("your message to * was considered unsolicited bulk"),
        ],
        from: &["barracuda", "mailer-daemon", "postmaster"],
        subject: &["**message you sent blocked by our bulk email filter**", "undeliverable"],
    },
    Family {
        name: "mcafee",
        openings: &[
            failed("mail could not be delivered * mcafee"),
            failed("the following recipients did not receive"),
            failed("undelivered to the following recipient"),
            failed("--- the following addresses had delivery problems ---"),
        ],
        from: &["mcafee", "mxlogic", "webshield", "postmaster"],
        subject: &["mail could not be delivered", "delivery status notification"],
    },
    Family {
        name: "interscan",
        openings: &[
            failed("unable to deliver message to recipient"),
            failed("this message is created automatically by interscan"),
            weak("mail could not be delivered"),
            failed("sent <<< rcpt to"),
            failed("sent >>> rcpt to"),
            weak("received <<<"),
            weak("received >>>"),
        ],
        from: &["interscan", "imss", "trend micro"],
        subject: &["mail could not be delivered"],
    },
    Family {
        name: "mailmarshal",
        openings: &[
            failed("your message: from: * could not be delivered because of"),
            failed("mailmarshal (an automated content monitoring gateway)"),
            failed("mailmarshal has stopped"),
            weak("could not be delivered because of"),
        ],
        from: &["mailmarshal", "postmaster"],
        subject: &["undeliverable mail", "undeliverable"],
    },
    Family {
        name: "surfcontrol",
        openings: &[
            failed(
                "your message could not be sent. a transcript of the attempts to send the message follows",
            ),
            failed("the number of attempts made:"),
            failed("transcript of the attempts to send the message follows"),
        ],
        from: &["surfcontrol", "postmaster"],
        subject: &["message could not be delivered"],
    },
    Family {
        name: "symantec",
        openings: &[
            failed("your message has encountered delivery problems to the following recipient(s)"),
            delayed("your message has encountered delivery problems * delivery delayed"),
            failed("message has encountered delivery problems"),
            failed("your message to the following recipient(s) could not be delivered"),
        ],
        from: &["symantec"],
        subject: &["delivery failure notification"],
    },
    Family {
        name: "powermta",
        openings: &[
            failed(
                "this is an automatically generated delivery status notification. delivery to the following recipients failed permanently",
            ),
            opens("hello, this is the mail server on"),
            failed("this message was created automatically by the mail system * powermta"),
            opens(
                "i am sending you this message to inform you on the delivery status of a message you previously sent",
            ),
            opens("sending you this message to inform you on the delivery status of a message"),
            failed("the following recipients did not receive the"),
            delayed("the following recipients have not yet received"),
        ],
        from: &["mail-delivery", "mailer-daemon", "postmaster"],
        subject: &["delivery report", "delivery failure"],
    },
    Family {
        name: "ironport",
        openings: &[
            failed("the following message to <*> was undeliverable. the reason for the problem"),
            failed("was undeliverable. the reason for the problem"),
            delayed("the following message to <*> is delayed"),
        ],
        from: &["mail delivery system", "mailer-daemon"],
        subject: &["delivery status notification (failure)"],
    },
    Family {
        name: "activehunter",
        openings: &[failed("failed to deliver to <"), failed("the following addresses were not delivered")],
        from: &["mailer-daemon"],
        subject: &["failure notice :"],
    },
    Family {
        name: "mailfoundry",
        openings: &[failed("unable to deliver message to: <"), failed("this is a mailfoundry")],
        from: &["mail delivery system", "mailer-daemon"],
        subject: &["undeliverable", "message delivery has failed"],
    },
    Family {
        name: "amavis",
        openings: &[
            failed("the message returned below could not be delivered"),
            failed("content filter at * was unable to deliver"),
            failed("banned contents alert"),
            failed("our content checker found"),
            failed("this nondelivery report was generated by the program amavisd-new"),
            failed("this non-delivery report was generated by the program amavisd-new"),
        ],
        from: &["amavis", "content-filter"],
        subject: &["undeliverable mail", "considered unsolicited bulk"],
    },
    Family {
        name: "receivingses",
        openings: &[
            weak("this message could not be delivered."),
            failed("this message could not be delivered to"),
            failed("このメッセージは配信できません"),
        ],
        from: &["mailer-daemon", "amazonses"],
        subject: &["delivery status notification (failure)"],
    },
    Family {
        name: "proofpoint",
        openings: &[
            failed("your message cannot be delivered to the following recipients: "),
            failed("the message you sent to * was rejected"),
            weak("your email was rejected"),
        ],
        from: &["proofpoint", "pphosted"],
        subject: &[],
    },
];

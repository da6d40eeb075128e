//! Japanese mobile carriers and providers.

use super::{Family, failed, weak};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ezweb",
        openings: &[
            weak("the user(s) "),
            failed("your message to the following user(s)"),
            failed("each of the following recipients was rejected by a remote mail server"),
            failed("your message was receipt by"),
            failed("smtp_error"),
        ],
        from: &["ezweb", "au.com", "dion.ne.jp"],
        subject: &["mail system error - returned mail"],
    },
    Family {
        name: "docomo",
        openings: &[
            failed("the following addresses had delivery problems"),
            weak("\u{914d}\u{4fe1}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}\u{3067}\u{3057}\u{305f}"),
            weak("\u{30a8}\u{30e9}\u{30fc}\u{304c}\u{767a}\u{751f}"),
        ],
        from: &["docomo"],
        subject: &[],
    },
    Family {
        name: "softbank",
        openings: &[weak("\u{9001}\u{4fe1}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}\u{3067}\u{3057}\u{305f}")],
        from: &["softbank", "vodafone", "disney.ne.jp"],
        subject: &[],
    },
    Family {
        name: "kddi",
        openings: &[
            weak("your mail sent on: "),
            failed("your mail attempted to be delivered on"),
            weak("could not be delivered to:"),
            failed("as their mailbox is full"),
        ],
        from: &["dion.ne.jp", "no-reply@", "au.com", "ezweb"],
        subject: &["mail"],
    },
    Family {
        name: "biglobe",
        openings: &[
            failed("unable to deliver your message. the mail"),
            failed("could not be delivered * biglobe"),
            failed("the following recipient(s) could not be delivered"),
            weak("\u{9001}\u{4fe1}\u{3044}\u{305f}\u{3060}\u{3044}\u{305f}\u{30e1}\u{30fc}\u{30eb}"),
        ],
        from: &["biglobe", "inacatv", "tmtv", "ttv.ne.jp", "postmaster"],
        subject: &["returned mail:"],
    },
    Family {
        name: "japanese",
        openings: &[
            failed(
                "\u{30e1}\u{30fc}\u{30eb}\u{306f}\u{914d}\u{4fe1}\u{3055}\u{308c}\u{307e}\u{305b}\u{3093}\u{3067}\u{3057}\u{305f}",
            ),
            failed(
                "\u{30e1}\u{30fc}\u{30eb}\u{3092}\u{914d}\u{9001}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}",
            ),
            failed(
                "\u{30e1}\u{30fc}\u{30eb}\u{3092}\u{914d}\u{4fe1}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}",
            ),
            failed(
                "\u{30e1}\u{30fc}\u{30eb}\u{304c}\u{914d}\u{4fe1}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}",
            ),
            failed(
                "\u{30e1}\u{30fc}\u{30eb}\u{306e}\u{914d}\u{4fe1}\u{304c}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}",
            ),
            failed(
                "\u{304a}\u{5c4a}\u{3051}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}\u{3067}\u{3057}\u{305f}",
            ),
            failed("\u{914d}\u{4fe1}\u{306b}\u{5931}\u{6557}\u{3057}\u{307e}\u{3057}\u{305f}"),
            failed("\u{9001}\u{4fe1}\u{306b}\u{5931}\u{6557}\u{3057}\u{307e}\u{3057}\u{305f}"),
            failed("\u{4ee5}\u{4e0b}\u{306e}\u{30a2}\u{30c9}\u{30ec}\u{30b9}\u{306b}\u{914d}\u{4fe1}"),
            failed("\u{4ee5}\u{4e0b}\u{306e}\u{5b9b}\u{5148}"),
            failed("\u{6b21}\u{306e}\u{5b9b}\u{5148}"),
            weak("\u{914d}\u{9001}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}"),
            weak("\u{914d}\u{4fe1}\u{3067}\u{304d}\u{307e}\u{305b}\u{3093}"),
            weak("\u{5b9b}\u{5148}\u{4e0d}\u{660e}"),
            weak("\u{30a8}\u{30e9}\u{30fc}\u{30e1}\u{30fc}\u{30eb}"),
        ],
        from: &["mailer-daemon", "postmaster"],
        subject: &[],
    },
];

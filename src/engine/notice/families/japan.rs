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
            weak("配信できませんでした"),
            weak("エラーが発生"),
        ],
        from: &["docomo"],
        subject: &[],
    },
    Family {
        name: "softbank",
        openings: &[weak("送信できませんでした")],
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
            weak("送信いただいたメール"),
        ],
        from: &["biglobe", "inacatv", "tmtv", "ttv.ne.jp", "postmaster"],
        subject: &["returned mail:"],
    },
    Family {
        name: "japanese",
        openings: &[
            failed("メールは配信されませんでした"),
            failed("メールを配送できません"),
            failed("メールを配信できません"),
            failed("メールが配信できません"),
            failed("メールの配信ができません"),
            failed("お届けできませんでした"),
            failed("配信に失敗しました"),
            failed("送信に失敗しました"),
            failed("以下のアドレスに配信"),
            failed("以下の宛先"),
            failed("次の宛先"),
            weak("配送できません"),
            weak("配信できません"),
            weak("宛先不明"),
            weak("エラーメール"),
        ],
        from: &["mailer-daemon", "postmaster"],
        subject: &[],
    },
];

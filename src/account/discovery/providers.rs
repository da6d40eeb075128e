//! The IMAP servers of large providers. Data only. The first row that matches counts, so a narrower
//! domain stands before a wider one. A row that is out of date costs one failed connection test.

use super::super::settings::Security::{self, Tls};
use super::Login::{self, Address, Local};
use super::Provider;

/// Providers that take no account password from a mail program.
const APP_PASSWORD: Option<&str> = Some(
    "This provider wants an app password: turn on two-step verification, then make one in your account's security settings.",
);
/// Providers whose IMAP access is off at first.
const SWITCH_ON: Option<&str> =
    Some("IMAP is off at first: turn it on in the settings of your mailbox on the provider's website.");
/// Both.
const CODE: Option<&str> = Some(
    "Turn on IMAP in the settings of your mailbox on the provider's website; it then shows an authorization code to use as the password.",
);
/// Providers that take OAuth alone for most accounts.
const NO_PASSWORD: Option<&str> = Some(
    "This provider has ended sign-in by password for most accounts: sign in with a command that prints an OAuth2 token. Work accounts may be allowed a password by their administrator.",
);
/// Providers whose mail is encrypted until a helper program opens it.
const BRIDGE: Option<&str> =
    Some("Start the provider's Bridge program and use the name, password and port that it shows.");
const FREE: Option<&str> = None;

const fn at(
    host: &'static str,
    domains: &'static [&'static str],
    login: Login,
    advice: Option<&'static str>,
) -> Provider {
    Provider { domains, host, port: 993, security: Tls, login, advice }
}

/// One row per provider.
pub(super) const PROVIDERS: &[Provider] = &[
    at("imap.gmail.com", &["gmail.com", "googlemail.com"], Address, APP_PASSWORD),
    at(
        "outlook.office365.com",
        &["outlook.", "hotmail.", "live.", "msn.com", "passport.com"],
        Address,
        NO_PASSWORD,
    ),
    at("imap.mail.yahoo.co.jp", &["yahoo.co.jp", "ymail.ne.jp"], Local, SWITCH_ON),
    at(
        "imap.mail.yahoo.com",
        &["yahoo.", "ymail.com", "rocketmail.com", "myyahoo.com"],
        Address,
        APP_PASSWORD,
    ),
    at("imap.mail.me.com", &["icloud.com", "me.com", "mac.com"], Local, APP_PASSWORD),
    at("imap.aol.com", &["aol.", "aim.com", "love.com", "games.com"], Address, APP_PASSWORD),
    at(
        "imap.fastmail.com",
        &[
            "fastmail.com", "fastmail.fm", "fastmail.net", "fastmail.org", "fastmail.to",
            "messagingengine.com",
        ],
        Address,
        APP_PASSWORD,
    ),
    at("imap.zoho.com", &["zoho.com", "zohomail.com"], Address, SWITCH_ON),
    at("imap.zoho.eu", &["zoho.eu", "zohomail.eu"], Address, SWITCH_ON),
    at("imap.zoho.in", &["zoho.in", "zohomail.in"], Address, SWITCH_ON),
    at("imap.gmx.net", &["gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu"], Address, SWITCH_ON),
    at("imap.gmx.com", &["gmx.com", "gmx.us", "gmx.co.uk", "gmx.fr", "gmx.es"], Address, SWITCH_ON),
    at("imap.web.de", &["web.de", "email.de"], Address, SWITCH_ON),
    at("imap.mail.com", &["mail.com", "email.com", "usa.com", "post.com"], Address, SWITCH_ON),
    at("imap.1und1.de", &["online.de", "onlinehome.de", "sofort-mail.de"], Address, FREE),
    at(
        "secureimap.t-online.de",
        &["t-online.de", "magenta.de"],
        Address,
        Some("Use the password for mail programs, which you set in the customer centre."),
    ),
    at("imap.freenet.de", &["freenet.de", "freenetmail.de"], Address, FREE),
    at(
        "posteo.de",
        &["posteo.de", "posteo.net", "posteo.org", "posteo.at", "posteo.ch", "posteo.eu"],
        Address,
        FREE,
    ),
    at("imap.mailbox.org", &["mailbox.org", "secure.mailbox.org"], Address, FREE),
    at("mail.riseup.net", &["riseup.net"], Local, FREE),
    at("mail.disroot.org", &["disroot.org"], Local, FREE),
    at("imap.runbox.com", &["runbox.com", "runbox.no"], Address, APP_PASSWORD),
    at("imap.migadu.com", &["migadu.com"], Address, FREE),
    at("imap.purelymail.com", &["purelymail.com"], Address, FREE),
    at("mail.gandi.net", &["gandi.net"], Address, FREE),
    at("ssl0.ovh.net", &["ovh.net"], Address, FREE),
    at("imap.orange.fr", &["orange.fr", "wanadoo.fr"], Local, FREE),
    at("imap.free.fr", &["free.fr", "aliceadsl.fr"], Local, FREE),
    at("imap.laposte.net", &["laposte.net"], Local, SWITCH_ON),
    at("imap.sfr.fr", &["sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr"], Address, FREE),
    at("imap.bbox.fr", &["bbox.fr"], Address, FREE),
    at(
        "imapmail.libero.it",
        &["libero.it", "inwind.it", "iol.it", "blu.it", "giallo.it"],
        Address,
        APP_PASSWORD,
    ),
    at("in.virgilio.it", &["virgilio.it"], Address, APP_PASSWORD),
    at("imap.tim.it", &["tim.it", "alice.it", "tin.it"], Address, FREE),
    at("imap.bluewin.ch", &["bluewin.ch"], Address, FREE),
    at("imap.ziggo.nl", &["ziggo.nl", "upcmail.nl"], Address, FREE),
    at("imap.kpnmail.nl", &["kpnmail.nl", "planet.nl", "hetnet.nl"], Address, FREE),
    at("imap.telenet.be", &["telenet.be"], Address, FREE),
    at("imap.proximus.be", &["proximus.be", "skynet.be"], Address, FREE),
    at("imap.poczta.onet.pl", &["onet.pl", "op.pl", "vp.pl", "poczta.onet.pl"], Address, APP_PASSWORD),
    at("imap.wp.pl", &["wp.pl"], Local, SWITCH_ON),
    at("poczta.o2.pl", &["o2.pl", "tlen.pl"], Address, SWITCH_ON),
    at("imap.seznam.cz", &["seznam.cz", "email.cz", "post.cz"], Address, SWITCH_ON),
    at("imap.yandex.com", &["yandex.", "ya.ru"], Address, APP_PASSWORD),
    at("imap.mail.ru", &["mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"], Address, APP_PASSWORD),
    at("imap.rambler.ru", &["rambler.ru", "lenta.ru", "ro.ru"], Address, SWITCH_ON),
    at("imap.ukr.net", &["ukr.net"], Address, APP_PASSWORD),
    at("imap.qq.com", &["qq.com", "foxmail.com"], Address, CODE),
    at("imap.163.com", &["163.com"], Address, CODE),
    at("imap.126.com", &["126.com"], Address, CODE),
    at("imap.yeah.net", &["yeah.net"], Address, CODE),
    at("imap.sina.com", &["sina.com", "sina.cn"], Address, CODE),
    at("imap.naver.com", &["naver.com"], Local, APP_PASSWORD),
    at("imap.daum.net", &["daum.net", "hanmail.net", "kakao.com"], Local, APP_PASSWORD),
    at("imap.uol.com.br", &["uol.com.br", "bol.com.br"], Address, FREE),
    at("imap.terra.com.br", &["terra.com.br"], Address, FREE),
    at("imap.comcast.net", &["comcast.net"], Address, SWITCH_ON),
    at("imap.cox.net", &["cox.net"], Local, FREE),
    at("imap.mail.att.net", &["att.net", "sbcglobal.net", "bellsouth.net"], Address, APP_PASSWORD),
    at("imap.btinternet.com", &["btinternet.com", "btopenworld.com", "talk21.com"], Address, FREE),
    at(
        "imap.virginmedia.com",
        &["virginmedia.com", "ntlworld.com", "blueyonder.co.uk"],
        Address,
        APP_PASSWORD,
    ),
    at("imap.telstra.com", &["bigpond.com", "bigpond.net.au", "telstra.com"], Address, FREE),
    Provider {
        domains: &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
        host: "127.0.0.1",
        port: 1143,
        security: Security::StartTls,
        login: Address,
        advice: BRIDGE,
    },
];

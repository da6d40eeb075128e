//! Whose host is it? Organisations behind host names, known providers, and hosts that anybody can use.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Second levels under which countries let organisations register (`example.co.uk`).
const SECOND_LEVELS: &[&str] = &[
    "co", "com", "org", "net", "ac", "gov", "gob", "edu", "ne", "or", "go", "gr", "lg", "ed", "ad", "mil",
    "nhs", "sch", "ltd", "plc", "me", "info", "id", "asn", "govt", "school", "res", "nic", "firm", "gen",
    "ind", "in", "web",
];

/// The organisation behind a host: its registrable domain, near enough without the public suffix list.
pub(super) fn organisation(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    if is_ip(host) {
        return host;
    }
    let mut dots = host.rmatch_indices('.').map(|(i, _)| i);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let country = host.len() - last - 1 == 2;
    let middle = host.get(second + 1..last).unwrap_or_default();
    let start = if country && SECOND_LEVELS.contains(&middle) { dots.next() } else { Some(second) };
    start.and_then(|at| host.get(at + 1..)).unwrap_or(host)
}

/// Whether a host is a bare address: dotted, one number, hexadecimal, or IPv6 in brackets.
pub(super) fn is_ip(host: &str) -> bool {
    host.starts_with('[')
        || host.starts_with("0x")
        || (!host.is_empty() && host.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Whether it is an address of the person's own network (RFC 1918), where appliances stand, or a name
/// without a domain.
pub(super) fn is_private(host: &str) -> bool {
    let second = || host.split('.').nth(1).and_then(|n| n.parse::<u8>().ok()).unwrap_or(0);
    host.starts_with("10.")
        || host.starts_with("192.168.")
        || (host.starts_with("172.") && (16..32).contains(&second()))
        || (!is_ip(host) && !host.contains('.'))
        || host.ends_with(".local")
        || host.ends_with(".lan")
        || host.ends_with(".internal")
}

/// Whether a host is that of a domain, or stands below it.
pub(super) fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What the tables say of one domain and all hosts under it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Its place in [`PROVIDERS`].
    pub(super) provider: Option<usize>,
    /// Whether anybody can put a page, a form or a short link there at no cost.
    pub(super) anybodys: bool,
    /// Whether it counts clicks for whoever sends mail: it leads to where the sender wants.
    pub(super) counter: bool,
}

/// The tables, by domain.
static KNOWN: LazyLock<HashMap<&str, Known>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Known> = HashMap::new();
    for (number, domains) in PROVIDERS.iter().enumerate() {
        for domain in *domains {
            known.entry(domain).or_default().provider.get_or_insert(number);
        }
    }
    for domain in ANYBODYS {
        known.entry(domain).or_default().anybodys = true;
    }
    for domain in COUNTERS {
        known.entry(domain).or_default().counter = true;
    }
    known
});

/// What is known of a host: of itself, and of each domain above it.
pub(super) fn known(host: &str) -> Known {
    let names = std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, above)| above));
    names.filter_map(|name| KNOWN.get(name)).fold(Known::default(), |all, known| Known {
        provider: [all.provider, known.provider].into_iter().flatten().min(),
        anybodys: all.anybodys | known.anybodys,
        counter: all.counter | known.counter,
    })
}

/// Whether anybody can put a page, a form or a short link there at no cost.
pub(super) fn is_anybodys(host: &str) -> bool {
    known(host).anybodys
}

/// Whether it counts clicks for whoever sends mail: it leads to where the sender wants.
pub(super) fn counts_clicks(host: &str) -> bool {
    known(host).counter
}

/// Whether many people have their address there, so that it is nobody's own domain.
pub(super) fn is_freemail(organisation: &str) -> bool {
    FREEMAIL.contains(&organisation)
}

/// The provider or maker of mail filters that a host belongs to, as a number.
pub(super) fn provider(host: &str) -> Option<usize> {
    known(host).provider
}

/// The provider that a name speaks of, as the same number; `name` is folded.
pub(super) fn named_provider(name: &str) -> Option<usize> {
    BRANDS.iter().find(|(word, _)| has_word(name, word)).and_then(|(_, domain)| provider(domain))
}

/// Whether `word` stands in `text` with no letter or digit beside it.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Providers of mail, and of filters before it: the domains of each belong together.
const PROVIDERS: &[&[&str]] = &[
    &[
        "microsoft.com", "microsoftonline.com", "office.com", "office365.com", "outlook.com", "outlook.de",
        "outlook.fr", "live.com", "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.co.uk", "msn.com",
        "aka.ms", "windows.com", "office.net", "outlook.office.com", "exchange.microsoft.com",
        "microsoft365.com", "cloud.microsoft", "onedrive.com", "sharepointonline.com",
    ],
    &[
        "google.com", "gmail.com", "googlemail.com", "goo.gle", "youtube.com", "google.de", "google.co.uk",
        "google.fr",
    ],
    &[
        "yahoo.com", "yahoo-inc.com", "yahooinc.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com",
        "aol.com", "rocketmail.com", "aol.net", "oath.com",
    ],
    &["yahoo.co.jp", "mail.yahoo.co.jp"],
    &["apple.com", "icloud.com", "me.com", "mac.com"],
    &[
        "gmx.net", "gmx.de", "gmx.com", "web.de", "mail.com", "1und1.de", "ionos.de", "ionos.com",
        "1and1.com", "united-internet.de",
    ],
    &["proton.me", "protonmail.com", "protonmail.ch"],
    &["zoho.com", "zoho.eu", "zoho.in", "zohomail.com", "zohocorp.com"],
    &["yandex.ru", "yandex.com", "yandex.net", "ya.ru"],
    &["mail.ru", "bk.ru", "list.ru", "inbox.ru", "corp.mail.ru"],
    &["qq.com", "tencent.com", "exmail.qq.com", "foxmail.com"],
    &["163.com", "126.com", "netease.com", "yeah.net", "188.com"],
    &["aliyun.com", "alibaba-inc.com", "alibabacloud.com"],
    &["naver.com", "navercorp.com"],
    &["daum.net", "kakao.com", "kakaocorp.com", "hanmail.net"],
    &["t-online.de", "telekom.de"],
    &["strato.de", "strato.com"],
    &["orange.fr", "wanadoo.fr"],
    &["free.fr"],
    &["laposte.net", "laposte.fr"],
    &["libero.it", "iol.it", "italiaonline.it"],
    &["aruba.it", "arubapec.it", "pec.it"],
    &["seznam.cz", "email.cz"],
    &["wp.pl", "o2.pl"],
    &["onet.pl", "op.pl"],
    &["uol.com.br", "bol.com.br"],
    &["comcast.net", "xfinity.com"],
    &["att.net", "att.com", "sbcglobal.net", "bellsouth.net"],
    &["verizon.net", "verizon.com"],
    &["bt.com", "btinternet.com"],
    &["fastmail.com", "fastmail.fm"],
    &["ovh.com", "ovh.net", "ovhcloud.com"],
    &["gandi.net"],
    &["godaddy.com", "secureserver.net"],
    &["rackspace.com", "emailsrvr.com"],
    &["hostinger.com"],
    &["namecheap.com", "privateemail.com"],
    &["sakura.ne.jp", "sakura.ad.jp"],
    &["nifty.com"],
    // Filters before the mailbox.
    &["mimecast.com", "mimecast.net", "mimecastprotect.com"],
    &["proofpoint.com", "pphosted.com", "ppe-hosted.com", "proofpointessentials.com", "urldefense.com"],
    &["barracuda.com", "barracudanetworks.com", "cudasvc.com", "cudamail.com", "ess.barracudanetworks.com"],
    &["messagelabs.com", "symanteccloud.com", "symantec.com", "broadcom.com"],
    &["sophos.com"],
    &["trendmicro.com", "trendmicro.eu", "trendmicro.co.jp"],
    &["fireeyecloud.com", "trellix.com"],
    &["mcafee.com", "mcafeesaas.com", "mxlogic.net", "mxlogic.com"],
    &["antispamcloud.com", "spamexperts.com", "n-able.com", "solarwinds.com", "mtroute.com"],
    &["hornetsecurity.com", "antispameurope.com"],
    &["mailroute.net"],
    &["cisco.com", "iphmx.com"],
    &["appriver.com", "zixcorp.com", "zixport.com"],
    &["spamhero.com"],
    &["spamtitan.com", "titanhq.com"],
    &["fortimail.com", "fortinet.com", "fortimailcloud.com"],
    &["mailinblack.com"],
    &["vadesecure.com"],
    &["retarus.com"],
    &["postini.com"],
    &["frontbridge.com", "bigfish.com"],
    &["mailguard.com.au"],
    &["exclaimer.net"],
    &["avanan.net", "avanan.com", "checkpoint.com"],
    &["inky.com", "inkyphishfence.com"],
    &["mailchannels.net", "mailchannels.com"],
    // Where people work on texts and tickets that can be about mail.
    &["github.com"],
    &["gitlab.com"],
    &["atlassian.net", "atlassian.com", "bitbucket.org", "statuspage.io"],
    &["slack.com"],
    // Who sends mail for others reports on it; the hosts of their counting links are left out, anybody's links pass there.
    &["sendgrid.com", "twilio.com"],
    &["mailgun.com"],
    &["mailchimp.com", "intuit.com"],
    &["postmarkapp.com"],
    &["brevo.com", "sendinblue.com"],
    &["mailjet.com"],
    // Services whose own mail comes back and who then say so.
    &["facebook.com", "facebookmail.com", "meta.com", "metamail.com", "instagram.com"],
    &["x.com", "twitter.com"],
    &["dropbox.com", "dropboxmail.com"],
];

/// Names under which such mail poses, and a domain of those whom they belong to.
const BRANDS: &[(&str, &str)] = &[
    ("microsoft", "microsoft.com"),
    ("office 365", "microsoft.com"),
    ("office365", "microsoft.com"),
    ("outlook", "microsoft.com"),
    ("hotmail", "microsoft.com"),
    ("exchange", "microsoft.com"),
    ("onedrive", "microsoft.com"),
    ("ms365", "microsoft.com"),
    ("gmail", "google.com"),
    ("google", "google.com"),
    ("google workspace", "google.com"),
    ("yahoo", "yahoo.com"),
    ("aol", "aol.com"),
    ("icloud", "apple.com"),
    ("gmx", "gmx.net"),
    ("web.de", "web.de"),
    ("ionos", "ionos.de"),
    ("strato", "strato.de"),
    ("tonline", "t-online.de"),
    ("telekom", "t-online.de"),
    ("orange", "orange.fr"),
    ("free.fr", "free.fr"),
    ("laposte", "laposte.net"),
    ("libero", "libero.it"),
    ("aruba", "aruba.it"),
    ("proton", "proton.me"),
    ("zoho", "zoho.com"),
    ("yandex", "yandex.ru"),
    ("mail.ru", "mail.ru"),
    ("qq", "qq.com"),
    ("naver", "naver.com"),
    ("daum", "daum.net"),
    ("xfinity", "xfinity.com"),
    ("comcast", "comcast.net"),
    ("mimecast", "mimecast.com"),
    ("proofpoint", "proofpoint.com"),
    ("barracuda", "barracuda.com"),
    ("sophos", "sophos.com"),
];

/// Domains where many people have their address.
const FREEMAIL: &[&str] = &[
    "gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.fr", "hotmail.com", "hotmail.de",
    "hotmail.fr", "hotmail.co.uk", "live.com", "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr",
    "yahoo.co.jp", "ymail.com", "rocketmail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.net",
    "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "web.de", "mail.com", "proton.me", "protonmail.com", "zoho.com",
    "yandex.ru", "yandex.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "qq.com", "foxmail.com", "163.com",
    "126.com", "yeah.net", "sina.com", "sohu.com", "aliyun.com", "naver.com", "daum.net", "hanmail.net",
    "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it",
    "virgilio.it", "tiscali.it", "alice.it", "seznam.cz", "wp.pl", "o2.pl", "onet.pl", "interia.pl",
    "uol.com.br", "bol.com.br", "terra.com.br", "comcast.net", "att.net", "sbcglobal.net", "bellsouth.net",
    "verizon.net", "cox.net", "charter.net", "earthlink.net", "btinternet.com", "rediffmail.com",
    "fastmail.com", "fastmail.fm", "bigpond.com", "shaw.ca", "rogers.com", "telus.net", "ukr.net", "abv.bg",
];

/// Hosts of pages, forms, files and short links that cost nothing: a real provider's notice needs none.
const ANYBODYS: &[&str] = &[
    // Pages.
    "weebly.com", "weeblysite.com", "wixsite.com", "wix.com", "editorx.io", "jimdofree.com", "jimdosite.com",
    "jimdo.com", "webflow.io", "web.app", "firebaseapp.com", "github.io", "gitlab.io", "netlify.app",
    "netlify.com", "vercel.app", "herokuapp.com", "glitch.me", "repl.co", "replit.app", "pages.dev",
    "workers.dev", "r2.dev", "blogspot.com", "wordpress.com", "sites.google.com", "translate.goog",
    "azurewebsites.net", "core.windows.net", "azurefd.net", "azureedge.net", "azurestaticapps.net",
    "cloudapp.azure.com", "amazonaws.com", "amplifyapp.com", "awsapps.com", "cloudfront.net", "square.site",
    "godaddysites.com", "yolasite.com", "canva.site", "notion.site", "notion.so", "000webhostapp.com",
    "epizy.com", "infinityfreeapp.com", "byethost.com", "rf.gd", "ipfs.io", "dweb.link", "cf-ipfs.com",
    "nftstorage.link", "w3s.link", "fleek.co", "fleek.cool", "4everland.app", "backblazeb2.com",
    "digitaloceanspaces.com", "ondigitalocean.app", "wasabisys.com", "linodeobjects.com", "vultrobjects.com",
    "appspot.com", "run.app", "surge.sh", "onrender.com", "fly.dev", "ngrok.io", "ngrok-free.app",
    "ngrok.app", "trycloudflare.com", "tripod.com", "angelfire.com", "geocities.com", "freeservers.com",
    "webs.com", "ucoz.com", "ucoz.ru", "narod.ru", "altervista.org", "atwebpages.com", "mybluehost.me",
    "plesk.page", "bubbleapps.io", "softr.app", "carrd.co", "strikingly.com", "mystrikingly.com",
    "site123.me", "webnode.com", "webnode.page", "builderall.com", "gitbook.io", "teachable.com",
    "sharepoint.com", "myqcloud.com", "aliyuncs.com", "bcebos.com", "codesandbox.io", "csb.app",
    "framer.app", "framer.website", "ukit.me", "tilda.ws", "zyrosite.com", "express.adobe.com",
    "new.express.adobe.com", "spark.adobe.com", "page.link", "systeme.io", "clickfunnels.com", "brizy.site",
    "wcomhost.com", "lovable.app", // Forms and files.
    "docs.google.com", "forms.gle", "drive.google.com", "script.google.com", "storage.googleapis.com",
    "googleapis.com", "storage.cloud.google.com", "typeform.com", "jotform.com", "jotform.me",
    "jotformeu.com", "formstack.com", "cognitoforms.com", "wufoo.com", "formsite.com", "123formbuilder.com",
    "form.io", "formaloo.net", "paperform.co", "phpform.org", "phpforms.net", "emailmeform.com",
    "forms.office.com", "forms.microsoft.com", "sway.office.com", "sway.cloud.microsoft", "surveymonkey.com",
    "surveygizmo.com", "zohopublic.com", "forms.zohopublic.com", "onedrive.live.com", "1drv.ms",
    "dropbox.com", "dropboxusercontent.com", "airtable.com", "mailchi.mp",
    // Short links and redirections.
    "bit.ly", "bitly.com", "tinyurl.com", "t.ly", "cutt.ly", "rebrand.ly", "is.gd", "v.gd", "ow.ly", "goo.gl",
    "t.co", "rb.gy", "shorturl.at", "lnkd.in", "s.id", "bl.ink", "tiny.cc", "qrco.de", "linktr.ee",
    "shorte.st", "u.to", "clck.ru", "vk.cc", "2no.co", "dub.sh", "tiny.pl", "x.co", "buff.ly", "urlz.fr",
    "short.gy", "soo.gd", "cli.re", "me2.do", "han.gl", "url.kr",
    // Names for changing addresses.
    "duckdns.org", "ddns.net", "hopto.org", "zapto.org", "sytes.net", "myftp.org", "no-ip.org", "no-ip.biz",
    "dyndns.org", "servehttp.com", "serveftp.com", "redirectme.net", "nip.io", "sslip.io",
];

/// Hosts of those who send mail for others, which count the clicks.
const COUNTERS: &[&str] = &[
    "sendgrid.net", "mlsend.com", "mlsnd.com", "list-manage.com", "mandrillapp.com", "awstrack.me",
    "hubspotlinks.com", "hubspotemail.net", "sparkpostmail.com", "exct.net", "exacttarget.com", "rs6.net",
    "mjt.lu", "sendibt2.com", "sendibt3.com", "sendibm1.com", "sendibm3.com", "customeriomail.com",
    "klclick.com", "klclick1.com", "cmail19.com", "cmail20.com", "createsend.com", "createsend1.com",
    "mailgun.org", "pstmrk.it", "intercom-mail.com", "convertkit-mail.com", "convertkit-mail2.com",
    "getresponse.com", "infusionmail.com", "acemlna.com", "braze.com", "iterable.com", "sailthru.com",
    "emarsys.net", "rapidmail.de", "cleverreach.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations() {
        for (host, wanted) in [
            ("mail.example.org", "example.org"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("example.org", "example.org"),
            ("www.example.de", "example.de"),
            ("localhost", "localhost"),
            ("192.0.2.7", "192.0.2.7"),
            ("mx.kyoto.example.ac.jp", "example.ac.jp"),
        ] {
            assert_eq!(organisation(host), wanted, "{host}");
        }
    }

    #[test]
    fn hosts_are_known_by_whole_labels() {
        assert!(is_anybodys("x.web.app") && !is_anybodys("myweb.app"));
        let mixed = known("a.forms.office.com");
        assert!(mixed.anybodys && !mixed.counter && mixed.provider == provider("microsoft.com"));
        assert_eq!(known("example.org"), Known::default());
        assert!(
            is_private("10.1.2.3")
                && is_private("172.20.0.1")
                && is_private("gateway")
                && !is_private("172.40.0.1")
        );
        assert!(is_ip("3221226219") && is_ip("192.0.2.1") && !is_ip("1and1.com"));
        assert_eq!(provider("login.microsoftonline.com"), named_provider("your outlook mailbox"));
        assert_eq!(named_provider("outlooker"), None);
    }
}

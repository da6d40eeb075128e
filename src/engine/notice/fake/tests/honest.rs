//! Honest mail that looks like a fake: more header fields, From, subject, type, body. To `ME`.

/// More header fields, From, subject, content type, body.
pub(super) type Mail = (&'static str, &'static str, &'static str, &'static str, &'static str);

const SIGNED: &str = "DKIM-Signature: v=1; a=rsa-sha256; d=";

#[rustfmt::skip]
pub(super) const HONEST: &[Mail] = &[
    // Providers' own warnings.
    ("", "Google <no-reply@accounts.google.com>", "Your Gmail storage is almost full", "text/html", "<p>You've used 97% of your storage.</p><a href='https://one.google.com/storage'>Get more storage</a>"),
    ("", "Microsoft account team <account-security-noreply@accountprotection.microsoft.com>", "Your mailbox is full", "text/html", "<p>Your Outlook mailbox is full. You can't receive messages.</p><a href='https://account.microsoft.com/services'>Manage storage</a> <a href='https://go.microsoft.com/fwlink/?x=1'>Learn more</a>"),
    ("", "Microsoft Outlook <quarantine@messaging.microsoft.com>", "You have messages in quarantine", "text/html", "<p>Prevented email messages: 2</p><p>Review these messages within 15 days</p><a href='https://security.microsoft.com/quarantine'>Review message</a><a href='https://security.microsoft.com/q?r=me@harbour.example'>Request release</a>"),
    ("", "WEB.DE Kundenservice <noreply@service.web.de>", "Ihr Postfach ist fast voll", "text/html", "<p>Ihr Speicher ist zu 95 % belegt.</p><a href='https://c.web.de/speicher'>Hier klicken</a>"),
    ("", "Yandex <noreply@mail.yandex.ru>", "Почтовый ящик заполнен", "text/html", "<p>Ваш почтовый ящик почти переполнен.</p><a href='https://mail.yandex.ru/settings'>Нажмите здесь</a>"),
    ("", "iCloud <noreply@icloud.com>", "Your iCloud storage is full", "text/html", "<p>Your iCloud Mail mailbox is full.</p><a href='https://www.icloud.com/settings'>Upgrade your storage</a>"),
    ("", "Mimecast <noreply@mimecast.com>", "You have new held messages", "text/html", "<p>You have 2 messages on hold.</p><a href='https://login.mimecast.com/x'>Release</a><a href='https://login.mimecast.com/y'>Block</a>"),
    ("", "Barracuda Spam Quarantine <noreply@barracudanetworks.com>", "Spam quarantine summary", "text/html", "<p>Quarantined messages: 3</p><a href='https://ess.barracudanetworks.com/q'>Deliver</a>"),
    // The person's own organisation and gateways of its own.
    ("", "Spam Filter <quarantine@harbour.example>", "Quarantine digest: 4 messages", "text/html", "<p>4 messages are held in quarantine.</p><a href='https://filter.harbour.example/r?1'>Release</a><a href='https://filter.harbour.example/b?1'>Block sender</a>"),
    ("", "Mail Gateway <postmaster@harbour.example>", "Spam report", "text/html", "<p>These messages were quarantined:</p><a href='https://192.168.1.9:8443/q?id=1'>Release</a>"),
    ("", "IT Harbour <it@harbour.example>", "Your password expires in 5 days", "text/html", "<p>Your password expires in 5 days.</p><a href='https://portal.harbour.example/pw'>Change it</a>"),
    ("", "IT Harbour <it@harbour.example>", "Mailbox quota warning", "text/plain", "Your mailbox is 92% full. Please move old messages to the archive.\n\nHow to: https://wiki.harbour.example/archive\n"),
    ("", "System Administrator <admin@harbour.example>", "Mail server maintenance on Sunday", "text/plain", "The mail server will be updated on Sunday from 8 to 10. You need to do nothing.\n"),
    // Signed senders with links to themselves.
    ("d=hoster.example.net", "Hoster Support <support@hoster.example.net>", "Mailbox quota reached", "text/html", "<p>The mailbox me@harbour.example has reached its quota.</p><a href='https://my.hoster.example.net/'>Log in to manage storage</a>"),
    ("d=filters.example.com", "Quarantine <digest@filters.example.com>", "Your quarantine digest", "text/html", "<p>3 messages are held in quarantine.</p><a href='https://digest.filters.example.com/1'>Release</a>"),
    ("d=shop.example.com", "Shop <news@shop.example.com>", "Is your inbox full of our offers?", "text/html", "<p>Your inbox is full? We have room for more.</p><a href='https://shop.example.com/sale'>Click here</a>"),
    ("d=bank.example.com", "Bank <service@bank.example.com>", "Your password was reset", "text/html", "<p>Your password has been changed. Not you? <a href='https://www.bank.example.com/help'>Sign in</a> and tell us.</p>"),
    // Newsletters and lists.
    ("List-Unsubscribe: <mailto:u@news.example.org>", "Security Weekly <editor@news.example.org>", "Beware of fake mailbox full warnings", "text/html", "<p>Criminals write that your mailbox is full and that messages are pending. Don't click. <a href='https://news.example.org/12'>Read more</a></p>"),
    ("List-Id: <users.lists.example.org>", "Pat <pat@example.com>", "[users] undelivered messages stuck in queue", "text/plain", "Hi, since the upgrade some messages are stuck in the queue. See http://pastebin.test/1 for the log. Any help?\n"),
    ("List-Id: <mailop.lists.example.org>\nIn-Reply-To: <a@example.com>", "Kim <kim@example.net>", "Re: password expired phishing", "text/html", "<p>We see the same: mailbox quota exceeded, click here, link to <a href='https://x.web.app'>x.web.app</a>.</p>"),
    ("List-Unsubscribe: <https://u.example.com/1>", "Mail tool <hello@tool.example.com>", "Why your emails are not delivered", "text/html", "<p>Are your emails rejected? Learn how to fix delivery problems.</p><a href='https://track.esp.example.net/c/1'>Learn more</a>"),
    // People.
    ("In-Reply-To: <m1@harbour.example>", "Ada <ada@lighthouse.example>", "Re: My mailbox is full", "text/plain", "Then click on the cog and empty the bin. I did it last week, see http://help.example.org/bin\n\nAda\n"),
    ("", "Ada <ada@lighthouse.example>", "Mail server", "text/plain", "Our mail server had an error, so I could not send you the plan. Here it is: https://files.lighthouse.example/plan\n"),
    ("", "Ben <ben@shipyard.example>", "Your message was blocked", "text/plain", "Hi, your mail about the berth was blocked by our filter. Can you send it again without the zip?\n\nBen\n"),
    ("", "Ben <ben@shipyard.example>", "Fwd: Undelivered Mail Returned to Sender", "text/plain", "Do you know what this means?\n\n> I'm sorry to have to inform you that your message could not be delivered.\n"),
    ("", "Cara <cara@gmail.com>", "voice mail full", "text/plain", "I tried to call you, but your voice mail is full. Call me back, please.\n"),
    ("", "Dan <dan@example.com>", "Storage room", "text/html", "<p>The storage is full, we need to rent another. <a href='https://rooms.example.net/12'>Look here</a>, what do you think?</p>"),
    // Services.
    ("", "Parcel <track@parcel.example.com>", "Delivery failed: we missed you", "text/html", "<p>Your parcel could not be delivered today.</p><a href='https://parcel.example.com/t/1'>Choose another day</a>"),
    ("", "Cron Daemon <root@build.example.org>", "Cron <me@build> backup failed", "text/plain", "rsync error: some files could not be transferred\nhttp://build.example.org/log/1\n"),
    ("", "Monitoring <nagios@mon.example.org>", "PROBLEM: mail queue on mx1 is CRITICAL", "text/plain", "Service: mail queue\nState: CRITICAL\nInfo: 412 messages in the queue\nhttp://mon.example.org/x\n"),
    ("List-Id: <t.lists.example.org>\nPrecedence: bulk", "t-owner@lists.example.org", "Your message to t awaits moderator approval", "text/plain", "Your mail to 't' is being held until the list moderator can review it for approval.\nTo cancel this posting visit:\n\n    http://lists.example.org/confirm/t/1\n"),
    ("X-Mailer: Tracker\nReferences: <t1@tracker.example.org>", "Tracker <bugs@tracker.example.org>", "[T-12] Messages pending in the outbox are lost", "text/html", "<p>Robin commented: messages pending in the outbox are lost after an update. <a href='https://tracker.example.org/12'>View issue</a></p>"),
    ("", "Forum <noreply@forum.example.net>", "You have 3 unread messages", "text/html", "<p>You have 3 unread messages in your forum inbox.</p><a href='https://forum.example.net/inbox'>Read them</a>"),
    ("", "Nordsee Reisen <info@nordsee.example.de>", "Ihre Nachricht an uns", "text/html", "<p>Vielen Dank. Ihre Nachricht wartet auf Bearbeitung. <a href='https://nordsee.example.de/status'>Status ansehen</a></p>"),
    ("", "Bibliothek <ausleihe@bibliothek.example.de>", "Ihr Konto: Ausweis läuft ab", "text/html", "<p>Ihr Bibliotheksausweis läuft ab. Bitte verlängern Sie ihn: <a href='https://bibliothek.example.de/konto'>zum Konto</a></p>"),
    ("", "図書館 <info@toshokan.example.jp>", "ご予約の本について", "text/html", "<p>ご予約の本をご用意しました。<a href='https://toshokan.example.jp/'>こちら</a>をご確認ください。</p>"),
];

/// The extra header of a row: `d=...` stands for a signature of that domain.
pub(super) fn more(extra: &str) -> String {
    match extra.strip_prefix("d=") {
        Some(domain) => format!("{SIGNED}{domain}; s=k1; b=AAAA\n"),
        None if extra.is_empty() => String::new(),
        None => format!("{extra}\n"),
    }
}
